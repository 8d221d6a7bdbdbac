//! A planted secret arrives where it shall and stands in no byte of anything we write.

use std::path::Path;

use base64::Engine;

use crate::support::account::Account;
use crate::support::process::{Folder, Ran};

/// What the password is: with characters that every encoding writes differently.
const CANARY: &str = "cAnArY+/=\"\\&<é 1f9c%";
const FAULTS: &str = "GATEWAYCTL_LOCAL_FAULTS";

/// The secret as it could stand in a file: as it is, base64 at each offset, percent- and JSON-escaped,
/// in hex.
fn spellings() -> Vec<Vec<u8>> {
    let bytes = CANARY.as_bytes();
    let mut spellings = vec![bytes.to_vec()];
    for offset in 0..3 {
        let padded = [&b"xyz"[..offset], bytes].concat();
        let encoded = base64::engine::general_purpose::STANDARD.encode(&padded);
        // The first and last characters depend on the neighbours.
        let inner = &encoded[if offset == 0 { 0 } else { 4 }..encoded.len() - 4];
        spellings.push(inner.as_bytes().to_vec());
        spellings.push(inner.replace('+', "-").replace('/', "_").into_bytes());
    }
    let json = serde_json::to_string(CANARY).expect("text");
    spellings.push(json.trim_matches('"').as_bytes().to_vec());
    let twice = serde_json::to_string(&json).expect("text");
    spellings.push(
        twice.trim_matches('"').trim_start_matches("\\\"").trim_end_matches("\\\"").as_bytes().to_vec(),
    );
    let percent = |keep: &str| {
        let one = |byte: &u8| match *byte as char {
            c if c.is_ascii_alphanumeric() || keep.contains(c) => c.to_string(),
            _ => format!("%{byte:02X}"),
        };
        bytes.iter().map(one).collect::<String>().into_bytes()
    };
    spellings.extend([percent(""), percent("-_.~"), percent("+")]);
    spellings.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes());
    // Half of it is a leak too.
    spellings.push(b"cAnArY".to_vec());
    spellings
}

fn leaks(bytes: &[u8]) -> Option<String> {
    let found = |needle: &&Vec<u8>| bytes.windows(needle.len()).any(|window| window == needle.as_slice());
    spellings().iter().find(found).map(|needle| String::from_utf8_lossy(needle).into_owned())
}

#[track_caller]
fn assert_clean(what: &str, ran: &Ran) {
    for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        if let Some(leak) = leaks(text.as_bytes()) {
            panic!("{what}: `{leak}` on {stream}");
        }
    }
}

#[track_caller]
fn assert_no_file_has_it(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            assert_no_file_has_it(&entry);
        } else if let Some(leak) = leaks(&std::fs::read(&entry).expect("a file")) {
            panic!("`{leak}` in {}", entry.display());
        }
    }
}

fn gateway() -> Folder {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    folder.edit(
        "stack: serverless-event-gateway\n",
        "stack: serverless-event-gateway\naccount: \"123456789012\"\nregion: eu-west-1\n",
    );
    folder
}

#[test]
fn the_search_finds_what_it_searches_for() {
    for spelling in spellings() {
        assert!(leaks(&[b"before ", spelling.as_slice(), b" after"].concat()).is_some());
    }
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("user:{CANARY}:x"));
    assert!(leaks(encoded.as_bytes()).is_some());
    assert!(leaks(b"nothing to see").is_none());
}

