use crate::compile::testing::compile;

/// The graph's resource of an address, as JSON, without findings.
fn properties(text: &str, address: &str) -> String {
    let (graph, findings) = compile(text);
    assert_eq!(findings, "");
    let resource = &graph.resources[&address.parse().unwrap()];
    serde_json::to_string_pretty(&resource.properties.to_shown_json()).unwrap()
}

fn findings(text: &str) -> String {
    compile(text).1
}

#[test]
fn a_table_of_one_string_key_is_on_demand_and_protected() {
    let text = "stack: shop\ntables: { orders: { partition_key: PK } }\n";
    insta::assert_snapshot!(properties(text, "tables.orders"), @r#"
    {
      "TableName": "shop-orders",
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
    let (graph, _) = compile(text);
    assert!(graph.resources[&"tables.orders".parse().unwrap()].protect);
}

#[test]
fn everything_about_a_table_stands_in_its_document() {
    insta::assert_snapshot!(properties(EVERYTHING, "tables.orders"), @r#"
    {
      "StreamSpecification": {
        "StreamViewType": "NEW_AND_OLD_IMAGES",
        "StreamEnabled": true
      },
      "TimeToLiveSpecification": {
        "AttributeName": "expires"
      },
      "PointInTimeRecoverySpecification": {
        "PointInTimeRecoveryEnabled": true,
        "RecoveryPeriodInDays": 7
      },
      "DeletionProtectionEnabled": true,
      "TableClass": "STANDARD_INFREQUENT_ACCESS",
      "TableName": "shop-orders",
      "Tags": {
        "team": "a"
      },
      "KeySchema": [
        {
          "AttributeName": "PK",
          "KeyType": "HASH",
          "AttributeType": "B"
        },
        {
          "AttributeName": "created",
          "KeyType": "RANGE",
          "AttributeType": "N"
        }
      ],
      "ProvisionedThroughput": {
        "ReadCapacityUnits": 5,
        "WriteCapacityUnits": 6
      },
      "BillingMode": "PROVISIONED",
      "GlobalSecondaryIndexes": [
        {
          "IndexName": "by-state",
          "KeySchema": [
            {
              "AttributeName": "state",
              "KeyType": "HASH",
              "AttributeType": "S"
            },
            {
              "AttributeName": "created",
              "KeyType": "RANGE",
              "AttributeType": "N"
            }
          ],
          "Projection": {
            "NonKeyAttributes": [
              "a",
              "b"
            ],
            "ProjectionType": "INCLUDE"
          },
          "ProvisionedThroughput": {
            "ReadCapacityUnits": 1,
            "WriteCapacityUnits": 2
          }
        },
        {
          "IndexName": "by-day",
          "KeySchema": [
            {
              "AttributeName": "day",
              "KeyType": "HASH",
              "AttributeType": "S"
            }
          ],
          "Projection": {
            "ProjectionType": "KEYS_ONLY"
          },
          "ProvisionedThroughput": {
            "ReadCapacityUnits": 1,
            "WriteCapacityUnits": 2
          }
        }
      ]
    }
    "#);
}

const EVERYTHING: &str = "
stack: shop
tables:
  orders:
    partition_key: { name: PK, type: binary }
    sort_key: { name: created, type: number }
    billing: { provisioned: { read: 5, write: 6 } }
    stream: new_and_old_images
    indexes:
      by-state: { partition_key: state, sort_key: { name: created, type: number }, projection: { include: [a, b] }, throughput: { read: 1, write: 2 } }
      by-day: { partition_key: day, projection: keys_only, throughput: { read: 1, write: 2 } }
    ttl: expires
    point_in_time_recovery: true
    recovery_period: 7
    deletion_protection: true
    table_class: standard_infrequent_access
    tags: { team: a }
";

#[test]
fn what_is_wrong_with_a_table_is_said_at_its_place() {
    insta::assert_snapshot!(findings("
stack: shop
tables:
  a: { sort_key: SK, recovery_period: 7 }
  b: { partition_key: PK, sort_key: PK, billing: monthly }
  c: { partition_key: { name: PK, type: date }, stream: newest }
  d:
    partition_key: PK
    indexes:
      x: { partition_key: state }
      by-state: { sort_key: PK }
      by-key: { partition_key: { name: PK, type: number }, throughput: { read: 1, write: 1 } }
      by-day: { partition_key: day, projection: most }
  e:
    partition_key: PK
    billing: { provisioned: { read: 0, write: 1 } }
    indexes: { by-day: { partition_key: day, projection: { include: [] } } }
"), @"
    error[missing_key]: `partition_key` is missing
     --> stack.yaml:4:6
      |
    4 |   a: { sort_key: SK, recovery_period: 7 }
      |      ^
      |
      = in: tables.a
      = help: The partition key: `PK`, a string, or `{ name: PK, type: string|number|binary }`.

    error[no_recovery]: a recovery period has no use without recovery
     --> stack.yaml:4:39
      |
    4 |   a: { sort_key: SK, recovery_period: 7 }
      |                                       ^
      |
      = in: tables.a
      = help: add `point_in_time_recovery: true`

    error[two_keys]: `PK` cannot be both keys
     --> stack.yaml:5:37
      |
    5 |   b: { partition_key: PK, sort_key: PK, billing: monthly }
      |                                     ^^
      |
      = in: tables.b
      = help: the sort key is another attribute

    error[billing]: billing is `on_demand` or a capacity
     --> stack.yaml:5:50
      |
    5 |   b: { partition_key: PK, sort_key: PK, billing: monthly }
      |                                                  ^^^^^^^
      |
      = in: tables.b
      = help: `billing: { provisioned: { read: 5, write: 5 } }`

    error[unknown_word]: `date` is none of the words that can stand here
     --> stack.yaml:6:41
      |
    6 |   c: { partition_key: { name: PK, type: date }, stream: newest }
      |                                         ^^^^
      |
      = in: tables.c
      = help: one of `string`, `number`, `binary`

    error[unknown_word]: `newest` is none of the words that can stand here
     --> stack.yaml:6:57
      |
    6 |   c: { partition_key: { name: PK, type: date }, stream: newest }
      |                                                         ^^^^^^
      |
      = in: tables.c
      = help: one of `keys_only`, `new_image`, `old_image`, `new_and_old_images`

    error[illegal_key]: `x` is no name of an index
      --> stack.yaml:10:7
       |
    10 |       x: { partition_key: state }
       |       ^
       |
       = in: tables.d
       = help: 3 to 255 letters, digits, `-`, `_` and `.`

    error[missing_key]: `partition_key` is missing
      --> stack.yaml:11:17
       |
    11 |       by-state: { sort_key: PK }
       |                 ^
       |
       = in: tables.d
       = help: The partition key: `PK`, a string, or `{ name: PK, type: number }`.

    error[two_key_types]: `PK` is a key of type N here and of type S elsewhere
      --> stack.yaml:12:32
       |
    12 |       by-key: { partition_key: { name: PK, type: number }, throughput: { read: 1, write: 1 } }
       |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: tables.d
       = help: an attribute has one type in the table and all its indexes

    error[throughput]: the table is on demand, so an index has no capacity
      --> stack.yaml:12:72
       |
    12 |       by-key: { partition_key: { name: PK, type: number }, throughput: { read: 1, write: 1 } }
       |                                                                        ^^^^^^^^^^^^^^^^^^^^^
       |
       = in: tables.d
       = help: take `throughput:` away

    error[projection]: a projection is `all`, `keys_only` or `{ include: [state] }`
      --> stack.yaml:13:49
       |
    13 |       by-day: { partition_key: day, projection: most }
       |                                                 ^^^^
       |
       = in: tables.d

    error[out_of_range]: 0 is too little; at least 1
      --> stack.yaml:16:37
       |
    16 |     billing: { provisioned: { read: 0, write: 1 } }
       |                                     ^
       |
       = in: tables.e

    error[throughput]: the table's capacity is provisioned, and so is an index's
      --> stack.yaml:17:16
       |
    17 |     indexes: { by-day: { partition_key: day, projection: { include: [] } } }
       |                ^^^^^^
       |
       = in: tables.e
       = help: add `throughput: { read: 5, write: 5 }`

    error[empty_projection]: `include` names no attribute
      --> stack.yaml:17:58
       |
    17 |     indexes: { by-day: { partition_key: day, projection: { include: [] } } }
       |                                                          ^^^^^^^^^^^^^^^
       |
       = in: tables.e
       = help: or write `projection: keys_only`

    14 errors
    ");
}

#[test]
fn a_table_has_twenty_indexes_at_the_most() {
    let index = |i: usize| format!("index-{i}: {{ partition_key: a{i} }}");
    let indexes: Vec<String> = (0..21).map(index).collect();
    let text = format!(
        "stack: shop\ntables: {{ t: {{ partition_key: PK, indexes: {{ {} }} }} }}\n",
        indexes.join(", ")
    );
    assert!(
        findings(&text).contains("error[too_many_indexes]: 21 indexes stand here; a table has at most 20")
    );
}

#[test]
fn the_stream_of_a_table_without_one_is_refused_where_it_is_named() {
    insta::assert_snapshot!(findings("
stack: shop
tables: { t: { partition_key: PK } }
outputs: { stream: \"${tables.t.stream_arn}\" }
"), @r#"
    error[no_output]: `tables.t` has no `stream_arn` as it is declared
     --> stack.yaml:4:20
      |
    3 | tables: { t: { partition_key: PK } }
      |           - declared here
    4 | outputs: { stream: "${tables.t.stream_arn}" }
      |                    ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: declare its `stream`: What the records of its stream hold; left out, there is no stream. Another view is another stream with an ARN of its own, so whatever reads it is replaced.

    1 error
    "#);
}

#[test]
fn a_grant_is_on_the_indexes_only_where_they_can_be_read() {
    let (graph, findings) = compile(
        "
stack: shop
tables: { t: { partition_key: PK, stream: new_image } }
queues: { q: {} }
pipes:
  p:
    source: { table: t, starting_position: latest }
    target: { queue: q }
    grants: [ { table: t, access: write }, { table: t, actions: [dynamodb:Query] } ]
",
    );
    assert_eq!(findings, "");
    let role = &graph.resources[&"pipes.p/role".parse().unwrap()];
    let policy = role.properties.at("Policies.gatewayctl.Statement").unwrap().to_shown_json();
    insta::assert_snapshot!(serde_json::to_string_pretty(&policy).unwrap(), @r#"
    [
      {
        "Effect": "Allow",
        "Action": [
          "dynamodb:BatchWriteItem",
          "dynamodb:DeleteItem",
          "dynamodb:DescribeTable",
          "dynamodb:PutItem",
          "dynamodb:UpdateItem"
        ],
        "Resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-t"
      },
      {
        "Effect": "Allow",
        "Action": [
          "dynamodb:Query"
        ],
        "Resource": [
          "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-t",
          "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-t/index/*"
        ]
      },
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
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:shop-q"
      }
    ]
    "#);
}

/// The codes of the findings of a table, in order.
fn codes(rest: &str) -> Vec<String> {
    let findings = findings(&format!("stack: shop\ntables:\n  orders:\n    partition_key: PK\n{rest}"));
    let of = |line: &str| Some(line.split_once("error[")?.1.split_once(']')?.0.to_owned());
    findings.lines().filter_map(of).collect()
}

#[test]
fn what_does_not_go_together_is_said() {
    const PROVISIONED: &str = "    billing: { provisioned: { read: 1, write: 1 } }\n";
    for (wrong, code) in [
        ("    local_indexes: { by-size: { sort_key: size } }\n".to_owned(), "no_sort_key"),
        (format!("{PROVISIONED}    on_demand_throughput: {{ max_read: 1 }}\n"), "on_demand_throughput"),
        (
            format!(
                "{PROVISIONED}    indexes: {{ by-a: {{ partition_key: a, throughput: {{ read: 1, write: 1 }}, on_demand_throughput: {{ max_read: 1 }} }} }}\n"
            ),
            "on_demand_throughput",
        ),
        ("    replicas: [eu-west-2]\n".to_owned(), "not_built"),
        ("    import_source: {}\n".to_owned(), "not_built"),
        ("    vector_indexes: {}\n".to_owned(), "not_built"),
        ("    recovery_period: 3\n".to_owned(), "no_recovery"),
    ] {
        assert_eq!(codes(&wrong), [code], "{wrong}");
    }
    let six: String = (0..6).map(|n| format!("by-{n}a: {{ sort_key: s{n} }}, ")).collect();
    assert_eq!(codes(&format!("    sort_key: at\n    local_indexes: {{ {six} }}\n")), ["too_many_indexes"]);
}

#[test]
fn a_key_is_an_arn_an_id_or_an_alias() {
    let encryption = |key: &str| {
        let text =
            format!("stack: shop\ntables:\n  orders:\n    partition_key: PK\n    kms_key: \"{key}\"\n");
        let (graph, findings) = compile(&text);
        assert_eq!(findings, "");
        let properties = &graph.resources[&"tables.orders".parse().unwrap()].properties;
        properties.get("SSESpecification").unwrap().to_shown_json().to_string()
    };
    assert!(encryption("1234").contains(":key/1234\""));
    assert_eq!(
        encryption("arn:aws:kms:eu-west-1:111122223333:key/1234"),
        r#"{"KMSMasterKeyId":"arn:aws:kms:eu-west-1:111122223333:key/1234","Enabled":true}"#
    );
    for alias in ["alias/orders", "arn:aws:kms:eu-west-1:111122223333:alias/orders"] {
        assert_eq!(encryption(alias), format!(r#"{{"Enabled":true,"KMSMasterKeyAlias":"{alias}"}}"#));
    }
}
