//! `send`: events to what is live.

use crate::engine::{Address, Lookup, Resource, State};
use crate::kinds::{self, Intake, Kind};
use crate::ops::{self, Event, Sent};
use crate::report;

use super::args::{Allowances, Global, SendArgs, SendFormat};
use super::session::{Session, said};
use super::terminal::{Terminal, print};
use super::{Exit, Stop, document};

pub(super) async fn run(global: &Global, args: &SendArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let (_, text) = document::text(&args.event, "event")?;
    let events = Event::read(&text).map_err(|why| invalid(&why))?;
    if let Some(time) =
        events.iter().filter_map(|event| event.time.as_ref()).find(|time| ops::seconds(time).is_none())
    {
        return Err(invalid(&format!("`{time}` is no time; write it as 2026-01-02T03:04:05Z")));
    }
    let allow = Allowances { parallelism: 16, ..Allowances::default() };
    let session = Session::open(global, &args.stack.stack, &allow, terminal).await?;
    let (resource, kind, intake) = wanted(&session, args.bus.as_deref())?;
    let name = live_name(&session, resource, kind).await?;
    if !global.quiet {
        eprintln!("{}", session.header());
    }
    let (sent, error) = ops::send(&session.client, &intake, &name, &events).await;
    let accepted = show(&sent, &resource.address, args.format);
    if let Some(error) = error {
        eprintln!("error: {}", report::failed_call_text(&error));
        eprintln!("{} of {} events were not sent", events.len() - sent.len(), events.len());
    }
    Ok(match accepted {
        n if n == events.len() => Exit::Done,
        0 => Exit::Failed,
        _ => Exit::Partial,
    })
}

/// What is given is no event.
fn invalid(why: &str) -> Stop {
    eprintln!("error: --event: {}", report::harmless(why));
    Exit::Invalid.into()
}

/// The bus of the stack that the flag names; the only one, if none is named.
fn wanted<'s>(
    session: &'s Session,
    key: Option<&str>,
) -> Result<(&'s Resource, &'static dyn Kind, Intake), Stop> {
    let takes = |resource: &'s Resource| {
        let kind = kinds::kind(resource.kind)?;
        let intake = kind.intake()?;
        Some((resource, kind, intake))
    };
    let all: Vec<_> = session.ready.graph.resources.values().filter_map(takes).collect();
    let is_it = |address: &Address, key: &str| {
        address.to_string() == key || (address.component.is_none() && address.key == key)
    };
    let listed = || all.iter().map(|(one, ..)| format!("`{}`", one.address)).collect::<Vec<_>>().join(", ");
    match (key, all.as_slice()) {
        (_, []) => Err("the stack declares no bus to send to".to_owned().into()),
        (None, [one]) => Ok(*one),
        (None, _) => Err(format!("which bus? Name one with `--bus`: {}", listed()).into()),
        (Some(key), _) => all
            .iter()
            .find(|(resource, ..)| is_it(&resource.address, key))
            .copied()
            .ok_or_else(|| format!("the stack has no bus `{key}`; it has {}", listed()).into()),
    }
}

/// The name of the resource as the account has it. EventBridge takes events for a bus that is not there, and drops them.
async fn live_name(session: &Session, resource: &Resource, kind: &dyn Kind) -> Result<String, Stop> {
    let owner = &session.ready.graph.owner;
    let at = Lookup {
        address: resource.address.clone(),
        owner: owner.clone(),
        name: resource.name.clone(),
        id: None,
        desired: resource.properties.clone(),
    };
    let address = &resource.address;
    let Some(found) = kind.live().read(&session.client, &at).await.map_err(said)? else {
        return Err(format!("{address} is not in the account: `gatewayctl apply` makes it").into());
    };
    if !found.mark.is_of(owner) {
        return Err(format!("{} is in the account and not of this stack", resource.name).into());
    }
    match found.state {
        State::Failed { reason, .. } => Err(format!("{address} has failed: {reason}").into()),
        _ => Ok(found.name),
    }
}

/// Shows what came of each; how many were accepted.
fn show(sent: &[Sent], to: &Address, format: SendFormat) -> usize {
    for (at, one) in sent.iter().enumerate() {
        match one {
            Sent::Accepted(id) if format == SendFormat::Text => print(&format!("{}\n", report::harmless(id))),
            Sent::Accepted(_) => {}
            Sent::Refused { code, message } => {
                let message = report::harmless(&format!("{code}: {message}"));
                eprintln!("error: event {} of {} was refused by {to}: {message}", at + 1, sent.len());
            }
        }
    }
    if format == SendFormat::Json {
        print(&report::json_text(&report::sent_json(sent, to)));
    }
    sent.iter().filter(|one| matches!(one, Sent::Accepted(_))).count()
}
