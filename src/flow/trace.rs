//! What happens to a resource, followed through the flow of a stack, hop by hop. Which resource listens to
//! which, and what each does with what it gets, the kinds say; what functions and others answer, a test says.
//! Nothing here knows a kind.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::engine::{Graph, Resource};
use crate::kinds::secret::{SHOWN, masked};
use crate::kinds::{self, Kind};

use super::answers::Answers;
use super::happening::{self, text};
use super::passing::{Arrival, HttpRequest, Passed, Sent, Spot};
use super::pattern::Verdict;
use super::transform::evaluate::Outcome;

/// Longer ways are not followed.
const LONGEST_WAY: usize = 32;
/// More hops are not followed: functions that each do two things could go on for ever.
const MOST_HOPS: usize = 2000;
/// More in one delivery is not followed: a bus and a queue take no more.
const MOST_BYTES: usize = 1024 * 1024;
/// More in all deliveries together is not followed.
const MOST_TOTAL: usize = 8 * 1024 * 1024;

/// A place on the way, and where it goes from there.
#[derive(Clone, PartialEq, Debug)]
pub struct Hop {
    pub at: Spot,
    /// How it came here from the hop above.
    pub by: By,
    /// What arrived here; nothing for a listener, which sees what arrived at the hop above.
    pub payload: Option<Outcome>,
    /// What the pattern here says.
    pub verdict: Option<Verdict>,
    pub request: Option<HttpRequest>,
    /// What is answered here, where a test says it.
    pub answer: Option<Json>,
    /// Whether it is something whose inside nobody knows, and no test says what it does with this.
    pub is_unsaid: bool,
    /// Whether the way ends here for a reason that no pattern gives: the notes say it.
    pub stops: bool,
    pub notes: Vec<String>,
    /// What a test says is done here and cannot happen.
    pub problems: Vec<String>,
    pub next: Vec<Hop>,
}

/// How something comes to a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum By {
    /// It begins here.
    Start,
    /// A target of the resource above, by its name.
    Target(String),
    /// It listens to what is above.
    Listens,
    /// The resource above does it, as a test says.
    Does,
}

impl Hop {
    fn new(at: Spot, by: By, payload: Option<Outcome>) -> Hop {
        Hop {
            at,
            by,
            payload,
            verdict: None,
            request: None,
            answer: None,
            is_unsaid: false,
            stops: false,
            notes: Vec::new(),
            problems: Vec::new(),
            next: Vec::new(),
        }
    }

    /// The text that was delivered here.
    pub fn delivered(&self) -> Option<&str> {
        self.payload.as_ref().and_then(Outcome::payload)
    }

    /// This hop and all below it, in the order of the tree.
    pub fn all(&self) -> Vec<&Hop> {
        let mut all = vec![self];
        all.extend(self.next.iter().flat_map(Hop::all));
        all
    }

    /// Every place that something arrives at, this one and all below it.
    pub fn reached(&self) -> Vec<&Spot> {
        self.all().into_iter().filter(|hop| hop.payload.is_some()).map(|hop| &hop.at).collect()
    }
}

/// Follows what arrives at a resource.
pub fn trace(graph: &Graph, at: Spot, arrival: Arrival, answers: &Answers) -> Hop {
    let mut listeners = BTreeMap::<Spot, Vec<_>>::new();
    for resource in graph.resources.values() {
        let Some(kind) = kinds::kind(resource.kind) else { continue };
        if let Some(spot) = kind.listens_to(resource, graph) {
            listeners.entry(spot).or_default().push((kind, resource));
        }
    }
    let mut tracer = Tracer { graph, answers, listeners, way: Vec::new(), hops: 0, bytes: 0, is_cut: false };
    tracer.arrive(at, By::Start, arrival)
}

struct Tracer<'g> {
    graph: &'g Graph,
    answers: &'g Answers,
    /// Who listens where: asked of every resource once.
    listeners: BTreeMap<Spot, Vec<(&'static dyn Kind, &'g Resource)>>,
    /// Where it came along, and with what.
    way: Vec<(Spot, Arrival)>,
    hops: usize,
    bytes: usize,
    /// Whether something was not followed to its end.
    is_cut: bool,
}

