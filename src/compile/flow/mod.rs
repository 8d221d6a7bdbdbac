//! What can be said of the flow of events before there is any: patterns that nothing matches, paths that lead nowhere,
//! what is delivered twice, what comes back to where it began.
//!
//! Which shapes of events there are the kinds say. What others bring in is not known, and nothing is said of it.

mod circles;
#[cfg(test)]
mod kinds_tests;
mod loops;
#[cfg(test)]
mod loops_tests;
mod matches;
mod open;
mod rates;
mod refused;
mod rights;
mod states;
#[cfg(test)]
mod tests;
mod twice;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::engine::{Address, Graph, Resource, Told};
use crate::flow::Step;
use crate::flow::passing::{Cause, Filter, Flow, Read, Spot};
use crate::flow::pattern::{Pattern, PatternKind, read};
use crate::flow::shape::{Fit, Screen, Shape, event};
use crate::kinds::{self, Kind};
use crate::source::{Findings, Span};

/// Whether a resource allows findings of a code.
pub type Allows<'a> = &'a dyn Fn(&Address, &str) -> bool;

/// Looks at the flow of a stack that has no errors.
pub fn check(graph: &Graph, allows: Allows<'_>, findings: &mut Findings) {
    let flows = Flows::of(graph);
    matches::check(&flows, findings);
    twice::check(&flows, findings);
    loops::check(&flows, allows, findings);
    rates::check(&flows, findings);
    refused::check(&flows, findings);
    rights::check(&flows, findings);
}

/// Everybody who has a part in the flow, and what comes where.
struct Flows<'g> {
    graph: &'g Graph,
    members: Vec<Member<'g>>,
    /// Who listens where.
    listeners: BTreeMap<Spot, Vec<usize>>,
    /// Who listens to each member.
    heard: Vec<Vec<usize>>,
    /// What there may be where somebody listens, whoever brings it in.
    whatever: BTreeMap<Spot, Arc<[Shape]>>,
    /// What each member has been found to pass, and of what.
    passed: RefCell<Vec<Option<Passed>>>,
    places: BTreeMap<Spot, Place>,
}

/// What a member sees, and what of it it passes.
struct Passed {
    seen: Arc<[Shape]>,
    passing: Arc<[Shape]>,
}

/// A resource in the flow.
struct Member<'g> {
    kind: &'static dyn Kind,
    of: &'g Resource,
    told: Option<&'g Told>,
    listens: Option<Spot>,
    filters: Vec<Screened<'g>>,
    reads: Vec<Read>,
    /// Whether nothing passes.
    is_deaf: bool,
    flows: Vec<Flow>,
}

/// A pattern, read.
struct Screened<'g> {
    filter: Filter<'g>,
    screen: Screen,
    /// Fields of which it has been said that nobody has them.
    said: Vec<String>,
}

impl Screened<'_> {
    /// Whether it has been said that nobody has a field.
    fn is_said(&self, field: &str) -> bool {
        let is_below = |rest: &str| rest.is_empty() || rest.starts_with('.');
        self.said.iter().any(|said| field.strip_prefix(said.as_str()).is_some_and(is_below))
    }
}

/// The fields that a pattern has a warning of, which is about no value of theirs.
fn said(pattern: &Pattern) -> Vec<String> {
    let is_field = |step: &Step| matches!(step, Step::Key(_));
    let fields = pattern.warnings.iter().filter(|one| one.path.0.iter().all(is_field));
    let fields = fields.map(|one| one.path.keys().collect::<Vec<_>>().join("."));
    fields.filter(|field| !field.is_empty()).collect()
}

/// What comes to a place.
#[derive(Default)]
struct Place {
    producers: Vec<Producer>,
    /// What they bring in, each shape once.
    shapes: Arc<[Shape]>,
    /// Whether others bring something in, too.
    is_open: bool,
}

/// A place to which more different things come is taken to be open: each would be held against each pattern.
const MOST_SHAPES: usize = 128;

