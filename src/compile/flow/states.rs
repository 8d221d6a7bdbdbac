//! What comes to whom, and as what, after something has passed a pattern: a graph whose nodes are a member and what is
//! known of the documents there. Each is looked at once, whatever ways lead to it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use crate::flow::graph::granted;
use crate::flow::passing::{Cause, Flow, Spot};
use crate::flow::shape::{Fit, Shape};

use super::circles::circles;
use super::{Flows, Member};

/// What has come to a member so often, each time as something else, does so on and on.
const TURNS: usize = 8;
/// Of what comes to a member no more than so many forms are told apart.
const MOST_FORMS: usize = 64;

/// What happens at a member.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Role {
    /// Something has come about there, and those who listen see it.
    Shows,
    /// It has let something pass, or got it, and handles it.
    Handles,
    /// It does what it may.
    Acts,
}

/// What else is known of how something has come to a member.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
struct Manner {
    /// Whether it is an event from another bus, which EventBridge sends on to no third one.
    is_forwarded: bool,
    /// By which of the member's flows alone it goes on, where that is known.
    goes_on_by: Option<String>,
}

/// A node.
pub struct State {
    pub role: Role,
    /// By its place among the members.
    pub member: usize,
    pub shapes: Arc<[Shape]>,
    manner: Manner,
    /// By which state it was found first.
    from: Option<usize>,
}

/// The states that can come about, and where each leads.
pub struct States {
    pub all: Vec<State>,
    pub next: Vec<Vec<usize>>,
    /// Members to which more different things come than are told apart.
    pub crowded: BTreeSet<usize>,
    /// Who may do to whom, by its rights, what shows more than is taken to happen.
    cautious: BTreeSet<(usize, usize)>,
}

impl States {
    /// What comes of all that the members on circles may let pass.
    pub fn of(flows: &Flows<'_>) -> States {
        let acts: Vec<Vec<Act>> = flows.members.iter().map(|member| acts(flows, member)).collect();
        let next: Vec<Vec<usize>> = (0..flows.members.len()).map(|one| leads(flows, &acts, one)).collect();
        let mut walk = Walk {
            flows,
            acts: &acts,
            circle: circles(&next),
            known: HashMap::new(),
            shown: HashMap::new(),
            forms: vec![Forms::default(); flows.members.len()],
            waiting: VecDeque::new(),
            found: States {
                all: Vec::new(),
                next: Vec::new(),
                crowded: BTreeSet::new(),
                cautious: cautious(flows, &acts),
            },
        };
        for (one, member) in flows.members.iter().enumerate() {
            if walk.circle[one].is_some() && member.listens.is_some() {
                let passing = flows.passed(one);
                if !passing.is_empty() {
                    walk.state(None, Role::Handles, one, passing, Manner::default());
                }
            }
        }
        while let Some(state) = walk.waiting.pop_front() {
            walk.follow(state);
        }
        walk.found
    }

    /// Who on a way may do more, by its rights, than is taken to happen there.
    pub fn may_more(&self, way: &[usize]) -> Option<usize> {
        let steps = way.iter().copied().zip(way.iter().copied().cycle().skip(1));
        steps.into_iter().find(|step| self.cautious.contains(step)).map(|(by, _)| by)
    }
}

/// Where each action by itself shows more than all that somebody may do is taken to.
fn cautious(flows: &Flows<'_>, acts: &[Vec<Act>]) -> BTreeSet<(usize, usize)> {
    let is_cautious = |act: &&Act| {
        let spot = Spot::Resource(flows.members[act.to].of.address.clone());
        let all: Vec<&str> = act.actions.iter().map(String::as_str).collect();
        let shown = |action: &str, beside: &[&str]| flows.shown(&spot, Cause::Does(action, beside)).len();
        all.iter().any(|action| shown(action, &[action]) > shown(action, &all))
    };
    let of = |(by, acts): (usize, &Vec<Act>)| {
        acts.iter().filter(is_cautious).map(|act| (by, act.to)).collect::<Vec<_>>()
    };
    acts.iter().enumerate().flat_map(of).collect()
}

/// What something may do to a member.
struct Act {
    to: usize,
    actions: Vec<String>,
    /// Whether it is told the address, which it may call.
    is_called: bool,
}

