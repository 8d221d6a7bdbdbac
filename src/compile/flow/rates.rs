//! Rates that a declared schedule exceeds each time.

use std::collections::BTreeMap;

use crate::flow::passing::Spot;
use crate::source::{Diagnostic, Findings};

use super::Flows;

pub fn check(flows: &Flows<'_>, findings: &mut Findings) {
    // Who sends to whom at the same time.
    let mut at_once: BTreeMap<(&Spot, &str), Vec<usize>> = BTreeMap::new();
    for (by, member) in flows.members.iter().enumerate() {
        for flow in &member.flows {
            if let Some(times) = &flow.times {
                at_once.entry((&flow.to, times)).or_default().push(by);
            }
        }
    }
    for ((to, times), by) in at_once {
        let Some((kind, of)) = flows.resource(to) else { continue };
        let Some(limit) = kind.calls_a_second(of).filter(|limit| (*limit as usize) < by.len()) else {
            continue;
        };
        let first = flows.members[by[0]].of;
        let message = format!(
            "{} calls come at once at `{times}`, and `{}` makes {limit} a second",
            by.len(),
            of.address
        );
        findings.push(
            Diagnostic::warning("rate_exceeded", message)
                .at(of.declared)
                .label("the rest waits, and is tried again")
                .related(first.declared, "the first of them")
                .help("spread the schedules, or raise the limit if who is called takes more")
                .address(of.address.to_string()),
        );
    }
}
