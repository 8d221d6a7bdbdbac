use std::fs;

use serde_json::{Value, json};

use crate::engine::{Aws, State};
use crate::kinds::testing::Bench;
use crate::local::Recorded;
use crate::value;

const SEED: &str = "stacks/serverless-event-gateway/functions/orders";
const BESIDE: &str = "queues: { jobs: { visibility_timeout: 1m }, dead: {} }\n";

fn stack(trigger: &str) -> String {
    format!(
        "stack: shop\nfunctions:\n  orders:\n    code: {SEED}\n    handler: index.handler\n    runtime: python3.13\n    triggers:\n      t: {trigger}\n{BESIDE}"
    )
}

fn conformance(name: &str) -> String {
    fs::read_to_string(format!("tests/conformance/{name}.yaml")).unwrap()
}

fn operations(changes: &[Recorded]) -> Vec<&str> {
    let ours = changes.iter().filter(|request| request.service == "lambda");
    ours.map(|request| request.operation.as_str()).collect()
}

fn input(changes: &[Recorded], operation: &str) -> Value {
    changes.iter().find(|request| request.operation == operation).unwrap().input.clone()
}

const TRIGGER: &str = "functions.orders/trigger/t";

#[tokio::test]
async fn every_field_of_every_source_goes_out_and_comes_back_as_it_was_wished() {
    for name in ["functions-triggers", "functions-triggers-kafka", "functions-triggers-brokers"] {
        let mut bench = Bench::new().await;
        bench.apply(&conformance(name)).await;
        assert_eq!(bench.differs(&conformance(name)).await, Vec::<String>::new(), "{name}");
        assert_eq!(operations(&bench.apply(&conformance(name)).await), Vec::<&str>::new(), "{name}");
        bench.destroy().await;
        assert_eq!(bench.owned("triggers", "fields/-/eu-west-1").await, Vec::<String>::new());
    }
}

// terraform-provider-aws lambda/event_source_mapping.go: filters and scaling go by an empty block.
#[tokio::test]
async fn what_a_patch_would_keep_is_taken_away_by_saying_that_it_is_empty() {
    let mut bench = Bench::new().await;
    let full = "{ queue: jobs, batch_size: 5, maximum_concurrency: 5, filters: [{ body: { a: [1] } }], kms_key: 'arn:aws:kms:eu-west-1:123456789012:key/1', metrics: [event_count], function_response_types: [report_batch_item_failures], enabled: false }";
    bench.apply(&stack(full)).await;
    assert!(bench.apply(&stack(full)).await.is_empty());
    let changes = bench.apply(&stack("{ queue: jobs }")).await;
    let update = input(&changes, "UpdateEventSourceMapping");
    for (member, value) in [
        ("FilterCriteria", json!({})),
        ("ScalingConfig", json!({})),
        ("KMSKeyArn", json!("")),
        ("MetricsConfig", json!({ "Metrics": [] })),
        ("FunctionResponseTypes", json!([])),
        ("BatchSize", json!(10)),
        ("Enabled", json!(true)),
    ] {
        assert_eq!(update[member], value, "{member}");
    }
    assert_eq!(update["EventSourceArn"], Value::Null);
    assert!(bench.apply(&stack("{ queue: jobs }")).await.is_empty());
}

// L1: what AWS fills in at create and after the first update is no difference.
#[tokio::test]
async fn the_defaults_that_aws_fills_in_are_no_difference_at_first_or_after_an_update() {
    let table = |more: &str| {
        format!(
            "{}tables: {{ orders: {{ partition_key: id, stream: new_image }} }}\n",
            stack(&format!("{{ table: orders, starting_position: latest{more} }}"))
        )
    };
    let mut bench = Bench::new().await;
    bench.apply(&table("")).await;
    let id = bench.read(TRIGGER).await.unwrap().id;
    let made = bench.raw("lambda", "mapping", &id).unwrap();
    for (member, value) in [
        ("MaximumRetryAttempts", json!(-1)),
        ("MaximumRecordAgeInSeconds", json!(-1)),
        ("MaximumBatchingWindowInSeconds", json!(0)),
        ("ParallelizationFactor", json!(1)),
        ("TumblingWindowInSeconds", json!(0)),
        ("BisectBatchOnFunctionError", json!(false)),
        ("BatchSize", json!(100)),
        ("State", json!("Enabled")),
    ] {
        assert_eq!(made[member], value, "{member}");
    }
    assert!(bench.apply(&table("")).await.is_empty());
    bench.apply(&table(", parallelization_factor: 2")).await;
    assert!(bench.apply(&table(", parallelization_factor: 2")).await.is_empty());
}

