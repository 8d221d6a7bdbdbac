//! Statements on shared policy documents.

mod decl;
#[cfg(feature = "aws")]
mod hosts;
#[cfg(feature = "aws")]
mod live;
mod needs;
#[cfg(feature = "aws")]
mod permissions;

pub use decl::Statements;
