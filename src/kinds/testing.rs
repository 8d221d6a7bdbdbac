//! Kinds against the embedded account, in tests: a stack's text is brought to the account kind by
//! kind, without plan and apply, and every step ends in an empty diff.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use secrecy::SecretString;

use crate::aws::{Client, Embedded, Options};
use crate::compile::testing::compile_with;
use crate::diff::{Change, Version, Versions, diff, version_of};
use crate::engine::{
    Address, Aws, Found, Graph, Lookup, Mark, Observed, OutputRef, Owner, Resource, SecretSource, State,
    UpdateStep, Value, Wish,
};
use crate::kinds::{self, Kind};
use crate::local::{Local, LocalOptions, Recorded, fault};

pub const ACCOUNT: &str = "123456789012";
pub const REGION: &str = "eu-west-1";

/// How often a resource is looked at until it is ready.
const LOOKS: u32 = 40;

/// An embedded account and a client on it.
pub struct Bench {
    pub local: Arc<Local>,
    pub aws: Client,
    /// What has been applied, in order.
    applied: Vec<(Address, Lookup)>,
}

impl Bench {
    /// A fresh account.
    pub async fn new() -> Bench {
        Bench::with_faults("").await
    }

    /// A fresh account with these fault rules in force.
    pub async fn with_faults(faults: &str) -> Bench {
        let options = LocalOptions {
            record: true,
            faults: fault::parse(faults).unwrap(),
            ..LocalOptions::new(ACCOUNT)
        };
        let local = Local::open(options).unwrap();
        let aws = client(&local).await;
        Bench { local, aws, applied: Vec::new() }
    }

    /// A client of somebody else on the same account: what it writes, [`Bench::aws`] does not see.
    pub async fn others(&self) -> Client {
        client(&self.local).await
    }

    /// Compiles a text without errors.
    pub fn compile(&self, text: &str) -> Graph {
        let (graph, findings) = compile_with(text, |_| {});
        assert!(!findings.contains("error["), "{findings}");
        graph.unwrap()
    }

    /// Brings the account to a stack: creates, updates, deletes. Every resource that was touched is
    /// ready and equal to its wish afterwards. Gives the changing requests in order.
    pub async fn apply(&mut self, text: &str) -> Vec<Recorded> {
        let graph = self.compile(text);
        self.local.forget_requests();
        let mut outputs = BTreeMap::new();
        for address in in_order(&graph) {
            let observed = self.bring(&graph, &graph.resources[&address], &outputs).await;
            for (name, value) in &observed.outputs {
                outputs.insert(OutputRef { address: address.clone(), output: name.clone() }, value.clone());
            }
        }
        for (address, lookup) in std::mem::take(&mut self.applied).into_iter().rev() {
            match graph.resources.contains_key(&address) {
                true => self.applied.insert(0, (address, lookup)),
                false => self.delete(&lookup).await,
            }
        }
        self.changes()
    }

    /// Brings the account to a stack as far as what a resource waits for, and tries to create that.
    pub async fn try_create(&mut self, text: &str, address: &str) -> crate::engine::Result<()> {
        let graph = self.compile(text);
        let mut outputs = BTreeMap::new();
        for next in in_order(&graph) {
            let resource = &graph.resources[&next];
            if next.to_string() == address {
                let wish = self.wish(&graph, resource, &outputs);
                return of(resource).live().create(&self.aws, &wish).await.map(drop);
            }
            let observed = self.bring(&graph, resource, &outputs).await;
            for (name, value) in &observed.outputs {
                outputs.insert(OutputRef { address: next.clone(), output: name.clone() }, value.clone());
            }
        }
        panic!("{address} is not in the stack")
    }

    /// Tries to update a resource of a stack that waits for nothing that is assigned.
    pub async fn try_update(&mut self, text: &str, address: &str) -> crate::engine::Result<()> {
        let live = self.look_at(text, address).await;
        self.try_update_from(text, address, live).await
    }

    /// A resource of a stack as it is read for it.
    pub async fn look_at(&self, text: &str, address: &str) -> Observed {
        let graph = self.compile(text);
        let resource = &graph.resources[&address.parse().unwrap()];
        let wish = self.wish(&graph, resource, &BTreeMap::new());
        self.look(&lookup(&graph, resource, &wish)).await.unwrap()
    }

    /// Tries to update a resource of a stack from what it was when somebody looked.
    pub async fn try_update_from(
        &mut self,
        text: &str,
        address: &str,
        live: Observed,
    ) -> crate::engine::Result<()> {
        let graph = self.compile(text);
        let resource = &graph.resources[&address.parse().unwrap()];
        let wish = self.wish(&graph, resource, &BTreeMap::new());
        let changed = change(resource, &live, &wish).paths();
        let step = UpdateStep { live, wish, changed, mark: false, may_destroy: true };
        of(resource).live().update(&self.aws, &step).await
    }

    /// The wish for a resource of a stack that waits for nothing that is assigned.
    pub fn wish_of(&self, text: &str, address: &str) -> Wish {
        let graph = self.compile(text);
        self.wish(&graph, &graph.resources[&address.parse().unwrap()], &BTreeMap::new())
    }

