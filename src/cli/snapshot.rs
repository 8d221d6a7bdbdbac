//! `snapshot`: what is live of the stack, as a file.

use crate::{report, snapshot};

use super::args::{Allowances, Global, SnapshotArgs};
use super::session::Session;
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop};

pub(super) async fn run(global: &Global, args: &SnapshotArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let allow = Allowances { parallelism: args.parallelism, ..Allowances::default() };
    let session = Session::open(global, &args.stack.stack, &allow, terminal).await?;
    if !global.quiet {
        say!("{}", session.header());
    }
    let graph = &session.ready.graph;
    let survey = session.survey(&Default::default()).await;
    let stores = session.ready.inputs.stores.clone().unwrap_or_default();
    let json = snapshot::to_json(graph, &survey, &stores, global.local.is_some());
    let text = report::json_text(&json);
    match &args.output {
        None => print(&text),
        Some(file) => {
            std::fs::write(file, text)
                .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
            if !global.quiet {
                say!(
                    "The state stands in {}; `gatewayctl plan --live {0}` plans against it.",
                    file.display()
                );
            }
        }
    }
    session.say_calls(global);
    // What could not be looked at is in the file, and a plan of it says so.
    Ok(Exit::Done)
}
