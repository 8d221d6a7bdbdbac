//! DynamoDB tables.

mod capacity;
mod decl;
#[cfg(feature = "aws")]
mod facets;
mod fields;
mod indexes;
mod keys;
#[cfg(feature = "aws")]
mod live;
#[cfg(all(test, feature = "aws"))]
mod live_tests;
mod needs;
mod passing;
mod shapes;
#[cfg(test)]
mod tests;
#[cfg(feature = "aws")]
mod update;
#[cfg(feature = "aws")]
mod wire;

pub use decl::Tables;
