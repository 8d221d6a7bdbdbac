//! Usage plans of API Gateway, with the API keys that stand in them.

mod decl;
#[cfg(feature = "aws")]
mod keys;
#[cfg(feature = "aws")]
mod live;
mod needs;

pub use decl::UsagePlans;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
