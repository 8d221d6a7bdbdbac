//! `apply`: plan, ask, apply, read back.

use std::path::Path;

use futures_util::future::BoxFuture;
use secrecy::SecretString;

use crate::apply::{self, Foresight, Outcome};
use crate::engine::SecretSource;
use crate::live::{self, Registry};
use crate::plan::{Foreseen, Plan};
use crate::report::{self, Ended};
use crate::source::Sources;
use crate::spec;

use super::again::again;
use super::args::{ApplyArgs, Global};
use super::saved::{self, Saved};
use super::session::Session;
use super::shown::write_into;
use super::signals::Signals;
use super::terminal::{Terminal, print, say, written};
use super::{Exit, Stop, plan, progress};

/// How many differences from a saved plan are shown.
const MOST_MOVED: usize = 50;

pub(super) async fn run(global: &Global, args: &ApplyArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let Some(file) = &args.plan else {
        must_be_answerable(args.yes, terminal, "apply")?;
        return of_stack(global, args, &args.stack.stack, None, terminal).await;
    };
    let saved = saved::read(file)?;
    let (global, allow) = saved.flags(global, &args.allow)?;
    let args = ApplyArgs {
        allow,
        yes: true,
        stack: args.stack.clone(),
        plan: args.plan.clone(),
        json_into: args.json_into.clone(),
        compact: args.compact,
    };
    of_stack(&global, &args, &saved.stack(), Some((&saved, file)), terminal).await
}

async fn of_stack(
    global: &Global,
    args: &ApplyArgs,
    path: &Path,
    saved: Option<(&Saved, &Path)>,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let session = Session::open(global, path, &args.allow, terminal).await?;
    if !global.quiet {
        say!("{}", session.header());
    }
    let planned = session.plan(&plan::options(&args.allow)).await?;
    let mut ending = Ending::begin(&planned, &session.ready.sources, args.json_into.as_deref())?;
    // The file is empty until it is written: whatever signal comes, it says so.
    let signals = Signals::listen();
    if let Some((saved, file)) = saved {
        let now = session.made(global, &args.allow, path, &planned).to_json();
        if let Err(refused) = same_as_saved(saved, file, &now, &planned) {
            ending.write(Ended::Refused)?;
            return Err(refused);
        }
    }
    plan::write_policy(&args.allow, &planned, &session.ready.stack.wanted)?;
    let view = report::View {
        color: terminal.color_out,
        width: terminal.width,
        compact: args.compact,
        show_unchanged: false,
    };
    let secrets = Secrets { session: &session };
    let foresight =
        planned.is_allowed().then(|| Foresight::new(&planned, &session.client, &Registry, &secrets));
    let foresight = foresight.filter(Foresight::has_anything);
    let shown = match &foresight {
        None => planned.clone(),
        Some(foresight) => {
            let foreseen = tokio::select! {
                foreseen = foresight.look(session.parallelism) => foreseen,
                exit = signals.first() => {
                    let written = ending.interrupted("applied");
                    throw_away(Some(foresight), None).await;
                    return written.map(|()| exit);
                }
            };
            planned.with_foreseen(foreseen)
        }
    };
    ending.planned = &shown;
    let is_read = written(&report::plan_text(&shown, &session.ready.sources, view));
    if !is_read {
        // What nobody could read is not applied.
        let written = ending.write(Ended::Declined);
        throw_away(foresight.as_ref(), None).await;
        return written.map(|()| Exit::Failed);
    }
    if is_refused(&shown) {
        report::refused_texts(&shown).iter().for_each(|text| say!("error: {text}"));
        if let (Some((_, file)), false) = (saved, shown.is_allowed()) {
            let file = file.display();
            say!(
                "help: a saved plan takes no further word: make it anew with it, `gatewayctl plan -o {file} …`"
            );
        }
        // Whatever comes of the file, nothing is left behind.
        let written = ending.write(Ended::Refused);
        throw_away(foresight.as_ref(), None).await;
        return written.map(|()| Exit::Failed);
    }
    if planned.is_empty() {
        show_outputs(&planned.outputs);
        ending.write(Ended::Nothing)?;
        return Ok(Exit::Done);
    }
    if !args.yes {
        const QUESTION: &str = "Apply this? Only `yes` is taken for one:";
        let refused = ending.must_be_agreed(terminal, &signals, QUESTION, "yes", "applied").await;
        if let Some(refused) = refused {
            throw_away(foresight.as_ref(), None).await;
            return refused;
        }
    }
    signals.stop(session.client.cancel());
    let outcome = carry_out(&planned, &session, &signals, global, terminal).await;
    session.client.cancel().lift();
    throw_away(foresight.as_ref(), Some(&outcome)).await;
    let again = again("apply", path, global, &args.allow);
    ending.conclude(&outcome, &signals, terminal, &again)
}

