//! Which calls a plan amounts to, and what each of them waits for.

use std::collections::{BTreeMap, BTreeSet};

use super::mentions::{Index, Live};
use super::order::{Draft, Order, Phase};
use super::rights::{Split, Taken, split, takes_parts};
use super::types::{Action, Planned, Reason, Step, Verb};
use crate::engine::{Address, Graph, Value};
use crate::kinds;

type Changes = BTreeMap<Address, Planned>;

/// The steps of a plan, sorted.
///
/// # Errors
/// The addresses of steps that wait for each other.
pub(super) fn steps(graph: &Graph, changes: &Changes) -> Result<Vec<Step>, BTreeSet<Address>> {
    let mut builder = Builder {
        graph,
        changes,
        order: Order::default(),
        made: BTreeMap::new(),
        gone: BTreeMap::new(),
        narrowed: BTreeMap::new(),
        leading: leading(graph, changes),
    };
    builder.add_steps();
    builder.order_by_edges();
    builder.order_by_mentions();
    // Preferences give way to all requirements.
    builder.order_leading();
    builder.order.sorted()
}

struct Builder<'a> {
    graph: &'a Graph,
    changes: &'a Changes,
    order: Order,
    /// The step after which a resource is of use to others.
    made: BTreeMap<&'a Address, usize>,
    /// The steps that delete: of the live resource (none) and of leftovers.
    gone: BTreeMap<(&'a Address, Option<usize>), usize>,
    /// The step that takes away what others use.
    narrowed: BTreeMap<&'a Address, usize>,
    /// Of what takes parts away: those who change and may lead to one, by the graph or by what is live.
    leading: BTreeMap<&'a Address, BTreeSet<&'a Address>>,
}

/// Who may lead to a part that an update takes away, and changes too.
fn leading<'a>(graph: &'a Graph, changes: &'a Changes) -> BTreeMap<&'a Address, BTreeSet<&'a Address>> {
    let takes = |(address, planned): (&'a Address, &'a Planned)| {
        let kind = kinds::kind(planned.kind)?;
        takes_parts(planned, kind.about()).then_some(address)
    };
    let taking: BTreeSet<&Address> = changes.iter().filter_map(takes).collect();
    let mut leading: BTreeMap<&Address, BTreeSet<&Address>> = BTreeMap::new();
    if taking.is_empty() {
        return leading;
    }
    let changing = || changes.iter().filter(|(_, planned)| planned.is_changed());
    for (address, _) in changing() {
        for to in graph.dependencies(address) {
            if let Some(taking) = taking.get(to) {
                leading.entry(taking).or_default().insert(address);
            }
        }
    }
    let alive = changing().filter_map(|(address, planned)| {
        Some(Live { kind: planned.kind, address, observed: planned.live.as_ref()? })
    });
    let lives: Vec<Live<'a>> = alive.collect();
    let index = Index::new(&lives, &graph.place);
    for live in &lives {
        for to in index.mentioned(live) {
            if let Some(taking) = taking.get(lives[to].address).filter(|taking| **taking != live.address) {
                leading.entry(taking).or_default().insert(live.address);
            }
        }
    }
    leading
}

impl<'a> Builder<'a> {
    fn add_steps(&mut self) {
        for (address, planned) in self.changes {
            let delete_first = planned.action == Action::Replace && !planned.create_first;
            match planned.action {
                Action::Keep => {}
                Action::Create => self.make(address, Verb::Create, None),
                Action::Update => self.update(address, planned),
                Action::Delete => self.delete(address, None, Phase::Sweep),
                Action::Replace => {
                    let phase = if delete_first { Phase::Clear } else { Phase::Sweep };
                    self.delete(address, None, phase);
                    self.make(address, Verb::Create, None);
                }
            }
            for index in 0..planned.leftovers.len() {
                self.delete(address, Some(index), Phase::Sweep);
            }
        }
    }

    fn make(&mut self, address: &'a Address, verb: Verb, interim: Option<(Value, &str)>) {
        let (interim, note) = interim.map(|(wider, note)| (wider, note.to_owned())).unzip();
        let step = self.order.add(Draft {
            address: address.clone(),
            verb,
            phase: Phase::Make,
            leftover: None,
            interim,
            note,
        });
        self.made.insert(address, step);
    }

