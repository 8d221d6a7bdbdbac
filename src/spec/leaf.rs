//! Scalars by a field's type: text, numbers, words, durations and their bounds.

use super::scope::{Manner, Resolve, Scope, head};
use super::words::{any_of, did_you_mean};
use crate::engine::Value;
use crate::engine::field::{Type, Unit};
use crate::source::{Core, Diagnostic, Findings, Node, Scalar};

/// Reads a scalar field.
pub(super) fn read(
    node: &Node,
    ty: &'static Type,
    scope: &Scope,
    resolve: &dyn Resolve,
    findings: &mut Findings,
) -> Option<Value> {
    let Some(scalar) = node.scalar().filter(|_| !node.is_null()) else {
        wrong_shape(&name(ty), node, scope, resolve, findings);
        return None;
    };
    let value = match ty {
        Type::Text { .. } => scope.text(node, Manner::Own, resolve, findings)?,
        _ if scalar.text.contains("${") => scope.text(node, Manner::Own, resolve, findings)?,
        Type::Int { .. } | Type::Float { .. } | Type::Bool => match node.resolve() {
            Core::Bool(truth) => truth.into(),
            Core::Number(number) => Value::Number(number),
            Core::Null | Core::Text => (&*scalar.text).into(),
        },
        _ => (&*scalar.text).into(),
    };
    match checked(value, ty) {
        Ok(value) => Some(value),
        Err(wrong) => {
            let finding = Diagnostic::error(wrong.code, wrong.message).at(node.span);
            let help = wrong.help.or_else(|| help(scalar, ty));
            findings.push(match help {
                Some(help) => finding.help(help),
                None => finding,
            });
            None
        }
    }
}

/// What is wrong with a value.
struct Wrong {
    code: &'static str,
    message: String,
    help: Option<String>,
}

impl Wrong {
    fn shape(ty: &'static Type, found: &Value) -> Wrong {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Unknown(_) => "what is known only after apply",
            Value::Secret(_) => "a secret",
        };
        Wrong { code: "wrong_shape", message: format!("expected {}, found {found}", name(ty)), help: None }
    }

    fn range(message: String) -> Wrong {
        Wrong { code: "out_of_range", message, help: None }
    }
}

fn checked(value: Value, ty: &'static Type) -> Result<Value, Wrong> {
    match (ty, value) {
        (
            Type::Text { .. } | Type::Int { .. } | Type::Float { .. } | Type::Bool,
            value @ Value::Unknown(_),
        ) => Ok(value),
        (Type::Text { .. }, value @ Value::Secret(_)) => Ok(value),
        (Type::Text { min, max }, Value::String(text)) => long_enough(text, *min, *max),
        (Type::Text { min, max }, value @ (Value::Number(_) | Value::Bool(_))) => {
            long_enough(value.to_shown_json().to_string(), *min, *max)
        }
        (Type::Bool, value @ Value::Bool(_)) => Ok(value),
        (Type::Int { min, max }, value) => match value.as_i64() {
            Some(number) if number < *min || number > *max => {
                Err(Wrong::range(bounds(number, *min, *max, "")))
            }
            Some(_) => Ok(value),
            None => Err(match &value {
                Value::Number(number) => Wrong {
                    code: "wrong_shape",
                    message: format!("found {number}, not a whole number"),
                    help: None,
                },
                other => Wrong::shape(ty, other),
            }),
        },
        (Type::Float { min, max }, Value::Number(number)) => match number.as_f64() {
            Some(float) if (*min..=*max).contains(&float) => Ok(decimal(number, float)),
            _ => Err(Wrong::range(format!("{number} is not between {min} and {max}"))),
        },
        (Type::Enum(words), Value::String(text)) => word(&text, words),
        (Type::Duration { unit, min, max }, value @ (Value::String(_) | Value::Number(_))) => {
            let text = match &value {
                Value::String(text) => text.clone(),
                other => other.to_shown_json().to_string(),
            };
            duration(&text, *unit, *min, *max)
        }
        (ty, value) => Err(Wrong::shape(ty, &value)),
    }
}

/// The one spelling of a number: `10.0` is `10`.
fn decimal(number: serde_json::Number, float: f64) -> Value {
    match float.fract() == 0.0 && float.abs() < 1e15 {
        true => (float as i64).into(),
        false => Value::Number(number),
    }
}

fn long_enough(text: String, min: usize, max: usize) -> Result<Value, Wrong> {
    let long = text.chars().count();
    if long < min {
        let message = match (min, long) {
            (1, _) => "the text is empty".to_owned(),
            _ => format!("{long} characters, at least {min} are needed"),
        };
        return Err(Wrong::range(message));
    }
    if long > max {
        return Err(Wrong::range(format!("{long} characters, at most {max} are allowed")));
    }
    Ok(text.into())
}

fn bounds(number: i64, min: i64, max: i64, unit: &str) -> String {
    match number < min {
        true => format!("{number}{unit} is too little; at least {min}{unit}"),
        false => format!("{number}{unit} is too much; at most {max}{unit}"),
    }
}

