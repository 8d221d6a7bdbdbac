use serde_json::json;

use crate::kinds::testing::Bench;

const DISCOVERER: &str = "
stack: shop
buses: { orders: {} }
discoverers:
  orders: { bus: orders, description: Orders, cross_account: false, state: stopped, tags: { team: orders } }
";

#[tokio::test]
async fn a_discoverer_is_found_by_its_bus_started_stopped_changed_and_deleted() {
    let mut bench = Bench::new().await;
    let created = bench.apply(DISCOVERER).await;
    let operations: Vec<_> = created.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(operations, ["CreateEventBus", "CreateDiscoverer", "StopDiscoverer"]);
    assert_eq!(bench.owned("discoverers", "shop/-/eu-west-1").await, ["discoverers.orders"]);
    assert!(bench.owned("discoverers", "shop/alice/eu-west-1").await.is_empty());
    let rule = bench.raw("events", "rule", "shop-orders/Schemas-events-event-bus-shop-orders").unwrap();
    assert_eq!((&rule["State"], &rule["ManagedBy"]), (&json!("DISABLED"), &json!("schemas.amazonaws.com")));
    let bare = "stack: shop\nbuses: { orders: {} }\ndiscoverers: { orders: { bus: orders } }\n";
    let changed = bench.apply(bare).await;
    let operations: Vec<_> = changed.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(operations, ["UpdateDiscoverer", "StartDiscoverer", "UntagResource"]);
    assert_eq!(changed[0].input["Description"], "");
    assert_eq!(changed[0].input["CrossAccount"], json!(true));
    // The bus goes after it: its rule stands there.
    bench.destroy().await;
    assert_eq!(bench.raw("schemas", "discoverer", "events-event-bus-shop-orders"), None);
    assert_eq!(bench.raw("events", "event-bus", "shop-orders"), None);
}

#[tokio::test]
async fn a_key_that_is_called_otherwise_keeps_the_discoverer_of_its_bus() {
    let mut bench = Bench::new().await;
    bench.apply(DISCOVERER).await;
    let moved =
        bench.look_at(&DISCOVERER.replace("  orders: { bus", "  all: { bus"), "discoverers.all").await;
    assert_eq!(moved.id, "events-event-bus-shop-orders");
}
