//! A part of a stack: `--target` and `--exclude`, with what follows from them.

use std::collections::{BTreeMap, BTreeSet};

use super::types::{Finding, Planned, Reason};
use crate::engine::{Address, Graph, Resource};
use crate::kinds::{self, MarkIn};
use crate::source::suggest;

/// Which part of a stack a plan is about; all of it if both are empty.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Part {
    /// These, with everything that they depend on. Of a removal: with everything that depends on them.
    pub target: Vec<Address>,
    /// Without these and everything that depends on them. Of a removal: without what they depend on.
    pub exclude: Vec<Address>,
}

impl Part {
    /// Whether it is the whole stack.
    pub fn is_whole(&self) -> bool {
        self.target.is_empty() && self.exclude.is_empty()
    }
}

/// The resources that a plan is about.
pub(super) struct Selection<'a> {
    part: &'a Part,
    destroy: bool,
    targeted: BTreeSet<&'a Address>,
    excluded: BTreeSet<&'a Address>,
}

impl<'a> Selection<'a> {
    pub fn new(graph: &'a Graph, part: &'a Part, destroy: bool) -> Selection<'a> {
        let family = Family::new(graph);
        let (targeted, excluded) = match destroy {
            false => (family.with_needs(&part.target), family.with_users(&part.exclude)),
            true => (family.with_users(&part.target), family.with_needs(&part.exclude)),
        };
        Selection { part, destroy, targeted, excluded }
    }

    /// Whether the plan is about a resource. What is declared no more is an orphan: nothing depends on
    /// it, and a plan with `--target` deletes none.
    pub fn has(&self, address: &Address, declared: bool) -> bool {
        let orphan_of = |named: &[Address]| !declared && named.iter().any(|named| belongs(address, named));
        if self.excluded.contains(address) || orphan_of(&self.part.exclude) {
            return false;
        }
        self.part.target.is_empty()
            || self.targeted.contains(address)
            || (self.destroy && orphan_of(&self.part.target))
    }

    /// Takes what the plan is not about out of its changes. What must not be left out is refused.
    pub fn cut(&self, graph: &Graph, changes: &mut BTreeMap<Address, Planned>) -> Vec<Finding> {
        let mut refusals = self.unknown(graph, changes);
        let is_in = |address: &Address| self.has(address, graph.resources.contains_key(address));
        let dropped: Vec<Address> = changes.keys().filter(|address| !is_in(address)).cloned().collect();
        for address in dropped {
            let Some(planned) = changes.remove(&address) else { continue };
            let falls = planned.reasons.iter().find_map(|reason| match reason {
                Reason::Inside { container } if is_in(container) => Some(container),
                _ => None,
            });
            refusals.extend(falls.map(|container| left_behind(&planned, container)));
        }
        refusals
    }

    /// Names of nothing that is declared, or of nothing that is there.
    fn unknown(&self, graph: &Graph, changes: &BTreeMap<Address, Planned>) -> Vec<Finding> {
        let declared: BTreeSet<&Address> = graph.resources.keys().collect();
        let there: BTreeSet<&Address> = declared.iter().copied().chain(changes.keys()).collect();
        let target = self.part.target.iter().map(|address| ("--target", address, self.destroy));
        let exclude = self.part.exclude.iter().map(|address| ("--exclude", address, true));
        let mut findings = Vec::new();
        for (option, address, orphans) in target.chain(exclude) {
            let known = if orphans { &there } else { &declared };
            if known.contains(address) {
                continue;
            }
            let names: Vec<String> = known.iter().map(|known| known.to_string()).collect();
            let near = suggest(&address.to_string(), names.iter().map(String::as_str));
            let help = match near {
                _ if there.contains(address) => {
                    "it is not declared any more; a plan without `--target` deletes it".to_owned()
                }
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "an address is `KIND.KEY`, with what is generated below it: `rules.x/role`".to_owned()
                }
            };
            findings.push(Finding {
                code: "unknown_address",
                address: Some(address.clone()),
                place: None,
                message: format!("`{option} {address}` names nothing of this stack"),
                help,
            });
        }
        findings
    }
}

