//! What of a resource could not be read, and what AWS never shows.

use std::collections::BTreeSet;

use super::decide::Decider;
use super::types::{Unread, Unshown};
use crate::diff::Table;
use crate::engine::{Address, Observed, Resource, Template, Value};
use crate::kinds::About;

impl Decider<'_> {
    pub(super) fn note_unread(&mut self, address: &Address, observed: &Observed) {
        for (path, reason) in &observed.unread {
            let (path, reason) = (path.clone(), reason.clone());
            self.unread.push(Unread { address: address.clone(), path, reason });
        }
    }

    pub(super) fn note_unshown(&mut self, about: &About, desired: &Resource) {
        let table = about.table();
        let mut paths = BTreeSet::new();
        collect_unshown(&desired.properties, table, "", &mut paths);
        let address = &desired.address;
        self.unshown.extend(paths.into_iter().map(|path| Unshown { address: address.clone(), path }));
    }
}

/// The live properties, unknown where they could not be read.
pub fn comparable(observed: &Observed) -> Value {
    let mut properties = observed.properties.clone();
    for (path, _) in &observed.unread {
        // Of a list with an item that could not be read nothing is known.
        let path = path.split('[').next().unwrap_or(path);
        if !path.is_empty() {
            properties.put(path, Value::Unknown(Template::default()));
        }
    }
    properties
}

/// General paths of what a wish holds and AWS never shows.
fn collect_unshown(value: &Value, table: &Table, path: &str, found: &mut BTreeSet<String>) {
    let hidden = table.lookup(path).is_some_and(|row| row.write_only);
    match value {
        Value::Null => {}
        Value::Secret(_) => {
            found.insert(path.to_owned());
        }
        _ if hidden => {
            found.insert(path.to_owned());
        }
        Value::Map(map) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                collect_unshown(value, table, &path, found);
            }
        }
        Value::List(items) => {
            let path = format!("{path}[]");
            items.iter().for_each(|item| collect_unshown(item, table, &path, found));
        }
        _ => {}
    }
}