// X3 (hashicorp/terraform#516, hashicorp/terraform#20207, hashicorp/terraform#4436): secrets are kept and
// shown in plain text.
#[tokio::test]
async fn a_planted_secret_arrives_and_is_in_no_byte_that_we_write() {
    let folder = gateway();
    let secret = [("CARRIER_PASSWORD", CANARY)];
    for args in [
        &["validate"][..],
        &["plan", "--local", "-vvvv"],
        &["plan", "--local", "--format", "json", "-vvvv"],
        &["apply", "--local", "--yes", "-vvvv", "--json-into", "ended.json"],
        &["plan", "--local", "-vvvv"],
        &["apply", "--local", "--yes", "-vvvv", "--log-format", "json", "--rotate", "connections.carrier"],
        &["outputs", "--local", "--format", "json", "-vvvv"],
        &["snapshot", "--local", "-vvvv"],
        &["snapshot", "--local", "-o", "live.json"],
        &["plan", "--live", "live.json", "-vvvv"],
        &["status", "--local", "--all", "-vvvv"],
        &["status", "--local", "--format", "json", "-vvvv"],
        &["status", "--live", "live.json", "--all"],
        &["status", "--live", "live.json", "--format", "json"],
        // With a change of the secret in it: what does not change is not shown.
        &["plan", "--local", "--rotate", "connections.carrier", "--format", "markdown", "-vvvv"],
        &["plan", "--local", "--rotate", "connections.carrier", "--format", "github", "-vvvv"],
        &[
            "plan",
            "--local",
            "--rotate",
            "connections.carrier",
            "--show-unchanged",
            "--json-into",
            "into.json",
            "--markdown-into",
            "into.md",
            "--html-into",
            "into.html",
        ],
        &["plan", "--local", "--rotate", "connections.carrier", "-o", "plan.json", "-vvvv"],
        &["apply", "--local", "--plan", "plan.json", "-vvvv"],
    ] {
        let ran = folder.run_with(args, &secret).ends(0);
        assert_clean(&args.join(" "), &ran);
    }
    let account = Account::at(&folder.path().join(".gatewayctl/local.jsonl"), "");
    let connection = "serverless-event-gateway-carrier";
    assert!(account.local.secret_arrived("eu-west-1", connection, CANARY).expect("a readable account"));
    assert_no_file_has_it(folder.path());
}

#[test]
fn a_secret_given_as_a_parameter_is_not_printed_either() {
    let folder = gateway();
    let given = format!("carrier_password={CANARY}");
    for args in [
        &["apply", "--local", "--yes", "-vvvv", "--param", &given][..],
        &["plan", "--local", "--param", &given, "--no-such-flag"],
        &["plan", "--local", "--param", &given, "--env", "none", "no-such-folder"],
    ] {
        assert_clean(&args.join(" ").replace(CANARY, "…"), &folder.run(args));
    }
    let file = folder.path().join("values.yaml");
    std::fs::write(&file, format!("carrier_password: {CANARY}\nno_such: 1\n")).expect("a file");
    let ran = folder.run(&["plan", "--local", "--params", "values.yaml", "-vvvv"]);
    assert_clean("plan --params", &ran);
    std::fs::remove_file(file).expect("the file");
    assert_no_file_has_it(folder.path());
}

// X3 (hashicorp/terraform#516, hashicorp/terraform#20207, hashicorp/terraform#4436): secrets are kept and
// shown in plain text.
#[test]
fn no_error_shows_the_secret_that_it_is_about() {
    for fault in
        ["error:ValidationException*always", "500*always", "answer-lost*always", "quota", "kill-after"]
    {
        let folder = gateway();
        let rule = format!("events:CreateConnection#1={fault}");
        let ran = folder.run_with(
            &["apply", "--local", "--yes", "-vvvv", "--json-into", "ended.json"],
            &[("CARRIER_PASSWORD", CANARY), (FAULTS, &rule), ("RUST_BACKTRACE", "full")],
        );
        assert_clean(fault, &ran);
        assert_no_file_has_it(folder.path());
    }
}

#[test]
fn a_secret_where_aws_would_show_it_is_refused() {
    for (from, to) in [
        (
            "DYNAMO_DB_TABLE_NAME: \"${tables.orders.name}\"",
            "DYNAMO_DB_TABLE_NAME: \"x${parameters.carrier_password}\"",
        ),
        ("orders_url: ${apis.orders.url}/orders", "orders_url: ${parameters.carrier_password}"),
        ("username: user", "username: \"${parameters.carrier_password}\""),
        (
            "endpoint: ${functions.carrier.url}/orders",
            "endpoint: \"https://x.example/${parameters.carrier_password}\"",
        ),
    ] {
        let folder = gateway();
        folder.edit(from, to);
        let ran = folder.run_with(&["validate"], &[("CARRIER_PASSWORD", CANARY)]).ends(1);
        assert_clean(to, &ran);
        assert!(ran.stderr.contains("secret"), "{}", ran.stderr);
    }
}

