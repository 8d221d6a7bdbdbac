//! EventBridge rules with their targets.

mod decl;
mod fields;
mod input;
#[cfg(feature = "aws")]
mod live;
mod target;
#[cfg(feature = "aws")]
mod targets;

pub use decl::Rules;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
