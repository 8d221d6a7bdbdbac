//! Findings as a person reads them: rustc's look.

use std::fmt::Write as _;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Renderer, Snippet, normalize_untrusted_str,
};

use super::diagnostic::{Diagnostic, Findings, Severity};
use super::inert::inert;
use super::span::{Line, Sources, Span, floor};

/// How findings are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenderStyle {
    /// With ANSI colours.
    pub color: bool,
    /// The terminal's width in columns; longer lines are shown around the span.
    pub width: usize,
}

/// Draws every finding and a closing count; nothing at all if there are none.
pub fn render(sources: &Sources, findings: &Findings, style: RenderStyle) -> String {
    let mut out = String::new();
    let hiding = (!findings.hidden().is_empty()).then(|| sources.hiding(findings.hidden()));
    let drawn = hiding.as_ref().unwrap_or(sources);
    for finding in findings.told(sources) {
        out.push_str(&draw(drawn, &finding, style));
        out.push_str("\n\n");
    }
    if !findings.is_empty() {
        out.push_str(&closing(findings));
        out.push('\n');
    }
    inert(&out)
}

/// Of each kind of hints one line, with where they are, and one with what to write; nothing if there are none.
pub fn render_hints(sources: &Sources, findings: &Findings, style: RenderStyle) -> String {
    /// More places are counted.
    const TOLD: usize = 4;
    let mut kinds: Vec<(&str, Vec<&Diagnostic>)> = Vec::new();
    let hints: Vec<Diagnostic> = findings.told_hints(sources).collect();
    for hint in &hints {
        match kinds.iter_mut().find(|(code, _)| *code == hint.code) {
            Some((_, all)) => all.push(hint),
            None => kinds.push((hint.code, vec![hint])),
        }
    }
    let mut out = String::new();
    for (code, all) in kinds {
        let mut places = named(sources, &all);
        let more = match places.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        places.truncate(TOLD);
        let said = format!("{}: {}{more}", all[0].message, places.join(", "));
        let title = Level::NOTE.with_name("hint").primary_title(normalize_untrusted_str(&said)).id(code);
        // Each for itself: together they would have an empty margin between them.
        let help =
            all[0].help.as_deref().map(|help| Level::HELP.primary_title(normalize_untrusted_str(help)));
        for title in [Some(title), help].into_iter().flatten() {
            let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
            out.push_str(&renderer.term_width(UNCUT).render(&[Group::with_title(title)]));
            out.push('\n');
        }
    }
    inert(&out)
}

/// The addresses that hints are about, each once, with its place: the file's name stands where it is another than before.
fn named(sources: &Sources, hints: &[&Diagnostic]) -> Vec<String> {
    let mut hints: Vec<&Diagnostic> = hints.iter().copied().filter(|hint| hint.address.is_some()).collect();
    hints.dedup_by(|one, before| one.address == before.address);
    let mut before = None;
    let named = |hint: &Diagnostic| {
        let address = hint.address.clone().unwrap_or_default();
        let Some(place) = hint.span.map(|span| sources.place(span)) else { return address };
        let is_other = before.replace(place.file.clone()).is_none_or(|before| before != place.file);
        match is_other {
            true => format!("{address} ({}:{})", place.file, place.line),
            false => format!("{address} (line {})", place.line),
        }
    };
    hints.into_iter().map(named).collect()
}

/// "2 errors, 1 warning".
fn closing(findings: &Findings) -> String {
    let counts = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let counted = counts.iter().filter_map(|&(severity, word)| {
        let n = findings.count(severity);
        let plural = if n == 1 { "" } else { "s" };
        (n > 0).then(|| format!("{n} {word}{plural}"))
    });
    let mut line = counted.collect::<Vec<_>>().join(", ");
    if findings.unseen() > 0 {
        // Writing to a String cannot fail.
        let _ = write!(line, "; the last {} are not shown", findings.unseen());
    }
    line
}

fn draw(sources: &Sources, finding: &Diagnostic, style: RenderStyle) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
        Severity::Hint => Level::NOTE.with_name("hint"),
    };
    let title = level.primary_title(normalize_untrusted_str(&finding.message)).id(finding.code);
    let mut group = Group::with_title(title);
    let views = views(sources, finding, style.width);
    for view in &views {
        group = view.show(group);
    }
    if let Some(address) = &finding.address {
        let text = normalize_untrusted_str(address);
        group = group.element(Level::NOTE.with_name("in").message(text));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    // Lines are cut to the width here, where it costs only what is shown.
    let mut drawn = renderer.term_width(UNCUT).render(&[group]);
    let mut from = finding.message.len().min(drawn.len());
    for view in views.iter().filter(|v| !v.whole) {
        from = view.correct_column(&mut drawn, from);
    }
    drawn
}

/// Wider than any line that is drawn.
const UNCUT: usize = 100_000;

/// Consecutive lines of a file and what is marked in them.
struct View {
    file: String,
    /// Line and column of the first mark, counted from 1.
    line: usize,
    column: usize,
    /// The first line's number and the lines' text.
    first: usize,
    text: String,
    marks: Vec<(AnnotationKind, usize, usize, String)>,
    whole: bool,
    span: Span,
}

