//! Where a document lies, and how a value inside one is reached.

use serde_json::{Map, Value};

use super::super::store::Txn;

/// A document of a collection, or a part of one.
#[derive(Debug, Clone)]
pub struct Place {
    /// `REGION/SERVICE/KIND`.
    pub collection: String,
    /// Its id there.
    pub id: String,
    /// The members that lead to the part; empty for the whole document.
    pub inside: Vec<String>,
}

impl Place {
    /// The document or part, if it is there.
    pub fn load(&self, txn: &Txn) -> Option<Value> {
        let whole = txn.get(&self.collection, &self.id)?;
        self.inside.iter().try_fold(whole, |value, part| value.get(part)).cloned()
    }

    /// Is the document there, whatever of the part?
    pub fn has_whole(&self, txn: &Txn) -> bool {
        txn.get(&self.collection, &self.id).is_some()
    }

    /// Stores it. A part whose document is not there is not stored.
    pub fn save(&self, txn: &mut Txn, value: Value) {
        if self.inside.is_empty() {
            return txn.put(&self.collection, &self.id, value);
        }
        if let Some(mut whole) = txn.get(&self.collection, &self.id).cloned() {
            *self.inside.iter().fold(&mut whole, |value, part| &mut object(value)[part.as_str()]) = value;
            txn.put(&self.collection, &self.id, whole);
        }
    }

    /// Removes it.
    pub fn remove(&self, txn: &mut Txn) {
        let Some((last, parents)) = self.inside.split_last() else {
            return txn.remove(&self.collection, &self.id);
        };
        if let Some(mut whole) = txn.get(&self.collection, &self.id).cloned() {
            let parent = parents.iter().try_fold(&mut whole, |value, part| value.get_mut(part));
            if let Some(Value::Object(members)) = parent {
                members.shift_remove(last);
            }
            txn.put(&self.collection, &self.id, whole);
        }
    }
}

/// The value as something that can be indexed to write: an object, made if there was none.
fn object(value: &mut Value) -> &mut Value {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value
}

/// The value at a dotted path.
pub fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, part| value.get(part)).filter(|value| !value.is_null())
}

/// Writes at a dotted path, making objects on the way.
pub fn write(value: &mut Value, path: &str, new: Value) {
    *path.split('.').fold(value, |value, part| &mut object(value)[part]) = new;
}

/// Takes out what is at a dotted path.
pub fn take(value: &mut Value, path: &str) -> Option<Value> {
    let (parent, last) = match path.rsplit_once('.') {
        Some((parents, last)) => {
            (parents.split('.').try_fold(value, |value, part| value.get_mut(part)), last)
        }
        None => (Some(value), path),
    };
    parent?.as_object_mut()?.shift_remove(last)
}

/// Every value at a path whose lists are written `Targets[].RoleArn`.
pub fn each<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    path.split('.').fold(vec![value], |found, part| {
        let (name, list) = part.strip_suffix("[]").map_or((part, false), |name| (name, true));
        let members = found.into_iter().filter_map(|value| value.get(name));
        if list {
            members.flat_map(|value| value.as_array().into_iter().flatten()).collect()
        } else {
            members.collect()
        }
    })
}
