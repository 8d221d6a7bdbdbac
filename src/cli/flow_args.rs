//! Arguments of the commands about events: `trace`, `graph`, `match`, `transform`, `send`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::flow::pattern::PatternKind;
use crate::flow::transform::Dialect;

use super::args::{StackArg, key_value};

/// Arguments of `trace`.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("what").required(true).args([
    "event", "insert", "modify", "remove", "put", "delete", "request", "message", "record", "fires", "invoke", "when",
    "all",
]))]
pub struct TraceArgs {
    #[command(flatten)]
    pub stack: StackArg,
    #[command(flatten)]
    pub happens: HappensArgs,
    /// All of what happens as a test writes it, such as `{ queue: jobs, message: hello }`: a file of JSON or YAML, the
    /// JSON itself, or `-`.
    #[arg(long, value_name = "FILE|JSON", help_heading = "What happens")]
    pub when: Option<String>,
    /// What functions and others answer and do, by address: `{ functions.orders: { returns: …, does: [ … ] } }`; a file
    /// of JSON or YAML, the JSON itself, or `-`.
    #[arg(long, value_name = "FILE|JSON")]
    pub answers: Option<String>,
    /// Compare with the route in another revision of the git repository, such as `main`: who gets something else.
    #[arg(long, value_name = "REV")]
    pub diff: Option<String>,
    /// Everything that happens in the stack's tests: those routes are shown that change.
    #[arg(long, requires = "diff", conflicts_with = "answers", help_heading = "What happens")]
    pub all: bool,
    /// How the trace is written to stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TraceFormat,
}

/// Arguments of `graph`.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("what").args([
    "event", "insert", "modify", "remove", "put", "delete", "request", "message", "record", "fires", "invoke", "when",
]))]
pub struct GraphArgs {
    #[command(flatten)]
    pub stack: StackArg,
    /// How the flow is drawn [default: what FILE ends in, and mermaid on stdout].
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<GraphFormat>,
    /// Write into FILE instead of stdout.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Colour what this plan creates, updates and replaces: a file of `plan --output`, or of `plan --json-into`.
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// Where the page links to lines of the file: the address of the repository, or of its files at a branch or commit
    /// [default: what GitHub Actions or GitLab CI say].
    #[arg(long, value_name = "URL")]
    pub repo_url: Option<crate::report::RepoUrl>,
    #[command(flatten)]
    pub happens: HappensArgs,
    /// All of what happens as a test writes it, such as `{ queue: jobs, message: hello }`: a file of JSON or YAML, the
    /// JSON itself, or `-`.
    #[arg(long, value_name = "FILE|JSON", help_heading = "What happens")]
    pub when: Option<String>,
    /// What functions and others answer and do, by address, as `trace` takes it.
    #[arg(long, value_name = "FILE|JSON", requires = "what")]
    pub answers: Option<String>,
}

/// How a flow is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum GraphFormat {
    /// A flowchart that GitHub, GitLab and editors draw.
    Mermaid,
    /// For Graphviz.
    Dot,
    /// A picture.
    Svg,
    /// A page that needs no other file: click a node, search, play a trace.
    Html,
}

