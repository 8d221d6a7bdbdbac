//! The kinds: one folder and one line in the registry each.
//!
//! A kind's `decl.rs` is pure: its field table, its outputs, and how a declaration is lowered to
//! AWS's document. Its `live.rs` makes the calls. Nothing outside a kind's folder asks for a kind by
//! name.

mod about;
mod admit;
mod api_destinations;
mod apis;
mod archives;
#[cfg(feature = "aws")]
mod attributes;
mod buckets;
mod buses;
mod certain;
#[cfg(feature = "aws")]
mod clearing;
mod cloudformation_stacks;
#[cfg(feature = "aws")]
mod confirm;
mod connections;
mod consume;
mod data_key;
mod discoverers;
mod document;
mod emits;
mod endpoint;
mod endpoints;
#[cfg(feature = "aws")]
mod events;
mod expression;
mod external;
mod filter;
mod functions;
#[cfg(feature = "aws")]
mod gone;
mod grant;
mod handed;
mod holder;
mod intake;
mod invoke;
mod log_groups;
mod lower;
mod needs;
mod not_built;
mod order;
mod partner_event_sources;
mod pipes;
mod policy;
mod queues;
mod refused;
mod registries;
mod rights;
mod roles;
mod rules;
#[cfg(test)]
mod sample;
mod schedule_groups;
mod schedules;
mod schemas;
#[cfg(feature = "aws")]
mod search;
pub mod secret;
#[cfg(feature = "aws")]
mod settle;
mod sign;
mod state_machines;
mod statements;
mod streams;
mod subscriptions;
mod tables;
#[cfg(feature = "aws")]
mod tagging;
#[cfg(all(test, feature = "aws"))]
pub mod testing;
mod time;
mod topics;
mod triggers;
mod usage_plans;

pub use about::{About, Loss, MarkIn, Naming};
pub use admit::Foreign;
pub use certain::Certain;
pub use data_key::DataKey;
pub use document::Files;
pub use external::{External, arn_pattern, external, key_of};
pub use grant::{Grant, Who};
pub use holder::{by_name, spot};
pub use intake::{Intake, Parts, SOURCE};
pub use invoke::{Manner, SqlStatement, Task};
pub use lower::{
    Emitted, GRANTS, Lowering, MANAGED_POLICIES, ROLE, RoleFor, Statement, source_condition, suffixed,
};
pub use needs::{Need, On, When};
pub use not_built::{NotBuilt, not_built};
pub use order::check as check_order;
pub use policy::policy_statements;
pub use refused::Refused;
pub use rights::granted_at;
pub use sign::{Is, Of, Sign, sign};
pub use time::seconds;

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use crate::diff::Table;
use crate::engine::field::{Field, How};
use crate::engine::{Address, Graph, Place, Resource, Value};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Cause, Flow, Looks, Passed, Spot, Way};
use crate::flow::shape::Shape;
use crate::source::Findings;

/// How others bring something to a resource.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Handed {
    /// Somebody hands it something and does not [wait](Kind::leaves).
    pub is_left: bool,
    /// Somebody of the stack reads what is in it.
    pub is_read: bool,
    /// It gets the dead letters of somebody.
    pub is_dead_letters: bool,
}

/// A kind, pure half; [`Kind::live`] leads to the other.
pub trait Kind: Send + Sync {
    /// Everything about the kind that is a table.
    fn about(&self) -> &'static About;

    /// The IAM actions that the live half's calls need.
    fn needs(&self) -> &'static [Need];

    /// Turns the sugar of a declaration into AWS's document and emits what is generated beside it.
    /// The fields that are no sugar stand in the properties already.
    fn lower(&self, own: &mut Lowering<'_>);

    /// An output that follows from what is declared. The default reads the pattern of the table.
    fn derive(&self, output: &str, of: &Resource, place: &Place) -> Option<Value> {
        derive_by_pattern(self.about(), output, of, place)
    }

    /// What stands behind the ARN where a grant of these actions is on it. The default is the table's
    /// word for all actions.
    fn granted_on(&self, _actions: &[String]) -> &'static [&'static str] {
        self.about().grant_on
    }

