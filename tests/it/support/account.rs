//! A run in this process against an embedded account, with everything recorded: what was asked for,
//! what stands in the account, and what a plan says afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gatewayctl::apply::{self, Outcome, Silent};
use gatewayctl::aws::{Client, Embedded, Options};
use gatewayctl::compile;
use gatewayctl::engine::{Address, Graph, Live, Owner, Place, SecretSource};
use gatewayctl::kinds;
use gatewayctl::live::{Lives, Registry, survey, survey_owner};
use gatewayctl::local::{Local, LocalOptions, fault};
use gatewayctl::plan::{self, Plan};
use gatewayctl::source::{Findings, RenderStyle, Sources, render};
use gatewayctl::spec::{self, Inputs, Mode, Stack};

/// The account of most tests.
pub const ACCOUNT: &str = "123456789012";

/// Whether an operation changes nothing.
pub fn is_read(operation: &str) -> bool {
    ["Get", "List", "Describe"].iter().any(|read| operation.starts_with(read))
}

/// Where the account keeps what a service has.
pub fn region_of(service: &str) -> &'static str {
    if ["iam", "s3"].contains(&service) { "global" } else { "eu-west-1" }
}

/// An embedded account in memory or in a file.
pub struct Account {
    pub local: Arc<Local>,
    searched: Searched,
}

/// Which kinds a plan searches for orphans: all of them, or these.
#[derive(Clone, Default)]
pub struct Searched(pub Option<BTreeSet<&'static str>>);

impl Searched {
    /// Those of graphs alone.
    pub fn of<'g>(graphs: impl IntoIterator<Item = &'g Graph>) -> Searched {
        let resources = graphs.into_iter().flat_map(|graph| graph.resources.values());
        Searched(Some(resources.map(|resource| resource.kind).collect()))
    }
}

impl Lives for Searched {
    fn of(&self, kind: &str) -> Option<&dyn Live> {
        Registry.of(kind)
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.0.as_ref().map_or_else(|| Registry.kinds(), |kinds| kinds.iter().copied().collect())
    }
}

/// A stack as text, with the settings that a command line would give.
#[derive(Clone)]
pub struct Source {
    pub text: String,
    pub base: PathBuf,
    pub env: Option<String>,
    pub region: String,
}

/// By text, environment and region.
type Compiled = BTreeMap<(String, Option<String>, String), (Graph, Stack)>;

impl Source {
    /// A stack's text in eu-west-1.
    pub fn new(text: &str) -> Source {
        let base = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        Source { text: text.to_owned(), base, env: None, region: "eu-west-1".into() }
    }

    /// The stack of a folder of the repository.
    pub fn of_folder(folder: &str) -> Source {
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let text = std::fs::read_to_string(base.join("stack.yaml")).expect("a stack");
        Source { base, ..Source::new(&text) }
    }

    /// The same with another piece of text; the old one must be there.
    #[track_caller]
    pub fn edit(&self, from: &str, to: &str) -> Source {
        assert!(self.text.contains(from), "`{from}` is not in the stack");
        Source { text: self.text.replacen(from, to, 1), ..self.clone() }
    }

    /// The same in an environment.
    pub fn in_env(&self, env: &str) -> Source {
        Source { env: Some(env.to_owned()), ..self.clone() }
    }

    /// The same in a region.
    pub fn in_region(&self, region: &str) -> Source {
        Source { region: region.to_owned(), ..self.clone() }
    }

    /// The graph and the stack; fails on any error among the findings. What was compiled once in this
    /// process is not compiled again.
    #[track_caller]
    pub fn compile(&self) -> (Graph, Stack, Inputs) {
        static COMPILED: Mutex<Compiled> = Mutex::new(Compiled::new());
        let key = (self.text.clone(), self.env.clone(), self.region.clone());
        let known = COMPILED.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some((graph, stack)) = known {
            return (graph, stack, self.inputs());
        }
        let (graph, stack) = self.compile_anew();
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        compiled.insert(key, (graph.clone(), stack.clone()));
        (graph, stack, self.inputs())
    }

    fn inputs(&self) -> Inputs {
        let mut inputs = Inputs::of_process(self.base.clone(), Mode::Local);
        inputs.environment = Box::new(|_| None);
        inputs.account = Some(ACCOUNT.into());
        inputs.fallback_region = Some(self.region.clone());
        inputs.env = self.env.clone();
        inputs
    }

    #[track_caller]
    fn compile_anew(&self) -> (Graph, Stack) {
        let mut sources = Sources::new();
        let file = sources.add("stack.yaml", self.text.clone());
        let mut findings = Findings::default();
        let inputs = self.inputs();
        let stack =
            spec::load(&mut sources, file, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
        let graph = stack.as_ref().map(|stack| compile::compile(stack, &self.base, &mut findings));
        let style = RenderStyle { color: false, width: 100 };
        assert!(!findings.has_errors(), "{}", render(&sources, &findings, style));
        (graph.expect("a graph"), stack.expect("a stack"))
    }
}

impl Account {
    /// A new one in memory that records every request.
    pub fn new() -> Account {
        let mut options = LocalOptions::new(ACCOUNT);
        options.record = true;
        Account { local: Local::open(options).expect("an account in memory"), searched: Searched::default() }
    }

    /// The account of a file, with faults.
    pub fn at(path: &Path, faults: &str) -> Account {
        let mut options = LocalOptions::new(ACCOUNT);
        options.record = true;
        options.path = Some(path.to_owned());
        options.faults = fault::parse(faults).expect("rules of faults");
        Account { local: Local::open(options).expect("an account"), searched: Searched::default() }
    }

