//! Matches an event as EventBridge does.
//!
//! The event is flattened to leaves under the names on their way. Positions in arrays are no part
//! of the way, but each leaf remembers the objects of arrays that it lies in: the leaves that match
//! a pattern together must not lie in different objects of one array.

use std::collections::HashMap;
use std::net::IpAddr;

use serde_json::Value as Json;

use super::{Comparison, Matcher, Network, Node, Object, Pattern, Text, Wildcard};

/// The names from the root to a field.
type Names<'p> = Vec<&'p str>;
/// Fields that must match together.
type Conjunction<'p> = Vec<(Names<'p>, &'p [Matcher])>;

/// A value that is no object and no array, with the array objects it lies in: number of the array
/// and position of the object.
struct Leaf<'e> {
    value: &'e Json,
    inside: Vec<(usize, usize)>,
}

type Leaves<'e> = HashMap<Names<'e>, Vec<Leaf<'e>>>;

/// Whether the pattern matches the event (for a pipe: the record). What is unknown in the pattern
/// matches nothing.
pub fn matches(pattern: &Pattern, event: &Json) -> bool {
    let mut flat = Flat::default();
    flat.add(event);
    expand(&pattern.root).iter().any(|conjunction| {
        conjunction.iter().all(|(names, matchers)| possible(names, matchers, &flat.leaves))
            && together(conjunction, &flat.leaves, &mut Vec::new())
    })
}

/// The combinations that a pattern stands for: one per choice among its `$or`s.
pub(super) fn expand(object: &Object) -> Vec<Conjunction<'_>> {
    expand_below(object, &[])
}

fn expand_below<'p>(object: &'p Object, above: &[&'p str]) -> Vec<Conjunction<'p>> {
    let mut all: Vec<Conjunction<'p>> = vec![Vec::new()];
    for (name, node) in &object.fields {
        let names: Names<'p> = above.iter().copied().chain([name.as_str()]).collect();
        let choices = match node {
            Node::Leaf(matchers) => vec![vec![(names, matchers.as_slice())]],
            Node::Object(object) => expand_below(object, &names),
        };
        all = combine(&all, &choices);
    }
    for or in &object.ors {
        let choices: Vec<_> = or.iter().flat_map(|member| expand_below(member, above)).collect();
        all = combine(&all, &choices);
    }
    all
}

fn combine<'p>(some: &[Conjunction<'p>], others: &[Conjunction<'p>]) -> Vec<Conjunction<'p>> {
    some.iter()
        .flat_map(|one| others.iter().map(move |other| one.iter().chain(other).cloned().collect()))
        .collect()
}

#[derive(Default)]
struct Flat<'e> {
    leaves: Leaves<'e>,
    names: Names<'e>,
    inside: Vec<(usize, usize)>,
    arrays: usize,
}

impl<'e> Flat<'e> {
    fn add(&mut self, value: &'e Json) {
        match value {
            Json::Object(map) => {
                for (name, value) in map {
                    self.names.push(name);
                    self.add(value);
                    self.names.pop();
                }
            }
            Json::Array(items) => {
                let array = self.arrays;
                self.arrays += 1;
                for (i, item) in items.iter().enumerate() {
                    let is_object = item.is_object();
                    if is_object {
                        self.inside.push((array, i));
                    }
                    self.add(item);
                    if is_object {
                        self.inside.pop();
                    }
                }
            }
            value => {
                let leaf = Leaf { value, inside: self.inside.clone() };
                self.leaves.entry(self.names.clone()).or_default().push(leaf);
            }
        }
    }
}

fn absent_wanted(names: &Names<'_>, matchers: &[Matcher], leaves: &Leaves<'_>) -> bool {
    matchers.contains(&Matcher::Exists(false)) && !leaves.contains_key(names)
}

fn possible(names: &Names<'_>, matchers: &[Matcher], leaves: &Leaves<'_>) -> bool {
    absent_wanted(names, matchers, leaves)
        || leaves.get(names).is_some_and(|leaves| leaves.iter().any(|leaf| any(matchers, leaf.value)))
}

