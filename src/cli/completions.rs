//! `completions`: a script for a shell.

use super::args::Completions;
use super::{Exit, Stop, complete};

pub(super) fn run(args: &Completions) -> Result<Exit, Stop> {
    let shell = args.shell.to_string();
    let script = complete::script(&shell).ok_or_else(|| format!("there is no completion for {shell}"))?;
    super::terminal::print(&String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
