use serde_json::{Value as Json, json};

use super::*;
use crate::engine::{Template, Value};
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

/// Alternatives with values that match and that do not. From the EventBridge guide
/// (eb-create-pattern-operators) and the README of the open-source rule engine (aws/event-ruler).
#[test]
fn every_operator_accepts_and_refuses() {
    for (alternative, yes, no) in [
        (json!("a"), json!("a"), json!("A")),
        (json!(""), json!(""), json!(null)),
        (json!(300), json!(300.0), json!("300")),
        (json!(300), json!([1, 300]), json!(301)),
        (json!(9007199254740993u64), json!(9007199254740993u64), json!(9007199254740992u64)),
        (json!(null), json!(null), json!("")),
        (json!(null), json!([null]), json!([])),
        (json!(true), json!(true), json!("true")),
        (json!(false), json!(false), json!(0)),
        (json!("10.0.0.1"), json!("010.0.0.1"), json!("10.0.0.2")),
        (json!("::1"), json!("0:0:0:0:0:0:0:1"), json!("::2")),
        (json!({ "prefix": "us-" }), json!("us-east-1"), json!("US-east-1")),
        (json!({ "prefix": "" }), json!(""), json!(1)),
        (json!({ "prefix": "1" }), json!("12"), json!(12)),
        (json!({ "prefix": { "equals-ignore-case": "Us" } }), json!("uS-1"), json!("eu")),
        (json!({ "suffix": ".png" }), json!("a.png"), json!("a.PNG")),
        (json!({ "suffix": { "equals-ignore-case": ".png" } }), json!("a.PNG"), json!("png")),
        (json!({ "equals-ignore-case": "alice" }), json!("ALICE"), json!("alices")),
        (json!({ "equals-ignore-case": "" }), json!(""), json!(null)),
        (json!({ "wildcard": "dir/*.png" }), json!("dir/a/b.png"), json!("dir/a.jpg")),
        (json!({ "wildcard": "a\\*\\\\*" }), json!("a*\\b"), json!("ab\\b")),
        (json!({ "wildcard": "ab*ba" }), json!("abba"), json!("aba")),
        (json!({ "wildcard": "*" }), json!(""), json!(1)),
        (json!({ "anything-but": "x" }), json!("y"), json!("x")),
        (json!({ "anything-but": "x" }), json!(null), json!(["x"])),
        (json!({ "anything-but": "x" }), json!(["x", "y"]), json!([])),
        (json!({ "anything-but": 0 }), json!("0"), json!(0.0)),
        (json!({ "anything-but": [1, 2] }), json!("1"), json!(2.0)),
        (json!({ "anything-but": ["a", "b"] }), json!(false), json!("b")),
        (json!({ "anything-but": "10.0.0.1" }), json!("010.0.0.1"), json!("10.0.0.1")),
        (json!({ "anything-but": { "prefix": "a" } }), json!("b"), json!("ab")),
        (json!({ "anything-but": { "prefix": ["a", "b"] } }), json!(12), json!("ba")),
        (json!({ "anything-but": { "suffix": ["a", "b"] } }), json!(5), json!("xb")),
        (json!({ "anything-but": { "equals-ignore-case": ["a", "b"] } }), json!("c"), json!("B")),
        (json!({ "anything-but": { "equals-ignore-case": "a" } }), json!(null), json!("A")),
        (json!({ "anything-but": { "wildcard": ["*/lib/*"] } }), json!("/src/x"), json!("/lib/x")),
        (json!({ "anything-but": { "wildcard": "" } }), json!("x"), json!("")),
        (json!({ "numeric": [">", 0, "<=", 5] }), json!(5), json!(0)),
        (json!({ "numeric": [">=", -1.5, "<", 2] }), json!(-1.5), json!(2.0)),
        (json!({ "numeric": ["=", 3e2] }), json!(300), json!("300")),
        (json!({ "numeric": ["<", 10] }), json!([11, 9]), json!(null)),
        (json!({ "cidr": "10.0.0.0/24" }), json!("10.0.0.255"), json!("10.0.1.0")),
        (json!({ "cidr": "10.0.0.0/24" }), json!(["x", "10.0.0.7"]), json!(10)),
        (json!({ "cidr": "2001:db8::/32" }), json!("2001:db8::1"), json!("10.0.0.1")),
        (json!({ "cidr": "0.0.0.0/0" }), json!("1.2.3.4"), json!("::1")),
        (json!({ "exists": true }), json!(null), json!({ "y": 1 })),
        (json!({ "exists": true }), json!([{}, 1]), json!([])),
        (json!({ "exists": false }), json!({ "y": 1 }), json!(1)),
        (json!({ "exists": false }), json!([]), json!("")),
    ] {
        assert!(leaf(json!([alternative]), yes.clone()), "{alternative} {yes}");
        assert!(!leaf(json!([alternative]), no.clone()), "{alternative} {no}");
        let read = rule(json!({ "x": [alternative] }));
        let Node::Leaf(alternatives) = &read.root.fields[0].1 else { panic!("{read:?}") };
        if alternative != json!({ "anything-but": { "prefix": "a" } }) {
            let again = rule(json!({ "x": [alternatives[0].to_json()] }));
            assert_eq!(again.root, read.root, "what is shown is what was written: {alternative}");
        }
    }
}

