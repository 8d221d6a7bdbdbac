pub use crate::compile::testing::compile;
use crate::engine::{Graph, Value};
use crate::value;

const SEED: &str = "stacks/serverless-event-gateway/functions/orders";
const BESIDE: &str = "queues: { jobs: {}, dead: {} }\ntables: { orders: { partition_key: id, stream: new_image } }\nstreams: { clicks: {} }\n";

/// A stack with one function whose triggers are these lines.
pub fn stack(triggers: &str) -> String {
    format!(
        "stack: shop\nfunctions:\n  orders:\n    code: {SEED}\n    handler: index.handler\n    runtime: python3.13\n    triggers:\n{triggers}{BESIDE}"
    )
}

pub fn of<'g>(graph: &'g Graph, address: &str) -> &'g Value {
    &graph.resources[&address.parse().unwrap()].properties
}

#[test]
fn a_trigger_is_a_resource_below_its_function_and_waits_for_it_its_role_and_its_source() {
    let (graph, findings) = compile(&stack(
        "      jobs: { queue: jobs, filters: [{ body: { kind: [new] } }], tags: { a: b } }\n",
    ));
    assert_eq!(findings, "");
    let trigger = &graph.resources[&"functions.orders/trigger/jobs".parse().unwrap()];
    assert_eq!(trigger.name, "shop-orders");
    let waits: Vec<String> = graph.dependencies(&trigger.address).iter().map(ToString::to_string).collect();
    assert_eq!(waits, ["functions.orders", "functions.orders/role", "queues.jobs"]);
    assert_eq!(
        trigger.properties,
        value!({
            "BatchSize": 10, "Tags": { "a": "b" }, "FunctionName": "shop-orders",
            "FilterCriteria": { "Filters": [{ "Pattern": { "body": { "kind": ["new"] } } }] },
            "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:shop-jobs",
        })
    );
    let function = &graph.resources[&"functions.orders".parse().unwrap()];
    let waits: Vec<String> = graph.dependencies(&function.address).iter().map(ToString::to_string).collect();
    // Its timeout must fit the queue's.
    assert_eq!(waits, ["functions.orders/logs", "functions.orders/role", "queues.jobs"]);
}

#[test]
fn everything_wrong_with_a_trigger_is_said_at_its_place() {
    let (_, findings) = compile(&stack(
        "      a: { queue: jobs, starting_position: latest }\n      \
         b: { stream: clicks }\n      \
         c: { stream: clicks, starting_position: at_timestamp }\n      \
         d: { stream: clicks, starting_position: latest, starting_position_timestamp: '2026-01-31T08:00:00Z' }\n      \
         e: { queue: jobs, batch_size: 100 }\n      \
         f: { queue: jobs, maximum_concurrency: 2, provisioned_pollers: {} }\n      \
         g: { msk: 'arn:aws:kafka:eu-west-1:123456789012:cluster/c/1-2', starting_position: latest }\n      \
         h: { self_managed_kafka: here, topic_name: x, starting_position: latest }\n      \
         i: { queue: jobs, qualifier: live }\n      \
         j: { table: 'arn:aws:dynamodb:eu-west-1:123456789012:table/t', starting_position: latest }\n      \
         k: { qeue: jobs }\n      \
         m: { queue: 'arn:aws:sqs:eu-west-1:123456789012:x.fifo', batch_size: 11, maximum_batching_window: 1s }\n      \
         n: { queue: jobs, provisioned_pollers: { minimum: 1 } }\n      \
         o: { queue: jobs, provisioned_pollers: { minimum: 20, maximum: 10 } }\n      \
         p: { stream: clicks, starting_position: latest, on_failure: { kafka_topic: dead } }\n      \
         q: { msk: 'arn:aws:kafka:eu-west-1:123456789012:cluster/c/1-2', topic_name: x, starting_position: latest, provisioned_pollers: { maximum: 3000 } }\n      \
         r: { queue: jobs, filters: { body: [new] } }\n      \
         s: { queue: jobs, filters: [{ body: { a: [1] } }, { body: { a: [2] } }, { body: { a: [3] } }, { body: { a: [4] } }, { body: { a: [5] } }, { body: { a: [6] } }] }\n      \
         l.m: { queue: jobs }\n",
    ));
    insta::assert_snapshot!(findings);
}

#[test]
fn a_queue_hides_a_message_as_long_as_the_function_may_take() {
    let with = |timeout: &str, hidden: &str| {
        let text = stack("      t: { queue: jobs }\n")
            .replace("    triggers:", &format!("    timeout: {timeout}\n    triggers:"));
        compile(&text.replace("jobs: {}", &format!("jobs: {{ {hidden} }}"))).1
    };
    assert_eq!(with("30s", ""), "");
    assert_eq!(with("60s", "visibility_timeout: 60s"), "");
    insta::assert_snapshot!(with("60s", ""));
}
