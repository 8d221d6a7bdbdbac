//! What a rule looks at in events, and the shapes of what it sends on.

use serde_json::Value as Json;

use crate::engine::{Graph, Resource, Value};
use crate::flow::happening::spelled;
use crate::flow::passing::{Filter, Flow, Looks, Read};
use crate::flow::pattern::PatternKind;
use crate::flow::reference::JsonPath;
use crate::flow::shape::{Found, Shape, Written, entry, event};
use crate::flow::times::Times;

use crate::kinds::filter::placed;
use crate::kinds::{key_of, spot};

use super::passing::FIRED;

const DISABLED: &str = "DISABLED";

/// What of a target says neither whom it is nor what it gets.
const BESIDE: &[&str] = &["Id", "RoleArn", "DeadLetterConfig", "RetryPolicy"];

pub fn looks(of: &Resource) -> Looks<'_> {
    let pattern =
        of.properties.get("EventPattern").filter(|_| of.properties.text_at("State") != Some(DISABLED));
    let Some(pattern) = pattern else { return Looks { is_deaf: true, ..Looks::default() } };
    let filters = vec![Filter { pattern, at: "EventPattern".into(), reader: PatternKind::Rule }];
    // What a schedule sends meets no pattern.
    let is_scheduled = of.properties.get("ScheduleExpression").is_some();
    let reads = if is_scheduled { Vec::new() } else { targets(of).flat_map(|one| reads(of, one)).collect() };
    Looks { filters, reads, is_deaf: false }
}

/// The paths that a target's transform and parameters read.
fn reads(of: &Resource, target: &Value) -> Vec<Read> {
    let at = place(target);
    let read = |text: &str, at: String| JsonPath::read(text).map(|path| Read { path, at, is_whole: false });
    let mut found: Vec<Read> = Vec::new();
    let whole = target.text_at("InputPath").and_then(|path| read(path, format!("{at}.InputPath")));
    found.extend(whole.map(|whole| Read { is_whole: true, ..whole }));
    if let Some(transformer) = target.get("InputTransformer") {
        let paths = transformer.get("InputPathsMap");
        let is_transform = of.places.contains_key(&format!("{at}.transform"));
        for one in Written::read(transformer.get("InputTemplate").unwrap_or(&Value::Null)).placeholders {
            let Some(path) = paths.and_then(|paths| paths.get(&one.name)).and_then(Value::as_str) else {
                continue;
            };
            let at = match is_transform {
                true if one.at.is_empty() => format!("{at}.transform"),
                true => format!("{at}.transform.{}", one.at),
                false => format!("{at}.input_paths.{}", one.name),
            };
            found.extend(read(path, at));
        }
    }
    if let Some(parameters) = target.get("HttpParameters") {
        let texts = placed(parameters, &format!("{at}.HttpParameters"));
        found.extend(texts.filter_map(|(at, text)| read(text, at)));
    }
    found
}

fn place(target: &Value) -> String {
    format!("Targets[{}]", target.text_at("Id").unwrap_or_default())
}

pub fn sends(of: &Resource, graph: &Graph, seen: &[Shape]) -> Vec<Flow> {
    if of.properties.text_at("State") == Some(DISABLED) {
        return Vec::new();
    }
    let mut events = seen.to_vec();
    if of.properties.get("ScheduleExpression").is_some() {
        events.push(entry(Shape::text("aws.events"), Shape::text(FIRED), Shape::object([], false)));
    }
    let flow = |target: &Value| {
        let arn = target.get("Arn").unwrap_or(&Value::Null);
        let is_event = key_of(arn) == Some("bus");
        let shape = match made(target, &events) {
            None => Shape::one_of(events.iter().cloned()),
            // What a bus makes of a transformed event AWS does not say.
            Some(_) if is_event => event(),
            Some(made) => made,
        };
        let name = target.text_at("Id").unwrap_or_default();
        // What its schedule sends no other rule does.
        let is_scheduled = of.properties.get("ScheduleExpression").is_some();
        let delivery = match target {
            Value::Map(map) if !is_scheduled && !target.has_secret() => {
                let kept = map.iter().filter(|(key, _)| !BESIDE.contains(&key.as_str()));
                let said = kept.map(|(key, value)| (key.clone(), value.clone())).collect();
                Some(spelled(&Value::Map(said)).to_string())
            }
            _ => None,
        };
        let is_timed = of.properties.get("EventPattern").is_none();
        let times = of.properties.text_at("ScheduleExpression").filter(|_| is_timed);
        Flow {
            delivery,
            times: times.map(|times| Times::new(times, "UTC")),
            is_forwarded: is_event,
            ..Flow::new(name, spot(graph, arn), shape, place(target))
        }
    };
    targets(of).map(flow).collect()
}

/// What a target is sent instead of the event; nothing if that is the event.
fn made(target: &Value, events: &[Shape]) -> Option<Shape> {
    if let Some(input) = target.get("Input") {
        let constant = input.as_str().and_then(|text| serde_json::from_str::<Json>(text).ok());
        return Some(constant.map_or(Shape::Anything, |constant| Shape::of(&constant)));
    }
    let get = |event: &Shape, path: &str| match JsonPath::read(path) {
        Some(path) => event.get(&path.0),
        None => Found { shape: Some(Shape::Anything), may_lack: true },
    };
    if let Some(path) = target.text_at("InputPath") {
        return Some(Shape::one_of(events.iter().filter_map(|event| get(event, path).shape)));
    }
    let transformer = target.get("InputTransformer")?;
    let written = Written::read(transformer.get("InputTemplate").unwrap_or(&Value::Null));
    let paths = transformer.get("InputPathsMap");
    let of_event = |event: &Shape| {
        written.shape(&|placeholder| match placeholder.name.strip_prefix("aws.events.") {
            Some("event.json") => event.clone(),
            Some("event") => Shape::any_object(),
            Some(_) => Shape::Text,
            None => match paths.and_then(|paths| paths.get(&placeholder.name)).and_then(Value::as_str) {
                Some(path) => get(event, path).or_empty(),
                None => Shape::Anything,
            },
        })
    };
    Some(Shape::one_of(events.iter().map(of_event)))
}

fn targets(of: &Resource) -> impl Iterator<Item = &Value> {
    of.properties.get("Targets").and_then(Value::as_list).unwrap_or_default().iter()
}
