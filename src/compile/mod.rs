//! Names, lowering through the kinds, grants to roles and statements, edges.
//!
//! [`compile`] makes the graph of desired resources of a stack. It calls nothing and knows no kind by
//! name: everything it asks for stands in the registry.

mod cases;
mod check;
#[cfg(test)]
mod delivery_tests;
mod derive;
mod edges;
#[cfg(test)]
mod findings_tests;
mod flow;
mod foreign;
mod grants;
#[cfg(test)]
mod key_tests;
mod lost;
mod lowering;
mod names;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

pub use cases::cases;
pub use lowering::common_fields;
pub use names::is_default_name;

use crate::engine::{Address, Graph, Index, Resource, Value};
use crate::kinds::{self, Emitted, Files};
use crate::source::Findings;
use crate::spec::Stack;

/// Compiles a stack. Findings are complete: everything that can be found without a call is, in one
/// run. The graph is of use only if none of them is an error.
pub fn compile(stack: &Stack, base: &Path, findings: &mut Findings) -> Graph {
    let names = names::Names::new(stack, findings);
    let mut resources = BTreeMap::new();
    let mut emitted = Emitted::default();
    let mut allowed = check::Allowed::default();
    let files = Files::of(base);
    for declaration in &stack.declarations {
        let lowered =
            lowering::lower(stack, declaration, &names, &files, findings, &mut emitted, &mut allowed);
        if let Some(resource) = lowered {
            insert(&mut resources, resource);
        }
    }
    for example in &stack.examples {
        let mut unused = Emitted::default();
        lowering::lower(stack, example, &names, &files, findings, &mut unused, &mut allowed);
    }
    let Emitted { resources: generated, grants, statements, mut foreign, told } = emitted;
    for mut resource in generated {
        // What is generated is tagged like everything else.
        let taggable = kinds::kind(resource.kind).is_some_and(|kind| kind.about().takes_tags());
        if taggable && !stack.tags.is_empty() {
            let mut tags = stack.tags.clone();
            tags.extend(resource.properties.get("Tags").and_then(Value::as_map).cloned().unwrap_or_default());
            resource.properties.put("Tags", Value::Map(tags));
        }
        insert(&mut resources, resource);
    }
    grants::apply(stack, grants, statements, &mut resources, &mut foreign, findings);
    edges::connect(&mut resources);
    let outputs = lowering::outputs(stack, &names, findings);
    let mut graph = Graph {
        owner: stack.owner.clone(),
        place: stack.place.clone(),
        resources,
        outputs,
        told,
        index: Index::default(),
    };
    derive::resolve(&mut graph);
    foreign::note(&graph, &foreign, findings);
    check::graph(&graph, stack, findings);
    // What an error has left out would be missed.
    if !findings.has_errors() {
        flow::check(&graph, &|address, code| allowed.allows(&address.to_string(), code), findings);
        lost::check(&graph, stack, findings);
    }
    allowed.apply(stack.environment, findings);
    // What a test says of a graph that is none would be said twice.
    if !findings.has_errors() {
        let (_, problems) = cases(stack, &graph, findings);
        for (problem, at) in problems.iter().filter(|(problem, _)| problem.is_error()) {
            findings.push(problem.finding("test").at(*at));
        }
    }
    graph
}

fn insert(resources: &mut BTreeMap<Address, Resource>, resource: Resource) {
    resources.insert(resource.address.clone(), resource);
}
