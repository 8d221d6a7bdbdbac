//! Which events an archive keeps.

use crate::engine::{Graph, Resource, Value};
use crate::flow::passing::{Arrival, Filter, Looks, Passed, Spot};
use crate::flow::pattern::{PatternKind, decide, parse};
use crate::kinds::spot;

pub fn listens_to(of: &Resource, graph: &Graph) -> Option<Spot> {
    of.properties.get("EventSourceArn").map(|arn| spot(graph, arn))
}

pub fn passes(of: &Resource, arrived: &Arrival) -> Passed {
    let Some(event) = &arrived.event else {
        return Passed::stopped("what a bus makes of a transformed event is not known here");
    };
    match of.properties.get("EventPattern").filter(|pattern| **pattern != Value::Null) {
        None => Passed::noted("it keeps every event"),
        Some(pattern) => match parse(pattern, PatternKind::Rule) {
            Ok(pattern) => Passed { verdict: Some(decide(&pattern, event)), ..Passed::default() },
            Err(_) => Passed::stopped("AWS refuses its pattern"),
        },
    }
}

pub fn looks(of: &Resource) -> Looks<'_> {
    let pattern = of.properties.get("EventPattern").filter(|pattern| **pattern != Value::Null);
    let filter = |pattern| Filter { pattern, at: "EventPattern".into(), reader: PatternKind::Rule };
    Looks { filters: pattern.map(filter).into_iter().collect(), ..Looks::default() }
}
