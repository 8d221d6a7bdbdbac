//! What the role of each kind of target may do; and that it is no more than the call needs.

use crate::compile::testing::compile;
use crate::engine::{Graph, Value};

use super::target;

/// A kind key, a target, and rights.
type Written = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Each kind of target as one may write it, and the rights that the role gets: the action and what it is on.
const TARGETS: &[Written] = &[
    (
        "function",
        "function: \"arn:aws:lambda:eu-west-1:123456789012:function:work\", qualifier: live",
        &[("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:123456789012:function:work:live")],
    ),
    ("queue", "queue: jobs", &[("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:shop-jobs")]),
    ("topic", "topic: news", &[("sns:Publish", "arn:aws:sns:eu-west-1:123456789012:shop-news")]),
    (
        "bus",
        "bus: orders, source: shop, detail_type: day",
        &[("events:PutEvents", "arn:aws:events:eu-west-1:123456789012:event-bus/shop-orders")],
    ),
    (
        "stream",
        "stream: clicks, partition_key: a",
        &[("kinesis:PutRecord", "arn:aws:kinesis:eu-west-1:123456789012:stream/shop-clicks")],
    ),
    (
        "firehose",
        "firehose: \"arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake\"",
        &[
            ("firehose:PutRecord", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake"),
            ("firehose:PutRecordBatch", "arn:aws:firehose:eu-west-1:123456789012:deliverystream/lake"),
        ],
    ),
    (
        "state_machine",
        "state_machine: \"arn:aws:states:eu-west-1:123456789012:stateMachine:ship\"",
        &[("states:StartExecution", "arn:aws:states:eu-west-1:123456789012:stateMachine:ship")],
    ),
    (
        "ecs_cluster",
        "ecs_cluster: \"arn:aws:ecs:eu-west-1:123456789012:cluster/main\", task_definition: \"arn:aws:ecs:eu-west-1:123456789012:task-definition/ship:3\", pass_roles: [\"arn:aws:iam::123456789012:role/task\"], tags: { a: b }",
        &[
            ("ecs:RunTask", "arn:aws:ecs:eu-west-1:123456789012:task-definition/ship:3"),
            ("ecs:TagResource", "arn:aws:ecs:eu-west-1:123456789012:task/main/*"),
            ("iam:PassRole", "arn:aws:iam::123456789012:role/task"),
        ],
    ),
    (
        "sagemaker_pipeline",
        "sagemaker_pipeline: \"arn:aws:sagemaker:eu-west-1:123456789012:pipeline/train\"",
        &[("sagemaker:StartPipelineExecution", "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/train")],
    ),
    (
        "codebuild",
        "codebuild: \"arn:aws:codebuild:eu-west-1:123456789012:project/site\"",
        &[("codebuild:StartBuild", "arn:aws:codebuild:eu-west-1:123456789012:project/site")],
    ),
    (
        "codepipeline",
        "codepipeline: \"arn:aws:codepipeline:eu-west-1:123456789012:site\"",
        &[("codepipeline:StartPipelineExecution", "arn:aws:codepipeline:eu-west-1:123456789012:site")],
    ),
    // Amazon Inspector Classic knows its actions on everything alone.
    (
        "inspector",
        "inspector: \"arn:aws:inspector:eu-west-1:123456789012:target/0-a/template/0-b\"",
        &[("inspector:StartAssessmentRun", "*")],
    ),
    (
        "aws_sdk",
        "aws_sdk: sqs:purgeQueue, transform: { QueueUrl: \"${queues.jobs.url}\" }",
        &[("sqs:PurgeQueue", "arn:aws:sqs:eu-west-1:123456789012:shop-jobs")],
    ),
];

/// What an API action is on cannot be told, so its rights are declared.
const GRANTS: &str = "grants: [{ queue: jobs, actions: [\"sqs:PurgeQueue\"] }],";

fn stack(target: &str) -> String {
    let grants = if target.starts_with("aws_sdk") { GRANTS } else { "" };
    format!(
        "
stack: shop
queues: {{ jobs: {{}}, dead: {{}} }}
topics: {{ news: {{}} }}
buses: {{ orders: {{}} }}
streams: {{ clicks: {{}} }}
schedule_groups: {{ nightly: {{}} }}
schedules:
  s: {{ group: nightly, schedule: rate(1 hour), {grants} target: {{ {target} }} }}
"
    )
}

/// What the role may do, one by one.
fn rights(graph: &Graph) -> Vec<(String, String)> {
    let many = |value: Option<&Value>| -> Vec<String> {
        let text =
            |value: &Value| value.as_str().map_or_else(|| value.to_shown_json().to_string(), str::to_owned);
        match value {
            Some(Value::List(items)) => items.iter().map(text).collect(),
            Some(one) => vec![text(one)],
            None => Vec::new(),
        }
    };
    let role = &graph.resources[&"schedules.s/role".parse().unwrap()];
    let statements = role.properties.at("Policies.gatewayctl.Statement").and_then(Value::as_list);
    let mut found = Vec::new();
    for statement in statements.unwrap_or_default() {
        for action in many(statement.get("Action")) {
            found.extend(many(statement.get("Resource")).into_iter().map(|on| (action.clone(), on)));
        }
    }
    found.sort();
    found
}

#[test]
fn every_kind_of_target_gets_the_rights_of_its_call_and_nothing_wider() {
    assert_eq!(TARGETS.iter().map(|(key, ..)| *key).collect::<Vec<_>>(), target::keys());
    for (key, target, needed) in TARGETS {
        let (graph, findings) = compile(&stack(target));
        assert_eq!(findings, "", "{key}");
        let mut needed: Vec<_> =
            needed.iter().map(|(action, on)| ((*action).to_owned(), (*on).to_owned())).collect();
        needed.sort();
        assert_eq!(rights(&graph), needed, "{key}");
    }
}

#[test]
fn dead_letters_and_a_key_are_rights_of_the_same_role() {
    let text = stack("queue: jobs, dead_letter: dead").replace(
        "schedule: rate(1 hour)",
        "schedule: rate(1 hour), kms_key_arn: \"arn:aws:kms:eu-west-1:123456789012:key/0-a\"",
    );
    let (graph, findings) = compile(&text);
    assert_eq!(findings, "");
    let expected = [
        ("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/0-a"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:shop-dead"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:shop-jobs"),
    ];
    assert_eq!(rights(&graph), expected.map(|(action, on)| (action.to_owned(), on.to_owned())));
    // The right on an alias is on the keys that bear it.
    let (graph, _) = compile(&text.replace("key/0-a", "alias/jobs"));
    assert!(
        rights(&graph).contains(&("kms:Decrypt".into(), "arn:aws:kms:eu-west-1:123456789012:key/*".into()))
    );
}

#[test]
fn the_role_is_trusted_for_the_group_since_scheduler_asks_about_no_schedule() {
    let (graph, _) = compile(&stack("queue: jobs"));
    let role = &graph.resources[&"schedules.s/role".parse().unwrap()];
    let trust = role.properties.get("AssumeRolePolicyDocument").unwrap().to_shown_json();
    insta::assert_snapshot!(trust, @r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"scheduler.amazonaws.com"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnEquals":{"aws:SourceArn":"arn:aws:scheduler:eu-west-1:123456789012:schedule-group/shop-nightly"}}}]}"#);
}
