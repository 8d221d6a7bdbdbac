//! Subscriptions of a stack's topics, each owned by itself.

mod decl;
mod fields;
#[cfg(feature = "aws")]
mod live;
mod lower;
mod needs;
mod passing;

pub use decl::Subscriptions;
pub use lower::{form, lower};

#[cfg(all(test, feature = "aws"))]
mod live_tests;
