use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Core, Data, Findings, Node, RenderStyle, Sources, merge_patch, render};
use super::parse;

/// What a file reads as, and its findings as they are drawn.
fn read(text: &str) -> (Option<Node>, String) {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let node = parse(&sources, file, &mut findings);
    let drawn = render(&sources, &findings, RenderStyle { color: false, width: 100 });
    (node, drawn)
}

fn good(text: &str) -> Node {
    let (node, drawn) = read(text);
    assert_eq!(drawn, "", "{text}");
    node.expect("a document without findings comes back")
}

/// The codes of a file's errors with their places, in order.
fn errors(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let file = sources.add("f", text);
    let mut findings = Findings::default();
    parse(&sources, file, &mut findings);
    let place = |d: &super::Diagnostic| match d.span {
        Some(span) => sources.place(span).to_string().replacen("f:", "", 1),
        None => "nowhere".to_owned(),
    };
    findings.iter().map(|d| format!("{} {}", d.code, place(d))).collect()
}

fn json_of(node: &Node) -> Value {
    match &node.data {
        Data::Seq(items) => items.iter().map(json_of).collect(),
        Data::Map(entries) => {
            Value::Object(entries.iter().map(|e| (e.key.text.to_string(), json_of(&e.value))).collect())
        }
        Data::Scalar(s) => match node.resolve() {
            Core::Null => Value::Null,
            Core::Bool(b) => Value::Bool(b),
            Core::Number(n) => Value::Number(n),
            Core::Text => Value::String(s.text.to_string()),
        },
    }
}

#[test]
fn an_empty_file_says_so() {
    for text in ["", "# only a comment\n", "---\n", "\u{feff}"] {
        let (node, drawn) = read(text);
        assert!(node.is_none() && drawn.contains("the file is empty"), "{text:?}: {drawn}");
    }
}

#[test]
fn a_document_reads_with_spans() {
    let text = "stack: é\ntables:\n  orders: { key: PK, n: 3 }\n  empty:\n";
    let node = good(text);
    assert_eq!(
        json_of(&node),
        json!({"stack": "é", "tables": {"orders": {"key": "PK", "n": 3}, "empty": null}})
    );
    let slice = |n: &Node| text[n.span.start as usize..n.span.end as usize].to_owned();
    let tables = node.get("tables").unwrap();
    assert_eq!(slice(tables.get("orders").unwrap()), "{ key: PK, n: 3 }");
    assert_eq!(slice(tables), "orders: { key: PK, n: 3 }\n  empty");
    let empty = tables.get("empty").unwrap();
    assert!(empty.is_null() && empty.scalar().unwrap().text.is_empty());
    assert_eq!(slice(empty), "empty", "a value left out stands at its key");
}

#[test]
fn crlf_and_a_byte_order_mark_are_fine() {
    assert_eq!(json_of(&good("\u{feff}a: 1\r\nb:\r\n  - x\r\n")), json!({"a": 1, "b": ["x"]}));
    assert_eq!(errors("\u{feff}a: 1\r\na: 2\r\n"), ["duplicate_key 2:1"]);
}

#[test]
fn keys_are_text_whatever_they_look_like() {
    assert_eq!(
        json_of(&good("1: a\ntrue: b\n~: c\n0x10: d\n")),
        json!({"1": "a", "true": "b", "~": "c", "0x10": "d"})
    );
    assert_eq!(errors("? [a]\n: b\n"), ["key_not_text 1:3"]);
    assert_eq!(errors("a: 1\n: b\n"), ["key_missing 2:1"]);
}

#[test]
fn anchors_aliases_and_merges_work() {
    let text =
        "a: &a { x: 1, y: 2 }\nb: &b { y: 3, z: 4 }\none: { <<: *a, y: 9 }\ntwo:\n  w: 0\n  <<: [*a, *b]\n";
    let node = json_of(&good(text));
    assert_eq!(node["one"], json!({"x": 1, "y": 9}));
    assert_eq!(node["two"], json!({"w": 0, "x": 1, "y": 2, "z": 4}));
    assert_eq!(json_of(&good("\"<<\": 1\n")), json!({"<<": 1}));
    assert_eq!(errors("a: 1\nb: { <<: 5 }\n"), ["merge_of_no_map 2:10"]);
    assert_eq!(errors("a: &a {}\nb:\n  <<: *a\n  <<: *a\n"), ["duplicate_key 4:3"]);
}

