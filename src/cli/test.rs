//! `test`: the stack's tests, offline.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::compile;
use crate::flow::Problem;
use crate::flow::case::{coverage, run as run_case};
use crate::report;
use crate::source::{Findings, RenderStyle, Severity, inert, render};

use super::args::{Global, TestArgs, TestFormat};
use super::terminal::{Terminal, print, say};
use super::{Exit, Stop, stack};

/// How often `--watch` looks whether something has changed.
const LOOKS: Duration = Duration::from_millis(300);

pub(super) fn run(global: &Global, args: &TestArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    match args.watch {
        false => once(global, args, terminal),
        true => watch(global, args, terminal),
    }
}

fn once(global: &Global, args: &TestArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let ready = stack::offline(global, &args.stack.stack, terminal)?;
    let mut findings = Findings::default();
    ready.hidden.iter().for_each(|span| findings.hide(*span));
    let (all, problems) = compile::cases(&ready.stack, &ready.graph, &mut findings);
    // What a plan lets pass because another environment has it cannot be tried here.
    for (problem, at) in problems {
        findings.push(Problem { severity: Severity::Error, ..problem }.finding("test").at(at));
    }
    if findings.has_errors() {
        let style = RenderStyle { color: terminal.color_err, width: terminal.width };
        say!("{}", render(&ready.sources, &findings, style).trim_end());
        return Err(Exit::Failed.into());
    }
    let meant = |name: &str| args.only.as_ref().is_none_or(|part| name.contains(part.as_str()));
    let cases: Vec<_> = all.iter().filter(|(case, _)| meant(&case.name)).collect();
    if cases.is_empty() {
        return Err(match (&args.only, all.is_empty()) {
            (Some(part), false) => format!("no test has `{part}` in its name").into(),
            _ => "the stack has no tests\nhelp: write `tests: [ { name: …, when: { bus: KEY, event: { … } }, then: [ … ] } ]`".to_owned().into(),
        });
    }
    let ran: Vec<_> = cases.iter().map(|(case, _)| run_case(&ready.graph, case)).collect();
    // Some of the tests say nothing of what no test takes.
    let coverage = args.only.is_none().then(|| coverage(&ready.graph, &ran));
    let places: Vec<String> = cases.iter().map(|(_, at)| report::place_text(&ready.sources, *at)).collect();
    let text = match args.format {
        TestFormat::Text => {
            report::tests_text(&ran, coverage.as_ref(), &places, terminal.color_out, terminal.width)
        }
        TestFormat::Tap => report::tests_tap(&ran, &places),
        TestFormat::Junit => report::tests_junit(&ready.stack.name, &ran, &places),
        TestFormat::Json => report::json_text(&report::tests_json(&ran, coverage.as_ref(), &places)),
    };
    print(&text);
    if let Some(path) = &args.junit_into {
        let text = report::tests_junit(&ready.stack.name, &ran, &places);
        std::fs::write(path, text)
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
    }
    if let (Some(least), Some(coverage)) = (args.min_coverage, &coverage) {
        let (all, taken) = (coverage.all, coverage.all - coverage.missed.len());
        if taken * 100 < usize::from(least) * all {
            let percent = taken * 100 / all;
            return Err(format!(
                "{taken} of {all} ways are taken by a test: {percent} %, and `--min-coverage` wants {least}"
            )
            .into());
        }
    }
    Ok(if ran.iter().all(|one| one.failures.is_empty()) { Exit::Done } else { Exit::Failed })
}

/// Runs the tests whenever something in the stack's folder changes, until somebody stops it.
fn watch(global: &Global, args: &TestArgs, terminal: &Terminal) -> Result<Exit, Stop> {
    let folder = stack::folder(&stack::file(&args.stack.stack)?);
    loop {
        let before = state(&folder);
        match once(global, args, terminal) {
            Ok(_) | Err(Stop::Exit(_)) => {}
            Err(Stop::Said(message)) => say!("error: {}", inert(&message)),
        }
        if !global.quiet {
            say!("Waiting for a change in {}.", folder.display());
        }
        while state(&folder) == before {
            std::thread::sleep(LOOKS);
        }
    }
}

/// When each file below a folder was last written. Looked at again and again instead of asking the system to tell:
/// that works on shared folders and in containers, too, and a stack has few files.
fn state(folder: &Path) -> Vec<(PathBuf, Option<SystemTime>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            match entry.file_type() {
                // Of links to folders there may be circles.
                Ok(kind) if kind.is_dir() && !hidden => folders.push(entry.path()),
                Ok(_) if !hidden => {
                    let written = entry.metadata().and_then(|about| about.modified()).ok();
                    files.push((entry.path(), written));
                }
                _ => {}
            }
        }
    }
    files.sort();
    files
}
