//! Breaks are real ones: for each there is a value that one schema takes and the other does not.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::compare::{Readers, breaks};

fn said(before: &Json, after: &Json, readers: Readers) -> Vec<String> {
    let found = breaks(&before.clone().into(), &after.clone().into(), readers);
    found.into_iter().map(|one| one.what).collect()
}

fn forward(before: Json, after: Json) -> Vec<String> {
    said(&before, &after, Readers::Before)
}

fn backward(before: Json, after: Json) -> Vec<String> {
    said(&before, &after, Readers::After)
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn a_type_and_values_of_it_are_compared_as_what_they_take() {
    let (text, values) = (json!({ "type": "string" }), json!({ "enum": ["a", "b"] }));
    assert_eq!(forward(text.clone(), values.clone()), none());
    assert_eq!(
        forward(values.clone(), text.clone()),
        ["the whole may be any value now, which it could not be before"]
    );
    assert_eq!(backward(values.clone(), text.clone()), none());
    assert_eq!(
        backward(text.clone(), values),
        ["the whole cannot be any value now, which it could be before"]
    );
    assert_eq!(
        forward(text, json!({ "enum": ["a", 1] })),
        ["the type of the whole was string and is integer or string"]
    );
    assert_eq!(forward(json!({ "enum": [true, false] }), json!({ "type": "boolean" })), none());
    assert_eq!(forward(json!({ "type": "string", "maxLength": 2 }), json!({ "enum": ["ab"] })), none());
    assert_eq!(forward(json!({ "maxLength": 2 }), json!({ "enum": ["abc"] })).len(), 1);
    assert_eq!(forward(json!({ "maxLength": 2 }), json!({ "type": "integer" })), none());
}

#[test]
fn alternatives_of_one_type_and_lists_of_types_are_the_same() {
    let any_of = json!({ "anyOf": [{ "type": "string", "maxLength": 3 }, { "type": "string", "enum": ["long one"] }] });
    assert_eq!(forward(json!({ "type": "string" }), any_of.clone()), none());
    assert_eq!(backward(any_of.clone(), json!({ "type": "string" })), none());
    assert_eq!(forward(any_of, json!({ "type": "string" })).len(), 1);
    let (list, alternatives) = (
        json!({ "type": ["string", "null"] }),
        json!({ "anyOf": [{ "type": "null" }, { "type": "string" }] }),
    );
    assert_eq!(forward(list.clone(), alternatives.clone()), none());
    assert_eq!(forward(alternatives.clone(), list.clone()), none());
    assert_eq!(forward(alternatives, json!({ "type": ["string", "null", "integer"] })).len(), 1);
    // What stands beside the alternatives is said of each.
    let beside = json!({ "type": "object", "required": ["id"], "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] });
    assert_eq!(forward(json!({ "type": "object", "required": ["id"] }), beside), none());
}

#[test]
fn numbers_are_compared_by_what_they_are_worth() {
    let multiple = |of: f64| json!({ "type": "number", "multipleOf": of });
    assert_eq!(forward(multiple(5.0), multiple(10.0)), none());
    assert_eq!(forward(multiple(0.1), multiple(0.3)), none());
    assert_eq!(forward(multiple(10.0), multiple(5.0)), ["`multipleOf` of the whole was 10.0 and is 5.0"]);
    assert_eq!(forward(multiple(0.5), json!({ "type": "integer" })), none());
    let open = json!({ "type": "number", "minimum": 1, "exclusiveMinimum": true });
    let closed = json!({ "type": "number", "minimum": 1 });
    assert_eq!(forward(closed.clone(), open.clone()), none());
    assert_eq!(
        forward(open.clone(), closed.clone()),
        ["`minimum` of the whole was 1, itself left out, and is 1"]
    );
    assert_eq!(forward(open, json!({ "type": "number", "exclusiveMinimum": 1 })), none());
    assert_eq!(forward(json!({ "exclusiveMaximum": 5 }), json!({ "type": "number", "maximum": 5 })).len(), 1);
    assert_eq!(
        backward(json!({ "type": "integer", "exclusiveMaximum": 5 }), json!({ "maximum": 4 })),
        none()
    );
    assert_eq!(
        forward(json!({ "format": "int64" }), json!({ "type": "integer", "format": "int32" })),
        none()
    );
    assert_eq!(forward(json!({ "minLength": 0 }), json!({ "type": "string" })), none());
}

#[test]
fn what_takes_no_other_fields_is_held_against_all_that_may_come() {
    let closed = json!({ "type": "object", "properties": { "a": {} }, "additionalProperties": false });
    let open = json!({ "type": "object", "properties": { "a": {} } });
    assert_eq!(
        forward(closed.clone(), open.clone()),
        ["fields beside those of the whole may be there now, and the version before takes no others"]
    );
    assert_eq!(forward(open.clone(), closed.clone()), none());
    assert_eq!(
        backward(open, closed),
        ["fields beside those of the whole could be there before, and no others are taken"]
    );
    let others = json!({ "type": "object", "additionalProperties": { "type": "integer" } });
    let new = json!({ "type": "object", "properties": { "b": { "type": "string" } }, "additionalProperties": false });
    assert_eq!(forward(others.clone(), new.clone()), ["the type of `b` was integer and is string"]);
    assert_eq!(backward(others, new).len(), 2);
    let lists = |items: Json| json!({ "type": "array", "items": items });
    assert_eq!(
        forward(lists(json!({ "type": "string" })), json!({ "type": "array" })),
        ["the type of `[]` was string and is any"]
    );
}

#[test]
fn a_schema_that_takes_itself_in_ends() {
    for schema in [
        json!({ "allOf": [{ "$ref": "#" }, { "$ref": "#" }], "type": "object" }),
        json!({ "anyOf": [{ "$ref": "#" }, { "type": "null" }] }),
        json!({ "definitions": { "a": { "allOf": [{ "$ref": "#/definitions/b" }, { "$ref": "#/definitions/b" }] },
            "b": { "anyOf": [{ "$ref": "#/definitions/a" }, { "$ref": "#/definitions/a" }] } }, "$ref": "#/definitions/a" }),
    ] {
        assert_eq!(forward(schema.clone(), schema.clone()), none());
    }
}

/// Whether a schema takes a value (draft 4, as far as the generator goes).
fn takes(schema: &Json, value: &Json) -> bool {
    let ty = match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.as_f64().unwrap().fract() == 0.0 => "integer",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    };
    let types: Vec<&str> = match &schema["type"] {
        Json::Null => vec![],
        Json::String(one) => vec![one],
        all => all.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect(),
    };
    let is_typed = types.is_empty() || types.contains(&ty) || (ty == "integer" && types.contains(&"number"));
    let is_same = |one: &Json| one == value || one.as_f64().is_some_and(|one| Some(one) == value.as_f64());
    let is_value = schema["enum"].as_array().is_none_or(|all| all.iter().any(is_same));
    let least = |name: &str, size: f64| schema[name].as_f64().is_none_or(|least| size >= least);
    let most = |name: &str, size: f64| schema[name].as_f64().is_none_or(|most| size <= most);
    let holds = match value {
        Json::Number(number) => {
            let number = number.as_f64().unwrap();
            let is_end = |name: &str| schema[name].as_f64() == Some(number);
            least("minimum", number)
                && most("maximum", number)
                && !(schema["exclusiveMinimum"] == true && is_end("minimum"))
                && !(schema["exclusiveMaximum"] == true && is_end("maximum"))
                && schema["multipleOf"].as_f64().is_none_or(|of| (number / of).fract() == 0.0)
        }
        Json::String(text) => {
            let size = text.chars().count() as f64;
            least("minLength", size) && most("maxLength", size)
        }
        Json::Array(items) => schema.get("items").is_none_or(|of| items.iter().all(|item| takes(of, item))),
        Json::Object(map) => {
            let required = schema["required"].as_array();
            let has = |name: &Json| map.contains_key(name.as_str().unwrap());
            required.is_none_or(|all| all.iter().all(has))
                && map.iter().all(|(name, value)| match schema["properties"].get(name) {
                    Some(of) => takes(of, value),
                    None => match schema.get("additionalProperties") {
                        None | Some(Json::Bool(true)) => true,
                        Some(Json::Bool(false)) => false,
                        Some(of) => takes(of, value),
                    },
                })
        }
        _ => true,
    };
    let any_of = schema["anyOf"].as_array();
    is_typed && is_value && holds && any_of.is_none_or(|all| all.iter().any(|one| takes(one, value)))
}

fn scalars() -> Vec<Json> {
    let halves = (-8..=10).map(|half| json!(f64::from(half) / 2.0));
    let others = [0.3, 1.3, 2.3, 3.3, 8.0].into_iter().map(Json::from);
    let texts = ["", "a", "b", "ab", "bb", "abc", "bbb", "abcd", "bbbb"].into_iter().map(Json::from);
    let words = [json!(null), json!(true), json!(false)];
    words.into_iter().chain(halves).chain(others).chain(texts).collect()
}

/// Every small value: what is required of an object is one field, so two show every break.
fn values() -> Vec<Json> {
    let scalars = scalars();
    let mut all = scalars.clone();
    all.extend([json!([]), json!({}), json!([[]]), json!([{}])]);
    all.extend(scalars.iter().map(|one| json!([one])));
    for name in ["a", "b", "c"] {
        all.extend(scalars.iter().map(|one| json!({ name: one })));
        all.extend([json!({ name: [] }), json!({ name: {} })]);
    }
    for (one, other) in [("a", "b"), ("a", "c"), ("b", "c")] {
        let pairs = scalars.iter().flat_map(|first| scalars.iter().map(move |second| (first, second)));
        all.extend(pairs.map(|(first, second)| json!({ one: first, other: second })));
    }
    all
}

/// Schemas of scalars that take something.
fn scalar() -> impl Strategy<Value = Json> {
    let number = (prop::sample::select(vec!["number", "integer"]), 0..3i64, any::<[bool; 4]>());
    let number = number.prop_map(|(ty, low, [has_low, has_high, open_low, open_high])| {
        let mut schema = json!({ "type": ty });
        if has_low {
            schema["minimum"] = low.into();
            schema["exclusiveMinimum"] = open_low.into();
        }
        // Of whole numbers between two ends there are few, and a list may have them all.
        if has_high && !(has_low && ty == "integer") {
            schema["maximum"] = (low + 2).into();
            schema["exclusiveMaximum"] = open_high.into();
        }
        schema
    });
    let multiple = prop::sample::select(vec![0.5, 1.0, 2.0, 4.0])
        .prop_map(|of| json!({ "type": "number", "multipleOf": of }));
    let text = (0..3usize, any::<[bool; 2]>()).prop_map(|(least, [has_least, has_most])| {
        let mut schema = json!({ "type": "string" });
        if has_least {
            schema["minLength"] = least.into();
        }
        if has_most {
            schema["maxLength"] = (least + 1).into();
        }
        schema
    });
    let some = prop::sample::subsequence(scalars(), 1..4).prop_map(|values| json!({ "enum": values }));
    let types = prop::sample::subsequence(vec!["null", "boolean", "integer", "string"], 1..4);
    let types = types.prop_map(|types| json!({ "type": types }));
    let alternatives =
        (number.clone(), text.clone()).prop_map(|(one, other)| json!({ "anyOf": [one, other] }));
    prop_oneof![Just(json!({})), number, multiple, text, some, types, alternatives]
}

fn schema() -> impl Strategy<Value = Json> {
    let names = vec!["a", "b"];
    let properties = prop::collection::btree_map(prop::sample::select(names.clone()), scalar(), 0..3);
    let others = prop_oneof![Just(json!(null)), Just(json!(true)), Just(json!(false)), scalar()];
    let object = (properties, prop::sample::subsequence(names, 0..2), others);
    let object = object.prop_map(|(properties, required, others)| {
        let required: Vec<_> = required.into_iter().filter(|name| properties.contains_key(name)).collect();
        let mut schema = json!({ "type": "object", "properties": properties, "required": required });
        if !others.is_null() {
            schema["additionalProperties"] = others;
        }
        schema
    });
    let list = scalar().prop_map(|items| json!({ "type": "array", "items": items }));
    prop_oneof![3 => scalar(), 3 => object, 1 => list]
}

proptest! {
    #[test]
    fn where_a_break_is_said_there_is_a_value_that_shows_it(before in schema(), after in schema()) {
        let all = values();
        for (readers, written, read) in [(Readers::Before, &after, &before), (Readers::After, &before, &after)] {
            let said = said(&before, &after, readers);
            let shown = all.iter().find(|value| takes(written, value) && !takes(read, value));
            prop_assert!(said.is_empty() || shown.is_some(), "{said:?}: {before} -> {after}");
        }
    }

    #[test]
    fn what_is_as_it_was_breaks_nothing(schema in schema()) {
        prop_assert_eq!(said(&schema, &schema, Readers::Before), none());
    }
}
