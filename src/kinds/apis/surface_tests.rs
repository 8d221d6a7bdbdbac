//! The stacks of `tests/conformance` about APIs, whole and edited, on the embedded account.

use serde_json::Value;

use crate::kinds::testing::{Bench, REGION};

const SETTINGS: &str = include_str!("../../../tests/conformance/apis-settings.yaml");
const PRIVATE: &str = include_str!("../../../tests/conformance/apis-private.yaml");
const OPENAPI: &str = include_str!("../../../tests/conformance/apis-openapi.yaml");

fn all(bench: &Bench, collection: &str) -> Vec<Value> {
    let all = bench.local.documents(REGION, "apigateway", collection).unwrap();
    all.into_iter().map(|(_, document)| document).collect()
}

fn named(bench: &Bench, collection: &str, name: &str) -> Value {
    all(bench, collection).into_iter().find(|one| one["name"] == name).unwrap()
}

fn method(bench: &Bench, path: &str, verb: &str) -> Value {
    let all = all(bench, "resource");
    all.iter().find(|one| one["path"] == path).unwrap()["resourceMethods"][verb].clone()
}

/// The text without the lines between (and with) these.
fn without(text: &str, first: &str, end: &str) -> String {
    let start = text.find(first).unwrap();
    let end = start + text[start..].find(end).unwrap();
    format!("{}{}", &text[..start], &text[end..])
}

#[tokio::test]
async fn every_setting_goes_out_comes_back_and_is_taken_away() {
    let mut bench = Bench::new().await;
    bench.apply(SETTINGS).await;
    assert!(bench.apply(SETTINGS).await.is_empty(), "nothing changes");
    let order = named(&bench, "model", "Order");
    let id = order["restApiId"].as_str().unwrap();
    assert!(order["schema"].as_str().unwrap().contains(&format!("/restapis/{id}/models/Line")));
    let post = method(&bench, "/orders", "POST");
    assert_eq!(post["authorizationType"], "CUSTOM");
    assert_eq!(post["authorizerId"], named(&bench, "authorizer", "guard")["id"]);
    assert_eq!(post["requestValidatorId"], named(&bench, "request-validator", "body")["id"]);
    let pools = method(&bench, "/pools", "GET");
    assert_eq!(pools["authorizationType"], "COGNITO_USER_POOLS");
    let uri = method(&bench, "/orders", "GET")["methodIntegration"]["uri"].as_str().unwrap().to_owned();
    assert!(uri.ends_with(":function:fields-work:live/response-streaming-invocations"), "{uri}");
    let stage = &all(&bench, "stage")[0];
    assert_eq!(stage["methodSettings"]["orders/GET"]["cacheTtlInSeconds"], 60);
    assert_eq!(stage["methodSettings"]["*/*"]["throttlingRateLimit"], 5.0);
    assert_eq!(stage["accessLogSettings"]["format"], "$context.requestId $context.status");
    assert_eq!(method(&bench, "/orders", "OPTIONS")["methodIntegration"]["type"], "MOCK");

    // Only the stage: no deployment.
    let quiet = SETTINGS
        .replace("rate_limit: 5", "rate_limit: 7")
        .replace("{ region: eu, retries: \"3\" }", "{ region: us }");
    let changes = bench.apply(&quiet).await;
    let names: Vec<&str> = changes.iter().map(|change| change.operation.as_str()).collect();
    assert_eq!(names, ["UpdateStage"]);
    assert!(bench.apply(&quiet).await.is_empty());

    // A model in use is changed where it is; the methods stay.
    let changes = bench.apply(&quiet.replace("description: An order", "description: The order")).await;
    let names: Vec<&str> = changes.iter().map(|change| change.operation.as_str()).collect();
    assert_eq!(names, ["UpdateModel", "CreateDeployment", "UpdateStage", "DeleteDeployment"]);

    let bare = format!(
        "{}\n    routes:\n      \"POST /orders\": {{ function: work }}\n",
        &SETTINGS[..SETTINGS.find("    routes:").unwrap()]
    );
    bench.apply(&bare).await;
    assert!(bench.apply(&bare).await.is_empty());
    let mut other = Bench::new().await;
    other.apply(&bare).await;
    for collection in ["authorizer", "request-validator", "gateway-response", "model"] {
        let shape = |bench: &Bench| {
            let mut all = all(bench, collection);
            all.sort_by_key(|one| one["name"].to_string());
            all.into_iter().map(|one| (one["name"].clone(), one["description"].clone())).collect::<Vec<_>>()
        };
        assert_eq!(shape(&bench), shape(&other), "{collection}");
    }
    let stage = |bench: &Bench| {
        let stage = all(bench, "stage").remove(0);
        let members = [
            "stageName",
            "description",
            "variables",
            "accessLogSettings",
            "tracingEnabled",
            "methodSettings",
            "clientCertificateId",
            "cacheClusterEnabled",
        ];
        members.map(|member| {
            stage.get(member).cloned().filter(|value| !value.is_null() && *value != serde_json::json!({}))
        })
    };
    assert_eq!(stage(&bench), stage(&other));
    bench.destroy().await;
    assert!(all(&bench, "model").is_empty() && all(&bench, "authorizer").is_empty());
}

