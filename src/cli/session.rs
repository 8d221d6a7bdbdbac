//! One run against an account: the stack, the client, the survey, the plan.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::aws::{Client, Embedded};
use crate::engine::{Address, Aws, AwsError, Graph, Owner, Place};
use crate::live::{self, Registry, Survey};
use crate::local::{Local, LocalOptions, fault};
use crate::plan::{self, Plan};
use crate::spec::Mode;

use super::args::{Allowances, Global};
use super::saved::Made;
use super::stack::{self, Known, Ready};
use super::terminal::{Terminal, say};
use super::{Exit, Stop, validate};

/// Rules of faults for the embedded account, for trying out what a failure does.
const FAULTS: &str = "GATEWAYCTL_LOCAL_FAULTS";
/// The embedded account needs no real time to come to its states.
const LOCAL_TIME_SCALE: f64 = 0.02;

/// A run against an account.
pub(super) struct Session {
    pub ready: Ready,
    pub client: Client,
    pub parallelism: usize,
    /// What the client's waits are scaled by.
    pub scale: f64,
}

impl Session {
    /// Reads the stack, reports all findings before any call, connects, and makes sure that it is the
    /// right account.
    pub async fn open(
        global: &Global,
        path: &Path,
        allow: &Allowances,
        terminal: &Terminal,
    ) -> Result<Session, Stop> {
        let mode = if global.local.is_some() { Mode::Local } else { Mode::Live };
        let region = match mode {
            Mode::Local => Some(validate::OFFLINE_REGION.to_owned()),
            _ => configured_region(global).await,
        };
        let known = Known { region: region.clone(), ..Known::default() };
        let loaded = stack::load(global, path, mode, known)?;
        let wanted = loaded.stack.as_ref().map(|stack| stack.wanted.clone()).unwrap_or_default();
        // What a value is missing for that only a store has may be no error once it has answered.
        let unsure = wanted.iter().any(|wanted| !wanted.has_default);
        if loaded.findings.has_errors() && !unsure {
            loaded.ready(terminal, global.quiet)?;
            return Err(Exit::Failed.into());
        }
        let Some(place) = loaded.stack.as_ref().map(|stack| stack.place.clone()) else {
            loaded.ready(terminal, global.quiet)?;
            return Err(Exit::Failed.into());
        };
        let local = (mode == Mode::Local).then_some((path, &place));
        let options = options(global, allow, &place.region, local)?;
        let scale = options.time_scale;
        let client = match mode {
            Mode::Local => Client::for_account(options, &place.account).await,
            _ => Client::connect(options).await,
        };
        let client = client.map_err(said)?;
        let ready = match mode {
            Mode::Local if wanted.is_empty() => loaded,
            // Only now is the account known, and with it every derived ARN and what its stores have.
            _ => {
                let stores = live::ask(&client, &Registry, &wanted, global.env.as_deref()).await;
                let account = (mode == Mode::Live).then(|| client.place().account.clone());
                stack::load(global, path, mode, Known { account, region, stores: Some(stores) })?
            }
        };
        let ready = ready.ready(terminal, global.quiet)?;
        Ok(Session { ready, client, parallelism: allow.parallelism.into(), scale })
    }

    /// Looks at the account, also at what is to be adopted.
    pub async fn survey(&self, adopt: &BTreeMap<Address, Option<String>>) -> Survey {
        live::survey(&self.client, &Registry, &self.ready.graph, adopt, self.parallelism).await
    }

    /// Looks at the account and plans.
    pub async fn plan(&self, options: &plan::Options) -> Result<Plan, Stop> {
        Ok(plan::plan(&self.ready.graph, &self.survey(&options.adopt).await, options))
    }

