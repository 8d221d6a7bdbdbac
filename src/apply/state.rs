//! What is known while a plan is applied.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;
use secrecy::SecretString;

use crate::diff::{self, Change, Version, Versions};
use crate::engine::field::How;
use crate::engine::{
    Address, Found, Lookup, Map, Mark, Observed, OutputRef, SecretSource, State as Doing, Value, Wish,
};
use crate::kinds::{self, Kind};
use crate::plan::{Action, Plan, Planned, comparable, mark_version, secrets_version, wished_part};

use super::outcome::Why;

/// Reads secrets' contents from their sources.
pub trait ReadSecret: Send + Sync {
    /// The content of a source, in the version that it states.
    ///
    /// # Errors
    /// Why there is none, for people, without any part of it.
    fn read<'a>(&'a self, source: &'a SecretSource) -> BoxFuture<'a, Result<SecretString, String>>;
}

impl<F: Fn(&SecretSource) -> Result<SecretString, String> + Send + Sync> ReadSecret for F {
    fn read<'a>(&'a self, source: &'a SecretSource) -> BoxFuture<'a, Result<SecretString, String>> {
        Box::pin(std::future::ready(self(source)))
    }
}

/// The outputs that resources have by now, and what steps need to make wishes of the plan.
pub struct State<'a> {
    pub plan: &'a Plan,
    read_secret: &'a dyn ReadSecret,
    /// Contents that were read already, for the length of this run.
    secrets: Mutex<BTreeMap<SecretSource, SecretString>>,
    outputs: Mutex<BTreeMap<Address, Map>>,
}

impl<'a> State<'a> {
    /// At the start the outputs of everything that stays as it is are known.
    pub fn new(plan: &'a Plan, read_secret: &'a dyn ReadSecret) -> State<'a> {
        let kept = plan.changes.values().filter(|planned| planned.action == Action::Keep);
        let outputs = kept
            .filter_map(|planned| Some((planned.address.clone(), planned.live.as_ref()?.outputs.clone())))
            .collect();
        State { plan, read_secret, secrets: Mutex::default(), outputs: Mutex::new(outputs) }
    }

    /// Notes what a resource turned out to have.
    pub fn note(&self, address: &Address, observed: &Observed) {
        if let Ok(mut outputs) = self.outputs.lock() {
            outputs.insert(address.clone(), observed.outputs.clone());
        }
    }

    /// The value of an output, if it is known by now.
    pub fn output(&self, output: &OutputRef) -> Option<Value> {
        let known = self.outputs.lock().ok()?.get(&output.address)?.get(&output.output).cloned();
        known.or_else(|| {
            // A derived output may follow from a property that was unknown when the plan was made.
            let resource = self.plan.changes.get(&output.address)?.desired.as_ref()?;
            let kind = kinds::kind(resource.kind)?;
            let row = kind.about().output(&output.output)?;
            let How::Derived(_) = row.how else { return None };
            let mut resource = resource.clone();
            resource.properties = resource.properties.resolve(&|other| self.output(other));
            kind.derive(&output.output, &resource, &self.plan.place)
        })
    }

    /// The wish for a resource with everything that is known by now: properties (those of an interim
    /// step instead, if given), secrets filled, and the mark with its version.
    pub async fn wish(&self, planned: &Planned, interim: Option<&Value>) -> Result<Wish, Why> {
        let Some(desired) = &planned.desired else {
            return Err(Why::BeyondThePlan("there is no wish for it".into()));
        };
        let properties = interim.unwrap_or(&desired.properties);
        let is_absent = |output: &&OutputRef| self.output(output) == Some(Value::Null);
        if let Some(absent) = properties.outputs().into_iter().find(is_absent) {
            return Err(Why::Absent(absent.to_string()));
        }
        let properties = properties.resolve(&|output| self.output(output));
        if let Some(missing) = properties.outputs().into_iter().next() {
            return Err(Why::Stuck(format!("`{missing}` is not known although its resource exists")));
        }
        let table = kind(planned)?.about().table();
        let version = mark_version(&properties, desired.package.as_deref(), table)
            .ok_or_else(|| Why::Stuck("the version of its secrets is not known".into()))?;
        let secrets = self.secrets(&properties).await.map_err(Why::Secret)?;
        let mut failed = None;
        let properties = properties.map_leaves(&mut |leaf| match leaf {
            Value::Secret(secret) => {
                let read = |source: &SecretSource| secrets.get(source).cloned();
                match secret.fill(&read) {
                    Ok(filled) => Value::Secret(filled),
                    Err(source) => {
                        failed.get_or_insert(source);
                        Value::Null
                    }
                }
            }
            leaf => leaf,
        });
        if let Some(source) = failed {
            return Err(Why::Secret(format!("`{}` has no value", source.parameter)));
        }
        Ok(Wish {
            name: planned.name.clone(),
            properties,
            mark: Mark { version, ..planned.mark.clone() },
            package: desired.package.clone(),
        })
    }

    /// The contents of the secrets in some properties, each read once in a run.
    async fn secrets(&self, properties: &Value) -> Result<BTreeMap<SecretSource, SecretString>, String> {
        let mut wanted = BTreeSet::new();
        properties.clone().map_leaves(&mut |leaf| {
            if let Value::Secret(secret) = &leaf {
                wanted.extend(secret.sources().cloned());
            }
            leaf
        });
        let mut found = BTreeMap::new();
        for source in wanted {
            let known = self.known_secrets().get(&source).cloned();
            let content = match known {
                Some(content) => content,
                None => self.read_secret.read(&source).await?,
            };
            self.known_secrets().insert(source.clone(), content.clone());
            found.insert(source, content);
        }
        Ok(found)
    }

    fn known_secrets(&self) -> std::sync::MutexGuard<'_, BTreeMap<SecretSource, SecretString>> {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where to look for a resource: by its name, and by its id where one is known.
    pub fn lookup(&self, planned: &Planned, wish: &Wish, id: Option<String>) -> Lookup {
        Lookup {
            address: planned.address.clone(),
            owner: self.plan.owner.clone(),
            name: wish.name.clone(),
            id,
            desired: wish.properties.clone(),
        }
    }
}

