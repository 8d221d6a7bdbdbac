//! gatewayctl: a compiler with an executor behind it.
//!
//! One YAML file becomes a graph of AWS resources; the graph is compared with the live account,
//! shown as a plan and applied. Modules stand in pipeline order; data flows one way:
//!
//! ```text
//! text ─► source ─► spec ─► compile ─► graph ─► live ─► diff ─► plan ─► apply ─► report
//! ```
//!
//! The feature `aws` (default) holds everything that talks to an account. Without it the language,
//! the graph, the diff and the plan build and test in seconds, with no SDK crate in the tree.

// They panic where nobody reads any more: `terminal::print` and `say!` do not.
#![warn(clippy::print_stderr, clippy::print_stdout)]

pub mod apply;
#[cfg(feature = "aws")]
pub mod aws;
pub mod cli;
pub mod compile;
pub mod diff;
pub mod engine;
pub mod flow;
pub mod health;
pub mod kinds;
pub mod live;
#[cfg(feature = "aws")]
pub mod local;
pub mod ops;
pub mod plan;
pub mod reference;
pub mod report;
pub mod schema;
pub mod snapshot;
pub mod source;
pub mod spec;
