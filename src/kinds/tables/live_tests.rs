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
// D4 (hashicorp/terraform#17600, hashicorp/terraform-provider-aws#12928): indexes are made again though
// nothing changed.
// D5: attributes in any order, and warm throughput that AWS raises by itself.
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

// The fields below are those of tests/conformance/tables*.yaml; here are the sequences of calls and what
// AWS does besides.

const STREAMS: &str = "streams:\n  clicks: { protect: false }\n  others: { protect: false }\n";

fn with_streams(rest: &str) -> String {
    format!("{}{STREAMS}", stack(&format!("{rest}    protect: false\n")))
}

/// UpdateTable's inputs without the table's name.
fn updates(changes: &[Recorded]) -> Vec<Value> {
    let updates = changes.iter().filter(|request| request.operation == "UpdateTable");
    updates
        .map(|request| {
            let mut input = request.input.clone();
            input.as_object_mut().unwrap().shift_remove("TableName");
            input
        })
        .collect()
}

#[tokio::test]
async fn local_indexes_are_made_with_the_table_and_their_keys_are_defined() {
    let text =
        stack("    local_indexes: { by-size: { sort_key: size, projection: { include: [c, a, b] } } }\n");
    let mut bench = Bench::new().await;
    let changes = bench.apply(&text).await;
    assert_eq!(operations(&changes), ["CreateTable"]);
    assert_eq!(
        changes[0].input["LocalSecondaryIndexes"],
        json!([{
            "IndexName": "by-size",
            "KeySchema": [
                { "AttributeName": "PK", "KeyType": "HASH" },
                { "AttributeName": "size", "KeyType": "RANGE" },
            ],
            "Projection": { "NonKeyAttributes": ["c", "a", "b"], "ProjectionType": "INCLUDE" },
        }])
    );
    assert!(changes[0].input["AttributeDefinitions"].to_string().contains("size"));
    assert_eq!(bench.differs(&text).await, [""; 0]);
    let other = text.replace("sort_key: size", "sort_key: { name: size, type: number }");
    let differs = bench.differs(&other).await;
    assert!(
        differs.iter().all(|path| path.contains("LocalSecondaryIndexes[by-size].KeySchema")),
        "{differs:?}"
    );
}

// What a table can serve at once drifts upwards by itself: more than is declared is no difference.
// D5: attributes in any order, and warm throughput that AWS raises by itself.
#[tokio::test]
async fn warm_throughput_that_has_grown_is_no_difference_and_is_never_lowered() {
    const WARM: &str = "    warm_throughput: { read: 13000, write: 5000 }
    indexes: { by-state: { partition_key: state, warm_throughput: { read: 13000, write: 5000 } } }\n";
    let mut bench = Bench::new().await;
    bench.apply(&stack(WARM)).await;
    // Others raise it, as traffic does.
    let others = bench.others().await;
    let more = crate::value!({ "ReadUnitsPerSecond": 13007, "WriteUnitsPerSecond": 5007 });
    for input in [
        crate::value!({ "TableName": "shop-orders", "WarmThroughput": (more.clone()) }),
        crate::value!({
            "TableName": "shop-orders",
            "GlobalSecondaryIndexUpdates": [{ "Update": { "IndexName": "by-state", "WarmThroughput": more } }],
        }),
    ] {
        others.call("dynamodb", "UpdateTable", input).await.unwrap();
        assert!(
            others
                .call("dynamodb", "DescribeTable", crate::value!({ "TableName": "shop-orders" }))
                .await
                .is_ok()
        );
    }
    let grown = raw(&bench).unwrap()["WarmThroughput"]["ReadUnitsPerSecond"].as_i64().unwrap();
    assert!(grown > 13000);
    bench.apply(&stack(WARM)).await;
    assert_eq!(bench.differs(&stack(WARM)).await, [""; 0]);
    assert_eq!(bench.differs(&stack(&WARM.replace("13000", "12500"))).await, [""; 0]);
    // More reads: with as many writes as there are by now, for fewer are refused.
    let more = WARM.replacen("13000", "20000", 1);
    let changes = bench.apply(&stack(&more)).await;
    let sent = updates(&changes);
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["WarmThroughput"]["ReadUnitsPerSecond"], 20000);
    assert!(sent[0]["WarmThroughput"]["WriteUnitsPerSecond"].as_i64().unwrap() > 5000);
    let index = more.replace("read: 13000", "read: 21000");
    let sent = updates(&bench.apply(&stack(&index)).await);
    assert_eq!(sent[0]["GlobalSecondaryIndexUpdates"][0]["Update"]["IndexName"], "by-state");
}

