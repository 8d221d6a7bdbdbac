//! The live half of the engine: what a kind's calls look like to the stages that drive them.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::error::Result;
use super::mark::{Found, Mark, Owner};
use super::path::is_within;
use super::{Address, Map, Package, Place, Value};

/// AWS, as a kind sees it: one call at a time, in JSON of AWS's spelling.
///
/// Implementations sign, pace and retry by the classes of [`super::error`]; what comes back as an
/// error is final. Answers of reading operations are remembered for the run by operation and input
/// until [`Aws::forget`] or any other call of the same service.
pub trait Aws: Send + Sync {
    /// Calls an operation. The input is the operation's document, members that go into the path or
    /// the query included; nothing that is not in it is sent. Secrets are revealed while the request
    /// is encoded, and only there.
    ///
    /// A call whose answer was lost is made again. If the repetition then meets something of that name,
    /// the error's class is [`Ambiguous`](super::Class::Ambiguous), not `AlreadyExists`: it may be this
    /// call's own, which a read of its mark tells.
    fn call<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>>;

    /// Calls an operation that must not take effect twice: only what certainly had none (throttling, a
    /// refusal, a connection that was never made) is tried again. A lost answer or a 5xx comes back as
    /// [`Ambiguous`](super::Class::Ambiguous). The answer is never remembered.
    fn call_once<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>>;

    /// Where the calls go.
    fn place(&self) -> &Place;

    /// Forgets remembered answers, so that the next read is fresh.
    fn forget(&self);

    /// Waits between two looks at something that is busy; the `n`th wait of one loop, from 0.
    /// Short at first, seconds later.
    fn pause(&self, n: u32) -> BoxFuture<'_, ()>;

    /// One writer at a time for a shared document, by any name that tells the documents apart.
    fn exclusive<'a>(&'a self, document: &str) -> BoxFuture<'a, tokio::sync::OwnedMutexGuard<()>>;
}

/// What a read looks for.
#[derive(Clone, Debug)]
pub struct Lookup {
    pub address: Address,
    pub owner: Owner,
    /// The physical name.
    pub name: String,
    /// The id, where it is known already: one that was just created, adopted, or listed.
    pub id: Option<String>,
    /// What is wished for: the members that identify it beside the name (a rule's bus).
    pub desired: Value,
}

/// A live resource as a kind read it.
#[derive(Clone, Debug)]
pub struct Observed {
    /// What the kind's calls take: a name, URL, ARN or generated id.
    pub id: String,
    /// The physical name, which a mark must record.
    pub name: String,
    /// AWS's document in the shape of the desired properties; mark stripped; the user's tags as a
    /// map under `Tags`.
    pub properties: Value,
    /// Attributes that AWS assigns, by the names of the kind's outputs.
    pub outputs: Map,
    pub mark: Found,
    /// AWS or another tool that manages it; such a resource is never touched.
    pub managed_by: Option<String>,
    pub state: State,
    /// Facets that could not be read, by path, with the reason; they are unknown, never absent.
    pub unread: Vec<(String, String)>,
}

/// What a live resource is doing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    Ready,
    /// On its way to another state: looked at again later.
    Busy(String),
    /// Stuck. `recreate`: of no use as it is; ours is deleted and made again. Else it is written again,
    /// though it may equal its wish ([`UpdateStep::mends`]).
    Failed {
        reason: String,
        recreate: bool,
    },
    /// It is ready, and where a part of it shall be stands something that is not ours: it is taken over
    /// only if that is asked for, and what is `owner`'s never.
    Taken {
        part: String,
        owner: Option<String>,
    },
    /// Nothing of it is there yet but what somebody has made to look ahead: as if it were absent, save that it can be
    /// deleted. In words, what is there.
    Begun(String),
}

/// A wish with everything that a create needs.
#[derive(Clone, Debug)]
pub struct Wish {
    pub name: String,
    /// Fully known; secrets filled.
    pub properties: Value,
    pub mark: Mark,
    pub package: Option<Arc<Package>>,
}

/// What a create made. The resource exists; facets may still be missing and come with the update
/// that follows.
#[derive(Clone, Debug)]
pub struct Created {
    pub id: String,
}

