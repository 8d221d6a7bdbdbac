//! Substitutions of a document: names of its own that stand for text of the stack's, before any reference is
//! resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::interpolate::{Piece, escape, pieces, whole};
use crate::source::{Data, Entry, Node};

/// Which names a document has.
#[derive(Default, PartialEq, Eq, Debug)]
pub struct Substituted {
    /// Those that something was put for.
    pub used: BTreeSet<String>,
    /// Those that look like one, and that nothing was given for: no reference has but one word.
    pub left: BTreeSet<String>,
}

impl Substituted {
    fn value<'n>(&mut self, name: &str, names: &'n BTreeMap<String, Node>) -> Option<&'n Node> {
        let found = names.get(name);
        if found.is_some() {
            self.used.insert(name.to_owned());
        } else if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            self.left.insert(name.to_owned());
        }
        found
    }
}

/// A document with `${NAME}` replaced by the scalar of that name, as it is written: alone it keeps its type, inside
/// a longer text it is its text. What is replaced is no place to look for names again.
pub fn substitute(node: &Node, names: &BTreeMap<String, Node>, found: &mut Substituted) -> Node {
    match &node.data {
        Data::Seq(items) => {
            let items = items.iter().map(|item| substitute(item, names, found));
            Node::seq(node.span, items.collect::<Vec<_>>())
        }
        Data::Map(entries) => {
            let entries = entries
                .iter()
                .map(|entry| Entry { value: substitute(&entry.value, names, found), ..entry.clone() });
            Node::map(node.span, entries.collect::<Vec<_>>())
        }
        Data::Scalar(scalar) => match whole(&scalar.text) {
            Some(name) => found.value(name, names).unwrap_or(node).clone(),
            None => inside(node, &scalar.text, names, found),
        },
    }
}

fn inside(node: &Node, text: &str, names: &BTreeMap<String, Node>, found: &mut Substituted) -> Node {
    let mut written = String::new();
    let mut changed = false;
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => written.push_str(&escape(text)),
            Piece::Open(text, _) => written.push_str(text),
            Piece::Reference { body, at } => match found.value(body, names).and_then(Node::scalar) {
                Some(value) => {
                    changed = true;
                    written.push_str(&value.text);
                }
                None => written.push_str(&text[at]),
            },
        }
    }
    if changed { Node::text(node.span, &written) } else { node.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    const NOWHERE: Span = Span { file: FileId(0), start: 0, end: 0 };

    fn text(text: &str) -> Node {
        Node::text(NOWHERE, text)
    }

    #[test]
    fn a_name_alone_keeps_its_type_and_one_inside_text_is_text() {
        let names = BTreeMap::from([
            ("Most".to_owned(), Node::plain(NOWHERE, "5")),
            ("Table".to_owned(), text("${tables.orders.name}")),
        ]);
        let mut found = Substituted::default();
        let mut of =
            |from: &str| substitute(&text(from), &names, &mut found).scalar().map(|s| s.text.to_string());
        assert_eq!(of("${Most}").as_deref(), Some("5"));
        assert_eq!(
            of("x/${Table}/${Other}/$${Most}").as_deref(),
            Some("x/${tables.orders.name}/${Other}/$${Most}")
        );
        assert_eq!(of("no ${names").as_deref(), Some("no ${names"));
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(found, Substituted { used: set(&["Most", "Table"]), left: set(&["Other"]) });
    }
}