#[test]
fn dots_in_names_are_steps() {
    for (pattern, event, expected) in [
        (json!({ "detail": { "a.b": [1] } }), json!({ "detail": { "a": { "b": 1 } } }), true),
        (json!({ "detail": { "a": { "b": [1] } } }), json!({ "detail": { "a.b": 1 } }), true),
        (json!({ "detail": { "a": { "b": [1] } } }), json!({ "detail": { "a.b": { "b": 1 } } }), false),
        (json!({ "a": { "": [1] } }), json!({ "a": { "": 1 } }), true),
    ] {
        assert_eq!(matches(&rule(pattern.clone()), &event), expected, "{pattern} {event}");
    }
    assert!(wrong(json!({ "a.b": [1], "a": { "b": [2] } }), PatternKind::Rule).contains("stands here twice"));
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
    let pattern = rule(json!({ "items": { "id": ["1"], "state": ["open"] } }));
    for (items, expected) in [
        (json!([{ "id": "1", "state": "open" }, { "id": "2", "state": "closed" }]), true),
        (json!([{ "id": "1", "state": "closed" }, { "id": "2", "state": "open" }]), false),
        // The items of arrays in arrays do not mix either.
        (json!([[{ "id": "1" }], [{ "state": "open" }]]), false),
        (json!([[{ "id": "1" }, { "state": "open" }]]), false),
        (json!([[{ "id": "1", "state": "open" }]]), true),
        // Different arrays do.
        (json!({ "id": ["2", "1"], "state": ["open"] }), true),
        (json!([{ "id": "2", "state": "open" }, { "id": ["3", "1"], "state": ["x", "open"] }]), true),
    ] {
        assert_eq!(matches(&pattern, &json!({ "items": items })), expected, "{items}");
    }
    let absent = rule(json!({ "items": { "id": ["1"], "state": [{ "exists": false }] } }));
    assert!(!matches(&absent, &json!({ "items": [{ "id": "1" }, { "state": "open" }] })));
    assert!(matches(&absent, &json!({ "items": [{ "id": "1" }, { "id": "2" }] })));
}

#[test]
fn an_event_of_many_arrays_is_matched_quickly() {
    let names: Vec<String> = (0..12).map(|i| format!("f{i}")).collect();
    let array = |last: &str| -> Json { (0..40).map(|i| json!({ "a": 1, "b": i, "c": last })).collect() };
    let of = |make: &dyn Fn(usize) -> Json| -> Json {
        json!(
            names
                .iter()
                .enumerate()
                .map(|(i, name)| (name.clone(), make(i)))
                .collect::<serde_json::Map<_, _>>()
        )
    };
    let pattern = rule(of(&|i| json!({ "a": [1], "b": [39], "c": [if i == 11 { "no" } else { "x" }] })));
    assert!(!matches(&pattern, &of(&|_| array("x"))));
    assert!(matches(&pattern, &of(&|i| array(if i == 11 { "no" } else { "x" }))));
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
        (json!({ "source": [{ "cidr": "10.0.0.1/32" }] }), "a single address is written as a value"),
        (json!({ "source": [{ "anything-but": { "prefix": "" } }] }), "nothing is left"),
        (json!({ "source": [{ "anything-but": 9007199254740993u64 }] }), "more digits"),
        (json!({ "source": [{ "numeric": ["=", 9007199254740993u64] }] }), "more digits"),
        (json!({ "source": [{ "wildcard": "*:*:*:*:*:event-bus/*" }] }), "too complex"),
        (json!({ "$or": [{ "source": ["a"] }] }), "at least two maps"),
        (json!({ "$or": [{ "a": { "prefix": ["x"] } }, { "b": ["y"] }] }), "`prefix` is an operator"),
        (
            json!({ "source": ["a"], "$or": [{ "source": ["b"] }, { "id": ["c"] }] }),
            "beside an `$or` and in it",
        ),
    ] {
        let found = wrong(pattern.clone(), PatternKind::Rule);
        assert!(found.contains(expected), "{pattern}: {found}");
    }
}

