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
    insta::assert_snapshot!(serde_json::to_string_pretty(&archive.properties.to_shown_json()).unwrap(), @"");
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
    insta::assert_snapshot!(findings, @"");
}
