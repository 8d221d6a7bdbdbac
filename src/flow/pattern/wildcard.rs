//! Wildcards: read, matched, and weighed for the limit that EventBridge puts on them.

use std::collections::{BTreeSet, HashSet};

/// The literal texts between the `*`s of a wildcard, at least one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wildcard(pub Vec<String>);

/// Why a text is no wildcard.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Misspelt {
    /// Two `*` in a row.
    Consecutive,
    /// A backslash that escapes neither `*` nor `\`.
    Escape,
}

impl Wildcard {
    /// Reads a wildcard: `*` is any text, `\*` and `\\` are literal.
    ///
    /// # Errors
    /// What is wrong, and the byte of the text where.
    pub fn parse(text: &str) -> Result<Wildcard, (Misspelt, usize)> {
        let mut literals = vec![String::new()];
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let literal = match c {
                '*' if chars.next_if(|(_, next)| *next == '*').is_some() => {
                    return Err((Misspelt::Consecutive, at));
                }
                '*' => {
                    literals.push(String::new());
                    continue;
                }
                '\\' => match chars.next() {
                    Some((_, escaped @ ('*' | '\\'))) => escaped,
                    _ => return Err((Misspelt::Escape, at)),
                },
                c => c,
            };
            if let Some(last) = literals.last_mut() {
                last.push(literal);
            }
        }
        Ok(Wildcard(literals))
    }

    /// Whether a value matches: the first literal at its start, the last at its end, each other one
    /// at the earliest place.
    pub fn accepts(&self, value: &str) -> bool {
        match self.0.as_slice() {
            [] => value.is_empty(),
            [only] => value == only,
            [first, middle @ .., last] => {
                let Some(rest) = value.strip_prefix(first.as_str()) else { return false };
                let Some(rest) = rest.strip_suffix(last.as_str()) else { return false };
                let found = middle.iter().try_fold(rest, |rest, literal| {
                    rest.find(literal.as_str()).map(|at| &rest[at + literal.len()..])
                });
                found.is_some()
            }
        }
    }

    /// The wildcard as it is written.
    pub fn spelt(&self) -> String {
        let escaped = |literal: &String| literal.replace('\\', "\\\\").replace('*', "\\*");
        self.0.iter().map(escaped).collect::<Vec<_>>().join("*")
    }
}

/// How many beginnings of the wildcards of one field a value can match at once, at worst: what
/// EventBridge bounds ("Rule is too complex"). Its measure is that of the rule engine's
/// `MachineComplexityEvaluator`; the bound is not published.
///
/// Counts no further than `most`.
pub fn complexity<'w>(wildcards: impl IntoIterator<Item = &'w Wildcard>, most: usize) -> usize {
    /// Sets of places that are looked at before the count is taken as it is.
    const SETS: usize = 4096;
    let automata: Vec<Vec<Token>> = wildcards.into_iter().map(tokens).collect();
    let alphabet: BTreeSet<char> = automata.iter().flatten().filter_map(|token| token.0).collect();
    let start: BTreeSet<Place> = automata
        .iter()
        .enumerate()
        .filter(|(_, tokens)| tokens.first().is_some_and(|token| token.0.is_none()))
        .map(|(automaton, _)| Place { automaton, token: 0 })
        .chain((0..automata.len()).map(|automaton| Place { automaton, token: BEFORE }))
        .collect();
    let mut seen = HashSet::new();
    let mut waiting = vec![start];
    let mut worst = 0;
    while let Some(places) = waiting.pop() {
        worst = worst.max(places.iter().filter(|place| place.token != BEFORE).count());
        if worst >= most || seen.len() >= SETS {
            return worst.min(most);
        }
        let after = alphabet.iter().map(|c| step(&places, *c, &automata));
        for next in after.filter(|next| !next.is_empty()) {
            if seen.insert(next.clone()) {
                waiting.push(next);
            }
        }
    }
    worst
}

/// A character, or nothing for `*`.
#[derive(Clone, Copy)]
struct Token(Option<char>);

/// The place before anything is read.
const BEFORE: usize = usize::MAX;

/// A token of a wildcard that has just been matched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Place {
    automaton: usize,
    token: usize,
}

fn tokens(wildcard: &Wildcard) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (i, literal) in wildcard.0.iter().enumerate() {
        if i > 0 {
            tokens.push(Token(None));
        }
        tokens.extend(literal.chars().map(|c| Token(Some(c))));
    }
    tokens
}

fn step(places: &BTreeSet<Place>, c: char, automata: &[Vec<Token>]) -> BTreeSet<Place> {
    let mut next = BTreeSet::new();
    for place in places {
        let tokens = &automata[place.automaton];
        let at = |token: usize| tokens.get(token).map(|token| token.0);
        let following = if place.token == BEFORE { 0 } else { place.token + 1 };
        if place.token != BEFORE && at(place.token) == Some(None) {
            next.insert(*place);
        }
        if at(following) == Some(Some(c)) {
            next.insert(Place { token: following, ..*place });
            if at(following + 1) == Some(None) {
                next.insert(Place { token: following + 1, ..*place });
            }
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Wildcard {
        Wildcard::parse(text).unwrap()
    }

    #[test]
    fn stars_are_any_text_and_escapes_are_literal() {
        for (text, yes, no) in [
            ("dir/*.png", "dir/a/b.png", "dir/a.jpg"),
            ("a\\*\\\\*", "a*\\b", "ab\\b"),
            ("ab*ba", "abba", "aba"),
            ("*", "", "x\u{0}"),
            ("", "", "x"),
            ("*a*b*", "xaxbx", "xbxa"),
            ("a?[b]", "a?[b]", "axb"),
        ] {
            assert!(read(text).accepts(yes), "{text} {yes}");
            assert!(text == "*" || !read(text).accepts(no), "{text} {no}");
            assert_eq!(read(text).spelt(), text);
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        assert_eq!(Wildcard::parse("é**"), Err((Misspelt::Consecutive, 2)));
        assert_eq!(Wildcard::parse("a\\b"), Err((Misspelt::Escape, 1)));
        assert_eq!(Wildcard::parse("a\\"), Err((Misspelt::Escape, 1)));
        assert!(Wildcard::parse("\\**").is_ok());
    }

    #[test]
    fn beginnings_that_match_at_once_are_counted() {
        for (texts, expected) in [
            (&["abc"][..], 1),
            (&["a*"], 2),
            (&["*.png"], 2),
            (&["/Users/*/dir/dir/dir/dir/dir/doc.txt"], 7),
            (&["*:*:*:*:*:event-bus/*"], 11),
            (&["a*", "a*b"], 4),
        ] {
            let wildcards: Vec<_> = texts.iter().map(|text| read(text)).collect();
            assert_eq!(complexity(&wildcards, 100), expected, "{texts:?}");
        }
        assert_eq!(complexity(&[read(&"*a".repeat(500))], 50), 50);
    }
}
