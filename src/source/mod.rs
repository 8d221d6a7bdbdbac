//! Text to nodes with spans; diagnostics and how they are drawn. Knows nothing of AWS.
mod span;
pub use span::{FileId, Place, Sources, Span};
