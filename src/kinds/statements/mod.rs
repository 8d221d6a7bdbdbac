//! Statements on shared policy documents.

mod decl;
#[cfg(feature = "aws")]
mod hosts;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::Statements;