fn left_behind(planned: &Planned, container: &Address) -> Finding {
    let address = &planned.address;
    Finding {
        code: "left_behind",
        address: Some(address.clone()),
        place: planned.declared,
        message: format!(
            "{address} would fall with {container}, which is replaced, and is no part of this plan"
        ),
        help: format!("plan without `--exclude`, or with `--target {address}` too"),
    }
}

/// Whether an address is the named one or a part of it.
fn belongs(address: &Address, named: &Address) -> bool {
    address == named || (!named.is_generated() && address.origin() == *named)
}

/// Who depends on whom.
struct Family<'a> {
    graph: &'a Graph,
    /// Who waits for a resource.
    users: BTreeMap<&'a Address, Vec<&'a Resource>>,
}

impl<'a> Family<'a> {
    fn new(graph: &'a Graph) -> Family<'a> {
        let mut users: BTreeMap<&Address, Vec<&Resource>> = BTreeMap::new();
        for resource in graph.resources.values() {
            for edge in &resource.edges {
                users.entry(&edge.to).or_default().push(resource);
            }
        }
        Family { graph, users }
    }

    fn users(&self, address: &Address) -> impl Iterator<Item = &'a Resource> {
        self.users.get(address).into_iter().flatten().copied()
    }

    /// Those who get a right by a statement: they wait for it, or it waits for them. Nothing for what is
    /// no statement; nobody for one that the user wrote.
    fn grantees(&self, resource: &'a Resource) -> Option<Vec<&'a Address>> {
        let about = kinds::kind(resource.kind)?.about();
        let waits = resource.edges.iter().filter(|edge| !edge.inside).map(|edge| &edge.to);
        (about.mark == MarkIn::Sid)
            .then(|| self.users(&resource.address).map(|user| &user.address).chain(waits).collect())
    }

    /// A named resource with what is generated below it, without the rights of others on it.
    fn own(&self, named: &Address) -> Vec<&'a Address> {
        let is_own = |resource: &&'a Resource| {
            resource.address == *named
                || self.grantees(resource).is_none_or(|grantees| {
                    grantees.iter().all(|grantee| grantee.origin() == resource.address.origin())
                })
        };
        self.parts(named).filter(is_own).map(|resource| &resource.address).collect()
    }

    /// A named resource and what is generated below it, which stands right behind it.
    fn parts(&self, named: &Address) -> impl Iterator<Item = &'a Resource> {
        let named = named.clone();
        let from = self.graph.resources.range(named.clone()..);
        from.take_while(move |(address, _)| belongs(address, &named)).map(|(_, resource)| resource)
    }

    /// The named resources and everything that they depend on, their rights on others included.
    fn with_needs(&self, named: &[Address]) -> BTreeSet<&'a Address> {
        let mut found = BTreeSet::new();
        let mut next: Vec<&Address> = named.iter().flat_map(|named| self.own(named)).collect();
        while let Some(address) = next.pop() {
            if !found.insert(address) {
                continue;
            }
            let edges = self.graph.resources.get(address).into_iter().flat_map(|resource| &resource.edges);
            next.extend(edges.map(|edge| &edge.to).filter(|to| self.graph.resources.contains_key(*to)));
            // A right that waits for who gets it is needed all the same.
            let rights = self.users(address).filter(|user| {
                user.edges.iter().any(|edge| edge.to == *address && !edge.inside)
                    && self.grantees(user).is_some()
            });
            next.extend(rights.map(|right| &right.address));
        }
        found
    }

    /// The named resources, everything that depends on them, and the rights that only these have.
    fn with_users(&self, named: &[Address]) -> BTreeSet<&'a Address> {
        let mut found = BTreeSet::new();
        let all = named.iter().flat_map(|named| self.parts(named));
        let mut next: Vec<&Address> = all.map(|resource| &resource.address).collect();
        while let Some(address) = next.pop() {
            if !found.insert(address) {
                continue;
            }
            next.extend(self.users(address).map(|user| &user.address));
            // What is generated for it goes with it.
            next.extend(self.parts(address).map(|part| &part.address));
        }
        let idle = self.graph.resources.values().filter(|resource| {
            self.grantees(resource)
                .is_some_and(|all| !all.is_empty() && all.iter().all(|grantee| found.contains(*grantee)))
        });
        let idle: Vec<&Address> = idle.map(|resource| &resource.address).collect();
        found.extend(idle);
        found
    }
}
