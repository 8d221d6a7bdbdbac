//! The one notation by which a transform refers to what arrives.

use std::fmt;

use crate::source::suggest;

/// A reference of a transform.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Reference {
    /// `$` or `$.path`: the event, the record, on a route the JSON body, or a part of it.
    Event(JsonPath),
    /// `$aws.NAME`: one of the service's own variables.
    Service(String),
    /// `$request.path|querystring|header.NAME`: a parameter of the HTTP request of a route.
    Request(Parameter, String),
    /// `$context.NAME`: API Gateway's context of the request of a route.
    Context(String),
}

/// Where an HTTP request carries a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Parameter {
    Path,
    Querystring,
    Header,
}

const PARAMETERS: [(&str, Parameter); 3] =
    [("path", Parameter::Path), ("querystring", Parameter::Querystring), ("header", Parameter::Header)];

impl Parameter {
    /// The word in the notation, which is also API Gateway's.
    pub fn word(self) -> &'static str {
        match self {
            Parameter::Path => "path",
            Parameter::Querystring => "querystring",
            Parameter::Header => "header",
        }
    }
}

/// A path into JSON. Without segments it is the whole document.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct JsonPath(pub Vec<Segment>);

/// A step of a [`JsonPath`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Segment {
    /// `.name`: letters, digits, `_` and `-`.
    Name(String),
    /// `[0]`
    Index(usize),
    /// `[*]`
    Every,
}

impl JsonPath {
    /// The path that a text is: `$.detail.id`. Nothing if it is something else.
    pub fn read(text: &str) -> Option<JsonPath> {
        match parse_reference(text) {
            Ok(Reference::Event(path)) => Some(path),
            _ => None,
        }
    }

    /// What the path leads to; nothing if something on the way is absent. `[*]` gives a list of what
    /// the rest of the path finds in the items.
    ///
    /// ```
    /// use gatewayctl::flow::reference::{Reference, parse_reference};
    /// let Ok(Reference::Event(path)) = parse_reference("$.items[*].id") else { panic!() };
    /// let event = serde_json::json!({ "items": [{ "id": 1 }, { "name": "x" }, { "id": 3 }] });
    /// assert_eq!(path.find(&event), Some(serde_json::json!([1, 3])));
    /// ```
    pub fn find(&self, document: &serde_json::Value) -> Option<serde_json::Value> {
        find(&self.0, document)
    }
}

fn find(path: &[Segment], value: &serde_json::Value) -> Option<serde_json::Value> {
    let Some((segment, rest)) = path.split_first() else { return Some(value.clone()) };
    match segment {
        Segment::Name(name) => find(rest, value.as_object()?.get(name)?),
        Segment::Index(index) => find(rest, value.as_array()?.get(*index)?),
        Segment::Every => Some(value.as_array()?.iter().filter_map(|item| find(rest, item)).collect()),
    }
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.0.iter().try_for_each(|segment| match segment {
            Segment::Name(name) => write!(f, ".{name}"),
            Segment::Index(index) => write!(f, "[{index}]"),
            Segment::Every => f.write_str("[*]"),
        })
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Event(path) => path.fmt(f),
            Reference::Service(name) => write!(f, "$aws.{name}"),
            Reference::Request(parameter, name) => write!(f, "$request.{}.{name}", parameter.word()),
            Reference::Context(name) => write!(f, "$context.{name}"),
        }
    }
}

/// What a string of a transform says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Text {
    /// The string is one reference: the value with its type.
    Typed(Reference),
    /// Text with references in it, each standing for its text.
    Pieces(Vec<Piece>),
}

/// A part of a string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    Text(String),
    Reference(Reference),
}

/// Why a text is no reference, and what to write instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misread {
    pub message: String,
    pub help: Option<String>,
}

impl Misread {
    /// A message with advice.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Misread {
        Misread { message: message.into(), help: Some(help.into()) }
    }
}

/// Reads a string of a transform.
///
/// ```
/// use gatewayctl::flow::reference::{Piece, Reference, Text, parse};
/// let Ok(Text::Typed(Reference::Event(path))) = parse("$.detail.items[0].order-id") else { panic!() };
/// assert_eq!(path.to_string(), "$.detail.items[0].order-id");
/// let Ok(Text::Pieces(pieces)) = parse("Order <$.id>") else { panic!() };
/// assert_eq!(pieces[0], Piece::Text("Order ".into()));
/// assert_eq!(parse("$$.id"), Ok(Text::Pieces(vec![Piece::Text("$.id".into())])));
/// assert!(parse("$id").unwrap_err().help.unwrap().contains("`$.id`"));
/// ```
///
/// # Errors
/// A string that starts with `$`, or a `<$…>` in it, that is no reference.
pub fn parse(text: &str) -> Result<Text, Misread> {
    match text.strip_prefix('$') {
        None => pieces(text).map(Text::Pieces),
        Some(rest) if rest.starts_with('$') => pieces(rest).map(Text::Pieces),
        Some(_) => {
            parse_reference(text).map(Text::Typed).map_err(|misread| embedded(text).unwrap_or(misread))
        }
    }
}

