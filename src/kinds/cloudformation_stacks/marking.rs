//! The mark in a template: under `Metadata`, since the tags of a stack are copied to all that it makes. And in the
//! description of a change set, where it shows whose a stack is that has nothing yet but that.
//!
//! CloudFormation takes no update in which no resource differs: not of `Metadata`, not of outputs or conditions, nor
//! of what stands beside the template. So a digest of all that stands in the `Metadata` of one resource, which
//! changes nothing of that.

use sha2::{Digest, Sha256};

use crate::engine::mark::{PREFIX, from_tags};
use crate::engine::{Found, Map, Mark, Value};

use super::template::KEY;

const METADATA: &str = "Metadata";
const RESOURCES: &str = "Resources";

/// A template with the mark in it. `beside`: what else a change set carries, without secrets.
pub(super) fn marked(template: &Value, mark: &Mark, beside: &Value) -> Value {
    let mut marked = template.clone();
    put(&mut marked, KEY, members(mark));
    let digest = digest(&marked, beside);
    if let Some(anchor) = anchor(&marked)
        && let Some(resource) = resource_mut(&mut marked, &anchor)
    {
        put(resource, KEY, digest.into());
    }
    marked
}

/// A mark as a map of its members.
pub(super) fn members(mark: &Mark) -> Value {
    let tags = mark.to_tags().into_iter();
    Value::Map(tags.map(|(key, value)| (key.trim_start_matches(PREFIX).to_owned(), value.into())).collect())
}

/// The mark in the description of a change set.
pub(super) fn of_description(text: &str) -> Found {
    let members = serde_json::from_str::<serde_json::Value>(text);
    members.map_or(Found::None, |members| found(&members.into()))
}

/// The resource that bears the digest: the first that is one, and that no condition keeps from being made.
pub(super) fn anchor(template: &Value) -> Option<String> {
    let resources = template.get(RESOURCES)?.as_map()?;
    let all = || resources.iter().filter(|(_, one)| one.text_at("Type").is_some());
    let certain = all().find(|(_, one)| one.get("Condition").is_none());
    certain.or_else(|| all().next()).map(|(id, _)| id.clone())
}

/// Takes the mark out of a live template.
pub(super) fn take(template: &mut Value) -> Found {
    let mark = remove(template);
    let ids: Vec<String> = template
        .get(RESOURCES)
        .and_then(Value::as_map)
        .into_iter()
        .flatten()
        .map(|(id, _)| id.clone())
        .collect();
    for id in ids {
        resource_mut(template, &id).and_then(remove);
    }
    mark.map_or(Found::None, |mark| found(&mark))
}

/// The mark of a `Metadata` by itself.
pub(super) fn of_metadata(metadata: &Value) -> Found {
    metadata.get(KEY).map_or(Found::None, found)
}

fn found(mark: &Value) -> Found {
    let members = mark.as_map().into_iter().flatten();
    let tags: Vec<(String, String)> = members
        .map(|(key, value)| (format!("{PREFIX}{key}"), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    from_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str()))).mark
}

fn resource_mut<'t>(template: &'t mut Value, id: &str) -> Option<&'t mut Value> {
    template.as_map_mut()?.get_mut(RESOURCES)?.as_map_mut()?.get_mut(id)
}

/// Puts a member into the `Metadata` of a template or a resource.
fn put(of: &mut Value, key: &str, value: Value) {
    let Some(members) = of.as_map_mut() else { return };
    let metadata = members.entry(METADATA.to_owned()).or_insert_with(Value::map);
    if let Some(metadata) = metadata.as_map_mut() {
        metadata.insert(key.to_owned(), value);
    }
}

/// Takes what is ours out of a `Metadata`, and that with it if nothing else stands there.
fn remove(of: &mut Value) -> Option<Value> {
    let members = of.as_map_mut()?;
    let metadata = members.get_mut(METADATA)?.as_map_mut()?;
    let ours = metadata.shift_remove(KEY);
    if ours.is_some() && metadata.is_empty() {
        members.shift_remove(METADATA);
    }
    ours
}

/// Over everything whose change alone CloudFormation would not see.
fn digest(marked: &Value, beside: &Value) -> String {
    let mut rest = marked.clone();
    let mut orders = Map::new();
    let resources = rest.remove(RESOURCES).unwrap_or_default();
    for (id, resource) in resources.as_map().into_iter().flatten() {
        for member in ["DependsOn", "Condition"] {
            if let Some(value) = resource.get(member) {
                orders.insert(format!("{id}.{member}"), value.clone());
            }
        }
    }
    let all = Value::List(vec![rest, Value::Map(orders), beside.clone()]);
    hex::encode(&Sha256::digest(all.canonical().unwrap_or_default())[..8])
}
