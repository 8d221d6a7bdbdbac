//! Rules and their targets.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use super::super::places::{at, write};
use super::kinds::{RULE, TARGET};
use crate::local::http::ApiError;

fn rule_of(ctx: &Ctx) -> Option<Value> {
    let name = if ctx.text("Rule").is_empty() { ctx.text("Name") } else { ctx.text("Rule") };
    ctx.txn.get(&ctx.collection(RULE.name), &format!("{}/{name}", ctx.text("EventBusName"))).cloned()
}

pub fn on_rule(ctx: &mut Ctx) -> Outcome<()> {
    match rule_of(ctx) {
        Some(_) => Ok(()),
        None => Err(ctx.refuse(
            ("ResourceNotFoundException", "Rule {Rule} does not exist on EventBus {EventBusName}."),
            &Value::Null,
        )),
    }
}

pub fn not_managed(ctx: &mut Ctx) -> Outcome<()> {
    let forced = ctx.input["Force"] == true;
    match rule_of(ctx).and_then(|rule| rule["ManagedBy"].as_str().map(str::to_owned)) {
        Some(owner) if !forced => Err(ApiError::new(
            "ManagedRuleException",
            format!("This rule is managed by {owner} and cannot be modified."),
        )),
        _ => Ok(()),
    }
}

pub fn says_when(ctx: &mut Ctx) -> Outcome<()> {
    let (pattern, schedule) = (ctx.text("EventPattern"), ctx.text("ScheduleExpression"));
    if pattern.is_empty() && schedule.is_empty() {
        return Err(ctx.invalid("Parameter(s) EventPattern or ScheduleExpression must be specified."));
    }
    if !pattern.is_empty()
        && !serde_json::from_str::<Value>(&pattern).is_ok_and(|pattern| pattern.is_object())
    {
        return Err(ApiError::new(
            "InvalidEventPatternException",
            "Event pattern is not valid. Reason: not a JSON object",
        ));
    }
    if !schedule.is_empty() && ctx.text("EventBusName") != "default" {
        return Err(ctx.invalid("ScheduleExpression is supported only on the default event bus."));
    }
    Ok(())
}

/// Each target is stored or refused for itself; the answer is a success either way.
pub fn put_targets(ctx: &mut Ctx) -> Outcome<Value> {
    let targets = ctx.input["Targets"].as_array().cloned().unwrap_or_default();
    let (collection, prefix) =
        (ctx.collection(TARGET.name), ctx.expand("{EventBusName}/{Rule}/", &Value::Null));
    let mut failed = Vec::new();
    for target in targets {
        let id = target["Id"].as_str().unwrap_or_default().to_owned();
        let inputs = ["Input", "InputPath", "InputTransformer"]
            .iter()
            .filter(|member| !target[**member].is_null())
            .count();
        if inputs > 1 {
            return Err(ctx.invalid(format!(
                "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
            )));
        }
        if let Some((code, message)) = refused(ctx, &target) {
            failed.push(json!({"TargetId": id, "ErrorCode": code, "ErrorMessage": message}));
            continue;
        }
        let key = format!("{prefix}{id}");
        let mut target = target;
        if let Some(role) = kept_role(ctx, ctx.txn.get(&collection, &key), &target) {
            target["RoleArn"] = role;
        }
        filled(&mut target);
        ctx.txn.put(&collection, &key, target);
    }
    let count = ctx.txn.all(&collection).filter(|(id, _)| id.starts_with(&prefix)).count();
    if count > MOST_TARGETS {
        return Err(ApiError::new(
            "LimitExceededException",
            format!(
                "The requested resource exceeds the maximum number allowed: {MOST_TARGETS} targets per rule."
            ),
        ));
    }
    Ok(json!({"FailedEntryCount": failed.len(), "FailedEntries": failed}))
}

/// What AWS fills into the parameters of an ECS task.
fn filled(target: &mut Value) {
    if at(target, "EcsParameters").is_none() {
        return;
    }
    let network = "EcsParameters.NetworkConfiguration.awsvpcConfiguration";
    for (path, value) in [
        ("EcsParameters.TaskCount".to_owned(), json!(1)),
        ("EcsParameters.EnableECSManagedTags".to_owned(), json!(false)),
        ("EcsParameters.EnableExecuteCommand".to_owned(), json!(false)),
        (format!("{network}.AssignPublicIp"), json!("DISABLED")),
    ] {
        let inside = !path.starts_with(network) || at(target, network).is_some();
        if inside && at(target, &path).is_none() {
            write(target, &path, value);
        }
    }
}

/// The role that stays on the bus of another account although the same target is put without one.
fn kept_role(ctx: &Ctx, old: Option<&Value>, new: &Value) -> Option<Value> {
    let (old, arn) = (old?, new["Arn"].as_str()?);
    let foreign = arn.contains(":event-bus/") && !arn.contains(&format!(":{}:", ctx.account));
    let same = foreign && old["Arn"] == new["Arn"] && at(new, "RoleArn").is_none();
    same.then(|| at(old, "RoleArn").cloned()).flatten()
}

const MOST_TARGETS: usize = 5;
/// Targets that need a role, and those that must be there, by what their ARN begins with.
const ROLE_NEEDED: &[&str] =
    &["states", "kinesis", "firehose", "ecs", "batch", "codebuild", "codepipeline", "ssm"];

fn refused(ctx: &Ctx, target: &Value) -> Option<(&'static str, String)> {
    let arn = target["Arn"].as_str().unwrap_or_default();
    let service = arn.split(':').nth(2).unwrap_or_default();
    let destination = arn.contains(":api-destination/");
    if (destination || ROLE_NEEDED.contains(&service)) && at(target, "RoleArn").is_none() {
        return Some(("ValidationException", format!("RoleArn is required for target {arn}.")));
    }
    let own = arn.contains(&format!(":{}:{}:", ctx.call.region, ctx.account));
    let known = |kind: &str| ctx.find_arn(&ctx.collection(kind), arn).is_some();
    let missing = own
        && (destination && !known("api-destination") || arn.contains(":event-bus/") && !known("event-bus"));
    missing.then(|| ("ResourceNotFoundException", format!("Target {arn} does not exist.")))
}

pub fn remove_targets(ctx: &mut Ctx) -> Outcome<Value> {
    let (collection, prefix) =
        (ctx.collection(TARGET.name), ctx.expand("{EventBusName}/{Rule}/", &Value::Null));
    let mut failed = Vec::new();
    for id in ctx.input["Ids"].as_array().cloned().unwrap_or_default() {
        let key = format!("{prefix}{}", id.as_str().unwrap_or_default());
        if ctx.txn.get(&collection, &key).is_none() {
            failed.push(json!({"TargetId": id, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "Target does not exist."}));
        }
        ctx.txn.remove(&collection, &key);
    }
    Ok(json!({"FailedEntryCount": failed.len(), "FailedEntries": failed}))
}