    fn delete(&mut self, address: &'a Address, leftover: Option<usize>, phase: Phase) {
        let step = self.order.add(Draft {
            address: address.clone(),
            verb: Verb::Delete,
            phase,
            leftover,
            interim: None,
            note: None,
        });
        self.gone.insert((address, leftover), step);
    }

    /// One step, or two where something is taken from those who change in the same plan.
    fn update(&mut self, address: &'a Address, planned: &Planned) {
        let used =
            Taken { rights: self.has_changing_users(address), parts: self.leading.contains_key(address) };
        let split = match kinds::kind(planned.kind) {
            Some(kind) if used != Taken::default() => split(planned, kind.about(), used),
            _ => Split::Whole,
        };
        let taken = match split {
            Split::Whole => return self.make(address, Verb::Update, None),
            Split::Last(taken) => taken,
            Split::Twice(wider, taken) => {
                let what = match taken {
                    Taken { rights: true, parts: false } => "old and new rights together",
                    _ => "the new beside the old",
                };
                self.make(address, Verb::Update, Some((wider, what)));
                taken
            }
        };
        let step = self.order.add(Draft {
            address: address.clone(),
            verb: Verb::Update,
            phase: Phase::Sweep,
            leftover: None,
            interim: None,
            note: Some(
                match taken {
                    Taken { rights: true, parts: false } => "rights that nobody uses any more go",
                    _ => "what nobody leads to any more goes",
                }
                .to_owned(),
            ),
        });
        self.narrowed.insert(address, step);
    }

    /// Whether somebody who waits for it goes from an old state to a new one while both its old and its
    /// new rights may be used. What is deleted first needs the old ones no more.
    fn has_changing_users(&self, address: &Address) -> bool {
        self.users(address).any(|user| match user.action {
            Action::Update => true,
            Action::Replace => user.create_first,
            _ => false,
        })
    }