// L1: what AWS fills in at functions and their triggers.
#[tokio::test]
async fn the_defaults_of_each_source_are_no_difference_at_first_or_after_an_update() {
    const SECRET: &str = "source_access_configurations: [{ type: basic_auth, uri: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:s' }]";
    let kafka = [
        ("MaximumRetryAttempts", json!(-1)),
        ("MaximumRecordAgeInSeconds", json!(-1)),
        ("BisectBatchOnFunctionError", json!(false)),
        ("DestinationConfig", json!({ "OnFailure": {} })),
        ("FunctionResponseTypes", json!([])),
    ];
    let sources = [
        ("queue: jobs".to_owned(), 10, vec![("FunctionResponseTypes", json!([]))]),
        ("queue: jobs, provisioned_pollers: {}".to_owned(), 10, vec![(
            "ProvisionedPollerConfig",
            json!({ "MinimumPollers": 2, "MaximumPollers": 200 }),
        )]),
        (
            "msk: 'arn:aws:kafka:eu-west-1:123456789012:cluster/c/1-2', topic_name: x, starting_position: latest"
                .to_owned(),
            100,
            kafka.to_vec(),
        ),
        (
            "self_managed_kafka: 'k.example.com:9092', topic_name: x, starting_position: latest, provisioned_pollers: {}"
                .to_owned(),
            100,
            vec![("ProvisionedPollerConfig", json!({ "MinimumPollers": 1, "MaximumPollers": 200 }))],
        ),
        (
            format!("rabbit_mq: 'arn:aws:mq:eu-west-1:123456789012:broker:b:b-1', queue_name: q, {SECRET}"),
            100,
            vec![("MaximumRetryAttempts", Value::Null)],
        ),
        (
            format!(
                "document_db: 'arn:aws:rds:eu-west-1:123456789012:cluster:c', database_name: d, starting_position: latest, {SECRET}"
            ),
            100,
            vec![("DocumentDBEventSourceConfig", json!({ "DatabaseName": "d", "FullDocument": "Default" }))],
        ),
    ];
    for (source, size, filled) in sources {
        let mut bench = Bench::new().await;
        let text = stack(&format!("{{ {source} }}"));
        bench.apply(&text).await;
        let id = bench.read(TRIGGER).await.unwrap().id;
        let made = bench.raw("lambda", "mapping", &id).unwrap();
        assert_eq!((&made["BatchSize"], &made["MaximumBatchingWindowInSeconds"]), (&json!(size), &json!(0)));
        for (member, value) in filled {
            assert_eq!(made[member], value, "{source}: {member}");
        }
        assert!(bench.apply(&text).await.is_empty(), "{source}");
        let changed = stack(&format!("{{ {source}, enabled: false }}"));
        bench.apply(&changed).await;
        assert!(bench.apply(&changed).await.is_empty(), "{source}");
        bench.apply(&text).await;
        assert_eq!(bench.differs(&text).await, Vec::<String>::new(), "{source}");
    }
}

// L2: a mapping that is on its way to another state refuses every change, also its end.
#[tokio::test]
async fn a_trigger_that_is_in_use_is_waited_for_and_is_gone_when_its_delete_returns() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("{ queue: jobs }")).await;
    let id = bench.read(TRIGGER).await.unwrap().id;
    let other = bench.others().await;
    let update = value!({ "UUID": (id.as_str()), "BatchSize": 4 });
    other.call("lambda", "UpdateEventSourceMapping", update).await.unwrap();
    assert_eq!(bench.read(TRIGGER).await.unwrap().state, State::Busy("Updating".into()));
    let bare = stack("{ queue: jobs }").replace("    triggers:\n      t: { queue: jobs }\n", "");
    let changes = bench.apply(&bare).await;
    assert!(operations(&changes).contains(&"DeleteEventSourceMapping"));
    assert_eq!(bench.raw("lambda", "mapping", &id), None);
}

#[tokio::test]
async fn a_role_that_is_not_known_everywhere_yet_is_waited_for() {
    let mut bench = Bench::with_faults("iam:CreateRole=slow:3").await;
    bench.apply(&stack("{ queue: jobs, enabled: false }")).await;
    assert_eq!(bench.read(TRIGGER).await.unwrap().state, State::Ready);
    assert_eq!(bench.owned("triggers", "shop/-/eu-west-1").await, [TRIGGER]);
}

