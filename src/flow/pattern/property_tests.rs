use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::engine::{Map, Value};

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
        1 => Just(json!({ "equals-ignore-case": "AB" })),
        1 => Just(json!({ "anything-but": { "suffix": "b" } })),
        1 => Just(json!({ "anything-but": { "wildcard": ["a*"] } })),
        1 => Just(json!({ "suffix": "b" })),
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

/// Some leaf of a tree.
fn first_leaf(value: &Json) -> Option<Json> {
    match value {
        Json::Object(map) => map.values().find_map(first_leaf),
        Json::Array(items) => items.iter().find_map(first_leaf),
        leaf => Some(leaf.clone()),
    }
}

/// Another value of the leaf's type, or of another.
fn changed(leaf: &Json) -> Json {
    match leaf {
        Json::String(text) => format!("{text}x").into(),
        Json::Number(number) => json!(number.as_f64().unwrap_or(0.0) + 0.5),
        Json::Bool(truth) => (!truth).into(),
        _ => "null".into(),
    }
}

/// A value, and the array items that it lies in.
type Found = (Json, Vec<(usize, usize)>);

/// Matching as the rule engine's documentation says it, without any index: there is a choice of values,
/// one for each field, that match and do not lie in different items of one array.
fn matches_plainly(pattern: &Pattern, event: &Json) -> bool {
    matcher::expand(&pattern.root).iter().any(|fields| {
        let choices: Vec<Vec<Found>> = fields
            .iter()
            .map(|matcher::Leaf { field, alternatives, .. }| {
                let mut values = Vec::new();
                collect(event, field, &mut Vec::new(), &mut 0, "", &mut values);
                let absent = values.is_empty() && alternatives.contains(&Alternative::Exists(false));
                let mut fitting: Vec<_> = values
                    .into_iter()
                    .filter(|(value, _)| alternatives.iter().any(|a| a.accepts(value)))
                    .collect();
                fitting.extend(absent.then(|| (Json::Null, Vec::new())));
                fitting
            })
            .collect();
        fits(&choices, &mut Vec::new())
    })
}

fn fits(choices: &[Vec<Found>], inside: &mut Vec<(usize, usize)>) -> bool {
    let Some((first, rest)) = choices.split_first() else { return true };
    first.iter().any(|(_, items)| {
        let apart = |(array, at): &(usize, usize)| inside.iter().any(|(a, i)| a == array && i != at);
        if items.iter().any(apart) {
            return false;
        }
        let before = inside.len();
        inside.extend(items);
        let found = fits(rest, inside);
        inside.truncate(before);
        found
    })
}

fn collect(
    value: &Json,
    wanted: &str,
    inside: &mut Vec<(usize, usize)>,
    arrays: &mut usize,
    name: &str,
    found: &mut Vec<Found>,
) {
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                collect(value, wanted, inside, arrays, &name, found);
            }
        }
        Json::Array(items) => {
            let array = *arrays;
            *arrays += 1;
            for (place, item) in items.iter().enumerate() {
                let is_container = item.is_object() || item.is_array();
                inside.extend(is_container.then_some((array, place)));
                collect(item, wanted, inside, arrays, name, found);
                inside.truncate(inside.len() - usize::from(is_container));
            }
        }
        leaf if name == wanted => found.push((leaf.clone(), inside.clone())),
        _ => {}
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
        // Repeated members of an `$or` make more combinations, perhaps too many.
        let read = |json: Json| parse(&json.into(), PatternKind::Rule);
        if let (Ok(one), Ok(other)) = (read(one), read(other)) {
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
    fn a_leaf_that_is_changed_does_not_match_what_was_made_of_the_event(event in event()) {
        let Some(leaf) = first_leaf(&event) else { return Ok(()) };
        let pattern = json!({ "wrapped": [leaf], "detail": { "also": [true] } });
        let read = parse(&pattern.into(), PatternKind::Pipe).unwrap();
        let of = |value: Json| json!({ "wrapped": value, "detail": { "also": true }, "more": event });
        prop_assert!(matches(&read, &of(leaf.clone())));
        prop_assert!(!matches(&read, &of(changed(&leaf))));
    }

    #[test]
    fn matching_many_at_once_is_matching_one_by_one(
        patterns in prop::collection::vec(pattern(), 0..24), events in prop::collection::vec(event(), 1..6)
    ) {
        let read: Vec<Pattern> =
            patterns.into_iter().filter_map(|one| parse(&one.into(), PatternKind::Rule).ok()).collect();
        let matcher = Matcher::new(&read);
        for event in &events {
            let one_by_one: Vec<usize> =
                (0..read.len()).filter(|at| matches_plainly(&read[*at], event)).collect();
            prop_assert_eq!(matcher.matching(event), one_by_one);
        }
    }

    #[test]
    fn a_verdict_is_the_match_and_has_fields(one in pattern(), event in event()) {
        if let Ok(one) = parse(&one.into(), PatternKind::Rule) {
            let verdict = decide(&one, &event);
            prop_assert_eq!(verdict.is_match, matches(&one, &event));
            prop_assert!(!verdict.fields.is_empty());
            for (_, decided) in verdict.fields {
                prop_assert!(!decided.to_string().is_empty());
            }
        }
    }

    #[test]
    fn any_text_is_an_operand_or_refused(text in "[*\\\\a:./0-9]{0,40}|.*", name in prop::sample::select(expression::OPERATORS.to_vec())) {
        for operand in [json!(text), json!([text]), json!({ "wildcard": text }), json!(["<", text])] {
            let _ = parse(&json!({ "a": [{ (name): operand }] }).into(), PatternKind::Rule);
        }
    }

    #[test]
    fn any_tree_is_read_or_refused(tree in event()) {
        let _ = parse(&tree.into(), PatternKind::Rule);
    }
}
