//! Which live resource refers to which, by what stands in their documents.
//!
//! Orphans have no declaration and so no edges. What one document says of another resource (its ARN,
//! its URL, its name where a row takes a reference) tells the order in which both can go.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::field::{Compare, Document, Field, Type};
use crate::engine::{Address, Observed, Place, Places, Resource, Value};
use crate::kinds::{self, About, MarkIn};
use crate::source::{FileId, Span};

/// A live resource among those that a plan touches.
#[derive(Clone, Copy)]
pub(super) struct Live<'a> {
    pub kind: &'static str,
    /// Its mark's address.
    pub address: &'a Address,
    pub observed: &'a Observed,
}

/// What leads to a resource: texts that stand for it alone, and names within its kind.
pub(super) struct Index {
    texts: BTreeMap<String, BTreeSet<usize>>,
    names: BTreeMap<(&'static str, String), BTreeSet<usize>>,
    addresses: BTreeMap<Address, BTreeSet<usize>>,
}

impl Index {
    pub fn new(lives: &[Live<'_>], place: &Place) -> Index {
        let mut index = Index { texts: BTreeMap::new(), names: BTreeMap::new(), addresses: BTreeMap::new() };
        for (at, live) in lives.iter().enumerate() {
            index.addresses.entry(live.address.clone()).or_default().insert(at);
            let Some(kind) = kinds::kind(live.kind) else { continue };
            let pretended = pretend(live);
            let derived =
                kind.about().outputs.iter().filter_map(|output| kind.derive(output.name, &pretended, place));
            let known = live.observed.outputs.values().cloned().chain(derived).chain([live
                .observed
                .id
                .as_str()
                .into()]);
            for value in known {
                let Value::String(text) = value else { continue };
                if text.starts_with("arn:") || text.contains("://") {
                    index.texts.entry(text).or_default().insert(at);
                }
            }
            for name in [&live.observed.name, &live.observed.id] {
                index.names.entry((live.kind, name.clone())).or_default().insert(at);
            }
        }
        index
    }

    /// The resources that a live one refers to. Policies are no references: AWS checks none of them.
    pub fn mentioned(&self, live: &Live<'_>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let Some(kind) = kinds::kind(live.kind) else { return found };
        let about = kind.about();
        let policies = policies(about);
        for (key, value) in live.observed.properties.as_map().into_iter().flatten() {
            if !policies.contains(key.as_str()) {
                value.walk(&mut |value| self.look_up(value, &mut found));
            }
        }
        self.references(about.fields, &live.observed.properties, &mut found);
        found
    }

    /// Those who use a right that a live statement gives: it names them in its condition.
    pub fn users(&self, live: &Live<'_>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        if kinds::kind(live.kind).is_some_and(|kind| kind.about().mark == MarkIn::Sid) {
            live.observed.properties.walk(&mut |value| self.look_up(value, &mut found));
        }
        found
    }

    /// The resources that contain a live one. A statement stands in what its address hangs below.
    pub fn containers(&self, live: &Live<'_>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let Some(kind) = kinds::kind(live.kind) else { return found };
        if kind.about().mark == MarkIn::Sid {
            let hosts = self.addresses.get(&live.address.origin());
            found.extend(hosts.into_iter().flatten());
        }
        for field in kind.about().fields {
            if let Type::Ref(to) = field.ty
                && to.inside
                && let Some(value) = live.observed.properties.at(field.path)
            {
                self.named(to.kinds, value, &mut found);
                self.look_up(value, &mut found);
            }
        }
        found
    }

    fn look_up(&self, value: &Value, found: &mut BTreeSet<usize>) {
        let Value::String(text) = value else { return };
        found.extend(self.texts.get(text).into_iter().flatten());
        for (start, _) in text.match_indices("arn:") {
            let arn = &text[start..];
            let end =
                arn.find(|c: char| c.is_whitespace() || "\"'`,<>(){}[]".contains(c)).unwrap_or(arn.len());
            let mut arn = &arn[..end];
            // `…:function:orders/invocations` and `…:table/orders/stream/…` begin with what they are of.
            loop {
                found.extend(self.texts.get(arn).into_iter().flatten());
                match arn.rfind(['/', ':']) {
                    Some(cut) => arn = &arn[..cut],
                    None => break,
                }
            }
        }
    }

    /// What stands at rows that take a reference, by name.
    fn references(&self, fields: &'static [Field], value: &Value, found: &mut BTreeSet<usize>) {
        for field in fields.iter().filter(|field| !field.path.is_empty()) {
            at_path(value, field.path, &mut |value| self.typed(field.ty, value, found));
        }
    }

    fn typed(&self, ty: Type, value: &Value, found: &mut BTreeSet<usize>) {
        match (ty, value) {
            (Type::Ref(to), value) => {
                self.named(to.kinds, value, found);
                self.look_up(value, found);
            }
            (Type::Object(fields), value) => self.references(fields, value, found),
            (Type::List(item), Value::List(items)) => {
                items.iter().for_each(|value| self.typed(*item, value, found));
            }
            (Type::Map(item), Value::Map(map)) => {
                map.values().for_each(|value| self.typed(*item, value, found));
            }
            _ => {}
        }
    }

    fn named(&self, kinds: &[&'static str], value: &Value, found: &mut BTreeSet<usize>) {
        let Value::String(name) = value else { return };
        for kind in kinds {
            found.extend(self.names.get(&(*kind, name.clone())).into_iter().flatten());
        }
    }
}

/// Calls for every value under a row's path; `[]` stands for each item of a list.
fn at_path<'v>(value: &'v Value, path: &str, call: &mut dyn FnMut(&'v Value)) {
    let Some((head, rest)) = path.split_once("[]") else {
        return value.at(path).into_iter().for_each(call);
    };
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    for item in value.at(head).and_then(Value::as_list).unwrap_or_default() {
        if rest.is_empty() { call(item) } else { at_path(item, rest, call) }
    }
}

/// The top members that hold policies.
fn policies(about: &About) -> BTreeSet<&'static str> {
    let is_policy = |field: &&Field| {
        field.compare == Compare::Policy || matches!(field.ty, Type::Document(Document::Policy))
    };
    about.fields.iter().filter(is_policy).filter_map(|field| field.path.split('.').next()).collect()
}

/// A live resource as if it were declared, to ask what follows from its name.
fn pretend(live: &Live<'_>) -> Resource {
    Resource {
        address: live.address.clone(),
        kind: live.kind,
        name: live.observed.name.clone(),
        properties: live.observed.properties.clone(),
        places: Places::new(),
        declared: Span::new(FileId(0), 0, 0),
        protect: false,
        edges: Vec::new(),
        package: None,
    }
}
