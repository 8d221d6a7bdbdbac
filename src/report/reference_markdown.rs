//! The reference in Markdown: a page for each kind, and one that lists them.

use std::fmt::Write as _;

use crate::reference::{Entry, Page, Written};

use super::reference_text::facts_of;

/// The list of pages.
pub fn reference_index(pages: &[Page]) -> String {
    let mut out = String::from(
        "# Reference of the kinds\n\nGenerated from the field tables; `gatewayctl explain KIND` shows the same in a terminal.\n\n",
    );
    for page in pages {
        let _ = writeln!(out, "- [`{kind}`]({kind}.md): {}", page.about.doc, kind = page.about.kind);
    }
    out
}

/// The page of a kind.
pub fn reference_markdown(page: &Page) -> String {
    let about = page.about;
    let mut out = format!("# `{}`\n\n{}\n\n", about.kind, about.doc);
    let _ = write!(out, "In references it is `{}`.", about.singular);
    if about.protect {
        out.push_str(" It is protected unless it says `protect: false`.");
    }
    if let Some(lost) = about.loses.sentence() {
        let _ = write!(out, " {lost}");
    }
    out.push_str("\n\n## Example\n\n```yaml\n");
    out.push_str(about.example);
    out.push_str("```\n\n## Fields\n\n");
    let mut deeper = Vec::new();
    fields(&mut out, &page.fields, "", &mut deeper);
    while !deeper.is_empty() {
        for (path, written) in std::mem::take(&mut deeper) {
            let _ = write!(out, "\n### `{path}`\n\n");
            below(&mut out, &path, &written, &mut deeper);
        }
    }
    if !page.outputs.is_empty() {
        out.push_str("\n## Outputs\n\n| output | is |\n| --- | --- |\n");
        for output in &page.outputs {
            let when = if output.is_assigned { " Known after apply." } else { "" };
            let _ = writeln!(out, "| `{}` | {}{when} |", output.name, cell(output.doc));
        }
    }
    if !about.access.is_empty() {
        out.push_str("\n## Access, in grants of others\n\n| word | actions |\n| --- | --- |\n");
        for (word, actions) in about.access {
            let actions: Vec<String> = actions.iter().map(|action| format!("`{action}`")).collect();
            let _ = writeln!(out, "| `{word}` | {} |", actions.join(", "));
        }
    }
    out
}

fn below(out: &mut String, path: &str, written: &Written, deeper: &mut Vec<(String, Written)>) {
    let _ = writeln!(out, "{}.", capital(&written.words));
    if !written.inner.is_empty() {
        out.push('\n');
        fields(out, &written.inner, path, deeper);
    }
    for choice in &written.choices {
        let _ = writeln!(out, "\n**`{}`**: {}.", choice.key, choice.written.words);
        let all: Vec<Entry> = choice.written.inner.iter().chain(&choice.beside).cloned().collect();
        if !all.is_empty() {
            out.push('\n');
            fields(out, &all, path, deeper);
        }
    }
}

/// A table of fields; those with keys below them are noted for a section of their own, once each.
fn fields(out: &mut String, fields: &[Entry], path: &str, deeper: &mut Vec<(String, Written)>) {
    out.push_str("| field | written | is |\n| --- | --- | --- |\n");
    for entry in fields {
        let _ = writeln!(out, "| `{}` | {} | {} |", entry.key, cell(&facts_of(entry)), cell(entry.doc));
        if entry.written.has_keys() {
            let below = if path.is_empty() { entry.key.to_owned() } else { format!("{path}.{}", entry.key) };
            if !deeper.iter().any(|(known, _)| *known == below) {
                deeper.push((below, entry.written.clone()));
            }
        }
    }
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
