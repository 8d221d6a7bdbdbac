use serde_json::json;

use crate::engine::Aws;
use crate::kinds::testing::Bench;
use crate::value;

const REGISTRY: &str = "
stack: shop
registries:
  orders:
    description: Orders
    policy:
      billing: { Effect: Allow, Principal: { AWS: '222222222222' }, Action: 'schemas:DescribeSchema' }
    tags: { team: orders }
";

#[tokio::test]
async fn a_registry_is_created_with_its_policy_changed_found_and_deleted() {
    let mut bench = Bench::new().await;
    let created = bench.apply(REGISTRY).await;
    let policy = created.iter().find(|request| request.operation == "PutResourcePolicy").unwrap();
    let policy: serde_json::Value = serde_json::from_str(policy.input["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(
        policy["Statement"][0]["Resource"],
        json!([
            "arn:aws:schemas:eu-west-1:123456789012:registry/shop-orders",
            "arn:aws:schemas:eu-west-1:123456789012:schema/shop-orders/*"
        ])
    );
    assert_eq!(bench.owned("registries", "shop/-/eu-west-1").await, ["registries.orders"]);
    assert!(bench.owned("registries", "shop/alice/eu-west-1").await.is_empty());
    // A second writer is told by the revision.
    let changed = bench.apply(&REGISTRY.replace("222222222222", "333333333333")).await;
    let sent = changed.iter().find(|request| request.operation == "PutResourcePolicy").unwrap();
    assert!(sent.input["RevisionId"].as_str().is_some_and(|revision| !revision.is_empty()));
    let bare = bench.apply("stack: shop\nregistries: { orders: {} }\n").await;
    let operations: Vec<_> = bare.iter().map(|request| request.operation.as_str()).collect();
    assert_eq!(operations, ["UpdateRegistry", "UntagResource", "DeleteResourcePolicy"]);
    bench.destroy().await;
    assert_eq!(bench.raw("schemas", "registry", "shop-orders"), None);
}

#[tokio::test]
async fn a_registry_in_which_others_schemas_stand_is_not_deleted() {
    const STACK: &str = "stack: shop\nregistries: { orders: {} }\n";
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    let theirs = value!({
        "RegistryName": "shop-orders", "SchemaName": "theirs", "Type": "JSONSchemaDraft4", "Content": "{}",
    });
    bench.aws.call("schemas", "CreateSchema", theirs).await.unwrap();
    let registry = bench.look_at(STACK, "registries.orders").await;
    let live = crate::kinds::kind("registries").unwrap().live();
    let refused = live.delete(&bench.aws, &registry).await.unwrap_err();
    assert!(
        refused.message.contains("not the stack's") && refused.message.contains(": theirs;"),
        "{refused}"
    );
    assert!(bench.raw("schemas", "schema", "shop-orders/theirs").is_some());
    let theirs = value!({ "RegistryName": "shop-orders", "SchemaName": "theirs" });
    bench.aws.call("schemas", "DeleteSchema", theirs).await.unwrap();
    live.delete(&bench.aws, &registry).await.unwrap();
    assert_eq!(bench.raw("schemas", "registry", "shop-orders"), None);
}
