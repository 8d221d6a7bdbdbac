//! Actions with reasons, order, guards.
//!
//! [`plan`] is pure: from the graph and a survey of the account it says what would be done, in which
//! order, and what stands against it. Equal inputs give equal plans.

mod body;
mod called;
mod decide;
mod floor;
mod guards;
mod mentions;
mod order;
mod orphans;
mod part;
mod paths;
mod permissions;
mod replace;
mod rights;
mod steps;
mod strays;
mod summary;
mod types;
mod unseen;
mod version;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::engine::{Address, Graph, Value};
use crate::live::Survey;

use decide::Decider;
pub use part::Part;
use part::Selection;
pub use permissions::{Permissions, permissions};
pub use types::{
    Action, Against, Counts, Finding, Foreseen, Options, Plan, Planned, Reason, Step, Unread, Unshown, Verb,
};
pub use unseen::comparable;
pub use version::{mark_version, secrets_version, wished_part};

/// What an apply would do to bring the account to the graph, or to remove everything that its owner
/// has.
pub fn plan(graph: &Graph, survey: &Survey, options: &Options) -> Plan {
    let mut decider = Decider::new(graph, survey, options);
    let mut refusals = Vec::new();
    if options.destroy {
        let all = orphans::everything(graph, survey, std::mem::take(&mut decider.strays));
        orphans::remove(all.into_iter(), graph, &Reason::Destroyed, &mut decider.changes);
        refusals.extend(orphans::check_unseen(graph, survey, options.partial));
    } else {
        decider.run();
        decider.note_absent();
        let left = std::mem::take(&mut decider.strays);
        orphans::remove(left.into_left(), graph, &Reason::Undeclared, &mut decider.changes);
        orphans::hint_moves(&mut decider.changes);
        refusals.extend(guards::unknown_addresses(graph, options));
    }
    let selection = Selection::new(graph, &options.part, options.destroy);
    if !options.part.is_whole() {
        refusals.extend(selection.cut(graph, &mut decider.changes));
        decider.leave_out(|address| selection.has(address, graph.resources.contains_key(address)));
    }
    let outputs: Vec<(String, Value)> = match options.destroy {
        true => Vec::new(),
        false => graph.outputs.iter().map(|(name, value)| (name.clone(), decider.resolve(value))).collect(),
    };
    refusals.extend(std::mem::take(&mut decider.refusals));
    guards::permit(&mut decider.changes, options);
    refusals.extend(guards::protection(&decider.changes));
    decider.warnings.extend(guards::idle_permissions(&decider.changes, options));
    let steps = match steps::steps(graph, &decider.changes) {
        Ok(steps) => steps,
        Err(stuck) => {
            refusals.push(circle(&stuck));
            Vec::new()
        }
    };
    Plan {
        against: Against::default(),
        part: options.part.clone(),
        owner: graph.owner.clone(),
        place: graph.place.clone(),
        steps: if refusals.is_empty() { steps } else { Vec::new() },
        changes: decider.changes,
        refusals,
        warnings: decider.warnings,
        unlisted: survey.unlisted.clone(),
        unread: decider.unread,
        unshown: decider.unshown,
        described: survey.described,
        outputs,
        foreseen: BTreeMap::new(),
    }
}

fn circle(stuck: &std::collections::BTreeSet<Address>) -> Finding {
    let names: Vec<String> = stuck.iter().map(Address::to_string).collect();
    Finding {
        code: "cycle",
        address: stuck.first().cloned(),
        place: None,
        message: format!("these would have to wait for each other: {}", names.join(", ")),
        help: "make the change in two applies".to_owned(),
    }
}
