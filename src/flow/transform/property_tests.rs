use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::flow::reference::{Reference, parse_reference};

/// The event of the properties: its texts need no escaping, which AWS would not do.
fn event() -> Json {
    json!({
        "id": "42", "a-b": { "c_d": "text", "n": 1.5, "list": [{ "x": true }, { "x": null }] },
        "detail": { "AWSRegion": "eu", "deep": { "deeper": ["z", 2] } }
    })
}

/// What a path leads to.
fn find(document: &Json, path: &str) -> Option<Json> {
    match parse_reference(path) {
        Ok(Reference::Event(path)) => path.find(document),
        other => panic!("{other:?}"),
    }
}

const PATHS: [&str; 9] = [
    "$.id",
    "$.a-b",
    "$.a-b.c_d",
    "$.a-b.n",
    "$.a-b.list[0].x",
    "$.a-b.list[*].x",
    "$.detail.AWSRegion",
    "$.detail.deep.deeper[1]",
    "$.detail",
];
/// Those whose value is text without quotes.
const TEXTS: [&str; 4] = ["$.id", "$.a-b.c_d", "$.a-b.n", "$.detail.AWSRegion"];

/// A document and what must come of it.
type Case = (Json, Json);

/// The spelling of a literal text.
fn literal(text: &str) -> String {
    let escaped = text.replace("<$", "<$$");
    if escaped.starts_with('$') { format!("${escaped}") } else { escaped }
}

fn case() -> impl Strategy<Value = Case> {
    let leaf = prop_oneof![
        any::<String>().prop_map(|text| (literal(&text).into(), text.into())),
        any::<i64>().prop_map(|n| (n.into(), n.into())),
        prop::sample::select(vec![json!(null), json!(true), json!(1.25)]).prop_map(|v| (v.clone(), v)),
        prop::sample::select(PATHS.to_vec()).prop_map(|p| (p.into(), find(&event(), p).unwrap())),
        (any::<String>(), prop::sample::select(TEXTS.to_vec()), any::<String>()).prop_map(
            |(before, path, after)| {
                let value = find(&event(), path).unwrap();
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                let spelt = format!("{}<{path}>{}", literal(&before), after.replace("<$", "<$$"));
                (spelt.into(), format!("{before}{text}{after}").into())
            }
        ),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|cases| {
                let (one, two): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
                (one.into(), two.into())
            }),
            prop::collection::btree_map(any::<String>(), inner, 0..4).prop_map(|cases| {
                let mut pair = (serde_json::Map::new(), serde_json::Map::new());
                for (key, (one, two)) in cases {
                    pair.0.insert(literal(&key), one);
                    pair.1.insert(key, two);
                }
                (pair.0.into(), pair.1.into())
            }),
        ]
    })
}

fn outcome(compiled: &Compiled, dialect: Dialect, event: &Json) -> Json {
    let outcome = evaluate::evaluate(compiled, dialect, event, &evaluate::Variables::new());
    let text = outcome.payload().unwrap_or_else(|| panic!("{outcome:?}"));
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn tree() -> impl Strategy<Value = Json> {
    let word = prop_oneof![any::<String>(), "[$<>.a\\[\\]*-]{0,12}", "\\$(aws|request|context)?[.a-z]{0,9}"];
    word.clone().prop_map(Json::from).prop_recursive(3, 16, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::btree_map(word.clone(), inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn what_comes_out_is_the_document_with_its_references_replaced((document, expected) in case()) {
        for dialect in [Dialect::RuleTarget, Dialect::Pipe] {
            let compiled = compile(&document.clone().into(), dialect).unwrap();
            // A pipe takes the quotes from a template that is one path.
            if dialect == Dialect::Pipe && document.as_str().is_some_and(|text| PATHS.contains(&text)) {
                continue;
            }
            prop_assert_eq!(outcome(&compiled, dialect, &event()), expected.clone(), "{:?}", compiled);
        }
    }

    #[test]
    fn a_template_passes_the_checks_of_verbatim_ones((document, _) in case()) {
        for dialect in [Dialect::RuleTarget, Dialect::Pipe] {
            if let Compiled::Template { template, paths } = compile(&document.clone().into(), dialect).unwrap() {
                let paths = (dialect == Dialect::RuleTarget).then_some(&paths);
                let problems = input::check_input_template(&template, paths, dialect);
                prop_assert!(problems.is_empty(), "{:?} {:?}", template, problems);
            }
        }
    }

    #[test]
    fn any_document_compiles_or_is_refused(document in tree()) {
        let document = Value::from(document);
        for dialect in [Dialect::RuleTarget, Dialect::Pipe] {
            if let Err(problems) = compile(&document, dialect) {
                prop_assert!(!problems.is_empty());
            }
        }
        let text = Value::from("x");
        let entry = route::Entry {
            bus: &text, source: &document, detail_type: &document, detail: &document,
            resources: Some(&document), time: Some(&document), trace_header: None,
        };
        let _ = route::request_template(entry);
        let _ = input::check_parameters(&document);
        if let Some(map) = document.as_map() {
            let _ = input::check_input_template(&text, Some(map), Dialect::RuleTarget);
        }
    }

    #[test]
    fn any_template_and_event_has_an_outcome(
        template in "[<>$a.\"{}:\\[\\]\\\\ -]{0,24}|.*|(\\{\"a\": )?(\"?<[$.a0-9\\[\\]*]{0,8}>\"?){1,3}\\}?",
        event in tree(), path in "\\$(\\.[a-c]|\\[[0-9*]\\]){0,3}|.*"
    ) {
        let paths: Map = [("a".to_owned(), path.into()), ("b".to_owned(), Value::Null)].into();
        let compiled = Compiled::Template { template: template.as_str().into(), paths };
        for dialect in [Dialect::RuleTarget, Dialect::Pipe] {
            let _ = evaluate::evaluate(&compiled, dialect, &event, &evaluate::Variables::new());
        }
        let _ = evaluate::evaluate(&Compiled::Path(template), Dialect::RuleTarget, &event, &evaluate::Variables::new());
    }

    #[test]
    fn any_text_is_checked_as_a_verbatim_form(text in "[<>$a.\"{}:\\[\\] -]{0,24}|.*") {
        let _ = input::check_input_path(&text);
        let value = Value::from(text);
        let _ = input::check_input(&value);
        for dialect in [Dialect::RuleTarget, Dialect::Pipe] {
            let _ = input::check_input_template(&value, None, dialect);
        }
    }
}
