//! An HTTP request from outside, as `trace` and tests say it.

use serde_json::{Map, Value as Json};

use super::happening::{Happening, text};

/// `{ request: "POST /orders?x=1", headers: { … }, query: { … }, body: … }`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Call {
    /// In capitals.
    pub method: String,
    /// Begins with `/`, without the query.
    pub path: String,
    pub headers: Map<String, Json>,
    pub query: Map<String, Json>,
    /// As it was sent; empty if nothing was.
    pub body: String,
}

impl Call {
    /// Reads the request.
    ///
    /// # Errors
    /// It is none, in one sentence.
    pub fn read(said: &Happening<'_>) -> Result<Call, String> {
        let line = said.value.as_str().unwrap_or_default();
        let wrong =
            || format!("`{}` is no request; write `METHOD /path`, such as `POST /orders`", text(said.value));
        let (method, target) = line.split_once(' ').ok_or_else(wrong)?;
        if !target.starts_with('/') || !method.chars().all(|c| c.is_ascii_alphabetic()) || method.is_empty() {
            return Err(wrong());
        }
        let (path, written) = target.split_once('?').unwrap_or((target, ""));
        let mut query: Map<String, Json> = written
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        query.extend(said.texts("query")?);
        Ok(Call {
            method: method.to_uppercase(),
            path: path.to_owned(),
            headers: said.texts("headers")?,
            query,
            body: said.beside("body").map(text).unwrap_or_default(),
        })
    }
}