/// The words in which AWS refuses a pattern, as it was seen to or as the rule engine that it runs
/// says them (`JsonRuleCompiler` of aws/event-ruler).
#[test]
fn every_refusal_has_the_words_of_aws() {
    let of = |alternative: Json| json!({ "a": [alternative] });
    for (pattern, reason) in [
        (json!([]), "Filter is not an object"),
        (json!({}), "Empty objects are not allowed"),
        (json!({ "a": 1 }), "\"a\" must be an object or an array"),
        (json!({ "a": [] }), "Empty arrays are not allowed"),
        (of(json!([1])), "Match value must be String, number, true, false, or null"),
        (of(json!({})), "Match expression name not found"),
        (of(json!({ "EXISTS": true })), "Unrecognized match type EXISTS"),
        (of(json!({ "prefix": "a", "suffix": "b" })), "Only one key allowed in match expression"),
        (of(json!({ "prefix": 1 })), "prefix match pattern must be a string"),
        (of(json!({ "suffix": ["a"] })), "suffix match pattern must be a string"),
        (of(json!({ "prefix": { "suffix": "a" } })), "Unsupported prefix pattern: suffix"),
        (
            of(json!({ "suffix": { "equals-ignore-case": 1 } })),
            "equals-ignore-case match pattern must be a string",
        ),
        (of(json!({ "equals-ignore-case": ["a"] })), "equals-ignore-case match pattern must be a string"),
        (of(json!({ "wildcard": 1 })), "wildcard match pattern must be a string"),
        (
            of(json!({ "wildcard": "arn:aws:events:us-east-1:**:event-bus/*" })),
            "Consecutive wildcard characters at pos 26",
        ),
        (of(json!({ "wildcard": "a\\b" })), "Invalid escape character at pos 2"),
        (
            of(json!({ "wildcard": "*:*:*:*:*:event-bus/*" })),
            "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
        ),
        (of(json!({ "exists": "true" })), "exists match pattern must be either true or false."),
        (of(json!({ "cidr": 1 })), "prefix match pattern must be a string"),
        (of(json!({ "cidr": "10.0.0.0" })), "Malformed CIDR, one '/' required"),
        (of(json!({ "cidr": "xx.11.xx/8" })), "Nonstandard IP address: xx.11.xx"),
        (of(json!({ "numeric": 1 })), "Value of numeric must be an array."),
        (of(json!({ "numeric": [] })), "Invalid member in numeric match: ]"),
        (of(json!({ "numeric": [1] })), "Invalid member in numeric match: 1"),
        (of(json!({ "numeric": ["!=", 1] })), "Unrecognized numeric range operator: !="),
        (of(json!({ "numeric": ["<", "1"] })), "Value of < must be numeric"),
        (of(json!({ "numeric": ["="] })), "Value of equals must be numeric"),
        (of(json!({ "numeric": ["=", 1, "<", 2] })), "Too many elements in numeric expression"),
        (of(json!({ "numeric": [">", 0, 5] })), "Bad value in numeric range: 5"),
        (of(json!({ "numeric": [">", 0, ">", 0] })), "Bad numeric range operator: >"),
        (of(json!({ "numeric": [">", 0, "<", 2, "<", 3] })), "Too many terms in numeric range expression"),
        (of(json!({ "numeric": [">", 2, "<", 1] })), "Bottom must be less than top"),
        (
            of(json!({ "anything-but": null })),
            "Value of anything-but must be an array or single string/number value.",
        ),
        (
            of(json!({ "anything-but": [null] })),
            "Inside anything but list, start|null|boolean is not supported.",
        ),
        (
            of(json!({ "anything-but": ["a", 1] })),
            "Inside anything but list, either all values are number or string, mixed type is not supported",
        ),
        (of(json!({ "anything-but": {} })), "Anything-But expression name not found"),
        (of(json!({ "anything-but": { "numeric": 1 } })), "Unsupported anything-but pattern: numeric"),
        (of(json!({ "anything-but": { "prefix": "" } })), "Null prefix/suffix not allowed"),
        (of(json!({ "anything-but": { "prefix": 1 } })), "prefix/suffix match pattern must be a string"),
        (
            of(json!({ "anything-but": { "suffix": ["a", null] } })),
            "prefix/suffix match pattern must be a string",
        ),
        (
            of(json!({ "anything-but": { "prefix": { "equals-ignore-case": "a" } } })),
            "Value of anything-but must be an array or single string/number value.",
        ),
        (
            of(json!({ "anything-but": { "equals-ignore-case": [1] } })),
            "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
        ),
        (of(json!({ "anything-but": { "wildcard": [1] } })), "wildcard match pattern must be a string"),
        (json!({ "$or": [{ "a": { "prefix": ["x"] } }, { "b": ["y"] }] }), "Unrecognized match type a"),
    ] {
        let problems = parse(&pattern.clone().into(), PatternKind::Rule).unwrap_err();
        let told = problems.iter().find_map(|problem| problem.reason.as_deref());
        assert_eq!(told, Some(reason), "{pattern}: {problems:?}");
    }
}

