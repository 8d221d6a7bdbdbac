use serde_json::{Value, json};

use crate::engine::{Aws, Lookup, State};
use crate::kinds::testing::{Bench, unlike};
use crate::local::Recorded;

fn stack(rest: &str) -> String {
    format!(
        "stack: shop\ntables:\n  orders:\n    partition_key: PK\n    sort_key: {{ name: created, type: number }}\n{rest}"
    )
}

const FULL: &str = "
    billing: { provisioned: { read: 5, write: 6 } }
    stream: new_image
    indexes:
      by-state: { partition_key: state, projection: { include: [a, b] }, throughput: { read: 1, write: 2 } }
      by-day: { partition_key: day, sort_key: { name: created, type: number }, projection: keys_only, throughput: { read: 1, write: 2 } }
    ttl: expires
    point_in_time_recovery: true
    recovery_period: 7
    deletion_protection: true
    table_class: standard_infrequent_access
    tags: { team: a }
";

fn operations(changes: &[Recorded]) -> Vec<&str> {
    changes.iter().map(|request| request.operation.as_str()).collect()
}

fn raw(bench: &Bench) -> Option<Value> {
    bench.raw("dynamodb", "table", "shop-orders")
}

/// The names of the live indexes.
fn indexes(bench: &Bench) -> Vec<String> {
    let table = raw(bench).unwrap();
    let all = table["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> =
        all.iter().map(|index| index["IndexName"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_table_with_everything_goes_out_and_comes_back() {
    let mut bench = Bench::new().await;
    let changes = bench.apply(&stack(FULL)).await;
    assert_eq!(operations(&changes), ["CreateTable", "UpdateTimeToLive", "UpdateContinuousBackups"]);
    let created = &changes[0].input;
    assert_eq!(
        created["AttributeDefinitions"],
        json!([
            { "AttributeName": "PK", "AttributeType": "S" },
            { "AttributeName": "created", "AttributeType": "N" },
            { "AttributeName": "day", "AttributeType": "S" },
            { "AttributeName": "state", "AttributeType": "S" },
        ])
    );
    assert_eq!(
        created["KeySchema"],
        json!([{ "AttributeName": "PK", "KeyType": "HASH" }, { "AttributeName": "created", "KeyType": "RANGE" }])
    );
    assert!(bench.apply(&stack(FULL)).await.is_empty());
    let stream = bench.read("tables.orders").await.unwrap().outputs["stream_arn"].clone();
    assert!(
        stream
            .as_str()
            .unwrap()
            .starts_with("arn:aws:dynamodb:eu-west-1:123456789012:table/shop-orders/stream/")
    );
    assert_eq!(bench.owned("tables", "shop/-/eu-west-1").await, ["tables.orders"]);
}

/// A dropped field is as if it had never been there: raw documents, apart from what AWS keeps.
#[tokio::test]
async fn a_table_whose_fields_were_dropped_is_like_one_that_never_had_them() {
    let (mut dropped, mut fresh) = (Bench::new().await, Bench::new().await);
    dropped.apply(&stack(FULL)).await;
    dropped.apply(&stack("")).await;
    fresh.apply(&stack("")).await;
    let kept = [
        "BillingModeSummary",
        "CreationDateTime",
        "LatestStreamArn",
        "LatestStreamLabel",
        "TableClassSummary",
        "TableId",
    ];
    let unlike = unlike(&raw(&dropped).unwrap(), &raw(&fresh).unwrap());
    assert_eq!(unlike.iter().filter(|path| !kept.contains(&path.as_str())).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(raw(&dropped).unwrap()["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
    assert!(dropped.read("tables.orders").await.unwrap().outputs.is_empty());
    assert!(dropped.apply(&stack("")).await.is_empty());
    dropped.destroy().await;
    assert_eq!(raw(&dropped), None);
}

/// Capacity 0 on demand, `BillingModeSummary` absent when always provisioned, definitions sorted,
/// non-key attributes in another order (hashicorp/terraform#17600, terraform-provider-aws#12928).
#[tokio::test]
async fn what_aws_fills_in_is_no_difference() {
    let mut bench = Bench::new().await;
    for billing in ["", "    billing: { provisioned: { read: 1, write: 1 } }\n"] {
        let throughput = if billing.is_empty() { "" } else { ", throughput: { read: 1, write: 1 }" };
        let text = stack(&format!(
            "{billing}    indexes: {{ by-state: {{ partition_key: state, projection: {{ include: [c, a, b] }}{throughput} }} }}\n"
        ));
        bench.apply(&text).await;
        assert_eq!(bench.differs(&text).await, [""; 0]);
    }
}

// aws/aws-cdk#14920, #12246: two index changes go through in one apply.
#[tokio::test]
async fn two_indexes_are_added_changed_and_removed_one_by_one() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("")).await;
    let two = |projection: &str| {
        stack(&format!(
            "    indexes:\n      by-state: {{ partition_key: state{projection} }}\n      by-day: {{ partition_key: day }}\n"
        ))
    };
    let changes = bench.apply(&two("")).await;
    assert_eq!(operations(&changes), ["UpdateTable", "UpdateTable"]);
    for change in &changes {
        let updates = change.input["GlobalSecondaryIndexUpdates"].as_array().unwrap();
        assert!(updates.len() == 1 && updates[0]["Create"].is_object(), "{updates:?}");
    }
    assert_eq!(indexes(&bench), ["by-day", "by-state"]);
    // One that changes is made anew; the other is left alone.
    let changes = bench.apply(&two(", projection: keys_only")).await;
    let names: Vec<String> = changes
        .iter()
        .map(|change| {
            change.input["GlobalSecondaryIndexUpdates"][0].as_object().unwrap().keys().next().unwrap().clone()
        })
        .collect();
    assert_eq!(names, ["Delete", "Create"]);
    // Billing, an index that goes and one that comes, in one apply.
    let other = stack(
        "    billing: { provisioned: { read: 1, write: 1 } }\n    indexes:\n      by-day: { partition_key: day, throughput: { read: 2, write: 2 } }\n      by-hour: { partition_key: hour, throughput: { read: 2, write: 2 } }\n",
    );
    let changes = bench.apply(&other).await;
    assert_eq!(
        changes[0].input["GlobalSecondaryIndexUpdates"],
        json!([{ "Delete": { "IndexName": "by-state" } }])
    );
    assert_eq!(
        changes[1].input["GlobalSecondaryIndexUpdates"],
        json!([{ "Update": { "IndexName": "by-day", "ProvisionedThroughput": { "ReadCapacityUnits": 2, "WriteCapacityUnits": 2 } } }])
    );
    assert_eq!(changes[1].input["BillingMode"], "PROVISIONED");
    assert!(changes[2].input["GlobalSecondaryIndexUpdates"][0]["Create"].is_object());
    assert_eq!(indexes(&bench), ["by-day", "by-hour"]);
    bench.apply(&stack("")).await;
    assert_eq!(indexes(&bench), [""; 0]);
}

// hashicorp/terraform-provider-aws#18402: an enabled stream cannot be enabled with another view.
#[tokio::test]
async fn another_view_is_another_stream() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("    stream: new_image\n")).await;
    let first = raw(&bench).unwrap()["LatestStreamArn"].clone();
    let changes = bench.apply(&stack("    stream: keys_only\n")).await;
    let sent: Vec<_> = changes.iter().map(|change| change.input["StreamSpecification"].clone()).collect();
    assert_eq!(
        sent,
        [json!({ "StreamEnabled": false }), json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" })]
    );
    let told = bench.read("tables.orders").await.unwrap().outputs["stream_arn"].clone();
    assert_ne!(told.to_shown_json(), first);
    assert_eq!(told.to_shown_json(), raw(&bench).unwrap()["LatestStreamArn"]);
}

#[tokio::test]
async fn changed_tags_and_capacity_are_sent_alone() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(FULL)).await;
    let changes = bench.apply(&stack(&FULL.replace("team: a", "team: b"))).await;
    assert_eq!(operations(&changes), ["TagResource"]);
    let changes =
        bench.apply(&stack(&FULL.replace("team: a", "team: b").replace("read: 5", "read: 9"))).await;
    assert_eq!(operations(&changes), ["UpdateTable"]);
    assert_eq!(
        changes[0].input,
        json!({ "TableName": "shop-orders", "BillingMode": "PROVISIONED", "ProvisionedThroughput": { "ReadCapacityUnits": 9, "WriteCapacityUnits": 6 } })
    );
}

#[tokio::test]
async fn a_facet_that_may_not_be_read_is_unread_and_no_difference() {
    let text = stack("    ttl: expires\n    point_in_time_recovery: true\n");
    let denied = "dynamodb:DescribeTimeToLive=error:AccessDeniedException*always; dynamodb:DescribeContinuousBackups=error:AccessDeniedException*always";
    let mut bench = Bench::with_faults(denied).await;
    bench.try_create(&text, "tables.orders").await.unwrap();
    let at = Lookup {
        address: "tables.orders".parse().unwrap(),
        owner: "shop/-/eu-west-1".parse().unwrap(),
        name: "shop-orders".into(),
        id: None,
        desired: crate::engine::Value::Null,
    };
    let kind = crate::kinds::kind("tables").unwrap().live();
    let live = loop {
        bench.aws.forget();
        let found = kind.read(&bench.aws, &at).await.unwrap().unwrap();
        if found.state == State::Ready {
            break found;
        }
    };
    let paths: Vec<_> = live.unread.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["TimeToLiveSpecification", "PointInTimeRecoverySpecification"]);
}

#[tokio::test]
async fn a_table_that_aws_protects_is_not_deleted() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("    deletion_protection: true\n")).await;
    let live = bench.read("tables.orders").await.unwrap();
    let kind = crate::kinds::kind("tables").unwrap().live();
    let error = kind.delete(&bench.aws, &live).await.unwrap_err();
    assert!(error.message.contains("deletion_protection: false"), "{error}");
    bench.apply(&stack("")).await;
    bench.destroy().await;
}

