//! The decoder: a declaration's node to AWS's document, by the kind's field table.

use super::delivery;
use super::leaf;
use super::reference::reference;
use super::scope::{Resolve, Scope, head, join};
use super::words::{did_you_mean, listed};
use crate::engine::field::{Absent, Document, Field, Inherits, RefTo, Type};
use crate::engine::{Address, Map, Places, Secret, Value};
use crate::source::{Diagnostic, Entry, Findings, Key, Node, Span, suggest};

/// What a node says, by a field table.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// AWS's document, in its spelling.
    pub properties: Value,
    /// The place of every value in it, by concrete path: `Targets[0].Arn`.
    pub places: Places,
    /// Fields that the kind reads itself.
    pub sugar: Vec<Sugar>,
    /// The resources that it refers to by reference fields.
    pub refs: Vec<RefUse>,
}

/// A field that is no member of AWS's document: the kind's lowering reads it.
#[derive(Clone, Debug)]
pub struct Sugar {
    /// The field's key, as the table has it.
    pub key: &'static str,
    /// The path of the object that it stands in; empty at the top.
    pub within: String,
    pub key_span: Span,
    pub node: Node,
}

/// A use of a resource of this stack.
#[derive(Clone, PartialEq, Debug)]
pub struct RefUse {
    /// The concrete path of the reference.
    pub path: String,
    pub address: Address,
    /// As [`RefTo::checked`] and [`RefTo::inside`].
    pub checked: bool,
    pub inside: bool,
    pub span: Span,
}

impl Decoded {
    /// The first sugar of a key at the top.
    pub fn sugar(&self, key: &str) -> Option<&Sugar> {
        self.sugar.iter().find(|sugar| sugar.key == key && sugar.within.is_empty())
    }
}

/// Reads a declaration, or any map with fields. Everything wrong is among the findings, under
/// `at` if that is given; what is right comes back. A node that is nothing at all has no fields.
pub fn decode(
    node: &Node,
    fields: &'static [Field],
    scope: &Scope,
    resolve: &dyn Resolve,
    findings: &mut Findings,
    at: Option<&Address>,
) -> Decoded {
    let mut own = Findings::default();
    let out =
        Decoded { properties: Value::map(), places: Places::new(), sugar: Vec::new(), refs: Vec::new() };
    let mut decoder = Decoder { scope, resolve, findings: &mut own, out };
    let properties = decoder.object(node, fields, "", false);
    let mut decoded = decoder.out;
    decoded.properties = properties.unwrap_or_else(Value::map);
    findings.take_in(&own, |finding| {
        let address = finding.address.clone().or_else(|| at.map(Address::to_string));
        Diagnostic { address, ..finding.clone() }
    });
    decoded
}

/// The hint that what cannot be delivered, or is handled in vain, goes nowhere.
pub fn lost(at: Span) -> Diagnostic {
    const HELP: &str = "`dead_letters: auto` at the top of the stack makes one queue for all deliveries that take it; a queue says it by `redrive`, a subscription by `dead_letter`, and `dead_letters: none` that none is wanted";
    Diagnostic::hint("no_dead_letter", "what cannot be delivered is lost").at(at).help(HELP)
}

/// The warning that text of the file stands in a secret's place, of which `drawn` is what findings would show.
pub fn literal_secret(drawn: Option<Span>) -> Diagnostic {
    let finding = Diagnostic::warning("literal_secret", "a secret stands in the file itself")
        .label("whoever reads the file knows it")
        .help("take it from a parameter of the stack: `parameters: { password: { from: \"env:PASSWORD\", secret: true } }`");
    match drawn {
        Some(span) => finding.hide(span),
        None => finding,
    }
}

/// A value in a secret's place as the secret that it is there. What stands in the file is worth a word.
pub fn sealed(value: Value, at: Span, findings: &mut Findings) -> Value {
    if matches!(value, Value::Secret(_)) {
        return value;
    }
    if value.is_known() {
        findings.push(literal_secret(Some(at)).at(at));
    }
    Value::Secret(Secret::from_literal(value))
}

/// One run over a declaration.
struct Decoder<'a> {
    scope: &'a Scope,
    resolve: &'a dyn Resolve,
    findings: &'a mut Findings,
    out: Decoded,
}

