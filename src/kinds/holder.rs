//! Whose an ARN is.

use crate::engine::{Graph, Part, Value};
use crate::flow::passing::Spot;

/// The resource that an ARN is of, or of whose part it is (a function's alias, a route of an API); the
/// ARN itself if it is of nothing in the graph.
pub fn spot(graph: &Graph, arn: &Value) -> Spot {
    match arn {
        Value::Unknown(template) => {
            let output = template.parts.iter().find_map(|part| match part {
                Part::Output(output) => Some(output.address.clone()),
                _ => None,
            });
            output.map_or_else(|| Spot::Elsewhere(template.to_string()), Spot::Resource)
        }
        Value::String(text) => {
            let is_of = |own: &str| {
                text.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
            };
            let of = graph.resources.values().find(|resource| {
                let kind = super::kind(resource.kind);
                let arn = kind.and_then(|kind| kind.derive("arn", resource, &graph.place));
                arn.as_ref().and_then(Value::as_str).is_some_and(is_of)
            });
            of.map_or_else(|| Spot::Elsewhere(text.clone()), |of| Spot::Resource(of.address.clone()))
        }
        other => Spot::Elsewhere(other.to_shown_json().to_string()),
    }
}
