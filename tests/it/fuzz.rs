//! Whatever a pattern, an event, a template, a happening or a stack holds: it is answered within a bound, and nothing
//! panics.
//!
//! What is valid is changed byte by byte and token by token. A failure names its seed and its case; they come again by
//! `GATEWAYCTL_FUZZ_SEED=SEED GATEWAYCTL_FUZZ_CASE=CASE`. `GATEWAYCTL_FUZZ_CASES=COUNT` runs more of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use gatewayctl::engine::{Graph, Value};
use gatewayctl::flow::case::{coverage, read as read_cases, run};
use gatewayctl::flow::graph::FlowGraph;
use gatewayctl::flow::pattern::{Matcher, PatternKind, decide, parse};
use gatewayctl::flow::trace::trace;
use gatewayctl::flow::transform::evaluate::{Variables, decode, evaluate};
use gatewayctl::flow::transform::input::check_input_template;
use gatewayctl::flow::transform::route::{Entry, execution_template, request_template};
use gatewayctl::flow::transform::velocity::{Request, render};
use gatewayctl::flow::transform::{Compiled, Dialect, compile as compile_transform};
use gatewayctl::flow::{self, answers, happening};
use gatewayctl::source::{Findings, RenderStyle, Sources};
use gatewayctl::spec::{self, Inputs, Mode};
use gatewayctl::{compile, kinds, report, source};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::Value as Json;

/// How many cases run, and from which seed: the same ones each time.
const CASES: u64 = 2000;
const SEED: u64 = 20_260_101;
/// A bound against a hang of one case, on a busy machine.
const HANG: Duration = Duration::from_secs(60);
/// One case in so many compiles a stack, which takes as long as hundreds of others.
const STACKS: u64 = 100;

