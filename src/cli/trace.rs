//! `trace`: what happens to a resource, followed through the stack, offline.

use serde_json::{Map, Value as Json};

use crate::engine::Graph;
use crate::flow::Path;
use crate::flow::answers::{Answers, read as read_answers};
use crate::flow::happening::read;
use crate::flow::trace::trace;
use crate::report;
use crate::source::inert;
use crate::spec::Mode;

use super::args::{Global, HappensArgs, TraceArgs, TraceFormat};
use super::document::{Document, one_of_stdin, sent};
use super::terminal::{Terminal, print};
use super::validate::OFFLINE_REGION;
use super::{Exit, Stop, stack};

pub(super) fn run(global: &Global, args: &TraceArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let happens = &args.happens;
    let documents = [&happens.event, &happens.insert, &happens.modify, &happens.remove, &happens.message];
    let others = [&happens.record, &happens.invoke, &happens.body, &args.when, &args.answers];
    let arguments: Vec<&str> = documents.into_iter().chain(others).filter_map(|one| one.as_deref()).collect();
    one_of_stdin(&arguments)?;
    let said = match &args.when {
        Some(when) => Document::read(when, "happening", terminal)?.value,
        None => said(happens, terminal)?,
    };
    let known = stack::Known { region: Some(OFFLINE_REGION.into()), ..stack::Known::default() };
    let loaded = stack::load(global, &args.stack.stack, Mode::Offline, known)?;
    let ready = loaded.ready(terminal, global.quiet)?;
    let answers = match &args.answers {
        Some(written) => answers(&ready.graph, written, terminal)?,
        None => Answers::default(),
    };
    let (at, arrival) = read(&ready.graph, &said).map_err(|problem| {
        eprintln!("error: {}", inert(&problem));
        Stop::Exit(Exit::Invalid)
    })?;
    let hop = trace(&ready.graph, at, arrival, &answers);
    print(&match args.format {
        TraceFormat::Text => report::trace_text(&hop, terminal.color_out, terminal.width),
        TraceFormat::Json => report::json_text(&report::trace_json(&hop)),
    });
    Ok(Exit::Done)
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
    read_answers(graph, &written.to_value(), &Path::default()).map_err(|problems| {
        written.add("test", &problems);
        written.refused(terminal)
    })
}
