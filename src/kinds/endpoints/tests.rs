use crate::compile::testing::compile;

const HEALTH: &str = "arn:aws:route53:::healthcheck/0a1b2c3d-4e5f-6789-abcd-ef0123456789";

#[test]
fn an_endpoint_names_its_bus_in_both_regions_and_its_role_replicates_between_them() {
    let (graph, findings) = compile(&format!(
        "
stack: shop
buses: {{ orders: {{}} }}
endpoints:
  orders: {{ bus: orders, secondary_region: eu-central-1, health_check: '{HEALTH}', description: Orders, replication: disabled }}
"
    ));
    assert_eq!(findings, "");
    let of = |address: &str| &graph.resources[&address.parse().unwrap()].properties;
    let shown = |address| serde_json::to_string_pretty(&of(address).to_shown_json()).unwrap();
    insta::assert_snapshot!(shown("endpoints.orders"), @r#"
    {
      "RoutingConfig": {
        "FailoverConfig": {
          "Secondary": {
            "Route": "eu-central-1"
          },
          "Primary": {
            "HealthCheck": "arn:aws:route53:::healthcheck/0a1b2c3d-4e5f-6789-abcd-ef0123456789"
          }
        }
      },
      "Description": "Orders",
      "ReplicationConfig": {
        "State": "DISABLED"
      },
      "Name": "shop-orders",
      "EventBuses": [
        {
          "EventBusArn": "arn:aws:events:eu-west-1:123456789012:event-bus/shop-orders"
        },
        {
          "EventBusArn": "arn:aws:events:eu-central-1:123456789012:event-bus/shop-orders"
        }
      ],
      "RoleArn": "arn:aws:iam::123456789012:role/gatewayctl/shop/shop-orders-endpoint-role-eu-west-1"
    }
    "#);
    insta::assert_snapshot!(shown("endpoints.orders/role"), @r#"
    {
      "AssumeRolePolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "Service": "events.amazonaws.com"
            },
            "Action": "sts:AssumeRole"
          }
        ]
      },
      "Path": "/gatewayctl/shop/",
      "RoleName": "shop-orders-endpoint-role-eu-west-1",
      "Policies": {
        "gatewayctl": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": [
                "events:PutEvents"
              ],
              "Resource": [
                "arn:aws:events:eu-west-1:123456789012:event-bus/shop-orders",
                "arn:aws:events:eu-central-1:123456789012:event-bus/shop-orders"
              ]
            },
            {
              "Effect": "Allow",
              "Action": [
                "events:DeleteRule",
                "events:PutRule",
                "events:PutTargets",
                "events:RemoveTargets"
              ],
              "Resource": [
                "arn:aws:events:eu-west-1:123456789012:rule/shop-orders/GlobalEndpointManagedRule-*",
                "arn:aws:events:eu-central-1:123456789012:rule/shop-orders/GlobalEndpointManagedRule-*"
              ]
            },
            {
              "Effect": "Allow",
              "Action": [
                "iam:PassRole"
              ],
              "Resource": "arn:aws:iam::123456789012:role/gatewayctl/shop/shop-orders-endpoint-role-eu-west-1",
              "Condition": {
                "StringEquals": {
                  "iam:PassedToService": "events.amazonaws.com"
                }
              }
            }
          ]
        }
      }
    }
    "#);
}

#[test]
fn what_is_wrong_with_an_endpoint_is_said_at_its_place() {
    let (_, findings) = compile(&format!(
        "
stack: shop
buses: {{ orders: {{}}, crm: {{ event_source_name: aws.partner/example.com/acme/orders }} }}
endpoints:
  a: {{ bus: orders, secondary_region: eu-west-1, health_check: 0a1b }}
  b: {{ bus: crm, secondary_region: eu-central-1, health_check: '{HEALTH}' }}
  c: {{ bus: 'arn:aws:events:eu-west-1:999999999999:event-bus/x', secondary_region: eu-central-1, health_check: '{HEALTH}' }}
  d: {{ secondary_region: eu-central-1 }}
"
    ));
    insta::assert_snapshot!(findings, @"
    error[endpoint_region]: this is the region that it fails over from
     --> stack.yaml:5:39
      |
    5 |   a: { bus: orders, secondary_region: eu-west-1, health_check: 0a1b }
      |                                       ^^^^^^^^^
      |
      = in: endpoints.a
      = help: name another one

    error[wrong_arn]: this is no ARN of a health check
     --> stack.yaml:5:64
      |
    5 |   a: { bus: orders, secondary_region: eu-west-1, health_check: 0a1b }
      |                                                                ^^^^
      |
      = in: endpoints.a
      = help: `arn:PARTITION:route53:::healthcheck/ID`

    error[foreign_bus]: the bus of a partner takes no endpoint
     --> stack.yaml:6:13
      |
    6 |   b: { bus: crm, secondary_region: eu-central-1, health_check: 'arn:aws:route53:::healthcheck/…
      |             ^^^
      |
      = in: endpoints.b
      = help: name a bus of your own, to which a rule forwards its events

    error[foreign_bus]: an endpoint stands in the account and region of its bus, and this one is in 999999999999, eu-west-1
     --> stack.yaml:7:13
      |
    7 |   c: { bus: 'arn:aws:events:eu-west-1:999999999999:event-bus/x', secondary_region: eu-central-…
      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: endpoints.c
      = help: name a bus of this account and region

    error[missing_key]: `bus` is missing
     --> stack.yaml:8:6
      |
    8 |   d: { secondary_region: eu-central-1 }
      |      ^
      |
      = in: endpoints.d
      = help: The bus that gets the events: a key, an ARN of this account and region, or `default`. In the secondary region one of the same name stands, which is made there.

    error[missing_key]: `health_check` is missing
     --> stack.yaml:8:6
      |
    8 |   d: { secondary_region: eu-central-1 }
      |      ^
      |
      = in: endpoints.d
      = help: The ARN of the Route 53 health check that decides which region gets the events.

    6 errors
    ");
}
