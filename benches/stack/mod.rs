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

/// Functions and tables, each of as many: each function may write each table, and gets what changes in each. Everything
/// leads to everything.
#[allow(dead_code, reason = "one of the benches uses it")]
pub fn woven(count: usize) -> String {
    let each = |one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(", ");
    let mut text = String::from("stack: woven\nregion: eu-west-1\ntables:\n");
    for n in 0..count {
        text.push_str(&format!("  t{n}: {{ partition_key: id, stream: new_image }}\n"));
    }
    text.push_str("functions:\n");
    for n in 0..count {
        let grants = each(&|t| format!("{{ table: t{t}, access: write }}"));
        let triggers = each(&|t| format!("t{t}: {{ table: t{t}, starting_position: latest }}"));
        text.push_str(&format!(
            "  f{n}: {{ code: tests/valid/functions/work, handler: index.handler, runtime: python3.13, grants: [ {grants} ], triggers: {{ {triggers} }} }}\n"
        ));
    }
    text
}

/// From text to graph.
pub fn compiled(text: &str, mode: Mode) -> Graph {
    of_inputs(text, &Inputs::of_process(".".into(), mode))
}

/// A file of parameters of `stacks/partner-sync`: so many partners, each with values of its own.
#[allow(dead_code, reason = "one of the benches uses it")]
pub fn partners(count: usize) -> String {
    let vendors = ["innkeeper", "roomly"];
    let partner = |n: usize| {
        let (vendor, calls, minute, hour) = (vendors[n % 2], 1 + n % 20, n % 60, 2 + n / 60);
        format!(
            "  p{n:03}: {{ api: \"https://api.p{n:03}.example.com/v2\", vendor: {vendor}, calls_per_second: {calls}, at: \"cron({minute} {hour} * * ? *)\" }}\n"
        )
    };
    format!("partners:\n{}", (0..count).map(partner).collect::<String>())
}

/// `stacks/partner-sync` with the text of a file of parameters, from its files to its graph.
#[allow(dead_code, reason = "one of the benches uses it")]
pub fn partner_sync(params: &str, mode: Mode) -> Graph {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("stacks/partner-sync");
    let text = std::fs::read_to_string(folder.join("stack.yaml")).expect("a stack");
    let mut inputs = Inputs::of_process(folder, mode);
    inputs.params_files = vec![("partners.yaml".into(), params.to_owned())];
    of_inputs(&text, &inputs)
}

fn of_inputs(text: &str, inputs: &Inputs) -> Graph {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    let stack = spec::load(&mut sources, file, inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    let graph = compile::compile(&stack.expect("a stack"), &inputs.base, &mut findings);
    assert!(!findings.has_errors());
    graph
}
