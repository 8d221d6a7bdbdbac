use crate::compile::testing::compile;
use crate::engine::Value;

fn properties(text: &str, address: &str) -> (Value, String) {
    let (graph, findings) = compile(text);
    (graph.resources[&address.parse().unwrap()].properties.clone(), findings)
}

fn json(value: &Value) -> String {
    serde_json::to_string_pretty(&value.to_shown_json()).unwrap()
}

const OAUTH: &str = r#"
stack: shop
connections:
  crm:
    description: Orders
    oauth:
      authorization_endpoint: https://crm.example/token
      http_method: POST
      client_id: me
      client_secret: "${parameters.secret}"
      headers: { X-Realm: orders }
      query: { audience: "${parameters.secret}" }
      body: { grant_type: client_credentials }
      resource_configuration: "arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-0123456789abcdef0"
    resource_configuration: "arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-0123456789abcdef1"
    headers: { X-Tenant: acme, X-Key: { value: key, secret: true }, X-Auth: "Bearer ${parameters.secret}" }
    query: { page: 1 }
parameters:
  secret: { from: "env:SECRET", secret: true, default: local-only }
"#;

// crossplane-contrib/provider-upjet-aws#871: authorization and invocation parameters stand together.
// aws-cdk#21855: a value that does not say whether it is secret is taken for one.
// C3: a value that does not say whether it is secret is one.
#[test]
fn every_parameter_says_whether_it_is_secret() {
    let (properties, findings) = properties(OAUTH, "connections.crm");
    assert!(findings.contains("X-Key: { value: ***, secret: true }"), "{findings}");
    assert_eq!(findings.matches("warning[literal_secret]").count(), 1, "{findings}");
    assert!(findings.ends_with("1 warning\n"), "{findings}");
    insta::assert_snapshot!(json(&properties), @r#"
    {
      "Description": "Orders",
      "AuthParameters": {
        "OAuthParameters": {
          "AuthorizationEndpoint": "https://crm.example/token",
          "HttpMethod": "POST",
          "ClientParameters": {
            "ClientID": "me",
            "ClientSecret": "(secret)"
          },
          "OAuthHttpParameters": {
            "HeaderParameters": [
              {
                "Key": "X-Realm",
                "Value": "orders",
                "IsValueSecret": false
              }
            ],
            "QueryStringParameters": [
              {
                "Key": "audience",
                "Value": "(secret)",
                "IsValueSecret": true
              }
            ],
            "BodyParameters": [
              {
                "Key": "grant_type",
                "Value": "client_credentials",
                "IsValueSecret": false
              }
            ]
          }
        },
        "InvocationHttpParameters": {
          "HeaderParameters": [
            {
              "Key": "X-Tenant",
              "Value": "acme",
              "IsValueSecret": false
            },
            {
              "Key": "X-Key",
              "Value": "(secret)",
              "IsValueSecret": true
            },
            {
              "Key": "X-Auth",
              "Value": "(secret)",
              "IsValueSecret": true
            }
          ],
          "QueryStringParameters": [
            {
              "Key": "page",
              "Value": "1",
              "IsValueSecret": false
            }
          ]
        },
        "ConnectivityParameters": {
          "ResourceParameters": {
            "ResourceConfigurationArn": "arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-0123456789abcdef0"
          }
        }
      },
      "Name": "shop-crm",
      "AuthorizationType": "OAUTH_CLIENT_CREDENTIALS",
      "InvocationConnectivityParameters": {
        "ResourceParameters": {
          "ResourceConfigurationArn": "arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-0123456789abcdef1"
        }
      }
    }
    "#);
}

#[test]
fn text_in_a_secrets_place_is_a_secret_with_a_warning() {
    let (properties, findings) = properties(
        "stack: shop\nconnections:\n  c: { api_key: { name: X-Key, value: hunter2 } }\n",
        "connections.c",
    );
    assert!(matches!(
        properties.at("AuthParameters.ApiKeyAuthParameters.ApiKeyValue"),
        Some(Value::Secret(_))
    ));
    assert_eq!(properties.text_at("AuthorizationType"), Some("API_KEY"));
    insta::assert_snapshot!(findings, @r#"
    warning[literal_secret]: a secret stands in the file itself
     --> stack.yaml:3:39
      |
    3 |   c: { api_key: { name: X-Key, value: ******* } }
      |                                       ^^^^^^^ whoever reads the file knows it
      |
      = in: connections.c
      = help: take it from a parameter of the stack: `parameters: { password: { from: "env:PASSWORD", secret: true } }`

    1 warning
    "#);
}

// hashicorp/terraform-provider-aws#41561: OAuth of a private API is AUTHORIZING for up to twenty minutes.
#[test]
fn a_connection_has_more_than_twenty_minutes_to_be_authorized() {
    let budgets = crate::kinds::kind("connections").unwrap().about().budgets;
    assert!(budgets.settle > std::time::Duration::from_secs(20 * 60));
}

#[test]
fn a_connection_has_exactly_one_authorization() {
    let (_, findings) = compile(
        r#"
stack: shop
connections:
  none: {}
  two: { basic: { username: u, password: "${parameters.p}" }, api_key: { name: n, value: "${parameters.p}" } }
  wrong: { basic: 5 }
  plain: { oauth: { authorization_endpoint: "http://crm.example", http_method: PATCH, client_id: x, client_secret: "${parameters.p}" } }
  public: { basic: { username: u, password: "${parameters.p}" }, resource_configuration: rcfg-1 }
  shown: { basic: { username: "${parameters.p}", password: "${parameters.p}" }, headers: { A: { value: "${parameters.p}", secret: false } }, tags: { a: b } }
parameters:
  p: { from: "env:P", secret: true, default: x }
"#,
    );
    insta::assert_snapshot!(findings, @r#"
    error[no_authorization]: a connection needs an authorization
     --> stack.yaml:4:3
      |
    4 |   none: {}
      |   ^^^^
      |
      = in: connections.none
      = help: one of `basic: { username, password }`, `api_key: { name, value }`, `oauth: { … }`

    error[two_authorizations]: `api_key` cannot stand beside `basic`
     --> stack.yaml:5:72
      |
    5 | …{ username: u, password: "${parameters.p}" }, api_key: { name: n, value: "${parameters.p}" } }
      |                                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: connections.two
      = help: a connection has one authorization: keep one of them

    error[wrong_shape]: expected a map, found a number
     --> stack.yaml:6:19
      |
    6 |   wrong: { basic: * }
      |                   ^
      |
      = in: connections.wrong

    error[endpoint]: the endpoint is not https
     --> stack.yaml:7:45
      |
    7 | …auth: { authorization_endpoint: "http://crm.example", http_method: PATCH, client_id: x, client…
      |                                  ^^^^^^^^^^^^^^^^^^^^
      |
      = in: connections.plain
      = help: write `https://…`; http is for loopback hosts

    error[unknown_word]: `PATCH` is none of the words that can stand here
     --> stack.yaml:7:80
      |
    7 | …: "http://crm.example", http_method: PATCH, client_id: x, client_secret: "${parameters.p}" } }
      |                                       ^^^^^
      |
      = in: connections.plain
      = help: one of `GET`, `POST`, `PUT`

    error[resource_configuration]: `rcfg-1` is no ARN of a resource configuration
     --> stack.yaml:8:90
      |
    8 | …ublic: { basic: { username: u, password: "${parameters.p}" }, resource_configuration: rcfg-1 }
      |                                                                                        ^^^^^^
      |
      = in: connections.public
      = help: `…:vpc-lattice:REGION:ACCOUNT:resourceconfiguration/rcfg-…`

    error[secret_shown]: a secret cannot stand here: AWS would show it
     --> stack.yaml:9:31
      |
    9 |   shown: { basic: { username: "${parameters.p}", password: "${parameters.p}" }, headers: { A: …
      |                               ^^^^^^^^^^^^^^^^^
      |
      = in: connections.shown

    error[secret_shown]: `A` holds a secret, and `secret: false` would show it
     --> stack.yaml:9:95
      |
    9 | …parameters.p}" }, headers: { A: { value: "${parameters.p}", secret: false } }, tags: { a: b } …
      |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: connections.shown
      = help: take `secret: false` away

    error[no_tags]: AWS has no tags on a connection
     --> stack.yaml:9:148
      |
    9 | …arameters.p}" }, headers: { A: { value: "${parameters.p}", secret: false } }, tags: { a: b } }
      |                                                                                      ^^^^^^^^
      |
      = in: connections.shown
      = help: take `tags:` away

    9 errors
    "#);
}

/// What is declared to be secret is drawn by no finding, whatever is wrong around it.
#[test]
fn a_declared_secret_is_drawn_by_no_finding() {
    const HIDDEN: &str = "HIDDENsec222";
    for (declared, told) in [
        ("headers: { X: { value: HIDDEN, secret: true } }, api_key: { name: K, value: s }", 2),
        ("headers: { X: { value: HIDDEN, secret: yes } }, api_key: { name: K, value: s }", 1),
        ("headers: { X: { valu: HIDDEN, secret: true } }, api_key: { name: K, value: s }", 1),
        ("query: { X: { value: [HIDDEN], secret: true } }, api_key: { name: K, value: s }", 1),
        ("body: { X: { value: \"${parameters.open}\", secret: true } }, api_key: { name: K, value: s }", 2),
        ("body: { X: { value: \"x${parameters.open}\", secret: true } }, api_key: { name: K, value: s }", 2),
        ("api_key: { name: K, value: HIDDEN }, basic: { username: u, password: HIDDEN }", 2),
        ("basic: { password: HIDDEN }", 1),
        ("basic: { username: u, pasword: HIDDEN }", 0),
        ("basic: \"u:HIDDEN\"", 0),
        ("basic: { username: u, password: \"${parameters.open}\" }", 1),
        ("basic: { username: u, password: \"x${parameters.open}\" }", 1),
        ("oauth: { client_id: u, client_secret: HIDDEN, body: { X: { value: HIDDEN, secret: true } } }", 2),
    ] {
        let text = format!(
            "{{ stack: shop, parameters: {{ open: {{ default: HIDDEN }}, p: {{ from: \"env:P\", secret: true, default: HIDDEN, nope: 1 }} }}, \
             connections: {{ c: {{ {declared}, nope: 1 }} }} }}"
        )
        .replace("HIDDEN", HIDDEN);
        let (_, findings) = compile(&text);
        assert!(findings.contains("[unknown_key]") && !findings.contains(HIDDEN), "{declared}\n{findings}");
        assert_eq!(findings.matches("[literal_secret]").count(), told, "{declared}\n{findings}");
    }
}
