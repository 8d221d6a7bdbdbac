//! Takes out of a value what means nothing, so that equal resources have equal values.

use super::table::{Node, Scalar, Shape, Table, join};
use super::{compare, policy};
use crate::engine::field::Compare;
use crate::engine::{Map, Template, Value};

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// From AWS, which adds members over the years: what has no row is dropped (see [`unlisted`]),
    /// and so is what is write-only.
    Live,
    /// From the graph: a member without a row stays, and so shows as a change that never settles.
    Wish,
}

/// Prunes bottom-up: nulls, then values equal to the row's default (or to the sentinel that clears
/// it), then empty containers. Computed members go too. It never fills in, and takes nothing out of
/// documents or of maps with the user's keys. Items of a list stay, even empty ones.
///
/// Spelling is evened out where a row says what it means: text for numbers and truth values, text
/// for documents, the variants of an IAM policy. Pruning twice is pruning once.
pub fn normalise(value: &Value, table: &Table, origin: Origin) -> Value {
    prune(value, &table.root, origin).unwrap_or_else(Value::map)
}

/// Paths of the members of a live value that no row knows, which [`normalise`] drops: for logs and
/// for tests of tables.
pub fn unlisted(live: &Value, table: &Table) -> Vec<String> {
    let mut found = Vec::new();
    collect_unlisted(live, &table.root, "", &mut found);
    found
}

fn collect_unlisted(value: &Value, node: &Node, path: &str, found: &mut Vec<String>) {
    match (&node.shape, value) {
        (Shape::Members(children), Value::Map(map)) => {
            for (key, value) in map {
                match children.get(key) {
                    Some(child) => collect_unlisted(value, child, &join(path, key), found),
                    None => found.push(join(path, key)),
                }
            }
        }
        (Shape::Keys(child), Value::Map(map)) => {
            for (key, value) in map {
                collect_unlisted(value, child, &join(path, key), found);
            }
        }
        (Shape::Items(child), Value::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                collect_unlisted(item, child, &format!("{path}[{index}]"), found);
            }
        }
        _ => {}
    }
}

/// What is left of a value, or nothing.
pub(super) fn prune(value: &Value, node: &Node, origin: Origin) -> Option<Value> {
    if let Some(field) = node.field
        && (field.computed || field.compare == Compare::Ours || (field.write_only && origin == Origin::Live))
    {
        return None;
    }
    let value = match (&node.shape, value) {
        (_, Value::Null) => return None,
        (Shape::Members(_), Value::Map(map)) => Value::Map(prune_members(map, node, origin)),
        (Shape::Items(item), Value::List(items)) => Value::List(
            items
                .iter()
                .filter(|value| !matches!(value, Value::Null))
                .map(|value| prune(value, item, origin).unwrap_or_else(|| empty_like(value)))
                .collect(),
        ),
        (Shape::Keys(child), Value::Map(map)) => Value::Map(
            map.iter()
                .map(|(key, value)| {
                    (key.clone(), prune(value, child, origin).unwrap_or_else(|| empty_like(value)))
                })
                .collect(),
        ),
        (Shape::Scalar(_), Value::Map(_) | Value::List(_)) if node.compare == Compare::Template => {
            text(value)
        }
        (Shape::Document, value) => document(value, node.compare),
        (Shape::Scalar(scalar), Value::String(text)) => read(text, *scalar),
        (_, value) => value.clone(),
    };
    let container = matches!(value, Value::List(_) | Value::Map(_));
    let absent = node.absent.as_ref();
    let nothing =
        (container && value.is_empty()) || absent.is_some_and(|absent| compare::equal(absent, &value, node));
    (!nothing).then_some(value)
}

fn prune_members(map: &Map, node: &Node, origin: Origin) -> Map {
    let Shape::Members(children) = &node.shape else { return map.clone() };
    map.iter()
        .filter_map(|(key, value)| {
            let value = match children.get(key) {
                Some(child) => prune(value, child, origin)?,
                None if origin == Origin::Live || matches!(value, Value::Null) => return None,
                None => value.clone(),
            };
            Some((key.clone(), value))
        })
        .collect()
}

/// An item or a user's key stays when nothing is left of its value.
fn empty_like(value: &Value) -> Value {
    match value {
        Value::Map(_) => Value::map(),
        Value::List(_) => Value::List(Vec::new()),
        other => other.clone(),
    }
}

/// Text for a number or a truth value, as SQS and API Gateway's settings echo them.
fn read(text: &str, scalar: Scalar) -> Value {
    match scalar {
        Scalar::Number => text.parse::<i64>().map_or_else(|_| text.into(), Value::from),
        Scalar::Truth => text.parse::<bool>().map_or_else(|_| text.into(), Value::from),
        Scalar::Text => text.into(),
    }
}

/// A template that was written as a tree.
fn text(tree: &Value) -> Value {
    let mut text = Template::default();
    text.push(tree.clone());
    text.into()
}

/// A document as a tree, if it is one or is text that holds one.
fn document(value: &Value, compare: Compare) -> Value {
    let tree = match (value, compare) {
        (Value::String(text), Compare::Policy) => policy::parse(text),
        (Value::String(text), _) => parse(text),
        (Value::Number(_) | Value::Bool(_), _) => Some(value.to_shown_json().to_string().into()),
        _ => None,
    };
    let tree = tree.unwrap_or_else(|| value.clone());
    if compare == Compare::Policy { policy::canonical(tree) } else { tree }
}

/// Text that holds an object or a list. JSON's scalars stay text: `"1"` and `1` are told apart.
pub(super) fn parse(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str::<serde_json::Value>(text).ok().map(Value::from)
}