const PATTERNS: &[&str] = &[
    r#"{"source": ["shop", {"prefix": "com."}], "detail-type": [{"anything-but": ["a", "b"]}]}"#,
    r#"{"detail": {"total": [{"numeric": [">", 0, "<=", 5.5e3]}], "ip": [{"cidr": "10.0.0.0/8"}, {"cidr": "2001:db8::/32"}]}}"#,
    r#"{"$or": [{"source": ["a"]}, {"detail": {"x": [{"exists": false}], "y": [null, true, 3.0]}}]}"#,
    r#"{"detail": {"name": [{"wildcard": "a*\\*b*"}, {"suffix": {"equals-ignore-case": ".PNG"}}, {"equals-ignore-case": "É"}]}}"#,
    r#"{"detail": {"a": {"$or": [{"b": [1]}, {"c": [{"anything-but": {"wildcard": ["*/x/*", "y"]}}]}]}}}"#,
    r#"{"body": {"id": [{"numeric": ["=", 300]}]}, "dynamodb": {"NewImage": {"state": {"S": ["new"]}}}}"#,
];
const EVENTS: &[&str] = &[
    r#"{"version": "0", "id": "e-1", "detail-type": "made", "source": "shop", "account": "1", "time": "2026-01-01T00:00:00Z", "region": "eu-west-1", "resources": ["a"], "detail": {"id": "A-7", "total": 250, "tags": ["x", "y"], "a": {"b": 1, "c": "q"}, "ip": "10.1.2.3", "none": null}}"#,
    r#"{"eventSource": "aws:sqs", "messageId": "m", "body": "{\"id\": 7, \"list\": [{\"x\": 1}, {\"x\": 2}]}"}"#,
    r#"{"eventSource": "aws:kinesis", "data": "eyJhIjoxfQ==", "partitionKey": "1"}"#,
    r#"{"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": {"Keys": {"PK": {"S": "1"}}, "NewImage": {"PK": {"S": "1"}, "state": {"S": "new"}}}}"#,
    r#"[[[["\u0000", "\ud83d\ude00", 1e308, -0.0, 123456789012345678901234567890]]]]"#,
];
const TEMPLATES: &[&str] = &[
    r#"{"id": <id>, "text": "Order <id> of <aws.events.rule-name>", "tags": <tags>}"#,
    r#""order <id>" "#,
    r#"{"e": <aws.events.event.json>, "x": [<none>, "<n>"]}"#,
    r#"{"k": <$.body.id>, "all": <aws.pipes.event.json>, "list": <$.body.list[*].x>, "t": "<$.messageId>"}"#,
    "<$.body>",
    r#"free <$.detail.a-b["c d"][0]> text"#,
];
const MAPPINGS: &[&str] = &[
    "#set($body = $input.path('$'))\n{\"id\": $input.json('$.id'), \"tags\": \"#foreach($tag in $body.tags)$tag#if($foreach.hasNext), #end#end\"}",
    "#if($!input.params('x') == \"a\" && 1 + 2 * 3 > 6)\n$util.escapeJavaScript($input.body).replaceAll(\"\\\\'\", \"'\")\n#elseif($context.httpMethod != 'GET')\n${stageVariables.x}\n#else $!{none.of.it} #end",
    "#set($context.responseOverride.status = 502)#set($m = {\"a\": [1..5]})$m.get('a').size() ## comment\n#* block *#$util.base64Encode(\"x\") $util.urlDecode('%41+')",
    "#foreach($k in $input.params().keySet())$k=$input.params().get($k).substring(1, 2)#end",
];
const TRANSFORMS: &[&str] = &[
    r#"{"id": "$.detail.id", "text": "Order <$.detail.id> is <$.detail.total>", "all": "$", "n": [1, "$.detail.tags[0]", "$$5"]}"#,
    r#"{"at": "$aws.event.ingestion-time", "rule": "<$aws.rule-name>", "body": "$.body.list[*].x"}"#,
    r#"{"who": "$request.header.X-Id", "path": "<$request.path.id>", "stage": "$context.stage", "id": "$.id"}"#,
    r#"{"at": "$aws.scheduled-time", "try": "<$aws.attempt-number>"}"#,
];
const HAPPENINGS: &[&str] = &[
    r#"{"api": "orders", "request": "POST /orders?x=1&x=%20+%zz&y", "headers": {"Content-Type": "application/json", "X": ["1", "2"]}, "query": {"z": ["a", "b"]}, "body": {"id": "A-7"}}"#,
    r#"{"api": "integration", "request": "POST /confirm-shipment", "body": {"order_id": "A-7", "shipped_at": "now"}}"#,
    r#"{"bus": "orders", "event": {"source": "carrier", "detail-type": "carrier.order_shipped", "detail": {"order_id": "A-7", "shipped_at": null}}}"#,
    r#"{"table": "orders", "insert": {"PK": "A-7", "state": "pending", "n": 1.5, "l": [true, null], "m": {"S": "x"}}}"#,
    r#"{"table": "orders", "modify": {"old": {"PK": {"S": "A-7"}}, "new": {"PK": {"S": "A-7"}, "state": {"S": "shipped"}}}}"#,
    r#"{"function": "carrier", "request": "GET /a/b?c=d%C3%A9", "headers": {"A": "b"}}"#,
    r#"{"function": "orders", "invoke": {"a": [1, 2, {"b": "c"}]}}"#,
];
const ANSWERS: &str = r#"{"functions.orders": [{"when": {"httpMethod": ["GET"]}}, {"returns": {"statusCode": 201}, "does": [{"table": "orders", "insert": {"PK": "$.body.id", "state": "pending <$.body.id>"}}]}], "functions.carrier": {"does": [{"api": "integration", "request": "POST /confirm-shipment", "body": {"order_id": "$.body.order_id", "shipped_at": "$"}}]}, "functions.confirm-shipment": {"does": [{"table": "orders", "modify": {"old": {"PK": "$.order_id", "state": "pending"}, "new": {"PK": "$.order_id", "state": "shipped"}}}]}}"#;
const TESTS: &str = r#"[{"name": "a", "when": {"bus": "orders", "event": {"source": "carrier", "detail-type": "carrier.order_shipped", "detail": {"order_id": "A-7"}}}, "answers": {"functions.confirm-shipment": {"returns": {"a": "$.order_id"}}}, "then": [{"function": "confirm-shipment", "gets": {"order_id": "A-7"}}, {"api_destination": "carrier", "request": {"method": "POST", "headers": {"Content-Type": "x"}}}, {"table": "orders", "matches": {"a": [{"exists": true}]}}], "never": [{"bus": "orders"}]}]"#;

