//! `trace`: what happens to a resource, followed through the stack, offline.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use crate::engine::Graph;
use crate::flow::answers::{Answers, read as read_answers};
use crate::flow::graph::FlowGraph;
use crate::flow::happening::read;
use crate::flow::trace::{Hop, trace};
use crate::flow::{Path, Problem};
use crate::report::{self, Picture};
use crate::source::{Severity, inert};

use super::args::{Global, HappensArgs, TraceArgs, TraceFormat};
use super::document::{Document, one_of_stdin, sent};
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop, stack, trace_diff};

pub(super) fn run(global: &Global, args: &TraceArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let (when, answers) = (args.when.as_deref(), args.answers.as_deref());
    check_stdin(&args.happens, when, answers)?;
    let ready = stack::offline(global, &args.stack.stack, terminal)?;
    if let Some(revision) = &args.diff {
        return trace_diff::run(global, args, revision, &ready, terminal);
    }
    let said = happening(&args.happens, when, terminal)?;
    let hop = follow(&ready.graph, &said, answers, terminal)?;
    print(&match args.format {
        TraceFormat::Text => report::trace_text(&hop, terminal.color_out, terminal.width),
        TraceFormat::Json => report::json_text(&report::trace_json(&hop)),
        TraceFormat::Mermaid => drawn(&ready.graph, &ready.stack.name, &hop),
    });
    // What an answer does and cannot happen is said in the trace.
    let is_whole = hop.all().iter().all(|hop| hop.problems.is_empty());
    Ok(if is_whole { Exit::Done } else { Exit::Failed })
}

/// The way as a flowchart: what it comes to alone, with what comes through and what does not.
fn drawn(graph: &Graph, title: &str, hop: &Hop) -> String {
    let mut flow = FlowGraph::of(graph);
    let steps = flow.follow(hop);
    let (flow, steps) = flow.walked(steps);
    report::graph_mermaid(&Picture { title, flow: &flow, steps: &steps, changes: &BTreeMap::new() })
}

/// Sees that at most one of what is given stands on stdin.
pub(super) fn check_stdin(
    happens: &HappensArgs,
    when: Option<&str>,
    answers: Option<&str>,
) -> Result<(), Stop> {
    let documents = [&happens.event, &happens.insert, &happens.modify, &happens.remove, &happens.invoke];
    let texts = [&happens.message, &happens.record, &happens.body];
    let given = documents.into_iter().chain(texts).filter_map(|one| one.as_deref());
    one_of_stdin(&given.chain(when).chain(answers).collect::<Vec<_>>())
}

/// What happens, by the flags or as a test writes it.
pub(super) fn happening(
    happens: &HappensArgs,
    when: Option<&str>,
    terminal: &Terminal,
) -> Result<Json, Stop> {
    match when {
        Some(when) => Ok(Document::read(when, "happening", terminal)?.value),
        None => said(happens, terminal),
    }
}

/// Follows what happens, with what is answered.
pub(super) fn follow(
    graph: &Graph,
    said: &Json,
    written: Option<&str>,
    terminal: &Terminal,
) -> Result<Hop, Stop> {
    let answers = match written {
        Some(written) => answers(graph, written, terminal)?,
        None => Answers::default(),
    };
    let (at, arrival) = read(graph, said).map_err(|problem| refused(&problem))?;
    Ok(trace(graph, at, arrival, &answers))
}

/// Says that what happens cannot.
pub(super) fn refused(problem: &str) -> Stop {
    say!("error: {}", inert(problem));
    Stop::Exit(Exit::Invalid)
}

/// What the flags say, as a test would write it.
fn said(args: &HappensArgs, terminal: &Terminal) -> Result<Json, Stop> {
    let mut said = Map::new();
    for (key, named) in [
        ("bus", &args.bus),
        ("table", &args.table),
        ("bucket", &args.bucket),
        ("api", &args.api),
        ("function", &args.function),
        ("queue", &args.queue),
        ("topic", &args.topic),
        ("stream", &args.stream),
        ("schedule", &args.schedule),
        ("rule", &args.rule),
        ("put", &args.put),
        ("delete", &args.delete),
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
    if args.expired {
        said.insert("expired".to_owned(), true.into());
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

fn answers(graph: &Graph, written: &str, terminal: &Terminal) -> Result<Answers, Stop> {
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
