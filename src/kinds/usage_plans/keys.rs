//! The API keys of a usage plan, live. A key carries the plan's mark, its own name in
//! `gatewayctl:key`, and the version of its value. What AWS answers with values in it is cut before
//! anything sees it.

use std::collections::BTreeMap;

use crate::engine::{Address, Aws, Class, Map, Mark, Owner, Pages, Result, Value, all_pages};
use crate::kinds::{confirm, tagging};
use crate::value;

/// The tag with the key's name in the plan.
const KEY: &str = "gatewayctl:key";
const VERSION: &str = "gatewayctl:version";
const PAGES: Pages = Pages { token_in: "position", token_out: "position", items: "item" };
/// Members that are read and compared.
const MEMBERS: &[&str] = &["description", "enabled", "customerId"];

/// A plan's keys: by name all of them, those in the plan first.
#[derive(Default)]
pub(super) struct Keys(BTreeMap<String, Vec<Found>>);

struct Found {
    key: Value,
    attached: bool,
}

/// The keys of a plan, found by its mark. Values are not asked for.
pub(super) async fn read(
    aws: &dyn Aws,
    owner: &Owner,
    address: &Address,
    plan: Option<&str>,
) -> Result<Keys> {
    let all = all_pages(aws, "apigateway", "GetApiKeys", value!({ "limit": 500 }), PAGES).await?;
    let attached = match plan {
        None => Vec::new(),
        Some(plan) => self::attached(aws, plan).await?,
    };
    let mut keys = Keys::default();
    for key in all {
        let tags = key.get("tags");
        let is_ours = match confirm::mark(&key) {
            crate::engine::Found::Mark(mark) => mark.owner == *owner && mark.address == *address,
            _ => false,
        };
        let name = tags.and_then(|tags| tags.get(KEY)).and_then(Value::as_str).map(str::to_owned);
        if let (true, Some(name), Some(id)) = (is_ours, name, key.text_at("id")) {
            let attached = attached.iter().any(|one| one == id);
            keys.0.entry(name).or_default().push(Found { key, attached });
        }
    }
    for all in keys.0.values_mut() {
        all.sort_by_key(|found| (!found.attached, found.key.text_at("id").map(str::to_owned)));
    }
    Ok(keys)
}

/// The ids of the keys in a plan.
pub(super) async fn attached(aws: &dyn Aws, plan: &str) -> Result<Vec<String>> {
    // Values come with these: only the ids go on.
    let input = value!({ "usagePlanId": plan, "limit": 500 });
    let all = all_pages(aws, "apigateway", "GetUsagePlanKeys", input, PAGES).await?;
    Ok(all.iter().filter_map(|one| one.text_at("id").map(str::to_owned)).collect())
}

impl Keys {
    /// Leaves the keys of these ids alone.
    pub fn leave(&mut self, ids: &[String]) {
        for all in self.0.values_mut() {
            all.retain(|found| !found.key.text_at("id").is_some_and(|id| ids.iter().any(|one| one == id)));
        }
    }

    /// The property `Keys`.
    pub fn property(&self) -> Value {
        let one = |found: &Found| {
            let mut shown = Value::map();
            for member in MEMBERS {
                if let Some(value) = found.key.get(member) {
                    shown.put(member, value.clone());
                }
            }
            shown.put("Attached", found.attached.into());
            shown
        };
        let first = |(name, all): (&String, &Vec<Found>)| Some((name.clone(), one(all.first()?)));
        Value::Map(self.0.iter().filter_map(first).collect())
    }

    /// Whether a name stands twice.
    pub fn has_strays(&self) -> bool {
        self.0.values().any(|all| all.len() > 1)
    }

    /// Brings the keys to what is wished, each alone: another value makes another key of it alone.
    pub async fn bring(
        self,
        aws: &dyn Aws,
        plan: &str,
        mark: &Mark,
        tags: &Map,
        name: &str,
        wish: &Value,
    ) -> Result<()> {
        let nothing = Map::new();
        let wished = wish.get("Keys").and_then(Value::as_map).unwrap_or(&nothing);
        let mut there = self.0;
        for (key, wish) in wished {
            let marked = marked(mark, tags, key, wish);
            let version = marked.get(VERSION).cloned();
            let mut old = there.remove(key).unwrap_or_default();
            let same = old.iter().position(|found| {
                found.key.get("tags").and_then(|tags| tags.get(VERSION)).cloned() == version
            });
            match same.map(|at| old.remove(at)) {
                Some(found) => change(aws, plan, &found, &format!("{name}-{key}"), &marked, wish).await?,
                None => {
                    let name = format!("{name}-{key}");
                    match create(aws, plan, &name, &marked, wish).await {
                        // Another version of the same value: no two keys have one.
                        Err(error) if error.class == Class::AlreadyExists && !old.is_empty() => {
                            delete(aws, std::mem::take(&mut old)).await?;
                            create(aws, plan, &name, &marked, wish).await?;
                        }
                        made => made?,
                    }
                }
            }
            delete(aws, old).await?;
        }
        for old in there.into_values() {
            delete(aws, old).await?;
        }
        Ok(())
    }

