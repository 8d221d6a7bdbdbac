use serde_json::{Value, json};

use crate::engine::Aws;
use crate::kinds::testing::{Bench, REGION};
use crate::local::Recorded;
use crate::value;

const API: &str = "
stack: shop
functions:
  orders: { code: stacks/serverless-event-gateway/functions/orders, handler: index.lambda_handler, runtime: python3.13 }
apis:
  orders:
    routes: { \"POST /orders\": { function: orders } }
    tags: { team: orders }
";
const MAPPED: &str = "    domain_names:
      - { domain_name: \"arn:aws:apigateway:eu-west-1::/domainnames/api.example.com\", base_path: orders }
";

fn mapped() -> String {
    format!("{API}{MAPPED}")
}

fn all(bench: &Bench, collection: &str) -> Vec<Value> {
    let all = bench.local.documents(REGION, "apigateway", collection).unwrap();
    all.into_iter().map(|(_, document)| document).collect()
}

/// The mappings as `DOMAIN/BASE_PATH STAGE`.
fn mappings(bench: &Bench) -> Vec<String> {
    let text = |one: &Value, member: &str| one[member].as_str().unwrap_or("-").to_owned();
    let shown =
        |one: &Value| format!("{}/{} {}", text(one, "domainName"), text(one, "basePath"), text(one, "stage"));
    all(bench, "base-path-mapping").iter().map(shown).collect()
}

/// What the tags of the API record.
async fn records(bench: &Bench) -> Vec<String> {
    let apis = all(bench, "rest-api");
    let ours = apis.iter().find(|api| api["name"] == "shop-orders").unwrap();
    let id = ours["id"].as_str().unwrap();
    bench.aws.forget();
    let api = bench.aws.call("apigateway", "GetRestApi", value!({ "restApiId": id })).await.unwrap();
    let tags = api.get("tags").unwrap().as_map().unwrap().clone();
    let records = tags.into_iter().filter(|(key, _)| key.starts_with("gatewayctl:mapping:"));
    records.map(|(_, value)| value.as_str().unwrap().to_owned()).collect()
}

fn operations(changes: &[Recorded]) -> Vec<&str> {
    let ours = changes.iter().filter(|request| request.service == "apigateway");
    ours.map(|request| request.operation.as_str()).collect()
}

/// A mapping that somebody else makes, to an API of ours or to one of their own.
async fn others(bench: &Bench, api: &str, base_path: &str) {
    let input = value!({
        "domainName": "api.example.com", "basePath": base_path, "restApiId": api, "stage": "(none)",
    });
    bench.aws.call("apigateway", "CreateBasePathMapping", input).await.unwrap();
}

async fn api_of_others(bench: &Bench) -> String {
    let made = bench.aws.call("apigateway", "CreateRestApi", value!({ "name": "theirs" })).await.unwrap();
    made.text_at("id").unwrap().to_owned()
}

#[tokio::test]
async fn a_mapping_follows_its_stage_moves_to_another_place_and_is_taken_away() {
    let mut bench = Bench::new().await;
    let changes = bench.apply(&mapped()).await;
    let names = operations(&changes);
    assert_eq!(names[names.len() - 3..], ["CreateStage", "TagResource", "CreateBasePathMapping"]);
    assert!(bench.apply(&mapped()).await.is_empty(), "nothing changes");
    assert_eq!(mappings(&bench), ["api.example.com/orders prod"]);
    assert_eq!(records(&bench).await, ["api.example.com/orders"]);

    let renamed = format!("{}    stage: live\n", mapped());
    let changes = bench.apply(&renamed).await;
    let names = operations(&changes);
    assert_eq!(names[1..4], ["CreateStage", "UpdateBasePathMapping", "DeleteStage"]);
    assert_eq!(
        changes[2].input["patchOperations"],
        json!([{ "op": "replace", "path": "/stage", "value": "live" }])
    );
    assert_eq!(mappings(&bench), ["api.example.com/orders live"]);

    let elsewhere = renamed.replace("base_path: orders", "base_path: sales");
    assert_eq!(
        operations(&bench.apply(&elsewhere).await),
        ["TagResource", "CreateBasePathMapping", "DeleteBasePathMapping", "UntagResource"]
    );
    let root = renamed.replace(", base_path: orders", "").replace("api.example", "shop.example");
    bench.apply(&root).await;
    assert_eq!(mappings(&bench), ["shop.example.com/(none) live"]);
    assert_eq!(records(&bench).await, ["shop.example.com/"]);
    let bare = format!("{API}    stage: live\n");
    assert_eq!(operations(&bench.apply(&bare).await), ["DeleteBasePathMapping", "UntagResource"]);
    assert!(mappings(&bench).is_empty() && records(&bench).await.is_empty());
    assert!(bench.apply(&bare).await.is_empty());
}

// serverless/serverless#3638: "Please remove all base path mappings related to the RestApi in your domains".
#[tokio::test]
async fn an_api_takes_its_mappings_along_and_stays_while_others_lead_to_it() {
    let mut bench = Bench::new().await;
    bench.apply(&mapped()).await;
    let live = bench.read("apis.orders").await.unwrap();
    others(&bench, &live.id, "theirs").await;
    let kind = crate::kinds::kind("apis").unwrap().live();
    let error = kind.delete(&bench.aws, &live).await.unwrap_err();
    assert!(error.message.contains("Please remove all base path mappings"), "{error}");
    assert_eq!(mappings(&bench), ["api.example.com/theirs (none)"]);
    let gone = value!({ "domainName": "api.example.com", "basePath": "theirs" });
    bench.aws.call("apigateway", "DeleteBasePathMapping", gone).await.unwrap();
    bench.apply(&mapped()).await;
    bench.destroy().await;
    assert!(mappings(&bench).is_empty() && all(&bench, "rest-api").is_empty());
}

#[tokio::test]
async fn a_mapping_of_others_to_our_api_is_neither_changed_nor_deleted() {
    let mut bench = Bench::new().await;
    bench.apply(&mapped()).await;
    let id = bench.read("apis.orders").await.unwrap().id;
    others(&bench, &id, "theirs").await;
    assert!(bench.apply(&mapped()).await.is_empty());
    bench.apply(API).await;
    assert_eq!(mappings(&bench), ["api.example.com/theirs (none)"]);
    // Nor is it taken for ours where it stands at the wished place.
    let wished = mapped().replace("base_path: orders", "base_path: theirs");
    let error = bench.try_update(&wished, "apis.orders").await.unwrap_err();
    assert!(error.message.contains("that this stack has not made"), "{error}");
    assert_eq!(mappings(&bench), ["api.example.com/theirs (none)"]);
    assert!(records(&bench).await.is_empty());
}

#[tokio::test]
async fn a_place_that_leads_to_another_api_is_not_taken_over() {
    let mut bench = Bench::new().await;
    bench.apply(API).await;
    let theirs = api_of_others(&bench).await;
    others(&bench, &theirs, "orders").await;
    let error = bench.try_update(&mapped(), "apis.orders").await.unwrap_err();
    assert!(
        error.message.contains("at `orders` of the domain name `api.example.com`")
            && error.message.contains(&format!("a mapping to the API {theirs}")),
        "{error}"
    );
    assert_eq!(all(&bench, "base-path-mapping")[0]["restApiId"], theirs.as_str());
    assert!(records(&bench).await.is_empty());
}

// Our mapping was deleted and its place taken: what a tag records and leads elsewhere is not ours any more.
#[tokio::test]
async fn a_place_of_ours_that_somebody_took_is_theirs() {
    let mut bench = Bench::new().await;
    bench.apply(&mapped()).await;
    let place = value!({ "domainName": "api.example.com", "basePath": "orders" });
    bench.aws.call("apigateway", "DeleteBasePathMapping", place).await.unwrap();
    assert!(!bench.differs(&mapped()).await.is_empty(), "it is seen");
    let theirs = api_of_others(&bench).await;
    others(&bench, &theirs, "orders").await;
    bench.try_update(&mapped(), "apis.orders").await.unwrap_err();
    bench.apply(API).await;
    assert_eq!(all(&bench, "base-path-mapping")[0]["restApiId"], theirs.as_str());
    assert!(records(&bench).await.is_empty());
}

#[tokio::test]
async fn a_domain_name_that_is_not_there_is_said() {
    let mut bench = Bench::new().await;
    let nowhere = mapped().replace("api.example.com", "api.invalid");
    let error = bench.try_create(&nowhere, "apis.orders").await.unwrap_err();
    assert!(error.message.starts_with("there is no domain name `api.invalid`"), "{error}");
    bench.apply(&mapped()).await;
    assert_eq!(records(&bench).await, ["api.example.com/orders"]);
    assert!(bench.apply(&mapped()).await.is_empty());
}

// A run that stops between the tag and the mapping, either way, is brought to its end or undone.
#[tokio::test]
async fn what_stops_between_a_tag_and_its_mapping_converges() {
    let moved = mapped().replace("base_path: orders", "base_path: sales");
    for (operation, n) in
        [("CreateBasePathMapping", 1), ("TagResource", 1), ("DeleteBasePathMapping", 1), ("UntagResource", 1)]
    {
        for after in [&mapped(), &moved, &API.to_owned()] {
            let mut bench = Bench::new().await;
            bench.apply(&mapped()).await;
            let rule = format!("apigateway:{operation}#{n}=error:BadRequestException");
            bench.local.faults().add(rule.parse().unwrap());
            bench.try_update(&moved, "apis.orders").await.unwrap_err();
            bench.apply(after).await;
            let wished: &[&str] = match () {
                () if after == API => &[],
                () if *after == moved => &["api.example.com/sales"],
                () => &["api.example.com/orders"],
            };
            assert_eq!(records(&bench).await, wished, "{rule}");
            let there = mappings(&bench);
            let there: Vec<&str> = there.iter().map(|one| one.trim_end_matches(" prod")).collect();
            assert_eq!(there, wished, "{rule}");
            assert!(bench.apply(after).await.is_empty(), "{rule}");
        }
    }
}

#[tokio::test]
async fn lost_requests_and_answers_leave_one_mapping() {
    let renamed = format!("{}    stage: live\n", mapped());
    let other = renamed.replace("api.example.com", "shop.example.com");
    for operation in
        ["CreateBasePathMapping", "UpdateBasePathMapping", "DeleteBasePathMapping", "UntagResource"]
    {
        for effect in ["answer-lost", "lost", "500", "throttle*2"] {
            let faults = format!("apigateway:{operation}={effect}");
            let mut bench = Bench::with_faults(&faults).await;
            for stack in [&mapped(), &renamed, &other] {
                bench.apply(stack).await;
            }
            assert_eq!(mappings(&bench), ["shop.example.com/orders live"], "{faults}");
            assert!(bench.apply(&other).await.is_empty(), "{faults}");
        }
    }
}
