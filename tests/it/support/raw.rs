//! The account's documents as they are kept, made comparable between two accounts: what AWS makes up
//! (ids, times) is masked, so that it counts only that it is there; everything else stands as it is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::account::Account;

/// Members with times and random ids.
const MADE_UP: &[&str] = &[
    "CreateDate",
    "CreatedTimestamp",
    "CreationDate",
    "CreationDateTime",
    "CreationTime",
    "EndpointId",
    "EndpointUrl",
    "ExpirationTime",
    "LastAuthorizedTime",
    "LastModified",
    "LastModificationDate",
    "LastModifiedDate",
    "LastModifiedTime",
    "LastModifiedTimestamp",
    "LastUpdateDateTime",
    "LastUpdateToPayPerRequestDateTime",
    "ResourceAssociationArn",
    "RevisionId",
    "RoleId",
    "SchemaVersion",
    "StreamCreationTimestamp",
    "TableId",
    "VersionCount",
    "VersionCreatedDate",
    "_revision",
    "createdDate",
    "creationDate",
    "creationTime",
    "lastUpdatedDate",
    "lastUpdatedTime",
];

/// Members of the embedded account's own that pass by themselves: backups of a table that are being set up. And
/// versions of schemas, which stay whatever comes after them.
const PASSING: &[&str] = &["_enabling", "_versions"];

/// Collections of what is gone and is still seen by its id.
const PAST: &[&str] = &["gone-stack"];

/// Documents by collection and id.
pub type Documents = BTreeMap<(String, String), Value>;

/// Everything in an account, comparable.
pub fn everything(account: &Account) -> Documents {
    let mut all: BTreeMap<(String, String), Value> = BTreeMap::new();
    let mut ids = Vec::new();
    let collections = account.collections().into_iter();
    for [service, collection] in collections.filter(|[_, name]| !PAST.contains(&name.as_str())) {
        for (id, document) in account.documents(&service, &collection) {
            made_up_ids(&collection, &document, &mut ids);
            all.insert((collection.clone(), id), document);
        }
    }
    newest_version(&mut all);
    // A stream's label stands in policies, which IAM keeps percent-encoded.
    let encoded: Vec<_> = ids.iter().map(|(id, mask)| (id.replace(':', "%3A"), mask.clone())).collect();
    ids.extend(encoded);
    all.into_iter()
        .map(|((collection, id), document)| {
            let text = mask(&document.to_string(), &ids);
            let mut document: Value = serde_json::from_str(&text).expect("masked JSON");
            forget(&mut document);
            ((collection, mask(&id, &ids)), document)
        })
        .collect()
}

/// Published versions stay whatever comes after them, so accounts are compared by the newest of each function
/// alone, and their numbers are those of their pasts. An alias says whether it is on the newest.
fn newest_version(all: &mut Documents) {
    let number = |id: &str| id.rsplit_once(':').and_then(|(_, number)| number.parse::<u64>().ok());
    let mut newest: BTreeMap<String, u64> = BTreeMap::new();
    for (_, id) in all.keys().filter(|(collection, _)| collection == "version") {
        let (function, number) = (id.rsplit_once(':').expect("a number").0, number(id).expect("a number"));
        let most = newest.entry(function.to_owned()).or_default();
        *most = number.max(*most);
    }
    let of = |id: &str| id.rsplit_once(':').and_then(|(function, _)| newest.get(function)).copied();
    let old = std::mem::take(all);
    for ((collection, id), mut document) in old {
        let id = match (collection.as_str(), of(&id)) {
            ("version", most) if number(&id) != most => continue,
            ("version", Some(_)) => {
                let newest = |text: &str| text.rsplit_once(':').map(|(of, _)| format!("{of}:NEWEST"));
                document["FunctionArn"] = document["FunctionArn"].as_str().and_then(newest).into();
                document["Version"] = "NEWEST".into();
                newest(&id).expect("a number")
            }
            ("alias", Some(most))
                if document["FunctionVersion"].as_str().and_then(|text| text.parse().ok()) == Some(most) =>
            {
                document["FunctionVersion"] = "NEWEST".into();
                id
            }
            _ => id,
        };
        all.insert((collection, id), document);
    }
}

/// Ids that stand in other documents too, each with what masks it.
fn made_up_ids(collection: &str, document: &Value, ids: &mut Vec<(String, String)>) {
    let mut note = |member: &str, mask: String| {
        if let Some(id) = document[member].as_str() {
            ids.push((id.to_owned(), mask));
        }
    };
    match collection {
        "rest-api" => {
            let name = document["name"].as_str().unwrap_or_default().to_owned();
            note("id", format!("ID-OF-{name}"));
            note("rootResourceId", format!("ROOT-OF-{name}"));
        }
        "resource" => note("id", format!("ID-OF-{}", document["path"].as_str().unwrap_or_default())),
        "mapping" => {
            let address = document["_tags"]["gatewayctl:address"].as_str().unwrap_or_default();
            note("UUID", format!("ID-OF-{address}"));
        }
        "deployment" => note("id", "DEPLOYMENT".into()),
        "model" | "request-validator" | "authorizer" | "usage-plan" | "api-key" => {
            let name = document["name"].as_str().unwrap_or_default().to_owned();
            note("id", format!("ID-OF-{collection}-{name}"));
        }
        "subscription" => {
            let endpoint = document["Endpoint"].as_str().unwrap_or_default().to_owned();
            note("_id", format!("ID-OF-{endpoint}"));
        }
        "table" => {
            let label = document["LatestStreamArn"].as_str().and_then(|arn| arn.rsplit_once('/'));
            if let Some((_, label)) = label {
                ids.push((label.to_owned(), "STREAM".into()));
            }
        }
        _ => {}
    }
}

