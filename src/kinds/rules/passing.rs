//! What a rule does with an event: its pattern decides, and each target gets what its transform makes.

use serde_json::{Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::put;
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Passed, Sent, Spot, Way};
use crate::flow::pattern::{PatternKind, decide, parse};
use crate::flow::transform::evaluate::{Outcome, Variables, evaluate};
use crate::flow::transform::{Compiled, Dialect};
use crate::kinds::handed::{at, handed};
use crate::kinds::time::fired;
use crate::kinds::{Kind, buses, key_of, spot};

use super::decl::{Rules, bus_of};

/// The bus whose events a rule sees.
pub fn listens_to(of: &Resource, graph: &Graph) -> Option<Spot> {
    if let Some(Value::Unknown(_)) = of.properties.get("EventBusName") {
        return of.properties.get("EventBusName").map(|name| spot(graph, name));
    }
    let name = bus_of(&of.properties)?;
    Some(match buses::named(graph, name) {
        Some(bus) => Spot::Resource(bus.address.clone()),
        None => Spot::Elsewhere(name.to_owned()),
    })
}

pub const WORDS: &[Word] = &[Word::new("fires", "The rule's schedule is due: the time, or `true`.", &[])];

/// The event that EventBridge sends to the targets of a rule with a schedule.
pub fn happens(of: Option<&Resource>, graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
    let rule = of.filter(|rule| rule.properties.get("ScheduleExpression").is_some());
    let Some(rule) = rule else {
        return Err("the rule has no `schedule:`, so it never fires by itself".into());
    };
    let mut event = put(&graph.place, "aws.events", FIRED, json!({}));
    event["resources"] = json!([arn(rule, graph)]);
    if let Some(time) = fired(said.value)? {
        event["time"] = time.into();
    }
    Ok(Arrival::event(event))
}

fn arn(of: &Resource, graph: &Graph) -> String {
    Rules.derive("arn", of, &graph.place).unwrap_or_default().to_shown_text()
}

pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let targets = of.properties.get("Targets").and_then(Value::as_list).unwrap_or_default();
    let way = |target: &Value| Way {
        name: target.text_at("Id").unwrap_or_default().to_owned(),
        to: spot(graph, target.get("Arn").unwrap_or(&Value::Null)),
    };
    targets.iter().map(way).collect()
}

/// The detail-type of what a rule with a schedule sends.
pub(super) const FIRED: &str = "Scheduled Event";

pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    if of.properties.text_at("State") == Some("DISABLED") {
        return Passed::stopped("it is disabled, so no event meets it");
    }
    let Some(event) = &arrived.event else {
        return Passed::stopped("what a bus makes of a transformed event is not built here");
    };
    let has_fired = of.properties.get("ScheduleExpression").is_some()
        && event["detail-type"] == FIRED
        && event["resources"][0] == arn(of, graph);
    if has_fired {
        return Passed { sent: all_sent(of, graph, event, arrived.from_bus), ..Passed::default() };
    }
    let Some(pattern) = of.properties.get("EventPattern") else {
        return Passed::stopped("it has a schedule and no pattern, so no event meets it");
    };
    let pattern = match parse(pattern, PatternKind::Rule) {
        Ok(pattern) => pattern,
        Err(_) => return Passed::stopped("AWS refuses its pattern"),
    };
    let verdict = decide(&pattern, event);
    let mut passed = Passed::default();
    passed.notes.extend(pattern.unknown.iter().map(|path| {
        format!("`{path}` of its pattern is not known before an apply, and matches nothing here")
    }));
    if verdict.is_match {
        passed.sent = all_sent(of, graph, event, arrived.from_bus);
    }
    passed.verdict = Some(verdict);
    passed
}

fn all_sent(of: &Resource, graph: &Graph, event: &Json, from_bus: bool) -> Vec<Sent> {
    let variables = variables(of, graph, event);
    let targets = of.properties.get("Targets").and_then(Value::as_list).unwrap_or_default();
    let sent = targets.iter().map(|target| sent(graph, target, event, &variables));
    sent.map(|one| if from_bus { not_further(one) } else { one }).collect()
}

/// What comes from another bus goes to no third one.
fn not_further(mut sent: Sent) -> Sent {
    if let (true, Outcome::Delivered { payload, .. }) = (sent.arrival.from_bus, &sent.arrival.payload) {
        let why = "an event that came from another bus is not sent on to a third one".to_owned();
        sent.arrival.payload = Outcome::Nothing { made: payload.clone(), why };
    }
    sent
}

fn variables(of: &Resource, graph: &Graph, event: &Json) -> Variables {
    let mut variables = Variables::from([("rule-name".to_owned(), of.name.clone())]);
    if let Some(arn) = Rules.derive("arn", of, &graph.place) {
        variables.insert("rule-arn".into(), arn.to_shown_text());
    }
    // EventBridge's own clock; offline the event's.
    if let Some(time) = event["time"].as_str() {
        variables.insert("event.ingestion-time".into(), time.to_owned());
    }
    variables
}

fn sent(graph: &Graph, target: &Value, event: &Json, variables: &Variables) -> Sent {
    let compiled = compiled(target);
    let payload = match &compiled {
        Some(compiled) => evaluate(compiled, Dialect::RuleTarget, event, variables),
        None => Outcome::Delivered { payload: event.to_string(), notes: Vec::new() },
    };
    let arn = target.get("Arn").unwrap_or(&Value::Null);
    let mut parameters = handed(target, arn, event, |block| DYNAMIC.contains(&block));
    let key = target.text_at("KinesisParameters.PartitionKeyPath").unwrap_or("$.id");
    parameters.put("PartitionKey", at(key, event).unwrap_or_default().into());
    Sent {
        name: target.text_at("Id").unwrap_or_default().to_owned(),
        to: spot(graph, arn),
        arrival: Arrival {
            payload: noted(payload, target),
            event: compiled.is_none().then(|| event.clone()),
            parameters,
            waits: false,
            from_bus: key_of(arn) == Some("bus"),
        },
    }
}

/// The blocks of a rule's target in which a whole-value path reads the event (the guide on targets, "Dynamic path
/// parameters").
const DYNAMIC: &[&str] =
    &["EcsParameters", "HttpParameters", "RedshiftDataParameters", "SageMakerPipelineParameters"];

/// Says of a message's group that looks like a path that it is none.
fn noted(payload: Outcome, target: &Value) -> Outcome {
    let group = target.text_at("SqsParameters.MessageGroupId").filter(|group| group.starts_with("$."));
    match (payload, group) {
        (Outcome::Delivered { payload, mut notes }, Some(group)) => {
            notes.push(format!(
                "the group of every message is the text `{group}`: a rule reads no path there, as a pipe does"
            ));
            Outcome::Delivered { payload, notes }
        }
        (payload, _) => payload,
    }
}

/// The form in which a target has what it is sent; nothing if that is the event.
fn compiled(target: &Value) -> Option<Compiled> {
    if let Some(input) = target.get("Input") {
        return Some(Compiled::Constant(input.clone()));
    }
    if let Some(path) = target.text_at("InputPath") {
        return Some(Compiled::Path(path.to_owned()));
    }
    let transformer = target.get("InputTransformer")?;
    Some(Compiled::Template {
        template: transformer.get("InputTemplate").cloned().unwrap_or_default(),
        paths: transformer.get("InputPathsMap").and_then(Value::as_map).cloned().unwrap_or_default(),
    })
}
