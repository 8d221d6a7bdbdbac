use serde_json::json;

use crate::engine::Aws;
use crate::kinds::testing::Bench;
use crate::value;

const STACK: &str = "
stack: shop
registries: { orders: {} }
schemas:
  placed:
    registry: orders
    name: shop@OrderPlaced
    type: json_schema_draft4
    description: An order
    content: { type: object, properties: { id: { type: string }, note: { type: string } } }
    tags: { team: orders }
";

fn operations(requests: &[crate::local::Recorded]) -> Vec<&str> {
    requests.iter().map(|request| request.operation.as_str()).collect()
}

// SC1: a new version of the same content would be a version of nothing.
#[tokio::test]
async fn a_version_is_published_only_where_the_json_really_differs_and_the_old_ones_stay() {
    let mut bench = Bench::new().await;
    let created = bench.apply(STACK).await;
    assert_eq!(operations(&created), ["CreateRegistry", "CreateSchema"]);
    assert_eq!(
        created[1].input["Content"],
        r#"{"type":"object","properties":{"id":{"type":"string"},"note":{"type":"string"}}}"#
    );
    assert_eq!(bench.read("schemas.placed").await.unwrap().outputs["version"].as_str(), Some("1"));
    // The order of members is none of JSON's, nor is how AWS gives it back.
    let turned = STACK.replace(
        "{ id: { type: string }, note: { type: string } }",
        "{ note: { type: string }, id: { type: string } }",
    );
    assert_eq!(operations(&bench.apply(&turned).await), [""; 0]);
    let mut raw = bench.raw("schemas", "schema", "shop-orders/shop@OrderPlaced").unwrap();
    raw["Content"] = json!(
        "{\n  \"properties\": {\"note\": {\"type\": \"string\"}, \"id\": {\"type\": \"string\"}},\n  \"type\": \"object\"\n}"
    );
    bench.local.seed("eu-west-1", "schemas", "schema", "shop-orders/shop@OrderPlaced", raw).unwrap();
    assert_eq!(operations(&bench.apply(STACK).await), [""; 0]);
    // Another description publishes nothing.
    let described = bench.apply(&STACK.replace("An order", "An order of the shop")).await;
    assert_eq!(operations(&described), ["UpdateSchema"]);
    assert_eq!(described[0].input.get("Content"), None);
    let changed = bench.apply(&STACK.replace("note:", "remark:")).await;
    assert_eq!(operations(&changed), ["UpdateSchema"]);
    assert_eq!(changed[0].input["Type"], "JSONSchemaDraft4");
    assert_eq!(bench.read("schemas.placed").await.unwrap().outputs["version"].as_str(), Some("2"));
    let input = value!({ "RegistryName": "shop-orders", "SchemaName": "shop@OrderPlaced" });
    let versions = bench.aws.call("schemas", "ListSchemaVersions", input).await.unwrap();
    assert_eq!(versions.get("SchemaVersions").unwrap().as_list().unwrap().len(), 2);
}

#[tokio::test]
async fn a_schema_is_changed_found_and_deleted_in_its_own_registry() {
    let mut bench = Bench::new().await;
    bench.apply(STACK).await;
    assert_eq!(bench.owned("schemas", "shop/-/eu-west-1").await, ["schemas.placed"]);
    assert!(bench.owned("schemas", "shop/alice/eu-west-1").await.is_empty());
    let bare = STACK.replace("    description: An order\n", "").replace("    tags: { team: orders }\n", "");
    let changed = bench.apply(&bare).await;
    assert_eq!(operations(&changed), ["UpdateSchema", "UntagResource"]);
    assert_eq!(changed[0].input["Description"], "");
    assert_eq!(changed[1].input["TagKeys"], json!(["team"]));
    let arn = bench.read("schemas.placed").await.unwrap().outputs["arn"].clone();
    assert_eq!(
        arn.as_str(),
        Some("arn:aws:schemas:eu-west-1:123456789012:schema/shop-orders/shop@OrderPlaced")
    );
    bench.destroy().await;
    assert_eq!(bench.raw("schemas", "schema", "shop-orders/shop@OrderPlaced"), None);
    assert_eq!(bench.raw("schemas", "registry", "shop-orders"), None);
}
