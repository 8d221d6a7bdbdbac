//! `match`: one event pattern against one event.

use crate::flow::pattern::{Pattern, Verdict, decide, parse};
use crate::flow::transform::evaluate::decode;
use crate::source::inert;

use super::args::{Global, MatchArgs, ServiceOf};
use super::document::{Document, one_of_stdin};
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop};

pub(super) fn run(global: &Global, args: &MatchArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    one_of_stdin(&[&args.pattern, &args.event])?;
    let mut written = Document::read(&args.pattern, "pattern", terminal)?;
    let pattern = read(&mut written, args.service, terminal)?;
    if !global.quiet {
        written.draw(terminal);
    }
    let event = event(&args.event, args.service, terminal)?;
    let verdict = decide(&pattern, &event);
    print(&told(&verdict, args.why));
    Ok(if verdict.is_match { Exit::Done } else { Exit::Failed })
}

fn read(written: &mut Document, service: ServiceOf, terminal: &Terminal) -> Result<Pattern, Stop> {
    match parse(&written.to_value(), service.pattern_kind()) {
        Ok(pattern) => {
            written.add("event_pattern", &pattern.warnings);
            Ok(pattern)
        }
        Err(problems) => {
            written.add("event_pattern", &problems);
            let stop = written.refused(terminal);
            if let Some(reason) = problems.iter().find_map(|problem| problem.reason.as_ref()) {
                say!("AWS answers: Event pattern is not valid. Reason: {}", inert(reason));
            }
            Err(stop)
        }
    }
}

/// Reads an event; for a pipe a record of its source, with what was sent in it.
pub(super) fn event(
    argument: &str,
    service: ServiceOf,
    terminal: &Terminal,
) -> Result<serde_json::Value, Stop> {
    let written = Document::read(argument, "event", terminal)?;
    if !written.value.is_object() {
        say!(
            "error: an event is a JSON object\nhelp: write it with its envelope: source, detail-type, detail…"
        );
        return Err(Exit::Invalid.into());
    }
    Ok(match service {
        ServiceOf::Rule => written.value,
        ServiceOf::Pipe => decode(&written.value).record,
    })
}

fn told(verdict: &Verdict, why: bool) -> String {
    let mut text = if verdict.is_match { "match\n" } else { "no match\n" }.to_owned();
    if why {
        for (field, decided) in &verdict.fields {
            text.push_str(&format!("  {}: {}\n", inert(field), inert(&decided.to_string())));
        }
        if verdict.combinations > 1 && !verdict.is_match {
            let combinations = verdict.combinations;
            text.push_str(&format!("  Of {combinations} combinations of `$or`, these come nearest.\n"));
        }
    }
    text
}
