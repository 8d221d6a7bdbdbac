//! Why a pattern matches nothing of some shapes, and what in it was probably meant otherwise.

use std::fmt;

use serde_json::Value as Json;

use crate::flow::pattern::Alternative;
use crate::flow::reference::Segment;
use crate::source::suggest;

use super::fit::{Test, fit, is_other_type};
use super::{Fit, Screen, Shape, beside};

/// Why a pattern matches nothing of some shapes.
#[derive(Clone, PartialEq, Debug)]
pub struct Why {
    /// The names down to the field, with dots between them.
    pub field: String,
    /// Where it stands in the pattern.
    pub at: String,
    pub wanted: Vec<Alternative>,
    pub there: There,
    /// A name or a text of the pattern, and the one that is there and was probably meant.
    pub near: Option<(String, String)>,
}

/// What is in a field that a pattern does not match.
#[derive(Clone, PartialEq, Debug)]
pub enum There {
    /// It is never there.
    Nothing,
    /// Values of another type than any alternative takes.
    OtherType(Shape),
    /// Other values.
    Others(Shape),
}

impl fmt::Display for Why {
    /// What is in the field, to be read after who puts it there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.there {
            There::Nothing => write!(f, "has no `{}`", self.field),
            There::OtherType(shape) | There::Others(shape) => write!(f, "has {shape} in `{}`", self.field),
        }
    }
}

/// A text of a pattern that never comes, though one like it does that the pattern does not take.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Misspelt {
    pub field: String,
    /// Where the text stands in the pattern.
    pub at: String,
    pub written: String,
    pub near: String,
}

/// The tests of a combination that rule a document out, each with the values that it sees.
type Failed<'t> = Vec<(&'t Test, Vec<Shape>)>;

/// How far a document is from passing: how many fields rule it out, and how many of those it does not have at all.
fn distance(failed: &Failed<'_>) -> (usize, usize) {
    (failed.len(), failed.iter().filter(|(_, values)| values.is_empty()).count())
}

impl Screen {
    /// The fields that rule all of some shapes out: of the document and the combination that come nearest to a match,
    /// with all that others which fail by the same fields have there. Fields that `is_said` names are left out. Empty if
    /// the pattern may match, or if nothing else rules it out.
    pub fn why(&self, shapes: &[Shape], is_said: &dyn Fn(&str) -> bool) -> Vec<Why> {
        let choices: Vec<&Shape> = shapes.iter().flat_map(Shape::choices).collect();
        let mut nearest: Option<Failed<'_>> = None;
        for tests in &self.conjunctions {
            for choice in &choices {
                let failed = tests.iter().filter(|test| test.fit(choice) == Fit::Never);
                let failed: Failed<'_> = failed
                    .filter(|test| !is_said(&test.field))
                    .map(|test| (test, test.leaves(choice).values.into_iter().cloned().collect()))
                    .collect();
                match &mut nearest {
                    Some(known) if distance(known) < distance(&failed) => {}
                    Some(known) if is_same(known, &failed) => {
                        for ((_, all), (_, values)) in known.iter_mut().zip(failed) {
                            all.extend(values);
                        }
                    }
                    Some(known) if distance(known) == distance(&failed) => {}
                    _ => nearest = Some(failed),
                }
            }
        }
        nearest.unwrap_or_default().into_iter().map(|(test, values)| test.why(values, shapes)).collect()
    }

    /// How far the nearest of some shapes is from a match: less is nearer.
    pub fn distance(&self, shapes: &[Shape]) -> (usize, usize) {
        let of = |tests: &Vec<Test>, choice: &Shape| {
            let failed = tests.iter().filter(|test| test.fit(choice) == Fit::Never);
            failed.fold((0, 0), |(count, missing), test| {
                (count + 1, missing + usize::from(test.leaves(choice).values.is_empty()))
            })
        };
        let choices = shapes.iter().flat_map(Shape::choices);
        let all = choices.flat_map(|choice| self.conjunctions.iter().map(move |tests| of(tests, choice)));
        all.min().unwrap_or_default()
    }

    /// Alternatives that no value of a field is of the type of, though the pattern as a whole may match the shapes:
    /// each with what is there. Beside one that may match they are a precaution, and nothing is said of them.
    pub fn mistyped(&self, shapes: &[Shape]) -> Vec<Why> {
        // Where one combination is all there is, what it matches passes each of its tests.
        if self.conjunctions.len() < 2 {
            return Vec::new();
        }
        let choices: Vec<&Shape> = shapes.iter().flat_map(Shape::choices).collect();
        let matching: Vec<&Shape> =
            choices.into_iter().filter(|choice| self.of_choice(choice) != Fit::Never).collect();
        let mut found: Vec<Why> = Vec::new();
        for test in self.conjunctions.iter().flatten() {
            if found.iter().any(|why| why.at == test.at)
                || matching.iter().any(|choice| test.fit(choice) != Fit::Never)
            {
                continue;
            }
            let values: Vec<&Shape> = matching.iter().flat_map(|choice| test.leaves(choice).values).collect();
            let is_dead = |one: &&Alternative| values.iter().all(|value| is_other_type(one, value));
            for one in test.alternatives.iter().filter(|_| !values.is_empty()).filter(is_dead) {
                let there = There::OtherType(Shape::one_of(values.iter().copied().cloned()));
                let (field, at) = (test.field.clone(), test.at.clone());
                found.push(Why { field, at, wanted: vec![one.clone()], there, near: None });
            }
        }
        found
    }

