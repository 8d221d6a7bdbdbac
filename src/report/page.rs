//! Where text reports are written: colour, width, and nothing that a terminal would obey.

use std::fmt::Write as _;

use super::fit::block;
use super::shown::Shown;
use super::style::{Label, style};
use crate::source::{OLD_FORM, inert};

/// Text with its label.
pub(super) type Piece = (Label, String);

/// A piece.
pub(super) fn piece(label: Label, text: impl Into<String>) -> Piece {
    (label, text.into())
}

/// A text under construction. Every piece is made harmless here, at the one place where text gets
/// in: names, descriptions and messages come from an account that others write to.
pub(super) struct Page {
    out: String,
    medium: Medium,
    width: usize,
    /// What all lines are under, while a value is laid out over several of them.
    under: Option<Label>,
}

/// What lines are written for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Medium {
    Plain,
    Color,
    /// A block of code that is coloured as a `diff`: by the first character of each line.
    Diff,
}

impl Page {
    /// An empty page. A width under 40 columns is taken as 40.
    pub fn new(color: bool, width: usize) -> Page {
        let medium = if color { Medium::Color } else { Medium::Plain };
        Page { out: String::new(), medium, width: width.max(40), under: None }
    }

    /// An empty page whose lines begin with what a `diff` begins them with: `+`, `-`, `!` or a space.
    pub fn diff(width: usize) -> Page {
        Page { medium: Medium::Diff, ..Page::new(false, width) }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    /// The text; no line of it is a command to a runner that shows it in its log.
    pub fn finish(self) -> String {
        inert(&self.out)
    }

    /// Ends the paragraph; never two empty lines, none at the top.
    pub fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Takes in what another renderer has made harmless already.
    pub fn drawn(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// One line.
    pub fn line(&mut self, indent: usize, pieces: &[Piece]) {
        let mut pieces = pieces;
        if self.medium == Medium::Diff {
            let first = pieces.first().map_or(Label::Plain, |(label, _)| *label);
            self.out.push(column(self.under.unwrap_or(first)));
            self.out.push(' ');
            // A sign stands in the first column already.
            if let [(_, text), rest @ ..] = pieces
                && ["+ ", "- ", "~ ", "  "].contains(&text.as_str())
            {
                pieces = rest;
            }
        }
        self.out.extend(std::iter::repeat_n(' ', indent));
        for (label, text) in pieces {
            self.put(*label, text);
        }
        self.out.push('\n');
    }

    fn put(&mut self, label: Label, text: &str) {
        let text = harmless(text);
        let style = style(label);
        if self.medium == Medium::Color && !text.is_empty() && style != anstyle::Style::new() {
            // Writing to a String cannot fail.
            let _ = write!(self.out, "{style}{text}{style:#}");
        } else {
            self.out.push_str(&text);
        }
    }

    /// A value behind its head, over as many lines as it takes.
    pub fn block(&mut self, head: Vec<Piece>, value: &Shown, label: Label, indent: usize) {
        self.under = Some(label);
        for (at, line) in block(head, value, label, indent, self.width) {
            self.line(at, &line);
        }
        self.under = None;
    }

    /// Groups of pieces on one line, two spaces between them; what does not fit any more goes to the
    /// next line, further in.
    pub fn spread(&mut self, indent: usize, groups: &[Vec<Piece>]) {
        const HANG: usize = 4;
        let mut line: Vec<Piece> = Vec::new();
        let mut at = indent;
        for group in groups.iter().filter(|group| !group.is_empty()) {
            let wide = width_of(group);
            if !line.is_empty() && at + width_of(&line) + 2 + wide > self.width {
                self.line(at, &line);
                line.clear();
                at = indent + HANG;
            }
            if !line.is_empty() {
                line.push(piece(Label::Plain, "  "));
            }
            line.extend(group.iter().cloned());
        }
        if !line.is_empty() {
            self.line(at, &line);
        }
    }

    /// Sentences, broken between words.
    pub fn prose(&mut self, indent: usize, label: Label, text: &str) {
        let text = harmless(text);
        let room = self.width.saturating_sub(indent).max(20);
        let mut line = String::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                self.line(indent, &[piece(label, std::mem::take(&mut line))]);
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if !line.is_empty() {
            self.line(indent, &[piece(label, line)]);
        }
    }
}

/// What a line of a `diff` begins with.
fn column(label: Label) -> char {
    match label {
        Label::Create | Label::After | Label::AfterPart => '+',
        Label::Delete | Label::Before | Label::BeforePart => '-',
        Label::Update | Label::Danger => '!',
        _ => ' ',
    }
}

/// The text of pieces.
pub(super) fn plain(pieces: &[Piece]) -> String {
    pieces.iter().map(|(_, text)| text.as_str()).collect()
}

/// How many columns pieces take, roughly: characters.
pub(super) fn width_of(pieces: &[Piece]) -> usize {
    pieces.iter().map(|(_, text)| harmless(text).chars().count()).sum()
}

/// The text with everything escaped that a terminal or a reader's eye would take for something else:
/// control characters (line breaks too), and those that reorder or hide text; and what a runner obeys wherever it
/// stands in a line.
pub fn harmless(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => clean.push_str("\\n"),
            '\r' => clean.push_str("\\r"),
            '\t' => clean.push_str("\\t"),
            c if c.is_control() || hides(c) => clean.extend(c.escape_unicode()),
            c => clean.push(c),
        }
    }
    clean.replace("##[", OLD_FORM)
}

