//! Policy changes that also take rights away: wider before and narrower after those who use them.

use super::types::{Action, Planned};
use crate::diff::{Leaf, Table, Versions, diff};
use crate::engine::Value;
use crate::engine::field::{Compare, Field};
use crate::kinds::About;

/// How an update must be split among those who use the rights.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Split {
    /// Nothing is taken away: at once, before the users.
    Whole,
    /// Something is taken away and nothing added: at once, after the users.
    Last,
    /// Both: first to these properties, which hold old and new rights.
    Twice(Value),
}

/// How a planned update of something with policies must be split.
pub(super) fn split(planned: &Planned, about: &About, table: &Table) -> Split {
    let (Some(live), Some(desired)) = (&planned.live, &planned.desired) else { return Split::Whole };
    if planned.action != Action::Update {
        return Split::Whole;
    }
    let mut wider = desired.properties.clone();
    let mut takes = false;
    for leaf in planned.change.leaves() {
        let Some(row) = leaf.row.filter(|row| is_policy(row)) else { continue };
        if let Some(mut union) = union(leaf) {
            let wished = document(&desired.properties, row, &leaf.path);
            version(&mut union, wished.or_else(|| document(&live.properties, row, &leaf.path)));
            takes |= put(&mut wider, row, &leaf.path, union);
        }
    }
    if !takes || about.mark == crate::kinds::MarkIn::Sid {
        return Split::Whole;
    }
    let adds = !diff(&live.properties, &wider, table, Versions::default()).is_same();
    if adds || planned.writes_mark { Split::Twice(wider) } else { Split::Last }
}

fn is_policy(row: &Field) -> bool {
    row.compare == Compare::Policy
}

/// The wished document with the live statements that it takes away; nothing if it takes none.
fn union(leaf: &Leaf) -> Option<Value> {
    let live = leaf.live.value()?;
    let Some(desired) = leaf.desired.value() else { return Some(live.clone()) };
    let (kept, wished) = (statements(live)?, statements(desired)?);
    let gone: Vec<Value> = kept.into_iter().filter(|one| !wished.contains(one)).collect();
    if gone.is_empty() {
        return None;
    }
    let mut union = desired.clone();
    union.put("Statement", Value::List(wished.into_iter().chain(gone).collect()));
    Some(union)
}

/// Gives a union the version that its policy says. A comparison takes today's for granted, so it does not
/// stand in what was compared; AWS takes one from 2008 for granted, which knows no policy variables.
fn version(union: &mut Value, policy: Option<&Value>) {
    let says_none =
        policy.is_some_and(|policy| policy.as_map().is_some_and(|map| !map.contains_key("Version")));
    if union.get("Version").is_none() && !says_none {
        union.put("Version", "2012-10-17".into());
    }
}

/// The document that stands where [`put`] puts one.
fn document<'v>(properties: &'v Value, row: &Field, path: &str) -> Option<&'v Value> {
    let at_row = properties.at(row.path)?;
    match path.strip_prefix(row.path)?.strip_prefix('.') {
        Some(key) => at_row.get(key),
        None => Some(at_row),
    }
}

fn statements(policy: &Value) -> Option<Vec<Value>> {
    match policy.get("Statement")? {
        Value::List(statements) => Some(statements.clone()),
        one => Some(vec![one.clone()]),
    }
}

/// Puts a document where a leaf stands: at its row, or under a user's key below it.
fn put(properties: &mut Value, row: &Field, path: &str, document: Value) -> bool {
    if path == row.path {
        properties.put(path, document);
        return true;
    }
    let Some(key) = path.strip_prefix(row.path).and_then(|rest| rest.strip_prefix('.')) else { return false };
    if properties.at(row.path).is_none() {
        properties.put(row.path, Value::map());
    }
    let mut inner = properties.at(row.path).cloned().unwrap_or_else(Value::map);
    let Some(map) = inner.as_map_mut() else { return false };
    map.insert(key.to_owned(), document);
    properties.put(row.path, inner);
    true
}
