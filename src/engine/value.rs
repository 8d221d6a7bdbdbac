//! The generic middle: an ordered value that can say "not known yet" and "secret".

use std::fmt;

use indexmap::IndexMap;

use super::{Secret, Template};

/// Members in the order in which they were written.
pub type Map = IndexMap<String, Value>;

/// A JSON-like value in AWS's spelling, as it is declared, read, compared and sent.
///
/// Documents that AWS takes as text (event patterns, policies) stay trees until a request is
/// encoded. Equality is structural and ordered for lists, unordered for maps; it knows nothing of
/// defaults or sets (that is [`crate::diff`]'s work) and compares secrets by where they come from,
/// never by content.
#[derive(Clone, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(serde_json::Number),
    String(String),
    List(Vec<Value>),
    Map(Map),
    /// Text and references whose value is known only when other resources exist.
    Unknown(Template),
    /// Known to its source alone until a request is encoded.
    Secret(Secret),
}

impl Value {
    /// An empty map.
    pub fn map() -> Value {
        Value::Map(Map::new())
    }

    /// The text of a string; nothing for every other value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members of a map.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The members of a map, to change.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// A whole number that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// A truth value.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// A member of a map by key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// The value under a dotted path of map keys, such as `RetryPolicy.MaximumRetryAttempts`.
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self, |value, key| value.get(key))
    }

    /// The text under a dotted path.
    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path)?.as_str()
    }

    /// Puts a value under a dotted path of map keys and makes the maps on the way. What stands on
    /// the way and is no map is replaced.
    pub fn put(&mut self, path: &str, value: Value) {
        let (head, rest) = match path.split_once('.') {
            Some((head, rest)) => (head, Some(rest)),
            None => (path, None),
        };
        if !matches!(self, Value::Map(_)) {
            *self = Value::map();
        }
        if let Value::Map(map) = self {
            match rest {
                None => {
                    map.insert(head.to_owned(), value);
                }
                Some(rest) => map.entry(head.to_owned()).or_insert_with(Value::map).put(rest, value),
            }
        }
    }

    /// Takes out what stands under a dotted path of map keys.
    pub fn remove(&mut self, path: &str) -> Option<Value> {
        match path.split_once('.') {
            None => self.as_map_mut()?.shift_remove(path),
            Some((head, rest)) => self.as_map_mut()?.get_mut(head)?.remove(rest),
        }
    }

    /// Null, `{}`, `[]` or `""`.
    pub fn is_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Map(map) => map.is_empty(),
            _ => false,
        }
    }

    /// Whether nothing in the tree is unknown.
    pub fn is_known(&self) -> bool {
        let mut known = true;
        self.walk(&mut |value| known &= !matches!(value, Value::Unknown(_)));
        known
    }

    /// Whether a secret stands anywhere in the tree.
    pub fn has_secret(&self) -> bool {
        let mut found = false;
        self.walk(&mut |value| found |= matches!(value, Value::Secret(_)));
        found
    }

    /// Visits every value of the tree, parents first.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Value)) {
        visit(self);
        match self {
            Value::List(items) => items.iter().for_each(|item| item.walk(visit)),
            Value::Map(map) => map.values().for_each(|value| value.walk(visit)),
            _ => {}
        }
    }

    /// Replaces every leaf (a value that is neither list nor map) by what the function makes of it.
    pub fn map_leaves(self, change: &mut dyn FnMut(Value) -> Value) -> Value {
        match self {
            Value::List(items) => {
                Value::List(items.into_iter().map(|item| item.map_leaves(change)).collect())
            }
            Value::Map(map) => {
                Value::Map(map.into_iter().map(|(key, value)| (key, value.map_leaves(change))).collect())
            }
            leaf => change(leaf),
        }
    }

    /// The value as JSON, if nothing in it is unknown or secret.
    pub fn to_json(&self) -> Option<serde_json::Value> {
        Some(match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(truth) => (*truth).into(),
            Value::Number(number) => serde_json::Value::Number(number.clone()),
            Value::String(text) => text.clone().into(),
            Value::List(items) => items.iter().map(Value::to_json).collect::<Option<Vec<_>>>()?.into(),
            Value::Map(map) => serde_json::Value::Object(
                map.iter()
                    .map(|(key, value)| Some((key.clone(), value.to_json()?)))
                    .collect::<Option<_>>()?,
            ),
            Value::Unknown(_) | Value::Secret(_) => return None,
        })
    }

    /// JSON for people and for plans: what is unknown or secret stands as its sign.
    pub fn to_shown_json(&self) -> serde_json::Value {
        match self {
            Value::Unknown(_) => "(known after apply)".into(),
            Value::Secret(_) => "(secret)".into(),
            Value::List(items) => items.iter().map(Value::to_shown_json).collect(),
            Value::Map(map) => serde_json::Value::Object(
                map.iter().map(|(key, value)| (key.clone(), value.to_shown_json())).collect(),
            ),
            plain => plain.to_json().unwrap_or_default(),
        }
    }

    /// A text as it is, and anything else as [JSON for people](Value::to_shown_json).
    pub fn to_shown_text(&self) -> String {
        self.as_str().map_or_else(|| self.to_shown_json().to_string(), str::to_owned)
    }

    /// Canonical text: keys sorted, no white space. Equal values give equal text. Nothing if the
    /// value is not known; a secret stands as its version.
    pub fn canonical(&self) -> Option<String> {
        let mut text = String::new();
        self.write_canonical(&mut text).then_some(text)
    }

    fn write_canonical(&self, out: &mut String) -> bool {
        match self {
            Value::List(items) => {
                out.push('[');
                let known = items.iter().enumerate().all(|(i, item)| {
                    if i > 0 {
                        out.push(',');
                    }
                    item.write_canonical(out)
                });
                out.push(']');
                known
            }
            Value::Map(map) => {
                let mut members: Vec<_> = map.iter().collect();
                members.sort_by_key(|(key, _)| *key);
                out.push('{');
                let known = members.into_iter().enumerate().all(|(i, (key, value))| {
                    if i > 0 {
                        out.push(',');
                    }
                    out.push_str(&serde_json::Value::from(key.as_str()).to_string());
                    out.push(':');
                    value.write_canonical(out)
                });
                out.push('}');
                known
            }
            Value::Unknown(_) => false,
            Value::Secret(secret) => {
                out.push_str(&format!("{{\"secret\":\"{}\"}}", secret.version()));
                true
            }
            leaf => match leaf.to_json() {
                Some(json) => {
                    out.push_str(&json.to_string());
                    true
                }
                None => false,
            },
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Unknown(template) => write!(f, "Unknown({template})"),
            Value::Secret(_) => f.write_str("Secret"),
            Value::List(items) => f.debug_list().entries(items).finish(),
            Value::Map(map) => f.debug_map().entries(map).finish(),
            leaf => write!(f, "{}", leaf.to_shown_json()),
        }
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(truth) => Value::Bool(truth),
            serde_json::Value::Number(number) => Value::Number(number),
            serde_json::Value::String(text) => Value::String(text),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(Value::from).collect()),
            serde_json::Value::Object(map) => {
                Value::Map(map.into_iter().map(|(key, value)| (key, value.into())).collect())
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Value {
        Value::Bool(truth)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(number.into())
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Value {
        Value::List(items)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Value {
        Value::Map(map)
    }
}

impl From<Template> for Value {
    /// A template without references is plain text.
    fn from(template: Template) -> Value {
        template.into_value()
    }
}

/// Builds a [`Value`] in JSON notation; interpolated expressions may be `Value`s.
///
/// ```
/// use gatewayctl::{engine::Value, value};
/// let name = Value::from("orders");
/// let bus = value!({ "Name": name, "Tags": [{ "Key": "team", "Value": "x" }], "Max": 3 });
/// assert_eq!(bus.text_at("Name"), Some("orders"));
/// ```
#[macro_export]
macro_rules! value {
    (null) => { $crate::engine::Value::Null };
    ([ $($item:tt),* $(,)? ]) => { $crate::engine::Value::List(vec![ $( $crate::value!($item) ),* ]) };
    ({ $($key:literal : $value:tt),* $(,)? }) => {{
        #[allow(unused_mut)]
        let mut map = $crate::engine::Map::new();
        $( map.insert(String::from($key), $crate::value!($value)); )*
        $crate::engine::Value::Map(map)
    }};
    ($other:expr) => { $crate::engine::Value::from($other) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn put_makes_the_maps_on_the_way_and_remove_takes_the_leaf_alone() {
        let mut value = Value::map();
        value.put("A.B.C", 1.into());
        value.put("A.D", "x".into());
        assert_eq!(value, value!({ "A": { "B": { "C": 1 }, "D": "x" } }));
        assert_eq!(value.remove("A.B.C"), Some(1.into()));
        assert_eq!(value, value!({ "A": { "B": {}, "D": "x" } }));
    }

    #[test]
    fn canonical_text_ignores_the_order_of_keys_and_keeps_that_of_lists() {
        let one = value!({ "b": [1, 2], "a": null });
        let two = value!({ "a": null, "b": [1, 2] });
        assert_eq!(one.canonical(), two.canonical());
        assert_eq!(one.canonical().as_deref(), Some(r#"{"a":null,"b":[1,2]}"#));
        assert_ne!(value!([1, 2]).canonical(), value!([2, 1]).canonical());
    }

    #[test]
    fn json_goes_through_unchanged() {
        let json = serde_json::json!({ "n": 1.5, "s": "x", "l": [true, null, {}] });
        assert_eq!(Value::from(json.clone()).to_json(), Some(json));
    }
}