/// An update in place.
#[derive(Clone, Debug)]
pub struct UpdateStep {
    pub live: Observed,
    pub wish: Wish,
    /// What differs, by path in AWS's spelling, top member first; empty if only the mark does, or if
    /// the step [mends](UpdateStep::mends) what has failed.
    pub changed: Vec<String>,
    /// Whether the mark must be written.
    pub mark: bool,
    /// Whether what it holds may go by it: it is not protected, or that is allowed by name.
    pub may_destroy: bool,
}

impl UpdateStep {
    /// Whether something at or below a path differs.
    pub fn touches(&self, path: &str) -> bool {
        self.changed.iter().any(|changed| is_within(changed, path))
    }

    /// Whether it is to be written again although nothing may differ, because it has failed.
    pub fn mends(&self) -> bool {
        matches!(self.live.state, State::Failed { .. })
    }

    /// Whether a part that bears no mark is to be taken over.
    pub fn takes_over(&self) -> bool {
        matches!(self.live.state, State::Taken { owner: None, .. })
    }

    /// Whether anything but these paths differs.
    pub fn touches_beyond(&self, paths: &[&str]) -> bool {
        self.changed.iter().any(|changed| !paths.iter().any(|path| is_within(changed, path)))
    }
}

/// How long a kind may take.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    /// Until a created or updated resource is there, and equals the wish once it is ready.
    pub settle: Duration,
    /// Until one that says that it is busy is so no more.
    pub busy: Duration,
    /// Until a failed create with our mark is given up: how often it is deleted and made again.
    pub recreate: u32,
}

impl Budgets {
    /// As many seconds to settle as to be busy.
    pub const fn of(seconds: u64, recreate: u32) -> Budgets {
        let settle = Duration::from_secs(seconds);
        Budgets { settle, busy: settle, recreate }
    }
    /// For kinds whose calls take effect at once.
    pub const QUICK: Budgets = Budgets::of(120, 3);
    /// For kinds that pass through states.
    pub const SLOW: Budgets = Budgets::of(900, 8);
}

/// What AWS itself says that a write would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// What stands above the effects, or instead of them.
    pub title: String,
    pub effects: Vec<Effect>,
}

impl Preview {
    /// What would be taken from what the resource holds, in words; nothing if nothing would.
    pub fn lost(&self) -> Option<String> {
        /// So many are told one by one.
        const TOLD: usize = 5;
        let all: Vec<&str> =
            self.effects.iter().filter(|one| one.destroys).map(|one| one.text.as_str()).collect();
        let (told, rest) = all.split_at(all.len().min(TOLD));
        match (told, rest.len()) {
            ([], _) => None,
            (told, 0) => Some(format!("{} {}", self.title, told.join(", "))),
            (told, more) => Some(format!("{} {}, and {more} more like these", self.title, told.join(", "))),
        }
    }
}

/// One thing that AWS would do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Effect {
    /// `+`, `~`, `-` or `-/+`.
    pub sign: &'static str,
    /// What is done to what, for people.
    pub text: String,
    /// Whether something goes by it.
    pub destroys: bool,
}

/// One AWS resource kind, live. Its pure half owns the field table.
///
/// No default bodies but those of the preview, which AWS has for almost nothing: a kind says what it does in each
/// case.
pub trait Live: Send + Sync {
    /// Reads one resource. Nothing if it does not exist; busy and failed ones are returned with
    /// their state.
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>>;

    /// Creates it with its mark. Returns when AWS has accepted it; the caller reads until it is ready.
    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>>;

    /// Brings a live resource to the wish: all that differs, or only the mark.
    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>>;

    /// Deletes it; returns when it is gone. Absence is success.
    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>>;

    /// Everything of this kind that carries a mark of this owner, each read by its own service.
    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>>;

    /// Whether AWS can be asked what a write would do. The default is that it cannot.
    fn previews(&self) -> bool {
        false
    }

    /// Asks AWS what a create (nothing is `live`) or an update would do, and keeps what is made for that, for the
    /// write to use. The default is nothing.
    fn preview<'a>(
        &'a self,
        _aws: &'a dyn Aws,
        _wish: &'a Wish,
        _live: Option<&'a Observed>,
    ) -> BoxFuture<'a, Result<Option<Preview>>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Throws away what a preview has made, where the write is not.
    fn discard<'a>(
        &'a self,
        _aws: &'a dyn Aws,
        _wish: &'a Wish,
        _live: Option<&'a Observed>,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
