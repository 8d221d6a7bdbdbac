//! State machines, pure: what a declaration comes to, its role, and what is wrong with a definition.

mod documents;
mod findings;
mod rights;

use crate::compile::testing::compile;
use crate::engine::{Graph, Value};

fn compiled(text: &str) -> Graph {
    let (graph, findings) = compile(text);
    assert_eq!(findings, "");
    graph
}

fn property(graph: &Graph, path: &str) -> Value {
    graph.resources[&"state_machines.m".parse().unwrap()].properties.at(path).cloned().unwrap_or_default()
}
