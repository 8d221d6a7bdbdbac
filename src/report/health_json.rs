//! `status` as JSON, for monitoring.

use serde_json::{Value, json};

use crate::engine::Graph;
use crate::health::{Condition, Health, Reason};

/// The version of the format: the first number changes when a reader could be misled, the second with what is new.
const FORMAT: &str = "1.2";

/// The health of a stack as JSON: every resource, also those that are well.
pub fn health_json(health: &Health, graph: &Graph) -> Value {
    json!({
        "format_version": FORMAT,
        "owner": graph.owner.to_string(),
        "account": graph.place.account,
        "region": graph.place.region,
        "healthy": health.is_well(),
        "resources": health.resources.iter().map(resource).collect::<Vec<_>>(),
    })
}

fn resource(one: &Condition) -> Value {
    json!({
        "address": one.address.to_string(),
        "kind": one.kind,
        "name": one.name,
        "health": one.is.word(),
        "reasons": one.reasons.iter().map(reason).collect::<Vec<_>>(),
    })
}

/// Of several values of a map the `path` ends in `.*`, and `value` has them by their keys. Both are null where the state as a whole is the reason.
fn reason(reason: &Reason) -> Value {
    let path = Some(reason.path).filter(|path| !path.is_empty());
    json!({ "path": path, "value": reason.value, "means": reason.means, "declared": reason.is_declared })
}
