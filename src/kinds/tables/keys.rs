//! Keys, from their short forms to AWS's.

use std::collections::BTreeMap;

use crate::engine::Value;
use crate::kinds::Lowering;
use crate::source::{Node, Span};
use crate::value;

use super::fields::KEY;

/// The type that each attribute got where it was first a key, and where.
#[derive(Default)]
pub struct Attributes(BTreeMap<String, (String, Span)>);

impl Attributes {
    /// Notes a key; AWS has one type for an attribute, in whatever schema it stands.
    fn note(&mut self, own: &mut Lowering<'_>, name: &str, ty: &str, at: Span) {
        match self.0.get(name) {
            Some((first, _)) if first == ty => {}
            Some((first, _)) => {
                let message = format!("`{name}` is a key of type {ty} here and of type {first} elsewhere");
                own.error(
                    "two_key_types",
                    at,
                    message,
                    "an attribute has one type in the table and all its indexes",
                );
            }
            None => {
                self.0.insert(name.to_owned(), (ty.to_owned(), at));
            }
        }
    }
}

/// The schema of `partition_key` and `sort_key`.
pub fn schema(
    own: &mut Lowering<'_>,
    partition: Option<&Node>,
    sort: Option<&Node>,
    at: &str,
    known: &mut Attributes,
) -> Value {
    let mut schema: Vec<Value> = Vec::new();
    for (node, role) in [(partition, "HASH"), (sort, "RANGE")] {
        let Some(node) = node else { continue };
        let Some((name, ty)) = key(own, node, &format!("{at}[{}]", schema.len())) else { continue };
        known.note(own, &name, &ty, node.span);
        if schema.iter().any(|first| first.text_at("AttributeName") == Some(&name)) {
            let message = format!("`{name}` cannot be both keys");
            own.error("two_keys", node.span, message, "the sort key is another attribute");
        }
        schema.push(value!({ "AttributeName": name, "KeyType": role, "AttributeType": ty }));
    }
    schema.into()
}

/// A key's name and type.
fn key(own: &mut Lowering<'_>, node: &Node, at: &str) -> Option<(String, String)> {
    if node.entries().is_none() {
        let name = own.known_text(node)?;
        if name.is_empty() || name.chars().count() > 255 {
            own.error("key_name", node.span, "a key's name has 1 to 255 characters", "");
            return None;
        }
        return Some((name, "S".to_owned()));
    }
    let (decoded, _) = own.decode(node, KEY, at);
    let ty = decoded.text_at("AttributeType").unwrap_or("S").to_owned();
    match decoded.get("AttributeName")? {
        Value::String(name) => Some((name.clone(), ty)),
        _ => {
            own.error(
                "not_known",
                node.span,
                "a key's name must be known before anything exists",
                "write the name itself",
            );
            None
        }
    }
}