fn word(text: &str, words: &'static [(&'static str, &'static str)]) -> Result<Value, Wrong> {
    if let Some((_, aws)) = words.iter().find(|(ours, _)| *ours == text) {
        return Ok((*aws).into());
    }
    let spelled = words.iter().find(|(_, aws)| *aws == text).map(|(ours, _)| *ours);
    let near = match spelled {
        Some(ours) => format!("; write `{ours}`"),
        None => did_you_mean(text, words.iter().map(|(ours, _)| *ours)),
    };
    let listed = words.iter().map(|(ours, _)| format!("`{ours}`")).collect::<Vec<_>>().join(", ");
    Err(Wrong {
        code: "unknown_word",
        message: format!("`{text}` is none of the words that can stand here{near}"),
        help: Some(format!("one of {listed}")),
    })
}

/// Letters behind a number, and their length in milliseconds.
const LETTERS: [(&str, i64); 5] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl Unit {
    /// So many seconds in this unit, rounded down.
    pub(super) fn of_seconds(self, seconds: i64) -> i64 {
        seconds.saturating_mul(1_000).div_euclid(self.milliseconds())
    }

    fn milliseconds(self) -> i64 {
        match self {
            Unit::Milliseconds => 1,
            Unit::Seconds => 1_000,
            Unit::Minutes => 60_000,
            Unit::Hours => 3_600_000,
            Unit::Days => 86_400_000,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Unit::Milliseconds => "milliseconds",
            Unit::Seconds => "seconds",
            Unit::Minutes => "minutes",
            Unit::Hours => "hours",
            Unit::Days => "days",
        }
    }
}

fn duration(text: &str, unit: Unit, min: i64, max: i64) -> Result<Value, Wrong> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, letters) = text.split_at(digits);
    let length = match letters {
        "" => Some(unit.milliseconds()),
        letters => LETTERS.iter().find(|(known, _)| *known == letters).map(|(_, length)| *length),
    };
    let Some(length) = length.filter(|_| digits > 0) else {
        let message = format!("`{text}` is no duration");
        let help = format!("write `60s`, `5m`, `1h`, `1d`, or a whole number of {}", unit.word());
        return Err(Wrong { code: "wrong_shape", message, help: Some(help) });
    };
    let total = number.parse::<i64>().ok().and_then(|number| number.checked_mul(length));
    let Some(total) = total else { return Err(Wrong::range(format!("`{text}` is too long a time"))) };
    if total % unit.milliseconds() != 0 {
        return Err(Wrong::range(format!("`{text}` is no whole number of {}", unit.word())));
    }
    let amount = total / unit.milliseconds();
    if amount < min || amount > max {
        return Err(Wrong::range(bounds(amount, min, max, &format!(" {}", unit.word()))));
    }
    Ok(amount.into())
}

/// What probably was meant.
fn help(scalar: &Scalar, ty: &'static Type) -> Option<String> {
    let text = &*scalar.text;
    match ty {
        Type::Int { .. } if !scalar.plain && text.parse::<i64>().is_ok() => {
            Some(format!("a number has no quotes: write `{text}`"))
        }
        Type::Bool => match text.to_ascii_lowercase().as_str() {
            "yes" | "y" | "on" | "1" | "true" => Some("write `true`".to_owned()),
            "no" | "n" | "off" | "0" | "false" => Some("write `false`".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// A type, as messages call it.
pub(super) fn name(ty: &Type) -> String {
    match ty {
        Type::Text { .. } => "text".to_owned(),
        Type::Int { .. } => "a whole number".to_owned(),
        Type::Float { .. } => "a number".to_owned(),
        Type::Bool => "true or false".to_owned(),
        Type::Enum(_) => "a word".to_owned(),
        Type::Duration { .. } => "a duration".to_owned(),
        Type::List(inner) => format!("a list of {}", many(inner)),
        Type::Map(inner) => format!("a map of {}", many(inner)),
        Type::Object(_) | Type::Node => "a map".to_owned(),
        Type::Document(_) => "a document".to_owned(),
        Type::Ref(to) => format!("the key of {}", any_of(to.kinds)),
    }
}

fn many(ty: &Type) -> String {
    match ty {
        Type::Text { .. } => "text",
        Type::Int { .. } => "whole numbers",
        Type::Float { .. } => "numbers",
        Type::Bool => "true or false",
        Type::Enum(_) => "words",
        Type::Duration { .. } => "durations",
        Type::List(_) => "lists",
        Type::Map(_) | Type::Object(_) | Type::Node => "maps",
        Type::Document(_) => "documents",
        Type::Ref(_) => "references",
    }
    .to_owned()
}

/// Says that a node has another shape than it should. A reference that is wrong in itself says
/// that instead.
pub(super) fn wrong_shape(
    wanted: &str,
    node: &Node,
    scope: &Scope,
    resolve: &dyn Resolve,
    findings: &mut Findings,
) {
    let found = match Scope::is_reference(node) {
        false => node.shape(),
        true => match scope.text(node, Manner::Own, resolve, findings) {
            Some(_) => "a reference to text",
            None => return,
        },
    };
    findings
        .push(Diagnostic::error("wrong_shape", format!("expected {wanted}, found {found}")).at(head(node)));
}

#[cfg(test)]
#[path = "leaf_tests.rs"]
mod tests;
