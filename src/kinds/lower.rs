//! What a kind's lowering works with: its declaration, its resource, and what it emits beside it.

use std::path::{Path, PathBuf};

use crate::engine::field::{Field, RefTo, TEXT};
use crate::engine::{Address, Edge, Form, Owner, Place, Places, Resource, Template, Told, Value};
use crate::source::{Diagnostic, Entry, Findings, Node, Span, suggest};
use crate::spec::{self, Resolve, Scope};
use crate::value;

use super::{About, Files, Grant, Who};

/// A role of one's own instead of the generated one.
pub const ROLE: Field = Field::sugar("role", "A role of one's own, instead of the one that is generated.")
    .form(|| Form::Ref(RefTo::checked(&["roles"], "arn")));
/// Further rights of the generated role.
pub const GRANTS: Field = Field::sugar(
    "grants",
    "Rights that the generated role gets beside those that follow from the references.",
)
.form(super::rights::grant_form);
/// Managed policies of the generated role.
pub const MANAGED_POLICIES: Field =
    Field::sugar("managed_policies", "ARNs of managed policies that are attached to the generated role.")
        .form(|| Form::list(Form::Value(TEXT)));

/// What lowering emits beside the resource itself.
#[derive(Default, Debug)]
pub struct Emitted {
    pub resources: Vec<Resource>,
    pub grants: Vec<Grant>,
    pub statements: Vec<Statement>,
    /// What the owners of others' policies are to add.
    pub foreign: Vec<super::Foreign>,
    /// What declarations say of the flow of events.
    pub told: std::collections::BTreeMap<Address, Told>,
}

/// A statement that the compiler or the user wants on a resource's own policy document.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Whose document.
    pub host: Address,
    /// The part of it that has a document of its own: an alias of a function.
    pub qualifier: Option<String>,
    /// The last step of its address: the user's Sid, or what the statement is for.
    pub name: String,
    /// The statement as IAM spells it, without Sid and Resource (they follow from the host).
    pub body: Value,
    /// Who waits for it; none for a statement of the user's.
    pub grantee: Option<Address>,
    pub declared: Span,
}

/// A declaration on its way to AWS's document.
pub struct Lowering<'a> {
    pub(crate) resource: &'a mut Resource,
    pub(crate) sugar: Vec<spec::Sugar>,
    pub(crate) scope: &'a Scope,
    pub(crate) resolve: &'a dyn Resolve,
    pub(crate) findings: &'a mut Findings,
    pub(crate) emitted: &'a mut Emitted,
    pub(crate) naming: &'a dyn Fn(&Address, &About) -> String,
    pub(crate) owner: &'a Owner,
    pub(crate) place: &'a Place,
    pub(crate) files: &'a Files,
    /// Of the file that declares it, below the stack's.
    pub(crate) folder: &'a Path,
}

/// How AWS and others call kinds, and the key of ours.
const ELSEWHERE: &[(&str, &str)] = &[
    ("lambda", "function"),
    ("sqs", "queue"),
    ("event_bus", "bus"),
    ("eventbridge", "bus"),
    ("dynamodb", "table"),
    ("rest_api", "api"),
    ("iam_role", "role"),
    ("kinesis", "stream"),
    ("sns", "topic"),
    ("step_function", "state_machine"),
    ("ecs_task", "ecs_cluster"),
    ("ecs", "ecs_cluster"),
    ("batch_job", "batch_queue"),
    ("kafka", "self_managed_kafka"),
];

/// The role that a resource acts by.
#[derive(Clone, Debug)]
pub enum RoleFor {
    /// Declared or named by ARN: its rights are its owner's matter.
    Own(Value),
    /// Generated: grants make its policy.
    Generated(Address),
}

