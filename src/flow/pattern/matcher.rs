//! Many patterns against many events.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::event::{FieldId, Fields};
use super::index::Index;
use super::matching::{Test, choose};
use super::{Alternative, Node, Object, Pattern};

/// Patterns compiled to be matched with one walk over an event. What it costs depends on how many
/// patterns share the event's values, and hardly on how many there are: each pattern stands in an
/// index under the rarest of its exact values, beginnings and ends, and is looked at only when an
/// event has that.
///
/// ```
/// use gatewayctl::{flow::pattern::{Matcher, PatternKind, parse}, value};
/// let read = |written| parse(&written, PatternKind::Rule).unwrap();
/// let created = read(value!({ "detail-type": ["created"] }));
/// let costly = read(value!({ "detail": { "total": [{ "numeric": [">", 100] }] } }));
/// let matcher = Matcher::new([&created, &costly]);
/// let event = serde_json::json!({ "detail-type": "created", "detail": { "total": 50 } });
/// assert_eq!(matcher.matching(&event), [0]);
/// ```
#[derive(Debug)]
pub struct Matcher {
    pub(super) fields: Fields,
    pub(super) conjunctions: Vec<Conjunction>,
    index: Index,
}

/// Fields that must all match: one combination of a pattern's `$or`s.
#[derive(Debug)]
pub(super) struct Conjunction {
    /// The pattern's place among those that were given.
    pub pattern: usize,
    pub tests: Box<[Arc<Test>]>,
}

impl Matcher {
    /// Compiles patterns. They are known by their places afterwards.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p Pattern>) -> Matcher {
        let mut fields = Fields::default();
        let mut known = Tests::default();
        let mut conjunctions = Vec::new();
        for (pattern, source) in patterns.into_iter().enumerate() {
            for fields_of in expand(&source.root) {
                let test = |leaf: Leaf| known.test(fields.number(&leaf.field), leaf.alternatives);
                conjunctions.push(Conjunction { pattern, tests: fields_of.into_iter().map(test).collect() });
            }
        }
        let index = Index::new(&conjunctions);
        Matcher { fields, conjunctions, index }
    }

    /// The places of the patterns that match an event, ascending. An event that is no JSON object
    /// matches none.
    pub fn matching(&self, event: &Json) -> Vec<usize> {
        if !event.is_object() {
            return Vec::new();
        }
        let event = self.fields.of(event);
        let mut found: Vec<usize> = Vec::new();
        for candidate in self.index.candidates(&event) {
            let conjunction = &self.conjunctions[candidate as usize];
            if found.last() != Some(&conjunction.pattern) && choose(&conjunction.tests, &event).is_some() {
                found.push(conjunction.pattern);
            }
        }
        found
    }
}

/// The tests of all patterns, each once: thousands of rules ask for the same few sources and types, and
/// what is kept once stays in the processor's cache.
#[derive(Default)]
struct Tests(HashMap<(FieldId, String), Arc<Test>>);

impl Tests {
    fn test(&mut self, field: FieldId, alternatives: Arc<[Alternative]>) -> Arc<Test> {
        let same = (field, format!("{alternatives:?}"));
        self.0.entry(same).or_insert_with(|| Arc::new(Test { field, alternatives })).clone()
    }
}

/// A field of a combination.
#[derive(Clone, Debug)]
pub(in crate::flow) struct Leaf {
    /// The names down to it, with dots between them.
    pub field: String,
    /// Where it stands in the pattern if that is not its name: `$or[1].detail.state`.
    pub at: Option<String>,
    pub alternatives: Arc<[Alternative]>,
}

/// The combinations that a pattern stands for, one per choice among its `$or`s.
pub(in crate::flow) fn expand(object: &Object) -> Vec<Vec<Leaf>> {
    expand_below(object, "", None)
}

fn expand_below(object: &Object, above: &str, at: Option<&str>) -> Vec<Vec<Leaf>> {
    let below = |above: &str, name: &str| match above {
        "" => name.to_owned(),
        above => format!("{above}.{name}"),
    };
    let mut all = vec![Vec::new()];
    for (name, node) in &object.fields {
        let (field, at) = (below(above, name), at.map(|at| below(at, name)));
        let choices = match node {
            Node::Leaf(alternatives) => {
                vec![vec![Leaf { field, at, alternatives: alternatives.clone().into() }]]
            }
            Node::Object(object) => expand_below(object, &field, at.as_deref()),
        };
        all = combine(&all, &choices);
    }
    for or in &object.ors {
        let member = |(index, member)| {
            let at = below(at.unwrap_or(above), &format!("$or[{index}]"));
            expand_below(member, above, Some(&at))
        };
        let choices: Vec<_> = or.iter().enumerate().flat_map(member).collect();
        all = combine(&all, &choices);
    }
    all
}

fn combine<T: Clone>(some: &[Vec<T>], others: &[Vec<T>]) -> Vec<Vec<T>> {
    some.iter()
        .flat_map(|one| others.iter().map(move |other| one.iter().chain(other).cloned().collect()))
        .collect()
}
