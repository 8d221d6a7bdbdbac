use crate::compile::testing::compile;

#[test]
fn an_archive_stands_inside_its_bus_and_is_protected() {
    let (graph, findings) = compile(
        r#"
stack: shop
buses: { orders: {} }
archives:
  orders:
    bus: orders
    pattern: { source: [shop], detail-type: [{ prefix: order. }] }
    retention_days: 30
    description: What was ordered
    kms_key_identifier: alias/orders
  all: { bus: default, protect: false }
"#,
    );
    assert_eq!(findings, "");
    let archive = &graph.resources[&"archives.orders".parse().unwrap()];
    insta::assert_snapshot!(serde_json::to_string_pretty(&archive.properties.to_shown_json()).unwrap(), @r#"
    {
      "EventSourceArn": "arn:aws:events:eu-west-1:123456789012:event-bus/shop-orders",
      "EventPattern": {
        "source": [
          "shop"
        ],
        "detail-type": [
          {
            "prefix": "order."
          }
        ]
      },
      "RetentionDays": 30,
      "Description": "What was ordered",
      "KmsKeyIdentifier": "alias/orders",
      "ArchiveName": "shop-orders"
    }
    "#);
    let edges: Vec<_> = archive.edges.iter().map(|edge| (edge.to.to_string(), edge.inside)).collect();
    assert_eq!(edges, [("buses.orders".to_owned(), true)]);
    assert!(archive.protect);
    let all = &graph.resources[&"archives.all".parse().unwrap()];
    assert!(!all.protect);
    assert_eq!(
        all.properties.text_at("EventSourceArn"),
        Some("arn:aws:events:eu-west-1:123456789012:event-bus/default")
    );
}

// aws/aws-cdk#15376: the pattern of an archive said `detailType`.
#[test]
fn what_is_wrong_with_an_archive_is_said_at_its_place() {
    let (_, findings) = compile(
        r#"
stack: shop
buses: { orders: {} }
archives:
  a: { bus: orders, pattern: { detailType: [x], detail_type: [y] }, retention_days: -1 }
  b: { pattern: { source: [] } }
  c: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/x", name: archive-with-a-name-that-is-longer-than-what-aws-takes }
"#,
    );
    insta::assert_snapshot!(findings, @r#"
    error[event_pattern]: `detailType` is no field of an event
     --> stack.yaml:5:44
      |
    5 |   a: { bus: orders, pattern: { detailType: [x], detail_type: [y] }, retention_days: -1 }
      |                                            ^^^
      |
      = in: archives.a
      = help: AWS writes it `detail-type`

    error[event_pattern]: `detail_type` is no field of an event
     --> stack.yaml:5:62
      |
    5 |   a: { bus: orders, pattern: { detailType: [x], detail_type: [y] }, retention_days: -1 }
      |                                                              ^^^
      |
      = in: archives.a
      = help: AWS writes it `detail-type`

    error[out_of_range]: -1 is too little; at least 0
     --> stack.yaml:5:85
      |
    5 |   a: { bus: orders, pattern: { detailType: [x], detail_type: [y] }, retention_days: -1 }
      |                                                                                     ^^
      |
      = in: archives.a

    error[missing_key]: `bus` is missing
     --> stack.yaml:6:6
      |
    6 |   b: { pattern: { source: [] } }
      |      ^
      |
      = in: archives.b
      = help: The bus whose events are kept: a key, an ARN of this account and region, or `default`.

    error[event_pattern]: an empty list matches nothing and AWS refuses it
     --> stack.yaml:6:27
      |
    6 |   b: { pattern: { source: [] } }
      |                           ^^
      |
      = in: archives.b
      = help: name at least one value

    error[foreign_bus]: an archive stands in the account and region of its bus, and this one is in 123456789012, us-east-1
     --> stack.yaml:7:13
      |
    7 |   c: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/x", name: archive-with-a-name-tha…
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: archives.c
      = help: name a bus of this account and region

    error[illegal_name]: `archive-with-a-name-that-is-longer-than-what-aws-takes` is no legal name of an archive
     --> stack.yaml:7:72
      |
    7 | …st-1:123456789012:event-bus/x", name: archive-with-a-name-that-is-longer-than-what-aws-takes }
      |                                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ it has 54 characters; 1 to 48 are allowed
      |
      = in: archives.c

    7 errors
    "#);
}
