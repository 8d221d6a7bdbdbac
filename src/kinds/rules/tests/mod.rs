//! Rules, pure: what a declaration comes to, what belongs to others, and what is wrong with it.

mod documents;
mod findings;
mod others;
mod parameters;

use crate::engine::{Graph, Resource, Value};

fn rule<'g>(graph: &'g Graph, address: &str) -> &'g Resource {
    &graph.resources[&address.parse().unwrap()]
}

fn json(value: &Value) -> String {
    serde_json::to_string_pretty(&value.to_shown_json()).unwrap()
}

const GATEWAY: &str = r#"
stack: shop
buses: { orders: {}, audit: {} }
queues: { jobs: {}, dead: {} }
connections:
  carrier: { basic: { username: user, password: local-only } }
api_destinations:
  carrier: { connection: carrier, endpoint: "https://carrier.example/orders/*", method: POST, rate_limit: 20 }
rules:
  order-created:
    bus: orders
    pattern: { source: [dynamodb.orders], detail: { eventName: [INSERT] } }
    targets:
      carrier:
        api_destination: carrier
        transform: { order_id: "<$.detail.order.id>", state: "<$.detail.order.state>" }
        path_parameter_values: [$.detail.order.id]
        retry: { attempts: 3, max_age: 5m }
        dead_letter: dead
      audit: { bus: audit }
      jobs: { queue: jobs, input_path: $.detail, message_group_id: all }
"#;
