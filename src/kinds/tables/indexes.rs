//! Indexes, from their short forms to AWS's.

use crate::engine::Value;
use crate::kinds::Lowering;
use crate::source::{Entry, Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::capacity;
use super::fields::{INCLUDE, INDEX_DECLARED, LOCAL_DECLARED, PROJECTION_TYPES};
use super::keys::{Attributes, schema};

/// The most global and local indexes of a table.
const MOST_GLOBAL: usize = 20;
const MOST_LOCAL: usize = 5;
/// The most attributes that all indexes of a table together hold beside their keys.
const MOST_INCLUDED: usize = 100;

/// `indexes` and `local_indexes`: AWS's lists. `provisioned`: whether a global one needs a capacity of its
/// own. `partition`: the table's partition key, which a local one has too.
pub fn indexes(
    own: &mut Lowering<'_>,
    provisioned: bool,
    partition: Option<&Node>,
    sorted: bool,
    known: &mut Attributes,
) {
    let global = list(own, "indexes", "GlobalSecondaryIndexes", MOST_GLOBAL, |own, entry, at| {
        global(own, entry, at, provisioned, known)
    });
    let local = list(own, "local_indexes", "LocalSecondaryIndexes", MOST_LOCAL, |own, entry, at| {
        local(own, entry, at, partition, known)
    });
    if let (Some(span), false) = (local.0, sorted) {
        own.error(
            "no_sort_key",
            span,
            "a local index is another sort key, and the table has none",
            "add `sort_key:` to the table, or write a global index under `indexes:`",
        );
    }
    let included = global.1 + local.1;
    if let Some(span) = global.0.or(local.0).filter(|_| included > MOST_INCLUDED) {
        let message =
            format!("the indexes hold {included} attributes beside their keys; AWS takes {MOST_INCLUDED}");
        own.error("too_many_attributes", span, message, "`projection: all` has no such limit");
    }
}

/// One list of indexes: where it stands, and how many attributes its indexes hold beside their keys.
fn list(
    own: &mut Lowering<'_>,
    key: &str,
    path: &str,
    most: usize,
    mut one: impl FnMut(&mut Lowering<'_>, &Entry, &str) -> Value,
) -> (Option<Span>, usize) {
    let Some((span, node)) = own.take(key) else { return (None, 0) };
    let entries = own.entries(&node, "indexes by name, such as `by-state: { … }`");
    if entries.len() > most {
        let message = format!("{} indexes stand here; a table has at most {most}", entries.len());
        own.error("too_many_indexes", span, message, "");
    }
    let mut list = Vec::new();
    for entry in entries {
        let name = &*entry.key.text;
        let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !(3..=255).contains(&name.len()) || !name.chars().all(legal) {
            let message = format!("`{name}` is no name of an index");
            own.error("illegal_key", entry.key.span, message, "3 to 255 letters, digits, `-`, `_` and `.`");
        }
        let mut index = value!({ "IndexName": name });
        for (member, value) in one(own, &entry, &format!("{path}[{name}]")).as_map().into_iter().flatten() {
            index.put(member, value.clone());
        }
        list.push(index);
    }
    let held = |index: &Value| {
        index.at("Projection.NonKeyAttributes").and_then(Value::as_list).map_or(0, <[_]>::len)
    };
    let included = list.iter().map(held).sum();
    own.set(path, list, span);
    (Some(span), included)
}

fn global(
    own: &mut Lowering<'_>,
    entry: &Entry,
    at: &str,
    provisioned: bool,
    known: &mut Attributes,
) -> Value {
    let (mut decoded, sugar) = own.decode(&entry.value, INDEX_DECLARED, at);
    let node = |key: &str| part(&sugar, key).map(|part| part.node.clone());
    let (partition, sort) = (node("partition_key"), node("sort_key"));
    let keys = schema(own, partition.as_ref(), sort.as_ref(), &format!("{at}.KeySchema"), known);
    let mut index = value!({ "KeySchema": keys, "Projection": (projection(own, &sugar, at)) });
    let place = |own: &Lowering<'_>, member: &str| own.place_of(&format!("{at}.{member}"));
    match (decoded.remove("ProvisionedThroughput"), provisioned) {
        (Some(throughput), true) => capacity::put(&mut index, throughput),
        (None, false) => {}
        (Some(_), false) => {
            let span = place(own, "ProvisionedThroughput");
            let message = "the table is on demand, so an index has no capacity";
            own.error("throughput", span, message, "take `throughput:` away");
        }
        (None, true) => {
            let message = "the table's capacity is provisioned, and so is an index's";
            own.error("throughput", entry.key.span, message, "add `throughput: { read: 5, write: 5 }`");
        }
    }
    if provisioned && decoded.get("OnDemandThroughput").is_some() {
        let span = place(own, "OnDemandThroughput");
        capacity::not_on_demand(own, span);
    }
    for (member, value) in decoded.as_map().into_iter().flatten() {
        index.put(member, value.clone());
    }
    index
}

fn local(
    own: &mut Lowering<'_>,
    entry: &Entry,
    at: &str,
    partition: Option<&Node>,
    known: &mut Attributes,
) -> Value {
    let (_, sugar) = own.decode(&entry.value, LOCAL_DECLARED, at);
    let sort = part(&sugar, "sort_key").map(|part| part.node.clone());
    let keys = schema(own, partition, sort.as_ref(), &format!("{at}.KeySchema"), known);
    let projection = projection(own, &sugar, at);
    value!({ "KeySchema": keys, "Projection": projection })
}

fn part<'s>(sugar: &'s [Sugar], key: &str) -> Option<&'s Sugar> {
    sugar.iter().find(|part| part.key == key)
}

/// `all`, `keys_only`, or `{ include: [a, b] }`.
fn projection(own: &mut Lowering<'_>, sugar: &[Sugar], at: &str) -> Value {
    let Some(Sugar { node, .. }) = part(sugar, "projection") else {
        return value!({ "ProjectionType": "ALL" });
    };
    if node.entries().is_none() {
        let word = own.known_text(node);
        let known = PROJECTION_TYPES.iter().find(|(known, _)| word.as_deref() == Some(known));
        if word.is_some() && known.is_none() {
            let message = "a projection is `all`, `keys_only` or `{ include: [state] }`";
            own.error("projection", node.span, message, "");
        }
        return value!({ "ProjectionType": (known.map_or("ALL", |(_, word)| word)) });
    }
    let (mut decoded, _) = own.decode(node, INCLUDE, &format!("{at}.Projection"));
    if decoded.get("NonKeyAttributes").is_some_and(Value::is_empty) {
        let help = "or write `projection: keys_only`";
        own.error("empty_projection", node.span, "`include` names no attribute", help);
    }
    decoded.put("ProjectionType", "INCLUDE".into());
    decoded
}
