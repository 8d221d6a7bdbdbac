//! Types, bounds and defaults in words.

use crate::engine::Value;
use crate::engine::field::{Document, RefTo, TEXT, Type, Unit};

/// What a value of a type is.
pub(super) fn of_type(ty: &Type) -> String {
    match ty {
        Type::Text { min, max } => text(*min, *max),
        Type::Int { min, max } => range("number", &min.to_string(), &max.to_string(), *max >= 1 << 40),
        Type::Float { min, max } => range("number", &min.to_string(), &max.to_string(), false),
        Type::Bool => "`true` or `false`".into(),
        Type::Enum(words) => {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            words.join(", ")
        }
        Type::Duration { unit, min, max } => {
            range("duration", &length(*min, *unit), &length(*max, *unit), false)
        }
        Type::List(item) => format!("list of {}", of_type(item)),
        Type::Map(item) => format!("map of {}", of_type(item)),
        Type::Object(_) => "map".into(),
        Type::Document(Document::Json) => "document".into(),
        Type::Document(Document::EventPattern) => "event pattern".into(),
        Type::Document(Document::Policy) => "policy".into(),
        Type::Ref(to) => reference(to),
        Type::Node => "see the text".into(),
    }
}

fn text(min: usize, max: usize) -> String {
    let Type::Text { max: unbounded, .. } = TEXT else { return "text".into() };
    match (min, max) {
        (_, max) if max >= unbounded => "text".into(),
        (0 | 1, max) => format!("text, at most {max} characters"),
        (min, max) if min == max => format!("text, {max} characters"),
        (min, max) => format!("text, {min} to {max} characters"),
    }
}

fn range(what: &str, min: &str, max: &str, is_unbounded: bool) -> String {
    match is_unbounded {
        true => format!("{what}, at least {min}"),
        false => format!("{what}, {min} to {max}"),
    }
}

/// What a reference names.
pub(super) fn reference(to: &RefTo) -> String {
    format!("reference to {}", to.kinds.join(" or "))
}

/// A length of time in the greatest unit that divides it.
fn length(amount: i64, unit: Unit) -> String {
    let (units, smallest): (&[(i64, &str)], &str) = match unit {
        Unit::Milliseconds => (&[(60_000, "m"), (1000, "s")], "ms"),
        Unit::Seconds => (&[(86_400, "d"), (3600, "h"), (60, "m")], "s"),
        Unit::Minutes => (&[(1440, "d"), (60, "h")], "m"),
        Unit::Hours => (&[(24, "d")], "h"),
        Unit::Days => (&[], "d"),
    };
    match units.iter().find(|(size, _)| amount > 0 && amount % size == 0) {
        Some((size, letter)) => format!("{}{letter}", amount / size),
        None => format!("{amount}{smallest}"),
    }
}

/// A default as YAML writes it.
pub(super) fn default(ty: &Type, value: &Value) -> String {
    match (ty, value) {
        (Type::Enum(words), Value::String(text)) => {
            let word = words.iter().find(|(_, aws)| aws == text).map(|(word, _)| *word);
            word.unwrap_or(text).to_owned()
        }
        (Type::Duration { unit, .. }, value) => match value.as_i64() {
            Some(amount) => length(amount, *unit),
            None => format!("{value:?}"),
        },
        (_, Value::String(text)) if text.is_empty() => "empty".into(),
        (_, Value::String(text)) => text.clone(),
        (_, value) => value.to_json().map(|json| json.to_string()).unwrap_or_default(),
    }
}
