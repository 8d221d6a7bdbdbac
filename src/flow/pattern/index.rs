//! Which patterns an event can match at all, found by what the event has.
//!
//! A tree of tables. In each table a conjunction stands under the keys of one of its fields: the field
//! whose keys are rarest among the conjunctions of that table. Where many stand under one key, there
//! is another table of their other fields. The index answers too many, never too few: what it finds
//! is matched afterwards.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use serde_json::Value as Json;

use super::event::{Event, FieldId};
use super::matcher::Conjunction;
use super::matching::Test;
use super::{Alternative, address, number};

/// Number of a conjunction.
type Id = u32;

/// At most so many conjunctions stand under one key; more get a table of their own.
const FEW: usize = 4;

/// What an event must have for an alternative to match.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Key {
    Text(Box<str>),
    /// The bits of a double.
    Number(u64),
    /// `true`, `false`, `null`.
    Word(&'static str),
    Address(IpAddr),
    Prefix(Box<str>),
    Suffix(Box<str>),
    /// Any value.
    Present,
}

impl Key {
    fn of(alternative: &Alternative) -> Key {
        match alternative {
            Alternative::Equals(Json::String(text)) => Key::Text(text.as_str().into()),
            Alternative::Equals(Json::Number(number)) => {
                number::comparable(number).map_or(Key::Present, |double| Key::Number(double.to_bits()))
            }
            Alternative::Equals(other) => word(other).map_or(Key::Present, Key::Word),
            Alternative::Cidr(network) if network.is_single() => Key::Address(network.address),
            Alternative::Prefix(text) if !text.is_empty() => Key::Prefix(text.as_str().into()),
            Alternative::Suffix(text) if !text.is_empty() => Key::Suffix(text.as_str().into()),
            Alternative::Wildcard(wildcard) => Key::of_wildcard(&wildcard.0),
            _ => Key::Present,
        }
    }
}

impl Key {
    /// Of the literals at both ends the longer one: it is likely the rarer.
    fn of_wildcard(literals: &[String]) -> Key {
        let (first, last) = match literals {
            [only] => return Key::Text(only.as_str().into()),
            [first, .., last] => (first, last),
            [] => return Key::Present,
        };
        match (first.is_empty(), last.is_empty()) {
            (true, true) => Key::Present,
            _ if first.len() > last.len() => Key::Prefix(first.as_str().into()),
            _ => Key::Suffix(last.as_str().into()),
        }
    }
}

fn word(value: &Json) -> Option<&'static str> {
    match value {
        Json::Null => Some("null"),
        Json::Bool(true) => Some("true"),
        Json::Bool(false) => Some("false"),
        _ => None,
    }
}

/// The keys of a test; none if the field's absence may match.
fn keys(test: &Test) -> Option<Vec<Key>> {
    if test.alternatives.contains(&Alternative::Exists(false)) {
        return None;
    }
    let mut keys: Vec<Key> = Vec::new();
    for key in test.alternatives.iter().map(Key::of) {
        if key == Key::Present {
            return Some(vec![key]);
        }
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Some(keys)
}

/// See the module.
#[derive(Debug)]
pub(super) struct Index(Table);

#[derive(Default, Debug)]
struct Table {
    fields: Vec<(FieldId, Entries)>,
    /// Those without a key.
    rest: Vec<Id>,
}

#[derive(Debug)]
enum Bucket {
    One(Id),
    Few(Box<[Id]>),
    Many(Box<Table>),
}

/// What stands under the keys of a field.
#[derive(Default, Debug)]
struct Entries {
    texts: HashMap<Box<str>, Bucket>,
    numbers: HashMap<u64, Bucket>,
    words: HashMap<&'static str, Bucket>,
    addresses: HashMap<IpAddr, Bucket>,
    prefixes: Affixes,
    suffixes: Affixes,
    present: Option<Bucket>,
}

/// Beginnings or ends of texts.
#[derive(Default, Debug)]
struct Affixes {
    /// In bytes, ascending.
    lengths: Vec<usize>,
    texts: HashMap<Box<str>, Bucket>,
}

/// A conjunction on its way into the index: the tests that no table above has used.
struct Waiting<'c> {
    id: Id,
    tests: Vec<&'c Test>,
}

impl Index {
    /// Indexes conjunctions by their places.
    pub fn new(conjunctions: &[Conjunction]) -> Index {
        let all = conjunctions.iter().enumerate();
        let waiting =
            all.map(|(id, one)| Waiting { id: id as Id, tests: one.tests.iter().map(Arc::as_ref).collect() });
        Index(Table::new(waiting.collect()))
    }

