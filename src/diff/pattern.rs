//! Event patterns: objects name fields, arrays list alternatives in any order.

use crate::engine::field::Compare;

/// Where in a pattern a value stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Level {
    /// Members are fields of the event.
    Fields,
    /// A list of patterns of which one must match.
    Or,
    /// Members are operators: an object inside a list of alternatives.
    Operators,
    /// Arguments in their order, as `numeric` takes them.
    Arguments,
}

impl Level {
    pub fn member(self, key: &str) -> Level {
        match (self, key) {
            (Level::Fields, "$or") => Level::Or,
            (Level::Operators, "numeric") => Level::Arguments,
            (level, _) => level,
        }
    }

    pub fn item(self) -> Level {
        match self {
            Level::Fields | Level::Operators => Level::Operators,
            Level::Or => Level::Fields,
            Level::Arguments => Level::Arguments,
        }
    }

    pub fn order(self) -> Compare {
        match self {
            Level::Arguments => Compare::Exact,
            _ => Compare::Set,
        }
    }
}
