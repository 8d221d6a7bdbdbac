//! The generated role: for each source, enrichment and target exactly what `aws.md` 9.2 and 9.3 list.

use crate::kinds::pipes::{enrichment, source, target};
use std::collections::BTreeSet;

use super::*;

/// What a case declares, and what its role may do beyond the rest of the pipe: actions on a resource,
/// with `if` where a condition must stand.
pub struct Case {
    pub name: &'static str,
    pub declared: &'static str,
    pub rights: &'static [(&'static str, &'static str)],
}

pub const AT: &str = "eu-west-1:123456789012";
/// An ARN, or another thing, that AWS assigns.
const LATER: &str = "(known after apply)";
const NETWORK: (&str, &str) = (
    "ec2:CreateNetworkInterface ec2:DeleteNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs",
    "*",
);
const BROKER_LOG: (&str, &str) =
    ("logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents", "arn:aws:logs:AT:log-group:*");
const SECRET: (&str, &str) = ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:AT:secret:s");

pub const SOURCES: &[Case] = &[
    Case {
        name: "table",
        declared: "{ table: t, starting_position: latest }",
        rights: &[
            ("dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", LATER),
            ("dynamodb:ListStreams", "arn:aws:dynamodb:AT:table/shop-t/stream/*"),
        ],
    },
    Case {
        name: "table_of_others",
        declared: "{ table: \"arn:aws:dynamodb:AT:table/x/stream/2024\", starting_position: latest }",
        rights: &[
            (
                "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator",
                "arn:aws:dynamodb:AT:table/x/stream/2024",
            ),
            ("dynamodb:ListStreams", "arn:aws:dynamodb:AT:table/x/stream/*"),
        ],
    },
    Case {
        name: "stream",
        declared: "{ stream: \"arn:aws:kinesis:AT:stream/s\", starting_position: latest }",
        rights: &[
            (
                "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards kinesis:SubscribeToShard",
                "arn:aws:kinesis:AT:stream/s",
            ),
            ("kinesis:ListStreams", "*"),
        ],
    },
    // aws-samples/serverless-patterns#1543, #1857, aws/aws-cdk#31664: a pipe sends a message to its
    // dead letters when it is made.
    Case {
        name: "stream_with_dead_letters",
        declared: "{ stream: \"arn:aws:kinesis:AT:stream/s\", starting_position: latest, dead_letter: dead }",
        rights: &[
            (
                "kinesis:DescribeStream kinesis:DescribeStreamSummary kinesis:GetRecords kinesis:GetShardIterator kinesis:ListShards kinesis:SubscribeToShard",
                "arn:aws:kinesis:AT:stream/s",
            ),
            ("kinesis:ListStreams", "*"),
            ("sqs:SendMessage", "arn:aws:sqs:AT:shop-dead"),
        ],
    },
    Case {
        name: "table_with_dead_letters_to_a_topic",
        declared: "{ table: t, starting_position: latest, dead_letter: \"arn:aws:sns:AT:dead\" }",
        rights: &[
            ("dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator", LATER),
            ("dynamodb:ListStreams", "arn:aws:dynamodb:AT:table/shop-t/stream/*"),
            ("sns:Publish", "arn:aws:sns:AT:dead"),
        ],
    },
    Case { name: "queue", declared: "{ queue: from }", rights: &[] },
    Case {
        name: "active_mq",
        declared: "{ active_mq: \"arn:aws:mq:AT:broker:b:b-1\", queue_name: q, credentials: { basic_auth: \"arn:aws:secretsmanager:AT:secret:s\" } }",
        rights: &[("mq:DescribeBroker", "arn:aws:mq:AT:broker:b:b-1"), NETWORK, BROKER_LOG, SECRET],
    },
    Case {
        name: "rabbit_mq",
        declared: "{ rabbit_mq: \"arn:aws:mq:AT:broker:b:b-1\", queue_name: q, credentials: { basic_auth: \"arn:aws:secretsmanager:AT:secret:s\" } }",
        rights: &[("mq:DescribeBroker", "arn:aws:mq:AT:broker:b:b-1"), NETWORK, BROKER_LOG, SECRET],
    },
    // terraform-aws-modules/terraform-aws-eventbridge#164: ec2:Describe* on the cluster's ARN is nothing.
    Case {
        name: "msk",
        declared: "{ msk: \"arn:aws:kafka:AT:cluster/c/1-2\", topic_name: t, starting_position: latest, credentials: { sasl_scram_512_auth: \"arn:aws:secretsmanager:AT:secret:s\" } }",
        rights: &[
            ("kafka:DescribeClusterV2 kafka:GetBootstrapBrokers", "arn:aws:kafka:AT:cluster/c/1-2"),
            NETWORK,
            SECRET,
        ],
    },
    Case {
        name: "msk_by_role",
        declared: "{ msk: \"arn:aws:kafka:AT:cluster/c/1-2\", topic_name: t, starting_position: latest, consumer_group_id: g }",
        rights: &[
            (
                "kafka:DescribeClusterV2 kafka:GetBootstrapBrokers kafka-cluster:Connect kafka-cluster:DescribeClusterDynamicConfiguration",
                "arn:aws:kafka:AT:cluster/c/1-2",
            ),
            NETWORK,
            ("kafka-cluster:DescribeTopic kafka-cluster:ReadData", "arn:aws:kafka:AT:topic/c/1-2/t"),
            ("kafka-cluster:AlterGroup kafka-cluster:DescribeGroup", "arn:aws:kafka:AT:group/c/1-2/g"),
        ],
    },
    Case {
        name: "self_managed_kafka",
        declared: "{ self_managed_kafka: \"kafka.example.com:9092\", topic_name: t, starting_position: latest }",
        rights: &[],
    },
    Case {
        name: "self_managed_kafka_in_a_vpc",
        declared: "{ self_managed_kafka: \"kafka.example.com:9092\", topic_name: t, starting_position: latest, vpc: { subnets: [subnet-1], security_groups: [sg-1] }, server_root_ca_certificate: \"arn:aws:secretsmanager:AT:secret:ca\", credentials: { basic_auth: \"arn:aws:secretsmanager:AT:secret:s\" } }",
        rights: &[NETWORK, SECRET, ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:AT:secret:ca")],
    },
];

pub const ENRICHMENTS: &[Case] = &[
    Case {
        name: "function",
        declared: "{ function: \"arn:aws:lambda:AT:function:f\" }",
        rights: &[("lambda:InvokeFunction", "arn:aws:lambda:AT:function:f")],
    },
    Case {
        name: "state_machine",
        declared: "{ state_machine: \"arn:aws:states:AT:stateMachine:m\" }",
        rights: &[("states:StartSyncExecution", "arn:aws:states:AT:stateMachine:m")],
    },
    Case {
        name: "api_destination",
        declared: "{ api_destination: d }",
        rights: &[("events:InvokeApiDestination", LATER)],
    },
    Case {
        name: "api",
        declared: "{ api: \"arn:aws:execute-api:AT:a1/prod/GET/x/*\", path_parameter_values: [$.body.id] }",
        rights: &[("execute-api:Invoke", "arn:aws:execute-api:AT:a1/prod/GET/x/*")],
    },
];

pub const TARGETS: &[Case] = &[
    Case {
        name: "bus",
        declared: "{ bus: b, source: s, detail_type: t }",
        rights: &[("events:PutEvents", "arn:aws:events:AT:event-bus/shop-b")],
    },
    Case { name: "queue", declared: "{ queue: q }", rights: &[("sqs:SendMessage", "arn:aws:sqs:AT:shop-q")] },
    Case {
        name: "topic",
        declared: "{ topic: \"arn:aws:sns:AT:t\" }",
        rights: &[("sns:Publish", "arn:aws:sns:AT:t")],
    },
    Case {
        name: "stream",
        declared: "{ stream: \"arn:aws:kinesis:AT:stream/s\", partition_key: $.messageId }",
        rights: &[("kinesis:PutRecord kinesis:PutRecords", "arn:aws:kinesis:AT:stream/s")],
    },
    Case {
        name: "function",
        declared: "{ function: \"arn:aws:lambda:AT:function:f\", qualifier: live }",
        rights: &[("lambda:InvokeFunction", "arn:aws:lambda:AT:function:f:live")],
    },
    Case {
        name: "state_machine",
        declared: "{ state_machine: \"arn:aws:states:AT:stateMachine:m\" }",
        rights: &[("states:StartSyncExecution", "arn:aws:states:AT:stateMachine:m")],
    },
    Case {
        name: "state_machine_that_is_not_waited_for",
        declared: "{ state_machine: \"arn:aws:states:AT:stateMachine:m\", invocation_type: fire_and_forget }",
        rights: &[("states:StartExecution", "arn:aws:states:AT:stateMachine:m")],
    },
    Case {
        name: "api_destination",
        declared: "{ api_destination: d }",
        rights: &[("events:InvokeApiDestination", LATER)],
    },
    Case {
        name: "api",
        declared: "{ api: pets, route: \"POST /pets/{id}\", path_parameter_values: [$.body.id] }",
        rights: &[("execute-api:Invoke", LATER)],
    },
    // terraform-aws-modules/terraform-aws-eventbridge#205: PutRecord alone fails with batches.
    Case {
        name: "firehose",
        declared: "{ firehose: \"arn:aws:firehose:AT:deliverystream/f\" }",
        rights: &[("firehose:PutRecord firehose:PutRecordBatch", "arn:aws:firehose:AT:deliverystream/f")],
    },
    Case {
        name: "log_group",
        declared: "{ log_group: logs }",
        rights: &[("logs:CreateLogStream logs:PutLogEvents", "arn:aws:logs:AT:log-group:shop-logs:*")],
    },
    Case {
        name: "ecs_cluster",
        declared: "{ ecs_cluster: \"arn:aws:ecs:AT:cluster/c\", task_definition: \"arn:aws:ecs:AT:task-definition/d\", pass_roles: [\"arn:aws:iam::123456789012:role/task\"], tags: { a: b } }",
        rights: &[
            (
                "ecs:RunTask if ArnEquals ecs:cluster arn:aws:ecs:AT:cluster/c",
                "arn:aws:ecs:AT:task-definition/d:*",
            ),
            ("ecs:TagResource if StringEquals ecs:CreateAction RunTask", "arn:aws:ecs:AT:task/c/*"),
            (
                "iam:PassRole if StringEquals iam:PassedToService ecs-tasks.amazonaws.com",
                "arn:aws:iam::123456789012:role/task",
            ),
        ],
    },
    Case {
        name: "ecs_cluster_with_managed_tags",
        declared: "{ ecs_cluster: \"arn:aws:ecs:AT:cluster/c\", task_definition: \"arn:aws:ecs:AT:task-definition/d\", pass_roles: [], enable_ecs_managed_tags: true }",
        rights: &[
            (
                "ecs:RunTask if ArnEquals ecs:cluster arn:aws:ecs:AT:cluster/c",
                "arn:aws:ecs:AT:task-definition/d:*",
            ),
            ("ecs:TagResource if StringEquals ecs:CreateAction RunTask", "arn:aws:ecs:AT:task/c/*"),
        ],
    },
    Case {
        name: "batch_queue",
        declared: "{ batch_queue: \"arn:aws:batch:AT:job-queue/j\", job_name: n, job_definition: \"d:3\" }",
        rights: &[
            ("batch:SubmitJob", "arn:aws:batch:AT:job-queue/j"),
            ("batch:SubmitJob", "arn:aws:batch:AT:job-definition/d:3"),
        ],
    },
    Case {
        name: "redshift_by_user",
        declared: "{ redshift: \"arn:aws:redshift:AT:cluster:c\", database: dev, db_user: awsuser, sqls: [select 1] }",
        rights: &[
            ("redshift-data:BatchExecuteStatement", "arn:aws:redshift:AT:cluster:c"),
            ("redshift:GetClusterCredentials", "arn:aws:redshift:AT:dbname:c/dev"),
            ("redshift:GetClusterCredentials", "arn:aws:redshift:AT:dbuser:c/awsuser"),
        ],
    },
    Case {
        name: "redshift_by_secret",
        declared: "{ redshift: \"arn:aws:redshift-serverless:AT:workgroup/w\", database: dev, secret_manager_arn: \"arn:aws:secretsmanager:AT:secret:s\", sqls: [select 1, select 2] }",
        rights: &[
            ("redshift-data:BatchExecuteStatement", "arn:aws:redshift-serverless:AT:workgroup/w"),
            SECRET,
        ],
    },
    Case {
        name: "sagemaker_pipeline",
        declared: "{ sagemaker_pipeline: \"arn:aws:sagemaker:AT:pipeline/p\" }",
        rights: &[("sagemaker:StartPipelineExecution", "arn:aws:sagemaker:AT:pipeline/p")],
    },
    Case {
        name: "timestream",
        declared: "{ timestream: \"arn:aws:timestream:AT:database/d/table/t\", time_value: $.time, version_value: \"1\", dimension_mappings: [{ dimension_name: n, dimension_value: $.n, dimension_value_type: varchar }], single_measure_mappings: [{ measure_name: m, measure_value: $.m, measure_value_type: double }] }",
        rights: &[
            ("timestream:WriteRecords", "arn:aws:timestream:AT:database/d/table/t"),
            ("timestream:DescribeEndpoints", "*"),
        ],
    },
    // Amazon Inspector Classic knows no rights on single resources.
    Case {
        name: "inspector",
        declared: "{ inspector: \"arn:aws:inspector:AT:target/0-a/template/0-b\" }",
        rights: &[("inspector:StartAssessmentRun", "*")],
    },
];

pub const BASE: &str = "
stack: shop
parameters: { key: { from: \"env:KEY\", secret: true, default: x } }
tables: { t: { partition_key: PK, stream: keys_only } }
queues: { from: {}, q: {}, dead: {} }
buses: { b: {} }
log_groups: { logs: {} }
connections: { c: { api_key: { name: X, value: \"${parameters.key}\" } } }
api_destinations: { d: { connection: c, endpoint: \"https://x.example/\", method: POST } }
apis: { pets: { routes: { \"POST /pets/{id}\": { put_event: { bus: b, source: s, detail_type: t, detail: $ } } } } }
pipes: { p: { ";

const FROM_QUEUE: (&str, &str) =
    ("sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage", "arn:aws:sqs:AT:shop-from");
const TO_QUEUE: (&str, &str) = ("sqs:SendMessage", "arn:aws:sqs:AT:shop-q");

/// Every single right as `ACTION on RESOURCE`, with ` if CONDITION` between.
type Rights = BTreeSet<String>;

fn wanted(rights: &[(&str, &str)]) -> Rights {
    let mut wanted = Rights::new();
    for (actions, on) in rights {
        let (actions, condition) = match actions.split_once(" if ") {
            Some((actions, condition)) => (actions, format!(" if {condition}")),
            None => (*actions, String::new()),
        };
        for action in actions.split(' ') {
            wanted.insert(format!("{action}{condition} on {on}").replace("AT", AT));
        }
    }
    wanted
}

fn granted(statements: &serde_json::Value) -> Rights {
    let many = |value: &serde_json::Value| match value {
        serde_json::Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    };
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut granted = Rights::new();
    for statement in statements.as_array().unwrap() {
        assert_eq!(statement["Effect"], "Allow");
        let mut condition = String::new();
        for (operator, tests) in statement["Condition"].as_object().into_iter().flatten() {
            for (key, value) in tests.as_object().unwrap() {
                condition += &format!(" if {operator} {key} {}", text(value));
            }
        }
        for action in many(&statement["Action"]) {
            for on in many(&statement["Resource"]) {
                granted.insert(format!("{}{condition} on {}", text(&action), text(&on)));
            }
        }
    }
    granted
}

/// Each case's policy is a snapshot of its own, and holds what is wanted: no more and no less.
fn check(cases: &[Case], what: &str, text: impl Fn(&str) -> String, rest: &[(&str, &str)]) {
    for case in cases {
        let graph = compiled(&format!("{BASE}{} }} }}\n", text(&case.declared.replace("AT", AT))));
        let role = &graph.resources[&"pipes.p/role".parse().unwrap()].properties;
        let policy = role.at("Policies.gatewayctl").unwrap();
        let statements = policy.get("Statement").unwrap().to_shown_json();
        let mut rights = wanted(case.rights);
        rights.extend(wanted(rest));
        assert_eq!(granted(&statements), rights, "{what} {}", case.name);
        insta::assert_snapshot!(format!("{what}_{}", case.name), json(policy));
    }
}

// P11 (terraform-aws-modules/terraform-aws-eventbridge#164): what MSK asks of EC2 has no resource narrower
// than `*`.
#[test]
fn a_role_may_do_with_each_source_what_the_source_needs_and_nothing_else() {
    let text = |source: &str| format!("source: {source}, target: {{ queue: q }}");
    for case in SOURCES {
        let rest: &[_] = if case.name == "queue" { &[FROM_QUEUE, TO_QUEUE] } else { &[TO_QUEUE] };
        check(std::slice::from_ref(case), "source", text, rest);
    }
}

#[test]
fn a_role_may_do_with_each_enrichment_what_calling_it_needs_and_nothing_else() {
    let text = |call: &str| format!("source: {{ queue: from }}, enrichment: {call}, target: {{ queue: q }}");
    check(ENRICHMENTS, "enrichment", text, &[FROM_QUEUE, TO_QUEUE]);
}

// P10 (terraform-aws-modules/terraform-aws-eventbridge#205,
// terraform-aws-modules/terraform-aws-eventbridge#207): a batch goes to Firehose by `PutRecordBatch`, which
// the role did not have.
#[test]
fn a_role_may_do_with_each_target_what_calling_it_needs_and_nothing_else() {
    let text = |call: &str| format!("source: {{ queue: from }}, target: {call}");
    check(TARGETS, "target", text, &[FROM_QUEUE]);
}

/// Every kind of source, enrichment and target has a case.
#[test]
fn no_kind_is_without_a_case() {
    let cases = |cases: &[Case]| -> BTreeSet<String> {
        let keys = cases.iter().flat_map(|case| {
            let words = case.declared.split([' ', ',', '{']).filter_map(|word| word.strip_suffix(':'));
            words.map(str::to_owned)
        });
        keys.collect()
    };
    for (kinds, cases) in [
        (source::KINDS.iter().map(|kind| kind.key).collect::<Vec<_>>(), cases(SOURCES)),
        (enrichment::KINDS.iter().map(|kind| kind.key).collect(), cases(ENRICHMENTS)),
        (target::KINDS.iter().map(|kind| kind.key).collect(), cases(TARGETS)),
    ] {
        let without: Vec<&str> = kinds.into_iter().filter(|kind| !cases.contains(*kind)).collect();
        assert_eq!(without, Vec::<&str>::new());
    }
}

/// The pipe waits for what it names, and for its role's policy with it
/// (terraform-aws-modules/terraform-aws-eventbridge#133).
#[test]
fn a_pipe_waits_for_its_role_and_for_what_it_names() {
    let graph = compiled(&format!(
        "{BASE}source: {{ table: t, starting_position: latest, dead_letter: dead }}, enrichment: {{ api_destination: d }}, target: {{ api: pets, route: \"POST /pets/*\", path_parameter_values: [\"1\"] }}, log: {{ group: logs, level: error }} }} }}\n"
    ));
    let edges: Vec<String> =
        graph.resources[&"pipes.p".parse().unwrap()].edges.iter().map(|edge| edge.to.to_string()).collect();
    assert_eq!(
        edges,
        ["api_destinations.d", "apis.pets", "log_groups.logs", "pipes.p/role", "queues.dead", "tables.t"]
    );
}