    /// The conjunctions that an event may match, ascending, each once.
    pub fn candidates(&self, event: &Event<'_>) -> Vec<Id> {
        let mut found = Vec::new();
        self.0.find(event, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }
}

impl Table {
    fn new(all: Vec<Waiting<'_>>) -> Table {
        let total = all.len();
        let mut frequency: HashMap<(FieldId, Key), usize> = HashMap::new();
        for test in all.iter().flat_map(|one| &one.tests) {
            for key in keys(test).into_iter().flatten() {
                *frequency.entry((test.field, key)).or_default() += 1;
            }
        }
        let mut table = Table::default();
        let mut groups: HashMap<FieldId, HashMap<Key, Vec<Waiting<'_>>>> = HashMap::new();
        for one in all {
            let cost = |(at, test): (usize, &&Test)| {
                let keys = keys(test)?;
                let cost: usize = keys.iter().map(|key| frequency[&(test.field, key.clone())]).sum();
                // Any value is no help if the event has the field, as most events do.
                let is_vague = keys.contains(&Key::Present);
                Some(((is_vague, cost), at, keys))
            };
            let best = one.tests.iter().enumerate().filter_map(cost).min_by_key(|(cost, ..)| *cost);
            let Some((_, at, keys)) = best else {
                table.rest.push(one.id);
                continue;
            };
            let mut tests = one.tests;
            let field = tests.remove(at).field;
            for key in keys {
                let group = groups.entry(field).or_default().entry(key).or_default();
                group.push(Waiting { id: one.id, tests: tests.clone() });
            }
        }
        for (field, group) in groups {
            let mut entries = Entries::default();
            for (key, waiting) in group {
                entries.insert(key, Bucket::new(waiting, total));
            }
            entries.prefixes.order();
            entries.suffixes.order();
            table.fields.push((field, entries));
        }
        table
    }

    fn find(&self, event: &Event<'_>, found: &mut Vec<Id>) {
        found.extend(&self.rest);
        for (field, entries) in &self.fields {
            let leaves = event.leaves(*field);
            if let (Some(bucket), false) = (&entries.present, leaves.is_empty()) {
                bucket.find(event, found);
            }
            for leaf in leaves {
                entries.find(leaf.value, event, found);
            }
        }
    }
}

impl Bucket {
    /// A bucket of a table with `total` conjunctions. Where all of them stand under its key, their
    /// other keys are no rarer, and another table would tell nothing apart.
    fn new(waiting: Vec<Waiting<'_>>, total: usize) -> Bucket {
        match waiting.as_slice() {
            [only] => Bucket::One(only.id),
            some if some.len() <= FEW || some.len() == total => {
                Bucket::Few(some.iter().map(|one| one.id).collect())
            }
            _ => Bucket::Many(Box::new(Table::new(waiting))),
        }
    }

    fn find(&self, event: &Event<'_>, found: &mut Vec<Id>) {
        match self {
            Bucket::One(id) => found.push(*id),
            Bucket::Few(ids) => found.extend(ids),
            Bucket::Many(table) => table.find(event, found),
        }
    }
}

impl Entries {
    fn insert(&mut self, key: Key, bucket: Bucket) {
        match key {
            Key::Text(text) => _ = self.texts.insert(text, bucket),
            Key::Number(bits) => _ = self.numbers.insert(bits, bucket),
            Key::Word(word) => _ = self.words.insert(word, bucket),
            Key::Address(address) => _ = self.addresses.insert(address, bucket),
            Key::Prefix(text) => self.prefixes.insert(text, bucket),
            Key::Suffix(text) => self.suffixes.insert(text, bucket),
            Key::Present => self.present = Some(bucket),
        }
    }

    fn find(&self, value: &Json, event: &Event<'_>, found: &mut Vec<Id>) {
        let mut add = |bucket: Option<&Bucket>| {
            if let Some(bucket) = bucket {
                bucket.find(event, found);
            }
        };
        match value {
            Json::String(text) => {
                add(self.texts.get(text.as_str()));
                if !self.addresses.is_empty()
                    && let Some(address) = address::address(text)
                {
                    add(self.addresses.get(&address));
                }
                for length in &self.prefixes.lengths {
                    add(text.get(..*length).and_then(|start| self.prefixes.texts.get(start)));
                }
                for length in &self.suffixes.lengths {
                    let start = text.len().checked_sub(*length);
                    let end = start.and_then(|start| text.get(start..));
                    add(end.and_then(|end| self.suffixes.texts.get(end)));
                }
            }
            Json::Number(number) => {
                add(number::comparable(number).and_then(|double| self.numbers.get(&double.to_bits())));
            }
            other => add(word(other).and_then(|word| self.words.get(word))),
        }
    }
}

impl Affixes {
    fn insert(&mut self, text: Box<str>, bucket: Bucket) {
        self.lengths.push(text.len());
        self.texts.insert(text, bucket);
    }

    fn order(&mut self) {
        self.lengths.sort_unstable();
        self.lengths.dedup();
    }
}
