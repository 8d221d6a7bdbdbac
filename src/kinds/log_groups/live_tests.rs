use serde_json::json;

use crate::compile::testing::compile;
use crate::kinds;
use crate::kinds::testing::{Bench, REGION};

const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

fn full() -> String {
    format!(
        "stack: shop
log_groups:
  l:
    retention_days: 7
    kms_key: {KEY}
    data_protection_policy: {{ Name: p, Version: '2021-06-01', Statement: [] }}
    deletion_protection: true
    bearer_token_authentication: true
    tags: {{ colour: green }}
"
    )
}

#[tokio::test]
async fn every_field_is_set_cleared_and_set_again() {
    let mut bench = Bench::new().await;
    bench.apply(&full()).await;
    assert!(bench.apply(&full()).await.is_empty());
    bench.apply("{ stack: shop, log_groups: { l: {} } }").await;
    let group = bench.raw("logs", "log-group", "shop-l").unwrap();
    assert_eq!((&group["kmsKeyId"], &group["retentionInDays"]), (&json!(null), &json!(null)));
    assert_eq!((&group["_protection"], &group["deletionProtectionEnabled"]), (&json!(null), &json!(false)));
    bench.apply(&full()).await;
    assert!(bench.apply(&full()).await.is_empty());
}

#[tokio::test]
async fn a_delete_returns_when_the_group_is_gone() {
    let mut bench = Bench::new().await;
    bench.apply("{ stack: shop, log_groups: { l: {} } }").await;
    let group = bench.read("log_groups.l").await.unwrap();
    bench.local.faults().add("logs:ListTagsForResource=stale:1*3".parse().unwrap());
    bench.local.forget_requests();
    kinds::kind("log_groups").unwrap().live().delete(&bench.aws, &group).await.unwrap();
    let requests = bench.local.requests();
    let names: Vec<&str> = requests.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(names[0], "DeleteLogGroup");
    assert_eq!(names[1..], ["ListTagsForResource"; 4]);
}

#[tokio::test]
async fn a_group_that_aws_protects_is_deleted_after_its_protection_alone() {
    let mut bench = Bench::new().await;
    bench.apply(&full()).await;
    let live = kinds::kind("log_groups").unwrap().live();
    let group = bench.read("log_groups.l").await.unwrap();
    let error = live.delete(&bench.aws, &group).await.unwrap_err().to_string();
    assert!(error.contains("declare `deletion_protection: false`"), "{error}");
    bench.apply("{ stack: shop, log_groups: { l: { deletion_protection: false } } }").await;
    let group = bench.read("log_groups.l").await.unwrap();
    live.delete(&bench.aws, &group).await.unwrap();
    assert!(bench.read("log_groups.l").await.is_none());
}

#[tokio::test]
async fn what_the_account_or_the_class_says_of_retention_is_no_difference() {
    let mut bench = Bench::new().await;
    let stack = "{ stack: shop, log_groups: { l: {}, d: { class: delivery } } }";
    bench.apply(stack).await;
    let mut group = bench.raw("logs", "log-group", "shop-l").unwrap();
    group["retentionInDays"] = 90.into();
    group["retentionPolicyName"] = "everything-for-ninety-days".into();
    group["Arn"] = group["logGroupArn"].clone();
    bench.local.seed(REGION, "logs", "log-group", "shop-l", group).unwrap();
    assert_eq!(bench.raw("logs", "log-group", "shop-d").unwrap()["retentionInDays"], 2);
    assert!(bench.differs(stack).await.is_empty());
    assert!(bench.apply(stack).await.is_empty());
}

#[test]
fn what_cloudwatch_logs_refuses_is_found_before() {
    let findings =
        |fields: &str| compile(&format!("{{ stack: shop, log_groups: {{ l: {{ {fields} }} }} }}")).1;
    assert!(findings("kms_key: alias/logs").contains("by its ARN alone"));
    assert!(findings("class: delivery, retention_days: 1").contains("take the line away"));
    let policy = "data_protection_policy: { Name: p }";
    assert!(findings(&format!("class: infrequent_access, {policy}")).contains("`standard` alone"));
    assert!(findings("name: aws/logs").contains("CloudWatch Logs keeps"));
    assert_eq!(findings(&format!("kms_key: '{KEY}', {policy}")), "");
}
