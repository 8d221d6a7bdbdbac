//! Fields and forms as schemas.

use serde_json::{Map, Value, json};

use super::{declarable, example, leaf};
use crate::compile::common_fields;
use crate::engine::field::{Absent, Document, Field, Inherits, RefTo, Type};
use crate::engine::{Form, Variant};
use crate::kinds::{self, About};

/// Writes schemas. What stands in an environment is merged over the stack: nothing is required there, and
/// null takes away.
#[derive(Default)]
pub(super) struct Writer {
    defs: Map<String, Value>,
    is_patch: bool,
}

/// A key of the user's that an address is made of.
const KEY: &str = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";
/// Where definitions stand.
pub(super) const DEFS: &str = "#/$defs/";

impl Writer {
    /// The definitions that were written meanwhile.
    pub fn defs(self) -> Map<String, Value> {
        self.defs
    }

    /// Resources under their kinds, with these fields beside them.
    pub fn resources(&mut self, table: &'static [Field]) -> Value {
        self.beside(table.iter())
    }

    fn beside(&mut self, fields: impl Iterator<Item = &'static Field>) -> Value {
        let mut object = self.object(fields);
        for about in declarable() {
            let section = self.section(about);
            object["properties"][about.kind] = section;
        }
        object
    }

    /// The resources of a kind.
    fn section(&mut self, about: &'static About) -> Value {
        let end = if self.is_patch { "_in_environments" } else { "" };
        let name = format!("{}{end}", about.kind);
        if !self.defs.contains_key(&name) {
            // Its place, which what is written meanwhile refers to.
            self.defs.insert(name.clone(), Value::Null);
            let mut fields = self.object(about.fields.iter().chain(common_fields(about)));
            if !about.naming.path.is_empty() && fields["properties"].get("name").is_some() {
                leaf::name(&mut fields["properties"]["name"], &about.naming);
            }
            fields["title"] = about.singular.replace('_', " ").into();
            fields["description"] = about.doc.into();
            self.defs.insert(name.clone(), nullable(fields));
        }
        let mut section = json!({
            "title": about.kind,
            "description": about.doc,
            "type": ["object", "string", "null"],
            "pattern": leaf::SPLICED,
            "propertyNames": { "pattern": KEY },
            "patternProperties": { "^x-": true },
            "additionalProperties": { "$ref": format!("{DEFS}{name}") },
        });
        if let Some(example) = example(about) {
            section["examples"] = json!([example]);
        }
        section
    }

    /// A map with these fields.
    fn object(&mut self, fields: impl Iterator<Item = &'static Field>) -> Value {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in fields.filter(|field| !field.key.is_empty() && !field.computed) {
            if matches!(field.absent, Absent::Required) && !self.is_patch {
                required.push(field.key);
            }
            properties.insert(field.key.to_owned(), self.field(field));
        }
        map(properties, &required)
    }

    fn field(&mut self, field: &'static Field) -> Value {
        let mut schema = match field.form {
            Some(form) => self.form(&form()),
            None => self.ty(field.ty),
        };
        match field.inherits {
            Inherits::Nothing => {}
            Inherits::DeadLetters => {}
            Inherits::DeadLettersUnder(_) | Inherits::Retry(_) => {
                schema = any_of(vec![schema, json!({ "const": "none" })]);
            }
        }
        if !matches!(field.absent, Absent::Required) || self.is_patch {
            schema = nullable(schema);
        }
        if schema == Value::Bool(true) {
            schema = json!({});
        }
        schema["title"] = field.key.into();
        schema["description"] = described(field).into();
        if let Absent::Default(value) = field.absent
            && let Some(value) = leaf::default(&field.ty, &value.value())
        {
            schema["default"] = value;
        }
        schema
    }

    fn ty(&mut self, ty: Type) -> Value {
        match ty {
            Type::Object(fields) => self.object(fields.iter()),
            Type::List(item) => list(self.ty(*item)),
            Type::Map(item) => users(nullable(self.ty(*item))),
            Type::Document(Document::Json) | Type::Node => Value::Bool(true),
            Type::Document(_) => json!({ "type": ["object", "string"], "pattern": leaf::SPLICED }),
            Type::Ref(to) => reference(to),
            ty => leaf::schema(&ty),
        }
    }

    fn form(&mut self, form: &Form) -> Value {
        match form {
            Form::Value(ty) => self.ty(*ty),
            Form::Literal { pattern, .. } => leaf::literal(pattern),
            Form::Ref(to) => reference(to),
            Form::Fields(tables) => self.object(tables.iter().flat_map(|table| table.iter())),
            Form::Map(_, of) => users(nullable(self.form(of))),
            Form::List(of) => list(self.form(of)),
            Form::OneOf(variants) => self.one_of(variants),
            Form::Either(forms) => any_of(forms.iter().map(|form| self.form(form)).collect()),
            Form::Any => Value::Bool(true),
            Form::Resources(table) => self.resources(table),
            Form::Patch(without) => self.patch(without),
        }
    }

    /// A map with one of several kind keys. In an environment the key may stand in the stack.
    fn one_of(&mut self, variants: &[Variant]) -> Value {
        let mut of_all: Map<String, Value> = Map::new();
        let mut all = Vec::new();
        for variant in variants {
            let beside = variant.beside.iter().flat_map(|table| table.iter());
            let mut object = self.object(beside);
            let mut named = self.form(&variant.named);
            if self.is_patch {
                named = nullable(named);
            }
            if let Value::Bool(true) = named {
                named = json!({});
            }
            named["title"] = variant.key.into();
            let own = object["properties"].as_object_mut().map(std::mem::take).unwrap_or_default();
            let mut properties = Map::new();
            properties.insert(variant.key.to_owned(), named);
            properties.extend(own);
            if self.is_patch {
                for (key, schema) in properties {
                    let known = of_all.remove(&key);
                    let both = known.map_or(schema.clone(), |known| any_of(vec![known, schema]));
                    of_all.insert(key, both);
                }
                continue;
            }
            let mut required = object["required"].as_array().cloned().unwrap_or_default();
            required.insert(0, variant.key.into());
            object["properties"] = Value::Object(properties);
            object["required"] = Value::Array(required);
            object["title"] = variant.key.into();
            all.push(object);
        }
        match self.is_patch {
            true => map(of_all, &[]),
            false => any_of(all),
        }
    }

    /// What differs in an environment.
    fn patch(&mut self, without: &[&str]) -> Value {
        let mut inner = Writer { defs: std::mem::take(&mut self.defs), is_patch: true };
        let table = crate::spec::FRAME.iter().filter(|field| !without.contains(&field.key));
        let schema = inner.beside(table);
        self.defs = inner.defs;
        schema
    }
}

