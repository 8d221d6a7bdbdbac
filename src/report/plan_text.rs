//! The plan on a terminal: the verdict in one line, then a tree by kind, each resource with only what
//! changes, then what stands against it and what could not be seen.

use super::change::place_piece;
use super::page::{Page, Piece, piece};
use super::resource::{Scene, Sign};
use super::style::Label;
use super::tree::{Branch, Section, tree};
use super::unseen::{is_unseen, write_unseen};
use crate::engine::{Address, Value};
use crate::plan::{Against, Counts, Finding, Foreseen, Plan, Planned};
use crate::source::{Diagnostic, Findings, RenderStyle, Sources, render};

/// How a plan is shown.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// With ANSI colours.
    pub color: bool,
    /// The terminal's width in columns.
    pub width: usize,
    /// One line for each resource.
    pub compact: bool,
    /// Resources that stay as they are get a line too.
    pub show_unchanged: bool,
}

impl Default for View {
    fn default() -> View {
        View { color: false, width: 100, compact: false, show_unchanged: false }
    }
}

/// The plan as text, its verdict in the first line: `No changes.`, or what would be done with the
/// destructive first, or that it is refused.
///
/// `No changes.` is said only if everything that can be compared was compared and is equal.
pub fn plan_text(plan: &Plan, sources: &Sources, view: View) -> String {
    let mut page = Page::new(view.color, view.width);
    page.line(0, &verdict(plan));
    if let Some(text) = against(plan) {
        page.prose(0, Label::Dim, &text);
    }
    if let Some(text) = part(plan) {
        page.line(0, &[piece(Label::Warning, text)]);
    }
    write_tree(&mut page, &Scene::new(plan, sources, view));
    write_findings(&mut page, plan, sources, view);
    write_unseen(&mut page, plan);
    if let Some(text) = floor(plan) {
        page.blank();
        page.prose(0, Label::Dim, &text);
    }
    if !new_outputs(plan).is_empty() {
        page.blank();
        page.line(0, &[piece(Label::Heading, "outputs")]);
        write_outputs(&mut page, plan, 2);
    }
    page.finish()
}

/// The plan in one line, as [`plan_text`] begins.
pub fn verdict_line(plan: &Plan, color: bool) -> String {
    let mut page = Page::new(color, usize::MAX);
    page.line(0, &verdict(plan));
    page.finish().trim_end().to_owned()
}

/// Whether a finding bars a resource: nothing is planned for it, so it is not unchanged either.
pub(super) fn is_barred(planned: &Planned) -> bool {
    !planned.is_changed() && planned.live.is_none()
}

/// The plan in one line; what goes, and what stands against it, is labelled so.
pub(super) fn verdict(plan: &Plan) -> Vec<Piece> {
    if plan.is_empty() {
        return vec![match is_unseen(plan) {
            false if plan.part.is_whole() => piece(Label::Good, "No changes."),
            false => piece(Label::Good, "No changes in this part of the stack."),
            true => piece(Label::Warning, "Nothing to do by what could be seen; some of it could not."),
        }];
    }
    let counts = plan.counts();
    let barred = plan.changes.values().filter(|planned| is_barred(planned)).count();
    let parts = [
        (counts.replace, "to replace", Label::Replace),
        (counts.delete, "to delete", Label::Delete),
        (counts.create, "to create", Label::Create),
        (counts.update, "to update", Label::Update),
        (counts.keep.saturating_sub(barred), "unchanged", Label::Plain),
    ];
    let of_aws = plan.foreseen.values().filter(|one| matches!(one, Foreseen::Refused { .. })).count();
    let mut line = match plan.refusals.len() + of_aws {
        0 => vec![piece(Label::Heading, "Plan: ")],
        n => vec![
            piece(Label::Danger, "Refused"),
            piece(Label::Plain, format!(" for {}. ", counted(n, "reason"))),
            piece(Label::Heading, "Plan: "),
        ],
    };
    let parts: Vec<_> = parts.into_iter().filter(|(n, ..)| *n > 0).collect();
    if parts.is_empty() {
        line.push(piece(Label::Plain, "nothing"));
    }
    for (index, (n, what, label)) in parts.into_iter().enumerate() {
        if index > 0 {
            line.push(piece(Label::Plain, ", "));
        }
        line.push(piece(label, format!("{n} {what}")));
        if what == "to update" {
            line.push(piece(Label::Plain, of_which(&counts)));
            if counts.remade > 0 {
                line.push(piece(Label::Danger, format!(" ({} with a loss)", counts.remade)));
            }
        }
    }
    line.push(piece(Label::Plain, "."));
    line
}

/// What the plan compares the stack with, if that is not the account as it is.
pub(super) fn against(plan: &Plan) -> Option<String> {
    match &plan.against {
        Against::Account => None,
        Against::Empty => Some("Against an empty account (`--offline`).".to_owned()),
        Against::Snapshot { file } => Some(format!("Against the account as `{file}` has it (`--live`).")),
    }
}

/// Which part of the stack the plan is about, if it is not about all of it.
pub(super) fn part(plan: &Plan) -> Option<String> {
    if plan.part.is_whole() {
        return None;
    }
    let flag = |name: &str, all: &[Address]| -> Vec<String> {
        all.iter().map(|address| format!("{name} {address}")).collect()
    };
    let flags = [flag("--target", &plan.part.target), flag("--exclude", &plan.part.exclude)].concat();
    let orphans = match plan.part.target.is_empty() {
        true => "",
        false => " What is not declared any more stays.",
    };
    Some(format!(
        "This plan is partial ({}): the rest of the stack is left as it is.{orphans}",
        flags.join(" ")
    ))
}

