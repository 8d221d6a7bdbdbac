use crate::compile::testing::compile;
use crate::engine::{Graph, Value};
use crate::flow::transform::route::{ANSWERED_TEMPLATE, RESPONSE_TEMPLATE, STARTED_TEMPLATE};
use crate::value;

const FUNCTIONS: &str = "
functions:
  orders: { code: stacks/serverless-event-gateway/functions/orders, handler: h, runtime: r }
";

/// A stack with a function `orders` and an API `orders` of these lines.
fn stack(api: &str) -> String {
    format!("stack: shop{FUNCTIONS}apis:\n  orders:\n{api}")
}

fn of<'g>(graph: &'g Graph, address: &str) -> &'g Value {
    &graph.resources[&address.parse().unwrap()].properties
}

fn below(graph: &Graph, start: &str) -> Vec<String> {
    graph.resources.keys().map(ToString::to_string).filter(|address| address.starts_with(start)).collect()
}

fn method<'g>(graph: &'g Graph, path: &str, verb: &str) -> &'g Value {
    of(graph, "apis.orders").get("Resources").and_then(|all| all.get(path)?.get(verb)).unwrap()
}

#[test]
fn routes_to_a_function_are_proxies_with_a_permission_each() {
    let (graph, findings) = compile(&stack(
        "    routes:\n      \"POST /orders\": { function: orders }\n      \"GET /order/{id}\": { function: orders, api_key: true }\n",
    ));
    assert_eq!(findings, "");
    let uri = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:shop-orders/invocations";
    assert_eq!(
        *of(&graph, "apis.orders"),
        value!({
            "name": "shop-orders",
            "endpointConfiguration": { "types": "REGIONAL" },
            "Stage": { "stageName": "prod" },
            "Resources": {
                "/order": {},
                "/order/{id}": { "GET": {
                    "apiKeyRequired": true, "authorizationType": "NONE",
                    "methodIntegration": { "type": "AWS_PROXY", "httpMethod": "POST", "uri": uri },
                } },
                "/orders": { "POST": {
                    "authorizationType": "NONE",
                    "methodIntegration": { "type": "AWS_PROXY", "httpMethod": "POST", "uri": uri },
                } },
            },
            "Deployed": true,
        })
    );
    assert_eq!(
        below(&graph, "functions.orders/permission"),
        [
            "functions.orders/permission/apis.orders/GET/order/{id}",
            "functions.orders/permission/apis.orders/POST/orders"
        ]
    );
    let permission =
        &graph.resources[&"functions.orders/permission/apis.orders/GET/order/{id}".parse().unwrap()];
    insta::assert_debug_snapshot!(permission.properties, @r###"
    {
        "Document": "functions",
        "Of": "shop-orders",
        "Statement": {
            "Effect": "Allow",
            "Principal": {
                "Service": "apigateway.amazonaws.com",
            },
            "Action": "lambda:InvokeFunction",
            "Condition": {
                "ArnEquals": {
                    "aws:SourceArn": Unknown(${apis.orders.execution_arn}/*/GET/order/*),
                },
            },
        },
    }
    "###);
    // The permission names the API's id, so it waits for the API and not the API for it.
    let api = "apis.orders".parse().unwrap();
    assert!(graph.dependencies(&permission.address).contains(&api));
    assert!(graph.dependencies(&api).is_empty());
}

#[test]
fn a_route_to_a_machine_starts_it_and_waits_only_for_an_express_one() {
    let machines = "state_machines:
  quick: { type: express, definition: { StartAt: a, States: { a: { Type: Succeed } } } }
  slow: { definition: { StartAt: a, States: { a: { Type: Succeed } } } }
";
    let routes =
        |route: &str| compile(&(stack(&format!("    routes: {{ \"POST /x\": {route} }}\n")) + machines));
    for (route, action, template) in [
        ("{ state_machine: quick, transform: { id: $.id } }", "StartSyncExecution", ANSWERED_TEMPLATE),
        ("{ state_machine: slow, invocation_type: fire_and_forget }", "StartExecution", STARTED_TEMPLATE),
    ] {
        let (graph, findings) = routes(route);
        assert_eq!(findings, "");
        let integration = method(&graph, "/x", "POST").get("methodIntegration").unwrap();
        let uri = format!("arn:aws:apigateway:eu-west-1:states:action/{action}");
        assert_eq!(integration.text_at("uri"), Some(uri.as_str()));
        let responses = integration.at("integrationResponses.200.responseTemplates").unwrap();
        assert_eq!(responses.get("application/json"), Some(&template.into()));
        let role =
            of(&graph, "apis.orders/role").at("Policies.gatewayctl.Statement").unwrap().to_shown_json();
        assert_eq!(role[0]["Action"], serde_json::json!([format!("states:{action}")]));
    }
    let template = routes("{ state_machine: quick, transform: { id: $.id } }").0;
    let requests = method(&template, "/x", "POST").at("methodIntegration.requestTemplates").unwrap().clone();
    let text = requests.get("application/json").and_then(Value::as_str).unwrap();
    let arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:shop-quick";
    assert!(
        text.ends_with(&format!(
            "{{\"stateMachineArn\":\"{arn}\",\"input\":\"{{\\\"id\\\":${{v0_json_in_text}}}}\"}}"
        )),
        "{text}"
    );
    let refused = routes("{ state_machine: slow }").1;
    assert!(
        refused.contains("error[not_express]: this route waits for what it starts, and state_machines.slow"),
        "{refused}"
    );
    assert!(
        routes("{ function: orders, invocation_type: request_response }")
            .1
            .contains("`invocation_type` stands beside `state_machine`")
    );
}

#[test]
fn a_route_to_a_bus_puts_events_by_a_role_and_no_function() {
    let bus = "arn:aws:events:eu-west-1:210987654321:event-bus/orders";
    let (graph, findings) = compile(&stack(&format!(
        "    routes:
      \"POST /confirm\":
        put_event:
          bus: {bus}
          source: carrier
          detail_type: carrier.order_shipped
          detail: {{ shipped_at: $.shipped_at, order_id: $.order_id }}
"
    )));
    assert_eq!(findings, "");
    let mut integration = method(&graph, "/confirm", "POST").get("methodIntegration").unwrap().clone();
    let templates = integration.remove("requestTemplates").unwrap();
    assert_eq!(
        integration,
        value!({
            "type": "AWS", "httpMethod": "POST",
            "uri": "arn:aws:apigateway:eu-west-1:events:action/PutEvents",
            "credentials": "arn:aws:iam::123456789012:role/gatewayctl/shop/shop-orders-api-role-eu-west-1",
            "requestParameters": {
                "integration.request.header.X-Amz-Target": "'AWSEvents.PutEvents'",
                "integration.request.header.Content-Type": "'application/x-amz-json-1.1'",
            },
            "passthroughBehavior": "NEVER",
            "integrationResponses": { "200": { "responseTemplates": { "application/json": RESPONSE_TEMPLATE } } },
        })
    );
    let template = templates.get("application/json").and_then(Value::as_str).unwrap();
    assert!(template.contains(&format!("{{\"Entries\":[{{\"EventBusName\":\"{bus}\"")), "{template}");
    assert_eq!(
        of(&graph, "apis.orders/role").at("Policies.gatewayctl.Statement"),
        Some(&value!([{ "Effect": "Allow", "Action": ["events:PutEvents"], "Resource": bus }]))
    );
    assert_eq!(
        of(&graph, "apis.orders/role").at("AssumeRolePolicyDocument.Statement"),
        Some(
            &value!([{ "Effect": "Allow", "Principal": { "Service": "apigateway.amazonaws.com" }, "Action": "sts:AssumeRole" }])
        )
    );
}

#[test]
fn a_route_puts_events_on_the_default_bus_by_its_name() {
    let (graph, findings) = compile(&stack(
        "    routes:\n      \"POST /x\": { put_event: { bus: default, source: s, detail_type: t, detail: {} } }\n",
    ));
    assert_eq!(findings, "");
    let bus = "arn:aws:events:eu-west-1:123456789012:event-bus/default";
    let template = method(&graph, "/x", "POST").at("methodIntegration.requestTemplates").unwrap();
    let template = template.get("application/json").and_then(Value::as_str).unwrap();
    assert!(template.contains(&format!("\"EventBusName\":\"{bus}\"")), "{template}");
    assert_eq!(
        of(&graph, "apis.orders/role").at("Policies.gatewayctl.Statement"),
        Some(&value!([{ "Effect": "Allow", "Action": ["events:PutEvents"], "Resource": bus }]))
    );
}

#[test]
fn what_is_wrong_with_routes_is_said_at_each_of_them_in_one_run() {
    let (_, findings) = compile(&stack(
        "    stage: a b
    role: arn:aws:iam::123456789012:role/x
    openapi: {}
    routes:
      \"GET orders\": { function: orders }
      \"get /x\": { function: orders }
      \"GET /a/{x}\": { function: orders }
      \"GET /a/{y}/b\": { function: orders }
      \"GET /none\": {}
      \"GET /both\": { function: orders, put_event: {} }
      \"GET /unknown\": { function: order }
",
    ));
    insta::assert_snapshot!(findings, @r#"
    error[illegal_name]: `a b` is no name of a stage
     --> stack.yaml:6:12
      |
    6 |     stage: a b
      |            ^^^
      |
      = in: apis.orders
      = help: 1 to 128 letters, digits, `-` and `_`

    error[bad_route]: `orders` is no path
      --> stack.yaml:10:7
       |
    10 |       "GET orders": { function: orders }
       |       ^^^^^^^^^^^^
       |
       = in: apis.orders
       = help: a path begins with `/` and has no spaces

    error[bad_route]: `get` is no method of a route
      --> stack.yaml:11:7
       |
    11 |       "get /x": { function: orders }
       |       ^^^^^^^^
       |
       = in: apis.orders
       = help: one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, ANY

    error[two_parameters]: `{y}` and `{x}` stand at the same place of a path
      --> stack.yaml:13:7
       |
    13 |       "GET /a/{y}/b": { function: orders }
       |       ^^^^^^^^^^^^^^
       |
       = in: apis.orders
       = help: API Gateway has one parameter there: write `{x}` in both

    error[no_target]: nothing here says what answers
      --> stack.yaml:14:7
       |
    14 |       "GET /none": {}
       |       ^^^^^^^^^^^
       |
       = in: apis.orders
       = help: write `function: KEY`, `put_event: { … }`, `state_machine: KEY`, or an integration under `openapi:`

    error[two_targets]: a route has one of `function`, `put_event` and `state_machine`
      --> stack.yaml:15:7
       |
    15 |       "GET /both": { function: orders, put_event: {} }
       |       ^^^^^^^^^^^
       |
       = in: apis.orders

    error[two_values]: `Resources./both.GET.methodIntegration.type` has another value already
      --> stack.yaml:15:7
       |
    15 |       "GET /both": { function: orders, put_event: {} }
       |       ^^^^^^^^^^^
       |       |
       |       it is said here
       |
       = in: apis.orders
       = help: one of the two has to go

    error[missing_key]: `bus` is missing
      --> stack.yaml:15:51
       |
    15 |       "GET /both": { function: orders, put_event: {} }
       |                                                   ^
       |
       = in: apis.orders
       = help: The bus.

    error[missing_key]: `detail_type` is missing
      --> stack.yaml:15:51
       |
    15 |       "GET /both": { function: orders, put_event: {} }
       |                                                   ^
       |
       = in: apis.orders
       = help: The event's detail-type.

    error[missing_key]: `detail` is missing
      --> stack.yaml:15:51
       |
    15 |       "GET /both": { function: orders, put_event: {} }
       |                                                   ^
       |
       = in: apis.orders
       = help: The event's detail, a transform of the call.

    error[missing_key]: `source` is missing
      --> stack.yaml:15:51
       |
    15 |       "GET /both": { function: orders, put_event: {} }
       |                                                   ^
       |
       = in: apis.orders
       = help: The event's source.

    error[unknown_reference]: unknown function `order`; did you mean `orders`?
      --> stack.yaml:16:35
       |
    16 |       "GET /unknown": { function: order }
       |                                   ^^^^^
       |
       = in: apis.orders

    12 errors
    "#);
}

#[test]
fn a_problem_of_a_transform_is_said_at_its_line() {
    let (_, findings) = compile(&stack(
        "    routes:
      \"POST /x\":
        put_event:
          bus: arn:aws:events:eu-west-1:210987654321:event-bus/orders
          source: carrier
          detail_type: shipped
          detail: { id: $.id, no: \"$aws.event.json\" }
",
    ));
    insta::assert_snapshot!(findings, @r###"
    error[transform]: API Gateway has no variable `$aws.event.json`
      --> stack.yaml:12:35
       |
    12 |           detail: { id: $.id, no: "$aws.event.json" }
       |                                   ^^^^^^^^^^^^^^^^^
       |
       = in: apis.orders
       = help: a route has `$`, `$.path`, `$request.path|querystring|header.NAME` and `$context.NAME`

    1 error
    "###);
}

#[test]
fn an_api_without_routes_cannot_be_deployed() {
    let (_, findings) = compile(&stack("    routes: {}\n"));
    assert!(findings.contains("an API without a route cannot be deployed"), "{findings}");
    let (_, findings) = compile(&stack("    description: x\n"));
    assert!(findings.contains("an API without a route cannot be deployed"), "{findings}");
}

#[test]
fn a_route_to_an_alias_gets_its_permission_on_the_alias_which_must_be_there() {
    let route = "    routes:\n      \"GET /x\": { function: orders, qualifier: live }\n";
    let (_, findings) = compile(&stack(route));
    assert!(findings.contains("`live`") && findings.contains("aliases"), "{findings}");
    let declared = stack(route).replace("handler: h", "aliases: { live: {} }, handler: h");
    let (graph, findings) = compile(&declared);
    assert_eq!(findings, "");
    let at = "functions.orders/permission/apis.orders/GET/x:live".parse().unwrap();
    assert_eq!(graph.resources[&at].properties.text_at("Of"), Some("shop-orders:live"));
}

#[test]
fn a_function_of_others_gets_no_statement_and_its_owner_is_told_which() {
    let (graph, findings) = compile(&stack(
        "    routes:\n      \"GET /x\": { function: \"arn:aws:lambda:eu-west-1:210987654321:function:theirs\" }\n",
    ));
    assert_eq!(below(&graph, "functions.orders/permission"), Vec::<String>::new());
    let statement = r#"{"Effect":"Allow","Principal":{"Service":"apigateway.amazonaws.com"},"Action":"lambda:InvokeFunction","#;
    assert!(findings.contains("note[foreign_policy]") && findings.contains(statement), "{findings}");
}

fn openapi(name: &str, lines: &str) -> String {
    let (_, findings) = compile(&stack(&format!("    {name}:\n{lines}")));
    findings
}

#[test]
fn what_is_wrong_with_openapi_is_said_at_its_place() {
    let findings = openapi(
        "openapi",
        "      openapi: 3.0.1
      x-amazon-apigateway-documentation: {}
      x-amazon-apigateway-gateway-response: {}
      paths:
        /a:
          get:
            security: [{ nobody: [] }]
            responses: { default: {} }
            parameters: [{ in: cookie, name: x }, { $ref: \"#/components/parameters/none\" }]
            x-amazon-apigateway-integration: { type: lambda, payloadFormatVersion: \"2.0\" }
        /b/:
          get: { requestBody: { content: { application/json: { schema: { $ref: \"#/components/schemas/None\" } } } } }
        /c:
          get: { x-amazon-apigateway-request-validator: strct, x-amazon-apigateway-integration: { type: mock } }
      x-amazon-apigateway-request-validators: { strict: {} }
",
    );
    insta::assert_snapshot!(findings);
}

#[test]
fn what_is_wrong_beside_the_routes_is_said_at_its_place() {
    let findings = openapi(
        "routes",
        "      \"GET /a\": { function: orders, authorizer: gard, validate: al, request_models: { application/json: Ordr } }
    authorizers: { guard: { function: orders }, both: { function: orders, user_pools: [x] } }
    validators: { strict: { body: true } }
    models: { Order: { schema: {} }, a-b: { schema: {} } }
    gateway_responses: { default_4x: {} }
    cors: { allow_origins: [\"*\"], allow_credentials: true }
    endpoint: private
    vpc_endpoints: [vpce-1]
    ip_address_type: ipv4
    endpoint_access_mode: strict
    stage:
      name: live
      variables: { a-b: x }
      canary: {}
      access_log: { format: \"$context.status\" }
      settings: { \"GET /none\": { logging: info } }
",
    );
    insta::assert_snapshot!(findings);
}

#[test]
fn domain_names_and_base_paths_that_aws_refuses_are_said_at_their_place() {
    let long = "a".repeat(250);
    let findings = openapi(
        "domain_names",
        &format!(
            "      - {{ domain_name: api.example.com, path: x }}
      - {{ domain_name: \"arn:aws:apigateway:eu-west-2::/domainnames/api.example.com\", base_path: v1/orders }}
      - {{ domain_name: \"arn:aws:apigateway:eu-west-1:123456789012:/domainnames/api.example.com\", base_path: a b }}
      - {{ domain_name: \"arn:aws:apigateway:eu-west-1::/domainnames/api.example.com\" }}
      - domain_name: \"arn:aws:apigateway:eu-west-1::/domainnames/api.example.com\"
        base_path: (none)
      - {{ domain_name: \"arn:aws:apigateway:eu-west-1::/domainnames/api.example.com\", base_path: {long} }}
      - base_path: orders
"
        ),
    );
    insta::assert_snapshot!(findings);
}

// Stage variables are not ours, and what nearly is one of ours is asked about.
#[test]
fn interpolation_inside_openapi_leaves_what_belongs_to_api_gateway_alone() {
    let (graph, findings) = compile(&stack(
        "    openapi:
      paths:
        /a:
          get:
            x-amazon-apigateway-integration: { type: http_proxy, httpMethod: GET, uri: \"https://${stageVariables.host}/${stack.name}\" }
        /b:
          get:
            x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, uri: \"arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functions.orders.arn}/invocations\" }
",
    ));
    assert_eq!(findings, "");
    let uri = method(&graph, "/a", "GET").at("methodIntegration.uri").and_then(Value::as_str);
    assert_eq!(uri, Some("https://${stageVariables.host}/shop"));
    assert_eq!(
        below(&graph, "functions.orders/permission"),
        ["functions.orders/permission/apis.orders/GET/b"]
    );
}

#[test]
fn an_openapi_file_is_read_and_its_lines_are_told() {
    let folder = std::env::temp_dir().join(format!("gatewayctl-openapi-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("api.yaml");
    std::fs::write(&file, "openapi: 3.0.1\npaths:\n  /a:\n    get:\n      x-amazon-apigateway-integration:\n        type: nothing\n").unwrap();
    let findings = openapi("openapi", &format!("      {}\n", file.display()));
    assert!(
        findings.contains("api.yaml:6:9: `nothing` is none of the words that can stand here"),
        "{findings}"
    );
    let findings = openapi("openapi", "      none.yaml\n");
    assert!(findings.contains("error[no_file]: `none.yaml` cannot be read"), "{findings}");
    std::fs::remove_dir_all(folder).unwrap();
}
