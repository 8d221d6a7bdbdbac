//! What keeps a plan from being applied, beside what the account itself shows.

use std::collections::BTreeMap;

use super::orphans::begun;
use super::types::{Action, Finding, Foreseen, Options, Planned, Reason};
use crate::engine::{Address, Graph};

/// Protected resources go only if that is allowed by name. What failed while it was made holds
/// nothing to protect, nor does what was only begun.
pub(super) fn protection(changes: &BTreeMap<Address, Planned>) -> Vec<Finding> {
    let guarded = changes.values().filter(|planned| !planned.may_destroy && planned.is_destructive());
    let failed = |planned: &Planned| {
        planned.reasons.iter().any(|reason| matches!(reason, Reason::Failed { .. }))
            || planned.live.as_ref().and_then(begun).is_some()
    };
    guarded
        .filter(|planned| !planned.leftovers.is_empty() || !failed(planned))
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
                help: allow(&planned.address),
            }
        })
        .collect()
}

/// Notes of each resource whether what it holds may go.
pub(super) fn permit(changes: &mut BTreeMap<Address, Planned>, options: &Options) {
    for planned in changes.values_mut() {
        let names = [Some(&planned.address), planned.moved_from.as_ref()];
        let is_allowed = names.into_iter().flatten().any(|address| options.allow_destroy.contains(address));
        planned.may_destroy = is_allowed || !planned.protect;
    }
}

/// What a protected resource holds goes by no update of it either, unless that is allowed by name: as far as AWS itself
/// says what would go.
pub(super) fn protection_inside(
    changes: &BTreeMap<Address, Planned>,
    foreseen: &BTreeMap<Address, Foreseen>,
) -> Vec<Finding> {
    let guarded = changes.values().filter(|planned| !planned.may_destroy);
    let lost = |planned: &Planned| match foreseen.get(&planned.address) {
        Some(Foreseen::Told(preview)) => preview.lost(),
        _ => None,
    };
    guarded
        .filter_map(|planned| Some((planned, lost(planned)?)))
        .map(|(planned, lost)| Finding {
            code: "protected",
            address: Some(planned.address.clone()),
            place: planned.declared,
            message: format!("{} is protected, and {lost}", planned.address),
            help: allow(&planned.address),
        })
        .collect()
}

fn allow(address: &Address) -> String {
    format!("allow it with `--allow-destroy {address}`")
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