    /// The parts of a resource of these properties, wished or live, that have a policy document of their own,
    /// by the names that stand behind a colon at the end of its ARN: the aliases of a function. The default
    /// is nothing: its ARNs have no such end.
    fn qualifiers(&self, _: &Value) -> Option<Vec<String>> {
        None
    }

    /// What a person may look for in a declaration of this kind, and this version does not have. The default
    /// is nothing.
    fn not_built(&self) -> &'static [NotBuilt] {
        &[]
    }

    /// The calls that a create and a delete make in any case, of services whose limits are published: how long an
    /// apply takes at least. The default is none.
    fn certain_calls(&self) -> Certain {
        Certain::default()
    }

    /// The output of a resource of this kind that is matched by the ARNs of what stands inside it. The default is
    /// that there is none.
    fn family(&self) -> Option<&'static str> {
        None
    }

    /// How events get into it. The default is that nobody can send it any.
    fn intake(&self) -> Option<Intake> {
        None
    }

    /// What in a live document of this kind tells of trouble. The default is nothing but its state.
    fn signs(&self) -> &'static [Sign] {
        &[]
    }

    /// The most bytes and statements of the policy document of a resource of this kind, if AWS says how many.
    /// The default is that it does not.
    fn policy_limit(&self) -> Option<(usize, usize)> {
        None
    }

    /// What is lost while this resource is replaced; empty if nothing. The default is the table's word.
    fn replaced_loses(&self, _of: &Resource) -> &'static str {
        self.about().loses.replaced()
    }

    /// Whether a resource of these properties is protected unless its declaration says otherwise. The default is
    /// the table's word.
    fn protects(&self, _of: &Value) -> bool {
        self.about().protect
    }

    /// Whether a resource has done all that it was for and AWS has deleted it by itself: that it is not there is
    /// as it should be. `now`: seconds since 1970. The default is that nothing goes by itself.
    fn is_over(&self, _of: &Resource, _now: i64) -> bool {
        false
    }

    /// Says what AWS would refuse of a resource because of what another one of the stack has. The default is
    /// nothing.
    fn fits(&self, _of: &Resource, _graph: &Graph, _findings: &mut Findings) {}

    /// What is refused of an update by its plan: what AWS would take although others rely on what is live, and what it
    /// would refuse only when it is made. Asked where a resource is changed in place. The default is nothing.
    fn refuses(&self, _of: &Resource, _live: &Value) -> Vec<Refused> {
        Vec::new()
    }

    /// What a resource of this kind listens to: the bus of a rule, the source of a pipe. What arrives there is
    /// what it [passes](Kind::passes) on. The default is nothing.
    fn listens_to(&self, _of: &Resource, _graph: &Graph) -> Option<Spot> {
        None
    }

    /// The words for what can happen to a resource of this kind from outside, as tests and `trace` write it. The
    /// default is that nothing can.
    fn words(&self) -> &'static [Word] {
        &[]
    }

    /// What arrives at the resource when one of its [words](Kind::words) happens. `of` is nothing for one of others
    /// that somebody of the stack listens to.
    ///
    /// # Errors
    /// What is said cannot happen, in a sentence or two.
    fn happens(
        &self,
        _of: Option<&Resource>,
        _graph: &Graph,
        _said: &Happening<'_>,
    ) -> Result<Arrival, String> {
        Err(format!("nothing happens to `{}` from outside", self.about().singular))
    }

    /// Where a resource of this kind sends, whatever arrives. The default is nowhere.
    fn ways(&self, _of: &Resource, _graph: &Graph) -> Vec<Way> {
        Vec::new()
    }

    /// Whom a resource of this kind hands something and does not wait for what becomes of it: whom it sends an event
    /// that a function handles asynchronously. The default is nobody.
    fn leaves(&self, _of: &Resource, _graph: &Graph) -> Vec<Spot> {
        Vec::new()
    }

    /// Whether what a resource of this kind gives up goes nowhere, as its document says, where that could be said.
    /// Fields that [inherit](crate::engine::field::Inherits::DeadLetters) the stack's queue alone are told where they
    /// are read. The default is that nothing is lost.
    fn loses(&self, _of: &Resource, _handed: Handed) -> bool {
        false
    }

    /// Whether it is something that answers, and whose inside nobody knows: a function, somebody's API. The default
    /// is that it is not.
    fn answers(&self) -> bool {
        false
    }

    /// What a resource of this kind does when whom it [asked](Passed::asks) has answered, or when it has answered
    /// itself. The default is nothing.
    fn answered(
        &self,
        _of: &Resource,
        _graph: &Graph,
        _arrived: &Arrival,
        _answer: &serde_json::Value,
    ) -> Passed {
        Passed::default()
    }

    /// What a resource of this kind does with what arrives at it, or at what it listens to. The default is
    /// nothing: the way ends there.
    fn passes(&self, _of: &Resource, _graph: &Graph, _arrived: &Arrival) -> Passed {
        Passed::default()
    }

    /// What a resource of this kind looks at in what it [listens to](Kind::listens_to): its patterns, and the paths
    /// that it reads. The default is nothing: whatever comes passes.
    fn looks<'r>(&self, _of: &'r Resource) -> Looks<'r> {
        Looks::default()
    }

    /// What those who listen to a resource of this kind see when something comes about there; nothing if that brings
    /// nothing in. The default is what arrives, as it is.
    fn shows(&self, _of: &Resource, cause: Cause<'_>) -> Vec<Shape> {
        match cause {
            Cause::Arrives(shape) => vec![shape.clone()],
            Cause::Does(..) | Cause::Any => vec![Shape::Anything],
        }
    }

    /// What a resource of this kind sends on when what it listens to, or [shows](Kind::shows) itself where it listens to
    /// nothing, is one of these shapes. The default is
    /// that something goes along each of its [ways](Kind::ways).
    fn sends(&self, of: &Resource, graph: &Graph, _seen: &[Shape]) -> Vec<Flow> {
        let ways = self.ways(of, graph).into_iter();
        ways.map(|way| Flow::new(way.name, way.to, Shape::Anything, "")).collect()
    }

    /// Whether others than the stack may bring something in, of which nothing is known. The default is that they may.
    fn is_open(&self, _of: &Resource, _graph: &Graph) -> bool {
        true
    }

    /// How many calls a second a resource of this kind makes at the most of what it is sent. The default is that it sets no
    /// limit.
    fn calls_a_second(&self, _of: &Resource) -> Option<i64> {
        None
    }

    /// Fields that say something of the flow of events and nothing of AWS's document. The default is none.
    fn told(&self) -> &'static [Field] {
        &[]
    }

    /// The live half.
    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live;
}