impl Place {
    fn gather(&mut self) {
        let (mut shapes, mut known) = (Vec::new(), HashSet::new());
        for shape in self.producers.iter().flat_map(|producer| &producer.shapes) {
            if known.insert(shape) {
                shapes.push(shape.clone());
            }
            if shapes.len() > MOST_SHAPES {
                self.is_open = true;
                break;
            }
        }
        self.shapes = shapes.into();
    }
}

/// Somebody who brings something in.
struct Producer {
    /// By its place among the members.
    by: usize,
    /// Where that stands.
    at: String,
    shapes: Vec<Shape>,
}

impl<'g> Flows<'g> {
    fn of(graph: &'g Graph) -> Flows<'g> {
        let member = |of: &'g Resource| {
            let kind = kinds::kind(of.kind)?;
            let looks = kind.looks(of);
            let screened = |filter: Filter<'g>| {
                let pattern = read(filter.pattern, filter.reader)?;
                Some(Screened { screen: Screen::new(&pattern), said: said(&pattern), filter })
            };
            Some(Member {
                kind,
                of,
                told: graph.told.get(&of.address),
                listens: kind.listens_to(of, graph),
                filters: looks.filters.into_iter().filter_map(screened).collect(),
                reads: looks.reads,
                is_deaf: looks.is_deaf,
                flows: Vec::new(),
            })
        };
        let members: Vec<Member<'g>> = graph.resources.values().filter_map(member).collect();
        let mut listeners = BTreeMap::<Spot, Vec<usize>>::new();
        for (at, member) in members.iter().enumerate() {
            if let Some(spot) = &member.listens {
                listeners.entry(spot.clone()).or_default().push(at);
            }
        }
        let (whatever, places) = (BTreeMap::new(), BTreeMap::new());
        let heard = vec![Vec::new(); members.len()];
        let passed = RefCell::new(members.iter().map(|_| None).collect());
        let mut flows = Flows { graph, members, listeners, heard, whatever, passed, places };
        for (spot, listeners) in &flows.listeners {
            if let Spot::Resource(address) = spot
                && let Some(one) = flows.member(address)
            {
                flows.heard[one].clone_from(listeners);
            }
        }
        let known = flows.listeners.keys().filter(|spot| matches!(spot, Spot::Resource(_)));
        flows.whatever = known.map(|spot| (spot.clone(), flows.shown(spot, Cause::Any).into())).collect();
        // Before it is known where others bring something in, they may everywhere.
        flows.send(None);
        open::mark(&mut flows);
        // What was sent on of anything is sent on of what really comes. An event goes on to no third bus, so once is enough.
        let closed =
            flows.places.iter().filter(|(_, place)| !place.is_open).map(|(spot, _)| spot.clone()).collect();
        flows.send(Some(closed));
        flows
    }

    /// Asks everybody what it sends, or those who listen at some places.
    fn send(&mut self, at: Option<Vec<Spot>>) {
        // What is sent where nobody listens need not be known better.
        let is_heard =
            |member: &Member<'_>| member.flows.iter().any(|flow| self.listeners.contains_key(&flow.to));
        let is_asked = |member: &Member<'_>| match (&at, &member.listens) {
            (None, _) => true,
            (Some(at), Some(spot)) => at.binary_search(spot).is_ok() && is_heard(member),
            (Some(_), None) => false,
        };
        let asked: Vec<usize> = (0..self.members.len()).filter(|one| is_asked(&self.members[*one])).collect();
        let sent: Vec<(usize, Vec<Flow>)> = asked.iter().map(|one| (*one, self.sent(*one))).collect();
        for place in self.places.values_mut() {
            place.producers.retain(|producer| asked.binary_search(&producer.by).is_err());
        }
        for (one, flows) in sent {
            // Of what nobody sees nothing need be known.
            for flow in flows.iter().filter(|flow| self.listeners.contains_key(&flow.to)) {
                let shapes = self.shown(&flow.to, Cause::Arrives(&flow.shape));
                let producer = Producer { by: one, at: flow.at.clone(), shapes };
                self.places.entry(flow.to.clone()).or_default().producers.push(producer);
            }
            self.members[one].flows = flows;
        }
        for place in self.places.values_mut() {
            place.gather();
        }
    }

    /// What a member sends of what comes to it.
    fn sent(&self, one: usize) -> Vec<Flow> {
        let member = &self.members[one];
        let seen = match &member.listens {
            Some(_) => self.passed(one),
            None => self.shown(&Spot::Resource(member.of.address.clone()), Cause::Any).into(),
        };
        member.kind.sends(member.of, self.graph, &seen)
    }

    /// What those who listen at a place see when something comes about there.
    fn shown(&self, at: &Spot, cause: Cause<'_>) -> Vec<Shape> {
        match self.resource(at) {
            Some((kind, of)) => kind.shows(of, cause),
            None => vec![Shape::Anything],
        }
    }

    /// A member by its address.
    fn member(&self, address: &Address) -> Option<usize> {
        self.members.binary_search_by(|member| member.of.address.cmp(address)).ok()
    }

    /// Who listens to a member.
    fn heard_by(&self, one: usize) -> &[usize] {
        &self.heard[one]
    }

    fn resource(&self, at: &Spot) -> Option<(&'static dyn Kind, &'g Resource)> {
        let Spot::Resource(address) = at else { return None };
        let of = self.graph.resources.get(address)?;
        Some((kinds::kind(of.kind)?, of))
    }

    /// The shapes of all that a listener sees: of what is brought in where nobody else brings anything in, and of
    /// anything that may come there elsewhere.
    fn seen(&self, one: usize) -> Arc<[Shape]> {
        let member = &self.members[one];
        let Some(at) = &member.listens else { return Arc::default() };
        match (self.places.get(at), self.whatever.get(at)) {
            (Some(place), _) if !place.is_open => place.shapes.clone(),
            (_, Some(known)) => known.clone(),
            (_, None) => [any_of(member)].into(),
        }
    }

    /// What of all that it sees a member lets pass.
    fn passed(&self, one: usize) -> Arc<[Shape]> {
        let seen = self.seen(one);
        if let Some(known) = &self.passed.borrow()[one]
            && Arc::ptr_eq(&known.seen, &seen)
        {
            return known.passing.clone();
        }
        let passing: Arc<[Shape]> = self.passing(one, &seen).into();
        self.passed.borrow_mut()[one] = Some(Passed { seen, passing: passing.clone() });
        passing
    }

    /// What of some shapes a member lets pass.
    fn passing(&self, one: usize, seen: &[Shape]) -> Vec<Shape> {
        let member = &self.members[one];
        if member.is_deaf {
            return Vec::new();
        }
        if member.filters.is_empty() {
            return seen.to_vec();
        }
        let through = |screened: &Screened<'_>| {
            seen.iter().flat_map(|shape| screened.screen.narrow(shape)).collect::<Vec<_>>()
        };
        member.filters.iter().flat_map(through).collect()
    }

    /// How a member's patterns stand to some shapes together: the best that one of them says.
    fn fit(&self, one: usize, seen: &[Shape]) -> Fit {
        let member = &self.members[one];
        match (member.is_deaf, member.filters.is_empty()) {
            (true, _) => return Fit::Never,
            (false, true) => return Fit::Always,
            (false, false) => {}
        }
        let fits = member.filters.iter().flat_map(|one| seen.iter().map(|shape| one.screen.fit(shape)));
        fits.max().unwrap_or(Fit::Never)
    }
}

/// What a place of others may have: what a rule listens to has events.
fn any_of(member: &Member<'_>) -> Shape {
    if member.hears_events() { event() } else { Shape::Anything }
}

impl Member<'_> {
    /// Whether it hears the events of a bus, each of which comes to everybody who listens there.
    fn hears_events(&self) -> bool {
        self.filters.iter().any(|one| one.filter.reader == PatternKind::Rule)
    }

    /// The place of a path of its document or of what it tells, or of the nearest one above that has a place.
    fn place(&self, path: &str) -> Span {
        let mut path = path;
        loop {
            let told = || self.told.and_then(|told| told.places.get(path));
            if let Some(span) = self.of.places.get(path).or_else(told) {
                return *span;
            }
            match path.rfind(['.', '[']) {
                Some(end) => path = &path[..end],
                None => return self.of.declared,
            }
        }
    }
}
