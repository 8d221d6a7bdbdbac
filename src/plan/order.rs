//! The order of calls: a graph of steps, sorted.

use std::collections::BTreeSet;

use super::types::{Step, Verb};
use crate::engine::{Address, Graph, Resource, Value};

/// When a step comes, roughly. Whatever must come before something else is of the same phase or an
/// earlier one; inside each phase the order follows the edges of the graph, so that no requirement
/// can contradict another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Phase {
    /// What must be gone before something can change.
    Clear,
    Make,
    /// What nobody needs any more.
    Sweep,
}

/// A step that has no number yet.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub address: Address,
    pub verb: Verb,
    pub phase: Phase,
    pub leftover: Option<usize>,
    pub interim: Option<Value>,
    pub note: Option<String>,
}

/// Steps and what each waits for.
#[derive(Default, Debug)]
pub(super) struct Order {
    drafts: Vec<Draft>,
    after: Vec<BTreeSet<usize>>,
}

impl Order {
    /// Adds a step; its index.
    pub fn add(&mut self, draft: Draft) -> usize {
        self.drafts.push(draft);
        self.after.push(BTreeSet::new());
        self.drafts.len() - 1
    }

    pub fn draft(&self, index: usize) -> &Draft {
        &self.drafts[index]
    }

    pub fn draft_mut(&mut self, index: usize) -> &mut Draft {
        &mut self.drafts[index]
    }

    /// One step must be done before another.
    pub fn require(&mut self, first: usize, then: usize) {
        if first != then {
            self.after[then].insert(first);
        }
    }

    /// One step is better done before another, unless something else says the opposite.
    pub fn prefer(&mut self, first: usize, then: usize) {
        let early = self.drafts[first].phase <= self.drafts[then].phase;
        if early && first != then && !self.waits(first, then) {
            self.after[then].insert(first);
        }
    }

    /// Whether a step waits for another, directly or not.
    fn waits(&self, step: usize, other: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut stack = vec![step];
        while let Some(at) = stack.pop() {
            if at == other {
                return true;
            }
            if seen.insert(at) {
                stack.extend(&self.after[at]);
            }
        }
        false
    }

    /// The steps, each after those it waits for; among those that are free the order is by phase,
    /// address and verb.
    ///
    /// # Errors
    /// The addresses of steps that wait for each other.
    pub fn sorted(self) -> Result<Vec<Step>, BTreeSet<Address>> {
        let key = |index: usize| {
            let draft = &self.drafts[index];
            (draft.phase, &draft.address, draft.verb, draft.leftover, index)
        };
        let mut waits: Vec<usize> = self.after.iter().map(BTreeSet::len).collect();
        let mut then: Vec<Vec<usize>> = vec![Vec::new(); self.drafts.len()];
        for (index, after) in self.after.iter().enumerate() {
            after.iter().for_each(|first| then[*first].push(index));
        }
        let mut free: BTreeSet<_> = (0..self.drafts.len()).filter(|i| waits[*i] == 0).map(key).collect();
        let mut numbers = vec![0; self.drafts.len()];
        let mut steps: Vec<Step> = Vec::with_capacity(self.drafts.len());
        while let Some((.., index)) = free.pop_first() {
            numbers[index] = steps.len();
            let draft = &self.drafts[index];
            steps.push(Step {
                id: steps.len(),
                address: draft.address.clone(),
                verb: draft.verb,
                after: self.after[index].iter().map(|first| numbers[*first]).collect(),
                leftover: draft.leftover,
                interim: draft.interim.clone(),
                note: draft.note.clone(),
            });
            for next in &then[index] {
                waits[*next] -= 1;
                if waits[*next] == 0 {
                    free.insert(key(*next));
                }
            }
        }
        if steps.len() == self.drafts.len() {
            return Ok(steps);
        }
        let stuck = (0..self.drafts.len()).filter(|index| waits[*index] > 0);
        Err(stuck.map(|index| self.drafts[index].address.clone()).collect())
    }
}

/// The resources of a graph, each after those it waits for; equal graphs give equal orders.
pub(super) fn in_order(graph: &Graph) -> Vec<&Resource> {
    fn visit<'g>(
        address: &Address,
        graph: &'g Graph,
        seen: &mut BTreeSet<Address>,
        order: &mut Vec<&'g Resource>,
    ) {
        let Some(resource) = graph.resources.get(address) else { return };
        if !seen.insert(address.clone()) {
            return;
        }
        for to in graph.dependencies(address) {
            visit(to, graph, seen, order);
        }
        order.push(resource);
    }
    let (mut seen, mut order) = (BTreeSet::new(), Vec::new());
    for address in graph.resources.keys() {
        visit(address, graph, &mut seen, &mut order);
    }
    order
}