/// What every secret of [`IN_THE_CLEAR`] begins with.
const TOLD: &str = "CNRY";

/// Secrets that stand in the file itself: where they are declared to be such, and where their names and forms tell them.
/// Where `§` stands something may be wrong, in the same line.
const IN_THE_CLEAR: &str = r#"stack: shop
region: eu-west-1
account: "123456789012"
parameters: { p: { from: "env:P", secret: true, default: CNRYdefault1a2b3c§ }, open: { default: CNRYopen1a2b3c4d5e } }
buses: { b: { producers: external } }
queues: { q: {}, out: {}, in: {} }
functions: { f: { code: f, handler: index.handler, runtime: python3.13, environment: { DB_PASSWORD: CNRYenv1a2b3c }§ } }
connections: { c: { headers: { X: { value: CNRYheader1a2b, secret: true§ }, X-Api-Key: CNRYshown1a2b }, query: { y: { value: "${parameters.open}", secret: true§ } }, api_key: { name: K, value: CNRYkey1a2b3c§ }§ }, o: { oauth: { authorization_endpoint: "https://u:CNRYauth1a2b@o.example.com/t", http_method: POST, client_id: u, client_secret: CNRYclient1a2b, body: { z: { value: CNRYbody1a2b, secret: true§ } }§ } } }
api_destinations: { d: { connection: c, endpoint: "https://u:CNRYurl1a2b@x.example.com/p?api_key=CNRYquery1a2b", method: POST§ }, e: { connection: o, endpoint: "https://y.example.com", method: POST } }
topics: { t: { subscriptions: { s: { https: "https://u:CNRYsubs1a2b@s.example.com/in"§ } } } }
rules:
  r: { bus: b, pattern: { source: [x], detail: { password: [CNRYasked1a2b] } }, targets: { t: { api_destination: d, transform: { token: CNRYsent1a2b3c, id: $.detail.id }, header_parameters: { X-Auth-Token: CNRYhead1a2b3c }§ }, u: { queue: out, input_template: '{"token":"CNRYplace1a2b3c","x":<x>}', input_paths: { x: $.detail.id }§ }, v: { queue: q, input: '{"token":"CNRYinput1a2b3c"}'§ }, w: { topic: t, transform: { "apiToken": "CNRYtopic1a2b3c", id: $.detail.id }§ } } }
  unmatched: { bus: b, pattern: { source: [x], detail: { token: [{ prefix: CNRYprefix1a2b }] } }, targets: { t: { queue: q }§ } }
pipes: { p: { source: { queue: in }, target: { queue: out, input_template: '{"token":"CNRYpipe1a2b3c","x":<$.body>}'§ } } }
schedules: { s: { schedule: rate(5 minutes), target: { queue: q, input: '{"token":"CNRYsched1a2b3c","n":<aws.scheduler.attempt-number>}'§ } } }
apis:
  a:
    routes: { "POST /x": { put_event: { bus: b, source: s, detail_type: t, detail: { token: CNRYroute1a2b3c, id: $.id } }, api_key: true§ } }
    openapi: { openapi: 3.0.1, paths: { /y: { get: { responses: { "200": { description: y } }, x-amazon-apigateway-integration: { type: http, httpMethod: GET, uri: "https://u:CNRYproxy1a2b@y.example.com", requestTemplates: { application/json: '{"apiToken":"CNRYmapped1a2b","x":$input.json("$.x")}' }, responses: { default: { statusCode: "200" } } } } } } }