impl<'g> Tracer<'g> {
    fn arrive(&mut self, at: Spot, by: By, arrival: Arrival) -> Hop {
        let mut hop = Hop::new(at.clone(), by, Some(arrival.payload.clone()));
        // What is not delivered goes no further.
        let Some(payload) = arrival.payload.payload() else { return hop };
        // The same text by another route, or in another envelope, is something else.
        let is_same = |(spot, before): &(Spot, Arrival)| {
            *spot == at
                && before.payload.payload() == Some(payload)
                && (&before.event, &before.parameters, before.from_bus)
                    == (&arrival.event, &arrival.parameters, arrival.from_bus)
        };
        if self.way.iter().any(is_same) {
            hop.notes.push("this is a loop: the same came here before".into());
            return hop;
        }
        let cut = match () {
            () if self.way.len() >= LONGEST_WAY => Some(format!("the way has {LONGEST_WAY} hops")),
            () if self.hops >= MOST_HOPS => Some(format!("{MOST_HOPS} deliveries have come of it")),
            () if self.bytes > MOST_TOTAL => Some(format!("more than {MOST_TOTAL} bytes have come of it")),
            () if payload.len() > MOST_BYTES => Some(format!("this has more than {MOST_BYTES} bytes")),
            () => None,
        };
        if let Some(cut) = cut {
            // Of hundreds of ends one tells it.
            if !std::mem::replace(&mut self.is_cut, true) {
                hop.problems.push(format!("{cut}, and the way is not followed further, here and elsewhere"));
            }
            return hop;
        }
        self.hops += 1;
        self.bytes += payload.len();
        self.way.push((at.clone(), arrival.clone()));
        let mut seen = arrival.clone();
        if let Some((kind, resource)) = resource(self.graph, &at) {
            let passed = kind.passes(resource, self.graph, &arrival);
            if passed.shows.is_some() {
                seen.event.clone_from(&passed.shows);
            }
            self.take(&mut hop, kind, resource, &arrival, passed);
            self.answer(&mut hop, kind, resource, &arrival);
        }
        self.listeners(&mut hop, &at, &seen);
        self.way.pop();
        hop
    }

    /// Whoever listens here.
    fn listeners(&mut self, hop: &mut Hop, at: &Spot, seen: &Arrival) {
        for (kind, resource) in self.listeners.get(at).cloned().unwrap_or_default() {
            let mut listener = Hop::new(Spot::Resource(resource.address.clone()), By::Listens, None);
            let passed = kind.passes(resource, self.graph, seen);
            self.take(&mut listener, kind, resource, seen, passed);
            hop.next.push(listener);
        }
    }

    fn take(
        &mut self,
        hop: &mut Hop,
        kind: &'static dyn Kind,
        of: &Resource,
        arrival: &Arrival,
        passed: Passed,
    ) {
        hop.verdict = passed.verdict.or(hop.verdict.take());
        hop.request = passed.request.or(hop.request.take());
        hop.stops |= passed.stops;
        hop.notes.extend(passed.notes);
        if let Some(asked) = passed.asks {
            let name = asked.to.to_string();
            let reached = self.arrive(asked.to, By::Target(asked.name), asked.arrival);
            let (is_asked, answer) = (reached.delivered().is_some(), reached.answer.clone());
            let can_answer = resource(self.graph, &reached.at).is_some_and(|(kind, _)| kind.answers());
            let help = match can_answer {
                true => format!(": write `{name}: {{ returns: … }}` under `answers`"),
                false => String::new(),
            };
            hop.next.push(reached);
            match answer {
                Some(answer) => {
                    let then = kind.answered(of, self.graph, arrival, &answer);
                    self.take(hop, kind, of, arrival, then);
                }
                None => {
                    hop.stops = true;
                    hop.notes.push(match is_asked {
                        true => format!(
                            "what goes on from here depends on what {name} answers, which nothing says{help}"
                        ),
                        false => format!("{name} is asked nothing, so nothing goes on"),
                    });
                }
            }
        }
        for Sent { name, to, arrival } in passed.sent {
            let next = self.arrive(to, By::Target(name), arrival);
            hop.next.push(next);
        }
    }

    /// What a test says that the resource answers and does.
    fn answer(&mut self, hop: &mut Hop, kind: &'static dyn Kind, of: &Resource, arrival: &Arrival) {
        let payload = arrival.payload.payload().unwrap_or_default();
        let Some(answered) = self.answers.to(&of.address, payload) else {
            hop.is_unsaid = kind.answers();
            return;
        };
        hop.answer.clone_from(&answered.returns);
        for done in answered.does {
            match happening::read(self.graph, &done) {
                Ok((at, arrival)) => {
                    let next = self.arrive(at, By::Does, arrival);
                    hop.next.push(next);
                }
                Err(problem) => {
                    let done = text(&masked(done, SHOWN));
                    hop.problems.push(format!("`{done}` cannot happen: {problem}"));
                }
            }
        }
        let then = kind.answered(of, self.graph, arrival, &answered.returns.unwrap_or_default());
        self.take(hop, kind, of, arrival, then);
    }
}

fn resource<'g>(graph: &'g Graph, at: &Spot) -> Option<(&'static dyn Kind, &'g Resource)> {
    let Spot::Resource(address) = at else { return None };
    let resource = graph.resources.get(address)?;
    Some((kinds::kind(resource.kind)?, resource))
}

#[cfg(test)]
#[path = "trace_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "delivery_tests.rs"]
mod deliveries;
