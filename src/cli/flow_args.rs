//! Arguments of the commands about events: `trace`, `match`, `transform`, `send`.

use clap::{Args, ValueEnum};

use crate::flow::pattern::PatternKind;
use crate::flow::transform::Dialect;

use super::args::{StackArg, key_value};

/// Arguments of `trace`.
#[derive(Args, Debug)]
pub struct TraceArgs {
    #[command(flatten)]
    pub stack: StackArg,
    /// The event with its envelope: a file of JSON or YAML, the JSON itself, or `-` for stdin.
    #[arg(long, value_name = "FILE|JSON")]
    pub event: String,
    /// The bus that it is put on: its key, address or name [default: the only one that the stack declares].
    #[arg(long, value_name = "BUS")]
    pub bus: Option<String>,
    /// How the trace is written to stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TraceFormat,
}

/// Arguments of `match`.
#[derive(Args, Debug)]
pub struct MatchArgs {
    /// The pattern: a file of JSON or YAML, the JSON itself, or `-` for stdin.
    #[arg(long, value_name = "FILE|JSON")]
    pub pattern: String,
    /// The event with its envelope, likewise; of a pipe a record of its source.
    #[arg(long, value_name = "FILE|JSON")]
    pub event: String,
    /// Whose pattern it is: pipes lack some operators, and read what was sent in a record.
    #[arg(long, value_name = "SERVICE", default_value = "rule")]
    pub service: ServiceOf,
    /// Say which fields decided, with their values and what was wanted.
    #[arg(long)]
    pub why: bool,
}

/// Arguments of `transform`.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("how").required(true).args(["template", "transform"]))]
pub struct TransformArgs {
    /// The input template as AWS takes it: a file, the template itself, or `-` for stdin.
    #[arg(long, value_name = "FILE|TEXT")]
    pub template: Option<String>,
    /// The paths of the template's variables on a rule, by name: a file of JSON or YAML, the JSON itself, or `-`.
    #[arg(long, value_name = "FILE|JSON", requires = "template")]
    pub paths: Option<String>,
    /// A `transform` of the stack language instead: a file of JSON or YAML, the JSON itself, or `-`.
    #[arg(long, value_name = "FILE|JSON")]
    pub transform: Option<String>,
    /// The event with its envelope: a file of JSON or YAML, the JSON itself, or `-`. Of a pipe: a record of its source,
    /// or what its enrichment answers.
    #[arg(long, value_name = "FILE|JSON")]
    pub event: String,
    /// Who applies it.
    #[arg(long, value_name = "SERVICE", default_value = "rule")]
    pub service: ServiceOf,
    /// The value of one of the service's variables, by its name after `aws.events.` or `aws.pipes.`, such as
    /// `rule-name`; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = key_value)]
    pub var: Vec<(String, String)>,
}

/// Who reads a pattern or applies a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ServiceOf {
    /// A rule of a bus, or an archive.
    Rule,
    /// A pipe.
    Pipe,
}

impl ServiceOf {
    /// Its patterns.
    pub fn pattern_kind(self) -> PatternKind {
        match self {
            ServiceOf::Rule => PatternKind::Rule,
            ServiceOf::Pipe => PatternKind::Pipe,
        }
    }

    /// Its templates.
    pub fn dialect(self) -> Dialect {
        match self {
            ServiceOf::Rule => Dialect::RuleTarget,
            ServiceOf::Pipe => Dialect::Pipe,
        }
    }
}

/// How a trace is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum TraceFormat {
    /// A tree.
    Text,
    Json,
}

/// Arguments of `send`.
#[derive(Args, Debug)]
pub struct SendArgs {
    #[command(flatten)]
    pub stack: StackArg,
    /// The event: a file, JSON itself, or `-` for standard input.
    #[arg(long, value_name = "FILE-OR-JSON")]
    pub event: String,
    /// The bus, by its key, address or name; left out, the only one that the stack declares.
    #[arg(long, value_name = "BUS", conflicts_with = "partner")]
    pub bus: Option<String>,
    /// A partner's event source instead: `KEY/TENANT`, or its name `aws.partner/…`; without a value, the only one that
    /// the stack declares.
    #[arg(long, value_name = "SOURCE", num_args = 0..=1)]
    pub partner: Option<Option<String>>,
    /// How the ids are written to stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: SendFormat,
}

/// How what came of events is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SendFormat {
    Text,
    Json,
}