/// How long an apply takes at least, where that is long enough to be told.
pub(super) fn floor(plan: &Plan) -> Option<String> {
    /// In seconds.
    const SHORT: u64 = 5;
    let floor = plan.floor();
    let limit = floor.limit.filter(|_| floor.time.as_secs() >= SHORT)?;
    let time = match (floor.time.as_secs() / 60, floor.time.as_secs() % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    };
    Some(format!("An apply takes at least {time}, by AWS's published limits ({limit})."))
}

/// ` (1 moved, 2 adopted)`.
fn of_which(counts: &Counts) -> String {
    let parts = [(counts.moved, "moved"), (counts.adopted, "adopted")];
    let parts: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// `1 reason`, `2 reasons`.
pub(super) fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// The resources by component and kind; what is generated stands below what it serves.
fn write_tree(page: &mut Page, scene: &Scene<'_>) {
    let mut component = None;
    for section in tree(scene) {
        let depth = 2 * usize::from(section.component.is_some());
        for (kind, branches) in &section.kinds {
            page.blank();
            if component != section.component
                && let Some((name, instance)) = section.component
            {
                page.line(0, &[piece(Label::Heading, format!("{name}.{instance}"))]);
            }
            component = section.component;
            page.line(depth, &[piece(Label::Heading, *kind)]);
            for branch in branches {
                for planned in &branch.members {
                    let address = &planned.address;
                    let hangs = address.is_generated() && scene.plan.changes.contains_key(&address.origin());
                    scene.resource(page, planned, depth + if hangs { 6 } else { 2 });
                }
                let others = branch.alike.iter();
                write_alike(page, branch.is_destructive(), others.map(Branch::name).collect(), depth + 2);
            }
        }
        write_alike(page, section.is_destructive(), section.same(), depth);
        write_others(page, &section, depth);
    }
}

/// Instances that are the same but for some values: a line for each, with what it has of its own.
fn write_others(page: &mut Page, section: &Section<'_>, indent: usize) {
    let others: Vec<_> = section.others().collect();
    if others.is_empty() {
        return;
    }
    let text = format!("{}, but for what stands beside them:", more_like_this(others.len()));
    page.prose(indent, label_of_alike(section.is_destructive()), &text);
    for other in others {
        let own = other.own_once().map(|(label, text)| vec![piece(label, text)]);
        let line: Vec<Vec<Piece>> =
            std::iter::once(vec![piece(Label::Address, other.name())]).chain(own).collect();
        page.spread(indent + 2, &line);
    }
}

/// What is the same as what stands above; all of it is named if something of it goes.
fn write_alike(page: &mut Page, goes: bool, names: Vec<String>, indent: usize) {
    /// How many of the others are named.
    const NAMED: usize = 5;
    let named = if goes { names.len() } else { names.len().min(NAMED) };
    if named > 0 {
        let rest = if named < names.len() { ", …" } else { "" };
        let text = format!("{}: {}{rest}", more_like_this(names.len()), names[..named].join(", "));
        page.prose(indent, label_of_alike(goes), &text);
    }
}

/// `5 more like this`: how many are folded into one.
pub(super) fn more_like_this(n: usize) -> String {
    format!("{n} more like this")
}

fn label_of_alike(goes: bool) -> Label {
    if goes { Label::Delete } else { Label::Dim }
}

/// Refusals and warnings, as findings of the file are drawn.
fn write_findings(page: &mut Page, plan: &Plan, sources: &Sources, view: View) {
    let mut findings = Findings::default();
    findings.extend(plan.refusals.iter().map(|finding| diagnostic(finding, Diagnostic::error)));
    findings.extend(plan.warnings.iter().map(|finding| diagnostic(finding, Diagnostic::warning)));
    if !findings.is_empty() {
        page.blank();
        page.drawn(&render(sources, &findings, RenderStyle { color: view.color, width: page.width() }));
    }
}

fn diagnostic(finding: &Finding, severity: fn(&'static str, String) -> Diagnostic) -> Diagnostic {
    let mut diagnostic = severity(finding.code, finding.message.clone());
    diagnostic.span = finding.place;
    diagnostic.address = finding.address.as_ref().map(Address::to_string);
    diagnostic.help = Some(finding.help.clone()).filter(|help| !help.is_empty());
    diagnostic
}

/// The outputs that an apply gives another value: those not known yet; at the first apply, all.
pub(super) fn write_outputs(page: &mut Page, plan: &Plan, indent: usize) {
    for (name, value) in new_outputs(plan) {
        let sign = if is_first(plan) { Sign::CREATE } else { Sign::UPDATE };
        let head =
            vec![piece(sign.label, format!("{} ", sign.text)), piece(Label::Plain, format!("{name}: "))];
        let value = super::fit::inline(&super::shown::Shown::of(value), Label::After);
        page.line(indent, &[head, value].concat());
    }
}

/// Whether nothing is there yet.
fn is_first(plan: &Plan) -> bool {
    plan.changes.values().all(|planned| planned.live.is_none())
}

/// The outputs that [`write_outputs`] writes.
pub(super) fn new_outputs(plan: &Plan) -> Vec<(&str, &Value)> {
    let is_first = is_first(plan);
    let new = plan.outputs.iter().filter(|(_, value)| !plan.is_empty() && (is_first || !value.is_known()));
    new.map(|(name, value)| (name.as_str(), value)).collect()
}

/// Where a resource is declared, if it is.
pub(super) fn declared(planned: &Planned, sources: &Sources) -> Vec<Piece> {
    planned.declared.map(|span| place_piece(sources, span)).into_iter().collect()
}
