//! `trace`: one event through the stack, offline.

use crate::engine::Graph;
use crate::flow::passing::Spot;
use crate::flow::trace::trace;
use crate::kinds;
use crate::report;
use crate::source::suggest;
use crate::spec::Mode;

use super::args::{Global, ServiceOf, TraceArgs, TraceFormat};
use super::terminal::{Terminal, print};
use super::validate::OFFLINE_REGION;
use super::{Exit, Stop, match_event, stack};

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

/// The bus that is meant: by key, address or name. One that the stack does not declare is taken by its
/// name if a rule listens to it.
fn bus(graph: &Graph, wanted: Option<&str>) -> Result<Spot, String> {
    let about = kinds::kind_of_key("bus").ok_or("there is no kind of bus")?.about();
    let buses: Vec<_> = graph.resources.values().filter(|one| one.kind == about.kind).collect();
    let listened = || {
        let kind = |kind: &str| kinds::kind(kind);
        graph.resources.values().filter_map(move |one| kind(one.kind)?.listens_to(one, graph))
    };
    let Some(wanted) = wanted else {
        return match buses.as_slice() {
            [only] => Ok(Spot::Resource(only.address.clone())),
            [] => Err("the stack declares no bus\nhelp: name the one of its rules: `--bus default`".into()),
            many => {
                let names: Vec<_> = many.iter().map(|one| one.address.to_string()).collect();
                Err(format!("the stack has several buses\nhelp: `--bus` names one of {}", names.join(", ")))
            }
        };
    };
    let is_meant = |address: &str, name: &str| {
        address == wanted || name == wanted || address == format!("{}.{wanted}", about.kind)
    };
    if let Some(found) = buses.iter().find(|one| is_meant(&one.address.to_string(), &one.name)) {
        return Ok(Spot::Resource(found.address.clone()));
    }
    let elsewhere = Spot::Elsewhere(wanted.to_owned());
    if listened().any(|spot| spot == elsewhere) {
        return Ok(elsewhere);
    }
    let known: Vec<String> = buses.iter().map(|one| one.address.to_string()).collect();
    let near = suggest(&format!("{}.{wanted}", about.kind), known.iter().map(String::as_str));
    let help = near
        .map_or_else(|| format!("there are {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
    Err(format!("there is no bus `{wanted}`, and no rule listens to one of that name\nhelp: {help}"))
}
