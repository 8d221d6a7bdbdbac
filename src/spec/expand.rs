//! Expansion: a node with what is known in its place, so that it can be spliced anywhere.

use super::interpolate::{Piece, escape, pieces, span_of};
use super::scope::{Manner, Meaning, Scope, Site, unclosed};
use crate::engine::{Template, Value};
use crate::source::{Data, Diagnostic, Entry, Findings, Node};

/// A piece of an expanded text.
enum Atom {
    Text(String),
    /// A reference that is left, by its body.
    Kept(String),
}

impl Atom {
    fn of_expanded(piece: Piece<'_>) -> Atom {
        match piece {
            Piece::Text(text) | Piece::Open(text, _) => Atom::Text(text.to_owned()),
            Piece::Reference { body, .. } => Atom::Kept(body.to_owned()),
        }
    }
}

impl Scope {
    /// The node with everything known by now in its place: afterwards nothing is left in it but
    /// outputs of resources and secrets, so that it means the same wherever it is spliced.
    pub(super) fn expand(&self, node: &Node, findings: &mut Findings) -> Node {
        if !self.frame.budget.spend(1, 0, node.span, findings) {
            return Node::text(node.span, "");
        }
        if let Some(spliced) = self.spliced(node, findings) {
            return spliced;
        }
        match &node.data {
            Data::Scalar(scalar) if scalar.text.contains("${") => self.expand_text(node, findings),
            Data::Scalar(_) => node.clone(),
            Data::Seq(items) => {
                let items: Vec<Node> = items.iter().map(|item| self.expand(item, findings)).collect();
                Node::seq(node.span, items)
            }
            Data::Map(entries) => {
                let expand = |entry: &Entry, findings: &mut Findings| Entry {
                    key: entry.key.clone(),
                    value: self.expand(&entry.value, findings),
                };
                Node::map(node.span, entries.iter().map(|entry| expand(entry, findings)).collect::<Vec<_>>())
            }
        }
    }

    fn expand_text(&self, node: &Node, findings: &mut Findings) -> Node {
        let mut atoms = Vec::new();
        for piece in pieces(node.scalar().map_or("", |scalar| &scalar.text)) {
            match piece {
                Piece::Text(text) => atoms.push(Atom::Text(text.to_owned())),
                Piece::Open(_, at) => findings.push(unclosed(span_of(node, &at))),
                Piece::Reference { body, at } => {
                    let site = Site { span: span_of(node, &at), manner: Manner::Own, resolve: None };
                    atoms.extend(self.expand_reference(body, &site, findings).unwrap_or_default());
                }
            }
        }
        let (mut out, mut literal) = (String::new(), String::new());
        for atom in atoms {
            match atom {
                Atom::Text(text) => literal.push_str(&text),
                Atom::Kept(body) => {
                    if literal.ends_with('$') {
                        let message = "text that ends in `$` cannot stand before a reference here";
                        findings.push(Diagnostic::error("bad_reference", message).at(node.span));
                    }
                    out.push_str(&escape(&literal));
                    literal.clear();
                    out.push_str(&format!("${{{body}}}"));
                }
            }
        }
        out.push_str(&escape(&literal));
        Node::text(node.span, &out)
    }

    /// A reference as text, as far as it is known, and what is left of it.
    fn expand_reference(&self, body: &str, site: &Site<'_>, findings: &mut Findings) -> Option<Vec<Atom>> {
        if self.names_resource(body) {
            self.known_only_allows(body, site, findings)?;
            return Some(vec![Atom::Kept(body.to_owned())]);
        }
        match self.meaning(body, site, findings)? {
            Meaning::Value(Value::Secret(secret)) => {
                let source = secret.sources().next()?;
                Some(vec![Atom::Kept(format!("stack.parameters.{}", source.parameter))])
            }
            Meaning::Value(value) => {
                let mut template = Template::default();
                template.push(value);
                Some(vec![Atom::Text(template.to_string())])
            }
            Meaning::Node(found) => {
                let scalar = self.scalar_inside(&found, body, site, findings)?;
                if !self.frame.budget.spend(0, scalar.text.len(), site.span, findings) {
                    return None;
                }
                Some(pieces(&scalar.text).into_iter().map(Atom::of_expanded).collect())
            }
            Meaning::Foreign => None,
        }
    }
}
