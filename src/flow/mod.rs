//! Patterns, transforms, mapping templates. Never touches the network.
//!
//! Everything here works on [`Value`](crate::engine::Value) trees and reports each [`Problem`] by its
//! [`Path`] in that tree, so that whoever knows the spans can point at the text.

pub mod answers;
pub mod case;
pub mod cron;
pub mod envelope;
pub mod graph;
pub mod happening;
mod masked;
pub mod passing;
pub mod pattern;
pub mod problem;
pub mod reference;
pub mod request;
pub mod route;
pub mod shape;
pub mod times;
pub mod trace;
pub mod transform;

pub use problem::{Path, Problem, Step};
pub use reference::Reference;