/// What something whose inside nobody knows may do to others: the actions that it is granted, and calls of what it is
/// told the address of.
fn acts(flows: &Flows<'_>, member: &Member<'_>) -> Vec<Act> {
    if !member.kind.answers() {
        return Vec::new();
    }
    let mut found: BTreeMap<usize, Act> = BTreeMap::new();
    let granted = granted(member.of, flows.graph).into_iter().map(|(to, action)| (to, Some(action)));
    let told = member.of.properties.outputs().into_iter().filter(|output| output.output == "url");
    // Where it sends itself it calls as its document says.
    let ways: Vec<Spot> = member.kind.ways(member.of, flows.graph).into_iter().map(|way| way.to).collect();
    let told = told.map(|output| output.address.clone());
    let told = told.filter(|to| !ways.contains(&Spot::Resource(to.clone()))).map(|to| (to, None));
    for (address, action) in granted.chain(told).filter(|(address, _)| *address != member.of.address) {
        let Some(to) = flows.member(&address) else { continue };
        let act = found.entry(to).or_insert_with(|| Act { to, actions: Vec::new(), is_called: false });
        act.is_called |= action.is_none();
        act.actions.extend(action);
    }
    found.into_values().collect()
}

/// Where a member leads, whatever the patterns say: whom it sends to, what it may act on, who listens to it.
fn leads(flows: &Flows<'_>, acts: &[Vec<Act>], one: usize) -> Vec<usize> {
    let sent = flows.members[one].flows.iter().filter(|flow| !flow.is_conditional);
    let sends = sent.flat_map(|flow| match &flow.to {
        Spot::Resource(address) => flows.member(address).into_iter().collect(),
        Spot::Elsewhere(_) => hearers(flows, &flow.to),
    });
    let acts = acts[one].iter().map(|act| act.to);
    sends.chain(acts).chain(flows.heard_by(one).iter().copied()).collect()
}

/// Who hears of an event that is put on a bus of others, or of the account.
fn hearers(flows: &Flows<'_>, at: &Spot) -> Vec<usize> {
    let listeners = flows.listeners.get(at).into_iter().flatten().copied();
    listeners.filter(|one| flows.members[*one].hears_events()).collect()
}

/// What several actions show, each once.
type Shown = Arc<[Vec<Shape>]>;

/// What makes a state: role, member, how it came, and the shapes.
type Key = (Role, usize, Manner, Arc<[Shape]>);

struct Walk<'f, 'g> {
    flows: &'f Flows<'g>,
    /// What each member may do.
    acts: &'f [Vec<Act>],
    /// The circle that each member lies on, whatever the patterns say.
    circle: Vec<Option<usize>>,
    known: HashMap<Key, usize>,
    /// What is shown at a member when somebody who may do all of these does one, each once.
    shown: HashMap<(usize, &'f [String]), Shown>,
    /// In how many forms what each member handles comes to it.
    forms: Vec<Forms>,
    waiting: VecDeque<usize>,
    found: States,
}

/// The forms in which something comes to a member.
#[derive(Clone, Default)]
struct Forms {
    count: usize,
    /// How often one has come to it at the most, in other forms.
    turns: usize,
}

impl<'f> Walk<'f, '_> {
    /// A state that another leads to, which is looked at later if it is new.
    fn state(
        &mut self,
        from: Option<usize>,
        role: Role,
        member: usize,
        shapes: impl Into<Arc<[Shape]>>,
        manner: Manner,
    ) {
        let is_round = |from: usize| self.circle[self.found.all[from].member] == self.circle[member];
        if self.circle[member].is_none() || !from.is_none_or(is_round) {
            return;
        }
        let key = (role, member, manner, shapes.into());
        let known = self.known.get(&key).copied();
        let Some(to) = known.or_else(|| self.fresh(from, key)) else { return };
        if let Some(from) = from {
            self.found.next[from].push(to);
        }
    }

    /// A state that has not come about before; the last of its member on the way to it where there have been so many that
    /// there is no end of them; nothing where there are too many.
    fn fresh(&mut self, from: Option<usize>, key: Key) -> Option<usize> {
        let (role, member, ref manner, ref shapes) = key;
        let forms = &mut self.forms[member];
        if role == Role::Handles && forms.count >= TURNS {
            let before: Vec<usize> = std::iter::successors(from, |one| self.found.all[*one].from)
                .filter(|one| {
                    let state = &self.found.all[*one];
                    state.role == Role::Handles && state.member == member
                })
                .collect();
            if before.len() >= TURNS {
                return before.first().copied();
            }
            // One that has come more often than any is followed all the same.
            if forms.count >= MOST_FORMS && before.len() <= forms.turns {
                self.found.crowded.insert(member);
                return None;
            }
            forms.turns = forms.turns.max(before.len());
        }
        forms.count += usize::from(role == Role::Handles);
        let at = self.found.all.len();
        self.found.all.push(State { role, member, shapes: shapes.clone(), manner: manner.clone(), from });
        self.found.next.push(Vec::new());
        self.waiting.push_back(at);
        self.known.insert(key, at);
        Some(at)
    }

