//! The plan on a terminal: the verdict in one line, then a tree by kind, each resource with only what
//! changes, then what stands against it and what could not be seen.

use super::change::place_piece;
use super::page::{Page, Piece, piece};
use super::resource::{Sign, write_resource};
use super::style::Label;
use super::unseen::{is_unseen, write_unseen};
use crate::engine::Address;
use crate::plan::{Counts, Finding, Plan, Planned};
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
    write_part(&mut page, plan);
    Tree { plan, sources, view }.write(&mut page);
    write_findings(&mut page, plan, sources, view);
    write_unseen(&mut page, plan);
    write_outputs(&mut page, plan);
    page.finish()
}

/// The plan in one line, as [`plan_text`] begins.
pub fn verdict_line(plan: &Plan, color: bool) -> String {
    let mut page = Page::new(color, usize::MAX);
    page.line(0, &verdict(plan));
    page.finish().trim_end().to_owned()
}

/// Whether a finding bars a resource: nothing is planned for it, so it is not unchanged either.
fn is_barred(planned: &Planned) -> bool {
    !planned.is_changed() && planned.live.is_none()
}

fn verdict(plan: &Plan) -> Vec<Piece> {
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
    let mut line = match plan.refusals.len() {
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

/// Which part of the stack the plan is about, if it is not about all of it.
fn write_part(page: &mut Page, plan: &Plan) {
    if plan.part.is_whole() {
        return;
    }
    let flag = |name: &str, all: &[Address]| -> Vec<String> {
        all.iter().map(|address| format!("{name} {address}")).collect()
    };
    let flags = [flag("--target", &plan.part.target), flag("--exclude", &plan.part.exclude)].concat();
    let orphans = match plan.part.target.is_empty() {
        true => "",
        false => " What is not declared any more stays.",
    };
    let text = format!(
        "This plan is partial ({}): the rest of the stack is left as it is.{orphans}",
        flags.join(" ")
    );
    page.line(0, &[piece(Label::Warning, text)]);
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
struct Tree<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    view: View,
}

impl Tree<'_> {
    fn write(&self, page: &mut Page) {
        let mut group = None;
        let mut component = None;
        // Addresses are ordered by component, kind and key, each origin before its parts.
        for planned in self.plan.changes.values().filter(|planned| self.is_visible(planned)) {
            let address = &planned.address;
            let depth = 2 * usize::from(address.component.is_some());
            let this = (&address.component, &address.kind);
            if group != Some(this) {
                page.blank();
                if component != Some(&address.component)
                    && let Some((name, instance)) = &address.component
                {
                    page.line(0, &[piece(Label::Heading, format!("{name}.{instance}"))]);
                }
                page.line(depth, &[piece(Label::Heading, address.kind.clone())]);
                (group, component) = (Some(this), Some(&address.component));
            }
            let hangs = address.is_generated() && self.plan.changes.contains_key(&address.origin());
            let indent = depth + if hangs { 6 } else { 2 };
            write_resource(page, planned, self.plan, self.sources, self.view, indent);
        }
    }

    /// Whether it stands in the tree: it changes, unchanged ones are asked for, or something below it
    /// changes.
    fn is_visible(&self, planned: &Planned) -> bool {
        let shown =
            |planned: &Planned| planned.is_changed() || (self.view.show_unchanged && !is_barred(planned));
        let address = &planned.address;
        let parts = || {
            let below = self.plan.changes.range(address.clone()..);
            below.skip(1).map(|(_, part)| part).take_while(|part| is_part(&part.address, address))
        };
        shown(planned) || (!address.is_generated() && !self.view.compact && parts().any(shown))
    }
}

fn is_part(part: &Address, origin: &Address) -> bool {
    part.is_generated()
        && part.component == origin.component
        && part.kind == origin.kind
        && part.key == origin.key
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
fn write_outputs(page: &mut Page, plan: &Plan) {
    if plan.is_empty() {
        return;
    }
    let is_first = plan.changes.values().all(|planned| planned.live.is_none());
    let mut outputs = plan.outputs.iter().filter(|(_, value)| is_first || !value.is_known()).peekable();
    if outputs.peek().is_none() {
        return;
    }
    page.blank();
    page.line(0, &[piece(Label::Heading, "outputs")]);
    for (name, value) in outputs {
        let sign = if is_first { Sign::CREATE } else { Sign::UPDATE };
        let head = vec![piece(sign.label, sign.text), piece(Label::Plain, format!(" {name}: "))];
        let value = super::fit::inline(&super::shown::Shown::of(value), Label::After);
        page.line(2, &[head, value].concat());
    }
}

/// Where a resource is declared, if it is.
pub(super) fn declared(planned: &Planned, sources: &Sources) -> Vec<Piece> {
    planned.declared.map(|span| place_piece(sources, span)).into_iter().collect()
}
