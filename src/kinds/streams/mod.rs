//! Kinesis data streams.

mod decl;
#[cfg(feature = "aws")]
mod live;
#[cfg(all(test, feature = "aws"))]
mod live_tests;
mod needs;
mod passing;
#[cfg(test)]
mod tests;
#[cfg(feature = "aws")]
mod update;

pub use decl::Streams;
