//! Text to nodes with spans; diagnostics and how they are drawn. Knows nothing of AWS.

mod build;
mod codes;
mod diagnostic;
mod inert;
mod node;
mod parse;
mod render;
mod span;
mod syntax;
mod veil;

pub use codes::{Code, Sign, code, codes, mild};
pub use diagnostic::{Diagnostic, Findings, Severity, suggest};
pub use inert::{OLD_FORM, inert};
pub use node::{Core, Data, Entry, Key, Node, Scalar, merge_patch};
pub use parse::{parse, parse_tagged};
pub use render::{RenderStyle, render, render_hints};
pub use span::{FileId, Place, Sources, Span};
