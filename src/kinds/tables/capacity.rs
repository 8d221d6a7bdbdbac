//! How reads and writes are paid, and how many there can be.

use crate::engine::Value;
use crate::kinds::Lowering;
use crate::source::Span;

use super::fields::BILLING;

/// `billing`; whether it is provisioned.
pub fn billing(own: &mut Lowering<'_>) -> bool {
    let provisioned = match own.take("billing") {
        None => {
            let at = own.declared();
            own.set("BillingMode", "PAY_PER_REQUEST", at);
            false
        }
        Some((_, node)) if node.entries().is_none() => {
            if own.known_text(&node).is_some_and(|word| word != "on_demand") {
                own.error(
                    "billing",
                    node.span,
                    "billing is `on_demand` or a capacity",
                    "`billing: { provisioned: { read: 5, write: 5 } }`",
                );
            }
            own.set("BillingMode", "PAY_PER_REQUEST", node.span);
            false
        }
        Some((_, node)) => {
            let (mut decoded, _) = own.decode(&node, BILLING, "");
            if let Some(throughput) = decoded.remove("ProvisionedThroughput") {
                put(own.properties(), throughput);
            }
            own.set("BillingMode", "PROVISIONED", node.span);
            true
        }
    };
    if provisioned && own.properties().get("OnDemandThroughput").is_some() {
        let at = own.place_of("OnDemandThroughput");
        not_on_demand(own, at);
    }
    provisioned
}

/// Puts a declared capacity where it is compared, or where it is not.
pub fn put(of: &mut Value, mut throughput: Value) {
    let autoscaled = throughput.remove("Autoscaled").and_then(|autoscaled| autoscaled.as_bool());
    let path = if autoscaled == Some(true) { "InitialThroughput" } else { "ProvisionedThroughput" };
    of.put(path, throughput);
}

/// Says that a limit on demand has no place beside a capacity.
pub fn not_on_demand(own: &mut Lowering<'_>, at: Span) {
    own.error(
        "on_demand_throughput",
        at,
        "the capacity is provisioned, so nothing is served on demand",
        "take `on_demand_throughput:` away",
    );
}
