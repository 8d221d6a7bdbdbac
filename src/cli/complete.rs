//! Completion: what the shell asks for while a command is typed.
//!
//! The script that `completions` prints calls the program with [`ASKED`] set. Nothing but the stack's file is
//! read, and nothing is said of what is wrong with it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap_complete::{ArgValueCompleter, CompleteEnv, CompletionCandidate};

use super::args::Cli;
use super::stack;
use crate::kinds;
use crate::reference;
use crate::source::{Findings, Node, Sources, parse};
use crate::spec::{self, Inputs, Mode, Stack};

/// The variable in which a shell says what it is when it asks.
const ASKED: &str = "GATEWAYCTL_COMPLETE";

/// Answers a shell, if one asks; nothing is done otherwise.
///
/// Gives whether one did.
pub(super) fn answer() -> bool {
    let folder = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(Cli::command).var(ASKED).completer("gatewayctl");
    // A line in the middle of what somebody types helps nobody.
    asked.try_complete(std::env::args_os(), folder.as_deref()).unwrap_or(true)
}

/// The script for a shell of [`clap_complete::Shell`]'s names; nothing if there is none.
pub(super) fn script(shell: &str) -> Option<Vec<u8>> {
    let shells = clap_complete::env::Shells::builtins();
    let mut script = Vec::new();
    shells
        .completer(shell)?
        .write_registration(ASKED, "gatewayctl", "gatewayctl", "gatewayctl", &mut script)
        .ok()?;
    Some(script)
}

/// The addresses that the stack declares, with what a plan generates for them left out.
pub(super) fn addresses() -> ArgValueCompleter {
    ArgValueCompleter::new(|begun: &OsStr| {
        let line = Line::typed();
        let found: BTreeSet<String> = line
            .stacks()
            .iter()
            .flat_map(|stack| stack.declarations.iter().chain(&stack.examples))
            .map(|declaration| declaration.address.to_string())
            .collect();
        candidates(found, begun)
    })
}

/// The environments of the stack.
pub(super) fn environments() -> ArgValueCompleter {
    ArgValueCompleter::new(|begun: &OsStr| candidates(Line::typed().environments(), begun))
}

/// The parameters of the stack, as `KEY=`.
pub(super) fn parameters() -> ArgValueCompleter {
    ArgValueCompleter::new(|begun: &OsStr| {
        let Some(root) = Line::typed().root() else { return Vec::new() };
        candidates(keys(root.get("parameters")).map(|key| format!("{key}=")), begun)
    })
}

/// Kinds, and what stands below them as far as it is typed.
pub(super) fn paths() -> ArgValueCompleter {
    ArgValueCompleter::new(|begun: &OsStr| {
        let text = begun.to_string_lossy();
        let known: Vec<String> = match text.rsplit_once('.') {
            None => {
                let codes = crate::source::codes().map(|code| code.name);
                let sections = reference::sections().into_iter().map(|section| section.key);
                kinds::declarable().into_iter().chain(sections).chain(codes).map(str::to_owned).collect()
            }
            Some((above, _)) => match reference::find(above) {
                Ok(found) => {
                    reference::keys(&found).into_iter().map(|key| format!("{above}.{key}")).collect()
                }
                Err(_) => Vec::new(),
            },
        };
        candidates(known, begun)
    })
}

fn candidates(all: impl IntoIterator<Item = String>, begun: &OsStr) -> Vec<CompletionCandidate> {
    let begun = begun.to_string_lossy();
    all.into_iter().filter(|one| one.starts_with(&*begun)).map(CompletionCandidate::new).collect()
}

fn keys(section: Option<&Node>) -> impl Iterator<Item = String> {
    let entries = section.and_then(Node::entries).unwrap_or_default();
    entries.iter().map(|entry| entry.key.text.to_string()).filter(|key| !key.starts_with("x-"))
}

/// The line that is typed.
struct Line {
    words: Vec<String>,
}

impl Line {
    /// What stands behind the `--` by which a shell hands the line over.
    fn typed() -> Line {
        let words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
        Line { words: words.skip_while(|word| word != "--").skip(2).collect() }
    }

    /// The stack's file: the one that is named, else that of the folder.
    fn file(&self) -> Option<PathBuf> {
        let named = self.words.iter().skip(1).filter(|word| !word.is_empty() && !word.starts_with('-'));
        let mut found = named.filter_map(|word| stack::file(Path::new(word)).ok());
        found.find(|file| is_yaml(file)).or_else(|| stack::file(Path::new(".")).ok())
    }

    fn root(&self) -> Option<Node> {
        let file = self.file()?;
        let mut sources = Sources::new();
        let id = sources.add(file.display().to_string(), std::fs::read_to_string(&file).ok()?);
        parse(&sources, id, &mut Findings::default())
    }

    fn environments(&self) -> Vec<String> {
        let Some(root) = self.root() else { return Vec::new() };
        keys(root.get("environments")).filter(|name| name != "*").collect()
    }

    /// The stack in the environment that is named, else in each that there is.
    fn stacks(&self) -> Vec<Stack> {
        let mut words = self.words.iter();
        let named = loop {
            match words.next() {
                None => break None,
                Some(word) if word == "--env" => break words.next().cloned(),
                Some(word) if word.starts_with("--env=") => break Some(word["--env=".len()..].to_owned()),
                Some(_) => {}
            }
        };
        let environments: Vec<Option<String>> = match (named, self.environments()) {
            (Some(named), _) => vec![Some(named)],
            (None, known) if known.is_empty() => vec![None],
            (None, known) => known.into_iter().map(Some).collect(),
        };
        environments.into_iter().filter_map(|env| self.stack(env)).collect()
    }

    fn stack(&self, env: Option<String>) -> Option<Stack> {
        let file = self.file()?;
        let mut sources = Sources::new();
        let id = sources.add(file.display().to_string(), std::fs::read_to_string(&file).ok()?);
        let mut inputs = Inputs::of_process(stack::folder(&file), Mode::Offline);
        inputs.env = env;
        spec::load(&mut sources, id, &inputs, &kinds::declarable(), kinds::LATER, &mut Findings::default())
    }
}

fn is_yaml(file: &Path) -> bool {
    file.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json")
}
