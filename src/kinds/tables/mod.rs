//! DynamoDB tables.

mod decl;
mod fields;
mod keys;
#[cfg(feature = "aws")]
mod live;
#[cfg(test)]
mod tests;
#[cfg(feature = "aws")]
mod update;
#[cfg(feature = "aws")]
mod wire;

pub use decl::Tables;
