//! What the kinds of EventBridge have in common: reading, tagging and deleting by `events` calls.

use futures_util::future::BoxFuture;

use crate::engine::mark::{Tagged, from_description};
use crate::engine::{Aws, Found, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish, all_pages};
use crate::value;

use super::gone::Deletion;
use super::search;
use super::tagging::{self, Retag};

/// How many resources are looked at at once in a list that shows too little.
const AT_ONCE: usize = 20;

/// These members of a document, as far as they hold something.
pub fn members(document: &Value, names: &[&str]) -> Value {
    pick(document, names, |_, value| !value.is_empty())
}

/// These members of an update's document, with the empty ones that clear what is live.
pub fn patch(step: &UpdateStep, document: &Value, names: &[&str]) -> Value {
    pick(document, names, |name, value| !value.is_empty() || step.touches(name))
}

fn pick(document: &Value, names: &[&str], keep: impl Fn(&str, &Value) -> bool) -> Value {
    let mut picked = Value::map();
    for name in names {
        if let Some(value) = document.get(name).filter(|value| keep(name, value)) {
            picked.put(name, value.clone());
        }
    }
    picked
}

/// The answer of a describing operation; nothing if there is no such thing.
pub async fn describe(aws: &dyn Aws, operation: &'static str, input: Value) -> Result<Option<Value>> {
    found(aws.call("events", operation, input).await)
}

/// Reads one resource by what a list says of it.
pub type Read<K> = for<'a> fn(&'a dyn Aws, K) -> BoxFuture<'a, Result<Option<Observed>>>;

/// Everything of an owner among what a list names with its ARN: the tags tell, and what is ours is
/// read, some at a time.
pub async fn list_tagged<K: Send>(
    aws: &dyn Aws,
    listed: Vec<(K, String)>,
    owner: &Owner,
    read: Read<K>,
) -> Result<Vec<Observed>> {
    search::each(listed, AT_ONCE, |(key, arn)| async move {
        match tags(aws, &arn).await?.map(|tagged| tagged.mark) {
            Some(mark) if mark.is_of(owner) => read(aws, key).await,
            _ => Ok(None),
        }
    })
    .await
}

/// User's tags and mark of what an ARN names; nothing if it is gone.
pub async fn tags(aws: &dyn Aws, arn: &str) -> Result<Option<Tagged>> {
    let answer = describe(aws, "ListTagsForResource", value!({ "ResourceARN": arn })).await?;
    Ok(answer.map(|answer| tagging::from_list(answer.get("Tags"))))
}

/// Brings the tags of what an ARN names to the wish.
pub async fn retag(aws: &dyn Aws, arn: &str, step: &UpdateStep) -> Result<()> {
    let Retag { set, unset } = Retag::of(step);
    if !set.is_empty() {
        let input = value!({ "ResourceARN": arn, "Tags": (tagging::as_list(&set)) });
        aws.call("events", "TagResource", input).await?;
    }
    if !unset.is_empty() {
        aws.call("events", "UntagResource", value!({ "ResourceARN": arn, "TagKeys": unset })).await?;
    }
    Ok(())
}

/// An input with the wish's name in the member for it, and its description with the mark behind it.
pub fn described(wish: &Wish, name: &str, mut input: Value) -> Value {
    let text = wish.properties.text_at("Description").unwrap_or_default();
    input.put(name, wish.name.as_str().into());
    input.put("Description", wish.mark.to_description(text).into());
    input
}

/// The user's part of a description, and the mark.
pub fn description(document: &Value) -> (Value, Found) {
    let (text, mark) = from_description(document.text_at("Description").unwrap_or_default());
    (text.into(), mark)
}

/// An input whose event pattern, if it has one, is the text that the API takes.
pub fn with_pattern_as_text(mut input: Value) -> Value {
    if let Some(pattern) = input.get("EventPattern").filter(|pattern| matches!(pattern, Value::Map(_))) {
        let text = pattern.to_shown_json().to_string();
        input.put("EventPattern", text.into());
    }
    input
}

/// The event pattern of an answer as a tree; as the text it is where that is no JSON.
pub fn pattern_as_tree(answer: &Value) -> Option<Value> {
    let text = answer.text_at("EventPattern").filter(|text| !text.is_empty())?;
    let tree = serde_json::from_str::<serde_json::Value>(text).map(Value::from);
    Some(tree.unwrap_or_else(|_| text.into()))
}

/// A state that leads nowhere, with AWS's reason for it.
pub fn failed(document: &Value, state: &str, recreate: bool) -> State {
    let reason = match document.text_at("StateReason") {
        Some(reason) if !reason.is_empty() => format!("{state}: {reason}"),
        _ => state.to_owned(),
    };
    State::Failed { reason, recreate }
}

/// Everything of an owner among what a list names without showing its description, where the mark
/// is: each is read, some at a time.
pub async fn list_described(
    aws: &dyn Aws,
    (operation, items, name): (&'static str, &'static str, &'static str),
    owner: &Owner,
    read: Read<String>,
) -> Result<Vec<Observed>> {
    let all =
        all_pages(aws, "events", operation, value!({ "Limit": 100 }), Pages::by_next_token(items)).await?;
    let names: Vec<String> = all.iter().filter_map(|one| one.text_at(name).map(str::to_owned)).collect();
    let found = search::each(names, AT_ONCE, |name| read(aws, name)).await?;
    let ours = |one: &Observed| one.mark.is_of(owner);
    Ok(found.into_iter().filter(ours).collect())
}

/// Deletes, and returns when it is gone. Both operations take the same input.
pub async fn delete(
    aws: &dyn Aws,
    delete: &'static str,
    describe_by: &'static str,
    input: Value,
) -> Result<()> {
    Deletion::new("events", delete, describe_by).run(aws, input).await
}

fn found(answer: Result<Value>) -> Result<Option<Value>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
    }
}
