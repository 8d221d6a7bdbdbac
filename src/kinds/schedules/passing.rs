//! What a schedule sends when it is due.

use serde_json::{Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, TIME, entry, put};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Flow, Passed, Sent, Way};
use crate::flow::shape::{Placeholder, Shape, Written, entry as event};
use crate::flow::times::Times;
use crate::flow::transform::evaluate::{Outcome, Variables, evaluate};
use crate::flow::transform::{Compiled, Dialect};
use crate::kinds::handed::handed;
use crate::kinds::time::fired;
use crate::kinds::{Kind, key_of, spot};

use super::Schedules;

pub const WORDS: &[Word] = &[Word::new("fires", "The schedule is due: the time, or `true`.", &[])];

const TARGET: &str = "target";

/// How the service's keywords begin: `<aws.scheduler.scheduled-time>`.
const KEYWORDS: &str = "aws.scheduler.";

pub fn happens(said: &Happening<'_>) -> Result<Arrival, String> {
    Ok(Arrival::of(fired(said.value)?.unwrap_or(TIME)))
}

pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let to = of.properties.at("Target.Arn").map(|arn| spot(graph, arn));
    to.into_iter().map(|to| Way { name: TARGET.into(), to }).collect()
}

/// The arrival is the time for which it was due.
pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    if of.properties.text_at("State") == Some("DISABLED") {
        return Passed::stopped("it is disabled, so it never fires");
    }
    let Some(arn) = of.properties.at("Target.Arn") else { return Passed::default() };
    let own = Schedules.derive("arn", of, &graph.place).unwrap_or_default();
    let time = arrived.payload.payload().unwrap_or(TIME);
    let variables: Variables = [
        ("schedule-arn", own.to_shown_text()),
        ("scheduled-time", time.to_owned()),
        ("execution-id", ID.to_owned()),
        ("attempt-number", "1".to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let payload = match of.properties.at("Target.Input") {
        Some(input) => {
            evaluate(&Compiled::Constant(input.clone()), Dialect::Schedule, &Json::Null, &variables)
        }
        None => Outcome::Delivered {
            payload: notification(graph, &own, time).to_string(),
            notes: vec!["without `input` Scheduler sends a notification of its own".into()],
        },
    };
    let target = of.properties.get("Target").unwrap_or(&Value::Null);
    let parameters = handed(target, arn, &Json::Null, |_| false);
    let arrival = match key_of(arn) {
        Some("bus") => entry(&graph.place, &parameters, payload),
        _ => Arrival { payload, parameters, ..Arrival::of("") },
    };
    Passed { sent: vec![Sent { name: TARGET.into(), to: spot(graph, arn), arrival }], ..Passed::default() }
}

/// What Scheduler sends for a schedule without an input: an event whose detail is a text.
fn notification(graph: &Graph, own: &Value, time: &str) -> Json {
    let mut event = put(&graph.place, "aws.scheduler", "Scheduled Event", "{}".into());
    event["resources"] = json!([own.to_shown_text()]);
    event["time"] = time.into();
    event
}

/// What an input is: where it has a keyword of the service, a text. One that is no JSON may be anything to who gets it.
fn input(of: &Resource) -> Shape {
    let Some(input) = of.properties.at("Target.Input") else { return Shape::Anything };
    Written::read(input).shape(&|placeholder: &Placeholder| match (
        placeholder.name.starts_with(KEYWORDS),
        placeholder.in_string,
    ) {
        (true, true) => Shape::Text,
        (true, false) => Shape::Anything,
        (false, _) => Shape::text(format!("<{}>", placeholder.name)),
    })
}

/// When it is due, if that is so on and on and to the minute.
fn times(of: &Resource) -> Option<Times> {
    let text = |path: &str| of.properties.text_at(path);
    let is_exact = text("FlexibleTimeWindow.Mode").is_none_or(|mode| mode == "OFF");
    let is_bounded = ["StartDate", "EndDate"].iter().any(|path| of.properties.get(path).is_some());
    let zone = text("ScheduleExpressionTimezone").unwrap_or("UTC");
    text("ScheduleExpression").filter(|_| is_exact && !is_bounded).map(|times| Times::new(times, zone))
}

/// What it sends when it is due. Keywords of the service stand for text.
pub fn sends(of: &Resource, graph: &Graph) -> Vec<Flow> {
    if of.properties.text_at("State") == Some("DISABLED") {
        return Vec::new();
    }
    let Some(arn) = of.properties.at("Target.Arn") else { return Vec::new() };
    let input = input(of);
    let shape = match key_of(arn) {
        Some("bus") => {
            let member = |name: &str| {
                Shape::text_of(of.properties.at(&format!("Target.EventBridgeParameters.{name}")))
            };
            event(member("Source"), member("DetailType"), input)
        }
        _ => input,
    };
    vec![Flow { times: times(of), ..Flow::new(TARGET, spot(graph, arn), shape, "Target") }]
}
