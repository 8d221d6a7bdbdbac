//! Patterns and templates against an emulator that others have written. Where the two disagree, a row of a table
//! says which sentence of AWS's documentation decides, and where it stands.

use gatewayctl::flow::pattern::{Matcher, PatternKind, parse};
use gatewayctl::flow::transform::evaluate::{Variables, evaluate};
use gatewayctl::flow::transform::{Compiled, Dialect};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value as Json, json};

use crate::support::emulators::{Emulators, support};

/// A case of a kind in which the emulator is not AWS.
struct Row<C> {
    /// Whether a case is of the kind.
    is: fn(&C) -> bool,
    sentence: &'static str,
    at: &'static str,
}

fn sample<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).expect("a value").current()
}

/// Asks ministack about all cases.
fn ask(emulators: &Emulators, what: &str, cases: &[Json]) -> Vec<Json> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), json!(cases).to_string()).expect("the cases");
    let path = file.path().to_str().expect("a path");
    let answers = emulators.python(&support("agree.py"), &[what, path]);
    answers.as_array().expect("answers").clone()
}

/// Fails unless each disagreement is of a row, and each row has a disagreement.
fn judge<C: std::fmt::Debug>(disagreements: &[(C, String)], rows: &[Row<C>]) {
    let undecided: Vec<_> =
        disagreements.iter().filter(|(case, _)| !rows.iter().any(|row| (row.is)(case))).collect();
    assert!(undecided.is_empty(), "no sentence of AWS decides these: {undecided:#?}");
    for row in rows {
        assert!(disagreements.iter().any(|(case, _)| (row.is)(case)), "no case of: {}", row.sentence);
        assert!(!row.at.is_empty());
    }
}

/// A pattern and an event, with what was decided here.
#[derive(Debug)]
struct Pair {
    pattern: Json,
    event: Json,
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "A", "ab", "aba", "", "10.0.0.1", "10.0.0.77", "2001:db8::1", "*", "ß", "SS", "é"])
            .prop_map(Json::from),
        2 => (-2i64..4).prop_map(Json::from),
        1 => (-2i64..4).prop_map(|n| json!(n as f64)),
        1 => prop::sample::select(vec![json!(1.5), json!(3e2), json!(300), json!(5000000001u64), json!(-0.0)]),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "a.b", "$or"]).prop_map(str::to_owned)
}

