//! What can be said of a plan as a whole, and its reasons in words.

use std::collections::BTreeMap;
use std::fmt;

use super::guards;
use super::types::{Action, Counts, Foreseen, Plan, Planned, Reason, Step};
use crate::engine::{Address, Observed};

impl Plan {
    /// Whether nothing is to be done and nothing stands against it. Whether that means that nothing
    /// differs is another question: see [`Plan::is_complete`].
    pub fn is_empty(&self) -> bool {
        self.refusals.is_empty() && !self.changes.values().any(Planned::is_changed)
    }

    /// The plan with what AWS itself says that its writes would do, which may stand against it.
    pub fn with_foreseen(&self, foreseen: BTreeMap<Address, Foreseen>) -> Plan {
        let refused = guards::protection_inside(&self.changes, &foreseen);
        let mut plan = Plan { foreseen, ..self.clone() };
        plan.refusals.extend(refused);
        plan
    }

    /// Whether it may be applied.
    pub fn is_allowed(&self) -> bool {
        self.refusals.is_empty()
    }

    /// Whether everything that can be compared was compared.
    pub fn is_complete(&self) -> bool {
        self.unread.is_empty() && self.unlisted.is_empty()
    }

    /// How many resources each action concerns; leftovers count as deletes.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for planned in self.changes.values() {
            match planned.action {
                Action::Keep => counts.keep += 1,
                Action::Create => counts.create += 1,
                Action::Update => counts.update += 1,
                Action::Replace => counts.replace += 1,
                Action::Delete => counts.delete += 1,
            }
            counts.delete += planned.leftovers.len();
            counts.moved += usize::from(planned.moved_from.is_some());
            counts.adopted += usize::from(planned.adopted);
            counts.remade += usize::from(planned.loses_a_part());
        }
        counts
    }

    /// What is replaced or deleted.
    pub fn destructive(&self) -> impl Iterator<Item = &Planned> {
        self.changes.values().filter(|planned| planned.is_destructive())
    }

    /// The plan of a resource.
    pub fn planned(&self, address: &Address) -> Option<&Planned> {
        self.changes.get(address)
    }

    /// The live resource that a step works on: the one to update or to delete.
    pub fn target(&self, step: &Step) -> Option<&Observed> {
        let planned = self.changes.get(&step.address)?;
        match step.leftover {
            Some(index) => planned.leftovers.get(index),
            None => planned.live.as_ref(),
        }
    }
}

impl Planned {
    /// Whether anything is done to it.
    pub fn is_changed(&self) -> bool {
        self.action != Action::Keep || !self.leftovers.is_empty()
    }

    /// Whether something goes that may not come back.
    pub fn is_destructive(&self) -> bool {
        matches!(self.action, Action::Replace | Action::Delete) || !self.leftovers.is_empty()
    }

    /// Whether a part of it goes with a loss, made anew or not, while it stays itself.
    pub fn loses_a_part(&self) -> bool {
        self.reasons.iter().any(|reason| matches!(reason, Reason::Remade { .. } | Reason::Lost { .. }))
    }

    /// Whether only the mark changes.
    pub fn is_mark_only(&self) -> bool {
        self.action == Action::Update && self.change.is_same() && !self.rotates
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Action::Keep => "keep",
            Action::Create => "create",
            Action::Update => "update",
            Action::Replace => "replace",
            Action::Delete => "delete",
        })
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::CreateOnly { paths } => write!(f, "{} cannot be changed in place", listed(paths)),
            Reason::Remade { paths, loses } => write!(
                f,
                "{} cannot be changed in place: a part of it is made anew, which loses {loses}",
                listed(paths)
            ),
            Reason::Lost { paths, loses } => {
                write!(
                    f,
                    "{} {}, which loses {loses}",
                    listed(paths),
                    if paths.len() == 1 { "goes" } else { "go" }
                )
            }
            Reason::NewOutput { path, output, because } if because.is_empty() => {
                write!(f, "{path} takes `{}` of {}, which is made anew", output.output, output.address)
            }
            Reason::NewOutput { path, output, because } => write!(
                f,
                "{path} takes `{}` of {}, which gets another value because {} {}",
                output.output,
                output.address,
                listed(because),
                if because.len() == 1 { "changes" } else { "change" },
            ),
            Reason::Inside { container } => write!(f, "it falls with {container}, which is replaced"),
            Reason::Failed { state } => write!(f, "what is live has failed: {state}"),
            Reason::Undeclared => f.write_str("it is not declared any more"),
            Reason::Destroyed => f.write_str("everything of the owner goes"),
            Reason::Moved { from } => write!(f, "it was declared as {from}"),
            Reason::Adopted { id } => write!(f, "{id} carries no mark and becomes the stack's"),
            Reason::Mark { parts } => write!(f, "its mark's {} changes", parts.join(", ")),
            Reason::Rotated => f.write_str("its write-only values are written again, as asked for"),
            Reason::Leftover { id } => write!(f, "{id} is an older one of the same address"),
        }
    }
}

/// `A`, `A and B`, `A, B and C`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
