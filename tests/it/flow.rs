//! `match` and `transform` on the command line: stdout, stderr and exit status.

use std::io::Write as _;
use std::process::Stdio;

use crate::support::process::Folder;

const EVENT: &str =
    r#"{"source": "shop", "detail-type": "order", "detail": {"id": "A-7", "total": 250, "tags": ["x"]}}"#;

fn matched(args: &[&str]) -> (Option<i32>, String, String) {
    let ran = Folder::with_stack("").run(&[&["match"], args].concat());
    (ran.status, ran.stdout, ran.stderr)
}

#[test]
fn a_match_is_0_no_match_is_1_and_why_names_the_fields() {
    let pattern = r#"{"source": ["shop"], "detail": {"total": [{"numeric": [">", 100]}]}}"#;
    let (status, out, err) = matched(&["--pattern", pattern, "--event", EVENT, "--why"]);
    assert_eq!((status, err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(out, @r#"
    match
      source: `"shop"` matches `"shop"`
      detail.total: `250` matches `{"numeric":[">",100]}`
    "#);
    let less = EVENT.replace("250", "\"250\"");
    let (status, out, err) = matched(&["--pattern", pattern, "--event", &less, "--why"]);
    assert_eq!((status, err.as_str()), (Some(1), ""));
    insta::assert_snapshot!(out, @r#"
    no match
      detail.total: `"250"` does not match `{"numeric":[">",100]}`; `"250"` is a text, and `numeric` compares numbers
    "#);
    assert_eq!(matched(&["--pattern", pattern, "--event", &less]).1, "no match\n");
}

#[test]
fn an_invalid_pattern_is_65_with_its_place_and_the_words_of_aws() {
    let folder = Folder::with_stack("");
    std::fs::write(folder.path().join("pattern.yaml"), "source: [shop]\ndetail:\n  id: [{ prefx: A }]\n")
        .unwrap();
    let ran = folder.run(&["match", "--pattern", "pattern.yaml", "--event", EVENT]).ends(65);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(ran.stderr, @r"
    error[event_pattern]: `prefx` is no operator of event patterns
     --> pattern.yaml:3:17
      |
    3 |   id: [{ prefx: A }]
      |                 ^
      |
      = help: did you mean `prefix`?

    1 error
    AWS answers: Event pattern is not valid. Reason: Unrecognized match type prefx
    ");
    let twice = r#"{"source": ["a"], "source": ["b"]}"#;
    assert!(folder.run(&["match", "--pattern", twice, "--event", EVENT]).ends(65).stderr.contains("source"));
    let shop = r#"{"source": ["shop"]}"#;
    for (pattern, event) in [("{}", EVENT), (shop, "[1]"), (shop, "{"), ("no-file", EVENT)] {
        let ran = folder.run(&["match", "--pattern", pattern, "--event", event]).ends(65);
        assert!(ran.stderr.starts_with("error") && ran.stdout.is_empty(), "{}", ran.stderr);
    }
    folder.run(&["match", "--pattern", "-", "--event", "-"]).ends(64);
    folder.run(&["match", "--pattern", "{}"]).ends(64);
}

#[test]
fn a_filter_of_a_pipe_sees_what_was_sent_and_lacks_operators() {
    let record = r#"{"eventSource": "aws:sqs", "body": "{\"id\": 7}"}"#;
    let (status, ..) =
        matched(&["--service", "pipe", "--pattern", r#"{"body": {"id": [7]}}"#, "--event", record]);
    assert_eq!(status, Some(0));
    let wildcard = r#"{"body": {"id": [{"wildcard": "*"}]}}"#;
    assert_eq!(matched(&["--service", "pipe", "--pattern", wildcard, "--event", record]).0, Some(65));
}

#[test]
fn a_number_that_no_double_holds_is_refused_and_never_a_text() {
    let event = r#"{"detail": {"n": 1e400}}"#;
    let (status, stdout, stderr) =
        matched(&["--pattern", r#"{"detail": {"n": ["1e400"]}}"#, "--event", event]);
    assert_eq!((status, stdout.as_str()), (Some(65), ""));
    assert!(stderr.starts_with("error: event: line 1, column 22: no double holds this number"), "{stderr}");
}

#[test]
fn of_filters_that_fail_in_as_many_fields_each_is_told() {
    let folder = Folder::with_stack(
        r#"stack: shop
region: eu-west-1
queues: { jobs: {}, done: {} }
pipes:
  jobs:
    source: { queue: jobs, filters: [ { body: { a: [1], b: [1] } }, { body: { c: [1] } }, { body: { d: [1] } } ] }
    target: { queue: done }
"#,
    );
    let ran = folder.run(&["trace", "--queue", "jobs", "--message", "{}", "--quiet"]).ends(0);
    let told = |field: &str| ran.stdout.contains(&format!("body.{field}: has no value"));
    assert_eq!(["a", "b", "c", "d"].map(told), [false, false, true, true], "{}", ran.stdout);
}

#[test]
fn something_fires_at_a_time_and_a_test_begins_where_it_happens() {
    let folder = Folder::with_stack(
        r#"stack: shop
region: eu-west-1
queues: { jobs: {} }
schedules: { nightly: { schedule: rate(1 day), target: { queue: jobs, input: x } } }
tests:
  - { when: { queue: jobs, message: x }, then: [ { queue: jobs } ] }
"#,
    );
    for (fires, is_fine) in [
        ("2026-01-31T08:00:00Z", true),
        ("2026-01-31T08:00:00+02:00", true),
        ("yesterday", false),
        ("99", false),
    ] {
        let ran = folder.run(&["trace", "--schedule", "nightly", "--fires", fires]);
        assert_eq!(ran.status, Some(if is_fine { 0 } else { 65 }), "{fires}: {}", ran.stderr);
        assert!(
            is_fine || ran.stderr.contains("or the time, such as `2026-01-31T08:00:00Z`"),
            "{}",
            ran.stderr
        );
    }
    folder.run(&["trace", "--when", "{ schedule: nightly, fires: false }"]).ends(65);
    let ran = folder.run(&["test"]).ends(1);
    assert!(ran.stdout.contains("the test begins here"), "{}", ran.stdout);
}

/// As `trace` says it, too.
#[test]
fn a_path_that_is_all_that_is_sent_and_is_never_there_is_told_as_what_it_is() {
    let folder = Folder::with_stack(
        r#"stack: shop
region: eu-west-1
buses: { shop: {} }
queues: { jobs: {}, done: {} }
pipes:
  jobs:
    source: { queue: jobs }
    target: { bus: shop, source: jobs, detail_type: job, transform: { id: $.body.id } }
rules:
  whole: { bus: shop, pattern: { source: [jobs] }, targets: { done: { queue: done, input_path: $.detail.idd } } }
"#,
    );
    let ran = folder.run(&["validate"]).ends(0);
    let label = "^^^^^^^^^^^^ what is delivered then AWS does not say";
    assert!(ran.stderr.contains("path_never_there") && ran.stderr.contains(label), "{}", ran.stderr);
}

#[test]
fn the_event_may_come_from_stdin() {
    let folder = Folder::with_stack("");
    let args = ["match", "--pattern", r#"{"source": ["shop"]}"#, "--event", "-"];
    let mut child = folder.command(&args, &[]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(EVENT.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), b"match\n".as_slice()));
}

#[test]
fn what_is_delivered_is_printed_and_what_is_not_is_1() {
    let folder = Folder::with_stack("");
    let paths = r#"{"id": "$.detail.id", "tags": "$.detail.tags", "none": "$.detail.none"}"#;
    let run = |template: &str| {
        folder.run(&["transform", "--template", template, "--paths", paths, "--event", EVENT])
    };
    let ran = run(r#"{"text": "Order <id> of <aws.events.rule-name>", "tags": <tags>, "n": <none>}"#).ends(0);
    assert_eq!(
        ran.stdout,
        "{\"text\":\"Order A-7 of (aws.events.rule-name)\",\"tags\":[\"x\"],\"n\":\"\"}\n"
    );
    assert_eq!(ran.stderr, "note: `$.detail.none` (`<none>`) finds nothing: an empty text stands for it\n");
    let ran = run(r#"{"id": <id>, "tags": "<tags>", "none": <none>}"#).ends(1);
    insta::assert_snapshot!(ran.stderr, @r#"
    nothing is delivered: what the template makes is no JSON: expected `,` or `}` at line 1 column 26
    made: {"id": "A-7", "tags": "["x"]", "none": ""}
    "#);
    let ran = run(r#"{"id": <idd>}"#).ends(65);
    assert!(ran.stderr.contains("did you mean `<id>`?"), "{}", ran.stderr);
    let with = ["--var", "rule-name=created"];
    let args = ["transform", "--template", r#""<aws.events.rule-name>""#, "--event", EVENT];
    assert_eq!(folder.run(&[&args[..], &with].concat()).ends(0).stdout, "\"created\"\n");
}

#[test]
fn a_transform_of_the_language_and_a_pipes_template_are_evaluated_too() {
    let folder = Folder::with_stack("");
    std::fs::write(folder.path().join("t.yaml"), "id: $.detail.id\ntext: Order <$.detail.id>\n").unwrap();
    let ran = folder.run(&["transform", "--transform", "t.yaml", "--event", EVENT]).ends(0);
    assert_eq!(ran.stdout, "{\"id\":\"A-7\",\"text\":\"Order A-7\"}\n");
    let record = r#"{"eventSource": "aws:sqs", "body": "{\"id\": 7}"}"#;
    let pipe = ["transform", "--service", "pipe", "--event", record, "--template"];
    assert_eq!(folder.run(&[&pipe[..], &["{\"id\": <$.body.id>}"]].concat()).ends(0).stdout, "{\"id\":7}\n");
    assert_eq!(folder.run(&[&pipe[..], &["Order <$.body.id>"]].concat()).ends(0).stdout, "Order 7\n");
    assert_eq!(folder.run(&[&pipe[..], &["plain text"]].concat()).ends(0).stdout, "plain text\n");
    assert!(folder.run(&[&pipe[..], &["missing.txt"]].concat()).ends(65).stderr.contains("name a file"));
    folder.run(&["transform", "--event", EVENT]).ends(64);
    let wrong = folder.run(&["transform", "--transform", r#"{"a": "$x"}"#, "--event", EVENT]).ends(65);
    assert!(wrong.stderr.contains("error[transform]") && wrong.stderr.contains("`$.x`"), "{}", wrong.stderr);
}

#[test]
fn an_order_is_traced_to_the_request_that_the_carrier_gets() {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    let event = r#"{"source": "dynamodb.orders", "detail-type": "dynamodb-orders-stream", "detail": {"eventName": "INSERT", "order": {"id": "A-7", "state": "new"}}}"#;
    let ran = folder.run(&["trace", "--event", event, "--quiet"]).ends(0);
    for expected in [
        "rules.order-created  matches\n",
        "carrier → api_destinations.carrier\n",
        "POST ${functions.carrier.url}/orders\n",
        "Authorization: Basic (secret)\n",
        "{\"order_id\":\"A-7\",\"state\":\"new\"}\n",
        "rules.order-shipped  does not match\n",
        "source: `\"dynamodb.orders\"` does not match `\"carrier\"`",
    ] {
        assert!(ran.stdout.contains(expected), "{expected}: {}", ran.stdout);
    }
    let drawn = folder.run(&["trace", "--event", event, "--quiet", "--format", "mermaid"]).ends(0).stdout;
    insta::assert_snapshot!(drawn);
    folder.run(&["trace", "--event", event, "--format", "mermaid", "--diff", "HEAD"]).ends(64);
    let modified = event.replace("INSERT", "MODIFY");
    let ran = folder.run(&["trace", "--event", &modified, "--quiet"]).ends(0);
    assert!(!ran.stdout.contains("api_destinations"), "an update stops at the rule: {}", ran.stdout);
    let shipped = r#"{"source": "carrier", "detail-type": "carrier.order_shipped", "detail": {"order_id": "A-7", "shipped_at": "now"}}"#;
    let args = ["trace", "--bus", "orders", "--event", shipped, "--quiet", "--format", "json"];
    let trace: serde_json::Value = serde_json::from_str(&folder.run(&args).ends(0).stdout).unwrap();
    let rule = &trace["trace"]["next"][1];
    assert_eq!((&rule["at"], &rule["verdict"]["matches"]), (&"rules.order-shipped".into(), &true.into()));
    let call = &rule["next"][0];
    assert_eq!(call["at"], "functions.confirm-shipment");
    assert_eq!(call["payload"], r#"{"order_id":"A-7","shipped_at":"now"}"#);
    let wrong = folder.run(&["trace", "--bus", "ordres", "--event", event]).ends(65);
    assert!(wrong.stderr.contains("did you mean `buses.orders`?"), "{}", wrong.stderr);
    folder.run(&["trace", "--event", "[]"]).ends(65);
}

/// What the functions of the order gateway answer and do.
const ANSWERS: &str = r#"{
  "functions.orders": {
    "returns": {"statusCode": 201},
    "does": [{"table": "orders", "insert": {"PK": "$.body.id", "state": "pending"}}]
  },
  "functions.carrier": {
    "does": [{"api": "integration", "request": "POST /confirm-shipment",
      "body": {"order_id": "$.body.order_id", "shipped_at": "2026-01-02T09:00:00Z"}}]
  },
  "functions.confirm-shipment": {
    "does": [{"table": "orders", "modify": {"old": {"PK": "$.order_id", "state": "pending"},
      "new": {"PK": "$.order_id", "state": "shipped", "shipped_at": "$.shipped_at"}}}]
  }
}"#;

#[test]
fn a_posted_order_is_traced_to_the_carrier_and_its_shipment_back_to_the_rules_that_stop_it() {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    let post =
        ["trace", "--api", "orders", "--request", "POST /orders", "--body", r#"{"id": "A-7"}"#, "--quiet"];
    let ran = folder.run(&[&post[..], &["--answers", ANSWERS]].concat()).ends(0);
    insta::assert_snapshot!(ran.stdout);
    // Without answers the way ends at the function.
    let ran = folder.run(&post).ends(0);
    assert!(
        ran.stdout.contains("functions.orders") && !ran.stdout.contains("tables.orders"),
        "{}",
        ran.stdout
    );
    // A function's URL takes any path, so it has to be named.
    let ran = folder.run(&["trace", "--request", "POST /orders", "--quiet"]).ends(0);
    assert!(ran.stdout.starts_with("apis.orders\n"), "{}", ran.stdout);
    let ran = folder.run(&["trace", "--request", "DELETE /order/7", "--quiet"]).ends(65);
    assert!(ran.stderr.contains("apis.orders has no route for `DELETE /order/7`"), "{}", ran.stderr);
    // A function that calls itself for ever.
    let twice = r#"{"functions.orders": {"does": [{"function": "orders", "invoke": {"a": ["$", "$"]}}]}}"#;
    let calls = ["trace", "--function", "orders", "--invoke", "{}", "--answers", twice, "--format", "json"];
    let ran = folder.run(&calls).ends(1);
    assert!(ran.stdout.contains("is not followed further"), "it ends");
    let ran = folder.run(&["trace", "--api", "orders", "--request", "GET /orders/7", "--quiet"]).ends(65);
    assert!(ran.stderr.contains("has no route for `GET /orders/7`; there are"), "{}", ran.stderr);
    let ran = folder.run(&["trace", "--insert", r#"{"id": "A-7"}"#, "--quiet"]).ends(65);
    assert!(ran.stderr.contains("the item has no `PK`"), "{}", ran.stderr);
    let answers = r#"{"functions.order": {}}"#;
    let ran = folder.run(&[&post[..], &["--answers", answers]].concat()).ends(65);
    assert!(ran.stderr.contains("did you mean `functions.orders`?"), "{}", ran.stderr);
    folder.run(&["trace", "--event", "{}", "--insert", "{}"]).ends(64);
    folder.run(&["trace"]).ends(64);
}

#[test]
fn the_tests_of_a_stack_hold_or_say_what_came_instead() {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    let ran = folder.run(&["test"]).ends(0);
    insta::assert_snapshot!(ran.stdout, @r"
    ok  a posted order reaches the carrier, and its shipment comes back
    ok  an order is shown, and nothing else happens
    ok  a shipped order goes to nobody again

    3 tests: 3 passed, 0 failed.
    Every one of the 7 ways of the stack is taken by a test.
    ");
    let ran = folder.run(&["test", "--only", "shown"]).ends(0);
    insta::assert_snapshot!(ran.stdout, @r"
    ok  an order is shown, and nothing else happens

    1 test: 1 passed, 0 failed.
    ");
    folder.edit("rate_limit: 20", "rate_limit: 10");
    folder.run(&["test", "--min-coverage", "100"]).ends(0);
    folder.edit("[INSERT]", "[REMOVE]");
    let ran = folder.run(&["test", "--junit-into", "tests.xml"]).ends(1);
    insta::assert_snapshot!(ran.stdout);
    insta::assert_snapshot!(std::fs::read_to_string(folder.path().join("tests.xml")).unwrap());
    insta::assert_snapshot!(folder.run(&["test", "--format", "tap"]).ends(1).stdout);
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&["test", "--format", "json"]).ends(1).stdout).unwrap();
    assert_eq!((&json["passed"], &json["failed"]), (&2.into(), &1.into()));
    assert_eq!(json["tests"][0]["trace"]["at"], "apis.orders");
    let ran = folder.run(&["test", "--min-coverage", "100"]).ends(1);
    assert!(ran.stderr.contains("`--min-coverage` wants 100"), "{}", ran.stderr);
    folder.run(&["test", "--only", "no such test"]).ends(1);
    Folder::with_stack("stack: shop\nqueues: { jobs: {} }\n").run(&["test"]).ends(1);
}

#[test]
fn a_wrong_test_is_found_by_validate_at_its_line() {
    let folder = Folder::with_stack(
        "stack: shop\nqueues: { jobs: {} }\ntests:\n  - when: { queue: jobs, message: hello }\n    than: []\n  - { when: { queue: job, message: x }, then: [] }\n",
    );
    insta::assert_snapshot!(folder.run(&["validate"]).ends(1).stderr);
    // What another environment may have is wrong only where it is to be tried.
    folder.edit("than", "then");
    folder.run(&["validate"]).ends(0);
    insta::assert_snapshot!(folder.run(&["test"]).ends(1).stderr);
}

#[test]
fn a_route_is_compared_with_another_revision_of_the_repository() {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    let git = |args: &[&str]| {
        let who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let mut command = std::process::Command::new("git");
        let ran = command.current_dir(folder.path()).args(who).args(args).output().expect("git");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    let insert = ["trace", "--quiet", "--insert", r#"{"PK": "A-7", "state": "pending"}"#, "--diff"];
    let ran = folder.run(&[&insert[..], &["HEAD"]].concat()).ends(1);
    assert!(ran.stderr.contains("git rev-parse"), "{}", ran.stderr);
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "first"]);
    let same = folder.run(&[&insert[..], &["HEAD"]].concat()).ends(0);
    assert_eq!(same.stdout, "The route is as it is in HEAD.\n");
    folder.edit("state: \"<$.detail.order.state>\" }", "status: \"<$.detail.order.state>\" }");
    folder.edit(
        "source: [carrier], detail-type: [carrier.order_shipped]",
        "source: [carrier], detail-type: [shipped]",
    );
    insta::assert_snapshot!(folder.run(&[&insert[..], &["HEAD"]].concat()).ends(0).stdout);
    insta::assert_snapshot!(folder.run(&["trace", "--quiet", "--all", "--diff", "HEAD"]).ends(0).stdout);
    let json = folder.run(&["trace", "--quiet", "--all", "--diff", "HEAD", "--format", "json"]).ends(0);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["routes"].as_array().map(Vec::len), Some(1));
    let ran = folder.run(&[&insert[..], &["no-such"]].concat()).ends(1);
    assert!(ran.stderr.contains("there is no revision `no-such`"), "{}", ran.stderr);
    folder.run(&["trace", "--all"]).ends(64);
    // What is wrong with the other revision is told of it.
    folder.edit("partition_key: PK", "partition_kei: PK");
    git(&["commit", "-qam", "broken"]);
    folder.edit("partition_kei: PK", "partition_key: PK");
    let ran = folder.run(&[&insert[..], &["HEAD"]].concat()).ends(1);
    assert!(ran.stderr.contains(" HEAD:stack.yaml:"), "{}", ran.stderr);
}

#[test]
fn tests_of_a_component_are_run_for_each_instance() {
    let folder = Folder::with_stack(
        r#"stack: shop
region: eu-west-1
buses: { shop: {} }
queues: { all: {} }
components:
  tenant:
    for_each: { acme: { least: 5 }, globex: { least: 9 } }
    with: { least: "${each.value.least}" }
    parameters: { least: { type: number } }
    queues: { inbox: {}, spare: {} }
    functions: { sort: { code: code, handler: index.handler, runtime: python3.13 } }
    rules:
      paid:
        bus: shop
        pattern: { source: [shop], detail: { tenant: ["${each.key}"] } }
        targets: { sort: { function: sort }, all: { queue: all } }
    tests:
      - name: what is the tenant's comes to its inbox
        when: { bus: shop, event: { source: shop, detail-type: paid, detail: { tenant: "${each.key}", total: "${parameters.least}" } } }
        answers: { functions.sort: { does: [ { queue: inbox, message: { total: $.detail.total } } ] } }
        then:
          - { queue: inbox, gets: { total: "${parameters.least}" } }
          - { queue: all, matches: { detail: { tenant: ["${each.key}"] } } }
        never: [ { queue: spare } ]
"#,
    );
    std::fs::create_dir(folder.path().join("code")).unwrap();
    std::fs::write(folder.path().join("code/index.py"), "").unwrap();
    folder.run(&["validate"]).ends(0);
    let ran = folder.run(&["test", "--format", "tap"]).ends(0);
    for instance in ["acme", "globex"] {
        let name = format!("what is the tenant's comes to its inbox (tenant.{instance})");
        assert!(ran.stdout.contains(&name), "{}", ran.stdout);
    }
    folder.edit("never: [ { queue: spare } ]", "never: [ { queue: inbox } ]");
    let ran = folder.run(&["test", "--only", "globex"]).ends(1);
    assert!(
        ran.stdout.contains("tenant.globex.queues.inbox") && ran.stdout.contains("stack.yaml:18"),
        "{}",
        ran.stdout
    );
    folder.edit("queue: inbox, gets:", "queue: inbocks, gets:");
    let ran = folder.run(&["test"]).ends(1);
    assert!(ran.stderr.contains("there is no queue `inbocks`"), "{}", ran.stderr);
}

#[test]
fn what_expires_and_what_is_put_into_a_bucket_can_be_tested() {
    let folder = Folder::with_stack(
        r#"stack: shop
region: eu-west-1
tables: { t: { partition_key: id, stream: old_image, ttl: until } }
buckets: { u: {} }
queues: { gone: {}, arrived: {} }
pipes:
  expired:
    source:
      table: t
      starting_position: latest
      filters: [ { eventName: [REMOVE], userIdentity: { type: [Service], principalId: [dynamodb.amazonaws.com] } } ]
    target: { queue: gone, transform: { id: $.dynamodb.Keys.id.S } }
rules:
  arrived:
    bus: default
    pattern: { source: [aws.s3], detail: { object: { key: [{ prefix: in/ }] } } }
    targets: { arrived: { queue: arrived, transform: { key: $.detail.object.key } } }
tests:
  - name: what has expired is told
    when: { table: t, remove: { id: A-7, until: 1 }, expired: true }
    then: [ { queue: gone, gets: { id: A-7 } } ]
  - name: what somebody deletes is not
    when: { table: t, remove: { id: A-7, until: 1 } }
    then: []
  - name: an upload arrives
    when: { bucket: u, put: in/a.png }
    then: [ { queue: arrived, gets: { key: in/a.png } } ]
"#,
    );
    let ran = folder.run(&["test", "--min-coverage", "100"]).ends(0);
    assert!(ran.stdout.contains("Every one of the 3 ways"), "{}", ran.stdout);
    let remove = ["trace", "--table", "t", "--remove", r#"{"id": "A-7", "until": 1}"#, "--quiet"];
    let ran = folder.run(&[&remove[..], &["--expired"]].concat()).ends(0);
    assert!(ran.stdout.contains(r#"{"id":"A-7"}"#), "{}", ran.stdout);
    assert!(folder.run(&remove).ends(0).stdout.contains("does not match"));
    let ran = folder.run(&["trace", "--insert", r#"{"id": "A-7"}"#, "--expired", "--quiet"]).ends(65);
    assert!(ran.stderr.contains("`expired` does not stand beside `insert`"), "{}", ran.stderr);
    let ran = folder.run(&["trace", "--bucket", "u", "--put", "in/a.png", "--quiet"]).ends(0);
    assert!(ran.stdout.contains(r#"{"key":"in/a.png"}"#), "{}", ran.stdout);
    assert!(
        folder.run(&["trace", "--delete", "in/a.png", "--quiet"]).ends(0).stdout.contains("queues.arrived")
    );
    let graph = folder.run(&["graph"]).ends(0).stdout;
    assert!(graph.contains("buckets_u -->|\"event_bridge\"| of_default"), "{graph}");
    folder.edit("expired: true", "expired: soon");
    assert!(folder.run(&["test"]).ends(1).stderr.contains("`expired` is `true` or `false`"));
}
