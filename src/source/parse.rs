//! One YAML 1.2 document from a file's text.

use granit_parser::{Event, Parser, StructureStyle};

use super::build::{Builder, Stop};
use super::diagnostic::{Diagnostic, Findings};
use super::node::Node;
use super::span::{FileId, Sources, Span, offset};
use super::syntax;

/// Larger files are refused before they are read.
const LARGEST_FILE: usize = 8 << 20;

/// Reads the file's one document.
///
/// Everything wrong becomes a finding. A syntax error ends the document, so nothing comes back;
/// of anything else (duplicate keys, tags, unknown anchors) all cases are reported and the rest
/// of the document comes back, for the next stage to find more in the same run: check
/// [`Findings::has_errors`] before acting on it.
///
/// Aliases share the node of their anchor. What they would expand to is bounded, as are the
/// nesting, the file and its keys.
pub fn parse(sources: &Sources, file: FileId, findings: &mut Findings) -> Option<Node> {
    read(sources, file, findings, false)
}

/// The same of a document whose custom tags (`!Ref`) mean something to who asked: they stand on their
/// [nodes](Node::tag) and are not reported.
pub fn parse_tagged(sources: &Sources, file: FileId, findings: &mut Findings) -> Option<Node> {
    read(sources, file, findings, true)
}

fn read(sources: &Sources, file: FileId, findings: &mut Findings, keeps_tags: bool) -> Option<Node> {
    let text = sources.text(file);
    if let Some(refusal) = unreadable(text, file) {
        findings.push(refusal);
        return None;
    }
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        // Long keys are found here, where the message can say so.
        simple_key_max_lookahead: LARGEST_FILE,
    };
    let mut builder = Builder::new(file, findings, keeps_tags);
    for event in Parser::new_from_str_with_options(text, options) {
        let step = match event {
            Ok((event, place)) => feed(&mut builder, event, &place),
            Err(error) => {
                let finding = syntax::explain(text, file, &error, &builder.flows());
                builder.report(finding);
                Err(Stop)
            }
        };
        if step.is_err() {
            return None;
        }
    }
    builder.finish()
}

fn feed(b: &mut Builder, event: Event, place: &granit_parser::Span) -> Result<(), Stop> {
    let span = b.span(place);
    match event {
        Event::DocumentStart(..) => b.document(span),
        Event::Scalar(text, style, anchor, tag) => {
            b.scalar(span, &text, style, anchor, tag.as_deref(), place)
        }
        Event::SequenceStart(style, anchor, tag) => {
            let flow = style == StructureStyle::Flow;
            b.open_seq(span, flow, anchor, tag.as_deref(), place)
        }
        Event::MappingStart(style, anchor, tag) => {
            let flow = style == StructureStyle::Flow;
            b.open_map(span, flow, anchor, tag.as_deref(), place)
        }
        Event::SequenceEnd | Event::MappingEnd => b.close(span),
        Event::Anchor(id, name) => {
            b.anchor(id, &name, span);
            Ok(())
        }
        Event::Alias(id) => b.alias(id, span),
        Event::UnresolvedAlias(name) => b.unknown_alias(&name, span),
        _ => Ok(()),
    }
}

/// Why the text is not one to parse: its size, or a character that YAML cannot have.
fn unreadable(text: &str, file: FileId) -> Option<Diagnostic> {
    let start = Span::new(file, 0, 0);
    if text.len() > LARGEST_FILE {
        let message = format!("the file has {} bytes; at most {LARGEST_FILE} (8 MiB) are read", text.len());
        return Some(Diagnostic::error("file_too_large", message).at(start));
    }
    let (at, c) = text.char_indices().find(|&(_, c)| !printable(c))?;
    let span = Span::new(file, offset(at), offset(at + c.len_utf8()));
    let message = format!("a YAML file cannot hold the character {}", character(c));
    let finding = Diagnostic::error("control_character", message).at(span);
    Some(finding.help("remove it; inside double quotes it can be written as an escape, such as \"\\x1b\""))
}

/// YAML 1.2's `c-printable`; a byte order mark within the text is the parser's to judge.
fn printable(c: char) -> bool {
    matches!(c,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}'
        | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn character(c: char) -> String {
    let name = match c {
        '\0' => " (NUL)",
        '\u{1b}' => " (escape)",
        '\u{8}' => " (backspace)",
        '\u{7f}' => " (delete)",
        _ => "",
    };
    format!("U+{:04X}{name}", u32::from(c))
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
