use serde_json::json;

use crate::engine::State;
use crate::kinds::testing::Bench;

const ENDPOINT: &str = "
stack: shop
buses: { orders: {} }
endpoints:
  orders:
    bus: orders
    secondary_region: eu-central-1
    health_check: arn:aws:route53:::healthcheck/0a1b2c3d-4e5f-6789-abcd-ef0123456789
";

#[tokio::test]
async fn an_endpoint_is_created_changed_found_and_deleted() {
    let mut bench = Bench::new().await;
    let created = bench.apply(ENDPOINT).await;
    let input = &created.iter().find(|request| request.operation == "CreateEndpoint").unwrap().input;
    assert_eq!(
        input["EventBuses"],
        json!([
            { "EventBusArn": "arn:aws:events:eu-west-1:123456789012:event-bus/shop-orders" },
            { "EventBusArn": "arn:aws:events:eu-central-1:123456789012:event-bus/shop-orders" }
        ])
    );
    assert_eq!(bench.owned("endpoints", "shop/-/eu-west-1").await, ["endpoints.orders"]);
    assert!(bench.owned("endpoints", "shop/alice/eu-west-1").await.is_empty());
    let live = bench.read("endpoints.orders").await.unwrap();
    assert!(live.outputs["id"].as_str().unwrap().ends_with(".veo"));

    // The whole is sent: whether an update patches AWS does not say.
    let changed = bench.apply(&ENDPOINT.replace("    bus:", "    replication: disabled\n    bus:")).await;
    let input = &changed.iter().find(|request| request.operation == "UpdateEndpoint").unwrap().input;
    for member in ["RoutingConfig", "ReplicationConfig", "EventBuses", "RoleArn", "Description"] {
        assert!(!input[member].is_null(), "{member}");
    }
    let back = bench.apply(ENDPOINT).await;
    assert_eq!(back[0].input["ReplicationConfig"], json!({ "State": "ENABLED" }));
    bench.destroy().await;
    assert_eq!(bench.raw("events", "endpoint", "shop-orders"), None);
}

#[tokio::test]
async fn an_endpoint_that_could_not_be_made_says_why_and_is_made_again() {
    let mut bench = Bench::new().await;
    bench.apply(ENDPOINT).await;
    let mut raw = bench.raw("events", "endpoint", "shop-orders").unwrap();
    raw["State"] = json!("CREATE_FAILED");
    raw["StateReason"] = json!("The health check does not exist.");
    bench.local.seed("eu-west-1", "events", "endpoint", "shop-orders", raw).unwrap();
    let live = bench.read("endpoints.orders").await.unwrap();
    let reason = "CREATE_FAILED: The health check does not exist.".to_owned();
    assert_eq!(live.state, State::Failed { reason, recreate: true });
}
