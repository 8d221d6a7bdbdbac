//! The JSON Schema of the language, for editors: completion, hover and a word on what is misspelt.
//!
//! It is made of the field tables that decoder and reference read, so it cannot say anything else than they
//! do. It is as strict as a schema can be: what refers to what, and what AWS makes of it, `validate` knows.

mod leaf;
mod share;
mod write;

use serde_json::{Value, json};

use crate::kinds::{self, About};
use crate::source::{Findings, Sources, parse};
use crate::spec;

use write::Writer;

/// What a schema is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// A stack file.
    Stack,
    /// A component in a file of its own.
    Component,
}

/// The schema (draft 2020-12) of a file.
pub fn schema(of: Of) -> Value {
    let (name, title, table, doc) = match of {
        Of::Stack => (
            "stack",
            "A stack of gatewayctl",
            spec::FRAME,
            "One file describes one stack: resources under their kinds, and what is said of all of them.",
        ),
        Of::Component => (
            "component",
            "A component of gatewayctl",
            spec::COMPONENT_FILE,
            "Resources that a stack makes once for each instance: `source: PATH` in its `components`.",
        ),
    };
    let mut writer = Writer::default();
    let body = writer.resources(table);
    let mut defs = writer.defs();
    let body = share::share(body, &mut defs);
    let version = env!("CARGO_PKG_VERSION");
    let mut out = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:gatewayctl:schema:{name}:{version}"),
        "title": title,
        "description": doc,
    });
    put_all(&mut out, body);
    out["$defs"] = Value::Object(defs);
    out
}

/// Adds the members of one map to another.
fn put_all(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

/// How a kind is declared in its example, for hover.
fn example(about: &About) -> Option<Value> {
    let mut sources = Sources::new();
    let file = sources.add(about.kind, about.example.to_owned());
    let root = parse(&sources, file, &mut Findings::default())?;
    Some(root.get(about.kind)?.to_json())
}

/// The kinds that a stack declares, by name.
fn declarable() -> Vec<&'static About> {
    let mut all: Vec<_> =
        kinds::registry().iter().map(|kind| kind.about()).filter(|about| about.declarable).collect();
    all.sort_by_key(|about| about.kind);
    all
}
