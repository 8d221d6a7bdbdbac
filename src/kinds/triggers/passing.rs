//! What a trigger does with a record: its filters decide, and its function gets a batch of the one.

use serde_json::{Value as Json, json};

use crate::engine::{Graph, Resource};
use crate::flow::passing::{Arrival, Flow, Looks, Passed, Sent, Spot, Way};
use crate::flow::shape::Shape;
use crate::flow::transform::evaluate::decode;
use crate::kinds::filter::{filtered, filters, goes_on};

const FUNCTION: &str = "function";
const FILTERS: &str = "FilterCriteria.Filters";

pub fn ways(of: &Resource) -> Vec<Way> {
    vec![Way { name: FUNCTION.into(), to: Spot::Resource(of.address.origin()) }]
}

pub fn passes(of: &Resource, _: &Graph, arrived: &Arrival) -> Passed {
    if is_disabled(of) {
        return Passed::stopped("it is disabled, so the function gets nothing");
    }
    let Some(record) = &arrived.event else {
        return Passed::stopped("what its source makes of this is not known here");
    };
    let mut passed = filtered(of.properties.at(FILTERS), &decode(record).record);
    if goes_on(&passed) {
        let batch = json!({ "Records": [in_batch(record)] });
        passed.sent.push(Sent {
            name: FUNCTION.into(),
            to: Spot::Resource(of.address.origin()),
            arrival: Arrival::of(batch.to_string()).answered(),
        });
    }
    passed
}

fn is_disabled(of: &Resource) -> bool {
    of.properties.get("Enabled").and_then(crate::engine::Value::as_bool) == Some(false)
}

pub fn looks(of: &Resource) -> Looks<'_> {
    Looks {
        filters: filters(of.properties.at(FILTERS), FILTERS),
        is_deaf: is_disabled(of),
        ..Looks::default()
    }
}

/// What the function makes of a record nobody knows.
pub fn sends(of: &Resource, seen: &[Shape]) -> Vec<Flow> {
    let flow = || Flow::new(FUNCTION, Spot::Resource(of.address.origin()), Shape::Anything, "");
    if is_disabled(of) || seen.is_empty() { Vec::new() } else { vec![flow()] }
}

/// Lambda hands records of Kinesis to functions with the data in a block of its own; pipes have it beside the rest.
fn in_batch(record: &Json) -> Json {
    const OUTSIDE: &[&str] = &[
        "eventSource",
        "eventVersion",
        "eventID",
        "eventName",
        "invokeIdentityArn",
        "awsRegion",
        "eventSourceARN",
    ];
    let Some(map) = record.as_object().filter(|map| map.get("eventSource") == Some(&json!("aws:kinesis")))
    else {
        return record.clone();
    };
    let (outside, inside): (serde_json::Map<_, _>, serde_json::Map<_, _>) =
        map.clone().into_iter().partition(|(name, _)| OUTSIDE.contains(&name.as_str()));
    let mut whole = json!({ "kinesis": inside });
    whole.as_object_mut().into_iter().for_each(|whole| whole.extend(outside.clone()));
    whole
}
