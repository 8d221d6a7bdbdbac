//! Resources of an API, their methods and integrations.

use serde_json::{Value, json};

use super::super::executor::Ctx;
use super::super::hooks::random;
use super::super::places::{at, take};
use super::super::{Fill, From, KIND, Kind, Outcome};
use super::{RESOURCES, api_exists, of_api, refused};
use crate::local::http::ApiError;

pub(super) const RESOURCE: Kind = Kind {
    name: "resource",
    key: "{restApiId}/{resourceId}",
    missing: ("NotFoundException", "Invalid Resource identifier specified"),
    create: &[Fill::Set("id", From::Text("{resourceId}"))],
    ..KIND
};

pub(super) const METHOD: Kind = Kind {
    name: "method",
    within: Some(("resource", "resourceMethods {httpMethod}")),
    missing: ("NotFoundException", "Invalid Method identifier specified"),
    exists: ("ConflictException", "Method already exists for this resource"),
    create: &[Fill::Default("apiKeyRequired", From::Json("false"))],
    ..KIND
};

pub(super) const METHOD_RESPONSE: Kind = Kind {
    name: "method-response",
    within: Some(("method", "methodResponses {statusCode}")),
    missing: ("NotFoundException", "Invalid Response status code specified"),
    exists: ("ConflictException", "Response already exists for this resource"),
    ..KIND
};

pub(super) const INTEGRATION: Kind = Kind {
    name: "integration",
    within: Some(("method", "methodIntegration")),
    missing: ("NotFoundException", "Invalid Integration identifier specified"),
    create: &[
        Fill::Default("passthroughBehavior", From::Json("\"WHEN_NO_MATCH\"")),
        Fill::Default("timeoutInMillis", From::Json("29000")),
        Fill::Default("cacheNamespace", From::Text("{resourceId}")),
        Fill::Default("cacheKeyParameters", From::Json("[]")),
        Fill::Default("responseTransferMode", From::Json("\"BUFFERED\"")),
    ],
    ..KIND
};

pub(super) const INTEGRATION_RESPONSE: Kind = Kind {
    name: "integration-response",
    within: Some(("integration", "integrationResponses {statusCode}")),
    missing: ("NotFoundException", "Invalid Response status code specified"),
    ..KIND
};

pub(super) fn new_resource(ctx: &mut Ctx) -> Outcome<()> {
    api_exists(ctx)?;
    ctx.input["resourceId"] = random::word(6).into();
    Ok(())
}

/// The path follows from the parent's; siblings have different parts.
pub(super) fn path(ctx: &mut Ctx, resource: &mut Value) -> Outcome<()> {
    let all = of_api(ctx, &RESOURCE);
    let parent = all
        .iter()
        .find(|other| other["id"] == resource["parentId"])
        .ok_or_else(|| ctx.refuse(RESOURCE.missing, &Value::Null))?;
    let part = resource["pathPart"].as_str().unwrap_or_default().to_owned();
    let twin = |other: &&Value| {
        other["parentId"] == resource["parentId"]
            && other["pathPart"] == part.as_str()
            && other["id"] != resource["id"]
    };
    if all.iter().any(|other| twin(&other)) {
        return Err(ApiError::new(
            "ConflictException",
            format!("Another resource with the same parent already has this name: {part}"),
        ));
    }
    let above = parent["path"].as_str().unwrap_or_default().trim_end_matches('/').to_owned();
    resource["path"] = format!("{above}/{part}").into();
    Ok(())
}

pub(super) fn descendants(ctx: &mut Ctx, resource: &mut Value) -> Outcome<()> {
    let path = resource["path"].as_str().unwrap_or_default().to_owned();
    if path == "/" {
        return Err(refused("Root resource cannot be deleted"));
    }
    let collection = ctx.collection(RESOURCE.name);
    for other in of_api(ctx, &RESOURCE) {
        let below = other["path"].as_str().is_some_and(|other| other.starts_with(&format!("{path}/")));
        if let (true, Some(id)) = (below, other["id"].as_str()) {
            let key = format!("{}/{id}", ctx.text("restApiId"));
            ctx.txn.remove(&collection, &key);
        }
    }
    Ok(())
}

/// Methods are shown by name only unless they are asked for.
pub(super) fn embedded(ctx: &mut Ctx, resource: &Value) -> Outcome<Value> {
    let asked =
        ctx.input["embed"].as_array().is_some_and(|embed| embed.iter().any(|embed| embed == "methods"));
    let mut shown = resource.clone();
    if let Some(methods) = shown["resourceMethods"].as_object_mut().filter(|_| !asked) {
        methods.values_mut().for_each(|method| *method = json!({}));
    }
    if shown["resourceMethods"] == json!({}) {
        take(&mut shown, "resourceMethods");
    }
    Ok(shown)
}

pub(super) fn resources(ctx: &mut Ctx) -> Outcome<Value> {
    let mut answer = super::super::list::list(ctx, &RESOURCE, &RESOURCES)?;
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    answer["items"] =
        items.iter().map(|resource| embedded(ctx, resource)).collect::<Outcome<Vec<_>>>()?.into();
    Ok(answer)
}

/// What is sent as `integrationHttpMethod` is shown as `httpMethod`, which in the request is the method's.
pub(super) fn http_method(_: &mut Ctx, integration: &mut Value) -> Outcome<()> {
    let sent = take(integration, "integrationHttpMethod");
    integration["httpMethod"] = sent.unwrap_or_default();
    Ok(())
}

pub(super) fn integration(ctx: &mut Ctx) -> Outcome<()> {
    let needs = |member: &str| at(&ctx.input, member).is_none();
    match ctx.text("type").as_str() {
        "MOCK" => {}
        _ if needs("integrationHttpMethod") => {
            return Err(refused("Enumeration value for HttpMethod must be non-empty"));
        }
        _ if needs("uri") => return Err(refused("Invalid HTTP endpoint specified for URI")),
        _ => {}
    }
    Ok(())
}

/// An integration's response answers with a status the method has.
pub(super) fn method_response(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.place(&METHOD_RESPONSE)?.load(ctx.txn) {
        Some(_) => Ok(()),
        None => Err(ctx.refuse(METHOD_RESPONSE.missing, &Value::Null)),
    }
}

/// Methods of an API, with their responses.
pub(super) fn methods(ctx: &Ctx) -> Vec<Value> {
    let all = of_api(ctx, &RESOURCE);
    all.iter()
        .filter_map(|one| one["resourceMethods"].as_object())
        .flat_map(|all| all.values().cloned())
        .collect()
}
