use serde_json::{Value, json};

use crate::engine::{Aws, Observed, State};
use crate::kinds::testing::{Bench, REGION};
use crate::local::Recorded;
use crate::value;

const BASE: &str = "
stack: shop
buses: { orders: {} }
functions:
  orders: { code: stacks/serverless-event-gateway/functions/orders, handler: index.lambda_handler, runtime: python3.13 }
apis:
  orders:
";

fn stack(api: &str) -> String {
    format!("{BASE}{api}")
}

const FULL: &str = "    description: Orders
    binary_media_types: [image/png]
    minimum_compression_size: 0
    disable_execute_api_endpoint: true
    policy: { Statement: [ { Effect: Allow, Principal: '*', Action: execute-api:Invoke, Resource: 'execute-api:/*' } ] }
    tags: { team: orders }
    routes:
      \"POST /orders\": { function: orders }
      \"GET /order/{id}\": { function: orders, api_key: true }
      \"POST /confirm\":
        put_event: { bus: orders, source: carrier, detail_type: shipped, detail: { id: $.id } }
";
const BARE: &str = "    routes:
      \"POST /orders\": { function: orders }
";

fn operations(changes: &[Recorded]) -> Vec<&str> {
    let ours = changes.iter().filter(|request| request.service == "apigateway");
    ours.map(|request| request.operation.as_str()).collect()
}

fn all(bench: &Bench, collection: &str) -> Vec<Value> {
    let all = bench.local.documents(REGION, "apigateway", collection).unwrap();
    all.into_iter().map(|(_, document)| document).collect()
}

/// The tags of the first API, which the account keeps apart from the API.
async fn tags(bench: &Bench) -> crate::engine::Value {
    let id = all(bench, "rest-api")[0]["id"].as_str().unwrap().to_owned();
    bench.aws.forget();
    let api = bench.aws.call("apigateway", "GetRestApi", value!({ "restApiId": id })).await.unwrap();
    api.get("tags").unwrap().clone()
}

