//! What came of a stack's tests, on a terminal.

use serde_json::Value as Json;
use similar::{ChangeTag, TextDiff};

use super::page::{Page, piece};
use super::style::Label;
use crate::flow::case::{Coverage, Failure, Ran, Reason, Why};

/// How many ways without a test are named.
const MOST_MISSED: usize = 20;

/// What came of the tests: each that holds in a line, each that does not with why, and what no test takes, where all of
/// them ran.
pub fn tests_text(
    ran: &[Ran],
    coverage: Option<&Coverage>,
    places: &[String],
    color: bool,
    width: usize,
) -> String {
    let mut page = Page::new(color, width);
    for (one, place) in ran.iter().map(Ran::masked).zip(places) {
        let (label, word) = match one.failures.is_empty() {
            true => (Label::Good, "ok"),
            false => (Label::Danger, "FAILED"),
        };
        let head = [
            piece(label, format!("{word}  ")),
            piece(Label::Plain, one.name.clone()),
            piece(Label::Dim, format!("  {place}")),
        ];
        page.line(0, &head[..if one.failures.is_empty() { 2 } else { 3 }]);
        one.failures.iter().for_each(|failure| write(&mut page, failure));
    }
    page.blank();
    let failed = ran.iter().filter(|one| !one.failures.is_empty()).count();
    let label = if failed == 0 { Label::Good } else { Label::Danger };
    page.line(
        0,
        &[piece(label, format!("{}: {} passed, {failed} failed.", counted(ran.len()), ran.len() - failed))],
    );
    if let Some(coverage) = coverage {
        missed(&mut page, coverage);
    }
    page.finish()
}

fn counted(tests: usize) -> String {
    if tests == 1 { "1 test".into() } else { format!("{tests} tests") }
}

fn missed(page: &mut Page, coverage: &Coverage) {
    let (all, missed) = (coverage.all, &coverage.missed);
    if all == 0 {
        page.line(0, &[piece(Label::Dim, "The stack has no ways that a test could take.")]);
        return;
    }
    if missed.is_empty() {
        page.line(
            0,
            &[piece(Label::Dim, format!("Every one of the {all} ways of the stack is taken by a test."))],
        );
        return;
    }
    let verb = if missed.len() == 1 { "is" } else { "are" };
    page.line(0, &[piece(Label::Plain, format!("{} of {all} ways {verb} taken by no test:", missed.len()))]);
    for (from, way) in missed.iter().take(MOST_MISSED) {
        page.line(
            2,
            &[
                piece(Label::Address, from.to_string()),
                piece(Label::Plain, format!("  {} → {}", way.name, way.to)),
            ],
        );
    }
    if let Some(more) = missed.len().checked_sub(MOST_MISSED).filter(|more| *more > 0) {
        page.line(2, &[piece(Label::Dim, format!("and {more} more"))]);
    }
}

/// Why a test does not hold, in one line.
pub(super) fn headline(failure: &Failure) -> String {
    match failure {
        Failure::Missing { to, gets: 0, .. } => format!("{to} gets nothing"),
        Failure::Missing { to, .. } => format!("{to} gets less than the test says"),
        Failure::Differs { to, .. } => format!("{to} gets something else"),
        Failure::NoMatch { to, .. } => format!("{to} gets what does not match"),
        Failure::Surplus { to, .. } => format!("{to} gets more than the test says"),
        Failure::Never { to, .. } => format!("{to} gets something, and never is to"),
        Failure::Cannot { at, why } => format!("at {at}: {why}"),
    }
}

fn write(page: &mut Page, failure: &Failure) {
    page.prose(4, Label::Danger, &headline(failure));
    match failure {
        Failure::Cannot { .. } => {}
        Failure::Missing { reasons, .. } => reasons.iter().for_each(|reason| write_reason(page, reason)),
        Failure::Differs { wanted, got, .. } => differs(page, 8, wanted, got, ("wanted", "got")),
        Failure::NoMatch { verdict, got, .. } => {
            for (field, decided) in &verdict.fields {
                page.prose(8, Label::Plain, &format!("{field}: {decided}"));
            }
            pretty(got).lines().for_each(|line| page.line(8, &[piece(Label::Dim, line)]));
        }
        Failure::Surplus { got, .. } | Failure::Never { got, .. } => {
            pretty(got).lines().for_each(|line| page.line(8, &[piece(Label::Plain, line)]));
        }
    }
}

/// Why nothing came, in one line.
pub(super) fn reason(reason: &Reason) -> String {
    match &reason.why {
        Why::Refused(_) => "does not match".into(),
        Why::Undelivered { by, why, .. } => format!("its target `{by}` delivers nothing: {why}"),
        Why::Stopped(notes) => notes.join("; "),
        Why::Unsaid => {
            let at = &reason.at;
            format!(
                "gets this, and nothing says what it does: write `{at}: {{ does: [ … ] }}` under `answers`"
            )
        }
    }
}

fn write_reason(page: &mut Page, of: &Reason) {
    let at = of.at.to_string();
    match &of.why {
        Why::Refused(verdict) => {
            page.line(8, &[piece(Label::Address, at), piece(Label::Dim, format!("  {}", reason(of)))]);
            for (field, decided) in &verdict.fields {
                page.prose(12, Label::Plain, &format!("{field}: {decided}"));
            }
        }
        why => {
            page.line(8, &[piece(Label::Address, at)]);
            page.prose(12, Label::Warning, &reason(of));
            if let Why::Undelivered { made, .. } = why
                && !made.is_empty()
            {
                page.line(12, &[piece(Label::Dim, made.clone())]);
            }
        }
    }
}

/// A failure as it stands on a terminal, for where there is none: without colours, and as wide as its lines are.
pub(super) fn told(failure: &Failure) -> String {
    let mut page = Page::new(false, usize::MAX);
    write(&mut page, failure);
    let text = page.finish();
    let lines = text.lines().map(|line| line.strip_prefix("    ").unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n")
}

/// Both documents line by line: `-` is the first, `+` the second, by the words for them.
pub(super) fn differs(page: &mut Page, indent: usize, one: &Json, other: &Json, words: (&str, &str)) {
    let (one, other) = (pretty(one), pretty(other));
    let diff = TextDiff::from_lines(&one, &other);
    let (before, after) = (format!("- {}", words.0), format!("+ {}", words.1));
    page.line(indent, &[piece(Label::Before, before), piece(Label::Plain, "  "), piece(Label::After, after)]);
    for change in diff.iter_all_changes() {
        let (label, sign) = match change.tag() {
            ChangeTag::Delete => (Label::Before, "-"),
            ChangeTag::Insert => (Label::After, "+"),
            ChangeTag::Equal => (Label::Dim, " "),
        };
        page.line(indent, &[piece(label, format!("{sign} {}", change.value().trim_end_matches('\n')))]);
    }
}

/// JSON with its members in order, one in a line.
pub(super) fn pretty(value: &Json) -> String {
    let text = serde_json::to_string_pretty(&sorted(value)).unwrap_or_default();
    format!("{text}\n")
}

fn sorted(value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let mut members: Vec<_> = map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Json::Object(members.into_iter().collect())
        }
        Json::Array(list) => list.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
