//! Syntax errors in plain words, and the ones that quotes would mend.

use granit_parser::{ErrorKind, ScanError};

use super::diagnostic::Diagnostic;
use super::span::{FileId, Span, floor, offset};

/// A finding for the parser's error. `flows` are the flow collections that were open.
pub(super) fn explain(text: &str, file: FileId, error: &ScanError, flows: &[Span]) -> Diagnostic {
    let at = position(text, error);
    if let Some(unquoted) = unquoted(text, at, !flows.is_empty()) {
        let (from, to) = (offset(unquoted.start), offset(unquoted.start + unquoted.text.len()));
        let message = "braces and brackets inside an unquoted value break the YAML around it";
        return Diagnostic::error("quote_it", message)
            .at(Span::new(file, from, to))
            .label("this is not read as one text")
            .help(format!("quote it: {}", quoted(unquoted.text)));
    }
    let kind = error.kind();
    if matches!(kind, ErrorKind::RecursionLimitExceeded) {
        return Diagnostic::error("too_deep", "nested more than 255 levels deep").at(Span::new(
            file,
            offset(at),
            word_end(text, at),
        ));
    }
    let Words(message, help) = words(kind);
    let message = message.map_or_else(|| kind.to_string(), str::to_owned);
    let mut finding = Diagnostic::error("syntax", message);
    finding.help = help.map(str::to_owned);
    let here = Span::new(file, offset(at), word_end(text, at));
    let Some(&open) = flows.last() else {
        return finding.at(here);
    };
    let bracket = open.to(open.start + 1);
    if unclosed(kind) {
        let finding = finding.at(bracket).label("opened here");
        return if here.start == open.start {
            finding
        } else {
            finding.related(here, "not closed up to here")
        };
    }
    let between = &text[open.start as usize..at.max(open.start as usize)];
    match between.contains(['\n', '\r']) {
        true => finding
            .at(here)
            .related(bracket, "this bracket is still open")
            .help("close that bracket first, or put a comma between its entries"),
        false => finding.at(here),
    }
}

/// The byte the error is at.
fn position(text: &str, error: &ScanError) -> usize {
    let mark = error.marker();
    let byte = mark.byte_offset().unwrap_or_else(|| {
        let mut chars = text.char_indices().map(|(i, _)| i);
        chars.nth(mark.index()).unwrap_or(text.len())
    });
    let at = floor(text, byte);
    // At the end of the text there is nothing to show: the last thing written is.
    match text[at..].trim().is_empty() {
        true => floor(text, text.trim_end().len().saturating_sub(1)),
        false => at,
    }
}

/// The end of the word at `at`: what is underlined.
fn word_end(text: &str, at: usize) -> u32 {
    const LONGEST: usize = 40;
    let stops = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}' | ':');
    let mut word = text[at..].char_indices().take(LONGEST).skip(1);
    let end = word.find(|&(_, c)| stops(c)).map(|(i, _)| at + i);
    let rest = text[at..].char_indices().nth(LONGEST).map_or(text.len(), |(i, _)| at + i);
    offset(end.unwrap_or(rest))
}

/// A message and what to do about it.
struct Words(Option<&'static str>, Option<&'static str>);

fn unclosed(kind: &ErrorKind) -> bool {
    use ErrorKind as E;
    matches!(
        kind,
        E::UnexpectedEofFlowSequence
            | E::UnexpectedEofFlowMapping
            | E::UnexpectedEofImplicitFlowMapping
            | E::UnclosedFlowCollection { .. }
            | E::UnexpectedEof
    )
}