fn tree() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(3, 20, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::btree_map(name(), inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

fn operand() -> impl Strategy<Value = Json> {
    prop_oneof![
        4 => scalar(),
        2 => prop::collection::vec(scalar(), 0..3).prop_map(Json::from),
        1 => prop::sample::select(vec!["a*", "*a", "a**", "a\\*", "a\\b", "*b*", "10.0.0.0/24", "2001:db8::/32", "10.0.0.0/x", "::1/200"])
            .prop_map(Json::from),
        1 => (prop::sample::select(vec!["equals-ignore-case", "prefix", "suffix", "wildcard"]), scalar())
            .prop_map(|(key, value)| json!({ (key): value })),
        2 => prop::collection::vec(
            prop_oneof![prop::sample::select(vec!["=", "<", "<=", ">", ">=", "!="]).prop_map(Json::from), scalar()], 0..5
        ).prop_map(Json::from),
        2 => (-3i64..3, 0i64..4).prop_map(|(low, more)| json!([">", low, "<=", low + more])),
    ]
}

fn alternative() -> impl Strategy<Value = Json> {
    let operators =
        ["prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "cidr", "exists"];
    prop_oneof![
        5 => scalar(),
        2 => prop::sample::select(vec![
            json!({ "prefix": "a" }), json!({ "suffix": { "equals-ignore-case": "B" } }), json!({ "wildcard": "*b" }),
            json!({ "anything-but": ["a", "b"] }), json!({ "anything-but": 1 }), json!({ "numeric": [">=", 0, "<", 2] }),
            json!({ "cidr": "10.0.0.0/8" }), json!({ "equals-ignore-case": "ß" }), json!({ "anything-but": { "prefix": "a" } }),
            json!({ "anything-but": { "wildcard": ["a*", "*b"] } }), json!({ "anything-but": { "equals-ignore-case": "A" } }),
            json!({ "exists": true }), json!({ "exists": false }), json!({ "prefix": { "equals-ignore-case": "A" } }),
        ]),
        2 => (prop::sample::select(operators.to_vec()), operand()).prop_map(|(name, operand)| json!({ (name): operand })),
    ]
}

fn pattern() -> impl Strategy<Value = Json> {
    let leaf = prop::collection::vec(alternative(), 1..4).prop_map(Json::from);
    let named = || prop::sample::select(vec!["a", "b", "c", "a.b"]).prop_map(str::to_owned);
    let tree = leaf.prop_recursive(2, 12, 3, move |inner| {
        let object =
            prop::collection::btree_map(named(), inner.clone(), 1..3).prop_map(|map| json!(map)).boxed();
        prop_oneof![
            3 => object.clone(),
            2 => inner,
            1 => prop::collection::vec(object, 1..3).prop_map(|or| json!({ "$or": or })),
        ]
    });
    prop::collection::btree_map(named(), tree, 1..3).prop_map(|map| json!(map))
}

/// A pattern made of an event: of each array an item, of each object some members.
fn made_of(value: &Json, pick: usize) -> Option<Json> {
    match value {
        Json::Object(map) => {
            let some = map.iter().enumerate().filter(|(i, _)| (pick >> i) & 1 == 0);
            let members: serde_json::Map<_, _> = some
                .filter_map(|(_, (name, value))| Some((name.clone(), made_of(value, pick / 2)?)))
                .collect();
            (!members.is_empty()).then(|| members.into())
        }
        Json::Array(items) => made_of(items.get(pick % items.len().max(1))?, pick / 2),
        leaf => Some(json!([leaf])),
    }
}

fn pairs(count: usize) -> Vec<Pair> {
    let mut runner = TestRunner::deterministic();
    let drawn = (pattern(), prop::collection::btree_map(name(), tree(), 0..4), 0usize..16, any::<bool>());
    let mut pairs = Vec::new();
    while pairs.len() < count {
        let (pattern, detail, pick, own) = sample(&mut runner, &drawn);
        let detail = json!(detail);
        let pattern = if own { made_of(&detail, pick).unwrap_or(pattern) } else { pattern };
        let event = json!({
            "version": "0", "id": "1", "account": "123456789012", "time": "2026-01-01T00:00:00Z", "region": "eu-west-1",
            "resources": [], "source": "shop", "detail-type": "order", "detail": detail,
        });
        pairs.push(Pair { pattern: json!({ "source": ["shop"], "detail": pattern }), event });
    }
    let of = |pattern: Json, detail: Json| Pair {
        pattern: json!({ "detail": pattern }),
        event: json!({ "source": "shop", "detail-type": "order", "account": "1", "detail": detail }),
    };
    // What chance does not bring forth, or too seldom.
    pairs.extend([
        of(json!({ "a": ["10.0.0.1"] }), json!({ "a": "010.0.0.1" })),
        of(json!({ "a": [{ "wildcard": "*:*:*:*:*:event-bus/*" }] }), json!({ "a": "::::::event-bus/" })),
        of(
            json!({ "a": { "b": [1], "c": [{ "exists": false }] } }),
            json!({ "a": [{ "b": 1 }, { "c": 2 }] }),
        ),
        of(json!({ "a": ["1"], "$or": [{ "a": ["2"] }, { "b": ["3"] }] }), json!({ "a": "2" })),
        of(json!({ "$or": [{ "a": [1] }, { "prefix": "x" }] }), json!({ "a": 1 })),
    ]);
    pairs
}

/// What is decided here: as the emulator says it.
fn decided(pair: &Pair) -> Json {
    match parse(&pair.pattern.clone().into(), PatternKind::Rule) {
        Ok(pattern) => (!Matcher::new([&pattern]).matching(&pair.event).is_empty()).into(),
        Err(problems) => match problems.iter().find_map(|problem| problem.reason.as_ref()) {
            Some(reason) => format!("Event pattern is not valid. Reason: {reason}").into(),
            None => "refused".into(),
        },
    }
}

fn has(value: &Json, found: &dyn Fn(&str, &Json) -> bool) -> bool {
    match value {
        Json::Object(map) => map.iter().any(|(key, value)| found(key, value) || has(value, found)),
        Json::Array(items) => items.iter().any(|item| has(item, found)),
        _ => false,
    }
}

const DISAGREE_ON_PATTERNS: &[Row<Pair>] = &[
    Row {
        is: |pair| {
            pair.pattern.to_string().contains("\"10.0.0.1\"")
                || pair.pattern.to_string().contains("2001:db8::1\"")
        },
        sentence: "Converts a string to an IP address literal to isCIDR format Range if this is possible.",
        at: "aws/event-ruler, CIDR.ipToRangeIfPossible, called for each string of a pattern by JsonRuleCompiler.writeRules",
    },
    Row {
        is: |pair| {
            has(&pair.pattern, &|key, value| key == "wildcard" && value.to_string().matches('*').count() > 5)
        },
        sentence: "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character",
        at: "EventBridge's answer to this wildcard",
    },
    Row {
        is: |pair| {
            has(&pair.pattern, &|key, value| key == "exists" && *value == false)
                && has(&pair.event, &|_, value| value.is_array())
        },
        sentence: "The rule below will match any event which has no detail.c-count field.",
        at: "aws/event-ruler, README, Exists matching: of the event, not of an item of an array",
    },
    Row {
        is: |pair| has(&pair.event, &|key, _| key.contains('.')),
        sentence: "When Ruler compiles keys, it uses dot (.) as the joining character.",
        at: "aws/event-ruler, README, Compiled rules and JSON keys with dots; seen on AWS too",
    },
    Row {
        is: |pair| decided(pair) == "refused",
        sentence: "Path `%s` cannot be allowed multiple times",
        at: "aws/event-ruler, JsonRuleCompiler.writeRules without overriding; AWS takes the last, which is refused here on purpose",
    },
];

#[test]
fn patterns_are_decided_as_ministack_decides_them_or_as_aws_says() {
    let emulators = Emulators::start();
    let pairs = pairs(1_300);
    let cases: Vec<Json> = pairs
        .iter()
        .map(|pair| json!({ "pattern": pair.pattern.to_string(), "event": pair.event.to_string() }))
        .collect();
    let answers = ask(&emulators, "patterns", &cases);
    assert_eq!(answers.len(), pairs.len());
    let count = |wanted: &dyn Fn(&Json) -> bool| answers.iter().filter(|answer| wanted(answer)).count();
    let counts =
        [count(&|answer| *answer == true), count(&|answer| *answer == false), count(&Json::is_string)];
    assert!(counts.iter().all(|count| *count >= 100), "matches, others and refusals: {counts:?}");
    let disagreements: Vec<(Pair, String)> = pairs
        .into_iter()
        .zip(answers)
        .filter_map(|(pair, answer)| {
            let ours = decided(&pair);
            let told = format!("here {ours}, ministack {answer}");
            (ours != answer).then_some((pair, told))
        })
        .collect();
    judge(&disagreements, DISAGREE_ON_PATTERNS);
}

/// A template, its paths, and the detail of an event.
#[derive(Debug)]
struct Case {
    template: String,
    detail: Json,
}

const PATHS: [(&str, &str); 9] = [
    ("id", "$.detail.id"),
    ("n", "$.detail.n"),
    ("ok", "$.detail.ok"),
    ("text", "$.detail.text"),
    ("list", "$.detail.list"),
    ("map", "$.detail.map"),
    ("none", "$.detail.none"),
    ("source", "$.source"),
    ("first", "$.detail.list[0]"),
];

fn cases(count: usize) -> Vec<Case> {
    let mut runner = TestRunner::deterministic();
    let placeholder = || prop::sample::select(PATHS.map(|(name, _)| format!("<{name}>")).to_vec());
    let inside = || {
        let words =
            prop::sample::select(vec!["Order ", " is ", "", "a\\\"b", "/x/", "é"]).prop_map(str::to_owned);
        prop::collection::vec(prop_oneof![words, placeholder()], 0..4)
            .prop_map(|parts| format!("\"{}\"", parts.concat()))
    };
    let variable =
        prop::sample::select(vec!["<aws.events.rule-name>", "<aws.events.event.json>", "<aws.events.event>"]);
    let value = prop_oneof![
        4 => placeholder(), 4 => inside(), 1 => variable.prop_map(str::to_owned), 1 => Just("[ 1, true ]".to_owned())
    ];
    let value = value.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::btree_map("[a-c]{1,2}", inner, 0..3).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
                format!("{{{}}}", members.join(", "))
            }),
        ]
    });
    let object = prop::collection::btree_map("[a-d]{1,2}", value, 1..4).prop_map(|members| {
        let members: Vec<_> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
        format!("{{ {} }}", members.join(", "))
    });
    let template = prop_oneof![5 => object, 2 => inside(), 1 => placeholder()];
    let detail = (prop::sample::select(vec!["A-7", "", "x y"]), 0i64..9, any::<bool>(), prop::sample::select(vec!["plain", "a\"b", "é"]))
        .prop_map(|(id, n, ok, text)| {
            json!({ "id": id, "n": n, "ok": ok, "text": text, "list": ["HIGH", 2], "map": { "k": "v", "n": [1] } })
        });
    (0..count)
        .map(|_| {
            let (template, detail) = sample(&mut runner, &(template.clone(), detail.clone()));
            Case { template, detail }
        })
        .collect()
}

