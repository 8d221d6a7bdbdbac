//! Edges: what must exist first.

use std::collections::BTreeMap;

use crate::engine::field::{Document, Field, How, Type};
use crate::engine::{Address, Edge, OutputRef, Resource, Value};
use crate::kinds;

/// Makes each resource wait for those whose assigned outputs it needs and for the principals of its policies,
/// which AWS checks, and puts the edges in order.
/// Must run before derived outputs are resolved, while references still stand.
pub fn connect(resources: &mut BTreeMap<Address, Resource>) {
    for resource in resources.values_mut() {
        let needed: Vec<Address> = resource
            .properties
            .outputs()
            .into_iter()
            .filter(|output| is_assigned(output))
            .chain(principals(resource))
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

/// The outputs that stand for principals in a resource's policy documents.
fn principals(resource: &Resource) -> Vec<&OutputRef> {
    let fields = kinds::kind(resource.kind).map(|kind| kind.about().fields).unwrap_or_default();
    let policies = fields.iter().filter(|field| holds_policies(field));
    let mut found = Vec::new();
    for policy in policies.filter_map(|field| resource.properties.at(field.path)) {
        within_principals(policy, &mut found);
    }
    found
}

fn holds_policies(field: &Field) -> bool {
    let of = |ty: &Type| matches!(ty, Type::Document(Document::Policy));
    of(&field.ty) || matches!(field.ty, Type::Map(item) | Type::List(item) if of(item))
}

fn within_principals<'v>(value: &'v Value, found: &mut Vec<&'v OutputRef>) {
    match value {
        Value::Map(members) => members.iter().for_each(|(key, value)| match key.as_str() {
            "Principal" | "NotPrincipal" => found.extend(value.outputs()),
            _ => within_principals(value, found),
        }),
        Value::List(items) => items.iter().for_each(|item| within_principals(item, found)),
        _ => {}
    }
}