/// The text with ids, UUIDs and function URLs' hosts masked.
pub fn mask(text: &str, ids: &[(String, String)]) -> String {
    let mut text = text.to_owned();
    for (id, mask) in ids {
        text = text.replace(id, mask);
    }
    let mut masked = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, here) = rest.split_at(at);
        masked.push_str(before);
        let word = here.split(|c: char| !c.is_ascii_hexdigit() && c != '-').next().unwrap_or_default();
        let lengths: Vec<usize> = word.split('-').map(str::len).collect();
        let uuid = lengths.starts_with(&[8, 4, 4, 4, 12]);
        masked.push_str(if uuid { "UUID" } else { word });
        rest = &here[if uuid { 36 } else { word.len() }..];
    }
    masked.push_str(rest);
    mask_hosts(&masked)
}

fn mask_hosts(text: &str) -> String {
    let mut parts = text.split(".lambda-url.");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let host = masked.rfind("//").map_or(masked.len(), |at| at + 2);
        masked.truncate(host);
        masked.push_str("HOST.lambda-url.");
        masked.push_str(part);
    }
    masked
}

/// Masks what AWS makes up, and the marks' record of an uploaded package's secret salt.
fn forget(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !PASSING.contains(&key.as_str()));
            for (key, value) in members {
                match value.as_str() {
                    _ if MADE_UP.contains(&key.as_str()) && !value.is_null() => *value = "MADE UP".into(),
                    Some(text) if text.starts_with("sealed:") => *value = "sealed".into(),
                    Some(text)
                        if (key.contains("Policy") || key == "policyDocument")
                            && (text.starts_with('{') || text.starts_with("%7B")) =>
                    {
                        *value = serde_json::from_str(&decoded(text)).expect("a policy is JSON");
                        sort_statements(value);
                    }
                    None if key == "_snapshot" => {
                        forget(value);
                        by_path(value);
                    }
                    None if key.starts_with("_policy") => {
                        sort_statements(value);
                        forget(value);
                    }
                    _ => forget(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        _ => {}
    }
}

/// Text with `%XX` undone.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let code = (byte == b'%')
            .then(|| {
                std::str::from_utf8(tail.get(..2)?).ok().and_then(|hex| u8::from_str_radix(hex, 16).ok())
            })
            .flatten();
        bytes.push(code.unwrap_or(byte));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    mask(&String::from_utf8(bytes).expect("text"), &[])
}

/// Statements stand in the order in which they were written.
fn sort_statements(policy: &mut Value) {
    if let Some(statements) = policy["Statement"].as_array_mut() {
        statements.sort_by_key(ToString::to_string);
    }
}

/// What a deployment serves, in the order of paths.
fn by_path(resources: &mut Value) {
    if let Some(resources) = resources.as_array_mut() {
        resources.sort_by_key(|resource| resource["path"].to_string());
    }
}

/// Null, `{}`, `[]`, and maps and lists of nothing: what clears a member leaves its empty shell.
fn nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.values().all(nothing),
        Value::Array(items) => items.iter().all(nothing),
        _ => false,
    }
}

/// A place where two accounts differ.
#[derive(Debug)]
pub struct Difference {
    pub collection: String,
    pub id: String,
    pub path: String,
    pub should: Value,
    pub is: Value,
}

/// Where two accounts differ, in full.
pub fn differences(should: &Documents, is: &Documents) -> Vec<Difference> {
    let mut found = Vec::new();
    let keys: std::collections::BTreeSet<_> = should.keys().chain(is.keys()).collect();
    for key in keys {
        let (left, right) = (should.get(key).unwrap_or(&Value::Null), is.get(key).unwrap_or(&Value::Null));
        compare(key, "", left, right, &mut found);
    }
    found
}

fn compare(key: &(String, String), path: &str, should: &Value, is: &Value, found: &mut Vec<Difference>) {
    if let (Value::Object(left), Value::Object(right)) = (should, is) {
        let members: std::collections::BTreeSet<_> = left.keys().chain(right.keys()).collect();
        for member in members {
            let below = if path.is_empty() { member.clone() } else { format!("{path}.{member}") };
            compare(key, &below, &should[member], &is[member], found);
        }
    } else if let (Value::Array(left), Value::Array(right)) = (should, is)
        && left.len() == right.len()
    {
        for (left, right) in left.iter().zip(right) {
            compare(key, &format!("{path}[]"), left, right, found);
        }
    } else if should != is && !(nothing(should) && nothing(is)) {
        let (collection, id) = key.clone();
        found.push(Difference {
            collection,
            id,
            path: path.to_owned(),
            should: should.clone(),
            is: is.clone(),
        });
    }
}
