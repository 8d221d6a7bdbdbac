//! The outputs of a plan: one to stdout, and others of the same plan into files beside it.

use std::path::Path;

use crate::plan::Plan;
use crate::report::{self, Files, RepoUrl};
use crate::source::Sources;

use super::Stop;
use super::args::{PlanArgs, PlanFormat};
use super::terminal::{Terminal, print};

/// Writes a plan to stdout and into the files that were asked for.
///
/// # Errors
/// A file that cannot be written, for people; what goes to stdout is written all the same.
pub(super) fn show(plan: &Plan, sources: &Sources, args: &PlanArgs, terminal: &Terminal) -> Result<(), Stop> {
    let text = |format: PlanFormat| match format {
        PlanFormat::Text => {
            let view = report::View {
                color: terminal.color_out,
                width: terminal.width,
                compact: args.compact,
                show_unchanged: args.show_unchanged,
            };
            report::plan_text(plan, sources, view)
        }
        PlanFormat::Json => report::json_text(&report::plan_json(plan, sources)),
        PlanFormat::Markdown => {
            report::plan_markdown(plan, sources, &files(args.repo_url.as_ref(), sources), args.max_bytes)
        }
        PlanFormat::Github => report::plan_annotations(plan, sources, &files(None, sources)),
    };
    print(&text(args.format));
    write_into(args.json_into.as_deref(), || text(PlanFormat::Json))?;
    write_into(args.markdown_into.as_deref(), || text(PlanFormat::Markdown))?;
    write_into(args.html_into.as_deref(), || {
        report::plan_html(plan, sources, &files(args.repo_url.as_ref(), sources))
    })
}

/// Writes into a file, if one was asked for.
pub(super) fn write_into(file: Option<&Path>, text: impl FnOnce() -> String) -> Result<(), Stop> {
    let Some(file) = file else { return Ok(()) };
    let wrong = |error| format!("cannot write {}: {error}", file.display());
    Ok(std::fs::write(file, text()).map_err(wrong)?)
}

/// The files of a stack as the repository has them that they stand in. Where they are to be seen is said by the
/// flag, or else by the environment of a CI.
pub(super) fn files(url: Option<&RepoUrl>, sources: &Sources) -> Files {
    let paths =
        sources.files().filter_map(|(name, _)| Some((name.to_owned(), in_repository(Path::new(name))?)));
    Files { url: url.cloned().or_else(url_of_ci), paths: paths.collect() }
}

fn url_of_ci() -> Option<RepoUrl> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let github = || {
        let (server, repository) = (variable("GITHUB_SERVER_URL")?, variable("GITHUB_REPOSITORY")?);
        RepoUrl::of_github(&server, &repository, &variable("GITHUB_SHA")?)
    };
    let gitlab = || RepoUrl::of_gitlab(&variable("CI_PROJECT_URL")?, &variable("CI_COMMIT_SHA")?);
    github().or_else(gitlab)
}

/// A file's path from the root of the repository that it is in.
fn in_repository(file: &Path) -> Option<String> {
    let file = file.canonicalize().ok()?;
    let root = file.ancestors().skip(1).find(|folder| folder.join(".git").exists())?;
    let parts = file.strip_prefix(root).ok()?.iter().map(|part| part.to_str());
    Some(parts.collect::<Option<Vec<_>>>()?.join("/"))
}
