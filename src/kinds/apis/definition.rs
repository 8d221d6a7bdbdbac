//! What an API's stage serves, as a value: compared, digested, and turned into edits.
//!
//! What is equal is the diff's word alone ([`canonical`]): an edit is made exactly where a plan shows
//! a difference, and the digest follows exactly what a plan would show.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::diff::{Origin, canonical};
use crate::engine::{Map, Value};

use super::decl::ABOUT;
use super::{openapi, path};

/// Methods by path and verb.
pub(super) type Tree = BTreeMap<String, BTreeMap<String, Value>>;

/// The tree of the property `Resources`, without what means nothing: computed members, defaults, empty
/// maps. So it does not depend on what AWS adds to its answers over the years.
pub(super) fn tree(resources: Option<&Value>) -> Tree {
    let mut whole = Value::map();
    whole.put("Resources", resources.cloned().unwrap_or_default());
    let mut whole = canonical(&whole, ABOUT.table(), Origin::Live);
    let members = |value: Value| match value {
        Value::Map(map) => map,
        _ => Map::new(),
    };
    members(whole.remove("Resources").unwrap_or_default())
        .into_iter()
        .map(|(path, methods)| (path, members(methods).into_iter().collect()))
        .collect()
}

/// Members that a deployment takes a snapshot of.
const DEPLOYED: &[&str] = &[
    "policy",
    "binaryMediaTypes",
    "minimumCompressionSize",
    "endpointConfiguration",
    "apiKeySource",
    "disableExecuteApiEndpoint",
    "Models",
    "Validators",
    "Authorizers",
    "GatewayResponses",
    "Resources",
];

/// The digest of everything that a deployment takes a snapshot of: 32 hex digits.
pub(super) fn digest(properties: &Value) -> String {
    let members = properties.as_map().into_iter().flatten();
    let deployed: Map = members
        .filter(|(member, _)| DEPLOYED.contains(&member.as_str()))
        .map(|(member, value)| (member.clone(), value.clone()))
        .collect();
    let mut whole = canonical(&deployed.into(), ABOUT.table(), Origin::Live);
    // The root is there whether it has methods or not.
    let root = whole.get("Resources").and_then(|all| all.get("/")).is_some_and(Value::is_empty);
    if root && let Some(all) = whole.as_map_mut().and_then(|all| all.get_mut("Resources")?.as_map_mut()) {
        all.shift_remove("/");
    }
    let text = whole.canonical().unwrap_or_default();
    hex::encode(&Sha256::digest(text)[..16])
}

/// The beginning of the description of a deployment of ours; the digest follows.
const DESCRIBED: &str = "gatewayctl ";

/// The description of a deployment of a definition.
pub(super) fn description(digest: &str) -> String {
    format!("{DESCRIBED}{digest}")
}

/// The digest that a deployment of ours describes itself by.
pub(super) fn described(deployment: &Value) -> Option<&str> {
    deployment.text_at("description")?.strip_prefix(DESCRIBED)
}

/// One call, or the few that make a method.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Edit {
    DeleteResource {
        path: String,
    },
    DeleteMethod {
        path: String,
        verb: String,
    },
    /// A model, validator, authorizer or gateway response that is not there yet.
    CreatePart {
        property: &'static str,
        name: String,
    },
    UpdatePart {
        property: &'static str,
        name: String,
    },
    DeletePart {
        property: &'static str,
        name: String,
    },
    CreateResource {
        path: String,
    },
    PutMethod {
        path: String,
        verb: String,
        method: Value,
    },
}

/// What stands beside the resources, in the order in which it is made.
pub(super) const PARTS: [&str; 4] = ["Models", "Validators", "Authorizers", "GatewayResponses"];

/// The edits that make one definition of another, in an order that API Gateway takes: what refers to
/// parts goes first, then parts come and go, then what refers to them comes.
pub(super) fn edits(live: &Value, wish: &Value) -> Vec<Edit> {
    let (old, new) = (tree(live.get("Resources")), tree(wish.get("Resources")));
    let mut edits = gone(&old, &new);
    edits.extend(parts(live, wish));
    edits.extend(come(&old, &new));
    edits
}

