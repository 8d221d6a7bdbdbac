//! SQS queues.

mod decl;
#[cfg(feature = "aws")]
mod live;

pub use decl::Queues;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
