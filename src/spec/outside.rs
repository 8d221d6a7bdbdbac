//! Reading what comes from outside: sources, the command line, files of parameters.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::inputs::{Inputs, Mode};
use super::interpolate::escape;
use super::parameter::SecretParameter;
use super::stored::Answer;
use super::words::{did_you_mean, listed};
use crate::engine::Address;
use crate::source::{Diagnostic, Entry, Findings, Key, Node, Sources, Span, parse};

/// Where a parameter's value comes from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// `env:NAME`: a variable of the process environment.
    Env(String),
    /// `file:PATH`: a file's text, relative to the stack file, without its last line break.
    File(String),
    /// `ssm:NAME`: a parameter of the Parameter Store.
    Ssm(String),
    /// `secretsmanager:NAME`: a secret of Secrets Manager; with `#KEY`, a member of its JSON text.
    SecretsManager { name: String, key: Option<String> },
    /// `cloudformation:STACK.OUTPUT`: an output of a stack of CloudFormation.
    CloudFormation { stack: String, output: String },
    /// `export:NAME`: what a stack of CloudFormation exports.
    Export(String),
    /// `stack:NAME/ADDRESS.OUTPUT`: an output of a resource of another stack of this tool, found by its mark.
    Stack { stack: String, address: Address, output: String },
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Env(name) => write!(f, "env:{name}"),
            Source::File(path) => write!(f, "file:{path}"),
            Source::Ssm(name) => write!(f, "ssm:{name}"),
            Source::SecretsManager { name, key: None } => write!(f, "secretsmanager:{name}"),
            Source::SecretsManager { name, key: Some(key) } => write!(f, "secretsmanager:{name}#{key}"),
            Source::CloudFormation { stack, output } => write!(f, "cloudformation:{stack}.{output}"),
            Source::Export(name) => write!(f, "export:{name}"),
            Source::Stack { stack, address, output } => write!(f, "stack:{stack}/{address}.{output}"),
        }
    }
}

impl Source {
    /// What `from:` says; nothing if it is no source.
    pub fn parse(text: &str) -> Option<Source> {
        let (scheme, rest) = text.split_once(':').filter(|(_, rest)| !rest.is_empty())?;
        Some(match scheme {
            "env" => Source::Env(rest.to_owned()),
            "file" => Source::File(rest.to_owned()),
            "ssm" => Source::Ssm(rest.to_owned()),
            "secretsmanager" => match rest.split_once('#') {
                None => Source::SecretsManager { name: rest.to_owned(), key: None },
                Some((name, key)) if !name.is_empty() && !key.is_empty() => {
                    Source::SecretsManager { name: name.to_owned(), key: Some(key.to_owned()) }
                }
                Some(_) => return None,
            },
            "cloudformation" => {
                let (stack, output) = rest.split_once('.').filter(|(a, b)| !a.is_empty() && !b.is_empty())?;
                Source::CloudFormation { stack: stack.to_owned(), output: output.to_owned() }
            }
            "export" => Source::Export(rest.to_owned()),
            "stack" => {
                let (stack, rest) = rest.split_once('/').filter(|(stack, _)| !stack.is_empty())?;
                // An output may have dots of its own (`outputs.Url`): it begins where the address is a whole one.
                let (address, output) = rest
                    .rmatch_indices('.')
                    .find_map(|(at, _)| Some((rest[..at].parse().ok()?, &rest[at + 1..])))
                    .filter(|(_, output)| !output.split('.').any(str::is_empty))?;
                Source::Stack { stack: stack.to_owned(), address, output: output.to_owned() }
            }
            _ => return None,
        })
    }

    /// Whether AWS has it, which is asked once for a run.
    pub fn is_stored(&self) -> bool {
        !matches!(self, Source::Env(_) | Source::File(_))
    }

    /// Whether a secret can come from it: others show what they have, and have no versions of it.
    pub fn keeps_secrets(&self) -> bool {
        !matches!(self, Source::CloudFormation { .. } | Source::Export(_) | Source::Stack { .. })
    }

    /// What is to be done where it has nothing.
    pub(super) fn advice(&self) -> String {
        match self {
            Source::Env(variable) => format!("set the environment variable {variable}"),
            Source::File(path) => format!("write the file {path}"),
            Source::Ssm(name) => {
                format!("put the parameter {name} into the Parameter Store of this account and region")
            }
            Source::SecretsManager { name, key: None } => {
                format!("make the secret {name} in Secrets Manager in this account and region")
            }
            Source::SecretsManager { name, key: Some(key) } => format!(
                "make the secret {name} in Secrets Manager in this account and region, with JSON text that has `{key}`"
            ),
            Source::CloudFormation { stack, .. } => {
                format!("make the CloudFormation stack {stack} in this account and region")
            }
            Source::Export(name) => {
                format!("let a CloudFormation stack of this account and region export {name}")
            }
            Source::Stack { stack, address, .. } => {
                format!("apply the stack {stack}, with {address}, in this account and region")
            }
        }
    }

    /// The text of a source of this machine; nothing if it has none.
    pub(super) fn read(&self, inputs: &Inputs) -> Result<Option<String>, String> {
        let path = match self {
            Source::Env(name) => return Ok((inputs.environment)(name)),
            Source::File(path) => inputs.base.join(path),
            _ => return Ok(None),
        };
        let bytes = match (inputs.read_file)(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("{self}: {error}")),
        };
        // The text itself is in no message: it may be a secret.
        let mut text = String::from_utf8(bytes).map_err(|_| format!("{self} is no UTF-8 text"))?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Ok(Some(text))
    }
}

