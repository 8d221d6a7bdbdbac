//! What comes back to the pattern that let it pass.
//!
//! A way is followed as long as what is declared takes it on: a right to put an item, a target, a route, an event whose
//! members are written. Where a pattern looks at something that nobody declares, nobody knows, and the way ends there:
//! so what is told does come back.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::engine::{Address, Resource};
use crate::flow::graph::granted;
use crate::flow::passing::{Cause, Flow, Spot};
use crate::flow::pattern::PatternKind;
use crate::flow::shape::{Fit, Shape};
use crate::kinds::Kind;
use crate::source::{Diagnostic, Findings};

use super::Flows;

/// More steps are not taken: a stack in which everything leads to everything has too many ways.
const MOST_STEPS: usize = 20_000;
/// Longer ways are not followed.
const LONGEST: usize = 24;

pub fn check(flows: &Flows<'_>, findings: &mut Findings) {
    let acts: Vec<Vec<Act>> =
        flows.members.iter().map(|member| acts(flows, member.kind, member.of)).collect();
    let within = in_circles(flows, &acts);
    let mut deciders: Vec<usize> = (0..flows.members.len())
        .filter(|one| within.contains(one) && flows.members[*one].listens.is_some())
        .collect();
    // A loop is told of the rule on it, where there is one: its pattern is the easiest to change.
    let is_rule =
        |one: usize| flows.members[one].filters.iter().any(|one| one.filter.reader == PatternKind::Rule);
    deciders.sort_by_key(|one| !is_rule(*one));
    let mut told = BTreeSet::new();
    let mut steps = MOST_STEPS;
    for decider in deciders {
        if told.contains(&decider) {
            continue;
        }
        let passing = flows.passing(decider, &flows.seen(decider));
        let mut turns = vec![passing];
        if let Some(turn) = repeats(flows, &acts, &within, decider, &mut turns, &mut steps) {
            told.extend(turn.way.iter().copied());
            findings.push(finding(flows, decider, &turn));
        }
    }
}

/// A way from a decider back to it.
#[derive(Clone)]
struct Turn {
    way: Vec<usize>,
    /// What comes back, as far as the decider passes it.
    back: Vec<Shape>,
}

/// More turns are not followed: what still comes back then does so on and on.
const TURNS: usize = 4;

/// A turn after which another follows, and so on: what comes back once, as another event, is no loop.
fn repeats(
    flows: &Flows<'_>,
    acts: &[Vec<Act>],
    within: &BTreeSet<usize>,
    decider: usize,
    turns: &mut Vec<Vec<Shape>>,
    steps: &mut usize,
) -> Option<Turn> {
    let passing = turns.last().filter(|passing| !passing.is_empty())?.clone();
    let mut walk = Walk {
        flows,
        acts,
        within,
        decider,
        steps,
        seen: BTreeSet::new(),
        way: Vec::new(),
        turns: Vec::new(),
    };
    walk.on(decider, &passing, false);
    for turn in walk.turns {
        if turns.contains(&turn.back) || turns.len() >= TURNS {
            return Some(turn);
        }
        turns.push(turn.back.clone());
        let next = repeats(flows, acts, within, decider, turns, steps);
        turns.pop();
        if next.is_some() {
            return next;
        }
    }
    None
}

/// Where a member leads: whom it sends to, what it may act on, who listens to it.
fn leads(
    flows: &Flows<'_>,
    acts: &[Vec<Act>],
    one: usize,
    number: &dyn Fn(&Address) -> Option<usize>,
) -> Vec<usize> {
    let member = &flows.members[one];
    let mut to: Vec<usize> = Vec::new();
    let mut add = |spot: &Spot| {
        if let Spot::Resource(address) = spot {
            to.extend(number(address));
        }
    };
    member.flows.iter().for_each(|flow| add(&flow.to));
    acts[one].iter().for_each(|(spot, _)| add(spot));
    let here = Spot::Resource(member.of.address.clone());
    to.extend(flows.listeners.get(&here).into_iter().flatten());
    to
}

/// What something may do: to whom, and the action, or nothing where it calls.
type Act = (Spot, Option<String>);

