//! What a resource does with what arrives at it: the words in which every kind says so.

use serde_json::Value as Json;

use crate::engine::{Address, Value};

use super::pattern::Verdict;
use super::transform::evaluate::Outcome;

/// Where something is delivered, or what somebody listens to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Spot {
    /// A resource of the stack.
    Resource(Address),
    /// What belongs to others, or to the account: its name or ARN.
    Elsewhere(String),
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Spot::Resource(address) => address.fmt(f),
            Spot::Elsewhere(name) => f.write_str(name),
        }
    }
}

/// What arrives at a resource.
#[derive(Clone, PartialEq, Debug)]
pub struct Arrival {
    /// The text that is delivered, or why nothing is.
    pub payload: Outcome,
    /// The event with its envelope, where one arrives and no transform has changed it.
    pub event: Option<Json>,
    /// The sender's own parameters for the receiver, in AWS's shape, with dynamic values filled in.
    pub parameters: Value,
}

/// What a resource makes of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Passed {
    /// What a pattern of the resource says to it; nothing if it has none.
    pub verdict: Option<Verdict>,
    pub sent: Vec<Sent>,
    /// The HTTP request that is made.
    pub request: Option<HttpRequest>,
    /// What is worth knowing, a sentence each, without a full stop.
    pub notes: Vec<String>,
}

impl Passed {
    /// Nothing but a note.
    pub fn noted(note: impl Into<String>) -> Passed {
        Passed { notes: vec![note.into()], ..Passed::default() }
    }
}

/// One delivery.
#[derive(Clone, PartialEq, Debug)]
pub struct Sent {
    /// The name of the target.
    pub name: String,
    pub to: Spot,
    pub arrival: Arrival,
}

/// A request, without its secrets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpRequest {
    pub method: String,
    pub url: String,
    /// Names and values; a secret one stands as `(secret)`.
    pub headers: Vec<(String, String)>,
    pub body: String,
}