fn delivered(case: &Case) -> Option<String> {
    let paths = PATHS.iter().map(|(name, path)| ((*name).to_owned(), (*path).into())).collect();
    let event = json!({ "source": "agree", "detail-type": "order", "detail": case.detail });
    let variables: Variables = [("rule-name".to_owned(), "agree".to_owned())].into();
    let compiled = Compiled::Template { template: case.template.as_str().into(), paths };
    evaluate(&compiled, Dialect::RuleTarget, &event, &variables).payload().map(str::to_owned)
}

/// Whether two texts are the same, or the same JSON but for what stands in every envelope.
fn same(one: &str, other: &str) -> bool {
    fn bare(json: Json) -> Json {
        match json {
            Json::Object(map) => {
                let made_up = ["id", "time", "region", "account", "resources", "version"];
                let is_envelope = map.contains_key("source") && map.contains_key("detail-type");
                let kept =
                    map.into_iter().filter(|(key, _)| !is_envelope || !made_up.contains(&key.as_str()));
                kept.map(|(key, value)| (key, bare(value))).collect::<serde_json::Map<_, _>>().into()
            }
            Json::Array(items) => items.into_iter().map(bare).collect(),
            other => other,
        }
    }
    let read = |text: &str| serde_json::from_str::<Json>(text).map(bare).ok();
    one == other || read(one).is_some_and(|one| read(other) == Some(one))
}

