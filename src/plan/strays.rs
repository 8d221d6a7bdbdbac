//! The live resources of ours outside the declared names, by the address of their marks.

use std::collections::BTreeMap;

use super::types::Finding;
use crate::engine::{Address, Graph, Mark, Observed};
use crate::kinds;
use crate::live::{Survey, Whose, whose};

/// A stray that is ours, with its mark.
#[derive(Clone, Copy)]
pub(super) struct Owned<'a> {
    pub kind: &'static str,
    pub observed: &'a Observed,
    pub mark: &'a Mark,
}

/// Strays that are still to be explained.
#[derive(Default)]
pub(super) struct Strays<'a> {
    left: BTreeMap<&'a Address, Vec<Owned<'a>>>,
}

impl<'a> Strays<'a> {
    /// Sorts the strays by address. What is not ours after all (its mark is a copy) is left alone and
    /// named.
    pub fn new(graph: &Graph, survey: &'a Survey, warnings: &mut Vec<Finding>) -> Strays<'a> {
        let mut strays = Strays::default();
        for stray in &survey.strays {
            let Some(kind) = kinds::kind(stray.kind) else { continue };
            match whose(&stray.observed, kind.about(), &graph.owner) {
                Whose::Ours(mark) => {
                    let owned = Owned { kind: stray.kind, observed: &stray.observed, mark };
                    strays.left.entry(&mark.address).or_default().push(owned);
                }
                Whose::Foreign(why) => warnings.push(Finding {
                    code: "foreign",
                    address: None,
                    place: None,
                    message: format!("{} is left alone: {why}", stray.observed.id),
                    help: String::new(),
                }),
                Whose::Unreadable(why) => warnings.push(Finding {
                    code: "unreadable_mark",
                    address: None,
                    place: None,
                    message: format!("{} is left alone: {why}", stray.observed.id),
                    help: String::new(),
                }),
                Whose::Unmarked | Whose::Managed(_) => {}
            }
        }
        strays
    }

    /// Takes all of an address that are of a kind, the one of a name first.
    pub fn take(&mut self, address: &Address, kind: &str, name: &str) -> Vec<Owned<'a>> {
        let Some(all) = self.left.remove(address) else { return Vec::new() };
        let (mut found, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|owned| owned.kind == kind);
        if let Some(first) = rest.first() {
            self.left.insert(&first.mark.address, rest);
        }
        found.sort_by_key(|owned| (owned.observed.name != name, &owned.observed.id));
        found
    }

    /// Puts some back.
    pub fn put_back(&mut self, owned: &[Owned<'a>]) {
        for one in owned {
            self.left.entry(&one.mark.address).or_default().push(*one);
        }
    }

    /// Takes one by kind and name whose address the graph does not declare.
    pub fn take_named(&mut self, kind: &str, name: &str, graph: &Graph) -> Option<Owned<'a>> {
        let is_it = |owned: &Owned<'_>| owned.kind == kind && owned.observed.name == name;
        let is_free = |address: &Address| !graph.resources.contains_key(address);
        let (address, _) =
            self.left.iter().find(|(address, all)| all.iter().any(is_it) && is_free(address))?;
        let address = *address;
        let all = self.left.get_mut(address)?;
        let taken = all.remove(all.iter().position(is_it)?);
        if all.is_empty() {
            self.left.remove(address);
        }
        Some(taken)
    }

    /// What is left, by address and id.
    pub fn into_left(self) -> impl Iterator<Item = Owned<'a>> {
        self.left.into_values().flatten()
    }
}
