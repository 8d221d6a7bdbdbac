//! Pipes, pure: what a declaration comes to, its role, and what is wrong with it.

mod documents;
mod findings;
mod live_documents;
pub mod rights;

use crate::compile::testing::compile;
use crate::engine::Graph;

fn compiled(text: &str) -> Graph {
    let (graph, findings) = compile(text);
    assert_eq!(findings, "");
    graph
}

fn json(value: &crate::engine::Value) -> String {
    serde_json::to_string_pretty(&value.to_shown_json()).unwrap()
}

fn properties(graph: &Graph, address: &str) -> String {
    json(&graph.resources[&address.parse().unwrap()].properties)
}
