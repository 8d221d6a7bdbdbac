//! Requests and answers as plain data, so that a test can make one without an SDK.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::api::{Api, Operation};

/// An HTTP request. Header names are lower-case. Its body may hold secrets and is not shown by `Debug`.
#[derive(Clone, Default)]
pub struct Request {
    /// `GET`, `POST`…
    pub method: String,
    /// Absolute (`https://host/path?query`) or from the path on.
    pub uri: String,
    /// In the order sent.
    pub headers: Vec<(String, String)>,
    /// The payload.
    pub body: Vec<u8>,
}

/// An HTTP answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Header names are lower-case.
    pub headers: Vec<(String, String)>,
    /// The payload.
    pub body: Vec<u8>,
}

/// The connection broke: no answer came. Whether the request had its effect is not known to the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportError(pub String);

impl std::fmt::Display for TransportError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for TransportError {}

/// A refusal as a service words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// `ResourceNotFoundException`.
    pub code: String,
    /// The sentence for a person.
    pub message: String,
    /// The HTTP status, where it is not the one the model states for the code.
    pub status: Option<u16>,
}

impl ApiError {
    /// An error with the status the model states for its code (400 if it states none).
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        ApiError { code: code.into(), message: message.into(), status: None }
    }

    /// With another status than the model's.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The status that travels.
    pub fn http_status(&self, api: &Api) -> u16 {
        self.status.or_else(|| api.error_status(&self.code)).unwrap_or(400)
    }
}

/// A request understood: which operation of which service, where, and its input in the model's names,
/// which may hold secrets and is not shown by `Debug`.
#[derive(Clone)]
pub struct Decoded {
    /// The service's API.
    pub api: &'static Api,
    /// The operation.
    pub operation: &'static Operation,
    /// The region the request was signed for.
    pub region: String,
    /// The input, an object.
    pub input: serde_json::Value,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Request { method, uri, body, .. } = self;
        write!(out, "Request({method} {uri}, {} bytes)", body.len())
    }
}

impl std::fmt::Debug for Decoded {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Decoded({}:{} in {})", self.api.service, self.operation.name, self.region)
    }
}

impl Request {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The path, percent-encoded as sent.
    pub fn path(&self) -> &str {
        self.target().split(['?', '#']).next().unwrap_or("/")
    }

    /// The query parameters, decoded, in order.
    pub fn query(&self) -> Vec<(String, String)> {
        self.target().split_once('?').map(|(_, query)| pairs(query)).unwrap_or_default()
    }

    /// The host the request went to.
    pub fn host(&self) -> &str {
        match self.uri.split_once("://") {
            Some((_, rest)) => rest.split(['/', '?']).next().unwrap_or(rest),
            None => self.header("host").unwrap_or_default(),
        }
    }

    fn target(&self) -> &str {
        match self.uri.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
            None => &self.uri,
        }
    }
}

/// Decodes `a=1&b=%20`.
pub fn pairs(form: &str) -> Vec<(String, String)> {
    form.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').unwrap_or((part, "")))
        .map(|(key, value)| (unescape(&key.replace('+', " ")), unescape(&value.replace('+', " "))))
        .collect()
}

/// Undoes percent-encoding; what is not UTF-8 afterwards is replaced.
pub fn unescape(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Percent-encodes all but RFC 3986's unreserved characters, as IAM does with documents.
pub fn escape(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}
