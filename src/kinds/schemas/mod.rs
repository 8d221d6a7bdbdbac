//! Schemas of events, with their versions.

#[cfg(feature = "aws")]
mod calls;
mod compare;
mod compatibility;
mod decl;
mod form;
#[cfg(feature = "aws")]
mod live;
mod needs;
mod shape;

#[cfg(feature = "aws")]
pub(in crate::kinds) use calls::{describe, put_described, registries, retag};
pub use decl::Schemas;

#[cfg(test)]
mod tests;

#[cfg(test)]
mod compare_tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
