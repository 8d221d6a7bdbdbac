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
    /// What holds values, of which a pattern sees those alone: an object, and the names in it.
    Holds(Shape, Vec<String>),
}

impl fmt::Display for Why {
    /// What is in the field, to be read after who puts it there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.there {
            There::Nothing => write!(f, "has no `{}`", self.field),
            There::Holds(shape, _) => {
                write!(f, "has {shape} in `{}`, and a pattern sees the values inside of it alone", self.field)
            }
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

/// How far a document is from a match of a combination; less is nearer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Distance {
    /// By the fields that say which event it is.
    naming: usize,
    /// By all others.
    others: usize,
}

/// The fields that say which event it is: one that has them as wanted was meant before one that has not.
const NAMING: [&str; 2] = ["source", "detail-type"];

/// What a field adds to the distance: one of which nothing is known, one with a value or under a name that is nearly
/// the wanted one, one with other values, and one that is not there.
const UNKNOWN: usize = 1;
const NEAR: usize = 2;
const OTHER: usize = 3;
const MISSING: usize = 4;

/// What is said of those documents that a combination's same fields rule out.
struct Group<'t> {
    /// The combination, by its place, and the fields: whether each has no value at all.
    key: (usize, Vec<(&'t str, bool)>),
    /// Of the nearest.
    distance: Distance,
    failed: Vec<&'t Test>,
    choices: Vec<&'t Shape>,
}

impl Screen {
    /// The fields that rule all of some shapes out: of the document and the combination that come nearest to a match,
    /// with all that others which fail by the same fields have there. Fields that `is_said` names are left out. Empty if
    /// the pattern may match, or if nothing else rules it out.
    pub fn why(&self, shapes: &[Shape], is_said: &dyn Fn(&str) -> bool) -> Vec<Why> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for (index, tests) in self.conjunctions.iter().enumerate() {
            for choice in shapes.iter().flat_map(Shape::choices) {
                let failed = tests.iter().filter(|test| test.fit(choice) == Fit::Never);
                let failed: Vec<&Test> = failed.filter(|test| !is_said(&test.field)).collect();
                if failed.is_empty() {
                    return Vec::new();
                }
                let ats = failed.iter().map(|test| (test.at.as_str(), test.leaves(choice).values.is_empty()));
                let key = (index, ats.collect::<Vec<_>>());
                let distance = distance(tests, choice, is_said);
                match groups.iter_mut().find(|group| group.key == key) {
                    Some(group) => {
                        group.distance = group.distance.min(distance);
                        group.choices.push(choice);
                    }
                    None => groups.push(Group { key, distance, failed, choices: vec![choice] }),
                }
            }
        }
        let Some(nearest) = groups.into_iter().min_by_key(|group| group.distance) else { return Vec::new() };
        nearest.failed.iter().map(|test| test.why(&nearest.choices, shapes)).collect()
    }

    /// How far the nearest of some shapes is from a match; nothing if there is none.
    pub fn distance(&self, shapes: &[Shape]) -> Option<Distance> {
        let choices = shapes.iter().flat_map(Shape::choices);
        let all = choices.flat_map(|choice| {
            self.conjunctions.iter().map(move |tests| distance(tests, choice, &|_| false))
        });
        all.min()
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

/// How far a document is from what some tests want together.
fn distance(tests: &[Test], choice: &Shape, is_said: &dyn Fn(&str) -> bool) -> Distance {
    let mut all = Distance { naming: 0, others: 0 };
    for test in tests.iter().filter(|test| !is_said(&test.field)) {
        let part = if NAMING.contains(&test.field.as_str()) { &mut all.naming } else { &mut all.others };
        *part += test.distance(choice);
    }
    all
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
    fn distance(&self, choice: &Shape) -> usize {
        match self.fit(choice) {
            Fit::Can | Fit::Always => return 0,
            Fit::Unknown => return UNKNOWN,
            Fit::Never => {}
        }
        let values = self.leaves(choice).values;
        match (values.is_empty(), self.near(&values, std::slice::from_ref(choice))) {
            (_, Some(_)) => NEAR,
            (false, None) => OTHER,
            (true, None) => MISSING,
        }
    }

    /// Why some documents fail it, which are among others.
    fn why(&self, choices: &[&Shape], shapes: &[Shape]) -> Why {
        let values: Vec<&Shape> = choices.iter().flat_map(|choice| self.leaves(choice).values).collect();
        let is_other = |value: &&Shape| self.alternatives.iter().all(|one| is_other_type(one, value));
        let near = self.near(&values, shapes);
        let there = || Shape::one_of(values.iter().copied().cloned());
        let there = match values.is_empty() {
            true => self.holds(choices).unwrap_or(There::Nothing),
            false if values.iter().all(is_other) => There::OtherType(there()),
            false => There::Others(there()),
        };
        let (field, at) = (self.field.clone(), self.at.clone());
        Why { field, at, wanted: self.alternatives.to_vec(), there, near }
    }

    /// What is written in the pattern, and what is there that was probably meant: of the values, or of the names where
    /// there is none.
    fn near(&self, values: &[&Shape], shapes: &[Shape]) -> Option<(String, String)> {
        if values.is_empty() { self.near_name(shapes) } else { self.near_text(values) }
    }

    fn segments(&self) -> Vec<Segment> {
        self.path.iter().cloned().map(Segment::Name).collect()
    }

    /// What is in the field where that is no value.
    fn holds(&self, choices: &[&Shape]) -> Option<There> {
        let path = self.segments();
        let found: Vec<Shape> = choices.iter().filter_map(|choice| choice.get(&path).shape).collect();
        let first = found.first()?;
        let inside = [Segment::Name(String::new())];
        let (_, names) = beside(std::slice::from_ref(first), &inside);
        Some(There::Holds(Shape::one_of(found), names))
    }

    /// A name of the field that is never there, and the one beside it that was probably meant.
    fn near_name(&self, shapes: &[Shape]) -> Option<(String, String)> {
        let path = self.segments();
        if shapes.iter().any(|shape| shape.get(&path).shape.is_some()) {
            return None;
        }
        let (end, names) = beside(shapes, &path);
        let missing = &self.path[end.checked_sub(1)?];
        let near = suggest(missing, names.iter().map(String::as_str))?;
        Some((missing.clone(), near.to_owned()))
    }

    /// A text that is wanted, and the one that is there and was probably meant.
    fn near_text(&self, values: &[&Shape]) -> Option<(String, String)> {
        let there: Vec<&str> = values.iter().copied().filter_map(constant).collect();
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
