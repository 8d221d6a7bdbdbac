//! A stack: the file with its frame resolved, its declarations ready to be compiled.

use std::path::PathBuf;
use std::sync::Arc;

use super::budget::Budget;
use super::component::{self, Files};
use super::delivery::Deliveries;
use super::frame;
use super::identity;
use super::inputs::Inputs;
use super::parameter::{self, SecretParameter, Values};
use super::scope::{Frame, Instance, Manner, NoResources, Scope, head};
use super::stored::Wanted;
use super::tags::{check_tag, too_many_tags};
use super::words::{did_you_mean, listed};
use crate::engine::{Address, Map, Owner, Place, Value, mark};
use crate::source::{Diagnostic, Entry, FileId, Findings, Node, Sources, Span, parse};

/// A stack file as it is meant: its environment merged, its parameters known, its components
/// instantiated.
#[derive(Clone)]
pub struct Stack {
    pub name: String,
    pub description: Option<String>,
    pub env: Option<String>,
    pub owner: Owner,
    /// The account is [`Place::NO_ACCOUNT`] where nobody states it.
    pub place: Place,
    /// The account that the file insists on, and where.
    pub account_guard: Option<(String, Span)>,
    /// Tags for every taggable resource, in order.
    pub tags: Map,
    /// Every resource that the file declares, in the order of the text.
    pub declarations: Vec<Declaration>,
    /// Resources of components without instances: checked, and no part of the stack.
    pub examples: Vec<Declaration>,
    pub outputs: Vec<Output>,
    /// The lists of tests: the stack's own, and that of a component for each instance.
    pub tests: Vec<Tests>,
    pub secrets: Vec<SecretParameter>,
    /// What stores of AWS must be asked for before a plan.
    pub wanted: Vec<Wanted>,
    /// Where what differs in the environment that is meant stands, if the stack has environments; nothing if it has
    /// none. Everything else is other environments' too.
    pub environment: Option<Span>,
    /// The stack's own scope.
    pub scope: Arc<Scope>,
}

/// A declared resource.
#[derive(Clone)]
pub struct Declaration {
    pub address: Address,
    pub kind: String,
    /// What stands under its key; null for a resource of nothing but defaults.
    pub node: Node,
    pub key_span: Span,
    /// The names that can be referred to in it; shared by the resources of an instance.
    pub scope: Arc<Scope>,
    /// What its paths are relative to, relative to the stack's folder: the folder of its component's file.
    pub base: PathBuf,
}

/// A list of tests, to be read with [`Scope::document`].
#[derive(Clone)]
pub struct Tests {
    pub node: Node,
    /// The names that can be referred to in it: the stack's, or an instance's.
    pub scope: Arc<Scope>,
}

/// An output of the stack.
#[derive(Clone)]
pub struct Output {
    pub name: String,
    pub span: Span,
    /// What it is, to be read with [`Scope::document`] or [`Scope::text`] in the stack's scope.
    pub node: Node,
}

/// The most resources a stack can declare.
const MOST_DECLARATIONS: usize = 100_000;

