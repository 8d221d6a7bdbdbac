use serde_json::{Value, json};

use crate::kinds::testing::{Bench, unlike};
use crate::local::Recorded;

fn stack(rest: &str) -> String {
    format!("stack: shop\nstreams:\n  clicks:\n    protect: false\n{rest}")
}

const ON_DEMAND: &str = "
    retention: 7d
    max_record_size: 2048
    kms_key: alias/aws/kinesis
    shard_level_metrics: [outgoing_bytes, incoming_bytes]
    warm_throughput: 100
    record_distribution: auto
    tags: { team: a }
";

const PROVISIONED: &str = "
    shards: 2
    retention: 48
    kms_key: alias/other
    shard_level_metrics: [all]
";

fn operations(changes: &[Recorded]) -> Vec<&str> {
    changes.iter().map(|request| request.operation.as_str()).collect()
}

fn raw(bench: &Bench) -> Option<Value> {
    bench.raw("kinesis", "stream", "shop-clicks")
}

#[tokio::test]
async fn a_stream_with_everything_goes_out_and_comes_back() {
    let mut bench = Bench::new().await;
    let changes = bench.apply(&stack(ON_DEMAND)).await;
    assert_eq!(
        operations(&changes),
        [
            "CreateStream",
            "IncreaseStreamRetentionPeriod",
            "StartStreamEncryption",
            "EnableEnhancedMonitoring"
        ]
    );
    let created = &changes[0].input;
    assert_eq!(created["StreamModeDetails"], json!({ "StreamMode": "ON_DEMAND" }));
    assert_eq!(
        [&created["WarmThroughputMiBps"], &created["MaxRecordSizeInKiB"], &created["ShardCount"]],
        [&json!(100), &json!(2048), &Value::Null]
    );
    assert!(bench.apply(&stack(ON_DEMAND)).await.is_empty());
    assert_eq!(bench.owned("streams", "shop/-/eu-west-1").await, ["streams.clicks"]);
}

#[tokio::test]
async fn a_stream_whose_fields_were_dropped_is_like_one_that_never_had_them() {
    // What AWS measures stays.
    let full = ON_DEMAND.replace("    warm_throughput: 100\n", "");
    for (full, calls) in [(full.as_str(), 5), (PROVISIONED, 4)] {
        let (mut dropped, mut fresh) = (Bench::new().await, Bench::new().await);
        dropped.apply(&stack(full)).await;
        assert_eq!(dropped.differs(&stack(full)).await, [""; 0]);
        let changes = dropped.apply(&stack("")).await;
        fresh.apply(&stack("")).await;
        let unlike = unlike(&raw(&dropped).unwrap(), &raw(&fresh).unwrap());
        let unlike: Vec<_> = unlike
            .iter()
            .filter(|path| !["StreamCreationTimestamp", "OpenShardCount"].contains(&path.as_str()))
            .collect();
        assert_eq!(unlike, [""; 0]);
        assert!(changes.len() >= calls, "{:?}", operations(&changes));
        assert_eq!(dropped.differs(&stack("")).await, [""; 0]);
        dropped.destroy().await;
        assert_eq!(raw(&dropped), None);
    }
}

#[tokio::test]
async fn the_mode_changes_in_place_and_shards_double_at_most() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("    record_distribution: auto\n")).await;
    let changes = bench.apply(&stack("    shards: 10\n")).await;
    assert_eq!(
        operations(&changes),
        [
            "UpdateStreamRecordDistributionStrategy",
            "UpdateStreamMode",
            "UpdateShardCount",
            "UpdateShardCount"
        ]
    );
    let targets = |changes: &[Recorded]| -> Vec<i64> {
        changes.iter().filter_map(|request| request.input["TargetShardCount"].as_i64()).collect()
    };
    assert_eq!(targets(&changes), [8, 10]);
    assert_eq!(targets(&bench.apply(&stack("    shards: 1\n")).await), [5, 3, 2, 1]);
    assert_eq!(targets(&bench.apply(&stack("    shards: 3\n")).await), [2, 3]);
    let changes = bench.apply(&stack("    warm_throughput: 50\n    record_distribution: auto\n")).await;
    assert_eq!(operations(&changes), ["UpdateStreamMode", "UpdateStreamRecordDistributionStrategy"]);
    assert_eq!(changes[0].input["WarmThroughputMiBps"], 50);
}

#[tokio::test]
async fn each_setting_changes_by_a_call_of_its_own() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(ON_DEMAND)).await;
    for (from, to, wanted) in [
        ("retention: 7d", "retention: 2d", vec!["DecreaseStreamRetentionPeriod"]),
        ("max_record_size: 2048", "max_record_size: 4096", vec!["UpdateMaxRecordSize"]),
        ("alias/aws/kinesis", "alias/mine", vec!["StartStreamEncryption"]),
        (
            "[outgoing_bytes, incoming_bytes]",
            "[incoming_bytes, incoming_records]",
            vec!["EnableEnhancedMonitoring", "DisableEnhancedMonitoring"],
        ),
        ("warm_throughput: 100", "warm_throughput: 50", vec!["UpdateStreamWarmThroughput"]),
        (
            "distribution: auto",
            "distribution: user_partition_key",
            vec!["UpdateStreamRecordDistributionStrategy"],
        ),
        ("team: a", "team: b", vec!["AddTagsToStream"]),
        ("tags: { team: a }", "tags: {}", vec!["RemoveTagsFromStream"]),
    ] {
        let changes = bench.apply(&stack(&ON_DEMAND.replace(from, to))).await;
        assert_eq!(operations(&changes), wanted, "{to}");
        bench.apply(&stack(ON_DEMAND)).await;
    }
}

#[tokio::test]
async fn statements_stand_on_a_streams_policy_beside_those_of_others() {
    const POLICY: &str = "    policy: { partner: { Effect: Allow, Principal: { AWS: \"111122223333\" }, Action: \"kinesis:PutRecord\" } }\n";
    let mut bench = Bench::new().await;
    bench.apply(&stack(POLICY)).await;
    assert_eq!(bench.differs(&stack(POLICY)).await, [""; 0]);
    let policy = raw(&bench).unwrap()["_policy"].clone();
    assert_eq!(
        policy["Statement"][0]["Resource"],
        "arn:aws:kinesis:eu-west-1:123456789012:stream/shop-clicks"
    );
    let changes = bench.apply(&stack("")).await;
    assert_eq!(operations(&changes), ["DeleteResourcePolicy"]);
}

/// Kinesis takes five streams in the making at once; the sixth is made when one of them is there.
#[tokio::test]
async fn more_streams_than_kinesis_makes_at_once_are_made_in_the_end() {
    let mut bench = Bench::new().await;
    let many: String = (0..12).map(|n| format!("  s{n}: {{ protect: false }}\n")).collect();
    let many = format!("stack: shop\nstreams:\n{many}");
    bench.apply(&many).await;
    assert_eq!(bench.owned("streams", "shop/-/eu-west-1").await.len(), 12);
    bench.destroy().await;
}
