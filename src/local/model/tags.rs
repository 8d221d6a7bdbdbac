//! Tags, kept as a map in every document and shown in the form each API has for them.

use serde_json::{Map, Value, json};

use super::executor::Ctx;
use super::places::{Place, take};
use super::{KIND, Kind, Outcome, Row};

const TAGS: &str = "_tags";
/// Most tags a resource may have.
const MOST: usize = 50;

/// A document's tags, if it has any.
pub fn of(document: &Value) -> Option<Map<String, Value>> {
    document[TAGS].as_object().filter(|tags| !tags.is_empty()).cloned()
}

/// Moves a new document's tags to where they are kept.
pub fn adopt(document: &mut Value) {
    for member in ["Tags", "tags"] {
        if let Some(tags) = take(document, member) {
            document[TAGS] = Value::Object(as_map(&tags));
        }
    }
}

/// Tags in any form as a map.
fn as_map(tags: &Value) -> Map<String, Value> {
    match tags {
        Value::Array(list) => list
            .iter()
            .filter_map(|tag| {
                let (key, value) = if tag.get("key").is_some() { ("key", "value") } else { ("Key", "Value") };
                Some((tag[key].as_str()?.to_owned(), tag[value].clone()))
            })
            .collect(),
        Value::Object(map) => map.clone(),
        _ => Map::new(),
    }
}

/// Tags as a list of `{Key, Value}`.
pub fn as_list(tags: &Map<String, Value>) -> Value {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

/// Tags as a list of `{key, value}`, as some services spell them.
pub fn as_small_list(tags: &Map<String, Value>) -> Value {
    tags.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

pub(super) fn tag(ctx: &mut Ctx, row: &'static Row, member: &str) -> Outcome<Value> {
    let new = as_map(&ctx.input[member]);
    edit(ctx, row, |tags| tags.extend(new))
}

pub(super) fn untag(ctx: &mut Ctx, row: &'static Row, member: &str) -> Outcome<Value> {
    let gone = ctx.input[member].clone();
    edit(ctx, row, |tags| {
        tags.retain(|key, _| !gone.as_array().is_some_and(|keys| keys.iter().any(|gone| gone == key)))
    })
}

fn edit(ctx: &mut Ctx, row: &'static Row, change: impl FnOnce(&mut Map<String, Value>)) -> Outcome<Value> {
    let (place, mut document) = tagged(ctx, row)?;
    let mut tags = of(&document).unwrap_or_default();
    change(&mut tags);
    if tags.keys().any(|key| key.starts_with("aws:")) {
        return Err(ctx.invalid("Tag keys that begin with aws: are reserved for AWS"));
    }
    if tags.len() > MOST {
        return Err(ctx.invalid(format!("A resource may have at most {MOST} tags")));
    }
    document[TAGS] = Value::Object(tags);
    place.save(ctx.txn, document);
    Ok(json!({}))
}

pub(super) fn list(ctx: &mut Ctx, row: &'static Row, member: &str) -> Outcome<Value> {
    let (_, document) = tagged(ctx, row)?;
    let output = ctx.call.operation.output.as_deref().unwrap_or_default();
    let shown = ctx.dressed(output, &document);
    let none = ctx
        .call
        .api
        .shape(output)
        .and_then(|shape| shape.member(member))
        .and_then(|member| ctx.call.api.shape(&member.shape));
    let empty = if none.is_some_and(|shape| shape.kind == super::super::api::Type::List) {
        json!([])
    } else {
        json!({})
    };
    Ok(
        json!({member: if of(&document).is_some() { shown[member].clone() } else { empty }, "IsTruncated": false}),
    )
}

fn tagged(ctx: &mut Ctx, row: &'static Row) -> Outcome<(Place, Value)> {
    let kind: &Kind = ctx.kind(row.kind).unwrap_or(&KIND);
    let place = ctx.locate(row, kind)?;
    let document = place.load(ctx.txn).ok_or_else(|| ctx.refuse(kind.missing, &Value::Null))?;
    Ok((place, document))
}
