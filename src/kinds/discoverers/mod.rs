//! Discoverers of schemas.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::Discoverers;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
