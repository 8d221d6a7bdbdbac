//! `explain` of a finding's code.

use crate::source::{Code, Severity, Sign};

use super::page::{Page, piece};
use super::style::Label;

/// What a code means, what causes it, and what to write instead.
pub fn code_text(code: &Code, color: bool, width: usize) -> String {
    let mut out = Page::new(color, width);
    let (label, severity) = match code.severity {
        Severity::Error => (Label::Danger, "error"),
        Severity::Warning => (Label::Warning, "warning"),
        Severity::Note => (Label::Dim, "note"),
        Severity::Hint => (Label::Dim, "hint"),
    };
    out.line(0, &[piece(Label::Heading, code.name), piece(label, format!("  ({severity})"))]);
    out.prose(2, Label::Plain, code.doc);
    if code.severity != Severity::Error && !code.is_of_plan {
        let allow = format!("Where it is meant: `allow: {{ {}: why }}` on the resource.", code.name);
        out.prose(2, Label::Plain, &allow);
    }
    if code.example.is_empty() {
        return out.finish();
    }
    out.blank();
    let with = if code.flags.is_empty() { String::new() } else { format!(" with {}", code.flags) };
    out.line(0, &[piece(Label::Heading, format!("Example{with}: `-` causes it, `+` is right"))]);
    for (sign, text) in &code.example {
        let (label, sign) = match sign {
            Sign::Both => (Label::Plain, "  "),
            Sign::Wrong => (Label::Before, "- "),
            Sign::Right => (Label::After, "+ "),
        };
        out.line(2, &[piece(label, format!("{sign}{text}"))]);
    }
    out.finish()
}

/// The codes, as many on a line as fit.
pub fn codes_text(codes: impl Iterator<Item = &'static str>, color: bool, width: usize) -> String {
    let mut out = Page::new(color, width);
    out.line(0, &[piece(Label::Heading, "Codes of findings")]);
    let all: Vec<&str> = codes.collect();
    out.prose(2, Label::Plain, &all.join(" "));
    out.blank();
    out.prose(0, Label::Dim, "`gatewayctl explain CODE` shows what one means, and what to write instead.");
    out.finish()
}
