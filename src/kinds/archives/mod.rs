//! Archives of buses.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;

pub use decl::Archives;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