fn paths(bench: &Bench) -> Vec<String> {
    let mut paths: Vec<String> =
        all(bench, "resource").iter().map(|one| one["path"].as_str().unwrap().to_owned()).collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn an_api_with_everything_goes_out_comes_back_and_is_taken_away_part_by_part() {
    let mut bench = Bench::new().await;
    let changes = bench.apply(&stack(FULL)).await;
    let names = operations(&changes);
    assert_eq!(names[..2], ["CreateRestApi", "TagResource"]);
    assert_eq!(names[names.len() - 2..], ["CreateDeployment", "CreateStage"]);
    assert!(bench.apply(&stack(FULL)).await.is_empty(), "nothing changes");
    assert_eq!(paths(&bench), ["/", "/confirm", "/order", "/order/{id}", "/orders"]);
    let api = &all(&bench, "rest-api")[0];
    assert_eq!(api["endpointConfiguration"]["types"], json!(["REGIONAL"]));
    assert_eq!(tags(&bench).await.get("gatewayctl:id").and_then(|id| id.as_str()), api["id"].as_str());
    let live = bench.read("apis.orders").await.unwrap();
    let id = live.id.as_str();
    assert_eq!(
        live.outputs["url"].as_str(),
        Some(&*format!("https://{id}.execute-api.eu-west-1.amazonaws.com/prod"))
    );
    assert_eq!(
        live.outputs["execution_arn"].as_str(),
        Some(&*format!("arn:aws:execute-api:eu-west-1:123456789012:{id}"))
    );
    let resources = all(&bench, "resource");
    let confirm = resources.iter().find(|one| one["path"] == "/confirm").unwrap();
    let integration = &confirm["resourceMethods"]["POST"]["methodIntegration"];
    assert_eq!(integration["type"], "AWS");
    assert_eq!(
        integration["requestParameters"]["integration.request.header.X-Amz-Target"],
        "'AWSEvents.PutEvents'"
    );
    assert!(integration["integrationResponses"]["200"]["responseTemplates"]["application/json"].is_string());

    let changes = bench.apply(&stack(BARE)).await;
    let patch = changes.iter().find(|request| request.operation == "UpdateRestApi").unwrap();
    assert_eq!(
        patch.input["patchOperations"],
        json!([
            { "op": "replace", "path": "/description", "value": "" },
            { "op": "replace", "path": "/policy", "value": "" },
            { "op": "remove", "path": "/binaryMediaTypes/image~1png" },
            { "op": "replace", "path": "/minimumCompressionSize" },
            { "op": "replace", "path": "/disableExecuteApiEndpoint", "value": "false" },
        ])
    );
    assert_eq!(paths(&bench), ["/", "/orders"]);
    assert_eq!(all(&bench, "deployment").len(), 1, "the old deployment is gone");
    assert_eq!(bench.owned("apis", "shop/-/eu-west-1").await, ["apis.orders"]);
    bench.destroy().await;
    assert!(all(&bench, "rest-api").is_empty() && all(&bench, "stage").is_empty());
}

// terraform-provider-aws#14445: the stage served the old deployment.
// A1 (hashicorp/terraform-provider-aws#14445, aws/aws-cdk#8159, aws/aws-cdk#8207,
// aws/serverless-application-model#1056): the stage serves the old deployment after an edit.
// A3 (hashicorp/terraform-provider-aws#3896): another deployment takes the stage with it.
#[tokio::test]
async fn a_changed_route_is_deployed_and_a_description_is_not_and_the_policy_survives() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(FULL)).await;
    let policy = all(&bench, "rest-api")[0]["policy"].clone();
    let changed = FULL.replace("\"GET /order/{id}\"", "\"GET /order/{key}/lines\"");
    let changes = bench.apply(&stack(&changed)).await;
    let names = operations(&changes);
    assert_eq!(names.iter().filter(|name| **name == "CreateDeployment").count(), 1);
    assert_eq!(names[names.len() - 2..], ["UpdateStage", "DeleteDeployment"]);
    let stage = &all(&bench, "stage")[0];
    let deployments = all(&bench, "deployment");
    assert_eq!((deployments.len(), &deployments[0]["id"]), (1, &stage["deploymentId"]));
    let served = deployments[0]["_snapshot"].to_string();
    assert!(served.contains("/order/{key}/lines") && !served.contains("{id}"));
    assert_eq!(all(&bench, "rest-api")[0]["policy"], policy);
    assert!(policy.as_str().is_some_and(|policy| policy.contains("execute-api")));

    let described = changed.replace("description: Orders", "description: Other");
    assert_eq!(operations(&bench.apply(&stack(&described)).await), ["UpdateRestApi"]);
    assert!(bench.apply(&stack(&described)).await.is_empty());
}

// terraform#25495: "Active stages pointing to this deployment must be moved or deleted".
// A2 (hashicorp/terraform#25495, hashicorp/terraform#30733, hashicorp/terraform-provider-aws#19805): a
// deployment that a stage serves cannot be deleted.
#[tokio::test]
async fn a_stage_and_a_deployment_of_others_are_kept() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let id = bench.read("apis.orders").await.unwrap().id;
    let ours = all(&bench, "stage")[0]["deploymentId"].as_str().unwrap().to_owned();
    let api = id.as_str();
    let stage = value!({ "restApiId": api, "stageName": "theirs", "deploymentId": (ours.as_str()) });
    bench.aws.call("apigateway", "CreateStage", stage).await.unwrap();
    let by_hand = value!({ "restApiId": api, "description": "by hand" });
    bench.aws.call("apigateway", "CreateDeployment", by_hand).await.unwrap();
    assert!(bench.apply(&stack(BARE)).await.is_empty());
    bench.apply(&stack(&BARE.replace("/orders", "/other"))).await;
    assert_eq!(all(&bench, "deployment").len(), 3);
    let theirs = all(&bench, "stage").into_iter().find(|stage| stage["stageName"] == "theirs").unwrap();
    assert_eq!(theirs["deploymentId"], ours.as_str());
    // Another name of ours is another stage; the one of others stays.
    bench.apply(&stack(&format!("    stage: live\n{BARE}"))).await;
    let mut names: Vec<String> =
        all(&bench, "stage").iter().map(|stage| stage["stageName"].to_string()).collect();
    names.sort();
    assert_eq!(names, ["\"live\"", "\"theirs\""]);
}