/// Whether a resource is over: [`Kind::is_over`].
pub fn is_over(of: &Resource, now: i64) -> bool {
    kind(of.kind).is_some_and(|kind| kind.is_over(of, now))
}

/// Fills an output's pattern: `{partition}`, `{region}`, `{account}`, `{suffix}`, `{name}`, or the path
/// of a property whose value is known text.
pub fn derive_by_pattern(about: &About, output: &str, of: &Resource, place: &Place) -> Option<Value> {
    fill_pattern(about, output, &of.name, &of.properties, place)
}

/// The output of something that every account has and no stack declares ([`About::shared`]); nothing
/// if there is no such thing.
pub fn shared_output(kind: &str, name: &str, output: &str, place: &Place) -> Option<Value> {
    let about = self::kind(kind)?.about();
    let is_shared = about.shared.contains(&name);
    is_shared.then(|| fill_pattern(about, output, name, &Value::Null, place)).flatten()
}

fn fill_pattern(about: &About, output: &str, name: &str, of: &Value, place: &Place) -> Option<Value> {
    let How::Derived(pattern) = about.output(output)?.how else { return None };
    let mut text = place.fill(pattern).replace("{name}", name);
    while let Some((start, end)) = text.find('{').and_then(|s| Some((s, s + text[s..].find('}')?))) {
        let value = of.text_at(&text[start + 1..end])?.to_owned();
        text.replace_range(start..=end, &value);
    }
    Some(text.into())
}

