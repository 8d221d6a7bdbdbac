use crate::compile::testing::compile;
use crate::engine::Graph;

fn compiled(text: &str) -> Graph {
    let (graph, findings) = compile(text);
    assert_eq!(findings, "");
    graph
}

fn json(value: &crate::engine::Value) -> String {
    serde_json::to_string_pretty(&value.to_shown_json()).unwrap()
}

fn properties(graph: &Graph, address: &str) -> String {
    json(&graph.resources[&address.parse().unwrap()].properties)
}

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

/// aws-samples/serverless-patterns#1543: pipes send a message to the dead-letter queue when they are made.
#[test]
fn the_role_reads_its_queue_or_stream_and_sends_to_target_and_dead_letters() {
    let graph = compiled("
stack: shop
tables: { t: { partition_key: PK, stream: keys_only } }
queues: { from: {}, to: {}, dead: {} }
pipes:
  a: { source: { queue: from }, target: { queue: to } }
  b: { source: { table: t, starting_position: latest, dead_letter: dead }, target: { queue: to } }
  c: { source: { table: \"arn:aws:dynamodb:eu-west-1:123456789012:table/x/stream/2024-01-01T00:00:00.000\", starting_position: latest }, target: { queue: to } }
");
    let policy = |pipe: &str| {
        json(
            graph.resources[&format!("pipes.{pipe}/role").parse().unwrap()]
                .properties
                .at("Policies.gatewayctl.Statement")
                .unwrap(),
        )
    };
    insta::assert_snapshot!(policy("a"), @r#"
    [
      {
        "Effect": "Allow",
        "Action": [
          "sqs:DeleteMessage",
          "sqs:GetQueueAttributes",
          "sqs:ReceiveMessage"
        ],
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:shop-from"
      },
      {
        "Effect": "Allow",
        "Action": [
          "sqs:SendMessage"
        ],
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:shop-to"
      }
    ]
    "#);
    insta::assert_snapshot!(policy("b"), @r#"
    [
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
        "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-t/stream/*"
      },
      {
        "Effect": "Allow",
        "Action": [
          "sqs:SendMessage"
        ],
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:shop-dead"
      },
      {
        "Effect": "Allow",
        "Action": [
          "sqs:SendMessage"
        ],
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:shop-to"
      }
    ]
    "#);
    insta::assert_snapshot!(policy("c"), @r#"
    [
      {
        "Effect": "Allow",
        "Action": [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator"
        ],
        "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/x/stream/2024-01-01T00:00:00.000"
      },
      {
        "Effect": "Allow",
        "Action": [
          "dynamodb:ListStreams"
        ],
        "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/x/stream/*"
      },
      {
        "Effect": "Allow",
        "Action": [
          "sqs:SendMessage"
        ],
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:shop-to"
      }
    ]
    "#);
    let edges = &graph.resources[&"pipes.b".parse().unwrap()].edges;
    for to in ["pipes.b/role", "queues.dead", "queues.to", "tables.t"] {
        assert!(edges.iter().any(|edge| edge.to.to_string() == to), "{to}");
    }
}

#[test]
fn what_is_wrong_with_a_pipe_is_said_at_its_place() {
    insta::assert_snapshot!(compile("
stack: shop
tables: { t: { partition_key: PK, stream: keys_only }, still: { partition_key: PK } }
queues: { q: {} }
pipes:
  a: { source: { table: t }, target: { queue: q } }
  b: { source: { table: still, starting_position: latest, batch_size: 11 }, target: { queue: q } }
  c: { source: { queue: q, retry: { attempts: 3 }, dead_letter: q, starting_position: latest }, target: { queue: q } }
  d: { source: { kafka: x }, target: { function: f } }
  e: { source: { table: t, starting_position: latest, retry: { attempts: 10001, max_age: 59 }, parallelization_factor: 11 }, target: { queue: q, transform: { a: $.x }, input_template: x } }
  f: { source: { queue: q, filters: [{ body: 1 }, { body: [{ suffix: [] }] }] }, target: { queue: q, transform: { a: $aws.nothing } } }
  g: { source: { queue: q }, target: { bus: \"arn:aws:events:us-east-1:123456789012:event-bus/b\", source: aws.mine, time: now, resources: [a, b, c, d, e, f, g, h, i, j, k] } }
  h: { target: {} }
  i: { source: { table: \"arn:aws:dynamodb:eu-west-1:123456789012:table/x\", starting_position: latest }, target: { queue: q }, log: { level: error } }
").1, @r#"
    error[missing_key]: `starting_position` is missing
     --> stack.yaml:6:16
      |
    6 |   a: { source: { table: t }, target: { queue: q } }
      |                ^
      |
      = in: pipes.a
      = help: Where in the stream the pipe begins: `latest` (records from then on) or `trim_horizon` (the oldest record that is still there, up to a day old).

    error[no_output]: `tables.still` has no `stream_arn` as it is declared
     --> stack.yaml:7:25
      |
    7 |   b: { source: { table: still, starting_position: latest, batch_size: 11 }, target: { queue: q…
      |                         ^^^^^
      |
     ::: stack.yaml:3:56
      |
    3 | tables: { t: { partition_key: PK, stream: keys_only }, still: { partition_key: PK } }
      |                                                        ----- declared here
      |
      = in: pipes.b
      = help: declare its `stream`: What the records of its stream hold; left out, there is no stream. Another view is another stream with an ARN of its own, so whatever reads it is replaced.

    error[batch_size]: a batch of 11 records is more than a queue takes
     --> stack.yaml:7:71
      |
    7 | … { source: { table: still, starting_position: latest, batch_size: 11 }, target: { queue: q } }
      |                                                                    ^^
      |
      = in: pipes.b
      = help: at most 10

    error[streams_only]: `retry` is for streams
     --> stack.yaml:8:28
      |
    8 |   c: { source: { queue: q, retry: { attempts: 3 }, dead_letter: q, starting_position: latest }…
      |                            ^^^^^
      |
      = in: pipes.c
      = help: a queue counts receives itself: declare `redrive: { dead_letter: …, max_receive_count: … }` on the queue

    error[streams_only]: `dead_letter` is for streams
     --> stack.yaml:8:52
      |
    8 | …eue: q, retry: { attempts: 3 }, dead_letter: q, starting_position: latest }, target: { queue: …
      |                                  ^^^^^^^^^^^
      |
      = in: pipes.c
      = help: a queue has its own: declare `redrive: { dead_letter: …, max_receive_count: … }` on the queue

    error[streams_only]: `starting_position` is for streams
     --> stack.yaml:8:68
      |
    8 | …q, retry: { attempts: 3 }, dead_letter: q, starting_position: latest }, target: { queue: q } }
      |                                             ^^^^^^^^^^^^^^^^^
      |
      = in: pipes.c
      = help: a queue has none; take it away

    error[not_built]: a pipe's `kafka` is not built yet
     --> stack.yaml:9:18
      |
    9 |   d: { source: { kafka: x }, target: { function: f } }
      |                  ^^^^^
      |
      = in: pipes.d
      = help: there are `table` and `queue`

    error[not_built]: a pipe's `function` is not built yet
     --> stack.yaml:9:40
      |
    9 |   d: { source: { kafka: x }, target: { function: f } }
      |                                        ^^^^^^^^
      |
      = in: pipes.d
      = help: there are `bus` and `queue`

    error[out_of_range]: 10001 is too much; at most 10000
      --> stack.yaml:10:74
       |
    10 | …on: latest, retry: { attempts: 10001, max_age: 59 }, parallelization_factor: 11 }, target: { …
       |                                 ^^^^^
       |
       = in: pipes.e

    error[out_of_range]: 59 seconds is too little; at least 60 seconds
      --> stack.yaml:10:90
       |
    10 | …y: { attempts: 10001, max_age: 59 }, parallelization_factor: 11 }, target: { queue: q, transf…
       |                                 ^^
       |
       = in: pipes.e

    error[out_of_range]: 11 is too much; at most 10
      --> stack.yaml:10:120
       |
    10 | … 59 }, parallelization_factor: 11 }, target: { queue: q, transform: { a: $.x }, input_templat…
       |                                 ^^
       |
       = in: pipes.e

    error[target_input]: `input_template` cannot stand beside `transform`
      --> stack.yaml:10:169
       |
    10 | …arallelization_factor: 11 }, target: { queue: q, transform: { a: $.x }, input_template: x } }
       |                                                                          ^^^^^^^^^^^^^^
       |
       = in: pipes.e
       = help: a target takes one of transform, input, input_path and input_template

    error[pattern]: a field of a pattern takes a list of values, not a number
      --> stack.yaml:11:46
       |
    11 | … { queue: q, filters: [{ body: 1 }, { body: [{ suffix: [] }] }] }, target: { queue: q, transf…
       |                                 ^
       |
       = in: pipes.f
       = help: write `[1]`

    error[pattern]: a text or `{ equals-ignore-case: text }` is wanted here
      --> stack.yaml:11:70
       |
    11 | … body: 1 }, { body: [{ suffix: [] }] }] }, target: { queue: q, transform: { a: $aws.nothing }…
       |                                 ^^
       |
       = in: pipes.f
       = help: alternatives are expressions of their own: `[{ prefix: a }, { prefix: b }]`

    error[transform]: the service has no variable `$aws.nothing`
      --> stack.yaml:11:118
       |
    11 | …y: 1 }, { body: [{ suffix: [] }] }] }, target: { queue: q, transform: { a: $aws.nothing } } }
       |                                                                             ^^^^^^^^^^^^
       |
       = in: pipes.f
       = help: there are pipe-arn, pipe-name, source-arn, enrichment-arn, target-arn, event.ingestion-time, event, event.json

    error[missing_key]: `detail_type` is missing
      --> stack.yaml:12:38
       |
    12 | … source: { queue: q }, target: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/b", so…
       |                                 ^
       |
       = in: pipes.g
       = help: The event's detail-type, or a path of the record.

    error[bus_elsewhere]: a pipe puts events on a bus of its own account and region alone
      --> stack.yaml:12:45
       |
    12 | …: { queue: q }, target: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/b", source: a…
       |                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: pipes.g
       = help: send to a bus here, and from there on by a rule

    error[event_source]: sources that begin with `aws.` are AWS's own
      --> stack.yaml:12:106
       |
    12 | …56789012:event-bus/b", source: aws.mine, time: now, resources: [a, b, c, d, e, f, g, h, i, j,…
       |                                 ^^^^^^^^
       |
       = in: pipes.g
       = help: choose another source

    error[event_time]: the time is a path of the record
      --> stack.yaml:12:122
       |
    12 | …2:event-bus/b", source: aws.mine, time: now, resources: [a, b, c, d, e, f, g, h, i, j, k] } }
       |                                          ^^^
       |
       = in: pipes.g
       = help: such as `$.dynamodb.ApproximateCreationDateTime`

    error[too_many_resources]: an event names at most 10 resources
      --> stack.yaml:12:138
       |
    12 | …2:event-bus/b", source: aws.mine, time: now, resources: [a, b, c, d, e, f, g, h, i, j, k] } }
       |                                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: pipes.g

    error[missing_key]: `source` is missing
      --> stack.yaml:13:6
       |
    13 |   h: { target: {} }
       |      ^
       |
       = in: pipes.h
       = help: Where records come from: `{ table: orders, starting_position: latest }` (the table's stream) or `{ queue: orders }`, with batching, `filters`, and for a stream `retry` and `dead_letter`.

    error[no_kind_key]: nothing here names what it goes to; one of `bus`, `queue` must stand here
      --> stack.yaml:13:16
       |
    13 |   h: { target: {} }
       |                ^^
       |
       = in: pipes.h

    error[no_stream]: this is the ARN of a table; a pipe reads its stream
      --> stack.yaml:14:25
       |
    14 |   i: { source: { table: "arn:aws:dynamodb:eu-west-1:123456789012:table/x", starting_position:…
       |                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: pipes.i
       = help: write the stream's ARN, which ends in `/stream/` and a time

    error[missing_key]: `group` is missing
      --> stack.yaml:14:132
       |
    14 | …56789012:table/x", starting_position: latest }, target: { queue: q }, log: { level: error } }
       |                                                                             ^
       |
       = in: pipes.i
       = help: The log group. AWS lets the pipe write to it by itself.

    24 errors
    "#);
}

#[test]
fn a_pipe_has_five_filters_of_4096_characters_at_the_most() {
    let filters = ["{ body: [a] }"; 6].join(", ");
    let with = |filters: &str| {
        compile(&format!("stack: shop\nqueues: {{ q: {{}} }}\npipes: {{ p: {{ source: {{ queue: q, filters: [{filters}] }}, target: {{ queue: q }} }} }}\n")).1
    };
    assert!(
        with(&filters).contains("error[too_many_filters]: 6 filters stand here; a pipe has at most 5"),
        "{}",
        with(&filters)
    );
    let long = with(&format!("{{ body: [{}] }}", "a".repeat(4100)));
    assert!(long.contains("AWS takes at most 4096"), "{long}");
    assert_eq!(with(&format!("{{ body: [{}] }}", "a".repeat(4000))), "");
}

#[test]
fn a_template_has_8192_characters_at_the_most() {
    let long = "a".repeat(8192);
    let (_, findings) = compile(&format!(
        "stack: shop\nqueues: {{ q: {{}} }}\npipes: {{ p: {{ source: {{ queue: q }}, target: {{ queue: q, transform: {{ a: {long} }} }} }} }}\n"
    ));
    assert!(findings.contains("8192"), "{findings}");
}
