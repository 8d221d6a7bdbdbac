//! Event patterns of rules and archives, and the filters of pipes: checked, compared, matched.
//!
//! Follows the EventBridge guide on event patterns and the open-source rule engine (ruler) where
//! the guide is silent. A pattern mirrors the event; each leaf is a list of alternatives.

mod expression;
mod matching;
mod parse;
mod same;

pub use matching::matches;
pub use parse::parse;
pub use same::same;

use super::{Path, Problem};

/// Who reads the pattern: pipes lack some operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PatternKind {
    /// A rule or an archive: the event with its envelope.
    Rule,
    /// A filter of a pipe: the record of its source.
    Pipe,
}

/// A pattern over this many characters of JSON needs a raised quota.
pub const LENGTH_QUOTA: usize = 2048;
/// The longest pattern of all, in characters of JSON.
pub const LONGEST: usize = 4096;
/// The most combinations of `$or` members.
pub const MOST_COMBINATIONS: usize = 1000;

/// A pattern without errors.
#[derive(Clone, PartialEq, Debug)]
pub struct Pattern {
    pub root: Object,
    /// Where interpolations stand that are not known yet. Offline they match nothing.
    pub unknown: Vec<Path>,
    /// What is legal and looks wrong.
    pub warnings: Vec<Problem>,
}

/// Fields that must all match, and `$or`s of which one member each must.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Object {
    pub fields: Vec<(String, Node)>,
    pub ors: Vec<Vec<Object>>,
}

/// What stands under a field's name.
#[derive(Clone, PartialEq, Debug)]
pub enum Node {
    Object(Object),
    /// Alternatives for the field's value.
    Leaf(Vec<Matcher>),
}

/// One alternative of a leaf.
#[derive(Clone, PartialEq, Debug)]
pub enum Matcher {
    /// A text, number, truth value or null, exactly.
    Equals(serde_json::Value),
    Prefix(Text),
    Suffix(Text),
    /// The whole text without regard to case.
    EqualsIgnoreCase(String),
    Wildcard(Wildcard),
    /// A value that is there and that none of these matches.
    AnythingBut(Vec<Matcher>),
    /// All comparisons hold for a number.
    Numeric(Vec<(Comparison, f64)>),
    /// An IP address as text, of the network.
    Cidr(Network),
    /// Whether the field has a value that is no object.
    Exists(bool),
    /// Not known yet.
    Unknown,
}

/// A text to compare the beginning or end with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    pub text: String,
    pub ignore_case: bool,
}

/// The literal texts between the `*`s of a wildcard, at least one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wildcard(pub Vec<String>);

/// A numeric comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A network of IPv4 or IPv6 addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Network {
    pub address: std::net::IpAddr,
    /// The number of leading bits that an address shares with the network's.
    pub bits: u8,
}

#[cfg(test)]
mod tests;
