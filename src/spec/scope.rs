//! What a name means at one place of the text: the resolution of `${…}`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::budget::Budget;
use super::interpolate::{Piece, escape, pieces, span_of, whole};
use super::words::{a, did_you_mean, listed, singular};
use crate::engine::{Address, Place, Places, Secret, SecretSource, Template, Value};
use crate::source::{Core, Data, Diagnostic, Entry, Findings, Node, Scalar, Span};

/// What the compile stage knows and this one does not: which resources there are and what they have.
pub trait Resolve {
    /// The declared resource of a kind and a key, looked for in the component's instance first (if
    /// one is given), then in the stack.
    fn address(&self, component: Option<&(String, String)>, kind: &str, key: &str) -> Option<Address>;

    /// The keys that a reference at this place could name, for suggestions.
    fn keys(&self, component: Option<&(String, String)>, kind: &str) -> Vec<String>;

    /// The value of an output.
    ///
    /// # Errors
    /// The outputs that the resource does have.
    fn output(&self, address: &Address, output: &str) -> Result<Value, Vec<&'static str>>;
}

/// Whose text is being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Manner {
    /// A field of the stack's own: every `${` must be a reference or written `$${`.
    Own,
    /// A document that AWS defines: `${X}` that is no reference of ours is left as it is.
    Document,
}

/// The names that can be referred to at one place of the text. Cheap to clone.
#[derive(Clone)]
pub struct Scope {
    pub(super) frame: Arc<Frame>,
    pub(super) instance: Option<Arc<Instance>>,
    /// Outputs of resources may not stand here: it must be known before there are any.
    pub(super) known_only: bool,
}

/// What is the same everywhere in a stack.
#[derive(Clone)]
pub(super) struct Frame {
    pub stack: String,
    pub env: Option<String>,
    pub place: Place,
    pub kinds: Vec<String>,
    pub later: Vec<String>,
    /// The instances of each component.
    pub components: BTreeMap<String, Vec<String>>,
    pub parameters: BTreeMap<String, Given>,
    /// Parameters that are declared but have no value; that is reported already.
    pub missing: Vec<String>,
    /// Why `parameters` cannot be referred to at this point, if so.
    pub no_parameters: Option<&'static str>,
    pub budget: Budget,
}

/// One instance of a component.
pub(super) struct Instance {
    pub id: (String, String),
    /// `each.key` and `each.value`, under `for_each`.
    pub each: Option<(String, Node)>,
    pub parameters: BTreeMap<String, Given>,
    pub missing: Vec<String>,
}

/// A parameter's value.
#[derive(Clone)]
pub(super) enum Given {
    /// Text in which nothing but outputs of resources and secrets is left to resolve.
    Node(Node),
    Secret(SecretSource),
}

/// What a reference stands for.
enum Meaning {
    Node(Node),
    Value(Value),
    /// None of ours, in a document: it stays as it is written.
    Foreign,
}

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

/// Where a reference stands and how to speak about it.
struct Site<'a> {
    span: Span,
    manner: Manner,
    resolve: Option<&'a dyn Resolve>,
}

pub(super) const ROOTS: [&str; 6] = ["parameters", "components", "each", "stack", "env", "aws"];
const AWS: [&str; 4] = ["account_id", "region", "partition", "url_suffix"];

impl Scope {
    /// Component and instance that this place is in.
    pub fn component(&self) -> Option<&(String, String)> {
        self.instance.as_ref().map(|instance| &instance.id)
    }

