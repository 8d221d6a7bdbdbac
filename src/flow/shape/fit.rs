//! Whether a pattern can match documents of a shape, and what of them it lets pass.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::flow::pattern::{Alternative, Leaf, Pattern, expand};

use super::Shape;
use super::path::{Change, Leaves};

/// How a pattern stands to the documents of a shape.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fit {
    /// It matches none of them.
    Never,
    /// It depends on values of which nothing is known.
    Unknown,
    /// It matches what is known of some of them.
    Can,
    /// It matches every one.
    Always,
}

/// A pattern made ready to be held against shapes.
#[derive(Clone, Debug)]
pub struct Screen {
    /// The combinations of its `$or`s.
    pub(super) conjunctions: Vec<Vec<Test>>,
}

#[derive(Clone, Debug)]
pub(super) struct Test {
    pub field: String,
    /// The names of the field.
    pub path: Vec<String>,
    /// Where it stands in the pattern.
    pub at: String,
    pub alternatives: Arc<[Alternative]>,
}

impl Test {
    pub fn leaves<'s>(&self, shape: &'s Shape) -> Leaves<'s> {
        shape.leaves(&self.path)
    }

    pub fn fit(&self, shape: &Shape) -> Fit {
        let leaves = self.leaves(shape);
        let absent = match (self.takes_absence(), leaves.may_lack) {
            (true, true) if leaves.values.is_empty() => return Fit::Always,
            // Of what may be missing nobody knows whether it ever is: it may be a mark on what has been here.
            (true, true) => Fit::Unknown,
            _ => Fit::Never,
        };
        let best =
            |value: &Shape| self.alternatives.iter().map(|one| fit(one, value)).max().unwrap_or(Fit::Never);
        let (mut most, mut is_always) = (absent, !leaves.may_lack && !leaves.values.is_empty());
        for fit in leaves.values.iter().map(|value| best(value)) {
            most = most.max(fit);
            is_always &= fit == Fit::Always;
        }
        if is_always { Fit::Always } else { most.min(Fit::Can) }
    }

    fn takes_absence(&self) -> bool {
        self.alternatives.contains(&Alternative::Exists(false))
    }
}

impl Screen {
    /// Makes a pattern ready.
    pub fn new(pattern: &Pattern) -> Screen {
        let conjunctions = expand(&pattern.root).into_iter().map(|tests| {
            let test = |leaf: Leaf| Test {
                path: leaf.field.split('.').map(str::to_owned).collect(),
                at: leaf.at.unwrap_or_else(|| leaf.field.clone()),
                field: leaf.field,
                alternatives: leaf.alternatives,
            };
            tests.into_iter().map(test).collect()
        });
        Screen { conjunctions: conjunctions.collect() }
    }

    /// How it stands to a shape.
    ///
    /// ```
    /// use gatewayctl::{flow::pattern::{PatternKind, parse}, flow::shape::{Fit, Screen, Shape}, value};
    /// let read = |written| Screen::new(&parse(&written, PatternKind::Pipe).unwrap());
    /// let record = Shape::closed([("eventName", Shape::text("INSERT")), ("n", Shape::Text)]);
    /// assert_eq!(read(value!({ "eventName": ["INSERT"] })).fit(&record), Fit::Always);
    /// assert_eq!(read(value!({ "n": [{ "numeric": [">", 0] }] })).fit(&record), Fit::Never);
    /// assert_eq!(read(value!({ "n": [{ "prefix": "A-" }] })).fit(&record), Fit::Unknown);
    /// ```
    pub fn fit(&self, shape: &Shape) -> Fit {
        let (mut most, mut is_always) = (Fit::Never, true);
        for fit in shape.choices().iter().map(|choice| self.of_choice(choice)) {
            most = most.max(fit);
            is_always &= fit == Fit::Always;
        }
        if is_always { Fit::Always } else { most.min(Fit::Can) }
    }

    pub(super) fn of_choice(&self, shape: &Shape) -> Fit {
        let of = |tests: &Vec<Test>| tests.iter().map(|test| test.fit(shape)).min().unwrap_or(Fit::Always);
        self.conjunctions.iter().map(of).max().unwrap_or(Fit::Never)
    }

    /// What of a shape the pattern lets pass: without the choices that it never matches, and with the values that it
    /// names where a text was known to be one.
    pub fn narrow(&self, shape: &Shape) -> Vec<Shape> {
        let passing = shape.choices().iter().filter(|choice| self.of_choice(choice) != Fit::Never);
        let [tests] = self.conjunctions.as_slice() else { return passing.cloned().collect() };
        let narrowed: Vec<_> = tests.iter().map(|test| move |value: &Shape| test.narrowed(value)).collect();
        let changes: Vec<Change<'_>> =
            tests.iter().zip(&narrowed).map(|(test, change)| (test.path.as_slice(), change as _)).collect();
        passing.map(|choice| choice.with(&changes)).collect()
    }

    /// Whether whatever this pattern matches the other one matches, too. `false` where that is not certain.
    pub fn is_within(&self, other: &Screen) -> bool {
        self.conjunctions.iter().all(|mine| {
            other.conjunctions.iter().any(|theirs| theirs.iter().all(|test| test.is_implied(mine)))
        })
    }
}

