//! Arguments of the commands that look at an account or change it: `plan`, `apply`, `destroy`, `outputs`, `snapshot`,
//! `status`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::args::StackArg;
use super::complete;
use crate::engine::{Address, Owner};
use crate::report;

/// What a plan may do.
#[derive(Args, Clone, Default, Debug)]
pub struct Allowances {
    /// Allow this protected resource to be deleted or replaced; may be given several times.
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
    pub allow_destroy: Vec<Address>,
    /// Take over a resource that exists and has no owner; ID where the name does not lead to it.
    #[arg(long, value_name = "ADDRESS[=ID]", value_parser = adoption, add = complete::addresses())]
    pub adopt: Vec<(Address, Option<String>)>,
    /// Write this resource's secrets again, whether or not their version changed.
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
    pub rotate: Vec<Address>,
    /// Go on although some kind of resource could not be searched for what the stack owns.
    #[arg(long)]
    pub partial: bool,
    /// Only this resource, with what is generated for it and everything that it depends on; may be given
    /// several times. The plan is partial: it deletes nothing that is not declared any more. Of `destroy`:
    /// with everything that depends on it.
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
    pub target: Vec<Address>,
    /// All but this resource and everything that depends on it; may be given several times. Of `destroy`:
    /// all but this resource and everything that it depends on.
    #[arg(long, value_name = "ADDRESS", add = complete::addresses())]
    pub exclude: Vec<Address>,
    /// Write the IAM policies that this plan and its apply need into FILE: a JSON object of two lists of
    /// documents, `plan` (reads alone) and `apply` (all), each of the size of a managed policy.
    #[arg(long, value_name = "FILE")]
    pub write_policy: Option<PathBuf>,
    /// Calls at once.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub parallelism: u16,
}

/// Arguments of `plan`.
#[derive(Args, Debug)]
pub struct PlanArgs {
    #[command(flatten)]
    pub stack: StackArg,
    #[command(flatten)]
    pub allow: Allowances,
    /// Plan against an empty account, without any call.
    #[arg(long, conflicts_with_all = ["local", "adopt", "rotate"])]
    pub offline: bool,
    /// Plan against the state that `gatewayctl snapshot` wrote into FILE, without any call.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["local", "offline"])]
    pub live: Option<PathBuf>,
    /// End with 2 if there are changes.
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// How the plan is written to stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: PlanFormat,
    /// Write the plan as JSON into FILE besides.
    #[arg(long, value_name = "FILE")]
    pub json_into: Option<PathBuf>,
    /// Write the plan as Markdown into FILE besides.
    #[arg(long, value_name = "FILE")]
    pub markdown_into: Option<PathBuf>,
    /// Write the plan as a page of HTML into FILE besides: nothing is cut, and it needs no other file.
    #[arg(long, value_name = "FILE")]
    pub html_into: Option<PathBuf>,
    /// The most bytes of Markdown. What is destroyed is cut last: to bare addresses, then to as many as fit, and how
    /// many are not listed is said.
    #[arg(long, value_name = "N", default_value_t = report::MOST_BYTES, value_parser = max_bytes)]
    pub max_bytes: usize,
    /// Where Markdown and HTML link to lines of the file: the address of the repository, or of its files at a branch
    /// or commit [default: what GitHub Actions or GitLab CI say].
    #[arg(long, value_name = "URL")]
    pub repo_url: Option<report::RepoUrl>,
    /// Show unchanged resources too.
    #[arg(long)]
    pub show_unchanged: bool,
    /// A line for each resource, without its fields.
    #[arg(long)]
    pub compact: bool,
    /// Save the plan into FILE, for `apply --plan`. There is no secret in it.
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["offline", "live"])]
    pub output: Option<PathBuf>,
}

