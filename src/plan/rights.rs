//! Changes that also take away what others use (rights, an alias, a stage): what is there and what is
//! wished together before, and without the former after those who use it.

use super::types::{Action, Planned};
use crate::diff::{Leaf, Versions, diff};
use crate::engine::Value;
use crate::engine::field::{Compare, Field, Goes, Type};
use crate::kinds::{About, MarkIn};

/// How an update must be split among those who use what it takes away.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Split {
    /// Nothing is taken away: at once, before the users.
    Whole,
    /// Something is taken away and nothing added: at once, after the users.
    Last(Taken),
    /// Both: first to these properties, which hold the old and the new.
    Twice(Value, Taken),
}

/// What an update takes away.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Taken {
    pub rights: bool,
    /// What others led to.
    pub parts: bool,
}

/// How a planned update must be split, where somebody uses its rights or leads to its parts.
pub(super) fn split(planned: &Planned, about: &About, used: Taken) -> Split {
    let (Some(live), Some(desired)) = (&planned.live, &planned.desired) else { return Split::Whole };
    if planned.action != Action::Update || about.mark == MarkIn::Sid {
        return Split::Whole;
    }
    let mut wider = desired.properties.clone();
    let taken = Taken {
        rights: used.rights && keep_rights(planned, &live.properties, &desired.properties, &mut wider),
        parts: used.parts && keep_parts(about, &live.properties, &desired.properties, &mut wider),
    };
    if taken == Taken::default() {
        return Split::Whole;
    }
    let adds = !diff(&live.properties, &wider, about.table(), Versions::default()).is_same();
    if adds || planned.writes_mark { Split::Twice(wider, taken) } else { Split::Last(taken) }
}

/// Whether an update takes something away that others may lead to.
pub(super) fn takes_parts(planned: &Planned, about: &About) -> bool {
    let (Some(live), Some(desired)) = (&planned.live, &planned.desired) else { return false };
    planned.action == Action::Update
        && keep_parts(about, &live.properties, &desired.properties, &mut desired.properties.clone())
}

/// Puts what goes last back into a wish; whether there is any.
fn keep_parts(about: &About, live: &Value, desired: &Value, wider: &mut Value) -> bool {
    let mut kept = false;
    for row in about.fields.iter().filter(|row| !row.path.is_empty()) {
        kept |= keep_within(row, row.path, live, desired, wider);
    }
    kept
}

fn keep_within(row: &Field, path: &str, live: &Value, desired: &Value, wider: &mut Value) -> bool {
    if let (Type::Object(rows), Goes::AtOnce) = (row.ty, row.goes) {
        let mut kept = false;
        for row in rows.iter().filter(|row| !row.path.is_empty()) {
            kept |= keep_within(row, &format!("{path}.{}", row.path), live, desired, wider);
        }
        return kept;
    }
    let Some(there) = live.at(path).filter(|there| !there.is_empty()) else { return false };
    match (row.goes, desired.at(path), there) {
        (Goes::AtOnce, ..) => false,
        (Goes::Last, None, there) => {
            // What has just lost its name may stand there already.
            let all = match (wider.at(path), there) {
                (Some(Value::List(kept)), Value::List(there)) => {
                    kept.iter().chain(there).cloned().collect::<Vec<Value>>().into()
                }
                _ => there.clone(),
            };
            wider.put(path, all);
            true
        }
        (Goes::Last, Some(Value::Map(wished)), Value::Map(there)) if matches!(row.ty, Type::Map(_)) => {
            let gone: Vec<_> = there.iter().filter(|(key, _)| !wished.contains_key(*key)).collect();
            let mut all = wished.clone();
            all.extend(gone.iter().map(|(key, value)| ((*key).clone(), (*value).clone())));
            wider.put(path, all.into());
            !gone.is_empty()
        }
        (Goes::LastAs(list), Some(wished), there) if wished != there => {
            let kept = wider.at(list).and_then(Value::as_list).unwrap_or_default();
            let all: Vec<Value> = kept.iter().chain([there]).cloned().collect();
            wider.put(list, all.into());
            true
        }
        _ => false,
    }
}

/// Puts the rights that an update takes away back into a wish; whether there are any.
fn keep_rights(planned: &Planned, live: &Value, desired: &Value, wider: &mut Value) -> bool {
    let mut takes = false;
    for leaf in planned.change.leaves() {
        let Some(row) = leaf.row.filter(|row| is_policy(row)) else { continue };
        if let Some(mut union) = union(leaf) {
            let wished = document(desired, row, &leaf.path);
            version(&mut union, wished.or_else(|| document(live, row, &leaf.path)));
            takes |= put(wider, row, &leaf.path, union);
        }
    }
    takes
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
