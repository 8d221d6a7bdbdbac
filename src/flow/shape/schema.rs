//! The shape that a JSON Schema allows.
//!
//! Takes the words of draft 4 and of OpenAPI 3 that say what is there: `type`, `properties`, `required`,
//! `additionalProperties`, `items`, `enum`, `const`, `nullable`, `allOf` of one, `anyOf`, `oneOf`, and references within
//! the document. What it does not know allows anything, so nothing is ruled out that the schema allows.

use serde_json::Value as Json;

use super::Shape;

/// Deeper schemas are not followed: one may refer to itself.
const DEEPEST: usize = 12;
/// More schemas are not read: one that refers to itself in many members would be read times and again.
const MOST_STEPS: usize = 4096;

/// The shape of what a schema allows. References are looked up in `root`.
///
/// ```
/// use gatewayctl::flow::shape::{Shape, of_schema};
/// let schema = serde_json::json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "string" } },
///     "additionalProperties": false });
/// assert_eq!(of_schema(&schema, &schema), Shape::closed([("id", Shape::Text)]));
/// ```
pub fn of_schema(schema: &Json, root: &Json) -> Shape {
    let mut left = MOST_STEPS;
    read(schema, root, 0, &mut left)
}

/// Reads one schema, and takes a step of those that are left.
fn read(schema: &Json, root: &Json, depth: usize, left: &mut usize) -> Shape {
    let is_followed = depth < DEEPEST && *left > 0;
    let Some(map) = schema.as_object().filter(|_| is_followed) else { return Shape::Anything };
    *left -= 1;
    if let Some(to) = map.get("$ref") {
        let found = to.as_str().and_then(|to| root.pointer(to.strip_prefix('#')?));
        return found.map_or(Shape::Anything, |found| read(found, root, depth + 1, left));
    }
    if let Some(constant) = map.get("const") {
        return Shape::of(constant);
    }
    if let Some(Json::Array(values)) = map.get("enum") {
        return Shape::one_of(values.iter().map(Shape::of));
    }
    for word in ["anyOf", "oneOf"] {
        // Beside members of its own each choice would be narrower: what it is without them is wider, and true.
        if let Some(Json::Array(choices)) = map.get(word).filter(|_| !map.contains_key("properties")) {
            return Shape::one_of(choices.iter().map(|choice| read(choice, root, depth + 1, left)));
        }
    }
    if let (Some(Json::Array(all)), false) = (map.get("allOf"), map.contains_key("properties")) {
        return match all.as_slice() {
            [one] => read(one, root, depth + 1, left),
            _ => Shape::Anything,
        };
    }
    let types: Vec<&str> = match map.get("type") {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(some)) => some.iter().filter_map(Json::as_str).collect(),
        _ if map.contains_key("properties") => vec!["object"],
        _ => return Shape::Anything,
    };
    let mut shapes: Vec<Shape> = types.iter().map(|word| of_type(word, map, root, depth, left)).collect();
    if map.get("nullable") == Some(&Json::Bool(true)) {
        shapes.push(Shape::Is(Json::Null));
    }
    Shape::one_of(shapes)
}

fn of_type(
    word: &str,
    map: &serde_json::Map<String, Json>,
    root: &Json,
    depth: usize,
    left: &mut usize,
) -> Shape {
    match word {
        "string" => Shape::Text,
        "number" | "integer" => Shape::Number,
        "boolean" => Shape::Bool,
        "null" => Shape::Is(Json::Null),
        "array" => {
            Shape::list(map.get("items").map_or(Shape::Anything, |items| read(items, root, depth + 1, left)))
        }
        "object" => object(map, root, depth, left),
        _ => Shape::Anything,
    }
}

fn object(map: &serde_json::Map<String, Json>, root: &Json, depth: usize, left: &mut usize) -> Shape {
    let empty = serde_json::Map::new();
    let properties = map.get("properties").and_then(Json::as_object).unwrap_or(&empty);
    let required = map.get("required").and_then(Json::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|one| one == name));
    let members = properties
        .iter()
        .map(|(name, schema)| (name.clone(), read(schema, root, depth + 1, left), is_required(name)));
    let is_open = map.get("additionalProperties") != Some(&Json::Bool(false))
        || map.contains_key("patternProperties")
        || map.contains_key("allOf");
    Shape::object(members, is_open)
}
