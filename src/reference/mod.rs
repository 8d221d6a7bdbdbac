//! The reference of the language: what may stand where, and what it means.
//!
//! It is read from the kinds' own field tables, so it cannot say anything else than the decoder does.

mod find;
mod words;

use crate::engine::field::{Absent, Field, How, Type};
use crate::engine::{Form, Variant};
use crate::kinds::{self, About};

pub use find::{Found, NotFound, find, keys};

/// All that is to be said of a kind.
#[derive(Clone, Debug)]
pub struct Page {
    pub about: &'static About,
    pub fields: Vec<Entry>,
    pub outputs: Vec<Attribute>,
}

/// A key and what may stand under it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: &'static str,
    pub doc: &'static str,
    pub written: Written,
    pub presence: Presence,
    pub create_only: bool,
    pub write_only: bool,
    /// Where it stands in AWS's document, below what it stands in; empty for sugar.
    pub aws: &'static str,
}

/// Whether a key must be there, and what its absence means.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Presence {
    Required,
    Optional,
    /// As YAML writes the default.
    Default(String),
    /// What stands under this key at the top of the stack, if anything does.
    Inherited(&'static str),
    /// Once set it cannot be taken away.
    Stays,
    /// Left out, it is as the server has it.
    Unmanaged,
}

/// How a value is written.
#[derive(Clone, Default, Debug)]
pub struct Written {
    /// In words: `text, at most 64 characters`, `map by Id`.
    pub words: String,
    /// What the keys of a map of the user's are.
    pub each: Option<&'static str>,
    /// The keys of a map.
    pub inner: Vec<Entry>,
    /// Kind keys, of which exactly one stands there.
    pub choices: Vec<Choice>,
}

/// A kind key with what stands beside it.
#[derive(Clone, Debug)]
pub struct Choice {
    pub key: &'static str,
    pub written: Written,
    pub beside: Vec<Entry>,
}

/// What others can refer to.
#[derive(Clone, Debug)]
pub struct Attribute {
    pub name: &'static str,
    pub doc: &'static str,
    /// AWS assigns it: known after apply.
    pub is_assigned: bool,
}

/// A page for every kind that a stack declares, by name.
pub fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = kinds::registry()
        .iter()
        .map(|kind| kind.about())
        .filter(|about| about.declarable)
        .map(page)
        .collect();
    pages.sort_by_key(|page| page.about.kind);
    pages
}

/// What stands at the top of a stack beside kinds, in the order in which it is told: `parameters`, `tests`.
pub fn sections() -> Vec<Entry> {
    entries(crate::spec::FRAME)
}

/// The page of a kind.
pub fn page(about: &'static About) -> Page {
    let outputs = about.outputs.iter().map(|output| Attribute {
        name: output.name,
        doc: output.doc,
        is_assigned: matches!(output.how, How::Assigned),
    });
    let common = crate::compile::common_fields(about);
    let fields = entries(about.fields).into_iter().chain(common.map(entry)).collect();
    Page { about, fields, outputs: outputs.collect() }
}

/// A default as a stack writes it: `30s`, `enabled`.
pub(crate) fn default_of(ty: &Type, value: &crate::engine::Value) -> String {
    words::default(ty, value)
}

fn entries(fields: &'static [Field]) -> Vec<Entry> {
    fields.iter().filter(|field| !field.key.is_empty() && !field.computed).map(entry).collect()
}

fn entry(field: &'static Field) -> Entry {
    let written = match field.form {
        Some(form) => of_form(&form()),
        None => of_type(&field.ty),
    };
    let presence = match field.absent {
        _ if field.inherits.key().is_some() => Presence::Inherited(field.inherits.key().unwrap_or_default()),
        Absent::Required => Presence::Required,
        Absent::Default(value) => Presence::Default(words::default(&field.ty, &value.value())),
        Absent::Clear(_) | Absent::Omit => Presence::Optional,
        Absent::CannotBeCleared => Presence::Stays,
        Absent::Unmanaged => Presence::Unmanaged,
    };
    Entry {
        key: field.key,
        doc: field.doc,
        written,
        presence,
        create_only: field.create_only,
        write_only: field.write_only,
        aws: field.path,
    }
}

fn of_type(ty: &'static Type) -> Written {
    match ty {
        Type::Object(fields) => Written { words: "map".into(), inner: entries(fields), ..Written::default() },
        Type::List(item) => of_type(item).prefixed("list of "),
        Type::Map(item) => of_type(item).prefixed("map of "),
        _ => Written { words: words::of_type(ty), ..Written::default() },
    }
}

fn of_form(form: &Form) -> Written {
    match form {
        Form::Value(ty) => of_value(*ty),
        Form::Ref(to) => Written { words: words::reference(to), ..Written::default() },
        Form::Fields(tables) => {
            let inner = tables.iter().flat_map(|table| entries(table)).collect();
            Written { words: "map".into(), inner, ..Written::default() }
        }
        Form::Map(key, of) => {
            let of = of_form(of);
            Written { words: format!("map by {key} of {}", of.words), each: Some(key), ..of }
        }
        Form::List(of) => of_form(of).prefixed("list of "),
        Form::OneOf(variants) => {
            let keys: Vec<String> = variants.iter().map(|variant| format!("`{}`", variant.key)).collect();
            let words = format!("map with one of {}", keys.join(", "));
            Written { words, choices: variants.iter().map(choice).collect(), ..Written::default() }
        }
        Form::Either(forms) => either(forms),
        Form::Any => Written { words: "document".into(), ..Written::default() },
        Form::Literal { words, .. } => Written { words: (*words).to_owned(), ..Written::default() },
        Form::Resources(table) => {
            let inner = entries(table);
            Written { words: "map with kinds and their resources".into(), inner, ..Written::default() }
        }
        Form::Patch(_) => Written { words: "map of what differs".into(), ..Written::default() },
    }
}

/// A type in a form is a copy: only what needs no table of its own.
fn of_value(ty: Type) -> Written {
    match ty {
        Type::Object(fields) => Written { words: "map".into(), inner: entries(fields), ..Written::default() },
        Type::List(item) => of_type(item).prefixed("list of "),
        Type::Map(item) => of_type(item).prefixed("map of "),
        ty => Written { words: words::of_type(&ty), ..Written::default() },
    }
}

fn choice(variant: &Variant) -> Choice {
    let beside = variant.beside.iter().flat_map(|table| entries(table)).collect();
    Choice { key: variant.key, written: of_form(&variant.named), beside }
}

fn either(forms: &[Form]) -> Written {
    let mut all = Written::default();
    let mut words: Vec<String> = Vec::new();
    for form in forms {
        let written = of_form(form);
        words.push(written.words);
        all.each = all.each.or(written.each);
        for entry in written.inner {
            if !all.inner.iter().any(|known| known.key == entry.key) {
                all.inner.push(entry);
            }
        }
        all.choices.extend(written.choices);
    }
    words.dedup();
    all.words = words.join(", or ");
    all
}

impl Written {
    fn prefixed(self, prefix: &str) -> Written {
        Written { words: format!("{prefix}{}", self.words), ..self }
    }

    /// Whether there are keys below it.
    pub fn has_keys(&self) -> bool {
        !self.inner.is_empty() || !self.choices.is_empty()
    }
}

#[cfg(test)]
mod tests;
