//! The document as nodes that remember their place.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Number;

use super::span::Span;

/// A value of a document. Cheap to clone: what is aliased is shared, never copied.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the value stands; what came through an alias stands where its anchor is.
    pub span: Span,
    /// The value.
    pub data: Data,
    /// A custom tag as written (`!Ref`); parsing reports it unless it was asked to keep it. Core tags
    /// (`!!str`) are applied.
    pub tag: Option<Arc<str>>,
    weight: Weight,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Data {
    /// Text, quoted or not; also null, numbers and booleans, which the reader decides.
    Scalar(Scalar),
    /// A list.
    Seq(Arc<[Node]>),
    /// A map in the order of the text; keys are unique.
    Map(Arc<[Entry]>),
}

/// A scalar's text after YAML's unescaping and folding.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The text.
    pub text: Arc<str>,
    /// Neither quoted nor a block scalar: only such a scalar may be null, a number or a boolean.
    pub plain: bool,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value.
    pub value: Node,
}

/// A map's key: always text, whatever it looks like.
#[derive(Clone, Debug)]
pub struct Key {
    /// The text.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A scalar read by the core schema of YAML 1.2, for documents that have no schema of ours.
#[derive(Clone, Debug, PartialEq)]
pub enum Core {
    /// `~`, `null`, `Null`, `NULL` or nothing.
    Null,
    /// `true`, `True`, `TRUE`, `false`, `False`, `FALSE`.
    Bool(bool),
    /// An integer that fits `i64` or `u64` exactly, or a finite float.
    Number(Number),
    /// Everything else, its text being in [`Scalar::text`]: what is quoted, `NO`, `off`, `y`, a
    /// number with leading zeros (an account id), an integer too big to be exact.
    Text,
}

/// What a node would be if its aliases were copied. Saturating.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    /// Values, this one included.
    pub nodes: u64,
    /// Bytes of scalars and keys.
    pub bytes: u64,
    /// Levels of collections; a scalar has none.
    pub depth: u32,
}

impl Weight {
    pub fn scalar(text: &str) -> Self {
        Weight { nodes: 1, bytes: text.len() as u64, depth: 0 }
    }

    pub fn plus(self, other: Weight) -> Self {
        Weight {
            nodes: self.nodes.saturating_add(other.nodes),
            bytes: self.bytes.saturating_add(other.bytes),
            depth: self.depth.max(other.depth),
        }
    }

    fn around(children: impl Iterator<Item = Weight>) -> Self {
        let inner = children.fold(Weight::default(), Weight::plus);
        Weight {
            nodes: inner.nodes.saturating_add(1),
            bytes: inner.bytes,
            depth: inner.depth.saturating_add(1),
        }
    }
}

impl Node {
    /// Text that is never null, a number or a boolean.
    pub fn text(span: Span, text: &str) -> Self {
        Self::of_scalar(span, text, false)
    }

    /// A scalar as if written without quotes: the reader decides what it is.
    pub fn plain(span: Span, text: &str) -> Self {
        Self::of_scalar(span, text, true)
    }

    /// A list.
    pub fn seq(span: Span, items: impl Into<Arc<[Node]>>) -> Self {
        let items = items.into();
        let weight = Weight::around(items.iter().map(|n| n.weight));
        Self::of(span, Data::Seq(items), weight)
    }

    /// A map. The caller keeps its keys unique: of two equal ones, [`Node::get`] sees the first.
    pub fn map(span: Span, entries: impl Into<Arc<[Entry]>>) -> Self {
        let entries = entries.into();
        let weight = Weight::around(entries.iter().map(Entry::weight));
        Self::of(span, Data::Map(entries), weight)
    }

    fn of_scalar(span: Span, text: &str, plain: bool) -> Self {
        let scalar = Scalar { text: Arc::from(text), plain };
        Self::of(span, Data::Scalar(scalar), Weight::scalar(text))
    }

    fn of(span: Span, data: Data, weight: Weight) -> Self {
        Node { span, data, tag: None, weight }
    }

    pub(super) fn weight(&self) -> Weight {
        self.weight
    }

    /// The value under a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The entry of a key, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|e| &*e.key.text == key)
    }

    /// A map's entries.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// A list's items.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.data {
            Data::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The scalar.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.data {
            Data::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Whether this is null by YAML 1.2's core schema: nothing at all, or an unquoted `~`,
    /// `null`, `Null`, `NULL`.
    pub fn is_null(&self) -> bool {
        self.resolve() == Core::Null
    }

    /// What this looks like, for messages: "a string", "a list", "a map", "null", "a number",
    /// "true or false".
    pub fn shape(&self) -> &'static str {
        match &self.data {
            Data::Seq(_) => "a list",
            Data::Map(_) => "a map",
            Data::Scalar(_) => match self.resolve() {
                Core::Null => "null",
                Core::Bool(_) => "true or false",
                Core::Number(_) => "a number",
                Core::Text => "a string",
            },
        }
    }

    /// A scalar by YAML 1.2's core schema; lists and maps are [`Core::Text`], having no other.
    pub fn resolve(&self) -> Core {
        match &self.data {
            Data::Scalar(s) if s.plain => resolve_plain(&s.text),
            _ => Core::Text,
        }
    }
}

