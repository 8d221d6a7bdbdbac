//! A record of a Kinesis stream, as pipes see it. Lambda hands it on in another shape.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, SECONDS};
use crate::flow::happening::{Happening, Word, text};
use crate::flow::passing::{Arrival, Cause, Passed};
use crate::flow::shape::Shape;
use crate::kinds::Kind;
use crate::value;

use super::Streams;

pub const WORDS: &[Word] =
    &[Word::new("record", "A record is put on the stream: its data, a text or JSON.", &["partition_key"])];

pub fn happens(said: &Happening<'_>) -> Arrival {
    let key = said.beside("partition_key").map(text).unwrap_or_default();
    Arrival { parameters: value!({ "PartitionKey": key }), ..Arrival::of(text(said.value)) }
}

/// The record with its data in base64.
pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    let arn = Streams.derive("arn", of, &graph.place);
    let key = arrived.parameters.text_at("PartitionKey").filter(|key| !key.is_empty()).unwrap_or("1");
    let record = json!({
        "kinesisSchemaVersion": "1.0",
        "partitionKey": key,
        "sequenceNumber": "1",
        "data": STANDARD.encode(arrived.payload.payload().unwrap_or_default()),
        "approximateArrivalTimestamp": SECONDS,
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": format!("shardId-000000000000:{ID}"),
        "eventName": "aws:kinesis:record",
        "awsRegion": graph.place.region,
        "eventSourceARN": arn.as_ref().and_then(Value::as_str),
    });
    Passed { shows: Some(record), ..Passed::default() }
}

/// What brings records in.
const PUT: &[&str] = &["PutRecord", "PutRecords", "*"];

/// The shape of the record as pipes and filters see it, with the data read where it is JSON.
pub fn shows(_: &Resource, cause: Cause<'_>) -> Vec<Shape> {
    let data = match cause {
        Cause::Arrives(shape) => shape.clone(),
        Cause::Any => Shape::Anything,
        Cause::Does(action, _) if PUT.contains(&action) || action.ends_with('*') => Shape::Anything,
        Cause::Does(..) => return Vec::new(),
    };
    let text = |name: &str| (name.to_owned(), Shape::Text, true);
    vec![Shape::object(
        [
            text("kinesisSchemaVersion"),
            text("partitionKey"),
            text("sequenceNumber"),
            ("data".to_owned(), data, true),
            ("encryptionType".to_owned(), Shape::Text, false),
            ("approximateArrivalTimestamp".to_owned(), Shape::Number, true),
            ("eventSource".to_owned(), Shape::text("aws:kinesis"), true),
            text("eventVersion"),
            text("eventID"),
            ("eventName".to_owned(), Shape::text("aws:kinesis:record"), true),
            text("invokeIdentityArn"),
            text("awsRegion"),
            text("eventSourceARN"),
        ],
        false,
    )]
}
