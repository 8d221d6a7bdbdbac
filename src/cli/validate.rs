//! `validate`: every finding, each with its place. Touches nothing.

use crate::report;
use crate::source::{RenderStyle, render_hints};
use crate::spec::Mode;

use super::args::{FindingsFormat, Global, Validate};
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop, stack};

pub(super) fn run(global: &Global, args: &Validate, terminal: &Terminal) -> Result<Exit, Stop> {
    let known = stack::Known { region: Some(OFFLINE_REGION.into()), ..stack::Known::default() };
    let loaded = stack::load(global, &args.stack.stack, Mode::Offline, known)?;
    let warnings = loaded.findings.count(crate::source::Severity::Warning);
    if args.format == FindingsFormat::Json {
        print(&report::json_text(&report::findings_json(&loaded.findings, &loaded.sources)));
    }
    if !global.quiet && args.format == FindingsFormat::Text && !loaded.findings.has_errors() {
        let style = RenderStyle { color: terminal.color_err, width: terminal.width };
        let hints = render_hints(&loaded.sources, &loaded.findings, style);
        if !hints.is_empty() {
            say!("{}", hints.trim_end_matches('\n'));
        }
    }
    let ready = loaded.ready(terminal, global.quiet)?;
    if !global.quiet && args.format == FindingsFormat::Text {
        let count = match ready.graph.resources.len() {
            1 => "1 resource".to_owned(),
            n => format!("{n} resources"),
        };
        let warned = match warnings {
            0 => String::new(),
            1 => ", 1 warning".into(),
            n => format!(", {n} warnings"),
        };
        print(&format!("{} is valid: {count}{warned}.\n", ready.stack.name));
    }
    Ok(Exit::Done)
}

/// The region of commands that touch nothing, where nobody states one.
pub(super) const OFFLINE_REGION: &str = "us-east-1";
