//! Taking values away: what a patch must say so that a field is as if it had never been set.

use crate::engine::field::{Absent, Field, Type};
use crate::engine::{UpdateStep, Value};

/// The wish, with what clears a field where the live resource has a value and the wish has none: the
/// row's default, or its sentinel. Rows below lists are left to their list, which is sent whole.
pub fn with_cleared(step: &UpdateStep, fields: &'static [Field]) -> Value {
    let mut document = step.wish.properties.clone();
    fill(&mut document, &step.live.properties, fields, "");
    document
}

fn fill(document: &mut Value, live: &Value, fields: &'static [Field], above: &str) {
    for field in fields.iter().filter(|field| !field.path.is_empty() && !field.computed) {
        let path = if above.is_empty() { field.path.to_owned() } else { format!("{above}.{}", field.path) };
        let gone = document.at(&path).is_none_or(Value::is_empty)
            && live.at(&path).is_some_and(|live| !live.is_empty());
        match field.absent {
            Absent::Default(value) | Absent::Clear(value) if gone => document.put(&path, value.value()),
            _ => {
                if let (Type::Object(below), true) = (field.ty, document.at(&path).is_some()) {
                    fill(document, live, below, &path);
                }
            }
        }
    }
}
