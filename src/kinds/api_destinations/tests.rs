use crate::compile::testing::compile;

// C8 (terraform-aws-modules/terraform-aws-eventbridge#98,
// terraform-aws-modules/terraform-aws-eventbridge#108): two destinations share a connection, which goes after
// them.
#[test]
fn a_destination_waits_for_its_connection_and_defaults_nothing_into_its_document() {
    let (graph, findings) = compile(
        "stack: shop\nconnections:\n  c: { basic: { username: u, password: p }, allow: { literal_secret: test } }\napi_destinations:\n  d: { connection: c, endpoint: \"https://api.example/*\", method: PATCH }\n  e: { connection: c, endpoint: \"http://localhost:8080\", method: GET, rate_limit: 20 }\n",
    );
    assert_eq!(findings, "");
    let destination = &graph.resources[&"api_destinations.d".parse().unwrap()];
    insta::assert_snapshot!(destination.properties.to_shown_json(), @r#"{"ConnectionArn":"(known after apply)","InvocationEndpoint":"https://api.example/*","HttpMethod":"PATCH","Name":"shop-d"}"#);
    assert_eq!(destination.edges[0].to.to_string(), "connections.c");
    assert_eq!(destination.properties.outputs().len(), 1, "the connection's ARN is assigned");
}

#[test]
fn a_rate_out_of_range_and_a_plain_endpoint_are_errors() {
    let (_, findings) = compile(
        "stack: shop\napi_destinations:\n  a: { connection: \"arn:aws:events:eu-west-1:123456789012:connection/c/0\", endpoint: \"http://api.example\", method: POST, rate_limit: 301 }\n  b: { connection: c, endpoint: \"https://api.example\", method: post, rate_limit: 0 }\n",
    );
    insta::assert_snapshot!(findings, @r#"
    error[endpoint]: the endpoint is not https
     --> stack.yaml:3:86
      |
    3 | …:123456789012:connection/c/0", endpoint: "http://api.example", method: POST, rate_limit: 301 }
      |                                           ^^^^^^^^^^^^^^^^^^^^
      |
      = in: api_destinations.a
      = help: write `https://…`; http is for loopback hosts

    error[out_of_range]: 301 is too much; at most 300
     --> stack.yaml:3:134
      |
    3 | …:123456789012:connection/c/0", endpoint: "http://api.example", method: POST, rate_limit: 301 }
      |                                                                                           ^^^
      |
      = in: api_destinations.a

    error[unknown_reference]: unknown connection `c`
     --> stack.yaml:4:20
      |
    4 |   b: { connection: c, endpoint: "https://api.example", method: post, rate_limit: 0 }
      |                    ^
      |
      = in: api_destinations.b
      = help: declare it under `connections`, or give the ARN of one that exists

    error[unknown_word]: `post` is none of the words that can stand here; did you mean `POST`?
     --> stack.yaml:4:64
      |
    4 |   b: { connection: c, endpoint: "https://api.example", method: post, rate_limit: 0 }
      |                                                                ^^^^
      |
      = in: api_destinations.b
      = help: one of `GET`, `POST`, `PUT`, `PATCH`, `DELETE`, `HEAD`, `OPTIONS`

    error[out_of_range]: 0 is too little; at least 1
     --> stack.yaml:4:82
      |
    4 |   b: { connection: c, endpoint: "https://api.example", method: post, rate_limit: 0 }
      |                                                                                  ^
      |
      = in: api_destinations.b

    5 errors
    "#);
}
