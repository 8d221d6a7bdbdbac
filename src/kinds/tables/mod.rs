//! DynamoDB tables.

mod decl;
mod fields;
mod keys;
#[cfg(feature = "aws")]
mod live;
#[cfg(all(test, feature = "aws"))]
mod live_tests;
#[cfg(test)]
mod tests;
#[cfg(feature = "aws")]
mod update;
#[cfg(feature = "aws")]
mod wire;

pub use decl::Tables;
