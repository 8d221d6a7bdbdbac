//! Documents that stand in an argument, in a file, or on stdin: patterns, events, templates.

use std::io::Read;
use std::path::Path;

use crate::engine::Value;
use crate::flow::Problem;
use crate::source::{Findings, Node, RenderStyle, Sources, inert, parse, render};

use super::terminal::{Terminal, say};
use super::{Exit, Stop};

/// JSON or YAML as it was given, with the places of what stands in it.
pub(super) struct Document {
    sources: Sources,
    findings: Findings,
    /// Nothing where only a reader of JSON understands the text.
    node: Option<Node>,
    pub value: serde_json::Value,
}

/// The text that an argument means: `-` is stdin, what begins like JSON or a template is itself, and
/// everything else names a file. With the name to call it by.
///
/// # Errors
/// [`Exit::Invalid`] if there is no such file or it is no text.
pub(super) fn text(argument: &str, what: &str) -> Result<(String, String), Stop> {
    let invalid = |message: String| {
        say!("error: {}", inert(&message));
        Stop::Exit(Exit::Invalid)
    };
    if argument == "-" {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        read.map_err(|error| invalid(format!("the {what} cannot be read from stdin: {error}")))?;
        return Ok((format!("{what} (stdin)"), text));
    }
    if argument.trim_start().starts_with(['{', '[', '"', '<']) {
        return Ok((what.to_owned(), argument.to_owned()));
    }
    match std::fs::read_to_string(Path::new(argument)) {
        Ok(text) => Ok((argument.to_owned(), text)),
        Err(error) => Err(invalid(format!(
            "the {what} cannot be read: {argument}: {error}\nhelp: name a file, or write the {what} itself in quotes"
        ))),
    }
}

/// Sees that at most one argument is stdin.
///
/// # Errors
/// [`Exit::Usage`] if two are.
pub(super) fn one_of_stdin(arguments: &[&str]) -> Result<(), Stop> {
    match arguments.iter().filter(|argument| **argument == "-").count() {
        0 | 1 => Ok(()),
        _ => {
            say!("error: stdin can be read once; name a file for the other");
            Err(Exit::Usage.into())
        }
    }
}

/// How serde_json's error begins where JSON has a number that it cannot hold.
const TOO_LARGE: &str = "number out of range";

impl Document {
    /// Reads JSON or YAML.
    ///
    /// # Errors
    /// [`Exit::Invalid`] after everything that is wrong is said.
    pub fn read(argument: &str, what: &str, terminal: &Terminal) -> Result<Document, Stop> {
        let (name, text) = text(argument, what)?;
        let json = serde_json::from_str::<serde_json::Value>(&text);
        if let Some(error) = json.as_ref().err().filter(|error| error.to_string().starts_with(TOO_LARGE)) {
            let (line, column) = (error.line(), error.column());
            say!("error: {}: line {line}, column {column}: no double holds this number", inert(&name));
            say!("help: the largest is 1.7976931348623157e308; write what has more as a text");
            return Err(Exit::Invalid.into());
        }
        let mut sources = Sources::new();
        let file = sources.add(name, text);
        let mut findings = Findings::default();
        let node = parse(&sources, file, &mut findings);
        // JSON knows escapes and depths that YAML does not, but not two keys of one name.
        if json.is_ok() {
            findings.retain(|finding| finding.code == "duplicate_key");
        }
        let value = json.ok().or_else(|| node.as_ref().map(Node::to_json)).unwrap_or_default();
        let document = Document { sources, findings, node, value };
        match document.findings.has_errors() || (document.node.is_none() && document.value.is_null()) {
            true => Err(document.refused(terminal)),
            false => Ok(document),
        }
    }

    /// Adds what was found in it, each at its place.
    pub fn add(&mut self, code: &'static str, problems: &[Problem]) {
        for problem in problems {
            let finding = problem.finding(code);
            let finding = match self.node.as_ref().map(|node| problem.path.place(node)) {
                Some(span) => finding.at(span),
                None => finding,
            };
            self.findings.push(finding);
        }
    }

    /// Draws the findings on stderr.
    pub fn draw(&self, terminal: &Terminal) {
        if !self.findings.is_empty() {
            let style = RenderStyle { color: terminal.color_err, width: terminal.width };
            say!("{}", render(&self.sources, &self.findings, style).trim_end());
        }
    }

    /// Draws the findings and ends.
    pub fn refused(&self, terminal: &Terminal) -> Stop {
        self.draw(terminal);
        Stop::Exit(Exit::Invalid)
    }

    /// The document as a value of ours.
    pub fn to_value(&self) -> Value {
        self.value.clone().into()
    }
}

/// What is sent: JSON or YAML where the text is an object or a list, and the text itself otherwise.
///
/// # Errors
/// As of [`text`].
pub(super) fn sent(argument: &str, what: &str) -> Result<serde_json::Value, Stop> {
    if argument != "-" && !Path::new(argument).is_file() {
        return Ok(serde_json::from_str(argument).unwrap_or_else(|_| argument.into()));
    }
    let (_, text) = text(argument, what)?;
    Ok(serde_json::from_str(&text).unwrap_or_else(|_| text.into()))
}
