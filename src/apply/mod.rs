//! Bounded parallel walk of a plan's steps, events to observers, convergence.
//!
//! A step is diffed again with real values just before its own write: equal, it is skipped; if a
//! stronger action would be needed than the plan showed, or somebody else wrote meanwhile, its branch
//! stops. After a failure independent branches go on and dependants are skipped with the reason.

mod foresee;
mod observer;
mod outcome;
mod settle;
mod state;
mod step;
mod walk;

pub use foresee::Foresight;
pub use observer::{Event, Observer, Silent};
pub use outcome::{Counts, Difference, Failure, Outcome, Skipped, Why};
pub use state::ReadSecret;
pub use walk::{Options, apply};
