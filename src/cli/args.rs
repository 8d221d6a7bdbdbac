//! Commands and flags.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(feature = "aws")]
pub use super::flow_args::SendFormat;
pub use super::flow_args::{
    GraphArgs, GraphFormat, HappensArgs, MatchArgs, SendArgs, ServiceOf, TestArgs, TestFormat, TraceArgs,
    TraceFormat, TransformArgs,
};
#[cfg(feature = "aws")]
pub use super::plan_args::OutputsFormat;
pub use super::plan_args::{
    Allowances, ApplyArgs, DestroyArgs, OutputsArgs, PlanArgs, PlanFormat, SnapshotArgs, StatusArgs,
    StatusFormat,
};
use super::{complete, exit};

/// Provision an event gateway on AWS from one YAML file.
///
/// There is no state file: the account is the state. `plan` shows what `apply` would do; after an
/// apply, a plan says "No changes.".
#[derive(Parser, Debug)]
#[command(name = "gatewayctl", version, after_help = exit::HELP, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// The environment: its values are merged over the file.
    #[arg(long, global = true, value_name = "NAME", help_heading = "Stack", add = complete::environments())]
    pub env: Option<String>,
    /// A parameter's value; may be given several times.
    #[arg(long, global = true, value_name = "KEY=VALUE", value_parser = key_value, help_heading = "Stack", add = complete::parameters())]
    pub param: Vec<(String, String)>,
    /// A YAML or JSON file of parameter values; may be given several times.
    #[arg(long, global = true, value_name = "FILE", help_heading = "Stack")]
    pub params: Vec<PathBuf>,
    /// The region, where the file does not say it.
    #[arg(long, global = true, value_name = "REGION", help_heading = "AWS")]
    pub region: Option<String>,
    /// A profile of the AWS configuration.
    #[arg(long, global = true, value_name = "NAME", help_heading = "AWS")]
    pub profile: Option<String>,
    /// A role to assume for every call.
    #[arg(long, global = true, value_name = "ARN", help_heading = "AWS")]
    pub role_arn: Option<String>,
    /// Another endpoint for every service, such as an emulator's.
    #[arg(long, global = true, value_name = "URL", help_heading = "AWS")]
    pub endpoint_url: Option<String>,
    /// Work on the embedded account, which lives in FILE, instead of AWS
    /// [default: .gatewayctl/local.jsonl beside the stack].
    #[arg(long, global = true, value_name = "FILE", num_args = 0..=1, require_equals = true, help_heading = "AWS")]
    pub local: Option<Option<PathBuf>>,
    /// When to colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub color: Color,
    /// Say nothing but results and errors.
    #[arg(long, short, global = true, help_heading = "Output")]
    pub quiet: bool,
    /// Say more: -v each step's waits, -vv each call, -vvv the SDK's own log.
    #[arg(short, action = clap::ArgAction::Count, global = true, help_heading = "Output")]
    pub verbose: u8,
    /// How progress and log are written to stderr.
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub log_format: LogFormat,
    /// Never ask; implied without a terminal, and where CI is set.
    #[arg(long, global = true, help_heading = "Output")]
    pub no_input: bool,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Check a stack without touching AWS: every finding, each with its place.
    Validate(Validate),
    /// Show what an apply would do.
    Plan(PlanArgs),
    /// Plan, ask, apply, and read back until everything equals the file.
    Apply(ApplyArgs),
    /// Remove everything that the stack owns, in reverse order.
    Destroy(DestroyArgs),
    /// Show the stack's outputs.
    Outputs(OutputsArgs),
    /// Show the health of what is live: failed pipes, lost authorizations, what is disabled, dead letters.
    ///
    /// Every declared resource is read, as `plan` does. What is as the stack wishes it (`state: disabled`) is no
    /// trouble. Ends with 0 if all is well, perhaps on its way to another state, and with 1 if something has failed, is
    /// missing, or could not be read.
    Status(StatusArgs),
    /// Send an event to a bus of the stack.
    ///
    /// The event is JSON as EventBridge delivers it: `source`, `detail-type`, `detail`, and perhaps `resources` and
    /// `time`; several stand in a list. What EventBridge sets itself (`id`, `account`, `region`, `version`) is not
    /// sent, so an event that was delivered can be sent again. The ids of accepted events go to stdout. Ends with 1 if
    /// none was accepted, and with 3 if some were not.
    Send(SendArgs),
    /// Write what is live of the stack as JSON, without secrets, for `plan --live`.
    Snapshot(SnapshotArgs),
    /// Show the reference of a kind or a field, such as `rules.targets.retry`, what a finding's code
    /// means, or an error of AWS, such as `AccessDeniedException`.
    Explain(Explain),
    /// Follow an event, a change, a request or a message through the stack, offline: who gets what, and why.
    ///
    /// Hop by hop: each rule and filter with the fields that decided, each payload as it is transformed, the request
    /// that an API destination makes, without its secrets. What functions and others answer and do, `--answers` says.
    ///
    ///   gatewayctl trace --event event.json --bus orders
    ///
    ///   gatewayctl trace --request 'POST /orders' --body '{"id": 7}' --answers answers.yaml
    ///
    ///   gatewayctl trace --table orders --insert '{"PK": "A-7", "state": "pending"}'
    Trace(TraceArgs),
    /// Run the stack's tests, offline: what happens, and who gets what then.
    ///
    /// Each of `tests:` says `when` something happens, what is answered (`answers`), `then` who gets what, and who
    /// `never` gets anything. Ends with 1 if one does not hold. What no test takes is said: targets of rules, routes of
    /// APIs, pipes, triggers, subscriptions, schedules.
    Test(TestArgs),
    /// Draw the flow of a stack: who listens to whom, who sends where, by which pattern.
    ///
    /// As mermaid for a README or a pull request, DOT, SVG, or one page of HTML in which a click on a node shows its
    /// declaration, its pattern and where it sends. With what happens, as `trace` takes it, its way is marked, and the
    /// page plays it step by step. Functions have dashed edges to what their roles let them change.
    ///
    ///   gatewayctl graph -o flow.html
    ///   gatewayctl graph -o flow.html --bus orders --event event.json
    ///   gatewayctl graph --format svg --plan plan.json > flow.svg
    #[command(verbatim_doc_comment)]
    Graph(GraphArgs),
    /// Say whether an event pattern matches an event.
    ///
    /// Prints `match` and ends with 0, or `no match` and 1. What AWS would refuse as a pattern, and what is no event,
    /// is said on stderr with its place, in AWS's words too, and ends with 65. No stack and no account is needed:
    ///
    ///   gatewayctl match --pattern '{"source": ["shop"]}' --event event.json --why
    #[command(verbatim_doc_comment)]
    Match(MatchArgs),
    /// Show what a target gets of an event.
    ///
    /// Prints what EventBridge delivers, to the byte, and ends with 0; with 1, and the reason on stderr, where it
    /// silently delivers nothing; with 65 where it refuses the template, or the event is none:
    ///
    ///   gatewayctl transform --template '{"text": "Order <id>"}' --paths '{"id": "$.detail.id"}' --event event.json
    ///   gatewayctl transform --service pipe --template '{"id": <$.body.id>}' --event record.json
    ///   gatewayctl transform --transform '{"text": "Order <$.detail.id>"}' --event event.json
    #[command(verbatim_doc_comment)]
    Transform(TransformArgs),
    /// Print the JSON Schema of the stack language, for editors.
    ///
    /// Keep it beside the stack and name it in the stack's first line:
    /// `# yaml-language-server: $schema=stack.schema.json`. Editors with the YAML language server then complete
    /// keys and words, show what they mean, and mark what is misspelt.
    Schema(SchemaArgs),
    /// Print a completion script for a shell.
    ///
    /// It completes commands and flags, and what stands in the stack's file: addresses, environments and
    /// parameters. bash: `source <(gatewayctl completions bash)` in ~/.bashrc; zsh the same in ~/.zshrc; fish:
    /// `gatewayctl completions fish | source`.
    Completions(Completions),
    /// Print the manual page of a command, or write all of them into a folder.
    Man(ManArgs),
}

