//! Edges: what must exist first.

use std::collections::BTreeMap;

use crate::engine::field::How;
use crate::engine::{Address, Edge, OutputRef, Resource};
use crate::kinds;

/// Makes each resource wait for those whose assigned outputs it needs, and puts the edges in order.
/// Must run before derived outputs are resolved, while references still stand.
pub fn connect(resources: &mut BTreeMap<Address, Resource>) {
    for resource in resources.values_mut() {
        let needed: Vec<Address> = resource
            .properties
            .outputs()
            .into_iter()
            .filter(|output| is_assigned(output))
            .map(|output| output.address.clone())
            .collect();
        for to in needed {
            resource.edges.push(Edge { to, inside: false });
        }
        let own = resource.address.clone();
        resource.edges.retain(|edge| edge.to != own);
        // One edge to each; the one that says `inside` wins.
        resource.edges.sort_by(|a, b| (&a.to, !a.inside).cmp(&(&b.to, !b.inside)));
        resource.edges.dedup_by(|later, first| later.to == first.to);
    }
}

/// Whether an output is known only once its resource exists.
pub fn is_assigned(output: &OutputRef) -> bool {
    kinds::kind_of(&output.address)
        .and_then(|kind| kind.about().output(&output.output))
        .is_some_and(|output| matches!(output.how, How::Assigned))
}
