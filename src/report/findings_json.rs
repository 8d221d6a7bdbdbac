//! The findings of `validate` as JSON.
//!
//! ```json
//! { "format_version": "1.1", "valid": false, "errors": 1, "warnings": 0, "notes": 0, "hints": 0, "allowed": 0,
//!   "unseen": 0, "findings": [ { "code": "unknown_key", "severity": "error", "message": "…", "place": null,
//!     "label": "…", "related": [ { "place": {}, "label": "…" } ], "help": "…", "address": "…" } ] }
//! ```
//!
//! `unseen` findings were counted and are not listed; `allowed` ones are silenced by an `allow:`. Hints come last.

use serde_json::{Value as Json, json};

use super::plan_json::place;
use crate::source::{Diagnostic, Findings, Severity, Sources};

/// The version of the shape. The second number grows with what is added, the first with what changes.
const FORMAT_VERSION: &str = "1.1";

/// The findings as JSON, in the order of their places.
pub fn findings_json(findings: &Findings, sources: &Sources) -> Json {
    json!({
        "format_version": FORMAT_VERSION,
        "valid": !findings.has_errors(),
        "errors": findings.errors(),
        "warnings": findings.count(Severity::Warning),
        "notes": findings.count(Severity::Note),
        "hints": findings.count(Severity::Hint),
        "allowed": findings.allowed(),
        "unseen": findings.unseen(),
        "findings": findings.told(sources).chain(findings.told_hints(sources)).map(|finding| one(&finding, sources)).collect::<Vec<_>>(),
    })
}

fn one(finding: &Diagnostic, sources: &Sources) -> Json {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
        Severity::Hint => "hint",
    };
    let related = finding.related.iter();
    let related =
        related.map(|(span, label)| json!({ "place": place(Some(*span), sources), "label": label }));
    json!({
        "code": finding.code,
        "severity": severity,
        "message": finding.message,
        "place": place(finding.span, sources),
        "label": finding.label,
        "related": related.collect::<Vec<_>>(),
        "help": finding.help,
        "address": finding.address,
    })
}
