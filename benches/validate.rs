//! How long a stack takes from text to graph, and to a plan of an empty account:
//! `cargo bench --no-default-features --bench validate`.
//!
//! Prints the least and the median of the runs. It is no test: nothing fails by being slow.

mod stack;

use std::time::{Duration, Instant};

use gatewayctl::live::{Reading, Survey};
use gatewayctl::plan;
use gatewayctl::spec::Mode;

/// Validate, then plan `--offline`.
fn once(text: &str) -> [Duration; 2] {
    let began = Instant::now();
    let graph = stack::compiled(text, Mode::Offline);
    let validated = began.elapsed();
    let readings = graph.resources.keys().map(|address| (address.clone(), Reading::Absent)).collect();
    let survey = Survey { readings, ..Survey::default() };
    let plan = plan::plan(&graph, &survey, &plan::Options::default());
    assert_eq!(plan.counts().create, graph.resources.len());
    [validated, began.elapsed()]
}

fn main() {
    for wanted in [100, 1_000, 10_000] {
        let text = stack::stack(wanted);
        let times: Vec<[Duration; 2]> = (0..11).map(|_| once(&text)).collect();
        let resources = stack::compiled(&text, Mode::Offline).resources.len();
        for (at, what) in ["validate", "plan --offline"].into_iter().enumerate() {
            let mut times: Vec<Duration> = times.iter().map(|both| both[at]).collect();
            times.sort();
            println!("{resources:>6} resources, {what}: least {:?}, median {:?}", times[0], times[5]);
        }
    }
}
