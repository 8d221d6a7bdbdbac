//! `stage:` of an API.

use crate::engine::field::{Field, RefTo, TEXT};
use crate::engine::{Form, Value};
use crate::kinds::Lowering;
use crate::source::{Diagnostic, Node, Span};

use super::{parts, path};

const GROUP: RefTo = RefTo::checked(&["log_groups"], "arn");

pub(super) const ACCESS_LOG: &[Field] = &[
    Field::sugar("group", "The log group.").form(|| Form::Ref(GROUP)),
    Field::new(
        "destination",
        "destination",
        TEXT,
        "The ARN of a Firehose stream whose name begins with `amazon-apigateway-`, instead of a log group.",
    ),
    Field::new(
        "format",
        "format",
        TEXT,
        "What a line holds; `$context.requestId` or `$context.extendedRequestId` must be in it. JSON with the usual members if it is left out.",
    ),
];

/// A line of the access log, where nobody says what it holds.
const FORMAT: &str = r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status","protocol":"$context.protocol","responseLength":"$context.responseLength"}"#;

/// Writes `Stage`.
pub(super) fn lower(own: &mut Lowering<'_>) {
    let declared = own.declared();
    if let Some((key, node)) = own.take("stage") {
        match node.scalar() {
            Some(_) => {
                if let Some(name) = own.known_text(&node) {
                    own.set("Stage.stageName", name, node.span);
                }
            }
            None => whole(own, key, &node),
        }
    }
    let at = own.place_of("Stage.stageName");
    match own.properties().text_at("Stage.stageName").map(str::to_owned) {
        None => own.set("Stage.stageName", "prod", declared),
        Some(name) if is_name(&name) => {}
        Some(name) => {
            let message = format!("`{name}` is no name of a stage");
            own.error("illegal_name", at, message, "1 to 128 letters, digits, `-` and `_`");
        }
    }
}

fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn whole(own: &mut Lowering<'_>, key: Span, node: &Node) {
    let (stage, sugar) = own.decode(node, parts::STAGE, "Stage");
    own.resource.properties.put("Stage", stage);
    own.locate("Stage", key);
    for name in
        own.properties().at("Stage.variables").and_then(Value::as_map).cloned().unwrap_or_default().keys()
    {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            let at = own.nearest_place(&format!("Stage.variables.{name}"));
            own.error(
                "illegal_name",
                at,
                format!("`{name}` is no name of a stage variable"),
                "letters, digits and `_`",
            );
        }
    }
    if own.properties().at("Stage.cacheClusterSize").is_some() {
        own.properties().put("Stage.cacheClusterEnabled", true.into());
    }
    let mut logs = None;
    for part in sugar {
        match part.key {
            "access_log" => {
                access_log(own, &part.node);
                logs = Some(part.key_span);
            }
            _ => settings(own, &part.node, &mut logs),
        }
    }
    if let Some(at) = logs {
        let note = "API Gateway writes logs by one role of the whole account, which belongs to no stack";
        own.finding(Diagnostic::note("account_role", note).at(at).help("where it is missing AWS refuses the stage: set `cloudwatchRoleArn` once (`aws apigateway update-account`)"));
    }
}

fn access_log(own: &mut Lowering<'_>, node: &Node) {
    let at = "Stage.accessLogSettings";
    let (said, sugar) = own.decode(node, ACCESS_LOG, at);
    let destination = match (sugar.first(), said.get("destination")) {
        (Some(group), None) => own.reference(&group.node, &GROUP).map(|(arn, _)| arn),
        (None, Some(arn)) => Some(arn.clone()),
        _ => {
            own.error(
                "bad_log",
                node.span,
                "a log goes to a group or to a stream",
                "write `group: KEY` or `destination: ARN`",
            );
            None
        }
    };
    let format = said.get("format").cloned().unwrap_or_else(|| FORMAT.into());
    if format.as_str().is_some_and(|text| {
        !text.contains("$context.requestId") && !text.contains("$context.extendedRequestId")
    }) {
        let place = own.nearest_place(&format!("{at}.format"));
        own.error(
            "bad_log",
            place,
            "the format tells no request from another",
            "put `$context.requestId` into it",
        );
    }
    if let Some(destination) = destination {
        own.resource.properties.put("Stage.accessLogSettings.destinationArn", destination);
        own.resource.properties.put("Stage.accessLogSettings.format", format);
    }
}

fn settings(own: &mut Lowering<'_>, node: &Node, logs: &mut Option<Span>) {
    for entry in own.entries(node, "settings by route") {
        let key = entry.key.text.to_string();
        if key != "*"
            && let Err((message, help)) = path::parse(&key)
        {
            own.error("bad_route", entry.key.span, message, &format!("{help}; or `*` for all"));
            continue;
        }
        let (setting, _) = own.decode(&entry.value, parts::SETTING, &format!("Stage.methodSettings.{key}"));
        own.locate(&format!("Stage.methodSettings.{key}"), entry.key.span);
        if setting.text_at("loggingLevel").is_some_and(|level| level != "OFF") {
            *logs = Some(entry.key.span);
        }
        let stage = &mut own.resource.properties;
        if stage.at("Stage.methodSettings").is_none() {
            stage.put("Stage.methodSettings", Value::map());
        }
        let place =
            stage.as_map_mut().and_then(|all| all.get_mut("Stage")?.as_map_mut()?.get_mut("methodSettings"));
        if let Some(Value::Map(all)) = place {
            all.insert(key, setting);
        }
    }
}

/// Settings are of routes that there are.
pub(super) fn check(own: &mut Lowering<'_>) {
    let settings =
        own.properties().at("Stage.methodSettings").and_then(Value::as_map).cloned().unwrap_or_default();
    for key in settings.keys().filter(|key| *key != "*") {
        let Ok(route) = path::parse(key) else { continue };
        let resources = own.properties().get("Resources");
        if resources.and_then(|all| all.get(&route.path)?.get(route.verb)).is_none() {
            let at = own.nearest_place(&format!("Stage.methodSettings.{key}"));
            own.error("unknown_route", at, format!("this API has no route `{key}`"), "");
        }
    }
}