#[tokio::test]
async fn a_private_api_has_its_endpoints_and_becomes_a_public_one() {
    let mut bench = Bench::new().await;
    bench.apply(PRIVATE).await;
    assert!(bench.apply(PRIVATE).await.is_empty());
    let endpoint = all(&bench, "rest-api")[0]["endpointConfiguration"].clone();
    assert_eq!(
        endpoint,
        serde_json::json!({ "types": ["PRIVATE"], "ipAddressType": "dualstack", "vpcEndpointIds": ["vpce-1"] })
    );
    let more = PRIVATE.replace("[vpce-1]", "[vpce-2, vpce-1]");
    bench.apply(&more).await;
    assert!(bench.apply(PRIVATE.replace("[vpce-1]", "[vpce-1, vpce-2]").as_str()).await.is_empty(), "a set");
    let edge =
        without(&more, "    vpc_endpoints", "    policy").replace("endpoint: private", "endpoint: edge");
    let changes = bench.apply(&edge).await;
    assert_eq!(
        changes.iter().filter(|change| change.operation == "UpdateRestApi").count(),
        2,
        "by way of regional"
    );
    assert!(bench.apply(&edge).await.is_empty());
}

// A6 (aws/aws-cdk#14436, aws/aws-cli#6684): whether a definition replaces or is merged changed by itself.
#[tokio::test]
async fn an_openapi_document_is_merged_applied_and_edited_call_by_call() {
    let mut bench = Bench::new().await;
    bench.apply(OPENAPI).await;
    assert!(bench.apply(OPENAPI).await.is_empty(), "nothing changes");
    let any = method(&bench, "/backend/{id}", "ANY");
    assert_eq!(any["methodIntegration"]["uri"], "https://${stageVariables.backend}/things/{id}");
    assert_eq!(any["authorizationType"], "AWS_IAM");
    assert_eq!(any["requestModels"]["application/json"], "AnyBackendIdRequest");
    assert_eq!(any["requestParameters"]["method.request.path.id"], true);
    let health = method(&bench, "/health", "GET");
    assert_eq!(health["methodResponses"]["200"]["responseModels"]["application/json"], "Health");
    let orders = method(&bench, "/orders", "POST");
    assert_eq!(orders["methodIntegration"]["timeoutInMillis"], 5000);
    assert_eq!(orders["methodIntegration"]["type"], "AWS_PROXY");
    assert_eq!(orders["methodIntegration"]["cacheNamespace"], "orders");
    // The authorizer may call its function, and no more.
    let permission = bench.read("functions.work/permission/apis.front/authorizers/guard").await.unwrap();
    assert!(format!("{:?}", permission.properties).contains("/authorizers/*"));
    let model = named(&bench, "model", "Health")["schema"].as_str().unwrap().to_owned();
    assert!(!model.contains("example"), "{model}");

    let less = without(OPENAPI, "        openapi: #?", "    openapi:\n");
    let less = less.replace("security: [{ sigv4: [] }]", "security: [{ guard: [] }]");
    bench.apply(&less).await;
    assert!(bench.apply(&less).await.is_empty());
    assert_eq!(method(&bench, "/backend/{id}", "ANY")["authorizationType"], "CUSTOM");
    let orders = method(&bench, "/orders", "POST");
    assert_eq!(orders["methodIntegration"]["timeoutInMillis"], 29000);
    assert!(orders["operationName"].is_null());
}

// A5: terraform-provider-aws#38515: a policy in the body and one beside it, and one of them lost.
#[test]
fn a_policy_in_two_places_is_an_error_that_points_at_both() {
    let text = PRIVATE.replace(
        "    routes:",
        "    openapi: { x-amazon-apigateway-policy: { Statement: [] }, paths: { /: { get: { operationId: x, x-amazon-apigateway-integration: { type: mock } } } } }\n    routes:",
    );
    let (_, findings) = crate::compile::testing::compile(&text);
    insta::assert_snapshot!(findings);
}

// A4: pulumi-aws#4296, terraform-provider-aws#49672: an import wiped the policy. Nothing is imported here.
#[tokio::test]
async fn an_edit_of_the_definition_leaves_policy_and_tags_and_never_imports() {
    let mut bench = Bench::new().await;
    bench.apply(PRIVATE).await;
    let policy = all(&bench, "rest-api")[0]["policy"].clone();
    let changes = bench.apply(&PRIVATE.replace("\"GET /\"", "\"GET /x\"")).await;
    assert_eq!(all(&bench, "rest-api")[0]["policy"], policy);
    let names: Vec<&str> = changes.iter().map(|change| change.operation.as_str()).collect();
    assert!(
        names.iter().all(|name| !["PutRestApi", "ImportRestApi", "UpdateRestApi"].contains(name)),
        "{names:?}"
    );
}