/// The stack that a command works on.
#[derive(Args, Clone, Debug)]
pub struct StackArg {
    /// A stack file, or a folder that holds stack.yaml.
    #[arg(value_name = "STACK", default_value = ".")]
    pub stack: PathBuf,
}

/// Arguments of `validate`.
#[derive(Args, Debug)]
pub struct Validate {
    #[command(flatten)]
    pub stack: StackArg,
    /// How the findings are written to stdout; as text they go to stderr in any case.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FindingsFormat,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub struct Explain {
    /// A kind, a field below it, or the code of a finding; left out, the list of kinds and codes.
    #[arg(value_name = "KIND[.FIELD…]|CODE", add = complete::paths())]
    pub path: Option<String>,
    /// Write the whole reference into this folder instead, a Markdown page for each kind.
    #[arg(long, value_name = "FOLDER", conflicts_with = "path")]
    pub into: Option<PathBuf>,
}

/// Arguments of `schema`.
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// The file that it describes.
    #[arg(value_name = "FILE", default_value = "stack")]
    pub of: SchemaOf,
}

/// Arguments of `completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell.
    pub shell: clap_complete::Shell,
}

/// Arguments of `man`.
#[derive(Args, Debug)]
pub struct ManArgs {
    /// The command; left out, the program's own page.
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
    /// Write a page for the program and one for each command into this folder instead.
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    pub into: Option<PathBuf>,
}

/// What a schema describes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SchemaOf {
    /// A stack.
    Stack,
    /// A component in a file of its own.
    Component,
}

/// When to colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    Always,
    Never,
}

/// How progress is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum LogFormat {
    Text,
    /// One event a line.
    Json,
}

/// How findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FindingsFormat {
    Text,
    Json,
    /// Workflow commands of GitHub Actions, which it shows on the lines of the file.
    Github,
}

impl Command {
    /// Whether findings are written as workflow commands too.
    pub fn annotates(&self) -> bool {
        match self {
            Command::Validate(args) => args.format == FindingsFormat::Github,
            Command::Plan(args) => args.format == PlanFormat::Github,
            _ => false,
        }
    }
}

pub(super) fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write KEY=VALUE".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn local_takes_its_file_only_after_an_equals_sign() {
        let cli = Cli::try_parse_from(["gatewayctl", "plan", "--local", "stacks/x"]).unwrap();
        assert_eq!(cli.global.local, Some(None));
        let cli = Cli::try_parse_from(["gatewayctl", "plan", "--local=a.jsonl"]).unwrap();
        assert_eq!(cli.global.local, Some(Some(PathBuf::from("a.jsonl"))));
    }
}
