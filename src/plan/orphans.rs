//! What goes: orphans, and everything where the owner is destroyed.

use std::collections::BTreeMap;

use super::strays::{Owned, Strays};
use super::types::{Action, Finding, Planned, Reason};
use crate::diff::{Change, Versions, diff};
use crate::engine::{Address, Graph, Observed, State, Value};
use crate::kinds;
use crate::live::{Reading, Survey, Whose, whose};

/// Plans the removal of every resource in the list, each under its mark's address.
pub(super) fn remove<'a>(
    owned: impl Iterator<Item = Owned<'a>>,
    graph: &Graph,
    reason: &Reason,
    changes: &mut BTreeMap<Address, Planned>,
) {
    for one in owned {
        let address = &one.mark.address;
        if let Some(planned) = changes.get_mut(address) {
            planned.reasons.push(Reason::Leftover { id: one.observed.id.clone() });
            planned.protect |= one.mark.protect;
            planned.leftovers.push(one.observed.clone());
            continue;
        }
        let planned = Planned {
            address: address.clone(),
            kind: one.kind,
            name: one.observed.name.clone(),
            declared: graph.resources.get(address).map(|resource| resource.declared),
            action: Action::Delete,
            reasons: vec![reason.clone()],
            change: Change::Same,
            live: Some(one.observed.clone()),
            desired: None,
            mark: one.mark.clone(),
            writes_mark: false,
            rotates: false,
            moved_from: None,
            adopted: false,
            takes_over: false,
            protect: one.mark.protect,
            may_destroy: false,
            loses: kinds::kind(one.kind)
                .and_then(|kind| kind.about().loses.deleted())
                .filter(|_| begun(one.observed).is_none()),
            create_first: false,
            leftovers: Vec::new(),
            note: begun(one.observed).map(str::to_owned),
        };
        changes.insert(address.clone(), planned);
    }
}

/// What is there of something that has only been begun.
pub(super) fn begun(observed: &Observed) -> Option<&str> {
    match &observed.state {
        State::Begun(what) => Some(what),
        _ => None,
    }
}

/// Everything of the owner that was found: where declared resources stand, and elsewhere.
pub(super) fn everything<'a>(graph: &Graph, survey: &'a Survey, strays: Strays<'a>) -> Vec<Owned<'a>> {
    let declared = survey.readings.iter().filter_map(|(address, reading)| {
        let kind = kinds::kind(graph.resources.get(address)?.kind)?.about();
        let Reading::Found(observed) = reading else { return None };
        match whose(observed, kind, &graph.owner) {
            Whose::Ours(mark) => Some(Owned { kind: kind.kind, observed, mark }),
            _ => None,
        }
    });
    let mut all: Vec<_> = declared.chain(strays.into_left()).collect();
    all.sort_by(|a, b| (&a.mark.address, &a.observed.id).cmp(&(&b.mark.address, &b.observed.id)));
    all
}

/// Where the owner is destroyed: what could not be seen may survive.
pub(super) fn check_unseen(graph: &Graph, survey: &Survey, partial: bool) -> Vec<Finding> {
    let finding = |address: Option<&Address>, message: String| Finding {
        code: "unseen",
        address: address.cloned(),
        place: address.and_then(|address| Some(graph.resources.get(address)?.declared)),
        message,
        help: "remove the rest with `--partial`".to_owned(),
    };
    let unlisted = survey.unlisted.iter().map(|unlisted| {
        finding(None, format!("{} could not be searched: {}", unlisted.kind, unlisted.error))
    });
    let unreadable = survey.readings.iter().filter_map(|(address, reading)| match reading {
        Reading::Unreadable(error) => {
            Some(finding(Some(address), format!("{address} could not be read: {error}")))
        }
        _ => None,
    });
    if partial { Vec::new() } else { unlisted.chain(unreadable).collect() }
}

/// How many pairs of what comes and what goes are looked at for moves: nobody reads hundreds of hints, and each pair
/// is compared whole.
const MOST_PAIRS: usize = 10_000;

/// Where a resource with a default name got another key: says which line would make it a move.
pub(super) fn hint_moves(changes: &mut BTreeMap<Address, Planned>) {
    let mut hints = Vec::new();
    let mut left = MOST_PAIRS;
    let mut gone: BTreeMap<&str, Vec<&Planned>> = BTreeMap::new();
    for old in changes.values().filter(|planned| planned.action == Action::Delete) {
        if !old.address.is_generated() && !old.name.is_empty() {
            gone.entry(old.kind).or_default().push(old);
        }
    }
    for new in changes.values().filter(|planned| planned.action == Action::Create) {
        let Some(kind) = kinds::kind(new.kind) else { continue };
        let naming = kind.about().naming.path;
        let Some(desired) = &new.desired else { continue };
        if naming.is_empty() || new.address.is_generated() || desired.places.contains_key(naming) {
            continue;
        }
        let twin = gone.get(new.kind).into_iter().flatten().find(|old| {
            left.checked_sub(1).map(|rest| left = rest).is_some()
                && old.live.as_ref().is_some_and(|live| {
                    let live = renamed(&live.properties, old, new);
                    let change = diff(&live, &desired.properties, kind.about().table(), Versions::default());
                    change.leaves().all(|leaf| leaf.desired.value().is_some_and(|value| !value.is_known()))
                })
        });
        if let Some(old) = twin {
            let note = format!(
                "`name: {}` at {} keeps what was {}: a move instead of a new one",
                old.name, new.address, old.address
            );
            hints.extend([(new.address.clone(), note.clone()), (old.address.clone(), note)]);
        }
    }
    for (address, note) in hints {
        if let Some(planned) = changes.get_mut(&address) {
            planned.note.get_or_insert(note);
        }
    }
}

/// The live properties as they would be under the new name: names of generated roles follow it.
fn renamed(live: &Value, old: &Planned, new: &Planned) -> Value {
    live.clone().map_leaves(&mut |leaf| match leaf {
        Value::String(text) => text.replace(&old.name, &new.name).into(),
        leaf => leaf,
    })
}
