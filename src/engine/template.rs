//! Text with references to what other resources will have: a value that is not known yet.

use std::collections::BTreeSet;
use std::fmt;

use super::{Address, Secret, Value};

/// One output of one resource, such as the ARN that AWS assigns to a table's stream.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OutputRef {
    pub address: Address,
    pub output: String,
}

impl fmt::Display for OutputRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.address, self.output)
    }
}

/// A piece of a [`Template`].
#[derive(Clone, PartialEq)]
pub enum Part {
    Text(String),
    Output(OutputRef),
    /// A tree whose JSON text stands here: a JSON document inside text.
    Json(Box<Value>),
    Secret(Secret),
}

/// Text and references in order. With exactly one reference and no text it stands for the output's
/// own value, whatever its type.
#[derive(Clone, PartialEq, Default)]
pub struct Template {
    pub parts: Vec<Part>,
}

impl Template {
    /// The template that is one output.
    pub fn output(address: Address, output: &str) -> Template {
        Template { parts: vec![Part::Output(OutputRef { address, output: output.to_owned() })] }
    }

    /// Appends text; neighbouring texts become one.
    pub fn push_text(&mut self, text: &str) {
        match self.parts.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ if text.is_empty() => {}
            _ => self.parts.push(Part::Text(text.to_owned())),
        }
    }

    /// Appends a value as its text: strings as they are, numbers and truth values in JSON's
    /// spelling, unknown ones as their parts, secrets as secrets, lists and maps as JSON.
    pub fn push(&mut self, value: Value) {
        match value {
            Value::String(text) => self.push_text(&text),
            Value::Unknown(template) => {
                for part in template.parts {
                    match part {
                        Part::Text(text) => self.push_text(&text),
                        part => self.parts.push(part),
                    }
                }
            }
            Value::Secret(secret) => self.parts.push(Part::Secret(secret)),
            Value::Null => {}
            Value::Bool(_) | Value::Number(_) => self.push_text(&value.to_shown_json().to_string()),
            tree => match tree.to_json() {
                Some(json) => self.push_text(&json.to_string()),
                None => self.parts.push(Part::Json(Box::new(tree))),
            },
        }
    }

    /// A string if it is text alone, a secret if it contains one, else unknown.
    pub fn into_value(mut self) -> Value {
        if self.parts.iter().any(|part| matches!(part, Part::Secret(_))) {
            return Value::Secret(Secret::from_template(self));
        }
        match self.parts.as_slice() {
            [] => Value::String(String::new()),
            [Part::Text(_)] => match self.parts.remove(0) {
                Part::Text(text) => Value::String(text),
                _ => Value::Null,
            },
            _ => Value::Unknown(self),
        }
    }

    /// The outputs that it refers to.
    pub fn outputs(&self) -> BTreeSet<&OutputRef> {
        let mut found = BTreeSet::new();
        for part in &self.parts {
            match part {
                Part::Output(output) => {
                    found.insert(output);
                }
                Part::Json(tree) => found.extend(tree.outputs()),
                Part::Secret(secret) => found.extend(secret.outputs()),
                Part::Text(_) => {}
            }
        }
        found
    }

    /// Whether one of the outputs in it is such a one.
    pub fn has_output(&self, is_such: &dyn Fn(&OutputRef) -> bool) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Output(output) => is_such(output),
            Part::Json(tree) => tree.has_output(is_such),
            Part::Secret(secret) => secret.outputs().into_iter().any(is_such),
            Part::Text(_) => false,
        })
    }

    /// The template with the outputs that are known by now in their places.
    pub fn resolve(&self, known: &dyn Fn(&OutputRef) -> Option<Value>) -> Value {
        if let [Part::Output(output)] = self.parts.as_slice() {
            return known(output).unwrap_or_else(|| Value::Unknown(self.clone()));
        }
        let mut resolved = Template::default();
        for part in &self.parts {
            match part {
                Part::Text(text) => resolved.push_text(text),
                Part::Output(output) => match known(output) {
                    Some(value) => resolved.push(value),
                    None => resolved.parts.push(part.clone()),
                },
                Part::Json(tree) => resolved.push(tree.resolve(known)),
                Part::Secret(secret) => resolved.parts.push(Part::Secret(secret.resolve(known))),
            }
        }
        resolved.into_value()
    }
}

impl fmt::Display for Template {
    /// `https://${apis.orders.id}.execute-api…`: the shape, for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => f.write_str(text)?,
                Part::Output(output) => write!(f, "${{{output}}}")?,
                Part::Json(tree) => write!(f, "{}", tree.to_shown_json())?,
                Part::Secret(_) => f.write_str("(secret)")?,
            }
        }
        Ok(())
    }
}

impl Value {
    /// Every output that the tree refers to.
    pub fn outputs(&self) -> BTreeSet<&OutputRef> {
        let mut found = BTreeSet::new();
        self.walk(&mut |value| match value {
            Value::Unknown(template) => found.extend(template.outputs()),
            Value::Secret(secret) => found.extend(secret.outputs()),
            _ => {}
        });
        found
    }

    /// Whether one of the outputs anywhere in the tree is such a one.
    pub fn has_output(&self, is_such: &dyn Fn(&OutputRef) -> bool) -> bool {
        match self {
            Value::List(items) => items.iter().any(|item| item.has_output(is_such)),
            Value::Map(map) => map.values().any(|value| value.has_output(is_such)),
            Value::Unknown(template) => template.has_output(is_such),
            Value::Secret(secret) => secret.outputs().into_iter().any(is_such),
            _ => false,
        }
    }

    /// The tree with the outputs that are known by now in their places.
    pub fn resolve(&self, known: &dyn Fn(&OutputRef) -> Option<Value>) -> Value {
        self.clone().map_leaves(&mut |leaf| match leaf {
            Value::Unknown(template) => template.resolve(known),
            Value::Secret(secret) => Value::Secret(secret.resolve(known)),
            leaf => leaf,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(text: &str) -> OutputRef {
        OutputRef { address: text.parse().unwrap(), output: "id".into() }
    }

    #[test]
    fn a_template_of_text_alone_is_a_string_and_a_resolved_one_too() {
        let mut template = Template::default();
        template.push("https://".into());
        template.push(Template::output("apis.orders".parse().unwrap(), "id").into());
        template.push("/prod".into());
        let value = Value::from(template);
        assert!(!value.is_known());
        assert_eq!(format!("{value:?}"), "Unknown(https://${apis.orders.id}/prod)");
        let resolved = value.resolve(&|o| (*o == output("apis.orders")).then(|| "abc".into()));
        assert_eq!(resolved.as_str(), Some("https://abc/prod"));
    }

    #[test]
    fn a_template_that_is_one_output_keeps_the_type_of_its_value() {
        let value = Value::from(Template::output("apis.orders".parse().unwrap(), "id"));
        assert_eq!(value.resolve(&|_| Some(5.into())), Value::from(5));
    }
}
