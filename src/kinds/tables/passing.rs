//! A change of an item, as the stream of its table shows it.

use serde_json::{Map, Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, SECONDS};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Passed};
use crate::kinds::Kind;

use super::Tables;

pub const WORDS: &[Word] = &[
    Word::new("insert", "An item is put that was not there: the item.", &[]),
    Word::new(
        "modify",
        "An item is changed: `{ old: ITEM, new: ITEM }`. One that stays as it is makes no record.",
        &[],
    ),
    Word::new(
        "remove",
        "An item is deleted: the item as it was. With `expired: true` time to live deletes it, which its record says.",
        &[EXPIRED],
    ),
];

const EXPIRED: &str = "expired";

/// Who deletes what has expired, in the record of it: `userIdentity`. Follows the DynamoDB guide, "DynamoDB Streams and
/// Time to Live".
pub(super) const TIME_TO_LIVE: [(&str, &str); 2] =
    [("principalId", "dynamodb.amazonaws.com"), ("type", "Service")];

/// What is written as DynamoDB writes values.
const TYPES: &[&str] = &["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"];

/// The record of the stream (`eventSource` is `aws:dynamodb`). Items are plain JSON, or written as DynamoDB writes
/// them.
pub fn happens(of: Option<&Resource>, graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
    let table = of.ok_or("only the changes of a table of the stack are known")?;
    let is_expired = is_expired(table, said)?;
    let (old, new) = match said.word {
        "insert" => (None, Some(item(said.value)?)),
        "remove" => (Some(item(said.value)?), None),
        _ => {
            let image = |name: &str| match said.value.get(name) {
                Some(image) => item(image),
                None => Err(format!("`modify` has both `old` and `new`, and here is no `{name}`")),
            };
            (Some(image("old")?), Some(image("new")?))
        }
    };
    let keys = keys(table, old.as_ref(), new.as_ref())?;
    if old == new {
        return Err("the item stays as it is, and DynamoDB makes no record of that".into());
    }
    let Some(view) = table.properties.text_at("StreamSpecification.StreamViewType") else {
        return Ok(Arrival { event: None, ..Arrival::of(said.value.to_string()) });
    };
    let mut change = json!({
        "ApproximateCreationDateTime": SECONDS,
        "Keys": keys,
        "SequenceNumber": "1",
        "SizeBytes": 1,
        "StreamViewType": view,
    });
    let has_new = matches!(view, "NEW_IMAGE" | "NEW_AND_OLD_IMAGES");
    let has_old = matches!(view, "OLD_IMAGE" | "NEW_AND_OLD_IMAGES");
    for (name, image, shown) in [("NewImage", new, has_new), ("OldImage", old, has_old)] {
        if let Some(image) = image.filter(|_| shown) {
            change[name] = image.into();
        }
    }
    let arn = Tables.derive("arn", table, &graph.place);
    let arn = arn.as_ref().and_then(Value::as_str).unwrap_or_default();
    let mut record = json!({
        "eventID": ID,
        "eventName": said.word.to_uppercase(),
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": graph.place.region,
        "dynamodb": change,
        "eventSourceARN": format!("{arn}/stream/2026-01-01T00:00:00.000"),
    });
    if is_expired {
        record["userIdentity"] = TIME_TO_LIVE.into_iter().map(|(name, text)| (name, json!(text))).collect();
    }
    Ok(Arrival::event(record))
}

/// Whether time to live is what deletes an item.
fn is_expired(table: &Resource, said: &Happening<'_>) -> Result<bool, String> {
    match said.beside(EXPIRED) {
        None | Some(Json::Bool(false)) => Ok(false),
        Some(Json::Bool(true)) if table.properties.get("TimeToLiveSpecification").is_some() => Ok(true),
        Some(Json::Bool(true)) => Err(format!("{} has no `ttl`, so nothing in it expires", table.address)),
        Some(other) => Err(format!("`{EXPIRED}` is `true` or `false`, and this is neither: {other}")),
    }
}

/// Who listens to the stream sees the record; without a stream nobody does.
pub fn passes(of: &Resource) -> Passed {
    match of.properties.text_at("StreamSpecification.StreamViewType") {
        Some(_) => Passed::default(),
        None => Passed::stopped("it has no `stream`, so nobody hears of the change"),
    }
}

/// The key of the item, which both images have.
fn keys(
    table: &Resource,
    old: Option<&Map<String, Json>>,
    new: Option<&Map<String, Json>>,
) -> Result<Map<String, Json>, String> {
    let schema = table.properties.get("KeySchema").and_then(Value::as_list).unwrap_or_default();
    let mut keys = Map::new();
    for part in
        schema.iter().filter_map(|part| Some((part.text_at("AttributeName")?, part.text_at("AttributeType"))))
    {
        let (name, wanted) = part;
        let images = [old, new].into_iter().flatten();
        let values: Vec<Option<&Json>> = images.map(|image| image.get(name)).collect();
        let Some(Some(value)) = values.first() else {
            return Err(format!("the item has no `{name}`, which is a key of {}", table.address));
        };
        if values.iter().any(|other| *other != Some(value)) {
            return Err(format!("`{name}` is a key, which no change of an item can change"));
        }
        if let Some(wanted) = wanted.filter(|wanted| value.get(*wanted).is_none()) {
            let kind = super::fields::KEY_TYPES
                .iter()
                .find(|(_, short)| *short == wanted)
                .map_or(wanted, |(word, _)| word);
            return Err(format!(
                "the key `{name}` of {} is a {kind}, and this is none: {value}",
                table.address
            ));
        }
        keys.insert(name.to_owned(), (*value).clone());
    }
    Ok(keys)
}

/// An item as DynamoDB writes it.
fn item(image: &Json) -> Result<Map<String, Json>, String> {
    let Some(map) = image.as_object() else {
        return Err(format!("an item is an object of attributes, and this is none: {image}"));
    };
    let is_typed = |value: &Json| {
        value
            .as_object()
            .is_some_and(|one| one.len() == 1 && one.keys().all(|key| TYPES.contains(&key.as_str())))
    };
    if !map.is_empty() && map.values().all(is_typed) {
        return Ok(map.clone());
    }
    // Attributes are in the order of their names, so that a record does not depend on who wrote the item.
    let mut typed: Vec<(String, Json)> =
        map.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
    typed.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(typed.into_iter().collect())
}

fn attribute(value: &Json) -> Json {
    match value {
        Json::Null => json!({ "NULL": true }),
        Json::Bool(is) => json!({ "BOOL": is }),
        Json::Number(number) => json!({ "N": number.to_string() }),
        Json::String(text) => json!({ "S": text }),
        Json::Array(list) => json!({ "L": list.iter().map(attribute).collect::<Vec<_>>() }),
        Json::Object(map) => {
            let inside: Map<String, Json> =
                map.iter().map(|(name, value)| (name.clone(), attribute(value))).collect();
            json!({ "M": inside })
        }
    }
}
