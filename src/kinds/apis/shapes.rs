//! The shapes of what an API sends on, route by route.

use serde_json::Value as Json;

use crate::engine::template::Part;
use crate::engine::{Graph, Resource, Value};
use crate::flow::passing::Flow;
use crate::flow::shape::{Shape, entry_of, event};
use crate::flow::transform::route::is_of_body;
use crate::kinds::endpoint::is_in_clear;
use crate::source::{Diagnostic, Findings};

use super::passing::{PUT_EVENTS, behind, request_template, routes};

/// Requests that only read, of which nothing further is taken to happen.
const READS: &[&str] = &["GET", "HEAD", "OPTIONS"];

pub fn sends(of: &Resource, graph: &Graph) -> Vec<Flow> {
    let flow = |(path, verb, method): (&str, &str, &Value)| {
        let integration = method.get("methodIntegration")?;
        let to = behind(graph, integration)?;
        let template = request_template(integration);
        let is_event = integration.text_at("uri").is_some_and(|uri| uri.ends_with(PUT_EVENTS));
        if !is_event && READS.contains(&verb) {
            return None;
        }
        let shape = match template.filter(|_| is_event) {
            Some(template) => put(template).unwrap_or_else(event),
            None => Shape::Anything,
        };
        Some(Flow::new(format!("{verb} {path}"), to, shape, format!("Resources.{path}.{verb}")))
    };
    routes(of).filter_map(flow).collect()
}

/// Warns of routes that hand requests on in the clear. A VPC link stays inside of a network of one's own.
pub fn in_clear(of: &Resource, findings: &mut Findings) {
    for (path, verb, method) in routes(of) {
        let Some(integration) = method.get("methodIntegration") else { continue };
        let is_private = integration.text_at("connectionType") == Some("VPC_LINK");
        if !is_private && integration.get("uri").is_some_and(is_in_clear) {
            let at = [format!("Resources.{path}.{verb}"), format!("Resources.{path}"), "Resources".into()];
            let at = at.iter().find_map(|at| of.places.get(at)).copied().unwrap_or(of.declared);
            findings.push(
                Diagnostic::warning(
                    "plain_http",
                    format!("`{verb} {path}` hands requests on over plain http"),
                )
                .at(at)
                .label("whoever is on the way reads them")
                .help("call it by https, or by a VPC link")
                .address(of.address.to_string()),
            );
        }
    }
}

/// What stands for a value of the body, for a value of the request beside it, and for a text of either.
const VALUE: char = '\u{e000}';
const TEXT: char = '\u{e001}';
const PARAMETER: char = '\u{e002}';
const MARKS: [char; 3] = [VALUE, TEXT, PARAMETER];

/// The event of a mapping template of ours: its variables are what a request has. Nothing if it is another's.
fn put(template: &Value) -> Option<Shape> {
    let text = match template {
        Value::Unknown(template) => template
            .parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                _ => TEXT.to_string(),
            })
            .collect(),
        other => other.as_str()?.to_owned(),
    };
    let (prelude, body) = text.split_at(text.find("{\"Entries\":")?);
    let marked = marked(prelude, body)?;
    let request: Json = serde_json::from_str(&marked).ok()?;
    let [put] = request["Entries"].as_array()?.as_slice() else { return None };
    let text = |member: &str| match put[member].as_str() {
        Some(text) => self::text(text),
        None => Shape::Text,
    };
    let quoted = |detail: String, mark: char| detail.replace(mark, &format!("\"{mark}\""));
    let detail = [VALUE, PARAMETER].into_iter().fold(put["Detail"].as_str()?.to_owned(), quoted);
    let detail: Json = serde_json::from_str(&detail).ok()?;
    let resources = match put.get("Resources") {
        None => Shape::items([]),
        Some(written @ Json::Array(_)) => shape(written),
        Some(_) => Shape::list(Shape::Text),
    };
    Some(entry_of(resources, text("Source"), text("DetailType"), shape(&detail)))
}

/// The text with a mark for each variable, `${v0_json}` and `${v0_text_in_text}`, which the prelude sets.
fn marked(prelude: &str, body: &str) -> Option<String> {
    let mut marked = String::new();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}')?;
        marked.push_str(before);
        let value = if is_of_body(prelude, name) { VALUE } else { PARAMETER };
        match name.split_once('_')?.1 {
            "json" => marked.push_str(&format!("\"{value}\"")),
            "json_in_text" => marked.push(value),
            _ => marked.push(TEXT),
        }
        rest = after;
    }
    marked.push_str(rest);
    // What else the template language would read is not of ours.
    (!marked.contains(['$', '#'])).then_some(marked)
}

/// A text, as far as it is known.
fn text(written: &str) -> Shape {
    match written.split_once(MARKS) {
        Some((begin, _)) => Shape::begins(begin),
        None => Shape::text(written),
    }
}

fn shape(document: &Json) -> Shape {
    match document {
        Json::Object(map) => Shape::object(
            map.iter().map(|(name, value)| (name.clone(), shape(value), true)),
            map.keys().any(|name| name.contains(MARKS)),
        ),
        Json::Array(items) => Shape::items(items.iter().map(shape)),
        Json::String(text) if text.contains(VALUE) => Shape::Anything,
        Json::String(text) if text.contains(PARAMETER) => Shape::one_of([Shape::Text, Shape::Is(Json::Null)]),
        Json::String(written) => text(written),
        scalar => Shape::Is(scalar.clone()),
    }
}