fn words(kind: &ErrorKind) -> Words {
    use ErrorKind as E;
    let (message, help) = match kind {
        k if unclosed(k) => ("a `[` or `{` is not closed", "close it with `]` or `}`"),
        E::ExpectedFlowMappingSeparator => (
            "a `,` or `}` is missing here",
            "separate the entries of a `{ }` map by commas and close it with `}`",
        ),
        E::ExpectedFlowSequenceSeparator => (
            "a `,` or `]` is missing here",
            "separate the items of a `[ ]` list by commas and close it with `]`",
        ),
        E::MismatchedFlowCollectionEnd { .. } | E::MisplacedFlowCollectionEnd => (
            "this bracket closes nothing",
            "check which `[` or `{` it belongs to, or quote it if text is meant",
        ),
        E::ExpectedBlockMappingKey => {
            ("a key was expected here", "check the indentation: the keys of one map begin in the same column")
        }
        E::ExpectedBlockSequenceEntry => (
            "a `- ` item was expected here",
            "check the indentation: the items of one list begin in the same column",
        ),
        E::InvalidQuotedScalarIndent => (
            "a quoted text goes on in this line, which is indented too little",
            "close the quote before this line, or indent the line",
        ),
        E::InvalidIndentation | E::InvalidFlowScalarIndent => (
            "the indentation does not fit what is around it",
            "the keys of one map and the items of one list begin in the same column",
        ),
        E::SimpleKeyExpected | E::InvalidSimpleKey => {
            ("a `:` is missing after this key", "write `key: value`, with a space after the colon")
        }
        E::MappingValueNotAllowed | E::InvalidColonPlacement => (
            "a `: ` is not allowed here",
            "quote the text if the colon belongs to it, or check the indentation",
        ),
        E::InvalidMappingValueWhitespace | E::FlowMappingValueAdjacentCollection => {
            ("a space is missing after the `:`", "write `key: value`")
        }
        E::MappingKeyNotAllowed => {
            ("a key is not allowed here", "check the indentation, or quote the text if the `?` belongs to it")
        }
        E::BlockEntryInFlowCollection | E::BlockSequenceEntryNotAllowed => (
            "a `- ` item is not allowed here",
            "begin the list in a line of its own, or quote the text if the dash belongs to it",
        ),
        E::PlainScalarStartsWithDashFlowIndicator => ("a text cannot begin like this", "quote it"),
        E::UnclosedQuotedScalar => ("a quoted text is not closed", "add the closing quote"),
        E::DocumentIndicatorInQuotedScalar => {
            ("a quoted text is not closed before this line", "add the closing quote")
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => (
            "something follows the closing quote",
            "quote the whole value; write '' for a quote within single quotes, \\\" within double",
        ),
        E::UnknownQuotedScalarEscape => (
            "unknown escape in a double-quoted text",
            "write \\\\ for a backslash, or use single quotes, where it is only itself",
        ),
        E::TabInIndentation
        | E::TabInBlockIndentation
        | E::TabNotAllowed
        | E::TabInPlainScalar
        | E::TabAtBlockScalarStart => ("a tab cannot indent YAML", "use spaces"),
        E::UnexpectedCharacter { .. } => {
            ("a value cannot begin with this character", "quote it if text is meant")
        }
        E::CommentNotSeparated => {
            ("a comment needs a space before its `#`", "quote the text if the `#` belongs to it")
        }
        E::MissingAnchorOrAliasName => {
            ("a name is missing after `&` or `*`", "quote the text if the sign belongs to it")
        }
        E::UndeclaredTagHandle | E::InvalidTagTerminator | E::ExpectedTagBang => {
            ("a `!` tag that YAML does not understand", "quote the text if the `!` belongs to it")
        }
        E::ExpectedDocumentStart | E::ExpectedNodeContent => {
            ("this cannot stand here", "check the indentation and the line before")
        }
        E::InvalidBlockScalarIndent => (
            "this line of a `|` or `>` text is indented less than its first",
            "indent every line at least as far as the first",
        ),
        E::InvalidBlockScalarHeader => {
            ("text cannot follow `|` or `>` in the same line", "begin the text in the next line, indented")
        }
        E::BomInsideDocument => ("a byte order mark within the text", "remove it"),
        _ => return Words(None, None),
    };
    Words(Some(message), Some(help))
}

/// A value whose unquoted braces or brackets broke the syntax.
struct Unquoted<'t> {
    start: usize,
    text: &'t str,
}

