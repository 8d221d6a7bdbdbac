//! Values laid out in a width: on one line if they fit, else broken at their members.

use super::page::{Piece, piece, width_of};
use super::shown::Shown;
use super::style::Label;

/// A value on one line, its known parts under a label. A text alone stands without quotes unless
/// they are needed.
pub(super) fn inline(value: &Shown, label: Label) -> Vec<Piece> {
    match value {
        Shown::Text(text) if !needs_quotes(text) => vec![piece(label, text.as_str())],
        other => {
            let mut pieces = Vec::new();
            flat(other, label, &mut pieces);
            pieces
        }
    }
}

/// The width of a sign and a space.
const SIGN: usize = 2;

/// A value behind its head in as few lines as its parts allow, each with its own indent. A text of
/// several lines, or one that is too long, stands below the head.
pub(super) fn block(
    head: Vec<Piece>,
    value: &Shown,
    label: Label,
    indent: usize,
    width: usize,
) -> Vec<(usize, Vec<Piece>)> {
    let text = match value {
        Shown::Text(text) if text.contains('\n') => Some(text.trim_end_matches('\n').split('\n')),
        _ => None,
    };
    let whole = [head.clone(), inline(value, label)].concat();
    if text.is_none() && indent + width_of(&whole) <= width {
        return vec![(indent, whole)];
    }
    match (text, value) {
        (Some(lines), _) if head.is_empty() => lines.map(|line| (indent, vec![piece(label, line)])).collect(),
        (Some(lines), _) => {
            let lines = lines.map(|line| (indent + 4, vec![piece(label, line)]));
            std::iter::once((indent, trimmed(head))).chain(lines).collect()
        }
        (None, Shown::Map(_) | Shown::List(_)) => {
            let mut lines = Vec::new();
            broken(value, label, (indent, width), head, "", &mut lines);
            lines
        }
        // Breaking after a mere sign gains nothing.
        _ if width_of(&head) <= SIGN => vec![(indent, whole)],
        _ => vec![(indent, trimmed(head)), (indent + 4, inline(value, label))],
    }
}

/// A head without the space that would stand before a value.
fn trimmed(mut head: Vec<Piece>) -> Vec<Piece> {
    if let Some((_, text)) = head.last_mut() {
        text.truncate(text.trim_end().len());
    }
    head
}

type Lines = Vec<(usize, Vec<Piece>)>;

fn broken(
    value: &Shown,
    label: Label,
    (indent, width): (usize, usize),
    head: Vec<Piece>,
    tail: &str,
    lines: &mut Lines,
) {
    let mut whole = head.clone();
    flat(value, label, &mut whole);
    let fits = indent + width_of(&whole) + tail.len() <= width;
    let (open, close, members): (&str, &str, Vec<(Vec<Piece>, &Shown)>) = match value {
        Shown::Map(map) if !fits && !map.is_empty() => {
            ("{", "}", map.iter().map(|(key, value)| (key_pieces(key), value)).collect())
        }
        Shown::List(items) if !fits && !items.is_empty() => {
            ("[", "]", items.iter().map(|item| (Vec::new(), item)).collect())
        }
        _ => {
            whole.push(piece(Label::Plain, tail));
            lines.push((indent, whole));
            return;
        }
    };
    let mut first = head;
    first.push(piece(Label::Plain, open));
    lines.push((indent, first));
    let last = members.len() - 1;
    for (index, (head, value)) in members.into_iter().enumerate() {
        let tail = if index == last { "" } else { "," };
        broken(value, label, (indent + 2, width), head, tail, lines);
    }
    lines.push((indent, vec![piece(Label::Plain, format!("{close}{tail}"))]));
}