    fn users(&self, address: &Address) -> impl Iterator<Item = &'a Planned> {
        let (graph, changes) = (self.graph, self.changes);
        let uses =
            graph.resources.values().filter(move |user| user.edges.iter().any(|edge| edge.to == *address));
        // Collected, so that the address need not outlive the call.
        let users: Vec<_> = uses.filter_map(|user| changes.get(&user.address)).collect();
        users.into_iter()
    }

    /// What the graph says: makes in its order, deletes against it.
    fn order_by_edges(&mut self) {
        for (address, planned) in self.changes {
            let (made, gone) = (self.made.get(address).copied(), self.gone.get(&(address, None)).copied());
            if let (Some(made), Some(gone)) = (made, gone) {
                let (first, then) = if planned.create_first { (made, gone) } else { (gone, made) };
                self.order.require(first, then);
            }
            if let (Some(wider), Some(narrower)) = (made, self.narrowed.get(address).copied()) {
                self.order.require(wider, narrower);
            }
            for reason in &planned.reasons {
                if let Reason::NewOutput { output, .. } = reason {
                    self.clear_before(planned, &output.address);
                }
            }
        }
        for resource in self.graph.resources.values() {
            for edge in &resource.edges {
                self.order_edge(&resource.address, &edge.to, edge.inside);
            }
        }
    }

    fn order_edge(&mut self, from: &'a Address, to: &'a Address, inside: bool) {
        let (made_from, made_to) = (self.made.get(from).copied(), self.made.get(to).copied());
        let gone_from = self.gone.get(&(from, None)).copied();
        let gone_to = self.gone.get(&(to, None)).copied();
        if let (Some(first), Some(then)) = (made_to, made_from) {
            self.order.require(first, then);
        }
        if let (Some(user), Some(narrower)) = (made_from, self.narrowed.get(to).copied()) {
            self.order.require(user, narrower);
        }
        let Some(gone_to) = gone_to else { return };
        let is_late = self.order.draft(gone_to).phase == Phase::Sweep;
        if let (Some(made_from), true) = (made_from, is_late) {
            self.order.require(made_from, gone_to);
        }
        if let Some(gone_from) = gone_from {
            match inside {
                true => self.order.require(gone_from, gone_to),
                false => self.order.prefer(gone_from, gone_to),
            }
        }
    }

    /// Those who lead to a part that goes: the new one is there before they change, and the old one until
    /// they have.
    fn order_leading(&mut self) {
        for (address, users) in &self.leading {
            let Some(last) = self.narrowed.get(address).copied() else { continue };
            for user in users {
                let (made, gone) = (self.made.get(user).copied(), self.gone.get(&(*user, None)).copied());
                if let (Some(wider), Some(made)) = (self.made.get(address), made) {
                    self.order.prefer(*wider, made);
                }
                for step in made.into_iter().chain(gone) {
                    self.order.prefer(step, last);
                }
            }
        }
    }

    /// What is replaced because an output of another resource changes is gone before that happens.
    fn clear_before(&mut self, planned: &'a Planned, cause: &Address) {
        let Some(gone) = self.gone.get(&(&planned.address, None)).copied() else { return };
        let Some(other) = self.changes.get(cause) else { return };
        if planned.create_first || !matches!(other.action, Action::Update | Action::Replace) {
            return;
        }
        let change = match self.gone.get(&(cause, None)) {
            Some(first) if !other.create_first => Some(*first),
            _ => self.made.get(cause).copied(),
        };
        if let Some(change) = change.filter(|_| !other.create_first) {
            self.order.require(gone, change);
            self.order.draft_mut(gone).note = Some(format!("before {cause} changes"));
        }
    }

    /// What the live documents say of each other: who refers to what goes is gone, or refers to
    /// something else, before.
    fn order_by_mentions(&mut self) {
        let mut lives = Vec::new();
        let mut gone = Vec::new();
        for (address, planned) in self.changes {
            let own = planned.live.iter().map(|live| (None, live));
            let rest = planned.leftovers.iter().enumerate().map(|(index, live)| (Some(index), live));
            for (leftover, observed) in own.chain(rest) {
                lives.push(Live { kind: planned.kind, address, observed });
                gone.push(self.gone.get(&(address, leftover)).copied());
            }
        }
        // Documents are searched only where something goes.
        if gone.iter().all(Option::is_none) {
            return;
        }
        let index = Index::new(&lives, &self.graph.place);
        let containers: Vec<_> = lives.iter().map(|live| index.containers(live)).collect();
        self.clear_containers(&gone, &containers);
        for (at, live) in lives.iter().enumerate() {
            for container in &containers[at] {
                if let (Some(first), Some(then)) = (gone[at], gone[*container]) {
                    self.order.require(first, then);
                }
            }
            for used in index.mentioned(live) {
                self.free_before(live, gone[at], gone[used]);
            }
            for user in index.users(live).difference(&containers[at]) {
                self.free_before(&lives[*user], gone[*user], gone[at]);
            }
        }
        for (address, planned) in self.changes {
            for index in 0..planned.leftovers.len() {
                if let (Some(made), Some(gone)) =
                    (self.made.get(address), self.gone.get(&(address, Some(index))))
                {
                    self.order.prefer(*made, *gone);
                }
            }
        }
    }

    /// What stands in something that must be gone early must itself be gone early.
    fn clear_containers(&mut self, gone: &[Option<usize>], containers: &[BTreeSet<usize>]) {
        let mut changed = true;
        while changed {
            changed = false;
            for (at, containers) in containers.iter().enumerate() {
                let Some(step) = gone[at].filter(|step| self.order.draft(*step).phase == Phase::Sweep) else {
                    continue;
                };
                let replaced = self.made.contains_key(&self.order.draft(step).address)
                    && self.order.draft(step).leftover.is_none();
                let early = |container: &usize| {
                    gone[*container].is_some_and(|step| self.order.draft(step).phase == Phase::Clear)
                };
                if !replaced && containers.iter().any(early) {
                    self.order.draft_mut(step).phase = Phase::Clear;
                    changed = true;
                }
            }
        }
    }

    /// One live resource refers to another that goes: it is gone or changed before.
    fn free_before(&mut self, live: &Live<'a>, gone: Option<usize>, other: Option<usize>) {
        let Some(other) = other else { return };
        let changed = [self.made.get(live.address), self.narrowed.get(live.address)];
        let changed = changed.into_iter().flatten().copied().filter(|_| gone.is_none());
        for free in gone.into_iter().chain(changed).collect::<Vec<_>>() {
            self.order.prefer(free, other);
        }
    }
}
