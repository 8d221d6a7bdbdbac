//! What deliveries of a stack have that name nothing of their own: `dead_letters` and `retry` at its top.

use std::path::PathBuf;
use std::sync::Arc;

use super::decode::decode;
use super::scope::{NoResources, Scope, head};
use super::stack::Declaration;
use crate::engine::field::{Field, Inherits, Type, Unit};
use crate::engine::{Address, Value};
use crate::source::{Diagnostic, Entry, Findings, Key, Node, Span};

/// The queue that `dead_letters: auto` means. A stack that declares one under this address means its own.
const SHARED: (&str, &str) = ("queues", "dead-letters");
/// How long the shared queue keeps what arrives: the longest that there is.
const KEPT: (&str, &str) = ("message_retention_period", "14d");
/// The word at the top for the shared queue, and the one at a delivery for nothing.
const AUTO: &str = "auto";
const NONE: &str = "none";

/// `retry` at the top. What a kind of delivery takes at the most stands in its own rows.
pub(super) const RETRY: &[Field] = &[
    Field::new(
        "attempts",
        ATTEMPTS,
        Type::Int { min: 0, max: i64::MAX },
        "How often a delivery is tried again.",
    ),
    Field::new(
        "max_age",
        MAX_AGE,
        Type::Duration { unit: Unit::Seconds, min: 60, max: i64::MAX / 1_000 },
        "How old what is delivered may become.",
    ),
];
const ATTEMPTS: &str = "attempts";
const MAX_AGE: &str = "max_age";

/// The defaults of deliveries.
#[derive(Clone, Default)]
pub(super) struct Deliveries {
    /// A reference to a queue, as it would stand at the delivery.
    dead_letters: Option<Node>,
    /// Whether `dead_letters` stands there, be it `none`.
    is_said: bool,
    retry: Vec<Retry>,
    /// The place of the word `auto`.
    auto: Option<Span>,
}

/// One member of `retry`.
#[derive(Clone)]
struct Retry {
    key: &'static str,
    number: i64,
    at: Span,
}

impl Deliveries {
    /// Reads both keys of a stack, in its own scope.
    pub fn read(root: &Node, scope: &Scope, findings: &mut Findings) -> Deliveries {
        let mut found = Deliveries::default();
        if let Some(node) = root.get("retry").map(|node| scope.see(node, findings)).filter(|n| !n.is_null()) {
            found.retry = retry(&node, scope, findings);
        }
        let Some(node) = root.get("dead_letters").map(|node| scope.see(node, findings)) else { return found };
        found.is_said = !node.is_null();
        match node.scalar().map(|scalar| &*scalar.text) {
            _ if node.is_null() => {}
            Some(NONE) => {}
            Some(AUTO) => {
                found.auto = Some(node.span);
                found.dead_letters = Some(of_the_stack(SHARED.0, SHARED.1, node.span));
            }
            Some(key) if Address::is_key(key) => {
                found.dead_letters = Some(of_the_stack(SHARED.0, key, node.span));
            }
            Some(text) => {
                let named =
                    text.parse().ok().filter(|a: &Address| a.component.is_none() && !a.is_generated());
                found.dead_letters = Some(match named {
                    Some(Address { kind, key, .. }) => of_the_stack(&kind, &key, node.span),
                    None => scope.expand(&node, findings),
                });
            }
            None => {
                let message = format!("expected `auto` or a queue, found {}", node.shape());
                let finding = Diagnostic::error("wrong_shape", message).at(head(&node));
                findings.push(
                    finding.help("`dead_letters: auto` makes one queue for every delivery that names none"),
                );
            }
        }
        found
    }

    /// The declaration of the shared queue, if it is asked for and the stack does not declare it.
    pub fn shared(&self, declared: &[Declaration], scope: &Arc<Scope>) -> Option<Declaration> {
        let at = self.auto?;
        let (kind, key) = SHARED;
        let address = Address::new(kind, key);
        let known = scope.kinds().any(|known| known == kind);
        if !known || declared.iter().any(|declaration| declaration.address == address) {
            return None;
        }
        let entry = Entry { key: Key { text: KEPT.0.into(), span: at }, value: Node::text(at, KEPT.1) };
        Some(Declaration {
            address,
            kind: kind.to_owned(),
            node: Node::map(at, vec![entry]),
            key_span: at,
            scope: scope.clone(),
            base: PathBuf::new(),
        })
    }

