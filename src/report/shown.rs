//! Values as reports may show them: what is secret or sensitive is not in them any more.

use crate::diff::{Table, may_hold_secret};
use crate::engine::Value;
use crate::engine::field::{Field, Type};

/// A value without anything that is not for people's eyes.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Shown {
    /// Null, a truth value or a number.
    Scalar(serde_json::Value),
    Text(String),
    /// Not known before the apply: text and references.
    Unknown(String),
    /// From a secret's source.
    Secret,
    /// A value that is masked.
    Sensitive,
    List(Vec<Shown>),
    Map(Vec<(String, Shown)>),
}

impl Shown {
    /// A value of which the diff has masked what must be.
    pub fn of(value: &Value) -> Shown {
        match value {
            Value::Secret(_) => Shown::Secret,
            Value::Unknown(template) => Shown::Unknown(template.to_string()),
            Value::String(text) => Shown::Text(text.clone()),
            Value::List(items) => Shown::List(items.iter().map(Shown::of).collect()),
            Value::Map(map) => {
                Shown::Map(map.iter().map(|(key, value)| (key.clone(), Shown::of(value))).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {
                Shown::Scalar(value.to_json().unwrap_or_default())
            }
        }
    }

    /// The same with every text masked: for what is live of a resource whose secrets have changed,
    /// so that an old one may stand anywhere.
    pub fn without_texts(self) -> Shown {
        match self {
            Shown::Text(_) => Shown::Sensitive,
            Shown::List(items) => Shown::List(items.into_iter().map(Shown::without_texts).collect()),
            Shown::Map(map) => {
                Shown::Map(map.into_iter().map(|(key, value)| (key, value.without_texts())).collect())
            }
            other => other,
        }
    }

    /// The JSON of what is shown; null where it is not.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Shown::Scalar(value) => value.clone(),
            Shown::Text(text) => text.as_str().into(),
            Shown::Unknown(_) | Shown::Secret | Shown::Sensitive => serde_json::Value::Null,
            Shown::List(items) => items.iter().map(Shown::to_json).collect(),
            Shown::Map(map) => map.iter().map(|(key, value)| (key.clone(), value.to_json())).collect(),
        }
    }

    /// Whether a leaf is not known yet.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Shown::Unknown(_))
    }

    /// Whether a leaf is masked.
    pub fn is_masked(&self) -> bool {
        matches!(self, Shown::Secret | Shown::Sensitive)
    }

    /// A parallel structure: true where a leaf is such a one, members and items on the way to it, and
    /// false where none is. Lists keep their length.
    pub fn mask(&self, is_it: &dyn Fn(&Shown) -> bool) -> serde_json::Value {
        let any = |value: &serde_json::Value| *value != serde_json::Value::Bool(false);
        match self {
            Shown::List(items) => {
                let masks: Vec<_> = items.iter().map(|item| item.mask(is_it)).collect();
                if masks.iter().any(any) { masks.into() } else { false.into() }
            }
            Shown::Map(map) => {
                let masks: serde_json::Map<String, serde_json::Value> = map
                    .iter()
                    .map(|(key, value)| (key.clone(), value.mask(is_it)))
                    .filter(|(_, mask)| any(mask))
                    .collect();
                if masks.is_empty() { false.into() } else { masks.into() }
            }
            leaf => is_it(leaf).into(),
        }
    }
}

/// Masks a whole tree by the rules of a table, as the diff masks leaves.
///
/// A snapshot hides by rules of its own (`snapshot::digest`): it is a file that is read again, so it hides what is
/// wished for in plain text at a sensitive place too, where a reader of a plan has the wish before him, and puts
/// digests in the place of values, by which a plan finds again what equals the wish.
pub(super) struct Masking<'a> {
    pub table: &'a Table,
}

/// What holds at a place of the tree.
#[derive(Clone, Copy, Default)]
struct Rules {
    sensitive: bool,
    /// Masked even where the wish is plain.
    masked: bool,
    /// The keys here are the user's.
    users_keys: bool,
    /// The row that rules the place.
    row: Option<&'static Field>,
}

impl Masking<'_> {
    /// A wish: it holds its secrets as such, so what is left to mask is sensitive by its row.
    pub fn wish(&self, value: &Value) -> Shown {
        self.node(value, Some(value), "", Rules::default(), false)
    }

    /// A live value beside the wish for it.
    pub fn live(&self, value: &Value, wish: Option<&Value>) -> Shown {
        self.node(value, wish, "", Rules::default(), true)
    }

    fn node(&self, value: &Value, wish: Option<&Value>, path: &str, above: Rules, live: bool) -> Shown {
        let mut rules = above;
        let row = if path.is_empty() { None } else { self.table.lookup(path) };
        // Below a map of the user's keys the map's own row is found again: it has had its say.
        let again = row.is_some_and(|row| above.row.is_some_and(|above| std::ptr::eq(above, row)));
        rules.row = row;
        if let Some(row) = row.filter(|_| !again) {
            rules.sensitive |= row.sensitive || row.write_only;
            rules.users_keys = matches!(row.ty, Type::Map(_));
        }
        rules.masked |= live && wish.is_some_and(|wish| may_hold_secret(row, value, wish));
        match value {
            Value::Map(map) => Shown::Map(
                map.iter()
                    .map(|(key, value)| {
                        let wish = wish.and_then(|wish| wish.get(key));
                        let mut rules = rules;
                        let plain = wish.is_some_and(|wish| !wish.has_secret());
                        rules.sensitive &= !(rules.users_keys && plain);
                        (key.clone(), self.node(value, wish, &join(path, key), rules, live))
                    })
                    .collect(),
            ),
            Value::List(items) => Shown::List(
                items
                    .iter()
                    .map(|item| {
                        let wish = if live { None } else { Some(item) };
                        self.node(item, wish, &format!("{path}[]"), rules, live)
                    })
                    .collect(),
            ),
            Value::Secret(_) => Shown::Secret,
            _ if rules.sensitive || rules.masked => Shown::Sensitive,
            leaf => Shown::of(leaf),
        }
    }
}

/// A path one member further in.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::field::TEXT_MAP;
    use crate::engine::{Secret, SecretSource};
    use crate::value;

    #[test]
    fn a_key_of_a_sensitive_map_that_is_wished_in_plain_text_is_shown_and_a_secret_is_not() {
        static FIELDS: &[Field] =
            &[Field::new("environment", "Environment.Variables", TEXT_MAP, "").sensitive()];
        let table = Table::new(FIELDS);
        let secret = Secret::from_source(SecretSource { parameter: "key".into(), version: "1".into() });
        let wish =
            value!({ "Environment": { "Variables": { "TABLE": "orders", "KEY": (Value::Secret(secret)) } } });
        let masking = Masking { table: &table };
        let shown = |shown: Shown| format!("{:?}", shown);
        assert_eq!(
            shown(masking.wish(&wish)),
            r#"Map([("Environment", Map([("Variables", Map([("TABLE", Text("orders")), ("KEY", Secret)]))]))])"#
        );
        let live = value!({ "Environment": { "Variables": { "TABLE": "old", "KEY": "k", "OTHER": "x" } } });
        assert_eq!(
            shown(masking.live(&live, Some(&wish))),
            r#"Map([("Environment", Map([("Variables", Map([("TABLE", Text("old")), ("KEY", Sensitive), ("OTHER", Sensitive)]))]))])"#
        );
    }
}