fn flat(value: &Shown, label: Label, out: &mut Vec<Piece>) {
    match value {
        Shown::Scalar(scalar) => out.push(piece(label, scalar.to_string())),
        Shown::Text(text) => out.push(piece(label, quoted(text))),
        Shown::Unknown(template) if template.is_empty() => {
            out.push(piece(Label::Unknown, "(known after apply)"));
        }
        Shown::Unknown(template) => {
            out.push(piece(Label::Unknown, format!("{template} (known after apply)")));
        }
        Shown::Secret => out.push(piece(Label::Hidden, "(secret)")),
        Shown::Sensitive => out.push(piece(Label::Hidden, "(sensitive)")),
        Shown::List(items) => {
            out.push(piece(Label::Plain, "["));
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(piece(Label::Plain, ", "));
                }
                flat(item, label, out);
            }
            out.push(piece(Label::Plain, "]"));
        }
        Shown::Map(map) if map.is_empty() => out.push(piece(Label::Plain, "{}")),
        Shown::Map(map) => {
            out.push(piece(Label::Plain, "{ "));
            for (index, (key, value)) in map.iter().enumerate() {
                if index > 0 {
                    out.push(piece(Label::Plain, ", "));
                }
                out.extend(key_pieces(key));
                flat(value, label, out);
            }
            out.push(piece(Label::Plain, " }"));
        }
    }
}

/// A template that looks like JSON, a member a line. Only white space outside quotes is another, and that means
/// nothing in one.
pub(super) fn template(text: &str) -> String {
    if !text.trim_start().starts_with(['{', '[']) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(2 * text.len());
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for (at, c) in text.char_indices() {
        let line = |depth: usize| format!("\n{}", " ".repeat(2 * depth));
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => {
                quoted = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                let next = text[at + 1..].trim_start().chars().next();
                if !matches!(next, Some('}' | ']')) {
                    depth += 1;
                    out.push_str(&line(depth));
                }
            }
            '}' | ']' => {
                if !out.ends_with(['{', '[']) {
                    depth = depth.saturating_sub(1);
                    out.push_str(&line(depth));
                }
                out.push(c);
            }
            ',' => {
                out.push(c);
                out.push_str(&line(depth));
            }
            ':' => out.push_str(": "),
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

fn key_pieces(key: &str) -> Vec<Piece> {
    let plain = |c: char| c.is_alphanumeric() || "_-.:/$".contains(c);
    let key = if !key.is_empty() && key.chars().all(plain) { key.to_owned() } else { quoted(key) };
    vec![piece(Label::Plain, format!("{key}: "))]
}

/// JSON's quotes, with its escapes for quotes, backslashes and control characters.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether a text alone could be taken for something else.
fn needs_quotes(text: &str) -> bool {
    text.is_empty() || text.trim() != text || text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Value;
    use crate::value;

    fn draw(value: &Value, width: usize) -> String {
        let lines = block(Vec::new(), &Shown::of(value), Label::Plain, 0, width);
        let lines = lines.into_iter().map(|(indent, pieces)| {
            let text: String = pieces.into_iter().map(|(_, text)| text).collect();
            format!("{}{text}", " ".repeat(indent))
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_value_is_broken_only_where_it_does_not_fit() {
        let value = value!({ "Version": "2012", "Statement": [{ "Effect": "Allow", "Action": ["a", "b"] }] });
        assert_eq!(draw(&value, 200).lines().count(), 1);
        insta::assert_snapshot!(draw(&value, 44), @r#"
        {
          Version: "2012",
          Statement: [
            { Effect: "Allow", Action: ["a", "b"] }
          ]
        }
        "#);
    }

    #[test]
    fn a_template_is_laid_out_a_member_a_line() {
        let text = r#"{"id":<id>, "a":[ ],"text":"a, {\"b\": <x>}","in":{"n":[1,<n>]}}"#;
        insta::assert_snapshot!(template(text), @r#"
        {
          "id": <id>,
          "a": [],
          "text": "a, {\"b\": <x>}",
          "in": {
            "n": [
              1,
              <n>
            ]
          }
        }
        "#);
        assert_eq!(template("Order <id>, paid"), "Order <id>, paid");
        assert_eq!(template(&template(text)), template(text));
    }

    #[test]
    fn keys_and_texts_are_quoted_where_they_must_be() {
        assert_eq!(draw(&value!({ "a b": "x\u{1b}" }), 80), r#"{ "a b": "x\u001b" }"#);
        assert_eq!(inline(&Shown::Text("".into()), Label::Plain), [piece(Label::Plain, "\"\"")]);
        assert_eq!(inline(&Shown::Text("a b".into()), Label::Plain), [piece(Label::Plain, "a b")]);
    }
}
