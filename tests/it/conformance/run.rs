//! What is asked of each line, on the embedded account.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use gatewayctl::engine::{Address, Graph};
use gatewayctl::plan::{Action, Options, Plan, Planned, Reason, Verb};
use gatewayctl::snapshot;
use serde_json::Value as Json;

use super::carried::Sent;
use super::file::{File, Form};
use super::tree::{self, Place};
use super::{echoes, searched};
use crate::support::account::{Account, Searched, Source, is_read};
use crate::support::raw;

/// Every changing operation that was asked for, as `service:Operation`.
pub static ASKED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// A conformance file with an account in which all of it stands.
pub struct Base {
    pub file: File,
    store: tempfile::NamedTempFile,
    with_all: raw::Documents,
    /// What plans of the lines search.
    searched: Searched,
}

impl Base {
    /// Applies the whole file. A plan is empty afterwards, whatever it searches.
    pub async fn apply(file: File) -> Base {
        let store = tempfile::NamedTempFile::new().expect("a file");
        let searched = searched(&file);
        let account = Account::at(store.path(), "").searching(&searched);
        let all = file.source(Form::All);
        account.apply(&all).await;
        account.assert_converged(&all).await;
        let with_all = raw::everything(&account);
        let base = Base { file, store, with_all, searched };
        let (_copy, account) = base.copy();
        account.searching(&Searched::default()).assert_converged(&all).await;
        base
    }

    /// With no optional line a plan is empty after an apply; and after one that adds them all.
    pub async fn with_none(&self) -> Vec<String> {
        let none = self.file.source(Form::None);
        let account = Account::new().searching(&self.searched);
        account.apply(&none).await;
        account.assert_converged(&none).await;
        self.back(&account, "added all to none").await
    }

