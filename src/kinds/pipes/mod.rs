//! EventBridge Pipes.

mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
mod source;
mod target;
#[cfg(test)]
mod tests;

pub use decl::Pipes;
