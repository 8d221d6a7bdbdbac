//! Surveys of an account that only counts and answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::{Lives, Reading, survey, survey_owner};
use crate::engine::{
    Address, Aws, AwsError, Class, Created, Edge, Found, Graph, Live, Lookup, Map, Mark, Observed, Owner,
    Place, Places, Resource, Result, State, Template, UpdateStep, Value, Wish,
};
use crate::kinds;
use crate::source::{FileId, Span};
use crate::value;

/// Looks that are under way, and the most that ever were.
#[derive(Default)]
struct Counter {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Counter {
    async fn look(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        self.now.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A kind's live half that answers from a list.
struct Fake {
    kind: &'static str,
    live: Vec<Observed>,
    /// Reads of these names, and searches with `*`, fail.
    broken: BTreeSet<&'static str>,
    looked_up: Mutex<Vec<Lookup>>,
}

/// An account of fakes.
struct Account {
    fakes: Vec<Fake>,
    counter: Counter,
    place: Place,
}

fn denied(operation: &str) -> AwsError {
    AwsError {
        service: "fake".into(),
        operation: operation.to_owned(),
        status: Some(403),
        code: "AccessDenied".into(),
        message: "no".into(),
        request_id: None,
        class: Class::Denied,
    }
}

impl Live for Fake {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            aws.call("fake", "Get", Value::Null).await?;
            self.looked_up.lock().unwrap().push(at.clone());
            if self.broken.contains(at.name.as_str()) {
                return Err(denied("Get"));
            }
            let wanted = |one: &&Observed| at.id.as_ref().map_or(one.name == at.name, |id| one.id == *id);
            Ok(self.live.iter().find(wanted).cloned())
        }
        .boxed()
    }

    fn create<'a>(&'a self, _: &'a dyn Aws, _: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        panic!("a survey creates nothing")
    }

    fn update<'a>(&'a self, _: &'a dyn Aws, _: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        panic!("a survey updates nothing")
    }

    fn delete<'a>(&'a self, _: &'a dyn Aws, _: &'a Observed) -> BoxFuture<'a, Result<()>> {
        panic!("a survey deletes nothing")
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            aws.call("fake", "List", Value::Null).await?;
            if self.broken.contains("*") {
                return Err(denied("List"));
            }
            for one in &self.live {
                aws.call("fake", "Describe", value!({ "Id": (one.id.as_str()) })).await?;
            }
            let ours = |one: &&Observed| one.mark.is_of(owner);
            Ok(self.live.iter().filter(ours).cloned().collect())
        }
        .boxed()
    }
}

impl Lives for Account {
    fn of(&self, kind: &str) -> Option<&dyn Live> {
        self.fakes.iter().find(|fake| fake.kind == kind).map(|fake| fake as &dyn Live)
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.fakes.iter().map(|fake| fake.kind).collect()
    }
}

impl Aws for Account {
    fn call<'a>(&'a self, _: &'static str, _: &'static str, _: Value) -> BoxFuture<'a, Result<Value>> {
        async move {
            self.counter.look().await;
            Ok(Value::Null)
        }
        .boxed()
    }

    fn call_once<'a>(
        &'a self,
        service: &'static str,
        operation: &'static str,
        input: Value,
    ) -> BoxFuture<'a, Result<Value>> {
        self.call(service, operation, input)
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn forget(&self) {}

    fn pause(&self, _: u32) -> BoxFuture<'_, ()> {
        async {}.boxed()
    }

    fn exclusive<'a>(&'a self, _: &str) -> BoxFuture<'a, tokio::sync::OwnedMutexGuard<()>> {
        std::sync::Arc::new(tokio::sync::Mutex::new(())).lock_owned().boxed()
    }
}

