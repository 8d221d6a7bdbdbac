//! Reading until a resource is ready and equals the wish.

use std::time::Instant;

use crate::diff::Change;
use crate::engine::{Address, Aws, Found, Live, Lookup, Observed, State as Doing, UpdateStep, Wish};
use crate::plan::{Planned, Verb};

use super::observer::{Event, Observer};
use super::outcome::Why;
use super::state::{difference, is_ours, kind, mark_is};

/// How a wait for a resource ended.
pub enum Settled {
    /// Ready and equal.
    Equal(Observed),
    /// Ready, and these paths still differ at the end of the budget.
    Differs(Observed, Vec<String>),
    /// Of no use as it is: to be deleted and made again.
    Useless(Observed, String),
}

/// What a wait needs to know.
pub struct Wait<'a> {
    pub aws: &'a dyn Aws,
    pub live: &'a dyn Live,
    pub observer: &'a dyn Observer,
    pub planned: &'a Planned,
    pub wish: &'a Wish,
    pub verb: Verb,
    /// 1 in earnest; less in tests, where nothing takes minutes.
    pub scale: f64,
}

/// After so many reads of a ready resource that still differs, what is missing is sent once more: a
/// create may have made only a part, and the answer of an update may have been lost on the way.
const UNEQUAL_READS_BEFORE_REPAIR: u32 = 3;

/// A state before the write may still show for a read or two after it.
const FAILED_READS_BEFORE_THE_END: u32 = 4;

impl Wait<'_> {
    /// Reads until the resource is ready and equals the wish, within its kind's budget.
    ///
    /// # Errors
    /// A failed read, a state that leads nowhere, or a resource that is busy or absent to the end.
    pub async fn until_equal(&self, lookup: &Lookup) -> Result<Settled, Why> {
        let budgets = kind(self.planned)?.about().budgets;
        let began = Instant::now();
        // Since when it has not been busy.
        let mut idle = began;
        let (mut unequal, mut failed) = (0, 0);
        let mut last = Last::Absent;
        for turn in 0.. {
            self.aws.forget();
            let mut is_busy = false;
            match self.live.read(self.aws, lookup).await.map_err(Why::Aws)? {
                None | Some(Observed { state: Doing::Begun(_), .. }) => self.say("it to appear"),
                // Tags may show later than what they are on. Nothing is written on it until they do.
                Some(Observed { mark: Found::None, managed_by: None, .. }) if !self.planned.adopted => {
                    self.say("its mark to show");
                    last = Last::Busy("its mark does not show".into());
                }
                // Two may take a name at once where a create of what is there succeeds.
                Some(found) if !is_ours(self.planned, &found) => {
                    return Err(Why::ChangedMeanwhile(vec!["its owner".into()]));
                }
                Some(found) => match &found.state {
                    Doing::Busy(what) => {
                        self.say(what);
                        is_busy = true;
                        last = Last::Busy(what.clone());
                    }
                    Doing::Failed { reason, recreate: true } => {
                        let reason = reason.clone();
                        return Ok(Settled::Useless(found, reason));
                    }
                    Doing::Failed { reason, recreate: false } => {
                        failed += 1;
                        if failed == FAILED_READS_BEFORE_THE_END {
                            return Err(Why::Stuck(reason.clone()));
                        }
                        last = Last::Busy(reason.clone());
                    }
                    // The mark of a part may show later than the part.
                    Doing::Taken { part, .. } => {
                        let what = format!("the mark of its {part} to show");
                        self.say(&what);
                        last = Last::Busy(what);
                    }
                    Doing::Begun(_) => {}
                    Doing::Ready => {
                        let change = difference(self.planned, &found, self.wish)?;
                        if change.is_same() && mark_is(&found, self.wish) {
                            return Ok(Settled::Equal(found));
                        }
                        unequal += 1;
                        if unequal == UNEQUAL_READS_BEFORE_REPAIR {
                            self.repair(&found, &change).await?;
                        }
                        self.say("what was written to show");
                        last = Last::Differs(Box::new(found), change);
                    }
                },
            }
            // However slow the reads are, what is missing is sent once more before anything is given up.
            let to_be_sent = matches!(last, Last::Differs(..)) && unequal <= UNEQUAL_READS_BEFORE_REPAIR;
            if is_busy {
                idle = Instant::now();
            }
            let (since, budget) = if is_busy { (began, budgets.busy) } else { (idle, budgets.settle) };
            if since.elapsed() >= budget.mul_f64(self.scale) && !to_be_sent {
                break;
            }
            self.aws.pause(turn).await;
        }
        match last {
            Last::Differs(found, change) => Ok(Settled::Differs(*found, paths(&change))),
            Last::Busy(what) => Err(Why::TimedOut(what)),
            Last::Absent => Err(Why::TimedOut("it does not appear".into())),
        }
    }

    /// Reads until the resource is busy no more. Nothing if it goes away meanwhile.
    ///
    /// # Errors
    /// A failed read, or a resource that is busy to the end of the budget.
    pub async fn until_ready(&self, lookup: &Lookup) -> Result<Option<Observed>, Why> {
        let budget = kind(self.planned)?.about().budgets.busy.mul_f64(self.scale);
        let began = Instant::now();
        let mut turn = 0;
        loop {
            self.aws.forget();
            let found = self.live.read(self.aws, lookup).await.map_err(Why::Aws)?;
            let what = match &found {
                Some(Observed { state: Doing::Busy(what), .. }) => what.clone(),
                Some(Observed { state: Doing::Begun(_), .. }) => return Ok(None),
                _ => return Ok(found),
            };
            if began.elapsed() >= budget {
                return Err(Why::TimedOut(what));
            }
            self.say(&what);
            self.aws.pause(turn).await;
            turn += 1;
        }
    }

    async fn repair(&self, found: &Observed, change: &Change) -> Result<(), Why> {
        if !change.forces_replacement().is_empty() {
            return Ok(());
        }
        let step = UpdateStep {
            live: found.clone(),
            wish: self.wish.clone(),
            changed: change.paths(),
            mark: !mark_is(found, self.wish),
            may_destroy: self.planned.may_destroy,
        };
        self.live.update(self.aws, &step).await.map_err(Why::Aws)
    }

    fn say(&self, what: &str) {
        let (address, verb): (&Address, Verb) = (&self.planned.address, self.verb);
        self.observer.event(&Event::Waiting { address, verb, what });
    }
}

enum Last {
    Absent,
    Busy(String),
    Differs(Box<Observed>, Change),
}

/// The paths of a difference; the mark's, if nothing else differs.
fn paths(change: &Change) -> Vec<String> {
    let paths = change.paths();
    if paths.is_empty() { vec!["its mark".into()] } else { paths }
}
