//! Attributes of SQS and SNS: on the wire all of them are text, documents as JSON text.

use crate::engine::field::{Field, Type};
use crate::engine::{Map, Value};

/// Where attributes stand in a kind's document.
const ATTRIBUTES: &str = "Attributes.";

/// Attributes as they are sent. An empty text clears.
pub fn encode(attributes: Option<&Value>) -> Map {
    let mut sent = Map::new();
    for (name, value) in attributes.and_then(Value::as_map).into_iter().flatten() {
        sent.insert(name.clone(), text(value).into());
    }
    sent
}

/// One value as text.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_shown_json().to_string(),
    }
}

/// Of the attributes that a service tells those that the table has rows for, documents as trees. What
/// it measures is left out, and so is the policy, whose statements are resources of their own.
/// Numbers and truth values stay text, which a comparison reads by the row's type.
pub fn decode(told: Option<&Value>, fields: &'static [Field]) -> Value {
    let mut attributes = Map::new();
    for field in fields {
        let Some(name) = field.path.strip_prefix(ATTRIBUTES) else { continue };
        let name = name.split('.').next().unwrap_or(name);
        let Some(text) = told.and_then(|told| told.text_at(name)) else { continue };
        let document =
            matches!(field.ty, Type::Object(_) | Type::Document(_)) || field.path.matches('.').count() > 1;
        let tree = serde_json::from_str::<serde_json::Value>(text).ok().filter(|_| document);
        attributes.insert(name.to_owned(), tree.map_or_else(|| text.into(), Value::from));
    }
    attributes.into()
}
