//! What something whose inside nobody knows says that it puts on buses.

use crate::engine::field::{Document, Field, RefTo, TEXT, Type};
use crate::engine::{Graph, Resource, Value};
use crate::flow::passing::Flow;
use crate::flow::shape::{Shape, entry, of_schema};

use super::spot;

const EMITS: &str = "emits";

/// The row of `emits`.
pub const TOLD: &[Field] = &[Field::new(
    EMITS,
    EMITS,
    Type::List(&Type::Object(EVENT)),
    "Which events it puts on buses, and no others: `validate` knows then what can match. Nothing of it is AWS's.",
)];

const EVENT: &[Field] = &[
    Field::new("bus", "bus", Type::Ref(&RefTo::unchecked(&["buses"], "arn")), "The bus.").required(),
    Field::new("source", "source", TEXT, "The event's `source`.").required(),
    Field::new("detail_type", "detail_type", TEXT, "The event's `detail-type`; left out, any."),
    Field::new(
        "detail",
        "detail",
        Type::Document(Document::Json),
        "A JSON Schema of the event's `detail`: `{ type: object, required: [id], properties: { id: { type: string } } }`.",
    ),
    Field::new(
        "schema",
        "schema",
        Type::Ref(&RefTo::unchecked(&["schemas"], "arn")),
        "Instead of `detail`: a schema of the stack, of the detail or of the event as a whole.",
    ),
];

/// The events that a resource says it puts on buses; nothing if it does not say.
pub fn sent(of: &Resource, graph: &Graph) -> Vec<Flow> {
    let said = graph.told.get(&of.address).and_then(|told| told.said.get(EMITS)).and_then(Value::as_list);
    let said = said.unwrap_or_default().iter().enumerate();
    said.map(|(index, one)| {
        let detail = match (one.get("detail").and_then(Value::to_json), one.get("schema")) {
            (Some(schema), _) => of_schema(&schema, &schema),
            (None, Some(schema)) => of_declared(graph, schema),
            (None, None) => Shape::Anything,
        };
        let text = |key: &str| Shape::text_of(one.get(key));
        let event = entry(text("source"), text("detail_type"), detail);
        let to = spot(graph, one.get("bus").unwrap_or(&Value::Null));
        Flow::new(EMITS, to, event, format!("{EMITS}[{index}]"))
    })
    .collect()
}

/// The detail that a schema of the stack describes. One of EventBridge's own discovery describes the event as a whole.
fn of_declared(graph: &Graph, named: &Value) -> Shape {
    let super::Spot::Resource(address) = spot(graph, named) else { return Shape::Anything };
    let content =
        graph.resources.get(&address).and_then(|schema| schema.properties.get("Content")?.to_json());
    let Some(content) = content else { return Shape::Anything };
    let event = content.pointer("/components/schemas/AWSEvent").unwrap_or(&content);
    match event.pointer("/properties/detail") {
        Some(detail) if event.pointer("/properties/detail-type").is_some() => of_schema(detail, &content),
        _ if content.get("openapi").is_some() => Shape::Anything,
        _ => of_schema(&content, &content),
    }
}
