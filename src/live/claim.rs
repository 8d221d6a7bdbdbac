//! Whose a live resource is.

use crate::engine::{Found, Mark, Observed, Owner};
use crate::kinds::About;

/// Whose a live resource is, by its mark.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Whose<'a> {
    Ours(&'a Mark),
    /// Another owner's, or a mark that was copied from another resource; in words.
    Foreign(String),
    /// Nobody's: it may be adopted.
    Unmarked,
    /// AWS's or another tool's.
    Managed(&'a str),
    /// Its mark cannot be read: newer or damaged.
    Unreadable(&'a str),
}

/// A resource is ours only if the owner is equal, the address is of its kind, and the recorded name
/// is its own.
pub(crate) fn whose<'a>(observed: &'a Observed, about: &About, owner: &Owner) -> Whose<'a> {
    if let Some(manager) = &observed.managed_by {
        return Whose::Managed(manager);
    }
    match &observed.mark {
        Found::None => Whose::Unmarked,
        Found::Unreadable(why) => Whose::Unreadable(why),
        Found::Mark(mark) if mark.owner != *owner => {
            Whose::Foreign(format!("it belongs to `{}` as {}", mark.owner, mark.address))
        }
        Found::Mark(mark) if !about.owns(&mark.address) => {
            Whose::Foreign(format!("its mark is that of {}, which is of another kind", mark.address))
        }
        Found::Mark(mark) if !mark.names(&observed.name) => {
            Whose::Foreign(format!("its mark is a copy: it names `{}`", mark.name))
        }
        Found::Mark(mark) => Whose::Ours(mark),
    }
}
