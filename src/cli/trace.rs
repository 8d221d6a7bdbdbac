//! `trace`: what happens to a resource, followed through the stack, offline.

use serde_json::{Map, Value as Json};

use crate::engine::Graph;
use crate::flow::answers::{Answers, read as read_answers};
use crate::flow::happening::read;
use crate::flow::trace::trace;
use crate::flow::{Path, Problem};
use crate::report;
use crate::source::{Severity, inert};
use crate::spec::Mode;

use super::args::{Global, HappensArgs, TraceArgs, TraceFormat};
use super::document::{Document, one_of_stdin, sent};
use super::stack::Ready;
use super::terminal::{Terminal, print};
use super::validate::OFFLINE_REGION;
use super::{Exit, Stop, stack, trace_diff};

pub(super) fn run(global: &Global, args: &TraceArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let happens = &args.happens;
    let documents = [&happens.event, &happens.insert, &happens.modify, &happens.remove, &happens.message];
    let others = [&happens.record, &happens.invoke, &happens.body, &args.when, &args.answers];
    let arguments: Vec<&str> = documents.into_iter().chain(others).filter_map(|one| one.as_deref()).collect();
    one_of_stdin(&arguments)?;
    let ready = ready(global, &args.stack.stack, terminal)?;
    if let Some(revision) = &args.diff {
        return trace_diff::run(global, args, revision, &ready, terminal);
    }
    let said = happening(args, terminal)?;
    let answers = match &args.answers {
        Some(written) => answers(&ready.graph, written, terminal)?,
        None => Answers::default(),
    };
    let (at, arrival) = read(&ready.graph, &said).map_err(|problem| refused(&problem))?;
    let hop = trace(&ready.graph, at, arrival, &answers);
    print(&match args.format {
        TraceFormat::Text => report::trace_text(&hop, terminal.color_out, terminal.width),
        TraceFormat::Json => report::json_text(&report::trace_json(&hop)),
    });
    // What an answer does and cannot happen is said in the trace.
    let is_whole = hop.all().iter().all(|hop| hop.problems.is_empty());
    Ok(if is_whole { Exit::Done } else { Exit::Failed })
}

/// The stack as it is in a file.
pub(super) fn ready(global: &Global, path: &std::path::Path, terminal: &Terminal) -> Result<Ready, Stop> {
    let known = stack::Known { region: Some(OFFLINE_REGION.into()), ..stack::Known::default() };
    let loaded = stack::load(global, path, Mode::Offline, known)?;
    Ok(loaded.ready(terminal, global.quiet)?)
}

/// What happens, by the flags or as a test writes it.
pub(super) fn happening(args: &TraceArgs, terminal: &Terminal) -> Result<Json, Stop> {
    match &args.when {
        Some(when) => Ok(Document::read(when, "happening", terminal)?.value),
        None => said(&args.happens, terminal),
    }
}

/// Says that what happens cannot.
pub(super) fn refused(problem: &str) -> Stop {
    eprintln!("error: {}", inert(problem));
    Stop::Exit(Exit::Invalid)
}

/// What the flags say, as a test would write it.
pub(super) fn said(args: &HappensArgs, terminal: &Terminal) -> Result<Json, Stop> {
    let mut said = Map::new();
    for (key, named) in [
        ("bus", &args.bus),
        ("table", &args.table),
        ("api", &args.api),
        ("function", &args.function),
        ("queue", &args.queue),
        ("topic", &args.topic),
        ("stream", &args.stream),
        ("schedule", &args.schedule),
        ("rule", &args.rule),
        ("request", &args.request),
    ] {
        said.extend(named.as_ref().map(|named| (key.to_owned(), named.as_str().into())));
    }
    for (word, written) in [
        ("event", &args.event),
        ("insert", &args.insert),
        ("modify", &args.modify),
        ("remove", &args.remove),
        ("invoke", &args.invoke),
    ] {
        if let Some(written) = written {
            said.insert(word.to_owned(), Document::read(written, word, terminal)?.value);
        }
    }
    for (word, written) in [("message", &args.message), ("record", &args.record), ("body", &args.body)] {
        if let Some(written) = written {
            said.insert(word.to_owned(), sent(written, word)?);
        }
    }
    if let Some(time) = &args.fires {
        let time = if time.is_empty() { true.into() } else { time.as_str().into() };
        said.insert("fires".to_owned(), time);
    }
    for (name, pairs) in [("headers", &args.header), ("attributes", &args.attribute)] {
        if !pairs.is_empty() {
            let pairs = pairs.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
            said.insert(name.to_owned(), Json::Object(pairs.collect()));
        }
    }
    Ok(Json::Object(said))
}

pub(super) fn answers(graph: &Graph, written: &str, terminal: &Terminal) -> Result<Answers, Stop> {
    let mut written = Document::read(written, "answers", terminal)?;
    let (answers, problems) = read_answers(graph, &written.to_value(), &Path::default());
    if problems.is_empty() {
        return Ok(answers);
    }
    // Here there is no other environment that may have it.
    let grave = |problem: Problem| Problem { severity: Severity::Error, ..problem };
    written.add("test", &problems.into_iter().map(grave).collect::<Vec<_>>());
    Err(written.refused(terminal))
}
