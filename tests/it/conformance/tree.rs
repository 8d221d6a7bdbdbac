//! Two documents side by side, without the rules by which the program compares them.

use std::collections::BTreeMap;

use gatewayctl::diff::Table;
use gatewayctl::engine::field::Compare;
use gatewayctl::engine::{Address, Graph, Value};

/// A place where two documents differ.
#[derive(Clone, Debug)]
pub struct Place {
    pub kind: &'static str,
    pub address: Address,
    /// With the members' names, `[]` for every item.
    pub path: String,
    pub old: Option<Value>,
    pub new: Option<Value>,
}

/// Where two graphs differ, in resources that both have: leaves that have another value, and whatever
/// only one of them has.
pub fn differences(old: &Graph, new: &Graph) -> Vec<Place> {
    let mut found = Vec::new();
    for (address, resource) in &old.resources {
        let Some(other) = new.resources.get(address) else { continue };
        let kind = gatewayctl::kinds::kind(resource.kind).expect("a kind");
        let table = Table::new(kind.about().fields);
        let mut places = Vec::new();
        compare(&table, "", Some(&resource.properties), Some(&other.properties), &mut places);
        found.extend(places.into_iter().map(|(path, old, new)| Place {
            kind: resource.kind,
            address: address.clone(),
            path,
            old,
            new,
        }));
    }
    found
}

type Found = Vec<(String, Option<Value>, Option<Value>)>;

fn compare(table: &Table, path: &str, old: Option<&Value>, new: Option<&Value>, found: &mut Found) {
    match (old, new) {
        (old, new) if old == new => {}
        (Some(Value::Map(left)), Some(Value::Map(right))) => {
            let keys: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for key in keys {
                compare(table, &join(path, key), left.get(key), right.get(key), found);
            }
        }
        (Some(Value::List(left)), Some(Value::List(right))) => {
            let path = format!("{path}[]");
            let (left, right) = (by_key(table, &path, left), by_key(table, &path, right));
            let keys: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for key in keys {
                compare(table, &path, left.get(key).copied(), right.get(key).copied(), found);
            }
        }
        _ => found.push((path.to_owned(), old.cloned(), new.cloned())),
    }
}

/// Items by what tells them apart: the member that the row names, themselves where they have no order,
/// else their number.
fn by_key<'v>(table: &Table, path: &str, items: &'v [Value]) -> BTreeMap<String, &'v Value> {
    let row = table.lookup(path.trim_end_matches("[]"));
    let compare = row.map(|field| field.compare);
    let key = |(at, item): (usize, &Value)| match compare {
        Some(Compare::Keyed(member)) => item.text_at(member).unwrap_or_default().to_owned(),
        Some(Compare::Set) => format!("{item:?}"),
        _ => at.to_string(),
    };
    items.iter().enumerate().map(|(at, item)| (key((at, item)), item)).collect()
}

/// The leaves of a value with their paths.
pub fn leaves(path: &str, value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Map(members) => {
            members.iter().flat_map(|(key, value)| leaves(&join(path, key), value)).collect()
        }
        Value::List(items) => items.iter().flat_map(|item| leaves(&format!("{path}[]"), item)).collect(),
        leaf => vec![(path.to_owned(), leaf.clone())],
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
