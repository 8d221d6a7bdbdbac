//! One resource of a plan: a line that says what happens to which, then why, then what differs.

use std::collections::HashMap;

use super::change::{ChangeText, write_fields};
use super::facts::Facts;
use super::fit::inline;
use super::page::{Page, Piece, piece};
use super::plan_text::{View, counted, declared};
use super::shown::Shown;
use super::style::Label;
use crate::engine::Address;
use crate::kinds;
use crate::plan::{Action, Finding, Foreseen, Plan, Planned, Reason, Step, Verb};
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

/// A plan as it is drawn, with what each of its resources asks for at hand.
pub(super) struct Scene<'a> {
    pub plan: &'a Plan,
    pub sources: &'a Sources,
    pub view: View,
    steps: HashMap<&'a Address, Vec<&'a Step>>,
}

impl<'a> Scene<'a> {
    pub fn new(plan: &'a Plan, sources: &'a Sources, view: View) -> Scene<'a> {
        let mut steps: HashMap<_, Vec<_>> = HashMap::new();
        plan.steps.iter().for_each(|step| steps.entry(&step.address).or_default().push(step));
        Scene { plan, sources, view, steps }
    }

    /// Writes a resource: its line, and below it what there is to say.
    pub fn resource(&self, page: &mut Page, planned: &Planned, indent: usize) {
        page.spread(indent, &self.headline(planned));
        if !self.view.compact && planned.is_changed() {
            self.body(page, planned, indent + 4, true);
        }
    }

    /// Writes what there is to say of a resource that changes, with the places in the file or without.
    pub fn body(&self, page: &mut Page, planned: &Planned, indent: usize, places: bool) {
        let facts = Facts::new(planned);
        self.sentences(page, planned, indent);
        self.write_fields_of(page, &facts, indent, places);
        self.foreseen(page, planned, indent);
    }

    /// Why it happens, what it costs, what the order of steps means for it, and hints.
    pub fn sentences(&self, page: &mut Page, planned: &Planned, indent: usize) {
        for (label, text) in told(planned) {
            page.prose(indent, label, &text);
        }
        self.hints(page, planned, indent);
    }

    fn write_fields_of(&self, page: &mut Page, facts: &Facts<'_>, indent: usize, places: bool) {
        let unchanged = match fields(facts) {
            Fields::All(shown, label) => return write_fields(page, facts, shown, label, indent),
            Fields::Changed { unchanged } => unchanged,
        };
        for (path, value) in facts.identity() {
            let value = inline(&value, Label::Dim);
            page.line(indent, &[vec![piece(Label::Dim, format!("{path}: "))], value].concat());
        }
        ChangeText::new(page, facts, places.then_some(self.sources)).write(indent);
        if unchanged > 0 {
            page.line(indent, &[piece(Label::Dim, counted(unchanged, "unchanged field"))]);
        }
    }

    /// What AWS itself says that the write would do.
    pub fn foreseen(&self, page: &mut Page, planned: &Planned, indent: usize) {
        match self.plan.foreseen.get(&planned.address) {
            None => {}
            Some(Foreseen::Later(why)) => {
                let text = format!("what it would do inside is not shown: {why}");
                page.prose(indent, Label::Dim, &text);
            }
            Some(Foreseen::Refused { why, .. }) => {
                page.prose(indent, Label::Danger, &format!("AWS refuses it: {why}"))
            }
            Some(Foreseen::Told(preview)) => {
                let colon = if preview.effects.is_empty() { "" } else { ":" };
                page.prose(indent, Label::Heading, &format!("{}{colon}", preview.title));
                for effect in &preview.effects {
                    let label = match (effect.destroys, effect.sign) {
                        (true, _) => Label::Danger,
                        (false, "+") => Label::Create,
                        (false, _) => Label::Update,
                    };
                    page.line(indent + 2, &[piece(label, format!("{} {}", effect.sign, effect.text))]);
                }
            }
        }
    }

    /// `~ rules.x  the-name  stack.yaml:5`.
    fn headline(&self, planned: &Planned) -> Vec<Vec<Piece>> {
        let sign = Sign::of(planned);
        let address_label = if planned.is_changed() { Label::Address } else { Label::Dim };
        let mut head = Vec::new();
        if planned.is_changed() {
            head.push(piece(sign.label, format!("{} ", sign.text)));
            if self.view.compact {
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
        groups.extend(self.remarks(planned).into_iter().map(|remark| vec![remark]));
        if self.view.compact && planned.action == Action::Update {
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
        groups.push(declared(planned, self.sources));
        groups
    }

    /// What stands beside the name: where it was declared before, and whether it is protected.
    pub fn remarks(&self, planned: &Planned) -> Vec<Piece> {
        let mut remarks = Vec::new();
        if let Some(from) = &planned.moved_from {
            remarks.push(piece(Label::Move, format!("moved from {from}")));
        }
        let inside = match self.plan.foreseen.get(&planned.address) {
            Some(Foreseen::Told(preview)) => preview.lost().is_some(),
            _ => false,
        };
        if planned.protect && (planned.is_destructive() || inside) {
            let about_it = |finding: &Finding| finding.address.as_ref() == Some(&planned.address);
            let remark = match (self.plan.refusals.iter().any(about_it), planned.may_destroy) {
                (true, _) => Some("protected"),
                (false, true) => Some("protected, allowed to go"),
                // What was never made holds nothing to protect.
                (false, false) => None,
            };
            remarks.extend(remark.map(|remark| piece(Label::Danger, remark)));
        }
        remarks
    }

    /// What the order of steps means for it, and hints.
    fn hints(&self, page: &mut Page, planned: &Planned, indent: usize) {
        for step in self.steps.get(&planned.address).into_iter().flatten() {
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
}

/// What is written of a resource's fields.
pub(super) enum Fields {
    /// All that one side has, under the label of that side.
    All(Option<Shown>, Label),
    /// Those that tell which it is, those that differ, and how many do not.
    Changed { unchanged: usize },
}

/// What is to be written of a resource's fields.
pub(super) fn fields(facts: &Facts<'_>) -> Fields {
    let planned = facts.planned;
    match planned.action {
        Action::Create => Fields::All(facts.after(), Label::After),
        // What has no name is known by what it says.
        Action::Delete if !has_own_name(planned) => Fields::All(facts.before(), Label::Before),
        Action::Update | Action::Replace => Fields::Changed { unchanged: facts.unchanged() },
        Action::Keep | Action::Delete => Fields::Changed { unchanged: 0 },
    }
}

/// Whether it has a name that says something; statements have a digest.
pub(super) fn has_own_name(planned: &Planned) -> bool {
    let named = kinds::kind(planned.kind).is_none_or(|kind| !kind.about().naming.path.is_empty());
    named && !planned.name.is_empty()
}

/// Why it happens, and what it costs, in sentences.
fn told(planned: &Planned) -> Vec<Piece> {
    let mut told = Vec::new();
    let mut again = false;
    for reason in &planned.reasons {
        let Some((how, label)) = manner(planned, reason, again) else { continue };
        again |= matches!(label, Label::Reason);
        match reason {
            Reason::Leftover { id } => {
                told.push(piece(label, format!("{id} goes: an older one of the same address")));
            }
            Reason::Mark { parts } if parts.contains(&"protect") => {
                let rest = parts.iter().copied().filter(|part| *part != "protect").collect();
                let change = if planned.mark.protect { "added" } else { "taken away" };
                told.push(piece(label, format!("protection is {change}")));
                if parts.len() > 1 {
                    told.push(piece(label, Reason::Mark { parts: rest }.to_string()));
                }
            }
            reason => told.push(piece(label, format!("{how}{reason}"))),
        }
    }
    if let Some(loses) = planned.loses {
        told.push(piece(Label::Danger, format!("loses {loses}")));
    }
    told
}

/// What happens to a resource that goes or loses something, in a word, and why, as far as it is about that.
pub(super) fn goes_because(planned: &Planned) -> (&'static str, impl Iterator<Item = Piece>) {
    let word = if planned.is_destructive() { Sign::of(planned).word } else { "make a part anew of" };
    let about_it = |label: &Label| matches!(label, Label::Reason | Label::Danger | Label::Delete);
    (word, told(planned).into_iter().filter(move |(label, _)| about_it(label)))
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
        Reason::Remade { .. } | Reason::Lost { .. } => Some(("", Label::Danger)),
        Reason::Undeclared => Some(("deleted because ", Label::Reason)),
        Reason::Moved { .. } | Reason::Destroyed => None,
        // A hidden change says it.
        Reason::Mark { parts } if parts == &["version"] && !planned.change.is_same() => None,
        Reason::Adopted { .. } | Reason::Mark { .. } | Reason::Rotated => Some(("", Label::Dim)),
        Reason::Leftover { .. } => Some(("", Label::Delete)),
    }
}
