//! Pipes as AWS shows them, against their declarations: equal where nothing differs but what AWS fills
//! in, and different by exactly what does.

use crate::diff::{Table, Versions, diff};
use crate::engine::Value;
use crate::kinds::kind;

use super::*;

/// The paths in which a live pipe differs from a declaration.
fn differs(declared: &str, live: serde_json::Value) -> Vec<String> {
    let graph =
        compiled(&format!("stack: shop\nqueues: {{ q: {{}}, out: {{}} }}\npipes:\n  p: {declared}\n"));
    let mut wish = graph.resources[&"pipes.p".parse().unwrap()].properties.clone();
    // As at an apply: what is assigned is known by then.
    let role: Value = "arn:aws:iam::123456789012:role/r".into();
    wish.put("RoleArn", role);
    let mut seen: Value = serde_json::json!({
        "Name": "shop-p", "RoleArn": "arn:aws:iam::123456789012:role/r", "DesiredState": "RUNNING",
        "Source": wish.text_at("Source"), "Target": wish.text_at("Target"),
    })
    .into();
    for (member, value) in live.as_object().unwrap() {
        seen.put(member, value.clone().into());
    }
    let table = Table::new(kind("pipes").unwrap().about().fields);
    diff(&seen, &wish, &table, Versions::default()).paths()
}

const QUEUE: &str = "{ source: { queue: q }, target: { queue: out } }";

// hashicorp/terraform-provider-aws#42565, pulumi/pulumi-aws#4412: a block of logging after the first update.
#[test]
fn logging_that_is_off_is_no_logging() {
    for log in [
        serde_json::json!({ "Level": "OFF" }),
        serde_json::json!({ "Level": "OFF", "IncludeExecutionData": [] }),
        serde_json::json!({ "Level": "OFF", "IncludeExecutionData": null, "CloudwatchLogsLogDestination": {} }),
    ] {
        assert_eq!(differs(QUEUE, serde_json::json!({ "LogConfiguration": log })), [""; 0]);
    }
    let on = serde_json::json!({ "LogConfiguration": { "Level": "ERROR" } });
    assert_eq!(differs(QUEUE, on), ["LogConfiguration.Level"]);
}

// hashicorp/terraform-provider-aws#40007: absent, `{}`, `[]` and `{ PathParameterValues: [] }` are one.
#[test]
fn empty_blocks_are_as_if_they_were_not_there() {
    let empty =
        serde_json::json!({ "PathParameterValues": [], "HeaderParameters": {}, "QueryStringParameters": {} });
    for live in [
        serde_json::json!({ "EnrichmentParameters": {} }),
        serde_json::json!({ "EnrichmentParameters": { "HttpParameters": empty }, "Enrichment": "" }),
        serde_json::json!({ "EnrichmentParameters": { "InputTemplate": "" }, "Description": "", "KmsKeyIdentifier": "" }),
        serde_json::json!({ "TargetParameters": { "SqsQueueParameters": {}, "InputTemplate": null } }),
        serde_json::json!({ "TargetParameters": { "HttpParameters": empty } }),
        serde_json::json!({ "SourceParameters": { "FilterCriteria": { "Filters": [] } }, "Tags": {} }),
    ] {
        assert_eq!(differs(QUEUE, live.clone()), [""; 0], "{live}");
    }
}