/// Models come after those that they refer to, and go before them.
fn parts(live: &Value, wish: &Value) -> Vec<Edit> {
    let only = |of: &Value, property: &str| {
        let mut whole = Value::map();
        whole.put(property, of.get(property).cloned().unwrap_or_default());
        let mut whole = canonical(&whole, ABOUT.table(), Origin::Live);
        match whole.remove(property) {
            Some(Value::Map(all)) => all,
            _ => Map::new(),
        }
    };
    let mut edits = Vec::new();
    for property in PARTS {
        let (old, new) = (only(live, property), only(wish, property));
        let order = |all: &Map| match property {
            "Models" => by_reference(all),
            _ => all.keys().cloned().collect(),
        };
        for name in order(&new) {
            match old.get(&name) {
                None => edits.push(Edit::CreatePart { property, name }),
                Some(there) if Some(there) != new.get(&name) => {
                    edits.push(Edit::UpdatePart { property, name })
                }
                Some(_) => {}
            }
        }
        let gone = order(&old).into_iter().rev().filter(|name| !new.contains_key(name));
        edits.extend(gone.map(|name| Edit::DeletePart { property, name }));
    }
    edits
}

/// Names of models, each after those that it refers to. AWS takes no circle, so none needs an order.
fn by_reference(models: &Map) -> Vec<String> {
    fn visit(name: &str, models: &Map, seen: &mut Vec<String>, order: &mut Vec<String>) {
        let Some(model) = models.get(name).filter(|_| !seen.iter().any(|one| one == name)) else { return };
        seen.push(name.to_owned());
        for to in model.get("schema").map(openapi::referred).unwrap_or_default() {
            visit(&to, models, seen, order);
        }
        order.push(name.to_owned());
    }
    let (mut seen, mut order) = (Vec::new(), Vec::new());
    for name in models.keys() {
        visit(name, models, &mut seen, &mut order);
    }
    order
}

/// Resources and methods that go: leaves first, then methods. A method that differs is made anew: the
/// stage serves a snapshot, so nobody sees it missing. Resources go before others come, since two
/// parameters cannot stand side by side.
fn gone(live: &Tree, wish: &Tree) -> Vec<Edit> {
    let gone = live.keys().filter(|path| *path != "/" && !wish.contains_key(*path));
    let mut edits: Vec<Edit> =
        deepest_first(gone).map(|path| Edit::DeleteResource { path: path.clone() }).collect();
    for (path, methods) in live {
        let kept = wish.get(path);
        let none = BTreeMap::new();
        let wished = match kept {
            Some(wished) => wished,
            None if path == "/" => &none,
            None => continue,
        };
        let stale = methods.iter().filter(|(verb, method)| wished.get(*verb) != Some(*method));
        edits.extend(stale.map(|(verb, _)| Edit::DeleteMethod { path: path.clone(), verb: verb.clone() }));
    }
    edits
}

/// Resources and methods that come: parents first, then methods.
fn come(live: &Tree, wish: &Tree) -> Vec<Edit> {
    // A path's prefix sorts before it, so parents come first.
    let new = wish.keys().filter(|path| *path != "/" && !live.contains_key(*path));
    let mut edits: Vec<Edit> = new.map(|path| Edit::CreateResource { path: path.clone() }).collect();
    for (path, methods) in wish {
        let there = live.get(path);
        let new =
            methods.iter().filter(|(verb, method)| there.and_then(|there| there.get(*verb)) != Some(*method));
        edits.extend(new.map(|(verb, method)| Edit::PutMethod {
            path: path.clone(),
            verb: verb.clone(),
            method: method.clone(),
        }));
    }
    edits
}

fn deepest_first<'a>(paths: impl Iterator<Item = &'a String>) -> impl Iterator<Item = &'a String> {
    let mut paths: Vec<_> = paths.collect();
    paths.sort_by_key(|path| std::cmp::Reverse(path::above(path).len()));
    paths.into_iter()
}

#[cfg(test)]
#[path = "definition_tests.rs"]
mod tests;