impl Test {
    /// What a value is that the test has let pass. A list is left as it is: one item of it may have matched.
    fn narrowed(&self, value: &Shape) -> Shape {
        let is_scalar = |shape: &Shape| match shape {
            Shape::Is(constant) => !constant.is_array(),
            shape => shape.is_text() || matches!(shape, Shape::Number | Shape::Bool),
        };
        if !value.choices().iter().all(is_scalar) {
            return value.clone();
        }
        let named = self.alternatives.iter().map(|one| match one {
            Alternative::Equals(text @ Json::String(_)) => Some(Shape::Is(text.clone())),
            _ => None,
        });
        let named: Option<Vec<Shape>> = named.collect();
        let kept = value.choices().iter().filter(|choice| {
            self.alternatives.iter().any(|alternative| fit(alternative, choice) != Fit::Never)
        });
        let kept: Vec<Shape> = kept
            .flat_map(|choice| match (choice, &named) {
                (Shape::Text, Some(named)) => named.clone(),
                (Shape::Begins(begin), Some(named)) => {
                    named.iter().filter(|text| text.begins_with(begin)).cloned().collect()
                }
                _ => vec![choice.clone()],
            })
            .collect();
        if kept.is_empty() { value.clone() } else { Shape::one_of(kept) }
    }

    /// Whether one of these tests lets nothing pass that this one does not.
    fn is_implied(&self, by: &[Test]) -> bool {
        by.iter().any(|one| {
            one.field == self.field
                && one
                    .alternatives
                    .iter()
                    .all(|mine| self.alternatives.iter().any(|theirs| implies(mine, theirs)))
        })
    }
}

/// Whether every value that one alternative takes the other takes, too; `false` where that is not certain.
fn implies(one: &Alternative, other: &Alternative) -> bool {
    let is_known = *one != Alternative::Unknown && *other != Alternative::Unknown;
    let takes_values = !matches!(one, Alternative::Exists(false));
    is_known
        && match (one, other) {
            (one, other) if one == other => !has_unknown(one),
            (_, Alternative::Exists(true)) => takes_values,
            (Alternative::Equals(value), other) => {
                !has_unknown(other) && *other != Alternative::Exists(false) && other.accepts(value)
            }
            (Alternative::Prefix(long), Alternative::Prefix(short)) => long.starts_with(short.as_str()),
            (Alternative::Suffix(long), Alternative::Suffix(short)) => long.ends_with(short.as_str()),
            _ => false,
        }
}

fn has_unknown(alternative: &Alternative) -> bool {
    match alternative {
        Alternative::Unknown => true,
        Alternative::AnythingBut(but) => but.iter().any(has_unknown),
        _ => false,
    }
}

/// How an alternative stands to a value that is there.
pub(super) fn fit(alternative: &Alternative, value: &Shape) -> Fit {
    if has_unknown(alternative) {
        return Fit::Unknown;
    }
    match (alternative, value) {
        (Alternative::Exists(false), _) => Fit::Never,
        (_, Shape::Is(constant)) => {
            if alternative.accepts(constant) {
                Fit::Always
            } else {
                Fit::Never
            }
        }
        (Alternative::Exists(true), Shape::Anything) => Fit::Can,
        (Alternative::Exists(true), _) => Fit::Always,
        (alternative, value) if is_other_type(alternative, value) => Fit::Never,
        (Alternative::Equals(Json::String(text)), Shape::Begins(begin)) if !text.starts_with(&**begin) => {
            Fit::Never
        }
        (Alternative::Prefix(wanted), Shape::Begins(begin)) if begin.starts_with(wanted.as_str()) => {
            Fit::Always
        }
        (Alternative::Prefix(wanted), Shape::Begins(begin)) if !wanted.starts_with(&**begin) => Fit::Never,
        _ => Fit::Unknown,
    }
}

impl Shape {
    /// Whether it is a text that is known and begins with another one.
    fn begins_with(&self, begin: &str) -> bool {
        matches!(self, Shape::Is(Json::String(text)) if text.starts_with(begin))
    }
}

/// Whether an alternative takes values of another type only.
pub(super) fn is_other_type(alternative: &Alternative, value: &Shape) -> bool {
    let there = match value {
        Shape::Text | Shape::Begins(_) | Shape::Is(Json::String(_)) => Type::Text,
        Shape::Number | Shape::Is(Json::Number(_)) => Type::Number,
        Shape::Bool | Shape::Is(Json::Bool(_)) => Type::Bool,
        Shape::Is(Json::Null) => Type::Null,
        _ => return false,
    };
    let wanted = match alternative {
        Alternative::Equals(Json::Number(_)) | Alternative::Numeric(_) => Type::Number,
        Alternative::Equals(Json::Bool(_)) => Type::Bool,
        Alternative::Equals(Json::Null) => Type::Null,
        Alternative::AnythingBut(_) | Alternative::Exists(_) | Alternative::Unknown => return false,
        _ => Type::Text,
    };
    there != wanted
}

#[derive(PartialEq)]
enum Type {
    Text,
    Number,
    Bool,
    Null,
}
