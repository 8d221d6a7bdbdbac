//! Whether the content of a schema has the form of a JSON Schema, wherever it stands for one: the words of `type` and
//! the names of `required`. What it stands for in draft 4, it does in OpenAPI 3.0 too.

use crate::engine::Value;
use crate::kinds::Lowering;
use crate::kinds::document::At;
use crate::source::suggest;

const TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

/// Keywords that hold a schema, a map of schemas, and a list of schemas.
const ONE: &[&str] = &["additionalItems", "additionalProperties", "items", "not"];
const BY_NAME: &[&str] = &["properties", "patternProperties", "definitions", "dependencies"];
const LISTS: &[&str] = &["items", "allOf", "anyOf", "oneOf"];

/// Reports what has not that form in a document: of OpenAPI, in its schemas by name.
pub(super) fn check(own: &mut Lowering<'_>, top: &At<'_>, is_openapi: bool) {
    match is_openapi {
        false => schema(own, top),
        true => {
            let named = top.at(&["components", "schemas"]);
            members(named.as_ref()).iter().for_each(|named| schema(own, named));
        }
    }
}

fn schema(own: &mut Lowering<'_>, at: &At<'_>) {
    if at.value.as_map().is_none() {
        return;
    }
    if let Some(named) = at.at(&["type"]) {
        match named.value {
            Value::List(_) => named.items().iter().for_each(|one| type_(own, one)),
            _ => type_(own, &named),
        }
    }
    if let Some(required) = at.at(&["required"]) {
        let is_name = |value: &Value| matches!(value, Value::String(_) | Value::Unknown(_));
        let wrong = match required.value {
            Value::Unknown(_) => None,
            Value::List(_) => required.items().into_iter().find(|one| !is_name(one.value)),
            _ => Some(required),
        };
        if let Some(wrong) = wrong {
            let help = "write `required: [id]` beside `properties`, with the names of those that are";
            wrong.error(own, "bad_schema", "`required` is a list of names", help);
        }
    }
    for inside in ONE.iter().filter_map(|key| at.at(&[key])) {
        schema(own, &inside);
    }
    for key in BY_NAME {
        members(at.at(&[key]).as_ref()).iter().for_each(|inside| schema(own, inside));
    }
    for inside in LISTS.iter().filter_map(|key| at.at(&[key])) {
        inside.items().iter().for_each(|inside| schema(own, inside));
    }
}

fn members<'d>(at: Option<&At<'d>>) -> Vec<At<'d>> {
    at.filter(|at| at.value.as_map().is_some()).map(At::children).unwrap_or_default()
}

fn type_(own: &mut Lowering<'_>, at: &At<'_>) {
    let help = format!("one of {} stands here", TYPES.join(", "));
    match at.value {
        Value::Unknown(_) => {}
        Value::String(word) if TYPES.contains(&word.as_str()) => {}
        Value::String(word) => {
            let near = suggest(word, TYPES.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
            let message = format!("`{word}` is no type of JSON Schema{}", near.unwrap_or_default());
            at.error(own, "bad_schema", &message, &help);
        }
        Value::Null => {
            let help = "write `\"null\"` in quotes: without them YAML takes it for nothing";
            at.error(own, "bad_schema", "nothing is no type of JSON Schema", help);
        }
        _ => at.error(own, "bad_schema", "`type` is a word or a list of words", &help),
    }
}