fn owner() -> Owner {
    "shop/-/eu-west-1".parse().unwrap()
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

fn live(at: &str, name: &str) -> Observed {
    let mark =
        Mark { owner: owner(), address: address(at), name: name.into(), protect: false, version: None };
    Observed {
        id: format!("id-{name}"),
        name: name.into(),
        properties: value!({ "Name": name }),
        outputs: Map::new(),
        mark: Found::Mark(mark),
        managed_by: None,
        state: State::Ready,
        unread: Vec::new(),
    }
}

fn fake(kind: &'static str, live: Vec<Observed>) -> Fake {
    Fake { kind, live, broken: BTreeSet::new(), looked_up: Mutex::default() }
}

fn account(fakes: Vec<Fake>) -> Account {
    Account { fakes, counter: Counter::default(), place: Place::new("eu-west-1", "111122223333") }
}

fn graph(resources: &[(&str, &str, Value)]) -> Graph {
    let resources = resources.iter().map(|(at, name, properties)| {
        let address = address(at);
        let to = properties.outputs().into_iter().map(|output| output.address.clone());
        let resource = Resource {
            address: address.clone(),
            kind: kinds::kind_of(&address).unwrap().about().kind,
            name: (*name).to_owned(),
            properties: properties.clone(),
            places: Places::new(),
            declared: Span::new(FileId(0), 0, 0),
            protect: false,
            edges: to.map(|to| Edge { to, inside: false }).collect(),
            package: None,
        };
        (address, resource)
    });
    let place = Place::new("eu-west-1", "111122223333");
    Graph {
        owner: owner(),
        place,
        resources: resources.collect(),
        outputs: Vec::new(),
        told: BTreeMap::new(),
        index: Default::default(),
    }
}

#[tokio::test]
async fn strays_are_what_is_owned_and_does_not_stand_where_something_is_declared() {
    let boxes = vec![live("boxes.a", "a"), live("boxes.gone", "gone"), live("boxes.old", "b")];
    let account = account(vec![fake("boxes", boxes), fake("depots", vec![live("depots.d", "d")])]);
    let graph =
        graph(&[("boxes.a", "a", value!({})), ("boxes.b", "b", value!({})), ("boxes.c", "c", value!({}))]);
    let survey = survey(&account, &account, &graph, &BTreeMap::new(), 4).await;
    let strays: Vec<_> = survey.strays.iter().map(|one| (one.kind, one.observed.id.as_str())).collect();
    assert_eq!(strays, [("boxes", "id-gone"), ("depots", "id-d")]);
    // A move is no stray: the declared resource stands on it.
    assert!(survey.readings[&address("boxes.b")].found().is_some());
    assert!(matches!(survey.readings[&address("boxes.c")], Reading::Absent));
}

#[tokio::test]
async fn looks_go_side_by_side_and_never_more_than_allowed() {
    let names: Vec<String> = (0..40).map(|n| format!("boxes.b{n}")).collect();
    let declared: Vec<_> = names.iter().map(|at| (at.as_str(), "b", value!({}))).collect();
    for parallelism in [1, 5] {
        let account = account(vec![fake("boxes", Vec::new())]);
        survey(&account, &account, &graph(&declared), &BTreeMap::new(), parallelism).await;
        assert_eq!(account.counter.most.load(Ordering::SeqCst), parallelism);
    }
}

#[tokio::test]
async fn a_look_that_fails_is_recorded_and_stops_nothing() {
    let mut boxes = fake("boxes", vec![live("boxes.b", "b")]);
    boxes.broken = ["a", "*"].into();
    let account = account(vec![boxes, fake("depots", vec![live("depots.d", "d")])]);
    let graph = graph(&[("boxes.a", "a", value!({})), ("boxes.b", "b", value!({}))]);
    let survey = survey(&account, &account, &graph, &BTreeMap::new(), 2).await;
    assert!(matches!(survey.readings[&address("boxes.a")], Reading::Unreadable(_)));
    assert!(survey.readings[&address("boxes.b")].found().is_some());
    assert_eq!(survey.unlisted.len(), 1);
    assert_eq!(survey.unlisted[0].kind, "boxes");
    assert_eq!(survey.strays.len(), 1);
}

#[tokio::test]
async fn what_is_identified_by_an_output_of_another_is_looked_up_after_it_and_only_that() {
    let mut portal = live("portals.api", "api");
    portal.outputs.insert("id".into(), "abc".into());
    let account =
        account(vec![fake("portals", vec![portal]), fake("slips", Vec::new()), fake("feeds", Vec::new())]);
    let id = || Value::from(Template::output(address("portals.api"), "id"));
    let graph = graph(&[
        ("portals.api", "api", value!({})),
        ("slips.s", "s", value!({ "Shelf": (id()) })),
        ("feeds.f", "f", value!({ "Target": (id()) })),
    ]);
    // One at a time: the feed, which only mentions the portal, is not put off.
    let survey = survey(&account, &account, &graph, &BTreeMap::new(), 1).await;
    assert_eq!(survey.readings.len(), 3);
    let shelf = account.fakes[1].looked_up.lock().unwrap()[0].desired.text_at("Shelf").map(str::to_owned);
    assert_eq!(shelf.as_deref(), Some("abc"));
    assert!(!account.fakes[2].looked_up.lock().unwrap()[0].desired.is_known());
}

#[tokio::test]
async fn an_adopted_resource_is_looked_up_by_its_id() {
    let mut theirs = live("boxes.x", "other");
    theirs.mark = Found::None;
    let account = account(vec![fake("boxes", vec![theirs])]);
    let graph = graph(&[("boxes.a", "a", value!({}))]);
    let adopt = BTreeMap::from([(address("boxes.a"), Some("id-other".to_owned()))]);
    let survey = survey(&account, &account, &graph, &adopt, 1).await;
    assert_eq!(survey.readings[&address("boxes.a")].found().unwrap().id, "id-other");
}

#[tokio::test]
async fn an_owner_is_searched_without_its_file() {
    let account =
        account(vec![fake("boxes", vec![live("boxes.a", "a")]), fake("feeds", vec![live("feeds.f", "f")])]);
    let survey = survey_owner(&account, &account, &owner(), 8).await;
    assert_eq!(survey.strays.len(), 2);
    let other = survey_owner(&account, &account, &"shop/prod/eu-west-1".parse().unwrap(), 8).await;
    assert!(other.strays.is_empty());
}

#[tokio::test]
async fn what_had_to_be_described_one_by_one_is_counted() {
    let feeds = vec![live("feeds.f", "f"), live("feeds.g", "g")];
    let account = account(vec![fake("boxes", vec![live("boxes.a", "a")]), fake("feeds", feeds)]);
    assert_eq!(survey_owner(&account, &account, &owner(), 8).await.described, 2);
}
