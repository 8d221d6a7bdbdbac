//! Components: the one way to repeat.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::frame::{self, OF_USE};
use super::inputs::Inputs;
use super::parameter::{self, Declared, SecretParameter};
use super::scope::{Instance, Scope, head};
use super::stack::{Declaration, Declarations, Keys, Tests, check_key};
use super::stored::Wanted;
use crate::source::{Diagnostic, Entry, FileId, Findings, Node, Sources, Span, merge_patch, parse};

/// The instance of a component without `for_each`.
const ONLY: &str = "main";
/// The most instances of one component.
const MOST_INSTANCES: usize = 10_000;
/// The name of the instance that stands for those of a component that has none.
const EXAMPLE: &str = "example";

/// A component of the file and its instances.
pub(super) struct Component {
    name: String,
    node: Node,
    parameters: Vec<Declared>,
    /// Instance and, under `for_each`, what `each.value` is.
    instances: Vec<(String, Option<Node>)>,
    /// The folder of its file, relative to the stack's; empty if it stands in the stack's file.
    base: PathBuf,
}

/// What components of other files are read with.
pub(super) struct Files<'a> {
    pub sources: &'a mut Sources,
    pub inputs: &'a Inputs,
    /// The file of the stack.
    pub stack: FileId,
}

/// Reads `components:`. The scope is the stack's, which does not know the components yet.
pub(super) fn read(
    root: &Node,
    keys: &Keys<'_>,
    files: &mut Files<'_>,
    scope: &Scope,
    findings: &mut Findings,
) -> Vec<Component> {
    let Some(node) = root.get("components").filter(|node| !node.is_null()) else { return Vec::new() };
    let Some(entries) = node.entries() else {
        let message = format!("expected a map of components, found {}", node.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(node)));
        return Vec::new();
    };
    let entries = entries.iter().filter(|entry| !entry.key.text.starts_with("x-"));
    entries.filter_map(|entry| component(entry, keys, files, scope, findings)).collect()
}

/// Reports every key that has no meaning in a component.
fn in_component(keys: &Keys<'_>, node: &Node, findings: &mut Findings) {
    let (frame, top) = (frame::keys(frame::COMPONENT), frame::keys(frame::FRAME));
    Keys { kinds: keys.kinds, later: keys.later, frame: &frame, top: &top }.check(node, findings);
}

fn component(
    entry: &Entry,
    keys: &Keys<'_>,
    files: &mut Files<'_>,
    scope: &Scope,
    findings: &mut Findings,
) -> Option<Component> {
    let (name, node) = (&*entry.key.text, &entry.value);
    if !check_key(name, "a component's name", entry.key.span, findings) {
        return None;
    }
    if node.entries().is_none() {
        let message = format!("expected a component (a map), found {}", node.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(node.span));
        return None;
    }
    in_component(keys, node, findings);
    if let Some(with) = node.get("with").filter(|with| with.entries().is_none() && !with.is_null()) {
        let message = format!("expected a map of parameters, found {}", with.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(with)));
    }
    let instances = match node.get("for_each") {
        None => vec![(ONLY.to_owned(), None)],
        Some(each) => instances(each, scope, findings),
    };
    let (node, base) = match node.entry("source").filter(|source| !source.value.is_null()) {
        None => (node.clone(), PathBuf::new()),
        Some(source) => from_file(&source.value, node, keys, files, findings)?,
    };
    let parameters = parameter::declared(node.get("parameters"), true, findings);
    Some(Component { name: name.to_owned(), node, parameters, instances, base })
}

