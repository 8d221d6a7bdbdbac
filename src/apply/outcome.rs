//! What came of an apply.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::engine::{Address, AwsError, Value};
use crate::plan::Verb;

/// What was done, what not, and why.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Steps that changed something.
    pub done: Vec<(Address, Verb)>,
    /// Steps with nothing left to do.
    pub unchanged: Vec<(Address, Verb)>,
    /// Steps that were begun and not seen to their end.
    pub failed: Vec<Failure>,
    pub skipped: Vec<Skipped>,
    /// Resources that do not equal the wish although every call succeeded.
    pub differences: Vec<Difference>,
    /// The user or the system ended the walk early.
    pub interrupted: bool,
    /// The stack's outputs as far as they are known now.
    pub outputs: Vec<(String, Value)>,
}

impl Outcome {
    /// Whether the account is another than before, for all that is known.
    pub fn changed_something(&self) -> bool {
        let half = self.failed.iter().any(|failure| matches!(failure.why, Why::Half(_)));
        !self.done.is_empty() || !self.differences.is_empty() || half
    }

    /// The steps that were at work when a signal ended the run, and those that failed by themselves.
    pub fn interrupted_and_failed(&self) -> (Vec<&Failure>, Vec<&Failure>) {
        self.failed.iter().partition(|failure| matches!(failure.why, Why::Interrupted))
    }

    /// How many resources were changed, and how.
    pub fn counts(&self) -> Counts {
        let mut verbs: BTreeMap<&Address, BTreeSet<Verb>> = BTreeMap::new();
        for (address, verb) in &self.done {
            verbs.entry(address).or_default().insert(*verb);
        }
        let both = BTreeSet::from([Verb::Create, Verb::Delete]);
        let replaced = verbs.values().filter(|verbs| **verbs == both).count();
        let rest =
            |verb: Verb| verbs.values().filter(|verbs| **verbs != both && verbs.contains(&verb)).count();
        let (deleted, created, updated) = (rest(Verb::Delete), rest(Verb::Create), rest(Verb::Update));
        Counts { replaced, deleted, created, updated }
    }

    /// Everything was done and equals the wish.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.skipped.is_empty() && self.differences.is_empty() && !self.interrupted
    }
}

/// How many resources were changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Counts {
    /// Both deleted and created.
    pub replaced: usize,
    pub deleted: usize,
    pub created: usize,
    pub updated: usize,
}

/// A step that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    pub address: Address,
    pub verb: Verb,
    pub why: Why,
}

/// Why a step failed.
#[derive(Clone, Debug)]
pub enum Why {
    /// AWS refused a call.
    Aws(AwsError),
    /// It was made, and AWS refused a call that was to complete it.
    Half(AwsError),
    /// The resource went into a state that is of no use, in AWS's words.
    Stuck(String),
    /// Somebody else changed it after the plan was made.
    ChangedMeanwhile(Vec<String>),
    /// More would have to happen than the plan showed.
    BeyondThePlan(String),
    /// A secret could not be read from its source.
    Secret(String),
    /// It did not become ready in time.
    TimedOut(String),
    /// A signal ended the run before its end was seen: it may be done all the same.
    Interrupted,
    /// It refers to this output, which its resource does not have as it has become.
    Absent(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Aws(error) => write!(f, "{error}"),
            Why::Half(error) => write!(f, "{error}; it exists, and the next apply completes it"),
            Why::Stuck(reason) => f.write_str(reason),
            Why::ChangedMeanwhile(paths) if paths.is_empty() => {
                f.write_str("somebody else changed it after the plan was made; plan again")
            }
            Why::ChangedMeanwhile(paths) => {
                write!(f, "somebody else changed {} after the plan was made; plan again", paths.join(", "))
            }
            Why::BeyondThePlan(what) => write!(f, "{what}, which the plan did not show; plan again"),
            Why::Secret(why) => f.write_str(why),
            Why::TimedOut(what) => write!(f, "not ready in time: {what}"),
            Why::Interrupted => f.write_str("interrupted while it was at work: it may be done all the same"),
            Why::Absent(output) => write!(f, "it refers to `{output}`, which is not there"),
        }
    }
}

/// A step that was not begun.
#[derive(Clone, Debug)]
pub struct Skipped {
    pub address: Address,
    pub verb: Verb,
    pub reason: String,
}

/// A resource that was applied and does not equal the wish.
#[derive(Clone, Debug)]
pub struct Difference {
    pub address: Address,
    pub paths: Vec<String>,
}
