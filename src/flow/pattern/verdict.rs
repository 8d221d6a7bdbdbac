//! Why a pattern matches an event or does not.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value as Json;

use super::event::Event;
use super::matcher::{Conjunction, Matcher};
use super::matching::{Test, choose};
use super::{Alternative, Pattern};
use crate::kinds::secret;

/// Whether a pattern matches an event, and the fields that decided it.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    pub is_match: bool,
    /// Of a match: every field of the combination of `$or` members that matched. Otherwise: the fields
    /// that did not match, of the combination with the fewest of them; where several have as few,
    /// of all of these.
    pub fields: Vec<(String, Decided)>,
    /// How many combinations of `$or` members the pattern has.
    pub combinations: usize,
}

/// What was found in a field.
#[derive(Clone, PartialEq, Debug)]
pub enum Decided {
    /// This value matched this alternative.
    Matched { value: Json, by: Alternative },
    /// The field is absent, and that matched.
    AbsentAsWanted,
    /// The field is absent: an alternative needs a value.
    Absent { wanted: Vec<Alternative> },
    /// None of these values matches an alternative.
    Refused { values: Vec<Json>, wanted: Vec<Alternative> },
    /// Each of these fields has a value that matches, but they lie in different items of one array.
    Apart,
}

impl Verdict {
    /// The same with a word in the place of each secret, for people.
    pub fn masked(self, word: &str) -> Verdict {
        let fields = self.fields.into_iter().map(|(field, decided)| {
            let decided = decided.masked(field.rsplit('.').next(), word);
            (field, decided)
        });
        Verdict { fields: fields.collect(), ..self }
    }
}

impl Decided {
    fn masked(self, name: Option<&str>, word: &str) -> Decided {
        let value = |value| secret::masked_under(name, value, word);
        let all = |wanted: Vec<Alternative>| wanted.into_iter().map(|one| one.masked(name, word)).collect();
        match self {
            Decided::Matched { value: found, by } => {
                Decided::Matched { value: value(found), by: by.masked(name, word) }
            }
            Decided::Absent { wanted } => Decided::Absent { wanted: all(wanted) },
            Decided::Refused { values, wanted } => {
                Decided::Refused { values: values.into_iter().map(value).collect(), wanted: all(wanted) }
            }
            other @ (Decided::AbsentAsWanted | Decided::Apart) => other,
        }
    }
}

/// Says whether a pattern matches an event, and why. What is no JSON object matches nothing, not even by what it lacks.
///
/// ```
/// use gatewayctl::{flow::pattern::{PatternKind, decide, parse}, value};
/// let pattern = value!({ "source": ["shop"], "detail": { "total": [{ "numeric": [">", 100] }] } });
/// let pattern = parse(&pattern, PatternKind::Rule).unwrap();
/// let verdict = decide(&pattern, &serde_json::json!({ "source": "shop", "detail": { "total": "250" } }));
/// let (field, decided) = &verdict.fields[0];
/// assert_eq!(field, "detail.total");
/// assert!(decided.to_string().contains(r#"`"250"` is a text, and `numeric` compares numbers"#));
/// ```
pub fn decide(pattern: &Pattern, event: &Json) -> Verdict {
    let matcher = Matcher::new([pattern]);
    let seen = matcher.fields.of(event);
    let name = |test: &Test| matcher.fields.name(test.field).to_owned();
    let combinations = matcher.conjunctions.len();
    for Conjunction { tests, .. } in &matcher.conjunctions {
        if let Some(chosen) = choose(tests, &seen).filter(|_| event.is_object()) {
            let fields = tests.iter().zip(chosen).map(|(test, leaf)| {
                (name(test), leaf.map_or(Decided::AbsentAsWanted, |leaf| matched(test, leaf.value)))
            });
            return Verdict { is_match: true, fields: fields.collect(), combinations };
        }
    }
    let failures: Vec<Vec<(String, Decided)>> = matcher
        .conjunctions
        .iter()
        .map(|Conjunction { tests, .. }| {
            let failed = tests.iter().filter_map(|test| Some((name(test), failed(test, &seen)?)));
            let failed: Vec<_> = failed.collect();
            match failed.is_empty() {
                // Each field has a value that matches, so it is their places.
                true => tests
                    .iter()
                    .filter(|test| !test.is_absent(&seen))
                    .map(|test| (name(test), Decided::Apart))
                    .collect(),
                false => failed,
            }
        })
        .collect();
    let fewest = failures.iter().map(Vec::len).min().unwrap_or(0);
    let mut told = BTreeSet::new();
    let nearest = failures.into_iter().filter(|failure| failure.len() == fewest).flatten();
    let fields = nearest.filter(|(name, decided)| told.insert((name.clone(), decided.to_string()))).collect();
    Verdict { is_match: false, fields, combinations }
}

