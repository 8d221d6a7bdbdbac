//! How long a stack takes from text to graph: `cargo bench --bench validate`.
//!
//! Prints the least and the median of the runs. It is no test: nothing fails by being slow.

use std::path::Path;
use std::time::{Duration, Instant};

use gatewayctl::compile;
use gatewayctl::kinds;
use gatewayctl::source::{Findings, Sources};
use gatewayctl::spec::{self, Inputs, Mode};

/// A bus, and groups of a queue, a rule with a transform, and what is generated for them.
fn stack(resources: usize) -> String {
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

fn once(text: &str) -> (Duration, usize) {
    let began = Instant::now();
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let inputs = Inputs::of_process(".".into(), Mode::Offline);
    let stack = spec::load(&mut sources, file, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    let graph = compile::compile(&stack.expect("a stack"), Path::new("."), &mut findings);
    assert!(!findings.has_errors());
    (began.elapsed(), graph.resources.len())
}

fn main() {
    for wanted in [100, 1_000, 10_000] {
        let text = stack(wanted);
        let mut times: Vec<(Duration, usize)> = (0..11).map(|_| once(&text)).collect();
        times.sort();
        let (least, resources) = times[0];
        println!("{resources:>6} resources: least {least:?}, median {:?}", times[5].0);
    }
}
