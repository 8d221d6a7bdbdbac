//! SQS queues.

mod decl;
#[cfg(feature = "aws")]
mod live;

pub use decl::Queues;
