//! Events that are published.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use super::random;

/// Accepts events and hands them to nobody. As EventBridge does, also for a bus that is not there.
pub fn put_events(ctx: &mut Ctx) -> Outcome<Value> {
    let not_ours =
        |source: &str| source.starts_with("aws.").then(|| "Not authorized for the source.".to_owned());
    Ok(put(ctx, &not_ours))
}

/// The same of a partner, for a source that it has made.
pub fn put_partner_events(ctx: &mut Ctx) -> Outcome<Value> {
    let collection = ctx.collection("partner-event-source");
    let made: Vec<Value> = ctx.txn.all(&collection).map(|(_, made)| made["Name"].clone()).collect();
    let not_ours = |source: &str| {
        let is_made = made.iter().any(|name| name == source);
        (!is_made).then(|| format!("Partner event source {source} does not exist."))
    };
    Ok(put(ctx, &not_ours))
}

fn put(ctx: &Ctx, not_ours: &dyn Fn(&str) -> Option<String>) -> Value {
    let entries = ctx.input["Entries"].as_array().cloned().unwrap_or_default();
    let results: Vec<Value> = entries
        .iter()
        .map(|entry| match refused_event(entry, not_ours) {
            Some((code, message)) => json!({"ErrorCode": code, "ErrorMessage": message}),
            None => json!({"EventId": random::uuid()}),
        })
        .collect();
    let failed = results.iter().filter(|result| result["EventId"].is_null()).count();
    json!({"FailedEntryCount": failed, "Entries": results})
}

fn refused_event(entry: &Value, not_ours: &dyn Fn(&str) -> Option<String>) -> Option<(&'static str, String)> {
    let text = |member: &str| entry[member].as_str().unwrap_or_default();
    for member in ["Source", "DetailType", "Detail"] {
        if text(member).is_empty() {
            return Some((
                "InvalidArgument",
                format!("Parameter {member} is not valid. Reason: {member} is a required argument."),
            ));
        }
    }
    if let Some(message) = not_ours(text("Source")) {
        return Some(("NotAuthorizedForSourceException", message));
    }
    match serde_json::from_str(text("Detail")) {
        Ok(Value::Object(_)) => None,
        _ => Some(("MalformedDetail", "Detail is malformed.".to_owned())),
    }
}