    /// Whether the stack says anything of dead letters.
    pub fn is_said(&self) -> bool {
        self.is_said
    }

    /// Whether the stack wants none.
    pub fn is_none(&self) -> bool {
        self.is_said && self.dead_letters.is_none()
    }

    /// What stands where a delivery leaves a field out; nothing if the stack says nothing of it.
    pub fn inherited(&self, inherits: Inherits) -> Option<Node> {
        match inherits {
            Inherits::Nothing => None,
            Inherits::DeadLetters => self.dead_letters.clone(),
            Inherits::DeadLettersUnder(key) => {
                let value = self.dead_letters.clone()?;
                let key = Key { text: key.into(), span: value.span };
                Some(Node::map(value.span, vec![Entry { key, value }]))
            }
            Inherits::Retry(rows) => {
                let entries: Vec<Entry> = self.retry.iter().filter_map(|retry| retry.within(rows)).collect();
                let at = self.retry.first()?.at;
                (!entries.is_empty()).then(|| Node::map(at, entries))
            }
        }
    }

    /// Whether a place in the text is that of the stack's own `dead_letters`.
    pub fn is_shared(&self, at: Span) -> bool {
        self.dead_letters.as_ref().is_some_and(|node| node.span == at)
    }
}

impl Retry {
    /// As a delivery takes it: in its own unit, and the most that it takes where that is less.
    fn within(&self, rows: &'static [Field]) -> Option<Entry> {
        let row = rows.iter().find(|row| row.key == self.key)?;
        let number = match row.ty {
            Type::Int { max, .. } => self.number.min(max),
            Type::Duration { unit, max, .. } => unit.of_seconds(self.number).min(max),
            _ => return None,
        };
        let key = Key { text: row.key.into(), span: self.at };
        Some(Entry { key, value: Node::plain(self.at, &number.to_string()) })
    }
}

/// A reference to a resource of the stack, which a component's of the same key does not stand before.
fn of_the_stack(kind: &str, key: &str, at: Span) -> Node {
    Node::text(at, &format!("${{stack.{kind}.{key}}}"))
}

fn retry(node: &Node, scope: &Scope, findings: &mut Findings) -> Vec<Retry> {
    if node.scalar().is_some_and(|scalar| &*scalar.text == NONE) {
        return Vec::new();
    }
    let decoded = decode(node, RETRY, &scope.known_only(), &NoResources, findings, None);
    let member = |row: &Field| {
        let number = decoded.properties.get(row.path).and_then(Value::as_i64)?;
        Some(Retry { key: row.key, number, at: decoded.places.get(row.path).copied()? })
    };
    RETRY.iter().filter_map(member).collect()
}

/// Whether what stands at a delivery says that it has none of its own and inherits none.
pub(super) fn is_none(node: &Node) -> bool {
    node.scalar().is_some_and(|scalar| &*scalar.text == NONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::testing::loaded;

    #[test]
    fn a_field_with_kind_keys_inherits_the_queue_under_its_key() {
        static ROWS: &[Field] =
            &[Field::sugar("dead_letter", "").inherits(Inherits::DeadLettersUnder("queue"))];
        let stack = loaded("dead_letters: auto\nqueues: { q: }\n").good();
        let queue = &stack.declarations[0];
        let mut findings = Findings::default();
        let decoded = decode(&queue.node, ROWS, &queue.scope, &NoResources, &mut findings, None);
        let text = |node: &Node| node.get("queue").unwrap().scalar().unwrap().text.to_string();
        assert_eq!(text(&decoded.sugar[0].node), "${stack.queues.dead-letters}");
        assert!(findings.is_empty());
    }
}