/// Advice for `$.id is new`: a reference with text after it.
fn embedded(text: &str) -> Option<Misread> {
    let end = text.find(char::is_whitespace)?;
    let reference = parse_reference(&text[..end]).ok()?;
    Some(Misread::new(
        format!("`{reference}` is followed by text, so it is no reference"),
        format!("inside text write `<{reference}>`"),
    ))
}

/// Reads the text of a string that does not stand alone: references in it are `<REFERENCE>`.
///
/// # Errors
/// A `<$…>` that is no reference.
pub fn pieces(text: &str) -> Result<Vec<Piece>, Misread> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("<$") {
        plain.push_str(&rest[..start]);
        let inner = &rest[start + 1..];
        if let Some(literal) = inner.strip_prefix("$$") {
            plain.push_str("<$");
            rest = literal;
            continue;
        }
        let Some(end) = inner.find('>') else {
            return Err(Misread::new(
                format!("`<{inner}` has no `>`"),
                "`<REFERENCE>` stands for its text; `<$$` is a literal `<$`",
            ));
        };
        let reference = parse_reference(&inner[..end])?;
        if !plain.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
        }
        pieces.push(Piece::Reference(reference));
        rest = &inner[end + 1..];
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// A path in the midst of a text, which stays there as it is written: `order.$.id`. One in quotes is spoken of, and
/// what follows a letter or a digit is money (`5$.`).
///
/// ```
/// use gatewayctl::flow::reference::stray;
/// assert_eq!(stray("order.$.detail.id is new"), Some("$.detail.id"));
/// assert_eq!(stray("it costs 5$.No more"), None);
/// assert_eq!(stray("write `$.id`"), None);
/// ```
pub fn stray(text: &str) -> Option<&str> {
    text.match_indices("$.").find_map(|(at, _)| {
        let is_spoken_of = |c: char| c.is_alphanumeric() || "$<\"'`".contains(c);
        let rest = &text[at..];
        let end = rest[1..].find(|c| c != '.' && !in_name(c)).map_or(rest.len(), |end| end + 1);
        let path = rest[..end].trim_end_matches('.');
        let is_named = path[1..].starts_with('.') && path[2..].starts_with(|c: char| c.is_ascii_alphabetic());
        let is_stray = !text[..at].ends_with(is_spoken_of) && path.len() > 2 && is_named;
        (is_stray && parse_reference(path).is_ok()).then_some(path)
    })
}

/// Reads a reference that is the whole text.
///
/// # Errors
/// Text that is none, with what was probably meant.
pub fn parse_reference(text: &str) -> Result<Reference, Misread> {
    let Some(rest) = text.strip_prefix('$') else {
        return Err(Misread::new(format!("`{text}` is no reference"), "a reference starts with `$`"));
    };
    if rest.is_empty() || rest.starts_with(['.', '[']) {
        return parse_path(rest, text).map(Reference::Event);
    }
    let (root, name) = rest.split_once('.').unwrap_or((rest, ""));
    match root {
        "aws" => dotted(name, text).map(Reference::Service),
        "context" => dotted(name, text).map(Reference::Context),
        "request" => parse_parameter(name, text),
        _ => Err(unknown_root(root, text)),
    }
}

fn unknown_root(root: &str, text: &str) -> Misread {
    let roots = ["aws", "context", "request"];
    let help = match suggest(root, roots) {
        Some(near) => format!("did you mean `${near}`?"),
        None if parse_path(&text.replacen('$', ".", 1), text).is_ok() => {
            format!("did you mean `{}`? A literal `$` is written `$$`", text.replacen('$', "$.", 1))
        }
        None => format!("a literal `$` is written `$$`: `${text}`"),
    };
    Misread::new(format!("`{text}` starts with `$` and is no reference"), help)
}

