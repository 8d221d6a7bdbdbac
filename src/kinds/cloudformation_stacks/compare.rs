//! What differs between a live stack and a wish, and which of it takes a change set.

use crate::diff::{Versions, diff, version_of};
use crate::engine::{Found, Observed, Value, Wish};
use crate::kinds::Kind;

use super::CloudformationStacks;
use super::fields::{POLICY, TERMINATION};

/// What is set by calls of its own.
pub(super) const BESIDE: &[&str] = &[TERMINATION, POLICY];

/// Whether a live stack differs from what is wished in anything that a change set sets, its mark aside.
pub(super) fn takes_change_set(live: &Observed, wished: &Value) -> bool {
    paths(live, wished).iter().any(|path| !is_beside(path))
}

/// Whether nothing but what is set by calls of its own is to be changed.
pub(super) fn is_only_beside(live: &Observed, wish: &Wish) -> bool {
    let paths = paths(live, &wish.properties);
    live.mark == Found::Mark(wish.mark.clone())
        && !paths.is_empty()
        && paths.iter().all(|path| is_beside(path))
}

fn is_beside(path: &str) -> bool {
    let top = path.split(['.', '[']).next();
    BESIDE.iter().any(|own| top == Some(own))
}

fn paths(live: &Observed, wished: &Value) -> Vec<String> {
    let table = CloudformationStacks.about().table();
    let recorded = match &live.mark {
        Found::Mark(mark) => mark.version.as_deref(),
        _ => None,
    };
    let versions = Versions { live: recorded, desired: version_of(wished, table) };
    diff(&live.properties, wished, table, versions).paths()
}
