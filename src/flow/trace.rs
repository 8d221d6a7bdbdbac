//! One event through the flow of a stack, hop by hop. Which resource listens to which, and what each
//! does with what it gets, the kinds say; nothing here knows a kind.

use serde_json::Value as Json;

use crate::engine::{Graph, Resource, Value};
use crate::kinds::{self, Kind};

use super::passing::{Arrival, HttpRequest, Passed, Sent, Spot};
use super::pattern::Verdict;
use super::transform::evaluate::Outcome;

/// Longer ways are not followed.
const LONGEST_WAY: usize = 32;

/// A place on the way, and where it goes from there.
#[derive(Clone, PartialEq, Debug)]
pub struct Hop {
    pub at: Spot,
    /// The target of the resource before by which it came here.
    pub by: Option<String>,
    /// What arrived here; nothing for a listener, which sees what arrived at the hop above.
    pub payload: Option<Outcome>,
    /// What the pattern here says.
    pub verdict: Option<Verdict>,
    pub request: Option<HttpRequest>,
    pub notes: Vec<String>,
    pub next: Vec<Hop>,
}

impl Hop {
    /// Every place that something arrives at, this one and all below it.
    pub fn reached(&self) -> Vec<&Spot> {
        let own = self.payload.iter().map(|_| &self.at);
        own.chain(self.next.iter().flat_map(Hop::reached)).collect()
    }
}

/// Follows an event that is put on a bus.
///
/// The event is the one that targets see: with its envelope.
pub fn trace(graph: &Graph, at: Spot, event: &Json) -> Hop {
    let arrival = Arrival {
        payload: Outcome::Delivered { payload: event.to_string(), notes: Vec::new() },
        event: Some(event.clone()),
        parameters: Value::Null,
    };
    Tracer { graph, way: Vec::new() }.arrive(at, None, arrival)
}

struct Tracer<'g> {
    graph: &'g Graph,
    /// Where it came along, and with what.
    way: Vec<(Spot, Option<String>)>,
}

impl Tracer<'_> {
    fn arrive(&mut self, at: Spot, by: Option<String>, arrival: Arrival) -> Hop {
        let payload = arrival.payload.payload().map(str::to_owned);
        let mut hop = Hop {
            at: at.clone(),
            by,
            payload: Some(arrival.payload.clone()),
            verdict: None,
            request: None,
            notes: Vec::new(),
            next: Vec::new(),
        };
        // What is not delivered goes no further.
        if payload.is_none() {
            return hop;
        }
        let here = (at.clone(), payload);
        if self.way.contains(&here) {
            hop.notes.push("this is a loop: the same came here before".into());
            return hop;
        }
        if self.way.len() >= LONGEST_WAY {
            hop.notes.push(format!("the way has {LONGEST_WAY} hops and is not followed further"));
            return hop;
        }
        self.way.push(here);
        if let Some((kind, resource)) = self.resource(&at) {
            let passed = kind.passes(resource, self.graph, &arrival);
            self.take(&mut hop, passed);
        }
        let graph = self.graph;
        for resource in graph.resources.values() {
            let Some(kind) = kinds::kind(resource.kind) else { continue };
            if kind.listens_to(resource, graph).as_ref() == Some(&at) {
                let spot = Spot::Resource(resource.address.clone());
                let mut listener = Hop {
                    at: spot,
                    by: None,
                    payload: None,
                    verdict: None,
                    request: None,
                    notes: Vec::new(),
                    next: Vec::new(),
                };
                let passed = kind.passes(resource, graph, &arrival);
                self.take(&mut listener, passed);
                hop.next.push(listener);
            }
        }
        self.way.pop();
        hop
    }

    fn take(&mut self, hop: &mut Hop, passed: Passed) {
        hop.verdict = passed.verdict;
        hop.request = passed.request;
        hop.notes.extend(passed.notes);
        for Sent { name, to, arrival } in passed.sent {
            hop.next.push(self.arrive(to, Some(name), arrival));
        }
    }

    fn resource(&self, at: &Spot) -> Option<(&'static dyn Kind, &Resource)> {
        let Spot::Resource(address) = at else { return None };
        let resource = self.graph.resources.get(address)?;
        Some((kinds::kind(resource.kind)?, resource))
    }
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;
