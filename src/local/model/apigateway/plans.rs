//! Usage plans and API keys.

use serde_json::{Value, json};

use super::super::executor::Ctx;
use super::super::hooks::{random, secrets};
use super::super::places::take;
use super::super::{Fill, From, KIND, Kind, Outcome};
use super::refused;
use super::stages::STAGE;
use crate::local::http::ApiError;

pub(super) const USAGE_PLAN: Kind = Kind {
    name: "usage-plan",
    key: "{usagePlanId}",
    arn: "arn:{partition}:apigateway:{region}::/usageplans/{usagePlanId}",
    missing: ("NotFoundException", "Invalid Usage Plan ID specified"),
    blank: &["description"],
    create: &[Fill::Set("id", From::Text("{usagePlanId}")), Fill::Default("apiStages", From::Json("[]"))],
    ..KIND
};

pub(super) const API_KEY: Kind = Kind {
    name: "api-key",
    key: "{apiKey}",
    arn: "arn:{partition}:apigateway:{region}::/apikeys/{apiKey}",
    missing: ("NotFoundException", "Invalid API Key identifier specified"),
    blank: &["description", "customerId"],
    create: &[
        Fill::Set("id", From::Text("{apiKey}")),
        Fill::Set("createdDate", From::Now),
        Fill::Set("lastUpdatedDate", From::Now),
        Fill::Default("enabled", From::Json("false")),
    ],
    ..KIND
};

pub(super) const USAGE_PLAN_KEY: Kind = Kind {
    name: "usage-plan-key",
    key: "{usagePlanId}/{keyId}",
    missing: ("NotFoundException", "Invalid API Key identifier specified"),
    exists: ("ConflictException", "Usage Plan Key already exists"),
    create: &[Fill::Set("id", From::Text("{keyId}")), Fill::Set("type", From::Text("{keyType}"))],
    ..KIND
};

pub(super) fn new_plan(ctx: &mut Ctx) -> Outcome<()> {
    ctx.input["usagePlanId"] = random::word(6).into();
    if let Some(quota) = ctx.input.get_mut("quota").and_then(Value::as_object_mut) {
        quota.entry("offset").or_insert(0.into());
    }
    Ok(())
}

/// The stages of a plan are there.
pub(super) fn stages_exist(ctx: &mut Ctx, plan: &mut Value) -> Outcome<()> {
    let collection = ctx.collection(STAGE.name);
    for stage in plan["apiStages"].as_array().into_iter().flatten() {
        let text = |member: &str| stage[member].as_str().unwrap_or_default();
        if ctx.txn.get(&collection, &format!("{}/{}", text("apiId"), text("stage"))).is_none() {
            return Err(ApiError::new(
                "NotFoundException",
                format!("API Stage not found: {}:{}", text("apiId"), text("stage")),
            ));
        }
    }
    Ok(())
}

/// Patches of a plan's stages: `/apiStages` with `API:STAGE` as value, and the limits of a route at
/// `/apiStages/API:STAGE/throttle/PATH/METHOD/LIMIT`.
pub(super) fn plan_stages(ctx: &mut Ctx, plan: &mut Value) -> Outcome<()> {
    let operations = ctx.input["patchOperations"].as_array().cloned().unwrap_or_default();
    let (own, others): (Vec<_>, Vec<_>) = operations
        .into_iter()
        .partition(|one| one["path"].as_str().is_some_and(|path| path.starts_with("/apiStages")));
    ctx.input["patchOperations"] = others.into();
    let mut stages = plan["apiStages"].as_array().cloned().unwrap_or_default();
    for operation in own {
        let text = |member: &str| operation[member].as_str().unwrap_or_default().to_owned();
        let (op, path, value) = (text("op"), text("path"), text("value"));
        let invalid = || refused(format!("Invalid patch path  '{path}' specified for op '{op}'."));
        let named = |name: &str| {
            let name = name.to_owned();
            move |stage: &Value| {
                format!(
                    "{}:{}",
                    stage["apiId"].as_str().unwrap_or_default(),
                    stage["stage"].as_str().unwrap_or_default()
                ) == name
            }
        };
        let Some(rest) = path.strip_prefix("/apiStages/") else {
            let there = stages.iter().position(named(&value));
            match (op.as_str(), there, value.split_once(':')) {
                ("add", None, Some((api, stage))) => stages.push(json!({"apiId": api, "stage": stage})),
                ("remove", Some(at), _) => {
                    stages.remove(at);
                }
                _ => return Err(invalid()),
            }
            continue;
        };
        let (name, rest) = rest.split_once("/throttle/").ok_or_else(invalid)?;
        let stage = stages.iter_mut().find(|stage| named(name)(stage)).ok_or_else(invalid)?;
        match (op.as_str(), rest.rsplit_once('/')) {
            ("remove", _) => {
                let limits = stage["throttle"].as_object_mut().ok_or_else(invalid)?;
                limits.shift_remove(rest).ok_or_else(invalid)?;
            }
            ("add" | "replace", Some((route, limit @ ("rateLimit" | "burstLimit")))) => {
                let number: f64 = value.parse().map_err(|_| invalid())?;
                let is_whole = limit == "burstLimit" || number.fract() == 0.0;
                let number = if is_whole { json!(number as i64) } else { json!(number) };
                stage["throttle"][route][limit] = number;
            }
            _ => return Err(invalid()),
        }
        if stage["throttle"] == json!({}) {
            take(stage, "throttle");
        }
    }
    plan["apiStages"] = stages.into();
    Ok(())
}