impl Decoder<'_> {
    fn object(
        &mut self,
        node: &Node,
        fields: &'static [Field],
        path: &str,
        write_only: bool,
    ) -> Option<Value> {
        let node = self.scope.see(node, self.findings);
        if !path.is_empty() {
            self.out.places.insert(path.to_owned(), node.span);
        }
        let mut value = Value::map();
        let mut meant = Vec::new();
        // What is written here in another way than it can be may be the secret all the same.
        let has_secret = fields.iter().any(Field::is_secret);
        let entries = match node.entries() {
            Some(entries) => entries,
            None if node.is_null() && path.is_empty() => &[],
            None => {
                if has_secret {
                    self.scope.hide(&node, self.findings);
                }
                return self.shape("a map", &node);
            }
        };
        let inherited = self.inherited(entries, fields, node.span);
        for entry in entries.iter().chain(&inherited) {
            let key = &*entry.key.text;
            let Some(field) = declarable(fields).find(|field| field.key == key) else {
                if has_secret {
                    self.scope.hide(&entry.value, self.findings);
                }
                if !key.starts_with("x-") {
                    self.unknown_key(key, entry.key.span, fields);
                    meant.extend(suggest(key, declarable(fields).map(|field| field.key)));
                }
                continue;
            };
            if self.left_out(&entry.value, entry.key.span, key) {
                continue;
            }
            if self.is_none(field, &entry.value) {
                // That it is said is worth knowing, though nothing stands in the document.
                self.out.places.insert(join(path, key), entry.value.span);
                continue;
            }
            if field.path.is_empty() || matches!(field.ty, Type::Node) {
                self.out.sugar.push(Sugar {
                    key: field.key,
                    within: path.to_owned(),
                    key_span: entry.key.span,
                    node: entry.value.clone(),
                });
                continue;
            }
            let at = join(path, field.path);
            if field.is_secret() {
                self.scope.hide(&entry.value, self.findings);
            }
            if let Some(member) = self.value(&entry.value, &field.ty, &at, write_only || field.write_only) {
                let member = match field.is_secret() {
                    true => sealed(member, self.out.places[&at], self.findings),
                    false => member,
                };
                merge(&mut value, field.path, member);
            }
        }
        self.required(&node, fields, &meant);
        Some(value)
    }

    /// What stands for fields that are left out and have a default at the top of the stack.
    fn inherited(&mut self, entries: &[Entry], fields: &'static [Field], at: Span) -> Vec<Entry> {
        let mut found = Vec::new();
        for field in declarable(fields).filter(|field| !matches!(field.inherits, Inherits::Nothing)) {
            let own = entries.iter().find(|entry| &*entry.key.text == field.key);
            if own.is_some_and(|own| !self.scope.see(&own.value, &mut Findings::default()).is_null()) {
                continue;
            }
            match self.scope.inherited(field.inherits) {
                Some(value) => {
                    found.push(Entry { key: Key { text: field.key.into(), span: value.span }, value })
                }
                None if matches!(field.inherits, Inherits::DeadLetters)
                    && !self.scope.says_of_dead_letters() =>
                {
                    self.findings.push(lost(at));
                }
                None => {}
            }
        }
        found
    }

    /// Whether a delivery says that it takes not even the stack's default.
    fn is_none(&mut self, field: &Field, value: &Node) -> bool {
        !matches!(field.inherits, Inherits::Nothing)
            && delivery::is_none(&self.scope.see(value, &mut Findings::default()))
    }

    /// Whether a field is null and so left out; one with nothing behind its colon is worth a word.
    fn left_out(&mut self, value: &Node, key_span: Span, key: &str) -> bool {
        let value = self.scope.see(value, self.findings);
        if !value.is_null() {
            return false;
        }
        if value.scalar().is_some_and(|scalar| scalar.text.is_empty()) {
            let finding = Diagnostic::warning("empty_field", format!("`{key}` has no value and is left out"));
            self.findings
                .push(finding.at(key_span).help("remove the line, or write `null` if that is meant"));
        }
        true
    }

    /// Reports what must be there and is not, save what was probably meant by a mistyped key.
    fn required(&mut self, node: &Node, fields: &'static [Field], meant: &[&str]) {
        let required =
            |field: &&Field| matches!(field.absent, Absent::Required) && !meant.contains(&field.key);
        for field in declarable(fields).filter(required) {
            let there =
                node.get(field.key).is_some_and(|value| !self.scope.see(value, self.findings).is_null());
            if !there {
                let finding = Diagnostic::error("missing_key", format!("`{}` is missing", field.key));
                self.findings.push(finding.at(head(node)).help(field.doc));
            }
        }
    }

    fn unknown_key(&mut self, key: &str, span: Span, fields: &'static [Field]) {
        let known = || declarable(fields).map(|field| field.key);
        let near = did_you_mean(key, known());
        let mut finding = Diagnostic::error("unknown_key", format!("unknown key `{key}`{near}")).at(span);
        if near.is_empty()
            && let Some(list) = listed(known())
        {
            finding = finding.help(format!("there are {list}"));
        }
        self.findings.push(finding);
    }

    fn value(&mut self, node: &Node, ty: &'static Type, path: &str, write_only: bool) -> Option<Value> {
        let seen = self.scope.see(node, self.findings);
        if seen.span == node.span {
            return self.seen(&seen, ty, path, write_only);
        }
        // What is wrong with a spliced value is wrong because of where it is used.
        let before = std::mem::take(self.findings);
        let value = self.seen(&seen, ty, path, write_only);
        let own = std::mem::replace(self.findings, before);
        let used = |finding: &Diagnostic| match finding.span == Some(node.span) {
            true => finding.clone(),
            false => finding.clone().related(node.span, "used here"),
        };
        self.findings.take_in(&own, used);
        value
    }

    fn seen(&mut self, seen: &Node, ty: &'static Type, path: &str, write_only: bool) -> Option<Value> {
        self.out.places.insert(path.to_owned(), seen.span);
        let value = match ty {
            Type::List(inner) => self.list(seen, inner, path, write_only),
            Type::Map(inner) => self.map(seen, inner, path, write_only),
            Type::Object(fields) => self.object(seen, fields, path, write_only),
            Type::Document(kind) => self.document(seen, *kind, path),
            Type::Ref(to) => self.reference(seen, to, path),
            Type::Node => None,
            _ => leaf::read(seen, ty, self.scope, self.resolve, self.findings),
        }?;
        let composite = matches!(ty, Type::List(_) | Type::Map(_) | Type::Object(_));
        if !composite && !write_only && value.has_secret() {
            let finding = Diagnostic::error("secret_shown", "a secret cannot stand here: AWS would show it");
            self.findings.push(finding.at(seen.span));
            return None;
        }
        Some(value)
    }

    fn list(&mut self, node: &Node, inner: &'static Type, path: &str, write_only: bool) -> Option<Value> {
        let Some(items) = node.items() else {
            return self.shape(&leaf::name(&Type::List(inner)), node);
        };
        let mut list = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            list.extend(self.value(item, inner, &format!("{path}[{i}]"), write_only));
        }
        Some(Value::List(list))
    }

    fn map(&mut self, node: &Node, inner: &'static Type, path: &str, write_only: bool) -> Option<Value> {
        let Some(entries) = node.entries() else {
            return self.shape(&leaf::name(&Type::Map(inner)), node);
        };
        let mut map = Map::new();
        for entry in entries {
            let key = &*entry.key.text;
            if key.contains("${") {
                let message = "a key is taken as it is written: `${` has no meaning in it";
                self.findings.push(Diagnostic::error("bad_reference", message).at(entry.key.span));
            } else if self.left_out(&entry.value, entry.key.span, key) {
                continue;
            }
            if let Some(value) = self.value(&entry.value, inner, &join(path, key), write_only) {
                map.insert(key.to_owned(), value);
            }
        }
        Some(Value::Map(map))
    }

    fn document(&mut self, node: &Node, kind: Document, path: &str) -> Option<Value> {
        if kind != Document::Json && node.entries().is_none() {
            let what = match kind {
                Document::EventPattern => "an event pattern (a map)",
                _ => "a policy (a map)",
            };
            return self.shape(what, node);
        }
        let document = self.scope.document(node, self.resolve, self.findings, &mut self.out.places, path);
        Some(if kind == Document::Policy { policy_text(document) } else { document })
    }

    fn reference(&mut self, node: &Node, to: &'static RefTo, path: &str) -> Option<Value> {
        let (value, address) = reference(node, to, self.scope, self.resolve, self.findings)?;
        if let Some(address) = address {
            let (checked, inside) = (to.checked, to.inside);
            self.out.refs.push(RefUse { path: path.to_owned(), address, checked, inside, span: node.span });
        }
        Some(value)
    }

    fn shape(&mut self, wanted: &str, node: &Node) -> Option<Value> {
        leaf::wrong_shape(wanted, node, self.scope, self.resolve, self.findings);
        None
    }
}

