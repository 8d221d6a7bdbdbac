//! Fields that AWS has and this version has not: each is an error of its own, not an unknown key.

use crate::engine::Address;
use crate::source::{Diagnostic, Entry, Findings, Node};

/// A field that a person who knows the service may look for.
#[derive(Clone, Copy, Debug)]
pub struct NotBuilt {
    /// The keys that lead to it, separated by dots.
    pub path: &'static str,
    /// What it would be, in the plural.
    pub what: &'static str,
    /// What to write or to do instead.
    pub instead: &'static str,
}

/// A row.
pub const fn not_built(path: &'static str, what: &'static str, instead: &'static str) -> NotBuilt {
    NotBuilt { path, what, instead }
}

impl NotBuilt {
    /// A declaration without what is not built, each of which is an error.
    pub fn take(rows: &[NotBuilt], node: &Node, address: &Address, findings: &mut Findings) -> Node {
        match rows.is_empty() {
            true => node.clone(),
            false => without(rows, node, "", address, findings),
        }
    }
}

fn without(rows: &[NotBuilt], node: &Node, above: &str, address: &Address, findings: &mut Findings) -> Node {
    let Some(entries) = node.entries() else { return node.clone() };
    let mut kept = Vec::new();
    for entry in entries {
        let path = match above {
            "" => entry.key.text.to_string(),
            above => format!("{above}.{}", entry.key.text),
        };
        match rows.iter().find(|row| row.path == path) {
            Some(row) if !entry.value.is_null() => findings.push(
                Diagnostic::error("not_built", format!("{} are not built", row.what))
                    .at(entry.key.span)
                    .help(row.instead)
                    .address(address.to_string()),
            ),
            Some(_) => {}
            None if rows.iter().any(|row| row.path.starts_with(&format!("{path}."))) => {
                let value = without(rows, &entry.value, &path, address, findings);
                kept.push(Entry { value, ..entry.clone() });
            }
            None => kept.push(entry.clone()),
        }
    }
    Node::map(node.span, kept)
}
