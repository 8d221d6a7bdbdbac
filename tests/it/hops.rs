//! The same payloads arrive on an emulator as in a trace, at every hop of the reference gateway that it runs; the others
//! stand in `tests/hops_not_run.txt`.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::emulators::{Emulators, free_port, support};
use crate::support::process::Folder;

/// The rows of `tests/hops_not_run.txt`: from, to, what comes of it.
fn not_run() -> Vec<[&'static str; 3]> {
    let rows = include_str!("../hops_not_run.txt").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        cells.try_into().unwrap_or_else(|_| panic!("three cells: {line}"))
    };
    rows.map(row).collect()
}

/// What the functions of the gateway do, as they are written.
const ANSWERS: &str = r#"{
  "functions.orders": { "does": [ { "table": "orders", "insert":
    { "PK": "$.body.id", "state": "pending", "payload": "{\"id\": \"o-1\"}" } } ] },
  "functions.carrier": { "does": [ { "api": "integration", "request": "POST /confirm-shipment",
    "body": { "order_id": "$.body.order_id", "shipped_at": "2026-01-02T03:04:05Z" } } ] },
  "functions.confirm-shipment": { "does": [ { "table": "orders", "modify": {
    "old": { "PK": "$.order_id", "state": "pending", "payload": "{\"id\": \"o-1\"}" },
    "new": { "PK": "$.order_id", "state": "shipped", "payload": "{\"id\": \"o-1\"}", "shipped_at": "$.shipped_at" } } } ] }
}"#;

/// Keeps what a function gets in a file of its name.
fn kept(folder: &Folder, function: &str, into: &Path) {
    let file = folder.path().join("functions").join(function).join("index.py");
    let text = std::fs::read_to_string(&file).expect("a function");
    let path = into.join(function).display().to_string();
    let kept = format!(
        "\n\n_handle = lambda_handler\n\n\ndef lambda_handler(event, context):\n    \
         with open({path:?}, \"a\") as file:\n        \
         file.write(__import__(\"json\").dumps(event) + \"\\n\")\n    return _handle(event, context)\n"
    );
    std::fs::write(file, text + &kept).expect("a function");
}

/// Everything that arrives at a place in a trace, in order.
fn arrived<'t>(hop: &'t Value, at: &str, found: &mut Vec<&'t Value>) {
    if hop["at"] == at && hop["payload"].is_string() {
        found.push(hop);
    }
    hop["next"].as_array().into_iter().flatten().for_each(|next| arrived(next, at, found));
}

fn payloads(trace: &Value, at: &str) -> Vec<Value> {
    let mut found = Vec::new();
    arrived(trace, at, &mut found);
    let text = |hop: &&Value| hop["payload"].as_str().expect("text").to_owned();
    found.iter().map(text).map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))).collect()
}

/// The members at these pointers: all that does not depend on the time, on ids, and on who calls. Names of headers are
/// those of whoever writes them.
fn only(of: &Value, pointers: &[&str]) -> Value {
    let mut of = of.clone();
    for headers in ["headers", "multiValueHeaders"] {
        if let Some(Value::Object(map)) = of.get_mut(headers) {
            *map =
                std::mem::take(map).into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        }
    }
    pointers
        .iter()
        .map(|pointer| ((*pointer).to_owned(), of.pointer(pointer).cloned().unwrap_or_default()))
        .collect()
}

