use serde_json::json;

use super::*;
use crate::compile::testing;
use crate::flow::answers::Answers;
use crate::flow::{happening, trace};

const STACK: &str = r#"
stack: shop
region: eu-west-1
account: "123456789012"
buses: { orders: { dead_letter: dead } }
queues: { jobs: { redrive: { dead_letter: dead, max_receive_count: 3 } }, dead: {}, idle: {} }
tables: { orders: { partition_key: id, stream: new_image }, idle: { partition_key: id } }
functions:
  work:
    image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/work:1"
    dead_letter: { queue: dead }
    triggers: { jobs: { queue: jobs, filters: [ { body: { kind: [a] } } ] } }
    grants: [ { table: orders, actions: ["dynamodb:GetItem", "dynamodb:PutItem"] }, { table: idle, actions: ["dynamodb:Query"] } ]
rules:
  created:
    bus: orders
    pattern: { source: [shop], detail: { total: [{ numeric: [">", 100] }] } }
    targets:
      jobs: { queue: jobs, dead_letter: dead }
      again: { queue: jobs, input_path: $.detail }
      partner: { bus: "arn:aws:events:eu-west-1:999999999999:event-bus/partner" }
  heard:
    bus: arn:aws:events:eu-west-1:123456789012:event-bus/theirs
    pattern: { source: [x] }
    targets: { jobs: { queue: jobs } }
"#;

fn flow() -> (Graph, FlowGraph) {
    let (graph, findings) = testing::compile(STACK);
    assert!(!findings.contains("error"), "{findings}");
    let flow = FlowGraph::of(&graph);
    (graph, flow)
}

fn drawn(flow: &FlowGraph) -> String {
    let nodes = flow.nodes.iter().map(|node| {
        let patterns: Vec<_> = node.patterns.iter().map(|one| one.to_shown_json().to_string()).collect();
        format!("{} ({:?}) {}\n", node.at, node.part, patterns.join(" "))
    });
    let edges = flow.edges.iter().map(|edge| {
        let at = |node: usize| &flow.nodes[node].at;
        format!("{} {} {} {:?}\n", at(edge.from), edge.how.says(), at(edge.to), edge.names)
    });
    nodes.chain(edges).collect()
}

#[test]
fn who_takes_part_in_the_flow_is_in_it_and_roles_are_not() {
    insta::assert_snapshot!(drawn(&flow().1));
}

#[test]
fn a_trace_goes_along_the_edges_and_what_a_function_does_joins_them() {
    let (graph, mut flow) = flow();
    let before = flow.edges.len();
    let event = json!({ "source": "shop", "detail-type": "t", "detail": { "total": 250 } });
    let (at, arrival) = happening::read(&graph, &json!({ "bus": "orders", "event": event })).unwrap();
    let hop = trace::trace(&graph, at, arrival, &Answers::default());
    let steps = flow.follow(&hop);
    assert_eq!(flow.edges.len(), before, "every hop has its edge");
    assert_eq!(steps[0].edge, None);
    for step in &steps[1..] {
        assert_eq!(flow.edges[step.edge.unwrap()].to, step.node);
    }
    let passed: Vec<String> =
        steps.iter().filter(|step| step.passed).map(|step| flow.nodes[step.node].at.to_string()).collect();
    assert_eq!(passed[..3], ["buses.orders", "rules.created", "queues.jobs"]);
    let refused = steps.iter().find(|step| !step.passed).expect("the filter of the trigger refuses");
    assert_eq!(flow.nodes[refused.node].part, Part::Decides);
    let answers =
        json!({ "functions.work": { "returns": null, "does": [ { "queue": "idle", "message": "x" } ] } });
    let (answers, _) = crate::flow::answers::read(&graph, &answers.into(), &crate::flow::Path::default());
    let (at, arrival) = happening::read(&graph, &json!({ "function": "work", "invoke": {} })).unwrap();
    let hop = trace::trace(&graph, at, arrival, &answers);
    flow.follow(&hop);
    let does = flow.edges.last().unwrap();
    assert_eq!((flow.edges.len(), does.how), (before + 1, How::May));
    assert_eq!(flow.nodes[does.to].at.to_string(), "queues.idle");
}
