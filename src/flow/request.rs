//! An HTTP request from outside, as `trace` and tests say it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value as Json};

use super::happening::{Happening, text};

/// `{ request: "POST /orders?x=1", headers: { … }, query: { … }, body: … }`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Call {
    /// In capitals.
    pub method: String,
    /// Begins with `/`, without the query.
    pub path: String,
    pub headers: Pairs,
    /// Decoded.
    pub query: Pairs,
    /// The query as it stands in the URL.
    pub raw_query: String,
    /// As it was sent; empty if nothing was.
    pub body: String,
}

/// Names and values in their order; a name may stand there several times.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pairs(pub Vec<(String, String)>);

impl Pairs {
    /// Names and texts, or lists of texts, as a person writes them.
    fn read(said: &Happening<'_>, name: &str) -> Result<Pairs, String> {
        let map = match said.beside(name) {
            None => return Ok(Pairs::default()),
            Some(Json::Object(map)) => map,
            Some(_) => return Err(format!("`{name}` is an object of names and values")),
        };
        let each = map.iter().flat_map(|(name, value)| {
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            values.iter().map(move |value| (name.clone(), text(value)))
        });
        Ok(Pairs(each.collect()))
    }

    /// The last value of each name, as API Gateway hands single values on.
    pub fn last(&self) -> Map<String, Json> {
        self.0.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect()
    }

    /// Every value of each name, in a list each.
    pub fn lists(&self) -> Map<String, Json> {
        self.fold(|all| all.iter().map(|value| Json::from(*value)).collect())
    }

    /// Every value of each name, with commas between them, as the URLs of functions hand them on.
    pub fn joined(&self) -> Map<String, Json> {
        self.fold(|all| all.join(",").into())
    }

    fn fold(&self, value: impl Fn(&[&str]) -> Json) -> Map<String, Json> {
        let of = |name: &str| -> Vec<&str> {
            self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str()).collect()
        };
        self.0.iter().map(|(name, _)| (name.clone(), value(&of(name)))).collect()
    }
}

impl Call {
    /// Reads the request. What stands under `query` takes the place of what the path has under that name.
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
        let (path, raw) = target.split_once('?').unwrap_or((target, ""));
        let beside = Pairs::read(said, "query")?;
        let is_replaced = |name: &str| beside.0.iter().any(|(other, _)| other == name);
        let written = raw.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value), pair)
        });
        let (mut query, mut parts) = (Pairs::default(), Vec::new());
        for (name, value, pair) in written.filter(|(name, ..)| !is_replaced(name)) {
            query.0.push((name, value));
            parts.push(pair.to_owned());
        }
        parts.extend(beside.0.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))));
        query.0.extend(beside.0);
        Ok(Call {
            method: method.to_uppercase(),
            path: path.to_owned(),
            headers: Pairs::read(said, "headers")?,
            query,
            raw_query: parts.join("&"),
            body: said.beside("body").map(text).unwrap_or_default(),
        })
    }
}

/// A text as forms and queries encode it: a space is `+`, and what is neither letter nor digit its bytes in hex, save
/// `.-*_`.
pub fn encoded(text: &str) -> String {
    const FORM: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'*').remove(b'_').remove(b' ');
    utf8_percent_encode(text, FORM).to_string().replace(' ', "+")
}

/// What such a text stands for. A `%` without two digits of hex behind it is itself.
///
/// ```
/// use gatewayctl::flow::request::decoded;
/// assert_eq!(decoded("a+b%20c%2Fd%C3%A9%"), "a b c/dé%");
/// ```
pub fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}
