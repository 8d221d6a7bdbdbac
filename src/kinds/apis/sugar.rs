//! What stands beside the routes of an API: models, validators, authorizers, gateway responses.

use crate::engine::field::Field;
use crate::engine::{Map, Value};
use crate::kinds::Lowering;
use crate::source::{Entry, Span};
use crate::spec::Sugar;
use crate::value;

use super::draft::merge;
use super::openapi::{By, Calls, is_name, json_schema};
use super::{calls, parts};

/// The words of `validate:` that need no validator of their own: name, body, parameters.
pub(super) const VALIDATORS: &[(&str, bool, bool)] =
    &[("body", true, false), ("parameters", false, true), ("all", true, true)];

/// Models that every API has from its first moment.
pub(super) const GIVEN_MODELS: &[&str] = &["Empty", "Error"];

/// Writes what the keys of these tables say.
pub(super) fn lower(own: &mut Lowering<'_>) {
    each(own, "models", "models by name", parts::MODEL, |own, entry, mut value, _| {
        let name = &*entry.key.text;
        if !is_name(name) {
            own.error(
                "illegal_name",
                entry.key.span,
                format!("`{name}` is no name of a model"),
                "letters and digits",
            );
        }
        if let Some(schema) = value.get("schema").map(json_schema) {
            value.put("schema", schema);
        }
        Some(("Models", name.to_owned(), value))
    });
    each(own, "validators", "validators by name", parts::VALIDATOR, |_, entry, value, _| {
        Some(("Validators", entry.key.text.to_string(), value))
    });
    each(own, "authorizers", "authorizers by name", parts::AUTHORIZER, authorizer);
    each(
        own,
        "gateway_responses",
        "gateway responses by type",
        parts::GATEWAY_RESPONSE,
        |own, entry, value, _| {
            let kind = entry.key.text.to_ascii_uppercase();
            if !RESPONSES.contains(&kind.as_str()) {
                let near = crate::source::suggest(&kind, RESPONSES.iter().copied());
                let near =
                    near.map(|near| format!("; did you mean `{}`?", near.to_lowercase())).unwrap_or_default();
                let message = format!("there is no gateway response `{}`{near}", entry.key.text);
                own.error(
                    "unknown_word",
                    entry.key.span,
                    message,
                    &format!("one of {}", RESPONSES.join(", ").to_lowercase()),
                );
                return None;
            }
            Some(("GatewayResponses", kind, value))
        },
    );
}

/// Cases in which the gateway itself answers.
const RESPONSES: &[&str] = &[
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "RESOURCE_NOT_FOUND",
    "UNAUTHORIZED",
    "INVALID_API_KEY",
    "ACCESS_DENIED",
    "AUTHORIZER_FAILURE",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "INVALID_SIGNATURE",
    "EXPIRED_TOKEN",
    "MISSING_AUTHENTICATION_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "API_CONFIGURATION_ERROR",
    "UNSUPPORTED_MEDIA_TYPE",
    "BAD_REQUEST_PARAMETERS",
    "BAD_REQUEST_BODY",
    "REQUEST_TOO_LARGE",
    "THROTTLED",
    "QUOTA_EXCEEDED",
    "WAF_FILTERED",
];

