//! SQS queues.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;

pub use decl::Queues;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
