use serde_json::json;

use super::*;
use crate::compile::testing;

const STACK: &str = r#"
stack: shop
region: eu-west-1
account: "123456789012"
parameters: { password: { from: "env:NOT_SET", secret: true, default: local-only } }
buses: { orders: {}, audit: {} }
queues: { jobs: {}, all: {} }
connections:
  carrier: { basic: { username: me, password: "${parameters.password}" }, headers: { X-Tenant: { value: t1, secret: false } } }
api_destinations:
  carrier: { connection: carrier, endpoint: "https://carrier.example.com/orders/*", method: POST }
rules:
  created:
    bus: orders
    pattern: { source: [shop], detail: { total: [{ numeric: [">", 100] }] } }
    targets:
      carrier:
        api_destination: carrier
        path_parameter_values: ["$.detail.id"]
        query_string_parameters: { source: $.source }
        transform: { order_id: "<$.detail.id>", total: $.detail.total }
      jobs: { queue: jobs, input_path: $.detail.id }
      audit: { bus: audit }
  lost:
    bus: orders
    pattern: { source: [shop] }
    targets: { jobs: { queue: jobs, input_paths: { all: $.detail }, input_template: '{"all": "<all>"}' } }
  audited:
    bus: audit
    pattern: { source: [{ prefix: sh }] }
    targets: { all: { queue: all }, back: { bus: orders } }
"#;

fn of(event: Json) -> Hop {
    let (graph, findings) = testing::compile(STACK);
    assert!(!findings.contains("error"), "{findings}");
    let (at, arrival) = happening::read(&graph, &json!({ "bus": "orders", "event": event })).unwrap();
    trace(&graph, at, arrival, &Answers::default())
}

#[test]
fn an_event_goes_from_bus_to_bus_and_to_no_third_one() {
    let hop =
        of(json!({ "source": "shop", "detail-type": "created", "detail": { "id": "A-7", "total": 250 } }));
    insta::assert_snapshot!(crate::report::trace_text(&hop, false, 100));
    insta::assert_snapshot!(crate::report::json_text(&crate::report::trace_json(&hop)));
    let reached: Vec<String> = hop.reached().into_iter().map(ToString::to_string).collect();
    assert!(reached.iter().any(|spot| spot == "queues.all"), "{reached:?}");
}

#[test]
fn an_event_that_no_rule_matches_says_why() {
    let hop = of(json!({ "source": "web", "detail-type": "created", "detail": { "total": "1" } }));
    insta::assert_snapshot!(crate::report::trace_text(&hop, false, 100));
}

#[test]
fn the_same_at_the_same_place_is_a_loop() {
    let (graph, _) = testing::compile(STACK);
    let event =
        json!({ "source": "shop", "detail-type": "created", "detail": { "id": "A-7", "total": 250 } });
    let said = json!({ "bus": "orders", "event": event });
    let answers = json!({ "api_destinations.carrier": { "does": [said.clone()] } });
    let (answers, _) = super::super::answers::read(&graph, &answers.into(), &super::super::Path::default());
    let (at, arrival) = happening::read(&graph, &said).unwrap();
    let hop = trace(&graph, at, arrival, &answers);
    let notes: Vec<&String> = hop.all().into_iter().flat_map(|hop| &hop.notes).collect();
    assert_eq!(notes, ["this is a loop: the same came here before"]);
}

#[test]
fn the_same_by_another_route_is_no_loop() {
    let of = |path: &str| {
        let (graph, findings) = testing::compile(&format!(
            r#"
stack: shop
region: eu-west-1
buses: {{ a: {{}} }}
connections: {{ c: {{ basic: {{ username: u, password: p }}, allow: {{ literal_secret: a test }} }} }}
api_destinations: {{ d: {{ connection: c, endpoint: "${{apis.in.url}}{path}", method: POST }} }}
apis:
  in:
    routes:
      "POST /o": {{ put_event: {{ bus: a, source: web, detail_type: o, detail: {{ id: $.id, hop: again }} }} }}
      "POST /first": {{ put_event: {{ bus: a, source: web, detail_type: o, detail: {{ id: $.id, hop: first }} }} }}
rules:
  s:
    bus: a
    pattern: {{ source: [web], detail: {{ hop: [first] }} }}
    targets: {{ d: {{ api_destination: d, transform: {{ id: $.detail.id }} }} }}
"#
        ));
        assert!(!findings.contains("error"), "{findings}");
        let said = json!({ "api": "in", "request": "POST /first", "body": { "id": "7" } });
        let (at, arrival) = happening::read(&graph, &said).unwrap();
        let hop = trace(&graph, at, arrival, &Answers::default());
        let is_loop = hop.all().iter().any(|hop| hop.notes.iter().any(|note| note.contains("loop")));
        (is_loop, hop.all().iter().filter(|hop| hop.at.to_string() == "buses.a").count())
    };
    // The second request meets the other route, whose event no rule takes.
    assert_eq!(of("/o"), (false, 2));
    assert!(of("/first").0);
}
