//! `destroy`: removes everything that the stack owns, in reverse order.

use std::collections::BTreeMap;

use crate::engine::{Aws, Graph, SecretSource};
use crate::live::{self, Registry};
use crate::plan as planning;
use crate::report::{self, Ended};
use crate::source::Sources;

use super::again::again;
use super::apply::Ending;
use super::args::{DestroyArgs, Global};
use super::session::{self, Session};
use super::signals::Signals;
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop, apply, plan, progress};

pub(super) async fn run(global: &Global, args: &DestroyArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    apply::must_be_answerable(args.yes, terminal, "destroy")?;
    match &args.owner {
        Some(_) => by_owner(global, args, terminal).await,
        None => by_file(global, args, terminal).await,
    }
}

async fn by_file(global: &Global, args: &DestroyArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let session = Session::open(global, &args.stack.stack, &args.allow, terminal).await?;
    if !global.quiet {
        say!("{}", session.header());
    }
    let options = planning::Options { destroy: true, ..plan::options(&args.allow) };
    let planned = session.plan(&options).await?;
    let ending = Ending::begin(&planned, &session.ready.sources, args.json_into.as_deref())?;
    let signals = Signals::listen();
    if let Some(exit) = agreed(&ending, args, terminal, &signals).await? {
        return Ok(exit);
    }
    signals.stop(session.client.cancel());
    let outcome = apply::carry_out(&planned, &session, &signals, global, terminal).await;
    let again = again("destroy", &args.stack.stack, global, &args.allow);
    ending.conclude(&outcome, &signals, terminal, &again)
}

async fn by_owner(global: &Global, args: &DestroyArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let Some(owner) = &args.owner else { return Ok(Exit::Usage) };
    let (client, scale) = session::client_for(global, &args.allow, owner, &args.stack.stack).await?;
    let graph = Graph {
        owner: owner.clone(),
        place: client.place().clone(),
        resources: BTreeMap::new(),
        outputs: Vec::new(),
        told: BTreeMap::new(),
        index: Default::default(),
    };
    if !global.quiet {
        say!("{}", session::header(&graph, &client));
    }
    let parallelism = usize::from(args.allow.parallelism);
    let survey = live::survey_owner(&client, &Registry, owner, parallelism).await;
    let options = planning::Options { destroy: true, ..plan::options(&args.allow) };
    let planned = planning::plan(&graph, &survey, &options);
    let sources = Sources::new();
    let ending = Ending::begin(&planned, &sources, args.json_into.as_deref())?;
    let signals = Signals::listen();
    if let Some(exit) = agreed(&ending, args, terminal, &signals).await? {
        return Ok(exit);
    }
    signals.stop(client.cancel());
    let observer = progress::observer(global, terminal);
    let options = crate::apply::Options {
        parallelism,
        read_secret: &|source: &SecretSource| {
            Err(format!("`{}` has no source without a file", source.parameter))
        },
        stopped: &|| signals.came(),
        scale,
    };
    let outcome = crate::apply::apply(&planned, &client, &Registry, observer.as_ref(), &options).await;
    let outcome = apply::ended_by(&signals, outcome);
    let again = format!("{} --owner {owner}", again("destroy", &args.stack.stack, global, &args.allow));
    ending.conclude(&outcome, &signals, terminal, &again)
}

/// Shows the plan and asks. A status if it ends here.
async fn agreed(
    ending: &Ending<'_>,
    args: &DestroyArgs,
    terminal: &Terminal,
    signals: &Signals,
) -> Result<Option<Exit>, Stop> {
    let planned = ending.planned;
    let view = report::View {
        color: terminal.color_out,
        width: terminal.width,
        compact: true,
        show_unchanged: false,
    };
    print(&report::plan_text(planned, ending.sources, view));
    if !planned.is_allowed() {
        ending.write(Ended::Refused)?;
        return Ok(Some(Exit::Failed));
    }
    if planned.is_empty() {
        ending.write(Ended::Nothing)?;
        return Ok(Some(Exit::Done));
    }
    let name = &planned.owner.stack;
    let question = format!("Destroy all of this? It cannot be undone. Type `{name}` to go on:");
    if args.yes {
        return Ok(None);
    }
    ending.must_be_agreed(terminal, signals, &question, name, "destroyed").await.transpose()
}
