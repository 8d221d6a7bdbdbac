//! What a pipe does with a record: its filters decide, its enrichment adds to it, its target gets the rest.

use serde_json::{Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{TIME, entry};
use crate::flow::passing::{Arrival, Passed, Sent, Way};
use crate::flow::transform::evaluate::{Outcome, Variables, decode, evaluate};
use crate::flow::transform::{Compiled, Dialect};
use crate::kinds::filter::{filtered, goes_on};
use crate::kinds::handed::handed;
use crate::kinds::{Kind, key_of, spot};

use super::Pipes;

/// A call that a pipe makes: its name in a trace, and where it stands in AWS's document.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub name: &'static str,
    pub arn: &'static str,
    pub parameters: &'static str,
}

pub(super) const ENRICHMENT: Call =
    Call { name: "enrichment", arn: "Enrichment", parameters: "EnrichmentParameters" };
pub(super) const TARGET: Call = Call { name: "target", arn: "Target", parameters: "TargetParameters" };
/// What gets a list of records, also of one.
pub(super) const BATCHED: &[&str] = &["function", "state_machine"];

pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let way = |call: Call| {
        let arn = of.properties.get(call.arn).filter(|arn| !arn.is_empty())?;
        Some(Way { name: call.name.to_owned(), to: spot(graph, arn) })
    };
    [ENRICHMENT, TARGET].into_iter().filter_map(way).collect()
}

pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    if of.properties.text_at("DesiredState") == Some("STOPPED") {
        return Passed::stopped("it is stopped, so it reads nothing");
    }
    let Some(record) = &arrived.event else {
        return Passed::stopped("what its source makes of this is not known here");
    };
    let filters = of.properties.at("SourceParameters.FilterCriteria.Filters");
    let mut passed = filtered(filters, &decode(record).record);
    if !goes_on(&passed) {
        return passed;
    }
    match called(of, graph, ENRICHMENT, record) {
        Some(asked) => passed.asks = Some(Sent { arrival: asked.arrival.answered(), ..asked }),
        None => passed.sent.extend(called(of, graph, TARGET, record)),
    }
    passed
}

/// The target gets what the enrichment has answered: each item of a list by itself.
pub fn answered(of: &Resource, graph: &Graph, answer: &Json) -> Passed {
    let items = match answer {
        Json::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let is_nothing = [Json::Null, json!(""), json!({}), json!([])].contains(answer);
    if is_nothing {
        return Passed::stopped("the enrichment answers nothing (`\"\"`, `{}` or `[]`), so nothing goes on");
    }
    let mut sent: Vec<Sent> = items.iter().filter_map(|item| called(of, graph, TARGET, item)).collect();
    let is_batched = of.properties.get(TARGET.arn).and_then(key_of).is_some_and(|key| BATCHED.contains(&key));
    if is_batched && sent.len() > 1 {
        sent = vec![joined(sent)];
    }
    Passed { sent, ..Passed::default() }
}

/// The lists of one that each item makes, as the one list that is sent.
fn joined(mut sent: Vec<Sent>) -> Sent {
    let inner = |one: &Sent| {
        let list = one.arrival.payload.payload()?;
        Some(list.strip_prefix('[')?.strip_suffix(']')?.to_owned())
    };
    let items: Vec<String> = sent.iter().filter_map(inner).collect();
    let mut whole = sent.swap_remove(0);
    if let Outcome::Delivered { payload, .. } = &mut whole.arrival.payload {
        *payload = format!("[{}]", items.join(","));
    }
    whole
}

/// `record`: as the source or the enrichment gives it. What is sent in it is read for templates and parameters alone.
fn called(of: &Resource, graph: &Graph, call: Call, record: &Json) -> Option<Sent> {
    let arn = of.properties.get(call.arn).filter(|arn| !arn.is_empty())?;
    let parameters = of.properties.get(call.parameters).cloned().unwrap_or_default();
    let payload = match parameters.get("InputTemplate").filter(|template| !template.is_empty()) {
        Some(template) => {
            let compiled = Compiled::Template { template: template.clone(), paths: Default::default() };
            evaluate(&compiled, Dialect::Pipe, record, &variables(of, graph))
        }
        None => Outcome::Delivered { payload: record.to_string(), notes: Vec::new() },
    };
    // Before any transform, in every block.
    let handed = handed(&parameters, arn, &decode(record).record, |_| true);
    let key = key_of(arn);
    let arrival = match key {
        Some("bus") => entry(&graph.place, &handed, payload),
        _ => Arrival {
            payload: match payload {
                Outcome::Delivered { payload, notes } if key.is_some_and(|key| BATCHED.contains(&key)) => {
                    Outcome::Delivered { payload: format!("[{payload}]"), notes }
                }
                other => other,
            },
            parameters: handed,
            waits: parameters.at("LambdaFunctionParameters.InvocationType").and_then(Value::as_str)
                != Some("FIRE_AND_FORGET"),
            ..Arrival::of("")
        },
    };
    Some(Sent { name: call.name.to_owned(), to: spot(graph, arn), arrival })
}

fn variables(of: &Resource, graph: &Graph) -> Variables {
    let shown = |value: Option<&Value>| value.filter(|value| !value.is_empty()).map(Value::to_shown_text);
    let arn = Pipes.derive("arn", of, &graph.place);
    [
        ("pipe-name", Some(of.name.clone())),
        ("pipe-arn", shown(arn.as_ref())),
        ("source-arn", shown(of.properties.get("Source"))),
        ("enrichment-arn", shown(of.properties.get("Enrichment"))),
        ("target-arn", shown(of.properties.get("Target"))),
        ("event.ingestion-time", Some(TIME.to_owned())),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name.to_owned(), value?)))
    .collect()
}
