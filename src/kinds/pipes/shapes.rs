//! What a pipe looks at in records, and the shapes of what it sends on.

use crate::engine::{Graph, Resource, Value};
use crate::flow::passing::{Flow, Looks, Read};
use crate::flow::reference::JsonPath;
use crate::flow::shape::{Placeholder, Shape, Written, entry};
use crate::kinds::filter::{filters, placed};
use crate::kinds::{key_of, spot};

use super::passing::{BATCHED, Call, ENRICHMENT, TARGET};

const FILTERS: &str = "SourceParameters.FilterCriteria.Filters";
const STOPPED: &str = "STOPPED";

pub fn looks(of: &Resource) -> Looks<'_> {
    if of.properties.text_at("DesiredState") == Some(STOPPED) {
        return Looks { is_deaf: true, ..Looks::default() };
    }
    // Behind an enrichment the target reads what that has answered.
    let first = if called(of, ENRICHMENT).is_some() { ENRICHMENT } else { TARGET };
    Looks { filters: filters(of.properties.at(FILTERS), FILTERS), reads: reads(of, first), is_deaf: false }
}

fn called(of: &Resource, call: Call) -> Option<&Value> {
    of.properties.get(call.arn).filter(|arn| !arn.is_empty())
}

fn template(of: &Resource, call: Call) -> Option<&Value> {
    of.properties.get(call.parameters)?.get("InputTemplate").filter(|template| !template.is_empty())
}

/// The paths that a template and parameters read.
fn reads(of: &Resource, call: Call) -> Vec<Read> {
    let base = call.parameters;
    let transform = format!("{base}.transform");
    let written = template(of, call).map(Written::read);
    let placeholders = written.into_iter().flat_map(|written| written.placeholders);
    let mut found: Vec<Read> = placeholders
        .filter_map(|one| {
            let at = if one.at.is_empty() { transform.clone() } else { format!("{transform}.{}", one.at) };
            Some(Read { path: JsonPath::read(&one.name)?, at, is_whole: false })
        })
        .collect();
    for block in ["EventBridgeEventBusParameters", "HttpParameters"] {
        let Some(parameters) = of.properties.get(base).and_then(|parameters| parameters.get(block)) else {
            continue;
        };
        let at = format!("{base}.{block}");
        found.extend(
            placed(parameters, &at)
                .filter_map(|(at, text)| Some(Read { path: JsonPath::read(text)?, at, is_whole: false })),
        );
    }
    found
}

pub fn sends(of: &Resource, graph: &Graph, seen: &[Shape]) -> Vec<Flow> {
    if of.properties.text_at("DesiredState") == Some(STOPPED) {
        return Vec::new();
    }
    let mut flows: Vec<Flow> = Vec::new();
    flows.extend(flow(of, graph, ENRICHMENT, seen));
    // What the enrichment answers nobody knows.
    let answered = [Shape::Anything];
    flows.extend(flow(of, graph, TARGET, if flows.is_empty() { seen } else { &answered }));
    flows
}

fn flow(of: &Resource, graph: &Graph, call: Call, seen: &[Shape]) -> Option<Flow> {
    let arn = called(of, call)?;
    let template = template(of, call).map(Written::read);
    let parameters = of.properties.get(call.parameters);
    let key = key_of(arn);
    let made = seen.iter().flat_map(Shape::choices).map(|record| {
        let payload = template.as_ref().map_or_else(|| record.clone(), |template| filled(template, record));
        match key {
            Some("bus") => {
                let member = |name: &str| {
                    let block =
                        parameters.and_then(|parameters| parameters.get("EventBridgeEventBusParameters"));
                    text_at(block.and_then(|block| block.get(name)), record)
                };
                entry(member("Source"), member("DetailType"), payload)
            }
            Some(key) if BATCHED.contains(&key) => Shape::list(payload),
            _ => payload,
        }
    });
    let shape = Shape::one_of(made);
    let said = [parameters, of.properties.at(FILTERS)]
        .map(|value| value.and_then(Value::canonical).unwrap_or_default());
    // Who reads the same queue shares its messages, and no two get the same one.
    let is_shared = !matches!(of.properties.get("Source").and_then(key_of), Some("table" | "stream"));
    let before = if call.arn == ENRICHMENT.arn { Some(String::new()) } else { enriched(of) };
    let delivery = match (is_shared, arn.canonical(), before) {
        (false, Some(arn), Some(before)) => Some(format!("{} {arn} {} {before}", call.name, said.join(" "))),
        _ => None,
    };
    Some(Flow { delivery, ..Flow::new(call.name, spot(graph, arn), shape, call.arn) })
}

/// What enriches a record and what it is asked with: behind another enrichment the target gets something else. Nothing
/// where nobody knows which one it is.
fn enriched(of: &Resource) -> Option<String> {
    let Some(arn) = called(of, ENRICHMENT) else { return Some(String::new()) };
    let parameters = match of.properties.get(ENRICHMENT.parameters) {
        Some(parameters) => parameters.canonical()?,
        None => String::new(),
    };
    Some(format!("{} {parameters}", arn.canonical()?))
}

/// A parameter, which may be a path into the record.
fn text_at(value: Option<&Value>, record: &Shape) -> Shape {
    let Some(text) = value.and_then(Value::as_str) else { return Shape::Text };
    match JsonPath::read(text) {
        None => Shape::text(text),
        Some(path) => match record.get(&path.0).or_empty() {
            Shape::Is(serde_json::Value::String(text)) => Shape::text(text),
            known @ Shape::OneOf(_)
                if known
                    .choices()
                    .iter()
                    .all(|one| matches!(one, Shape::Is(serde_json::Value::String(_)))) =>
            {
                known
            }
            _ => Shape::Text,
        },
    }
}

/// What a template makes of a record. One that is a single path strips quotes, and is no JSON then.
fn filled(template: &Written, record: &Shape) -> Shape {
    template.shape(&|placeholder: &Placeholder| match placeholder.name.strip_prefix("aws.pipes.") {
        _ if placeholder.at.is_empty() => Shape::Anything,
        Some("event.json") => record.clone(),
        Some("event") => Shape::Anything,
        Some(_) => Shape::Text,
        None => {
            JsonPath::read(&placeholder.name).map_or(Shape::Anything, |path| record.get(&path.0).or_empty())
        }
    })
}
