//! What a template comes to with the values of its parameters: conditions, and outputs.
//!
//! Conditions are `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` and `Condition` over parameters, pseudo parameters,
//! mappings and texts made of them. One of which something else is asked (an import, a macro) is taken to hold.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::template::placeholders;

/// Conditions inside conditions.
const DEEPEST: usize = 16;
/// What takes its member away.
const NO_VALUE: &str = "AWS::NoValue";
/// The functions whose value is known without any resource.
const TOLD: &[&str] = &["Ref", "Fn::FindInMap", "Fn::Join", "Fn::Sub", "Fn::Select", "Fn::If"];

/// A template with everything that its functions may ask for.
pub struct Scope<'a> {
    pub template: &'a Value,
    pub parameters: &'a Map<String, Value>,
    pub stack: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    pub id: &'a str,
}

impl Scope<'_> {
    /// The template without what its conditions keep from being made, and with the chosen side of each `Fn::If`.
    pub fn made(&self) -> Value {
        let mut made = self.template.clone();
        for section in ["Resources", "Outputs"] {
            let Some(all) = made.get_mut(section).and_then(Value::as_object_mut) else { continue };
            all.retain(|_, one| one["Condition"].as_str().is_none_or(|name| self.holds(name)));
            for one in all.values_mut() {
                *one = self.decided(one).unwrap_or_default();
            }
        }
        made
    }

    /// The outputs of the template: nothing in them is masked, as AWS masks nothing there.
    pub fn outputs(&self) -> Value {
        let outputs = self.template["Outputs"].as_object().into_iter().flatten();
        outputs
            .map(|(key, output)| {
                let mut shown = json!({ "OutputKey": key, "OutputValue": self.text(&output["Value"]) });
                if !output["Export"]["Name"].is_null() {
                    shown["ExportName"] = self.text(&output["Export"]["Name"]).into();
                }
                if output["Description"].is_string() {
                    shown["Description"] = output["Description"].clone();
                }
                shown
            })
            .collect()
    }

    fn holds(&self, name: &str) -> bool {
        self.told(&self.template["Conditions"][name], DEEPEST).unwrap_or(true)
    }

    /// Whether a condition holds; nothing if that cannot be told here.
    fn told(&self, condition: &Value, deep: usize) -> Option<bool> {
        let (name, value) = condition.as_object().filter(|one| one.len() == 1)?.iter().next()?;
        let parts = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let deep = deep.checked_sub(1)?;
        let each = || parts.iter().map(|part| self.told(part, deep));
        match (name.as_str(), parts) {
            ("Fn::Equals", [one, other]) => Some(self.known(one)? == self.known(other)?),
            ("Fn::Not", [one]) => Some(!self.told(one, deep)?),
            ("Fn::And", _) if each().any(|one| one == Some(false)) => Some(false),
            ("Fn::And", _) => each().all(|one| one == Some(true)).then_some(true),
            ("Fn::Or", _) if each().any(|one| one == Some(true)) => Some(true),
            ("Fn::Or", _) => each().all(|one| one == Some(false)).then_some(false),
            ("Condition", _) => self.told(&self.template["Conditions"][value.as_str()?], deep),
            _ => None,
        }
    }

    /// A value that no resource has a part in.
    fn known(&self, value: &Value) -> Option<String> {
        self.is_told(value).then(|| self.text(value))
    }

    fn is_told(&self, value: &Value) -> bool {
        match value {
            Value::Object(members) => members.iter().all(|(key, value)| match (key.as_str(), value) {
                ("Ref", Value::String(name)) => {
                    name.starts_with("AWS::") || self.parameters.contains_key(name)
                }
                (key, value) => (!key.starts_with("Fn::") || TOLD.contains(&key)) && self.is_told(value),
            }),
            Value::Array(items) => items.iter().all(|item| self.is_told(item)),
            _ => true,
        }
    }

    /// A value with the sides of each `Fn::If` decided; nothing for one that takes its member away.
    fn decided(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Object(members) => {
                if members.get("Ref").is_some_and(|name| name == NO_VALUE) {
                    return None;
                }
                if let Some([name, yes, no]) =
                    members.get("Fn::If").and_then(Value::as_array).map(Vec::as_slice)
                {
                    return self.decided(if self.holds(name.as_str().unwrap_or_default()) {
                        yes
                    } else {
                        no
                    });
                }
                let members = members.iter().filter_map(|(key, one)| Some((key.clone(), self.decided(one)?)));
                Some(Value::Object(members.collect()))
            }
            Value::Array(items) => Some(items.iter().filter_map(|item| self.decided(item)).collect()),
            leaf => Some(leaf.clone()),
        }
    }

    fn text(&self, value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Object(members) if members.len() == 1 => {
                members.iter().next().map(|(name, value)| self.call(name, value)).unwrap_or_default()
            }
            other => other.to_string(),
        }
    }

    fn call(&self, name: &str, value: &Value) -> String {
        let parts: Vec<&Value> = value.as_array().into_iter().flatten().collect();
        match (name, parts.as_slice()) {
            ("Ref", _) => self.named(value.as_str().unwrap_or_default()),
            ("Fn::GetAtt", [id, attribute]) => {
                format!("{}.{}", self.physical(&self.text(id)), self.text(attribute))
            }
            ("Fn::Join", [by, items]) => {
                let items: Vec<String> =
                    items.as_array().into_iter().flatten().map(|item| self.text(item)).collect();
                items.join(by.as_str().unwrap_or_default())
            }
            ("Fn::Select", [at, items]) => {
                let at = self.text(at).parse::<usize>().unwrap_or(usize::MAX);
                items.get(at).map(|item| self.text(item)).unwrap_or_default()
            }
            ("Fn::FindInMap", [map, first, second]) => {
                let map = &self.template["Mappings"][self.text(map)];
                self.text(&map[self.text(first)][self.text(second)])
            }
            ("Fn::If", [name, yes, no]) => {
                self.text(if self.holds(name.as_str().unwrap_or_default()) { yes } else { no })
            }
            ("Fn::Sub", [text, own]) => self.sub(text, own),
            ("Fn::Sub", _) => self.sub(value, &Value::Null),
            _ => value.to_string(),
        }
    }

    fn sub(&self, text: &Value, own: &Value) -> String {
        let mut text = text.as_str().unwrap_or_default().to_owned();
        for name in placeholders(&text) {
            let value = match (&own[&name], name.split_once('.')) {
                (Value::Null, Some((id, attribute))) => format!("{}.{attribute}", self.physical(id)),
                (Value::Null, None) => self.named(&name),
                (value, _) => self.text(value),
            };
            text = text.replace(&format!("${{{name}}}"), &value);
        }
        text
    }

    fn named(&self, name: &str) -> String {
        match name {
            "AWS::StackName" => self.stack.to_owned(),
            "AWS::StackId" => self.id.to_owned(),
            "AWS::Region" => self.region.to_owned(),
            "AWS::AccountId" => self.account.to_owned(),
            "AWS::Partition" => "aws".to_owned(),
            "AWS::URLSuffix" => "amazonaws.com".to_owned(),
            _ => match self.parameters.get(name) {
                Some(value) => value.as_str().unwrap_or_default().to_owned(),
                None => self.physical(name),
            },
        }
    }

    /// The same for the same resource of a stack of the same name.
    fn physical(&self, id: &str) -> String {
        let hash = hex::encode_upper(&Sha256::digest(format!("{}/{id}", self.stack))[..6]);
        format!("{}-{id}-{hash}", self.stack)
    }
}