#[test]
fn a_verdict_names_the_fields_that_decided() {
    let pattern = rule(json!({
        "source": ["shop"],
        "detail": { "total": [{ "numeric": [">", 100] }], "note": [{ "exists": false }], "$or": [
            { "state": ["open"] }, { "state": [{ "prefix": "new" }], "id": ["1", "2"] }
        ] }
    }));
    let told = |event: Json| {
        let verdict = decide(&pattern, &event);
        let fields = verdict.fields.iter().map(|(field, decided)| format!("{field} {decided}"));
        let head = if verdict.is_match { "match" } else { "no match" };
        std::iter::once(head.to_owned()).chain(fields).collect::<Vec<_>>().join("\n")
    };
    let detail = |detail: Json| told(json!({ "source": "shop", "detail": detail }));
    assert_eq!(
        detail(json!({ "total": 250, "state": "open" })),
        "match\nsource `\"shop\"` matches `\"shop\"`\ndetail.total `250` matches `{\"numeric\":[\">\",100]}`\n\
         detail.note has no value, which matches `{\"exists\":false}`\ndetail.state `\"open\"` matches `\"open\"`"
    );
    assert_eq!(
        detail(json!({ "total": "250", "state": "open" })),
        "no match\ndetail.total `\"250\"` does not match `{\"numeric\":[\">\",100]}`; `\"250\"` is a text, and `numeric` compares numbers"
    );
    assert_eq!(
        detail(json!({ "total": 250, "state": "OPEN" })),
        "no match\ndetail.state `\"OPEN\"` does not match `\"open\"`; they differ in case; `equals-ignore-case` does not mind"
    );
    assert_eq!(
        detail(json!({ "total": 250, "state": "newest", "note": "x" })),
        "no match\ndetail.note `\"x\"` does not match `{\"exists\":false}`; the field is there\n\
         detail.state `\"newest\"` does not match `\"open\"`\ndetail.id has no value; `\"1\"` or `\"2\"` wanted"
    );
    let apart = rule(json!({ "items": { "id": ["1"], "state": ["open"] } }));
    let verdict = decide(&apart, &json!({ "items": [{ "id": "1" }, { "state": "open" }] }));
    assert_eq!(verdict.fields, [("items.id".into(), Decided::Apart), ("items.state".into(), Decided::Apart)]);
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
    // AWS multiplies the lengths of all `$or`s, also of those in one another.
    let nested = json!({ "$or": [{ "a": [1], "$or": or("b") }, { "c": [1], "$or": or("d") }, { "e": [1] }] });
    let twice = json!({ "$or": [{ "x": [1], "$or": or("y") }, { "z": [1] }] });
    assert!(parse(&nested.clone().into(), PatternKind::Rule).is_ok());
    assert!(wrong(json!({ "f": nested, "g": twice }), PatternKind::Rule).contains("6000 combinations"));
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

#[test]
fn what_is_no_object_matches_nothing_not_even_by_what_it_lacks() {
    let pattern = rule(json!({ "a": [{ "exists": false }] }));
    for event in [json!(null), json!("text"), json!([{}])] {
        assert!(!decide(&pattern, &event).is_match && !matches(&pattern, &event), "{event}");
    }
    assert!(decide(&pattern, &json!({})).is_match);
}
