//! Lambda functions.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod package;

pub use decl::Functions;
