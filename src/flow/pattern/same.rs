//! When two patterns are written differently and mean the same.

use crate::engine::Value;

/// Whether two patterns are equal but for the order of keys, the order and repetition of
/// alternatives, and the spelling of numbers; `anything-but` of one value is that of a list of one.
/// Works on patterns with errors too: what AWS holds may be newer than what is known here.
///
/// ```
/// use gatewayctl::{flow::pattern::same, value};
/// let one = value!({ "source": ["a", "b"], "detail": { "n": [{ "numeric": [">", 1] }] } });
/// let two = value!({ "detail": { "n": [{ "numeric": [">", 1] }] }, "source": ["b", "a"] });
/// assert!(same(&one, &two));
/// assert!(!same(&one, &value!({ "source": ["a"] })));
/// ```
pub fn same(one: &Value, other: &Value) -> bool {
    canonical(one, Place::Object) == canonical(other, Place::Object)
}

/// Where a value stands in a pattern.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Under a field's name, or the root.
    Object,
    /// In a list of alternatives.
    Alternative,
    /// Under the operator `numeric`, where order counts.
    Numeric,
    /// Under `anything-but`, where one value is a list of one.
    Excluded,
}

fn canonical(value: &Value, place: Place) -> String {
    match value {
        Value::List(items) => {
            let inner = if place == Place::Numeric { Place::Numeric } else { Place::Alternative };
            let mut texts: Vec<_> = items.iter().map(|item| canonical(item, inner)).collect();
            if place != Place::Numeric {
                texts.sort();
                texts.dedup();
            }
            format!("[{}]", texts.join(","))
        }
        Value::Map(map) => {
            let mut members: Vec<_> = map
                .iter()
                .map(|(key, value)| {
                    let place = operand(key, place, map.len());
                    format!("{}:{}", serde_json::Value::from(key.as_str()), canonical(value, place))
                })
                .collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        leaf if place == Place::Excluded => format!("[{}]", scalar(leaf)),
        leaf => scalar(leaf),
    }
}

/// The place of an operator's operand; every other member is a field.
fn operand(key: &str, place: Place, members: usize) -> Place {
    match (place, key) {
        (Place::Alternative, "numeric") if members == 1 => Place::Numeric,
        (Place::Alternative, "anything-but") if members == 1 => Place::Excluded,
        (Place::Excluded, _) => Place::Excluded,
        _ => Place::Object,
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Number(number) => match number.as_f64() {
            // Whole numbers up to 2^53 have one value and two spellings.
            Some(n) if n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0 => (n as i64).to_string(),
            _ => number.to_string(),
        },
        Value::Unknown(template) => format!("${{{template}}}"),
        Value::Secret(secret) => format!("secret {}", secret.version()),
        plain => plain.to_shown_json().to_string(),
    }
}