/// Arguments of `apply`.
#[derive(Args, Debug)]
pub struct ApplyArgs {
    #[command(flatten)]
    pub stack: StackArg,
    #[command(flatten)]
    pub allow: Allowances,
    /// Apply the plan that `plan -o` saved into FILE, with the flags it was made with; refused, with what has
    /// moved, if the plan is not the same any more. It is not asked for again.
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "env", "region", "params", "allow_destroy", "adopt", "rotate", "partial", "target", "exclude", "stack",
    ])]
    pub plan: Option<PathBuf>,
    /// Apply without asking.
    #[arg(long, short)]
    pub yes: bool,
    /// Write into FILE as JSON how it ended: each step, what failed and why, the outputs.
    #[arg(long, value_name = "FILE")]
    pub json_into: Option<PathBuf>,
    /// A line for each resource, without its fields.
    #[arg(long)]
    pub compact: bool,
}

/// Arguments of `destroy`.
#[derive(Args, Debug)]
pub struct DestroyArgs {
    #[command(flatten)]
    pub stack: StackArg,
    #[command(flatten)]
    pub allow: Allowances,
    /// Destroy what this owner has, without its file.
    #[arg(long, value_name = "STACK/ENV/REGION", conflicts_with_all = ["stack", "target", "exclude"])]
    pub owner: Option<Owner>,
    /// Destroy without asking.
    #[arg(long, short)]
    pub yes: bool,
    /// Write into FILE as JSON how it ended: each step, what failed and why.
    #[arg(long, value_name = "FILE")]
    pub json_into: Option<PathBuf>,
}

/// Arguments of `outputs`.
#[derive(Args, Debug)]
pub struct OutputsArgs {
    #[command(flatten)]
    pub stack: StackArg,
    /// How they are written to stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: OutputsFormat,
}

/// Arguments of `snapshot`.
#[derive(Args, Debug)]
pub struct SnapshotArgs {
    #[command(flatten)]
    pub stack: StackArg,
    /// Write into FILE instead of stdout.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Calls at once.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub parallelism: u16,
}

/// Arguments of `status`.
#[derive(Args, Debug)]
pub struct StatusArgs {
    #[command(flatten)]
    pub stack: StackArg,
    /// How it is written to stdout.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: StatusFormat,
    /// Show also what is generated and well.
    #[arg(long)]
    pub all: bool,
    /// The health of the state that `gatewayctl snapshot` wrote into FILE, without any call.
    #[arg(long, value_name = "FILE", conflicts_with = "local")]
    pub live: Option<PathBuf>,
    /// Calls at once.
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub parallelism: u16,
}

/// How a plan is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum PlanFormat {
    Text,
    Json,
    /// For a comment on a pull request: what is destroyed first, details folded.
    Markdown,
    /// Workflow commands of GitHub Actions, which it shows on the lines of the file.
    Github,
}

/// How the health of a stack is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum StatusFormat {
    Text,
    Json,
}

/// How outputs are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum OutputsFormat {
    /// NAME = VALUE.
    Text,
    Json,
    /// NAME='VALUE', for a shell to read.
    Env,
    /// For a step of GitHub Actions: append it to $GITHUB_OUTPUT.
    Github,
}

fn max_bytes(text: &str) -> Result<usize, String> {
    /// Room for the head and for saying what was cut.
    const LEAST: usize = 2_000;
    match text.parse() {
        Ok(bytes) if (LEAST..=report::MOST_BYTES).contains(&bytes) => Ok(bytes),
        _ => Err(format!("write a number from {LEAST} to {}", report::MOST_BYTES)),
    }
}

fn adoption(text: &str) -> Result<(Address, Option<String>), String> {
    let (address, id) =
        text.split_once('=').map_or((text, None), |(address, id)| (address, Some(id.to_owned())));
    Ok((address.parse().map_err(|error: crate::engine::address::NotAnAddress| error.to_string())?, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adoption_may_name_an_id() {
        let (address, id) = adoption("apis.orders=a1b2").unwrap();
        assert_eq!((address.to_string().as_str(), id.as_deref()), ("apis.orders", Some("a1b2")));
        assert!(adoption("orders").is_err());
    }
}