/// Every kind, in no particular order. Adding a kind is a folder and a line here.
static REGISTRY: &[&dyn Kind] = &[
    &api_destinations::ApiDestinations,
    &apis::Apis,
    &archives::Archives,
    &buckets::Buckets,
    &buses::Buses,
    &cloudformation_stacks::CloudformationStacks,
    &connections::Connections,
    &discoverers::Discoverers,
    &endpoints::Endpoints,
    &functions::Functions,
    &log_groups::LogGroups,
    &partner_event_sources::PartnerEventSources,
    &pipes::Pipes,
    &queues::Queues,
    &registries::Registries,
    &roles::Roles,
    &rules::Rules,
    &schedule_groups::ScheduleGroups,
    &schedules::Schedules,
    &schemas::Schemas,
    &state_machines::StateMachines,
    &statements::Statements,
    &streams::Streams,
    &subscriptions::Subscriptions,
    &tables::Tables,
    &topics::Topics,
    &triggers::Triggers,
    &usage_plans::UsagePlans,
];

/// Every kind.
pub fn registry() -> &'static [&'static dyn Kind] {
    REGISTRY
}

/// The registry; in tests with the samples behind it.
fn all() -> impl Iterator<Item = &'static dyn Kind> {
    let kinds = registry().iter().copied();
    #[cfg(test)]
    let kinds = kinds.chain(sample::samples());
    kinds
}

/// The tables of all kinds, each made when it is first asked for.
static TABLES: LazyLock<BTreeMap<&'static str, OnceLock<Table>>> =
    LazyLock::new(|| all().map(|kind| (kind.about().kind, OnceLock::new())).collect());

fn table(about: &About) -> &'static Table {
    TABLES[about.kind].get_or_init(|| Table::new(about.fields))
}

/// The kind of a name, such as `queues`.
pub fn kind(name: &str) -> Option<&'static dyn Kind> {
    all().find(|kind| kind.about().kind == name)
}

/// The kind that a reference's key names, such as `queue`.
pub fn kind_of_key(key: &str) -> Option<&'static dyn Kind> {
    registry().iter().copied().find(|kind| kind.about().singular == key)
}

/// The kind that an address is of: that of the declared resource, or of what is generated below it.
pub fn kind_of(address: &Address) -> Option<&'static dyn Kind> {
    all().find(|kind| kind.about().owns(address))
}

/// The resource of a kind that somebody means by its key, its address or its name.
pub fn named<'g>(graph: &'g Graph, kind: &dyn Kind, wanted: &str) -> Option<&'g Resource> {
    let about = kind.about();
    let address = format!("{}.{wanted}", about.kind);
    let is_meant = |one: &&Resource| {
        let own = one.address.to_string();
        own == address || own == wanted || one.name == wanted
    };
    graph.resources.values().filter(|one| one.kind == about.kind).find(is_meant)
}

/// The names of the kinds that a stack can declare.
pub fn declarable() -> Vec<&'static str> {
    registry()
        .iter()
        .map(|kind| kind.about())
        .filter(|about| about.declarable)
        .map(|about| about.kind)
        .collect()
}

/// Kinds that the language names and this version does not have; a stack that declares one is told so.
pub const LATER: &[&str] = &[];