usage_plans: { u: { api_stages: [{ api: a }], keys: { k: { value: CNRYplankey1a2b3c4d5e§ } } } }
cloudformation_stacks: { s: { template: { Parameters: { Password: { Type: String, NoEcho: true } }, Resources: { Topic: { Type: "AWS::SNS::Topic" } } }, parameters: { Password: CNRYnoecho1a2b }§ } }
tests:
  - { name: as it is shown, when: { bus: b, event: { source: x, detail-type: t, detail: { id: 7, password: CNRYasked1a2b } } }, then: [{ api_destination: d, request: { url: "https://u:(secret)@x.example.com/p?api_key=(secret)&y=(secret)", headers: { X-Auth-Token: (secret), X: (secret) }, body: { token: (secret), id: 7 } } }, { queue: out, gets: { token: (secret), x: 7 } }, { queue: q, matches: { token: [(secret)] } }] }
  - { name: as it stands, when: { bus: b, event: { source: x, detail-type: t, detail: { id: 7, password: CNRYasked1a2b } } }, then: [{ api_destination: d, request: { url: "https://u:CNRYurl1a2b@x.example.com/p?api_key=CNRYquery1a2b&y=(secret)", headers: { X-Auth-Token: CNRYhead1a2b3c }, body: { token: CNRYsent1a2b3c, id: 7 } } }, { queue: out, gets: { token: CNRYplace1a2b3c, x: 7 } }]§ }
  - { name: another one, when: { bus: b, event: { source: x, detail-type: t, detail: { id: 7, password: CNRYasked1a2b } } }, then: [{ queue: out, gets: { token: CNRYother1a2b3c, x: 7 } }, { queue: q, matches: { token: [CNRYother1a2b3c] } }, { api_destination: d, request: { url: "https://u:CNRYother1a2b@x.example.com/p?api_key=CNRYquery1a2b&y=(secret)" } }], never: [{ queue: out }, { api_destination: d }] }
  - { name: refused, when: { bus: b, event: { source: x, detail-type: t, detail: { id: 7, password: CNRYguess1a2b } } }, then: [{ queue: out, gets: { token: CNRYplace1a2b3c, x: 7 } }] }
  - { name: posted, when: { api: a, request: "POST /x", body: { id: 1 } }, then: [{ bus: b }], never: [{ bus: b }] }
"#;

const EVENT: &str =
    r#"{"source": "x", "detail-type": "t", "detail": {"id": 7, "password": "CNRYasked1a2b"}}"#;

fn in_the_clear(wrong: &str) -> Folder {
    let folder = Folder::with_stack(&IN_THE_CLEAR.replace('§', wrong));
    let code = folder.path().join("f");
    std::fs::create_dir(&code).expect("a folder");
    std::fs::write(code.join("index.py"), "def handler(event, context):\n    return event\n").expect("code");
    folder
}

#[track_caller]
fn assert_untold(args: &[&str], ran: &Ran) {
    for (stream, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
        let told: Vec<String> = text
            .match_indices(TOLD)
            .map(|(at, _)| {
                let (start, end) = (text.floor_char_boundary(at.saturating_sub(60)), at + 20);
                text[start..text.floor_char_boundary(end.min(text.len()))].to_owned()
            })
            .collect();
        assert!(told.is_empty(), "{} on {stream}:\n{}", args.join(" "), told.join("\n"));
    }
}

