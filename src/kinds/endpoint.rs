//! URLs that AWS calls.

use crate::engine::{Part, Template, Value};

use super::Lowering;
use super::document::At;

/// Hosts that may be called without TLS: none of them is reached over a network.
const LOOPBACK: &[&str] = &["localhost", "127.0.0.1", "[::1]"];

const HELP: &str = "write `https://…`; http is for loopback hosts";

/// Reports the URL under a path if it is neither https nor on a loopback host. Of one that is not
/// known yet its beginning is checked, as far as it is text.
pub fn check(own: &mut Lowering<'_>, path: &str) {
    let Some(problem) = own.properties().at(path).and_then(wrong) else { return };
    let at = own.place_of(path);
    own.error("endpoint", at, problem, HELP);
}

/// The same of a URL in a document.
pub fn check_at(own: &mut Lowering<'_>, at: &At<'_>) {
    if let Some(problem) = wrong(at.value) {
        at.error(own, "endpoint", &problem, HELP);
    }
}

fn wrong(url: &Value) -> Option<String> {
    beginning(url).and_then(problem)
}

/// Whether what is sent to a URL crosses a network in the clear.
pub fn is_in_clear(url: &Value) -> bool {
    let url = beginning(url).and_then(|(url, _)| url.strip_prefix("http://"));
    url.is_some_and(|rest| !LOOPBACK.contains(&host(rest)))
}

/// The text in front of everything that is not known yet; nothing if there is none.
fn beginning(value: &Value) -> Option<(&str, bool)> {
    match value {
        Value::String(text) => Some((text, true)),
        Value::Unknown(Template { parts }) => match parts.first()? {
            Part::Text(text) => Some((text, false)),
            _ => None,
        },
        _ => None,
    }
}

/// What is wrong with a URL of which this is the beginning, or all.
fn problem((url, whole): (&str, bool)) -> Option<String> {
    match url.split_once("://") {
        Some(("https", rest)) if !whole || !host(rest).is_empty() => None,
        Some(("https", _)) => Some(format!("`{url}` names no host")),
        Some(("http", rest)) if LOOPBACK.contains(&host(rest)) => None,
        Some(("http", _)) => Some("the endpoint is not https".to_owned()),
        // The scheme itself may come from what is not known yet.
        None if !whole && "https://".starts_with(url) => None,
        _ => Some(format!("`{url}` is no URL of an endpoint")),
    }
}

/// The host of what follows the scheme, without its port.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_https_or_on_a_loopback_host() {
        for fine in
            ["https://a.example/x/*/y", "http://localhost/x", "http://127.0.0.1:8080", "http://[::1]:1/"]
        {
            assert_eq!(problem((fine, true)), None, "{fine}");
        }
        for wrong in [
            "http://a.example/",
            "http://localhost.example/",
            "ftp://a",
            "a.example",
            "https:///x",
            "http://127.0.0.1.example",
        ] {
            assert!(problem((wrong, true)).is_some(), "{wrong}");
        }
    }

    #[test]
    fn of_an_endpoint_that_is_not_known_yet_the_beginning_counts() {
        for fine in ["https://", "https://api.", "htt", "http://localhost/"] {
            assert_eq!(problem((fine, false)), None, "{fine}");
        }
        assert!(problem(("http://", false)).is_some());
        assert!(problem(("www.", false)).is_some());
    }
}
