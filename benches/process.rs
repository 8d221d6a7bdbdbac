//! How long the program takes as a person meets it, as whole processes: `cargo bench --bench process`.
//!
//! Prints the least and the median of the runs. It is no test: nothing fails by being slow.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 41;

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
    ] {
        let mut times: Vec<Duration> = (0..RUNS).map(|_| once(args)).collect();
        times.sort();
        println!("{}: least {:?}, median {:?}", args.join(" "), times[0], times[RUNS / 2]);
    }
}
