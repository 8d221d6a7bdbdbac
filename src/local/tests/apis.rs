//! API Gateway.

use aws_sdk_apigateway::Client;
use aws_sdk_apigateway::types::{IntegrationType, Op, PatchOperation};
use serde_json::json;

use super::*;

fn patch(op: Op, path: &str, value: &str) -> PatchOperation {
    PatchOperation::builder().op(op).path(path).value(value).build()
}

/// An API with `POST /orders` on a function, and the resource's id.
async fn orders(client: &Client) -> (String, String) {
    let api = client.create_rest_api().name("orders").tags("k", "v").send().await.unwrap();
    let (id, root) = (api.id().unwrap().to_owned(), api.root_resource_id().unwrap().to_owned());
    let resource =
        client.create_resource().rest_api_id(&id).parent_id(root).path_part("orders").send().await.unwrap();
    let resource = resource.id().unwrap().to_owned();
    client
        .put_method()
        .rest_api_id(&id)
        .resource_id(&resource)
        .http_method("POST")
        .authorization_type("NONE")
        .send()
        .await
        .unwrap();
    let put = client.put_integration().rest_api_id(&id).resource_id(&resource).http_method("POST");
    put.r#type(IntegrationType::from("aws_proxy"))
        .integration_http_method("POST")
        .uri("arn:f")
        .send()
        .await
        .unwrap();
    (id, resource)
}

#[tokio::test]
async fn names_do_not_identify_an_api_and_its_policy_comes_back_escaped() {
    let client = sdk!(local(""), aws_sdk_apigateway);
    let policy = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    let make = || client.create_rest_api().name("same").policy(&policy).send();
    let (one, two) = (make().await.unwrap(), make().await.unwrap());
    assert_ne!(one.id(), two.id());
    let read = client.get_rest_api().rest_api_id(one.id().unwrap()).send().await.unwrap();
    assert_eq!(read.policy(), Some(policy.replace('"', "\\\"").as_str()));
    assert_eq!(read.endpoint_configuration().unwrap().types()[0].as_str(), "EDGE");
    let change = patch(Op::Replace, "/endpointConfiguration/types/EDGE", "REGIONAL");
    let binary = patch(Op::Add, "/binaryMediaTypes/image~1png", "");
    client
        .update_rest_api()
        .rest_api_id(one.id().unwrap())
        .patch_operations(change)
        .patch_operations(binary)
        .send()
        .await
        .unwrap();
    let read = client.get_rest_api().rest_api_id(one.id().unwrap()).send().await.unwrap();
    assert_eq!(
        (read.endpoint_configuration().unwrap().types()[0].as_str(), read.binary_media_types()),
        ("REGIONAL", &["image/png".to_owned()][..])
    );
    assert_eq!(read.policy(), Some(policy.replace('"', "\\\"").as_str()), "the policy survives");
    let wrong = patch(Op::Replace, "/nmae", "x");
    assert_eq!(
        code(client.update_rest_api().rest_api_id(one.id().unwrap()).patch_operations(wrong).send().await),
        "BadRequestException"
    );
    let all = client
        .get_rest_apis()
        .limit(1)
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap();
    assert_eq!(all.len(), 2);
}

