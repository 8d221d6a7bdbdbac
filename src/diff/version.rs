//! The digest of what AWS never shows again, which the mark records.

use sha2::{Digest, Sha256};

use super::table::{Table, View, join};
use crate::engine::Value;
use crate::engine::field::Compare;

/// The version of a wish's secrets.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Version {
    /// There is nothing that AWS would not show.
    #[default]
    None,
    /// 16 hex digits.
    Known(String),
    /// A secret is made with what is known only after other steps.
    Unknown,
}

impl Version {
    /// The digits, as a mark records them.
    pub fn known(&self) -> Option<&str> {
        match self {
            Version::Known(version) => Some(version),
            _ => None,
        }
    }
}

/// A digest over the versions of all secrets of a wish and over its literal write-only values, each
/// by its path. The order of lists without order does not enter, nor does any secret's content.
pub fn version_of(desired: &Value, table: &Table) -> Version {
    let mut lines = Some(Vec::new());
    collect(desired, View::Row(&table.root), String::new(), &mut lines);
    let Some(mut lines) = lines else { return Version::Unknown };
    if lines.is_empty() {
        return Version::None;
    }
    lines.sort();
    let mut hash = Sha256::new();
    for line in lines {
        hash.update(format!("{}:{line}\n", line.len()));
    }
    Version::Known(hex::encode(&hash.finalize()[..8]))
}

/// Adds a line for each hidden leaf; no lines are left once one is unknown.
fn collect(value: &Value, view: View, path: String, lines: &mut Option<Vec<String>>) {
    let write_only = view.field().is_some_and(|field| field.write_only);
    if matches!(value, Value::Secret(_)) || (write_only && !matches!(value, Value::Null)) {
        match value.canonical().filter(|_| value.outputs().is_empty()) {
            Some(text) => lines.iter_mut().for_each(|lines| lines.push(format!("{path}={text}"))),
            None => *lines = None,
        }
        return;
    }
    let view = view.inside().unwrap_or(view);
    match value {
        Value::Map(map) => {
            for (key, value) in map {
                collect(value, view.member(key), join(&path, key), lines);
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                let label = match view.compare() {
                    Compare::Keyed(member) => item.text_at(member).unwrap_or_default().to_owned(),
                    Compare::Set => String::new(),
                    _ => index.to_string(),
                };
                collect(item, view.item(), format!("{path}[{label}]"), lines);
            }
        }
        _ => {}
    }
}