#[test]
fn an_alias_shares_its_node() {
    let node = good("a: &a [1, 2]\nb: *a\n");
    let (Data::Seq(a), Data::Seq(b)) = (&node.get("a").unwrap().data, &node.get("b").unwrap().data) else {
        panic!("both are lists");
    };
    assert!(Arc::ptr_eq(a, b));
}

#[test]
fn an_alias_is_of_the_last_anchor_of_its_name() {
    assert_eq!(json_of(&good("a: &x 1\nb: &x 2\nc: *x\n")), json!({"a": 1, "b": 2, "c": 2}));
    assert_eq!(json_of(&good("&k key: 1\nb: *k\n")), json!({"key": 1, "b": "key"}));
}

#[test]
fn wrong_aliases_are_errors_at_their_place() {
    assert_eq!(errors("a: &a [*a]\n"), ["alias_of_itself 1:8"]);
    assert_eq!(errors("a: &a\n  <<: *a\n"), ["alias_of_itself 2:7", "merge_of_no_map 2:7"]);
    assert_eq!(errors("a: *b\nc: *d\n"), ["unknown_alias 1:4", "unknown_alias 2:4"]);
    assert!(read("a: &order 1\nb: *ordr\n").1.contains("did you mean `*order`?"));
}

#[test]
fn tags_of_the_core_schema_apply_and_others_are_errors() {
    assert_eq!(
        json_of(&good("a: !!str 5\nb: !!int \"5\"\nc: !!map {}\nd: ! 5\n")),
        json!({"a": "5", "b": 5, "c": {}, "d": "5"})
    );
    assert_eq!(errors("a: !!str [1]\n"), ["tag_mismatch 1:4"]);
    let (node, drawn) = read("a: !GetAtt x.y\nb: !Foo { c: 1 }\nc: !!binary aa\n");
    assert_eq!(node.unwrap().get("a").unwrap().tag.as_deref(), Some("!GetAtt"));
    assert!(drawn.contains("write ${...}") && drawn.contains("3 errors"), "{drawn}");
}

#[test]
fn several_findings_come_in_one_run() {
    let text = format!("a: 1\na: 2\nb: !Ref x\n{}: 3\nc: *d\n", "k".repeat(1_025));
    assert_eq!(
        errors(&text),
        ["duplicate_key 2:1", "custom_tag 3:4", "key_too_long 4:1", "unknown_alias 5:4"]
    );
}

#[test]
fn a_file_holds_one_document() {
    assert_eq!(errors("a: 1\n---\nb: 2\n"), ["several_documents 2:1"]);
    assert_eq!(json_of(&good("---\na: 1\n...\n")), json!({"a": 1}));
}

#[test]
fn control_characters_have_a_place() {
    assert_eq!(errors("a: 1\nb: x\0y\n"), ["control_character 2:5"]);
    assert_eq!(errors("a: \u{1b}[31m\n"), ["control_character 1:4"]);
    assert_eq!(errors("é: \u{9f}\n"), ["control_character 1:4"]);
    assert!(!read("a: \u{1b}[31m\n").1.contains('\u{1b}'));
}

#[test]
fn large_files_are_refused() {
    assert_eq!(errors(&"#".repeat((8 << 20) + 1)), ["file_too_large 1:1"]);
}

/// The document is refused with a place, fast, and what is drawn stays small.
fn hostile(text: &str, code: &str) {
    let begun = Instant::now();
    let (node, drawn) = read(text);
    let first = drawn.lines().next().unwrap_or_default();
    assert!(first.starts_with(&format!("error[{code}]")), "{first}");
    assert!(drawn.contains("--> stack.yaml:"), "{first}");
    assert!(drawn.len() < 4_000, "{} bytes drawn", drawn.len());
    drop(node);
    // A bound against a hang, not a measurement: the machine may be busy.
    assert!(begun.elapsed() < Duration::from_secs(60), "{:?}", begun.elapsed());
}

#[test]
fn deep_nesting_is_refused() {
    hostile(&"[".repeat(100_000), "too_deep");
    hostile(&"{a: ".repeat(50_000), "too_deep");
    hostile(&"- ".repeat(50_000), "too_deep");
    hostile(&"? ".repeat(50_000), "too_deep");
}

