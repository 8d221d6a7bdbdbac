//! `transform`: what a target gets of one event.

use std::path::Path;

use crate::engine::{Map, Value};
use crate::flow::Problem;
use crate::flow::transform::evaluate::{Outcome, evaluate};
use crate::flow::transform::input::check_input_template;
use crate::flow::transform::{Compiled, Dialect, compile};
use crate::source::inert;

use super::args::{Global, ServiceOf, TransformArgs};
use super::document::{self, Document, one_of_stdin};
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop};

pub(super) fn run(global: &Global, args: &TransformArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let given =
        [args.template.as_deref(), args.transform.as_deref(), args.paths.as_deref(), Some(&args.event)];
    one_of_stdin(&given.into_iter().flatten().collect::<Vec<_>>())?;
    let dialect = args.service.dialect();
    let compiled = match (&args.template, &args.transform) {
        (Some(template), _) => verbatim(global, args, template, terminal)?,
        (None, Some(transform)) => notation(transform, dialect, terminal)?,
        // clap asks for one of them.
        (None, None) => return Err(Exit::Usage.into()),
    };
    // A pipe's template reads the record itself: it decodes what was sent where it is asked for it.
    let event = super::match_event::event(&args.event, ServiceOf::Rule, terminal)?;
    let variables = args.var.iter().cloned().collect();
    match evaluate(&compiled, dialect, &event, &variables) {
        Outcome::Delivered { payload, notes } => {
            print(&format!("{payload}\n"));
            if !global.quiet {
                notes.iter().for_each(|note| say!("note: {}", inert(note)));
            }
            Ok(Exit::Done)
        }
        Outcome::Nothing { made, why } => {
            say!("nothing is delivered: {}", inert(&why));
            if !made.is_empty() {
                say!("made: {}", inert(&made));
            }
            Ok(Exit::Failed)
        }
    }
}

/// An `InputTemplate`, with its `InputPathsMap` on a rule.
fn verbatim(
    global: &Global,
    args: &TransformArgs,
    template: &str,
    terminal: &Terminal,
) -> Result<Compiled, Stop> {
    // A pipe's template may be any text; a single word is rather the name of a file.
    let is_text = template.contains(['<', ' ', '"']) && !Path::new(template).exists();
    let template = if is_text { template.to_owned() } else { document::text(template, "template")?.1 };
    let template = template.trim_end_matches(['\n', '\r']).to_owned();
    let paths = args.paths.as_deref().map(|paths| Document::read(paths, "paths", terminal)).transpose()?;
    let given = match paths.as_ref().map(Document::to_value) {
        None => None,
        Some(Value::Map(map)) => Some(map),
        Some(_) => {
            say!("error: the paths are no map\nhelp: write `{{\"name\": \"$.path\"}}`");
            return Err(Exit::Invalid.into());
        }
    };
    let problems = check_input_template(&template.as_str().into(), given.as_ref(), args.service.dialect());
    say(&problems, global.quiet);
    match problems.iter().any(Problem::is_error) {
        true => Err(Exit::Invalid.into()),
        false => Ok(Compiled::Template { template: template.into(), paths: given.unwrap_or_else(Map::new) }),
    }
}

/// A `transform` of the stack language.
fn notation(transform: &str, dialect: Dialect, terminal: &Terminal) -> Result<Compiled, Stop> {
    let mut written = Document::read(transform, "transform", terminal)?;
    compile(&written.to_value(), dialect).map_err(|problems| {
        written.add("transform", &problems);
        written.refused(terminal)
    })
}

fn say(problems: &[Problem], quiet: bool) {
    for problem in problems.iter().filter(|problem| problem.is_error() || !quiet) {
        let word = if problem.is_error() { "error" } else { "warning" };
        say!("{word}: {}", inert(&problem.message));
        if let Some(help) = &problem.help {
            say!("help: {}", inert(help));
        }
    }
}