    /// Texts that never come, though one like each does that the pattern does not take. What may only come later is a
    /// precaution, and nothing is said of it: neither of a text like none that comes, nor of one that another number
    /// tells apart.
    pub fn misspelt(&self, shapes: &[Shape]) -> Vec<Misspelt> {
        let choices: Vec<&Shape> = shapes.iter().flat_map(Shape::choices).collect();
        let mut found: Vec<Misspelt> = Vec::new();
        for tests in &self.conjunctions {
            // Where it is all there is, what the pattern matches is met by it.
            let is_alone = |test: &&Test| self.conjunctions.len() == 1 && test.alternatives.len() == 1;
            for test in tests.iter().filter(|test| !is_alone(test)) {
                for (index, written) in test.texts() {
                    let at = format!("{}[{index}]", test.at);
                    let is_known = found.iter().any(|one| one.at == at);
                    if is_known || choices.iter().any(|choice| test.is_met_by(index, choice)) {
                        continue;
                    }
                    // What passes the other fields, and what of it this one does not take.
                    let is_passing = |choice: &&&Shape| {
                        tests.iter().all(|other| other.at == test.at || other.fit(choice) != Fit::Never)
                    };
                    let values =
                        choices.iter().filter(is_passing).flat_map(|choice| test.leaves(choice).values);
                    let left = values
                        .filter(|value| test.alternatives.iter().all(|one| fit(one, value) == Fit::Never));
                    let left: Vec<&str> = left.filter_map(constant).collect();
                    let near = suggest(written, left.iter().copied());
                    if let Some(near) = near.filter(|near| without_digits(near) != without_digits(written)) {
                        let (field, written, near) =
                            (test.field.clone(), written.to_owned(), near.to_owned());
                        found.push(Misspelt { field, at, written, near });
                    }
                }
            }
        }
        found
    }
}

fn is_same(one: &Failed<'_>, other: &Failed<'_>) -> bool {
    let ats = |failed: &Failed<'_>| {
        failed.iter().map(|(test, values)| (test.at.clone(), values.is_empty())).collect::<Vec<_>>()
    };
    ats(one) == ats(other)
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|one| !one.is_ascii_digit()).collect()
}

fn constant(value: &Shape) -> Option<&str> {
    match value {
        Shape::Is(Json::String(text)) => Some(text),
        _ => None,
    }
}

impl Test {
    fn why(&self, values: Vec<Shape>, shapes: &[Shape]) -> Why {
        let is_other = |value: &Shape| self.alternatives.iter().all(|one| is_other_type(one, value));
        let near = match values.is_empty() {
            true => self.near_name(shapes),
            false => self.near_text(&values),
        };
        let there = match values.is_empty() {
            true => There::Nothing,
            false if values.iter().all(is_other) => There::OtherType(Shape::one_of(values)),
            false => There::Others(Shape::one_of(values)),
        };
        let (field, at) = (self.field.clone(), self.at.clone());
        Why { field, at, wanted: self.alternatives.to_vec(), there, near }
    }

    /// A name of the field that is never there, and the one beside it that was probably meant.
    fn near_name(&self, shapes: &[Shape]) -> Option<(String, String)> {
        let path: Vec<Segment> = self.path.iter().cloned().map(Segment::Name).collect();
        if shapes.iter().any(|shape| shape.get(&path).shape.is_some()) {
            return None;
        }
        let (end, names) = beside(shapes, &path);
        let missing = &self.path[end.checked_sub(1)?];
        let near = suggest(missing, names.iter().map(String::as_str))?;
        Some((missing.clone(), near.to_owned()))
    }

    /// A text that is wanted, and the one that is there and was probably meant.
    fn near_text(&self, values: &[Shape]) -> Option<(String, String)> {
        let there: Vec<&str> = values.iter().filter_map(constant).collect();
        self.texts().find_map(|(_, written)| {
            let near = suggest(written, there.iter().copied())?;
            Some((written.to_owned(), near.to_owned()))
        })
    }

    /// The texts that it names, each with its place among the alternatives.
    fn texts(&self) -> impl Iterator<Item = (usize, &str)> {
        self.alternatives.iter().enumerate().filter_map(|(index, one)| match one {
            Alternative::Equals(Json::String(text)) => Some((index, text.as_str())),
            _ => None,
        })
    }

    /// Whether a value of the field may be the one that an alternative takes.
    fn is_met_by(&self, index: usize, choice: &Shape) -> bool {
        self.leaves(choice).values.iter().any(|value| fit(&self.alternatives[index], value) != Fit::Never)
    }
}
