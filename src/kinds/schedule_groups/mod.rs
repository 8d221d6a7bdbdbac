//! Groups of schedules.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::{DEFAULT, ScheduleGroups, name_here};

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
