//! The operator `numeric`: a comparison, or a lower and an upper bound.

use serde_json::Number;

use crate::engine::Value;

use super::number::comparable;

/// A numeric comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

const COMPARISONS: [(&str, Comparison); 5] = [
    ("=", Comparison::Equal),
    ("<", Comparison::Less),
    ("<=", Comparison::LessOrEqual),
    (">", Comparison::Greater),
    (">=", Comparison::GreaterOrEqual),
];

impl Comparison {
    /// The sign in a pattern.
    pub fn sign(self) -> &'static str {
        COMPARISONS.iter().find(|(_, known)| *known == self).map_or("", |(sign, _)| sign)
    }

    fn parse(sign: &str) -> Option<Comparison> {
        COMPARISONS.iter().find(|(known, _)| *known == sign).map(|(_, comparison)| *comparison)
    }

    /// The sign in the rule engine's messages.
    fn said(self) -> &'static str {
        if self == Comparison::Equal { "equals" } else { self.sign() }
    }

    fn is_lower_bound(self) -> bool {
        matches!(self, Comparison::Greater | Comparison::GreaterOrEqual)
    }

    fn is_upper_bound(self) -> bool {
        matches!(self, Comparison::Less | Comparison::LessOrEqual)
    }
}

/// A comparison and the number to compare with.
#[derive(Clone, PartialEq, Debug)]
pub struct Bound {
    pub comparison: Comparison,
    /// As it was written.
    pub number: Number,
    double: f64,
}

impl Bound {
    fn holds(&self, number: f64) -> bool {
        match self.comparison {
            Comparison::Equal => number == self.double,
            Comparison::Less => number < self.double,
            Comparison::LessOrEqual => number <= self.double,
            Comparison::Greater => number > self.double,
            Comparison::GreaterOrEqual => number >= self.double,
        }
    }
}

/// Comparisons that must all hold: one, or a lower bound and an upper one above it.
#[derive(Clone, PartialEq, Debug)]
pub struct Range(pub Vec<Bound>);

impl Range {
    /// Whether a number is in the range. A number that no double holds is in none.
    pub fn contains(&self, number: &Number) -> bool {
        comparable(number).is_some_and(|double| self.0.iter().all(|bound| bound.holds(double)))
    }

    /// The number that is furthest from zero.
    pub(super) fn furthest(&self) -> f64 {
        self.0.iter().fold(0.0, |most, bound| most.max(bound.double.abs()))
    }

    /// Reads the operand of `numeric`.
    ///
    /// # Errors
    /// What is wrong with it, and what the rule engine says.
    pub(super) fn parse(operand: &Value) -> Result<Range, (&'static str, String)> {
        let Some(items) = operand.as_list() else {
            return Err((PAIRS, "Value of numeric must be an array.".into()));
        };
        let first = bound(
            items,
            0,
            |token| format!("Invalid member in numeric match: {token}"),
            |sign| format!("Unrecognized numeric range operator: {sign}"),
        )?;
        if items.len() == 2 {
            return Ok(Range(vec![first]));
        }
        if !first.comparison.is_lower_bound() {
            return Err((ORDER, "Too many elements in numeric expression".into()));
        }
        let wrong = |sign: &str| format!("Bad numeric range operator: {sign}");
        let second = bound(&items[2..], 0, |token| format!("Bad value in numeric range: {token}"), wrong)?;
        if !second.comparison.is_upper_bound() {
            return Err((ORDER, wrong(second.comparison.sign())));
        }
        if items.len() > 4 {
            return Err((ORDER, "Too many terms in numeric range expression".into()));
        }
        match first.double < second.double {
            true => Ok(Range(vec![first, second])),
            false => {
                Err(("the lower bound is not below the upper one", "Bottom must be less than top".into()))
            }
        }
    }
}

const PAIRS: &str = "`numeric` takes comparisons, each with a number";
const ORDER: &str = "a range is a lower bound and then an upper one";

fn bound(
    items: &[Value],
    at: usize,
    no_sign: impl Fn(String) -> String,
    unknown_sign: impl Fn(&str) -> String,
) -> Result<Bound, (&'static str, String)> {
    let Some(sign) = items.get(at).and_then(Value::as_str) else {
        return Err((PAIRS, no_sign(token(items.get(at)))));
    };
    let Some(comparison) = Comparison::parse(sign) else { return Err((PAIRS, unknown_sign(sign))) };
    let Some(Value::Number(number)) = items.get(at + 1) else {
        return Err((PAIRS, format!("Value of {} must be numeric", comparison.said())));
    };
    match comparable(number) {
        Some(double) => Ok(Bound { comparison, number: number.clone(), double }),
        None => Err((NO_DOUBLE, format!("Cannot compare number : {number}"))),
    }
}

/// What is wrong with a number that cannot be compared.
pub(super) const NO_DOUBLE: &str = "the number has more digits than AWS compares";

/// The first token of a value's JSON.
fn token(value: Option<&Value>) -> String {
    match value {
        None => "]".into(),
        Some(Value::List(_)) => "[".into(),
        Some(Value::Map(_)) => "{".into(),
        Some(other) => other.to_shown_json().to_string(),
    }
}
