//! `graph` on the command line: stdout, stderr, files and exit status.

use serde_json::{Value, json};

use crate::support::process::Folder;

const GATEWAY: &str = "stacks/serverless-event-gateway";

/// What posting an order makes happen, where the function puts it into the table.
const ORDER: &[&str] =
    &["--api", "orders", "--request", "POST /orders", "--body", r#"{"id": "A-7"}"#, "--answers", ANSWERS];
const ANSWERS: &str = r#"{"functions.orders": {
  "returns": {"statusCode": 200, "body": "{}"},
  "does": [{"table": "orders", "insert": {"PK": "A-7", "state": "NEW"}}]
}}"#;

fn drawn(args: &[&str]) -> String {
    let ran = Folder::copy_of(GATEWAY).run(&[&["graph"], args].concat()).ends(0);
    assert_eq!(ran.stderr, "");
    ran.stdout
}

#[test]
fn the_reference_gateway_is_a_flowchart() {
    insta::assert_snapshot!(drawn(&[]));
    insta::assert_snapshot!(drawn(&["--format", "dot"]));
}

#[test]
fn the_way_of_an_order_is_marked_in_every_format() {
    let mermaid = drawn(ORDER);
    let plain = drawn(&[]);
    let marks = mermaid.strip_prefix(plain.trim_end()).expect("the same flow, and marks behind it");
    insta::assert_snapshot!(marks.trim());
    let with = |format: &str| drawn(&[&["--format", format], ORDER].concat());
    assert!(
        with("dot").contains(
            "functions_orders -> tables_orders [style=dashed, label=\"PutItem\", color=\"#8250df\""
        )
    );
    let svg = with("svg");
    let read = roxmltree::Document::parse(&svg).expect("XML");
    let marked = read.descendants().filter(|node| {
        node.attribute("class").is_some_and(|class| class.starts_with("edge") && class.ends_with(" passed"))
    });
    let says: Vec<_> = marked.filter_map(|edge| edge.first_element_child()?.text()).collect();
    assert!(says.contains(&"functions.orders may act on tables.orders: PutItem"), "{says:?}");
    assert!(says.contains(&"rules.order-created sends to api_destinations.carrier: carrier"), "{says:?}");
    assert!(!says.contains(&"buses.orders is listened to by rules.order-shipped"), "{says:?}");
}

