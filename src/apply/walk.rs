//! The walk: every step after those it waits for, as many at once as are allowed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use futures_util::stream::{FuturesUnordered, StreamExt};

use crate::engine::{Address, Aws, Class};
use crate::live::Lives;
use crate::plan::{Plan, Step};

use super::observer::{Event, Observer};
use super::outcome::{Difference, Failure, Outcome, Skipped, Why};
use super::state::{ReadSecret, State};
use super::step::{Context, Done};

/// How a plan is applied.
pub struct Options<'a> {
    /// Steps at work at once.
    pub parallelism: usize,
    /// Reads the content of a secret; called for a step that needs it and never before.
    pub read_secret: &'a dyn ReadSecret,
    /// True once no more steps shall be started.
    pub stopped: &'a (dyn Fn() -> bool + Send + Sync),
    /// 1 in earnest; less in tests, where nothing takes minutes.
    pub scale: f64,
}

/// Applies a plan that has no refusals. Never fails as a whole: what failed, what was skipped and
/// what still differs is in the outcome.
pub async fn apply(
    plan: &Plan,
    aws: &dyn Aws,
    lives: &dyn Lives,
    observer: &dyn Observer,
    options: &Options<'_>,
) -> Outcome {
    let state = State::new(plan, options.read_secret);
    let context = Context { aws, lives, state: &state, observer, scale: options.scale };
    let mut walk = Walk::new(plan);
    let mut at_work = FuturesUnordered::new();
    observer.event(&Event::Began { steps: plan.steps.len() });
    loop {
        if (options.stopped)() || walk.credentials_expired {
            walk.stop(observer);
        }
        while at_work.len() < options.parallelism.max(1)
            && let Some(step) = walk.next(observer)
        {
            let touched = !walk.touched.insert(step.address.clone());
            let name = plan.changes.get(&step.address).map_or("", |planned| &planned.name);
            observer.event(&Event::Started { address: &step.address, verb: step.verb, name });
            let context = &context;
            at_work.push(async move {
                let began = Instant::now();
                (step, context.run(step, touched).await, began.elapsed())
            });
        }
        match at_work.next().await {
            Some((step, result, took)) => walk.finish(step, result, took, observer),
            None => break,
        }
    }
    observer.event(&Event::Ended);
    let mut outcome = walk.outcome;
    outcome.outputs = plan
        .outputs
        .iter()
        .map(|(name, value)| (name.clone(), value.resolve(&|output| state.output(output))))
        .collect();
    outcome
}

/// Which steps are done, and which may begin.
struct Walk<'a> {
    plan: &'a Plan,
    waiting: BTreeSet<usize>,
    done: BTreeSet<usize>,
    /// Steps that failed or were skipped, with the address whose failure is the cause.
    lost: BTreeMap<usize, Address>,
    touched: BTreeSet<Address>,
    credentials_expired: bool,
    outcome: Outcome,
}

impl<'a> Walk<'a> {
    fn new(plan: &'a Plan) -> Walk<'a> {
        Walk {
            plan,
            waiting: plan.steps.iter().map(|step| step.id).collect(),
            done: BTreeSet::new(),
            lost: BTreeMap::new(),
            touched: BTreeSet::new(),
            credentials_expired: false,
            outcome: Outcome::default(),
        }
    }

    /// The next step that may begin. Those behind a failure are skipped on the way.
    fn next(&mut self, observer: &dyn Observer) -> Option<&'a Step> {
        for id in self.waiting.clone() {
            let step = &self.plan.steps[id];
            if let Some(cause) = step.after.iter().find_map(|before| self.lost.get(before)).cloned() {
                self.skip(step, cause.clone(), &format!("`{cause}` failed"), observer);
            } else if step.after.iter().all(|before| self.done.contains(before)) {
                self.waiting.remove(&id);
                return Some(step);
            }
        }
        None
    }

    fn finish(&mut self, step: &Step, result: Result<Done, Why>, took: Duration, observer: &dyn Observer) {
        let (address, verb) = (&step.address, step.verb);
        let done = match result {
            Ok(done) => done,
            Err(why) => {
                // Its call or its wait was cut off by the signal; the next apply looks how far it came.
                let cut_off = matches!(&why, Why::Aws(error) if error.class == Class::Cancelled);
                let why = if cut_off { Why::Interrupted } else { why };
                self.outcome.interrupted |= cut_off;
                if matches!(&why, Why::Aws(error) | Why::Half(error) if error.class == Class::Expired) {
                    self.credentials_expired = true;
                }
                let failure = Failure { address: address.clone(), verb, why };
                observer.event(&Event::Failed { failure: &failure });
                self.outcome.failed.push(failure);
                self.lost.insert(step.id, address.clone());
                return;
            }
        };
        self.done.insert(step.id);
        let unchanged = matches!(done, Done::Unchanged);
        observer.event(&Event::Finished { address, verb, took, unchanged });
        let list = if unchanged { &mut self.outcome.unchanged } else { &mut self.outcome.done };
        list.push((address.clone(), verb));
        if let Done::Differs(paths) = done {
            self.outcome.differences.push(Difference { address: address.clone(), paths });
        }
    }

    /// Skips everything that has not begun.
    fn stop(&mut self, observer: &dyn Observer) {
        if self.waiting.is_empty() {
            return;
        }
        observer.event(&Event::Stopping);
        self.outcome.interrupted = !self.credentials_expired;
        let reason =
            if self.credentials_expired { "the credentials are no longer valid" } else { "interrupted" };
        for id in self.waiting.clone() {
            let step = &self.plan.steps[id];
            self.skip(step, step.address.clone(), reason, observer);
        }
    }

    fn skip(&mut self, step: &Step, cause: Address, reason: &str, observer: &dyn Observer) {
        self.waiting.remove(&step.id);
        self.lost.insert(step.id, cause);
        let (address, verb) = (step.address.clone(), step.verb);
        observer.event(&Event::Skipped { address: &address, verb, reason });
        self.outcome.skipped.push(Skipped { address, verb, reason: reason.to_owned() });
    }
}
