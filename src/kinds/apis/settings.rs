//! A stage as its property, and the patch of what differs.

use crate::engine::{Map, Value};

use super::parts;
use super::patch::{as_text, escaped, patch as patch_rows, remove, replace};
use super::path;

/// A method setting's member and its path in a patch.
const PATHS: &[(&str, &str)] = &[
    ("metricsEnabled", "metrics/enabled"),
    ("loggingLevel", "logging/loglevel"),
    ("dataTraceEnabled", "logging/dataTrace"),
    ("throttlingBurstLimit", "throttling/burstLimit"),
    ("throttlingRateLimit", "throttling/rateLimit"),
    ("cachingEnabled", "caching/enabled"),
    ("cacheTtlInSeconds", "caching/ttlInSeconds"),
    ("cacheDataEncrypted", "caching/dataEncrypted"),
    ("requireAuthorizationForCacheControl", "caching/requireAuthorizationForCacheControl"),
    ("unauthorizedCacheControlHeaderStrategy", "caching/unauthorizedCacheControlHeaderStrategy"),
];

/// A stage as the property has it.
pub(super) fn shown(stage: &Value) -> Value {
    let mut shown = Value::map();
    for row in parts::STAGE.iter().filter(|row| !row.path.is_empty() && row.path != "methodSettings") {
        if let Some(value) = stage.at(row.path) {
            shown.put(row.path, value.clone());
        }
    }
    // The size of a cache that is switched off is told all the same.
    if stage.get("cacheClusterEnabled").and_then(Value::as_bool) != Some(true) {
        shown.remove("cacheClusterSize");
    }
    let settings = stage.get("methodSettings").and_then(Value::as_map).into_iter().flatten();
    let settings: Map = settings.map(|(key, setting)| (route(key), setting.clone())).collect();
    if !settings.is_empty() {
        shown.put("methodSettings", settings.into());
    }
    shown
}

/// The route of a setting's key: `*/*` is `*`; paths come with and without their first slash, and with
/// `~1` for it.
fn route(key: &str) -> String {
    let (path, verb) = key.rsplit_once('/').unwrap_or(("", key));
    if (path, verb) == ("*", "*") {
        return "*".to_owned();
    }
    let path = path.replace("~1", "/").replace("~0", "~");
    format!("{verb} /{}", path.trim_start_matches('/'))
}

/// The path of a route's settings in a patch.
fn place(route: &str) -> String {
    match path::parse(route) {
        Ok(route) => format!("/{}/{}", escaped(&route.path), route.verb),
        Err(_) => "/*/*".to_owned(),
    }
}

/// The operations that make a stage what is wished, its name and deployment apart.
pub(super) fn patch(stage: &Value, wish: &Value) -> Vec<Value> {
    let live = shown(stage);
    let logs = |of: &Value| of.at("accessLogSettings.destinationArn").is_some();
    let mut operations = Vec::new();
    if logs(&live) && !logs(wish) {
        operations.push(remove("/accessLogSettings"));
    }
    let has_cache = wish.get("cacheClusterSize").is_some();
    let differs = |path: &str| match path {
        "stageName" | "OtherTags" => false,
        "cacheClusterSize" => has_cache,
        path if path.starts_with("accessLogSettings") => logs(wish),
        _ => true,
    };
    operations.extend(patch_rows(&live, wish, parts::STAGE, &differs));
    let nothing = Map::new();
    let of = |stage: &'_ Value| {
        stage.get("methodSettings").and_then(Value::as_map).cloned().unwrap_or(nothing.clone())
    };
    let (old, new) = (of(&live), of(wish));
    operations
        .extend(old.keys().filter(|route| !new.contains_key(*route)).map(|route| remove(&place(route))));
    for (route, setting) in &new {
        let there = old.get(route);
        for (member, path) in PATHS {
            let row = parts::SETTING.iter().find(|row| row.path == *member);
            let default = row.and_then(|row| match row.absent {
                crate::engine::field::Absent::Default(value) => Some(value.value()),
                _ => None,
            });
            // One setting alone cannot be removed; its default says the same.
            let wished = setting.get(member).cloned().or_else(|| default.clone());
            let live = there.and_then(|there| there.get(member)).cloned().or(default);
            let Some(wished) = wished else { continue };
            let same = match (&live, &wished) {
                (Some(Value::Number(live)), Value::Number(wish)) => live.as_f64() == wish.as_f64(),
                (live, wish) => live.as_ref() == Some(wish),
            };
            if !same {
                operations.push(replace(&format!("{}/{path}", place(route)), Some(as_text(&wished))));
            }
        }
        // All at their defaults: said once, so that the route has settings at all.
        let is_new = there.is_none();
        let said = operations
            .iter()
            .any(|one| one.text_at("path").is_some_and(|path| path.starts_with(&place(route))));
        if is_new && !said {
            operations.push(replace(&format!("{}/metrics/enabled", place(route)), Some("false".into())));
        }
    }
    operations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value;

    // A10: the key of the root is `~1`, values are text, one setting alone cannot be removed.
    #[test]
    fn settings_are_patched_by_route_with_text_and_defaults_for_what_is_dropped() {
        let live = value!({
            "stageName": "prod", "cacheClusterEnabled": false, "cacheClusterSize": "0.5",
            "methodSettings": {
                "*/*": { "loggingLevel": "INFO", "throttlingRateLimit": 10000, "metricsEnabled": false },
                "~1orders/GET": { "metricsEnabled": true },
                "/POST": { "metricsEnabled": true },
            },
        });
        assert_eq!(
            shown(&live).get("methodSettings").and_then(Value::as_map).unwrap().keys().collect::<Vec<_>>(),
            ["*", "GET /orders", "POST /"]
        );
        assert_eq!(shown(&live).get("cacheClusterSize"), None);
        let wish = value!({ "stageName": "prod", "methodSettings": { "*": { "throttlingRateLimit": 5 }, "POST /": { "metricsEnabled": true } } });
        assert_eq!(
            patch(&live, &wish),
            vec![
                remove("/~1orders/GET"),
                replace("/*/*/logging/loglevel", Some("OFF".into())),
                replace("/*/*/throttling/rateLimit", Some("5".into())),
            ]
        );
        assert_eq!(patch(&live, &shown(&live)), Vec::<Value>::new());
        let root =
            patch(&value!({}), &value!({ "methodSettings": { "POST /": { "metricsEnabled": true } } }));
        assert_eq!(root, vec![replace("/~1/POST/metrics/enabled", Some("true".into()))]);
    }

    #[test]
    fn a_stage_loses_its_access_log_and_its_cache_as_aws_wants_it() {
        let live = value!({ "accessLogSettings": { "destinationArn": "a", "format": "f" }, "cacheClusterEnabled": true, "cacheClusterSize": "0.5" });
        assert_eq!(
            patch(&live, &value!({})),
            vec![remove("/accessLogSettings"), replace("/cacheClusterEnabled", Some("false".into()))]
        );
    }
}
