//! Publishing events (`events:PutEvents`, `events:PutPartnerEvents`).

use super::Event;
use crate::engine::{Aws, AwsError, Value};
use crate::kinds::{Intake, SOURCE};
use crate::value;

/// What came of one event.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Sent {
    /// It was accepted under this id.
    Accepted(String),
    /// It was not: AWS's code and message.
    Refused { code: String, message: String },
}

/// Publishes events to a resource of this name, as many in a request as it takes, in their order: what came of each, and the error
/// of the request that failed as a whole, if one did; what follows it is not sent. A request whose answer was lost is
/// sent again, so an event may arrive twice, as EventBridge itself delivers at least once.
pub async fn send(
    aws: &dyn Aws,
    intake: &Intake,
    name: &str,
    events: &[Event],
) -> (Vec<Sent>, Option<AwsError>) {
    let mut sent = Vec::with_capacity(events.len());
    for some in events.chunks(intake.at_once) {
        let entries: Vec<Value> = some.iter().map(|event| entry(intake, name, event)).collect();
        match aws.call(intake.service, intake.operation, value!({ "Entries": entries })).await {
            Ok(answer) => {
                let results = answer.get("Entries").and_then(Value::as_list).unwrap_or_default();
                sent.extend(results.iter().map(of));
            }
            Err(error) => return (sent, Some(error)),
        }
    }
    (sent, None)
}

fn of(result: &Value) -> Sent {
    let text = |member: &str| result.text_at(member).unwrap_or_default().to_owned();
    match result.text_at("EventId") {
        Some(id) => Sent::Accepted(id.to_owned()),
        None => Sent::Refused { code: text("ErrorCode"), message: text("ErrorMessage") },
    }
}

fn entry(intake: &Intake, name: &str, event: &Event) -> Value {
    let mut entry = Value::map();
    if let Some(source) = &event.source {
        entry.put(SOURCE, source.as_str().into());
    }
    entry.put("DetailType", event.detail_type.as_str().into());
    entry.put("Detail", serde_json::Value::Object(event.detail.clone()).to_string().into());
    if !event.resources.is_empty() {
        entry.put("Resources", Value::List(event.resources.iter().map(|one| one.as_str().into()).collect()));
    }
    if let Some(time) = event.time {
        entry.put("Time", time.into());
    }
    entry.put(intake.named_in, name.into());
    entry
}
