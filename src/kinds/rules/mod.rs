//! EventBridge rules with their targets.

mod decl;
mod fields;
mod input;
mod kind;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;
mod shapes;
mod target;
#[cfg(feature = "aws")]
mod targets;

pub use decl::Rules;

#[cfg(test)]
mod rights_tests;
#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
