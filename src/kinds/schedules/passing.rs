//! What a schedule sends when it is due.

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, TIME, entry};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Passed, Sent, Way};
use crate::flow::transform::evaluate::{Outcome, Variables, evaluate};
use crate::flow::transform::{Compiled, Dialect};
use crate::kinds::{Kind, key_of, spot};

use super::Schedules;

pub const WORDS: &[Word] = &[Word::new("fires", "The schedule is due: the time, or `true`.", &[])];

const TARGET: &str = "target";

pub fn happens(said: &Happening<'_>) -> Arrival {
    Arrival::of(said.value.as_str().unwrap_or(TIME))
}

pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let to = of.properties.at("Target.Arn").map(|arn| spot(graph, arn));
    to.into_iter().map(|to| Way { name: TARGET.into(), to }).collect()
}

/// The arrival is the time for which it was due.
pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    if of.properties.text_at("State") == Some("DISABLED") {
        return Passed::noted("it is disabled, so it never fires");
    }
    let Some(arn) = of.properties.at("Target.Arn") else { return Passed::default() };
    let own = Schedules.derive("arn", of, &graph.place).unwrap_or_default();
    let variables: Variables = [
        ("schedule-arn", own.to_shown_text()),
        ("scheduled-time", arrived.payload.payload().unwrap_or(TIME).to_owned()),
        ("execution-id", ID.to_owned()),
        ("attempt-number", "1".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let payload = match of.properties.at("Target.Input") {
        Some(input) => evaluate(
            &Compiled::Constant(input.clone()),
            Dialect::Schedule,
            &serde_json::Value::Null,
            &variables,
        ),
        None => Outcome::Delivered {
            payload: "{}".into(),
            notes: vec![
                "without `input` Scheduler sends a notification of its own, which stands for nothing here"
                    .into(),
            ],
        },
    };
    let arrival = match key_of(arn) {
        Some("bus") => {
            let parameters = of.properties.at("Target.EventBridgeParameters").cloned().unwrap_or_default();
            entry(&graph.place, &parameters, payload)
        }
        _ => Arrival { payload, parameters: kinesis(of), ..Arrival::of("") },
    };
    Passed { sent: vec![Sent { name: TARGET.into(), to: spot(graph, arn), arrival }], ..Passed::default() }
}

fn kinesis(of: &Resource) -> Value {
    of.properties.at("Target.KinesisParameters").cloned().unwrap_or_default()
}
