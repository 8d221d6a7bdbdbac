use serde_json::json;

use crate::kinds::testing::{Bench, unlike};

fn stack(rest: &str) -> String {
    format!(
        "stack: shop\nconnections:\n  c: {{ api_key: {{ name: X-Key, value: k }}, allow: {{ literal_secret: a test }} }}\n  other: {{ api_key: {{ name: X-Key, value: k }}, allow: {{ literal_secret: a test }} }}\napi_destinations:\n{rest}"
    )
}

fn of(raw: &serde_json::Value, member: &str) -> serde_json::Value {
    raw[member].clone()
}

// terraform-aws-eventbridge#98: two destinations could not share a connection.
// C8 (terraform-aws-modules/terraform-aws-eventbridge#98,
// terraform-aws-modules/terraform-aws-eventbridge#108): two destinations share a connection, which goes after
// them.
#[tokio::test]
async fn destinations_share_a_connection_and_change_in_place() {
    let mut bench = Bench::new().await;
    let two = stack(
        "  d: { connection: c, endpoint: \"https://a.example/x\", method: POST, rate_limit: 20, description: D }\n  e: { connection: c, endpoint: \"https://a.example/*\", method: GET }\n",
    );
    bench.apply(&two).await;
    let raw = bench.raw("events", "api-destination", "shop-d").unwrap();
    assert_eq!(of(&raw, "InvocationRateLimitPerSecond"), 20);
    assert_eq!(
        of(&bench.raw("events", "api-destination", "shop-e").unwrap(), "InvocationRateLimitPerSecond"),
        300
    );
    assert!(bench.apply(&two).await.is_empty());

    let changed = stack(
        "  d: { connection: other, endpoint: \"https://b.example\", method: PUT }\n  e: { connection: c, endpoint: \"https://a.example/*\", method: GET }\n",
    );
    let changes = bench.apply(&changed).await;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].operation, "UpdateApiDestination");
    assert_eq!(changes[0].input["InvocationRateLimitPerSecond"], json!(300), "the default clears");
    let after = bench.raw("events", "api-destination", "shop-d").unwrap();
    assert_eq!(of(&after, "ApiDestinationArn"), of(&raw, "ApiDestinationArn"));
    assert_eq!(of(&after, "InvocationEndpoint"), "https://b.example");
    let mut fresh = Bench::new().await;
    fresh.apply(&changed).await;
    let fresh = fresh.raw("events", "api-destination", "shop-d").unwrap();
    let computed = ["ApiDestinationArn", "ConnectionArn", "CreationTime", "LastModifiedTime", "_arn"];
    assert_eq!(unlike(&after, &fresh), computed, "but for what AWS assigns it is like a new one");
    assert!(after["Description"].as_str().unwrap().starts_with(" [gatewayctl 1 "));
    assert_eq!(
        bench.owned("api_destinations", "shop/-/eu-west-1").await,
        ["api_destinations.d", "api_destinations.e"]
    );
    bench.destroy().await;
    assert_eq!(bench.raw("events", "api-destination", "shop-d"), None);
}