#[tokio::test]
async fn resources_are_embedded_with_methods_in_capitals_and_with_defaults() {
    let client = sdk!(local(""), aws_sdk_apigateway);
    let (id, resource) = orders(&client).await;
    let bare = client.get_resources().rest_api_id(&id).send().await.unwrap();
    let found = bare.items().iter().find(|item| item.path() == Some("/orders")).unwrap();
    assert!(found.resource_methods().unwrap()["POST"].http_method().is_none());
    let embedded = client.get_resources().rest_api_id(&id).embed("methods").send().await.unwrap();
    let found = embedded.items().iter().find(|item| item.path() == Some("/orders")).unwrap();
    let integration = found.resource_methods().unwrap()["POST"].method_integration().unwrap();
    assert_eq!(
        (integration.r#type(), integration.http_method()),
        (Some(&IntegrationType::AwsProxy), Some("POST"))
    );
    assert_eq!(
        (integration.timeout_in_millis(), integration.cache_namespace()),
        (29000, Some(resource.as_str()))
    );
    let root = embedded.items().iter().find(|item| item.path() == Some("/")).unwrap().id().unwrap();
    let twin = client.create_resource().rest_api_id(&id).parent_id(root).path_part("orders").send().await;
    assert_eq!(code(twin), "ConflictException");
}

#[tokio::test]
async fn methods_and_integrations_have_responses_and_are_patched() {
    let client = sdk!(local(""), aws_sdk_apigateway);
    let (id, resource) = orders(&client).await;
    let early = client
        .put_integration_response()
        .rest_api_id(&id)
        .resource_id(&resource)
        .http_method("POST")
        .status_code("200")
        .send()
        .await;
    assert_eq!(code(early), "NotFoundException");
    client
        .put_method_response()
        .rest_api_id(&id)
        .resource_id(&resource)
        .http_method("POST")
        .status_code("200")
        .send()
        .await
        .unwrap();
    client
        .put_integration_response()
        .rest_api_id(&id)
        .resource_id(&resource)
        .http_method("POST")
        .status_code("200")
        .selection_pattern("2..")
        .send()
        .await
        .unwrap();
    let template = patch(Op::Add, "/requestTemplates/application~1json", "{}");
    client
        .update_integration()
        .rest_api_id(&id)
        .resource_id(&resource)
        .http_method("POST")
        .patch_operations(template)
        .send()
        .await
        .unwrap();
    let key = patch(Op::Replace, "/apiKeyRequired", "true");
    client
        .update_method()
        .rest_api_id(&id)
        .resource_id(&resource)
        .http_method("POST")
        .patch_operations(key)
        .send()
        .await
        .unwrap();
    let method =
        client.get_method().rest_api_id(&id).resource_id(&resource).http_method("POST").send().await.unwrap();
    let integration = method.method_integration().unwrap();
    assert_eq!(
        (method.api_key_required(), integration.request_templates().unwrap()["application/json"].as_str()),
        (Some(true), "{}")
    );
    assert_eq!(integration.integration_responses().unwrap()["200"].selection_pattern(), Some("2.."));
    client
        .delete_integration_response()
        .rest_api_id(&id)
        .resource_id(&resource)
        .http_method("POST")
        .status_code("200")
        .send()
        .await
        .unwrap();
    client.delete_method().rest_api_id(&id).resource_id(&resource).http_method("POST").send().await.unwrap();
    assert_eq!(
        code(client.get_method().rest_api_id(&id).resource_id(&resource).http_method("POST").send().await),
        "NotFoundException"
    );
}

/// hashicorp/terraform#25495.
#[tokio::test]
async fn a_deployment_in_use_is_not_deleted() {
    let client = sdk!(local(""), aws_sdk_apigateway);
    let empty = client.create_rest_api().name("empty").send().await.unwrap();
    assert_eq!(
        code(client.create_deployment().rest_api_id(empty.id().unwrap()).send().await),
        "BadRequestException"
    );
    let (id, _) = orders(&client).await;
    let deploy = || client.create_deployment().rest_api_id(&id).description("d").send();
    let (old, new) =
        (deploy().await.unwrap().id().unwrap().to_owned(), deploy().await.unwrap().id().unwrap().to_owned());
    client
        .create_stage()
        .rest_api_id(&id)
        .stage_name("prod")
        .deployment_id(&old)
        .variables("a", "1")
        .tags("k", "v")
        .send()
        .await
        .unwrap();
    let delete =
        |deployment: &str| client.delete_deployment().rest_api_id(&id).deployment_id(deployment).send();
    let refused = delete(&old).await.unwrap_err();
    assert!(
        format!("{refused:?}").contains("Active stages pointing to this deployment must be moved or deleted")
    );
    client
        .update_stage()
        .rest_api_id(&id)
        .stage_name("prod")
        .patch_operations(patch(Op::Replace, "/deploymentId", &new))
        .send()
        .await
        .unwrap();
    delete(&old).await.unwrap();
    assert_eq!(client.get_deployments().rest_api_id(&id).send().await.unwrap().items().len(), 1);
    assert_eq!(
        client.get_stages().rest_api_id(&id).deployment_id(&new).send().await.unwrap().item()[0]
            .tags()
            .unwrap()["k"],
        "v"
    );
    client.delete_rest_api().rest_api_id(&id).send().await.unwrap();
    assert_eq!(code(client.get_stages().rest_api_id(&id).send().await), "NotFoundException");
}

#[tokio::test]
async fn a_methods_settings_are_set_one_by_one_and_removed_together() {
    let client = sdk!(local(""), aws_sdk_apigateway);
    let (id, _) = orders(&client).await;
    let deployment = client.create_deployment().rest_api_id(&id).send().await.unwrap();
    client
        .create_stage()
        .rest_api_id(&id)
        .stage_name("prod")
        .deployment_id(deployment.id().unwrap())
        .send()
        .await
        .unwrap();
    let update = |operation: PatchOperation| {
        client.update_stage().rest_api_id(&id).stage_name("prod").patch_operations(operation).send()
    };
    let set = update(patch(Op::Replace, "/~1orders/POST/throttling/rateLimit", "5")).await.unwrap();
    let setting = &set.method_settings().unwrap()["orders/POST"];
    assert_eq!((setting.throttling_rate_limit(), setting.cache_ttl_in_seconds()), (5.0, 300));
    let leaf = PatchOperation::builder().op(Op::Remove).path("/~1orders/POST/throttling/rateLimit").build();
    assert_eq!(code(update(leaf).await), "BadRequestException");
    let whole = PatchOperation::builder().op(Op::Remove).path("/~1orders/POST").build();
    assert!(update(whole).await.unwrap().method_settings().unwrap().is_empty());
    update(patch(Op::Replace, "/tracingEnabled", "true")).await.unwrap();
    assert!(client.get_stage().rest_api_id(&id).stage_name("prod").send().await.unwrap().tracing_enabled());
}

#[tokio::test]
async fn tags_are_edited_by_arn() {
    let client = sdk!(local(""), aws_sdk_apigateway);
    let (id, _) = orders(&client).await;
    let arn = format!("arn:aws:apigateway:{REGION}::/restapis/{id}");
    client.tag_resource().resource_arn(&arn).tags("b", "2").send().await.unwrap();
    client.untag_resource().resource_arn(&arn).tag_keys("k").send().await.unwrap();
    let tags = client.get_tags().resource_arn(&arn).send().await.unwrap();
    assert_eq!(tags.tags().unwrap().iter().collect::<Vec<_>>(), [(&"b".to_owned(), &"2".to_owned())]);
    assert!(client.get_account().send().await.unwrap().throttle_settings().is_some());
}

#[tokio::test]
async fn a_base_path_leads_to_one_api_which_stays_while_it_does() {
    let client = sdk!(local(""), aws_sdk_apigateway);
    let (id, _) = orders(&client).await;
    let map = |domain: &str, base_path: &str| {
        client.create_base_path_mapping().domain_name(domain).base_path(base_path).rest_api_id(&id).send()
    };
    let root = client.create_base_path_mapping().domain_name("a.example.com").rest_api_id(&id).send();
    assert_eq!(root.await.unwrap().base_path(), Some("(none)"));
    map("a.example.com", "orders").await.unwrap();
    map("b.example.com", "orders").await.unwrap();
    assert_eq!(code(map("a.example.com", "orders").await), "ConflictException");
    assert_eq!(code(map("a.example.com", "a/b").await), "BadRequestException");
    assert_eq!(code(map("a.invalid", "orders").await), "NotFoundException");
    let get = |base_path: &str| {
        client.get_base_path_mapping().domain_name("a.example.com").base_path(base_path).send()
    };
    assert_eq!(get("(none)").await.unwrap().rest_api_id(), Some(id.as_str()));
    let update = client.update_base_path_mapping().domain_name("a.example.com").base_path("orders");
    let nowhere = update.patch_operations(patch(Op::Replace, "/restapiId", "none"));
    assert_eq!(code(nowhere.send().await), "BadRequestException");
    assert_eq!(code(client.delete_rest_api().rest_api_id(&id).send().await), "BadRequestException");
    for (domain, base_path) in
        [("a.example.com", "(none)"), ("a.example.com", "orders"), ("b.example.com", "orders")]
    {
        let delete = client.delete_base_path_mapping().domain_name(domain).base_path(base_path);
        delete.send().await.unwrap();
    }
    assert_eq!(code(get("orders").await), "NotFoundException");
    client.delete_rest_api().rest_api_id(&id).send().await.unwrap();
}
