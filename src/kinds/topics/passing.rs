//! A message of a topic, as its subscriptions see it.

use serde_json::{Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, TIME};
use crate::flow::happening::{Happening, Word, text};
use crate::flow::passing::{Arrival, Cause, Passed};
use crate::flow::shape::Shape;
use crate::kinds::Kind;
use crate::value;

use super::Topics;

pub const WORDS: &[Word] = &[Word::new(
    "message",
    "A message is published on the topic: a text or JSON.",
    &["attributes", "subject"],
)];

pub fn happens(said: &Happening<'_>) -> Result<Arrival, String> {
    let attributes = Value::from(Json::Object(said.texts("attributes")?));
    let subject = said.beside("subject").map(text).unwrap_or_default();
    Ok(Arrival {
        parameters: value!({ "attributes": attributes, "subject": subject }),
        ..Arrival::of(text(said.value))
    })
}

/// SNS's own envelope.
pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    let arn = Topics.derive("arn", of, &graph.place);
    let mut message = json!({
        "Type": "Notification",
        "MessageId": ID,
        "TopicArn": arn.as_ref().and_then(Value::as_str),
        "Message": arrived.payload.payload(),
        "Timestamp": TIME,
    });
    if let Some(subject) = arrived.parameters.text_at("subject").filter(|subject| !subject.is_empty()) {
        message["Subject"] = subject.into();
    }
    let attributes = arrived.parameters.get("attributes").and_then(Value::as_map);
    let attributes: serde_json::Map<String, Json> = attributes
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.clone(), json!({ "Type": "String", "Value": value.as_str() })))
        .collect();
    if !attributes.is_empty() {
        message["MessageAttributes"] = attributes.into();
    }
    Passed { shows: Some(message), ..Passed::default() }
}

/// What subscriptions see of a message nobody knows; nothing where none is published.
pub fn shows(_: &Resource, cause: Cause<'_>) -> Vec<Shape> {
    match cause {
        Cause::Does(action, _) if !action.starts_with("Publish") && !action.ends_with('*') => Vec::new(),
        _ => vec![Shape::Anything],
    }
}
