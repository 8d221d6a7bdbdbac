//! An archive's managed rule: EventBridge's own rule on the bus that feeds the archive.
//!
//! Its name, its manager and what it adds to the pattern (replayed events are not archived again) are as
//! getmoto/moto#3837 and the accounts of other emulators tell of AWS's.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use crate::local::http::ApiError;

/// Who manages the rules of archives.
const MANAGER: &str = "prod.vhs.events.aws.internal";
/// What the name of an archive's rule, and of its one target, begins with.
const PREFIX: &str = "Events-Archive-";

/// Writes the rule of an archive that was made or changed.
pub fn feed(ctx: &mut Ctx, archive: &mut Value) -> Outcome<()> {
    let bus = bus(ctx, archive)?;
    let pattern = pattern(archive["EventPattern"].as_str().unwrap_or_default())?;
    let name = name(archive);
    let within = if bus == "default" { String::new() } else { format!("{bus}/") };
    let arn = ctx.expand(
        &format!("arn:{{partition}}:events:{{region}}:{{account}}:rule/{within}{name}"),
        &Value::Null,
    );
    let rule = json!({
        "Name": name, "EventBusName": bus, "Arn": arn, "RuleArn": arn, "_arn": arn, "State": "ENABLED",
        "EventPattern": pattern.to_string(), "ManagedBy": MANAGER, "CreatedBy": ctx.account,
    });
    let target = json!({
        "Id": name,
        "Arn": ctx.expand("arn:{partition}:events:{region}:::", &Value::Null),
        "InputTransformer": {
            "InputPathsMap": {},
            "InputTemplate": format!(
                "{{\"archive-arn\": \"{}\", \"event\": <aws.events.event.json>, \"ingestion-time\": <aws.events.event.ingestion-time>}}",
                archive["ArchiveArn"].as_str().unwrap_or_default(),
            ),
        },
    });
    let (rules, targets) = (ctx.collection("rule"), ctx.collection("target"));
    ctx.txn.put(&rules, &format!("{bus}/{name}"), rule);
    ctx.txn.put(&targets, &format!("{bus}/{name}/{name}"), target);
    Ok(())
}

/// Takes the rule of an archive away that goes.
pub fn starve(ctx: &mut Ctx, archive: &mut Value) -> Outcome<()> {
    let (bus, name) = (named(archive), name(archive));
    let (rules, targets) = (ctx.collection("rule"), ctx.collection("target"));
    ctx.txn.remove(&targets, &format!("{bus}/{name}/{name}"));
    ctx.txn.remove(&rules, &format!("{bus}/{name}"));
    Ok(())
}

fn name(archive: &Value) -> String {
    format!("{PREFIX}{}", archive["ArchiveName"].as_str().unwrap_or_default())
}

fn named(archive: &Value) -> String {
    let arn = archive["EventSourceArn"].as_str().unwrap_or_default();
    arn.rsplit_once(":event-bus/").map_or(arn, |(_, name)| name).to_owned()
}

fn bus(ctx: &Ctx, archive: &Value) -> Outcome<String> {
    let bus = named(archive);
    match ctx.txn.get(&ctx.collection("event-bus"), &bus) {
        Some(_) => Ok(bus),
        None => Err(ApiError::new("ResourceNotFoundException", format!("Event bus {bus} does not exist."))),
    }
}

/// The archive's pattern, and that replayed events are none of it.
fn pattern(text: &str) -> Outcome<Value> {
    let mut pattern = match text {
        "" => json!({}),
        text => serde_json::from_str(text).ok().filter(Value::is_object).ok_or_else(|| {
            ApiError::new(
                "InvalidEventPatternException",
                "Event pattern is not valid. Reason: not a JSON object",
            )
        })?,
    };
    pattern["replay-name"] = json!([{ "exists": false }]);
    Ok(pattern)
}