/// Tokens that something may be made of.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "null",
    "true",
    "-1",
    "0",
    "1e999",
    "9223372036854775808",
    "0.1",
    "$",
    "$.",
    "$$",
    "<",
    ">",
    "<$.",
    "$aws.",
    "[*]",
    "[0]",
    "[-1]",
    "..",
    "*",
    "\\",
    "\\u0000",
    "'",
    "#",
    "#end",
    "#set",
    "#if(",
    "#foreach($a in [1..9])",
    "\n",
    "\t",
    " ",
    "%",
    "%zz",
    "\u{0}",
    "\u{1}",
    "é",
    "😀",
    "\u{202e}",
    "&a",
    "*a",
    "<<",
    "!!int",
    "---",
    "|",
    "? ",
    "- ",
    "${",
    "${each.key}",
    "$or",
    "prefix",
    "numeric",
    "wildcard",
    "exists",
    "cidr",
    "anything-but",
];

struct Random(TestRng);

impl Random {
    /// The same for a seed and a case, whatever ran before.
    fn of(seed: u64, case: u64) -> Random {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&case.to_le_bytes());
        Random(TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
    }

    fn below(&mut self, count: usize) -> usize {
        (self.0.next_u64() % count.max(1) as u64) as usize
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }

    /// A text with up to six changes; one in eight is as it was.
    fn changed(&mut self, text: &str, others: &[&str]) -> String {
        let mut text = text.to_owned();
        for _ in 0..self.below(8) {
            text = match self.below(4) {
                0 => self.bytes(text),
                _ => self.tokens(&text, others),
            };
        }
        text
    }

