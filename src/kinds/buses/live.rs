//! The bus, live: `events` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, Class, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::{clearing, events, tagging};
use crate::value;

use super::decl::{SOURCE, SOURCE_STATE};
use super::source;

/// Calls of EventBridge on buses.
pub struct Buses;

/// What CreateEventBus and UpdateEventBus take beside name and tags.
const MEMBERS: &[&str] = &["Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"];

impl Live for Buses {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_bus(aws, &at.name).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = events::members(&wish.properties, MEMBERS);
            if let Some(source) = wish.properties.get(SOURCE) {
                source::await_it(aws, source.as_str().unwrap_or_default()).await?;
                input.put(SOURCE, source.clone());
            }
            input.put("Name", wish.name.as_str().into());
            input.put("Tags", tagging::as_list(&tagging::all_tags(wish)));
            aws.call("events", "CreateEventBus", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            if step.touches(SOURCE_STATE) {
                source::activate(aws, &step.live).await?;
            }
            if step.touches_beyond(&["Tags", SOURCE_STATE]) {
                // Members that are left out keep their value, so what is to be cleared says so.
                let cleared = clearing::with_cleared(step, super::decl::FIELDS);
                let mut input = events::patch(step, &cleared, MEMBERS);
                input.put("Name", step.live.name.as_str().into());
                aws.call("events", "UpdateEventBus", input).await?;
            }
            let arn = step.live.outputs.get("arn").and_then(Value::as_str).unwrap_or_default();
            events::retag(aws, arn, step).await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        events::delete(aws, "DeleteEventBus", "DescribeEventBus", value!({ "Name": (live.name.as_str()) }))
            .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            // The default bus belongs to the account.
            let named = |bus: &Value| {
                let name = bus.text_at("Name").filter(|name| *name != super::DEFAULT)?;
                Some((name.to_owned(), bus.text_at("Arn")?.to_owned()))
            };
            let listed = list(aws).await?.iter().filter_map(named).collect();
            events::list_tagged(aws, listed, owner, |aws, name| {
                async move { read_bus(aws, &name).await }.boxed()
            })
            .await
        }
        .boxed()
    }
}

/// All buses of the region, the default one included.
pub async fn list(aws: &dyn Aws) -> Result<Vec<Value>> {
    all_pages(aws, "events", "ListEventBuses", value!({ "Limit": 100 }), Pages::by_next_token("EventBuses"))
        .await
}

async fn read_bus(aws: &dyn Aws, name: &str) -> Result<Option<Observed>> {
    let Some(bus) = events::describe(aws, "DescribeEventBus", value!({ "Name": name })).await? else {
        return Ok(None);
    };
    let arn = bus.text_at("Arn").unwrap_or_default();
    let Some(tagged) = events::tags(aws, arn).await? else { return Ok(None) };
    let mut properties = events::members(&bus, MEMBERS);
    let mut unread = Vec::new();
    if name.starts_with(source::PREFIX) {
        // AWS does not show it, but a bus of a partner has no other source than that of its name.
        properties.put(SOURCE, name.into());
        match source::state(aws, name).await {
            Ok(state) => properties.put(SOURCE_STATE, state.into()),
            Err(error) if error.class == Class::Denied => {
                unread.push((SOURCE_STATE.to_owned(), error.to_string()));
            }
            Err(error) => return Err(error),
        }
    }
    properties.put("Name", name.into());
    properties.put("Tags", tagged.tags.into());
    let managed = bus.text_at("ManagedBy").map(str::to_owned);
    Ok(Some(Observed {
        id: name.to_owned(),
        name: name.to_owned(),
        properties,
        outputs: Map::from([("arn".to_owned(), arn.into())]),
        mark: tagged.mark,
        managed_by: managed.or(tagged.managed_by),
        state: State::Ready,
        unread,
    }))
}
