//! EventBridge Pipes.

mod called;
mod decl;
mod enrichment;
mod fields;
#[cfg(feature = "aws")]
mod live;
#[cfg(all(test, feature = "aws"))]
mod live_tests;
mod needs;
mod passing;
mod shapes;
mod source;
mod target;
mod template;
#[cfg(test)]
mod tests;

pub use decl::Pipes;
pub use source::is_broker;
