//! What an API's stage serves, as a value: compared, digested, and turned into edits.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::engine::field::{Absent, Compare, Field, Type};
use crate::engine::{Map, Value};
use crate::value;

use super::methods::METHOD;
use super::path;

/// Methods by path and verb, without what means nothing: computed members, defaults, empty maps. So
/// it does not depend on what AWS adds to its answers over the years.
pub(super) type Tree = BTreeMap<String, BTreeMap<String, Value>>;

/// The tree of the property `Resources`.
pub(super) fn tree(resources: Option<&Value>) -> Tree {
    let members = |value: &Value| value.as_map().cloned().unwrap_or_default();
    let methods = |value: &Value| {
        members(value).iter().map(|(verb, method)| (verb.clone(), pruned(method, METHOD))).collect()
    };
    resources
        .map(members)
        .unwrap_or_default()
        .iter()
        .map(|(path, value)| (path.clone(), methods(value)))
        .collect()
}

/// The members that have rows and say something.
fn pruned(value: &Value, rows: &'static [Field]) -> Value {
    let mut kept = Map::new();
    for row in rows.iter().filter(|row| !row.computed) {
        let Some(member) = value.get(row.path) else { continue };
        let mut member = pruned_as(member, &row.ty);
        match (row.compare, &mut member) {
            (Compare::CaseInsensitive, Value::String(text)) => *text = text.to_ascii_uppercase(),
            (Compare::Set, Value::List(items)) => items.sort_by_key(Value::canonical),
            _ => {}
        }
        if !member.is_empty() && !is_default(row, &member) {
            kept.insert(row.path.to_owned(), member);
        }
    }
    kept.into()
}

fn is_default(row: &Field, value: &Value) -> bool {
    matches!(row.absent, Absent::Default(default) if default.value() == *value)
}

fn pruned_as(value: &Value, ty: &Type) -> Value {
    match (ty, value) {
        (Type::Object(rows), value) => pruned(value, rows),
        (Type::Map(inner), Value::Map(map)) => {
            Value::Map(map.iter().map(|(key, value)| (key.clone(), pruned_as(value, inner))).collect())
        }
        (_, value) => value.clone(),
    }
}

/// Members of the API itself that a deployment takes a snapshot of.
const DEPLOYED: &[&str] = &[
    "policy",
    "binaryMediaTypes",
    "minimumCompressionSize",
    "endpointConfiguration",
    "apiKeySource",
    "disableExecuteApiEndpoint",
];

/// The digest of everything that a deployment takes a snapshot of: 32 hex digits.
pub(super) fn digest(properties: &Value) -> String {
    let mut whole = Map::new();
    for member in DEPLOYED {
        let mut value = properties.get(member).cloned().unwrap_or_default();
        if let Value::List(items) = &mut value {
            items.sort_by_key(Value::canonical);
        }
        let row = super::decl::FIELDS.iter().find(|row| row.path == *member);
        let is_default = row.is_some_and(|row| is_default(row, &value));
        if !value.is_empty() && !is_default {
            whole.insert((*member).to_owned(), value);
        }
    }
    let resources = tree(properties.get("Resources")).into_iter();
    let resources = resources.map(|(path, methods)| (path, Value::Map(methods.into_iter().collect())));
    whole.insert(
        "Resources".into(),
        Value::Map(resources.filter(|(path, methods)| path != "/" || !methods.is_empty()).collect()),
    );
    let text = Value::Map(whole).canonical().unwrap_or_default();
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
    DeleteResource { path: String },
    DeleteMethod { path: String, verb: String },
    CreateResource { path: String },
    PutMethod { path: String, verb: String, method: Value },
}

/// The edits that make one tree of another, in an order that API Gateway takes: leaves go first,
/// then methods, parents come first, then methods. A method that differs is made anew: the stage
/// serves a snapshot, so nobody sees it missing. Resources go before others come, since two
/// parameters cannot stand side by side.
pub(super) fn edits(live: &Tree, wish: &Tree) -> Vec<Edit> {
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
    // A path's prefix sorts before it, so parents come first.
    let new = wish.keys().filter(|path| *path != "/" && !live.contains_key(*path));
    edits.extend(new.map(|path| Edit::CreateResource { path: path.clone() }));
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

/// The patch of the API itself (`UpdateRestApi`) for what differs. Values are text; `/` in a key is
/// `~1`; without a value a size is taken away.
pub(super) fn patch(live: &Value, wish: &Value, differs: &dyn Fn(&str) -> bool) -> Vec<Value> {
    let mut operations = Vec::new();
    let replace = |path: &str, value: Option<String>| {
        let mut operation = value!({ "op": "replace", "path": path });
        if let Some(value) = value {
            operation.put("value", value.into());
        }
        operation
    };
    /// Member, path, and the value that clears it.
    const TEXTS: &[(&str, &str, Option<&str>)] = &[
        ("description", "/description", Some("")),
        ("policy", "/policy", Some("")),
        ("endpointConfiguration.types", "/endpointConfiguration/types/0", Some("EDGE")),
        ("apiKeySource", "/apiKeySource", Some("HEADER")),
        ("disableExecuteApiEndpoint", "/disableExecuteApiEndpoint", Some("false")),
        ("minimumCompressionSize", "/minimumCompressionSize", None),
    ];
    for (member, path, cleared) in TEXTS.iter().filter(|(member, ..)| differs(member)) {
        let text = wish.at(member).map(as_text).or_else(|| cleared.map(str::to_owned));
        operations.push(replace(path, text));
    }
    if differs("binaryMediaTypes") {
        let types =
            |of: &Value| of.get("binaryMediaTypes").and_then(Value::as_list).unwrap_or_default().to_vec();
        let (live, wish) = (types(live), types(wish));
        for (op, these, others) in [("remove", &live, &wish), ("add", &wish, &live)] {
            let new = these.iter().filter(|one| !others.contains(one)).filter_map(Value::as_str);
            operations.extend(
                new.map(|one| value!({ "op": op, "path": (format!("/binaryMediaTypes/{}", escaped(one))) })),
            );
        }
    }
    operations
}

/// A value as a patch or a call takes it: text, JSON for documents.
pub(super) fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_shown_json().to_string(), str::to_owned)
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
#[path = "definition_tests.rs"]
mod tests;
