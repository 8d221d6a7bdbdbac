//! IAM roles.

mod decl;
#[cfg(feature = "aws")]
mod live;

pub use decl::Roles;
