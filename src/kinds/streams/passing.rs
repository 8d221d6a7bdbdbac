//! A record of a Kinesis stream, as pipes see it. Lambda hands it on in another shape.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, SECONDS};
use crate::flow::happening::{Happening, Word, text};
use crate::flow::passing::{Arrival, Passed};
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
