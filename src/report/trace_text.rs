//! `trace` on a terminal: a tree.

use serde_json::Value as Json;

use super::page::{Page, piece};
use super::style::Label;
use crate::flow::envelope::told;
use crate::flow::passing::HttpRequest;
use crate::flow::trace::{By, Hop};
use crate::flow::transform::evaluate::Outcome;
use crate::kinds::secret::SHOWN;

/// The way of an event as text, without its secrets.
pub fn trace_text(hop: &Hop, color: bool, width: usize) -> String {
    let mut page = Page::new(color, width);
    write(&mut page, &hop.masked(SHOWN), 0);
    page.finish()
}

fn write(page: &mut Page, hop: &Hop, depth: usize) {
    let indent = 2 * depth;
    let mut head = vec![];
    match &hop.by {
        By::Target(name) => head.push(piece(Label::Plain, format!("{name} → "))),
        By::Does => head.push(piece(Label::Plain, "does → ")),
        By::Start | By::Listens => {}
    }
    head.push(piece(Label::Address, hop.at.to_string()));
    if let Some(verdict) = &hop.verdict {
        head.push(match verdict.is_match {
            true => piece(Label::Good, "  matches"),
            false => piece(Label::Dim, "  does not match"),
        });
    }
    if let Some(Outcome::Nothing { .. }) = &hop.payload {
        head.push(piece(Label::Danger, "  gets nothing"));
    }
    page.line(indent, &head);
    let inner = indent + 4;
    if let Some(verdict) = &hop.verdict {
        for (field, decided) in &verdict.fields {
            page.prose(inner, Label::Dim, &format!("{field}: {decided}"));
        }
    }
    match (&hop.payload, &hop.request) {
        (_, Some(request)) => write_request(page, inner, request),
        (Some(Outcome::Delivered { payload, .. }), None) => write_payload(page, inner, payload),
        (Some(Outcome::Nothing { made, why }), None) => {
            page.prose(inner, Label::Danger, why);
            page.line(inner, &[piece(Label::Dim, made.clone())]);
        }
        (None, None) => {}
    }
    let delivered = match &hop.payload {
        Some(Outcome::Delivered { notes, .. }) => notes.as_slice(),
        _ => &[],
    };
    for note in delivered.iter().chain(&hop.notes) {
        page.prose(inner, Label::Warning, note);
    }
    for problem in &hop.problems {
        page.prose(inner, Label::Danger, problem);
    }
    if let Some(answer) = &hop.answer {
        write_json(page, inner, "answers ", answer, "");
    }
    hop.next.iter().for_each(|next| write(page, next, depth + 1));
}

fn write_request(page: &mut Page, indent: usize, request: &HttpRequest) {
    page.line(indent, &[piece(Label::Plain, format!("{} {}", request.method, request.url))]);
    for (name, value) in &request.headers {
        page.line(indent, &[piece(Label::Dim, format!("{name}: {value}"))]);
    }
    write_payload(page, indent, &request.body);
}

/// What is delivered: JSON as wide as it fits, and a text as it is.
fn write_payload(page: &mut Page, indent: usize, payload: &str) {
    match serde_json::from_str::<Json>(payload) {
        Ok(json @ (Json::Object(_) | Json::Array(_))) => {
            write_json(page, indent, "", &told(json), "");
        }
        _ if payload.is_empty() => {}
        _ => page.line(indent, &[piece(Label::Plain, payload)]),
    }
}

/// JSON in one line where it fits, and its members in lines of their own where not.
fn write_json(page: &mut Page, indent: usize, before: &str, value: &Json, after: &str) {
    let line = format!("{before}{value}{after}");
    let fits = indent + line.chars().count() <= page.width();
    let (open, close, members): (_, _, Vec<(String, &Json)>) = match value {
        Json::Object(map) if !fits => (
            "{",
            "}",
            map.iter().map(|(key, value)| (format!("{}: ", Json::from(key.as_str())), value)).collect(),
        ),
        Json::Array(list) if !fits => ("[", "]", list.iter().map(|value| (String::new(), value)).collect()),
        _ => return page.line(indent, &[piece(Label::Plain, line)]),
    };
    page.line(indent, &[piece(Label::Plain, format!("{before}{open}"))]);
    for (index, (key, value)) in members.iter().enumerate() {
        let comma = if index + 1 < members.len() { "," } else { "" };
        write_json(page, indent + 2, key, value, comma);
    }
    page.line(indent, &[piece(Label::Plain, format!("{close}{after}"))]);
}
