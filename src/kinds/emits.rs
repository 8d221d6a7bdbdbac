//! What something whose inside nobody knows says that it puts on buses.

use serde_json::Value as Json;

use crate::engine::field::{Document, Field, RefTo, TEXT, Type};
use crate::engine::{Graph, Resource, Value};
use crate::flow::passing::Flow;
use crate::flow::shape::{Shape, entry, of_schema};
use crate::source::{Diagnostic, Findings};

use super::admit::AWS_SOURCE;
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

/// The words of JSON Schema that say what something is. What has none of them says nothing.
const SCHEMA_WORDS: [&str; 16] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "description",
    "enum",
    "items",
    "not",
    "nullable",
    "oneOf",
    "patternProperties",
    "properties",
    "required",
    "title",
    "type",
];

/// Says of each event what PutEvents would refuse, so that it never comes to anybody.
pub fn fits(of: &Resource, graph: &Graph, findings: &mut Findings) {
    let Some(told) = graph.told.get(&of.address) else { return };
    let said = told.said.get(EMITS).and_then(Value::as_list).unwrap_or_default();
    for (index, one) in said.iter().enumerate() {
        let mut wrong = |code: &'static str, key: &str, message: String, help: &str| {
            let at = [format!("{EMITS}[{index}].{key}"), format!("{EMITS}[{index}]")];
            let at = at.iter().find_map(|path| told.places.get(path)).copied().unwrap_or(of.declared);
            let finding = Diagnostic::error(code, message).at(at).help(help);
            findings.push(finding.address(of.address.to_string()));
        };
        let text = |key: &str| one.get(key).and_then(Value::as_str);
        if text("source").is_some_and(|source| source.starts_with(AWS_SOURCE)) {
            let message = format!("sources that begin with `{AWS_SOURCE}` are AWS's own");
            wrong("event_source", "source", message, "choose another source");
        }
        for key in ["source", "detail_type"].into_iter().filter(|key| text(key) == Some("")) {
            let help = if key == "source" { "write the source" } else { "leave it out if it may be any" };
            wrong("refused_event", key, format!("EventBridge refuses an event with an empty `{key}`"), help);
        }
        const OBJECT: &str =
            "such as `{ type: object, required: [id], properties: { id: { type: string } } }`";
        match one.get("detail").and_then(Value::to_json) {
            None => {}
            Some(_) if one.get("schema").is_some() => {
                let message = "`schema` cannot stand beside `detail`".to_owned();
                wrong("refused_event", "schema", message, "keep the one that describes the detail");
            }
            Some(Json::Object(map))
                if !map.is_empty() && !map.keys().any(|key| SCHEMA_WORDS.contains(&&**key)) =>
            {
                let message = "this is no JSON Schema: it has none of its words".to_owned();
                wrong("refused_event", "detail", message, OBJECT);
            }
            Some(schema @ Json::Object(_)) if !of_schema(&schema, &schema).may_be_object() => {
                let message =
                    "the detail of an event is an object, and what this describes is none".to_owned();
                wrong("refused_event", "detail", message, OBJECT);
            }
            Some(Json::Object(_) | Json::Bool(true)) => {}
            Some(_) => {
                let message = "a JSON Schema of the detail stands here, which is an object".to_owned();
                wrong("refused_event", "detail", message, OBJECT);
            }
        }
    }
}

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