/// Whether leaves can be chosen for all fields that do not contradict each other.
fn together(
    fields: &[(Names<'_>, &[Matcher])],
    leaves: &Leaves<'_>,
    chosen: &mut Vec<(usize, usize)>,
) -> bool {
    let Some(((names, matchers), rest)) = fields.split_first() else { return true };
    if absent_wanted(names, matchers, leaves) && together(rest, leaves, chosen) {
        return true;
    }
    let none = Vec::new();
    leaves.get(names).unwrap_or(&none).iter().any(|leaf| {
        let contradicts = |(array, at): &(usize, usize)| {
            chosen.iter().any(|(other, other_at)| array == other && at != other_at)
        };
        if leaf.inside.iter().any(contradicts) || !any(matchers, leaf.value) {
            return false;
        }
        let before = chosen.len();
        chosen.extend(&leaf.inside);
        let found = together(rest, leaves, chosen);
        chosen.truncate(before);
        found
    })
}

fn any(matchers: &[Matcher], value: &Json) -> bool {
    matchers.iter().any(|matcher| accepts(matcher, value))
}

fn accepts(matcher: &Matcher, value: &Json) -> bool {
    match matcher {
        Matcher::Equals(literal) => equal(literal, value),
        Matcher::AnythingBut(but) => !but.contains(&Matcher::Unknown) && !any(but, value),
        Matcher::Numeric(pairs) => value.as_f64().is_some_and(|n| pairs.iter().all(|pair| holds(*pair, n))),
        Matcher::Exists(exists) => *exists,
        Matcher::Unknown => false,
        _ => value.as_str().is_some_and(|text| accepts_text(matcher, text)),
    }
}

fn accepts_text(matcher: &Matcher, text: &str) -> bool {
    match matcher {
        Matcher::Prefix(Text { text: start, ignore_case: false }) => text.starts_with(start.as_str()),
        Matcher::Prefix(Text { text: start, .. }) => text.to_lowercase().starts_with(&start.to_lowercase()),
        Matcher::Suffix(Text { text: end, ignore_case: false }) => text.ends_with(end.as_str()),
        Matcher::Suffix(Text { text: end, .. }) => text.to_lowercase().ends_with(&end.to_lowercase()),
        Matcher::EqualsIgnoreCase(other) => text.to_lowercase() == other.to_lowercase(),
        Matcher::Wildcard(wildcard) => wildcard_accepts(wildcard, text),
        Matcher::Cidr(network) => text.parse().is_ok_and(|address| contains(network, address)),
        _ => false,
    }
}

/// Numbers by value, everything else by type and content.
fn equal(literal: &Json, value: &Json) -> bool {
    match (literal, value) {
        (Json::Number(one), Json::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (one, other) => one == other,
    }
}

fn holds((comparison, bound): (Comparison, f64), number: f64) -> bool {
    match comparison {
        Comparison::Equal => number == bound,
        Comparison::Less => number < bound,
        Comparison::LessOrEqual => number <= bound,
        Comparison::Greater => number > bound,
        Comparison::GreaterOrEqual => number >= bound,
    }
}

/// The literals in order: the first at the start, the last at the end, each other one at the
/// earliest place.
fn wildcard_accepts(Wildcard(literals): &Wildcard, text: &str) -> bool {
    match literals.as_slice() {
        [] => text.is_empty(),
        [only] => text == only,
        [first, middle @ .., last] => {
            let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
            let Some(rest) = rest.strip_suffix(last.as_str()) else { return false };
            let found = middle.iter().try_fold(rest, |rest, literal| {
                rest.find(literal.as_str()).map(|at| &rest[at + literal.len()..])
            });
            found.is_some()
        }
    }
}

fn contains(network: &Network, address: IpAddr) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, true),
        IpAddr::V6(v6) => (u128::from(v6), false),
    };
    let ((net, net_is_v4), (host, host_is_v4)) = (bits(network.address), bits(address));
    let differing = (net ^ host).leading_zeros();
    net_is_v4 == host_is_v4 && differing >= u32::from(network.bits)
}
