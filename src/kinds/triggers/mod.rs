//! Event source mappings: what a function reads.

mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
#[cfg(all(test, feature = "aws"))]
mod live_tests;
mod lower;
mod needs;
mod passing;
#[cfg(test)]
mod rights_tests;
mod source;
#[cfg(test)]
mod tests;

pub use decl::Triggers;
pub use lower::{form, lower};