    /// The requests since the last apply that change something.
    pub fn changes(&self) -> Vec<Recorded> {
        let reads = ["Get", "List", "Describe"];
        let all = self.local.requests().into_iter();
        all.filter(|request| !reads.iter().any(|read| request.operation.starts_with(read))).collect()
    }

    /// Deletes everything in reverse order.
    pub async fn destroy(&mut self) {
        for (_, lookup) in std::mem::take(&mut self.applied).into_iter().rev() {
            self.delete(&lookup).await;
        }
    }

    /// Reads a resource that was applied.
    pub async fn read(&self, address: &str) -> Option<Observed> {
        let address: Address = address.parse().unwrap();
        let (_, lookup) = self.applied.iter().find(|(applied, _)| *applied == address).unwrap();
        self.look(lookup).await
    }

    /// What differs between the account and a stack, as `ADDRESS: PATH`.
    pub async fn differs(&self, text: &str) -> Vec<String> {
        let graph = self.compile(text);
        let mut found = Vec::new();
        let mut outputs = BTreeMap::new();
        for address in in_order(&graph) {
            let resource = &graph.resources[&address];
            let wish = self.wish(&graph, resource, &outputs);
            let Some(live) = self.look(&lookup(&graph, resource, &wish)).await else {
                found.push(format!("{address}: absent"));
                continue;
            };
            for (name, value) in &live.outputs {
                outputs.insert(OutputRef { address: address.clone(), output: name.clone() }, value.clone());
            }
            found.extend(
                change(resource, &live, &wish).paths().iter().map(|path| format!("{address}: {path}")),
            );
        }
        found
    }

    /// The addresses of what a kind finds of an owner.
    pub async fn owned(&self, kind: &str, owner: &str) -> Vec<String> {
        let owner: Owner = owner.parse().unwrap();
        self.aws.forget();
        let found = kinds::kind(kind).unwrap().live().list_owned(&self.aws, &owner).await.unwrap();
        let mut addresses: Vec<String> = found
            .iter()
            .map(|one| match &one.mark {
                Found::Mark(mark) => mark.address.to_string(),
                other => format!("{other:?}"),
            })
            .collect();
        addresses.sort();
        addresses
    }

    /// The one document of a collection as the account keeps it, by its id.
    pub fn raw(&self, service: &str, collection: &str, id: &str) -> Option<serde_json::Value> {
        let all = self.local.documents(REGION, service, collection).unwrap();
        all.into_iter().find(|(found, _)| found == id).map(|(_, document)| document)
    }

    async fn bring(
        &mut self,
        graph: &Graph,
        resource: &Resource,
        outputs: &BTreeMap<OutputRef, Value>,
    ) -> Observed {
        let address = &resource.address;
        let live = of(resource).live();
        let wish = self.wish(graph, resource, outputs);
        let mut at = lookup(graph, resource, &wish);
        let mut created = false;
        match self.look(&at).await.filter(|found| !matches!(found.state, State::Begun(_))) {
            None => {
                created = true;
                at.id =
                    Some(live.create(&self.aws, &wish).await.unwrap_or_else(|e| panic!("{address}: {e}")).id)
            }
            Some(observed) => {
                at.id = Some(observed.id.clone());
                let changed = change(resource, &observed, &wish).paths();
                let mark = wished_part(&observed.mark) != Found::Mark(wish.mark.clone());
                if mark || !changed.is_empty() {
                    let step =
                        UpdateStep { live: observed, wish: wish.clone(), changed, mark, may_destroy: true };
                    live.update(&self.aws, &step).await.unwrap_or_else(|e| panic!("{address}: {e}"));
                }
            }
        }
        if !self.applied.iter().any(|(applied, _)| applied == address) {
            self.applied.push((address.clone(), at.clone()));
        }
        self.settled(resource, &at, &wish, created).await
    }

    /// Looks until the resource is ready, which must then equal the wish, mark included. What a create
    /// could not take comes with one update that follows.
    async fn settled(&self, resource: &Resource, at: &Lookup, wish: &Wish, mut created: bool) -> Observed {
        for look in 0..LOOKS {
            let observed = self.look(at).await.unwrap_or_else(|| panic!("{} is not there", at.address));
            match &observed.state {
                State::Ready => {
                    let change = change(resource, &observed, wish);
                    if std::mem::take(&mut created) && !change.is_same() {
                        let changed = change.paths();
                        let step = UpdateStep {
                            live: observed,
                            wish: wish.clone(),
                            changed,
                            mark: false,
                            may_destroy: true,
                        };
                        let live = of(resource).live();
                        live.update(&self.aws, &step).await.unwrap_or_else(|e| panic!("{}: {e}", at.address));
                        continue;
                    }
                    assert!(change.is_same(), "{}: {change:#?}", at.address);
                    let mark = wished_part(&observed.mark);
                    assert_eq!(mark, Found::Mark(wish.mark.clone()), "{}", at.address);
                    return observed;
                }
                State::Busy(_) => self.aws.pause(look).await,
                State::Taken { part, .. } => panic!("{}: {part} is not ours", at.address),
                State::Begun(what) => panic!("{}: {what}", at.address),
                State::Failed { reason, .. } => panic!("{}: {reason}", at.address),
            }
        }
        panic!("{} does not become ready", at.address)
    }

