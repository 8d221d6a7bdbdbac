//! Whether values match alternatives, one by one and together.

use std::sync::Arc;

use serde_json::Value as Json;

use super::event::{Event, FieldId, Item, Leaf};
use super::{Alternative, address, number};

/// A field and the alternatives for its value.
#[derive(Debug)]
pub(super) struct Test {
    pub field: FieldId,
    pub alternatives: Arc<[Alternative]>,
}

impl Test {
    /// Whether a value matches.
    pub fn accepts(&self, value: &Json) -> bool {
        self.alternatives.iter().any(|alternative| alternative.accepts(value))
    }

    /// Whether the field's absence matches, and it is absent.
    pub fn is_absent(&self, event: &Event<'_>) -> bool {
        event.leaves(self.field).is_empty() && self.alternatives.contains(&Alternative::Exists(false))
    }

    /// Whether the field alone matches.
    pub fn is_possible(&self, event: &Event<'_>) -> bool {
        self.is_absent(event) || event.leaves(self.field).iter().any(|leaf| self.accepts(leaf.value))
    }
}

/// Whether values can be chosen for all fields that do not lie in different items of one array:
/// the one chosen for each field, nothing for one whose absence matches.
pub(super) fn choose<'t, 'e>(tests: &[Arc<Test>], event: &'t Event<'e>) -> Option<Vec<Option<&'t Leaf<'e>>>> {
    if !tests.iter().all(|test| test.is_possible(event)) {
        return None;
    }
    let mut chosen = vec![None; tests.len()];
    for group in groups(tests, event) {
        if !together(&group, &mut Vec::new(), &mut chosen) {
            return None;
        }
    }
    Some(chosen)
}

/// A test by its place, and the values that match it.
struct Candidates<'t, 'e> {
    test: usize,
    leaves: Vec<&'t Leaf<'e>>,
}

/// The tests in groups whose values share no array: what one group chooses is nothing to the others.
/// A test that its field's absence matches chooses nothing.
fn groups<'t, 'e>(tests: &[Arc<Test>], event: &'t Event<'e>) -> Vec<Vec<Candidates<'t, 'e>>> {
    let mut groups: Vec<(Vec<u32>, Vec<Candidates<'t, 'e>>)> = Vec::new();
    for (at, test) in tests.iter().enumerate().filter(|(_, test)| !test.is_absent(event)) {
        let mut leaves: Vec<&Leaf<'e>> = Vec::new();
        for leaf in event.leaves(test.field).iter().filter(|leaf| test.accepts(leaf.value)) {
            // A value in the same place leaves the same to choose from.
            if leaves.last().is_none_or(|last| last.inside != leaf.inside) {
                leaves.push(leaf);
            }
        }
        let mut arrays: Vec<u32> =
            leaves.iter().flat_map(|leaf| &leaf.inside).map(|(array, _)| *array).collect();
        arrays.sort_unstable();
        arrays.dedup();
        let mut group = vec![Candidates { test: at, leaves }];
        let (sharing, others) = groups
            .into_iter()
            .partition(|(other, _)| other.iter().any(|array| arrays.binary_search(array).is_ok()));
        groups = others;
        for (of, members) in sharing as Vec<(Vec<u32>, Vec<Candidates<'t, 'e>>)> {
            arrays.extend(of);
            group.splice(0..0, members);
        }
        groups.push((arrays, group));
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

fn together<'t, 'e>(
    group: &[Candidates<'t, 'e>],
    inside: &mut Vec<Item>,
    chosen: &mut [Option<&'t Leaf<'e>>],
) -> bool {
    let Some((one, rest)) = group.split_first() else { return true };
    one.leaves.iter().any(|leaf| {
        let contradicts =
            |(array, at): &Item| inside.iter().any(|(other, other_at)| array == other && at != other_at);
        if leaf.inside.iter().any(contradicts) {
            return false;
        }
        let before = inside.len();
        inside.extend(&leaf.inside);
        chosen[one.test] = Some(*leaf);
        let found = together(rest, inside, chosen);
        inside.truncate(before);
        found
    })
}

impl Alternative {
    /// Whether a value that is there matches.
    pub fn accepts(&self, value: &Json) -> bool {
        match self {
            Alternative::Equals(literal) => equal(literal, value),
            Alternative::AnythingBut(but) => {
                !but.contains(&Alternative::Unknown) && !but.iter().any(|one| one.accepts(value))
            }
            Alternative::Numeric(range) => match value {
                Json::Number(number) => range.contains(number),
                _ => false,
            },
            Alternative::Exists(exists) => *exists,
            Alternative::Unknown => false,
            text => value.as_str().is_some_and(|value| text.accepts_text(value)),
        }
    }

    fn accepts_text(&self, value: &str) -> bool {
        match self {
            Alternative::Prefix(start) => value.starts_with(start.as_str()),
            Alternative::Suffix(end) => value.ends_with(end.as_str()),
            Alternative::EqualsIgnoreCase(text) => text.equals(value),
            Alternative::PrefixIgnoreCase(start) => start.begins(value),
            Alternative::SuffixIgnoreCase(end) => end.finishes(value),
            Alternative::Wildcard(wildcard) => wildcard.accepts(value),
            Alternative::Cidr(network) => {
                address::address(value).is_some_and(|address| network.contains(address))
            }
            _ => false,
        }
    }
}

/// Numbers by value, everything else by type and content.
fn equal(literal: &Json, value: &Json) -> bool {
    match (literal, value) {
        (Json::Number(one), Json::Number(other)) => number::equal(one, other),
        (one, other) => one == other,
    }
}
