//! One file per output; colours by label.
//!
//! Reports render what others computed. Text goes through one page ([`plan_text`] and its like), where
//! every piece is made harmless: no control character of an account's data reaches a terminal. What is
//! secret or sensitive is masked before a value comes here, or by [`crate::diff`]'s rules on the way.

mod addresses;
mod advice;
mod annotations;
mod budget;
mod change;
mod code_text;
mod error_text;
mod escape;
mod facts;
pub mod findings_json;
mod fit;
mod graph;
mod graph_dot;
mod graph_html;
mod graph_layout;
mod graph_mermaid;
mod graph_svg;
mod health_json;
mod health_text;
mod instances;
mod links;
mod markdown;
mod outcome_json;
mod outcome_text;
mod outputs;
mod page;
mod permissions;
mod plan_html;
pub mod plan_json;
mod plan_text;
mod reference_markdown;
mod reference_text;
mod resource;
mod route_text;
#[cfg(feature = "aws")]
mod sent_json;
mod shown;
mod style;
mod tests_machine;
mod tests_text;
mod trace_json;
mod trace_text;
mod tree;
mod unseen;

#[cfg(test)]
mod tests;

pub use annotations::{findings_annotations, plan_annotations};
pub use change::place_text;
pub use code_text::{code_text, codes_text};
pub use error_text::{error_text, failed_call_text, refused_texts};
pub use findings_json::findings_json;
pub use graph::{Change, Picture};
pub use graph_dot::graph_dot;
pub use graph_html::{Declared, graph_html};
pub use graph_mermaid::{graph_mermaid, too_much_for_mermaid};
pub use graph_svg::graph_svg;
pub use health_json::health_json;
pub use health_text::health_text;
pub use links::{Files, RepoUrl};
pub use markdown::{MOST_BYTES, plan_markdown};
pub use outcome_json::{Ended, OUTCOME_VERSION, outcome_json};
pub use outcome_text::{OutcomeView, outcome_text};
pub use outputs::{OutputError, Outputs, Written, outputs_env, outputs_github, outputs_json, outputs_text};
pub use page::harmless;
pub use permissions::permissions_json;
pub use plan_html::{page, plan_html};
pub use plan_json::{FORMAT_VERSION, json_text, plan_json};
pub use plan_text::{View, plan_text, verdict_line};
pub use reference_markdown::{reference_index, reference_markdown};
pub use reference_text::{kinds_text, reference_text};
pub use route_text::{routes_json, routes_text};
#[cfg(feature = "aws")]
pub use sent_json::sent_json;
pub use style::{Label, style};
pub use tests_machine::{tests_json, tests_junit, tests_tap};
pub use tests_text::tests_text;
pub use trace_json::trace_json;
pub use trace_text::trace_text;
