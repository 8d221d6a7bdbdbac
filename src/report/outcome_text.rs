//! How an apply ended: one line, then each failure with what it means and what to do.

use super::advice::told;
use super::change::place_piece;
use super::page::{Page, piece};
use super::plan_json::verb;
use super::plan_text::counted;
use super::style::Label;
use crate::apply::{Counts, Failure, Outcome, Why};
use crate::plan::Plan;
use crate::source::Sources;

/// How an outcome is shown.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeView<'a> {
    /// With ANSI colours.
    pub color: bool,
    /// The terminal's width in columns.
    pub width: usize,
    /// The command that was given, to be typed again: `gatewayctl apply --env dev`.
    pub command: &'a str,
}

/// The end of an apply as text: the summary in the first line, then failures, what was not begun, what
/// does not equal the wish yet, and what to type next. The plan gives the places.
pub fn outcome_text(outcome: &Outcome, plan: &Plan, sources: &Sources, view: OutcomeView<'_>) -> String {
    let mut page = Page::new(view.color, view.width);
    let (label, summary) = summary(outcome);
    page.line(0, &[piece(label, summary)]);
    let (interrupted, failed) = outcome.interrupted_and_failed();
    for failure in failed {
        write_failure(&mut page, failure, plan, sources);
    }
    write_interrupted(&mut page, &interrupted);
    write_skipped(&mut page, outcome);
    write_differences(&mut page, outcome, plan, sources);
    write_next(&mut page, outcome, view.command);
    page.finish()
}

/// `Applied: 3 created, 1 updated.`, or how far it came.
fn summary(outcome: &Outcome) -> (Label, String) {
    let done = done(outcome);
    let mut left: Vec<String> = Vec::new();
    let (interrupted, failed) = outcome.interrupted_and_failed();
    let counts = [
        (failed.len(), "failed"),
        (interrupted.len(), "at work and not seen to the end"),
        (outcome.skipped.len(), "not begun"),
        (outcome.differences.len(), "not as wished yet"),
    ];
    left.extend(counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")));
    let label = if outcome.is_complete() { Label::Good } else { Label::Danger };
    let begin = match (outcome.interrupted, outcome.is_complete(), done.is_empty()) {
        (true, ..) => "Interrupted",
        (_, true, true) => return (label, "Nothing was left to do.".to_owned()),
        (_, true, false) => "Applied",
        (_, false, false) => "Applied in part",
        (_, false, true) if outcome.changed_something() => "Applied in part",
        (_, false, true) => "Nothing applied",
    };
    let parts: Vec<String> =
        [done.join(", "), left.join(", ")].into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        return (label, format!("{begin} before anything was done."));
    }
    (label, format!("{begin}: {}.", parts.join("; ")))
}

/// `1 replaced`, `3 created`, …
fn done(outcome: &Outcome) -> Vec<String> {
    let Counts { replaced, deleted, created, updated } = outcome.counts();
    let counts = [(replaced, "replaced"), (deleted, "deleted"), (created, "created"), (updated, "updated")];
    counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect()
}

fn write_failure(page: &mut Page, failure: &Failure, plan: &Plan, sources: &Sources) {
    const WITHIN: usize = 4;
    page.blank();
    let head = vec![
        piece(Label::Danger, format!("failed to {} ", verb(failure.verb))),
        piece(Label::Address, failure.address.to_string()),
    ];
    let declared = plan.planned(&failure.address).and_then(|planned| planned.declared);
    let place = declared.map(|span| vec![place_piece(sources, span)]);
    page.spread(0, &[Some(head), place].into_iter().flatten().collect::<Vec<_>>());
    page.prose(WITHIN, Label::Plain, &failure.why.to_string());
    let (means, next) = told_of(failure);
    if !means.is_empty() {
        page.prose(WITHIN, Label::Dim, &format!("usually: {means}"));
    }
    if !next.is_empty() {
        page.prose(WITHIN, Label::Help, &format!("next: {next}"));
    }
}

