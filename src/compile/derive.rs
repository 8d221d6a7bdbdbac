//! Outputs that follow from what is declared, put where they are referred to.

use std::collections::HashMap;

use crate::engine::field::How;
use crate::engine::{Graph, OutputRef, Place, Resource, Value};
use crate::kinds;

/// An output may follow from a property that itself refers to another resource (a rule's ARN from
/// its bus): each round makes at least one such step, and no chain is longer than this.
const ROUNDS: usize = 8;

/// Replaces references to derived outputs by their values, everywhere in the graph.
pub fn resolve(graph: &mut Graph) {
    let mut known = derived(graph);
    for _ in 0..ROUNDS {
        let is_known = |output: &OutputRef| known.contains_key(output);
        let lookup = |output: &OutputRef| known.get(output).cloned();
        let mut more = Vec::new();
        let mut changed = false;
        for resource in graph.resources.values_mut() {
            if resource.properties.has_output(&is_known) {
                resource.properties = resource.properties.resolve(&lookup);
                more.extend(derived_of(resource, &graph.place));
                changed = true;
            }
        }
        for (_, value) in &mut graph.outputs {
            if value.has_output(&is_known) {
                *value = value.resolve(&lookup);
                changed = true;
            }
        }
        if !changed {
            return;
        }
        known.extend(more);
    }
}

/// Every derived output of every resource that can be told now.
pub fn derived(graph: &Graph) -> HashMap<OutputRef, Value> {
    graph.resources.values().flat_map(|resource| derived_of(resource, &graph.place)).collect()
}

/// The derived outputs of a resource that can be told now.
fn derived_of(resource: &Resource, place: &Place) -> Vec<(OutputRef, Value)> {
    let Some(kind) = kinds::kind(resource.kind) else { return Vec::new() };
    let outputs = kind.about().outputs.iter().filter(|output| matches!(output.how, How::Derived(_)));
    let told = outputs.filter_map(|output| {
        let value = kind.derive(output.name, resource, place)?;
        Some((OutputRef { address: resource.address.clone(), output: output.name.to_owned() }, value))
    });
    told.collect()
}