/// What happens, and where.
#[derive(Args, Debug)]
pub struct HappensArgs {
    /// An event is put on a bus: with its envelope, of which what is left out is filled in. A file of JSON or YAML, the
    /// JSON itself, or `-` for stdin.
    #[arg(long, value_name = "FILE|JSON", help_heading = "What happens")]
    pub event: Option<String>,
    /// An item is put into a table: plain JSON, or as DynamoDB writes it.
    #[arg(long, value_name = "FILE|JSON", help_heading = "What happens")]
    pub insert: Option<String>,
    /// An item of a table is changed: `{ old: ITEM, new: ITEM }`.
    #[arg(long, value_name = "FILE|JSON", help_heading = "What happens")]
    pub modify: Option<String>,
    /// An item is removed from a table: as it was.
    #[arg(long, value_name = "FILE|JSON", help_heading = "What happens")]
    pub remove: Option<String>,
    /// What is removed has expired: time to live removes it.
    #[arg(long, requires = "remove", help_heading = "What happens")]
    pub expired: bool,
    /// An object is put into a bucket: its key.
    #[arg(long, value_name = "KEY", help_heading = "What happens")]
    pub put: Option<String>,
    /// An object of a bucket is deleted: its key.
    #[arg(long, value_name = "KEY", help_heading = "What happens")]
    pub delete: Option<String>,
    /// A request comes to an API, or to the URL of a function: `POST /orders`.
    #[arg(long, value_name = "METHOD /PATH", help_heading = "What happens")]
    pub request: Option<String>,
    /// A message is sent to a queue, or published on a topic.
    #[arg(long, value_name = "FILE|TEXT", help_heading = "What happens")]
    pub message: Option<String>,
    /// A record is put on a stream.
    #[arg(long, value_name = "FILE|TEXT", help_heading = "What happens")]
    pub record: Option<String>,
    /// A schedule is due, or that of a rule: the time, if it matters.
    #[arg(long, value_name = "TIME", num_args = 0..=1, default_missing_value = "", help_heading = "What happens")]
    pub fires: Option<String>,
    /// A function is called with this.
    #[arg(long, value_name = "FILE|JSON", help_heading = "What happens")]
    pub invoke: Option<String>,
    /// The body of the request.
    #[arg(long, value_name = "FILE|TEXT", requires = "request", help_heading = "What happens")]
    pub body: Option<String>,
    /// A header of the request; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = key_value, requires = "request", help_heading = "What happens")]
    pub header: Vec<(String, String)>,
    /// An attribute of the message; may be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = key_value, requires = "message", help_heading = "What happens")]
    pub attribute: Vec<(String, String)>,
    /// The bus, by its key, address or name. Here and below: left out, the only one of the stack that is meant.
    #[arg(long, value_name = "BUS", group = "where", help_heading = "Where it happens")]
    pub bus: Option<String>,
    /// The table.
    #[arg(long, value_name = "TABLE", group = "where", help_heading = "Where it happens")]
    pub table: Option<String>,
    /// The bucket.
    #[arg(long, value_name = "BUCKET", group = "where", help_heading = "Where it happens")]
    pub bucket: Option<String>,
    /// The API.
    #[arg(long, value_name = "API", group = "where", help_heading = "Where it happens")]
    pub api: Option<String>,
    /// The function.
    #[arg(long, value_name = "FUNCTION", group = "where", help_heading = "Where it happens")]
    pub function: Option<String>,
    /// The queue.
    #[arg(long, value_name = "QUEUE", group = "where", help_heading = "Where it happens")]
    pub queue: Option<String>,
    /// The topic.
    #[arg(long, value_name = "TOPIC", group = "where", help_heading = "Where it happens")]
    pub topic: Option<String>,
    /// The stream.
    #[arg(long, value_name = "STREAM", group = "where", help_heading = "Where it happens")]
    pub stream: Option<String>,
    /// The schedule.
    #[arg(long, value_name = "SCHEDULE", group = "where", help_heading = "Where it happens")]
    pub schedule: Option<String>,
    /// The rule that has a schedule.
    #[arg(long, value_name = "RULE", group = "where", help_heading = "Where it happens")]
    pub rule: Option<String>,
}

/// Arguments of `test`.
#[derive(Args, Debug)]
pub struct TestArgs {
    #[command(flatten)]
    pub stack: StackArg,
    /// Only the tests whose name has this in it.
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,
    /// How the results are written to stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TestFormat,
    /// Write the results as JUnit's XML, too.
    #[arg(long, value_name = "FILE")]
    pub junit_into: Option<PathBuf>,
    /// Fail if the tests take less than this share of the stack's ways, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100), conflicts_with = "only")]
    pub min_coverage: Option<u8>,
    /// Run them again whenever something in the stack's folder changes, until Ctrl-C.
    #[arg(long, conflicts_with = "junit_into")]
    pub watch: bool,
}

/// How what came of tests is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum TestFormat {
    Text,
    /// TAP version 14.
    Tap,
    /// JUnit's XML.
    Junit,
    /// JSON, with the trace of each test.
    Json,
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
    /// A flowchart of the way, which GitHub, GitLab and editors draw.
    Mermaid,
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
