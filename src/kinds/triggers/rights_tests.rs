//! What reading a source adds to the role of the function: what `aws.md` 9.2 lists, and no right more. A
//! function has a log group of its own, so what a broker tells goes there; `rds` is what reading DocumentDB
//! takes by Lambda's own list.

use std::collections::BTreeSet;

use super::tests::{compile, of, stack};
use crate::compile::testing::compile_with;
use crate::engine::Value;

/// What a case declares, and what it adds: actions on a resource.
struct Case {
    name: &'static str,
    declared: &'static str,
    rights: &'static [(&'static str, &'static str)],
}

const AT: &str = "eu-west-1:123456789012";
/// An ARN that AWS assigns.
const LATER: &str = "(known after apply)";
const NETWORK: (&str, &str) = (
    "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs",
    "*",
);
const SECRET: (&str, &str) = ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:AT:secret:s");
const STREAM: (&str, &str) = (
    "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards kinesis:SubscribeToShard",
    "arn:aws:kinesis:AT:stream/shop-clicks",
);
const STREAMS: (&str, &str) = ("kinesis:ListStreams", "*");
const CLUSTER: (&str, &str) =
    ("kafka:DescribeClusterV2 kafka:GetBootstrapBrokers", "arn:aws:kafka:AT:cluster/c/1-2");

