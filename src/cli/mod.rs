//! The command line: one file per command; flags, prompts, exit statuses.

#[cfg(feature = "aws")]
mod again;
mod args;
mod complete;
mod completions;
mod document;
mod exit;
mod explain;
mod flow_args;
mod graph;
mod man;
mod match_event;
mod plan;
mod plan_args;
mod revision;
mod schema;
mod shown;
mod stack;
mod status;
mod terminal;
mod test;
mod trace;
mod trace_diff;
mod transform;
mod validate;

#[cfg(feature = "aws")]
mod apply;
#[cfg(feature = "aws")]
mod destroy;
#[cfg(feature = "aws")]
mod inlet;
#[cfg(feature = "aws")]
mod log;
#[cfg(feature = "aws")]
mod outputs;
#[cfg(feature = "aws")]
mod progress;
#[cfg(feature = "aws")]
mod saved;
#[cfg(feature = "aws")]
mod send;
#[cfg(feature = "aws")]
mod session;
#[cfg(feature = "aws")]
mod signals;
#[cfg(feature = "aws")]
mod snapshot;

use std::process::ExitCode;
use std::time::SystemTime;

use clap::Parser;
use clap::error::ErrorKind;

use crate::source::inert;
use args::{Cli, Command};
pub use exit::Exit;
use terminal::{Terminal, say};

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    if complete::answer() {
        return Exit::Done.into();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error).into(),
    };
    let terminal = Terminal { annotates: cli.command.annotates(), ..Terminal::new(&cli.global) };
    run(cli, &terminal).into()
}

fn run(cli: Cli, terminal: &Terminal) -> Exit {
    let global = &cli.global;
    let result = match &cli.command {
        Command::Validate(args) => validate::run(global, args, terminal),
        Command::Completions(args) => completions::run(args),
        Command::Explain(args) => explain::run(args, terminal),
        Command::Man(args) => man::run(args),
        Command::Trace(args) => trace::run(global, args, terminal),
        Command::Test(args) => test::run(global, args, terminal),
        Command::Graph(args) => graph::run(global, args, terminal),
        Command::Match(args) => match_event::run(global, args, terminal),
        Command::Transform(args) => transform::run(global, args, terminal),
        Command::Schema(args) => schema::run(args),
        Command::Plan(args) if args.offline => plan::offline(global, args, terminal),
        Command::Plan(args) if args.live.is_some() => plan::of_snapshot(global, args, terminal),
        #[cfg(feature = "aws")]
        Command::Plan(args) => session::block_on(global, plan::live(global, args, terminal)),
        #[cfg(feature = "aws")]
        Command::Apply(args) => session::block_on(global, apply::run(global, args, terminal)),
        #[cfg(feature = "aws")]
        Command::Destroy(args) => session::block_on(global, destroy::run(global, args, terminal)),
        #[cfg(feature = "aws")]
        Command::Outputs(args) => session::block_on(global, outputs::run(global, args, terminal)),
        #[cfg(feature = "aws")]
        Command::Send(args) => session::block_on(global, send::run(global, args, terminal)),
        Command::Status(args) if args.live.is_some() => status::of_snapshot(global, args, terminal),
        #[cfg(feature = "aws")]
        Command::Status(args) => session::block_on(global, status::live(global, args, terminal)),
        #[cfg(feature = "aws")]
        Command::Snapshot(args) => session::block_on(global, snapshot::run(global, args, terminal)),
        #[cfg(not(feature = "aws"))]
        _ => Err(Stop::Said("this build has no AWS in it; build with the feature `aws`".into())),
    };
    match result {
        Ok(exit) | Err(Stop::Exit(exit)) => exit,
        Err(Stop::Said(message)) => {
            say!("error: {}", inert(&message));
            Exit::Failed
        }
    }
}

/// The time, in seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Why a command ends early.
#[derive(Debug)]
enum Stop {
    /// Everything is said already.
    Exit(Exit),
    /// This is still to be said.
    Said(String),
}

impl From<Exit> for Stop {
    fn from(exit: Exit) -> Stop {
        Stop::Exit(exit)
    }
}

impl From<String> for Stop {
    fn from(message: String) -> Stop {
        Stop::Said(message)
    }
}

/// Prints clap's words and ends with our status: its own for wrong usage is 2, which means changes
/// here.
fn usage(error: &clap::Error) -> Exit {
    // A reader that has gone away is no reason to fail.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
        _ => Exit::Usage,
    }
}