    /// The kinds that a stack can declare.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.frame.kinds.iter().map(String::as_str)
    }

    /// Where the stack is applied.
    pub fn place(&self) -> &Place {
        &self.frame.place
    }

    /// The same names, but nothing that is known only with the resources.
    pub fn known_only(&self) -> Scope {
        Scope { known_only: true, ..self.clone() }
    }

    /// The node that this one stands for: of a whole-value `${parameters.…}` or `${each.…}` the
    /// value's node, with its own place in the text; of everything else the node itself. A secret
    /// is no node and stays as it is written.
    pub fn see(&self, node: &Node, findings: &mut Findings) -> Node {
        self.spliced(node, findings).unwrap_or_else(|| node.clone())
    }

    fn spliced(&self, node: &Node, findings: &mut Findings) -> Option<Node> {
        let body = node.scalar().and_then(|scalar| whole(&scalar.text))?;
        let root = body.split('.').next().unwrap_or_default();
        if !["parameters", "each", "stack"].contains(&root) {
            return None;
        }
        let site = Site { span: span_of_whole(node), manner: Manner::Own, resolve: None };
        match self.meaning(body, &site, findings)? {
            Meaning::Node(found) => Some(found),
            _ => None,
        }
    }

    /// Whether the node is a reference that stands alone.
    pub fn is_reference(node: &Node) -> bool {
        node.scalar().is_some_and(|scalar| whole(&scalar.text).is_some())
    }

    /// A scalar's text with every reference in its place: a string, or unknown, or secret. A
    /// whole-value reference has the type of what it refers to. Nothing if it is wrong; that is
    /// among the findings then.
    pub fn text(
        &self,
        node: &Node,
        manner: Manner,
        resolve: &dyn Resolve,
        findings: &mut Findings,
    ) -> Option<Value> {
        self.interpolate(node, manner, Some(resolve), findings)
    }

    /// A document that AWS defines, as a value: scalars by YAML's core schema, references in their
    /// places, `${X}` of others left alone. The place of every node is recorded by its concrete
    /// path, which begins with `at`.
    pub fn document(
        &self,
        node: &Node,
        resolve: &dyn Resolve,
        findings: &mut Findings,
        places: &mut Places,
        at: &str,
    ) -> Value {
        let node = self.see(node, findings);
        if !self.frame.budget.spend(1, 0, node.span, findings) {
            return Value::Null;
        }
        places.insert(at.to_owned(), node.span);
        match &node.data {
            Data::Seq(items) => Value::List(
                items
                    .iter()
                    .enumerate()
                    .map(|(i, item)| self.document(item, resolve, findings, places, &format!("{at}[{i}]")))
                    .collect(),
            ),
            Data::Map(entries) => Value::Map(
                entries
                    .iter()
                    .map(|entry| {
                        let at = join(at, &entry.key.text);
                        let value = self.document(&entry.value, resolve, findings, places, &at);
                        (entry.key.text.to_string(), value)
                    })
                    .collect(),
            ),
            Data::Scalar(_) => self
                .interpolate(&node, Manner::Document, Some(resolve), findings)
                .map_or(Value::Null, |value| typed(&node, value)),
        }
    }

    fn interpolate(
        &self,
        node: &Node,
        manner: Manner,
        resolve: Option<&dyn Resolve>,
        findings: &mut Findings,
    ) -> Option<Value> {
        let Some(scalar) = node.scalar() else {
            let message = format!("expected text, found {}", node.shape());
            findings.push(Diagnostic::error("wrong_shape", message).at(head(node)));
            return None;
        };
        if !self.frame.budget.spend(1, scalar.text.len(), node.span, findings) {
            return None;
        }
        if let Some(body) = whole(&scalar.text) {
            let site = Site { span: span_of_whole(node), manner, resolve };
            return match self.meaning(body, &site, findings)? {
                Meaning::Node(found) => self.value_of(&found, resolve, findings),
                Meaning::Value(value) => Some(value),
                Meaning::Foreign => Some(Value::from(&*scalar.text)),
            };
        }
        let mut template = Template::default();
        let mut whole = true;
        for piece in pieces(&scalar.text) {
            match piece {
                Piece::Text(text) => template.push_text(text),
                Piece::Open(text, _) if manner == Manner::Document => template.push_text(text),
                Piece::Open(_, at) => {
                    findings.push(unclosed(span_of(node, &at)));
                    whole = false;
                }
                Piece::Reference { body, at } => {
                    let site = Site { span: span_of(node, &at), manner, resolve };
                    match self.inside_text(body, &site, findings) {
                        Some(Meaning::Value(value)) => template.push(value),
                        Some(_) => template.push_text(&scalar.text[at]),
                        None => whole = false,
                    }
                }
            }
        }
        whole.then(|| template.into_value())
    }

    /// A reference inside a longer text: its value, as text.
    fn inside_text(&self, body: &str, site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let found = match self.meaning(body, site, findings)? {
            Meaning::Node(found) => found,
            other => return Some(other),
        };
        self.scalar_inside(&found, body, site, findings)?;
        match found.is_null() {
            true => Some(Meaning::Value("".into())),
            false => self.interpolate(&found, Manner::Own, site.resolve, findings).map(Meaning::Value),
        }
    }

    fn scalar_inside<'n>(
        &self,
        found: &'n Node,
        body: &str,
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<&'n Scalar> {
        if found.scalar().is_none() {
            let message = format!("`{body}` is {}; only text can stand inside text", found.shape());
            findings.push(
                Diagnostic::error("wrong_shape", message)
                    .at(site.span)
                    .related(head(found), "it stands here"),
            );
        }
        found.scalar()
    }

    /// What a spliced node is as a value, with its type.
    fn value_of(&self, node: &Node, resolve: Option<&dyn Resolve>, findings: &mut Findings) -> Option<Value> {
        if node.scalar().is_some() {
            return self.interpolate(node, Manner::Own, resolve, findings).map(|value| typed(node, value));
        }
        resolve.map(|resolve| self.document(node, resolve, findings, &mut Places::new(), ""))
    }

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
        let root = body.split('.').next().unwrap_or_default();
        if root == "components" || self.kinds().any(|kind| kind == root) {
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

    /// What a reference stands for; nothing if it is wrong, which is reported.
    fn meaning(&self, body: &str, site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let steps: Vec<&str> = body.split('.').collect();
        let (root, rest) = (steps[0], &steps[1..]);
        let ours = ROOTS.contains(&root)
            || self.frame.kinds.iter().chain(&self.frame.later).any(|kind| kind == root);
        if !ours || (rest.is_empty() && site.manner == Manner::Document) {
            return self.foreign(body, root, site, findings);
        }
        if rest.is_empty() || !steps.iter().all(|step| is_step(step)) {
            return self.wrong(site, findings, format!("`${{{body}}}` is no reference"), self.shape_of(root));
        }
        match (root, rest) {
            ("parameters", [name, path @ ..]) => self.parameter(name, path, site, findings),
            ("stack", ["parameters", name, path @ ..]) => {
                self.given(&self.frame.parameters, &self.frame.missing, name, path, site, findings)
            }
            ("stack", ["name"]) => Some(Meaning::Value(self.frame.stack.as_str().into())),
            ("stack", _) => self.no_attribute(body, rest, &["name"], site, findings),
            ("each", _) => self.each(rest, site, findings),
            ("env", _) => self.env(body, rest, site, findings),
            ("aws", _) => self.aws(body, rest, site, findings),
            ("components", _) => self.through_component(body, rest, site, findings),
            (kind, _) => self.output(self.component().cloned().as_ref(), kind, rest, body, site, findings),
        }
    }

    fn foreign(&self, body: &str, root: &str, site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let roots = || ROOTS.iter().copied().chain(self.kinds());
        let near = did_you_mean(root, roots());
        if site.manner == Manner::Own {
            let message = format!("`{root}` is nothing that `${{…}}` can refer to{near}");
            return self.wrong(
                site,
                findings,
                message,
                "a reference begins with a kind or with parameters, components, each, stack, env or aws; \
                 a literal `${` is written `$${`"
                    .to_owned(),
            );
        }
        if !near.is_empty() && body.contains('.') {
            let message = format!("`${{{body}}}` is left as it is: `{root}` is nothing of this stack{near}");
            let warning = Diagnostic::warning("foreign_reference", message).at(site.span);
            findings.push(warning.help(format!("if it is meant literally, write `$${{{body}}}`")));
        }
        Some(Meaning::Foreign)
    }

    fn parameter(
        &self,
        name: &str,
        path: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        if let Some(why) = self.frame.no_parameters {
            return self.wrong(site, findings, why.to_owned(), String::new());
        }
        if let Some(instance) = &self.instance
            && (instance.parameters.contains_key(name) || instance.missing.iter().any(|m| m == name))
        {
            return self.given(&instance.parameters, &instance.missing, name, path, site, findings);
        }
        let own = self.instance.iter().flat_map(|instance| instance.parameters.keys());
        if !self.frame.parameters.contains_key(name) && !self.frame.missing.iter().any(|m| m == name) {
            let known: Vec<&str> = own.chain(self.frame.parameters.keys()).map(String::as_str).collect();
            let near = did_you_mean(name, known.iter().copied());
            let help = match listed(known) {
                Some(list) => format!("declared are {list}"),
                None => format!("declare it: `parameters: {{ {name}: {{ type: string }} }}`"),
            };
            return self.wrong(site, findings, format!("unknown parameter `{name}`{near}"), help);
        }
        self.given(&self.frame.parameters, &self.frame.missing, name, path, site, findings)
    }

    fn given(
        &self,
        among: &BTreeMap<String, Given>,
        missing: &[String],
        name: &str,
        path: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        match among.get(name) {
            Some(Given::Node(node)) => self.walk(node, &format!("parameters.{name}"), path, site, findings),
            Some(Given::Secret(source)) if path.is_empty() => {
                Some(Meaning::Value(Value::Secret(Secret::from_source(source.clone()))))
            }
            Some(Given::Secret(_)) => {
                let message = format!("`parameters.{name}` is a secret text and has no members");
                self.wrong(site, findings, message, String::new())
            }
            None if missing.iter().any(|m| m == name) => None,
            None => {
                let near = did_you_mean(name, among.keys().map(String::as_str));
                self.wrong(site, findings, format!("unknown parameter `{name}`{near}"), String::new())
            }
        }
    }

    fn walk(
        &self,
        node: &Node,
        from: &str,
        path: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        let mut node = node;
        let mut walked = from.to_owned();
        for step in path {
            let Some(entries) = node.entries() else {
                let message = format!("`{walked}` is {} and has no `{step}`", node.shape());
                return self.wrong(site, findings, message, String::new());
            };
            let Some(next) = node.get(step) else {
                let near = did_you_mean(step, entries.iter().map(|entry| &*entry.key.text));
                let help = listed(entries.iter().map(|entry| &*entry.key.text));
                let help = help.map_or(String::new(), |list| format!("it has {list}"));
                return self.wrong(site, findings, format!("`{walked}` has no `{step}`{near}"), help);
            };
            node = next;
            walked = format!("{walked}.{step}");
        }
        Some(Meaning::Node(node.clone()))
    }

    fn each(&self, rest: &[&str], site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let each = self.instance.as_ref().and_then(|instance| instance.each.as_ref());
        let Some((key, value)) = each else {
            let message = "`each` stands only in a component with `for_each`";
            return self.wrong(site, findings, message.to_owned(), String::new());
        };
        match rest {
            ["key"] => Some(Meaning::Node(Node::text(site.span, &escape(key)))),
            ["value", path @ ..] => self.walk(value, "each.value", path, site, findings),
            _ => self.no_attribute(
                &format!("each.{}", rest.join(".")),
                rest,
                &["key", "value"],
                site,
                findings,
            ),
        }
    }

    fn env(&self, body: &str, rest: &[&str], site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        match (rest, &self.frame.env) {
            (["suffix"], None) => Some(Meaning::Value("".into())),
            (["suffix"], Some(env)) => Some(Meaning::Value(format!("-{env}").into())),
            (["name"], Some(env)) => Some(Meaning::Value(env.as_str().into())),
            (["name"], None) => self.wrong(
                site,
                findings,
                "`env.name` without an environment".to_owned(),
                "give `--env NAME`, or write `${env.suffix}`, which is empty without one".to_owned(),
            ),
            _ => self.no_attribute(body, rest, &["name", "suffix"], site, findings),
        }
    }

    fn aws(&self, body: &str, rest: &[&str], site: &Site<'_>, findings: &mut Findings) -> Option<Meaning> {
        let place = &self.frame.place;
        let text = match rest {
            ["account_id"] => place.account.as_str(),
            ["region"] => place.region.as_str(),
            ["partition"] => place.partition.name(),
            ["url_suffix"] => place.partition.dns_suffix(),
            _ => return self.no_attribute(body, rest, &AWS, site, findings),
        };
        Some(Meaning::Value(text.into()))
    }

    fn through_component(
        &self,
        body: &str,
        rest: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        let [component, instance, kind, rest @ ..] = rest else {
            let message = format!("`${{{body}}}` is no reference");
            return self.wrong(site, findings, message, self.shape_of("components"));
        };
        let Some(instances) = self.frame.components.get(*component) else {
            let near = did_you_mean(component, self.frame.components.keys().map(String::as_str));
            return self.wrong(
                site,
                findings,
                format!("unknown component `{component}`{near}"),
                String::new(),
            );
        };
        if !instances.iter().any(|known| known == instance) {
            let near = did_you_mean(instance, instances.iter().map(String::as_str));
            let help = listed(instances.iter().map(String::as_str));
            let help = help.map_or(String::new(), |list| format!("it has {list}"));
            let message = format!("the component `{component}` has no instance `{instance}`{near}");
            return self.wrong(site, findings, message, help);
        }
        if !self.frame.kinds.iter().any(|known| known == kind) {
            let near = did_you_mean(kind, self.kinds());
            return self.wrong(site, findings, format!("unknown kind `{kind}`{near}"), String::new());
        }
        let within = ((*component).to_owned(), (*instance).to_owned());
        self.output(Some(&within), kind, rest, body, site, findings)
    }

    fn output(
        &self,
        component: Option<&(String, String)>,
        kind: &str,
        rest: &[&str],
        body: &str,
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        if self.frame.later.iter().any(|later| later == kind) {
            let message = format!("{} are not part of this version", kind.replace('_', " "));
            findings.push(Diagnostic::error("not_built", message).at(site.span));
            return None;
        }
        self.known_only_allows(body, site, findings)?;
        let resolve = site.resolve?;
        let [key, output @ ..] = rest else { return None };
        let exact = body.starts_with("components.");
        let address = self.resource(component, exact, kind, key, site.span, resolve, findings)?;
        let output = output.join(".");
        match resolve.output(&address, &output) {
            Ok(value) => Some(Meaning::Value(value)),
            Err(known) => {
                let near = did_you_mean(&output, known.iter().copied());
                let help =
                    listed(known.iter().copied()).map_or(String::new(), |list| format!("it has {list}"));
                let kind = a(&singular(kind));
                let message = match output.is_empty() {
                    true => format!("`${{{body}}}` does not say which output of `{address}` is meant"),
                    false => format!("{kind} has no output `{output}`{near}"),
                };
                self.wrong(site, findings, message, help)
            }
        }
    }

    /// The declared resource of a kind and a key; unknown ones are reported. `exact`: it must be in
    /// that component's instance.
    #[expect(clippy::too_many_arguments, reason = "a name, its place, and who knows it")]
    pub(super) fn resource(
        &self,
        component: Option<&(String, String)>,
        exact: bool,
        kind: &str,
        key: &str,
        span: Span,
        resolve: &dyn Resolve,
        findings: &mut Findings,
    ) -> Option<Address> {
        let found = resolve.address(component, kind, key);
        if let Some(address) = found.filter(|address| !exact || address.component.as_ref() == component) {
            return Some(address);
        }
        let mut known = resolve.keys(component, kind);
        if exact {
            let inside = |key: &String| {
                resolve.address(component, kind, key).is_some_and(|a| a.component.as_ref() == component)
            };
            known.retain(inside);
        }
        let near = did_you_mean(key, known.iter().map(String::as_str));
        let message = match component.filter(|_| exact) {
            Some((name, instance)) => format!("`{name}.{instance}` has no {} `{key}`{near}", singular(kind)),
            None => format!("unknown {} `{key}`{near}", singular(kind)),
        };
        let mut finding = Diagnostic::error("unknown_reference", message).at(span);
        if near.is_empty() {
            finding = match listed(known.iter().map(String::as_str)) {
                Some(list) => finding.help(format!("declared under `{kind}` are {list}")),
                None => {
                    finding.help(format!("declare it under `{kind}`, or give the ARN of one that exists"))
                }
            };
        }
        findings.push(finding);
        None
    }

    fn known_only_allows(&self, body: &str, site: &Site<'_>, findings: &mut Findings) -> Option<()> {
        if !self.known_only {
            return Some(());
        }
        let message =
            format!("`${{{body}}}` cannot stand here: this must be known before there are resources");
        self.wrong(site, findings, message, String::new()).map(|_| ())
    }

    fn no_attribute(
        &self,
        body: &str,
        rest: &[&str],
        known: &[&str],
        site: &Site<'_>,
        findings: &mut Findings,
    ) -> Option<Meaning> {
        let near = did_you_mean(&rest.join("."), known.iter().copied());
        let root = body.split('.').next().unwrap_or_default();
        let help = known.iter().map(|name| format!("`${{{root}.{name}}}`")).collect::<Vec<_>>().join(", ");
        self.wrong(site, findings, format!("there is no `{body}`{near}"), format!("there is {help}"))
    }

    fn shape_of(&self, root: &str) -> String {
        match root {
            "parameters" => "write `${parameters.NAME}`".to_owned(),
            "each" => "write `${each.key}` or `${each.value}`".to_owned(),
            "env" => "write `${env.name}` or `${env.suffix}`".to_owned(),
            "stack" => "write `${stack.name}`".to_owned(),
            "aws" => format!("write `${{aws.NAME}}` with one of {}", AWS.join(", ")),
            "components" => "write `${components.NAME.INSTANCE.KIND.KEY.OUTPUT}`".to_owned(),
            kind => format!("write `${{{kind}.KEY.OUTPUT}}`"),
        }
    }

    fn wrong(
        &self,
        site: &Site<'_>,
        findings: &mut Findings,
        message: String,
        help: String,
    ) -> Option<Meaning> {
        let finding = Diagnostic::error("bad_reference", message).at(site.span);
        findings.push(if help.is_empty() { finding } else { finding.help(help) });
        None
    }
}

