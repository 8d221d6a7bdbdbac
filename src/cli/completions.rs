//! `completions`: a script for a shell.

use clap::CommandFactory;

use super::args::{Cli, Completions};
use super::{Exit, Stop};

pub(super) fn run(args: &Completions) -> Result<Exit, Stop> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "gatewayctl", &mut script);
    super::terminal::print(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
