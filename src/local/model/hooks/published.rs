//! Events that are published.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use super::random;

/// Accepts events and hands them to nobody. As EventBridge does, also for a bus that is not there.
pub fn put_events(ctx: &mut Ctx) -> Outcome<Value> {
    let entries = ctx.input["Entries"].as_array().cloned().unwrap_or_default();
    let results: Vec<Value> = entries
        .iter()
        .map(|entry| match refused_event(entry) {
            Some((code, message)) => json!({"ErrorCode": code, "ErrorMessage": message}),
            None => json!({"EventId": random::uuid()}),
        })
        .collect();
    let failed = results.iter().filter(|result| result["EventId"].is_null()).count();
    Ok(json!({"FailedEntryCount": failed, "Entries": results}))
}

fn refused_event(entry: &Value) -> Option<(&'static str, String)> {
    let text = |member: &str| entry[member].as_str().unwrap_or_default();
    for member in ["Source", "DetailType", "Detail"] {
        if text(member).is_empty() {
            return Some((
                "InvalidArgument",
                format!("Parameter {member} is not valid. Reason: {member} is a required argument."),
            ));
        }
    }
    if text("Source").starts_with("aws.") {
        return Some(("NotAuthorizedForSourceException", "Not authorized for the source.".to_owned()));
    }
    match serde_json::from_str(text("Detail")) {
        Ok(Value::Object(_)) => None,
        _ => Some(("MalformedDetail", "Detail is malformed.".to_owned())),
    }
}
