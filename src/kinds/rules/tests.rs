use crate::compile::testing::compile;
use crate::engine::{Graph, Resource, Value};

fn rule<'g>(graph: &'g Graph, address: &str) -> &'g Resource {
    &graph.resources[&address.parse().unwrap()]
}

fn json(value: &Value) -> String {
    serde_json::to_string_pretty(&value.to_shown_json()).unwrap()
}

const GATEWAY: &str = r#"
stack: shop
buses: { orders: {}, audit: {} }
queues: { jobs: {}, dead: {} }
connections:
  carrier: { basic: { username: user, password: local-only } }
api_destinations:
  carrier: { connection: carrier, endpoint: "https://carrier.example/orders/*", method: POST, rate_limit: 20 }
rules:
  order-created:
    bus: orders
    pattern: { source: [dynamodb.orders], detail: { eventName: [INSERT] } }
    targets:
      carrier:
        api_destination: carrier
        transform: { order_id: "<$.detail.order.id>", state: "<$.detail.order.state>" }
        path_parameter_values: [$.detail.order.id]
        retry: { attempts: 3, max_age: 5m }
        dead_letter: dead
      audit: { bus: audit }
      jobs: { queue: jobs, input_path: $.detail, message_group_id: all }
"#;

#[test]
fn a_rule_becomes_its_document_with_one_role_and_statements_of_its_queues() {
    let (graph, findings) = compile(GATEWAY);
    assert!(!findings.contains("error"), "{findings}");
    insta::assert_snapshot!(json(&rule(&graph, "rules.order-created").properties), @r#"
    {
      "EventPattern": {
        "source": [
          "dynamodb.orders"
        ],
        "detail": {
          "eventName": [
            "INSERT"
          ]
        }
      },
      "Name": "shop-order-created",
      "EventBusName": "shop-orders",
      "Targets": [
        {
          "Id": "carrier",
          "Arn": "(known after apply)",
          "HttpParameters": {
            "PathParameterValues": [
              "$.detail.order.id"
            ]
          },
          "InputTransformer": {
            "InputPathsMap": {
              "order_id": "$.detail.order.id",
              "state": "$.detail.order.state"
            },
            "InputTemplate": "{\"order_id\":\"<order_id>\",\"state\":\"<state>\"}"
          },
          "RetryPolicy": {
            "MaximumRetryAttempts": 3,
            "MaximumEventAgeInSeconds": 300
          },
          "DeadLetterConfig": {
            "Arn": "arn:aws:sqs:eu-west-1:123456789012:shop-dead"
          },
          "RoleArn": "arn:aws:iam::123456789012:role/gatewayctl/shop/shop-order-created-rule-role-eu-west-1"
        },
        {
          "Id": "audit",
          "Arn": "arn:aws:events:eu-west-1:123456789012:event-bus/shop-audit",
          "RoleArn": "arn:aws:iam::123456789012:role/gatewayctl/shop/shop-order-created-rule-role-eu-west-1"
        },
        {
          "Id": "jobs",
          "Arn": "arn:aws:sqs:eu-west-1:123456789012:shop-jobs",
          "SqsParameters": {
            "MessageGroupId": "all"
          },
          "InputPath": "$.detail"
        }
      ]
    }
    "#);
    insta::assert_snapshot!(json(&rule(&graph, "rules.order-created/role").properties), @r#"
    {
      "AssumeRolePolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "Service": "events.amazonaws.com"
            },
            "Action": "sts:AssumeRole",
            "Condition": {
              "StringEquals": {
                "aws:SourceAccount": "123456789012"
              },
              "ArnEquals": {
                "aws:SourceArn": "arn:aws:events:eu-west-1:123456789012:rule/shop-orders/shop-order-created"
              }
            }
          }
        ]
      },
      "Path": "/gatewayctl/shop/",
      "RoleName": "shop-order-created-rule-role-eu-west-1",
      "Policies": {
        "gatewayctl": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": [
                "events:InvokeApiDestination"
              ],
              "Resource": "(known after apply)"
            },
            {
              "Effect": "Allow",
              "Action": [
                "events:PutEvents"
              ],
              "Resource": "arn:aws:events:eu-west-1:123456789012:event-bus/shop-audit"
            }
          ]
        }
      }
    }
    "#);
    for queue in ["jobs", "dead"] {
        let statement = rule(&graph, &format!("queues.{queue}/policy/rules.order-created"));
        insta::allow_duplicates!(
            insta::assert_snapshot!(json(statement.properties.get("Statement").unwrap()), @r#"
    {
      "Effect": "Allow",
      "Principal": {
        "Service": "events.amazonaws.com"
      },
      "Action": "sqs:SendMessage",
      "Condition": {
        "StringEquals": {
          "aws:SourceAccount": "123456789012"
        },
        "ArnEquals": {
          "aws:SourceArn": "arn:aws:events:eu-west-1:123456789012:rule/shop-orders/shop-order-created"
        }
      }
    }
    "#)
        );
    }
}