/// How far before and after the error it looks.
const REACH: usize = 400;

/// The last value that begins at or before the error, in its line, and has a bracket glued to it:
/// `${x}` and `/order/{id}` in a flow collection, `{id}/x` anywhere. A bracket right after text
/// cannot open a collection in a flow context, nor text follow one that closed.
fn unquoted(text: &str, at: usize, in_flow: bool) -> Option<Unquoted<'_>> {
    let from = floor(text, at.saturating_sub(REACH));
    let from = text[from..at].rfind(['\n', '\r']).map_or(from, |i| from + i + 1);
    let to = floor(text, at + REACH);
    let to = text[at..to].find(['\n', '\r']).map_or(to, |i| at + i);
    let line = &text[from..to];
    let mut found = None;
    let mut flow = usize::from(in_flow);
    let mut rest = 0;
    while let Some(c) = line[rest..].chars().next() {
        if from + rest > at {
            break;
        }
        let here = &line[rest..];
        if let Some(length) = quoted_length(here) {
            rest += length;
        } else if matches!(c, ' ' | '\t' | ',' | ']' | '}') || separator(here) {
            flow = flow.saturating_sub(usize::from(matches!(c, ']' | '}')));
            rest += 1;
        } else {
            let (length, glued) = value(here, flow > 0);
            if length > 0 && glued {
                found = Some(Unquoted { start: from + rest, text: here[..length].trim_end() });
            }
            if length > 0 && !matches!(c, '[' | '{') || glued {
                rest += length;
            } else {
                flow += 1;
                rest += c.len_utf8();
            }
        }
    }
    found
}

/// `:`, `-` or `?` as an indicator: before a space or the end.
fn separator(here: &str) -> bool {
    let mut chars = here.chars();
    matches!(chars.next(), Some(':' | '-' | '?')) && chars.next().is_none_or(|c| matches!(c, ' ' | '\t'))
}

/// The length of the quoted text that begins here.
fn quoted_length(here: &str) -> Option<usize> {
    let quote = here.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (i, c) in here.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if quote == '"' && c == '\\' {
            escaped = true;
        } else if c == quote {
            return Some(i + 1);
        }
    }
    Some(here.len())
}

/// The extent of the value that begins here as its author means it, brackets within it being its
/// own, and whether some bracket is glued to text in a way that YAML does not read as one value.
fn value(here: &str, in_flow: bool) -> (usize, bool) {
    let mut depth = 0usize;
    let mut glued = false;
    let mut before: Option<char> = None;
    let mut chars = here.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let next = chars.peek().map(|&(_, n)| n);
        let ends = match c {
            ',' => in_flow && depth == 0,
            ']' | '}' => depth == 0,
            ':' => depth == 0 && next.is_none_or(char::is_whitespace),
            '#' => before.is_some_and(char::is_whitespace),
            _ => false,
        };
        if ends {
            return (i, glued);
        }
        let text = |c: char| !c.is_whitespace() && !matches!(c, ',' | ':' | ']' | '}' | '[' | '{');
        match c {
            '[' | '{' => {
                glued |= in_flow && depth == 0 && before.is_some_and(text);
                depth += 1;
            }
            ']' | '}' => {
                depth -= 1;
                glued |= depth == 0 && here.starts_with(['[', '{']) && next.is_some_and(text);
            }
            _ => {}
        }
        before = Some(c);
    }
    (here.len(), glued)
}

/// The text as a YAML string in double quotes.
fn quoted(text: &str) -> String {
    let text = shorten(text);
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A text short enough for a message, on one line.
pub(super) fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    let one_line = |c: char| if c.is_control() { ' ' } else { c };
    match text.char_indices().nth(LONGEST) {
        None => text.chars().map(one_line).collect(),
        Some((end, _)) => text[..end].chars().map(one_line).chain(['…']).collect(),
    }
}

#[cfg(test)]
#[path = "syntax_tests.rs"]
mod tests;