impl Lowering<'_> {
    /// The address of the resource.
    pub fn address(&self) -> &Address {
        &self.resource.address
    }

    /// The physical name.
    pub fn name(&self) -> &str {
        &self.resource.name
    }

    /// Where it is declared.
    pub fn declared(&self) -> Span {
        self.resource.declared
    }

    /// Whose it is.
    pub fn owner(&self) -> &Owner {
        self.owner
    }

    /// Where it is applied.
    pub fn place(&self) -> &Place {
        self.place
    }

    /// The file that a path of the stack names, relative to the stack's folder.
    pub fn file(&self, path: &str) -> PathBuf {
        self.files.path(self.folder, path)
    }

    /// What the paths of the declaration are relative to, in words.
    pub fn relative(&self) -> String {
        match self.folder.as_os_str().is_empty() {
            true => "relative to the stack's file".to_owned(),
            false => format!("relative to the component's file, which is in `{}`", self.folder.display()),
        }
    }

    /// Takes a piece of sugar by its key, with the key's place.
    pub fn take(&mut self, key: &str) -> Option<(Span, Node)> {
        let at = self.sugar.iter().position(|sugar| sugar.key == key && sugar.within.is_empty())?;
        let sugar = self.sugar.remove(at);
        // A whole-value splice (`${parameters.x}`) stands for the node that it names.
        let node = self.scope.see(&sugar.node, self.findings);
        (!node.is_null()).then_some((sugar.key_span, node))
    }

    /// Whether a piece of sugar stands in the declaration and has not been taken.
    pub fn is_written(&self, key: &str) -> bool {
        self.sugar.iter().any(|sugar| sugar.key == key && sugar.within.is_empty())
    }

    /// The properties as they stand.
    pub fn properties(&mut self) -> &mut Value {
        &mut self.resource.properties
    }

    /// Writes a property, and where in the text it comes from.
    pub fn set(&mut self, path: &str, value: impl Into<Value>, from: Span) {
        self.resource.properties.put(path, value.into());
        self.resource.places.insert(path.to_owned(), from);
    }

    /// Where a property was declared; where the resource was, if nowhere else.
    pub fn place_of(&self, path: &str) -> Span {
        self.resource.places.get(path).copied().unwrap_or(self.resource.declared)
    }

    /// Gives the resource its package of code.
    pub fn set_package(&mut self, package: std::sync::Arc<crate::engine::Package>) {
        self.resource.package = Some(package);
    }

    /// A finding.
    pub fn finding(&mut self, finding: Diagnostic) {
        let finding = finding.address(self.resource.address.to_string());
        self.findings.push(finding);
    }

    /// A value in a secret's place as the secret that it is there, with a warning where it stands in the file.
    pub fn sealed(&mut self, value: Value, at: Span) -> Value {
        let mut found = Findings::default();
        let value = spec::sealed(value, at, &mut found);
        found.iter().for_each(|finding| self.finding(finding.clone()));
        value
    }

    /// An error at a place.
    pub fn error(&mut self, code: &'static str, at: Span, message: impl Into<String>, help: &str) {
        let mut finding = Diagnostic::error(code, message.into()).at(at);
        if !help.is_empty() {
            finding = finding.help(help);
        }
        self.finding(finding);
    }

    /// Decodes a node by rows of a table; its places are recorded below `at`, and its references
    /// become edges.
    pub fn decode(&mut self, node: &Node, fields: &'static [Field], at: &str) -> (Value, Vec<spec::Sugar>) {
        let address = self.resource.address.clone();
        let decoded = spec::decode(node, fields, self.scope, self.resolve, self.findings, Some(&address));
        for (path, span) in decoded.places {
            let path = if at.is_empty() { path } else { format!("{at}.{path}") };
            self.resource.places.insert(path, span);
        }
        for used in decoded.refs {
            if used.checked {
                self.edge(used.address, used.inside);
            }
        }
        (decoded.properties, decoded.sugar)
    }

    /// Follows splices and gives the entries of a map, or reports that it is none.
    pub fn entries(&mut self, node: &Node, wanted: &str) -> Vec<Entry> {
        let node = self.scope.see(node, self.findings);
        match node.entries() {
            Some(entries) => entries.to_vec(),
            None => {
                let shape = node.shape();
                self.error("wrong_shape", node.span, format!("expected {wanted}, found {shape}"), "");
                Vec::new()
            }
        }
    }

    /// Reads text with interpolation.
    pub fn text(&mut self, node: &Node) -> Option<Value> {
        self.scope.text(node, spec::Manner::Own, self.resolve, self.findings)
    }

    /// Reads text that must be known offline.
    pub fn known_text(&mut self, node: &Node) -> Option<String> {
        match self.text(node)? {
            Value::String(text) => Some(text),
            Value::Unknown(_) | Value::Secret(_) => {
                self.error(
                    "not_known",
                    node.span,
                    "this must be known before anything exists",
                    "write the text itself",
                );
                None
            }
            other => Some(other.to_shown_json().to_string()),
        }
    }

    /// Reads a free-form document that AWS defines; its places are recorded below `at`.
    pub fn document(&mut self, node: &Node, at: &str) -> Value {
        let mut places = Places::new();
        let value = self.scope.document(node, self.resolve, self.findings, &mut places, at);
        self.resource.places.extend(places);
        value
    }

    /// Reads a reference; it becomes an edge if AWS checks it. The address is there if it names
    /// something of this stack.
    pub fn reference(&mut self, node: &Node, to: &RefTo) -> Option<(Value, Option<Address>)> {
        let (value, address) = self.reference_of(node, to)?;
        if let Some(address) = address.as_ref().filter(|_| to.checked) {
            self.edge(address.clone(), to.inside);
        }
        Some((value, address))
    }

    /// The one kind key of a map such as `{ bus: orders, … }`: the key, its entry, and the other
    /// entries as a map of their own.
    pub fn kind_key(&mut self, node: &Node, allowed: &[&'static str]) -> Option<(&'static str, Entry, Node)> {
        let entries = self.entries(node, "a map with one kind key, such as `{ bus: orders }`");
        let named: Vec<_> = entries
            .iter()
            .filter_map(|entry| Some((*allowed.iter().find(|key| **key == &*entry.key.text)?, entry)))
            .collect();
        let list = allowed.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        match named.as_slice() {
            [(key, one)] => {
                let rest: Vec<Entry> =
                    entries.iter().filter(|entry| entry.key.span != one.key.span).cloned().collect();
                Some((*key, (*one).clone(), Node::map(node.span, rest)))
            }
            // What is no map at all has been reported.
            [] if self.scope.see(node, self.findings).entries().is_none() => None,
            [] => {
                self.no_kind_key(node, &entries, allowed, &list);
                None
            }
            [_, (_, second), ..] => {
                let at = second.key.span;
                self.error(
                    "two_kind_keys",
                    at,
                    "two keys name what it goes to; exactly one may stand here",
                    "",
                );
                None
            }
        }
    }

    /// Says that no key names a kind, at the key that probably was to.
    fn no_kind_key(&mut self, node: &Node, entries: &[Entry], allowed: &[&'static str], list: &str) {
        let meant = |key: &str| {
            let called = ELSEWHERE.iter().find(|(other, ours)| *other == key && allowed.contains(ours));
            called.map(|(_, ours)| *ours).or_else(|| suggest(key, allowed.iter().copied()))
        };
        let near = entries.iter().find_map(|entry| Some((&entry.key, meant(&entry.key.text)?)));
        let other = entries.iter().find(|entry| super::external::is_kind_key(&entry.key.text));
        let help = format!("one of {list} must stand here");
        match (near, other) {
            (Some((key, ours)), _) => {
                let message = format!("unknown key `{}`; did you mean `{ours}`?", key.text);
                self.error("no_kind_key", key.span, message, &help);
            }
            (None, Some(entry)) => {
                let message = format!("`{}` cannot stand here", entry.key.text);
                self.error("no_kind_key", entry.key.span, message, &help);
            }
            (None, None) => {
                let message = format!("nothing here names what it goes to; {help}");
                self.error("no_kind_key", node.span, message, "");
            }
        }
    }

    /// The value of an output of a resource of this stack. Whether it is an edge is the caller's
    /// word; outputs that AWS assigns always are one.
    pub fn output(&self, address: &Address, output: &str) -> Value {
        Template::output(address.clone(), output).into()
    }

    /// Makes the resource wait for another.
    pub fn edge(&mut self, to: Address, inside: bool) {
        if to != self.resource.address {
            self.resource.edges.push(Edge { to, inside });
        }
    }

    /// Asks for a right.
    pub fn grant(&mut self, who: Who, actions: &[&str], on: Vec<Value>, condition: Option<Value>) {
        let grantee = self.resource.address.clone();
        let actions = actions.iter().map(|action| (*action).to_owned()).collect();
        self.emitted.grants.push(Grant { grantee, who, actions, on, condition });
    }

    /// A right of the role that the resource acts by; nothing if the role is its owner's matter.
    pub fn grant_role(&mut self, role: &RoleFor, actions: &[&str], on: Vec<Value>) {
        if let RoleFor::Generated(address) = role {
            self.grant(Who::Role(address.clone()), actions, on, None);
        }
    }

    /// A right on a resource of this stack by its own document. `name` tells several of one host
    /// apart; the default is the resource's address.
    pub fn grant_principal(
        &mut self,
        host: Address,
        name: Option<&str>,
        principal: Value,
        actions: &[&str],
        on: Value,
        condition: Value,
    ) {
        self.grant_principal_on((host, None), name, principal, actions, on, condition);
    }

    /// As [`Lowering::grant_principal`], by the document of a part of the host that has one of its own.
    pub fn grant_principal_on(
        &mut self,
        (host, qualifier): (Address, Option<String>),
        name: Option<&str>,
        principal: Value,
        actions: &[&str],
        on: Value,
        condition: Value,
    ) {
        let mut name = name.map_or_else(|| self.resource.address.to_string(), str::to_owned);
        if let Some(qualifier) = &qualifier {
            name = format!("{name}:{qualifier}");
        }
        let condition = Some(condition).filter(|condition| !condition.is_empty());
        self.grant(Who::Principal { host, qualifier, name, principal }, actions, vec![on], condition);
    }

    /// A statement that the stack declares on the document of this resource.
    pub fn statement(&mut self, name: &str, body: Value, declared: Span) {
        self.statement_on(None, name, body, declared);
    }

    /// As [`Lowering::statement`], on the document of a part of this resource that has one of its own.
    pub fn statement_on(&mut self, qualifier: Option<String>, name: &str, body: Value, declared: Span) {
        let (host, name) = (self.resource.address.clone(), name.to_owned());
        let statement = Statement { host, qualifier, name, body, grantee: None, declared };
        self.emitted.statements.push(statement);
    }

    /// Emits a generated resource below this one, with its default name.
    pub fn emit(
        &mut self,
        kind: &'static About,
        part: &str,
        name: Option<String>,
        properties: Value,
    ) -> Address {
        let address = self.resource.address.part(part);
        let name = name.unwrap_or_else(|| (self.naming)(&address, kind));
        let mut properties = properties;
        if !kind.naming.path.is_empty() {
            properties.put(kind.naming.path, name.as_str().into());
        }
        self.emitted.resources.push(Resource {
            address: address.clone(),
            kind: kind.kind,
            name,
            properties,
            places: Places::new(),
            declared: self.resource.declared,
            protect: false,
            edges: Vec::new(),
            package: None,
        });
        address
    }
}

/// Text behind a value that may not be known yet.
pub fn suffixed(value: &Value, suffix: &str) -> Value {
    let mut template = Template::default();
    template.push(value.clone());
    template.push_text(suffix);
    template.into()
}

/// The condition that a service acts for one resource of this account.
pub fn source_condition(place: &Place, arn: impl Into<Value>) -> Value {
    value!({
        "StringEquals": { "aws:SourceAccount": (place.account.as_str()) },
        "ArnEquals": { "aws:SourceArn": (arn.into()) },
    })
}