/// What a failure usually means, and what to do; empty where nothing is known.
pub(super) fn told_of(failure: &Failure) -> (String, String) {
    match &failure.why {
        Why::Aws(error) | Why::Half(error) => told(error, &failure.address.to_string()).unwrap_or_default(),
        why => {
            let (means, next) = without_call(why);
            (means.to_owned(), next.to_owned())
        }
    }
}

/// What a failure without an error of AWS means, and what to do.
fn without_call(why: &Why) -> (&'static str, &'static str) {
    match why {
        Why::Aws(_) | Why::Half(_) => ("", ""),
        Why::Stuck(_) => (
            "the service took the request and could not carry it out: a role lacks a right, or what it refers to is not there",
            "mend what the reason names, then apply again: what failed is made anew",
        ),
        Why::ChangedMeanwhile(_) => {
            ("another run or a person works on the same resource", "look at the new plan before you apply")
        }
        Why::BeyondThePlan(_) => (
            "a value that was known only during the apply asks for more",
            "look at the new plan before you apply",
        ),
        Why::Secret(_) => ("", "make the secret's source readable here, then apply again"),
        Why::Interrupted => ("", "run it again: it looks how far this came"),
        Why::Absent(_) => (
            "the resource has it on some condition only, and that does not hold",
            "make the condition hold, or take the reference away, then apply again",
        ),
        Why::TimedOut(_) => {
            ("the service takes longer than usual", "apply again: it waits for what is under way")
        }
    }
}

/// What a signal cut off: the same holds of each.
fn write_interrupted(page: &mut Page, interrupted: &[&Failure]) {
    if interrupted.is_empty() {
        return;
    }
    page.blank();
    page.line(0, &[piece(Label::Warning, "interrupted at work, and perhaps done all the same")]);
    for failure in interrupted {
        page.line(2, &[piece(Label::Plain, format!("{} {}", verb(failure.verb), failure.address))]);
    }
}

fn write_skipped(page: &mut Page, outcome: &Outcome) {
    if outcome.skipped.is_empty() {
        return;
    }
    page.blank();
    page.line(0, &[piece(Label::Warning, "not begun")]);
    for skipped in &outcome.skipped {
        let what = vec![piece(Label::Plain, format!("{} {}", verb(skipped.verb), skipped.address))];
        page.spread(2, &[what, vec![piece(Label::Dim, skipped.reason.as_str())]]);
    }
}

fn write_differences(page: &mut Page, outcome: &Outcome, plan: &Plan, sources: &Sources) {
    if outcome.differences.is_empty() {
        return;
    }
    page.blank();
    page.line(0, &[piece(Label::Warning, "not as wished yet, though every call succeeded")]);
    for difference in &outcome.differences {
        let head = vec![piece(Label::Address, difference.address.to_string())];
        let declared = plan.planned(&difference.address).and_then(|planned| planned.declared);
        let place = declared.map(|span| vec![place_piece(sources, span)]);
        page.spread(2, &[Some(head), place].into_iter().flatten().collect::<Vec<_>>());
        for path in &difference.paths {
            page.line(6, &[piece(Label::Plain, path.as_str())]);
        }
    }
}

fn write_next(page: &mut Page, outcome: &Outcome, command: &str) {
    if outcome.is_complete() {
        return;
    }
    let (_, failed) = outcome.interrupted_and_failed();
    let text = match (failed.len(), outcome.interrupted || !outcome.skipped.is_empty()) {
        (0, true) => "Run it again: it goes on from here.".to_owned(),
        (0, false) => "Run it again: it compares once more and writes what still differs.".to_owned(),
        (n, _) => format!("Mend {}, then run it again: it goes on from here.", counted(n, "failure")),
    };
    page.blank();
    page.prose(0, Label::Plain, &text);
    page.line(4, &[piece(Label::Help, command)]);
}