const CASES: &[Case] = &[
    Case {
        name: "queue",
        declared: "queue: jobs",
        rights: &[(
            "sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage",
            "arn:aws:sqs:AT:shop-jobs",
        )],
    },
    Case {
        name: "table",
        declared: "table: orders, starting_position: latest",
        rights: &[
            ("dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", LATER),
            ("dynamodb:ListStreams", "arn:aws:dynamodb:AT:table/shop-orders/stream/*"),
        ],
    },
    Case {
        name: "stream",
        declared: "stream: clicks, starting_position: latest",
        rights: &[STREAM, STREAMS],
    },
    Case {
        name: "stream_to_a_queue",
        declared: "stream: clicks, starting_position: latest, on_failure: { queue: dead }",
        rights: &[STREAM, STREAMS, ("sqs:SendMessage", "arn:aws:sqs:AT:shop-dead")],
    },
    Case {
        name: "stream_to_a_topic",
        declared: "stream: clicks, starting_position: latest, on_failure: { topic: 'arn:aws:sns:AT:dead' }",
        rights: &[STREAM, STREAMS, ("sns:Publish", "arn:aws:sns:AT:dead")],
    },
    Case {
        name: "stream_to_a_bucket",
        declared: "stream: clicks, starting_position: latest, on_failure: { bucket: 'arn:aws:s3:::dead' }",
        rights: &[
            STREAM,
            STREAMS,
            ("s3:PutObject", "arn:aws:s3:::dead/*"),
            ("s3:ListBucket", "arn:aws:s3:::dead"),
        ],
    },
    Case {
        name: "msk_by_role",
        declared: "msk: 'arn:aws:kafka:AT:cluster/c/1-2', topic_name: x, starting_position: latest, on_failure: { kafka_topic: dead }",
        rights: &[
            CLUSTER,
            NETWORK,
            (
                "kafka-cluster:Connect kafka-cluster:DescribeClusterDynamicConfiguration",
                "arn:aws:kafka:AT:cluster/c/1-2",
            ),
            ("kafka-cluster:DescribeTopic kafka-cluster:ReadData", "arn:aws:kafka:AT:topic/c/1-2/x"),
            ("kafka-cluster:DescribeTopic kafka-cluster:WriteData", "arn:aws:kafka:AT:topic/c/1-2/dead"),
            ("kafka-cluster:AlterGroup kafka-cluster:DescribeGroup", "arn:aws:kafka:AT:group/c/1-2/*"),
        ],
    },
    Case {
        name: "msk_by_secret",
        declared: "msk: 'arn:aws:kafka:AT:cluster/c/1-2', topic_name: x, starting_position: latest, source_access_configurations: [{ type: sasl_scram_512_auth, uri: 'arn:aws:secretsmanager:AT:secret:s' }], schema_registry: { schema_registry_uri: 'arn:aws:glue:AT:registry/r', event_record_format: json }",
        rights: &[
            CLUSTER,
            NETWORK,
            SECRET,
            ("glue:GetRegistry glue:GetSchemaVersion", "arn:aws:glue:AT:registry/r"),
            ("glue:GetRegistry glue:GetSchemaVersion", "arn:aws:glue:AT:schema/r/*"),
        ],
    },
    Case {
        name: "self_managed_kafka",
        declared: "self_managed_kafka: 'k.example.com:9092', topic_name: x, starting_position: latest",
        rights: &[],
    },
    Case {
        name: "self_managed_kafka_in_a_vpc",
        declared: "self_managed_kafka: 'k.example.com:9092', topic_name: x, starting_position: latest, source_access_configurations: [{ type: basic_auth, uri: 'arn:aws:secretsmanager:AT:secret:s' }, { type: server_root_ca_certificate, uri: 'arn:aws:secretsmanager:AT:secret:ca' }, { type: vpc_subnet, uri: subnet-1 }, { type: vpc_security_group, uri: sg-1 }]",
        rights: &[NETWORK, SECRET, ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:AT:secret:ca")],
    },
    Case {
        name: "active_mq",
        declared: "active_mq: 'arn:aws:mq:AT:broker:b:b-1', queue_name: q, source_access_configurations: [{ type: basic_auth, uri: 'arn:aws:secretsmanager:AT:secret:s' }]",
        rights: &[("mq:DescribeBroker", "arn:aws:mq:AT:broker:b:b-1"), NETWORK, SECRET],
    },
    Case {
        name: "rabbit_mq",
        declared: "rabbit_mq: 'arn:aws:mq:AT:broker:b:b-1', queue_name: q, source_access_configurations: [{ type: basic_auth, uri: 'arn:aws:secretsmanager:AT:secret:s' }, { type: virtual_host, uri: / }]",
        rights: &[("mq:DescribeBroker", "arn:aws:mq:AT:broker:b:b-1"), NETWORK, SECRET],
    },
    Case {
        name: "document_db",
        declared: "document_db: 'arn:aws:rds:AT:cluster:c', database_name: d, starting_position: latest, source_access_configurations: [{ type: basic_auth, uri: 'arn:aws:secretsmanager:AT:secret:s' }]",
        rights: &[
            ("rds:DescribeDBClusters", "arn:aws:rds:AT:cluster:c"),
            ("rds:DescribeDBClusterParameters", "arn:aws:rds:AT:cluster-pg:*"),
            ("rds:DescribeDBSubnetGroups", "arn:aws:rds:AT:subgrp:*"),
            NETWORK,
            SECRET,
        ],
    },
];

/// Every single right as `ACTION on RESOURCE`.
fn wanted(rights: &[(&str, &str)]) -> BTreeSet<String> {
    let each = |(actions, on): &(&str, &str)| {
        let on = on.replace("AT", AT);
        actions.split(' ').map(|action| format!("{action} on {on}")).collect::<Vec<_>>()
    };
    rights.iter().flat_map(each).collect()
}

fn granted(statements: &[Value]) -> BTreeSet<String> {
    let many = |value: Option<&Value>| match value.map(Value::to_shown_json) {
        Some(serde_json::Value::Array(items)) => items,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let mut granted = BTreeSet::new();
    for statement in statements {
        assert_eq!((statement.text_at("Effect"), statement.get("Condition")), (Some("Allow"), None));
        for action in many(statement.get("Action")) {
            for on in many(statement.get("Resource")) {
                granted.insert(format!("{} on {}", action.as_str().unwrap(), on.as_str().unwrap()));
            }
        }
    }
    granted
}

#[test]
fn no_kind_of_source_is_without_a_case() {
    let has = |key: &str| CASES.iter().any(|case| case.declared.starts_with(&format!("{key}:")));
    let without: Vec<&str> = crate::kinds::triggers::source::SOURCES
        .iter()
        .map(|source| source.key)
        .filter(|key| !has(key))
        .collect();
    assert_eq!(without, Vec::<&str>::new());
}

// P11 (terraform-aws-modules/terraform-aws-eventbridge#164): what MSK asks of EC2 has no resource narrower
// than `*`.
#[test]
fn a_role_may_do_with_each_source_what_reading_it_takes_and_nothing_else() {
    const OWN_LOG: (&str, &str) =
        ("logs:CreateLogStream logs:PutLogEvents", "arn:aws:logs:AT:log-group:/aws/lambda/shop-orders:*");
    for Case { name, declared, rights } in CASES {
        let (graph, findings) = compile(&stack(&format!("      t: {{ {declared} }}\n").replace("AT", AT)));
        assert_eq!(findings, "", "{name}");
        let statements = of(&graph, "functions.orders/role").at("Policies.gatewayctl.Statement").unwrap();
        let mut rights = wanted(rights);
        rights.extend(wanted(&[OWN_LOG]));
        let statements = statements.as_list().unwrap();
        assert_eq!(granted(statements), rights, "{name}");
        let json = Value::List(statements.to_vec()).to_shown_json();
        insta::assert_snapshot!(format!("trigger_{name}"), serde_json::to_string_pretty(&json).unwrap());
    }
}

// Done before the mapping is made: AWS refuses one whose role may not read its source
// (aws-samples/serverless-patterns#1543).
// P8 (terraform-aws-modules/terraform-aws-eventbridge#133): a pipe is made before the rights of its role are
// there.
#[test]
fn a_trigger_waits_for_the_role_that_another_destination_changes() {
    let text =
        |more: &str| stack(&format!("      t: {{ stream: clicks, starting_position: latest{more} }}\n"));
    let (graph, _) = compile(&text(", on_failure: { queue: dead }"));
    let trigger = "functions.orders/trigger/t".parse().unwrap();
    let waits: Vec<String> = graph.dependencies(&trigger).iter().map(ToString::to_string).collect();
    assert_eq!(waits, ["functions.orders", "functions.orders/role", "queues.dead", "streams.clicks"]);
    let role = |more: &str| {
        let (graph, _) = compile(&text(more));
        of(&graph, "functions.orders/role").at("Policies").unwrap().to_shown_json().to_string()
    };
    assert!(role(", on_failure: { queue: dead }").contains("sqs:SendMessage"));
    assert!(!role("").contains("sqs:SendMessage"));
}

#[test]
fn rights_name_the_partition_of_the_stack() {
    for (region, partition) in [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")] {
        for Case { name, declared, .. } in CASES {
            let declared = declared.replace("arn:aws:", &format!("arn:{partition}:"));
            let declared = declared.replace("AT", &format!("{region}:123456789012"));
            let (graph, findings) = compile_with(&stack(&format!("      t: {{ {declared} }}\n")), |inputs| {
                inputs.fallback_region = Some(region.into());
            });
            assert_eq!(findings, "", "{name}");
            for (address, resource) in graph.unwrap().resources {
                let shown = resource.properties.to_shown_json().to_string();
                let other =
                    shown.split("arn:").skip(1).find(|arn| !arn.starts_with(&format!("{partition}:")));
                assert_eq!(other, None, "{name}: {address}");
            }
        }
    }
}
