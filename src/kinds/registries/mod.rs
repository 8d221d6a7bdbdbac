//! Registries of schemas.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::{Registries, name_here};

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
