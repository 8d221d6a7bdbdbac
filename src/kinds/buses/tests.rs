use crate::compile::testing::compile;

#[test]
fn a_bus_with_everything_becomes_its_document_and_a_statement_of_its_dead_letter_queue() {
    let (graph, findings) = compile(
        r#"
stack: shop
tags: { team: orders }
queues: { dead: {} }
buses:
  orders:
    description: Orders
    kms_key_identifier: alias/orders
    dead_letter: dead
    log: { level: error, include_detail: full }
    policy:
      billing: { Effect: Allow, Principal: { AWS: "111122223333" }, Action: events:PutEvents }
"#,
    );
    assert_eq!(findings, "");
    let shown = |address: &str| {
        serde_json::to_string_pretty(&graph.resources[&address.parse().unwrap()].properties.to_shown_json())
            .unwrap()
    };
    insta::assert_snapshot!(shown("buses.orders"), @r#"
    {
      "Description": "Orders",
      "KmsKeyIdentifier": "alias/orders",
      "LogConfig": {
        "Level": "ERROR",
        "IncludeDetail": "FULL"
      },
      "Name": "shop-orders",
      "Tags": {
        "team": "orders"
      },
      "DeadLetterConfig": {
        "Arn": "arn:aws:sqs:eu-west-1:123456789012:shop-dead"
      }
    }
    "#);
    insta::assert_snapshot!(shown("queues.dead/policy/buses.orders"), @r#"
    {
      "Document": "queues",
      "Of": "shop-dead",
      "Statement": {
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
            "aws:SourceArn": "arn:aws:events:eu-west-1:123456789012:event-bus/shop-orders"
          }
        }
      }
    }
    "#);
    insta::assert_snapshot!(shown("buses.orders/policy/billing"), @r#"
    {
      "Document": "buses",
      "Of": "shop-orders",
      "Statement": {
        "Effect": "Allow",
        "Principal": {
          "AWS": "111122223333"
        },
        "Action": "events:PutEvents"
      }
    }
    "#);
    let bus = &graph.resources[&"buses.orders".parse().unwrap()];
    assert_eq!(
        bus.edges.iter().map(|edge| edge.to.to_string()).collect::<Vec<_>>(),
        ["queues.dead/policy/buses.orders"]
    );
}

#[test]
fn what_the_account_shares_and_what_partners_own_is_not_declared() {
    let (_, findings) = compile(
        "stack: shop\nbuses:\n  default: {}\n  a: { name: default }\n  b: { name: aws.x }\n  c: { name: a/b }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[shared_resource]: the default bus is the account's: a stack cannot own it
     --> stack.yaml:3:3
      |
    3 |   default: {}
      |   ^^^^^^^
      |
      = in: buses.default
      = help: take the declaration away and write `bus: default` where it is meant

    error[shared_resource]: the default bus is the account's: a stack cannot own it
     --> stack.yaml:4:14
      |
    4 |   a: { name: default }
      |              ^^^^^^^
      |
      = in: buses.a
      = help: take the declaration away and write `bus: default` where it is meant

    error[shared_resource]: names that begin with `aws.` are those of partner buses
     --> stack.yaml:5:14
      |
    5 |   b: { name: aws.x }
      |              ^^^^^
      |
      = in: buses.b
      = help: write `event_source_name:` instead of `name:` if this is one, or give it another name

    error[illegal_name]: `a/b` is no legal name of a bus
     --> stack.yaml:6:14
      |
    6 |   c: { name: a/b }
      |              ^^^ `/` is not allowed; letters, digits and `-_.` are
      |
      = in: buses.c

    4 errors
    ");
}

#[test]
fn the_bus_of_a_partner_has_the_name_of_its_source_and_is_protected() {
    let (graph, findings) = compile(
        "
stack: shop
buses:
  crm: { event_source_name: aws.partner/example.com/acme/orders, tags: { team: orders } }
  free: { event_source_name: aws.partner/example.com/acme/free, protect: false }
rules:
  all: { bus: crm, pattern: { source: [{ prefix: aws.partner }] }, targets: { onward: { bus: default } } }
archives: { audit: { bus: crm } }
",
    );
    assert_eq!(findings, "");
    let of = |address: &str| &graph.resources[&address.parse().unwrap()];
    let bus = of("buses.crm");
    assert_eq!((bus.name.as_str(), bus.protect), ("aws.partner/example.com/acme/orders", true));
    assert_eq!(bus.properties.text_at("Name"), bus.properties.text_at("EventSourceName"));
    assert_eq!(bus.properties.text_at("EventSourceState"), Some("ACTIVE"));
    assert!(!of("buses.free").protect);
    assert_eq!(
        of("rules.all").properties.text_at("EventBusName"),
        Some("aws.partner/example.com/acme/orders")
    );
    assert_eq!(
        of("archives.audit").properties.text_at("EventSourceArn"),
        Some("arn:aws:events:eu-west-1:123456789012:event-bus/aws.partner/example.com/acme/orders")
    );
}

// amzn/selling-partner-api-models#4638: `EventBus name starting with 'aws.' is not valid`, until name and source
// were the same.
#[test]
fn what_is_wrong_with_the_bus_of_a_partner_is_said_at_its_place() {
    let (_, findings) = compile(
        "stack: shop\nbuses:\n  a: { event_source_name: example.com/orders }\n  b: { event_source_name: aws.partner/example.com/acme, name: acme }\n  c: { event_source_name: aws.partner/example.com/acme/orders, policy: { x: { Effect: Allow, Principal: '*', Action: events:PutEvents } } }\n",
    );
    insta::assert_snapshot!(findings, @"
    error[partner_source]: `example.com/orders` is no event source of a partner
     --> stack.yaml:3:27
      |
    3 |   a: { event_source_name: example.com/orders }
      |                           ^^^^^^^^^^^^^^^^^^
      |
      = in: buses.a
      = help: `aws.partner/PARTNER/NAMESPACE/NAME`, as the partner has told it

    error[partner_source]: the bus of a partner is called as its event source
     --> stack.yaml:4:63
      |
    4 |   b: { event_source_name: aws.partner/example.com/acme, name: acme }
      |                                                               ^^^^
      |
      = in: buses.b
      = help: take `name:` away

    error[partner_source]: AWS takes no policy on the bus of a partner: nobody but the partner puts events on it
     --> stack.yaml:5:64
      |
    5 | …artner/example.com/acme/orders, policy: { x: { Effect: Allow, Principal: '*', Action: events:P…
      |                                  ^^^^^^
      |
      = in: buses.c
      = help: take `policy:` away

    3 errors
    ");
}
