//! Puts values into a template, and says what comes of it.

use serde_json::Value as Json;

use super::input::placeholder_at;

/// A template in pieces.
#[derive(Clone, PartialEq, Debug)]
pub enum Piece<'t> {
    /// What stands there as it is.
    Text(&'t str),
    /// What stands between `<` and `>`, and whether that is inside a JSON string.
    Placeholder { name: &'t str, in_string: bool },
}

/// Takes a template apart. A `<` that begins no placeholder is text.
pub fn pieces(template: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut start, mut in_string, mut escaped) = (Vec::new(), 0, false, false);
    let mut at = 0;
    while let Some(c) = template[at..].chars().next() {
        if c == '<'
            && let Some(name) = placeholder_at(&template[at..])
        {
            pieces.extend((start < at).then(|| Piece::Text(&template[start..at])));
            pieces.push(Piece::Placeholder { name, in_string });
            at += name.len() + 2;
            start = at;
            escaped = false;
            continue;
        }
        in_string ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        at += c.len_utf8();
    }
    pieces.extend((start < at).then(|| Piece::Text(&template[start..at])));
    pieces
}

/// The text of a value inside a string: bare, nothing escaped.
pub(super) fn bare(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// As [`bare`], and a list or an object without its double quotes.
pub(super) fn unquoted(value: &Json) -> String {
    match value {
        Json::Array(_) | Json::Object(_) => value.to_string().replace('"', ""),
        scalar => bare(scalar),
    }
}

/// JSON text without white space between its tokens. What it says stays as it is spelt.
pub(super) fn minified(json: &str) -> String {
    let (mut in_string, mut escaped) = (false, false);
    let keep = |c: &char| {
        let is_kept = in_string || !c.is_ascii_whitespace();
        in_string ^= *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        is_kept
    };
    json.chars().filter(keep).collect()
}
