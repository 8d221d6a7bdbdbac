//! Digests in the place of what is not for everybody's eyes.

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::diff::may_hold_secret;
use crate::engine::field::Compare;
use crate::engine::{Owner, Value};
use crate::kinds::About;

/// The one member of what stands for a value.
const DIGEST: &str = "gatewayctl:digest";

/// What is read where a digest is of another value.
const NOT_TOLD: &str = "(not told)";

/// What holds at a place of a document.
#[derive(Clone, Copy, Default)]
struct Rules {
    hidden: bool,
    /// The member that tells the item of a list apart, which this is.
    key: Option<&'static str>,
}

/// Hides what must be hidden in a live document of a kind, and finds again what equals the wish.
///
/// Reports mask by rules of their own (`report::shown`): they have no way back, and show at a sensitive place what the
/// stack has in plain text. Where a secret may stand beside the wish for one, both know by [`may_hold_secret`].
pub(super) struct Hiding<'a> {
    about: &'static About,
    owner: &'a Owner,
}

/// What is live of a kind's resource as it may be written down: see [`super`].
pub fn hidden(about: &'static About, owner: &Owner, live: &Value, wish: Option<&Value>) -> Json {
    Hiding::new(about, owner).hide(live, wish, false)
}

impl<'a> Hiding<'a> {
    pub fn new(about: &'static About, owner: &'a Owner) -> Hiding<'a> {
        Hiding { about, owner }
    }

    /// Whether it is found by what stands there, which is in its id and its mark anyway.
    fn names(&self, path: &str) -> bool {
        self.about.identified_by.contains(&path) || self.about.naming.path == path
    }

    /// The live document as it may be written down, beside the wish for it. `all`: a secret may stand anywhere in
    /// it.
    pub fn hide(&self, live: &Value, wish: Option<&Value>, all: bool) -> Json {
        self.node(live, wish, "", Rules { hidden: all, key: None })
    }

    fn node(&self, live: &Value, wish: Option<&Value>, path: &str, above: Rules) -> Json {
        let row = if path.is_empty() { None } else { self.about.table().lookup(path) };
        let hidden = above.hidden
            || row.is_some_and(|row| row.sensitive || row.write_only)
            || wish.is_some_and(|wish| may_hold_secret(row, live, wish));
        // What tells the items of a list apart is part of every path to them, and never secret.
        let key = match row.map(|row| row.compare) {
            Some(Compare::Keyed(key)) => Some(key),
            _ => above.key,
        };
        let below = Rules { hidden, key: None };
        match live {
            Value::Map(map) => map
                .iter()
                .map(|(key, value)| {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    let rules = Rules { hidden: hidden && above.key != Some(key.as_str()), ..below };
                    (key.clone(), self.node(value, wish.and_then(|wish| wish.get(key)), &path, rules))
                })
                .collect(),
            Value::List(items) => {
                let rules = Rules { hidden, key };
                let wishes = wish.and_then(Value::as_list).unwrap_or_default();
                let same = |item: &Value, wish: &Value| match key {
                    Some(key) => item.get(key).is_some() && item.get(key) == wish.get(key),
                    None => item == wish,
                };
                let node = |item: &Value| {
                    // Lists are compared in more than one order.
                    let wish = wishes.iter().find(|wish| same(item, wish));
                    self.node(item, wish, &format!("{path}[]"), rules)
                };
                items.iter().map(node).collect()
            }
            leaf if self.names(path) => leaf.to_json().unwrap_or_default(),
            leaf if hidden || matches!(leaf, Value::Secret(_)) => match leaf {
                // No secret is a truth value, and there is none in an empty text.
                Value::Null | Value::Bool(_) => leaf.to_json().unwrap_or_default(),
                Value::String(text) if text.is_empty() => text.as_str().into(),
                // Of what is not wished for even a digest would tell something to who can guess.
                leaf if wish == Some(leaf) && leaf.is_known() && !leaf.has_secret() => {
                    json!({ DIGEST: (self.digest(leaf)) })
                }
                _ => json!({ DIGEST: "" }),
            },
            leaf => leaf.to_json().unwrap_or_default(),
        }
    }

    /// The live document of what was written down: a digest stands for the wish where it is of the wish, and
    /// otherwise for a text that equals nothing.
    pub fn find(&self, written: &Json, wish: Option<&Value>) -> Value {
        match written {
            Json::Object(map) => match map.get(DIGEST).and_then(Json::as_str) {
                Some(digest) if map.len() == 1 => match wish {
                    Some(wish) if wish.is_known() && !wish.has_secret() && self.digest(wish) == digest => {
                        wish.clone()
                    }
                    _ => Value::String(NOT_TOLD.to_owned()),
                },
                _ => Value::Map(
                    map.iter()
                        .map(|(key, value)| {
                            (key.clone(), self.find(value, wish.and_then(|wish| wish.get(key))))
                        })
                        .collect(),
                ),
            },
            Json::Array(items) => {
                let wishes = wish.and_then(Value::as_list).unwrap_or_default();
                Value::List(items.iter().map(|item| self.item(item, wishes)).collect())
            }
            other => Value::from(other.clone()),
        }
    }

    /// An item of a list: lists are compared in more than one order, so a digest may be of any wish.
    fn item(&self, written: &Json, wishes: &[Value]) -> Value {
        let plain = self.find(written, None);
        let same = wishes.iter().map(|wish| self.find(written, Some(wish)));
        same.max_by_key(|found| usize::from(*found != plain)).unwrap_or(plain)
    }

    /// A digest of a value of this owner.
    fn digest(&self, value: &Value) -> String {
        let text = value.canonical().unwrap_or_default();
        let mut digest = Sha256::new();
        digest.update(format!("gatewayctl snapshot {}\n", self.owner));
        digest.update(text);
        hex::encode(digest.finalize())
    }
}
