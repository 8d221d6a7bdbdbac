//! Where others bring something in: what is not known there is no error.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{Address, Resource, Value};
use crate::flow::passing::Spot;
use crate::kinds::{self, granted_at};

use super::{Flows, Member};

/// Marks the places that are open. A place is closed only where everything that comes there is declared.
pub fn mark(flows: &mut Flows<'_>) {
    let mut opened = BTreeSet::new();
    let is_all = all_open(flows) || rights(flows, &mut opened);
    refers(flows, &mut opened);
    let spots: Vec<Spot> = flows.places.keys().cloned().collect();
    for spot in spots {
        let is_others = match flows.resource(&spot) {
            Some((kind, of)) => kind.is_open(of, flows.graph),
            None => true,
        };
        if let Some(place) = flows.places.get_mut(&spot) {
            place.is_open |= is_others || is_all || opened.contains(&spot) || place.producers.is_empty();
        }
    }
}

/// Managed policies that let a function do no more than write its log or read what triggers it.
pub const HARMLESS: &str = ":iam::aws:policy/service-role/AWSLambda";

/// Whether something whose inside nobody knows has rights that nobody sees: a role of others, managed policies.
fn all_open(flows: &Flows<'_>) -> bool {
    flows.members.iter().any(|member| {
        let can_tell = member.kind.answers() && !member.kind.told().is_empty();
        let has_told = flows.graph.told.contains_key(&member.of.address);
        if !can_tell || has_told {
            return false;
        }
        let roles: Vec<&Resource> = roles(flows, member.of).collect();
        let managed = |role: &&Resource| {
            let arns = role.properties.get("ManagedPolicyArns").and_then(Value::as_list).unwrap_or_default();
            arns.iter().any(|arn| !arn.as_str().is_some_and(|arn| arn.contains(HARMLESS)))
        };
        roles.is_empty() || roles.iter().any(managed)
    })
}

/// The roles that a resource needs.
pub fn roles<'g>(flows: &Flows<'g>, of: &Resource) -> impl Iterator<Item = &'g Resource> {
    let graph = flows.graph;
    let needed = of.edges.iter().filter_map(move |edge| graph.resources.get(&edge.to));
    needed.filter(|needed| needed.properties.get("AssumeRolePolicyDocument").is_some())
}

/// Adds the places at which a role may put something of which no flow is known; whether it may do so anywhere.
fn rights(flows: &Flows<'_>, opened: &mut BTreeSet<Spot>) -> bool {
    let mut users: BTreeMap<&Address, Vec<usize>> = flows
        .members
        .iter()
        .filter(|member| member.of.properties.get("AssumeRolePolicyDocument").is_some())
        .map(|role| (&role.of.address, Vec::new()))
        .collect();
    if users.is_empty() {
        return false;
    }
    for (one, member) in flows.members.iter().enumerate() {
        for edge in &member.of.edges {
            users.get_mut(&edge.to).into_iter().for_each(|by| by.push(one));
        }
    }
    let mut is_all = false;
    for (role, by) in &users {
        let role = &flows.graph.resources[*role];
        let Some(policies) = role.properties.get("Policies") else { continue };
        policies.walk(&mut |statement| {
            let (Some(actions), Some(on)) = (statement.get("Action"), statement.get("Resource")) else {
                return;
            };
            if statement.text_at("Effect") != Some("Allow") || !each(actions).iter().any(puts) {
                return;
            }
            for arn in each(on) {
                if arn.as_str().is_some_and(|text| text.contains('*')) {
                    is_all = true;
                }
                let to = kinds::spot(flows.graph, arn);
                let is_known = |one: &usize| {
                    let member = &flows.members[*one];
                    let is_sent = member.flows.iter().any(|flow| flow.to == to);
                    is_sent && (is_told(flows, member) || !puts_more(role, member, &to, arn))
                };
                if by.is_empty() || !by.iter().all(is_known) {
                    opened.insert(to);
                }
            }
        });
    }
    is_all
}

/// Whether it is known what a member puts on buses by itself: nobody sees inside of what answers, unless it says.
fn is_told(flows: &Flows<'_>, member: &Member<'_>) -> bool {
    !member.kind.answers() || flows.graph.told.contains_key(&member.of.address)
}

/// Whether a role lets a member put more somewhere than what it hands on there: the right is declared, and does not
/// follow from a destination alone.
fn puts_more(role: &Resource, member: &Member<'_>, to: &Spot, arn: &Value) -> bool {
    let mut granted = [to.to_string(), arn.to_shown_text()].into_iter();
    !role.address.is_generated() || granted.any(|on| member.of.places.contains_key(&granted_at(&on)))
}

/// Whether an action puts events on buses.
pub fn puts(action: &Value) -> bool {
    let Some(action) = action.as_str() else { return true };
    let (service, name) = action.split_once(':').unwrap_or((action, "*"));
    let is_put = name.strip_suffix('*').map_or(name == "PutEvents", |start| "PutEvents".starts_with(start));
    (service == "events" || service == "*") && is_put
}

/// Adds the places that something names which neither listens there nor is known to send there: statements of a policy
/// for others, endpoints.
fn refers(flows: &Flows<'_>, opened: &mut BTreeSet<Spot>) {
    for member in &flows.members {
        // What a role may do has been looked at.
        if member.of.properties.get("AssumeRolePolicyDocument").is_some() {
            continue;
        }
        for edge in member.of.edges.iter().filter(|edge| edge.inside) {
            let spot = Spot::Resource(edge.to.clone());
            // A part of it that does not listen: a statement.
            if member.listens.as_ref() != Some(&spot) {
                opened.insert(spot);
            }
        }
        let sends = member.flows.iter().map(|flow| &flow.to);
        let known: LazyCell<BTreeSet<&Spot>, _> = LazyCell::new(|| sends.chain(&member.listens).collect());
        member.of.properties.walk(&mut |value| {
            if let Value::String(text) = value
                && text.starts_with("arn:")
                && let Spot::Resource(address) = kinds::spot(flows.graph, value)
                && address != member.of.address
                && let spot = Spot::Resource(address)
                && !known.contains(&spot)
            {
                opened.insert(spot);
            }
        });
    }
}

/// The items of a list, or the one that stands for it.
pub fn each(value: &Value) -> &[Value] {
    value.as_list().unwrap_or(std::slice::from_ref(value))
}