    /// Finds what a state leads to.
    fn follow(&mut self, at: usize) {
        let (flows, acts) = (self.flows, self.acts);
        let State { role, member, ref manner, ref shapes, .. } = self.found.all[at];
        let (manner, shapes) = (manner.clone(), shapes.clone());
        match role {
            Role::Shows => {
                flows.heard_by(member).iter().for_each(|one| self.hear(at, *one, &shapes, &manner));
            }
            Role::Handles => {
                let of = &flows.members[member];
                for flow in of.kind.sends(of.of, flows.graph, &shapes) {
                    // An event that came from another bus is not sent on to a third one.
                    let is_third = flow.is_forwarded && manner.is_forwarded;
                    let is_followed = !is_third && !flow.is_conditional;
                    if is_followed && manner.goes_on_by.as_ref().is_none_or(|name| *name == flow.name) {
                        self.arrive(at, &flow);
                    }
                }
                if !acts[member].is_empty() {
                    self.state(Some(at), Role::Acts, member, Vec::new(), Manner::default());
                }
            }
            Role::Acts => acts[member].iter().for_each(|act| self.act(at, act)),
        }
    }

    /// A listener handles what it lets pass.
    fn hear(&mut self, at: usize, one: usize, shown: &[Shape], manner: &Manner) {
        if self.flows.fit(one, shown) >= Fit::Can {
            let passing = self.flows.passing(one, shown);
            self.state(Some(at), Role::Handles, one, passing, manner.clone());
        }
    }

    /// Something arrives somewhere: who stands there handles it, and those who listen see it.
    fn arrive(&mut self, at: usize, flow: &Flow) {
        let flows = self.flows;
        let manner = Manner { is_forwarded: flow.is_forwarded, goes_on_by: flow.goes_on_by.clone() };
        match &flow.to {
            Spot::Resource(address) => {
                let Some(to) = flows.member(address) else { return };
                let shown = flows.shown(&flow.to, Cause::Arrives(&flow.shape));
                self.come(at, to, shown, manner);
            }
            Spot::Elsewhere(_) => {
                for one in hearers(flows, &flow.to) {
                    self.hear(at, one, std::slice::from_ref(&flow.shape), &manner);
                }
            }
        }
    }

    /// What a member may do to another brings in what is shown there.
    fn act(&mut self, at: usize, act: &'f Act) {
        let to = &self.flows.members[act.to];
        // What it puts where somebody says what comes there is said by itself, or not known.
        if to.kind.told().is_empty() || to.kind.answers() {
            for shown in self.shown_of(act).iter() {
                self.come(at, act.to, shown.clone(), Manner::default());
            }
        }
        if act.is_called {
            let to = Spot::Resource(to.of.address.clone());
            self.arrive(at, &Flow::new("url", to, Shape::Anything, ""));
        }
    }

    /// What is shown when one of these actions is done, each once.
    fn shown_of(&mut self, act: &'f Act) -> Shown {
        let flows = self.flows;
        let shown = self.shown.entry((act.to, &act.actions)).or_insert_with(|| {
            let spot = Spot::Resource(flows.members[act.to].of.address.clone());
            let all: Vec<&str> = act.actions.iter().map(String::as_str).collect();
            let mut found: Vec<Vec<Shape>> = Vec::new();
            for action in &all {
                let shown = flows.shown(&spot, Cause::Does(action, &all));
                if !shown.is_empty() && !found.contains(&shown) {
                    found.push(shown);
                }
            }
            found.into()
        });
        shown.clone()
    }

    fn come(&mut self, at: usize, to: usize, shown: Vec<Shape>, manner: Manner) {
        if shown.is_empty() {
            return;
        }
        if self.flows.members[to].listens.is_none() {
            self.state(Some(at), Role::Handles, to, shown.clone(), manner.clone());
        }
        if !self.flows.heard_by(to).is_empty() {
            self.state(Some(at), Role::Shows, to, shown, manner);
        }
    }
}