    /// A plan with what it was made of.
    pub fn made<'a>(
        &'a self,
        global: &'a Global,
        allow: &'a Allowances,
        path: &'a Path,
        plan: &'a Plan,
    ) -> Made<'a> {
        let Ready { stack, graph, sources, .. } = &self.ready;
        let endpoint = self.client.endpoint().to_string();
        Made { global, allow, path, stack, graph, sources, plan, endpoint }
    }

    /// The one line before any change.
    pub fn header(&self) -> String {
        header(&self.ready.graph, &self.client)
    }

    /// How many calls were made, for those who ask.
    pub fn say_calls(&self, global: &Global) {
        if global.verbose == 0 {
            return;
        }
        let calls = self.client.calls();
        let total: u64 = calls.values().map(|calls| calls.calls).sum();
        let attempts: u64 = calls.values().map(|calls| calls.attempts).sum();
        say!("{total} calls, {attempts} requests");
        for ((service, operation), calls) in calls {
            say!("  {service}:{operation} {}", calls.calls);
        }
    }
}

/// Account, region, environment and endpoint.
pub(super) fn header(graph: &Graph, client: &Client) -> String {
    let Owner { stack, env, .. } = &graph.owner;
    let env = env.as_ref().map(|env| format!(", environment {env}")).unwrap_or_default();
    format!(
        "{stack}{env}: account {}, {}, {}",
        client.place().account,
        client.place().region,
        client.endpoint()
    )
}

/// A client without a stack, for what only an owner names.
pub(super) async fn client_for(
    global: &Global,
    allow: &Allowances,
    owner: &Owner,
    path: &Path,
) -> Result<(Client, f64), Stop> {
    let place = Place::new(&owner.region, "000000000000");
    let local = global.local.is_some().then_some((path, &place));
    let options = options(global, allow, &owner.region, local)?;
    let scale = options.time_scale;
    let client = match local {
        Some(_) => Client::for_account(options, &place.account).await,
        None => Client::connect(options).await,
    };
    Ok((client.map_err(said)?, scale))
}

fn options(
    global: &Global,
    allow: &Allowances,
    region: &str,
    local: Option<(&Path, &Place)>,
) -> Result<crate::aws::Options, Stop> {
    let embedded = match local {
        Some((path, place)) => Some(open_local(global, path, place)?),
        None => None,
    };
    Ok(crate::aws::Options {
        region: Some(region.to_owned()).filter(|region| !region.is_empty()),
        profile: global.profile.clone(),
        role_arn: global.role_arn.clone(),
        endpoint_url: global.endpoint_url.clone(),
        time_scale: if embedded.is_some() { LOCAL_TIME_SCALE } else { 1.0 },
        embedded,
        parallelism: allow.parallelism.into(),
    })
}

fn open_local(global: &Global, path: &Path, place: &Place) -> Result<Embedded, Stop> {
    let file = match global.local.clone().flatten() {
        Some(file) => file,
        None => default_file(path),
    };
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    }
    let mut options = LocalOptions::new(place.account.as_str());
    options.path = Some(file.clone());
    if let Ok(rules) = std::env::var(FAULTS) {
        options.faults = fault::parse(&rules).map_err(|error| format!("{FAULTS}: {error}"))?;
    }
    let name = file.display().to_string();
    let local = Local::open(options).map_err(|error| format!("{name} cannot be opened: {error}"))?;
    Ok(Embedded { http_client: local.http_client(), name })
}

/// Beside the stack, out of the way.
fn default_file(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path.to_owned() } else { stack::folder(path) };
    folder.join(".gatewayctl").join("local.jsonl")
}

async fn configured_region(global: &Global) -> Option<String> {
    crate::aws::configured_region(global.profile.as_deref()).await
}

pub(super) fn said(error: AwsError) -> Stop {
    Stop::Said(crate::report::failed_call_text(&error))
}

/// Runs a command that talks to an account.
pub(super) fn block_on<F: Future<Output = Result<Exit, Stop>>>(
    global: &Global,
    run: F,
) -> Result<Exit, Stop> {
    super::log::start(global);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no threads can be started: {error}"))?;
    let result = runtime.block_on(run);
    // A lookup of a host name may still block a thread; nothing waits for it.
    runtime.shutdown_background();
    result
}
