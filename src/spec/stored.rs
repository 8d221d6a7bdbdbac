//! Values that a store of AWS keeps: what is asked of it before a plan, and what it answered.

use std::collections::BTreeMap;

use super::outside::Source;

/// Something to ask a store for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Wanted {
    pub source: Source,
    /// Its value is asked for even if the store keeps it as a secret: `secret: false`.
    pub open: bool,
    /// Its value is a secret even if the store does not keep it as one: `secret: true`.
    pub secret: bool,
    /// A default stands until the store has answered.
    pub has_default: bool,
}

/// What a store says of one source.
#[derive(Clone)]
pub enum Answer {
    Found(Stored),
    /// There is no such thing.
    Absent,
    /// It could not be asked, or what it has is of no use; said for people, without any value.
    Refused(String),
}

/// What a store has.
#[derive(Clone)]
pub struct Stored {
    /// The store's own version.
    pub version: String,
    /// The store keeps it as a secret.
    pub secure: bool,
    /// Nothing for a secret, whose value only an apply reads.
    pub value: Option<StoredValue>,
}

/// A value that is no secret.
#[derive(Clone)]
pub enum StoredValue {
    Text(String),
    /// A `StringList`.
    List(Vec<String>),
}

/// The answers of all stores, by source.
pub type Answers = BTreeMap<Source, Answer>;

#[cfg(test)]
#[path = "stored_tests.rs"]
mod tests;
