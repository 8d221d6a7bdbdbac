//! Event patterns of rules and archives, and the filters of pipes: checked, compared, matched.
//!
//! Follows the EventBridge guide on event patterns and the open-source rule engine (ruler) where
//! the guide is silent. A pattern mirrors the event; each leaf is a list of alternatives.

mod address;
mod case;
mod event;
mod expression;
mod index;
mod matcher;
mod matching;
mod number;
mod numeric;
mod parse;
mod same;
mod shown;
mod verdict;
mod wildcard;

pub use address::Network;
pub use case::Folded;
pub use expression::OPERATORS;
pub use matcher::Matcher;
pub(in crate::flow) use matcher::{Leaf, expand};
pub use numeric::{Bound, Comparison, Range};
pub use parse::{parse, read};
pub use same::same;
pub use verdict::{Decided, Verdict, decide};
pub use wildcard::Wildcard;

use super::{Path, Problem};

/// Who reads the pattern: pipes lack some operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PatternKind {
    /// A rule or an archive: the event with its envelope.
    Rule,
    /// A filter of a pipe: the record of its source.
    Pipe,
    /// Nobody at AWS: any document, with every operator. Tests, and filters of topics, which have most of them.
    Document,
}

/// A pattern over this many characters of JSON needs a raised quota.
pub const LENGTH_QUOTA: usize = 2048;
/// The longest pattern of all, in characters of JSON.
pub const LONGEST: usize = 4096;
/// The most combinations of `$or` members.
pub const MOST_COMBINATIONS: usize = 1000;
/// The complexity of one field's wildcards that AWS was seen to refuse
/// (`*:*:*:*:*:event-bus/*`). The bound itself is not published.
pub const TOO_COMPLEX: usize = 11;
/// The most that AWS was seen to take (`/Users/*/dir/dir/dir/dir/dir/doc.txt`).
pub const COMPLEX: usize = 7;

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
    Leaf(Vec<Alternative>),
}

/// One alternative of a leaf.
#[derive(Clone, PartialEq, Debug)]
pub enum Alternative {
    /// A text, number, truth value or null, exactly; numbers by value.
    Equals(serde_json::Value),
    /// A text that begins with this.
    Prefix(String),
    /// A text that ends with this.
    Suffix(String),
    /// The whole text without regard to case.
    EqualsIgnoreCase(Folded),
    /// A text that begins with this without regard to case.
    PrefixIgnoreCase(Folded),
    /// A text that ends with this without regard to case.
    SuffixIgnoreCase(Folded),
    Wildcard(Wildcard),
    /// A value that is there and that none of these matches.
    AnythingBut(Vec<Alternative>),
    /// A number in the range.
    Numeric(Range),
    /// An IP address as text, of the network. A text that is an address is the network of it alone,
    /// so that its spelling does not matter.
    Cidr(Network),
    /// Whether the field has a value that is no object.
    Exists(bool),
    /// Not known yet.
    Unknown,
}

/// Whether a pattern matches an event (for a pipe: a record). What is unknown in the pattern matches
/// nothing. Compiles the pattern: to match many events or patterns, make a [`Matcher`].
pub fn matches(pattern: &Pattern, event: &serde_json::Value) -> bool {
    !Matcher::new([pattern]).matching(event).is_empty()
}

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;