fn stage_names(bench: &Bench) -> Vec<String> {
    let mut names: Vec<String> =
        all(bench, "stage").iter().map(|stage| stage["stageName"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

// A run that stops between the new stage and the end of the old one leaves an address in public.
#[tokio::test]
async fn a_stage_that_a_run_left_behind_is_seen_and_taken_away_and_those_of_others_stay() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let api = bench.read("apis.orders").await.unwrap().id;
    let deployment = all(&bench, "stage")[0]["deploymentId"].as_str().unwrap().to_owned();
    // Sorted before ours, and on a deployment of ours.
    let stage = value!({ "restApiId": (api.as_str()), "stageName": "a", "deploymentId": deployment });
    bench.aws.call("apigateway", "CreateStage", stage).await.unwrap();
    assert!(bench.differs(&stack(BARE)).await.is_empty());
    let moved = stack(&format!("    stage: v2\n{BARE}"));
    bench.local.faults().add("apigateway:DeleteStage#1=error:BadRequestException".parse().unwrap());
    bench.try_update(&moved, "apis.orders").await.unwrap_err();
    assert_eq!(stage_names(&bench), ["a", "prod", "v2"]);
    assert_eq!(bench.differs(&moved).await, ["apis.orders: OldStages"]);
    bench.apply(&moved).await;
    assert_eq!(stage_names(&bench), ["a", "v2"]);
    assert!(bench.apply(&moved).await.is_empty());
}

#[tokio::test]
async fn a_stage_that_was_made_by_hand_at_the_wished_name_becomes_ours_only_if_that_is_asked_for() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let api = bench.read("apis.orders").await.unwrap().id;
    let deployment = all(&bench, "stage")[0]["deploymentId"].as_str().unwrap().to_owned();
    let stage = value!({ "restApiId": api, "stageName": "v2", "deploymentId": deployment });
    bench.aws.call("apigateway", "CreateStage", stage).await.unwrap();
    let moved = stack(&format!("    stage: v2\n{BARE}"));
    bench.local.forget_requests();
    let live = bench.look_at(&moved, "apis.orders").await;
    assert_eq!(live.state, State::Taken { part: "stage v2".into(), owner: None });
    let unasked = Observed { state: State::Ready, ..live };
    let said = bench.try_update_from(&moved, "apis.orders", unasked).await.unwrap_err().to_string();
    assert!(said.contains("the stage v2") && said.contains("carries no mark"), "{said}");
    let tagged = bench
        .changes()
        .into_iter()
        .filter(|request| request.input["resourceArn"].to_string().contains("/stages/v2"));
    assert_eq!(tagged.count(), 0);
    bench.try_update(&moved, "apis.orders").await.unwrap();
    assert_eq!(stage_names(&bench), ["v2"]);
    bench.apply(&moved).await;
    bench.apply(&stack(BARE)).await;
    assert_eq!(stage_names(&bench), ["prod"]);
}

#[tokio::test]
async fn a_stage_with_the_mark_of_somebody_else_is_never_taken() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let api = bench.read("apis.orders").await.unwrap().id;
    let ours = all(&bench, "stage")[0]["deploymentId"].as_str().unwrap().to_owned();
    let mut tags = tags(&bench).await;
    tags.put("gatewayctl:owner", "market/-/eu-west-1".into());
    let theirs = value!({ "restApiId": (api.as_str()), "stageName": "v2", "deploymentId": ours, "tags": (tags.clone()) });
    bench.aws.call("apigateway", "CreateStage", theirs).await.unwrap();
    let refused = bench.try_update(&stack(&format!("    stage: v2\n{BARE}")), "apis.orders").await;
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("the stage v2") && said.contains("belongs to market/"), "{said}");
    let v2 = value!({ "restApiId": api, "stageName": "v2" });
    bench.aws.forget();
    let kept = bench.aws.call("apigateway", "GetStage", v2).await.unwrap();
    assert_eq!(kept.get("tags"), Some(&tags));
    assert_eq!(stage_names(&bench).len(), 2);
}

/// The user's tags of the stage.
async fn stage_tags(bench: &Bench) -> Vec<(String, String)> {
    bench.aws.forget();
    let api = bench.read("apis.orders").await.unwrap().id;
    let stage = value!({ "restApiId": api, "stageName": "prod" });
    let stage = bench.aws.call("apigateway", "GetStage", stage).await.unwrap();
    let tags = crate::kinds::tagging::from_map(stage.get("tags")).tags;
    let mut tags: Vec<_> =
        tags.into_iter().map(|(key, value)| (key, value.as_str().unwrap().to_owned())).collect();
    tags.sort();
    tags
}

