//! `trace` on a terminal: a tree.

use super::page::{Page, piece};
use super::style::Label;
use crate::flow::passing::HttpRequest;
use crate::flow::trace::{By, Hop};
use crate::flow::transform::evaluate::Outcome;

/// The way of an event as text.
pub fn trace_text(hop: &Hop, color: bool, width: usize) -> String {
    let mut page = Page::new(color, width);
    write(&mut page, hop, 0);
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
        (Some(Outcome::Delivered { payload, .. }), None) => {
            page.line(inner, &[piece(Label::Plain, payload.clone())])
        }
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
    if let Some(answer) = &hop.answer {
        page.line(inner, &[piece(Label::Dim, "answers "), piece(Label::Plain, answer.to_string())]);
    }
    hop.next.iter().for_each(|next| write(page, next, depth + 1));
}

fn write_request(page: &mut Page, indent: usize, request: &HttpRequest) {
    page.line(indent, &[piece(Label::Plain, format!("{} {}", request.method, request.url))]);
    for (name, value) in &request.headers {
        page.line(indent, &[piece(Label::Dim, format!("{name}: {value}"))]);
    }
    page.line(indent, &[piece(Label::Plain, request.body.clone())]);
}