type Lowered = Option<(&'static str, String, Value)>;

/// Decodes every entry under a key by a table and merges what the function makes of it.
fn each(
    own: &mut Lowering<'_>,
    key: &str,
    wanted: &str,
    table: &'static [Field],
    make: impl Fn(&mut Lowering<'_>, &Entry, Value, &[Sugar]) -> Lowered,
) {
    let Some((_, node)) = own.take(key) else { return };
    for entry in own.entries(&node, wanted) {
        let at = format!("{key}:{}", entry.key.text);
        let (value, sugar) = own.decode(&entry.value, table, &at);
        let places: Vec<(String, Span)> = own
            .resource
            .places
            .iter()
            .filter_map(|(path, span)| Some((path.strip_prefix(&at)?.to_owned(), *span)))
            .collect();
        own.resource.places.retain(|path, _| !path.starts_with(&at));
        let Some((property, name, value)) = make(own, &entry, value, &sugar) else { continue };
        let place = |below: &str| {
            let nearest =
                places.iter().filter(|(path, _)| !path.is_empty() && below.starts_with(path.as_str()));
            let span = nearest.max_by_key(|(path, _)| path.len()).map_or(entry.key.span, |(_, span)| *span);
            (span, String::new())
        };
        merge(own, &[property, &name], value, &place);
    }
}

fn authorizer(own: &mut Lowering<'_>, entry: &Entry, mut value: Value, sugar: &[Sugar]) -> Lowered {
    let at = entry.key.span;
    let part = |key: &str| sugar.iter().find(|part| part.key == key);
    let pools = value.get("providerARNs").is_some();
    match (part("function"), pools) {
        (Some(function), false) => {
            let (arn, host) = calls::function(own, &function.node, part("qualifier"))?;
            let uri = calls::uri(own, &arn, false);
            value.put("authorizerUri", uri.clone());
            if value.get("type").is_none() {
                value.put("type", "TOKEN".into());
            }
            if value.text_at("type") == Some("COGNITO_USER_POOLS") {
                own.error(
                    "bad_authorizer",
                    at,
                    "a function is no user pool",
                    "write `type: token` or `type: request`",
                );
            }
            if value.get("authorizerCredentials").is_none() {
                let by = By::Authorizer { name: entry.key.text.to_string() };
                calls::permit(own, &by, arn, host, function.node.span);
            }
        }
        (None, true) => {
            if value.get("type").is_none() {
                value.put("type", "COGNITO_USER_POOLS".into());
            }
            if value.text_at("type") != Some("COGNITO_USER_POOLS") {
                own.error(
                    "bad_authorizer",
                    at,
                    "a user pool authorises by tokens of its own",
                    "take `type:` away",
                );
            }
        }
        _ => {
            own.error(
                "bad_authorizer",
                at,
                "an authorizer is a function or a user pool",
                "write `function: KEY` or `user_pools: [ARN]`",
            );
            return None;
        }
    }
    if value.get("identitySource").is_none() && value.text_at("type") != Some("REQUEST") {
        value.put("identitySource", "method.request.header.Authorization".into());
    }
    Some(("Authorizers", entry.key.text.to_string(), value))
}

/// Permissions for the functions that OpenAPI documents name in their URIs.
pub(super) fn permit(own: &mut Lowering<'_>, all: Vec<Calls>) {
    for Calls { uri, at, by } in all {
        if let Some((arn, host)) = calls::called(&uri) {
            calls::permit(own, &by, arn, host, at);
        }
    }
}

/// What is wrong with the whole: names that lead nowhere, methods that nobody answers.
pub(super) fn check(own: &mut Lowering<'_>) {
    let properties = own.resource.properties.clone();
    let nothing = Map::new();
    let all = |property: &str| properties.get(property).and_then(Value::as_map).unwrap_or(&nothing);
    let mut used_words = Vec::new();
    let mut kinds = Vec::new();
    for (path, methods) in all("Resources") {
        for (verb, method) in methods.as_map().into_iter().flatten() {
            let at = own.nearest_place(&format!("Resources.{path}.{verb}"));
            let place =
                |own: &Lowering<'_>, key: &str| own.nearest_place(&format!("Resources.{path}.{verb}.{key}"));
            if method.at("methodIntegration.type").is_none() {
                let help = "write `function: KEY`, `put_event: { … }`, `state_machine: KEY`, or an integration under `openapi:`";
                own.error("no_target", at, "nothing here says what answers", help);
            }
            if method.get("authorizationType").is_none() {
                let kind = method.text_at("authorizer").map_or("NONE", |name| {
                    let kind = all("Authorizers").get(name).and_then(|one| one.text_at("type"));
                    if kind == Some("COGNITO_USER_POOLS") { "COGNITO_USER_POOLS" } else { "CUSTOM" }
                });
                kinds.push((path.clone(), verb.clone(), kind));
            }
            if let Some(name) = method.text_at("authorizer")
                && !all("Authorizers").contains_key(name)
            {
                let at = place(own, "authorizer");
                missing(own, at, "authorizer", name, all("Authorizers").keys());
            }
            if let Some(name) = method.text_at("requestValidator")
                && !all("Validators").contains_key(name)
            {
                match VALIDATORS.iter().find(|(word, ..)| *word == name) {
                    Some(word) => used_words.push(*word),
                    None => {
                        let at = place(own, "requestValidator");
                        missing(own, at, "validator", name, all("Validators").keys());
                    }
                }
            }
            let responses = method.get("methodResponses").and_then(Value::as_map).into_iter().flatten();
            let models = responses
                .filter_map(|(_, response)| response.get("responseModels"))
                .chain(method.get("requestModels"))
                .filter_map(Value::as_map)
                .flat_map(|models| models.values())
                .filter_map(Value::as_str);
            for name in models {
                if !all("Models").contains_key(name) && !GIVEN_MODELS.contains(&name) {
                    missing(own, at, "model", name, all("Models").keys());
                }
            }
        }
    }
    for (name, model) in all("Models") {
        for to in model.get("schema").map(super::openapi::referred).unwrap_or_default() {
            if !all("Models").contains_key(&to) {
                let at = own.nearest_place(&format!("Models.{name}"));
                missing(own, at, "model", &to, all("Models").keys());
            }
        }
    }
    for (path, verb, kind) in kinds {
        let method = own.resource.properties.as_map_mut().and_then(|all| {
            all.get_mut("Resources")?.as_map_mut()?.get_mut(&path)?.as_map_mut()?.get_mut(&verb)
        });
        if let Some(method) = method {
            method.put("authorizationType", kind.into());
        }
    }
    for (name, body, parameters) in used_words {
        own.resource.properties.put(
            &format!("Validators.{name}"),
            value!({ "validateRequestBody": body, "validateRequestParameters": parameters }),
        );
    }
}

fn missing<'k>(
    own: &mut Lowering<'_>,
    at: Span,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'k String>,
) {
    let near = crate::source::suggest(name, known.map(String::as_str));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    own.error("unknown_reference", at, format!("this API has no {what} `{name}`{near}"), "");
}