/// Reads a secret's value, which only an apply does.
///
/// # Errors
/// Why there is none, without any part of it.
pub fn read_secret(inputs: &Inputs, parameter: &SecretParameter) -> Result<SecretString, String> {
    let outside = Outside::read_named(inputs, &parameter.name);
    if let Some(text) = outside {
        return Ok(SecretString::from(text));
    }
    let found = match &parameter.from {
        Some(from) => from.read(inputs)?,
        None => None,
    };
    match (found, &parameter.default) {
        (Some(text), _) => Ok(SecretString::from(text)),
        (None, Some(default)) if inputs.mode != Mode::Live => Ok(SecretString::from(default.clone())),
        (None, _) => {
            let name = &parameter.name;
            Err(match &parameter.from {
                Some(Source::Env(variable)) => {
                    format!(
                        "the secret parameter `{name}` has no value: the environment variable {variable} is not set"
                    )
                }
                Some(Source::File(path)) => {
                    format!("the secret parameter `{name}` has no value: there is no file {path}")
                }
                Some(stored) => format!("the secret parameter `{name}` has no value: {}", stored.advice()),
                None => format!("the secret parameter `{name}` has no value: give `--param {name}=VALUE`"),
            })
        }
    }
}

/// The store that has a secret's value, if it is neither given on the command line nor its default that
/// stands.
pub fn store_of<'a>(inputs: &Inputs, parameter: &'a SecretParameter) -> Option<&'a Source> {
    let source = parameter.from.as_ref().filter(|source| source.is_stored())?;
    let found = matches!(inputs.stores.as_ref()?.get(source), Some(Answer::Found(_)));
    (found && Outside::read_named(inputs, &parameter.name).is_none()).then_some(source)
}

/// What the command line gives. Its text stands in no finding: it may be a secret.
pub(super) struct Outside {
    pub given: BTreeMap<String, Raw>,
}

pub(super) enum Raw {
    /// Of `--param`.
    Text(String),
    /// Of a file, with its name.
    Node(Node, String),
}

impl Outside {
    pub fn read(declared: &[&str], inputs: &Inputs, findings: &mut Findings) -> Outside {
        let mut given = BTreeMap::new();
        for (name, text) in &inputs.params_files {
            for entry in params_file(name, text, findings) {
                known(declared, &entry.key.text, name, findings);
                if !entry.value.is_null() {
                    given.insert(entry.key.text.to_string(), Raw::Node(entry.value, name.clone()));
                }
            }
        }
        for (name, text) in &inputs.params {
            known(declared, name, "--param", findings);
            given.insert(name.clone(), Raw::Text(text.clone()));
        }
        Outside { given }
    }

    fn read_named(inputs: &Inputs, wanted: &str) -> Option<String> {
        if let Some((_, text)) = inputs.params.iter().rev().find(|(name, _)| name == wanted) {
            return Some(text.clone());
        }
        inputs.params_files.iter().rev().find_map(|(name, text)| {
            let entries = params_file(name, text, &mut Findings::default());
            let entry = entries.into_iter().find(|entry| &*entry.key.text == wanted)?;
            let scalar = entry.value.scalar().filter(|_| !entry.value.is_null())?;
            Some(scalar.text.to_string())
        })
    }
}

/// The entries of a file of parameters. Its lines are never shown: a secret may stand on them.
fn params_file(name: &str, text: &str, findings: &mut Findings) -> Vec<Entry> {
    let mut sources = Sources::new();
    let file = sources.add(name, text);
    let mut own = Findings::default();
    let node = parse(&sources, file, &mut own);
    for finding in own.iter() {
        let place = finding.span.map_or(name.to_owned(), |span| sources.place(span).to_string());
        let message = format!("{place}: the file of parameters cannot be read ({})", finding.code);
        findings.push(Diagnostic::error("bad_params_file", message));
    }
    match node {
        Some(node) if node.entries().is_some() => node.entries().unwrap_or_default().to_vec(),
        Some(node) => {
            let message = format!("{name}: expected a map of parameters, found {}", node.shape());
            findings.push(Diagnostic::error("bad_params_file", message));
            Vec::new()
        }
        None => Vec::new(),
    }
}

fn known(declared: &[&str], name: &str, origin: &str, findings: &mut Findings) {
    let names = || declared.iter().copied();
    if names().any(|known| known == name) {
        return;
    }
    let near = did_you_mean(name, names());
    let message = format!("{origin}: the stack has no parameter `{name}`{near}");
    let finding = Diagnostic::error("unknown_parameter", message);
    findings.push(match listed(names()) {
        Some(list) if near.is_empty() => finding.help(format!("declared are {list}")),
        _ => finding,
    });
}

/// A node from outside the file: its texts are taken as they are, and what is wrong with it is
/// said at the parameter's declaration.
pub(super) fn outside_node(node: &Node, span: Span) -> Node {
    if let Some(items) = node.items() {
        return Node::seq(span, items.iter().map(|item| outside_node(item, span)).collect::<Vec<_>>());
    }
    if let Some(entries) = node.entries() {
        let entries = entries.iter().map(|entry| Entry {
            key: Key { text: entry.key.text.clone(), span },
            value: outside_node(&entry.value, span),
        });
        return Node::map(span, entries.collect::<Vec<_>>());
    }
    match node.scalar() {
        Some(scalar) if scalar.plain => Node::plain(span, &escape(&scalar.text)),
        Some(scalar) => Node::text(span, &escape(&scalar.text)),
        None => Node::plain(span, ""),
    }
}
