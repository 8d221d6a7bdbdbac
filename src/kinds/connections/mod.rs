//! EventBridge connections.

mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::Connections;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
