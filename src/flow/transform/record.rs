//! What a pipe makes of the records of its source before it filters and transforms them.
//!
//! Follows the EventBridge guide on pipes, "Implicit body data parsing": a field that holds what was
//! sent is read as JSON where it is JSON, after base64 where the source encodes it. What is no JSON
//! stays as it was.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// The fields of a source's records that hold what was sent.
struct Encoding {
    /// The values of a record's `eventSource`.
    sources: &'static [&'static str],
    fields: &'static [&'static str],
    is_base64: bool,
}

const ENCODINGS: &[Encoding] = &[
    Encoding { sources: &["aws:sqs"], fields: &["body"], is_base64: false },
    Encoding { sources: &["aws:kinesis"], fields: &["data"], is_base64: true },
    Encoding { sources: &["aws:mq", "aws:amq", "aws:rmq"], fields: &["data"], is_base64: true },
    Encoding { sources: &["aws:kafka", "SelfManagedKafka"], fields: &["key", "value"], is_base64: true },
];

/// A record with the fields that hold what was sent read as JSON.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoded {
    pub record: Json,
    /// Whether every such field was JSON; true for a record without any.
    pub is_json: bool,
}

/// Reads what was sent in a record, which says by its `eventSource` whose it is. A field that holds
/// no text is taken to be read already.
///
/// ```
/// use gatewayctl::flow::transform::evaluate::decode;
/// let record = serde_json::json!({ "eventSource": "aws:sqs", "body": "{\"id\": 7}" });
/// assert_eq!(decode(&record).record["body"]["id"], 7);
/// let record = serde_json::json!({ "eventSource": "aws:kinesis", "data": "aGVsbG8=" });
/// assert_eq!(decode(&record).record["data"], "aGVsbG8=");
/// ```
pub fn decode(record: &Json) -> Decoded {
    let mut decoded = Decoded { record: record.clone(), is_json: true };
    let source = record["eventSource"].as_str();
    let Some(encoding) =
        ENCODINGS.iter().find(|one| source.is_some_and(|source| one.sources.contains(&source)))
    else {
        return decoded;
    };
    for field in encoding.fields {
        let Some(text) = record[*field].as_str() else { continue };
        match read(text, encoding.is_base64) {
            Some(json) => decoded.record[*field] = json,
            None => decoded.is_json = false,
        }
    }
    decoded
}

fn read(text: &str, is_base64: bool) -> Option<Json> {
    match is_base64 {
        true => serde_json::from_slice(&STANDARD.decode(text).ok()?).ok(),
        false => serde_json::from_str(text).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_source_encodes_its_own_fields() {
        let encoded = STANDARD.encode(r#"{"a":1}"#);
        for (record, field, expected) in [
            (json!({ "eventSource": "aws:sqs", "body": "[1]" }), "body", json!([1])),
            (json!({ "eventSource": "aws:sqs", "body": "hello" }), "body", json!("hello")),
            (json!({ "eventSource": "aws:kinesis", "data": encoded }), "data", json!({ "a": 1 })),
            (json!({ "eventSource": "aws:rmq", "data": encoded }), "data", json!({ "a": 1 })),
            (json!({ "eventSource": "SelfManagedKafka", "value": encoded }), "value", json!({ "a": 1 })),
            (json!({ "eventSource": "aws:kinesis", "data": { "a": 1 } }), "data", json!({ "a": 1 })),
            (json!({ "eventSource": "aws:dynamodb", "body": "[1]" }), "body", json!("[1]")),
            (json!({ "body": "[1]" }), "body", json!("[1]")),
        ] {
            assert_eq!(decode(&record).record[field], expected, "{record}");
        }
        assert!(!decode(&json!({ "eventSource": "aws:sqs", "body": "hello" })).is_json);
        assert_eq!(decode(&json!("text")).record, json!("text"));
    }
}