// A mapping of somebody else's stands in the way, and is not ours.
#[tokio::test]
async fn what_reads_the_same_without_our_mark_is_found_and_has_none() {
    let mut bench = Bench::new().await;
    bench
        .apply(&stack("{ queue: jobs }").replace(
            "    triggers:\n      t: { queue: jobs }\n",
            "    grants: [{ queue: jobs, access: consume }]\n",
        ))
        .await;
    let input = value!({
        "FunctionName": "shop-orders",
        "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:shop-jobs",
    });
    bench.aws.call("lambda", "CreateEventSourceMapping", input).await.unwrap();
    assert_eq!(bench.owned("triggers", "shop/-/eu-west-1").await, Vec::<String>::new());
    let error = bench.try_create(&stack("{ queue: jobs }"), TRIGGER).await.unwrap_err();
    assert_eq!(error.class, crate::engine::Class::AlreadyExists, "{error}");
}

#[tokio::test]
async fn another_source_is_seen_by_the_mark_and_cannot_be_changed_in_place() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("{ queue: jobs }")).await;
    let differs = bench.differs(&stack("{ queue: dead }")).await;
    assert_eq!(
        differs,
        ["functions.orders/role: Policies.gatewayctl", "functions.orders/trigger/t: EventSourceArn"]
    );
}

// The Lambda API: "If filter criteria is encrypted, this field shows up as null in the response of
// ListEventSourceMapping". A mapping that is found by a list is read by itself.
#[tokio::test]
async fn filters_that_are_encrypted_are_read_where_they_are_shown() {
    let mut bench = Bench::new().await;
    let text = stack(
        "{ queue: jobs, filters: [{ body: { a: [1] } }], kms_key: 'arn:aws:kms:eu-west-1:123456789012:key/1' }",
    );
    bench.apply(&text).await;
    let listed = bench.aws.call("lambda", "ListEventSourceMappings", value!({})).await.unwrap();
    let listed = listed.get("EventSourceMappings").unwrap().as_list().unwrap()[0].clone();
    assert_eq!(listed.get("FilterCriteria").filter(|filters| !filters.is_empty()), None);
    assert_eq!(bench.differs(&text).await, Vec::<String>::new());
    assert_eq!(bench.owned("triggers", "shop/-/eu-west-1").await, [TRIGGER]);
}

// Creating, Enabled, Disabling, Disabled, Enabling: each change passes through a state of its own.
#[tokio::test]
async fn a_trigger_that_is_switched_off_and_on_is_waited_for() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("{ queue: jobs }")).await;
    let id = bench.read(TRIGGER).await.unwrap().id;
    let other = bench.others().await;
    for (enabled, on_its_way, text) in
        [(false, "Disabling", "{ queue: jobs, enabled: false }"), (true, "Enabling", "{ queue: jobs }")]
    {
        let update = value!({ "UUID": (id.as_str()), "Enabled": enabled });
        other.call("lambda", "UpdateEventSourceMapping", update).await.unwrap();
        assert_eq!(bench.read(TRIGGER).await.unwrap().state, State::Busy(on_its_way.into()));
        bench.apply(&stack(text)).await;
        assert_eq!(bench.read(TRIGGER).await.unwrap().state, State::Ready);
        assert_eq!(bench.differs(&stack(text)).await, Vec::<String>::new());
    }
}

// "Queue visibility timeout: 30 seconds is less than Function timeout: 60 seconds", said by AWS of a mapping and
// of a function that has one: the queue goes first.
#[tokio::test]
async fn a_function_and_its_queue_get_longer_timeouts_in_one_run() {
    let mut bench = Bench::new().await;
    let with = |function: &str, queue: &str| {
        let text = stack("{ queue: jobs }")
            .replace("    triggers:", &format!("    timeout: {function}\n    triggers:"));
        text.replace("visibility_timeout: 1m", &format!("visibility_timeout: {queue}"))
    };
    bench.apply(&with("30s", "30s")).await;
    bench.apply(&with("60s", "60s")).await;
    bench.apply(&with("10s", "20s")).await;
    assert!(bench.apply(&with("10s", "20s")).await.is_empty());
}

// A mapping that AWS could not bring up says why, and the reason is told.
#[test]
fn what_has_failed_says_why() {
    let found = super::live::observe(
        &value!({
            "UUID": "1", "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:f:live", "State": "Failed",
            "StateTransitionReason": "no route to the broker",
            "FilterCriteriaError": { "ErrorCode": "AccessDeniedException", "Message": "no right to the key" },
        }),
        "arn",
        crate::kinds::tagging::from_map(None),
    );
    assert_eq!(
        found.state,
        State::Failed { reason: "the trigger is Failed: no route to the broker".into(), recreate: false }
    );
    assert_eq!(found.unread, [("FilterCriteria".to_owned(), "no right to the key".to_owned())]);
    assert_eq!(found.properties.text_at("FunctionName"), Some("f:live"));
}