/// Whether the plan is not allowed, or AWS has refused something when it was asked.
fn is_refused(shown: &Plan) -> bool {
    !shown.is_allowed()
        || shown.foreseen.values().any(|foreseen| matches!(foreseen, Foreseen::Refused { .. }))
}

/// Throws away what was made to look ahead, if anything was, and was not carried out.
async fn throw_away(foresight: Option<&Foresight<'_>>, outcome: Option<&Outcome>) {
    let Some(foresight) = foresight else { return };
    for (address, why) in foresight.discard(outcome).await {
        say!("warning: what was made to look ahead for {address} is left: {why}");
    }
}

/// Asks, and listens for signals meanwhile: which came instead of an answer.
async fn asked(terminal: Terminal, signals: &Signals, question: String) -> Result<Option<String>, Exit> {
    if signals.came() {
        return Err(signals.exit());
    }
    // Where a signal comes, this thread still reads, and ends with the program.
    let answer = tokio::task::spawn_blocking(move || terminal.ask(&question));
    tokio::select! {
        answer = answer => Ok(answer.ok().flatten()),
        exit = signals.first() => {
            say!();
            Err(exit)
        }
    }
}

/// Refuses a saved plan that is not the plan of now, with what has moved.
fn same_as_saved(saved: &Saved, file: &Path, now: &serde_json::Value, planned: &Plan) -> Result<(), Stop> {
    let moved = saved.moved(now);
    if moved.is_empty() {
        return Ok(());
    }
    let file = file.display();
    if planned.is_empty() && planned.is_allowed() && saved.had_changes() {
        let message =
            format!("{file} has nothing left to do: it was applied, or the account came there by itself");
        return Err(message.into());
    }
    say!("error: {file} is not the plan of now, and nothing was applied. What has moved:");
    let shown = moved.iter().take(MOST_MOVED);
    shown.for_each(|one| say!("  {one}"));
    if moved.len() > MOST_MOVED {
        say!("  and {} more", moved.len() - MOST_MOVED);
    }
    say!("help: make the plan again with `gatewayctl plan -o {file}`, and read it");
    Err(Exit::Failed.into())
}

/// Without a terminal nobody can be asked.
pub(super) fn must_be_answerable(yes: bool, terminal: &Terminal, command: &str) -> Result<(), Stop> {
    if yes || terminal.interactive {
        return Ok(());
    }
    say!("error: nobody can be asked here; `{command}` needs --yes without a terminal");
    Err(Exit::Usage.into())
}

/// Applies a plan under the eyes of the user.
pub(super) async fn carry_out(
    planned: &Plan,
    session: &Session,
    signals: &Signals,
    global: &Global,
    terminal: &Terminal,
) -> Outcome {
    let observer = progress::observer(global, terminal);
    let options = apply::Options {
        parallelism: session.parallelism,
        read_secret: &Secrets { session },
        stopped: &|| signals.came(),
        scale: session.scale,
    };
    let outcome = apply::apply(planned, &session.client, &Registry, observer.as_ref(), &options).await;
    ended_by(signals, outcome)
}

/// An outcome with a word on the signal that ended it, wherever that found the walk.
pub(super) fn ended_by(signals: &Signals, mut outcome: Outcome) -> Outcome {
    outcome.interrupted |= signals.came() && !outcome.is_complete();
    outcome
}