    async fn look(&self, at: &Lookup) -> Option<Observed> {
        self.aws.forget();
        let kind = kinds::kind_of(&at.address).unwrap();
        kind.live().read(&self.aws, at).await.unwrap_or_else(|e| panic!("{}: {e}", at.address))
    }

    async fn delete(&self, at: &Lookup) {
        let Some(live) = self.look(at).await else { return };
        let kind = kinds::kind_of(&at.address).unwrap();
        kind.live().delete(&self.aws, &live).await.unwrap_or_else(|e| panic!("{}: {e}", at.address));
        assert!(self.look(at).await.is_none(), "{} is still there", at.address);
        kind.live().delete(&self.aws, &live).await.unwrap_or_else(|e| panic!("{} again: {e}", at.address));
    }

    fn wish(&self, graph: &Graph, resource: &Resource, outputs: &BTreeMap<OutputRef, Value>) -> Wish {
        let known = resource.properties.resolve(&|output| outputs.get(output).cloned());
        let version = match version_of(&known, of(resource).about().table()) {
            Version::None => resource.package.as_ref().map(|package| package.digest.clone()),
            Version::Known(version) => Some(version),
            Version::Unknown => panic!("{}: what it needs is not known", resource.address),
        };
        let properties = known.map_leaves(&mut |leaf| match leaf {
            Value::Secret(secret) => Value::Secret(secret.fill(&content).unwrap()),
            Value::Unknown(template) => panic!("{}: {template} is not known", resource.address),
            leaf => leaf,
        });
        let mark = Mark {
            owner: graph.owner.clone(),
            address: resource.address.clone(),
            name: resource.name.clone(),
            protect: resource.protect,
            version,
        };
        Wish { name: resource.name.clone(), properties, mark, package: resource.package.clone() }
    }
}

async fn client(local: &Arc<Local>) -> Client {
    let embedded = Embedded { http_client: local.http_client(), name: "a test".into() };
    let options = Options {
        region: Some(REGION.into()),
        embedded: Some(embedded),
        time_scale: 0.001,
        ..Options::default()
    };
    Client::for_account(options, ACCOUNT).await.unwrap()
}

/// The top members in which two documents of the account differ; null and empty are as if not there.
pub fn unlike(one: &serde_json::Value, other: &serde_json::Value) -> Vec<String> {
    let shown = |document: &serde_json::Value, key: &str| {
        document.get(key).cloned().map(Value::from).filter(|value| !value.is_empty())
    };
    let keys = |document: &serde_json::Value| -> Vec<String> {
        document.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
    };
    let all: BTreeSet<String> = keys(one).into_iter().chain(keys(other)).collect();
    all.into_iter().filter(|key| shown(one, key) != shown(other, key)).collect()
}

/// The content of a secret parameter: told by its name and version, so that a test knows it.
fn content(source: &SecretSource) -> Option<SecretString> {
    Some(format!("canary-{}-{}", source.parameter, source.version).into())
}

fn of(resource: &Resource) -> &'static dyn Kind {
    kinds::kind(resource.kind).unwrap()
}

fn lookup(graph: &Graph, resource: &Resource, wish: &Wish) -> Lookup {
    Lookup {
        address: resource.address.clone(),
        owner: graph.owner.clone(),
        name: resource.name.clone(),
        id: None,
        desired: wish.properties.clone(),
    }
}

/// A live mark without what its kind adds to a package's version behind a colon.
fn wished_part(mark: &Found) -> Found {
    let mut mark = mark.clone();
    if let Found::Mark(Mark { version: Some(version), .. }) = &mut mark
        && let Some(colon) = version.find(':')
    {
        version.truncate(colon);
    }
    mark
}

fn change(resource: &Resource, live: &Observed, wish: &Wish) -> Change {
    let table = of(resource).about().table();
    if wish.package.is_some() {
        // The version is the package's, and what it packs is compared as a property.
        return diff(&live.properties, &wish.properties, table, Versions::default());
    }
    let recorded = match &live.mark {
        Found::Mark(mark) => mark.version.clone(),
        _ => None,
    };
    let desired = wish.mark.version.clone().map_or(Version::None, Version::Known);
    diff(&live.properties, &wish.properties, table, Versions { live: recorded.as_deref(), desired })
}

/// Every address after those that it waits for.
fn in_order(graph: &Graph) -> Vec<Address> {
    let mut order: Vec<Address> = Vec::new();
    let mut done = BTreeSet::new();
    while order.len() < graph.resources.len() {
        let before = order.len();
        for address in graph.resources.keys() {
            if !done.contains(address) && graph.dependencies(address).iter().all(|to| done.contains(*to)) {
                order.push(address.clone());
                done.insert(address.clone());
            }
        }
        assert!(order.len() > before, "the graph has a cycle");
    }
    order
}