/// Whether a placeholder of these stands inside quotes.
fn quoted(template: &str, names: &[&str]) -> bool {
    let strings =
        template.replace("\\\"", "").split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    strings.iter().any(|text| names.iter().any(|name| text.contains(&format!("<{name}>"))))
}

const DISAGREE_ON_TEMPLATES: &[Row<Case>] = &[
    Row {
        is: |case| case.template.starts_with('{') && quoted(&case.template, &["list", "map"]),
        sentence: "an object or list put into a quoted JSON slot makes a document that is not valid, and the event is silently not delivered",
        at: "recorded on AWS; the guide's table \"Input transform examples\" (eb-transform-target-input) quotes no object",
    },
    Row {
        is: |case| {
            case.template.starts_with('{')
                && quoted(&case.template, &["text"])
                && case.detail["text"] == "a\"b"
        },
        sentence: "EventBridge doesn't escape values extracted by Input Path, when populating the Input Template for a target.",
        at: "EventBridge guide, eb-transform-target-input, Common Issues with transforming input",
    },
    Row {
        is: |case| case.template.starts_with('"') && quoted(&case.template, &["list", "map"]),
        sentence: "The JSON that is passed to the target is minified and escaped.",
        at: "EventBridge guide, eb-transform-target-input, Common Issues with transforming input: no space after a comma or colon",
    },
    Row {
        is: |case| case.template.starts_with('<'),
        sentence: "For Strings, quotes are required.",
        at: "EventBridge guide, eb-transform-target-input, Common Issues with transforming input: without them it is JSON",
    },
    Row {
        is: |case| case.template.contains("<first>"),
        sentence: "Supported syntax includes: dot notation, dashes, underscores, alphanumeric characters, array indices, wildcards (*)",
        at: "EventBridge guide, eb-transform-target-input, note on JSON Path syntax",
    },
    Row {
        is: |case| case.template.contains("<aws.events.event>"),
        sentence: "originalEvent: id, account, detailType, time, source, region, resources, version",
        at: "recorded on AWS for <aws.events.event>: the service's own spelling of the envelope",
    },
];

#[test]
fn templates_deliver_what_ministack_delivers_or_what_aws_says() {
    let emulators = Emulators::start();
    let cases = cases(260);
    let paths: serde_json::Map<_, _> =
        PATHS.iter().map(|(name, path)| ((*name).to_owned(), json!(path))).collect();
    let asked: Vec<Json> = cases
        .iter()
        .map(|case| {
            let entry = json!({ "DetailType": "order", "Detail": case.detail.to_string() });
            json!({ "template": case.template, "paths": paths, "entry": entry })
        })
        .collect();
    let answers = ask(&emulators, "templates", &asked);
    assert_eq!(answers.len(), cases.len());
    let total = cases.len();
    let disagreements: Vec<(Case, String)> = cases
        .into_iter()
        .zip(answers)
        .filter_map(|(case, answer)| {
            let ours = delivered(&case);
            let agrees = match (&ours, answer.as_str()) {
                (Some(one), Some(other)) => same(one, other),
                (one, other) => one.is_none() && other.is_none(),
            };
            let told = format!("here {ours:?}, ministack {answer}");
            (!agrees).then_some((case, told))
        })
        .collect();
    assert!(disagreements.len() * 2 < total, "{} of {total} disagree", disagreements.len());
    judge(&disagreements, DISAGREE_ON_TEMPLATES);
}
