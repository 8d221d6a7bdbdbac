//! EventBridge buses.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;
#[cfg(feature = "aws")]
mod source;

pub use decl::{Buses, DEFAULT, name_here, named};
#[cfg(feature = "aws")]
pub use live::list;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
