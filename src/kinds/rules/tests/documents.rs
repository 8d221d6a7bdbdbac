//! What a declaration comes to.

use super::{GATEWAY, json, rule};
use crate::compile::testing::compile;

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
