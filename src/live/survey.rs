//! The walk over the account: every declared resource is read and every kind searched, at once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};

use super::types::{Reading, Stray, Survey, Unlisted};
use crate::engine::field::{Field, Type};
use crate::engine::{
    Address, Aws, Graph, Live, Lookup, Observed, OutputRef, Owner, Place, Resource, Result, Value,
};
use crate::kinds::{self, MarkIn};

/// The live halves of the kinds.
pub trait Lives: Sync {
    /// The live half of a kind, by its name in the registry.
    fn of(&self, kind: &str) -> Option<&dyn Live>;

    /// Every kind that can be searched, declared or not.
    fn kinds(&self) -> Vec<&'static str>;
}

/// The live halves of the registry.
#[cfg(feature = "aws")]
pub struct Registry;

#[cfg(feature = "aws")]
impl Lives for Registry {
    fn of(&self, kind: &str) -> Option<&dyn Live> {
        Some(kinds::kind(kind)?.live())
    }

    fn kinds(&self) -> Vec<&'static str> {
        kinds::registry().iter().map(|kind| kind.about().kind).collect()
    }
}

/// Reads every declared resource and searches every kind for what the owner has, with at most
/// `parallelism` of these looks at once. `adopt` leads to resources that their names do not lead to.
///
/// A look that fails is no failure of the survey: it is recorded, and the plan says what follows.
pub async fn survey(
    aws: &dyn Aws,
    lives: &dyn Lives,
    graph: &Graph,
    adopt: &BTreeMap<Address, Option<String>>,
    parallelism: usize,
) -> Survey {
    let described = AtomicUsize::new(0);
    let mut walk = Walk::new(aws, lives, graph, adopt);
    walk.run(&described, parallelism.max(1)).await;
    let described = described.into_inner();
    Survey { strays: walk.strays(), readings: walk.readings, unlisted: walk.unlisted, described }
}

/// Searches every kind for what the owner has, without any declaration.
pub async fn survey_owner(aws: &dyn Aws, lives: &dyn Lives, owner: &Owner, parallelism: usize) -> Survey {
    let graph = Graph {
        owner: owner.clone(),
        place: aws.place().clone(),
        resources: BTreeMap::new(),
        outputs: Vec::new(),
        told: BTreeMap::new(),
        index: Default::default(),
    };
    survey(aws, lives, &graph, &BTreeMap::new(), parallelism).await
}

/// One look at the account.
enum Look {
    Read(Address),
    Search(&'static str),
}

#[expect(clippy::large_enum_variant, reason = "one per look at a time; a box would only be in the way")]
enum Seen {
    Read(Address, Reading),
    Search(&'static str, Result<Vec<Observed>>),
}

struct Walk<'a> {
    aws: &'a dyn Aws,
    lives: &'a dyn Lives,
    graph: &'a Graph,
    adopt: &'a BTreeMap<Address, Option<String>>,
    ready: VecDeque<Look>,
    /// Resources that can be looked up only with what others turn out to be.
    waiting: BTreeMap<Address, BTreeSet<Address>>,
    readings: BTreeMap<Address, Reading>,
    owned: Vec<Stray>,
    unlisted: Vec<Unlisted>,
}

impl<'a> Walk<'a> {
    fn new(
        aws: &'a dyn Aws,
        lives: &'a dyn Lives,
        graph: &'a Graph,
        adopt: &'a BTreeMap<Address, Option<String>>,
    ) -> Walk<'a> {
        let mut walk = Walk {
            aws,
            lives,
            graph,
            adopt,
            ready: lives.kinds().into_iter().map(Look::Search).collect(),
            waiting: BTreeMap::new(),
            readings: BTreeMap::new(),
            owned: Vec::new(),
            unlisted: Vec::new(),
        };
        for resource in graph.resources.values() {
            let needs = needed(resource, graph);
            if needs.is_empty() {
                walk.ready.push_back(Look::Read(resource.address.clone()));
            } else {
                walk.waiting.insert(resource.address.clone(), needs);
            }
        }
        walk
    }

