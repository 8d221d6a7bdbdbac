//! Archives of buses.

mod decl;
mod needs;
#[cfg(feature = "aws")]
mod live;

pub use decl::Archives;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