// A recorded live read: a queue's source always shows BatchSize=10 and MaximumBatchingWindow=0.
// hashicorp/terraform-provider-aws#28153: defaults that nobody documents, one row each.
// P13: what a live read of a pipe shows of its source.
#[test]
fn what_aws_fills_in_at_a_source_is_no_difference() {
    let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:s";
    let credentials = serde_json::json!({ "BasicAuth": secret });
    let stream = serde_json::json!({
        "StartingPosition": "LATEST", "BatchSize": 100, "MaximumBatchingWindowInSeconds": 0, "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": -1, "ParallelizationFactor": 1, "DeadLetterConfig": {},
    });
    for (source, block, live) in [
        (
            "{ queue: q }",
            "SqsQueueParameters",
            serde_json::json!({ "BatchSize": 10, "MaximumBatchingWindowInSeconds": 0 }),
        ),
        (
            "{ stream: \"arn:aws:kinesis:eu-west-1:123456789012:stream/s\", starting_position: latest }",
            "KinesisStreamParameters",
            stream.clone(),
        ),
        (
            "{ table: \"arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/1\", starting_position: latest }",
            "DynamoDBStreamParameters",
            stream,
        ),
        (
            "{ active_mq: \"arn:aws:mq:eu-west-1:123456789012:broker:b:1\", queue_name: n, credentials: { basic_auth: \"arn:aws:secretsmanager:eu-west-1:123456789012:secret:s\" } }",
            "ActiveMQBrokerParameters",
            serde_json::json!({ "QueueName": "n", "Credentials": credentials, "BatchSize": 100, "MaximumBatchingWindowInSeconds": 0 }),
        ),
        (
            "{ msk: \"arn:aws:kafka:eu-west-1:123456789012:cluster/c/1\", topic_name: t, starting_position: trim_horizon }",
            "ManagedStreamingKafkaParameters",
            serde_json::json!({ "TopicName": "t", "StartingPosition": "TRIM_HORIZON", "BatchSize": 100, "Credentials": {} }),
        ),
    ] {
        let declared = format!("{{ source: {source}, target: {{ queue: out }} }}");
        assert_eq!(
            differs(&declared, serde_json::json!({ "SourceParameters": { block: live } })),
            [""; 0],
            "{source}"
        );
        // One real difference is exactly that one.
        let mut other = live.clone();
        other["BatchSize"] = 7.into();
        let path = format!("SourceParameters.{block}.BatchSize");
        assert_eq!(differs(&declared, serde_json::json!({ "SourceParameters": { block: other } })), [path]);
    }
}

// hashicorp/terraform-provider-aws#33019: no retries are another thing than retries without end.
#[test]
fn no_retries_are_not_the_default() {
    let declared = "{ source: { stream: \"arn:aws:kinesis:eu-west-1:123456789012:stream/s\", starting_position: latest, retry: { attempts: 0 } }, target: { queue: out } }";
    let live = |attempts: i64| {
        serde_json::json!({ "SourceParameters": { "KinesisStreamParameters": {
            "StartingPosition": "LATEST", "MaximumRetryAttempts": attempts,
        } } })
    };
    assert_eq!(differs(declared, live(0)), [""; 0]);
    assert_eq!(
        differs(declared, live(-1)),
        ["SourceParameters.KinesisStreamParameters.MaximumRetryAttempts"]
    );
}

#[test]
fn what_has_no_order_may_come_back_in_another() {
    let declared = "
    source: { queue: q, filters: [{ body: { a: [b, c] } }, { body: { d: [e] } }] }
    target:
      ecs_cluster: \"arn:aws:ecs:eu-west-1:123456789012:cluster/c\"
      task_definition: \"arn:aws:ecs:eu-west-1:123456789012:task-definition/d:1\"
      pass_roles: []
      network_configuration: { subnets: [subnet-1, subnet-2] }
      tags: { a: b, c: d }
      overrides: { container_overrides: [{ name: x }, { name: y, environment: [{ name: A, value: b }, { name: C, value: d }] }] }";
    let live = serde_json::json!({
        "SourceParameters": { "FilterCriteria": { "Filters": [
            { "Pattern": "{\"body\": {\"d\": [\"e\"]}}" }, { "Pattern": "{\"body\": {\"a\": [\"c\", \"b\"]}}" },
        ] } },
        "TargetParameters": { "EcsTaskParameters": {
            "TaskDefinitionArn": "arn:aws:ecs:eu-west-1:123456789012:task-definition/d:1", "TaskCount": 1,
            "NetworkConfiguration": { "awsvpcConfiguration": {
                "Subnets": ["subnet-2", "subnet-1"], "AssignPublicIp": "DISABLED", "SecurityGroups": [],
            } },
            "EnableECSManagedTags": false, "EnableExecuteCommand": false, "PlacementConstraints": [],
            "Tags": [{ "Key": "c", "Value": "d" }, { "Key": "a", "Value": "b" }],
            "Overrides": { "ContainerOverrides": [
                { "Name": "y", "Environment": [{ "name": "C", "value": "d" }, { "name": "A", "value": "b" }] },
                { "Name": "x" },
            ] },
        } },
    });
    assert_eq!(differs(declared, live), [""; 0]);
}
