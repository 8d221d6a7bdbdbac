//! Event sources of partners: a partner shares one with an account, a bus there claims the one of its name, and gives
//! it back when it goes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use crate::local::http::ApiError;

/// How names of partners' sources and buses begin.
const PREFIX: &str = "aws.";

fn source(ctx: &Ctx, name: &str) -> Option<Value> {
    ctx.txn.get(&ctx.collection("event-source"), name).cloned()
}

fn become_(ctx: &mut Ctx, name: &str, state: &str) {
    let collection = ctx.collection("event-source");
    if let Some(mut source) = source(ctx, name) {
        source["State"] = state.into();
        ctx.txn.put(&collection, name, source);
    }
}

/// A bus of a partner has the name of its source, which must be there.
pub fn claim(ctx: &mut Ctx) -> Outcome<()> {
    let (name, wanted) = (ctx.text("Name"), ctx.text("EventSourceName"));
    if wanted.is_empty() {
        return match name.starts_with(PREFIX) {
            true => Err(ctx.invalid(format!("EventBus name starting with 'aws.' is not valid: {name}."))),
            false => Ok(()),
        };
    }
    if wanted != name {
        return Err(ctx.invalid("The name of a partner event bus must be that of its event source."));
    }
    match source(ctx, &name).map(|source| source["State"].clone()) {
        Some(state) if state != "DELETED" => {
            become_(ctx, &name, "ACTIVE");
            Ok(())
        }
        _ => {
            let message = format!("Event source {name} does not exist.");
            Err(ApiError::new("ResourceNotFoundException", message))
        }
    }
}

/// The source of a bus that goes waits for another one.
pub fn release(ctx: &mut Ctx) -> Outcome<()> {
    let name = ctx.text("Name");
    become_(ctx, &name, "PENDING");
    Ok(())
}

/// A source is activated and deactivated for the bus that has claimed it.
pub fn has_bus(ctx: &mut Ctx) -> Outcome<()> {
    let name = ctx.text("Name");
    match ctx.txn.get(&ctx.collection("event-bus"), &name) {
        Some(_) => Ok(()),
        None => Err(ApiError::new("InvalidStateException", format!("Event source {name} has no event bus."))),
    }
}

/// How long a source waits for a bus, in seconds.
const WAITS: f64 = 14.0 * 86_400.0;

/// What a partner makes waits in the account that it is for; here that is always this one.
pub fn share(ctx: &mut Ctx, made: &mut Value) -> Outcome<()> {
    made["ExpirationTime"] = json!(ctx.now + WAITS);
    let name = ctx.text("Name");
    let source = json!({
        "Name": name, "Arn": made["EventSourceArn"], "CreatedBy": name.split('/').nth(1), "State": made["State"],
        "CreationTime": made["CreationTime"], "ExpirationTime": made["ExpirationTime"], "_for": made["Account"],
    });
    let collection = ctx.collection("event-source");
    ctx.txn.put(&collection, &name, source);
    Ok(())
}

/// What a partner takes away stays where it has a bus, and is of no use.
pub fn withdraw(ctx: &mut Ctx, made: &mut Value) -> Outcome<()> {
    let name = ctx.text("Name");
    if source(ctx, &name).is_none_or(|source| source["_for"] != made["Account"]) {
        return Ok(());
    }
    if ctx.txn.get(&ctx.collection("event-bus"), &name).is_some() {
        become_(ctx, &name, "DELETED");
    } else {
        let collection = ctx.collection("event-source");
        ctx.txn.remove(&collection, &name);
    }
    Ok(())
}

fn made(ctx: &Ctx) -> Vec<Value> {
    ctx.txn.all(&ctx.collection("partner-event-source")).map(|(_, made)| made.clone()).collect()
}

/// The partner's sources whose names begin so, each once.
pub fn list(ctx: &mut Ctx) -> Outcome<Value> {
    let prefix = ctx.text("NamePrefix");
    let all = made(ctx);
    let names = all.iter().filter_map(|one| one["Name"].as_str()).filter(|name| name.starts_with(&prefix));
    let names: BTreeSet<&str> = names.collect();
    let shown = |name: &str| {
        let arn = format!("arn:{{partition}}:events:{{region}}::event-source/{name}");
        json!({ "Name": name, "Arn": ctx.expand(&arn, &Value::Null) })
    };
    Ok(json!({ "PartnerEventSources": names.into_iter().map(shown).collect::<Vec<_>>() }))
}

/// The accounts that a source is for, with what has become of it in each.
pub fn accounts(ctx: &mut Ctx) -> Outcome<Value> {
    let name = ctx.text("EventSourceName");
    let mut all = made(ctx);
    all.retain(|one| one["Name"] == name.as_str());
    if all.is_empty() {
        let message = format!("Partner event source {name} does not exist.");
        return Err(ApiError::new("ResourceNotFoundException", message));
    }
    for one in &mut all {
        if let Some(source) = source(ctx, &name).filter(|source| source["_for"] == one["Account"]) {
            one["State"] = source["State"].clone();
        }
    }
    Ok(json!({ "PartnerEventSourceAccounts": all }))
}
