//! One step: look again, write, wait until it shows.

use std::collections::BTreeSet;

use crate::engine::{Aws, Class, Created, Found, Live, Lookup, Observed, State as Doing, UpdateStep, Wish};
use crate::live::Lives;
use crate::plan::{Planned, Step, Verb};

use super::observer::Observer;
use super::outcome::Why;
use super::settle::{Settled, Wait};
use super::state::{State, difference, is_ours, kind, mark_is, moved};

/// What a step came to.
pub enum Done {
    Changed,
    Unchanged,
    /// Done, but these paths still differ.
    Differs(Vec<String>),
}

/// What steps work with.
pub struct Context<'a> {
    pub aws: &'a dyn Aws,
    pub lives: &'a dyn Lives,
    pub state: &'a State<'a>,
    pub observer: &'a dyn Observer,
    pub scale: f64,
}

impl Context<'_> {
    /// Does one step. `touched` names the addresses that earlier steps of this run wrote to.
    pub async fn run(&self, step: &Step, touched: bool) -> Result<Done, Why> {
        let planned = self
            .state
            .plan
            .changes
            .get(&step.address)
            .ok_or_else(|| Why::BeyondThePlan("the step has no resource".into()))?;
        let live = self
            .lives
            .of(planned.kind)
            .ok_or_else(|| Why::BeyondThePlan(format!("`{}` cannot be applied", planned.kind)))?;
        match step.verb {
            Verb::Create => self.create(live, planned).await,
            Verb::Update => self.update(live, planned, step, touched).await,
            Verb::Delete => self.delete(live, planned, step).await,
        }
    }

    async fn create(&self, live: &dyn Live, planned: &Planned) -> Result<Done, Why> {
        let wish = self.state.wish(planned, None).await?;
        let mut lookup = self.state.lookup(planned, &wish, None);
        let budgets = kind(planned)?.about().budgets;
        for attempt in 0..=budgets.recreate {
            self.aws.forget();
            if let Some(found) = live.read(self.aws, &lookup).await.map_err(Why::Aws)? {
                // An earlier run got this far, or its answer was lost.
                self.must_be_ours(planned, &found)?;
                match found.state {
                    // What has looked ahead is used by the create.
                    Doing::Begun(_) => {}
                    Doing::Failed { recreate: true, .. } => {
                        live.delete(self.aws, &found).await.map_err(Why::Aws)?;
                    }
                    _ => {
                        lookup.id = Some(found.id.clone());
                        return self.converge(live, planned, &wish, &lookup, found).await;
                    }
                }
            }
            lookup.id = self.create_once(live, planned, &wish, &lookup).await?;
            match self.wait(live, planned, &wish, Verb::Create).until_equal(&lookup).await? {
                Settled::Useless(found, reason) => {
                    if attempt == budgets.recreate {
                        return Err(Why::Stuck(reason));
                    }
                    // Most often a role or its policy that is not known everywhere yet.
                    live.delete(self.aws, &found).await.map_err(Why::Aws)?;
                    lookup.id = None;
                    self.aws.pause(attempt + 2).await;
                }
                settled => return self.settled(planned, settled),
            }
        }
        Err(Why::TimedOut("it was made again and again to no use".into()))
    }

    /// Creates it, and finds out what an unclear answer means.
    async fn create_once(
        &self,
        live: &dyn Live,
        planned: &Planned,
        wish: &Wish,
        lookup: &Lookup,
    ) -> Result<Option<String>, Why> {
        let error = match live.create(self.aws, wish).await {
            Ok(Created { id }) => return Ok(Some(id)),
            Err(error) => error,
        };
        // An unclear answer, or one of several calls failed: what is there tells.
        self.aws.forget();
        let unclear = matches!(error.class, Class::AlreadyExists | Class::Ambiguous);
        match live.read(self.aws, lookup).await {
            Ok(Some(found)) if self.must_be_ours(planned, &found).is_ok() => match (&found.state, unclear) {
                (Doing::Begun(_), _) => Err(Why::Aws(error)),
                (_, true) => Ok(Some(found.id)),
                (_, false) => Err(Why::Half(error)),
            },
            Err(other) if unclear => Err(Why::Aws(other)),
            _ => Err(Why::Aws(error)),
        }
    }

    async fn update(
        &self,
        live: &dyn Live,
        planned: &Planned,
        step: &Step,
        touched: bool,
    ) -> Result<Done, Why> {
        let wish = self.state.wish(planned, step.interim.as_ref()).await?;
        let id = planned.live.as_ref().map(|live| live.id.clone());
        let lookup = self.state.lookup(planned, &wish, id);
        self.aws.forget();
        let found = live.read(self.aws, &lookup).await.map_err(Why::Aws)?;
        let found = found.filter(|found| !matches!(found.state, Doing::Begun(_)));
        let found = found.ok_or_else(|| Why::ChangedMeanwhile(vec!["it is gone".into()]))?;
        if let Some(seen) = planned.live.as_ref().filter(|_| !touched) {
            self.must_be_as_seen(planned, seen, &found, &wish)?;
        }
        self.converge(live, planned, &wish, &lookup, found).await
    }

    /// Brings what is there to the wish.
    async fn converge(
        &self,
        live: &dyn Live,
        planned: &Planned,
        wish: &Wish,
        lookup: &Lookup,
        found: Observed,
    ) -> Result<Done, Why> {
        let verb = Verb::Update;
        if let Doing::Busy(_) = found.state {
            // Somebody's write, perhaps our own of an earlier run, is still under way.
            match self.wait(live, planned, wish, verb).until_ready(lookup).await? {
                Some(ready) => return self.write(live, planned, wish, lookup, ready).await,
                None => return Err(Why::ChangedMeanwhile(vec!["it is gone".into()])),
            }
        }
        self.write(live, planned, wish, lookup, found).await
    }

    async fn write(
        &self,
        live: &dyn Live,
        planned: &Planned,
        wish: &Wish,
        lookup: &Lookup,
        found: Observed,
    ) -> Result<Done, Why> {
        let change = difference(planned, &found, wish)?;
        let mark = !mark_is(&found, wish);
        let ready = matches!(found.state, Doing::Ready);
        if change.is_same() && !mark && !planned.rotates && ready {
            self.state.note(&planned.address, &found);
            return Ok(Done::Unchanged);
        }
        if let Doing::Taken { part, .. } = &found.state
            && !(planned.takes_over && matches!(&found.state, Doing::Taken { owner: None, .. }))
        {
            return Err(Why::ChangedMeanwhile(vec![format!("the {part}, which is not ours")]));
        }
        let replaced = change.forces_replacement();
        if !replaced.is_empty() {
            let what = format!("{} would have to be replaced", replaced.join(", "));
            return Err(Why::BeyondThePlan(what));
        }
        let mut changed = change.paths();
        if planned.rotates {
            changed.extend(secret_paths(wish));
        }
        let step =
            UpdateStep { live: found, wish: wish.clone(), changed, mark, may_destroy: planned.may_destroy };
        live.update(self.aws, &step).await.map_err(Why::Aws)?;
        let lookup = Lookup { id: Some(step.live.id.clone()), ..lookup.clone() };
        let settled = self.wait(live, planned, wish, Verb::Update).until_equal(&lookup).await?;
        self.settled(planned, settled)
    }

    fn settled(&self, planned: &Planned, settled: Settled) -> Result<Done, Why> {
        match settled {
            Settled::Equal(found) => {
                self.state.note(&planned.address, &found);
                Ok(Done::Changed)
            }
            Settled::Differs(found, paths) => {
                self.state.note(&planned.address, &found);
                Ok(Done::Differs(paths))
            }
            Settled::Useless(_, reason) => Err(Why::Stuck(reason)),
        }
    }

    async fn delete(&self, live: &dyn Live, planned: &Planned, step: &Step) -> Result<Done, Why> {
        let seen = match step.leftover {
            Some(n) => planned.leftovers.get(n),
            None => planned.live.as_ref(),
        };
        let seen = seen.ok_or_else(|| Why::BeyondThePlan("there is nothing to delete".into()))?;
        let lookup = Lookup {
            address: planned.address.clone(),
            owner: self.state.plan.owner.clone(),
            name: seen.name.clone(),
            id: Some(seen.id.clone()),
            desired: seen.properties.clone(),
        };
        self.aws.forget();
        let Some(found) = live.read(self.aws, &lookup).await.map_err(Why::Aws)? else {
            return Ok(Done::Unchanged);
        };
        self.must_be_ours(planned, &found)?;
        live.delete(self.aws, &found).await.map_err(Why::Aws)?;
        Ok(Done::Changed)
    }

    fn wait<'a>(&'a self, live: &'a dyn Live, planned: &'a Planned, wish: &'a Wish, verb: Verb) -> Wait<'a> {
        Wait { aws: self.aws, live, observer: self.observer, planned, wish, verb, scale: self.scale }
    }

    /// What carries another mark than the plan saw is not written on.
    fn must_be_ours(&self, planned: &Planned, found: &Observed) -> Result<(), Why> {
        match is_ours(planned, found) {
            true => Ok(()),
            false => Err(Why::ChangedMeanwhile(vec!["its owner".into()])),
        }
    }

    /// What differs from what the plan saw, and is not what the plan wants anyway, somebody else wrote.
    fn must_be_as_seen(
        &self,
        planned: &Planned,
        seen: &Observed,
        found: &Observed,
        wish: &Wish,
    ) -> Result<(), Why> {
        self.must_be_ours(planned, found)?;
        if mark_version(found) != mark_version(seen) && mark_version(found) != wish.mark.version {
            return Err(Why::ChangedMeanwhile(vec!["the version in its mark".into()]));
        }
        let since: BTreeSet<String> = moved(planned, seen, found)?.paths().into_iter().collect();
        let left: BTreeSet<String> = difference(planned, found, wish)?.paths().into_iter().collect();
        let foreign: Vec<String> = since.intersection(&left).cloned().collect();
        if foreign.is_empty() { Ok(()) } else { Err(Why::ChangedMeanwhile(foreign)) }
    }
}

fn mark_version(observed: &Observed) -> Option<String> {
    match &observed.mark {
        Found::Mark(mark) => mark.version.clone(),
        _ => None,
    }
}

/// The top members that hold secrets.
fn secret_paths(wish: &Wish) -> Vec<String> {
    let members = wish.properties.as_map().into_iter().flatten();
    members.filter(|(_, value)| value.has_secret()).map(|(key, _)| key.clone()).collect()
}