impl Node {
    /// The document as JSON, its scalars by YAML 1.2's core schema.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.data {
            Data::Seq(items) => items.iter().map(Node::to_json).collect(),
            Data::Map(entries) => {
                entries.iter().map(|entry| (entry.key.text.to_string(), entry.value.to_json())).collect()
            }
            Data::Scalar(scalar) => match self.resolve() {
                Core::Null => serde_json::Value::Null,
                Core::Bool(truth) => truth.into(),
                Core::Number(number) => number.into(),
                Core::Text => (&*scalar.text).into(),
            },
        }
    }
}

impl Entry {
    /// From the key's start to the value's end; a value that stands elsewhere (an alias) does
    /// not count.
    pub fn span(&self) -> Span {
        let value = self.value.span;
        match value.file == self.key.span.file && value.start >= self.key.span.start {
            true => self.key.span.to(value.end),
            false => self.key.span,
        }
    }

    fn weight(&self) -> Weight {
        let key = Weight { bytes: self.key.text.len() as u64, ..Weight::default() };
        self.value.weight.plus(key)
    }
}

fn resolve_plain(text: &str) -> Core {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Core::Null,
        "true" | "True" | "TRUE" => Core::Bool(true),
        "false" | "False" | "FALSE" => Core::Bool(false),
        _ => number(text).map_or(Core::Text, Core::Number),
    }
}

/// A number that loses nothing by becoming one.
fn number(text: &str) -> Option<Number> {
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let plain = digits.bytes().all(|b| b.is_ascii_alphanumeric());
            return u64::from_str_radix(digits, radix).ok().filter(|_| plain).map(Number::from);
        }
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if whole > 1 && unsigned.starts_with('0') {
        return None;
    }
    if whole == unsigned.len() {
        let digits = text.strip_prefix('+').unwrap_or(text);
        let signed = digits.parse::<i64>().map(Number::from);
        return signed.or_else(|_| digits.parse::<u64>().map(Number::from)).ok();
    }
    if !is_float(&unsigned[whole..], whole > 0) {
        return None;
    }
    text.parse::<f64>().ok().and_then(Number::from_f64)
}

/// `( \. [0-9]* )? ( [eE] [-+]? [0-9]+ )?` after the whole digits; without those, a digit must
/// follow the point.
fn is_float(rest: &str, whole: bool) -> bool {
    let digits = |s: &str| s.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(r) => r.split_at(digits(r)),
        None => ("", rest),
    };
    if !whole && fraction.is_empty() {
        return false;
    }
    match rest.strip_prefix(['e', 'E']) {
        None => rest.is_empty(),
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
    }
}

/// RFC 7396 over nodes: a null removes, maps merge deeply, everything else replaces. Spans stay
/// with what they came from: a replaced value stands where the patch has it.
pub fn merge_patch(base: &Node, patch: &Node) -> Node {
    let Some(changes) = patch.entries() else {
        return patch.clone();
    };
    let (span, own) = match base.entries() {
        Some(entries) => (base.span, entries),
        None => (patch.span, &[][..]),
    };
    let mut merged: Vec<Option<Entry>> = own.iter().cloned().map(Some).collect();
    let places: HashMap<&str, usize> = own.iter().enumerate().map(|(i, e)| (&*e.key.text, i)).collect();
    for change in changes {
        let place = places.get(&*change.key.text).copied();
        let next = patched(place.map(|i| &own[i]), change);
        match place {
            Some(i) => merged[i] = next,
            None => merged.push(next),
        }
    }
    Node::map(span, merged.into_iter().flatten().collect::<Vec<_>>())
}

/// The entry after one change: none if the change removes it.
fn patched(own: Option<&Entry>, change: &Entry) -> Option<Entry> {
    if change.value.is_null() {
        return None;
    }
    if change.value.entries().is_none() {
        return Some(change.clone());
    }
    // A map patched into nothing still loses its nulls.
    let nothing = Node::plain(change.value.span, "");
    let base = own.map_or(&nothing, |e| &e.value);
    let key = match own {
        Some(entry) if entry.value.entries().is_some() => &entry.key,
        _ => &change.key,
    };
    Some(Entry { key: key.clone(), value: merge_patch(base, &change.value) })
}

#[cfg(test)]
#[path = "node_tests.rs"]
mod tests;
