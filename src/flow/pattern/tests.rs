use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::engine::{Map, Template, Value};
use crate::value;

fn rule(pattern: Json) -> Pattern {
    parse(&pattern.clone().into(), PatternKind::Rule).unwrap_or_else(|p| panic!("{pattern}: {p:?}"))
}

fn wrong(pattern: Json, kind: PatternKind) -> String {
    let problems = parse(&pattern.clone().into(), kind).err().unwrap_or_else(|| panic!("{pattern} is taken"));
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Whether the alternatives of a leaf accept a value.
fn leaf(alternatives: Json, value: Json) -> bool {
    matches(&rule(json!({ "detail": { "x": alternatives } })), &json!({ "detail": { "x": value } }))
}

#[test]
fn every_operator_accepts_and_refuses() {
    for (alternative, yes, no) in [
        (json!("a"), json!("a"), json!("A")),
        (json!(300), json!(300.0), json!("300")),
        (json!(null), json!(null), json!("")),
        (json!(true), json!(true), json!("true")),
        (json!({ "prefix": "us-" }), json!("us-east-1"), json!("US-east-1")),
        (json!({ "prefix": { "equals-ignore-case": "Us" } }), json!("uS-1"), json!("eu")),
        (json!({ "suffix": ".png" }), json!("a.png"), json!("a.PNG")),
        (json!({ "suffix": { "equals-ignore-case": ".png" } }), json!("a.PNG"), json!("png")),
        (json!({ "equals-ignore-case": "alice" }), json!("ALICE"), json!("alices")),
        (json!({ "wildcard": "dir/*.png" }), json!("dir/a/b.png"), json!("dir/a.jpg")),
        (json!({ "wildcard": "a\\*\\\\*" }), json!("a*\\b"), json!("ab\\b")),
        (json!({ "wildcard": "ab*ba" }), json!("abba"), json!("aba")),
        (json!({ "anything-but": "x" }), json!("y"), json!("x")),
        (json!({ "anything-but": [1, 2] }), json!("1"), json!(2.0)),
        (json!({ "anything-but": { "prefix": "a" } }), json!("b"), json!("ab")),
        (json!({ "anything-but": { "suffix": ["a", "b"] } }), json!(5), json!("xb")),
        (json!({ "anything-but": { "equals-ignore-case": ["a", "b"] } }), json!("c"), json!("B")),
        (json!({ "anything-but": { "wildcard": ["*/lib/*"] } }), json!("/src/x"), json!("/lib/x")),
        (json!({ "numeric": [">", 0, "<=", 5] }), json!(5), json!(0)),
        (json!({ "numeric": ["=", 3e2] }), json!(300), json!("300")),
        (json!({ "cidr": "10.0.0.0/24" }), json!("10.0.0.255"), json!("10.0.1.0")),
        (json!({ "cidr": "2001:db8::/32" }), json!("2001:db8::1"), json!("10.0.0.1")),
        (json!({ "cidr": "0.0.0.0/0" }), json!("1.2.3.4"), json!("::1")),
        (json!({ "exists": true }), json!(null), json!({ "y": 1 })),
        (json!({ "exists": false }), json!({ "y": 1 }), json!(1)),
    ] {
        assert!(leaf(json!([alternative]), yes.clone()), "{alternative} {yes}");
        assert!(!leaf(json!([alternative]), no.clone()), "{alternative} {no}");
    }
}

#[test]
fn a_field_that_is_absent_matches_only_where_absence_is_wanted() {
    let event = json!({ "detail": {} });
    assert!(matches(&rule(json!({ "detail": { "x": ["a", { "exists": false }] } })), &event));
    assert!(!matches(&rule(json!({ "detail": { "x": [{ "anything-but": "a" }] } })), &event));
}

#[test]
fn an_array_matches_by_any_item_and_objects_of_an_array_do_not_mix() {
    assert!(leaf(json!(["b"]), json!(["a", "b"])));
    assert!(leaf(json!([{ "anything-but": "a" }]), json!(["a", "b"])));
    assert!(!leaf(json!([{ "exists": true }]), json!([])));
    let pattern = rule(json!({ "detail": { "items": { "id": ["1"], "state": ["open"] } } }));
    let event = |states: [&str; 2]| json!({ "detail": { "items": [{ "id": "1", "state": states[0] }, { "id": "2", "state": states[1] }] } });
    assert!(matches(&pattern, &event(["open", "closed"])));
    assert!(!matches(&pattern, &event(["closed", "open"])));
}

#[test]
fn one_member_of_an_or_is_enough_and_its_siblings_hold() {
    let pattern = rule(json!({
        "source": ["s"], "detail": { "$or": [{ "a": [1] }, { "b": [2], "$or": [{ "c": [3] }, { "d": [4] }] }] }
    }));
    assert!(matches(&pattern, &json!({ "source": "s", "detail": { "a": 1 } })));
    assert!(matches(&pattern, &json!({ "source": "s", "detail": { "b": 2, "d": 4 } })));
    assert!(!matches(&pattern, &json!({ "source": "s", "detail": { "b": 2 } })));
    assert!(!matches(&pattern, &json!({ "source": "t", "detail": { "a": 1 } })));
}

#[test]
fn every_structural_mistake_names_its_place() {
    for (pattern, expected) in [
        (json!([]), "a pattern is a map, not a list"),
        (json!({}), "an empty map"),
        (
            json!({ "source": "a" }),
            "source: a field of a pattern takes a list of values, not a text (write `[\"a\"]`)",
        ),
        (json!({ "source": [] }), "source: an empty list"),
        (json!({ "detail": { "a": {} } }), "detail.a: an empty map"),
        (json!({ "detail": { "a": [["b"]] } }), "detail.a[0]: a list cannot stand"),
        (json!({ "detail": { "a": [{ "prefx": "b" }] } }), "did you mean `prefix`?"),
        (json!({ "detail": { "a": [{ "anything_but": "b" }] } }), "did you mean `anything-but`?"),
        (json!({ "detail": { "a": [{ "prefix": "b", "suffix": "c" }] } }), "one operator, not 2"),
        (json!({ "detail": { "a": { "prefix": "b" } } }), "detail.a: `prefix` must stand in a list"),
        (json!({ "detail_type": ["x"] }), "AWS writes it `detail-type`"),
        (json!({ "detailType": ["x"] }), "AWS writes it `detail-type`"),
        (json!({ "source": [{ "exists": "yes" }] }), "source[0].exists: `exists` takes true or false"),
        (json!({ "source": [{ "prefix": ["a"] }] }), "source[0].prefix: "),
        (json!({ "source": [{ "anything-but": ["a", 1] }] }), "texts or numbers"),
        (json!({ "source": [{ "anything-but": [null] }] }), "texts or numbers"),
        (json!({ "source": [{ "anything-but": { "numeric": 1 } }] }), "`anything-but` takes no `numeric`"),
        (json!({ "source": [{ "wildcard": "a**" }] }), "two `*` in a row"),
        (json!({ "source": [{ "wildcard": "a\\b" }] }), "escapes neither"),
        (json!({ "source": [{ "numeric": [">"] }] }), "each with a number"),
        (json!({ "source": [{ "numeric": ["!=", 1] }] }), "each with a number"),
        (json!({ "source": [{ "numeric": [">", 5, "<", 5] }] }), "not below"),
        (json!({ "source": [{ "numeric": ["<", 5, ">", 0] }] }), "lower bound and then an upper"),
        (json!({ "source": [{ "cidr": "10.0.0.0/33" }] }), "no network"),
        (json!({ "source": [{ "cidr": "10.0.0.1" }] }), "no network"),
        (json!({ "$or": [{ "source": ["a"] }] }), "at least two maps"),
        (
            json!({ "source": ["a"], "$or": [{ "source": ["b"] }, { "id": ["c"] }] }),
            "beside an `$or` and in it",
        ),
    ] {
        let found = wrong(pattern.clone(), PatternKind::Rule);
        assert!(found.contains(expected), "{pattern}: {found}");
    }
}

#[test]
fn an_or_of_operators_is_a_field_of_that_name() {
    let pattern = rule(json!({ "detail": { "$or": [{ "prefix": "a" }, { "suffix": "b" }] } }));
    assert!(matches(&pattern, &json!({ "detail": { "$or": "ax" } })));
}

#[test]
fn pipes_lack_some_operators() {
    for alternative in [json!({ "wildcard": "a*" }), json!({ "anything-but": { "prefix": "a" } })] {
        assert!(
            wrong(json!({ "body": [alternative] }), PatternKind::Pipe).contains("filters of pipes have no")
        );
    }
    let pattern = value!({ "detail_type": ["x"], "body": { "a": [{ "anything-but": ["b"] }] } });
    assert_eq!(parse(&pattern, PatternKind::Pipe).unwrap().warnings, []);
}

#[test]
fn more_than_a_thousand_combinations_are_refused_quickly() {
    let or = |field: &str| json!((0..10).map(|i| json!({ field: [i] })).collect::<Vec<_>>());
    let nest = |fields: &[&str]| {
        let members: serde_json::Map<_, _> =
            fields.iter().map(|f| (f.to_string(), json!({ "$or": or(f) }))).collect();
        json!({ "detail": members })
    };
    assert!(parse(&nest(&["a", "b", "c"]).into(), PatternKind::Rule).is_ok());
    let many: Vec<_> = (0..40).map(|i| format!("f{i}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    assert!(wrong(nest(&many[..4]), PatternKind::Rule).contains("10000 combinations"));
    assert!(wrong(nest(&many), PatternKind::Rule).contains("at most 1000"));
}

#[test]
fn long_patterns_are_warned_of_and_longer_ones_refused() {
    let of = |length: usize| json!({ "source": ["x".repeat(length)] });
    assert!(rule(of(2000)).warnings.is_empty());
    assert_eq!(rule(of(2048)).warnings.len(), 1);
    assert!(wrong(of(4096), PatternKind::Rule).contains("at most 4096"));
    assert!(parse(&of(3000).into(), PatternKind::Pipe).unwrap().warnings.is_empty());
}

#[test]
fn what_is_not_known_yet_matches_nothing_and_is_named() {
    let unknown = || Value::from(Template::output("buses.orders".parse().unwrap(), "arn"));
    let pattern = value!({
        "resources": [(unknown()), "b"], "detail": { "a": [{ "anything-but": (unknown()) }] }
    });
    let pattern = parse(&pattern, PatternKind::Rule).unwrap();
    let places: Vec<_> = pattern.unknown.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["resources[0]", "detail.a[0].anything-but"]);
    assert!(!matches(&pattern, &json!({ "resources": ["b"], "detail": { "a": "x" } })));
}

// E2: AWS keeps the order of lists in a pattern, and changes that of keys.
#[test]
fn sameness_ignores_order_repetition_and_spelling_but_not_the_order_of_a_range() {
    let n = |alternatives: Json| Value::from(json!({ "detail": { "n": alternatives } }));
    for (one, other, expected) in [
        (json!(["a", "b", "a"]), json!(["b", "a"]), true),
        (json!([1]), json!([1.0]), true),
        (json!([1]), json!(["1"]), false),
        (json!([{ "anything-but": "a" }]), json!([{ "anything-but": ["a"] }]), true),
        (
            json!([{ "anything-but": { "prefix": "a" } }]),
            json!([{ "anything-but": { "prefix": ["a"] } }]),
            true,
        ),
        (json!([{ "anything-but": "a" }]), json!(["a"]), false),
        (json!([{ "numeric": [">", 1, "<", 2] }]), json!([{ "numeric": ["<", 2, ">", 1] }]), false),
    ] {
        assert_eq!(same(&n(one.clone()), &n(other.clone())), expected, "{one} {other}");
    }
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        prop::sample::select(vec!["a", "b", "A", "ab", "", "10.0.0.1", "*"]).prop_map(Json::from),
        (-2i64..3).prop_map(Json::from),
        (-2i64..3).prop_map(|n| json!(n as f64)),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "detail"]).prop_map(str::to_owned)
}

