//! A stack of any size, compiled.

use std::path::Path;

use gatewayctl::compile;
use gatewayctl::engine::Graph;
use gatewayctl::kinds;
use gatewayctl::source::{Findings, Sources};
use gatewayctl::spec::{self, Inputs, Mode};

/// A bus, and groups of a queue, a rule with a transform, and the queue's policy, which is generated.
pub fn stack(resources: usize) -> String {
    let mut text = String::from("stack: bench\nregion: eu-west-1\nbuses: { orders: {} }\nqueues:\n");
    let groups = resources / 3;
    for n in 0..groups {
        text.push_str(&format!("  q{n}: {{ delay: 5s }}\n"));
    }
    text.push_str("rules:\n");
    for n in 0..groups {
        text.push_str(&format!(
            "  r{n}:\n    bus: orders\n    pattern: {{ source: [shop], detail: {{ n: [{n}] }} }}\n    targets:\n      q: {{ queue: q{n}, transform: {{ id: $.detail.id, text: \"Order <$.detail.id>\" }} }}\n"
        ));
    }
    text
}

/// From text to graph.
pub fn compiled(text: &str, mode: Mode) -> Graph {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let inputs = Inputs::of_process(".".into(), mode);
    let stack = spec::load(&mut sources, file, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    let graph = compile::compile(&stack.expect("a stack"), Path::new("."), &mut findings);
    assert!(!findings.has_errors());
    graph
}
