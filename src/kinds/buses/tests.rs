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
    insta::assert_snapshot!(findings, @r"
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

    error[shared_resource]: names that begin with `aws.` are those of partner buses, which are not built yet
     --> stack.yaml:5:14
      |
    5 |   b: { name: aws.x }
      |              ^^^^^
      |
      = in: buses.b
      = help: give it another `name:`, or name a partner bus by its ARN

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
