use super::*;

#[test]
fn the_pipe_of_the_gateway_reads_the_stream_and_puts_events() {
    let graph = compiled(
        "
stack: serverless-event-gateway
tables: { orders: { name: orders, partition_key: PK, stream: new_image } }
buses: { orders: { name: orders } }
log_groups: { pipe: { name: /orders/events/pipe-logs, retention_days: 1 } }
pipes:
  orders-stream:
    name: dynamodb-orders-stream
    source: { table: orders, starting_position: latest, batch_size: 1 }
    target:
      bus: orders
      source: dynamodb.orders
      detail_type: dynamodb-orders-stream
      transform:
        eventName: $.eventName
        order: { id: $.dynamodb.NewImage.PK.S, state: $.dynamodb.NewImage.state.S }
    log: { group: pipe, level: error }
",
    );
    insta::assert_snapshot!(properties(&graph, "tables.orders"), @r#"
    {
      "StreamSpecification": {
        "StreamViewType": "NEW_IMAGE",
        "StreamEnabled": true
      },
      "TableName": "orders",
      "KeySchema": [
        {
          "AttributeName": "PK",
          "KeyType": "HASH",
          "AttributeType": "S"
        }
      ],
      "BillingMode": "PAY_PER_REQUEST"
    }
    "#);
    insta::assert_snapshot!(properties(&graph, "pipes.orders-stream"), @r#"
    {
      "Name": "dynamodb-orders-stream",
      "SourceParameters": {
        "DynamoDBStreamParameters": {
          "StartingPosition": "LATEST",
          "BatchSize": 1
        }
      },
      "Source": "(known after apply)",
      "TargetParameters": {
        "EventBridgeEventBusParameters": {
          "Source": "dynamodb.orders",
          "DetailType": "dynamodb-orders-stream"
        },
        "InputTemplate": "{\"eventName\":<$.eventName>,\"order\":{\"id\":<$.dynamodb.NewImage.PK.S>,\"state\":<$.dynamodb.NewImage.state.S>}}"
      },
      "Target": "arn:aws:events:eu-west-1:123456789012:event-bus/orders",
      "LogConfiguration": {
        "CloudwatchLogsLogDestination": {
          "LogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:/orders/events/pipe-logs"
        },
        "Level": "ERROR"
      },
      "RoleArn": "arn:aws:iam::123456789012:role/gatewayctl/serverless-event-gateway/serverless-event-gateway-orders-stream-pipe-role-eu-west-1"
    }
    "#);
    insta::assert_snapshot!(properties(&graph, "pipes.orders-stream/role"), @r#"
    {
      "AssumeRolePolicyDocument": {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "Service": "pipes.amazonaws.com"
            },
            "Action": "sts:AssumeRole",
            "Condition": {
              "StringEquals": {
                "aws:SourceAccount": "123456789012"
              },
              "ArnEquals": {
                "aws:SourceArn": "arn:aws:pipes:eu-west-1:123456789012:pipe/dynamodb-orders-stream"
              }
            }
          }
        ]
      },
      "Path": "/gatewayctl/serverless-event-gateway/",
      "RoleName": "serverless-event-gateway-orders-stream-pipe-role-eu-west-1",
      "Policies": {
        "gatewayctl": {
          "Version": "2012-10-17",
          "Statement": [
            {
              "Effect": "Allow",
              "Action": [
                "dynamodb:DescribeStream",
                "dynamodb:GetRecords",
                "dynamodb:GetShardIterator"
              ],
              "Resource": "(known after apply)"
            },
            {
              "Effect": "Allow",
              "Action": [
                "dynamodb:ListStreams"
              ],
              "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/*"
            },
            {
              "Effect": "Allow",
              "Action": [
                "events:PutEvents"
              ],
              "Resource": "arn:aws:events:eu-west-1:123456789012:event-bus/orders"
            }
          ]
        }
      }
    }
    "#);
    let edges: Vec<_> = graph.resources[&"pipes.orders-stream".parse().unwrap()]
        .edges
        .iter()
        .map(|edge| edge.to.to_string())
        .collect();
    assert_eq!(edges, ["buses.orders", "log_groups.pipe", "pipes.orders-stream/role", "tables.orders"]);
}

