use crate::compile::testing::compile;

#[test]
fn a_discoverer_listens_to_its_bus_and_has_no_name() {
    let (graph, findings) = compile(
        "stack: shop\nbuses: { orders: {} }\ndiscoverers: { a: { bus: orders, state: stopped }, b: { bus: default } }\n",
    );
    assert_eq!(findings, "");
    let discoverer = &graph.resources[&"discoverers.a".parse().unwrap()];
    assert_eq!(discoverer.name, "");
    assert!(discoverer.edges.iter().any(|edge| edge.inside && edge.to.to_string() == "buses.orders"));
    insta::assert_snapshot!(discoverer.properties.to_shown_json(), @r#"{"SourceArn":"arn:aws:events:eu-west-1:123456789012:event-bus/shop-orders","State":"STOPPED"}"#);
    let of_default = &graph.resources[&"discoverers.b".parse().unwrap()];
    let arn = "arn:aws:events:eu-west-1:123456789012:event-bus/default";
    assert_eq!(of_default.properties.text_at("SourceArn"), Some(arn));
}

#[test]
fn what_is_wrong_with_a_discoverer_is_said_at_its_place() {
    let (_, findings) = compile(
        "
stack: shop
buses: { orders: {}, secret: { kms_key_identifier: alias/orders } }
discoverers:
  a: { bus: orders }
  b: { bus: orders }
  c: { bus: secret }
  d: { bus: 'arn:aws:events:eu-west-1:999999999999:event-bus/x' }
  e: { bus: default, name: mine }
",
    );
    insta::assert_snapshot!(findings, @"
    error[second_discoverer]: discoverers.a is the discoverer of this bus already
     --> stack.yaml:6:13
      |
    6 |   b: { bus: orders }
      |             ^^^^^^
      |
      = in: discoverers.b
      = help: take one of the two away: a bus has one

    error[discovered_key]: AWS discovers no schemas on a bus with a key of KMS
     --> stack.yaml:7:13
      |
    7 |   c: { bus: secret }
      |             ^^^^^^
      |
      = in: discoverers.c
      = help: take `kms_key_identifier` of the bus away, or this discoverer

    error[foreign_bus]: a discoverer stands in the account and region of its bus, and this one is in 999999999999, eu-west-1
     --> stack.yaml:8:13
      |
    8 |   d: { bus: 'arn:aws:events:eu-west-1:999999999999:event-bus/x' }
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: discoverers.d
      = help: name a bus of this account and region

    error[no_name]: AWS has no names for discoverers
     --> stack.yaml:9:28
      |
    9 |   e: { bus: default, name: mine }
      |                            ^^^^
      |
      = in: discoverers.e
      = help: take `name:` away

    4 errors
    ");
}
