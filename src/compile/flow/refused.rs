//! Events that EventBridge takes from nobody, so that none ever comes.

use crate::flow::shape::is_refused;
use crate::source::{Diagnostic, Findings};

use super::Flows;

pub fn check(flows: &Flows<'_>, findings: &mut Findings) {
    for member in &flows.members {
        for flow in member.flows.iter().filter(|flow| is_refused(&flow.shape)) {
            findings.push(
                Diagnostic::error(
                    "refused_event",
                    "the detail of an event is an object, and what is put there is none",
                )
                .at(member.place(&flow.at))
                .label(format!("EventBridge refuses it, and nothing comes to {}", flow.to))
                .help("put it into a field: `transform: { items: [1, 2] }`")
                .address(member.of.address.to_string()),
            );
        }
    }
}
