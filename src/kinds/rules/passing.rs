//! What a rule does with an event: its pattern decides, and each target gets what its transform makes.

use serde_json::Value as Json;

use crate::engine::{Graph, Resource, Value};
use crate::flow::passing::{Arrival, Passed, Sent, Spot};
use crate::flow::pattern::{PatternKind, decide, parse};
use crate::flow::reference::{Reference, parse_reference};
use crate::flow::transform::evaluate::{Outcome, Variables, evaluate};
use crate::flow::transform::{Compiled, Dialect};
use crate::kinds::{Kind, buses, spot};

use super::decl::{Rules, bus_of};

/// The bus whose events a rule sees.
pub fn listens_to(of: &Resource, graph: &Graph) -> Option<Spot> {
    if let Some(Value::Unknown(_)) = of.properties.get("EventBusName") {
        return of.properties.get("EventBusName").map(|name| spot(graph, name));
    }
    let name = bus_of(&of.properties)?;
    Some(match buses::named(graph, name) {
        Some(bus) => Spot::Resource(bus.address.clone()),
        None => Spot::Elsewhere(name.to_owned()),
    })
}

pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    if of.properties.text_at("State") == Some("DISABLED") {
        return Passed::noted("it is disabled, so no event meets it");
    }
    let Some(event) = &arrived.event else {
        return Passed::noted("what a bus makes of a transformed event is not built here");
    };
    let Some(pattern) = of.properties.get("EventPattern") else {
        return Passed::noted("it has a schedule and no pattern, so no event meets it");
    };
    let pattern = match parse(pattern, PatternKind::Rule) {
        Ok(pattern) => pattern,
        Err(_) => return Passed::noted("AWS refuses its pattern"),
    };
    let verdict = decide(&pattern, event);
    let mut passed = Passed::default();
    passed.notes.extend(pattern.unknown.iter().map(|path| {
        format!("`{path}` of its pattern is not known before an apply, and matches nothing here")
    }));
    if verdict.is_match {
        let variables = variables(of, graph, event);
        let targets = of.properties.get("Targets").and_then(Value::as_list).unwrap_or_default();
        passed.sent = targets.iter().map(|target| sent(graph, target, event, &variables)).collect();
    }
    passed.verdict = Some(verdict);
    passed
}

fn variables(of: &Resource, graph: &Graph, event: &Json) -> Variables {
    let mut variables = Variables::from([("rule-name".to_owned(), of.name.clone())]);
    if let Some(arn) = Rules.derive("arn", of, &graph.place) {
        variables.insert(
            "rule-arn".into(),
            arn.as_str().map_or_else(|| arn.to_shown_json().to_string(), str::to_owned),
        );
    }
    // EventBridge's own clock; offline the event's.
    if let Some(time) = event["time"].as_str() {
        variables.insert("event.ingestion-time".into(), time.to_owned());
    }
    variables
}

fn sent(graph: &Graph, target: &Value, event: &Json, variables: &Variables) -> Sent {
    let compiled = compiled(target);
    let payload = match &compiled {
        Some(compiled) => evaluate(compiled, Dialect::RuleTarget, event, variables),
        None => Outcome::Delivered { payload: event.to_string(), notes: Vec::new() },
    };
    let parameters = target.get("HttpParameters").cloned().unwrap_or_default();
    Sent {
        name: target.text_at("Id").unwrap_or_default().to_owned(),
        to: spot(graph, target.get("Arn").unwrap_or(&Value::Null)),
        arrival: Arrival {
            payload,
            event: compiled.is_none().then(|| event.clone()),
            parameters: parameters.map_leaves(&mut |leaf| dynamic(leaf, event)),
        },
    }
}

/// The form in which a target has what it is sent; nothing if that is the event.
fn compiled(target: &Value) -> Option<Compiled> {
    if let Some(input) = target.get("Input") {
        return Some(Compiled::Constant(input.clone()));
    }
    if let Some(path) = target.text_at("InputPath") {
        return Some(Compiled::Path(path.to_owned()));
    }
    let transformer = target.get("InputTransformer")?;
    Some(Compiled::Template {
        template: transformer.get("InputTemplate").cloned().unwrap_or_default(),
        paths: transformer.get("InputPathsMap").and_then(Value::as_map).cloned().unwrap_or_default(),
    })
}

/// A parameter that is a path is what the event has there, before any transform.
fn dynamic(leaf: Value, event: &Json) -> Value {
    match leaf.as_str().map(parse_reference) {
        Some(Ok(Reference::Event(path))) => path.find(event).unwrap_or_default().into(),
        _ => leaf,
    }
}
