//! S3 buckets, as sources of events.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;
mod shapes;

pub use decl::Buckets;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
