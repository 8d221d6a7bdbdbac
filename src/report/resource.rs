//! One resource of a plan: a line that says what happens to which, then why, then what differs.

use super::change::{ChangeText, write_fields};
use super::facts::Facts;
use super::fit::inline;
use super::page::{Page, Piece, piece};
use super::plan_text::{View, counted, declared};
use super::style::Label;
use crate::kinds;
use crate::plan::{Action, Plan, Planned, Reason, Verb};
use crate::source::Sources;

/// What stands in front of an address.
#[derive(Clone, Copy)]
pub(super) struct Sign {
    pub text: &'static str,
    pub label: Label,
    /// What happens, in a word.
    pub word: &'static str,
}

impl Sign {
    pub const CREATE: Sign = Sign { text: "+", label: Label::Create, word: "create" };
    pub const UPDATE: Sign = Sign { text: "~", label: Label::Update, word: "update" };

    /// The sign of a planned resource.
    pub fn of(planned: &Planned) -> Sign {
        match planned.action {
            Action::Keep if !planned.leftovers.is_empty() => {
                Sign { text: "-", label: Label::Delete, word: "delete leftovers of" }
            }
            Action::Keep => Sign { text: " ", label: Label::Dim, word: "" },
            Action::Create => Sign::CREATE,
            Action::Replace if planned.create_first => {
                Sign { text: "+/-", label: Label::Replace, word: "replace" }
            }
            Action::Replace => Sign { text: "-/+", label: Label::Replace, word: "replace" },
            Action::Delete => Sign { text: "-", label: Label::Delete, word: "delete" },
            Action::Update if planned.adopted => Sign { text: "=", label: Label::Adopt, word: "adopt" },
            Action::Update if planned.moved_from.is_some() => {
                Sign { text: "→", label: Label::Move, word: "move" }
            }
            Action::Update => Sign::UPDATE,
        }
    }
}

/// Writes a resource: its line, and below it what there is to say.
pub(super) fn write_resource(
    page: &mut Page,
    planned: &Planned,
    plan: &Plan,
    sources: &Sources,
    view: View,
    indent: usize,
) {
    page.spread(indent, &headline(planned, plan, sources, view));
    if view.compact || !planned.is_changed() {
        return;
    }
    let facts = Facts::new(planned);
    let within = indent + 4;
    write_reasons(page, planned, within);
    write_hints(page, planned, plan, within);
    if planned.action == Action::Create {
        return write_fields(page, &facts, facts.after(), Label::After, within);
    }
    // What has no name is known by what it says.
    if planned.action == Action::Delete && !has_own_name(planned) {
        return write_fields(page, &facts, facts.before(), Label::Before, within);
    }
    for (path, value) in facts.identity() {
        let value = inline(&value, Label::Dim);
        page.line(within, &[vec![piece(Label::Dim, format!("{path}: "))], value].concat());
    }
    ChangeText::new(page, &facts, sources).write(within);
    let unchanged = facts.unchanged();
    if matches!(planned.action, Action::Update | Action::Replace) && unchanged > 0 {
        page.line(within, &[piece(Label::Dim, counted(unchanged, "unchanged field"))]);
    }
}

/// `~ rules.x  the-name  stack.yaml:5`.
fn headline(planned: &Planned, plan: &Plan, sources: &Sources, view: View) -> Vec<Vec<Piece>> {
    let sign = Sign::of(planned);
    let address_label = if planned.is_changed() { Label::Address } else { Label::Dim };
    let mut head = Vec::new();
    if planned.is_changed() {
        head.push(piece(sign.label, format!("{} ", sign.text)));
        if view.compact {
            head.push(piece(sign.label, format!("{} ", sign.word)));
        }
    } else {
        head.push(piece(Label::Plain, "  "));
    }
    head.push(piece(address_label, planned.address.to_string()));
    let mut groups = vec![head];
    if has_own_name(planned) {
        groups.push(vec![piece(Label::Plain, planned.name.as_str())]);
    }
    if let Some(from) = &planned.moved_from {
        groups.push(vec![piece(Label::Move, format!("moved from {from}"))]);
    }
    if planned.protect && planned.is_destructive() {
        let refused = plan.refusals.iter().any(|finding| finding.address.as_ref() == Some(&planned.address));
        let text = if refused { "protected" } else { "protected, allowed to go" };
        groups.push(vec![piece(Label::Danger, text)]);
    }
    if view.compact && planned.action == Action::Update {
        let n = planned.change.count();
        let what = match n {
            0 if planned.reasons.iter().any(|reason| matches!(reason, Reason::Failed { .. })) => {
                "written again".to_owned()
            }
            0 => "its mark alone".to_owned(),
            n => counted(n, "field"),
        };
        groups.push(vec![piece(Label::Dim, what)]);
    }
    groups.push(declared(planned, sources));
    groups
}