#[tokio::test]
async fn a_table_changes_its_class_in_a_call_of_its_own() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("")).await;
    let changes = bench
        .apply(&stack("    table_class: standard_infrequent_access\n    deletion_protection: true\n"))
        .await;
    let inputs: Vec<Value> = changes.iter().map(|request| request.input.clone()).collect();
    assert_eq!(
        inputs,
        [
            json!({ "TableName": "shop-orders", "DeletionProtectionEnabled": true }),
            json!({ "TableName": "shop-orders", "TableClass": "STANDARD_INFREQUENT_ACCESS" }),
        ]
    );
    let back = bench.apply(&stack("")).await;
    assert_eq!(back[1].input, json!({ "TableName": "shop-orders", "TableClass": "STANDARD" }));
}

#[tokio::test]
async fn a_table_that_is_being_made_is_ours_although_its_tags_are_not_known_at_first() {
    const UNKNOWN: &str = "dynamodb:ListTagsOfResource=error:ResourceNotFoundException";
    let mut bench = Bench::with_faults(&format!("{UNKNOWN}*3")).await;
    bench.try_create(&stack(""), "tables.orders").await.unwrap();
    assert_eq!(bench.owned("tables", "shop/-/eu-west-1").await, ["tables.orders"]);
    // For ever: an error, and never a table without a mark.
    let mut bench = Bench::new().await;
    bench.try_create(&stack(""), "tables.orders").await.unwrap();
    bench.local.faults().add(format!("{UNKNOWN}*always").parse().unwrap());
    let owner = "shop/-/eu-west-1".parse().unwrap();
    let tables = crate::kinds::kind("tables").unwrap().live();
    let error = tables.list_owned(&bench.aws, &owner).await.unwrap_err();
    assert!(error.to_string().contains("tags are not known yet"), "{error}");
}
