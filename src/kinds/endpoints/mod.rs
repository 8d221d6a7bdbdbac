//! Global endpoints of EventBridge.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::Endpoints;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