/// A plan goes when it has no stages; its keys stay.
pub(super) fn plan_keys(ctx: &mut Ctx, plan: &mut Value) -> Outcome<()> {
    if plan["apiStages"].as_array().is_some_and(|stages| !stages.is_empty()) {
        return Err(refused(
            "Cannot delete Usage Plan: it has associated API stages. Remove API stages from the plan first",
        ));
    }
    let (collection, prefix) = (ctx.collection(USAGE_PLAN_KEY.name), format!("{}/", ctx.text("usagePlanId")));
    let gone: Vec<String> =
        ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| id.starts_with(&prefix)).collect();
    gone.iter().for_each(|id| ctx.txn.remove(&collection, id));
    Ok(())
}

pub(super) fn plan_and_key(ctx: &mut Ctx) -> Outcome<()> {
    for (kind, member) in [(&USAGE_PLAN, "usagePlanId"), (&API_KEY, "keyId")] {
        let (collection, id) = (ctx.collection(kind.name), ctx.text(member));
        if ctx.txn.get(&collection, &id).is_none() {
            return Err(ctx.refuse(kind.missing, &Value::Null));
        }
    }
    Ok(())
}

/// A key has the value that was sent, else one of AWS's.
pub(super) fn new_key(ctx: &mut Ctx) -> Outcome<()> {
    ctx.input["apiKey"] = random::word(10).into();
    let value = ctx.text("value");
    if value.is_empty() {
        ctx.input["value"] = random::word(40).into();
    } else if !(20..=128).contains(&value.len()) {
        return Err(refused("API Key value should be at least 20 characters"));
    }
    let value = ctx.text("value");
    let collection = ctx.collection(API_KEY.name);
    let mut others = ctx.txn.all(&collection).filter_map(|(_, key)| key["_value"].as_str());
    match others.any(|sealed| secrets::opens(sealed, &value)) {
        true => Err(ApiError::new("ConflictException", "API Key already exists")),
        false => Ok(()),
    }
}

pub(super) fn seal(_: &mut Ctx, key: &mut Value) -> Outcome<()> {
    if let Some(value) = take(key, "value") {
        key["_value"] = secrets::seal(value.as_str().unwrap_or_default()).into();
    }
    Ok(())
}

/// The create alone tells the value.
pub(super) fn with_value(ctx: &mut Ctx, key: &Value) -> Outcome<Value> {
    let mut shown = ctx.dressed("ApiKey", key);
    shown["value"] = ctx.text("value").into();
    Ok(shown)
}

pub(super) fn out_of_plans(ctx: &mut Ctx, key: &mut Value) -> Outcome<()> {
    let (collection, end) =
        (ctx.collection(USAGE_PLAN_KEY.name), format!("/{}", key["id"].as_str().unwrap_or_default()));
    let gone: Vec<String> =
        ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| id.ends_with(&end)).collect();
    gone.iter().for_each(|id| ctx.txn.remove(&collection, id));
    Ok(())
}
