//! Scalars as schemas. Every one may be an interpolation, which is text.

use serde_json::{Value, json};

use crate::engine::Value as Own;
use crate::engine::field::{TEXT, Type};
use crate::kinds::Naming;
use crate::reference::default_of;

/// Text with a reference in it.
const WITH_REFERENCE: &str = "\\$\\{";
/// A whole value that is a reference.
pub(super) const SPLICED: &str = "^\\$\\{.*\\}$";
/// Lengths that no field reaches and that AWS bounds elsewhere.
const UNBOUNDED: i64 = 1 << 40;

/// A scalar of a type.
pub(super) fn schema(ty: &Type) -> Value {
    match ty {
        Type::Text { min, max } => text(*min, *max),
        Type::Int { min, max } => {
            let mut schema = json!({ "type": ["integer", "string"], "pattern": WITH_REFERENCE });
            schema["minimum"] = json!(min);
            if *max < UNBOUNDED {
                schema["maximum"] = json!(max);
            }
            schema
        }
        Type::Float { min, max } => json!({
            "type": ["number", "string"], "pattern": WITH_REFERENCE, "minimum": min, "maximum": max,
        }),
        Type::Bool => json!({ "type": ["boolean", "string"], "pattern": WITH_REFERENCE }),
        Type::Enum(words) => {
            let words: Vec<Value> = words.iter().flat_map(|(word, _)| as_written(word)).collect();
            json!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": WITH_REFERENCE }] })
        }
        Type::Duration { min, max, .. } => {
            let mut schema = json!({
                "type": ["string", "integer"],
                "pattern": "^[0-9]+(ms|s|m|h|d)?$|\\$\\{",
                "minimum": min,
            });
            if *max < UNBOUNDED {
                schema["maximum"] = json!(max);
            }
            schema
        }
        _ => Value::Bool(true),
    }
}

/// Text, which may look like a number or a truth value.
fn text(min: usize, max: usize) -> Value {
    let Type::Text { max: unbounded, .. } = TEXT else { return Value::Bool(true) };
    let types = json!(["string", "number", "boolean"]);
    let mut bounds = json!({});
    if min > 0 {
        bounds["minLength"] = json!(min);
    }
    if max < unbounded {
        bounds["maxLength"] = json!(max);
    }
    match bounds.as_object().is_some_and(|bounds| bounds.is_empty()) {
        true => json!({ "type": types }),
        // How long a text with references is nobody knows.
        false => {
            json!({ "type": types, "if": { "pattern": WITH_REFERENCE, "type": "string" }, "else": bounds })
        }
    }
}

/// Text that is written out.
pub(super) fn literal(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// Makes a physical name of a text.
pub(super) fn name(schema: &mut Value, naming: &Naming) {
    let letters = if naming.lower { "a-z0-9" } else { "A-Za-z0-9" };
    let also: String = naming.also.chars().map(|c| format!("\\{c}")).collect();
    let ending =
        naming.ending.map_or(String::new(), |(_, ending)| format!("({})?", ending.replace('.', "\\.")));
    schema["pattern"] =
        format!("^[{letters}{also}]{{{},{}}}{ending}$|{WITH_REFERENCE}", naming.min, naming.max).into();
}

/// A word as JSON has it: also a number, or a truth value, where YAML takes it for one.
fn as_written(word: &str) -> Vec<Value> {
    let plain =
        serde_json::from_str::<Value>(word).ok().filter(|value| value.is_number() || value.is_boolean());
    plain.into_iter().chain([word.into()]).collect()
}

/// A default as a stack writes it; nothing if it cannot.
pub(super) fn default(ty: &Type, value: &Own) -> Option<Value> {
    match (ty, value) {
        (Type::Object(_) | Type::Document(_) | Type::Node | Type::Ref(_), _) | (_, Own::Null) => None,
        (Type::List(_) | Type::Map(_), value) => value.to_json(),
        (Type::Enum(_) | Type::Duration { .. }, value) => Some(default_of(ty, value).into()),
        (_, value) => value.to_json(),
    }
}