#[test]
fn a_secret_in_the_clear_is_in_nothing_that_is_told_drawn_traced_or_tested() {
    let folder = in_the_clear("");
    let happens: [&[&str]; 4] = [
        &["--event", EVENT],
        &["--api", "a", "--request", "POST /x", "--body", r#"{"id": 1}"#],
        &["--schedule", "s", "--fires"],
        &["--queue", "in", "--message", r#"{"password": "CNRYmessage1a2b"}"#],
    ];
    let mut all: Vec<Vec<&str>> = vec![vec!["validate"]];
    for format in ["text", "json", "github"] {
        all.push(vec!["validate", "--format", format, "-vvvv"]);
    }
    for format in ["text", "tap", "junit", "json"] {
        all.push(vec!["test", "--format", format]);
    }
    all.push(vec!["test", "--quiet", "--junit-into", "tests.xml"]);
    for format in ["mermaid", "dot", "svg", "html"] {
        all.push(vec!["graph", "--format", format]);
    }
    for happens in happens {
        for format in ["text", "json", "mermaid"] {
            all.push([&["trace", "--format", format], happens].concat());
        }
        for format in ["mermaid", "dot", "svg", "html"] {
            all.push([&["graph", "--format", format], happens].concat());
        }
    }
    for args in &all {
        let ran = folder.run(args);
        assert!(ran.status.is_some_and(|status| status < 2), "{}: {}", args.join(" "), ran.stderr);
        assert_untold(args, &ran);
    }
    let xml = std::fs::read_to_string(folder.path().join("tests.xml")).expect("a file");
    assert!(xml.contains("<failure") && !xml.contains(TOLD), "{xml}");
    let ran = folder.run(&["test", "--quiet"]).ends(1);
    assert_untold(&["test", "--quiet"], &ran);
    let ok: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("ok")).collect();
    assert_eq!(ok, ["ok  as it is shown", "ok  as it stands"], "{}", ran.stdout);
    assert!(ran.stdout.contains("(another secret)"), "{}", ran.stdout);
}

#[test]
fn a_secret_in_the_clear_is_drawn_by_no_finding_of_another_thing() {
    let folder = in_the_clear(", nope: 1");
    for args in [
        &["validate"][..],
        &["validate", "--format", "json"],
        &["validate", "--format", "github"],
        &["test"],
        &["graph"],
        &["trace", "--event", EVENT],
        &["plan", "--offline"],
    ] {
        let ran = folder.run(args).ends(1);
        assert!(format!("{}{}", ran.stdout, ran.stderr).contains("nope"), "{}", ran.stderr);
        assert_untold(args, &ran);
    }
    // What is wrong with tests alone, in a line that has a resource in it.
    let folder = Folder::with_stack(
        "{ stack: shop, region: eu-west-1, connections: { c: { headers: { X: { value: CNRYheader1a2b, secret: true } }, \
         api_key: { name: K, value: CNRYkey1a2b3c } } }, tests: [{ nope: 1, when: { queue: none, message: { password: CNRYtest1a2b } }, then: [] }] }\n",
    );
    for format in ["text", "json"] {
        let args = ["test", "--format", format];
        let ran = folder.run(&args).ends(1);
        assert!(ran.stderr.contains("nope"), "{}", ran.stderr);
        assert_untold(&args, &ran);
    }
    // A message that says what stands there.
    let folder = Folder::with_stack(
        "{ stack: shop, connections: { c: { api_key: { name: K, value: s } } }, api_destinations: { d: { connection: c, \
         endpoint: \"ftp://u:CNRYurl1a2b@x.example.com\", method: POST } } }\n",
    );
    for format in ["text", "json", "github"] {
        let args = ["validate", "--format", format];
        let ran = folder.run(&args).ends(1);
        assert!(format!("{}{}", ran.stdout, ran.stderr).contains("no URL"), "{}", ran.stderr);
        assert_untold(&args, &ran);
    }
}

#[test]
fn a_route_that_differs_in_a_secret_alone_shows_that_and_not_the_secret() {
    let folder = in_the_clear("");
    let git = |args: &[&str]| {
        let who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let mut command = std::process::Command::new("git");
        let ran = command.current_dir(folder.path()).args(who).args(args).output().expect("git");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "first"]);
    folder.edit("\"token\":\"CNRYplace1a2b3c\"", "\"token\":\"CNRYmoved1a2b3c\"");
    folder.edit("https://u:CNRYurl1a2b@", "https://u:CNRYmoved1a2b@");
    for format in ["text", "json"] {
        let args = ["trace", "--all", "--diff", "HEAD", "--format", format];
        let ran = folder.run(&args).ends(0);
        assert_untold(&args, &ran);
        let other = "https://u:(another secret)@x.example.com/p";
        assert!(ran.stdout.contains(other) && ran.stdout.contains("queues.out"), "{}", ran.stdout);
    }
}