fn matched(test: &Test, value: &Json) -> Decided {
    let by = test.alternatives.iter().find(|alternative| alternative.accepts(value));
    Decided::Matched { value: value.clone(), by: by.cloned().unwrap_or(Alternative::Exists(true)) }
}

fn failed(test: &Test, event: &Event<'_>) -> Option<Decided> {
    if test.is_possible(event) {
        return None;
    }
    let wanted = test.alternatives.to_vec();
    let values: Vec<Json> = event.leaves(test.field).iter().map(|leaf| leaf.value.clone()).collect();
    Some(match values.is_empty() {
        true => Decided::Absent { wanted },
        false => Decided::Refused { values, wanted },
    })
}

impl fmt::Display for Decided {
    /// A sentence without a full stop, to be read after the field's name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Decided::Matched { value, by } => write!(f, "`{}` matches `{by}`", short(value)),
            Decided::AbsentAsWanted => f.write_str("has no value, which matches `{\"exists\":false}`"),
            Decided::Absent { wanted } => {
                write!(f, "has no value; {} wanted", listed(wanted.iter()))
            }
            Decided::Refused { values, wanted } => {
                write!(f, "{} not match {}", shown(values), listed(wanted.iter()))?;
                match hint(values, wanted) {
                    Some(hint) => write!(f, "; {hint}"),
                    None => Ok(()),
                }
            }
            Decided::Apart => f.write_str(
                "has a value that matches, but in another item of the array than the other fields",
            ),
        }
    }
}

/// At most so many values and alternatives are listed.
const LISTED: usize = 5;

fn shown(values: &[Json]) -> String {
    let texts: Vec<_> = values.iter().take(LISTED).map(|value| format!("`{}`", short(value))).collect();
    let more = match values.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verb = if values.len() == 1 { "does" } else { "do" };
    format!("{}{more} {verb}", texts.join(", "))
}

fn listed<'a>(wanted: impl ExactSizeIterator<Item = &'a Alternative>) -> String {
    let more = match wanted.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" or one of {more} more"),
    };
    let texts: Vec<_> = wanted.take(LISTED).map(|one| format!("`{one}`")).collect();
    texts.join(" or ") + &more
}

/// The JSON of a value, cut where it is long.
fn short(value: &Json) -> String {
    const LONGEST: usize = 80;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What a single value and a single alternative nearly have in common.
fn hint(values: &[Json], wanted: &[Alternative]) -> Option<String> {
    let ([value], [wanted]) = (values, wanted) else { return None };
    let shown = short(value);
    match (wanted, value) {
        (Alternative::Numeric(_), Json::String(_)) => {
            Some(format!("`{shown}` is a text, and `numeric` compares numbers"))
        }
        (Alternative::Equals(Json::Number(_)), Json::String(_)) => {
            Some(format!("`{shown}` is a text, not a number"))
        }
        (Alternative::Equals(Json::String(_)), Json::Number(_)) => {
            Some(format!("`{shown}` is a number, not a text"))
        }
        (Alternative::Equals(Json::String(text)), Json::String(value)) => {
            let is_case = text.to_lowercase() == value.to_lowercase();
            is_case.then(|| "they differ in case; `equals-ignore-case` does not mind".into())
        }
        (Alternative::Exists(false), _) => Some("the field is there".into()),
        _ => None,
    }
}
