//! APIs, and what is made and goes with one.

use serde_json::{Value, json};

use super::super::executor::Ctx;
use super::super::hooks::{policies, random};
use super::super::places::{at, each};
use super::super::{Fill, From, KIND, Kind, Outcome};
use super::parts::{AUTHORIZER, GATEWAY_RESPONSE, MODEL, VALIDATOR};
use super::resources::RESOURCE;
use super::stages::{DEPLOYMENT, STAGE};
use super::{ids, refused};

pub(super) const API: Kind = Kind {
    name: "rest-api",
    key: "{restApiId}",
    arn: "arn:{partition}:apigateway:{region}::/restapis/{restApiId}",
    missing: ("NotFoundException", "Invalid API identifier specified {account}:{restApiId}"),
    blank: &["description", "policy", "version"],
    create: &[
        Fill::Set("id", From::Text("{restApiId}")),
        Fill::Set("rootResourceId", From::Text("{any10}")),
        Fill::Set("createdDate", From::Now),
        Fill::Set("apiStatus", From::Json("\"AVAILABLE\"")),
        Fill::Default("apiKeySource", From::Json("\"HEADER\"")),
        Fill::Default("endpointConfiguration.types", From::Json(r#"["EDGE"]"#)),
        Fill::Default("endpointConfiguration.ipAddressType", From::Json("\"ipv4\"")),
        Fill::Default("disableExecuteApiEndpoint", From::Json("false")),
        Fill::Default("securityPolicy", From::Json("\"TLS_1_0\"")),
    ],
    ..KIND
};

/// Members whose values are taken in any case and kept in capitals.
pub(super) const CAPITALS: &[&str] =
    &["httpMethod", "type", "passthroughBehavior", "contentHandling", "connectionType", "apiKeySource"];

pub(super) fn capitals(ctx: &mut Ctx) -> Outcome<()> {
    for member in CAPITALS {
        if let Some(text) = at(&ctx.input, member).and_then(Value::as_str) {
            ctx.input[*member] = text.to_uppercase().into();
        }
    }
    Ok(())
}

pub(super) fn new_api(ctx: &mut Ctx) -> Outcome<()> {
    if at(&ctx.input, "cloneFrom").is_some() {
        return Err(refused("The embedded account does not implement cloneFrom"));
    }
    ctx.input["restApiId"] = random::word(10).into();
    Ok(())
}

/// A policy comes back as the inside of a JSON string: every quotation mark escaped.
pub(super) fn policy(ctx: &mut Ctx, api: &mut Value) -> Outcome<()> {
    let patches = each(&ctx.input, "patchOperations[].path");
    let sent = at(&ctx.input, "policy").is_some() || patches.iter().any(|path| **path == "/policy");
    if let Some(text) = api["policy"].as_str().filter(|_| sent) {
        let parsed = policies::parse(text, "BadRequestException").map_err(|_| refused("Invalid policy document. Please check the policy syntax and ensure that Principals are valid."))?;
        let quoted = Value::String(parsed.to_string()).to_string();
        api["policy"] = quoted[1..quoted.len() - 1].into();
    }
    Ok(())
}

/// Every API has its root resource.
pub(super) fn root(ctx: &mut Ctx, api: &mut Value) -> Outcome<()> {
    let (id, root) = (ctx.text("restApiId"), api["rootResourceId"].clone());
    let key = format!("{id}/{}", root.as_str().unwrap_or_default());
    let collection = ctx.collection(RESOURCE.name);
    ctx.txn.put(&collection, &key, json!({"id": root, "path": "/"}));
    Ok(())
}

/// What belongs to the API goes with it.
pub(super) fn everything(ctx: &mut Ctx, _: &mut Value) -> Outcome<()> {
    for kind in [RESOURCE, DEPLOYMENT, STAGE, MODEL, VALIDATOR, AUTHORIZER, GATEWAY_RESPONSE] {
        let collection = ctx.collection(kind.name);
        for id in ids(ctx, &kind) {
            ctx.txn.remove(&collection, &id);
        }
    }
    Ok(())
}

pub(super) fn account(_: &mut Ctx) -> Outcome<Value> {
    Ok(
        json!({"throttleSettings": {"burstLimit": 5000, "rateLimit": 10000.0}, "features": ["UsagePlans"], "apiKeyVersion": "4"}),
    )
}
