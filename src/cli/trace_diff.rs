//! `trace --diff REV`: how routes change from a revision to the work tree.

use crate::compile;
use crate::flow::Path;
use crate::flow::answers::{Answers, read as read_answers};
use crate::flow::case;
use crate::flow::happening::read;
use crate::flow::route::{Compared, compare};
use crate::flow::trace::{Hop, trace};
use crate::report;
use crate::source::Findings;

use super::args::{Global, TraceArgs, TraceFormat};
use super::document::Document;
use super::stack::{self, Ready};
use super::terminal::{Terminal, print, say};
use super::trace::{happening, refused};
use super::{Exit, Stop, revision};

pub(super) fn run(
    global: &Global,
    args: &TraceArgs,
    wanted: &str,
    now: &Ready,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    if args.format == TraceFormat::Mermaid {
        say!("error: what changes of a route is text or JSON; say `--format text` or `--format json`");
        return Err(Exit::Usage.into());
    }
    let revision = revision::checkout(&stack::file(&args.stack.stack)?, wanted)?;
    let before = stack::of_revision(global, &revision, wanted, terminal)?;
    let routes = match args.all {
        true => of_tests(&before, now),
        false => vec![(None, of_one(args, &before, now, terminal)?)],
    };
    let tried = routes.len();
    let changed: Vec<_> = routes.into_iter().filter(|(_, route)| !route.changes.is_empty()).collect();
    print(&match args.format {
        TraceFormat::Json => report::json_text(&report::routes_json(&changed)),
        TraceFormat::Text if !changed.is_empty() => {
            report::routes_text(&changed, terminal.color_out, terminal.width)
        }
        TraceFormat::Text if args.all => format!("No route changes in {tried} tests.\n"),
        TraceFormat::Text | TraceFormat::Mermaid => format!("The route is as it is in {wanted}.\n"),
    });
    Ok(Exit::Done)
}

/// What happens to the stack as it is, and what the same would have led to.
fn of_one(args: &TraceArgs, before: &Ready, now: &Ready, terminal: &Terminal) -> Result<Compared, Stop> {
    let said = happening(&args.happens, args.when.as_deref(), terminal)?;
    let document =
        args.answers.as_ref().map(|written| Document::read(written, "answers", terminal)).transpose()?;
    let document = document.map(|document| document.to_value());
    let answers = |of: &Ready| match &document {
        // Of two versions one may not have who answers.
        Some(document) => read_answers(&of.graph, document, &Path::default()).0,
        None => Answers::default(),
    };
    let (at, arrival) = read(&now.graph, &said).map_err(|problem| refused(&problem))?;
    let after = trace(&now.graph, at, arrival, &answers(now));
    let earlier = read(&before.graph, &said).ok();
    let earlier = earlier.map(|(at, arrival)| trace(&before.graph, at, arrival, &answers(before)));
    Ok(compare(&earlier.unwrap_or_else(|| nowhere(&after)), &after))
}

/// What happens in each test, in both.
fn of_tests(before: &Ready, now: &Ready) -> Vec<(Option<String>, Compared)> {
    // What is wrong with tests `test` says.
    let cases = |of: &Ready| {
        let (cases, _) = compile::cases(&now.stack, &of.graph, &mut Findings::default());
        cases.into_iter().map(|(case, _)| case).collect::<Vec<_>>()
    };
    let earlier = cases(before);
    let compared = cases(now).into_iter().map(|case| {
        let after = case::run(&now.graph, &case).way;
        let same = earlier.iter().find(|one| one.path == case.path);
        let was = same.map_or_else(|| nowhere(&after), |same| case::run(&before.graph, same).way);
        (Some(case.name), compare(&was, &after))
    });
    compared.collect()
}

/// Of what cannot happen nobody hears.
fn nowhere(after: &Hop) -> Hop {
    Hop { next: Vec::new(), ..after.clone() }
}
