//! A message of a queue, as those who read it see it.

use serde_json::{Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, SECONDS};
use crate::flow::happening::{Happening, Word, text};
use crate::flow::passing::{Arrival, Cause, Passed};
use crate::flow::shape::Shape;
use crate::kinds::Kind;
use crate::value;

use super::Queues;

pub const WORDS: &[Word] = &[Word::new(
    "message",
    "A message is sent to the queue: its body, a text or JSON.",
    &["attributes", "group"],
)];

pub fn happens(said: &Happening<'_>) -> Result<Arrival, String> {
    let attributes = Value::from(Json::Object(said.texts("attributes")?));
    let parameters = value!({ "attributes": attributes, "MessageGroupId": (said.beside("group").map(text).unwrap_or_default()) });
    Ok(Arrival { parameters, ..Arrival::of(text(said.value)) })
}

/// The record that pipes and functions get (`eventSource` is `aws:sqs`).
pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    let arn = Queues.derive("arn", of, &graph.place);
    let sent: Json = json!((SECONDS * 1000).to_string());
    let mut system = json!({ "ApproximateReceiveCount": "1", "SentTimestamp": sent, "SenderId": graph.place.account,
        "ApproximateFirstReceiveTimestamp": sent });
    for member in ["MessageGroupId", "MessageDeduplicationId"] {
        if let Some(value) = arrived.parameters.text_at(member).filter(|value| !value.is_empty()) {
            system[member] = value.into();
        }
    }
    let attributes = arrived.parameters.get("attributes").and_then(Value::as_map);
    let attributes: serde_json::Map<String, Json> = attributes
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            (
                name.clone(),
                json!({ "stringValue": value.as_str(), "dataType": "String",
                "stringListValues": [], "binaryListValues": [] }),
            )
        })
        .collect();
    let record = json!({
        "messageId": ID,
        "receiptHandle": ID,
        "body": arrived.payload.payload(),
        "attributes": system,
        "messageAttributes": attributes,
        "eventSource": "aws:sqs",
        "eventSourceARN": arn.as_ref().and_then(Value::as_str),
        "awsRegion": graph.place.region,
    });
    Passed { shows: Some(record), ..Passed::default() }
}

/// A message attribute. Follows the Lambda guide, "Using Lambda with Amazon SQS".
fn attribute() -> Shape {
    let perhaps = |name: &str, shape: Shape| (name.to_owned(), shape, false);
    Shape::object(
        [
            ("dataType".to_owned(), Shape::Text, true),
            perhaps("stringValue", Shape::Text),
            perhaps("binaryValue", Shape::Text),
            perhaps("stringListValues", Shape::list(Shape::Text)),
            perhaps("binaryListValues", Shape::list(Shape::Text)),
        ],
        false,
    )
}

/// What brings messages in.
const SEND: &[&str] = &["SendMessage", "SendMessageBatch", "*"];

/// The shape of the record, with the body read where it is JSON.
pub fn shows(_: &Resource, cause: Cause<'_>) -> Vec<Shape> {
    let body = match cause {
        Cause::Arrives(shape) => shape.clone(),
        Cause::Any => Shape::Anything,
        Cause::Does(action, _) if SEND.contains(&action) || action.ends_with('*') => Shape::Anything,
        Cause::Does(..) => return Vec::new(),
    };
    let text = |name: &str| (name.to_owned(), Shape::Text, true);
    vec![Shape::object(
        [
            text("messageId"),
            text("receiptHandle"),
            ("body".to_owned(), body, true),
            ("attributes".to_owned(), Shape::any_object(), true),
            ("messageAttributes".to_owned(), Shape::with_rest([], attribute()), true),
            ("md5OfBody".to_owned(), Shape::Text, false),
            ("md5OfMessageAttributes".to_owned(), Shape::Text, false),
            ("eventSource".to_owned(), Shape::text("aws:sqs"), true),
            text("eventSourceARN"),
            text("awsRegion"),
        ],
        false,
    )]
}
