//! What a name means at one place of the text: the resolution of `${…}`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::budget::Budget;
use super::delivery::Deliveries;
use super::interpolate::{Piece, pieces, span_of, whole};
use crate::engine::field::Inherits;
use crate::engine::{Address, Place, Places, SecretSource, Template, Value};
use crate::source::{Core, Data, Diagnostic, Findings, Node, Scalar, Span};

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

    /// The value of an output of something that every account has and no stack declares, by its name;
    /// nothing if the kind has no such thing.
    fn shared(&self, _kind: &str, _name: &str, _output: &str) -> Option<Value> {
        None
    }

    /// The pattern of a kind's ARNs with placeholders in braces, such as
    /// `arn:{partition}:sqs:{region}:{account}:{name}`; nothing where it is not known.
    fn arn_pattern(&self, _kind: &str) -> Option<&'static str> {
        None
    }
}

/// Knows no resources: for what must be known before there are any.
pub struct NoResources;

impl Resolve for NoResources {
    fn address(&self, _: Option<&(String, String)>, _: &str, _: &str) -> Option<Address> {
        None
    }

    fn keys(&self, _: Option<&(String, String)>, _: &str) -> Vec<String> {
        Vec::new()
    }

    fn output(&self, _: &Address, _: &str) -> Result<Value, Vec<&'static str>> {
        Err(Vec::new())
    }
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
    pub deliveries: Deliveries,
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
pub(super) enum Meaning {
    Node(Node),
    Value(Value),
    /// None of ours, in a document: it stays as it is written.
    Foreign,
}

/// Where a reference stands and how to speak about it.
pub(super) struct Site<'a> {
    pub span: Span,
    pub manner: Manner,
    pub resolve: Option<&'a dyn Resolve>,
}

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

    pub(super) fn spliced(&self, node: &Node, findings: &mut Findings) -> Option<Node> {
        let body = node.scalar().and_then(|scalar| whole(&scalar.text))?;
        self.standing_for(body, span_of_whole(node), findings)
    }

    /// The node that a reference stands for, if it is one of a value of the file.
    fn standing_for(&self, body: &str, span: Span, findings: &mut Findings) -> Option<Node> {
        let root = body.split('.').next().unwrap_or_default();
        if !["parameters", "each", "stack"].contains(&root) || self.names_resource(body) {
            return None;
        }
        let site = Site { span, manner: Manner::Own, resolve: None };
        match self.meaning(body, &site, findings)? {
            Meaning::Node(found) => Some(found),
            _ => None,
        }
    }

    /// Sees that no finding draws the text that stands at a place which is declared to be secret, nor that of the values
    /// which are put in there. References themselves tell nothing.
    pub fn hide(&self, node: &Node, findings: &mut Findings) {
        // What is wrong with a reference is said where it is read.
        let mut said = Findings::default();
        let node = self.see(node, &mut said);
        match &node.data {
            Data::Seq(items) => items.iter().for_each(|item| self.hide(item, findings)),
            Data::Map(entries) => entries.iter().for_each(|entry| self.hide(&entry.value, findings)),
            Data::Scalar(scalar) => {
                for piece in pieces(&scalar.text) {
                    match piece {
                        Piece::Text(_) | Piece::Open(..) => findings.hide(node.span),
                        Piece::Reference { body, at } => {
                            let found = self.standing_for(body, span_of(&node, &at), &mut said);
                            // A whole one has been followed.
                            if let Some(found) = found.filter(|found| found.span != node.span) {
                                self.hide(&found, findings);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether a reference's body names a resource, and so means nothing before there are any.
    pub(super) fn names_resource(&self, body: &str) -> bool {
        let mut steps = body.split('.');
        match (steps.next(), steps.next()) {
            (Some("components"), _) => true,
            (Some("stack"), Some(kind)) | (Some(kind), _) => self.kinds().any(|known| known == kind),
            (None, _) => false,
        }
    }

    /// What stands where a delivery leaves a field out.
    pub(super) fn inherited(&self, inherits: Inherits) -> Option<Node> {
        self.frame.deliveries.inherited(inherits)
    }

    /// Whether the stack says at its top what becomes of what cannot be delivered.
    pub(super) fn says_of_dead_letters(&self) -> bool {
        self.frame.deliveries.is_said()
    }

    /// Whether the stack says at its top that it wants no dead letters.
    pub fn wants_no_dead_letters(&self) -> bool {
        self.frame.deliveries.is_none()
    }

    /// Whether a place in the text is that of the stack's own `dead_letters`.
    pub fn is_shared_dead_letter(&self, at: Span) -> bool {
        self.frame.deliveries.is_shared(at)
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

    pub(super) fn scalar_inside<'n>(
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
}

/// Where a whole-value reference stands, without its quotes.
pub(super) fn span_of_whole(node: &Node) -> Span {
    span_of(node, &(0..node.scalar().map_or(0, |scalar| scalar.text.len())))
}

pub(super) fn unclosed(span: Span) -> Diagnostic {
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
