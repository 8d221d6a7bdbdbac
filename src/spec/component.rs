//! Components: the one way to repeat.

use std::sync::Arc;

use super::parameter::{self, Declared};
use super::scope::{Instance, Scope, head};
use super::stack::{Declarations, Keys, check_key};
use crate::source::{Diagnostic, Entry, Findings, Node, Span};

/// The instance of a component without `for_each`.
const ONLY: &str = "main";
/// The most instances of one component.
const MOST_INSTANCES: usize = 10_000;
const FRAME: [&str; 5] = ["description", "for_each", "parameters", "with", "source"];

/// A component of the file and its instances.
pub(super) struct Component {
    name: String,
    node: Node,
    parameters: Vec<Declared>,
    /// Instance and, under `for_each`, what `each.value` is.
    instances: Vec<(String, Option<Node>)>,
}

/// Reads `components:`. The scope is the stack's, which does not know the components yet.
pub(super) fn read(root: &Node, keys: &Keys<'_>, scope: &Scope, findings: &mut Findings) -> Vec<Component> {
    let Some(node) = root.get("components").filter(|node| !node.is_null()) else { return Vec::new() };
    let Some(entries) = node.entries() else {
        let message = format!("expected a map of components, found {}", node.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(node)));
        return Vec::new();
    };
    let entries = entries.iter().filter(|entry| !entry.key.text.starts_with("x-"));
    entries.filter_map(|entry| component(entry, keys, scope, findings)).collect()
}

fn component(entry: &Entry, keys: &Keys<'_>, scope: &Scope, findings: &mut Findings) -> Option<Component> {
    let (name, node) = (&*entry.key.text, &entry.value);
    if !check_key(name, "a component's name", entry.key.span, findings) {
        return None;
    }
    if node.entries().is_none() {
        let message = format!("expected a component (a map), found {}", node.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(node.span));
        return None;
    }
    if let Some(source) = node.entry("source") {
        let message = "components from other files are not part of this version";
        findings.push(Diagnostic::error("not_built", message).at(source.key.span));
    }
    Keys { kinds: keys.kinds, later: keys.later, frame: &FRAME }.check(node, findings);
    if let Some(with) = node.get("with").filter(|with| with.entries().is_none() && !with.is_null()) {
        let message = format!("expected a map of parameters, found {}", with.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(with)));
    }
    let instances = match node.get("for_each") {
        None => vec![(ONLY.to_owned(), None)],
        Some(each) => instances(each, scope, findings),
    };
    let parameters = parameter::declared(node.get("parameters"), true, findings);
    Some(Component { name: name.to_owned(), node: node.clone(), parameters, instances })
}

fn instances(node: &Node, scope: &Scope, findings: &mut Findings) -> Vec<(String, Option<Node>)> {
    let errors = findings.errors();
    // The keys of a map are known whatever its values refer to; everything else must be.
    let each = match node.entries() {
        Some(_) => scope.expand(node, findings),
        None => scope.known_only().expand(node, findings),
    };
    if findings.errors() > errors || is_missing(node, &each) {
        return Vec::new();
    }
    let count = each.entries().map_or(0, <[_]>::len).max(each.items().map_or(0, <[_]>::len));
    if count > MOST_INSTANCES {
        let message = format!("{count} instances; a component has at most {MOST_INSTANCES}");
        findings.push(Diagnostic::error("too_large", message).at(node.span));
        return Vec::new();
    }
    let mut found: Vec<(String, Option<Node>)> = Vec::with_capacity(count);
    if let Some(entries) = each.entries() {
        for entry in entries {
            if check_instance(&entry.key.text, entry.key.span, findings) {
                found.push((entry.key.text.to_string(), Some(entry.value.clone())));
            }
        }
        return found;
    }
    let Some(items) = each.items() else {
        let message = format!("expected a map or a list of text, found {}", each.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(node.span));
        return found;
    };
    let mut seen = std::collections::HashSet::with_capacity(count);
    for item in items {
        let Some(scalar) = item.scalar().filter(|_| !item.is_null()) else {
            let finding = Diagnostic::error("wrong_shape", format!("expected text, found {}", item.shape()));
            findings
                .push(finding.at(head(item)).help("a list in `for_each` is one of text; use a map for more"));
            continue;
        };
        if !check_instance(&scalar.text, item.span, findings) {
            continue;
        }
        if seen.insert(scalar.text.clone()) {
            found.push((scalar.text.to_string(), Some(Node::text(item.span, &scalar.text))));
        } else {
            let message = format!("`{}` stands twice in `for_each`", scalar.text);
            findings.push(Diagnostic::error("duplicate_key", message).at(item.span));
        }
    }
    found
}

/// A reference that stands for nothing: its parameter has no value, or is a secret.
fn is_missing(written: &Node, expanded: &Node) -> bool {
    Scope::is_reference(written) && expanded.scalar().is_some_and(|scalar| scalar.text.is_empty())
}

fn check_instance(key: &str, span: Span, findings: &mut Findings) -> bool {
    check_key(key, "a key of `for_each`", span, findings)
}

impl Component {
    /// The component's name and those of its instances.
    pub fn names(&self) -> (String, Vec<String>) {
        (self.name.clone(), self.instances.iter().map(|(instance, _)| instance.clone()).collect())
    }

    /// Adds the resources of every instance.
    pub fn declare(
        &self,
        keys: &Keys<'_>,
        scope: &Scope,
        declarations: &mut Declarations,
        findings: &mut Findings,
    ) {
        for (key, value) in &self.instances {
            let id = (self.name.clone(), key.clone());
            let each = value.clone().map(|value| (key.clone(), value));
            let bare = Instance {
                id: id.clone(),
                each: each.clone(),
                parameters: Default::default(),
                missing: Vec::new(),
            };
            let outer = scope.of_instance(bare);
            let values = parameter::inner_values(&self.parameters, self.node.get("with"), &outer, findings);
            let instance = Instance { id, each, parameters: values.given, missing: values.missing };
            declarations.add(&self.node, keys, &Arc::new(scope.of_instance(instance)), findings);
        }
    }
}

#[cfg(test)]
#[path = "component_tests.rs"]
mod tests;