    /// The same, where plans search these kinds alone.
    pub fn searching(self, searched: &Searched) -> Account {
        Account { searched: searched.clone(), ..self }
    }

    /// What stands in a collection, past every operation; in eu-west-1, or of IAM.
    pub fn documents(&self, service: &str, collection: &str) -> Vec<(String, serde_json::Value)> {
        self.local.documents(region_of(service), service, collection).expect("an account that can be read")
    }

    /// Services and collections of eu-west-1, and of those that have no regions.
    pub fn collections(&self) -> Vec<[String; 2]> {
        let all = self.local.collections().expect("an account that can be read");
        let here = all.into_iter().filter(|[region, ..]| region == "eu-west-1" || region == "global");
        here.map(|[_, service, collection]| [service, collection]).collect()
    }

    /// A client of it, for a region.
    pub async fn client(&self, region: &str) -> Client {
        let options = Options {
            region: Some(region.to_owned()),
            embedded: Some(Embedded { http_client: self.local.http_client(), name: "test".into() }),
            time_scale: 0.002,
            ..Options::default()
        };
        Client::for_account(options, ACCOUNT).await.expect("a client")
    }

    /// A plan of a stack.
    pub async fn plan_with(&self, source: &Source, options: &plan::Options) -> Plan {
        let client = self.client(&source.compile().0.place.region).await;
        plan_on(&client, &self.searched, source, options).await
    }

    /// A plan of a stack, nothing allowed.
    pub async fn plan(&self, source: &Source) -> Plan {
        self.plan_with(source, &plan::Options::default()).await
    }

    /// Plans and applies, whatever comes of it.
    pub async fn try_apply(&self, source: &Source, options: &plan::Options) -> (Plan, Outcome) {
        let client = self.client(&source.compile().0.place.region).await;
        let planned = plan_on(&client, &self.searched, source, options).await;
        assert!(planned.is_allowed(), "{:#?}", planned.refusals);
        let outcome = apply_on(&client, &self.searched, source, &planned, 0.02).await;
        (planned, outcome)
    }

    /// Plans and applies; fails unless everything was done.
    pub async fn apply(&self, source: &Source) -> (Plan, Outcome) {
        self.apply_with(source, &plan::Options::default()).await
    }

    /// The same with what is allowed.
    pub async fn apply_with(&self, source: &Source, options: &plan::Options) -> (Plan, Outcome) {
        let (planned, outcome) = self.try_apply(source, options).await;
        assert!(outcome.is_complete(), "{outcome:#?}");
        (planned, outcome)
    }

    /// Does what a plan says up to one of its steps, as a run that is killed then.
    pub async fn stop_after(&self, source: &Source, planned: &Plan, last: usize) {
        let client = self.client(&planned.place.region).await;
        let begun = Plan { steps: planned.steps[..=last].to_vec(), ..planned.clone() };
        let outcome = apply_on(&client, &self.searched, source, &begun, 0.02).await;
        assert!(outcome.failed.is_empty(), "{outcome:#?}");
    }

    /// Removes what an owner has, without its file, as `destroy --owner` does.
    pub async fn destroy_by_owner(&self, owner: &Owner, allow: &Address) -> Outcome {
        let client = self.client(&owner.region).await;
        let survey = survey_owner(&client, &Registry, owner, 16).await;
        let place = Place::new(&owner.region, ACCOUNT);
        let graph = Graph {
            owner: owner.clone(),
            place,
            resources: BTreeMap::new(),
            outputs: Vec::new(),
            told: BTreeMap::new(),
            index: Default::default(),
        };
        let allow_destroy = [allow.clone()].into();
        let options = plan::Options { destroy: true, allow_destroy, ..plan::Options::default() };
        let planned = plan::plan(&graph, &survey, &options);
        assert!(planned.is_allowed(), "{:#?}", planned.refusals);
        let applying = apply::Options {
            parallelism: 16,
            read_secret: &|_: &SecretSource| Err("no secret is needed to remove something".into()),
            stopped: &|| false,
            scale: 0.02,
        };
        apply::apply(&planned, &client, &Registry, &Silent, &applying).await
    }

    /// Fails unless a plan of this stack has nothing to do.
    pub async fn assert_converged(&self, source: &Source) {
        let plan = self.plan(source).await;
        assert!(plan.refusals.is_empty(), "{:#?}", plan.refusals);
        let changed: Vec<String> = plan
            .changes
            .values()
            .filter(|planned| planned.is_changed())
            .map(|planned| format!("{} {:?} {:?}", planned.address, planned.action, planned.change.paths()))
            .collect();
        assert!(plan.is_empty(), "not converged: {changed:#?}");
    }
}

/// A plan of a stack in the account of a client.
pub async fn plan_on(client: &Client, lives: &dyn Lives, source: &Source, options: &plan::Options) -> Plan {
    let (graph, ..) = source.compile();
    let survey = survey(client, lives, &graph, &options.adopt, 16).await;
    plan::plan(&graph, &survey, options)
}

/// Applies a plan of a stack, whatever comes of it. `scale` is what settling may take of its budget.
pub async fn apply_on(
    client: &Client,
    lives: &dyn Lives,
    source: &Source,
    planned: &Plan,
    scale: f64,
) -> Outcome {
    let (_, stack, inputs) = source.compile();
    let applying = apply::Options {
        parallelism: 16,
        read_secret: &|wanted: &SecretSource| {
            let secret = stack.secrets.iter().find(|secret| secret.name == wanted.parameter);
            spec::read_secret(&inputs, secret.ok_or("no such secret")?)
        },
        stopped: &|| false,
        scale,
    };
    apply::apply(planned, client, lives, &Silent, &applying).await
}
