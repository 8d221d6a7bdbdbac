//! EventBridge Pipes.

mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
#[cfg(all(test, feature = "aws"))]
mod live_tests;
mod source;
mod target;
#[cfg(test)]
mod tests;

pub use decl::Pipes;
