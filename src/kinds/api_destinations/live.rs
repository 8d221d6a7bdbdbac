//! The API destination, live: `events` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::decl::STATE;
use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Result, State, UpdateStep, Value, Wish,
};
use crate::kinds::{clearing, events};
use crate::value;

/// Calls of EventBridge on API destinations.
pub struct ApiDestinations;

/// What CreateApiDestination and UpdateApiDestination take beside name and description.
const MEMBERS: &[&str] =
    &["ConnectionArn", "InvocationEndpoint", "HttpMethod", "InvocationRateLimitPerSecond"];

impl Live for ApiDestinations {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_destination(aws, at.name.clone())
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let input = events::described(wish, "Name", events::members(&wish.properties, MEMBERS));
            aws.call("events", "CreateApiDestination", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let cleared = clearing::with_cleared(step, super::decl::FIELDS);
            let input = events::described(&step.wish, "Name", events::members(&cleared, MEMBERS));
            aws.call("events", "UpdateApiDestination", input).await.map(drop)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        let input = value!({ "Name": (live.name.as_str()) });
        events::delete(aws, "DeleteApiDestination", "DescribeApiDestination", input).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        let list = ("ListApiDestinations", "ApiDestinations", "Name");
        events::list_described(aws, list, owner, read_destination).boxed()
    }
}

fn read_destination(aws: &dyn Aws, name: String) -> BoxFuture<'_, Result<Option<Observed>>> {
    async move {
        let input = value!({ "Name": (name.as_str()) });
        let Some(destination) = events::describe(aws, "DescribeApiDestination", input).await? else {
            return Ok(None);
        };
        let (description, mark) = events::description(&destination);
        let mut properties = events::members(&destination, MEMBERS);
        properties.put("Name", name.as_str().into());
        properties.put("Description", description);
        // It follows its connection and comes back with it.
        let live_state = destination.text_at(STATE);
        if let Some(text) = live_state {
            properties.put(STATE, text.into());
        }
        let state = match live_state {
            Some("INACTIVE") => State::Busy("INACTIVE: its connection is not authorized".to_owned()),
            _ => State::Ready,
        };
        let arn = destination.get("ApiDestinationArn").cloned().unwrap_or(Value::Null);
        Ok(Some(Observed {
            id: name.clone(),
            name,
            properties,
            outputs: Map::from([("arn".to_owned(), arn)]),
            mark,
            managed_by: None,
            state,
            unread: Vec::new(),
        }))
    }
    .boxed()
}