fn event() -> impl Strategy<Value = Json> {
    let tree = scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map(name(), inner, 0..4).prop_map(|map| json!(map)),
        ]
    });
    prop::collection::btree_map(name(), tree, 1..4).prop_map(|map| json!(map))
}

fn alternative() -> impl Strategy<Value = Json> {
    prop_oneof![
        4 => scalar(),
        1 => Just(json!({ "prefix": "a" })),
        1 => Just(json!({ "suffix": { "equals-ignore-case": "B" } })),
        1 => Just(json!({ "wildcard": "*b" })),
        1 => Just(json!({ "anything-but": ["a", "b"] })),
        1 => Just(json!({ "anything-but": 1 })),
        1 => Just(json!({ "numeric": [">=", 0, "<", 2] })),
        1 => Just(json!({ "cidr": "10.0.0.0/8" })),
        1 => any::<bool>().prop_map(|exists| json!({ "exists": exists })),
    ]
}

fn pattern() -> impl Strategy<Value = Json> {
    let leaf = prop::collection::vec(alternative(), 1..4).prop_map(Json::from);
    let tree = leaf.prop_recursive(3, 16, 3, |inner| {
        let object = prop::collection::btree_map(name(), inner, 1..3).prop_map(|map| json!(map)).boxed();
        prop_oneof![
            2 => object.clone(),
            1 => prop::collection::vec(object, 2..3).prop_map(|or| json!({ "$or": or })),
        ]
    });
    prop::collection::btree_map(name(), tree, 1..3).prop_map(|map| json!(map))
}

