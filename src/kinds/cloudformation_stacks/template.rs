//! Templates as they are written: JSON, or YAML with CloudFormation's short forms.

use std::sync::Arc;

use crate::engine::Value;
use crate::source::{Data, Diagnostic, Entry, FileId, Findings, Key, Node, Sources, Span, parse_tagged};

/// The short forms that are not `Fn::` of the same name.
const PLAIN: &[&str] = &["Ref", "Condition"];
const FUNCTIONS: &[&str] = &[
    "And",
    "Base64",
    "Cidr",
    "Equals",
    "FindInMap",
    "ForEach",
    "GetAZs",
    "GetAtt",
    "If",
    "ImportValue",
    "Join",
    "Length",
    "Not",
    "Or",
    "Select",
    "Split",
    "Sub",
    "ToJsonString",
    "Transform",
];
/// The key of ours in a `Metadata`, of the template and of a resource in it.
pub(super) const KEY: &str = "gatewayctl";
/// What a parameter of a template has where none is given.
pub(super) const DEFAULT: &str = "Default";
const GET_ATT: &str = "Fn::GetAtt";

/// Whether AWS never shows the value of a parameter that a template declares like this.
pub(super) fn is_hidden(parameter: &Value) -> bool {
    let echo = parameter.get("NoEcho");
    echo.is_some_and(|echo| echo.as_bool() == Some(true) || echo.as_str() == Some("true"))
}

/// Takes the defaults of parameters that AWS never shows out of a template, which AWS shows. Every parameter is sent
/// with its value, so none is needed there.
pub(super) fn without_hidden_defaults(template: &mut Value) {
    let parameters = template.as_map_mut().and_then(|template| template.get_mut("Parameters")?.as_map_mut());
    for parameter in parameters.into_iter().flat_map(|all| all.values_mut()).filter(|one| is_hidden(one)) {
        parameter.remove(DEFAULT);
    }
}

/// Whether a call, not what is inside it, puts the value of a parameter in: `Ref`, or a text of `Fn::Sub`.
pub(super) fn takes(call: &Value, parameter: &str) -> bool {
    let sub = match call.get("Fn::Sub") {
        // A name of the call's own hides the parameter.
        Some(Value::List(parts)) if parts.get(1).is_some_and(|own| own.get(parameter).is_some()) => None,
        Some(Value::List(parts)) => parts.first(),
        other => other,
    };
    let text = match sub {
        Some(Value::Unknown(text)) => text.to_string(),
        Some(Value::String(text)) => text.clone(),
        _ => String::new(),
    };
    let mut names = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    call.text_at("Ref") == Some(parameter) || names.any(|(name, _)| name.trim() == parameter)
}

/// Reads a template; its short forms become the long ones, so that the same in two spellings is the same.
pub(super) fn read(sources: &Sources, file: FileId, findings: &mut Findings) -> Option<Node> {
    let node = parse_tagged(sources, file, findings)?;
    Some(long(&node, findings))
}

/// A live template; nothing if it is none.
#[cfg(any(test, feature = "aws"))]
pub(super) fn of_text(text: &str) -> Option<Value> {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(text) {
        return Some(unified(json.into()));
    }
    let mut sources = Sources::new();
    let file = sources.add("template", text.to_owned());
    let mut findings = Findings::default();
    let node = read(&sources, file, &mut findings)?;
    (!findings.has_errors()).then(|| unified(node.to_json().into()))
}

/// `{ "Fn::GetAtt": "a.b" }` as a list, which JSON takes too.
pub(super) fn unified(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.into_iter().map(unified).collect()),
        Value::Map(map) => Value::Map(
            map.into_iter()
                .map(|(key, value)| match (key.as_str(), value) {
                    (GET_ATT, Value::String(text)) => {
                        let parts = text.split_once('.').map_or(vec![text.as_str()], |(id, of)| vec![id, of]);
                        (key, Value::List(parts.into_iter().map(Value::from).collect()))
                    }
                    (_, value) => (key, unified(value)),
                })
                .collect(),
        ),
        leaf => leaf,
    }
}

fn long(node: &Node, findings: &mut Findings) -> Node {
    let span = node.span;
    let inner = match &node.data {
        Data::Seq(items) => {
            Node::seq(span, items.iter().map(|item| long(item, findings)).collect::<Vec<_>>())
        }
        Data::Map(entries) => {
            let entries = entries
                .iter()
                .map(|entry| Entry { key: entry.key.clone(), value: long(&entry.value, findings) });
            Node::map(span, entries.collect::<Vec<_>>())
        }
        Data::Scalar(scalar) if scalar.plain => Node::plain(span, truth(&scalar.text)),
        Data::Scalar(scalar) => Node::text(span, &scalar.text),
    };
    let Some(tag) = &node.tag else { return inner };
    let name = tag.trim_start_matches('!');
    let key = match () {
        () if PLAIN.contains(&name) => name.to_owned(),
        () if FUNCTIONS.contains(&name) => format!("Fn::{name}"),
        () => {
            let message = format!("`{tag}` is no short form of CloudFormation");
            let finding = Diagnostic::error("custom_tag", message).at(span);
            findings.push(finding.help("there are `!Ref`, `!GetAtt`, `!Sub`, `!If` and so on"));
            return inner;
        }
    };
    let value = match inner.scalar() {
        Some(scalar) if key == GET_ATT => {
            let parts = scalar.text.split_once('.').map_or(vec![&*scalar.text], |(id, of)| vec![id, of]);
            Node::seq(span, parts.iter().map(|part| Node::text(span, part)).collect::<Vec<_>>())
        }
        _ => inner,
    };
    call(span, &key, value)
}

fn call(span: Span, key: &str, value: Node) -> Node {
    Node::map(span, vec![Entry { key: Key { text: Arc::from(key), span }, value }])
}

/// The truth values of YAML 1.1, which CloudFormation reads.
fn truth(text: &str) -> &str {
    match text {
        "yes" | "Yes" | "YES" | "on" | "On" | "ON" => "true",
        "no" | "No" | "NO" | "off" | "Off" | "OFF" => "false",
        _ => text,
    }
}
