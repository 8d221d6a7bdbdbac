//! SNS topics.

mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;

pub use decl::Topics;
pub(in crate::kinds) use fields::{REQUEST, RETRY, THROTTLE};

#[cfg(all(test, feature = "aws"))]
mod live_tests;