/// What something whose inside nobody knows may do to others: the actions that it is granted, and calls of what it is
/// told the address of.
fn acts(flows: &Flows<'_>, kind: &dyn Kind, of: &Resource) -> Vec<Act> {
    if !kind.answers() {
        return Vec::new();
    }
    let rights = granted(of, flows.graph).into_iter().map(|(to, action)| (Spot::Resource(to), Some(action)));
    let told = of.properties.outputs();
    let told = told
        .into_iter()
        .filter(|output| output.output == "url")
        .map(|output| (Spot::Resource(output.address.clone()), None));
    rights.chain(told).filter(|(to, _)| *to != Spot::Resource(of.address.clone())).collect()
}

/// The members that lie on some circle, whatever the patterns say.
fn in_circles(flows: &Flows<'_>, acts: &[Vec<Act>]) -> BTreeSet<usize> {
    let numbers: std::collections::HashMap<&Address, usize> =
        flows.members.iter().enumerate().map(|(one, member)| (&member.of.address, one)).collect();
    let number = |address: &Address| numbers.get(address).copied();
    let next: Vec<Vec<usize>> =
        (0..flows.members.len()).map(|one| leads(flows, acts, one, &number)).collect();
    // What nothing leads to, or what leads nowhere, is on no circle; take it away until nothing is left to take.
    let mut before = vec![Vec::new(); next.len()];
    for (one, to) in next.iter().enumerate() {
        to.iter().for_each(|to| before[*to].push(one));
    }
    let mut within: BTreeSet<usize> = (0..next.len()).collect();
    for (forward, back) in [(&next, &before), (&before, &next)] {
        let mut count: Vec<usize> =
            forward.iter().map(|to| to.iter().filter(|to| within.contains(to)).count()).collect();
        let mut waiting: Vec<usize> = within.iter().copied().filter(|one| count[*one] == 0).collect();
        while let Some(one) = waiting.pop() {
            if within.remove(&one) {
                for other in back[one].iter().filter(|other| within.contains(other)) {
                    count[*other] -= 1;
                    if count[*other] == 0 {
                        waiting.push(*other);
                    }
                }
            }
        }
    }
    within
}

struct Walk<'f, 'g> {
    flows: &'f Flows<'g>,
    /// What each member may do.
    acts: &'f [Vec<Act>],
    within: &'f BTreeSet<usize>,
    decider: usize,
    steps: &'f mut usize,
    /// Steps that have been taken: from whom, by what name, to whom.
    seen: BTreeSet<(usize, String, Spot)>,
    /// The members on the way, the decider first.
    way: Vec<usize>,
    /// What has come back.
    turns: Vec<Turn>,
}

impl Walk<'_, '_> {
    /// What becomes of what a member passes.
    fn on(&mut self, one: usize, seen: &[Shape], is_forwarded: bool) {
        if self.way.len() >= LONGEST || !self.within.contains(&one) {
            return;
        }
        self.way.push(one);
        let member = &self.flows.members[one];
        for flow in member.kind.sends(member.of, self.flows.graph, seen) {
            // An event that came from another bus is not sent on to a third one.
            if !(flow.is_forwarded && is_forwarded) {
                self.arrive(one, &flow);
            }
        }
        let acts: &[Vec<Act>] = self.acts;
        let acts = &acts[one];
        for (to, action) in acts {
            let Some((kind, _)) = self.flows.resource(to) else { continue };
            match action {
                // What it puts where somebody says what comes there is said by itself, or not known.
                Some(_) if !kind.told().is_empty() && !kind.answers() => {}
                Some(action) => {
                    let there = acts.iter().filter(|(other, _)| other == to);
                    let all: Vec<&str> = there.filter_map(|(_, action)| action.as_deref()).collect();
                    let shapes = self.flows.shown(to, Cause::Does(action, &all));
                    self.act(one, to, action, &shapes);
                }
                None => self.arrive(one, &Flow::new("url", to.clone(), Shape::Anything, "")),
            }
        }
        self.way.pop();
    }