/// Marked lines at most this far apart are shown as one piece.
const NEAR: usize = 4;

fn views(sources: &Sources, finding: &Diagnostic, width: usize) -> Vec<View> {
    let primary = finding.span.map(|s| (AnnotationKind::Primary, s, &finding.label));
    let related = finding.related.iter();
    let related = related.map(|(s, l)| (AnnotationKind::Context, *s, l));
    let mut views: Vec<View> = Vec::new();
    for (kind, span, label) in primary.into_iter().chain(related) {
        let view = View::new(sources, kind, span, label, width);
        if !views.iter_mut().any(|other| other.join(sources, &view)) {
            views.push(view);
        }
    }
    views
}

impl View {
    fn new(sources: &Sources, kind: AnnotationKind, span: Span, label: &str, width: usize) -> View {
        let line = sources.line(span);
        let place = sources.place(span);
        let gutter = line.number.ilog10() as usize + 4;
        let window = window(&line, span, width.max(40).saturating_sub(gutter));
        View {
            file: place.file,
            line: place.line,
            column: place.column,
            first: place.line,
            marks: vec![(kind, window.start, window.end, normalize_untrusted_str(label))],
            text: window.text,
            whole: window.whole,
            span,
        }
    }

    /// Takes in the mark of a view of a line nearby.
    fn join(&mut self, sources: &Sources, other: &View) -> bool {
        let last = self.first + self.text.split('\n').count() - 1;
        let near = other.line + NEAR >= self.first && other.line <= last + NEAR;
        if self.span.file != other.span.file || !near || !self.whole || !other.whole {
            return false;
        }
        let (first, last) = (self.first.min(other.line), last.max(other.line));
        let Some(lines) = sources.lines(self.span.file, first, last, UNCUT) else {
            return false;
        };
        let start_of = |number: usize| -> usize { lines[..number - first].iter().map(|l| l.len() + 1).sum() };
        let shift = start_of(self.first);
        for mark in &mut self.marks {
            (mark.1, mark.2) = (mark.1 + shift, mark.2 + shift);
        }
        let shift = start_of(other.line);
        let marks = other.marks.iter().cloned();
        self.marks.extend(marks.map(|(k, s, e, l)| (k, s + shift, e + shift, l)));
        self.first = first;
        self.text = lines.join("\n");
        true
    }

    fn show<'a>(&'a self, group: Group<'a>) -> Group<'a> {
        let marks = self.marks.iter().map(|(kind, start, end, label)| {
            let label = Some(label.as_str()).filter(|l| !l.is_empty());
            kind.span(*start..*end).label(label)
        });
        let snippet = Snippet::<Annotation>::source(&self.text)
            .path(&self.file)
            .line_start(self.first)
            .annotations(marks);
        group.element(snippet)
    }

    /// Where the line is cut, the drawing library counts the column in what is left of it. Puts
    /// the real one into the first such place at or after `from`; returns the byte after it.
    fn correct_column(&self, drawn: &mut String, from: usize) -> usize {
        let shown = self.marks.first().map_or(0, |mark| mark.1);
        let shown = self.text[..shown].chars().count() + 1;
        let place = format!("{}:{}:", normalize_untrusted_str(&self.file), self.line);
        let wrong = format!("{place}{shown}");
        let from = floor(drawn, from);
        let Some(at) = drawn[from..].find(&wrong).map(|i| from + i) else {
            return from;
        };
        let right = format!("{place}{}", self.column);
        drawn.replace_range(at..at + wrong.len(), &right);
        at + right.len()
    }
}

/// The part of a line that is shown and where in it the span is.
struct Window {
    text: String,
    start: usize,
    end: usize,
    whole: bool,
}

/// Cuts the line to `room` characters around the span's start. A span that goes on in later
/// lines is marked to the end of its first.
fn window(line: &Line, span: Span, room: usize) -> Window {
    let text = line.text;
    let start = floor(text, (span.start as usize).saturating_sub(line.start));
    let end = floor(text, (span.end as usize).saturating_sub(line.start)).max(start);
    if text.len() <= room || text.chars().nth(room).is_none() {
        return Window { text: text.to_owned(), start, end, whole: true };
    }
    let back = |from: usize, n: usize| {
        let mut before = text[..from].char_indices().rev().map(|(i, _)| i);
        before.nth(n.saturating_sub(1)).unwrap_or(0)
    };
    let forth = |from: usize, n: usize| {
        let mut after = text[from..].char_indices().map(|(i, _)| from + i);
        after.nth(n).unwrap_or(text.len())
    };
    let left = back(start, room / 3);
    let right = forth(left, room - 2);
    let left = if right == text.len() { back(right, room - 2).min(left) } else { left };
    let cut = |yes: bool| if yes { "…" } else { "" };
    let (before, after) = (cut(left > 0), cut(right < text.len()));
    let shift = |at: usize| at.min(right) - left + before.len();
    Window {
        start: shift(start),
        end: shift(end),
        text: format!("{before}{}{after}", &text[left..right]),
        whole: false,
    }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
