//! What tells of trouble in a live document: rows of a kind.

use crate::engine::{Map, Value};

/// A value that tells of trouble.
#[derive(Clone, Copy, Debug)]
pub struct Sign {
    /// Where it stands in the live document, in AWS's spelling; `*` at its end is each value of a map.
    pub path: &'static str,
    pub is: Is,
    /// Which resources it says something of.
    pub of: Of,
    /// It says how the resource is, and is no trouble.
    pub is_note: bool,
    /// What it means, and what to do, as the second half of a sentence.
    pub means: &'static str,
}

/// Which values are signs.
#[derive(Clone, Copy, Debug)]
pub enum Is {
    Text(&'static str),
    /// Text that begins so.
    Begins(&'static str),
    False,
    /// A number, or its text.
    AboveZero,
    Zero,
}

/// Which resources a sign is read of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    All,
    /// Those that get what others could not deliver.
    DeadLetters,
}

/// A row.
pub const fn sign(path: &'static str, is: Is, means: &'static str) -> Sign {
    Sign { path, is, of: Of::All, is_note: false, means }
}

impl Sign {
    /// The same, as what is no trouble.
    pub const fn note(self) -> Sign {
        Sign { is_note: true, ..self }
    }

    /// What in a document is the sign: the value, or those of a map's values that are, by their keys.
    pub fn found(&self, document: &Value) -> Option<Value> {
        let Some(map) = self.path.strip_suffix(".*") else {
            return document.at(self.path).filter(|value| self.is.meets(value)).cloned();
        };
        let values = document.at(map)?.as_map()?.iter().filter(|(_, value)| self.is.meets(value));
        let found: Map = values.map(|(key, value)| (key.clone(), value.clone())).collect();
        (!found.is_empty()).then_some(Value::Map(found))
    }
}

impl Is {
    /// Whether a live value is the sign.
    pub fn meets(self, value: &Value) -> bool {
        let number = || value.as_i64().or_else(|| value.as_str()?.parse().ok());
        match self {
            Is::Text(text) => value.as_str() == Some(text),
            Is::Begins(text) => value.as_str().is_some_and(|value| value.starts_with(text)),
            Is::False => value.as_bool() == Some(false),
            Is::AboveZero => number().is_some_and(|number| number > 0),
            Is::Zero => number() == Some(0),
        }
    }
}
