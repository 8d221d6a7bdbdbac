//! SNS topics.

mod decl;
mod needs;
mod fields;
#[cfg(feature = "aws")]
mod live;

pub use decl::Topics;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
