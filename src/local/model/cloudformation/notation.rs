//! The notations of templates: JSON, and YAML with CloudFormation's short forms.

use serde_json::{Value, json};

use crate::source::{Data, Findings, Node, Sources, parse_tagged};

/// The short forms that are not `Fn::` of the same name.
const PLAIN: &[&str] = &["Ref", "Condition"];
const GET_ATT: &str = "Fn::GetAtt";

/// The template of a text in either notation: equal templates are equal values.
pub fn parsed(text: &Value) -> Option<Value> {
    let text = text.as_str()?;
    let tree = serde_json::from_str(text).ok().or_else(|| of_yaml(text))?;
    Some(unified(tree))
}

fn of_yaml(text: &str) -> Option<Value> {
    let mut sources = Sources::new();
    let file = sources.add("template", text.to_owned());
    let mut findings = Findings::default();
    let node = parse_tagged(&sources, file, &mut findings)?;
    (!findings.has_errors()).then(|| tree(&node))
}

fn tree(node: &Node) -> Value {
    let inner = match &node.data {
        Data::Seq(items) => items.iter().map(tree).collect(),
        Data::Map(entries) => entries
            .iter()
            .map(|entry| (entry.key.text.to_string(), tree(&entry.value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        // The truth values of YAML 1.1.
        Data::Scalar(scalar) if scalar.plain => match &*scalar.text {
            "yes" | "Yes" | "YES" | "on" | "On" | "ON" => true.into(),
            "no" | "No" | "NO" | "off" | "Off" | "OFF" => false.into(),
            _ => node.to_json(),
        },
        Data::Scalar(scalar) => scalar.text.to_string().into(),
    };
    let Some(tag) = &node.tag else { return inner };
    let name = tag.trim_start_matches('!');
    let key = if PLAIN.contains(&name) { name.to_owned() } else { format!("Fn::{name}") };
    json!({ key: inner })
}

/// `{ "Fn::GetAtt": "a.b" }` as a list.
fn unified(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(unified).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(key, value)| match value {
                Value::String(text) if key == GET_ATT => {
                    let parts = text.split_once('.').map_or(vec![&*text], |(id, of)| vec![id, of]);
                    (key, json!(parts))
                }
                value => (key, unified(value)),
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        leaf => leaf,
    }
}