fn parse_parameter(rest: &str, text: &str) -> Result<Reference, Misread> {
    let (word, name) = rest.split_once('.').unwrap_or((rest, ""));
    let Some((_, parameter)) = PARAMETERS.iter().find(|(known, _)| *known == word) else {
        let near = suggest(word, PARAMETERS.map(|(word, _)| word)).unwrap_or("header");
        return Err(Misread::new(
            format!("`{text}` names no part of the request"),
            format!("write `$request.{near}.NAME`; the parts are path, querystring and header"),
        ));
    };
    let legal = |c: char| c.is_ascii_alphanumeric() || "_.-~[]".contains(c);
    if name.is_empty() || !name.chars().all(legal) {
        return Err(Misread::new(
            format!("`{text}` names no parameter"),
            "a parameter's name is made of letters, digits and `_ . - ~ [ ]`",
        ));
    }
    Ok(Reference::Request(*parameter, name.to_owned()))
}

/// A name of dotted words, each starting with a letter.
fn dotted(name: &str, text: &str) -> Result<String, Misread> {
    let word = |word: &str| word.starts_with(|c: char| c.is_ascii_alphabetic()) && word.chars().all(in_name);
    match name.split('.').all(word) {
        true => Ok(name.to_owned()),
        false => Err(Misread::new(
            format!("`{text}` names no variable"),
            "a variable's name is made of words of letters, digits, `_` and `-`, joined by dots",
        )),
    }
}

fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

fn parse_path(path: &str, text: &str) -> Result<JsonPath, Misread> {
    let mut segments = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (segment, after) = parse_segment(rest).map_err(|help| {
            let at = text.len() - rest.len();
            Misread::new(format!("`{text}` is no path: it goes wrong at `{}`", &text[at..]), help)
        })?;
        segments.push(segment);
        rest = after;
    }
    Ok(JsonPath(segments))
}

fn parse_segment(text: &str) -> Result<(Segment, &str), &'static str> {
    if let Some(name) = text.strip_prefix('.') {
        let end = name.find(|c| !in_name(c)).unwrap_or(name.len());
        return match end {
            0 if name.starts_with('*') => Err("every item is `[*]`"),
            0 => Err("a name follows the dot, of letters, digits, `_` and `-`"),
            _ => Ok((Segment::Name(name[..end].to_owned()), &name[end..])),
        };
    }
    let Some((inner, after)) = text.strip_prefix('[').and_then(|inner| inner.split_once(']')) else {
        return Err("a path is made of `.name`, `[0]` and `[*]`; inside text write `<REFERENCE>`");
    };
    match inner {
        "*" => Ok((Segment::Every, after)),
        digits if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => match digits.parse() {
            Ok(index) => Ok((Segment::Index(index), after)),
            Err(_) => Err("the index is too large"),
        },
        _ => Err("brackets hold an index or `*`; a name is written `.name`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(text: &str) -> String {
        parse(text).unwrap_err().help.unwrap()
    }

    #[test]
    fn every_form_of_reference_is_read_and_written_back() {
        for text in [
            "$",
            "$.a",
            "$.a-b.c_d[0][*].e",
            "$[0]",
            "$aws.event.ingestion-time",
            "$request.header.X-Id",
            "$request.querystring.filter[a]",
            "$context.identity.sourceIp",
        ] {
            let Ok(Text::Typed(reference)) = parse(text) else { panic!("{text}: {:?}", parse(text)) };
            assert_eq!(reference.to_string(), text);
            let Ok(Text::Pieces(pieces)) = parse(&format!("a<{text}>b")) else { panic!("{text}") };
            assert_eq!(
                pieces,
                [Piece::Text("a".into()), Piece::Reference(reference), Piece::Text("b".into())]
            );
        }
    }

    #[test]
    fn two_dollars_are_one_where_a_reference_would_start_and_nowhere_else() {
        for (text, literal) in
            [("$$", "$"), ("$$.a", "$.a"), ("<$$.a>", "<$.a>"), ("a$$b", "a$$b"), ("5$", "5$")]
        {
            assert_eq!(parse(text), Ok(Text::Pieces(vec![Piece::Text(literal.into())])), "{text}");
        }
    }

    #[test]
    fn what_starts_with_a_dollar_and_is_no_reference_is_an_error_with_advice() {
        assert!(help("$detail.id").contains("`$.detail.id`"));
        assert!(help("$5").contains("`$.5`"));
        assert!(help("$5,00").contains("`$$5,00`"));
        assert!(help("$awz.event").contains("`$aws`"));
        assert!(help("$request.headers.x").contains("$request.header.NAME"));
        assert!(help("$.a['b']").contains("`.name`"));
        assert!(help("$.a.*").contains("`[*]`"));
        assert!(help("$.id is new").contains("`<$.id>`"));
        assert!(help("Order <$.id").contains("<$$"));
        for text in
            ["$.", "$.a.", "$.a[", "$.a[-1]", "$aws", "$aws.", "$request", "$request.path.", "$.ä", "<$x>"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
