//! The grammar of `${…}` inside text.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::{Node, Span};

/// A piece of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece<'a> {
    /// Literal text; of `$${` the `${` that it stands for.
    Text(&'a str),
    /// `${body}` and its place in the text, braces included.
    Reference { body: &'a str, at: Range<usize> },
    /// `${` that nothing closes, to the end of the text.
    Open(&'a str, Range<usize>),
}

/// Splits a text into its pieces. Never fails: what is malformed is a piece of its own, and the
/// caller's manner decides what it means.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("${").map(|i| from + i) {
        let escaped = at > from && text.as_bytes()[at - 1] == b'$';
        let literal = &text[from..if escaped { at - 1 } else { at }];
        if !literal.is_empty() {
            found.push(Piece::Text(literal));
        }
        if escaped {
            found.push(Piece::Text(&text[at..at + 2]));
            from = at + 2;
            continue;
        }
        match text[at..].find('}').map(|i| at + i) {
            Some(close) => {
                found.push(Piece::Reference { body: &text[at + 2..close], at: at..close + 1 });
                from = close + 1;
            }
            None => {
                found.push(Piece::Open(&text[at..], at..text.len()));
                return found;
            }
        }
    }
    if from < text.len() {
        found.push(Piece::Text(&text[from..]));
    }
    found
}

/// The reference, if the text is exactly one.
pub(super) fn whole(text: &str) -> Option<&str> {
    let body = text.strip_prefix("${")?.strip_suffix('}')?;
    (!body.contains('}')).then_some(body)
}

/// The text that reads as this one: `${` as `$${`.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    match text.contains("${") {
        true => Cow::Owned(text.replace("${", "$${")),
        false => Cow::Borrowed(text),
    }
}

/// Where a range of a scalar's text stands, exactly where the scalar is written as it reads, else
/// the whole scalar.
pub(super) fn span_of(node: &Node, at: &Range<usize>) -> Span {
    node.span.part(node.scalar().map_or(0, |scalar| scalar.text.len()), at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text_of(pieces: &[Piece<'_>]) -> Option<String> {
        pieces.iter().map(|p| if let Piece::Text(text) = p { Some(*text) } else { None }).collect()
    }

    #[test]
    fn references_stand_between_literals() {
        assert_eq!(
            pieces("a-${env.name}${x}$${y} $"),
            [
                Piece::Text("a-"),
                Piece::Reference { body: "env.name", at: 2..13 },
                Piece::Reference { body: "x", at: 13..17 },
                Piece::Text("${"),
                Piece::Text("y} $"),
            ]
        );
        assert_eq!(pieces("x${y"), [Piece::Text("x"), Piece::Open("${y", 1..4)]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn only_one_reference_and_nothing_else_is_a_whole_value() {
        assert_eq!(whole("${a.b}"), Some("a.b"));
        for text in ["${a}b", " ${a}", "${a}${b}", "$${a}", "${a", "a"] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_grammar_and_its_ranges_are_its_own(text in "[${}a.é]{0,24}") {
            for piece in pieces(&text) {
                if let Piece::Reference { body, at } = piece {
                    prop_assert_eq!(&text[at], format!("${{{body}}}"));
                }
            }
        }

        #[test]
        fn text_without_references_comes_through_unchanged(text in "[^$]{0,24}|[$a{}]{0,12}") {
            prop_assume!(!text.contains("${"));
            prop_assert_eq!(text_of(&pieces(&text)), Some(text));
        }

        #[test]
        fn what_is_escaped_reads_as_it_was(text in "[${}a]{0,24}") {
            prop_assert_eq!(text_of(&pieces(&escape(&text))), Some(text));
        }
    }
}
