//! `status` on a terminal: one line that says whether all is well, then a line for each resource.

use super::page::{Page, piece};
use super::plan_text::counted;
use super::style::Label;
use crate::health::{Health, Is, Reason};

/// The health of a stack as text: the verdict first, what is wrong before what is well. `all`: also what is
/// generated and well.
pub fn health_text(health: &Health, all: bool, color: bool, width: usize) -> String {
    let mut page = Page::new(color, width);
    let (label, verdict) = verdict(health);
    page.line(0, &[piece(label, verdict)]);
    let mut shown: Vec<_> = health.resources.iter().collect();
    shown.retain(|one| all || one.is != Is::Healthy || !one.address.is_generated());
    shown.sort_by_key(|one| one.is);
    let word = shown.iter().map(|one| one.is.word().len()).max().unwrap_or(0);
    if !shown.is_empty() {
        page.blank();
    }
    for one in shown {
        let label = match one.is {
            Is::Failed | Is::Missing | Is::Foreign => Label::Danger,
            Is::Unknown | Is::Busy => Label::Warning,
            Is::Healthy => Label::Good,
        };
        let head = [
            piece(label, format!("{:word$}", one.is.word())),
            piece(Label::Plain, "  "),
            piece(Label::Address, one.address.to_string()),
            piece(Label::Dim, format!("  {}", one.name)),
        ];
        page.line(2, &head);
        for reason in &one.reasons {
            page.prose(word + 4, Label::Plain, &said(reason));
        }
    }
    page.finish()
}

fn verdict(health: &Health) -> (Label, String) {
    let all = health.resources.len();
    let count = |is: Is| health.resources.iter().filter(|one| one.is == is).count();
    let counts: Vec<String> = [Is::Failed, Is::Missing, Is::Foreign, Is::Unknown, Is::Busy]
        .into_iter()
        .filter(|is| count(*is) > 0)
        .map(|is| format!("{} {}", count(is), is.word()))
        .collect();
    let of = format!(" of {}", counted(all, "resource"));
    match (health.is_well(), counts.is_empty()) {
        (true, true) => (Label::Good, format!("Healthy: {}.", counted(all, "resource"))),
        (true, false) => (Label::Good, format!("Healthy: {}{of}.", counts.join(", "))),
        (false, _) => (Label::Danger, format!("Not healthy: {}{of}.", counts.join(", "))),
    }
}

fn said(reason: &Reason) -> String {
    let means = if reason.is_declared { "as the stack wishes it" } else { &reason.means };
    let member = reason.path.rsplit('.').next().unwrap_or_default();
    match &reason.value {
        Some(serde_json::Value::String(text)) => format!("{means} ({member} = {text})"),
        Some(serde_json::Value::Object(of)) => {
            let text =
                |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let each: Vec<String> =
                of.iter().map(|(key, value)| format!("{key} = {}", text(value))).collect();
            format!("{means} ({})", each.join(", "))
        }
        Some(value) => format!("{means} ({member} = {value})"),
        None => means.to_owned(),
    }
}