    /// A plan of what is live, written down and read again, is the plan of the account: of the same stack, of
    /// one with every line changed, and of one with none.
    pub async fn of_snapshot(&self) -> Vec<String> {
        let (_copy, account) = self.copy();
        let all = self.file.source(Form::All);
        let (graph, ..) = all.compile();
        let client = account.client(&graph.place.region).await;
        let nothing = std::collections::BTreeMap::new();
        let survey = gatewayctl::live::survey(&client, &self.searched, &graph, &nothing, 16).await;
        let text = snapshot::to_json(&graph, &survey, &Default::default(), true).to_string();
        let snapshot = snapshot::parse(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
        let mut wrong = Vec::new();
        for form in [Form::All, Form::Changed, Form::None] {
            let (graph, ..) = self.file.source(form).compile();
            let live = account.plan(&self.file.source(form)).await;
            let (survey, _) = snapshot.survey(&graph, &nothing);
            let written = gatewayctl::plan::plan(&graph, &survey, &Options::default());
            let shown = |plan: &Plan| -> Vec<String> {
                let changes = plan.changes.values().map(|planned| {
                    let Planned { address, action, change, reasons, live, .. } = planned;
                    // A statement that nobody declares any more bears a digest for its address; a file knows it.
                    let what = match live.as_ref().filter(|_| *action == Action::Delete) {
                        Some(live) => live.id.clone(),
                        None => address.to_string(),
                    };
                    // What is made anew is as it is wished, however far the old one was read.
                    let paths = if *action == Action::Replace { Vec::new() } else { change.paths() };
                    format!("{what} {action:?} {paths:?} {reasons:?}")
                });
                changes.collect()
            };
            let (live, written) = (shown(&live), shown(&written));
            wrong.extend(
                live.iter().filter(|one| !written.contains(one)).map(|one| format!("{form:?}: live {one}")),
            );
            wrong.extend(
                written.iter().filter(|one| !live.contains(one)).map(|one| format!("{form:?}: file {one}")),
            );
        }
        wrong
    }

    /// All lines that can be changed in place are changed at once, and back: the account is as if it had
    /// been made so.
    pub async fn all_changed(&self) -> Vec<String> {
        let other = self.file.source(Form::Changed);
        let (_copy, account) = self.copy();
        account.apply(&other).await;
        account.assert_converged(&other).await;
        let fresh = raw::everything(&self.fresh(&other).await);
        let mut wrong = differences("all changed", &fresh, &raw::everything(&account));
        wrong.extend(self.back(&account, "all changed back").await);
        wrong
    }

    /// A line is left out: requests are sent for it, what is left equals what never had it, and a plan
    /// is empty. Each line comes back alone only if that is asked for.
    pub async fn dropped(&self, line: usize) -> Vec<String> {
        let without = self.file.source(Form::Without(line));
        let (_copy, account) = self.copy();
        account.apply_with(&without, &Options::default()).await;
        assert!(writes(&account).next().is_some(), "nothing was sent");
        account.assert_converged(&without).await;
        let fresh = self.fresh(&without).await;
        let mut wrong = differences("dropped", &raw::everything(&fresh), &raw::everything(&account));
        if each_way() {
            wrong.extend(self.back(&fresh, "added").await);
        }
        wrong
    }

    /// A line gets its other value in place: the plan says so, a request carries it, the account has
    /// it, and a plan is empty.
    pub async fn changed(&self, line: usize) -> Vec<String> {
        let other = self.file.source(Form::Other(line));
        let places = self.places(Form::Other(line));
        let (_copy, account) = self.copy();
        let plan = account.plan(&other).await;
        let mut wrong = Vec::new();
        let touched: Vec<&Planned> = self.touched(&plan, line).collect();
        if touched.is_empty() {
            wrong.push("the plan does not see it".to_owned());
        }
        for planned in touched.iter().filter(|planned| planned.action == Action::Replace) {
            wrong.push(format!("the plan replaces {}: {:?}", planned.address, planned.reasons));
        }
        let own = self.own(line);
        let said = plan.changes.get(&own).map(|planned| planned.action);
        if said.is_some_and(|action| !matches!(action, Action::Keep | Action::Update)) {
            wrong.push(format!("the plan says {said:?} of {own}"));
        }
        account.apply(&other).await;
        wrong.extend(Sent::of(writes(&account)).lacks(&places));
        account.assert_converged(&other).await;
        let now = raw::everything(&account);
        if places.iter().any(is_shown) && raw::differences(&self.with_all, &now).is_empty() {
            wrong.push("the account has nothing of it".to_owned());
        }
        if each_way() {
            let fresh = raw::everything(&self.fresh(&other).await);
            wrong.extend(differences("changed", &fresh, &now));
            wrong.extend(self.back(&account, "changed back").await);
        }
        wrong
    }

    /// A line gets another value, which takes a replacement: the plan says that it is because of it.
    pub async fn replaced(&self, line: usize) -> Vec<String> {
        let other = self.file.source(Form::Other(line));
        let places = self.places(Form::Other(line));
        let (_copy, account) = self.copy();
        let plan = account.plan(&other).await;
        let mut wrong = Vec::new();
        // The resource, or one that stands inside it.
        let own = plan.changes.get(&self.own(line));
        let is_replaced = |planned: &&Planned| planned.action == Action::Replace;
        let inside = || self.touched(&plan, line).find(is_replaced);
        match own.filter(is_replaced).or_else(inside) {
            Some(planned) => {
                let own: Vec<&Place> =
                    places.iter().filter(|place| place.address == planned.address).collect();
                if !planned.reasons.iter().any(|reason| is_because_of(reason, &own)) {
                    let own: Vec<&str> = own.iter().map(|place| place.path.as_str()).collect();
                    wrong.push(format!("replaced for another reason than {own:?}: {:?}", planned.reasons));
                }
            }
            None => wrong.push(format!(
                "not replaced: {:?}",
                own.map(|planned| (planned.action, planned.change.paths()))
            )),
        }
        account.apply(&other).await;
        account.assert_converged(&other).await;
        let fresh = raw::everything(&self.fresh(&other).await);
        wrong.extend(differences("replaced", &fresh, &raw::everything(&account)));
        wrong.extend(self.interrupted(&plan, &other, &fresh).await);
        wrong
    }

    /// A run is killed when a new one stands beside the old one: the next apply leaves nothing of the old one.
    async fn interrupted(&self, plan: &Plan, other: &Source, fresh: &raw::Documents) -> Vec<String> {
        let stands_beside = |planned: &Planned| planned.action == Action::Replace && planned.create_first;
        let made = plan.steps.iter().filter(|step| step.verb == Verb::Create);
        let mut wrong = Vec::new();
        for step in made.filter(|step| stands_beside(&plan.changes[&step.address])) {
            let (_copy, account) = self.copy();
            account.stop_after(other, plan, step.id).await;
            account.apply(other).await;
            account.assert_converged(other).await;
            let what = format!("killed after the creation of {}", step.address);
            wrong.extend(differences(&what, fresh, &raw::everything(&account)));
        }
        wrong
    }

    /// Where the graph of a form differs from that of the whole file.
    fn places(&self, form: Form) -> Vec<Place> {
        let graph = |form| -> Graph { self.file.source(form).compile().0 };
        tree::differences(&graph(Form::All), &graph(form))
    }

    /// An account of its own in which all stands, with no requests so far.
    fn copy(&self) -> (tempfile::NamedTempFile, Account) {
        let copy = tempfile::NamedTempFile::new().expect("a file");
        std::fs::copy(self.store.path(), copy.path()).expect("a copy");
        let account = Account::at(copy.path(), "").searching(&self.searched);
        (copy, account)
    }

    /// An account in which a stack was made from nothing.
    async fn fresh(&self, source: &Source) -> Account {
        let account = Account::new().searching(&self.searched);
        account.apply(source).await;
        account
    }

    /// Everything is applied again: the account is as it was.
    async fn back(&self, account: &Account, what: &str) -> Vec<String> {
        let all = self.file.source(Form::All);
        account.apply(&all).await;
        account.assert_converged(&all).await;
        differences(what, &self.with_all, &raw::everything(account))
    }

    /// The resource that a line is about.
    fn own(&self, line: usize) -> Address {
        self.file.lines[line].address.clone().expect("a line inside a resource")
    }

    /// What a plan changes of the line's resource and of what is generated for it.
    fn touched<'p>(&self, plan: &'p Plan, line: usize) -> impl Iterator<Item = &'p Planned> {
        let own = self.own(line);
        plan.changes.values().filter(move |planned| planned.is_changed() && planned.address.origin() == own)
    }
}