#[test]
fn the_same_payloads_arrive_on_ministack_at_every_hop_that_it_runs() {
    let emulators = Emulators::start();
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    let into = tempfile::tempdir().expect("a folder");
    ["orders", "carrier", "confirm-shipment"].iter().for_each(|one| kept(&folder, one, into.path()));
    folder.edit(
        "stack: serverless-event-gateway\n",
        "stack: serverless-event-gateway\nregion: eu-west-1\naccount: \"123456789012\"\n",
    );
    folder.edit("buses:\n", "queues: { seen: {} }\n\nbuses:\n");
    folder.edit("rules:\n", "rules:\n  seen: { bus: orders, pattern: { source: [{ exists: true }] }, targets: { seen: { queue: seen } } }\n");
    let trace = |answers: &str| -> Value {
        let request = [
            "trace",
            "--quiet",
            "--format",
            "json",
            "--api",
            "orders",
            "--header",
            "Content-Type=application/json",
        ];
        let order =
            ["--request", "POST /orders?tag=b%20c", "--body", r#"{"id": "o-1"}"#, "--answers", answers];
        serde_json::from_str(&folder.run(&[&request[..], &order].concat()).ends(0).stdout).expect("a trace")
    };
    // The whole way, with the function behind the destination.
    let whole = trace(ANSWERS)["trace"].clone();
    let port = free_port();
    let endpoint = format!("endpoint: http://127.0.0.1:{port}/orders");
    folder.edit("endpoint: ${functions.carrier.url}/orders", &endpoint);
    let sent = trace(ANSWERS)["trace"].clone();
    let events = payloads(&whole, "buses.orders");
    assert_eq!(events.len(), 3, "an order, its shipment, and the change of its state: {events:#?}");
    let entry = |event: &Value| json!({ "Source": event["source"], "DetailType": event["detail-type"], "Detail": event["detail"].to_string() });
    let entries = Value::from(vec![entry(&events[0]), entry(&events[1])]).to_string();

    emulators.run(&folder, &["apply", "--yes"], &[("CARRIER_PASSWORD", "carrier-1")]).ends(0);
    let seen =
        emulators.python(&support("run_hops.py"), &[&port, &into.path().display().to_string(), &entries]);

    const REQUEST: &[&str] = &[
        "/resource",
        "/path",
        "/httpMethod",
        "/queryStringParameters",
        "/multiValueQueryStringParameters",
        "/pathParameters",
        "/stageVariables",
        "/body",
        "/isBase64Encoded",
        "/headers/content-type",
        "/multiValueHeaders/content-type",
        "/requestContext/httpMethod",
        "/requestContext/resourcePath",
        "/requestContext/path",
        "/requestContext/stage",
        "/requestContext/accountId",
    ];
    const URL: &[&str] = &[
        "/version",
        "/routeKey",
        "/rawPath",
        "/rawQueryString",
        "/queryStringParameters",
        "/headers/content-type",
        "/requestContext/accountId",
        "/requestContext/http/method",
        "/requestContext/http/path",
        "/requestContext/http/protocol",
        "/requestContext/routeKey",
        "/requestContext/stage",
        "/body",
        "/isBase64Encoded",
    ];
    const RECORD: &[&str] = &[
        "/eventName",
        "/eventVersion",
        "/eventSource",
        "/awsRegion",
        "/dynamodb/Keys",
        "/dynamodb/NewImage",
        "/dynamodb/StreamViewType",
    ];
    const EVENT: &[&str] =
        &["/version", "/source", "/detail-type", "/account", "/region", "/resources", "/detail"];
    for (at, traced, pointers) in [
        ("functions.orders", &whole, REQUEST),
        ("tables.orders", &whole, RECORD),
        ("queues.seen", &whole, EVENT),
        ("functions.carrier", &whole, URL),
        ("functions.confirm-shipment", &whole, &["/order_id", "/shipped_at"][..]),
    ] {
        let here: Vec<Value> = seen[at].as_array().expect(at).iter().map(|one| only(one, pointers)).collect();
        let mut there: Vec<Value> = payloads(traced, at).iter().map(|one| only(one, pointers)).collect();
        if at == "queues.seen" {
            // The change of the state comes to the bus by the pipe, which is not run. A tree has another order than time.
            there.retain(|one| one["/detail"]["eventName"] != "MODIFY");
            there.sort_by_key(|one| one["/source"] == "carrier");
        }
        assert_eq!(here, there, "{at}: on ministack, and in the trace");
    }
    let mut requests = Vec::new();
    arrived(&sent, "api_destinations.carrier", &mut requests);
    let [made] = seen["api_destinations.carrier"].as_array().expect("requests").as_slice() else {
        panic!("one request: {seen:#}")
    };
    let traced = &requests[0]["request"];
    let body =
        |of: &Value| serde_json::from_str::<Value>(of["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!((&made["method"], body(made)), (&traced["method"], body(traced)));
    assert_eq!(traced["url"], format!("http://127.0.0.1:{port}{}", made["path"].as_str().expect("a path")));
    for header in traced["headers"].as_array().expect("headers") {
        let name = header["name"].as_str().expect("a name");
        let value = made["headers"][name].as_str().unwrap_or_else(|| panic!("no {name}: {made}"));
        // Of a secret the trace shows where it stands.
        let shown = header["value"].as_str().expect("a value");
        let (before, secret) =
            shown.split_once("(secret)").map_or((shown, false), |(before, _)| (before, true));
        assert!(if secret { value.starts_with(before) } else { value == before }, "{name}: {value}");
    }
    let listed: serde_json::Map<String, Value> =
        not_run().into_iter().map(|[from, _, comes]| (from.to_owned(), comes.into())).collect();
    assert_eq!(seen["not_run"], Value::Object(listed), "tests/hops_not_run.txt");
    // Every hop of the trace is one that has been looked at, or is listed.
    let mut hops = Vec::new();
    ways(&whole, None, &mut hops);
    const RUN: &[(&str, &str)] = &[
        ("apis.orders", "functions.orders"),
        ("functions.orders", "tables.orders"),
        ("rules.seen", "queues.seen"),
        ("rules.order-created", "api_destinations.carrier"),
        ("api_destinations.carrier", "functions.carrier"),
        ("functions.carrier", "apis.integration"),
        ("rules.order-shipped", "functions.confirm-shipment"),
        ("functions.confirm-shipment", "tables.orders"),
    ];
    for (from, to) in hops {
        let is_run = RUN.contains(&(from.as_str(), to.as_str()));
        let is_listed = not_run().iter().any(|[one, other, _]| (*one, *other) == (&*from, &*to));
        assert!(is_run != is_listed, "{from} to {to} is run or listed");
    }
}

/// Every delivery of a trace: from where to where.
fn ways(hop: &Value, from: Option<&str>, found: &mut Vec<(String, String)>) {
    let at = hop["at"].as_str().expect("a place");
    if let (Some(from), true) = (from, hop["payload"].is_string()) {
        found.push((from.to_owned(), at.to_owned()));
    }
    hop["next"].as_array().into_iter().flatten().for_each(|next| ways(next, Some(at), found));
}