// Costs of a stage's cache are told by the stage's own tags.
#[tokio::test]
async fn a_stage_carries_the_tags_of_its_api() {
    let mut bench = Bench::new().await;
    let with = |tags: &str| stack(&format!("    tags: {tags}\n{BARE}"));
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    bench.apply(&with("{ team: orders, cost: a }")).await;
    assert_eq!(stage_tags(&bench).await, [pair("cost", "a"), pair("team", "orders")]);
    let changes = bench.apply(&with("{ team: sales }")).await;
    assert_eq!(operations(&changes), ["TagResource", "UntagResource", "TagResource", "UntagResource"]);
    assert_eq!(stage_tags(&bench).await, [pair("team", "sales")]);
    assert!(bench.apply(&with("{ team: sales }")).await.is_empty());
    let api = bench.read("apis.orders").await.unwrap().id;
    let arn = format!("arn:aws:apigateway:{REGION}::/restapis/{api}/stages/prod");
    let by_hand = value!({ "resourceArn": arn, "tags": { "team": "nobody", "more": "x" } });
    bench.aws.call("apigateway", "TagResource", by_hand).await.unwrap();
    assert_eq!(bench.differs(&with("{ team: sales }")).await, ["apis.orders: Stage.OtherTags"]);
    bench.apply(&with("{ team: sales }")).await;
    assert_eq!(stage_tags(&bench).await, [pair("team", "sales")]);
}

#[tokio::test]
async fn lost_requests_and_answers_leave_one_api_that_equals_its_wish() {
    let struck = [
        "CreateRestApi",
        "CreateResource",
        "PutMethod",
        "PutMethodResponse",
        "PutIntegration",
        "CreateDeployment",
        "CreateStage",
    ];
    for operation in struck {
        for effect in ["answer-lost", "lost", "500", "throttle*2"] {
            let faults = format!("apigateway:{operation}={effect}");
            let mut bench = Bench::with_faults(&faults).await;
            bench.apply(&stack(FULL)).await;
            assert_eq!(all(&bench, "rest-api").len(), 1, "{faults}");
            assert_eq!(all(&bench, "deployment").len(), 1, "{faults}");
            assert!(bench.apply(&stack(FULL)).await.is_empty(), "{faults}");
        }
    }
}

// A run that stops anywhere before the deployment is seen by the next one, and brought to its end.
#[tokio::test]
async fn a_create_that_stops_half_way_is_brought_to_its_end() {
    for operation in ["TagResource", "CreateResource", "PutIntegration", "CreateDeployment", "CreateStage"] {
        let faults = format!("apigateway:{operation}=error:BadRequestException");
        let mut bench = Bench::with_faults(&faults).await;
        bench.try_create(&stack(FULL), "apis.orders").await.unwrap_err();
        bench.apply(&stack(FULL)).await;
        let apis = all(&bench, "rest-api");
        let tags = tags(&bench).await;
        let confirmed = tags.get("gatewayctl:id").and_then(|id| id.as_str());
        assert_eq!((apis.len(), confirmed), (1, apis[0]["id"].as_str()), "{faults}");
        assert_eq!(all(&bench, "deployment").len(), 1, "{faults}");
        assert!(bench.apply(&stack(FULL)).await.is_empty(), "{faults}");
    }
}

// An export and import, or a console's clone, carries the tags along.
#[tokio::test]
async fn a_copy_of_our_tags_on_another_api_is_not_ours() {
    let mut bench = Bench::new().await;
    bench.apply(&stack(BARE)).await;
    let tags = tags(&bench).await;
    assert!(tags.get("gatewayctl:owner").is_some());
    bench
        .aws
        .call("apigateway", "CreateRestApi", value!({ "name": "shop-orders", "tags": tags }))
        .await
        .unwrap();
    assert_eq!(bench.owned("apis", "shop/-/eu-west-1").await, ["apis.orders"]);
    assert!(bench.apply(&stack(BARE)).await.is_empty());
    bench.destroy().await;
    assert_eq!(all(&bench, "rest-api").len(), 1);
}
