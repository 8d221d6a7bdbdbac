//! `send`: events to what is live.

use crate::engine::{Lookup, Observed, State, Value};
use crate::kinds::Kind;
use crate::ops::{self, Event, Sent};
use crate::report;

use super::args::{Allowances, Global, SendArgs, SendFormat};
use super::inlet::{self, Inlet};
use super::session::{Session, said};
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop, document};

pub(super) async fn run(global: &Global, args: &SendArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let (flag, wanted) = match &args.partner {
        Some(named) => ("partner", named.as_deref()),
        None => ("bus", args.bus.as_deref()),
    };
    let (kind, intake) = inlet::intake(flag).ok_or_else(|| format!("nothing takes events by `--{flag}`"))?;
    let (_, text) = document::text(&args.event, "event")?;
    let events = Event::read(&text).map_err(|why| invalid(&why))?;
    let allow = Allowances { parallelism: 16, ..Allowances::default() };
    let session = Session::open(global, &args.stack.stack, &allow, terminal).await?;
    let inlets = inlet::inlets(&session.ready.graph, flag);
    let inlet = inlet::find(&inlets, flag, wanted)?;
    ops::sourced(&events, &intake, &inlet.name).map_err(|why| invalid(&why))?;
    let live = live(&session, inlet, kind).await?;
    if !global.quiet {
        say!("{}", session.header());
        notes(inlet, kind, &live);
    }
    let (sent, error) = ops::send(&session.client, &intake, &inlet.name, &events).await;
    let accepted = show(&sent, &inlet.called, args.format);
    if let Some(error) = error {
        say!("error: {}", report::failed_call_text(&error));
        say!("{} of {} events were not sent", events.len() - sent.len(), events.len());
    }
    Ok(match accepted {
        n if n == events.len() => Exit::Done,
        0 => Exit::Failed,
        _ => Exit::Partial,
    })
}

/// What is given is no event.
fn invalid(why: &str) -> Stop {
    say!("error: --event: {}", report::harmless(why));
    Exit::Invalid.into()
}

/// What is live. EventBridge takes events for what is not there, and drops them.
async fn live(session: &Session, inlet: &Inlet<'_>, kind: &dyn Kind) -> Result<Observed, Stop> {
    let (owner, resource) = (&session.ready.graph.owner, inlet.resource);
    let at = Lookup {
        address: resource.address.clone(),
        owner: owner.clone(),
        name: resource.name.clone(),
        id: None,
        desired: resource.properties.clone(),
    };
    let absent =
        || Stop::from(format!("{} is not in the account: `gatewayctl apply` makes it", inlet.called));
    let Some(found) = kind.live().read(&session.client, &at).await.map_err(said)? else {
        return Err(absent());
    };
    if !found.mark.is_of(owner) {
        return Err(format!("{} is in the account and not of this stack", resource.name).into());
    }
    if matches!(found.state, State::Begun(_)) {
        return Err(absent());
    }
    if let State::Failed { reason, .. } = &found.state {
        return Err(format!("{} has failed: {reason}", inlet.called).into());
    }
    let keys =
        kind.intake().and_then(|intake| intake.parts).and_then(|parts| found.properties.at(parts.keys));
    match inlet.part {
        Some(part) if keys.and_then(|keys| keys.get(part)).is_none() => Err(absent()),
        _ => Ok(found),
    }
}

/// What its kind says of the part that events go to.
fn notes(inlet: &Inlet<'_>, kind: &dyn Kind, live: &Observed) {
    let Some(part) = inlet.part else { return };
    for sign in kind.signs() {
        let found = sign.found(&live.properties);
        if let Some(value) = found.as_ref().and_then(|found| found.get(part)).and_then(Value::as_str) {
            say!("note: {} ({part} = {})", sign.means, report::harmless(value));
        }
    }
}

/// Shows what came of each; how many were accepted.
fn show(sent: &[Sent], to: &str, format: SendFormat) -> usize {
    for (at, one) in sent.iter().enumerate() {
        match one {
            Sent::Accepted(id) if format == SendFormat::Text => print(&format!("{}\n", report::harmless(id))),
            Sent::Accepted(_) => {}
            Sent::Refused { code, message } => {
                let message = report::harmless(&format!("{code}: {message}"));
                say!("error: event {} of {} was refused by {to}: {message}", at + 1, sent.len());
            }
        }
    }
    if format == SendFormat::Json {
        print(&report::json_text(&report::sent_json(sent, to)));
    }
    sent.iter().filter(|one| matches!(one, Sent::Accepted(_))).count()
}
