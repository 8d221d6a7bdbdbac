//! API destinations.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod passing;

pub use decl::ApiDestinations;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
