//! Before the question: what AWS itself says that writes would do.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt};

use crate::engine::{Address, Aws, Observed, Preview, Wish};
use crate::live::Lives;
use crate::plan::{Action, Foreseen, Plan, Planned};

use super::outcome::{Outcome, Why};
use super::state::{ReadSecret, State};

/// Asks AWS where it can be asked, and keeps what was made for that until it is used or thrown away.
pub struct Foresight<'a> {
    aws: &'a dyn Aws,
    lives: &'a dyn Lives,
    state: State<'a>,
}

impl<'a> Foresight<'a> {
    /// For a plan that may be applied.
    pub fn new(
        plan: &'a Plan,
        aws: &'a dyn Aws,
        lives: &'a dyn Lives,
        read_secret: &'a dyn ReadSecret,
    ) -> Foresight<'a> {
        Foresight { aws, lives, state: State::new(plan, read_secret) }
    }

    /// Whether there is anything that AWS can be asked about.
    pub fn has_anything(&self) -> bool {
        self.asked().next().is_some()
    }

    /// What each such write would do, with at most `parallelism` asked about at once.
    pub async fn look(&self, parallelism: usize) -> BTreeMap<Address, Foreseen> {
        let all: Vec<_> = self.asked().map(|planned| self.one(planned)).collect();
        stream::iter(all).buffered(parallelism.max(1)).collect().await
    }

    /// Throws away what was made for it and was not carried out, if anything was. What could not be thrown away is
    /// told, by address.
    pub async fn discard(&self, outcome: Option<&Outcome>) -> Vec<(Address, String)> {
        let carried_out = |planned: &Planned| {
            let mut done = outcome.into_iter().flat_map(|outcome| &outcome.done);
            done.any(|(address, _)| *address == planned.address)
        };
        let mut left = Vec::new();
        let asked = self.asked().filter(|planned| self.why_later(planned).is_none() && !carried_out(planned));
        for planned in asked {
            if let Err(why) = self.discard_one(planned).await {
                left.push((planned.address.clone(), why.to_string()));
            }
        }
        left
    }

    /// The writes that AWS can be asked about.
    fn asked(&self) -> impl Iterator<Item = &'a Planned> {
        let plan: &'a Plan = self.state.plan;
        let lives = self.lives;
        plan.changes.values().filter(move |planned| {
            matches!(planned.action, Action::Create | Action::Update | Action::Replace)
                && lives.of(planned.kind).is_some_and(|live| live.previews())
        })
    }

    async fn one(&self, planned: &Planned) -> (Address, Foreseen) {
        let foreseen = match self.why_later(planned) {
            Some(why) => Foreseen::Later(why),
            None => match self.ask(planned).await {
                Ok(Some(preview)) => Foreseen::Told(preview),
                Ok(None) => Foreseen::Later("AWS says so only while it is done".to_owned()),
                Err(why) => Foreseen::Refused {
                    why: why.to_string(),
                    error: match why {
                        Why::Aws(error) | Why::Half(error) => Some(error),
                        _ => None,
                    },
                },
            },
        };
        (planned.address.clone(), foreseen)
    }

    async fn ask(&self, planned: &Planned) -> Result<Option<Preview>, Why> {
        let (wish, Some(live)) = (self.wish(planned).await?, self.lives.of(planned.kind)) else {
            return Ok(None);
        };
        live.preview(self.aws, &wish, changed(planned)).await.map_err(Why::Aws)
    }

    async fn discard_one(&self, planned: &Planned) -> Result<(), Why> {
        let (wish, Some(live)) = (self.wish(planned).await?, self.lives.of(planned.kind)) else {
            return Ok(());
        };
        live.discard(self.aws, &wish, changed(planned)).await.map_err(Why::Aws)
    }

    async fn wish(&self, planned: &Planned) -> Result<Wish, Why> {
        self.state.wish(planned, None).await
    }

    /// Why AWS cannot be asked before other steps are done.
    fn why_later(&self, planned: &Planned) -> Option<String> {
        if planned.action == Action::Replace && !planned.create_first {
            return Some("the one that is there goes first".to_owned());
        }
        let desired = planned.desired.as_ref()?;
        let is_made = |address: &&Address| {
            let changes = &self.state.plan.changes;
            changes.get(*address).is_some_and(|one| matches!(one.action, Action::Create | Action::Replace))
        };
        if let Some(first) = desired.edges.iter().map(|edge| &edge.to).find(is_made) {
            return Some(format!("`{first}` must be there first"));
        }
        let unknown = desired.properties.outputs();
        let unknown = unknown.into_iter().find(|output| self.state.output(output).is_none())?;
        Some(format!("`{unknown}` is not known yet"))
    }
}

/// What a write changes. A replacement makes another one beside what is there.
fn changed(planned: &Planned) -> Option<&Observed> {
    planned.live.as_ref().filter(|_| planned.action != Action::Replace)
}
