//! Keys and indexes, from their short forms to AWS's.

use std::collections::BTreeMap;

use crate::engine::Value;
use crate::engine::field::{Field, TEXT, Type};
use crate::kinds::Lowering;
use crate::source::{Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::fields::{INDEX_DECLARED, KEY, PROJECTION_TYPES};

/// The most global secondary indexes of a table.
const MOST_INDEXES: usize = 20;
/// The most attributes that all indexes of a table together hold beside their keys.
const MOST_INCLUDED: usize = 100;

/// The type that each attribute got where it was first a key, and where.
#[derive(Default)]
pub struct Attributes(BTreeMap<String, (String, Span)>);

impl Attributes {
    /// Notes a key; AWS has one type for an attribute, in whatever schema it stands.
    fn note(&mut self, own: &mut Lowering<'_>, name: &str, ty: &str, at: Span) {
        match self.0.get(name) {
            Some((first, _)) if first == ty => {}
            Some((first, _)) => {
                let message = format!("`{name}` is a key of type {ty} here and of type {first} elsewhere");
                own.error(
                    "two_key_types",
                    at,
                    message,
                    "an attribute has one type in the table and all its indexes",
                );
            }
            None => {
                self.0.insert(name.to_owned(), (ty.to_owned(), at));
            }
        }
    }
}

/// The schema of `partition_key` and `sort_key`.
pub fn schema(
    own: &mut Lowering<'_>,
    partition: Option<&Node>,
    sort: Option<&Node>,
    at: &str,
    known: &mut Attributes,
) -> Value {
    let mut schema: Vec<Value> = Vec::new();
    for (node, role) in [(partition, "HASH"), (sort, "RANGE")] {
        let Some(node) = node else { continue };
        let Some((name, ty)) = key(own, node, &format!("{at}[{}]", schema.len())) else { continue };
        known.note(own, &name, &ty, node.span);
        if schema.iter().any(|first| first.text_at("AttributeName") == Some(&name)) {
            let message = format!("`{name}` cannot be both keys");
            own.error("two_keys", node.span, message, "the sort key is another attribute");
        }
        schema.push(value!({ "AttributeName": name, "KeyType": role, "AttributeType": ty }));
    }
    schema.into()
}

/// A key's name and type.
fn key(own: &mut Lowering<'_>, node: &Node, at: &str) -> Option<(String, String)> {
    if node.entries().is_none() {
        let name = own.known_text(node)?;
        if name.is_empty() || name.chars().count() > 255 {
            own.error("key_name", node.span, "a key's name has 1 to 255 characters", "");
            return None;
        }
        return Some((name, "S".to_owned()));
    }
    let (decoded, _) = own.decode(node, KEY, at);
    let ty = decoded.text_at("AttributeType").unwrap_or("S").to_owned();
    match decoded.get("AttributeName")? {
        Value::String(name) => Some((name.clone(), ty)),
        _ => {
            own.error(
                "not_known",
                node.span,
                "a key's name must be known before anything exists",
                "write the name itself",
            );
            None
        }
    }
}

/// `indexes`: AWS's list. `provisioned`: whether each needs a capacity of its own.
pub fn indexes(own: &mut Lowering<'_>, provisioned: bool, known: &mut Attributes) {
    let Some((span, node)) = own.take("indexes") else { return };
    let entries = own.entries(&node, "indexes by name, such as `by-state: { partition_key: state }`");
    if entries.len() > MOST_INDEXES {
        let message = format!("{} indexes stand here; a table has at most {MOST_INDEXES}", entries.len());
        own.error("too_many_indexes", span, message, "");
    }
    let mut list = Vec::new();
    let mut included = 0;
    for entry in entries {
        let name = &*entry.key.text;
        let legal = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !(3..=255).contains(&name.len()) || !name.chars().all(legal) {
            let message = format!("`{name}` is no name of an index");
            own.error("illegal_key", entry.key.span, message, "3 to 255 letters, digits, `-`, `_` and `.`");
        }
        let at = format!("GlobalSecondaryIndexes[{name}]");
        let index = index(own, name, &entry.value, &at, (provisioned, entry.key.span), known);
        included += index.at("Projection.NonKeyAttributes").and_then(Value::as_list).map_or(0, <[_]>::len);
        list.push(index);
    }
    if included > MOST_INCLUDED {
        let message =
            format!("the indexes hold {included} attributes beside their keys; AWS takes {MOST_INCLUDED}");
        own.error("too_many_attributes", span, message, "`projection: all` has no such limit");
    }
    own.set("GlobalSecondaryIndexes", list, span);
}

fn index(
    own: &mut Lowering<'_>,
    name: &str,
    node: &Node,
    at: &str,
    (provisioned, key_span): (bool, Span),
    known: &mut Attributes,
) -> Value {
    let (decoded, sugar) = own.decode(node, INDEX_DECLARED, at);
    let part = |key: &str| sugar.iter().find(|part| part.key == key);
    let node_of = |part: Option<&Sugar>| part.map(|part| part.node.clone());
    let (partition, sort) = (node_of(part("partition_key")), node_of(part("sort_key")));
    let schema = schema(own, partition.as_ref(), sort.as_ref(), &format!("{at}.KeySchema"), known);
    let projection = match part("projection") {
        Some(part) => projection(own, &part.node, &format!("{at}.Projection")),
        None => value!({ "ProjectionType": "ALL" }),
    };
    let mut index = value!({ "IndexName": name, "KeySchema": schema, "Projection": projection });
    match (decoded.get("ProvisionedThroughput"), provisioned) {
        (Some(throughput), true) => index.put("ProvisionedThroughput", throughput.clone()),
        (None, false) => {}
        (Some(_), false) => {
            let span = own.place_of(&format!("{at}.ProvisionedThroughput"));
            own.error(
                "throughput",
                span,
                "the table is on demand, so an index has no capacity",
                "take `throughput:` away",
            );
        }
        (None, true) => own.error(
            "throughput",
            key_span,
            "the table's capacity is provisioned, and so is an index's",
            "add `throughput: { read: 5, write: 5 }`",
        ),
    }
    index
}

/// `all`, `keys_only`, or `{ include: [a, b] }`.
fn projection(own: &mut Lowering<'_>, node: &Node, at: &str) -> Value {
    const INCLUDE: &[Field] =
        &[Field::new("include", "NonKeyAttributes", Type::List(&TEXT), "The attributes beside the keys.")
            .required()];
    if node.entries().is_none() {
        let word = own.known_text(node);
        let known = PROJECTION_TYPES.iter().find(|(known, _)| word.as_deref() == Some(known));
        if word.is_some() && known.is_none() {
            own.error(
                "projection",
                node.span,
                "a projection is `all`, `keys_only` or `{ include: [state] }`",
                "",
            );
        }
        return value!({ "ProjectionType": (known.map_or("ALL", |(_, word)| word)) });
    }
    let (mut decoded, _) = own.decode(node, INCLUDE, at);
    if decoded.get("NonKeyAttributes").is_some_and(Value::is_empty) {
        own.error(
            "empty_projection",
            node.span,
            "`include` names no attribute",
            "or write `projection: keys_only`",
        );
    }
    decoded.put("ProjectionType", "INCLUDE".into());
    decoded
}
