use serde_json::{Value, json};

use crate::engine::Aws;
use crate::kinds::testing::{Bench, REGION};
use crate::value;

const FULL: &str = include_str!("../../../tests/conformance/usage_plans.yaml");

fn all(bench: &Bench, collection: &str) -> Vec<Value> {
    let all = bench.local.documents(REGION, "apigateway", collection).unwrap();
    all.into_iter().map(|(_, document)| document).collect()
}

fn operations(changes: &[crate::local::Recorded]) -> Vec<&str> {
    changes.iter().map(|change| change.operation.as_str()).collect()
}

fn key(bench: &Bench, name: &str) -> Value {
    all(bench, "api-key").into_iter().find(|key| key["name"] == format!("fields-partners-{name}")).unwrap()
}

#[tokio::test]
async fn a_plan_goes_out_comes_back_is_changed_and_is_taken_away() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    assert!(bench.apply(FULL).await.is_empty(), "nothing changes");
    assert_eq!((all(&bench, "usage-plan").len(), all(&bench, "usage-plan-key").len()), (1, 2));
    let plan = all(&bench, "usage-plan").remove(0);
    assert_eq!(
        plan["apiStages"][0]["throttle"]["/orders/POST"],
        json!({ "rateLimit": 0.5, "burstLimit": 2 })
    );

    let other = FULL
        .replace("rate_limit: 10 ", "rate_limit: 12.50 ")
        .replace("period: month", "period: week")
        .replace("{ rate_limit: 0.5, burst_limit: 2 }", "{ rate_limit: 3.0, burst_limit: 2 }");
    let changes = bench.apply(&other).await;
    let patch = changes.iter().find(|change| change.operation == "UpdateUsagePlan").unwrap();
    let stage = format!("{}:prod", plan["apiStages"][0]["apiId"].as_str().unwrap());
    assert_eq!(
        patch.input["patchOperations"],
        json!([
            { "op": "replace", "path": "/throttle/rateLimit", "value": "12.5" },
            { "op": "replace", "path": "/quota/period", "value": "WEEK" },
            { "op": "replace", "path": (format!("/apiStages/{stage}/throttle//orders/POST/rateLimit")), "value": "3" },
        ])
    );
    let bare = format!("{}usage_plans:\n  partners: {{}}\n", &FULL[..FULL.find("usage_plans:").unwrap()]);
    bench.apply(&bare).await;
    assert!(bench.apply(&bare).await.is_empty());
    assert!(all(&bench, "api-key").is_empty());
    let plan = all(&bench, "usage-plan").remove(0);
    assert_eq!(plan["apiStages"], json!([]));
    assert!(
        plan.get("throttle").is_none_or(Value::is_null) && plan.get("quota").is_none_or(Value::is_null),
        "{plan}"
    );
    bench.apply(FULL).await;
    bench.destroy().await;
    assert!(all(&bench, "usage-plan").is_empty() && all(&bench, "api-key").is_empty());
}

// A11: a key's value is a secret that reads echo; it is kept and shown nowhere.
#[tokio::test]
async fn a_keys_value_shows_nowhere_and_another_version_makes_that_key_alone_anew() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    let live = bench.read("usage_plans.partners").await.unwrap();
    let shown = format!("{:?} {:?}", live.properties, live.outputs);
    assert!(!shown.contains("canary") && !shown.contains("value"), "{shown}");
    let (acme, globex) = (key(&bench, "acme")["id"].clone(), key(&bench, "globex")["id"].clone());
    let changes = bench.apply(&FULL.replace("version: \"1\"", "version: \"2\"")).await;
    assert_eq!(operations(&changes), ["CreateApiKey", "CreateUsagePlanKey", "DeleteApiKey", "TagResource"]);
    assert_ne!(key(&bench, "acme")["id"], acme);
    assert_eq!(key(&bench, "globex")["id"], globex);
}

// Names are not unique: what a lost answer has made is found, and taken away where it is too much.
#[tokio::test]
async fn lost_requests_and_answers_leave_one_plan_and_each_key_once() {
    for operation in ["CreateUsagePlan", "TagResource", "CreateApiKey", "CreateUsagePlanKey"] {
        for effect in ["answer-lost", "lost", "500", "throttle*2", "error:BadRequestException"] {
            let faults = format!("apigateway:{operation}#1={effect}");
            let mut bench = Bench::with_faults("").await;
            // The API has calls of these names too.
            let api = &FULL[..FULL.find("usage_plans:").unwrap()];
            bench.apply(api).await;
            bench.local.faults().add(faults.parse().unwrap());
            let _ = bench.try_create(FULL, "usage_plans.partners").await;
            bench.apply(FULL).await;
            assert!(bench.apply(FULL).await.is_empty(), "{faults}");
            assert_eq!((all(&bench, "usage-plan").len(), all(&bench, "api-key").len()), (1, 2), "{faults}");
        }
    }
}

#[tokio::test]
async fn a_key_of_others_in_the_plan_is_kept() {
    let mut bench = Bench::new().await;
    bench.apply(FULL).await;
    let made = bench.aws.call("apigateway", "CreateApiKey", value!({ "name": "theirs" })).await.unwrap();
    let plan = bench.read("usage_plans.partners").await.unwrap().id;
    let key = made.text_at("id").unwrap();
    let input = value!({ "usagePlanId": (plan.as_str()), "keyId": key, "keyType": "API_KEY" });
    bench.aws.call("apigateway", "CreateUsagePlanKey", input).await.unwrap();
    assert!(bench.apply(FULL).await.is_empty());
    bench.destroy().await;
    assert_eq!(all(&bench, "api-key").len(), 1);
}