/// Whether each line is also brought back alone, which all lines of a file are together in any case. It
/// takes more than twice as long.
pub fn each_way() -> bool {
    std::env::var_os("GATEWAYCTL_CONFORMANCE_EACH_WAY").is_some()
}

/// The changing requests that were answered, by their input.
fn writes(account: &Account) -> impl Iterator<Item = Json> {
    let requests = account.local.requests().into_iter();
    let changing: Vec<_> =
        requests.filter(|request| !is_read(&request.operation) && request.status < 300).collect();
    let names = changing.iter().map(|request| format!("{}:{}", request.service, request.operation));
    ASKED.lock().unwrap_or_else(PoisonError::into_inner).extend(names);
    changing.into_iter().map(|request| request.input)
}

/// Where two accounts differ, without what AWS is known to fill in.
fn differences(what: &str, should: &raw::Documents, is: &raw::Documents) -> Vec<String> {
    let all = raw::differences(should, is).into_iter();
    all.filter(|difference| !echoes::is_known(difference))
        .map(|difference| format!("{what}: {difference:?}"))
        .collect()
}

/// Whether it says that a resource is replaced because of one of these places, and of nothing else.
fn is_because_of(reason: &Reason, places: &[&Place]) -> bool {
    let is_one = |path: &String| places.iter().any(|place| is_same(&general(path), &general(&place.path)));
    match reason {
        Reason::CreateOnly { paths } => !paths.is_empty() && paths.iter().all(is_one),
        Reason::NewOutput { path, .. } => is_one(path),
        _ => false,
    }
}

/// Whether one of two paths is the other or stands in it.
fn is_same(one: &str, other: &str) -> bool {
    let inside = |path: &str, above: &str| {
        path.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    inside(one, other) || inside(other, one)
}

/// A path without what tells items apart.
fn general(path: &str) -> String {
    let mut depth = 0;
    let outside = |c: &char| {
        depth += i32::from(*c == '[');
        let is = depth == 0;
        depth -= i32::from(*c == ']');
        is
    };
    path.chars().filter(outside).collect()
}

/// Whether another account can tell: a secret is kept as a salted hash.
fn is_shown(place: &Place) -> bool {
    place.new.as_ref().or(place.old.as_ref()).is_some_and(|value| !value.has_secret() && value.is_known())
}
