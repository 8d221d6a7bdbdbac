//! Actions with reasons, order, guards.

mod summary;
mod types;

pub use types::{Action, Counts, Finding, Options, Plan, Planned, Reason, Step, Unread, Unshown, Verb};
