use serde_json::json;

use crate::kinds::testing::{Bench, unlike};

const BARE: &str = "stack: shop\nqueues: { dead: {} }\nbuses: { orders: {} }\n";
const FULL: &str = r#"
stack: shop
queues: { dead: {} }
buses:
  orders:
    description: Orders
    kms_key_identifier: alias/orders
    dead_letter: dead
    log: { level: error, include_detail: full }
    policy:
      billing: { Effect: Allow, Principal: { AWS: "111122223333" }, Action: events:PutEvents }
    tags: { team: orders }
"#;

#[tokio::test]
async fn a_bus_is_created_with_everything_and_everything_can_be_taken_away() {
    let mut bench = Bench::new().await;
    let created = bench.apply(FULL).await;
    let request = created.iter().find(|request| request.operation == "CreateEventBus").unwrap();
    assert_eq!(request.input["LogConfig"], json!({ "Level": "ERROR", "IncludeDetail": "FULL" }));
    assert_eq!(request.input["DeadLetterConfig"]["Arn"], "arn:aws:sqs:eu-west-1:123456789012:shop-dead");
    let raw = bench.raw("events", "event-bus", "shop-orders").unwrap();
    assert_eq!((&raw["Description"], &raw["KmsKeyIdentifier"]), (&json!("Orders"), &json!("alias/orders")));

    let cleared = bench.apply(BARE).await;
    let request = cleared.iter().find(|request| request.operation == "UpdateEventBus").unwrap();
    assert_eq!(
        request.input,
        json!({
            "Name": "shop-orders", "Description": "", "KmsKeyIdentifier": "", "DeadLetterConfig": {},
            "LogConfig": { "Level": "OFF", "IncludeDetail": "NONE" },
        })
    );
    let raw = bench.raw("events", "event-bus", "shop-orders").unwrap();
    for gone in ["Description", "KmsKeyIdentifier", "DeadLetterConfig", "Policy"] {
        assert!(raw.get(gone).is_none_or(|left| left.is_null()), "{gone}: {raw}");
    }
    assert!(bench.apply(BARE).await.is_empty(), "nothing is left to do");
    bench.destroy().await;
    assert_eq!(bench.raw("events", "event-bus", "shop-orders"), None);
}

// AWS shows LogConfig with its defaults after the first update of a bus, and not before.
// E16: a bus gains `LogConfig` by its first update.
#[tokio::test]
async fn logging_that_nobody_declared_is_no_difference_before_and_after_the_first_update() {
    let mut bench = Bench::new().await;
    bench.apply(BARE).await;
    assert!(bench.raw("events", "event-bus", "shop-orders").unwrap().get("LogConfig").is_none());
    let changed = bench.apply(&BARE.replace("orders: {}", "orders: { description: x }")).await;
    assert_eq!(
        changed.iter().map(|request| request.operation.as_str()).collect::<Vec<_>>(),
        ["UpdateEventBus"]
    );
    assert_eq!(
        changed[0].input,
        json!({ "Name": "shop-orders", "Description": "x" }),
        "nothing unset is sent"
    );
    assert_eq!(bench.raw("events", "event-bus", "shop-orders").unwrap()["LogConfig"]["Level"], "OFF");
    assert_eq!(bench.differs(&BARE.replace("orders: {}", "orders: { description: x }")).await, [""; 0]);
}

// aws-cloudformation/cloudformation-coverage-roadmap#2188, #2557: a policy that AWS spells otherwise, the
// account as its root's ARN, showed as a difference for ever. And #2074: a policy that
// vanished showed nowhere.
// E14 (aws-cloudformation/cloudformation-coverage-roadmap#2074): a policy that is gone from a live bus is no
// difference.
#[tokio::test]
async fn a_statement_that_somebody_removed_shows_and_comes_back() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    let mut raw = bench.raw("events", "event-bus", "shop-orders").unwrap();
    raw.as_object_mut().unwrap().remove("Policy");
    bench.local.seed("eu-west-1", "events", "event-bus", "shop-orders", raw).unwrap();
    assert_eq!(bench.differs(FULL).await, ["buses.orders/policy/billing: absent"]);
    bench.apply(FULL).await;
    assert!(
        bench.raw("events", "event-bus", "shop-orders").unwrap()["Policy"]
            .to_string()
            .contains("111122223333")
    );
}