#[tokio::test]
async fn a_capacity_that_somebody_else_scales_is_what_the_table_begins_with() {
    const SCALED: &str = "    billing: { provisioned: { read: 5, write: 6, autoscaled: true } }
    indexes: { by-state: { partition_key: state, throughput: { read: 1, write: 2, autoscaled: true } } }\n";
    let mut bench = Bench::new().await;
    let changes = bench.apply(&stack(SCALED)).await;
    let units = |read: u32, write: u32| json!({ "ReadCapacityUnits": read, "WriteCapacityUnits": write });
    assert_eq!(changes[0].input["ProvisionedThroughput"], units(5, 6));
    assert_eq!(changes[0].input["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"], units(1, 2));
    // Somebody else scales it.
    let others = bench.others().await;
    let scaled = crate::value!({
        "TableName": "shop-orders",
        "ProvisionedThroughput": { "ReadCapacityUnits": 50, "WriteCapacityUnits": 60 },
        "GlobalSecondaryIndexUpdates": [{
            "Update": {
                "IndexName": "by-state",
                "ProvisionedThroughput": { "ReadCapacityUnits": 10, "WriteCapacityUnits": 20 },
            },
        }],
    });
    others.call("dynamodb", "UpdateTable", scaled).await.unwrap();
    assert!(bench.apply(&stack(SCALED)).await.is_empty());
    // Another change leaves it alone.
    let changes = bench.apply(&stack(&format!("{SCALED}    deletion_protection: true\n"))).await;
    assert_eq!(updates(&changes), [json!({ "DeletionProtectionEnabled": true })]);
    // On demand, and back: it begins again.
    bench.apply(&stack("    indexes: { by-state: { partition_key: state } }\n")).await;
    let sent = updates(&bench.apply(&stack(SCALED)).await);
    assert_eq!(sent[0]["ProvisionedThroughput"], units(5, 6));
    assert_eq!(sent[0]["GlobalSecondaryIndexUpdates"][0]["Update"]["ProvisionedThroughput"], units(1, 2));
    // Nobody else scales it any more.
    let own = SCALED.replace(", autoscaled: true", "").replace("read: 5", "read: 7");
    let sent = updates(&bench.apply(&stack(&own)).await);
    assert_eq!(sent[0]["ProvisionedThroughput"], units(7, 6));
}

#[tokio::test]
async fn a_limit_on_demand_is_taken_away_by_minus_one() {
    const MOST: &str = "    on_demand_throughput: { max_read: 100, max_write: 50 }
    indexes: { by-state: { partition_key: state, on_demand_throughput: { max_read: 10 } } }\n";
    let mut bench = Bench::new().await;
    bench.apply(&stack(MOST)).await;
    let sent = updates(&bench.apply(&stack(&MOST.replace(", max_write: 50", ""))).await);
    assert_eq!(sent, [json!({ "OnDemandThroughput": { "MaxWriteRequestUnits": -1 } })]);
    let sent = updates(&bench.apply(&stack("    indexes: { by-state: { partition_key: state } }\n")).await);
    assert_eq!(
        sent,
        [json!({
            "GlobalSecondaryIndexUpdates": [{
                "Update": { "OnDemandThroughput": { "MaxReadRequestUnits": -1 }, "IndexName": "by-state" },
            }],
            "OnDemandThroughput": { "MaxReadRequestUnits": -1 },
        })]
    );
    assert_eq!(raw(&bench).unwrap().get("OnDemandThroughput"), None);
    // Where the capacity comes to be provisioned it goes by itself.
    bench.apply(&stack(MOST)).await;
    let sent = updates(
        &bench
            .apply(&stack(
                "    billing: { provisioned: { read: 1, write: 1 } }\n    indexes: { by-state: { partition_key: state, throughput: { read: 1, write: 1 } } }\n",
            ))
            .await,
    );
    assert_eq!(sent[0].get("OnDemandThroughput"), None);
}