/// Whether a text may be a step of a reference.
fn is_step(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Where a whole-value reference stands, without its quotes.
pub(super) fn span_of_whole(node: &Node) -> Span {
    span_of(node, &(0..node.scalar().map_or(0, |scalar| scalar.text.len())))
}

fn unclosed(span: Span) -> Diagnostic {
    Diagnostic::error("bad_reference", "`${` without its `}`")
        .at(span)
        .help("a literal `${` is written `$${`")
}

/// A plain scalar without references read by YAML's core schema; every other value as it is.
fn typed(node: &Node, value: Value) -> Value {
    match (node.resolve(), value) {
        (Core::Null, Value::String(_)) => Value::Null,
        (Core::Bool(truth), Value::String(_)) => Value::Bool(truth),
        (Core::Number(number), Value::String(_)) => Value::Number(number),
        (_, value) => value,
    }
}

/// A path with one more key.
pub(super) fn join(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

/// Where a node begins, in one line: the first key of a block map, the whole of a scalar.
pub(super) fn head(node: &Node) -> Span {
    match &node.data {
        Data::Map(entries) => match entries.first() {
            Some(entry) if entry.key.span.start == node.span.start => entry.key.span,
            _ => point(node.span),
        },
        Data::Seq(_) => point(node.span),
        Data::Scalar(_) => node.span,
    }
}

fn point(span: Span) -> Span {
    let Range { start, end } = span.start..span.end;
    Span::new(span.file, start, end.min(start + 1))
}

#[cfg(test)]
#[path = "scope_tests.rs"]
mod tests;
