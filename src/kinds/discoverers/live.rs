//! The discoverer, live: `schemas` calls. Its id is AWS's, so it is found by its bus.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, Created, Found, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{clearing, schemas, tagging};
use crate::value;

use super::decl::{FIELDS, SOURCE, STOPPED};

/// Calls of EventBridge Schemas on discoverers.
pub struct Discoverers;

const DELETION: Deletion = Deletion::new("schemas", "DeleteDiscoverer", "DescribeDiscoverer");
/// What UpdateDiscoverer takes beside the id.
const UPDATED: &[&str] = &["Description", "CrossAccount"];

impl Live for Discoverers {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            if let Some(id) = &at.id {
                return read_discoverer(aws, id).await;
            }
            // One of a bus that is not there yet is not there either.
            let Some(source) = at.desired.text_at(SOURCE) else { return Ok(None) };
            let listed = list(aws, value!({ "SourceArnPrefix": source, "Limit": 100 })).await?;
            let found = listed.iter().find(|one| one.text_at(SOURCE) == Some(source));
            match found.and_then(|one| one.text_at("DiscovererId")) {
                Some(id) => read_discoverer(aws, id).await,
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = Value::map();
            for member in [SOURCE, "CrossAccount"] {
                if let Some(value) = wish.properties.get(member) {
                    input.put(member, value.clone());
                }
            }
            schemas::put_described(&mut input, wish);
            input.put("Tags", tagging::all_tags(wish).into());
            // It begins to work at once; one that is not to is stopped by the update that follows.
            let answer = aws.call("schemas", "CreateDiscoverer", input).await?;
            Ok(Created { id: answer.text_at("DiscovererId").unwrap_or_default().to_owned() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let id = step.live.id.as_str();
            if UPDATED.iter().any(|member| step.touches(member)) {
                let cleared = clearing::with_cleared(step, FIELDS);
                let mut input = value!({ "DiscovererId": id });
                for member in UPDATED {
                    if let Some(value) = cleared.get(member) {
                        input.put(member, value.clone());
                    }
                }
                aws.call("schemas", "UpdateDiscoverer", input).await?;
            }
            if step.touches("State") {
                let stops = step.wish.properties.text_at("State") == Some(STOPPED);
                let operation = if stops { "StopDiscoverer" } else { "StartDiscoverer" };
                aws.call("schemas", operation, value!({ "DiscovererId": id })).await?;
            }
            schemas::retag(aws, step).await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        DELETION.run(aws, value!({ "DiscovererId": (live.id.as_str()) })).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let mut found = Vec::new();
            for listed in list(aws, value!({ "Limit": 100 })).await? {
                let id = listed.text_at("DiscovererId").unwrap_or_default();
                if tagging::from_map(listed.get("tags")).mark.is_of(owner) {
                    found.extend(read_discoverer(aws, id).await?);
                }
            }
            Ok(found)
        }
        .boxed()
    }
}

async fn list(aws: &dyn Aws, input: Value) -> Result<Vec<Value>> {
    all_pages(aws, "schemas", "ListDiscoverers", input, Pages::by_next_token("Discoverers")).await
}

async fn read_discoverer(aws: &dyn Aws, id: &str) -> Result<Option<Observed>> {
    let input = value!({ "DiscovererId": id });
    let Some(discoverer) = schemas::describe(aws, "DescribeDiscoverer", input).await? else {
        return Ok(None);
    };
    let tagged = tagging::from_map(discoverer.get("tags"));
    let mut properties = value!({ "Tags": (tagged.tags) });
    for member in [SOURCE, "Description", "CrossAccount", "State"] {
        properties.put(member, discoverer.get(member).cloned().unwrap_or_default());
    }
    // It has no name: what its mark records is that.
    let name = match &tagged.mark {
        Found::Mark(mark) => mark.name.clone(),
        _ => id.to_owned(),
    };
    let arn = discoverer.get("DiscovererArn").cloned().unwrap_or_default();
    Ok(Some(Observed {
        id: id.to_owned(),
        name,
        properties,
        outputs: Map::from([("arn".to_owned(), arn), ("id".to_owned(), id.into())]),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread: Vec::new(),
    }))
}
