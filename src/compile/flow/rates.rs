//! Rates that declared schedules exceed each time: by what is due at the same minute, and by what comes on average.
//!
//! What one rule or schedule sends it sends at once, whatever its times are. When two that have a `rate(…)` first fire
//! nobody knows, so of them together nothing is said but the average.
//!
//! A schedule that puts an event on a bus calls whomever the rules call that pass it for certain. How much a pipe's or
//! a trigger's batch holds, how often an event comes that nobody schedules, and how fast a state machine goes through a
//! list is not known; of them nothing is said.

use std::collections::BTreeMap;

use crate::engine::Resource;
use crate::flow::passing::{Cause, Spot};
use crate::flow::shape::Fit;
use crate::flow::times::Times;
use crate::source::{Diagnostic, Findings};

use super::Flows;

/// Of a day.
const SECONDS: f64 = 86_400.0;
const MINUTES: f64 = 1_440.0;

/// A call at fixed times.
struct Call<'f> {
    /// Who makes it, by its place among the members.
    by: usize,
    /// Whose times they are: who makes it, or puts the event on the bus that leads to it.
    origin: usize,
    times: &'f Times,
}

/// A call, and at which minutes of a day it is due.
type Due<'c, 'f> = (&'c Call<'f>, Vec<u16>);

pub fn check(flows: &Flows<'_>, findings: &mut Findings) {
    let mut calls: BTreeMap<&Spot, Vec<Call<'_>>> = BTreeMap::new();
    for (by, member) in flows.members.iter().enumerate() {
        for (flow, times) in member.flows.iter().filter_map(|flow| Some((flow, flow.times.as_ref()?))) {
            calls.entry(&flow.to).or_default().push(Call { by, origin: by, times });
            let shown = flows.shown(&flow.to, Cause::Arrives(&flow.shape));
            for one in flows.listeners.get(&flow.to).into_iter().flatten() {
                // Everybody who listens to a bus hears the event; of a queue one of them gets it.
                if flows.members[*one].hears_events()
                    && !shown.is_empty()
                    && flows.fit(*one, &shown) == Fit::Always
                {
                    let sent = flows.members[*one].flows.iter().map(|flow| &flow.to);
                    let call = || Call { by: *one, origin: by, times };
                    sent.for_each(|to| calls.entry(to).or_default().push(call()));
                }
            }
        }
    }
    for (to, calls) in calls {
        let Some((kind, of)) = flows.resource(to) else { continue };
        let Some(limit) = kind.calls_a_second(of).and_then(|limit| u32::try_from(limit).ok()) else {
            continue;
        };
        let (most, when) = at_once(&calls);
        if most.len() > limit as usize {
            let message = format!("{} calls come at once at {when}", most.len());
            findings.push(exceeded(flows, of, limit, &message, most[0].by));
            continue;
        }
        let a_day: f64 = calls.iter().filter_map(|call| call.times.a_day()).sum();
        if a_day > f64::from(limit) * SECONDS {
            let message = format!("{:.1} calls come a minute, on average", a_day / MINUTES);
            findings.push(exceeded(flows, of, limit, &message, calls[0].by));
        }
    }
}

fn exceeded(flows: &Flows<'_>, of: &Resource, limit: u32, calls: &str, first: usize) -> Diagnostic {
    let message = format!("{calls}, and `{}` makes {limit} a second", of.address);
    Diagnostic::warning("rate_exceeded", message)
        .at(of.declared)
        .label("the rest waits, and is tried again")
        .related(flows.members[first].of.declared, "the first of them")
        .help("spread the schedules, or raise the limit if who is called takes more")
        .address(of.address.to_string())
}

/// The most calls that come together, and when that is: at a minute, or whenever one rule or schedule fires.
fn at_once<'c, 'f>(calls: &'c [Call<'f>]) -> (Vec<&'c Call<'f>>, String) {
    // By zone and days. What is due every day is due on those, too.
    let mut days = BTreeMap::<(&str, Option<String>), Vec<Due<'_, '_>>>::new();
    for call in calls {
        if let Some(minutes) = call.times.minutes() {
            let named = minutes.days.map_or(vec![None], |days| days.into_iter().map(Some).collect());
            for day in named {
                days.entry((call.times.zone(), day)).or_default().push((call, minutes.of_day.clone()));
            }
        }
    }
    let mut most: (Vec<&Call<'_>>, String) = Default::default();
    for ((zone, named), own) in &days {
        let daily = days.get(&(*zone, None)).filter(|_| named.is_some());
        let mut at: BTreeMap<u16, Vec<&Call<'_>>> = BTreeMap::new();
        for (call, of_day) in daily.into_iter().flatten().chain(own) {
            of_day.iter().for_each(|minute| at.entry(*minute).or_default().push(call));
        }
        for (minute, due) in at {
            if due.len() > most.0.len() {
                let expression = due[0].times.expression();
                let is_one = due.iter().all(|call| call.times.expression() == expression);
                let clock = format!("{:02}:{:02} {zone}", minute / 60, minute % 60);
                most = (due, if is_one { format!("`{expression}`") } else { clock });
            }
        }
    }
    let mut together = BTreeMap::<usize, Vec<&Call<'_>>>::new();
    calls.iter().for_each(|call| together.entry(call.origin).or_default().push(call));
    for due in together.into_values().filter(|due| due.len() > 1) {
        if due.len() > most.0.len() {
            let when = format!("`{}`", due[0].times.expression());
            most = (due, when);
        }
    }
    most
}