/// Whether it has a name that says something; statements have a digest.
fn has_own_name(planned: &Planned) -> bool {
    let named = kinds::kind(planned.kind).is_none_or(|kind| !kind.about().naming.path.is_empty());
    named && !planned.name.is_empty()
}

/// Why it happens, and what it costs.
fn write_reasons(page: &mut Page, planned: &Planned, indent: usize) {
    let mut again = false;
    for reason in &planned.reasons {
        let Some((how, label)) = manner(planned, reason, again) else { continue };
        again |= matches!(label, Label::Reason);
        match reason {
            Reason::Leftover { id } => {
                page.prose(indent, label, &format!("{id} goes: an older one of the same address"));
            }
            Reason::Mark { parts } if parts.contains(&"protect") => {
                let rest = parts.iter().copied().filter(|part| *part != "protect").collect();
                let change = if planned.mark.protect { "added" } else { "taken away" };
                page.prose(indent, label, &format!("protection is {change}"));
                if parts.len() > 1 {
                    page.prose(indent, label, &Reason::Mark { parts: rest }.to_string());
                }
            }
            reason => page.prose(indent, label, &format!("{how}{reason}")),
        }
    }
    if let Some(loses) = planned.loses {
        page.prose(indent, Label::Danger, &format!("loses {loses}"));
    }
}

/// How a reason is introduced, and its label; nothing where the line above has said it.
fn manner(planned: &Planned, reason: &Reason, again: bool) -> Option<(&'static str, Label)> {
    let because = match (planned.action, planned.create_first, again) {
        (_, _, true) => "and because ",
        (Action::Replace, true, _) => "replaced, the new one first, because ",
        (Action::Replace, false, _) => "replaced, the old one first, because ",
        _ => "because ",
    };
    match reason {
        Reason::CreateOnly { .. }
        | Reason::NewOutput { .. }
        | Reason::Inside { .. }
        | Reason::Failed { .. } => Some((because, Label::Reason)),
        Reason::Remade { .. } => Some(("", Label::Danger)),
        Reason::Undeclared => Some(("deleted because ", Label::Reason)),
        Reason::Moved { .. } | Reason::Destroyed => None,
        // A hidden change says it.
        Reason::Mark { parts } if parts == &["version"] && !planned.change.is_same() => None,
        Reason::Adopted { .. } | Reason::Mark { .. } | Reason::Rotated => Some(("", Label::Dim)),
        Reason::Leftover { .. } => Some(("", Label::Delete)),
    }
}

/// What the order of steps means for it, and hints.
fn write_hints(page: &mut Page, planned: &Planned, plan: &Plan, indent: usize) {
    for step in plan.steps.iter().filter(|step| step.address == planned.address) {
        let Some(note) = &step.note else { continue };
        let text = match (step.verb, planned.action) {
            (Verb::Delete, Action::Replace) => format!("the old one goes {note}"),
            (Verb::Update, _) if step.interim.is_some() => format!("in two steps: first {note}"),
            (Verb::Update, _) => format!("later: {note}"),
            _ => note.clone(),
        };
        page.prose(indent, Label::Dim, &text);
    }
    if let Some(note) = &planned.note {
        page.prose(indent, Label::Help, &format!("hint: {note}"));
    }
}
