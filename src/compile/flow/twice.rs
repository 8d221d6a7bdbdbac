//! What is delivered twice: the same event to the same place in the same form.

use std::collections::{BTreeMap, BTreeSet};

use crate::flow::passing::{Flow, Spot};
use crate::flow::shape::{Fit, Shape};
use crate::source::{Diagnostic, Findings};

use super::{Flows, Member};

/// Of more deliveries of one kind only those are compared whose patterns are equal.
const MOST_COMPARED: usize = 48;

/// A delivery: who makes it, and which of its flows it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Delivery {
    by: usize,
    flow: usize,
}

pub fn check(flows: &Flows<'_>, findings: &mut Findings) {
    let mut groups: BTreeMap<(&Spot, &str), Vec<Delivery>> = BTreeMap::new();
    for (by, member) in flows.members.iter().enumerate() {
        let Some(spot) = member.listens.as_ref().filter(|_| !member.is_deaf) else { continue };
        for (flow, one) in member.flows.iter().enumerate() {
            if let Some(delivery) = &one.delivery {
                groups.entry((spot, delivery)).or_default().push(Delivery { by, flow });
            }
        }
    }
    // Whose delivery another one makes, too.
    let mut doubled: BTreeMap<Delivery, (Delivery, bool)> = BTreeMap::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        compare(flows, group, &mut doubled);
    }
    let mut shadowed = BTreeSet::new();
    for (one, (other, _)) in &doubled {
        let member = &flows.members[one.by];
        let is_whole = (0..member.flows.len()).all(|flow| {
            doubled
                .get(&Delivery { by: one.by, flow })
                .is_some_and(|(other, is_within)| *is_within && other.by != one.by)
        });
        if !is_whole {
            findings.push(twice(flows, *one, *other));
        } else if shadowed.insert(one.by) {
            findings.push(shadow(flows, member, *other));
        }
    }
}

/// Notes what of a group is delivered by another of it, too, and whether in every case.
fn compare(flows: &Flows<'_>, group: &[Delivery], doubled: &mut BTreeMap<Delivery, (Delivery, bool)>) {
    let mut equal: BTreeMap<String, Delivery> = BTreeMap::new();
    for one in group {
        let written: Vec<String> = flows.members[one.by]
            .filters
            .iter()
            .map(|one| one.filter.pattern.canonical().unwrap_or_default())
            .collect();
        if written.iter().any(String::is_empty) {
            continue;
        }
        match equal.get(&written.join("|")) {
            Some(first) => drop(doubled.insert(*one, (*first, true))),
            None => drop(equal.insert(written.join("|"), *one)),
        }
    }
    let rest: Vec<Delivery> = group.iter().filter(|one| !doubled.contains_key(one)).copied().collect();
    if rest.len() > MOST_COMPARED {
        return;
    }
    let always: Vec<Vec<bool>> = rest.iter().map(|one| always(flows, &flows.members[one.by])).collect();
    let is_met_by_both =
        |one: usize, other: usize| always[one].iter().zip(&always[other]).any(|(one, other)| *one && *other);
    for (at, one) in rest.iter().enumerate() {
        for (other_at, other) in rest.iter().enumerate().skip(at + 1) {
            let (mine, theirs) = (&flows.members[one.by], &flows.members[other.by]);
            if is_within(mine, theirs) {
                doubled.entry(*one).or_insert((*other, true));
            } else if is_within(theirs, mine) {
                doubled.entry(*other).or_insert((*one, true));
            } else if is_met_by_both(at, other_at) {
                doubled.entry(*other).or_insert((*one, false));
            }
        }
    }
}

/// Whether all that one lets pass the other does, too.
fn is_within(one: &Member<'_>, other: &Member<'_>) -> bool {
    if other.filters.is_empty() {
        return true;
    }
    !one.filters.is_empty()
        && one
            .filters
            .iter()
            .all(|mine| other.filters.iter().any(|theirs| mine.screen.is_within(&theirs.screen)))
}

/// Which of what is declared to come where a member listens passes it for certain.
fn always(flows: &Flows<'_>, member: &Member<'_>) -> Vec<bool> {
    let place = member.listens.as_ref().and_then(|spot| flows.places.get(spot));
    let producers = place.into_iter().flat_map(|place| place.producers.iter().take(MOST_COMPARED));
    let shapes = producers.flat_map(|producer| &producer.shapes).flat_map(Shape::choices);
    let passes = |shape: &Shape| member.filters.iter().any(|one| one.screen.fit(shape) == Fit::Always);
    shapes.map(passes).collect()
}

fn flow<'f>(flows: &'f Flows<'_>, of: Delivery) -> (&'f Member<'f>, &'f Flow) {
    let member = &flows.members[of.by];
    (member, &member.flows[of.flow])
}

fn twice(flows: &Flows<'_>, one: Delivery, other: Delivery) -> Diagnostic {
    let ((member, flow), (first, same)) = (self::flow(flows, one), self::flow(flows, other));
    let message = match one.by == other.by {
        true => format!("`{}` and `{}` deliver the same to {} twice", same.name, flow.name, flow.to),
        false => format!(
            "what `{}` and `{}` both pass is delivered to {} twice",
            first.of.address, member.of.address, flow.to
        ),
    };
    Diagnostic::warning("delivered_twice", message)
        .at(member.place(&flow.at))
        .related(first.place(&same.at), "and here")
        .help("take one of them away, or let their patterns exclude each other")
        .address(member.of.address.to_string())
}

fn shadow(flows: &Flows<'_>, member: &Member<'_>, other: Delivery) -> Diagnostic {
    let (first, _) = flow(flows, other);
    let message = format!(
        "all that `{}` delivers, `{}` delivers, too: everything comes twice",
        member.of.address, first.of.address
    );
    Diagnostic::warning("shadowed_rule", message)
        .at(member.of.declared)
        .related(first.of.declared, "passes whatever the other one passes, to the same place")
        .help("take it away, or let the wider pattern leave out what this one is for")
        .address(member.of.address.to_string())
}
