//! An event as a pattern sees it: the values of fields, without the arrays that they stand in.
//!
//! A field's name is the keys on its way joined by dots, so that `{"a.b": …}` and `{"a": {"b": …}}`
//! are one field, as in the rule engine. Positions in arrays are no part of the name, but each value
//! remembers the array items that it lies in: values that match a pattern together must not lie in
//! different items of one array.

use std::collections::HashMap;

use serde_json::Value as Json;

/// Number of a field that patterns name.
pub(super) type FieldId = u32;

/// The fields that patterns name, by the parts of their names. What no pattern names is not looked at.
#[derive(Debug)]
pub(super) struct Fields {
    nodes: Vec<Node>,
    names: Vec<String>,
}

#[derive(Default, Debug)]
struct Node {
    below: HashMap<Box<str>, usize>,
    field: Option<FieldId>,
}

impl Default for Fields {
    fn default() -> Fields {
        Fields { nodes: vec![Node::default()], names: Vec::new() }
    }
}

impl Fields {
    /// The number of a field; a new one the first time.
    pub fn number(&mut self, name: &str) -> FieldId {
        let mut at = 0;
        for part in name.split('.') {
            at = match self.nodes[at].below.get(part) {
                Some(next) => *next,
                None => {
                    let next = self.nodes.len();
                    self.nodes.push(Node::default());
                    self.nodes[at].below.insert(part.into(), next);
                    next
                }
            };
        }
        let next = self.names.len() as FieldId;
        let field = *self.nodes[at].field.get_or_insert(next);
        if field == next {
            self.names.push(name.to_owned());
        }
        field
    }

    /// The name of a field.
    pub fn name(&self, field: FieldId) -> &str {
        self.names.get(field as usize).map_or("", String::as_str)
    }

    /// The values that an event has in these fields.
    pub fn of<'e>(&self, event: &'e Json) -> Event<'e> {
        let values = self.names.iter().map(|_| Vec::new()).collect();
        let mut reading = Reading { fields: self, event: Event { values }, inside: Vec::new(), arrays: 0 };
        // An event is an object: anything else has no field.
        if event.is_object() {
            reading.add(event, 0);
        }
        reading.event
    }
}

/// An item of an array: the number of the array, and the place in it.
pub(super) type Item = (u32, u32);

/// A value that is no object and no array, with the array items that it lies in.
#[derive(Debug)]
pub(super) struct Leaf<'e> {
    pub value: &'e Json,
    pub inside: Vec<Item>,
}

/// The values of an event, by field.
#[derive(Debug)]
pub(super) struct Event<'e> {
    values: Vec<Vec<Leaf<'e>>>,
}

impl<'e> Event<'e> {
    /// The values of a field.
    pub fn leaves(&self, field: FieldId) -> &[Leaf<'e>] {
        self.values.get(field as usize).map_or(&[], Vec::as_slice)
    }
}

struct Reading<'f, 'e> {
    fields: &'f Fields,
    event: Event<'e>,
    inside: Vec<Item>,
    arrays: u32,
}

impl<'e> Reading<'_, 'e> {
    fn add(&mut self, value: &'e Json, at: usize) {
        let node = &self.fields.nodes[at];
        match value {
            Json::Object(map) => {
                if node.below.is_empty() {
                    return;
                }
                for (name, value) in map {
                    if let Some(below) = self.below(at, name) {
                        self.add(value, below);
                    }
                }
            }
            Json::Array(items) => {
                let array = self.arrays;
                self.arrays += 1;
                for (place, item) in items.iter().enumerate() {
                    let is_scalar = !item.is_object() && !item.is_array();
                    if is_scalar {
                        self.add(item, at);
                        continue;
                    }
                    self.inside.push((array, place as u32));
                    self.add(item, at);
                    self.inside.pop();
                }
            }
            value => {
                if let Some(field) = node.field {
                    let leaf = Leaf { value, inside: self.inside.clone() };
                    self.event.values[field as usize].push(leaf);
                }
            }
        }
    }

    fn below(&self, at: usize, name: &str) -> Option<usize> {
        name.split('.').try_fold(at, |at, part| self.fields.nodes[at].below.get(part).copied())
    }
}
