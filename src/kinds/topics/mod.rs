//! SNS topics.

mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::Topics;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