#[test]
fn the_page_has_the_declarations_and_the_trace() {
    let folder = Folder::copy_of(GATEWAY);
    let ran = folder.run(&[&["graph", "-o", "flow.html"], ORDER].concat()).ends(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    let page = std::fs::read_to_string(folder.path().join("flow.html")).unwrap();
    let data = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
    let data: Value = serde_json::from_str(data).unwrap();
    let nodes = data["nodes"].as_array().unwrap();
    let rule = nodes.iter().find(|node| node["address"] == "rules.order-shipped").unwrap();
    assert_eq!(rule["place"], "stack.yaml:89");
    assert_eq!(
        rule["patterns"],
        json!([{ "source": ["carrier"], "detail-type": ["carrier.order_shipped"] }])
    );
    insta::assert_snapshot!(rule["yaml"].as_str().unwrap(), @r"
    order-shipped:
      bus: orders
      pattern: { source: [carrier], detail-type: [carrier.order_shipped] }
      targets:
        confirm:
          function: confirm-shipment
          transform: { order_id: $.detail.order_id, shipped_at: $.detail.shipped_at }
    ");
    let to =
        |step: &Value| nodes[usize::try_from(step["node"].as_u64().unwrap()).unwrap()]["address"].clone();
    let steps = data["steps"].as_array().unwrap();
    let way: Vec<_> = steps.iter().filter(|step| step["passed"] == true).map(to).collect();
    assert_eq!(
        json!(way[..6]),
        json!([
            "apis.orders",
            "functions.orders",
            "tables.orders",
            "pipes.orders-stream",
            "buses.orders",
            "rules.order-created"
        ])
    );
}

#[test]
fn a_plan_colours_what_it_changes() {
    let folder = Folder::copy_of(GATEWAY);
    folder.run(&["plan", "--offline", "--quiet", "--json-into", "plan.json"]).ends(0);
    let ran = folder.run(&["graph", "--plan", "plan.json"]).ends(0);
    assert!(
        ran.stdout.contains("class api_destinations_carrier,apis_integration,apis_orders"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains(" create\n") && !ran.stdout.contains(" replace\n"), "{}", ran.stdout);
    let saved = json!({ "plan": { "resources": [
        { "address": "buses.orders", "actions": ["delete", "create"] },
        { "address": "tables.orders", "actions": ["no-op"] },
        { "address": "queues.old", "actions": ["delete"] },
        { "address": "functions.orders/role", "actions": ["create"] },
        { "address": "functions.orders/logs", "actions": ["no-op"] },
        { "adress": "queues.misspelt", "actions": ["create"] },
    ] } });
    std::fs::write(folder.path().join("saved.plan"), saved.to_string()).unwrap();
    let ran = folder.run(&["graph", "--plan", "saved.plan"]).ends(0);
    assert!(ran.stdout.ends_with("  class buses_orders replace\n"), "{}", ran.stdout);
    assert_eq!(
        ran.stderr,
        "note: the plan deletes 1 of what the stack does not declare any more, which is not drawn\n\
         note: the flow has no place for 1 of the plan's changes, which are not drawn: functions.orders/role\n\
         warning: rows of the plan that say no address or no actions are left out: 1\n"
    );
    std::fs::write(folder.path().join("none.json"), "{}").unwrap();
    let ran = folder.run(&["graph", "--plan", "none.json"]).ends(1);
    assert_eq!(ran.stdout, "");
    assert_eq!(
        ran.stderr,
        "error: none.json is no plan: write one by `plan --output FILE` or `plan --json-into FILE`\n"
    );
    let ran = folder.run(&["graph", "--plan", "missing.json"]).ends(1);
    assert!(ran.stderr.starts_with("error: missing.json cannot be read: "), "{}", ran.stderr);
}

#[test]
fn a_component_is_a_frame() {
    let folder = Folder::with_stack(
        "stack: shop\nregion: eu-west-1\nbuses: { all: {} }\ncomponents:\n  crm:\n    for_each: [acme, bolt]\n\
         \x20   rules: { heard: { bus: \"${stack.buses.all.name}\", pattern: { source: [x] }, targets: { jobs: { queue: jobs } } } }\n\
         \x20   queues: { jobs: {} }\n",
    );
    let ran = folder.run(&["graph"]).ends(0);
    insta::assert_snapshot!(ran.stdout);
    let ran = folder.run(&["graph", "--format", "dot"]).ends(0);
    assert!(ran.stdout.contains("subgraph cluster_1 {\n    label=\"crm.bolt\";\n"), "{}", ran.stdout);
    let ran = folder.run(&["graph", "--format", "svg"]).ends(0);
    assert_eq!(ran.stdout.matches("<g class=\"group\">").count(), 2);
    roxmltree::Document::parse(&ran.stdout).expect("XML");
}

#[test]
fn what_is_wrong_is_said_on_stderr() {
    let folder = Folder::copy_of(GATEWAY);
    let ran = folder.run(&["graph", "-o", "flow.txt"]).ends(64);
    assert_eq!(ran.stderr, "error: flow.txt does not say its format by its end; say `--format`\n");
    let ran = folder.run(&["graph", "--event", "{"]).ends(65);
    assert!(ran.stdout.is_empty() && ran.stderr.starts_with("error"), "{}", ran.stderr);
    folder.run(&["graph", "--answers", "{}"]).ends(64);
    let ran = folder.run(&["graph", "-o", "no-folder/flow.svg"]).ends(1);
    assert!(ran.stderr.starts_with("error: cannot write no-folder/flow.svg: "), "{}", ran.stderr);
    let ran = folder.run(&["graph", "--bus", "none", "--event", "{}"]).ends(65);
    assert!(ran.stderr.contains("there is no bus `none`"), "{}", ran.stderr);
}

#[test]
fn a_flow_that_github_does_not_draw_is_told() {
    let queues: String = (0..300).map(|queue| format!("  q{queue}: {{}}\n")).collect();
    let rules: String = (0..300)
        .map(|rule| {
            format!(
                "  r{rule}: {{ pattern: {{ source: [s{rule}] }}, targets: {{ q: {{ queue: q{rule} }} }} }}\n"
            )
        })
        .collect();
    let folder =
        Folder::with_stack(&format!("stack: shop\nregion: eu-west-1\nqueues:\n{queues}rules:\n{rules}"));
    let ran = folder.run(&["graph"]).ends(0);
    assert_eq!(
        ran.stderr,
        "hint: GitHub does not draw so much mermaid: it has 600 edges, and 500 are drawn; `gatewayctl graph -o flow.html` has room\n"
    );
    assert_eq!(folder.run(&["graph", "--quiet"]).ends(0).stderr, "");
}

#[test]
fn the_page_holds_no_literal_that_looks_like_a_secret() {
    let folder = Folder::with_stack(
        r#"stack: shop
region: eu-west-1
buses: { shop: {} }
functions:
  work:
    code: code
    handler: index.handler
    runtime: python3.13
    environment:
      TABLE: orders
      DB_PASSWORD: hunter22
      DATABASE_URL: "postgres://shop:hunter23@db.internal/shop"
connections:
  carrier: { basic: { username: shop, password: hunter24 }, headers: { X-Tenant: { value: hunter25, secret: true } } }
api_destinations:
  carrier:
    connection: carrier
    endpoint: "https://carrier.example.com/orders"
    method: POST
rules:
  created:
    bus: shop
    pattern: { source: [shop] }
    targets:
      work: { function: work, input: '{"token": "0f9e8d7c6b5a", "id": 1}' }
      carrier: { api_destination: carrier }
"#,
    );
    std::fs::create_dir(folder.path().join("code")).unwrap();
    std::fs::write(folder.path().join("code/index.py"), "").unwrap();
    let event = r#"{"source": "shop", "detail-type": "created", "detail": {}}"#;
    folder.run(&["graph", "-o", "flow.html", "--quiet", "--bus", "shop", "--event", event]).ends(0);
    let page = std::fs::read_to_string(folder.path().join("flow.html")).unwrap();
    for secret in ["hunter2", "0f9e8d7c6b5a"] {
        assert!(!page.contains(secret), "{secret}");
    }
    let data = page.split_once("id=\"data\">").unwrap().1.split_once("</script>").unwrap().0;
    let data: Value = serde_json::from_str(data).unwrap();
    let work =
        data["nodes"].as_array().unwrap().iter().find(|node| node["address"] == "functions.work").unwrap();
    let yaml = work["yaml"].as_str().unwrap();
    assert!(yaml.contains("TABLE: orders\n    DB_PASSWORD: ********\n"), "{yaml}");
    assert_eq!(
        work["document"]["Environment"]["Variables"],
        json!({ "TABLE": "orders", "DB_PASSWORD": "(secret)", "DATABASE_URL": "postgres://shop:(secret)@db.internal/shop" })
    );
}
