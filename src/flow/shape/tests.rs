//! What is said of a shape holds of every document that it allows.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::engine::Value;
use crate::flow::pattern::{PatternKind, matches, parse};
use crate::flow::reference::{Reference, parse_reference};
use crate::value;

fn screen(pattern: &Value) -> Screen {
    Screen::new(&parse(pattern, PatternKind::Document).unwrap())
}

fn found(shape: &Shape, path: &str) -> Found {
    let Ok(Reference::Event(path)) = parse_reference(path) else { panic!("{path}") };
    shape.get(&path.0)
}

const NAMES: [&str; 4] = ["a", "b", "c", "a.b"];

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(json!("x")),
        Just(json!("xy")),
        Just(json!("")),
        Just(json!(1)),
        Just(json!(2.5)),
        Just(json!(true)),
        Just(Json::Null)
    ]
}

/// A document, and a shape that allows it.
fn document() -> impl Strategy<Value = (Json, Shape)> {
    let leaf = (scalar(), 0..5_u8).prop_map(|(value, how)| {
        let shape = match (&value, how) {
            (_, 0) => Shape::Anything,
            (_, 1) => Shape::Is(value.clone()),
            (Json::String(_), 2) => Shape::Text,
            (Json::String(text), 3) if !text.is_empty() => Shape::begins(&text[..1]),
            (Json::Number(_), 2) => Shape::Number,
            (Json::Bool(_), 2) => Shape::Bool,
            _ => Shape::one_of([Shape::Is(value.clone()), Shape::text("other"), Shape::Number]),
        };
        (value, shape)
    });
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(|items| {
                let (values, shapes): (Vec<Json>, Vec<Shape>) = items.into_iter().unzip();
                (Json::Array(values), Shape::items(shapes))
            }),
            (
                proptest::collection::btree_map(
                    proptest::sample::select(&NAMES[..]),
                    (inner, any::<bool>(), any::<bool>()),
                    0..4
                ),
                any::<bool>()
            )
                .prop_map(|(members, is_open)| object(members, is_open)),
        ]
    })
    .prop_filter("an event is an object", |(value, _)| value.is_object())
}

/// An object in which a member that the shape says may be missing is there or not.
fn object(
    members: std::collections::BTreeMap<&'static str, ((Json, Shape), bool, bool)>,
    is_open: bool,
) -> (Json, Shape) {
    let (mut map, mut shapes) = (serde_json::Map::new(), Vec::new());
    for (name, ((value, shape), is_certain, is_there)) in members {
        // Nobody writes `a.b` beside an `a` that is declared.
        let is_beside = shapes.iter().any(|(known, ..): &(String, Shape, bool)| known == "a");
        let is_dotted = is_open && !is_certain && name.contains('.') && is_beside;
        if (is_certain || is_there) && !is_dotted {
            map.insert(name.into(), value);
        }
        // Where there may be others, a member need not be named.
        if !is_open || is_certain {
            shapes.push((name.to_owned(), shape, is_certain));
        }
    }
    (Json::Object(map), Shape::object(shapes, is_open))
}

fn alternative() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(value!("x")),
        Just(value!("other")),
        Just(value!(1)),
        Just(value!(true)),
        Just(Value::Null),
        Just(value!({ "prefix": "x" })),
        Just(value!({ "prefix": "xy" })),
        Just(value!({ "suffix": "y" })),
        Just(value!({ "exists": true })),
        Just(value!({ "exists": false })),
        Just(value!({ "numeric": [">", 1] })),
        Just(value!({ "anything-but": ["x"] })),
        Just(value!({ "anything-but": [1] })),
        Just(value!({ "anything-but": { "prefix": "x" } })),
        Just(value!({ "wildcard": "x*" })),
        Just(value!({ "equals-ignore-case": "X" })),
    ]
}

