use crate::compile::testing::compile;
use crate::kinds;
use crate::kinds::testing::Bench;

const STACK: &str = "{ stack: shop, queues: { q: {} } }";

#[tokio::test]
async fn a_delete_returns_when_the_queue_is_gone() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let queue = bench.read("queues.q").await.unwrap();
    let queues = kinds::kind("queues").unwrap().live();
    // SQS still shows the queue three times after it has taken the delete.
    bench.local.faults().add("sqs:GetQueueAttributes=stale:1*3".parse().unwrap());
    bench.local.forget_requests();
    queues.delete(&bench.aws, &queue).await.unwrap();
    let requests = bench.local.requests();
    let names: Vec<&str> = requests.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(names[0], "DeleteQueue");
    assert_eq!(names[1..], ["GetQueueAttributes"; 4]);
    queues.delete(&bench.aws, &queue).await.unwrap();
}

#[tokio::test]
async fn a_queue_that_does_not_go_is_an_error_in_the_end() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let queue = bench.read("queues.q").await.unwrap();
    bench.local.faults().add("sqs:GetQueueAttributes=stale:1*always".parse().unwrap());
    let error = kinds::kind("queues").unwrap().live().delete(&bench.aws, &queue).await.unwrap_err();
    assert!(error.to_string().contains("still there"), "{error}");
}

#[test]
fn attributes_are_held_to_the_bounds_of_sqs() {
    for (attribute, low, high) in [
        ("message_retention_period", 60, 1_209_600),
        ("visibility_timeout", 0, 43_200),
        ("receive_message_wait_time", 0, 20),
        ("delay", 0, 900),
        ("maximum_message_size", 1024, 1_048_576),
    ] {
        let findings = |value: i64| {
            compile(&format!("{{ stack: shop, queues: {{ q: {{ {attribute}: {value} }} }} }}")).1
        };
        for value in [low, high] {
            assert_eq!(findings(value), "", "{attribute}: {value}");
        }
        for value in [low - 1, high + 1] {
            assert_ne!(findings(value), "", "{attribute}: {value}");
        }
    }
}

const FULL: &str = "
stack: shop
queues:
  dead: { redrive_allow: { permission: by_queue, sources: [q] } }
  q: { kms_key: alias/orders, kms_data_key_reuse_period: 10m, redrive: { dead_letter: dead, max_receive_count: 3 } }
  open: { managed_sse: false }
  f: { fifo: true, content_based_deduplication: true, deduplication_scope: message_group, fifo_throughput_limit: per_message_group_id }
";

#[tokio::test]
async fn encryption_and_fifo_are_set_cleared_and_set_again() {
    const BARE: &str = "{ stack: shop, queues: { dead: {}, q: {}, open: {}, f: { fifo: true } } }";
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    assert!(bench.apply(FULL).await.is_empty());
    bench.apply(BARE).await;
    assert!(bench.apply(BARE).await.is_empty());
    let queues = bench.local.documents(crate::kinds::testing::REGION, "sqs", "queue").unwrap();
    let (_, queue) = queues.iter().find(|(name, _)| name == "shop-q").unwrap();
    assert_eq!(queue["Attributes"]["SqsManagedSseEnabled"], "true");
    assert!(queue["Attributes"].get("KmsDataKeyReusePeriodSeconds").is_none());
    bench.apply(FULL).await;
    assert!(bench.apply(FULL).await.is_empty());
}

#[test]
fn what_excludes_or_needs_another_field_is_said() {
    let findings = |fields: &str| compile(&format!("{{ stack: shop, queues: {{ q: {{ {fields} }} }} }}")).1;
    assert!(findings("kms_key: alias/a, managed_sse: true").contains("exclude each other"));
    assert!(findings("kms_data_key_reuse_period: 5m").contains("without `kms_key`"));
    assert!(findings("deduplication_scope: queue").contains("write `fifo: true`"));
    assert!(findings("fifo: true, fifo_throughput_limit: per_message_group_id").contains("message_group"));
    assert!(findings("redrive_allow: { permission: by_queue }").contains("one to ten"));
    assert_eq!(findings("fifo: false"), "");
}
