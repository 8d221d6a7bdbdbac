//! EventBridge connections.

mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;

pub use decl::Connections;
pub use passing::{Carried, carried};

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
