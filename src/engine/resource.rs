//! The graph of desired resources: what compile makes and every later stage works on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, OnceLock};

use super::{Address, Owner, Place, Value};
use crate::source::Span;

/// The place in the text of each declared leaf, by concrete path such as `Targets[carrier].Input`.
pub type Places = BTreeMap<String, Span>;

/// A desired resource.
#[derive(Clone, Debug)]
pub struct Resource {
    pub address: Address,
    /// The kind that makes it: a name in the registry. For `rules.x/role` it is `roles`.
    pub kind: &'static str,
    /// The physical name.
    pub name: String,
    /// AWS's document, with what is not known yet and secrets in it.
    pub properties: Value,
    pub places: Places,
    /// Where it was declared; for what is generated, where its origin was.
    pub declared: Span,
    pub protect: bool,
    /// What it is done after, and why the order matters.
    pub edges: Vec<Edge>,
    /// A function's code, packed.
    pub package: Option<Arc<Package>>,
}

/// An edge of the graph: the resource is created and updated after `to`, and deleted before it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Edge {
    pub to: Address,
    /// The resource falls with the one it points to.
    pub inside: bool,
}

/// A packed folder of code.
#[derive(Clone)]
pub struct Package {
    /// SHA-256 in hex over the entries' names, modes and contents: the same on every platform and
    /// with every compressor.
    pub digest: String,
    /// The zip file, packed when it is first needed.
    pub zip: Vec<u8>,
}

impl fmt::Debug for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Package({}, {} bytes)", self.digest, self.zip.len())
    }
}

/// Everything that a stack wants, in one place.
#[derive(Clone, Debug)]
pub struct Graph {
    pub owner: Owner,
    pub place: Place,
    /// In order of address.
    pub resources: BTreeMap<Address, Resource>,
    /// The stack's outputs, by name; secret ones are refused.
    pub outputs: Vec<(String, Value)>,
    /// What declarations say of the flow of events beside AWS's documents, by address: what a function emits, whether
    /// others put events on a bus. No plan sees it.
    pub told: BTreeMap<Address, Told>,
    pub index: Index,
}

/// What a declaration says of the flow of events.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Told {
    /// The keys and what stands under them.
    pub said: Value,
    /// Where each part stands, by its path.
    pub places: Places,
}

/// Where resources are found by their ARNs and names: made when it is first asked for. A copy of a graph makes its own.
#[derive(Default, Debug)]
pub struct Index(OnceLock<Found>);

/// What an [`Index`] knows.
#[derive(Default, Debug)]
pub struct Found {
    pub by_arn: HashMap<String, Address>,
    pub by_name: HashMap<(&'static str, String), Address>,
}

impl Clone for Index {
    fn clone(&self) -> Index {
        Index::default()
    }
}

impl Index {
    /// What is known, made by the function the first time.
    pub fn get(&self, make: impl FnOnce() -> Found) -> &Found {
        self.0.get_or_init(make)
    }
}

impl Graph {
    /// What each resource waits for, without what is not in the graph.
    pub fn dependencies(&self, address: &Address) -> BTreeSet<&Address> {
        self.resources
            .get(address)
            .into_iter()
            .flat_map(|resource| &resource.edges)
            .map(|edge| &edge.to)
            .filter(|to| self.resources.contains_key(to))
            .collect()
    }
}
