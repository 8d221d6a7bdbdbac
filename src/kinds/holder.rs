//! Whose an ARN is.

use crate::engine::{Address, Graph, Known, Part, Resource, Value};
use crate::flow::passing::Spot;

/// The resource that an ARN is of, or of whose part it is (a function's alias, a route of an API). If it is of nothing
/// in the graph, the ARN itself; a bus of this account and region has its name there, by which rules listen to it.
pub fn spot(graph: &Graph, arn: &Value) -> Spot {
    match arn {
        Value::Unknown(template) => {
            let output = template.parts.iter().find_map(|part| match part {
                Part::Output(output) => Some(output.address.clone()),
                _ => None,
            });
            output.map_or_else(|| Spot::Elsewhere(template.to_string()), Spot::Resource)
        }
        Value::String(text) => match by_arn(graph, text) {
            Some(address) => Spot::Resource(address.clone()),
            None => {
                let own = graph.place.arn("events", "event-bus/");
                Spot::Elsewhere(text.strip_prefix(&own).unwrap_or(text).to_owned())
            }
        },
        other => Spot::Elsewhere(other.to_shown_json().to_string()),
    }
}

/// The resource whose ARN a text is, or begins with.
fn by_arn<'g>(graph: &'g Graph, text: &str) -> Option<&'g Address> {
    let known = &known(graph).by_arn;
    let mut arn = text;
    loop {
        if let Some(address) = known.get(arn).filter(|address| graph.resources.contains_key(address)) {
            return Some(address);
        }
        arn = &arn[..arn.rfind([':', '/'])?];
    }
}

/// The resource of a kind that has a name.
pub fn by_name<'g>(graph: &'g Graph, kind: &'static str, name: &str) -> Option<&'g Resource> {
    graph.resources.get(known(graph).by_name.get(&(kind, name.to_owned()))?)
}

fn known(graph: &Graph) -> &Known {
    graph.index.get(|| {
        let mut known = Known::default();
        for (address, resource) in &graph.resources {
            let kind = super::kind(resource.kind);
            let arn = kind.and_then(|kind| kind.derive("arn", resource, &graph.place));
            if let Some(arn) = arn.as_ref().and_then(Value::as_str) {
                known.by_arn.entry(arn.to_owned()).or_insert_with(|| address.clone());
            }
            known.by_name.entry((resource.kind, resource.name.clone())).or_insert_with(|| address.clone());
        }
        known
    })
}
