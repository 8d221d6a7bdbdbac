//! `graph`: the flow of a stack as a picture, offline.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;

use crate::flow::graph::FlowGraph;
use crate::flow::trace::Hop;
use crate::report::{self, Change, Declared, Picture};
use crate::source::inert;

use super::args::{Global, GraphArgs, GraphFormat};
use super::shown::{files, write_into};
use super::terminal::{Terminal, print, say};
use super::trace::{check_stdin, follow, happening};
use super::{Exit, Stop, stack};

pub(super) fn run(global: &Global, args: &GraphArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let format = format(args)?;
    let ready = stack::offline(global, &args.stack.stack, terminal)?;
    let (changes, unread) = args.plan.as_deref().map(changes).transpose()?.unwrap_or_default();
    let mut flow = FlowGraph::of(&ready.graph);
    let hop = hop(args, &ready.graph, terminal)?;
    let steps = hop.as_ref().map(|hop| flow.follow(hop)).unwrap_or_default();
    let gone = changes.iter().filter(|(_, change)| **change == Change::Delete).count();
    if gone > 0 && !global.quiet {
        say!("note: the plan deletes {gone} of what the stack does not declare any more, which is not drawn");
    }
    if args.plan.is_some() && !global.quiet {
        let drawn: BTreeSet<String> = flow.nodes.iter().map(|node| node.at.to_string()).collect();
        let rest =
            changes.iter().filter(|(_, change)| **change != Change::Delete).map(|(address, _)| address);
        let rest: Vec<&str> = rest.filter(|address| !drawn.contains(*address)).map(String::as_str).collect();
        not_drawn(&rest, unread);
    }
    let picture = Picture { title: &ready.stack.name, flow: &flow, steps: &steps, changes: &changes };
    let files = files(args.repo_url.as_ref(), &ready.sources);
    let sources = ready.sources.hiding(&ready.hidden);
    let declared = Declared { graph: &ready.graph, sources: &sources, files: &files };
    let text = match format {
        GraphFormat::Mermaid => report::graph_mermaid(&picture),
        GraphFormat::Dot => report::graph_dot(&picture),
        GraphFormat::Svg => report::graph_svg(&picture)?,
        GraphFormat::Html => report::graph_html(&picture, declared)?,
    };
    if format == GraphFormat::Mermaid
        && !global.quiet
        && let Some(why) = report::too_much_for_mermaid(&picture, &text)
    {
        say!("hint: {}; `gatewayctl graph -o flow.html` has room", inert(&why));
    }
    match &args.output {
        None => print(&text),
        file => write_into(file.as_deref(), || text)?,
    }
    Ok(Exit::Done)
}

/// The format that was asked for, or that the file's name ends in.
fn format(args: &GraphArgs) -> Result<GraphFormat, Stop> {
    let Some(file) = args.output.as_deref().filter(|_| args.format.is_none()) else {
        return Ok(args.format.unwrap_or(GraphFormat::Mermaid));
    };
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("mmd" | "mermaid") => Ok(GraphFormat::Mermaid),
        Some("dot" | "gv") => Ok(GraphFormat::Dot),
        Some("svg") => Ok(GraphFormat::Svg),
        Some("html" | "htm") => Ok(GraphFormat::Html),
        _ => {
            let name = file.display().to_string();
            say!("error: {} does not say its format by its end; say `--format`", inert(&name));
            Err(Exit::Usage.into())
        }
    }
}

/// The trace of what happens, if something does.
fn hop(args: &GraphArgs, graph: &crate::engine::Graph, terminal: &Terminal) -> Result<Option<Hop>, Stop> {
    let (when, answers) = (args.when.as_deref(), args.answers.as_deref());
    check_stdin(&args.happens, when, answers)?;
    let said = happening(&args.happens, when, terminal)?;
    if said.as_object().is_none_or(serde_json::Map::is_empty) && when.is_none() {
        return Ok(None);
    }
    follow(graph, &said, answers, terminal).map(Some)
}

/// How many of the changes that cannot be placed are named.
const MOST_NAMED: usize = 5;

/// Says which changes of a plan are not to be seen: those of what has no part in the flow, and rows that say no address
/// or no action.
fn not_drawn(addresses: &[&str], unread: usize) {
    if !addresses.is_empty() {
        let mut named: Vec<String> =
            addresses.iter().take(MOST_NAMED).map(|address| inert(address)).collect();
        if let Some(more) = addresses.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
            named.push(format!("and {more} more"));
        }
        let (count, named) = (addresses.len(), named.join(", "));
        say!("note: the flow has no place for {count} of the plan's changes, which are not drawn: {named}");
    }
    if unread > 0 {
        say!("warning: rows of the plan that say no address or no actions are left out: {unread}");
    }
}

/// What a plan does to each resource, by address, and how many of its rows cannot be read.
fn changes(file: &Path) -> Result<(BTreeMap<String, Change>, usize), Stop> {
    let name = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name} cannot be read: {error}"))?;
    let json: Json = serde_json::from_str(&text).map_err(|error| format!("{name} is no JSON: {error}"))?;
    // A saved plan holds the same beside what it was made of.
    let resources = [&json["plan"]["resources"], &json["resources"]].into_iter().find_map(Json::as_array);
    let resources = resources.ok_or_else(|| {
        format!("{name} is no plan: write one by `plan --output FILE` or `plan --json-into FILE`")
    })?;
    let row = |one: &Json| Some((one["address"].as_str()?.to_owned(), one["actions"].as_array()?.clone()));
    let rows: Vec<_> = resources.iter().filter_map(row).collect();
    let unread = resources.len() - rows.len();
    let changes = rows.into_iter().filter_map(|(address, actions)| Some((address, Change::read(&actions)?)));
    Ok((changes.collect(), unread))
}