#[test]
fn nesting_through_aliases_is_refused() {
    let mut text = String::from("a0: &a0 x\n");
    for i in 1..2_000 {
        text += &format!("a{i}: &a{i} {}*a{}{}\n", "[".repeat(200), i - 1, "]".repeat(200));
    }
    hostile(&text, "too_deep");
}

#[test]
fn what_aliases_expand_to_is_bounded() {
    let mut laughs = String::from("a0: &a0 lol\n");
    let mut merges = String::from("a0: &a0 { k: lol }\n");
    for i in 1..100 {
        let ten = vec![format!("*a{}", i - 1); 10].join(", ");
        laughs += &format!("a{i}: &a{i} [{ten}]\n");
        let keyed: Vec<_> = (0..10).map(|k| format!("x{k}: {{ <<: *a{} }}", i - 1)).collect();
        merges += &format!("a{i}: &a{i} {{ <<: [{ten}], {} }}\n", keyed.join(", "));
    }
    hostile(&laughs, "document_too_large");
    hostile(&merges, "document_too_large");
    let text = format!("a: &a {}\nb:\n{}", "x".repeat(1_000_000), "  - *a\n".repeat(2_000));
    hostile(&text, "document_too_large");
    hostile(&format!("[{}]", "a,".repeat(1_500_000)), "document_too_large");
}

#[test]
fn long_keys_are_refused_and_shortened() {
    hostile(&format!("{}: 1\n", "k".repeat(2_000_000)), "key_too_long");
    hostile(&format!("a: {{ \"{}\": 1 }}\n", "k".repeat(2_000_000)), "key_too_long");
}

#[test]
fn errors_in_a_huge_line_stay_small() {
    hostile(&format!("a: [{} b: c: d", "x ,".repeat(300_000)), "syntax");
    hostile(&format!("a: \"{}", "x".repeat(2_000_000)), "syntax");
    hostile(&format!("a: {}\0", "é".repeat(1_000_000)), "control_character");
    let keys: String = (0..10_000).map(|i| format!("a{i}: 1, ")).collect();
    hostile(&format!("x: {{ {keys} b: ${{y}}, {keys} }}"), "quote_it");
}

#[test]
fn very_many_findings_stay_fast_and_bounded() {
    let begun = Instant::now();
    let (_, drawn) = read(&format!("[{}]", "!x a,".repeat(200_000)));
    assert!(drawn.contains("200000 errors; the last 199000 are not shown"));
    assert!(drawn.len() < 1_000_000, "{}", drawn.len());
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

/// Any JSON without numbers that floats would round.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[ -~é\n]{0,12}".prop_map(Value::from),
        Just(Value::from("012345678901")),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z${}:#]{0,6}", inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn maps() -> impl Strategy<Value = Value> {
    prop::collection::btree_map("[a-d]", documents(), 0..5)
        .prop_map(|map| Value::Object(map.into_iter().collect()))
}

/// RFC 7396's own algorithm, over JSON.
fn reference(base: &Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else {
        return patch.clone();
    };
    let mut merged = base.as_object().cloned().unwrap_or_default();
    for (key, change) in changes {
        if change.is_null() {
            merged.shift_remove(key);
        } else {
            let own = merged.get(key).cloned().unwrap_or_default();
            merged.insert(key.clone(), reference(&own, change));
        }
    }
    Value::Object(merged)
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn no_yaml_like_text_panics(text in "([a-c]|[ \n\t:,\\[\\]{}&*!|>?'\"#%@$~-]|<<: |é|- |\\*a|&a ){0,60}") {
        let (node, drawn) = read(&text);
        prop_assert_eq!(node.is_none() && drawn.is_empty(), false);
    }

    #[test]
    fn json_as_yaml_reads_back(value in documents()) {
        let text = format!("v: {value}");
        prop_assert_eq!(json_of(&good(&text)), json!({ "v": value }));
    }

    #[test]
    fn a_patch_is_rfc_7396(base in maps(), patch in maps()) {
        let (b, p) = (good(&base.to_string()), good(&patch.to_string()));
        let once = merge_patch(&b, &p);
        prop_assert_eq!(json_of(&once), reference(&base, &patch));
        prop_assert_eq!(json_of(&merge_patch(&once, &p)), json_of(&once));
        prop_assert_eq!(json_of(&merge_patch(&b, &good("{}"))), base);
    }
}
