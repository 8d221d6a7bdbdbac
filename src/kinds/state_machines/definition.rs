//! `definition:` and its substitutions.

use std::collections::BTreeMap;

use crate::engine::Value;
use crate::engine::template::Part;
use crate::kinds::Lowering;
use crate::kinds::document::{self, At, Document};
use crate::source::{Diagnostic, Entry, Node, suggest};
use crate::spec::{self, Substituted};

/// Where the definition stands in the properties.
pub(super) const DEFINITION: &str = "definition";

/// Reads the definition, with what is substituted in its place.
pub(super) fn read(own: &mut Lowering<'_>) -> Option<Document> {
    let substitutions = own.take("substitutions");
    let (key, node) = own.take(DEFINITION)?;
    let mut text = document::text(own, &node, DEFINITION)?;
    let (names, entries) = match substitutions {
        Some((_, given)) => names(own, &given),
        None => Default::default(),
    };
    let mut found = Substituted::default();
    text.node = spec::substitute(&text.node, &names, &mut found);
    for entry in entries.iter().filter(|entry| !found.used.contains(&*entry.key.text)) {
        let message = format!("the definition does not say `${{{}}}`", entry.key.text);
        own.error("unused_substitution", entry.key.span, message, "write it there, or take this away");
    }
    let doc = text.read(own, key)?;
    for name in &found.left {
        left_over(own, &doc, name, &entries);
    }
    Some(doc)
}

/// The substitutions by name. Each is a scalar.
fn names(own: &mut Lowering<'_>, given: &Node) -> (BTreeMap<String, Node>, Vec<Entry>) {
    let entries = own.entries(given, "substitutions, such as `{ Table: \"${tables.orders.name}\" }`");
    let mut names = BTreeMap::new();
    for entry in &entries {
        let value = own.see(&entry.value);
        match value.scalar() {
            // What is wrong with it is said where it is written.
            Some(_) => drop(own.text(&value)),
            None => {
                let message = format!("expected text, found {}", value.shape());
                own.error(
                    "wrong_shape",
                    value.span,
                    message,
                    "a substitution is text, a number or a truth value",
                );
                continue;
            }
        }
        names.insert(entry.key.text.to_string(), value);
    }
    (names, entries)
}

/// Says of what looks like a substitution and is none: nobody else puts anything there.
fn left_over(own: &mut Lowering<'_>, doc: &Document, name: &str, given: &[Entry]) {
    let near = suggest(name, given.iter().map(|entry| &*entry.key.text));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    let finding = Diagnostic::warning("no_substitution", format!("`${{{name}}}` stands for nothing{near}"));
    let help =
        format!("write `substitutions: {{ {name}: … }}`, or a reference such as `${{tables.orders.name}}`");
    let mut places = Vec::new();
    collect(&doc.top(), &format!("${{{name}}}"), &mut places);
    for at in places {
        at.finding(own, finding.clone(), &help);
    }
}

fn collect<'d>(at: &At<'d>, text: &str, found: &mut Vec<At<'d>>) {
    let is_there = match at.value {
        Value::String(written) => written.contains(text),
        Value::Unknown(template) => {
            template.parts.iter().any(|part| matches!(part, Part::Text(written) if written.contains(text)))
        }
        _ => return at.children().iter().for_each(|child| collect(child, text, found)),
    };
    if is_there {
        found.push(at.clone());
    }
}