#[tokio::test]
async fn a_key_is_set_in_a_call_of_its_own_and_compared_by_its_arn_or_by_its_alias_as_set() {
    const ARN: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let key = |key: &str| stack(&format!("    kms_key: \"{key}\"\n"));
    let mut bench = Bench::new().await;
    bench.apply(&stack("    deletion_protection: true\n")).await;
    let on = |key: &str| json!({ "SSESpecification": { "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key } });
    let managed = json!({ "SSESpecification": { "Enabled": true, "SSEType": "KMS" } });
    let off = json!({ "SSESpecification": { "Enabled": false } });
    let protect = json!({ "DeletionProtectionEnabled": false });
    assert_eq!(updates(&bench.apply(&key(ARN)).await), [protect, on(ARN)]);
    // An id is the ARN of a key of this account.
    assert!(bench.apply(&key("1234abcd-12ab-34cd-56ef-1234567890ab")).await.is_empty());
    for (named, sent) in [
        ("alias/orders", on("alias/orders")),
        ("alias/aws/dynamodb", managed),
        ("alias/others", on("alias/others")),
        (ARN, on(ARN)),
    ] {
        assert_eq!(updates(&bench.apply(&key(named)).await), [sent], "{named}");
        assert!(bench.apply(&key(named)).await.is_empty(), "{named}");
    }
    bench.apply(&key("alias/orders")).await;
    assert_eq!(updates(&bench.apply(&stack("")).await), [off]);
    assert_eq!(raw(&bench).unwrap().get("SSEDescription"), None);
    // At create.
    bench.destroy().await;
    let changes = bench.apply(&key("alias/orders")).await;
    assert_eq!(changes[0].input["SSESpecification"], on("alias/orders")["SSESpecification"]);
    assert!(bench.apply(&key("alias/orders")).await.is_empty());
}

#[tokio::test]
async fn insights_are_of_the_table_and_of_each_index() {
    let insights = |table: &str, index: &str| {
        stack(&format!("{table}    indexes: {{ by-state: {{ partition_key: state{index} }} }}\n"))
    };
    const TABLE: &str = "    contributor_insights: throttled_keys\n";
    let mut bench = Bench::new().await;
    let both = insights(TABLE, ", contributor_insights: accessed_and_throttled_keys");
    let changes = bench.apply(&both).await;
    assert_eq!(
        operations(&changes),
        ["CreateTable", "UpdateContributorInsights", "UpdateContributorInsights"]
    );
    assert_eq!(bench.differs(&both).await, [""; 0]);
    let changes = bench.apply(&insights("", ", contributor_insights: throttled_keys")).await;
    let sent: Vec<_> = changes.iter().map(|change| change.input.clone()).collect();
    assert_eq!(
        sent,
        [
            json!({ "TableName": "shop-orders", "ContributorInsightsAction": "DISABLE" }),
            json!({
                "TableName": "shop-orders",
                "IndexName": "by-state",
                "ContributorInsightsAction": "ENABLE",
                "ContributorInsightsMode": "THROTTLED_KEYS",
            }),
        ]
    );
    // An index that is made anew gets them anew.
    let changes = bench.apply(&insights("", ", contributor_insights: throttled_keys, sort_key: day")).await;
    assert_eq!(operations(&changes), ["UpdateTable", "UpdateTable", "UpdateContributorInsights"]);
    bench.apply(&insights("", "")).await;
    assert_eq!(raw(&bench).unwrap().get("_insights"), None);
}

#[tokio::test]
async fn a_kinesis_stream_gets_the_changes_and_another_takes_its_place() {
    let to = |to: &str| with_streams(&format!("    kinesis_destination: {to}\n"));
    let mut bench = Bench::new().await;
    let changes = bench.apply(&to("{ stream: clicks }")).await;
    assert_eq!(operations(&changes).last(), Some(&"EnableKinesisStreamingDestination"));
    assert!(bench.apply(&to("{ stream: clicks }")).await.is_empty());
    let changes = bench.apply(&to("{ stream: clicks, precision: microsecond }")).await;
    assert_eq!(operations(&changes), ["UpdateKinesisStreamingDestination"]);
    let changes = bench.apply(&to("{ stream: others, precision: microsecond }")).await;
    assert_eq!(
        operations(&changes),
        ["DisableKinesisStreamingDestination", "EnableKinesisStreamingDestination"]
    );
    assert_eq!(changes[1].input["StreamArn"], "arn:aws:kinesis:eu-west-1:123456789012:stream/shop-others");
    let changes = bench.apply(&with_streams("")).await;
    assert_eq!(operations(&changes), ["DisableKinesisStreamingDestination"]);
    assert!(bench.apply(&with_streams("")).await.is_empty());
}

#[tokio::test]
async fn statements_stand_on_a_tables_policy() {
    let policy = stack(
        "    policy: { partner: { Effect: Allow, Principal: { AWS: \"111122223333\" }, Action: \"dynamodb:GetItem\" } }\n",
    );
    let mut bench = Bench::new().await;
    bench.apply(&policy).await;
    assert_eq!(bench.differs(&policy).await, [""; 0]);
    let statement = raw(&bench).unwrap()["_policy"]["Statement"][0].clone();
    assert_eq!(statement["Resource"], "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-orders");
    assert_eq!(operations(&bench.apply(&stack("")).await), ["DeleteResourcePolicy"]);
}

// A direct deployer met it: after backups are enabled, time to live is refused for a while ("Backups are being
// enabled for the table. Please retry later").
// D6: time to live is refused while backups are set up.
#[tokio::test]
async fn time_to_live_waits_until_backups_are_enabled() {
    let mut bench = Bench::new().await;
    bench.apply(&stack("    point_in_time_recovery: true\n")).await;
    let changes = bench.apply(&stack("    point_in_time_recovery: true\n    ttl: expires\n")).await;
    assert_eq!(operations(&changes), ["UpdateTimeToLive", "UpdateTimeToLive"]);
}

// aws/aws-sdk-go#396: deleting more tables than DynamoDB takes at once is no quota; it passes.
#[tokio::test]
async fn more_tables_than_dynamodb_takes_at_once_are_made_and_deleted_in_the_end() {
    let mut bench = Bench::new().await;
    // Ten are in the making, and nobody looks at them.
    for n in 0..10 {
        let text = format!("stack: shop\ntables: {{ t{n}: {{ partition_key: PK }} }}");
        bench.try_create(&text, &format!("tables.t{n}")).await.unwrap();
    }
    let error = bench.try_create(&stack(""), "tables.orders").await.unwrap_err();
    assert!(error.message.contains("simultaneously"), "{error}");
    assert_eq!(error.class, crate::engine::Class::Conflict);
    bench.owned("tables", "shop/-/eu-west-1").await;
    bench.owned("tables", "shop/-/eu-west-1").await;
    bench.try_create(&stack(""), "tables.orders").await.unwrap();
}