/// Zero-width, bidirectional, separating and tagging characters.
pub(super) fn hides(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        let text = "a\u{1b}[31mred\u{7}\u{9b}2J\r\nb\u{202e}c\u{200b}";
        assert_eq!(harmless(text), "a\\u{1b}[31mred\\u{7}\\u{9b}2J\\r\\nb\\u{202e}c\\u{200b}");
        assert_eq!(harmless("naïve → 名前"), "naïve → 名前");
    }

    #[test]
    fn colours_come_from_labels_and_only_if_asked_for() {
        let draw = |color| {
            let mut page = Page::new(color, 80);
            page.line(2, &[piece(Label::Create, "+"), piece(Label::Plain, " x\u{1b}")]);
            page.finish()
        };
        assert_eq!(draw(false), "  + x\\u{1b}\n");
        assert_eq!(draw(true), "  \u{1b}[32m+\u{1b}[0m x\\u{1b}\n");
    }

    #[test]
    fn a_diff_has_its_signs_in_the_first_column() {
        let mut page = Page::diff(80);
        page.line(2, &[piece(Label::Create, "+ "), piece(Label::Plain, "a: "), piece(Label::After, "- 1")]);
        page.line(0, &[piece(Label::Update, "~ "), piece(Label::Plain, "b: 1 → 2")]);
        page.line(0, &[piece(Label::Plain, "c: "), piece(Label::Before, "x")]);
        page.block(
            vec![piece(Label::Plain, "d: ")],
            &Shown::List(vec![Shown::Text("x\ny".into())]),
            Label::Before,
            0,
        );
        assert_eq!(page.finish(), "+   a: - 1\n! b: 1 → 2\n  c: x\n- d: [\"x\\ny\"]\n");
    }

    #[test]
    fn no_line_is_a_workflow_command_wherever_it_is_broken() {
        let mut page = Page::new(false, 40);
        page.block(Vec::new(), &Shown::Text("a\n ::error::b\n##[warning]c".into()), Label::Plain, 2);
        page.prose(2, Label::Plain, "two three four five six seven eight ::error::nine ten");
        page.line(
            2,
            &[piece(Label::Plain, "::x"), piece(Label::Plain, "::y ##"), piece(Label::Plain, "[z]")],
        );
        page.drawn("error: a\n       ::error::b\n");
        assert_eq!(
            page.finish(),
            "  a\n   \\u{3a}:error::b\n  #\\u{23}[warning]c\n  two three four five six seven eight\n  \
             \\u{3a}:error::nine ten\n  \\u{3a}:x::y #\\u{23}[z]\nerror: a\n       \\u{3a}:error::b\n"
        );
    }

    #[test]
    fn prose_is_broken_between_words() {
        let mut page = Page::new(false, 40);
        page.prose(4, Label::Plain, "one two three four five six seven eight nine");
        assert_eq!(page.finish(), "    one two three four five six seven\n    eight nine\n");
    }
}
