//! Schedules of EventBridge Scheduler.

mod decl;
mod fields;
mod input;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;
mod target;
mod zone;

pub use decl::Schedules;

#[cfg(test)]
mod rights_tests;
#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
