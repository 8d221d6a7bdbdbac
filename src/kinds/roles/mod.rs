//! IAM roles.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::Roles;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
