//! Schemas to models.

use crate::engine::{Map, Value};
use crate::kinds::Lowering;

use super::super::draft::merge;
use super::Reader;
use crate::kinds::document::At;

/// Keywords of OpenAPI that JSON Schema (draft 4) does not have: API Gateway refuses them.
const FOREIGN: &[&str] = &[
    "discriminator",
    "example",
    "examples",
    "externalDocs",
    "xml",
    "readOnly",
    "writeOnly",
    "deprecated",
    "nullable",
];

impl Reader<'_> {
    /// Merges `components.schemas`.
    pub(super) fn schemas(&mut self, own: &mut Lowering<'_>) {
        let top = self.doc.top();
        let schemas = top.at(&["components", "schemas"]);
        for schema in schemas.map(|at| at.members(own, "schemas by name")).unwrap_or_default() {
            let name = schema.key().to_owned();
            self.add(own, &schema, &name);
        }
    }

    /// The model of a schema: the one that it refers to, or one of this name.
    pub(super) fn model(&mut self, own: &mut Lowering<'_>, schema: &At<'_>, name: &str) -> Option<String> {
        if let Some(to) = schema.text("$ref") {
            return match to.strip_prefix("#/components/schemas/") {
                Some(name) => Some(name.to_owned()),
                None => {
                    let help = "write `#/components/schemas/NAME`";
                    schema.error(own, "bad_openapi", "this `$ref` names no schema of the document", help);
                    None
                }
            };
        }
        self.add(own, schema, name);
        Some(name.to_owned())
    }

    fn add(&mut self, own: &mut Lowering<'_>, schema: &At<'_>, name: &str) {
        if !is_name(name) {
            let message = format!("`{name}` is no name of a model");
            schema.error(own, "illegal_name", &message, "letters and digits");
            return;
        }
        merge(own, &["Models", name, "schema"], json_schema(schema.value), &|_| schema.whence(""));
    }
}

/// Whether a model can have this name.
pub(in crate::kinds::apis) fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The schema as API Gateway takes it: without OpenAPI's own keywords, `nullable` as a type, and
/// without `description`s' companions that mean nothing.
pub(in crate::kinds::apis) fn json_schema(schema: &Value) -> Value {
    let Value::Map(map) = schema else { return schema.clone() };
    let each = |value: &Value| match value {
        Value::Map(map) => {
            map.iter().map(|(key, value)| (key.clone(), json_schema(value))).collect::<Map>().into()
        }
        other => other.clone(),
    };
    let mut kept = Map::new();
    for (key, value) in map {
        let value = match key.as_str() {
            key if FOREIGN.contains(&key) || key.starts_with("x-") => continue,
            "properties" | "patternProperties" | "definitions" => each(value),
            "items" | "additionalProperties" | "not" | "additionalItems" => json_schema(value),
            "allOf" | "anyOf" | "oneOf" => match value {
                Value::List(items) => Value::List(items.iter().map(json_schema).collect()),
                other => other.clone(),
            },
            "$ref" => reference(value),
            "type"
                if map.get("nullable").and_then(Value::as_bool) == Some(true) && value.as_str().is_some() =>
            {
                Value::List(vec![value.clone(), "null".into()])
            }
            _ => value.clone(),
        };
        kept.insert(key.clone(), value);
    }
    kept.into()
}

/// References to other models have one spelling, whatever the dialect.
fn reference(to: &Value) -> Value {
    let name = to.as_str().and_then(|to| {
        ["#/components/schemas/", "#/definitions/", "#/models/"]
            .iter()
            .find_map(|start| to.strip_prefix(start))
    });
    name.map_or_else(|| to.clone(), |name| format!("#/components/schemas/{name}").into())
}

/// The models that a schema refers to.
pub(in crate::kinds::apis) fn referred(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    schema.walk(&mut |value| {
        let name = value.text_at("$ref").and_then(|to| to.strip_prefix("#/components/schemas/"));
        found.extend(name.map(str::to_owned));
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value;

    #[test]
    fn a_schema_loses_what_json_schema_does_not_know_and_keeps_properties_of_those_names() {
        let schema = value!({
            "type": "object", "nullable": true, "example": { "id": 1 }, "x-note": 1,
            "properties": { "example": { "$ref": "#/definitions/Line", "description": "x" } },
            "allOf": [{ "xml": {} }],
        });
        assert_eq!(
            json_schema(&schema),
            value!({
                "type": ["object", "null"],
                "properties": { "example": { "$ref": "#/components/schemas/Line", "description": "x" } },
                "allOf": [{}],
            })
        );
        assert_eq!(referred(&json_schema(&schema)), ["Line"]);
    }
}