/// Reads a stack file. Everything wrong is among the findings; a stack comes back whenever one can
/// be made, for the next stages to find more in the same run: check [`Findings::has_errors`] before
/// acting on it.
///
/// `kinds` are those that can be declared; `later` those that the language names and this version
/// does not have.
pub fn load(
    sources: &mut Sources,
    file: FileId,
    inputs: &Inputs,
    kinds: &[&str],
    later: &[&str],
    findings: &mut Findings,
) -> Option<Stack> {
    let written = parse(sources, file, findings)?;
    if written.entries().is_none() {
        let message = format!("expected a stack (a map), found {}", written.shape());
        let finding = Diagnostic::error("wrong_shape", message).at(head(&written));
        findings.push(finding.help("begin the file with the stack's name: `stack: orders`"));
        return None;
    }
    identity::check_version(&written, env!("CARGO_PKG_VERSION"), findings)?;
    let top = Keys { kinds, later, frame: &frame::keys(frame::FRAME), top: &[] };
    top.check(&written, findings);
    for environment in written.get("environments").and_then(Node::entries).unwrap_or_default() {
        top.check(&environment.value, findings);
    }
    let root = identity::choose_environment(&written, inputs, findings)?;
    let environment = identity::own_part(&written, inputs);
    let name = identity::name(&root, findings);
    let (place, account_guard) = identity::place(&root, inputs, findings);
    let env = inputs.env.clone();
    let owner = Owner { stack: name.clone(), env: env.clone(), region: place.region.clone() };

    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let mut frame = Frame {
        stack: name.clone(),
        env: env.clone(),
        place: place.clone(),
        kinds: owned(kinds),
        later: owned(later),
        components: Default::default(),
        parameters: Default::default(),
        missing: Vec::new(),
        no_parameters: Some("a parameter's default cannot refer to parameters"),
        budget: Budget::default(),
        deliveries: Deliveries::default(),
    };
    let declared = parameter::declared(root.get("parameters"), false, findings);
    let before = Scope::of_stack(frame.clone()).known_only();
    let Values { given, missing, mut secrets, mut wanted } =
        parameter::values(&declared, inputs, &before, findings);
    (frame.parameters, frame.missing, frame.no_parameters) = (given, missing, None);

    let without_components = Scope::of_stack(frame.clone());
    frame.deliveries = Deliveries::read(&root, &without_components, findings);
    let mut files = Files { sources, inputs, stack: file };
    let components = component::read(&root, &top, &mut files, &without_components, findings);
    frame.components = components.iter().map(component::Component::names).collect();
    let scope = Arc::new(Scope::of_stack(frame));

    let mut declarations = Declarations::default();
    declarations.add(&root, &top, &scope, findings);
    for component in &components {
        let (more, asked) = component.declare(&top, inputs, &scope, &mut declarations, findings);
        secrets.extend(more);
        wanted.extend(asked);
    }
    let examples =
        components.iter().flat_map(|component| component.examples(&top, &scope, findings)).collect();
    let shared = scope.frame.deliveries.shared(&declarations.found, &scope);
    declarations.found.extend(shared);
    let own = root.get("tests").map(|node| Tests { node: node.clone(), scope: scope.clone() });
    Some(Stack {
        description: root.get("description").and_then(|node| known_text(node, &scope, findings)),
        tags: tags(&root, &scope, findings),
        outputs: outputs(&root, findings),
        tests: own.into_iter().chain(declarations.tests).collect(),
        declarations: declarations.found,
        examples,
        name,
        env,
        owner,
        place,
        account_guard,
        secrets,
        wanted,
        environment,
        scope,
    })
}

/// The keys that may stand at the top of a stack or of a component.
pub(super) struct Keys<'a> {
    pub kinds: &'a [&'a str],
    pub later: &'a [&'a str],
    pub frame: &'a [&'a str],
    /// Those that stand at the top of the stack alone.
    pub top: &'a [&'a str],
}

impl Keys<'_> {
    /// Reports every key that has no meaning here.
    pub fn check(&self, node: &Node, findings: &mut Findings) {
        for entry in node.entries().unwrap_or_default() {
            let key = &*entry.key.text;
            let known = || self.frame.iter().chain(self.kinds).copied();
            if key.starts_with("x-") || known().any(|known| known == key) {
                continue;
            }
            let span = entry.key.span;
            if self.later.contains(&key) {
                let message = format!("{} are not part of this version", key.replace('_', " "));
                findings.push(Diagnostic::error("not_built", message).at(span));
            } else {
                let near = match self.top.contains(&key) {
                    true => String::new(),
                    false => did_you_mean(key, known().chain(self.later.iter().copied())),
                };
                let finding = Diagnostic::error("unknown_key", format!("unknown key `{key}`{near}")).at(span);
                findings.push(match listed(self.kinds.iter().copied()) {
                    _ if self.top.contains(&key) => finding.help(format!(
                        "`{key}` stands at the top of the stack, where `${{components.NAME.INSTANCE.KIND.KEY.OUTPUT}}` \
                         is what a component has"
                    )),
                    _ if !near.is_empty() => finding,
                    Some(list) => finding.help(format!("resources stand under {list}")),
                    None => finding.help("resources stand under their kind: `gatewayctl explain` names all of them"),
                });
            }
        }
    }
}

/// The declared resources, up to their bound.
#[derive(Default)]
pub(super) struct Declarations {
    pub found: Vec<Declaration>,
    /// The tests of components.
    pub tests: Vec<Tests>,
    /// The folder of the file that is read, relative to the stack's.
    pub base: PathBuf,
    full: bool,
}

impl Declarations {
    /// Adds the resources that stand under the kinds of a stack or of a component's instance.
    pub fn add(&mut self, root: &Node, keys: &Keys<'_>, scope: &Arc<Scope>, findings: &mut Findings) {
        for section in root.entries().unwrap_or_default() {
            let kind = &*section.key.text;
            if !keys.kinds.contains(&kind) {
                continue;
            }
            let node = scope.see(&section.value, findings);
            let Some(entries) = node.entries() else {
                if !node.is_null() {
                    let message =
                        format!("expected a map of {}, found {}", kind.replace('_', " "), node.shape());
                    findings.push(Diagnostic::error("wrong_shape", message).at(head(&node)));
                }
                continue;
            };
            for entry in entries.iter().filter(|entry| !entry.key.text.starts_with("x-")) {
                self.declare(kind, entry, scope, findings);
            }
        }
    }

