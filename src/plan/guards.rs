//! What keeps a plan from being applied, beside what the account itself shows.

use std::collections::BTreeMap;

use super::types::{Action, Finding, Options, Planned, Reason};
use crate::engine::{Address, Graph};

/// Protected resources go only if that is allowed by name. What failed while it was made holds
/// nothing to protect.
pub(super) fn protection(changes: &BTreeMap<Address, Planned>, options: &Options) -> Vec<Finding> {
    let guarded = changes.values().filter(|planned| planned.protect && planned.is_destructive());
    let useless = |planned: &Planned| {
        planned.leftovers.is_empty()
            && planned.reasons.iter().any(|reason| matches!(reason, Reason::Failed { .. }))
    };
    let allowed = |planned: &Planned| {
        [Some(&planned.address), planned.moved_from.as_ref()]
            .into_iter()
            .flatten()
            .any(|address| options.allow_destroy.contains(address))
    };
    guarded
        .filter(|planned| !useless(planned) && !allowed(planned))
        .map(|planned| {
            let what = match planned.action {
                Action::Replace => "replaced",
                Action::Delete => "deleted",
                _ => "deleted in part",
            };
            Finding {
                code: "protected",
                address: Some(planned.address.clone()),
                place: planned.declared,
                message: format!("{} is protected and would be {what}", planned.address),
                help: format!("allow it with `--allow-destroy {}`", planned.address),
            }
        })
        .collect()
}

/// Options that name what is not declared.
pub(super) fn unknown_addresses(graph: &Graph, options: &Options) -> Vec<Finding> {
    let adopt = options.adopt.keys().map(|address| ("--adopt", address));
    let rotate = options.rotate.iter().map(|address| ("--rotate", address));
    adopt
        .chain(rotate)
        .filter(|(_, address)| !graph.resources.contains_key(*address))
        .map(|(option, address)| Finding {
            code: "unknown_address",
            address: Some(address.clone()),
            place: None,
            message: format!("`{option} {address}` names nothing that is declared"),
            help: String::new(),
        })
        .collect()
}

/// Words of permission that nothing needs: most often a mistyped address.
pub(super) fn idle_permissions(changes: &BTreeMap<Address, Planned>, options: &Options) -> Vec<Finding> {
    let idle = options.allow_destroy.iter().filter(|address| !changes.contains_key(*address));
    idle.map(|address| Finding {
        code: "unknown_address",
        address: Some(address.clone()),
        place: None,
        message: format!("`--allow-destroy {address}` allows nothing: nothing of that address is there"),
        help: String::new(),
    })
    .collect()
}
