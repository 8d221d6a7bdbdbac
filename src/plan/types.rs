//! What a plan says. Everything in it is in a fixed order: equal inputs make equal plans.

use std::collections::{BTreeMap, BTreeSet};

use super::part::Part;
use crate::diff::Change;
use crate::engine::{Address, AwsError, Mark, Observed, OutputRef, Owner, Place, Preview, Resource, Value};
use crate::live::Unlisted;
use crate::source::Span;

/// What the user allows and asks for beside the stack.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Protected resources that may be deleted or replaced.
    pub allow_destroy: BTreeSet<Address>,
    /// Unmarked resources that may become ours; the id where the name does not lead to it.
    pub adopt: BTreeMap<Address, Option<String>>,
    /// Resources whose write-only values are written again though nothing says that they differ.
    pub rotate: BTreeSet<Address>,
    /// Removal goes on although a kind could not be searched.
    pub partial: bool,
    /// Everything that the owner has goes.
    pub destroy: bool,
    /// The part of the stack that the plan is about.
    pub part: Part,
    /// When it is made, in seconds since 1970: what is over by then and not there is as it should be.
    pub now: i64,
}

/// What a plan compares the stack with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Against {
    /// The account as it is.
    #[default]
    Account,
    /// An account with nothing in it, without a look at any.
    Empty,
    /// The account as a snapshot's file has it.
    Snapshot {
        /// The file, as the user named it.
        file: String,
    },
}

/// What an apply would do, and what stands against it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the stack is compared with.
    pub against: Against,
    /// The part of the stack that it is about.
    pub part: Part,
    pub owner: Owner,
    pub place: Place,
    /// What happens to each resource, unchanged ones included. An orphan stands under its mark's
    /// address.
    pub changes: BTreeMap<Address, Planned>,
    /// The walk: every step after those it waits for. `steps[n].id == n`. A plan with refusals has
    /// none.
    pub steps: Vec<Step>,
    /// Why it may not be applied; empty if it may.
    pub refusals: Vec<Finding>,
    pub warnings: Vec<Finding>,
    /// Kinds that could not be searched for orphans.
    pub unlisted: Vec<Unlisted>,
    /// Facets that could not be read: nothing is said of them.
    pub unread: Vec<Unread>,
    /// What AWS never shows: compared by the version in the mark alone.
    pub unshown: Vec<Unshown>,
    /// How many resources had to be described one by one in the search for orphans.
    pub described: usize,
    /// The stack's outputs as far as they are known.
    pub outputs: Vec<(String, Value)>,
    /// What AWS itself says that writes would do: asked for by an apply alone, since that writes.
    pub foreseen: BTreeMap<Address, Foreseen>,
}

/// What is known of a write before it is agreed to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Foreseen {
    /// AWS has been asked.
    Told(Preview),
    /// It cannot be asked yet: why.
    Later(String),
    /// It would refuse.
    Refused {
        /// In its words.
        why: String,
        /// The error, where it is that of a call.
        error: Option<AwsError>,
    },
}

