//! The health of what is live: what the resources of a stack are doing, and what in their documents tells of
//! trouble. Each kind says in a table how it is read ([`Sign`](crate::kinds::Sign)).

use std::collections::BTreeSet;

use crate::engine::{Address, Graph, Observed, Resource, State, Value};
use crate::kinds::{self, Of};
use crate::live::{Reading, Survey, Whose, whose};

/// The health of a stack, in the order of its addresses.
#[derive(Clone, Debug)]
pub struct Health {
    pub resources: Vec<Condition>,
}

/// How one resource is.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    pub address: Address,
    pub kind: &'static str,
    /// The physical name.
    pub name: String,
    pub is: Is,
    /// Why it is so, in AWS's words where AWS gave a reason.
    pub reasons: Vec<Reason>,
}

/// What a resource is, the worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Is {
    /// AWS says so, or a sign does.
    Failed,
    /// It is declared and not there.
    Missing,
    /// It is there and not this stack's: `plan` refuses it.
    Foreign,
    /// It could not be read.
    Unknown,
    /// On its way to another state.
    Busy,
    Healthy,
}

/// Why a resource is as it is.
#[derive(Clone, PartialEq, Debug)]
pub struct Reason {
    /// Where it stands in the live document; empty if that is its state as a whole.
    pub path: &'static str,
    /// The value, as it may be shown.
    pub value: Option<serde_json::Value>,
    pub means: String,
    /// The stack wishes it so, which is no trouble.
    pub is_declared: bool,
}

impl Is {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Is::Failed => "failed",
            Is::Missing => "missing",
            Is::Foreign => "foreign",
            Is::Unknown => "unknown",
            Is::Busy => "busy",
            Is::Healthy => "healthy",
        }
    }

    /// Whether nobody needs to look at it.
    pub fn is_well(self) -> bool {
        matches!(self, Is::Busy | Is::Healthy)
    }
}

impl Health {
    /// Whether every resource is well.
    pub fn is_well(&self) -> bool {
        self.resources.iter().all(|one| one.is.is_well())
    }
}

/// Reads the health of a stack from a look at its account. `now`: seconds since 1970.
pub fn health(graph: &Graph, survey: &Survey, now: i64) -> Health {
    let holders = dead_letters(graph);
    let of = |(address, resource): (&Address, &Resource)| {
        let (is, reasons) = match survey.readings.get(address) {
            None | Some(Reading::Absent) if kinds::is_over(resource, now) => {
                (Is::Healthy, vec![said("it is over, and AWS has deleted it as it was told")])
            }
            None | Some(Reading::Absent) => {
                (Is::Missing, vec![said("it is declared and not there: `gatewayctl apply` makes it")])
            }
            Some(Reading::Unreadable(error)) => (Is::Unknown, vec![said(&error.to_string())]),
            Some(Reading::Found(live)) => match foreign(resource, live, graph) {
                Some(why) => (Is::Foreign, vec![said(&why)]),
                None => condition(resource, live, holders.contains(address)),
            },
        };
        Condition { address: address.clone(), kind: resource.kind, name: resource.name.clone(), is, reasons }
    };
    Health { resources: graph.resources.iter().map(of).collect() }
}

/// Why what is there under a declared name is not the stack's.
fn foreign(wish: &Resource, live: &Observed, graph: &Graph) -> Option<String> {
    let address = &wish.address;
    match whose(live, kinds::kind(wish.kind)?.about(), &graph.owner) {
        Whose::Ours(mark) if mark.address == *address || !graph.resources.contains_key(&mark.address) => None,
        Whose::Ours(mark) => Some(format!("it belongs to {}, which is still declared", mark.address)),
        Whose::Unmarked => {
            Some(format!("it carries no mark: `gatewayctl apply --adopt {address}` takes it over"))
        }
        Whose::Foreign(why) => Some(why),
        Whose::Managed(by) => Some(format!("it is managed by {by}")),
        Whose::Unreadable(why) => Some(format!("its mark cannot be read: {why}")),
    }
}

fn condition(wish: &Resource, live: &Observed, holds_dead_letters: bool) -> (Is, Vec<Reason>) {
    let (mut is, mut reasons) = match &live.state {
        State::Ready | State::Taken { .. } => (Is::Healthy, Vec::new()),
        State::Busy(what) => (Is::Busy, vec![said(what)]),
        State::Begun(what) => {
            return (Is::Missing, vec![said(&format!("{what}: `gatewayctl apply` makes it"))]);
        }
        State::Failed { reason, .. } => (Is::Failed, vec![said(reason)]),
    };
    let signs = kinds::kind(wish.kind).map_or(&[][..], |kind| kind.signs());
    for sign in signs.iter().filter(|sign| sign.of == Of::All || holds_dead_letters) {
        let Some(value) = sign.found(&live.properties) else { continue };
        let is_declared = sign.found(&wish.properties).is_some();
        if !is_declared && !sign.is_note {
            is = is.min(Is::Failed);
        }
        let value = Some(value.to_shown_json());
        reasons.push(Reason { path: sign.path, value, means: sign.means.to_owned(), is_declared });
    }
    (is, reasons)
}

fn said(what: &str) -> Reason {
    Reason { path: "", value: None, means: what.to_owned(), is_declared: false }
}

/// The resources that get what others could not deliver: those that a member of a dead letter, or of what
/// hears of failure, leads to.
fn dead_letters(graph: &Graph) -> BTreeSet<Address> {
    let mut leaves = Vec::new();
    for resource in graph.resources.values() {
        undelivered(&resource.properties, false, &mut leaves);
    }
    // An ARN that is known beforehand stands there as text, any other as the output that it will be.
    let texts: BTreeSet<&str> = leaves.iter().filter_map(|leaf| leaf.as_str()).collect();
    let outputs = leaves.iter().flat_map(|leaf| leaf.outputs()).map(|output| output.address.clone());
    let named = graph.resources.values().filter(|resource| {
        let arn = kinds::kind(resource.kind).and_then(|kind| kind.derive("arn", resource, &graph.place));
        arn.as_ref().and_then(Value::as_str).is_some_and(|arn| texts.contains(arn))
    });
    outputs.chain(named.map(|resource| resource.address.clone())).collect()
}

/// The leaves below members that say where goes what could not be delivered.
fn undelivered<'a>(value: &'a Value, is_below: bool, found: &mut Vec<&'a Value>) {
    match value {
        Value::Map(map) => {
            for (key, value) in map {
                let leads = key.contains("eadLetter") || key == "OnFailure";
                undelivered(value, is_below || leads, found);
            }
        }
        Value::List(items) => items.iter().for_each(|item| undelivered(item, is_below, found)),
        leaf if is_below => found.push(leaf),
        _ => {}
    }
}
