use serde_json::json;

use super::compare::{Readers, breaks};
use crate::compile::testing::{compile, compile_with};
use crate::engine::Value;

const STACK: &str = "
stack: shop
registries: { orders: {} }
schemas:
  placed:
    registry: orders
    name: shop@OrderPlaced
    type: json_schema_draft4
    content: { type: object, required: [id], properties: { id: { type: string }, note: { type: string } } }
";

#[test]
fn a_schema_stands_in_its_registry_with_its_content_as_it_is_written() {
    let (graph, findings) = compile(STACK);
    assert_eq!(findings, "");
    let schema = &graph.resources[&"schemas.placed".parse().unwrap()];
    insta::assert_snapshot!(serde_json::to_string_pretty(&schema.properties.to_shown_json()).unwrap(), @r#"
    {
      "Type": "JSONSchemaDraft4",
      "SchemaName": "shop@OrderPlaced",
      "RegistryName": "shop-orders",
      "Content": {
        "type": "object",
        "required": [
          "id"
        ],
        "properties": {
          "id": {
            "type": "string"
          },
          "note": {
            "type": "string"
          }
        }
      }
    }
    "#);
    assert!(schema.edges.iter().any(|edge| edge.inside && edge.to.to_string() == "registries.orders"));
    let by_arn = STACK
        .replace("registry: orders", "registry: 'arn:aws:schemas:eu-west-1:123456789012:registry/theirs'");
    let (graph, findings) = compile(&by_arn);
    assert_eq!(findings, "");
    let schema = &graph.resources[&"schemas.placed".parse().unwrap()];
    assert_eq!(schema.properties.text_at("RegistryName"), Some("theirs"));
}

#[test]
fn names_of_schemas_are_those_of_events_in_every_environment() {
    let (graph, findings) = compile_with(STACK, |inputs| inputs.env = Some("alice".into()));
    assert_eq!(findings, "");
    let graph = graph.unwrap();
    assert_eq!(graph.resources[&"schemas.placed".parse().unwrap()].name, "shop@OrderPlaced");
    assert_eq!(graph.resources[&"registries.orders".parse().unwrap()].name, "shop-alice-orders");
}

#[test]
fn two_schemas_of_one_name_stand_in_two_registries() {
    let schema = |key: &str, registry: &str| {
        format!(
            "  {key}: {{ registry: {registry}, name: Placed, type: json_schema_draft4, content: {{ type: object }} }}\n"
        )
    };
    let stack = |one: &str, other: &str| {
        let schemas = schema("a", one) + &schema("b", other);
        compile(&format!("stack: shop\nregistries: {{ q: {{}}, r: {{}} }}\nschemas:\n{schemas}")).1
    };
    assert_eq!(stack("q", "r"), "");
    insta::assert_snapshot!(stack("q", "q"), @"
    error[two_owners]: `schemas.a` and `schemas.b` would both be the schema `Placed`
     --> stack.yaml:5:27
      |
    4 |   a: { registry: q, name: Placed, type: json_schema_draft4, content: { type: object } }
      |                           ------ the other one
    5 |   b: { registry: q, name: Placed, type: json_schema_draft4, content: { type: object } }
      |                           ^^^^^^
      |
      = in: schemas.b
      = help: give one of them another `name:`

    1 error
    ");
}

#[test]
fn what_is_wrong_with_a_schema_is_said_at_its_place() {
    let (_, findings) = compile(
        "
stack: shop
registries: { orders: {} }
schemas:
  a: { registry: orders, type: openapi3, content: { type: object } }
  b: { registry: orders, type: openapi3, content: { openapi: 3.1.0 } }
  c: { registry: orders, type: json_schema_draft4, content: { $schema: http://json-schema.org/draft-07/schema# } }
  d: { registry: orders, type: json_schema_draft4, content: { properties: { id: { $ref: '#/definitions/id' } } } }
  e: { registry: orders, type: json_schema_draft4, content: [1] }
  f: { registry: 'arn:aws:schemas:us-east-1:123456789012:registry/x', type: json_schema_draft4, content: {} }
  g: { registry: orders, type: json_schema_draft4, content: none.json }
  h: { registry: orders, name: a/b, type: json_schema_draft4 }
",
    );
    insta::assert_snapshot!(findings, @"
    error[bad_schema]: a schema of type `openapi3` says so: `openapi` is missing
     --> stack.yaml:5:51
      |
    5 |   a: { registry: orders, type: openapi3, content: { type: object } }
      |                                                   ^^^^^^^^^^^^^^^^
      |
      = in: schemas.a
      = help: write `openapi: 3.0.0`, or `type: json_schema_draft4`

    error[bad_schema]: EventBridge knows OpenAPI 3.0 alone
     --> stack.yaml:6:62
      |
    6 |   b: { registry: orders, type: openapi3, content: { openapi: 3.1.0 } }
      |                                                              ^^^^^
      |
      = in: schemas.b
      = help: write `3.0.0`

    error[bad_schema]: EventBridge knows draft 4 of JSON Schema alone
     --> stack.yaml:7:72
      |
    7 | …ers, type: json_schema_draft4, content: { $schema: http://json-schema.org/draft-07/schema# } }
      |                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = in: schemas.c
      = help: write `$schema: http://json-schema.org/draft-04/schema#`

    error[bad_schema]: `#/definitions/id` leads nowhere in this document
     --> stack.yaml:8:89
      |
    8 | …ers, type: json_schema_draft4, content: { properties: { id: { $ref: '#/definitions/id' } } } }
      |                                                                      ^^^^^^^^^^^^^^^^^^
      |
      = in: schemas.d
      = help: write `#/definitions/NAME`, or `#/components/schemas/NAME`

    error[bad_schema]: a schema is a map
     --> stack.yaml:9:61
      |
    9 |   e: { registry: orders, type: json_schema_draft4, content: [1] }
      |                                                             ^^^
      |
      = in: schemas.e

    error[foreign_registry]: a schema stands in the account and region of its registry, and this one is in 123456789012, us-east-1
      --> stack.yaml:10:18
       |
    10 |   f: { registry: 'arn:aws:schemas:us-east-1:123456789012:registry/x', type: json_schema_draft…
       |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: schemas.f
       = help: name a registry of this account and region

    error[no_file]: `none.json` cannot be read: No such file or directory (os error 2)
      --> stack.yaml:11:61
       |
    11 |   g: { registry: orders, type: json_schema_draft4, content: none.json }
       |                                                             ^^^^^^^^^
       |
       = in: schemas.g
       = help: the path is relative to the stack's file

    error[missing_key]: `content` is missing
      --> stack.yaml:12:6
       |
    12 |   h: { registry: orders, name: a/b, type: json_schema_draft4 }
       |      ^
       |
       = in: schemas.h
       = help: The schema: the document itself, or the path of a JSON or YAML file with it, relative to the file that it stands in. A version is published only where the JSON really differs; the versions before stay.

    error[illegal_name]: `a/b` is no legal name of a schema
      --> stack.yaml:12:32
       |
    12 |   h: { registry: orders, name: a/b, type: json_schema_draft4 }
       |                                ^^^ `/` is not allowed; letters, digits and `-_.@` are
       |
       = in: schemas.h

    9 errors
    ");
}

#[test]
fn what_is_no_json_schema_in_its_form_is_said_at_its_place() {
    let (_, findings) = compile(
        "
stack: shop
registries: { orders: {} }
schemas:
  a:
    registry: orders
    type: json_schema_draft4
    content:
      type: objekt
      required: id
      properties:
        type: { type: [string, nul, null] }
        required: { type: 5, required: true }
        each: { items: [{ type: strnig }], additionalProperties: { anyOf: [{ required: [1] }] } }
        example: { enum: [{ type: car, required: no }], default: { type: car } }
  b:
    registry: orders
    type: openapi3
    content:
      openapi: 3.0.0
      info: { title: x, version: '1' }
      paths: { /: { get: { parameters: [{ name: a, in: query, required: true }] } } }
      components: { schemas: { E: { type: object, required: [id], properties: { id: { type: text } } } } }
",
    );
    insta::assert_snapshot!(findings);
}

/// What breaks for those who know the version before, and for those who know the new one.
fn both(before: serde_json::Value, after: serde_json::Value) -> [Vec<String>; 2] {
    let (before, after) = (Value::from(before), Value::from(after));
    [Readers::Before, Readers::After].map(|readers| {
        breaks(&before, &after, readers)
            .into_iter()
            .map(|one| format!("{}: {}", one.place.trim_start_matches('.'), one.what))
            .collect()
    })
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn a_required_field_that_goes_or_gets_another_type_breaks_those_who_know_the_version_before() {
    let before = json!({
        "type": "object", "required": ["id", "guest"],
        "properties": {
            "id": { "type": "string" },
            "guest": { "type": "object", "required": ["name"], "properties": { "name": { "type": "string" } } },
            "note": { "type": "string" }
        }
    });
    let change = |path: &str, value: serde_json::Value| {
        let mut after = before.clone();
        *after.pointer_mut(path).unwrap() = value;
        both(before.clone(), after)
    };
    assert_eq!(both(before.clone(), before.clone()), [none(), none()]);
    let without = json!({ "id": { "type": "string" } });
    let [forward, backward] = {
        let mut after = before.clone();
        after["properties"] = without;
        after["required"] = json!(["id"]);
        both(before.clone(), after)
    };
    assert_eq!((forward, backward), (vec!["required: the required field `guest` is gone".into()], none()));
    let [forward, backward] = change("/properties/guest/required", json!([]));
    assert_eq!(
        (forward, backward),
        (vec!["properties.guest.required: the field `guest.name` is not required any more".into()], none())
    );
    let retyped = vec!["properties.id: the type of `id` was string and is integer".to_owned()];
    assert_eq!(change("/properties/id/type", json!("integer")), [retyped.clone(), retyped]);
    // A field that is optional may go, and one may come.
    let mut after = before.clone();
    after["properties"] = json!({
        "id": { "type": "string" }, "guest": before["properties"]["guest"], "colour": { "type": "string" }
    });
    assert_eq!(both(before.clone(), after), [none(), none()]);
    let [forward, backward] = change("/required", json!(["id", "guest", "note"]));
    assert_eq!((forward, backward), (none(), vec!["required: the field `note` is required now".into()]));
}

#[test]
fn what_a_value_may_be_is_compared_for_each_side() {
    let field = |schema: serde_json::Value| json!({ "properties": { "x": schema } });
    let forward = |before, after| both(field(before), field(after))[0].clone();
    let backward = |before, after| both(field(before), field(after))[1].clone();
    let (one, two) = (json!({ "enum": ["new"] }), json!({ "enum": ["new", "lost"] }));
    let wider = vec!["properties.x: `x` may be \"lost\" now, which it could not be before".to_owned()];
    assert_eq!(forward(one.clone(), two.clone()), wider);
    assert_eq!(forward(two.clone(), one.clone()), none());
    let narrower = vec!["properties.x: `x` cannot be \"lost\" now, which it could be before".to_owned()];
    assert_eq!(backward(two, one), narrower);
    // A whole number is a number; a number need not be a whole one.
    let (number, integer) = (json!({ "type": "number" }), json!({ "type": "integer" }));
    assert_eq!(forward(number.clone(), integer.clone()), none());
    assert_eq!(forward(integer, number), ["properties.x: the type of `x` was integer and is number"]);
    assert_eq!(
        forward(json!({ "type": "string" }), json!({ "type": ["string", "null"] })),
        ["properties.x: the type of `x` was string and is null or string"]
    );
    assert_eq!(
        forward(json!({ "type": "string" }), json!({ "type": "string", "nullable": true })),
        ["properties.x: the type of `x` was string and is null or string"]
    );
    assert_eq!(
        forward(json!({ "maxLength": 5 }), json!({ "maxLength": 9 })),
        ["properties.x: `maxLength` of `x` was 5 and is 9"]
    );
    assert_eq!(forward(json!({ "maxLength": 5 }), json!({ "maxLength": 3 })), none());
    assert_eq!(
        forward(json!({ "format": "date-time" }), json!({ "format": "date" })),
        ["properties.x: `format` of `x` was \"date-time\" and is \"date\""]
    );
}

#[test]
fn lists_references_parts_and_alternatives_are_looked_into() {
    let of = |line: serde_json::Value| {
        json!({
            "definitions": { "line": line },
            "allOf": [{ "properties": { "lines": { "items": { "$ref": "#/definitions/line" } } } }]
        })
    };
    let (before, after) =
        (of(json!({ "required": ["sku"], "properties": { "sku": {} } })), of(json!({ "properties": {} })));
    assert_eq!(
        both(before, after)[0],
        ["definitions.line.required: the required field `lines[].sku` is gone"]
    );
    // A schema that holds itself ends.
    let tree = json!({ "definitions": { "t": { "properties": { "below": { "$ref": "#/definitions/t" } } } }, "$ref": "#/definitions/t" });
    assert_eq!(both(tree.clone(), tree), [none(), none()]);
    let one_of = |all: serde_json::Value| json!({ "properties": { "x": { "oneOf": all } } });
    let (text, both_kinds) =
        (one_of(json!([{ "type": "string" }])), one_of(json!([{ "type": "string" }, { "type": "integer" }])));
    assert_eq!(
        both(text.clone(), both_kinds.clone())[0],
        ["properties.x: 1 alternatives for `x` of this version fit none of the version before"]
    );
    assert_eq!(both(both_kinds, text)[0], none());
    let closed =
        |properties: serde_json::Value| json!({ "properties": properties, "additionalProperties": false });
    let (few, more) = (closed(json!({ "a": {} })), closed(json!({ "a": {}, "b": {} })));
    assert_eq!(
        both(few.clone(), more.clone())[0],
        [": the field `b` is new, and the version before takes no others"]
    );
    assert_eq!(both(more, few)[1], [": the field `b` is gone, and no others are taken"]);
}

#[test]
fn the_schemas_of_openapi_documents_are_compared_by_name() {
    let of = |schemas: serde_json::Value| json!({ "openapi": "3.0.0", "components": { "schemas": schemas } });
    let event = json!({ "required": ["detail"], "properties": { "detail": { "$ref": "#/components/schemas/Order" } } });
    let before =
        of(json!({ "AWSEvent": event, "Order": { "required": ["id"], "properties": { "id": {} } } }));
    let after = of(json!({ "AWSEvent": event, "Order": { "properties": {} } }));
    assert_eq!(
        both(before.clone(), after)[0],
        ["components.schemas.Order.required: the required field `AWSEvent.detail.id` is gone"]
    );
    let gone = of(json!({ "AWSEvent": {} }));
    assert_eq!(
        both(before, gone)[0],
        [
            "components.schemas.AWSEvent.required: the required field `AWSEvent.detail` is gone",
            "components.schemas: the schema `Order` is gone"
        ]
    );
}

#[test]
fn earlier_versions_in_files_are_compared_with_offline() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "placed/1.json",
        r#"{ "required": ["id", "at"], "properties": { "id": { "type": "string" }, "at": {} } }"#,
    );
    write("placed/2.yaml", "required: [id]\nproperties:\n  id: { type: string }\n");
    write("placed/notes.md", "no version");
    write("new.yaml", "required: [id]\nproperties:\n  id:\n    type: integer\n");
    let said = |more: &str| {
        let text = format!(
            "stack: shop\nregistries: {{ orders: {{}} }}\nschemas:\n  placed:\n    registry: orders\n    type: json_schema_draft4\n    content: new.yaml\n{more}"
        );
        compile_with(&text, |inputs| inputs.base = folder.path().to_owned()).1
    };
    insta::assert_snapshot!(said("    compatible_with: placed\n"), @"
    error[incompatible_schema]: new.yaml:1:1: the required field `at` is gone, compared with placed/1.json
     --> stack.yaml:7:14
      |
    7 |     content: new.yaml
      |              ^^^^^^^^
      |
      = in: schemas.placed
      = help: keep the field as it was; or publish the new shape as a schema of its own, under another key and `name:`; or write `compatibility: none`, if nobody relies on it

    error[incompatible_schema]: new.yaml:3:3: the type of `id` was string and is integer, compared with placed/1.json
     --> stack.yaml:7:14
      |
    7 |     content: new.yaml
      |              ^^^^^^^^
      |
      = in: schemas.placed
      = help: keep the field as it was; or publish the new shape as a schema of its own, under another key and `name:`; or write `compatibility: none`, if nobody relies on it

    error[incompatible_schema]: new.yaml:3:3: the type of `id` was string and is integer, compared with placed/2.yaml
     --> stack.yaml:7:14
      |
    7 |     content: new.yaml
      |              ^^^^^^^^
      |
      = in: schemas.placed
      = help: keep the field as it was; or publish the new shape as a schema of its own, under another key and `name:`; or write `compatibility: none`, if nobody relies on it

    3 errors
    ");
    assert_eq!(said("    compatible_with: placed\n    compatibility: none\n"), "");
    let one = said("    compatible_with: [placed/2.yaml]\n    compatibility: backward\n");
    assert_eq!(one.matches("error[incompatible_schema]").count(), 1, "{one}");
    assert!(said("    compatible_with: nothing.json\n").contains("error[no_file]"));
}