#[tokio::test]
async fn only_the_owners_own_buses_are_found() {
    let mut bench = Bench::new().await;
    bench.apply(BARE).await;
    assert_eq!(bench.owned("buses", "shop/-/eu-west-1").await, ["buses.orders"]);
    assert!(bench.owned("buses", "shop/alice/eu-west-1").await.is_empty());
    assert!(bench.owned("buses", "shop/-/us-east-1").await.is_empty());
}

// What was taken away leaves nothing behind but what AWS echoes after an update.
#[tokio::test]
async fn a_bus_whose_fields_were_dropped_is_like_one_that_never_had_them() {
    let (mut dropped, mut fresh) = (Bench::new().await, Bench::new().await);
    dropped.apply(FULL).await;
    dropped.apply(BARE).await;
    fresh.apply(BARE).await;
    let of = |bench: &Bench| bench.raw("events", "event-bus", "shop-orders").unwrap();
    assert_eq!(unlike(&of(&dropped), &of(&fresh)), ["CreationTime", "LastModifiedTime", "LogConfig"]);
}

const SOURCE: &str = "aws.partner/example.com/acme/orders";
const PARTNER: &str =
    "stack: shop\nbuses: { crm: { event_source_name: aws.partner/example.com/acme/orders } }\n";

/// A source of a partner in this state, as the partner has made it.
fn share(bench: &Bench, state: &str) {
    let source = json!({
        "Name": SOURCE, "Arn": format!("arn:aws:events:eu-west-1::event-source/{SOURCE}"), "CreatedBy": "example.com",
        "State": state,
    });
    bench.local.seed("eu-west-1", "events", "event-source", SOURCE, source).unwrap();
}

fn source(bench: &Bench) -> String {
    bench.raw("events", "event-source", SOURCE).unwrap()["State"].as_str().unwrap().to_owned()
}

// PE1 (hashicorp/terraform-provider-aws#18866, hashicorp/terraform-provider-aws#16431): PENDING, ACTIVE, DELETED.
// PE2 (amzn/selling-partner-api-models#4638): the bus and its source have one name.
#[tokio::test]
async fn the_bus_of_a_partner_claims_its_source_and_gives_it_back() {
    let mut bench = Bench::new().await;
    share(&bench, "PENDING");
    let created = bench.apply(PARTNER).await;
    assert_eq!(
        (&created[0].input["Name"], &created[0].input["EventSourceName"]),
        (&json!(SOURCE), &json!(SOURCE))
    );
    assert_eq!(source(&bench), "ACTIVE");
    assert_eq!(bench.owned("buses", "shop/-/eu-west-1").await, ["buses.crm"]);
    assert!(bench.apply(PARTNER).await.is_empty(), "nothing is left to do");

    // Somebody deactivates it.
    share(&bench, "PENDING");
    assert_eq!(bench.differs(PARTNER).await, ["buses.crm: EventSourceState"]);
    let changed = bench.apply(PARTNER).await;
    assert_eq!(
        changed.iter().map(|request| request.operation.as_str()).collect::<Vec<_>>(),
        ["ActivateEventSource"]
    );
    assert_eq!(source(&bench), "ACTIVE");

    // The partner takes it away: nothing that is done here brings it back.
    share(&bench, "DELETED");
    assert_eq!(bench.differs(PARTNER).await, ["buses.crm: EventSourceState"]);
    let refused = bench.try_update(PARTNER, "buses.crm").await.unwrap_err();
    assert!(refused.message.contains("the partner has deleted the event source"), "{refused}");

    share(&bench, "ACTIVE");
    bench.destroy().await;
    assert_eq!(source(&bench), "PENDING");
}

#[tokio::test]
async fn a_bus_waits_for_the_source_of_its_partner_and_says_what_is_missing() {
    let mut bench = Bench::new().await;
    let refused = bench.try_create(PARTNER, "buses.crm").await.unwrap_err();
    assert!(
        refused.message.contains("either the partner has not made it yet, or it has expired"),
        "{refused}"
    );
    let looks = bench.local.requests().iter().filter(|one| one.operation == "DescribeEventSource").count();
    assert!(looks > 10, "{looks}");
    assert!(bench.changes().is_empty(), "nothing was made");
    share(&bench, "DELETED");
    let refused = bench.try_create(PARTNER, "buses.crm").await.unwrap_err();
    assert!(refused.message.contains("the partner has deleted the event source"), "{refused}");
}
