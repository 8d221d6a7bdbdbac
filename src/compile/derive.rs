//! Outputs that follow from what is declared, put where they are referred to.

use std::collections::BTreeMap;

use crate::engine::field::How;
use crate::engine::{Graph, OutputRef, Value};
use crate::kinds;

/// An output may follow from a property that itself refers to another resource (a rule's ARN from
/// its bus): each round makes at least one such step, and no chain is longer than this.
const ROUNDS: usize = 8;

/// Replaces references to derived outputs by their values, everywhere in the graph.
pub fn resolve(graph: &mut Graph) {
    for _ in 0..ROUNDS {
        let known = derived(graph);
        let lookup = |output: &OutputRef| known.get(output).cloned();
        let mut changed = false;
        for resource in graph.resources.values_mut() {
            if resource.properties.outputs().iter().any(|output| known.contains_key(*output)) {
                resource.properties = resource.properties.resolve(&lookup);
                changed = true;
            }
        }
        for (_, value) in &mut graph.outputs {
            if value.outputs().iter().any(|output| known.contains_key(*output)) {
                *value = value.resolve(&lookup);
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// Every derived output of every resource that can be told now.
pub fn derived(graph: &Graph) -> BTreeMap<OutputRef, Value> {
    let mut known = BTreeMap::new();
    for resource in graph.resources.values() {
        let Some(kind) = kinds::kind(resource.kind) else { continue };
        for output in kind.about().outputs.iter().filter(|output| matches!(output.how, How::Derived(_))) {
            if let Some(value) = kind.derive(output.name, resource, &graph.place) {
                let reference =
                    OutputRef { address: resource.address.clone(), output: output.name.to_owned() };
                known.insert(reference, value);
            }
        }
    }
    known
}
