//! What tells of trouble in a live document: rows of a kind.

use crate::engine::Value;

/// A value that tells of trouble.
#[derive(Clone, Copy, Debug)]
pub struct Sign {
    /// Where it stands in the live document, in AWS's spelling.
    pub path: &'static str,
    pub is: Is,
    /// Which resources it says something of.
    pub of: Of,
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
    Sign { path, is, of: Of::All, means }
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
