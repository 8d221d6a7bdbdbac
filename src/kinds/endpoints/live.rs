//! The global endpoint, live: `events` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::{events, search};
use crate::value;

/// Calls of EventBridge on global endpoints.
pub struct Endpoints;

/// What CreateEndpoint and UpdateEndpoint take beside name and description.
const MEMBERS: &[&str] = &["RoutingConfig", "ReplicationConfig", "EventBuses", "RoleArn"];

/// How many endpoints are looked at at once in a list that does not show their marks.
const AT_ONCE: usize = 20;

impl Live for Endpoints {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_endpoint(aws, at.name.clone())
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            aws.call("events", "CreateEndpoint", whole(wish)).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    /// Whether it patches or replaces AWS does not say: the whole is sent.
    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move { aws.call("events", "UpdateEndpoint", whole(&step.wish)).await.map(drop) }.boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        let input = value!({ "Name": (live.name.as_str()) });
        events::delete(aws, "DeleteEndpoint", "DescribeEndpoint", input).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let pages = Pages::by_next_token("Endpoints");
            let listed =
                all_pages(aws, "events", "ListEndpoints", value!({ "MaxResults": 100 }), pages).await?;
            let names: Vec<String> =
                listed.iter().filter_map(|one| one.text_at("Name").map(str::to_owned)).collect();
            let found = search::each(names, AT_ONCE, |name| read_endpoint(aws, name)).await?;
            Ok(found.into_iter().filter(|one| one.mark.is_of(owner)).collect())
        }
        .boxed()
    }
}

/// The input that makes or changes an endpoint. What AWS does by default is said, since an update that leaves it
/// out may keep what was.
fn whole(wish: &Wish) -> Value {
    let mut input = events::described(wish, "Name", events::members(&wish.properties, MEMBERS));
    if input.at("ReplicationConfig.State").is_none() {
        input.put("ReplicationConfig.State", "ENABLED".into());
    }
    input
}

fn read_endpoint(aws: &dyn Aws, name: String) -> BoxFuture<'_, Result<Option<Observed>>> {
    async move {
        let input = value!({ "Name": (name.as_str()) });
        let Some(endpoint) = events::describe(aws, "DescribeEndpoint", input).await? else { return Ok(None) };
        let (description, mark) = events::description(&endpoint);
        let mut properties = events::members(&endpoint, MEMBERS);
        properties.put("Name", name.as_str().into());
        properties.put("Description", description);
        let outputs = [("arn", "Arn"), ("id", "EndpointId"), ("url", "EndpointUrl")];
        let outputs = outputs.map(|(output, member)| {
            (output.to_owned(), endpoint.get(member).cloned().unwrap_or(Value::Null))
        });
        Ok(Some(Observed {
            id: name.clone(),
            name,
            properties,
            outputs: Map::from(outputs),
            mark,
            managed_by: None,
            state: state(&endpoint),
            unread: Vec::new(),
        }))
    }
    .boxed()
}

fn state(endpoint: &Value) -> State {
    let name = endpoint.text_at("State").unwrap_or_default();
    match name {
        "" | "ACTIVE" => State::Ready,
        "CREATING" | "UPDATING" | "DELETING" => State::Busy(name.to_owned()),
        _ => events::failed(endpoint, name, name == "CREATE_FAILED"),
    }
}
