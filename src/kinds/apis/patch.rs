//! Patches as API Gateway takes them: paths into a document, values as text, `/` in a key as `~1`.

use crate::engine::Value;
use crate::engine::field::{Absent, Compare, Field, Type};
use crate::value;

/// Members whose path in a patch is not that of the document.
const ELSEWHERE: &[(&str, &str)] = &[("endpointConfiguration.types", "/endpointConfiguration/types/0")];

/// Lists whose elements stand in the path; those of others are values at the list's path.
const IN_PATH: &[&str] = &["binaryMediaTypes"];

/// The operations that make the members of these rows, as they are live, what is wished. Rows of
/// objects, and maps of anything but text, are the caller's.
pub(super) fn patch(
    live: &Value,
    wish: &Value,
    rows: &[Field],
    differs: &dyn Fn(&str) -> bool,
) -> Vec<Value> {
    let mut operations = Vec::new();
    let rows = rows.iter().filter(|row| !row.path.is_empty() && !row.computed && !row.create_only);
    for row in rows.filter(|row| differs(row.path)) {
        let (live, wish) = (live.at(row.path), wish.at(row.path).filter(|value| !value.is_empty()));
        let elsewhere = ELSEWHERE.iter().find(|(path, _)| *path == row.path);
        let path =
            elsewhere.map_or_else(|| format!("/{}", row.path.replace('.', "/")), |(_, path)| (*path).into());
        match row.ty {
            Type::Object(_) | Type::Map(&Type::Object(_)) | Type::Map(&Type::Map(_)) | Type::Node => {}
            Type::Map(_) => operations.extend(of_map(live, wish, &path)),
            Type::List(_) => operations.extend(of_list(live, wish, &path, IN_PATH.contains(&row.path))),
            _ => {
                let cleared = match row.absent {
                    Absent::Default(value) | Absent::Clear(value) => Some(value.value()),
                    _ => None,
                };
                let same = |one: &Value, other: &Value| match (one.as_str(), other.as_str(), row.compare) {
                    (Some(one), Some(other), Compare::CaseInsensitive) => one.eq_ignore_ascii_case(other),
                    _ => one == other,
                };
                let there = live.cloned().or_else(|| cleared.clone());
                let wished = wish.cloned().or(cleared);
                match (there, wished) {
                    (Some(live), Some(wish)) if same(&live, &wish) => {}
                    (None, None) => {}
                    (_, Some(wish)) => operations.push(replace(&path, Some(as_text(&wish)))),
                    // Without a value it is taken away.
                    (Some(_), None) => operations.push(replace(&path, None)),
                }
            }
        }
    }
    operations
}

/// `replace`; without a value the member is taken away.
pub(super) fn replace(path: &str, value: Option<String>) -> Value {
    let mut operation = value!({ "op": "replace", "path": path });
    if let Some(value) = value {
        operation.put("value", value.into());
    }
    operation
}

/// `remove`.
pub(super) fn remove(path: &str) -> Value {
    value!({ "op": "remove", "path": path })
}

fn of_map(live: Option<&Value>, wish: Option<&Value>, path: &str) -> Vec<Value> {
    let of = |value: Option<&Value>| value.and_then(Value::as_map).cloned().unwrap_or_default();
    let (live, wish) = (of(live), of(wish));
    let gone = live.keys().filter(|key| !wish.contains_key(*key));
    let mut operations: Vec<Value> = gone.map(|key| remove(&format!("{path}/{}", escaped(key)))).collect();
    let new = wish.iter().filter(|(key, value)| live.get(*key) != Some(*value));
    operations
        .extend(new.map(|(key, value)| replace(&format!("{path}/{}", escaped(key)), Some(as_text(value)))));
    operations
}

fn of_list(live: Option<&Value>, wish: Option<&Value>, path: &str, in_path: bool) -> Vec<Value> {
    let of = |value: Option<&Value>| value.and_then(Value::as_list).unwrap_or_default().to_vec();
    let (live, wish) = (of(live), of(wish));
    let mut operations = Vec::new();
    for (op, these, others) in [("remove", &live, &wish), ("add", &wish, &live)] {
        let new = these.iter().filter(|one| !others.contains(one)).filter_map(Value::as_str);
        operations.extend(new.map(|one| match in_path {
            true => value!({ "op": op, "path": (format!("{path}/{}", escaped(one))) }),
            false => value!({ "op": op, "path": path, "value": one }),
        }));
    }
    operations
}

/// A value as a patch or a call takes it: text, JSON for documents.
pub(super) fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_shown_json().to_string(), str::to_owned)
}

/// A key in a path.
pub(super) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::super::decl::FIELDS;
    use super::*;

    // A10: leaves of settings are not removed, keys are escaped, values are text.
    #[test]
    fn a_patch_holds_text_escapes_slashes_and_clears_what_is_wished_away() {
        let live = value!({ "description": "x", "binaryMediaTypes": ["image/png", "a/b"], "minimumCompressionSize": 5, "apiKeySource": "AUTHORIZER",
            "endpointConfiguration": { "types": "REGIONAL", "vpcEndpointIds": ["vpce-1"] } });
        let wish = value!({ "policy": { "Statement": [] }, "binaryMediaTypes": ["a/b", "*/*"], "disableExecuteApiEndpoint": true,
            "endpointConfiguration": { "types": "PRIVATE", "vpcEndpointIds": ["vpce-2"] } });
        assert_eq!(
            patch(&live, &wish, FIELDS, &|_| true),
            vec![
                value!({ "op": "replace", "path": "/description", "value": "" }),
                value!({ "op": "replace", "path": "/endpointConfiguration/types/0", "value": "PRIVATE" }),
                value!({ "op": "remove", "path": "/endpointConfiguration/vpcEndpointIds", "value": "vpce-1" }),
                value!({ "op": "add", "path": "/endpointConfiguration/vpcEndpointIds", "value": "vpce-2" }),
                value!({ "op": "replace", "path": "/policy", "value": r#"{"Statement":[]}"# }),
                value!({ "op": "remove", "path": "/binaryMediaTypes/image~1png" }),
                value!({ "op": "add", "path": "/binaryMediaTypes/*~1*" }),
                value!({ "op": "replace", "path": "/minimumCompressionSize" }),
                value!({ "op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true" }),
                value!({ "op": "replace", "path": "/apiKeySource", "value": "HEADER" }),
            ]
        );
        assert_eq!(patch(&live, &wish, FIELDS, &|_| false), Vec::<Value>::new());
        assert_eq!(patch(&live, &live, FIELDS, &|_| true), Vec::<Value>::new());
    }

    #[test]
    fn a_map_of_text_is_patched_key_by_key() {
        let (live, wish) =
            (value!({ "variables": { "a": "1", "b": "2" } }), value!({ "variables": { "b": "3" } }));
        assert_eq!(
            patch(&live, &wish, super::super::parts::STAGE, &|path| path == "variables"),
            vec![remove("/variables/a"), replace("/variables/b", Some("3".into()))]
        );
    }
}
