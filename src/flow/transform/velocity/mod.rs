//! API Gateway's mapping templates, applied to a request: the part of the Velocity language that is
//! written around an event.
//!
//! Follows API Gateway's reference of mapping template variables and Velocity 1.7: `#set`, `#if` with
//! `#elseif` and `#else`, `#foreach`, comments, references with members, indexes and the usual methods
//! of Java's strings, lists and maps, `$input`, `$util`, `$context`, `$stageVariables`. What is not built
//! (macros, regular expressions, `#parse`) is an error that says so.

mod methods;
mod parse;
mod run;

use serde_json::Value as Json;

/// A request, or an answer of an integration, as a template sees it.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// The body as it was sent.
    pub body: String,
    /// `path`, `querystring` and `header`, each an object of texts.
    pub params: Json,
    /// What `$context` has.
    pub context: Json,
    /// What `$stageVariables` has.
    pub stage_variables: Json,
    /// What `$input.json` gives for what is absent.
    pub absent_json: Option<String>,
    /// What `$input.path` gives for what is absent.
    pub absent_path: Option<String>,
}

impl Default for Request {
    fn default() -> Request {
        Request {
            body: "{}".into(),
            params: serde_json::json!({ "path": {}, "querystring": {}, "header": {} }),
            context: Json::Object(serde_json::Map::new()),
            stage_variables: Json::Object(serde_json::Map::new()),
            absent_json: Some("\"\"".into()),
            absent_path: None,
        }
    }
}

/// What a template makes of a request.
#[derive(Clone, PartialEq, Debug)]
pub struct Rendered {
    pub text: String,
    /// What it set below `$context`: `responseOverride.status`, `responseOverride.header.NAME`…
    pub set: Json,
}

/// Why a template cannot be applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// The byte of the template.
    pub at: usize,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
}

/// Applies a template.
///
/// ```
/// use gatewayctl::flow::transform::velocity::{Request, render};
/// let request = Request { body: r#"{"id": 7, "tags": ["a", "b"]}"#.into(), ..Request::default() };
/// let template = "#set($body = $input.path('$'))\n\
///     {\"id\": $input.json('$.id'), \"tags\": \"#foreach($tag in $body.tags)$tag#if($foreach.hasNext), #end#end\"}";
/// assert_eq!(render(template, &request).unwrap().text, r#"{"id": 7, "tags": "a, b"}"#);
/// ```
///
/// # Errors
/// What is no Velocity, what is not built, and what takes too long.
pub fn render(template: &str, request: &Request) -> Result<Rendered, Wrong> {
    run::run(&parse::parse(template)?, template, request)
}

#[cfg(test)]
mod tests;