    /// Deletes all of them.
    pub async fn delete(self, aws: &dyn Aws) -> Result<()> {
        for all in self.0.into_values() {
            delete(aws, all).await?;
        }
        Ok(())
    }
}

/// The tags of a key: those of its plan, its name, and the version of its own value.
fn marked(mark: &Mark, tags: &Map, key: &str, wish: &Value) -> Map {
    let mut own = mark.clone();
    own.version = match wish.get("value") {
        Some(Value::Secret(secret)) => Some(secret.version()),
        _ => None,
    };
    let mut marked = tags.clone();
    marked.extend(own.to_tags().into_iter().map(|(key, value)| (key, value.into())));
    marked.insert(KEY.into(), key.into());
    marked
}

async fn create(aws: &dyn Aws, plan: &str, name: &str, tags: &Map, wish: &Value) -> Result<()> {
    let mut input = value!({ "name": name, "tags": (tags.clone()), "enabled": (is_enabled(wish)) });
    for member in ["description", "customerId", "value"] {
        if let Some(value) = wish.get(member) {
            input.put(member, value.clone());
        }
    }
    // Names are not unique: what a lost answer leaves twice is seen, and taken away, by the next read.
    let mut answer = aws.call_once("apigateway", "CreateApiKey", input).await?;
    answer.remove("value");
    let id = confirm::made("CreateApiKey", &answer)?;
    attach(aws, plan, &id).await
}

async fn attach(aws: &dyn Aws, plan: &str, id: &str) -> Result<()> {
    let input = value!({ "usagePlanId": plan, "keyId": id, "keyType": "API_KEY" });
    match aws.call("apigateway", "CreateUsagePlanKey", input).await {
        Err(error) if error.class != Class::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn is_enabled(wish: &Value) -> bool {
    wish.get("enabled").and_then(Value::as_bool) != Some(false)
}

async fn change(
    aws: &dyn Aws,
    plan: &str,
    found: &Found,
    name: &str,
    tags: &Map,
    wish: &Value,
) -> Result<()> {
    let key = &found.key;
    let id = confirm::made("GetApiKeys", key)?;
    let mut operations = Vec::new();
    if key.text_at("name") != Some(name) {
        operations.push(value!({ "op": "replace", "path": "/name", "value": name }));
    }
    for member in ["description", "customerId"] {
        let (live, wish) =
            (key.text_at(member).unwrap_or_default(), wish.text_at(member).unwrap_or_default());
        if live != wish {
            operations.push(value!({ "op": "replace", "path": (format!("/{member}")), "value": wish }));
        }
    }
    if key.get("enabled").and_then(Value::as_bool) != Some(is_enabled(wish)) {
        operations
            .push(value!({ "op": "replace", "path": "/enabled", "value": (is_enabled(wish).to_string()) }));
    }
    if !operations.is_empty() {
        let input = value!({ "apiKey": (id.as_str()), "patchOperations": operations });
        aws.call("apigateway", "UpdateApiKey", input).await?;
    }
    if !found.attached {
        attach(aws, plan, &id).await?;
    }
    let nothing = Map::new();
    let live = key.get("tags").and_then(Value::as_map).unwrap_or(&nothing);
    let set: Map = tags
        .iter()
        .filter(|(key, value)| live.get(*key) != Some(*value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let gone: Vec<Value> = tagging::from_map(key.get("tags"))
        .tags
        .keys()
        .filter(|key| !tags.contains_key(*key))
        .map(|key| key.as_str().into())
        .collect();
    let arn = aws.place().arn_without_account("apigateway", &format!("/apikeys/{id}"));
    if !set.is_empty() {
        aws.call("apigateway", "TagResource", value!({ "resourceArn": (arn.as_str()), "tags": set })).await?;
    }
    if !gone.is_empty() {
        aws.call("apigateway", "UntagResource", value!({ "resourceArn": arn, "tagKeys": gone })).await?;
    }
    Ok(())
}

async fn delete(aws: &dyn Aws, all: Vec<Found>) -> Result<()> {
    for found in all {
        let input = value!({ "apiKey": (confirm::made("GetApiKeys", &found.key)?) });
        match aws.call("apigateway", "DeleteApiKey", input).await {
            Err(error) if !error.is_not_found() => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
