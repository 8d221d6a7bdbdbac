//! What is given up and goes nowhere, where only the whole stack tells whether anything is: a function that nobody
//! invokes asynchronously gives up nothing, and a queue that nobody reads neither.

use std::collections::BTreeSet;

use crate::engine::Graph;
use crate::flow::graph::{FlowGraph, How};
use crate::flow::passing::Spot;
use crate::kinds::{self, Handed};
use crate::source::Findings;
use crate::spec::{Stack, lost};

/// Tells, as hints, of what has no dead letters and could have some.
pub fn check(graph: &Graph, stack: &Stack, findings: &mut Findings) {
    if stack.scope.wants_no_dead_letters() {
        return;
    }
    let kinds = || graph.resources.values().filter_map(|one| Some((kinds::kind(one.kind)?, one)));
    let left: BTreeSet<Spot> = kinds().flat_map(|(kind, of)| kind.leaves(of, graph)).collect();
    let read: BTreeSet<Spot> = kinds().filter_map(|(kind, of)| kind.listens_to(of, graph)).collect();
    let flow = FlowGraph::of(graph);
    let dead = flow.edges.iter().filter(|edge| edge.how == How::DeadLetters);
    let dead: BTreeSet<&Spot> = dead.map(|edge| &flow.nodes[edge.to].at).collect();
    for (kind, of) in kinds() {
        let at = Spot::Resource(of.address.clone());
        let handed = Handed {
            is_left: left.contains(&at),
            is_read: read.contains(&at),
            is_dead_letters: dead.contains(&at),
        };
        if kind.loses(of, handed) {
            findings.push(lost(of.declared).address(of.address.to_string()));
        }
    }
}