fn pattern() -> impl Strategy<Value = Value> {
    let leaf = proptest::collection::vec(alternative(), 1..3).prop_map(Value::List);
    let node = leaf.prop_recursive(2, 6, 2, |inner| {
        proptest::collection::vec((proptest::sample::select(&["a", "b", "c"][..]), inner), 1..3).prop_map(
            |members| Value::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        )
    });
    let map = proptest::collection::vec((proptest::sample::select(&["a", "b", "c"][..]), node), 1..3)
        .prop_map(|members| {
            Value::Map(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
        });
    (map.clone(), proptest::option::of((map.clone(), map))).prop_map(|(mut whole, or)| {
        if let Some((one, other)) = or {
            whole.put("$or", Value::List(vec![one, other]));
        }
        whole
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn what_fits_never_matches_nothing_and_what_fits_always_matches_all((event, shape) in document(), written in pattern()) {
        prop_assert!(shape.allows(&event), "{shape:?} {event}");
        let Ok(pattern) = parse(&written, PatternKind::Document) else { return Ok(()) };
        let screen = Screen::new(&pattern);
        let (is_match, fit) = (matches(&pattern, &event), screen.fit(&shape));
        prop_assert!(!(is_match && fit == Fit::Never), "never, and it does: {written:?} {shape:?} {event}");
        prop_assert!(is_match || fit != Fit::Always, "always, and it does not: {written:?} {shape:?} {event}");
        prop_assert_eq!(screen.why(std::slice::from_ref(&shape), &|_| false).is_empty(), fit != Fit::Never);
        if is_match {
            let passing = screen.narrow(&shape);
            prop_assert!(passing.iter().any(|one| one.allows(&event)), "{written:?} {shape:?} lets no {event} through");
        }
    }

    #[test]
    fn a_pattern_within_another_matches_nothing_else((event, _) in document(), one in pattern(), other in pattern()) {
        let (Ok(one), Ok(other)) = (parse(&one, PatternKind::Document), parse(&other, PatternKind::Document)) else { return Ok(()) };
        if Screen::new(&one).is_within(&Screen::new(&other)) {
            prop_assert!(!matches(&one, &event) || matches(&other, &event));
        }
        prop_assert!(Screen::new(&one).is_within(&Screen::new(&one)));
    }

    #[test]
    fn a_path_finds_what_the_shape_says((event, shape) in document(), path in proptest::collection::vec(proptest::sample::select(&["a", "b", "c"][..]), 0..3)) {
        let path = format!("${}", path.iter().map(|name| format!(".{name}")).collect::<String>());
        let Ok(Reference::Event(path)) = parse_reference(&path) else { return Ok(()) };
        let said = shape.get(&path.0);
        match path.find(&event) {
            Some(value) => prop_assert!(said.shape.is_some_and(|shape| shape.allows(&value))),
            None => prop_assert!(said.may_lack),
        }
    }
}

#[test]
fn which_field_rules_a_shape_out_is_told() {
    let record = Shape::closed([
        ("eventName", Shape::one_of([Shape::text("INSERT"), Shape::text("MODIFY")])),
        ("item", Shape::closed([("total", Shape::closed([("N", Shape::Text)]))])),
    ]);
    let why = |pattern: Value| {
        screen(&pattern)
            .why(std::slice::from_ref(&record), &|_| false)
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(why(value!({ "eventName": ["REMOVE"] })), "has `\"INSERT\"` or `\"MODIFY\"` in `eventName`");
    assert_eq!(
        why(value!({ "item": { "total": { "N": [{ "numeric": [">", 0] }] } } })),
        "has a text in `item.total.N`"
    );
    assert_eq!(why(value!({ "item": { "totl": [{ "exists": true }] } })), "has no `item.totl`");
    assert_eq!(why(value!({ "item": { "totl": [{ "exists": false }] } })), "");
    assert_eq!(
        why(value!({ "$or": [{ "eventName": ["x"], "item": ["y"] }, { "other": [1] }] })),
        "has no `other`"
    );
}

#[test]
fn of_many_the_nearest_are_told_with_all_that_they_have() {
    let record =
        |name: &str, total: Shape| Shape::closed([("eventName", Shape::text(name)), ("total", total)]);
    let all = [
        Shape::closed([("other", Shape::Text)]),
        record("INSERT", Shape::Text),
        record("MODIFY", Shape::Text),
        record("REMOVE", Shape::Number),
    ];
    let why = |pattern: Value| {
        let whys = screen(&pattern).why(&all, &|field| field == "said");
        whys.into_iter().map(|why| (why.to_string(), why.at, why.near)).collect::<Vec<_>>()
    };
    let near = |one: &str, other: &str| Some((one.to_owned(), other.to_owned()));
    assert_eq!(
        why(value!({ "eventName": ["insert"] })),
        [(
            "has `\"INSERT\"` or `\"MODIFY\"` or `\"REMOVE\"` in `eventName`".to_owned(),
            "eventName".to_owned(),
            near("insert", "INSERT")
        )]
    );
    assert_eq!(
        why(value!({ "eventName": ["INSERT"], "total": [5] })),
        [("has a text in `total`".to_owned(), "total".to_owned(), None)]
    );
    assert_eq!(
        why(value!({ "said": ["x"], "$or": [{ "totl": [5] }, { "none": [1], "eventName": [1] }] })),
        [("has no `totl`".to_owned(), "$or[0].totl".to_owned(), near("totl", "total"))]
    );
    assert!(why(value!({ "said": ["x"], "total": [5, "5"] })).is_empty());
}

#[test]
fn a_name_with_a_dot_is_several_to_a_pattern() {
    let text = |name: &str| (name.to_owned(), Shape::Text, true);
    let known =
        Shape::object([text("a.b"), ("c".to_owned(), Shape::closed([("d", Shape::Text)]), true)], false);
    let fit = |shape: &Shape, pattern: Value| screen(&pattern).fit(shape);
    assert_eq!(fit(&known, value!({ "a": { "b": [{ "exists": true }] } })), Fit::Always);
    assert_eq!(fit(&known, value!({ "a.b": [{ "exists": true }] })), Fit::Always);
    assert_eq!(fit(&known, value!({ "c.d": [5] })), Fit::Never);
    assert_eq!(fit(&known, value!({ "a": { "c": [{ "exists": true }] } })), Fit::Never);
    let others = Shape::with_rest([text("id")], Shape::closed([("S", Shape::Text)]));
    assert_eq!(fit(&others, value!({ "a.b": { "S": ["x"] } })), Fit::Unknown);
    assert_eq!(fit(&others, value!({ "a.b": { "N": ["x"] } })), Fit::Never);
    // Nobody writes `id.S` beside `id`.
    assert_eq!(fit(&others, value!({ "id": { "S": ["x"] } })), Fit::Never);
}

#[test]
fn alternatives_of_the_wrong_type_are_told_where_no_other_of_the_field_may_match() {
    let record =
        [Shape::object([("n".to_owned(), Shape::Text, true), ("m".to_owned(), Shape::Number, false)], false)];
    let told = |pattern: Value| {
        let told = screen(&pattern).mistyped(&record);
        told.iter().map(|why| why.wanted[0].to_string()).collect::<Vec<_>>()
    };
    let numbers = value!([5, { "numeric": ["=", 5] }]);
    let either = value!({ "$or": [{ "n": (numbers) }, { "m": [5] }] });
    assert_eq!(told(either), ["5", r#"{"numeric":["=",5]}"#]);
    let careful = value!({ "n": ["5", 5, { "numeric": ["=", 5] }], "m": [{ "exists": false }, "", null] });
    assert!(told(careful).is_empty());
}

#[test]
fn whether_what_may_be_missing_is_missing_nobody_knows() {
    let may_lack = Shape::object([("mark".to_owned(), Shape::Text, false)], false);
    let pattern = screen(&value!({ "mark": [{ "exists": false }] }));
    assert_eq!(pattern.fit(&may_lack), Fit::Unknown);
    assert_eq!(pattern.fit(&Shape::any_object()), Fit::Unknown);
    assert_eq!(pattern.fit(&Shape::closed([("other", Shape::Text)])), Fit::Always);
    assert_eq!(pattern.fit(&Shape::closed([("mark", Shape::Text)])), Fit::Never);
}

#[test]
fn what_a_pattern_lets_pass_is_narrower() {
    let event = event();
    let passing =
        screen(&value!({ "source": ["shop", "web"], "detail": { "state": ["new"] } })).narrow(&event);
    let [passing] = passing.as_slice() else { panic!() };
    assert_eq!(screen(&value!({ "source": ["other"] })).fit(passing), Fit::Never);
    assert_eq!(screen(&value!({ "source": [{ "anything-but": ["other"] }] })).fit(passing), Fit::Always);
    assert_eq!(screen(&value!({ "detail": { "state": ["old"] } })).fit(passing), Fit::Unknown);
}

#[test]
fn a_template_makes_a_shape_and_says_what_it_reads() {
    let written = Written::read(&r#"{"id":<id>,"text":"Order <id>","all":["<id>",1],"k":"v"}"#.into());
    let at: Vec<&str> = written.placeholders.iter().map(|one| &*one.at).collect();
    assert_eq!(at, ["id", "text", "all[0]"]);
    let shape = written.shape(&|_| Shape::text("A-7"));
    assert_eq!(found(&shape, "$.id").shape, Some(Shape::text("A-7")));
    assert_eq!(found(&shape, "$.text").shape, Some(Shape::begins("Order ")));
    assert_eq!(found(&shape, "$.k").shape, Some(Shape::text("v")));
    assert_eq!(found(&shape, "$.other"), Found { shape: None, may_lack: true });
    assert_eq!(Written::read(&"Order <id>".into()).shape(&|_| Shape::Text), Shape::Anything);
}

#[test]
fn a_schema_allows_what_it_says_and_what_it_does_not_say_anything() {
    let schema = json!({
        "definitions": { "money": { "type": "object", "required": ["amount"], "properties": { "amount": { "type": "number" } }, "additionalProperties": false } },
        "type": "object", "required": ["id", "price"], "additionalProperties": false,
        "properties": {
            "id": { "type": "string" }, "price": { "$ref": "#/definitions/money" }, "state": { "enum": ["new", "paid"] },
            "lines": { "type": "array", "items": { "type": ["string", "null"] } }, "self": { "$ref": "#" }, "odd": { "not": {} },
        },
    });
    let shape = of_schema(&schema, &schema);
    assert_eq!(found(&shape, "$.price.amount"), Found { shape: Some(Shape::Number), may_lack: false });
    assert_eq!(found(&shape, "$.price.currency").shape, None);
    assert_eq!(found(&shape, "$.odd").shape, Some(Shape::Anything));
    assert!(found(&shape, "$.state").may_lack);
    assert!(shape.allows(&json!({ "id": "a", "price": { "amount": 1 }, "lines": ["x", null] })));
}

#[test]
fn a_schema_that_refers_to_itself_in_many_members_is_read_to_an_end() {
    let own: serde_json::Map<String, Json> =
        (0..14).map(|n| (format!("p{n}"), json!({ "$ref": "#" }))).collect();
    let schema = json!({ "type": "object", "properties": own });
    let shape = of_schema(&schema, &schema);
    assert!(shape.allows(&json!({ "p0": { "p1": {} } })));
}

#[test]
fn what_is_too_large_is_anything() {
    let mut shape = Shape::text("x");
    for _ in 0..40 {
        shape = Shape::closed([("a", shape.clone()), ("b", shape)]);
    }
    assert!(shape.parts() <= MOST_PARTS);
    let many = Shape::one_of((0..100).map(|n| Shape::text(n.to_string())));
    assert_eq!(many, Shape::Text);
    assert_eq!(Shape::one_of((0..100).map(|n| Shape::Is(n.into()))), Shape::Anything);
}
