//! Event sources of partners: a bus claims the one of its name, and gives it back when it goes.

use serde_json::Value;

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