    fn declare(&mut self, kind: &str, entry: &Entry, scope: &Arc<Scope>, findings: &mut Findings) {
        let key = &*entry.key.text;
        if !check_key(key, "a logical key", entry.key.span, findings) || self.full {
            return;
        }
        if self.found.len() >= MOST_DECLARATIONS {
            let message = format!("the stack declares more than {MOST_DECLARATIONS} resources");
            findings.push(Diagnostic::error("too_large", message).at(entry.key.span));
            self.full = true;
            return;
        }
        let address = Address { component: scope.component().cloned(), ..Address::new(kind, key) };
        let long = address.to_string().len();
        if long > Address::MAX {
            let message = format!("the address has {long} characters, at most {} are allowed", Address::MAX);
            let finding = Diagnostic::error("bad_name", message).at(entry.key.span);
            findings.push(finding.address(address.to_string()));
            return;
        }
        self.found.push(Declaration {
            address,
            kind: kind.to_owned(),
            node: entry.value.clone(),
            key_span: entry.key.span,
            scope: scope.clone(),
            base: self.base.clone(),
        });
    }
}

/// Reports a text that cannot be a key.
pub(super) fn check_key(key: &str, what: &str, span: Span, findings: &mut Findings) -> bool {
    if Address::is_key(key) {
        return true;
    }
    let finding = Diagnostic::error("bad_name", format!("`{}` cannot be {what}", shortened(key))).at(span);
    let help = format!(
        "a letter or digit, then letters, digits, `-` and `_`, at most {} characters",
        Address::MAX_KEY
    );
    findings.push(finding.help(help));
    false
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

impl Scope {
    /// The stack's own.
    pub(super) fn of_stack(frame: Frame) -> Scope {
        Scope { frame: Arc::new(frame), instance: None, known_only: false }
    }

    /// That of a component's instance.
    pub(super) fn of_instance(&self, instance: Instance) -> Scope {
        Scope { instance: Some(Arc::new(instance)), ..self.clone() }
    }
}

/// A text that is known before there are resources and is no secret.
fn known_text(node: &Node, scope: &Scope, findings: &mut Findings) -> Option<String> {
    let seen = scope.see(node, findings);
    if seen.is_null() {
        return None;
    }
    match scope.known_only().text(&seen, Manner::Own, &NoResources, findings)? {
        Value::String(text) => Some(text),
        Value::Secret(_) => {
            let finding = Diagnostic::error("secret_shown", "a secret cannot stand here: AWS would show it");
            findings.push(finding.at(node.span));
            None
        }
        _ => None,
    }
}

fn tags(root: &Node, scope: &Scope, findings: &mut Findings) -> Map {
    let Some(node) = root.get("tags").map(|node| scope.see(node, findings)).filter(|n| !n.is_null()) else {
        return Map::new();
    };
    let Some(entries) = node.entries() else {
        let message = format!("expected a map of text, found {}", node.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(&node)));
        return Map::new();
    };
    if let Some(finding) = too_many_tags(entries.len()) {
        findings.push(finding.at(head(&node)));
    }
    let tag = |entry: &Entry| {
        if let Some(finding) = reserved_tag(&entry.key.text) {
            findings.push(finding.at(entry.key.span));
            return None;
        }
        let value = known_text(&entry.value, scope, findings);
        check_tag(&entry.key.text, value.as_deref(), entry.key.span, findings);
        Some((entry.key.text.to_string(), value?.into()))
    };
    entries.iter().filter_map(tag).collect()
}

/// What is wrong with a tag's key: AWS's own prefix, or that of our marks.
pub fn reserved_tag(key: &str) -> Option<Diagnostic> {
    let prefix = ["aws:", mark::PREFIX].into_iter().find(|prefix| key.starts_with(prefix))?;
    let whose = if prefix == mark::PREFIX { "the marks of this program" } else { "AWS" };
    let message = format!("tags that begin with `{prefix}` belong to {whose}");
    Some(Diagnostic::error("reserved_tag", message).help("give the tag another name"))
}

fn outputs(root: &Node, findings: &mut Findings) -> Vec<Output> {
    let Some(node) = root.get("outputs").filter(|node| !node.is_null()) else { return Vec::new() };
    let Some(entries) = node.entries() else {
        let message = format!("expected a map of outputs, found {}", node.shape());
        findings.push(Diagnostic::error("wrong_shape", message).at(head(node)));
        return Vec::new();
    };
    let entries = entries.iter().filter(|entry| !entry.key.text.starts_with("x-"));
    entries
        .filter(|entry| check_key(&entry.key.text, "an output's name", entry.key.span, findings))
        .map(|entry| Output {
            name: entry.key.text.to_string(),
            span: entry.key.span,
            node: entry.value.clone(),
        })
        .collect()
}

#[cfg(test)]
#[path = "stack_tests.rs"]
mod tests;
