//! What a live resource is called in what is said of it, and what to write to have another.

use crate::engine::{Observed, Value};
use crate::kinds::About;

/// By its name; where the kind has none, by what it is known by, as far as that may be shown beside the wish.
pub(super) fn called(about: &About, observed: &Observed, wish: &Value) -> String {
    let known: Vec<String> =
        about.identified_by.iter().filter_map(|path| known(about, path, observed, wish)).collect();
    match about.is_nameless() && !known.is_empty() {
        true => format!("with {}", known.join(" and ")),
        false => format!("`{}`", observed.name),
    }
}

/// One of the values that it is known by, as it is written.
fn known(about: &About, path: &str, observed: &Observed, wish: &Value) -> Option<String> {
    let row = about.table().lookup(path);
    let is_secret = row.is_some_and(|row| row.sensitive || row.write_only)
        || wish.at(path).is_some_and(Value::has_secret);
    let value = observed.properties.text_at(path).filter(|_| !is_secret)?;
    Some(format!("`{}: {value}`", key(about, path).unwrap_or(path)))
}

/// What to write so that it is another one than what is there.
pub(super) fn another(about: &About) -> String {
    let keys: Vec<String> = match about.is_nameless() {
        true => about
            .identified_by
            .iter()
            .filter_map(|path| key(about, path))
            .map(|key| format!("`{key}:`"))
            .collect(),
        false => vec!["`name:`".to_owned()],
    };
    match keys.is_empty() {
        true => "take the resource out of the stack".to_owned(),
        false => format!("give the resource another {}", keys.join(" or ")),
    }
}

/// The user's key for a path, if there is one.
fn key(about: &About, path: &str) -> Option<&'static str> {
    about.fields.iter().find(|field| field.path == path && !field.key.is_empty()).map(|field| field.key)
}
