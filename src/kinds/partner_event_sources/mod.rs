//! Event sources of a SaaS partner, the partner's side.

mod decl;
#[cfg(feature = "aws")]
mod live;
mod namespace;
mod needs;

pub use decl::PartnerEventSources;

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "aws"))]
mod live_tests;