#[test]
fn everything_about_a_pipe_stands_in_its_document() {
    let graph = compiled("
stack: shop
tables: { t: { partition_key: PK, stream: keys_only } }
queues: { q: {}, dead: {} }
roles: { mine: { trust: { Statement: { Effect: Allow, Principal: { Service: pipes.amazonaws.com }, Action: sts:AssumeRole } } } }
log_groups: { logs: {} }
pipes:
  p:
    source:
      table: t
      starting_position: trim_horizon
      batch_size: 10
      maximum_batching_window: 5m
      parallelization_factor: 2
      on_partial_batch_item_failure: automatic_bisect
      retry: { attempts: 0, max_age: 1h }
      dead_letter: dead
      filters: [ { eventName: [INSERT, MODIFY] }, { dynamodb: { Keys: { PK: { S: [{ prefix: a }] } } } } ]
    target: { queue: q, message_group_id: $.dynamodb.Keys.PK.S, message_deduplication_id: $.eventID, input_template: '{\"id\": <$.eventID>}' }
    log: { group: logs, level: trace, include_execution_data: true }
    state: stopped
    description: of records
    kms_key: alias/mine
    role: mine
    tags: { team: a }
");
    insta::assert_snapshot!(properties(&graph, "pipes.p"), @r#"
    {
      "DesiredState": "STOPPED",
      "Description": "of records",
      "KmsKeyIdentifier": "alias/mine",
      "Name": "shop-p",
      "Tags": {
        "team": "a"
      },
      "SourceParameters": {
        "DynamoDBStreamParameters": {
          "StartingPosition": "TRIM_HORIZON",
          "BatchSize": 10,
          "MaximumBatchingWindowInSeconds": 300,
          "ParallelizationFactor": 2,
          "OnPartialBatchItemFailure": "AUTOMATIC_BISECT",
          "DeadLetterConfig": {
            "Arn": "arn:aws:sqs:eu-west-1:123456789012:shop-dead"
          },
          "MaximumRetryAttempts": 0,
          "MaximumRecordAgeInSeconds": 3600
        },
        "FilterCriteria": {
          "Filters": [
            {
              "Pattern": {
                "eventName": [
                  "INSERT",
                  "MODIFY"
                ]
              }
            },
            {
              "Pattern": {
                "dynamodb": {
                  "Keys": {
                    "PK": {
                      "S": [
                        {
                          "prefix": "a"
                        }
                      ]
                    }
                  }
                }
              }
            }
          ]
        }
      },
      "Source": "(known after apply)",
      "TargetParameters": {
        "SqsQueueParameters": {
          "MessageGroupId": "$.dynamodb.Keys.PK.S",
          "MessageDeduplicationId": "$.eventID"
        },
        "InputTemplate": "{\"id\": <$.eventID>}"
      },
      "Target": "arn:aws:sqs:eu-west-1:123456789012:shop-q",
      "LogConfiguration": {
        "CloudwatchLogsLogDestination": {
          "LogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:shop-logs"
        },
        "Level": "TRACE",
        "IncludeExecutionData": [
          "ALL"
        ]
      },
      "RoleArn": "arn:aws:iam::123456789012:role/shop-mine-eu-west-1"
    }
    "#);
    assert!(!graph.resources.contains_key(&"pipes.p/role".parse().unwrap()));
}

/// A pipe from a queue to a queue with something else in the place of source, enrichment or target.
fn pipe(rest: &str) -> Graph {
    compiled(&format!(
        "stack: shop\nqueues: {{ q: {{}} }}\nroles: {{ task: {{ trust: {{ Statement: {{ Effect: Allow, Principal: {{ Service: ecs-tasks.amazonaws.com }}, Action: sts:AssumeRole }} }} }} }}\npipes:\n  p:\n{rest}"
    ))
}

#[test]
fn everything_about_brokers_of_ones_own_stands_in_the_document() {
    let graph = pipe(
        "
    source:
      self_managed_kafka: kafka.example.com:9092
      topic_name: orders
      starting_position: trim_horizon
      consumer_group_id: shop
      additional_bootstrap_servers: [\"other.example.com:9092\"]
      credentials: { client_certificate_tls_auth: \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:tls\" }
      server_root_ca_certificate: \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:ca\"
      vpc: { subnets: [subnet-1], security_groups: [sg-1] }
      batch_size: 5
      maximum_batching_window: 10s
      filters: [{ value: { a: [b] } }]
    enrichment: { api_destination: \"arn:aws:events:eu-west-1:123456789012:api-destination/a/1\", header_parameters: { X-Id: $.key }, query_string_parameters: { a: b }, path_parameter_values: [$.key], transform: { id: $.key } }
    target: { queue: q }
    log: { firehose: \"arn:aws:firehose:eu-west-1:123456789012:deliverystream/f\", s3: { bucket_name: logs, prefix: pipes/ }, level: info }
",
    );
    insta::assert_snapshot!(properties(&graph, "pipes.p"));
}

#[test]
fn everything_about_a_task_stands_in_the_document() {
    let graph = pipe(
        "
    source: { queue: q }
    target:
      ecs_cluster: \"arn:aws:ecs:eu-west-1:123456789012:cluster/c\"
      task_definition: \"arn:aws:ecs:eu-west-1:123456789012:task-definition/d:1\"
      task_count: 2
      capacity_provider_strategy: [{ capacity_provider: SPOT, weight: 1, base: 1 }]
      network_configuration: { subnets: [subnet-1], security_groups: [sg-1] }
      platform_version: 1.4.0
      group: $.body.group
      enable_ecs_managed_tags: true
      enable_execute_command: true
      placement_constraints: [{ type: member_of, expression: \"attribute:a == b\" }]
      placement_strategy: [{ type: spread, field: instanceId }]
      propagate_tags: task_definition
      reference_id: $.messageId
      tags: { team: a }
      overrides:
        cpu: \"256\"
        memory: \"512\"
        ephemeral_storage: { size_in_gib: 30 }
        execution_role: task
        task_role: task
        inference_accelerator_overrides: [{ device_name: a, device_type: b }]
        container_overrides:
          - name: main
            command: [run, $.body.what]
            cpu: 1
            memory: 128
            memory_reservation: 64
            environment: [{ name: ID, value: $.messageId }]
            environment_files: [{ type: s3, value: \"arn:aws:s3:::b/k.env\" }]
            resource_requirements: [{ type: gpu, value: \"1\" }]
",
    );
    insta::assert_snapshot!(properties(&graph, "pipes.p"));
    insta::assert_snapshot!(json(
        graph.resources[&"pipes.p/role".parse().unwrap()].properties.at("Policies.gatewayctl").unwrap()
    ));
}
