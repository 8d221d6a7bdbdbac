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
    let small = value!({ "bus": "orders", "event": { "source": "shop", "detail": { "id": 7, "total": 3 } } });
    insta::assert_snapshot!(outcome(value!([
        { "name": "a small order", "when": (small.clone()), "then": [{ "queue": "jobs", "gets": { "id": 7 } }], "never": [{ "queue": "big" }] },
        { "when": { "event": { "source": "other" } }, "then": [] },
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
    let large =
        value!({ "bus": "orders", "event": { "source": "shop", "detail": { "id": 7, "total": 300 } } });
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
        { "when": { "bus": "orders", "event": {} } },
        { "when": { "bus": "orders", "event": {} }, "then": [{ "queue": "job" }, { "nobody": "x" }, { "queue": "jobs", "gets": 1, "matches": {} }], "never": {} },
        { "when": { "bus": "orders", "message": "x" }, "then": [] },
        { "when": { "message": "x" }, "then": [], "answers": { "queues.jobs": {} } },
    ])));
}