/// Reads secrets where the stack's parameters say that they are.
struct Secrets<'s> {
    session: &'s Session,
}

impl apply::ReadSecret for Secrets<'_> {
    fn read<'a>(&'a self, source: &'a SecretSource) -> BoxFuture<'a, Result<SecretString, String>> {
        let Session { ready, client, .. } = self.session;
        Box::pin(async move {
            let name = &source.parameter;
            let parameter = ready.stack.secrets.iter().find(|secret| secret.name == *name);
            let parameter = parameter.ok_or_else(|| format!("there is no secret `{name}`"))?;
            let Some(store) = spec::store_of(&ready.inputs, parameter) else {
                return spec::read_secret(&ready.inputs, parameter);
            };
            let read = live::read_secret(client, store, &source.version).await;
            read.map_err(|why| format!("the secret parameter `{name}` cannot be read: {why}"))
        })
    }
}

/// How a plan ends: on the screen, and in a file.
pub(super) struct Ending<'e> {
    pub planned: &'e Plan,
    pub sources: &'e Sources,
    /// `--json-into`.
    json_into: Option<&'e Path>,
}

impl<'e> Ending<'e> {
    /// Nothing of an earlier run is left in the file.
    ///
    /// # Errors
    /// It cannot be written, which is better known before anything is done.
    pub fn begin(
        planned: &'e Plan,
        sources: &'e Sources,
        json_into: Option<&'e Path>,
    ) -> Result<Ending<'e>, Stop> {
        write_into(json_into, String::new)?;
        Ok(Ending { planned, sources, json_into })
    }

    /// Writes the file, if one was asked for.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, ended: Ended<'_>) -> Result<(), Stop> {
        let json = || report::outcome_json(ended, self.planned, self.sources);
        write_into(self.json_into, || report::json_text(&json()))
    }

    /// Says and writes that a signal came before anything was done.
    ///
    /// # Errors
    /// The file cannot be written.
    fn interrupted(&self, done: &str) -> Result<(), Stop> {
        say!("Nothing was {done}.");
        self.write(Ended::Interrupted)
    }

    /// Asks, and takes this one word for a yes. How the program ends where something else comes, or a signal does.
    pub async fn must_be_agreed(
        &self,
        terminal: &Terminal,
        signals: &Signals,
        question: &str,
        word: &str,
        done: &str,
    ) -> Option<Result<Exit, Stop>> {
        match asked(*terminal, signals, question.to_owned()).await {
            Ok(Some(answer)) if answer == word => None,
            Ok(_) => {
                say!("Nothing was {done}.");
                Some(self.write(Ended::Declined).map(|()| Exit::Failed))
            }
            Err(exit) => Some(self.interrupted(done).map(|()| exit)),
        }
    }

    /// Says what came of it, and with which status the program ends.
    ///
    /// # Errors
    /// The file cannot be written; what came of it is said all the same.
    pub fn conclude(
        &self,
        outcome: &Outcome,
        signals: &Signals,
        terminal: &Terminal,
        command: &str,
    ) -> Result<Exit, Stop> {
        let complete = outcome.is_complete();
        let color = if complete { terminal.color_out } else { terminal.color_err };
        let view = report::OutcomeView { color, width: terminal.width, command };
        let text = report::outcome_text(outcome, self.planned, self.sources, view);
        if complete {
            print(&text);
            show_outputs(&outcome.outputs);
        } else {
            say!("{}", text.trim_end_matches('\n'));
        }
        self.write(Ended::Applied(outcome))?;
        Ok(match () {
            () if complete => Exit::Done,
            _ if outcome.interrupted => signals.exit(),
            _ if outcome.changed_something() => Exit::Partial,
            _ => Exit::Failed,
        })
    }
}

fn show_outputs(outputs: &[(String, crate::engine::Value)]) {
    if outputs.is_empty() {
        return;
    }
    match report::outputs_text(outputs) {
        Ok(text) => print(&format!("\nOutputs:\n{text}")),
        Err(errors) => errors.iter().for_each(|error| say!("error: {error}")),
    }
}
