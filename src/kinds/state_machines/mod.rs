//! Step Functions.

mod asl;
mod decl;
mod definition;
mod fields;
#[cfg(feature = "aws")]
mod live;
#[cfg(all(test, feature = "aws"))]
mod live_tests;
mod needs;
mod rights;
#[cfg(test)]
mod tests;

pub use decl::{StateMachines, standard};