    fn step(&mut self, from: usize, name: &str, to: &Spot) -> Option<usize> {
        let Spot::Resource(address) = to else { return None };
        let one = self.flows.members.binary_search_by(|member| member.of.address.cmp(address)).ok()?;
        if *self.steps == 0 || !self.seen.insert((from, name.to_owned(), to.clone())) {
            return None;
        }
        *self.steps -= 1;
        Some(one)
    }

    /// Something arrives somewhere: who stands there handles it, and those who listen see it.
    fn arrive(&mut self, from: usize, flow: &Flow) {
        let Some(one) = self.step(from, &flow.name, &flow.to) else { return };
        if self.flows.members[one].listens.is_none() {
            self.on(one, std::slice::from_ref(&flow.shape), flow.is_forwarded);
        }
        let shown = self.flows.shown(&flow.to, Cause::Arrives(&flow.shape));
        self.listeners(one, &flow.to, &shown, flow.is_forwarded);
    }

    /// Something is done to a resource, which brings in what is shown there.
    fn act(&mut self, from: usize, to: &Spot, action: &str, shown: &[Shape]) {
        let Some(one) = self.step(from, action, to).filter(|_| !shown.is_empty()) else { return };
        if self.flows.members[one].listens.is_none() {
            self.on(one, &[Shape::Anything], false);
        }
        self.listeners(one, to, shown, false);
    }

    fn listeners(&mut self, at: usize, spot: &Spot, shown: &[Shape], is_forwarded: bool) {
        self.way.push(at);
        for one in self.flows.listeners.get(spot).cloned().unwrap_or_default() {
            if self.flows.fit(one, shown) < Fit::Can {
                continue;
            }
            let back = self.flows.passing(one, shown);
            if one == self.decider {
                self.turns.push(Turn { way: self.way.clone(), back });
            } else {
                self.on(one, &back, is_forwarded);
            }
        }
        self.way.pop();
    }
}

fn finding(flows: &Flows<'_>, decider: usize, turn: &Turn) -> Diagnostic {
    let member = &flows.members[decider];
    let address = |one: &usize| flows.members[*one].of.address.to_string();
    let mut names: Vec<String> =
        turn.way.iter().chain([&decider]).map(|one| format!("`{}`", address(one))).collect();
    names.dedup();
    let message = format!("what `{}` passes can come back to it: {}", member.of.address, names.join(" → "));
    let at = member.filters.first().map_or("", |one| one.filter.at.as_str());
    let finding = Diagnostic::warning("event_loop", message)
        .at(member.place(at))
        .label("this lets it pass again")
        .address(member.of.address.to_string());
    finding.help(match breaking(&flows.passing(decider, &flows.seen(decider)), &turn.back) {
        Some((field, values)) => format!(
            "`{field}: [{}]` in its pattern lets pass what is new, and nothing that has come back",
            values.join(", ")
        ),
        None => {
            "let its pattern tell what has come back from what is new, by a field that is written on the way"
                .into()
        }
    })
}

/// A field that tells what has come back from what else passes, and its values there.
fn breaking(passing: &[Shape], back: &[Shape]) -> Option<(String, Vec<String>)> {
    let mut fields = Vec::new();
    for shape in passing.iter().flat_map(Shape::choices) {
        shape.constants("", &mut fields);
    }
    let mut returned = Vec::new();
    for shape in back.iter().flat_map(Shape::choices) {
        shape.constants("", &mut returned);
    }
    let names: BTreeSet<&String> = returned.iter().map(|(name, _)| name).collect();
    for name in names {
        let of = |all: &[(String, Option<Json>)]| -> Option<BTreeSet<String>> {
            all.iter()
                .filter(|(field, _)| field == name)
                .map(|(_, value)| value.as_ref().map(Json::to_string))
                .collect()
        };
        let (Some(all), Some(theirs)) = (of(&fields), of(&returned)) else { continue };
        let new: Vec<String> =
            all.difference(&theirs).map(|text| text.trim_matches('"').to_owned()).collect();
        if !new.is_empty() {
            return Some((name.clone(), new));
        }
    }
    None
}
