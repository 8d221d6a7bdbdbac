//! Equality of single values.

use crate::engine::Value;
use crate::engine::field::Compare;

/// Whether two values that are neither lists nor maps are the same.
pub(super) fn same(live: &Value, desired: &Value, compare: Compare, spelt: bool) -> bool {
    match (live, desired) {
        _ if compare == Compare::Once => true,
        (Value::Number(live), Value::Number(desired)) if compare == Compare::AtLeast => {
            live.as_f64() >= desired.as_f64()
        }
        (Value::Number(live), Value::Number(desired)) => {
            live == desired || (!spelt && same_number(live, desired))
        }
        (Value::String(live), Value::String(desired)) => match compare {
            Compare::CaseInsensitive => live.eq_ignore_ascii_case(desired),
            Compare::Template => live == desired || template(live) == template(desired),
            _ => live == desired,
        },
        _ => live == desired,
    }
}

/// Whole numbers by their digits, others by their value: 5 is 5.0.
fn same_number(live: &serde_json::Number, desired: &serde_json::Number) -> bool {
    let whole = |number: &serde_json::Number| number.as_i128();
    match (whole(live), whole(desired)) {
        (Some(live), Some(desired)) => live == desired,
        _ => live.as_f64() == desired.as_f64(),
    }
}

/// The one spelling of a value that is neither list nor map: [`same`] values have the same.
pub(super) fn settled(value: Value, compare: Compare, spelt: bool) -> Value {
    match value {
        Value::Number(number) if !spelt && number.as_i128().is_none() => {
            // 5.0 is 5.
            let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e15);
            whole.map_or(Value::Number(number), |float| Value::from(float as i64))
        }
        Value::String(text) => match compare {
            Compare::CaseInsensitive => text.to_ascii_uppercase().into(),
            Compare::Template => template(&text).into(),
            _ => text.into(),
        },
        other => other,
    }
}

/// An input template without what means nothing: white space outside quotes where it is JSON with
/// placeholders, and escapes of `<`, `>` and `&` that some writers make.
fn template(text: &str) -> String {
    let mut text = text.trim().to_owned();
    for (escape, plain) in
        [("\\u003c", "<"), ("\\u003C", "<"), ("\\u003e", ">"), ("\\u003E", ">"), ("\\u0026", "&")]
    {
        text = text.replace(escape, plain);
    }
    if !text.starts_with(['{', '[', '"']) {
        return text;
    }
    let (mut quoted, mut escaped) = (false, false);
    text.retain(|c| {
        let keep = quoted || !c.is_ascii_whitespace();
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        keep
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same_template(live: &str, desired: &str) -> bool {
        same(&live.into(), &desired.into(), Compare::Template, false)
    }

    #[test]
    fn white_space_in_a_template_counts_inside_quotes_and_in_plain_text_alone() {
        assert!(same_template("{ \"a\" : <x> }\n", "{\"a\":<x>}"));
        assert!(!same_template("{\"a b\":1}", "{\"ab\":1}"));
        assert!(!same_template("{\"a\\\" b\":1}", "{\"a\\\"b\":1}"));
        assert!(!same_template("order <id>", "order<id>"));
    }

    // hashicorp/terraform-provider-aws#7280: `<` comes back as an escape.
    #[test]
    fn escaped_angle_brackets_in_a_template_are_the_brackets() {
        assert!(same_template("{\"a\":\\u003cx\\u003E}", "{\"a\": <x>}"));
    }

    #[test]
    fn numbers_are_compared_by_value_save_where_their_spelling_counts() {
        let (five, float) = (Value::from(serde_json::json!(5)), Value::from(serde_json::json!(5.0)));
        assert!(same(&five, &float, Compare::Exact, false));
        assert!(!same(&five, &float, Compare::Exact, true));
        let big = |n: u64| Value::from(serde_json::json!(n));
        assert!(!same(&big(u64::MAX), &big(u64::MAX - 1), Compare::Exact, false));
    }
}
