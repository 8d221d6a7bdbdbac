//! `trace`: one event through the stack, offline.

use crate::engine::{Graph, Resource};
use crate::flow::passing::Spot;
use crate::flow::trace::trace;
use crate::kinds;
use crate::report;
use crate::spec::Mode;

use super::args::{Global, ServiceOf, TraceArgs, TraceFormat};
use super::terminal::{Terminal, print};
use super::validate::OFFLINE_REGION;
use super::{Exit, Stop, inlet, match_event, stack};

pub(super) fn run(global: &Global, args: &TraceArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let event = match_event::event(&args.event, ServiceOf::Rule, terminal)?;
    let known = stack::Known { region: Some(OFFLINE_REGION.into()), ..stack::Known::default() };
    let loaded = stack::load(global, &args.stack.stack, Mode::Offline, known)?;
    let ready = loaded.ready(terminal, global.quiet)?;
    let hop = trace(&ready.graph, bus(&ready.graph, args.bus.as_deref())?, &event);
    print(&match args.format {
        TraceFormat::Text => report::trace_text(&hop, terminal.color_out, terminal.width),
        TraceFormat::Json => report::json_text(&report::trace_json(&hop)),
    });
    Ok(Exit::Done)
}

/// The flag that names the bus.
const BUS: &str = "bus";

/// The bus that is meant. One that the stack does not declare is taken by its name if a rule listens to it.
fn bus(graph: &Graph, wanted: Option<&str>) -> Result<Spot, String> {
    let declared = inlet::inlets(graph, BUS);
    let found = inlet::find(&declared, BUS, wanted);
    let listened = |name: &str| {
        let spot = Spot::Elsewhere(name.to_owned());
        let listens = |one: &Resource| kinds::kind(one.kind)?.listens_to(one, graph);
        let is_it = graph.resources.values().filter_map(listens).any(|at| at == spot);
        is_it.then_some(spot)
    };
    match (found, wanted) {
        (Ok(found), _) => Ok(Spot::Resource(found.resource.address.clone())),
        (Err(why), Some(name)) => {
            listened(name).ok_or_else(|| format!("no rule listens to a bus `{name}`, and {why}"))
        }
        (Err(why), None) if declared.is_empty() => {
            Err(format!("{why}\nhelp: name the one of its rules: `--bus default`"))
        }
        (Err(why), None) => Err(why),
    }
}