/// The kind of a planned resource.
pub fn kind(planned: &Planned) -> Result<&'static dyn Kind, Why> {
    kinds::kind(planned.kind)
        .ok_or_else(|| Why::BeyondThePlan(format!("there is no kind `{}`", planned.kind)))
}

/// What differs between a live resource and a wish.
pub fn difference(planned: &Planned, live: &Observed, wish: &Wish) -> Result<Change, Why> {
    let table = kind(planned)?.about().table();
    let recorded = secrets_version(recorded(live), wish.package.is_some());
    let versions = Versions { live: recorded, desired: diff::version_of(&wish.properties, table) };
    Ok(diff::diff(&comparable(live), &wish.properties, table, versions))
}

/// Whether a live resource is the planned one: by a mark of our owner and of its address, the one that
/// it is moved from, or that of what goes; or without any, where it is to become ours.
pub fn is_ours(planned: &Planned, found: &Observed) -> bool {
    if found.managed_by.is_some() {
        return false;
    }
    match &found.mark {
        Found::Mark(mark) => {
            let address = mark.address == planned.address
                || Some(&mark.address) == planned.moved_from.as_ref()
                || matches!(found.state, Doing::Begun(_));
            mark.owner == planned.mark.owner && address && mark.names(&found.name)
        }
        Found::None => planned.adopted,
        Found::Unreadable(_) => false,
    }
}

/// What differs between two looks at the same resource. What is never shown says nothing here.
pub fn moved(planned: &Planned, before: &Observed, now: &Observed) -> Result<Change, Why> {
    let table = kind(planned)?.about().table();
    let versions = Versions { live: None, desired: Version::None };
    Ok(diff::diff(&comparable(now), &comparable(before), table, versions))
}

/// Whether the live mark says what it shall.
pub fn mark_is(live: &Observed, wish: &Wish) -> bool {
    matches!(&live.mark, Found::Mark(mark)
        if mark.owner == wish.mark.owner
            && mark.address == wish.mark.address
            && mark.protect == wish.mark.protect
            && mark.version.as_deref().map(wished_part) == wish.mark.version.as_deref()
            && mark.names(&wish.name))
}

fn recorded(live: &Observed) -> Option<&str> {
    match &live.mark {
        Found::Mark(mark) => mark.version.as_deref(),
        _ => None,
    }
}
