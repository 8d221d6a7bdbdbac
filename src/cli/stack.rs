//! From a path on the command line to a graph.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::compile;
use crate::engine::Graph;
use crate::kinds;
use crate::report;
use crate::source::{Findings, RenderStyle, Sources, Span, render};
use crate::spec::{self, Answers, Inputs, Mode, Stack};

use super::args::Global;
use super::revision::Revision;
use super::terminal::{Terminal, print, say};
use super::validate::OFFLINE_REGION;
use super::{Exit, Stop};

/// A stack as it was read.
pub struct Loaded {
    pub sources: Sources,
    #[cfg(feature = "aws")]
    pub inputs: Inputs,
    pub findings: Findings,
    /// Nothing if not even the frame could be read.
    pub stack: Option<Stack>,
    pub graph: Option<Graph>,
}

/// A stack without errors.
pub struct Ready {
    pub sources: Sources,
    /// Where secrets stand in them, as the findings have told.
    pub hidden: BTreeSet<Span>,
    /// How a secret is read when it is needed.
    #[cfg(feature = "aws")]
    pub inputs: Inputs,
    pub stack: Stack,
    pub graph: Graph,
}

/// What is known beside the flags when a stack is read.
#[derive(Clone, Default)]
pub struct Known {
    pub account: Option<String>,
    pub region: Option<String>,
    /// What the stores of AWS answered, if they were asked.
    pub stores: Option<Answers>,
}

/// The stack file that a path means.
///
/// # Errors
/// Why there is none, for people.
pub fn file(path: &Path) -> Result<PathBuf, String> {
    if !path.is_dir() {
        return match path.exists() {
            true => Ok(path.to_owned()),
            false => Err(format!("there is no {}", path.display())),
        };
    }
    let file = path.join("stack.yaml");
    match file.exists() {
        true => Ok(if path == Path::new(".") { PathBuf::from("stack.yaml") } else { file }),
        false => Err(format!(
            "there is no stack.yaml in {}\nhelp: name a stack file, or the folder of one: gatewayctl COMMAND STACK",
            if path == Path::new(".") { "this folder".into() } else { path.display().to_string() }
        )),
    }
}

/// The folder that a stack's paths are relative to.
pub fn folder(file: &Path) -> PathBuf {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Reads and compiles a stack; all findings of one run are in the result.
///
/// # Errors
/// A file that cannot be read, for people.
pub fn load(global: &Global, path: &Path, mode: Mode, known: Known) -> Result<Loaded, String> {
    let path = file(path)?;
    let text = read_text(&path)?;
    let base = folder(&path);
    let mut inputs = Inputs::of_process(base.clone(), mode);
    inputs.env = global.env.clone();
    inputs.params = global.param.clone();
    for file in &global.params {
        inputs.params_files.push((file.display().to_string(), read_text(file)?));
    }
    inputs.region = global.region.clone();
    inputs.fallback_region = known.region;
    inputs.account = known.account;
    inputs.stores = known.stores;
    let mut sources = Sources::new();
    let file = sources.add(path.display().to_string(), text);
    let mut findings = Findings::default();
    let stack = spec::load(&mut sources, file, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    let graph = stack.as_ref().map(|stack| compile::compile(stack, &base, &mut findings));
    Ok(Loaded {
        sources,
        #[cfg(feature = "aws")]
        inputs,
        findings,
        stack,
        graph,
    })
}

/// Reads and compiles a stack for a command that touches nothing and needs it whole.
///
/// # Errors
/// As of [`load`], and [`Exit::Failed`] where something is wrong with it, which is said.
pub fn offline(global: &Global, path: &Path, terminal: &Terminal) -> Result<Ready, Stop> {
    Ok(load_offline(global, path)?.ready(terminal, global.quiet)?)
}

/// The same of another revision, whose files are named as git does: `main:stack.yaml`.
///
/// # Errors
/// As of [`offline`].
pub fn of_revision(
    global: &Global,
    revision: &Revision,
    name: &str,
    terminal: &Terminal,
) -> Result<Ready, Stop> {
    let mut loaded = load_offline(global, &revision.stack)?;
    loaded.sources.relabel(&revision.tree.display().to_string(), &format!("{name}:"));
    Ok(loaded.ready(terminal, global.quiet)?)
}

fn load_offline(global: &Global, path: &Path) -> Result<Loaded, String> {
    let known = Known { region: Some(OFFLINE_REGION.into()), ..Known::default() };
    load(global, path, Mode::Offline, known)
}

fn read_text(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("{} is not UTF-8 text (byte {at})", path.display())
    })
}

impl Loaded {
    /// Draws the findings on stderr, and gives the stack if none of them is an error.
    ///
    /// # Errors
    /// [`Exit::Failed`] if one is.
    pub fn ready(self, terminal: &Terminal, quiet: bool) -> Result<Ready, Exit> {
        self.draw(terminal, quiet);
        let failed = self.findings.has_errors();
        match (self.stack, self.graph) {
            (Some(stack), Some(graph)) if !failed => Ok(Ready {
                sources: self.sources,
                hidden: self.findings.hidden().clone(),
                #[cfg(feature = "aws")]
                inputs: self.inputs,
                stack,
                graph,
            }),
            _ => Err(Exit::Failed),
        }
    }

    /// Draws the findings on stderr, and on stdout what a workflow is to show of them.
    pub fn draw(&self, terminal: &Terminal, quiet: bool) {
        if terminal.annotates {
            let files = super::shown::files(None, &self.sources);
            print(&report::findings_annotations(&self.findings, &self.sources, &files));
        }
        if self.findings.is_empty() || (quiet && !self.findings.has_errors()) {
            return;
        }
        let style = RenderStyle { color: terminal.color_err, width: terminal.width };
        say!("{}", render(&self.sources, &self.findings, style).trim_end());
    }
}
