//! How long a stack takes from text to graph, and to a plan of an empty account:
//! `cargo bench --no-default-features --bench validate`. First `stacks/partner-sync` with 200 partners, from its files: the
//! aim for its `validate` is 300 ms. Then a stack in which everything leads to everything: the check of the flow is what it
//! costs.
//!
//! Prints the least and the median of the runs, eleven or as many as the first argument that is a number says. It is no
//! test: nothing fails by being slow.

mod stack;

use std::time::{Duration, Instant};

use gatewayctl::engine::Graph;
use gatewayctl::live::{Reading, Survey};
use gatewayctl::plan;
use gatewayctl::spec::Mode;

const PARTNERS: usize = 200;
const WOVEN: usize = 25;

/// Validate, then plan `--offline`.
fn once(validate: impl Fn() -> Graph) -> [Duration; 2] {
    let began = Instant::now();
    let graph = validate();
    let validated = began.elapsed();
    let readings = graph.resources.keys().map(|address| (address.clone(), Reading::Absent)).collect();
    let survey = Survey { readings, ..Survey::default() };
    let plan = plan::plan(&graph, &survey, &plan::Options::default());
    assert_eq!(plan.counts().create, graph.resources.len());
    [validated, began.elapsed()]
}

/// Prints how long several runs took.
fn measure(name: &str, samples: usize, validate: impl Fn() -> Graph) {
    let resources = validate().resources.len();
    let times: Vec<[Duration; 2]> = (0..samples).map(|_| once(&validate)).collect();
    for (at, what) in ["validate", "plan --offline"].into_iter().enumerate() {
        let mut times: Vec<Duration> = times.iter().map(|both| both[at]).collect();
        times.sort();
        let median = times[samples / 2];
        println!("{resources:>6} resources{name}, {what}: least {:?}, median {median:?}", times[0]);
    }
}

fn main() {
    let samples = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(11).max(1);
    let params = stack::partners(PARTNERS);
    let name = format!(", {PARTNERS} partners");
    measure(&name, samples, || stack::partner_sync(&params, Mode::Offline));
    let woven = stack::woven(WOVEN);
    let name = format!(", {WOVEN} functions that each lead to each of {WOVEN} tables and back");
    measure(&name, samples, || stack::compiled(&woven, Mode::Offline));
    for wanted in [100, 1_000, 10_000] {
        let text = stack::stack(wanted);
        measure("", samples, || stack::compiled(&text, Mode::Offline));
    }
}
