use super::*;
use crate::compile::testing;
use crate::value;

const STACK: &str = r#"
stack: shop
region: eu-west-1
account: "123456789012"
buses: { orders: {} }
queues: { jobs: {}, big: {} }
rules:
  all: { bus: orders, pattern: { source: [shop] }, targets: { jobs: { queue: jobs, transform: { id: $.detail.id } } } }
  big:
    bus: orders
    pattern: { source: [shop], detail: { total: [{ numeric: [">", 100] }] } }
    targets: { big: { queue: big } }
"#;

fn outcome(tests: Value) -> String {
    let (graph, _) = testing::compile(STACK);
    let (cases, problems) = read(&graph, &tests);
    if !problems.is_empty() {
        return problems.iter().map(|problem| format!("{problem}\n")).collect();
    }
    let ran: Vec<Ran> = cases.iter().map(|case| run(&graph, case)).collect();
    let coverage = coverage(&graph, &ran);
    let places: Vec<String> = ran.iter().map(|one| one.path.to_string()).collect();
    crate::report::tests_text(&ran, Some(&coverage), &places, false, 100)
}

#[test]
fn what_everybody_gets_is_what_the_test_says() {
    let small = value!({ "bus": "orders", "event": { "source": "shop", "detail-type": "made", "detail": { "id": 7, "total": 3 } } });
    insta::assert_snapshot!(outcome(value!([
        { "name": "a small order", "when": (small.clone()), "then": [{ "queue": "jobs", "gets": { "id": 7 } }], "never": [{ "queue": "big" }] },
        { "when": { "event": { "source": "other", "detail-type": "made", "detail": {} } }, "then": [] },
        { "name": "somebody gets it", "when": (small.clone()), "then": [{ "queue": "queues.jobs" }] },
        { "name": "by pattern", "when": (small), "then": [{ "queue": "jobs", "matches": { "id": [{ "numeric": [">", 1] }] } }] },
    ])), @r"
    ok  a small order
    ok  test 2
    ok  somebody gets it
    ok  by pattern

    4 tests: 4 passed, 0 failed.
    1 of 2 ways is taken by no test:
      rules.big  big → queues.big
    ");
}

#[test]
fn a_test_that_does_not_hold_says_what_came_instead() {
    let large = value!({ "bus": "orders", "event": { "source": "shop", "detail-type": "made", "detail": { "id": 7, "total": 300 } } });
    insta::assert_snapshot!(outcome(value!([
        { "name": "differs", "when": (large.clone()), "then": [{ "queue": "jobs", "gets": { "id": "7", "state": "new" } }] },
        { "name": "no match", "when": (large.clone()), "then": [{ "queue": "jobs", "matches": { "id": [8] } }] },
        { "name": "never", "when": (large.clone()), "never": [{ "queue": "jobs" }] },
        { "name": "twice", "when": (large.clone()), "then": [{ "queue": "jobs" }, { "queue": "jobs" }] },
        { "name": "nothing", "when": (large), "then": [] },
    ])));
}

#[test]
fn what_is_no_test_is_said_at_its_place() {
    insta::assert_snapshot!(outcome(value!([
        { "wenn": {}, "then": [] },
        { "when": { "bus": "orders", "event": { "source": "shop", "detail-type": "made", "detail": {} } } },
        { "when": { "bus": "orders", "event": { "source": "shop", "detail-type": "made", "detail": {} } }, "then": [{ "queue": "job" }, { "nobody": "x" }, { "queue": "jobs", "gets": 1, "matches": {} }], "never": {} },
        { "when": { "bus": "orders", "message": "x" }, "then": [] },
        { "when": { "message": "x" }, "then": [], "answers": { "queues.jobs": {} } },
    ])));
}

const ENDS: &str = r#"
stack: shop
region: eu-west-1
account: "123456789012"
buses: { orders: {} }
queues: { jobs: {}, raw: {}, priced: {} }
tables: { orders: { partition_key: id, stream: new_image } }
functions:
  price: { code: stacks/serverless-event-gateway/functions/orders, handler: index.handler, runtime: python3.13, grants: [{ queue: priced, access: send }] }
rules:
  off: { bus: orders, state: disabled, pattern: { source: [shop] }, targets: { jobs: { queue: jobs } } }
  lost:
    bus: orders
    pattern: { source: [shop] }
    targets: { jobs: { queue: jobs, input_paths: { all: $.detail }, input_template: '{"all": "<all>"}' } }
  price: { bus: orders, pattern: { source: [shop] }, targets: { price: { function: price } } }
  web: { bus: orders, pattern: { source: [web] }, targets: { jobs: { queue: jobs } } }
pipes:
  priced: { source: { table: orders, starting_position: latest }, enrichment: { function: price }, target: { queue: raw } }
archives: { all: { bus: orders, pattern: { source: [web] } } }
"#;

fn told(stack: &str, tests: Value) -> String {
    let (graph, findings) = testing::compile(stack);
    assert!(!findings.contains("error"), "{findings}");
    let (cases, problems) = read(&graph, &tests);
    assert!(problems.is_empty(), "{problems:?}");
    let ran: Vec<Ran> = cases.iter().map(|case| run(&graph, case)).collect();
    let coverage = coverage(&graph, &ran);
    let places: Vec<String> = ran.iter().map(|one| one.path.to_string()).collect();
    crate::report::tests_text(&ran, Some(&coverage), &places, false, 100)
}

#[test]
fn where_nothing_arrives_every_reason_for_it_is_said() {
    let event = value!({ "bus": "orders", "event": { "source": "shop", "detail-type": "made", "detail": { "id": "7" } } });
    insta::assert_snapshot!(told(
        ENDS,
        value!([
            { "name": "no pattern, no template, no state", "when": (event.clone()), "then": [{ "queue": "jobs" }] },
            { "name": "an ask without an answer", "when": { "insert": { "id": "7" } }, "then": [{ "queue": "raw" }] },
            { "name": "a function that does nothing", "when": (event), "then": [{ "queue": "priced" }] },
        ])
    ));
}

#[test]
fn of_an_event_what_is_named_is_compared() {
    let stack = "stack: shop\nregion: eu-west-1\naccount: \"123456789012\"\nbuses: { orders: {} }\nqueues: { jobs: {} }\nrules: { all: { bus: orders, pattern: { source: [shop] }, targets: { jobs: { queue: jobs } } } }\narchives: { all: { bus: orders } }\n";
    let when = value!({ "bus": "orders", "event": { "id": "e-1", "source": "shop", "detail-type": "made", "detail": { "n": 1 } } });
    let gets = |gets: Value| value!({ "when": (when.clone()), "then": [{ "queue": "jobs", "gets": gets }] });
    let whole = value!({ "source": "shop", "detail-type": "made", "detail": { "n": 1 } });
    let with = |name: &str, value: &str| {
        let mut gets = whole.clone();
        gets.put(name, value.into());
        gets
    };
    insta::assert_snapshot!(told(
        stack,
        value!([
            (gets(whole.clone())),
            (gets(with("account", "123456789012"))),
            (gets(with("time", "2026-01-01T00:00:00Z"))),
            (gets(with("id", "e-2"))),
            (gets(value!({ "source": "shop", "detail": { "n": 1 } }))),
        ])
    ));
}
