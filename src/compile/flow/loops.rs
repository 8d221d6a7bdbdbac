//! What comes back to the pattern that let it pass.
//!
//! A way is followed as long as what is declared takes it on: a right to put an item, a target, a route, an event whose
//! members are written. Where a pattern looks at something that nobody declares, nobody knows, and the way ends there:
//! so what is told does come back. Nor does one go on by a dead-letter queue: there comes what could not be delivered
//! or handled, so that who sends it back tries once more what has failed, and does so no longer when it succeeds.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value as Json;

use crate::flow::shape::Shape;
use crate::source::{Diagnostic, Findings};

use super::circles::circles;
use super::states::{Role, States};
use super::{Allows, Flows};

/// Of a stack in which everything leads to everything no more loops are told.
const MOST_TOLD: usize = 100;

/// Finds the loops, and tells each of one who decides on it.
pub fn check(flows: &Flows<'_>, allows: Allows<'_>, findings: &mut Findings) {
    let states = States::of(flows);
    let mut search = Search {
        circle: circles(&states.next),
        allowed: flows.members.iter().map(|member| allows(&member.of.address, "event_loop")).collect(),
        reached: vec![None; states.all.len()],
        round: 0,
        states: &states,
    };
    let mut found = vec![Vec::new(); flows.members.len()];
    for (at, state) in states.all.iter().enumerate() {
        let is_decided = state.role == Role::Handles || flows.members[state.member].listens.is_none();
        if is_decided && search.circle[at].is_some() {
            found[state.member].push(at);
        }
    }
    let is_decider = |one: &usize| !found[*one].is_empty() && flows.members[*one].listens.is_some();
    let mut deciders: Vec<usize> = (0..flows.members.len()).filter(is_decider).collect();
    // A loop is told of the rule on it, where there is one: its pattern is the easiest to change.
    deciders.sort_by_key(|one| !flows.members[*one].hears_events());
    let (mut told, mut count) = (BTreeSet::new(), 0);
    for decider in deciders {
        if told.contains(&decider) {
            continue;
        }
        let way = found[decider].iter().find_map(|at| Some((*at, search.way(*at, false)?)));
        let Some((at, way)) = way else { continue };
        count += 1;
        if count > MOST_TOLD {
            let message = format!("there are more loops than the {MOST_TOLD} that are told");
            findings.push(left_out(flows, decider, message));
            break;
        }
        told.extend(way.iter().copied());
        findings.push(finding(flows, &states, &way, at));
    }
    // One that somebody on it allows is told of who allows it, so that it counts as allowed.
    for (one, found) in found.iter().enumerate() {
        if !search.allowed[one] {
            continue;
        }
        let way = found.iter().find_map(|at| Some((*at, search.way(*at, true)?)));
        findings.extend(way.map(|(at, way)| finding(flows, &states, &way, at)));
    }
    if let Some(first) = states.crowded.first() {
        let (others, them) = match states.crowded.len() - 1 {
            0 => (String::new(), "it"),
            1 => (" and one other".into(), "them"),
            count => (format!(" and {count} others"), "them"),
        };
        let message = format!(
            "not every loop through `{}`{others} is looked for: too many different things come to {them}",
            flows.members[*first].of.address
        );
        findings.push(left_out(flows, *first, message));
    }
}

fn left_out(flows: &Flows<'_>, one: usize, message: String) -> Diagnostic {
    let of = flows.members[one].of;
    Diagnostic::note("loops_left_out", message).at(of.declared).address(of.address.to_string())
}

/// Looks for the shortest ways from a state back to it.
struct Search<'s> {
    states: &'s States,
    /// The circle that each state lies on.
    circle: Vec<Option<usize>>,
    /// Which members allow loops through them.
    allowed: Vec<bool>,
    /// In which search a state was reached last, and from where.
    reached: Vec<Option<(usize, usize)>>,
    round: usize,
}

impl Search<'_> {
    /// The members on the shortest way from a state back to it, its own first; or of those that lead by nobody who allows
    /// loops.
    fn way(&mut self, start: usize, by_allowed: bool) -> Option<Vec<usize>> {
        let member = |at: usize| self.states.all[at].member;
        let is_open =
            |at: usize| self.circle[at] == self.circle[start] && (by_allowed || !self.allowed[member(at)]);
        if !is_open(start) {
            return None;
        }
        self.round += 1;
        let mut waiting = VecDeque::from([start]);
        while let Some(here) = waiting.pop_front() {
            for to in self.states.next[here].iter().copied().filter(|to| is_open(*to)) {
                if self.reached[to].is_some_and(|(round, _)| round == self.round) {
                    continue;
                }
                self.reached[to] = Some((self.round, here));
                if to != start {
                    waiting.push_back(to);
                    continue;
                }
                let back = std::iter::successors(Some(here), |at| {
                    self.reached[*at].filter(|_| *at != start).map(|(_, from)| from)
                });
                let mut way: Vec<usize> = back.map(member).collect();
                way.reverse();
                way.dedup();
                return Some(way);
            }
        }
        None
    }
}

/// What is said of a way from the first on it back to it, and of what comes back: the state that it begins with.
fn finding(flows: &Flows<'_>, states: &States, way: &[usize], back: usize) -> Diagnostic {
    let (decider, back) = (way[0], &states.all[back].shapes);
    let member = &flows.members[decider];
    let address = |one: &usize| flows.members[*one].of.address.to_string();
    let names: Vec<String> = way.iter().chain([&decider]).map(|one| format!("`{}`", address(one))).collect();
    let message = format!("what `{}` passes can come back to it: {}", member.of.address, names.join(" → "));
    let at = member.filters.first().map_or("", |one| one.filter.at.as_str());
    let finding = Diagnostic::warning("event_loop", message)
        .at(member.place(at))
        .label("this lets it pass again")
        .address(member.of.address.to_string());
    let breaking = breaking(&flows.passed(decider), back);
    finding.help(match (breaking, states.may_more(way)) {
        // What comes back is what is taken to happen: the rights allow for more.
        (Some((field, values)), Some(by)) => format!(
            "`{field}: [{}]` in its pattern ends this as long as `{}` makes no such change itself, which it may",
            values.join(", "),
            flows.members[by].of.address
        ),
        (Some((field, values)), None) => format!(
            "`{field}: [{}]` in its pattern lets pass what is new, and nothing that has come back",
            values.join(", ")
        ),
        (None, _) => {
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
