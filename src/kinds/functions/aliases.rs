//! Aliases: what AWS refuses in them, said before any call.

use crate::engine::Value;
use crate::kinds::Lowering;

use super::fields::NEWEST;

/// Checks the declared aliases, and takes a `publish: false` away: it asks for nothing.
pub(super) fn check(own: &mut Lowering<'_>) {
    if own.properties().get("Publish").and_then(Value::as_bool) == Some(false) {
        own.properties().remove("Publish");
    }
    let aliases = own.properties().get("Aliases").and_then(Value::as_map).cloned().unwrap_or_default();
    for (name, alias) in &aliases {
        let at = format!("Aliases.{name}");
        check_name(own, name, &at);
        let version = alias.text_at("FunctionVersion").unwrap_or(NEWEST);
        if !is_number(version) && !["$LATEST", NEWEST].contains(&version) {
            let at = own.nearest_place(&format!("{at}.FunctionVersion"));
            let message = format!("`{version}` is no version");
            own.error("no_version", at, message, "a number, `$LATEST`, or `newest`");
        }
        if version == "$LATEST" {
            for (path, key) in [
                ("ProvisionedConcurrentExecutions", "provisioned_concurrency"),
                ("RoutingConfig.AdditionalVersionWeights", "weights"),
            ] {
                if alias.at(path).is_some() {
                    let at = own.nearest_place(&format!("{at}.{path}"));
                    let message = format!("`{key}` goes with a published version, and `$LATEST` is none");
                    own.error("not_published", at, message, "leave `version` out, or write a number");
                }
            }
        }
        check_weights(own, alias, &at);
    }
}

/// The names of the declared aliases.
pub(super) fn names(own: &mut Lowering<'_>) -> Vec<String> {
    let aliases = own.properties().get("Aliases").and_then(Value::as_map);
    aliases.into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

fn check_name(own: &mut Lowering<'_>, name: &str, at: &str) {
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || name.len() > 128 || !name.chars().all(legal) || is_number(name) {
        let at = own.nearest_place(at);
        let message = format!("`{name}` is no legal name of an alias");
        own.error("illegal_key", at, message, "1 to 128 letters, digits, `-` and `_`, not digits alone");
    }
}

fn check_weights(own: &mut Lowering<'_>, alias: &Value, at: &str) {
    let path = format!("{at}.RoutingConfig.AdditionalVersionWeights");
    let weights = alias.at("RoutingConfig.AdditionalVersionWeights").and_then(Value::as_map);
    let versions: Vec<&String> = weights.into_iter().flatten().map(|(version, _)| version).collect();
    if versions.len() > 1 {
        let at = own.nearest_place(&path);
        own.error("too_many", at, "an alias leads to two versions at the most", "leave one weight");
    }
    for version in versions.iter().filter(|version| !is_number(version)) {
        let at = own.nearest_place(&format!("{path}.{version}"));
        let message = format!("`{version}` is no number of a version");
        own.error("no_version", at, message, "write the other version's number: `{ \"3\": 0.1 }`");
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
