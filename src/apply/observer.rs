//! Progress as events: a terminal, JSON lines or a test listens.

use std::time::Duration;

use crate::engine::Address;
use crate::plan::Verb;

use super::outcome::Failure;

/// Something that happened while a plan was applied.
#[derive(Debug)]
pub enum Event<'a> {
    /// The walk begins, with so many steps.
    Began {
        steps: usize,
    },
    /// A step is at work.
    Started {
        address: &'a Address,
        verb: Verb,
        name: &'a str,
    },
    /// A step waits for this, such as a state of its resource.
    Waiting {
        address: &'a Address,
        verb: Verb,
        what: &'a str,
    },
    /// A step is done; `unchanged` if nothing was left to do.
    Finished {
        address: &'a Address,
        verb: Verb,
        took: Duration,
        unchanged: bool,
    },
    Failed {
        failure: &'a Failure,
    },
    Skipped {
        address: &'a Address,
        verb: Verb,
        reason: &'a str,
    },
    /// No new steps are started; those at work finish.
    Stopping,
    /// The walk is over.
    Ended,
}

/// Who listens.
pub trait Observer: Send + Sync {
    /// Called in the order in which things happen, from one thread at a time for each step.
    fn event(&self, event: &Event<'_>);
}

/// Nobody listens.
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: &Event<'_>) {}
}
