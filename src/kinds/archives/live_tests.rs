use serde_json::json;

use crate::kinds::testing::{Bench, unlike};

const BARE: &str = "stack: shop\nbuses: { orders: {} }\narchives: { orders: { bus: orders } }\n";
const FULL: &str = r#"
stack: shop
buses: { orders: {} }
archives:
  orders:
    bus: orders
    pattern: { source: [shop], detail: { state: [new, paid] } }
    retention_days: 30
    description: What was ordered
    kms_key_identifier: alias/orders
"#;

fn archive(bench: &Bench) -> serde_json::Value {
    bench.raw("events", "archive", "shop-orders").unwrap()
}

#[tokio::test]
async fn an_archive_is_created_with_everything_and_everything_can_be_taken_away() {
    let mut bench = Bench::new().await;
    let created = bench.apply(FULL).await;
    let request = created.iter().find(|request| request.operation == "CreateArchive").unwrap();
    assert_eq!(
        request.input["EventPattern"],
        json!(r#"{"source":["shop"],"detail":{"state":["new","paid"]}}"#)
    );
    assert_eq!(request.input["RetentionDays"], 30);
    assert!(archive(&bench)["Description"].as_str().unwrap().starts_with("What was ordered [gatewayctl 1 "));
    assert_eq!(bench.owned("archives", "shop/-/eu-west-1").await, ["archives.orders"]);

    let cleared = bench.apply(BARE).await;
    let input = &cleared.iter().find(|request| request.operation == "UpdateArchive").unwrap().input;
    for (member, sent) in
        [("EventPattern", json!("")), ("RetentionDays", json!(0)), ("KmsKeyIdentifier", json!(""))]
    {
        assert_eq!(input[member], sent, "{member}");
    }
    assert!(bench.apply(BARE).await.is_empty(), "nothing is left to do");
    let mut fresh = Bench::new().await;
    fresh.apply(BARE).await;
    assert_eq!(unlike(&archive(&bench), &archive(&fresh)), ["CreationTime"]);
    bench.destroy().await;
    assert_eq!(bench.raw("events", "archive", "shop-orders"), None);
}

// localstack/moto#36: white space and the order of keys in a pattern were a change.
// E18 (getmoto/moto#36): white space in the pattern of an archive is a difference.
#[tokio::test]
async fn a_pattern_that_is_spelt_otherwise_is_no_difference() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    let mut raw = archive(&bench);
    raw["EventPattern"] =
        json!("{\n  \"detail\" : { \"state\" : [ \"paid\", \"new\" ] },\n  \"source\" : [ \"shop\" ]\n}");
    raw["Arn"] = raw["ArchiveArn"].clone();
    bench.local.seed("eu-west-1", "events", "archive", "shop-orders", raw).unwrap();
    assert_eq!(bench.differs(FULL).await, [""; 0]);
    let other = FULL.replace("[new, paid]", "[new]");
    assert_eq!(bench.differs(&other).await, ["archives.orders: EventPattern"]);
}

// rebuy-de/aws-nuke#448, ekristen/aws-nuke#434: tools met the rule that an archive makes, and failed.
#[tokio::test]
async fn the_rule_of_an_archive_is_aws_own_and_nobodys() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    let rule = bench.raw("events", "rule", "shop-orders/Events-Archive-shop-orders").unwrap();
    assert_eq!(rule["ManagedBy"], "prod.vhs.events.aws.internal");
    let pattern: serde_json::Value = serde_json::from_str(rule["EventPattern"].as_str().unwrap()).unwrap();
    assert_eq!(pattern["replay-name"], json!([{ "exists": false }]));
    assert!(bench.owned("rules", "shop/-/eu-west-1").await.is_empty());
    bench.destroy().await;
    assert_eq!(bench.raw("events", "rule", "shop-orders/Events-Archive-shop-orders"), None);
    assert_eq!(bench.raw("events", "event-bus", "shop-orders"), None, "the bus went after its archive");
}