    fn bytes(&mut self, text: String) -> String {
        let mut bytes = text.into_bytes();
        let at = self.below(bytes.len());
        match (self.below(3), bytes.get_mut(at)) {
            (0, Some(byte)) => *byte ^= 1 << (self.0.next_u64() % 8),
            (1, Some(_)) => drop(bytes.remove(at)),
            _ => bytes.insert(at, self.0.next_u64() as u8),
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn tokens(&mut self, text: &str, others: &[&str]) -> String {
        let mut all = tokens(text);
        let (at, other) = (self.below(all.len()), self.below(all.len()));
        let end = (at + 1 + self.below(6)).min(all.len());
        let start = at.min(end);
        match self.below(7) {
            0 => drop(all.drain(start..end)),
            1 => {
                let copy = all[start..end].to_vec();
                all.splice(at..at, copy);
            }
            2 if !all.is_empty() => all.swap(at, other),
            3 => {
                let donor = tokens(self.one(others));
                let from = self.below(donor.len());
                let to = (from + 1 + self.below(12)).min(donor.len());
                all.splice(start..end, donor[from.min(to)..to].to_vec());
            }
            4 => {
                let times = 1 << self.below(10);
                let word = self.one(WORDS);
                all.splice(at..at, std::iter::repeat_n(word, times));
            }
            5 => {
                all.splice(start..end, [self.one(WORDS)]);
            }
            _ => all.insert(at, self.one(WORDS)),
        }
        all.concat()
    }
}

/// Words, and each sign by itself.
fn tokens(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        found.push(token);
        rest = after;
    }
    found
}

/// JSON as the command line reads it: where it is none, YAML, if it is that.
fn document(text: &str) -> Json {
    let mut sources = Sources::new();
    let file = sources.add("document", text);
    let node = source::parse(&sources, file, &mut Findings::default());
    serde_json::from_str(text).ok().or_else(|| node.map(|node| node.to_json())).unwrap_or_default()
}

/// What the cases are made of.
struct Seeds {
    graph: Graph,
    stacks: Vec<String>,
}

impl Seeds {
    fn new() -> Seeds {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let stack = |name: &str| {
            std::fs::read_to_string(root.join("stacks").join(name).join("stack.yaml")).expect(name)
        };
        let stacks = ["serverless-event-gateway", "partner-sync", "saas-partner-bus/tenant"].map(stack);
        let (graph, findings) = compiled(&stacks[0], &root.join("stacks/serverless-event-gateway"));
        assert!(!findings.has_errors());
        Seeds { graph: graph.expect("a graph"), stacks: stacks.into() }
    }
}

fn compiled(text: &str, folder: &Path) -> (Option<Graph>, Findings) {
    let mut inputs = Inputs::of_process(folder.to_owned(), Mode::Offline);
    inputs.account = Some("123456789012".into());
    inputs.fallback_region = Some("eu-west-1".into());
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let stack = spec::load(&mut sources, file, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    let graph = stack.map(|stack| {
        let graph = compile::compile(&stack, &inputs.base, &mut findings);
        compile::cases(&stack, &graph, &mut findings);
        graph
    });
    source::render(&sources, &findings, RenderStyle { color: true, width: 80 });
    (graph, findings)
}

/// Follows what happens, and shows it in every way.
fn followed(graph: &Graph, said: &Json, written: &Json) {
    let (answers, _) = answers::read(graph, &written.clone().into(), &flow::Path::default());
    let Ok((at, arrival)) = happening::read(graph, said) else { return };
    let hop = trace(graph, at, arrival, &answers);
    report::trace_text(&hop, true, 80);
    report::trace_json(&hop);
    FlowGraph::of(graph).follow(&hop);
}

type Run = fn(&mut Random, &Seeds, &mut String);

const RUNS: &[Run] = &[
    |random, _, shown| {
        let (pattern, event) = (random.one(PATTERNS), random.one(EVENTS));
        let (pattern, event) = (random.changed(pattern, PATTERNS), random.changed(event, EVENTS));
        *shown = format!("pattern {pattern:?}\nevent {event:?}");
        let (pattern, event) = (Value::from(document(&pattern)), document(&event));
        for kind in [PatternKind::Rule, PatternKind::Pipe, PatternKind::Document] {
            if let Ok(pattern) = parse(&pattern, kind) {
                let event = decode(&event).record;
                let is_match = decide(&pattern, &event).is_match;
                let found = Matcher::new([&pattern]).matching(&event);
                assert_eq!(is_match, found == [0], "the index answers as the pattern does");
            }
        }
    },
    |random, _, shown| {
        let (template, event) = (random.one(TEMPLATES), random.one(EVENTS));
        let (template, event) = (random.changed(template, TEMPLATES), random.changed(event, EVENTS));
        let paths = random.changed(
            r#"{"id": "$.detail.id", "tags": "$.detail.tags[*]", "n": "$.x[0].y", "none": "$.none"}"#,
            TEMPLATES,
        );
        *shown = format!("template {template:?}\npaths {paths:?}\nevent {event:?}");
        let (paths, event) = (Value::from(document(&paths)), document(&event));
        let paths = paths.as_map().cloned().unwrap_or_default();
        for (dialect, given) in
            [(Dialect::RuleTarget, Some(&paths)), (Dialect::Pipe, None), (Dialect::Schedule, None)]
        {
            check_input_template(&template.as_str().into(), given, dialect);
            let compiled = Compiled::Template { template: template.as_str().into(), paths: paths.clone() };
            evaluate(&compiled, dialect, &event, &Variables::new());
        }
    },
    |random, _, shown| {
        let (template, body) = (random.one(MAPPINGS), random.one(EVENTS));
        let (template, body) = (random.changed(template, MAPPINGS), random.changed(body, EVENTS));
        *shown = format!("mapping {template:?}\nbody {body:?}");
        let _ = render(&template, &Request { body, ..Request::default() });
    },
    |random, _, shown| {
        let (transform, event) = (random.one(TRANSFORMS), random.one(EVENTS));
        let (transform, event) = (random.changed(transform, TRANSFORMS), random.changed(event, EVENTS));
        *shown = format!("transform {transform:?}\nevent {event:?}");
        let (transform, read) = (Value::from(document(&transform)), document(&event));
        for dialect in [Dialect::RuleTarget, Dialect::Pipe, Dialect::Schedule] {
            if let Ok(compiled) = compile_transform(&transform, dialect) {
                evaluate(&compiled, dialect, &read, &Variables::new());
            }
        }
        let text = Value::from("x");
        let entry = Entry {
            bus: &text,
            source: &text,
            detail_type: &text,
            detail: &transform,
            resources: None,
            time: None,
            trace_header: None,
        };
        for template in [request_template(entry), execution_template(&text, &transform)].into_iter().flatten()
        {
            // Ours is always a template, and what it makes is JSON, whatever the body holds.
            let made = render(
                template.as_str().expect("a text"),
                &Request { body: event.clone(), ..Request::default() },
            );
            let made = made.unwrap_or_else(|wrong| panic!("{wrong:?}: {template:?}"));
            if serde_json::from_str::<Json>(&event).is_ok() {
                serde_json::from_str::<Json>(&made.text)
                    .unwrap_or_else(|error| panic!("{error}: {}", made.text));
            }
        }
    },
    |random, seeds, shown| {
        let said = random.one(HAPPENINGS);
        let (said, answers) = (random.changed(said, HAPPENINGS), random.changed(ANSWERS, HAPPENINGS));
        *shown = format!("happening {said:?}\nanswers {answers:?}");
        followed(&seeds.graph, &document(&said), &document(&answers));
    },
    |random, seeds, shown| {
        let tests = random.changed(TESTS, HAPPENINGS);
        *shown = format!("tests {tests:?}");
        let (cases, _) = read_cases(&seeds.graph, &document(&tests).into());
        let ran: Vec<_> = cases.iter().map(|case| run(&seeds.graph, case)).collect();
        let coverage = coverage(&seeds.graph, &ran);
        let places = vec![String::new(); ran.len()];
        report::tests_text(&ran, Some(&coverage), &places, true, 80);
        report::tests_tap(&ran, &places);
        report::tests_junit("x", &ran, &places);
        report::tests_json(&ran, Some(&coverage), &places);
    },
];

fn stack(random: &mut Random, seeds: &Seeds, shown: &mut String) {
    let others: Vec<&str> = seeds.stacks.iter().map(String::as_str).collect();
    let text = random.one(&others);
    let text = random.changed(text, &others);
    *shown = format!("stack {text:?}");
    // A folder without anything in it: no file is read that a change happens to name.
    let folder = tempfile::tempdir().expect("a folder");
    if let (Some(graph), _) = compiled(&text, folder.path()) {
        HAPPENINGS.iter().for_each(|said| followed(&graph, &document(said), &document(ANSWERS)));
    }
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn nothing_that_is_malformed_panics_or_hangs() {
    let seed = variable("GATEWAYCTL_FUZZ_SEED").unwrap_or(SEED);
    let only = variable("GATEWAYCTL_FUZZ_CASE");
    let count = variable("GATEWAYCTL_FUZZ_CASES").unwrap_or(CASES);
    let cases = only.map_or(0..count, |only| only..only + 1);
    let at = Arc::new(Mutex::new((Instant::now(), 0)));
    let watched = at.clone();
    let worker = std::thread::Builder::new().stack_size(8 << 20).spawn(move || {
        let seeds = Seeds::new();
        for case in cases {
            let mut random = Random::of(seed, case);
            let run = match case % STACKS {
                0 => stack,
                other => RUNS[other as usize % RUNS.len()],
            };
            *watched.lock().expect("the case") = (Instant::now(), case);
            let mut shown = String::new();
            let ran = catch_unwind(AssertUnwindSafe(|| run(&mut random, &seeds, &mut shown)));
            assert!(ran.is_ok(), "seed {seed}, case {case}: it panics:\n{shown}");
        }
    });
    let worker = worker.expect("a thread");
    while !worker.is_finished() {
        std::thread::sleep(Duration::from_millis(20));
        let (since, case) = &*at.lock().expect("the case");
        assert!(since.elapsed() < HANG, "seed {seed}, case {case}: it does not end");
    }
    if let Err(panic) = worker.join() {
        std::panic::resume_unwind(panic);
    }
}
