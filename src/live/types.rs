//! What a look at the account brings home.

use std::collections::BTreeMap;

use crate::engine::{Address, AwsError, Observed};

/// Everything that a plan knows of the account.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// One for each declared resource.
    pub readings: BTreeMap<Address, Reading>,
    /// Live resources with a mark of the owner that are not found where a declared one stands:
    /// orphans, what was renamed, and what an interrupted replacement left. In order of kind and id.
    pub strays: Vec<Stray>,
    /// Kinds that could not be searched for orphans.
    pub unlisted: Vec<Unlisted>,
    /// How many resources had to be described one by one to see whether they are ours.
    pub described: usize,
}

/// What stands where a declared resource is wished for.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "one per resource; a box would only be in the way")]
pub enum Reading {
    Absent,
    Found(Observed),
    /// It could not be read; nothing may be planned for it.
    Unreadable(AwsError),
}

/// A live resource of ours outside the declared names.
#[derive(Clone, Debug)]
pub struct Stray {
    /// The kind, by its name in the registry.
    pub kind: &'static str,
    pub observed: Observed,
}

/// A kind that could not be searched.
#[derive(Clone, Debug)]
pub struct Unlisted {
    pub kind: &'static str,
    pub error: AwsError,
}

impl Reading {
    /// What was found.
    pub fn found(&self) -> Option<&Observed> {
        match self {
            Reading::Found(observed) => Some(observed),
            _ => None,
        }
    }
}
