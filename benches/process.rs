//! How long the program takes as a person meets it, as whole processes: `cargo bench --bench process`.
//!
//! Prints the least and the median of the runs. The aim for `validate`, `trace`, `test` and `graph` of the reference
//! stack is 30 ms. It is no test: nothing fails by being slow.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 41;
const ORDER: &str = r#"{"id": "A-7", "item": "book"}"#;

/// One run of the program, from its start to its end.
fn once(args: &[&str]) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatewayctl"));
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("stacks"));
    let began = Instant::now();
    let status = command.status().expect("the program");
    let took = began.elapsed();
    assert!(status.success(), "{args:?}: {status}");
    took
}

fn main() {
    let program = std::fs::metadata(env!("CARGO_BIN_EXE_gatewayctl")).expect("the program");
    println!("the program: {:.1} MB", program.len() as f64 / 1e6);
    for args in [
        &["--version"][..],
        &["--help"],
        &["explain", "rules.targets"],
        &["validate", "serverless-event-gateway"],
        &["plan", "--offline", "serverless-event-gateway"],
        &[
            "trace",
            "serverless-event-gateway",
            "--api",
            "orders",
            "--request",
            "POST /orders",
            "--body",
            ORDER,
        ],
        &[
            "trace",
            "serverless-event-gateway",
            "--table",
            "orders",
            "--insert",
            r#"{"PK": "A-7", "state": "pending"}"#,
        ],
        &["test", "serverless-event-gateway"],
        &["graph", "serverless-event-gateway"],
        &["graph", "--format", "html", "serverless-event-gateway"],
    ] {
        measure(args, RUNS);
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("stack.yaml"), gateway()).expect("a stack");
    let stack = folder.path().display().to_string();
    for format in ["mermaid", "svg", "html"] {
        println!("1,000 nodes:");
        measure(&["graph", "--format", format, &stack], RUNS / 4);
    }
}

fn measure(args: &[&str], runs: usize) {
    let mut times: Vec<Duration> = (0..runs).map(|_| once(args)).collect();
    times.sort();
    println!("{}: least {:?}, median {:?}", args.join(" "), times[0], times[runs / 2]);
}

/// Forty buses, with twelve rules and twelve queues each; every bus has a rule that goes on to the next.
fn gateway() -> String {
    let mut text = String::from("stack: large\nregion: eu-west-1\n");
    let mut kind = |name: &str, each: &dyn Fn(usize, usize) -> String, count: usize| {
        text.push_str(&format!("{name}:\n"));
        (0..40).for_each(|bus| (0..count).for_each(|one| text.push_str(&format!("  {}\n", each(bus, one)))));
    };
    kind("buses", &|bus, _| format!("b-{bus}: {{}}"), 1);
    kind("queues", &|bus, one| format!("q-{bus}-{one}: {{}}"), 12);
    let rule = |bus: usize, one: usize| {
        let on = if one == 0 && bus < 39 { format!(", on: {{ bus: b-{} }}", bus + 1) } else { String::new() };
        format!(
            "r-{bus}-{one}: {{ bus: b-{bus}, pattern: {{ source: [s-{one}] }}, \
             targets: {{ q: {{ queue: q-{bus}-{one} }}{on} }} }}"
        )
    };
    kind("rules", &rule, 12);
    text
}
