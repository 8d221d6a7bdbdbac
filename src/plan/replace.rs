//! Whether a resource can stay where it is, and whether the new one can stand beside the old one.

use super::decide::Decider;
use super::paths::general;
use super::types::{Action, Reason};
use crate::diff::{Change, Side};
use crate::engine::field::Type;
use crate::engine::path::touch;
use crate::engine::{Address, Observed, OutputRef, Resource, State};
use crate::kinds::About;

impl Decider<'_> {
    /// Why a resource cannot stay; empty if it can.
    pub(super) fn why_replaced(
        &self,
        about: &About,
        desired: &Resource,
        observed: &Observed,
        change: &Change,
    ) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if let State::Failed { reason, recreate: true } = &observed.state {
            reasons.push(Reason::Failed { state: reason.clone() });
        }
        let mut paths = Vec::new();
        for leaf in change.leaves().filter(|leaf| leaf.create_only) {
            let outputs: Vec<OutputRef> = match &leaf.desired {
                Side::Shown(value) => value.outputs().into_iter().cloned().collect(),
                _ => Vec::new(),
            };
            let renewed =
                outputs.into_iter().find_map(|output| Some((self.renewed.get(&output)?.clone(), output)));
            match renewed {
                Some((because, output)) => {
                    reasons.push(Reason::NewOutput { path: leaf.path.clone(), output, because });
                }
                None => paths.push(leaf.path.clone()),
            }
        }
        let naming = about.naming.path;
        if !desired.name.is_empty()
            && desired.name != observed.name
            && !paths.iter().any(|path| path == naming)
        {
            paths.push(if naming.is_empty() { "Name" } else { naming }.to_owned());
        }
        if !paths.is_empty() {
            reasons.insert(0, Reason::CreateOnly { paths });
        }
        let falls = desired.edges.iter().filter(|edge| edge.inside).filter(|edge| self.is_replaced(&edge.to));
        reasons.extend(falls.map(|edge| Reason::Inside { container: edge.to.clone() }));
        reasons
    }

    fn is_replaced(&self, address: &Address) -> bool {
        self.changes.get(address).is_some_and(|planned| planned.action == Action::Replace)
    }

    /// Whether the new one can stand beside the old one: under another name, or elsewhere.
    pub(super) fn can_create_first(
        &self,
        about: &About,
        desired: &Resource,
        observed: &Observed,
        change: &Change,
        reasons: &[Reason],
    ) -> bool {
        let must_go_first = reasons.iter().any(|reason| match reason {
            Reason::Failed { .. } => true,
            Reason::Inside { container } => !self.changes[container].create_first,
            _ => false,
        });
        // Where names are told apart by what they are inside of, another one has room for the same name.
        let inside = about
            .fields
            .iter()
            .filter(|field| matches!(field.ty, Type::Ref(to) if to.inside))
            .filter(|field| about.identified_by.contains(&field.path));
        let mut elsewhere = inside
            .map(|field| field.path)
            .filter(|path| change.leaves().any(|leaf| touch(&general(&leaf.path), path)));
        let renamed = !desired.name.is_empty() && desired.name != observed.name;
        !must_go_first && (renamed || elsewhere.next().is_some())
    }
}
