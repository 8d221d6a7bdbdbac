//! `outputs`: what the stack gives to others.

use crate::report;

use super::args::{Allowances, Global, OutputsArgs, OutputsFormat};
use super::session::Session;
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop, plan};

pub(super) async fn run(global: &Global, args: &OutputsArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let allow = Allowances { parallelism: 16, ..Allowances::default() };
    let session = Session::open(global, &args.stack.stack, &allow, terminal).await?;
    let planned = session.plan(&plan::options(&allow)).await?;
    if !planned.is_empty() && !global.quiet {
        say!("warning: the account does not equal the stack; `gatewayctl plan` shows what differs");
    }
    let outputs = planned.outputs;
    let text = match args.format {
        OutputsFormat::Text => report::outputs_text(&outputs),
        OutputsFormat::Json => report::outputs_json(&outputs),
        OutputsFormat::Env => report::outputs_env(&outputs),
        OutputsFormat::Github => report::outputs_github(&outputs),
    };
    let text = text.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Stop::Said(lines.join("\nerror: "))
    })?;
    print(&text);
    Ok(Exit::Done)
}
