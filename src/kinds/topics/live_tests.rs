use crate::compile::testing::compile;
use crate::kinds::testing::Bench;

const FULL: &str = "
stack: shop
roles:
  logs: { trust: { Statement: { Effect: Allow, Principal: { Service: sns.amazonaws.com }, Action: sts:AssumeRole } } }
topics:
  t:
    display_name: Orders
    kms_key: alias/orders
    tracing: active
    signature_version: 2
    maximum_message_size: 2048
    delivery_policy: { retry: { retries: 5 }, throttle: { max_receives_per_second: 9 }, request: { content_type: application/json } }
    delivery_status: { http: { success_role: logs, success_sample_rate: 10, failure_role: logs }, queue: { failure_role: logs } }
    data_protection_policy: { Name: p, Version: '2021-06-01', Statement: [] }
    policy: { billing: { Effect: Allow, Principal: { AWS: '111122223333' }, Action: 'sns:Publish' } }
    tags: { colour: green }
  f:
    fifo: true
    content_based_deduplication: true
    fifo_throughput_scope: message_group
    archive_policy: { message_retention_period: 30d }
";
const BARE: &str = "
stack: shop
roles:
  logs: { trust: { Statement: { Effect: Allow, Principal: { Service: sns.amazonaws.com }, Action: sts:AssumeRole } } }
topics: { t: {}, f: { fifo: true } }
";

#[tokio::test]
async fn every_field_is_set_cleared_and_set_again() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    assert!(bench.apply(FULL).await.is_empty());
    bench.apply(BARE).await;
    assert!(bench.apply(BARE).await.is_empty());
    let cleared = bench.local.documents(crate::kinds::testing::REGION, "sns", "topic").unwrap();
    for (name, topic) in &cleared {
        let attributes = topic["Attributes"].as_object().unwrap();
        for gone in ["KmsMasterKeyId", "DeliveryPolicy", "ArchivePolicy", "HTTPSuccessFeedbackRoleArn"] {
            assert!(!attributes.contains_key(gone), "{name}: {gone}");
        }
    }
    bench.apply(FULL).await;
    assert!(bench.apply(FULL).await.is_empty());
}

#[tokio::test]
async fn statements_stand_beside_the_topics_own() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    let documents = bench.local.documents(crate::kinds::testing::REGION, "sns", "topic").unwrap();
    let (_, topic) = documents.iter().find(|(name, _)| name == "shop-t").unwrap();
    let policy = topic["Attributes"]["Policy"].as_str().unwrap();
    assert!(policy.contains("__default_statement_ID") && policy.contains("Gw1"), "{policy}");
}

#[tokio::test]
async fn a_topic_that_archives_is_deleted() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    bench.apply("{ stack: shop, topics: { t: {} } }").await;
    assert_eq!(bench.local.documents(crate::kinds::testing::REGION, "sns", "topic").unwrap().len(), 1);
}

#[test]
fn fields_of_fifo_topics_stand_on_fifo_topics_alone() {
    let findings = |fields: &str| compile(&format!("{{ stack: shop, topics: {{ t: {{ {fields} }} }} }}")).1;
    assert!(findings("content_based_deduplication: true").contains("write `fifo: true`"));
    assert!(findings("fifo: true, tracing: active").contains("a FIFO topic has no such field"));
    assert!(findings("fifo: true, name: x").contains("must end in `.fifo`"));
    assert!(findings("name: x.fifo").contains("`fifo: true`"));
    assert_eq!(findings("fifo: true, name: x.fifo"), "");
}