    async fn run(&mut self, described: &AtomicUsize, parallelism: usize) {
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < parallelism
                && let Some(look) = self.ready.pop_front()
            {
                running.push(self.look(look, described));
            }
            match running.next().await {
                Some(seen) => self.take(seen),
                // Whatever waits for itself is looked up with what there is.
                None if !self.waiting.is_empty() => {
                    let waiting = std::mem::take(&mut self.waiting);
                    self.ready.extend(waiting.into_keys().map(Look::Read));
                }
                None => break,
            }
        }
        self.unlisted.sort_by_key(|unlisted| unlisted.kind);
    }

    fn look<'f>(&self, look: Look, described: &'f AtomicUsize) -> BoxFuture<'f, Seen>
    where
        'a: 'f,
    {
        let (aws, lives) = (self.aws, self.lives);
        match look {
            Look::Search(kind) => {
                let owner = &self.graph.owner;
                Box::pin(async move {
                    let Some(live) = lives.of(kind) else { return Seen::Search(kind, Ok(Vec::new())) };
                    let describes = kinds::kind(kind).is_some_and(|kind| {
                        matches!(kind.about().mark, MarkIn::Description { .. } | MarkIn::Within)
                    });
                    if !describes {
                        return Seen::Search(kind, live.list_owned(aws, owner).await);
                    }
                    let counting = Counting { aws, described: Mutex::default() };
                    let found = live.list_owned(&counting, owner).await;
                    described.fetch_add(counting.count(), Ordering::Relaxed);
                    Seen::Search(kind, found)
                })
            }
            Look::Read(address) => {
                let resource = &self.graph.resources[&address];
                let lookup = Lookup {
                    address: address.clone(),
                    owner: self.graph.owner.clone(),
                    name: resource.name.clone(),
                    id: self.adopt.get(&address).cloned().flatten(),
                    desired: resource.properties.resolve(&|output| self.output(output)),
                };
                Box::pin(async move {
                    let reading = match lives.of(resource.kind) {
                        None => Reading::Absent,
                        Some(live) => match live.read(aws, &lookup).await {
                            Ok(None) => Reading::Absent,
                            Ok(Some(observed)) => Reading::Found(observed),
                            Err(error) => Reading::Unreadable(error),
                        },
                    };
                    Seen::Read(address, reading)
                })
            }
        }
    }

    fn take(&mut self, seen: Seen) {
        match seen {
            Seen::Search(kind, Ok(found)) => {
                self.owned.extend(found.into_iter().map(|observed| Stray { kind, observed }));
            }
            Seen::Search(kind, Err(error)) => self.unlisted.push(Unlisted { kind, error }),
            Seen::Read(address, reading) => {
                for needs in self.waiting.values_mut() {
                    needs.remove(&address);
                }
                self.readings.insert(address, reading);
                let free: Vec<Address> = self
                    .waiting
                    .iter()
                    .filter(|(_, needs)| needs.is_empty())
                    .map(|(address, _)| address.clone())
                    .collect();
                for address in free {
                    self.waiting.remove(&address);
                    self.ready.push_back(Look::Read(address));
                }
            }
        }
    }

    /// An output as far as the resources read by now tell it.
    fn output(&self, output: &OutputRef) -> Option<Value> {
        self.readings.get(&output.address)?.found()?.outputs.get(&output.output).cloned()
    }

    /// What the searches found beside the declared resources.
    fn strays(&mut self) -> Vec<Stray> {
        let declared: BTreeSet<(&str, &str)> = self
            .readings
            .iter()
            .filter_map(|(address, reading)| {
                let kind = self.graph.resources.get(address)?.kind;
                Some((kind, reading.found()?.id.as_str()))
            })
            .collect();
        let mut strays = std::mem::take(&mut self.owned);
        strays.retain(|stray| !declared.contains(&(stray.kind, stray.observed.id.as_str())));
        strays.sort_by(|a, b| (a.kind, &a.observed.id).cmp(&(b.kind, &b.observed.id)));
        strays.dedup_by(|a, b| a.kind == b.kind && a.observed.id == b.observed.id);
        strays
    }
}

/// The resources whose outputs stand where a resource is looked up by: what contains it, and what
/// else identifies it.
fn needed(resource: &Resource, graph: &Graph) -> BTreeSet<Address> {
    let Some(kind) = kinds::kind(resource.kind) else { return BTreeSet::new() };
    let about = kind.about();
    let inside = about.fields.iter().filter(|field| is_inside(field)).map(|field| field.path);
    inside
        .chain(about.identified_by.iter().copied())
        .chain([about.naming.path])
        .filter_map(|path| resource.properties.at(path))
        .flat_map(Value::outputs)
        .map(|output| output.address.clone())
        .filter(|address| *address != resource.address && graph.resources.contains_key(address))
        .collect()
}

fn is_inside(field: &Field) -> bool {
    matches!(field.ty, Type::Ref(to) if to.inside)
}

/// Counts the resources that a search describes one by one, by what they are asked for with.
struct Counting<'a> {
    aws: &'a dyn Aws,
    described: Mutex<BTreeSet<String>>,
}

impl Counting<'_> {
    fn note(&self, operation: &str, input: &Value) {
        if !operation.starts_with("List") {
            let mut described = self.described.lock().unwrap_or_else(PoisonError::into_inner);
            described.extend(input.canonical());
        }
    }

    fn count(&self) -> usize {
        self.described.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl Aws for Counting<'_> {
    fn call<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        self.note(operation, &input);
        self.aws.call(service, operation, input)
    }

    fn call_once<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        self.note(operation, &input);
        self.aws.call_once(service, operation, input)
    }

    fn place(&self) -> &Place {
        self.aws.place()
    }

    fn forget(&self) {
        self.aws.forget();
    }

    fn pause(&self, n: u32) -> BoxFuture<'_, ()> {
        self.aws.pause(n)
    }

    fn exclusive<'a>(&'a self, document: &str) -> BoxFuture<'a, tokio::sync::OwnedMutexGuard<()>> {
        self.aws.exclusive(document)
    }
}