/// The pattern with every list turned round and repeated, every object backwards and whole numbers
/// written with a point.
fn respelt(value: &Json, ordered: bool) -> Json {
    match value {
        Json::Array(items) if ordered => items.iter().map(|item| respelt(item, false)).collect(),
        Json::Array(items) => {
            items.iter().rev().chain(items.first()).map(|item| respelt(item, false)).collect()
        }
        Json::Object(map) => {
            Json::Object(map.iter().rev().map(|(k, v)| (k.clone(), respelt(v, k == "numeric"))).collect())
        }
        Json::Number(n) => json!(n.as_f64()),
        other => other.clone(),
    }
}

/// A pattern that names, of each array, one item, and otherwise every leaf of the event.
fn from_event(value: &Json, pick: usize) -> Option<Value> {
    match value {
        Json::Object(map) => {
            let members: Map =
                map.iter().filter_map(|(k, v)| Some((k.clone(), from_event(v, pick)?))).collect();
            (!members.is_empty()).then(|| members.into())
        }
        Json::Array(items) => from_event(items.get(pick % items.len().max(1))?, pick / 2),
        leaf => Some(Value::List(vec!["never".into(), leaf.clone().into()])),
    }
}

proptest! {
    #[test]
    fn a_pattern_made_from_an_event_matches_it(event in event(), pick in 0usize..16) {
        if let Some(pattern) = from_event(&event, pick) {
            let pattern = parse(&pattern, PatternKind::Pipe).unwrap();
            prop_assert!(matches(&pattern, &event));
        }
    }

    #[test]
    fn patterns_that_are_the_same_match_the_same_events(one in pattern(), event in event()) {
        let other = respelt(&one, false);
        prop_assert!(same(&one.clone().into(), &other.clone().into()));
        if let Ok(one) = parse(&one.into(), PatternKind::Rule) {
            let other = parse(&other.into(), PatternKind::Rule).unwrap();
            prop_assert_eq!(matches(&one, &event), matches(&other, &event));
        }
    }

    #[test]
    fn two_patterns_that_are_the_same_match_the_same_events(one in pattern(), two in pattern(), event in event()) {
        let read = |json: &Json| parse(&json.clone().into(), PatternKind::Rule);
        if same(&one.clone().into(), &two.clone().into()) && let (Ok(one), Ok(two)) = (read(&one), read(&two)) {
            prop_assert_eq!(matches(&one, &event), matches(&two, &event));
        }
    }

    #[test]
    fn any_tree_is_read_or_refused(tree in event()) {
        let _ = parse(&tree.into(), PatternKind::Rule);
    }
}