#[test]
fn a_rule_waits_for_its_role_its_statements_and_what_aws_checks_and_stands_in_its_bus() {
    let (graph, _) = compile(GATEWAY);
    let edges: Vec<String> = rule(&graph, "rules.order-created")
        .edges
        .iter()
        .map(|edge| format!("{}{}", edge.to, if edge.inside { " inside" } else { "" }))
        .collect();
    insta::assert_debug_snapshot!(edges, @r#"
    [
        "api_destinations.carrier",
        "buses.audit",
        "buses.orders inside",
        "queues.dead/policy/rules.order-created",
        "queues.jobs/policy/rules.order-created",
        "rules.order-created/role",
    ]
    "#);
}

// aws/serverless-application-model#1407: `default` and no bus at all were two things.
#[test]
fn without_a_bus_a_rule_stands_on_the_default_one_and_its_arn_names_none() {
    for bus in ["", "bus: default, ", "bus: \"arn:aws:events:eu-west-1:123456789012:event-bus/default\", "] {
        let text = format!(
            "stack: shop\nqueues: {{ q: {{}} }}\nrules:\n  r: {{ {bus}schedule: rate(5 minutes), targets: {{ q: {{ queue: q }} }} }}\n"
        );
        let (graph, findings) = compile(&text);
        assert_eq!(findings, "");
        let statement = rule(&graph, "queues.q/policy/rules.r");
        assert_eq!(
            statement.properties.text_at("Statement.Condition.ArnEquals.aws:SourceArn"),
            Some("arn:aws:events:eu-west-1:123456789012:rule/shop-r")
        );
    }
}

#[test]
fn a_queue_that_is_target_and_dead_letter_has_one_statement() {
    let (graph, findings) = compile(
        "stack: shop\nqueues: { q: {} }\nrules:\n  r: { pattern: { source: [a] }, targets: { q: { queue: q, dead_letter: q } } }\n",
    );
    assert_eq!(findings, "");
    assert_eq!(graph.resources.len(), 3);
}

#[test]
fn for_what_belongs_to_others_the_statement_is_printed_and_nothing_written() {
    let (graph, findings) = compile(
        "stack: shop\nrules:\n  r:\n    pattern: { source: [a] }\n    targets:\n      q: { queue: \"arn:aws:sqs:eu-west-1:123456789012:theirs\" }\n      b: { bus: \"arn:aws:events:eu-west-1:999999999999:event-bus/theirs\" }\n",
    );
    insta::assert_snapshot!(findings, @r#"
    note[foreign_policy]: `arn:aws:sqs:eu-west-1:123456789012:theirs` belongs to others, whose policy must allow this
     --> stack.yaml:6:19
      |
    6 |       q: { queue: "arn:aws:sqs:eu-west-1:123456789012:theirs" }
      |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
      |
      = in: rules.r
      = help: its owner adds the statement {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-west-1:123456789012:theirs","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/shop-r"}}}

    note[foreign_policy]: `arn:aws:events:eu-west-1:999999999999:event-bus/theirs` belongs to others, whose policy must allow this
     --> stack.yaml:7:17
      |
    7 |       b: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/theirs" }
      |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
      |
      = in: rules.r
      = help: its owner adds the statement {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"events:PutEvents","Resource":"arn:aws:events:eu-west-1:999999999999:event-bus/theirs"}

    2 notes
    "#);
    assert_eq!(graph.resources.len(), 2, "the rule and its role");
}

// terraform-provider-aws#41316: too many targets are found when they are applied, or never.
// E5 (hashicorp/terraform-provider-aws#41316, hashicorp/terraform-provider-aws#42196,
// aws-cloudformation/cfn-lint#306): more targets than AWS takes are tried again and again.
#[test]
fn everything_wrong_with_targets_is_said_at_its_place() {
    let (_, findings) = compile(
        r#"
stack: shop
queues: { q: {} }
buses: { default: {}, partner: { name: aws.partner } }
rules:
  r:
    pattern: { detail_type: [a] }
    schedule: rate(1 minutes)
    targets:
      a: { queue: q, transform: $.detail, input: "{}" }
      b: { queue: q, input: "{" }
      c: { queue: q, input_template: '{"a": <id>}', input_paths: { idd: $.detail.id } }
      d: { topic: t }
      e: { queue: q, retry: { attempts: 186, max_age: 59 } }
      f f: { queue: q, bus: partner }
      g: { queue: nope, dead_letter: "arn:aws:sqs:eu-west-1:123456789012:x.fifo" }
      h: { queue: q, transform: { a: "$aws.nothing" } }
  s: { bus: partner, schedule: rate(5 minutes), role: "arn:aws:iam::123456789012:role/x" }
  t: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/x", targets: { q: { queue: q } } }
"#,
    );
    insta::assert_snapshot!(findings, @r#"
    error[shared_resource]: the default bus is the account's: a stack cannot own it
     --> stack.yaml:4:10
      |
    4 | buses: { default: {}, partner: { name: aws.partner } }
      |          ^^^^^^^
      |
      = in: buses.default
      = help: take the declaration away and write `bus: default` where it is meant

    error[shared_resource]: names that begin with `aws.` are those of partner buses, which are not built yet
     --> stack.yaml:4:40
      |
    4 | buses: { default: {}, partner: { name: aws.partner } }
      |                                        ^^^^^^^^^^^
      |
      = in: buses.partner
      = help: give it another `name:`, or name a partner bus by its ARN

    error[event_pattern]: `detail_type` is no field of an event
     --> stack.yaml:7:29
      |
    7 |     pattern: { detail_type: [a] }
      |                             ^^^
      |
      = in: rules.r
      = help: AWS writes it `detail-type`

    error[schedule]: `rate(1 minutes)` is no schedule
     --> stack.yaml:8:15
      |
    8 |     schedule: rate(1 minutes)
      |               ^^^^^^^^^^^^^^^
      |
      = in: rules.r
      = help: write `rate(5 minutes)` or `cron(0 8 * * ? *)`

    error[too_many_targets]: 8 targets stand here; a rule has at most 5
     --> stack.yaml:9:5
      |
    9 |     targets:
      |     ^^^^^^^
      |
      = in: rules.r
      = help: make a second rule with the same pattern for the rest

    error[target_input]: `input` cannot stand beside `transform`
      --> stack.yaml:10:43
       |
    10 |       a: { queue: q, transform: $.detail, input: "{}" }
       |                                           ^^^^^
       |
       = in: rules.r
       = help: a target takes one of transform, input, input_path and input_template

    error[target_input]: this is no JSON: EOF while parsing an object at line 1 column 1
      --> stack.yaml:11:29
       |
    11 |       b: { queue: q, input: "{" }
       |                             ^^^
       |
       = in: rules.r
       = help: a text is JSON with double quotes around it; `transform` takes the document itself

    error[target_input]: `<id>` is not in `input_paths`
      --> stack.yaml:12:22
       |
    12 |       c: { queue: q, input_template: '{"a": <id>}', input_paths: { idd: $.detail.id } }
       |                      ^^^^^^^^^^^^^^
       |
       = in: rules.r
       = help: did you mean `<idd>`?

    warning[target_input]: the template does not use `<idd>`
      --> stack.yaml:12:73
       |
    12 |       c: { queue: q, input_template: '{"a": <id>}', input_paths: { idd: $.detail.id } }
       |                                                                         ^^^^^^^^^^^
       |
       = in: rules.r

    error[wrong_kind]: `t` is a rule; here a topic is wanted
      --> stack.yaml:13:19
       |
    13 |       d: { topic: t }
       |                   ^
       |
       = in: rules.r

    error[out_of_range]: 186 is too much; at most 185
      --> stack.yaml:14:41
       |
    14 |       e: { queue: q, retry: { attempts: 186, max_age: 59 } }
       |                                         ^^^
       |
       = in: rules.r

    error[out_of_range]: 59 seconds is too little; at least 60 seconds
      --> stack.yaml:14:55
       |
    14 |       e: { queue: q, retry: { attempts: 186, max_age: 59 } }
       |                                                       ^^
       |
       = in: rules.r

    error[illegal_key]: `f f` is no Id of a target
      --> stack.yaml:15:7
       |
    15 |       f f: { queue: q, bus: partner }
       |       ^^^
       |
       = in: rules.r
       = help: 1 to 64 letters, digits, `.`, `-` and `_`

    error[two_kind_keys]: two keys name what it goes to; exactly one may stand here
      --> stack.yaml:15:24
       |
    15 |       f f: { queue: q, bus: partner }
       |                        ^^^
       |
       = in: rules.r

    error[unknown_reference]: unknown queue `nope`
      --> stack.yaml:16:19
       |
    16 |       g: { queue: nope, dead_letter: "arn:aws:sqs:eu-west-1:123456789012:x.fifo" }
       |                   ^^^^
       |
       = in: rules.r
       = help: declared under `queues` are `q`

    note[foreign_policy]: `arn:aws:sqs:eu-west-1:123456789012:x.fifo` belongs to others, whose policy must allow this
      --> stack.yaml:16:38
       |
    16 |       g: { queue: nope, dead_letter: "arn:aws:sqs:eu-west-1:123456789012:x.fifo" }
       |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
       |
       = in: rules.r
       = help: its owner adds the statement {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-west-1:123456789012:x.fifo","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/shop-r"}}}

    error[transform]: the service has no variable `$aws.nothing`
      --> stack.yaml:17:38
       |
    17 |       h: { queue: q, transform: { a: "$aws.nothing" } }
       |                                      ^^^^^^^^^^^^^^
       |
       = in: rules.r
       = help: there are rule-arn, rule-name, event.ingestion-time, event, event.json

    warning[no_targets]: a rule without targets does nothing
      --> stack.yaml:18:3
       |
    18 |   s: { bus: partner, schedule: rate(5 minutes), role: "arn:aws:iam::123456789012:role/x" }
       |   ^
       |
       = in: rules.s
       = help: `targets: { audit: { queue: audit } }`

    error[schedule]: schedules work on the default bus only
      --> stack.yaml:18:32
       |
    18 |   s: { bus: partner, schedule: rate(5 minutes), role: "arn:aws:iam::123456789012:role/x" }
       |                                ^^^^^^^^^^^^^^^
       |
       = in: rules.s
       = help: put it into a rule without `bus:`

    error[no_role]: `role` has no use here: no target of this rule is called by this role
      --> stack.yaml:18:49
       |
    18 |   s: { bus: partner, schedule: rate(5 minutes), role: "arn:aws:iam::123456789012:role/x" }
       |                                                 ^^^^
       |
       = in: rules.s
       = help: queues, functions, topics and log groups let EventBridge in themselves; take it away

    error[no_trigger]: a rule needs a `pattern` or a `schedule`
      --> stack.yaml:19:3
       |
    19 |   t: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/x", targets: { q: { queue: q } } }
       |   ^
       |
       = in: rules.t
       = help: `pattern: { source: [shop] }`

    error[foreign_bus]: a rule stands in the account and region of its bus, and this one is in 123456789012, us-east-1
      --> stack.yaml:19:13
       |
    19 |   t: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/x", targets: { q: { queue: q } } }
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.t
       = help: name a bus of this account and region, or forward its events to one

    19 errors, 2 warnings, 1 note
    "#);
}

#[test]
fn a_long_pattern_is_a_warning_and_a_longer_one_an_error() {
    let with = |count: usize| {
        let words: Vec<String> = (0..count).map(|i| format!("word-{i:05}")).collect();
        compile(&format!("stack: shop\nqueues: {{ q: {{}} }}\nrules:\n  r: {{ pattern: {{ source: [{}] }}, targets: {{ q: {{ queue: q }} }} }}\n", words.join(", "))).1
    };
    assert_eq!(with(150), "");
    assert!(with(200).contains("warning[event_pattern]"), "{}", with(200));
    assert!(with(400).contains("error[event_pattern]"), "{}", with(400));
}

#[test]
fn a_template_is_bounded() {
    let long = "x".repeat(8200);
    let (_, findings) = compile(&format!(
        "stack: shop\nqueues: {{ q: {{}} }}\nrules:\n  r: {{ pattern: {{ source: [a] }}, targets: {{ q: {{ queue: q, transform: {{ a: $.detail, b: {long} }} }} }} }}\n"
    ));
    assert!(findings.contains("error[transform]") && findings.contains("8192"), "{findings}");
}

// hashicorp/terraform-provider-aws#41316, #42196; aws-cloudformation/cfn-lint#306.
#[test]
fn what_a_target_says_wrong_about_its_parameters_is_said_at_its_place() {
    let (_, findings) = compile(
        r#"
stack: shop
rules:
  r:
    pattern: { source: [a] }
    targets:
      a: { redshift: "arn:aws:redshift:eu-west-1:123456789012:cluster:c", database: d, sql: x, sqls: [y], db_user: u, secret_manager_arn: "$.detail.secret" }
      b: { run_command: "arn:aws:ssm:eu-west-1:123456789012:document/d", run_command_targets: [{ key: name, values: [x] }, { key: "tag:a", values: [x] }] }
      c: { ecs_cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/c", task_definition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/t", launch_type: ec2, capacity_provider_strategy: [{ capacity_provider: x }], network_configuration: { subnets: [s], assign_public_ip: enabled }, placement_constraints: [{ type: member_of }] }
      d: { appsync: "arn:aws:appsync:eu-west-1:123456789012:endpoints/graphql-api/abc", graphql_operation: "query { a }" }
      e: { state_machine: "arn:aws:sqs:eu-west-1:123456789012:q", awsvpc_configuration: {} }
  s:
    pattern: { source: [a] }
    targets:
      f: { api: "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/x/*" }
      g: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/theirs", transform: { a: $.detail } }
      h: { redshift: "arn:aws:redshift:eu-west-1:123456789012:cluster:c", database: d }
      i: { queue: "arn:aws:sqs:eu-west-1:123456789012:q", role: "arn:aws:iam::123456789012:role/r" }
"#,
    );
    insta::assert_snapshot!(findings, @r#"
    error[target_parameter]: `sqls` cannot stand beside `sql`
     --> stack.yaml:7:102
      |
    7 | …luster:c", database: d, sql: x, sqls: [y], db_user: u, secret_manager_arn: "$.detail.secret" }
      |                                        ^^^
      |
      = in: rules.r
      = help: take one of them away

    error[target_parameter]: `db_user` cannot stand beside `secret_manager_arn`
     --> stack.yaml:7:116
      |
    7 | …luster:c", database: d, sql: x, sqls: [y], db_user: u, secret_manager_arn: "$.detail.secret" }
      |                                                      ^
      |
      = in: rules.r
      = help: take one of them away

    error[wrong_count]: exactly one stands here
     --> stack.yaml:8:95
      |
    8 | …ocument/d", run_command_targets: [{ key: name, values: [x] }, { key: "tag:a", values: [x] }] }
      |                                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: rules.r
      = help: make a target for each

    error[target_parameter]: `name` chooses no instances
     --> stack.yaml:8:103
      |
    8 | …ocument/d", run_command_targets: [{ key: name, values: [x] }, { key: "tag:a", values: [x] }] }
      |                                           ^^^^
      |
      = in: rules.r
      = help: write `InstanceIds` or `tag:NAME`

    warning[pass_role]: the roles of the task definition are not known here, so ECS is handed none
     --> stack.yaml:9:12
      |
    9 |       c: { ecs_cluster: "arn:aws:ecs:eu-west-1:123456789012:cluster/c", task_definition: "arn:…
      |            ^^^^^^^^^^^
      |
      = in: rules.r
      = help: name its task role and its execution role: `pass_roles: [ROLE, …]`, or `[]` if it has none

    error[target_parameter]: `capacity_provider_strategy` cannot stand beside `launch_type`
     --> stack.yaml:9:192
      |
    9 | …c2, capacity_provider_strategy: [{ capacity_provider: x }], network_configuration: { subnets: …
      |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: rules.r
      = help: take one of them away

    error[launch_type]: only a task on Fargate gets a public address
     --> stack.yaml:9:277
      |
    9 | …n: { subnets: [s], assign_public_ip: enabled }, placement_constraints: [{ type: member_of }] }
      |                                       ^^^^^^^
      |
      = in: rules.r

    error[placement]: `member_of` has an expression, and `distinct_instance` has none
     --> stack.yaml:9:312
      |
    9 | …n: { subnets: [s], assign_public_ip: enabled }, placement_constraints: [{ type: member_of }] }
      |                                                                          ^^^^^^^^^^^^^^^^^^^
      |
      = in: rules.r

    error[missing_key]: `graphql_api` is missing
      --> stack.yaml:10:12
       |
    10 |       d: { appsync: "arn:aws:appsync:eu-west-1:123456789012:endpoints/graphql-api/abc", graph…
       |            ^^^^^^^
       |
       = in: rules.r
       = help: name the API itself, so that the role may call it: `graphql_api: "…:appsync:…:apis/ID"`

    error[wrong_arn]: this is the ARN of a queue, not of a state machine
      --> stack.yaml:11:28
       |
    11 |       e: { state_machine: "arn:aws:sqs:eu-west-1:123456789012:q", awsvpc_configuration: {} }
       |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.r
       = help: expected `arn:aws:states:eu-west-1:ACCOUNT:stateMachine:NAME`

    error[unknown_key]: unknown key `awsvpc_configuration`
      --> stack.yaml:11:67
       |
    11 |       e: { state_machine: "arn:aws:sqs:eu-west-1:123456789012:q", awsvpc_configuration: {} }
       |                                                                   ^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.r
       = help: there are `dead_letter`, `input_path`, `input_paths`, `input_template`, `input`, `retry`, `role`, `transform`

    error[path_parameters]: the path has 1 `*`, and 0 values stand here for them
      --> stack.yaml:15:17
       |
    15 |       f: { api: "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/x/*" }
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.s
       = help: write one of `path_parameter_values` for each, in order

    note[foreign_policy]: `arn:aws:events:eu-west-1:999999999999:event-bus/theirs` belongs to others, whose policy must allow this
      --> stack.yaml:16:17
       |
    16 |       g: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/theirs", transform: { a: $.d…
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
       |
       = in: rules.s
       = help: its owner adds the statement {"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"events:PutEvents","Resource":"arn:aws:events:eu-west-1:999999999999:event-bus/theirs"}

    error[target_input]: the bus of another account gets the event as it is
      --> stack.yaml:16:17
       |
    16 |       g: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/theirs", transform: { a: $.d…
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.s
       = help: take the transform away

    error[missing_key]: there is no statement to execute
      --> stack.yaml:17:12
       |
    17 |       h: { redshift: "arn:aws:redshift:eu-west-1:123456789012:cluster:c", database: d }
       |            ^^^^^^^^
       |
       = in: rules.s
       = help: write `sql: …`, or several as `sqls: […]`

    note[foreign_policy]: `arn:aws:sqs:eu-west-1:123456789012:q` belongs to others, whose policy must allow this
      --> stack.yaml:18:19
       |
    18 |       i: { queue: "arn:aws:sqs:eu-west-1:123456789012:q", role: "arn:aws:iam::123456789012:ro…
       |                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
       |
       = in: rules.s
       = help: its owner adds the statement {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-west-1:123456789012:q","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/shop-s"}}}

    error[unknown_key]: unknown key `role`
      --> stack.yaml:18:59
       |
    18 | …: { queue: "arn:aws:sqs:eu-west-1:123456789012:q", role: "arn:aws:iam::123456789012:role/r" }
       |                                                     ^^^^
       |
       = in: rules.s
       = help: there are `dead_letter`, `input_path`, `input_paths`, `input_template`, `input`, `message_group_id`, `retry`, `transform`

    14 errors, 1 warning, 2 notes
    "#);
}

// A role of a target's own is all that calls it: none is generated, and no rights are asked for.
#[test]
fn a_target_with_a_role_of_its_own_needs_no_other() {
    let (graph, findings) = compile(
        r#"
stack: shop
rules:
  r:
    pattern: { source: [a] }
    targets:
      a: { firehose: "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake", role: "arn:aws:iam::123456789012:role/r" }
"#,
    );
    assert_eq!(findings, "");
    assert_eq!(graph.resources.len(), 1);
    let rule = rule(&graph, "rules.r");
    let target = &rule.properties.get("Targets").and_then(Value::as_list).unwrap()[0];
    assert_eq!(target.text_at("RoleArn"), Some("arn:aws:iam::123456789012:role/r"));
}

// A bus of another region is another's to open, and takes a transform.
#[test]
fn for_a_bus_of_another_region_the_statement_is_printed_too() {
    let (_, findings) = compile(
        r#"
stack: shop
rules:
  r: { pattern: { source: [a] }, targets: { b: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/there", transform: { a: $.detail } } } }
"#,
    );
    assert!(findings.contains("note[foreign_policy]") && !findings.contains("error["), "{findings}");
}

// hashicorp/terraform-provider-aws#18866: the name of a partner bus has slashes in it.
// PE1 (hashicorp/terraform-provider-aws#18866, hashicorp/terraform-provider-aws#16431): the bus of a partner
// has slashes in its name.
#[test]
fn a_rule_stands_on_the_bus_of_a_partner_by_its_arn() {
    let bus = "arn:aws:events:eu-west-1:123456789012:event-bus/aws.partner/example.com/shop/1";
    let stack = |state: &str| {
        compile(&format!(
            "stack: shop\nqueues: {{ q: {{}} }}\nrules:\n  r: {{ bus: \"{bus}\", state: {state}, pattern: {{ source: [{{ prefix: aws.partner }}] }}, targets: {{ q: {{ queue: q }} }} }}\n"
        ))
    };
    let (graph, findings) = stack("enabled");
    assert_eq!(findings, "");
    let rule = rule(&graph, "rules.r");
    assert_eq!(rule.properties.text_at("EventBusName"), Some("aws.partner/example.com/shop/1"));
    let (_, findings) = stack("enabled_with_all_cloudtrail_management_events");
    assert!(findings.contains("error[rule_state]"), "{findings}");
}
