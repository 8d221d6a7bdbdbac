//! The rule, live: `events` calls.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join_all};
use futures_util::try_join;

use crate::engine::{
    Aws, Class, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::{buses, events, tagging};
use crate::value;

use super::decl::bus_of;
use super::targets;

/// Calls of EventBridge on rules and their targets.
pub struct Rules;

/// What PutRule takes beside name, bus, state and tags.
const MEMBERS: &[&str] = &["EventPattern", "ScheduleExpression", "Description"];

/// A rule by its bus and name.
#[derive(Clone, Copy)]
pub struct At<'a> {
    pub bus: &'a str,
    pub name: &'a str,
}

impl<'a> At<'a> {
    /// The rule of an id, `BUS|NAME`: neither can hold the bar.
    fn of_id(id: &'a str) -> Option<At<'a>> {
        id.split_once('|').map(|(bus, name)| At { bus, name })
    }

    fn of(properties: &'a Value, name: &'a str) -> At<'a> {
        At { bus: bus_of(properties).unwrap_or(buses::DEFAULT), name }
    }

    fn id(&self) -> String {
        format!("{}|{}", self.bus, self.name)
    }

    /// The input of calls that name the rule itself.
    pub fn itself(&self) -> Value {
        value!({ "Name": (self.name), "EventBusName": (self.bus) })
    }

    /// The input of calls on its targets.
    pub fn targets(&self) -> Value {
        value!({ "Rule": (self.name), "EventBusName": (self.bus) })
    }
}

impl Live for Rules {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            let Some(place) = at.id.as_deref().and_then(At::of_id) else {
                // A plan reads every rule and searches each bus: one list has all that can be said of them.
                let place = At::of(&at.desired, &at.name);
                return match listed(aws, place).await {
                    Err(error) if error.class == Class::Denied => described(aws, place).await,
                    answer => answer,
                };
            };
            described(aws, place).await
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let at = At::of(&wish.properties, &wish.name);
            let mut input = put_rule(at, &wish.properties);
            input.put("Tags", tagging::as_list(&tagging::all_tags(wish)));
            aws.call("events", "PutRule", input).await?;
            targets::put(aws, at, targets::of(&wish.properties).cloned().collect()).await?;
            Ok(Created { id: at.id() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let at =
                At::of_id(&step.live.id).unwrap_or_else(|| At::of(&step.live.properties, &step.live.name));
            if step.touches_beyond(&["Targets", "Tags"]) {
                // It replaces everything but tags and targets.
                aws.call("events", "PutRule", put_rule(at, &step.wish.properties)).await?;
            }
            if step.touches("Targets") {
                targets::update(aws, at, step).await?;
            }
            let arn = step.live.outputs.get("arn").and_then(Value::as_str).unwrap_or_default();
            events::retag(aws, arn, step).await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let at = At::of_id(&live.id).unwrap_or_else(|| At::of(&live.properties, &live.name));
            // Listed anew: a rule with targets that others have added meanwhile does not go.
            aws.forget();
            if let Some(now) = targets::list(aws, at).await? {
                targets::remove(aws, at, now.iter().filter_map(targets::id).map(str::to_owned).collect())
                    .await?;
            }
            events::delete(aws, "DeleteRule", "DescribeRule", at.itself()).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let names: Vec<String> = buses::list(aws)
                .await?
                .iter()
                .filter_map(|bus| bus.text_at("Name").map(str::to_owned))
                .collect();
            let rules = try_join_all(names.into_iter().map(|bus| list_rules(aws, bus))).await?;
            events::list_tagged(aws, rules.concat(), owner, |aws, id| {
                async move {
                    match At::of_id(&id) {
                        Some(at) => listed(aws, at).await,
                        None => Ok(None),
                    }
                }
                .boxed()
            })
            .await
        }
        .boxed()
    }
}

/// A rule by its own description, which is the newest.
async fn described(aws: &dyn Aws, at: At<'_>) -> Result<Option<Observed>> {
    match events::describe(aws, "DescribeRule", at.itself()).await? {
        Some(rule) => observe(aws, at, &rule).await,
        None => Ok(None),
    }
}

/// All rules of a bus; none if the bus is gone meanwhile.
async fn all_rules(aws: &dyn Aws, bus: &str) -> Result<Vec<Value>> {
    let input = value!({ "EventBusName": bus, "Limit": 100 });
    match all_pages(aws, "events", "ListRules", input, Pages::by_next_token("Rules")).await {
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        rules => rules,
    }
}

/// A rule by what the list of its bus says.
async fn listed(aws: &dyn Aws, at: At<'_>) -> Result<Option<Observed>> {
    let rules = all_rules(aws, at.bus).await?;
    match rules.iter().find(|rule| rule.text_at("Name") == Some(at.name)) {
        Some(rule) => observe(aws, at, rule).await,
        None => Ok(None),
    }
}

/// Id and ARN of each rule of a bus that no other service manages: what others manage carries no
/// mark of ours.
async fn list_rules(aws: &dyn Aws, bus: String) -> Result<Vec<(String, String)>> {
    let rules = all_rules(aws, &bus).await?;
    let free = rules.iter().filter(|rule| rule.get("ManagedBy").is_none_or(Value::is_empty));
    let named = free.filter_map(|rule| {
        let at = At { bus: &bus, name: rule.text_at("Name")? };
        Some((at.id(), rule.text_at("Arn")?.to_owned()))
    });
    Ok(named.collect())
}

/// The input of PutRule, whole: what is left out of it is taken away. The state is always said, for
/// without it a rule that somebody disabled would act again unasked.
fn put_rule(at: At<'_>, wish: &Value) -> Value {
    let mut input = events::members(wish, MEMBERS);
    input.put("Name", at.name.into());
    input.put("EventBusName", at.bus.into());
    input.put("State", wish.get("State").cloned().unwrap_or_else(|| "ENABLED".into()));
    events::with_pattern_as_text(input)
}

/// A rule, by its document, with its targets and tags.
async fn observe(aws: &dyn Aws, at: At<'_>, rule: &Value) -> Result<Option<Observed>> {
    let arn = rule.text_at("Arn").unwrap_or_default();
    let (Some(targets), Some(tagged)) = try_join!(targets::list(aws, at), events::tags(aws, arn))? else {
        return Ok(None);
    };
    let mut properties = events::members(rule, &["State", "RoleArn", "ScheduleExpression", "Description"]);
    properties.put("Name", at.name.into());
    properties.put("EventBusName", at.bus.into());
    if let Some(pattern) = events::pattern_as_tree(rule) {
        properties.put("EventPattern", pattern);
    }
    properties.put("Targets", targets.into());
    properties.put("Tags", tagged.tags.into());
    let managed = rule.text_at("ManagedBy").filter(|by| !by.is_empty()).map(str::to_owned);
    Ok(Some(Observed {
        id: at.id(),
        name: at.name.to_owned(),
        properties,
        outputs: Map::from([("arn".to_owned(), arn.into())]),
        mark: tagged.mark,
        managed_by: managed.or(tagged.managed_by),
        state: State::Ready,
        unread: Vec::new(),
    }))
}
