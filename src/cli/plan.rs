//! `plan`: what an apply would do.

use std::path::Path;

use crate::live::{Reading, Survey};
use crate::plan::{self, Against, Plan};
use crate::report;
use crate::snapshot;
use crate::spec::{Mode, Wanted};

use super::args::{Allowances, Global, PlanArgs};
use super::shown::{show, write_into};
use super::terminal::{Terminal, say};
use super::{Exit, Stop, now, stack, validate};

/// Against an empty account, without any call.
pub(super) fn offline(global: &Global, args: &PlanArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let known = stack::Known { region: Some(validate::OFFLINE_REGION.into()), ..stack::Known::default() };
    let ready =
        stack::load(global, &args.stack.stack, Mode::Offline, known)?.ready(terminal, global.quiet)?;
    let readings = ready.graph.resources.keys().map(|address| (address.clone(), Reading::Absent)).collect();
    let survey = Survey { readings, ..Survey::default() };
    let mut plan = plan::plan(&ready.graph, &survey, &options(&args.allow));
    plan.against = Against::Empty;
    if !global.quiet {
        say!("{}: {}, against an empty account (--offline)", plan.owner, plan.place.region);
    }
    write_policy(&args.allow, &plan, &ready.stack.wanted)?;
    show(&plan, &ready.sources, args, terminal)?;
    Ok(status(&plan, args.detailed_exitcode))
}

/// Against the state that a file holds, without any call.
pub(super) fn of_snapshot(global: &Global, args: &PlanArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let Some(file) = &args.live else { return Err(Exit::Usage.into()) };
    let (snapshot, ready) = from_file(global, file, &args.stack.stack, terminal)?;
    let options = options(&args.allow);
    let (survey, unknown) = snapshot.survey(&ready.graph, &options.adopt);
    let mut plan = plan::plan(&ready.graph, &survey, &options);
    plan.against = Against::Snapshot { file: file.display().to_string() };
    plan.warnings.extend(snapshot::younger(&unknown, &ready.graph));
    write_policy(&args.allow, &plan, &ready.stack.wanted)?;
    show(&plan, &ready.sources, args, terminal)?;
    Ok(status(&plan, args.detailed_exitcode))
}

/// The state that a file holds, and the stack that it is of.
pub(super) fn from_file(
    global: &Global,
    file: &Path,
    path: &Path,
    terminal: &Terminal,
) -> Result<(snapshot::Snapshot, stack::Ready), Stop> {
    let wrong = |why: String| Stop::Said(format!("{} is no snapshot: {why}", file.display()));
    let text = std::fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let snapshot = snapshot::parse(&text).map_err(wrong)?;
    let mode = if snapshot.embedded { Mode::Local } else { Mode::Live };
    let known = stack::Known {
        account: Some(snapshot.account.clone()),
        region: Some(snapshot.region.clone()),
        stores: Some(snapshot.stores.clone()),
    };
    let ready = stack::load(global, path, mode, known)?.ready(terminal, global.quiet)?;
    if ready.graph.owner != snapshot.owner {
        let (theirs, ours) = (&snapshot.owner, &ready.graph.owner);
        return Err(format!("{} is of {theirs}, and this is {ours}", file.display()).into());
    }
    if !global.quiet {
        say!(
            "{}: account {}, {}, as {} has it",
            snapshot.owner,
            snapshot.account,
            snapshot.region,
            file.display()
        );
    }
    Ok((snapshot, ready))
}

/// Against the account.
#[cfg(feature = "aws")]
pub(super) async fn live(global: &Global, args: &PlanArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let session = super::session::Session::open(global, &args.stack.stack, &args.allow, terminal).await?;
    if !global.quiet {
        say!("{}", session.header());
    }
    let plan = session.plan(&options(&args.allow)).await?;
    write_policy(&args.allow, &plan, &session.ready.stack.wanted)?;
    show(&plan, &session.ready.sources, args, terminal)?;
    if let Some(file) = &args.output
        && plan.is_allowed()
    {
        let made = session.made(global, &args.allow, &args.stack.stack, &plan);
        write_into(Some(file), || report::json_text(&made.to_json()))?;
        if !global.quiet {
            say!("The plan is saved; `gatewayctl apply --plan {}` applies it.", file.display());
        }
    }
    session.say_calls(global);
    Ok(status(&plan, args.detailed_exitcode))
}

/// What the flags allow.
pub(super) fn options(allow: &Allowances) -> plan::Options {
    plan::Options {
        allow_destroy: allow.allow_destroy.iter().cloned().collect(),
        adopt: allow.adopt.iter().cloned().collect(),
        rotate: allow.rotate.iter().cloned().collect(),
        partial: allow.partial,
        destroy: false,
        part: plan::Part { target: allow.target.clone(), exclude: allow.exclude.clone() },
        now: now(),
    }
}

/// `--write-policy`.
pub(super) fn write_policy(allow: &Allowances, plan: &Plan, wanted: &[Wanted]) -> Result<(), Stop> {
    let Some(file) = &allow.write_policy else { return Ok(()) };
    write_into(Some(file), || report::permissions_json(&plan::permissions(plan, wanted)))?;
    say!("The policies that this needs stand in {}.", file.display());
    Ok(())
}

fn status(plan: &Plan, detailed: bool) -> Exit {
    match plan.is_allowed() {
        false => Exit::Failed,
        true if detailed && !plan.is_empty() => Exit::Changes,
        true => Exit::Done,
    }
}
