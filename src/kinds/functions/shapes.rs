//! The shapes of what the destinations of a function hear.

use crate::engine::{Graph, Resource, Value};
use crate::flow::passing::Flow;
use crate::flow::shape::{Shape, entry};
use crate::kinds::{key_of, spot};

use super::passing::{ON_SUCCESS, SOURCE, SUCCEEDED};

const ON_FAILURE: &str = "AsyncInvoke.DestinationConfig.OnFailure.Destination";
const FAILED: &str = "Lambda Function Invocation Result - Failure";

/// What is sent when an event that invoked the function or an alias of it asynchronously has been handled, and when it has
/// been given up.
pub fn heard(of: &Resource, graph: &Graph) -> Vec<Flow> {
    let aliases = of.properties.get("Aliases").and_then(Value::as_map).into_iter().flatten();
    let blocks = aliases.map(|(alias, _)| format!("Aliases.{alias}."));
    let blocks = std::iter::once(String::new()).chain(blocks);
    blocks.flat_map(|block| HEARD.iter().filter_map(move |one| one.flow(of, graph, &block))).collect()
}

/// A destination.
struct Heard {
    name: &'static str,
    /// Where it stands in the function's document, or in an alias.
    at: &'static str,
    /// The detail-type of the event that a bus gets.
    detail_type: &'static str,
    is_failure: bool,
}

const HEARD: &[Heard] = &[
    Heard { name: "on_success", at: ON_SUCCESS, detail_type: SUCCEEDED, is_failure: false },
    Heard { name: "on_failure", at: ON_FAILURE, detail_type: FAILED, is_failure: true },
];

impl Heard {
    fn flow(&self, of: &Resource, graph: &Graph, block: &str) -> Option<Flow> {
        let at = format!("{block}{}", self.at);
        let destination = of.properties.at(&at)?;
        let record = record(self.is_failure);
        let shape = match key_of(destination) {
            Some("bus") => entry(Shape::text(SOURCE), Shape::text(self.detail_type), record),
            _ => record,
        };
        let flow = Flow::new(self.name, spot(graph, destination), shape, at);
        let is_conditional = self.is_failure || !block.is_empty();
        Some(Flow { is_conditional, ..flow })
    }
}

/// The invocation record. Follows the Lambda guide, "Capturing records of Lambda asynchronous invocations"; an event
/// that became too old has had no answer.
fn record(is_failure: bool) -> Shape {
    let certain = |name: &str, shape: Shape| (name.to_owned(), shape, true);
    let condition = if is_failure { Shape::Text } else { Shape::text("Success") };
    let request = Shape::closed([
        ("requestId", Shape::Text),
        ("functionArn", Shape::Text),
        ("condition", condition),
        ("approximateInvokeCount", Shape::Number),
    ]);
    let mut response = vec![certain("statusCode", Shape::Number), certain("executedVersion", Shape::Text)];
    if is_failure {
        response.push(("functionError".to_owned(), Shape::Text, false));
    }
    Shape::object(
        [
            certain("version", Shape::text("1.0")),
            certain("timestamp", Shape::Text),
            certain("requestContext", request),
            certain("requestPayload", Shape::Anything),
            ("responseContext".to_owned(), Shape::object(response, false), !is_failure),
            ("responsePayload".to_owned(), Shape::Anything, !is_failure),
        ],
        false,
    )
}
