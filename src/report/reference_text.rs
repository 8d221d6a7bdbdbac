//! `explain` in a terminal: a kind, a field, a kind key.

use crate::reference::{Choice, Entry, Found, Page as KindPage, Presence, Written};

use super::page::{Page, piece};
use super::style::Label;

/// The kinds and the sections beside them, a line each.
pub fn kinds_text(pages: &[KindPage], sections: &[Entry], color: bool, width: usize) -> String {
    let mut out = Page::new(color, width);
    let kinds: Vec<_> = pages.iter().map(|page| (page.about.kind, page.about.doc)).collect();
    let sections: Vec<_> = sections.iter().map(|section| (section.key, section.doc)).collect();
    let widest = kinds.iter().chain(&sections).map(|(name, _)| name.len()).max().unwrap_or(0);
    for (title, all) in [("What a stack declares", kinds), ("What stands beside that", sections)] {
        out.line(0, &[piece(Label::Heading, title)]);
        for (name, doc) in all {
            let name = format!("{name:widest$}");
            let room = width.max(40).saturating_sub(widest + 4);
            let first = first_sentence(doc);
            let fits = first.chars().count() <= room;
            let said = if fits { first.to_owned() } else { cut(first, room) };
            out.line(2, &[piece(Label::Address, name), piece(Label::Plain, "  "), piece(Label::Plain, said)]);
        }
        out.blank();
    }
    out.prose(
        0,
        Label::Dim,
        "`gatewayctl explain KIND` shows its fields, `gatewayctl explain KIND.FIELD` one of them, `gatewayctl explain tests.when` what a section takes.",
    );
    out.finish()
}

/// What a path leads to.
pub fn reference_text(found: &Found, color: bool, width: usize) -> String {
    let mut out = Page::new(color, width);
    match found {
        Found::Kind(page) => kind(&mut out, page),
        Found::Field { path, entry } => field(&mut out, path, entry),
        Found::Choice { path, choice } => one_choice(&mut out, path, choice),
    }
    out.finish()
}

fn kind(out: &mut Page, page: &KindPage) {
    let about = page.about;
    out.line(
        0,
        &[
            piece(Label::Heading, about.kind),
            piece(Label::Dim, format!("  (`{}` in references)", about.singular)),
        ],
    );
    out.prose(2, Label::Plain, about.doc);
    if about.protect {
        out.prose(2, Label::Plain, "Protected: only `--allow-destroy` lets a plan delete or replace one, unless it says `protect: false`.");
    }
    if let Some(lost) = about.loses.sentence() {
        out.prose(2, Label::Plain, &lost);
    }
    heading(out, "Fields");
    fields(out, &page.fields, about.kind, false);
    if !page.outputs.is_empty() {
        heading(out, "Outputs");
        let widest = page.outputs.iter().map(|output| output.name.len()).max().unwrap_or(0);
        for output in &page.outputs {
            let when = if output.is_assigned { "  (known after apply)" } else { "" };
            out.line(
                2,
                &[
                    piece(Label::Address, format!("{:widest$}", output.name)),
                    piece(Label::Plain, format!("  {}", output.doc)),
                    piece(Label::Dim, when),
                ],
            );
        }
    }
    if !about.access.is_empty() {
        heading(out, "Access, in grants of others");
        for (word, actions) in about.access {
            out.line(2, &[piece(Label::Address, *word)]);
            out.prose(6, Label::Plain, &actions.join(", "));
        }
    }
    if !about.example.is_empty() {
        heading(out, "Example");
        for line in about.example.lines() {
            out.line(2, &[piece(Label::Plain, line)]);
        }
    }
}

fn field(out: &mut Page, path: &str, entry: &Entry) {
    out.line(0, &[piece(Label::Heading, path)]);
    facts(out, 2, entry);
    out.prose(2, Label::Plain, entry.doc);
    if !entry.aws.is_empty() {
        out.prose(2, Label::Dim, &format!("In AWS: {}", entry.aws));
    }
    inside(out, path, &entry.written);
}

fn one_choice(out: &mut Page, path: &str, choice: &Choice) {
    out.line(0, &[piece(Label::Heading, path)]);
    out.prose(2, Label::Plain, &choice.written.words);
    if !choice.beside.is_empty() {
        heading(out, "Beside it");
        fields(out, &choice.beside, path, true);
    }
    if !choice.written.inner.is_empty() {
        heading(out, "Under it");
        fields(out, &choice.written.inner, path, true);
    }
}

/// What stands below a field.
fn inside(out: &mut Page, path: &str, written: &Written) {
    if !written.inner.is_empty() {
        heading(out, "Fields");
        fields(out, &written.inner, path, true);
    }
    for choice in &written.choices {
        out.blank();
        out.line(
            0,
            &[piece(Label::Address, choice.key), piece(Label::Dim, format!("  {}", choice.written.words))],
        );
        fields(out, &choice.beside, path, true);
        fields(out, &choice.written.inner, path, true);
    }
}

fn fields(out: &mut Page, fields: &[Entry], path: &str, is_deep: bool) {
    for entry in fields {
        out.line(2, &[piece(Label::Address, entry.key)]);
        facts(out, 6, entry);
        out.prose(6, Label::Plain, entry.doc);
        if entry.written.has_keys() {
            let keys: Vec<&str> = entry
                .written
                .choices
                .iter()
                .map(|choice| choice.key)
                .chain(entry.written.inner.iter().map(|entry| entry.key))
                .collect();
            if !is_deep || keys.len() > 1 {
                out.prose(
                    6,
                    Label::Dim,
                    &format!("Keys: {}. See `gatewayctl explain {path}.{}`.", keys.join(", "), entry.key),
                );
            }
        }
    }
}

fn facts(out: &mut Page, indent: usize, entry: &Entry) {
    out.prose(indent, Label::Help, &facts_of(entry));
}

/// Type, presence, and what a change means; in one line.
pub(super) fn facts_of(entry: &Entry) -> String {
    let mut facts = vec![entry.written.words.clone()];
    match &entry.presence {
        Presence::Required => facts.push("required".into()),
        Presence::Optional => {}
        Presence::Default(value) => facts.push(format!("default `{value}`")),
        Presence::Inherited(key) => facts.push(format!("left out, the stack's `{key}`; `none` is neither")),
        Presence::Stays => facts.push("cannot be taken away again".into()),
        Presence::Unmanaged => facts.push("left out, it is as AWS has it".into()),
    }
    if entry.create_only {
        facts.push("a change replaces the resource".into());
    }
    if entry.write_only {
        facts.push("AWS does not show it".into());
    }
    facts.join("; ")
}

fn heading(out: &mut Page, text: &str) {
    out.blank();
    out.line(0, &[piece(Label::Heading, text)]);
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

fn cut(text: &str, room: usize) -> String {
    let mut cut: String = text.chars().take(room.saturating_sub(1)).collect();
    cut.truncate(cut.trim_end_matches(|c: char| c != ' ').trim_end().len());
    cut + "…"
}
