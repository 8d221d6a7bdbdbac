//! Events that something says it puts where it has no right to put any.

use crate::engine::Value;
use crate::flow::passing::Spot;
use crate::kinds;
use crate::source::{Diagnostic, Findings};

use super::open::{HARMLESS, each, puts, roles};
use super::{Flows, Member};

pub fn check(flows: &Flows<'_>, findings: &mut Findings) {
    for member in &flows.members {
        let Some(told) = flows.graph.told.get(&member.of.address) else { continue };
        for flow in &member.flows {
            let Some(at) = told.places.get(&flow.at).filter(|_| !may_put(flows, member, &flow.to)) else {
                continue;
            };
            let at = told.places.get(&format!("{}.bus", flow.at)).unwrap_or(at);
            let message = format!("its role has no right to put events on {}", flow.to);
            let key = match &flow.to {
                Spot::Resource(address) => address.key.as_str(),
                Spot::Elsewhere(name) if !name.contains(':') => name,
                Spot::Elsewhere(..) => "…",
            };
            // `grants` stand beside no role of the stack's own.
            let declared = roles(flows, member.of).find(|role| !role.address.is_generated());
            let help = match declared {
                Some(role) => format!(
                    "let a policy of `{}` allow `events:PutEvents` on it, or take the event out",
                    role.address
                ),
                None => format!("add `grants: [ {{ bus: {key}, access: publish }} ]`, or take the event out"),
            };
            findings.push(
                Diagnostic::warning("no_event_right", message)
                    .at(*at)
                    .label("PutEvents is denied there")
                    .help(help)
                    .address(member.of.address.to_string()),
            );
        }
    }
}

/// Whether a role of a member, or the policy of the bus, lets it put events there; so does what nobody sees.
fn may_put(flows: &Flows<'_>, member: &Member<'_>, bus: &Spot) -> bool {
    let roles: Vec<_> = roles(flows, member.of).collect();
    let is_managed = roles.iter().any(|role| {
        let arns = role.properties.get("ManagedPolicyArns").and_then(Value::as_list).unwrap_or_default();
        arns.iter().any(|arn| !arn.as_str().is_some_and(|arn| arn.contains(HARMLESS)))
    });
    let is_bus = |arn: &Value| {
        arn.as_str().is_some_and(|text| text.contains(['*', '?'])) || kinds::spot(flows.graph, arn) == *bus
    };
    let mut may = roles.is_empty() || is_managed;
    for policies in roles.iter().filter_map(|role| role.properties.get("Policies")) {
        policies.walk(&mut |statement| {
            let lets = statement.text_at("Effect") == Some("Allow");
            let does = statement.get("Action").is_none_or(|actions| each(actions).iter().any(puts));
            let there = statement.get("Resource").is_none_or(|on| each(on).iter().any(is_bus));
            may |= lets && does && there;
        });
    }
    may || lets_in(flows, bus)
}

/// Whether the policy of a bus lets anybody in who is no service: a role may be named there.
fn lets_in(flows: &Flows<'_>, bus: &Spot) -> bool {
    flows.members.iter().any(|member| {
        let is_there = |edge: &crate::engine::Edge| edge.inside && Spot::Resource(edge.to.clone()) == *bus;
        let principal = member.of.properties.at("Statement.Principal");
        principal.is_some_and(|one| one.get("Service").is_none()) && member.of.edges.iter().any(is_there)
    })
}
