//! What a resource does with what arrives at it: the words in which every kind says so.

use serde_json::Value as Json;

use crate::engine::{Address, Value};
use crate::kinds::secret;

use super::pattern::{PatternKind, Verdict};
use super::reference::JsonPath;
use super::shape::Shape;
use super::times::Times;
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
            // The URL of an endpoint may have a password in it.
            Spot::Elsewhere(name) => f.write_str(&secret::masked_text(None, name, secret::SHOWN)),
        }
    }
}

/// What arrives at a resource.
#[derive(Clone, PartialEq, Debug)]
pub struct Arrival {
    /// The text that is delivered, or why nothing is.
    pub payload: Outcome,
    /// What those who listen here see: the event with its envelope, the record of a stream. Nothing where they
    /// see nothing that is known.
    pub event: Option<Json>,
    /// The sender's own parameters for the receiver, by the names of AWS's own members (`MessageGroupId`,
    /// `PartitionKey`, `HeaderParameters`…), with dynamic values filled in.
    pub parameters: Value,
    /// Whether the sender waits for the answer.
    pub waits: bool,
    /// Whether a rule of another bus has sent it: EventBridge sends no event on to a third bus.
    pub from_bus: bool,
}

impl Arrival {
    /// Nothing: what was made, and why it is not delivered.
    pub fn nothing(made: impl Into<String>, why: impl Into<String>) -> Arrival {
        let payload = Outcome::Nothing { made: made.into(), why: why.into() };
        Arrival { payload, ..Arrival::of("") }
    }

    /// A text, and nothing beside it.
    pub fn of(payload: impl Into<String>) -> Arrival {
        Arrival {
            payload: Outcome::Delivered { payload: payload.into(), notes: Vec::new() },
            event: None,
            parameters: Value::Null,
            waits: false,
            from_bus: false,
        }
    }

    /// A document that those who listen see as it is: an event, a record.
    pub fn event(event: Json) -> Arrival {
        Arrival { event: Some(event.clone()), ..Arrival::of(event.to_string()) }
    }

    /// The same, for somebody who waits for the answer.
    pub fn answered(self) -> Arrival {
        Arrival { waits: true, ..self }
    }
}

/// What a resource makes of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Passed {
    /// What a pattern of the resource says to it; nothing if it has none.
    pub verdict: Option<Verdict>,
    /// Whom it asks before it goes on: [`Kind::answered`](crate::kinds::Kind::answered) gets the answer.
    pub asks: Option<Sent>,
    pub sent: Vec<Sent>,
    /// What those who listen see, where that is not what arrived: the record that a queue makes of a message.
    pub shows: Option<Json>,
    /// The HTTP request that is made.
    pub request: Option<HttpRequest>,
    /// Whether it ends here for a reason that no pattern gives: the notes say it.
    pub stops: bool,
    /// What is worth knowing, a sentence each, without a full stop.
    pub notes: Vec<String>,
}

impl Passed {
    /// Nothing but a note.
    pub fn noted(note: impl Into<String>) -> Passed {
        Passed { notes: vec![note.into()], ..Passed::default() }
    }

    /// Nothing goes on, and why.
    pub fn stopped(why: impl Into<String>) -> Passed {
        Passed { stops: true, ..Passed::noted(why) }
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

/// A request, without what a connection keeps. A secret that stands in the clear is masked where it is
/// [shown](HttpRequest::masked).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpRequest {
    pub method: String,
    pub url: String,
    /// Names and values; a secret one stands as `(secret)`.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// A way on from a resource, whatever arrives.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Way {
    /// The name of the target, as [`Sent::name`] has it: a target of a rule, a route of an API.
    pub name: String,
    pub to: Spot,
}

/// What comes about at a resource, as far as it is known without an event.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'a> {
    /// Something of this shape is sent there.
    Arrives(&'a Shape),
    /// Somebody who may does this to it: the name of the action, `PutItem`, and of all that the same one may do to it.
    Does(&'a str, &'a [&'a str]),
    /// Whatever can.
    Any,
}

/// Whether an action that somebody may do, which may end in `*`, is or may be the one of a name.
pub fn is_action(action: &str, name: &str) -> bool {
    action == name || action.strip_suffix('*').is_some_and(|start| name.starts_with(start))
}

/// What a resource looks at in what it listens to.
#[derive(Clone, Default, Debug)]
pub struct Looks<'r> {
    /// Patterns, of which one must match. None: everything passes.
    pub filters: Vec<Filter<'r>>,
    /// Whether nothing passes: it is disabled, or acts by a schedule alone.
    pub is_deaf: bool,
    /// Paths that it reads of what has passed.
    pub reads: Vec<Read>,
}

/// A pattern of a resource.
#[derive(Clone, Debug)]
pub struct Filter<'r> {
    pub pattern: &'r Value,
    /// Where it stands in the resource's document.
    pub at: String,
    pub reader: PatternKind,
}

/// A path that is read.
#[derive(Clone, PartialEq, Debug)]
pub struct Read {
    pub path: JsonPath,
    /// Where that is said, as a path of the resource's places.
    pub at: String,
    /// Whether what it finds is all that is sent, and no part of something.
    pub is_whole: bool,
}

/// What a resource sends to another, as far as it is known without an event.
#[derive(Clone, PartialEq, Debug)]
pub struct Flow {
    /// The name of the target, as [`Sent::name`] has it.
    pub name: String,
    pub to: Spot,
    pub shape: Shape,
    /// Where that is said, as a path of the resource's places.
    pub at: String,
    /// Whether it is an event handed on from one bus to another, which EventBridge hands to no third.
    pub is_forwarded: bool,
    /// Whether it is sent under circumstances alone that nobody declares: handling has failed, an alias was called. No loop
    /// is told by it.
    pub is_conditional: bool,
    /// When it is sent where that is at fixed times.
    pub times: Option<Times>,
    /// What is delivered, whom to, and with what beside it; equal texts are equal deliveries. Nothing where that is
    /// not known.
    pub delivery: Option<String>,
    /// By which of the receiver's own flows it goes on there, as its [`Flow::name`] has it: the route that a request
    /// meets. Nothing where that is not known, or where the receiver makes no difference.
    pub goes_on_by: Option<String>,
}

impl Flow {
    /// What is sent under a name.
    pub fn new(name: impl Into<String>, to: Spot, shape: Shape, at: impl Into<String>) -> Flow {
        Flow {
            name: name.into(),
            to,
            shape,
            at: at.into(),
            is_forwarded: false,
            is_conditional: false,
            times: None,
            delivery: None,
            goes_on_by: None,
        }
    }
}
