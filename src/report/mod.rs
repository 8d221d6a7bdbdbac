//! One file per output; colours by label.
//!
//! Reports render what others computed. Text goes through one page ([`plan_text`] and its like), where
//! every piece is made harmless: no control character of an account's data reaches a terminal. What is
//! secret or sensitive is masked before a value comes here, or by [`crate::diff`]'s rules on the way.

mod change;
mod facts;
pub mod findings_json;
mod fit;
mod page;
pub mod plan_json;
mod plan_text;
mod resource;
mod shown;
mod style;
mod unseen;

#[cfg(test)]
mod tests;

pub use findings_json::findings_json;
pub use plan_json::{FORMAT_VERSION, plan_json};
pub use plan_text::{View, plan_text, verdict_line};
pub use style::{Label, style};
