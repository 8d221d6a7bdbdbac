//! Workflow commands of GitHub Actions: what is to be said about a plan or a file, on the lines of the YAML.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step; so what matters most comes first.

use super::escape::{command_data, command_property};
use super::links::Files;
use super::page::harmless;
use super::plan_text::verdict_line;
use super::resource::goes_because;
use super::tree::goes;
use super::unseen::Unseen;
use crate::plan::{Finding, Plan, Planned};
use crate::source::{Diagnostic, Findings, Severity, Sources, Span};

/// What stands against a plan as errors, what goes and its warnings as warnings, and the verdict as a notice.
pub fn plan_annotations(plan: &Plan, sources: &Sources, files: &Files) -> String {
    let commands = Commands { sources, files };
    let mut out = String::new();
    for finding in &plan.refusals {
        out.push_str(&commands.finding("error", finding));
    }
    for planned in plan.changes.values().filter(|planned| goes(planned)) {
        out.push_str(&commands.going(planned));
    }
    for text in Unseen::of(plan).missed() {
        out.push_str(&commands.command("warning", None, "not seen", &harmless(text)));
    }
    for finding in &plan.warnings {
        out.push_str(&commands.finding("warning", finding));
    }
    let title = format!("gatewayctl plan {}", plan.owner);
    out.push_str(&commands.command("notice", None, &title, &verdict_line(plan, false)));
    out
}

/// The findings of `validate`: errors, then warnings, then notes.
pub fn findings_annotations(findings: &Findings, sources: &Sources, files: &Files) -> String {
    let commands = Commands { sources, files };
    let severities = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "notice")];
    let told: Vec<Diagnostic> = findings.told(sources).collect();
    let of = |severity| told.iter().filter(move |finding| finding.severity == severity);
    let all =
        severities.iter().flat_map(|(severity, word)| of(*severity).map(move |finding| (word, finding)));
    all.map(|(word, finding)| commands.diagnostic(word, finding)).collect()
}

struct Commands<'a> {
    sources: &'a Sources,
    files: &'a Files,
}

impl Commands<'_> {
    fn command(&self, level: &str, span: Option<Span>, title: &str, message: &str) -> String {
        let at = span.map(|span| {
            let place = self.files.place(span, self.sources);
            format!("file={},line={},col={},", command_property(&place.file), place.line, place.column)
        });
        let at = at.unwrap_or_default();
        format!("::{level} {at}title={}::{}\n", command_property(title), command_data(message))
    }

    fn finding(&self, level: &str, finding: &Finding) -> String {
        let address = finding.address.as_ref().map(ToString::to_string);
        self.said(level, finding.place, (finding.code, address.as_deref()), &finding.message, &finding.help)
    }

    fn diagnostic(&self, level: &str, finding: &Diagnostic) -> String {
        let help = finding.help.as_deref().unwrap_or_default();
        self.said(level, finding.span, (finding.code, finding.address.as_deref()), &finding.message, help)
    }

    fn said(
        &self,
        level: &str,
        span: Option<Span>,
        (code, address): (&str, Option<&str>),
        message: &str,
        help: &str,
    ) -> String {
        let title = address.map_or_else(|| code.to_owned(), |address| format!("{code}: {address}"));
        // A line break of the message's own is not one of ours.
        let mut text = harmless(message);
        if !help.is_empty() {
            text.push_str(&format!("\nhelp: {}", harmless(help)));
        }
        self.command(level, span, &title, &text)
    }

    fn going(&self, planned: &Planned) -> String {
        let (word, because) = goes_because(planned);
        let title = format!("{word} {}", planned.address);
        let mut lines = vec![harmless(&planned.name)];
        lines.extend(because.map(|(_, text)| harmless(&text)));
        lines.retain(|line| !line.is_empty());
        self.command("warning", planned.declared, &title, &lines.join("\n"))
    }
}