/// A policy whose scalars are text, as IAM wants them: an account id in `Principal` and a number in a
/// `Condition` are written without quotes easily.
pub fn policy_text(policy: Value) -> Value {
    policy.map_leaves(&mut |leaf| match leaf {
        Value::Number(number) => number.to_string().into(),
        Value::Bool(truth) => truth.to_string().into(),
        leaf => leaf,
    })
}

/// The fields that a person can write.
fn declarable(fields: &'static [Field]) -> impl Iterator<Item = &'static Field> {
    fields.iter().filter(|field| !field.key.is_empty() && !field.computed)
}

/// Puts a value at a dotted path; a map joins the map that stands there already.
fn merge(into: &mut Value, path: &str, value: Value) {
    match path.split('.').try_fold(&mut *into, |value, key| value.as_map_mut()?.get_mut(key)) {
        Some(there) => join_values(there, value),
        None => into.put(path, value),
    }
}

/// A user's key may contain a dot, so below the field keys are no paths.
fn join_values(there: &mut Value, value: Value) {
    match (there, value) {
        (Value::Map(old), Value::Map(new)) => {
            for (key, member) in new {
                match old.get_mut(&key) {
                    Some(there) => join_values(there, member),
                    None => {
                        old.insert(key, member);
                    }
                }
            }
        }
        (there, value) => *there = value,
    }
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