/// A component of another file, with what stands beside `source` merged over it, and the file's folder.
fn from_file(
    source: &Node,
    used: &Node,
    keys: &Keys<'_>,
    files: &mut Files<'_>,
    findings: &mut Findings,
) -> Option<(Node, PathBuf)> {
    let wrong = |code, message: String, help: &str| {
        let finding = Diagnostic::error(code, message).at(source.span);
        if help.is_empty() { finding } else { finding.help(help) }
    };
    let Some(path) = source.scalar().map(|scalar| &*scalar.text).filter(|path| !path.is_empty()) else {
        let message = format!("expected the path of a file, found {}", source.shape());
        findings.push(wrong("wrong_shape", message, "`source: components/partner.yaml`"));
        return None;
    };
    if path.contains("${") {
        let message = "`source` is written out: no `${` stands here".to_owned();
        findings.push(wrong("bad_reference", message, "what differs stands in `environments`"));
        return None;
    }
    if Path::new(path).is_absolute() {
        let message = format!("`{path}` is an absolute path");
        findings.push(wrong("bad_source", message, "write it relative to the stack's file"));
        return None;
    }
    let bytes = match (files.inputs.read_file)(&files.inputs.base.join(path)) {
        Ok(bytes) => bytes,
        Err(error) => {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => format!("there is no file {path}"),
                _ => format!("{path} cannot be read: {error}"),
            };
            findings.push(wrong("bad_source", why, "the path is relative to the stack's file"));
            return None;
        }
    };
    let Ok(text) = String::from_utf8(bytes) else {
        findings.push(wrong("bad_source", format!("{path} is no UTF-8 text"), ""));
        return None;
    };
    // Named as the stack is, so that both lead to their lines from where the command was given.
    let beside = Path::new(files.sources.name(files.stack)).parent().unwrap_or(Path::new("")).join(path);
    let file = files.sources.add(beside.display().to_string(), text);
    let written = parse(files.sources, file, findings)?;
    if written.entries().is_none() {
        let message = format!("expected a component (a map), found {}", written.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(&written)));
        return None;
    }
    for of_use in OF_USE.iter().filter_map(|key| written.entry(key)) {
        let message = format!("`{}` stands where the component is used, not in its file", of_use.key.text);
        findings.push(Diagnostic::error("unknown_key", message).at(of_use.key.span));
    }
    // What is of the use has been told apart above.
    in_component(keys, &written, findings);
    let is_own = |entry: &&Entry| !OF_USE.contains(&&*entry.key.text);
    let own = |node: &Node| -> Vec<Entry> {
        node.entries().unwrap_or_default().iter().filter(is_own).cloned().collect()
    };
    let resources = Node::map(written.span, own(&written));
    let merged = merge_patch(&resources, &Node::map(used.span, own(used)));
    // `with` belongs to the use.
    let with = used.entries().unwrap_or_default().iter().filter(|entry| &*entry.key.text == "with").cloned();
    let all = merged.entries().unwrap_or_default().iter().cloned().chain(with);
    let base = Path::new(path).parent().unwrap_or(Path::new("")).to_owned();
    Some((Node::map(merged.span, all.collect::<Vec<_>>()), base))
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

    /// Adds the resources of every instance; gives what their parameters have from outside.
    pub fn declare(
        &self,
        keys: &Keys<'_>,
        inputs: &Inputs,
        scope: &Scope,
        declarations: &mut Declarations,
        findings: &mut Findings,
    ) -> (Vec<SecretParameter>, Vec<Wanted>) {
        let (mut secrets, mut wanted) = (Vec::new(), Vec::new());
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
            let with = self.node.get("with");
            let values = parameter::inner_values(&self.parameters, with, inputs, &outer, findings);
            secrets.extend(values.secrets);
            wanted.extend(values.wanted);
            let instance = Instance { id, each, parameters: values.given, missing: values.missing };
            declarations.base = self.base.clone();
            let scope = Arc::new(scope.of_instance(instance));
            declarations.add(&self.node, keys, &scope, findings);
            if let Some(node) = self.node.get("tests").filter(|node| !node.is_null()) {
                declarations.tests.push(Tests { node: node.clone(), scope });
            }
        }
        (secrets, wanted)
    }

    /// Of a component without instances, the resources that mean the same in every one: what is wrong with
    /// them is found all the same.
    pub fn examples(&self, keys: &Keys<'_>, scope: &Scope, findings: &mut Findings) -> Vec<Declaration> {
        if !self.instances.is_empty() {
            return Vec::new();
        }
        let id = (self.name.clone(), EXAMPLE.to_owned());
        let instance = Instance { id, each: None, parameters: Default::default(), missing: Vec::new() };
        let instance = Arc::new(scope.of_instance(instance));
        let parameters = self.parameters.iter().map(Declared::name);
        let mut differs: Vec<String> = parameters.map(|name| format!("parameters.{name}")).collect();
        differs.push("each.".to_owned());
        let mut examples = Declarations::default();
        examples.base = self.base.clone();
        examples.add(&self.node, keys, &instance, findings);
        examples.found.retain(|declaration| !mentions(&declaration.node, &differs));
        examples.found
    }
}

/// Whether a text below a node refers to one of these.
fn mentions(node: &Node, words: &[String]) -> bool {
    if let Some(scalar) = node.scalar() {
        return scalar.text.contains("${") && words.iter().any(|word| scalar.text.contains(word.as_str()));
    }
    node.items().unwrap_or_default().iter().any(|item| mentions(item, words))
        || node.entries().unwrap_or_default().iter().any(|entry| mentions(&entry.value, words))
}

#[cfg(test)]
#[path = "component_tests.rs"]
mod tests;