/// What happens to one resource.
#[derive(Clone, Debug)]
pub struct Planned {
    pub address: Address,
    /// The kind, by its name in the registry.
    pub kind: &'static str,
    /// The physical name: the wished one, or the live one of what goes.
    pub name: String,
    /// Where it is declared; nothing for orphans.
    pub declared: Option<Span>,
    pub action: Action,
    pub reasons: Vec<Reason>,
    /// What differs between live and wish; from nothing for a create. Same for a delete.
    pub change: Change,
    /// The live resource: the one to update, to delete, or to be replaced.
    pub live: Option<Observed>,
    /// The wish with everything in it that is known by now; nothing for what goes.
    pub desired: Option<Resource>,
    /// The mark it shall carry; for what goes, the one it carries. Its version is absent while a
    /// secret is made with something not known yet.
    pub mark: Mark,
    /// The mark must be written: it is new, moved, adopted, or one of its parts differs.
    pub writes_mark: bool,
    /// The write-only values are written whatever the version says (`--rotate`).
    pub rotates: bool,
    /// The address whose mark it carried until now.
    pub moved_from: Option<Address>,
    /// It becomes ours only now.
    pub adopted: bool,
    /// A part of it that is there without a mark becomes ours.
    pub takes_over: bool,
    /// By its mark or its declaration: it goes only if that is allowed by name.
    pub protect: bool,
    /// What it holds may go: it is not protected, or that is allowed by name.
    pub may_destroy: bool,
    /// What is lost while it is replaced.
    pub loses: Option<&'static str>,
    /// Of a replacement: the new one is made before the old one goes.
    pub create_first: bool,
    /// Other live resources of ours that carry the same address, such as the old half of a
    /// replacement that was interrupted. They go.
    pub leftovers: Vec<Observed>,
    /// A hint for people, such as the `name:` line that would make a replacement a move.
    pub note: Option<String>,
}

/// What happens to a resource. A move and an adoption are updates, perhaps of the mark alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    Keep,
    Create,
    Update,
    Replace,
    Delete,
}

/// Why it happens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// These differ and cannot be changed in place.
    CreateOnly { paths: Vec<String> },
    /// These differ and cannot be changed in place: the part of the resource that they are of goes and is
    /// made anew, with a loss.
    Remade { paths: Vec<String>, loses: &'static str },
    /// What stands at these goes, and takes something with it.
    Lost { paths: Vec<String>, loses: &'static str },
    /// A path that cannot be changed in place takes an output that gets another value, because these
    /// paths of the other resource change (none if it is made anew).
    NewOutput { path: String, output: OutputRef, because: Vec<String> },
    /// It falls with what contains it.
    Inside { container: Address },
    /// What is live is of no use as it is, in AWS's words: it is made anew, or written again.
    Failed { state: String },
    /// Its declaration is gone.
    Undeclared,
    /// Everything goes.
    Destroyed,
    /// It is declared under another address now.
    Moved { from: Address },
    /// It was nobody's and becomes ours.
    Adopted { id: String },
    /// These parts of its mark differ: `address`, `name`, `protect`, `version`.
    Mark { parts: Vec<&'static str> },
    /// Its write-only values are written again, as asked for.
    Rotated,
    /// An older resource of the same address goes.
    Leftover { id: String },
}

/// One call on one resource.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub id: usize,
    pub address: Address,
    pub verb: Verb,
    /// The steps that must be done first.
    pub after: BTreeSet<usize>,
    /// Of a delete: which of [`Planned::leftovers`] goes; nothing for [`Planned::live`].
    pub leftover: Option<usize>,
    /// Of an update in two steps: the properties to bring it to first (old and new rights together, and
    /// what goes last). The step without comes after those who use them.
    pub interim: Option<Value>,
    /// Why it stands here, for people.
    pub note: Option<String>,
}

/// What a step does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verb {
    Create,
    Update,
    Delete,
}

/// Something to say about a resource: a refusal or a warning.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What kind of finding, for machines: `protected`, `foreign`, `unmarked`, …
    pub code: &'static str,
    pub address: Option<Address>,
    pub place: Option<Span>,
    pub message: String,
    /// What to do or to type next; empty if there is nothing.
    pub help: String,
}

/// A facet that could not be read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Unread {
    pub address: Address,
    pub path: String,
    pub reason: String,
}

/// A value that AWS never shows.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Unshown {
    pub address: Address,
    /// General, such as `AuthParameters.BasicAuthParameters.Password` or `Targets[].Input`.
    pub path: String,
}

/// How many resources each action concerns. Moves and adoptions are updates too.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    pub create: usize,
    pub update: usize,
    pub replace: usize,
    pub delete: usize,
    pub keep: usize,
    pub moved: usize,
    pub adopted: usize,
    /// Updates that make a part of the resource anew.
    pub remade: usize,
}
