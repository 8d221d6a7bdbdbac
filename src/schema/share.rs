//! What stands at several places of a schema is written once.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::write::DEFS;

/// What is shorter than its reference is not worth one.
const WORTH: usize = 240;
/// Members whose values are schemas by the user's keys.
const BY_KEY: [&str; 2] = ["properties", "patternProperties"];
/// Members that are schemas.
const ONE: [&str; 4] = ["items", "additionalProperties", "if", "else"];

/// The schema and the definitions with every part that stands twice among the definitions.
pub(super) fn share(body: Value, defs: &mut Map<String, Value>) -> Value {
    let mut sharing = Sharing { seen: HashMap::new(), names: HashMap::new(), defs: Map::new() };
    sharing.count(&body);
    defs.values().for_each(|def| sharing.count(def));
    let taken: Vec<String> = defs.keys().cloned().collect();
    for name in &taken {
        sharing.defs.insert(name.clone(), Value::Null);
    }
    let body = sharing.below(body);
    for name in taken {
        let def = defs.get_mut(&name).map(Value::take).unwrap_or_default();
        let def = sharing.below(def);
        sharing.defs.insert(name, def);
    }
    *defs = sharing.defs;
    body
}

struct Sharing {
    /// How often a schema stands somewhere, by its text.
    seen: HashMap<String, usize>,
    /// What it is called.
    names: HashMap<String, String>,
    defs: Map<String, Value>,
}

impl Sharing {
    fn count(&mut self, schema: &Value) {
        for below in inside(schema) {
            let text = below.to_string();
            if text.len() >= WORTH {
                let seen = self.seen.entry(text).or_default();
                *seen += 1;
                // What stands twice is written once, and so is what is below it.
                if *seen > 1 {
                    continue;
                }
            }
            self.count(below);
        }
    }

    fn below(&mut self, mut schema: Value) -> Value {
        for below in inside_mut(&mut schema) {
            *below = self.one(below.take());
        }
        schema
    }

    fn one(&mut self, schema: Value) -> Value {
        let text = schema.to_string();
        if self.seen.get(&text).is_none_or(|seen| *seen < 2) {
            return self.below(schema);
        }
        let name = match self.names.get(&text) {
            Some(name) => name.clone(),
            None => {
                let title = schema["title"].as_str().unwrap_or("shape").to_owned();
                let mut name = title.clone();
                let mut number = 1;
                while self.defs.contains_key(&name) {
                    number += 1;
                    name = format!("{title}_{number}");
                }
                self.names.insert(text, name.clone());
                self.defs.insert(name.clone(), Value::Null);
                let schema = self.below(schema);
                self.defs.insert(name.clone(), schema);
                name
            }
        };
        json!({ "$ref": format!("{DEFS}{name}") })
    }
}

/// The schemas that stand directly in a schema.
fn inside(schema: &Value) -> Vec<&Value> {
    let members = schema.as_object().into_iter().flatten();
    let below = members.map(|(key, member)| match member {
        Value::Object(map) if BY_KEY.contains(&key.as_str()) => map.values().collect(),
        Value::Object(_) if ONE.contains(&key.as_str()) => vec![member],
        Value::Array(all) if key == "anyOf" => all.iter().collect(),
        _ => Vec::new(),
    });
    below.flatten().collect()
}

/// The same, to be changed.
fn inside_mut(schema: &mut Value) -> Vec<&mut Value> {
    let members = schema.as_object_mut().into_iter().flatten();
    let below = members.map(|(key, member)| match key.as_str() {
        key if ONE.contains(&key) && member.is_object() => vec![member],
        key if BY_KEY.contains(&key) => {
            let members = member.as_object_mut().into_iter();
            members.flat_map(|map| map.values_mut()).collect()
        }
        "anyOf" => member.as_array_mut().into_iter().flatten().collect(),
        _ => Vec::new(),
    });
    below.flatten().collect()
}