/// What hover shows beside the type.
fn described(field: &Field) -> String {
    let mut text = field.doc.to_owned();
    if let Some(key) = field.inherits.key() {
        text.push_str(&format!(" Left out, the stack's `{key}`; `none` is neither."));
    }
    if field.create_only {
        text.push_str(" A change replaces the resource.");
    }
    if field.write_only {
        text.push_str(" AWS does not show it.");
    }
    text
}

/// A map of these properties alone.
fn map(properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut schema = json!({
        "type": ["object", "string"],
        "pattern": leaf::SPLICED,
        "properties": properties,
        "patternProperties": { "^x-": true },
        "additionalProperties": false,
    });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

/// A map with keys of the user's.
fn users(of: Value) -> Value {
    json!({ "type": ["object", "string"], "pattern": leaf::SPLICED, "additionalProperties": of })
}

fn list(of: Value) -> Value {
    json!({ "type": ["array", "string"], "pattern": leaf::SPLICED, "items": of })
}

/// What names a resource: its key, its address, its ARN, or an interpolation.
fn reference(to: &RefTo) -> Value {
    let declared = to.kinds.iter().any(|kind| kinds::kind(kind).is_some_and(|kind| kind.about().declarable));
    let key = &KEY[1..KEY.len() - 1];
    let pattern = match declared {
        // Longer ones are no keys; what they may be is `validate`'s to say.
        true => format!("^arn:|\\$\\{{|^{}(\\.[A-Za-z0-9_./-]+)?$", key.replace("{0,63}", "*")),
        false => "^arn:|\\$\\{".to_owned(),
    };
    json!({ "type": ["string", "number"], "pattern": pattern })
}

/// Any of these; what is any itself takes all.
fn any_of(schemas: Vec<Value>) -> Value {
    if schemas.contains(&Value::Bool(true)) {
        return Value::Bool(true);
    }
    let mut all: Vec<Value> = Vec::new();
    for schema in schemas {
        let alternatives = match schema.get("anyOf") {
            Some(Value::Array(own)) if schema.as_object().is_some_and(|map| map.len() == 1) => own.clone(),
            _ => vec![schema],
        };
        for schema in alternatives {
            if !all.contains(&schema) {
                all.push(schema);
            }
        }
    }
    match all.len() {
        1 => all.remove(0),
        _ => json!({ "anyOf": all }),
    }
}

/// Null too: it is as if nothing stood there.
fn nullable(mut schema: Value) -> Value {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        if !types.contains(&"null".into()) {
            types.push("null".into());
        }
        return schema;
    }
    match schema {
        Value::Bool(true) => schema,
        schema => any_of(vec![schema, json!({ "type": "null" })]),
    }
}
