//! `status`: the health of what is live.

use crate::engine::Graph;
use crate::health::health;
use crate::live::Survey;
use crate::report;

use super::args::{Global, StatusArgs, StatusFormat};
use super::terminal::{Terminal, print};
use super::{Exit, Stop, now, plan};

/// Of the account.
#[cfg(feature = "aws")]
pub(super) async fn live(global: &Global, args: &StatusArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let allow = super::args::Allowances { parallelism: args.parallelism, ..Default::default() };
    let session = super::session::Session::open(global, &args.stack.stack, &allow, terminal).await?;
    if !global.quiet {
        super::terminal::say!("{}", session.header());
    }
    let survey = session.survey(&Default::default()).await;
    session.say_calls(global);
    Ok(show(&session.ready.graph, &survey, args, terminal))
}

/// Of the state that a file holds, without any call.
pub(super) fn of_snapshot(global: &Global, args: &StatusArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let Some(file) = &args.live else { return Err(Exit::Usage.into()) };
    let (snapshot, ready) = plan::from_file(global, file, &args.stack.stack, terminal)?;
    let (survey, _) = snapshot.survey(&ready.graph, &Default::default());
    Ok(show(&ready.graph, &survey, args, terminal))
}

fn show(graph: &Graph, survey: &Survey, args: &StatusArgs, terminal: &Terminal) -> Exit {
    let health = health(graph, survey, now());
    match args.format {
        StatusFormat::Text => {
            print(&report::health_text(&health, args.all, terminal.color_out, terminal.width));
        }
        StatusFormat::Json => print(&report::json_text(&report::health_json(&health, graph))),
    }
    if health.is_well() { Exit::Done } else { Exit::Failed }
}
