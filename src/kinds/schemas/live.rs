//! The schema, live: `schemas` calls. A version is published by UpdateSchema with content, so content is sent
//! only where it differs; the versions before stay.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, StreamExt, TryStreamExt};

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{search, tagging};
use crate::value;

use super::calls::{describe, put_described, registries, retag};
use super::decl::CONTENT;

/// Calls of EventBridge Schemas on schemas.
pub struct Schemas;

/// How many registries are listed, and schemas looked at, at once.
const AT_ONCE: usize = 10;

const DELETION: Deletion = Deletion::new("schemas", "DeleteSchema", "DescribeSchema");

/// A schema by its registry and name.
struct At {
    registry: String,
    name: String,
}

impl At {
    /// The schema of an id, `REGISTRY|NAME`: neither can hold the bar.
    fn of_id(id: &str) -> Option<At> {
        let (registry, name) = id.split_once('|')?;
        Some(At { registry: registry.to_owned(), name: name.to_owned() })
    }

    fn of(properties: &Value, name: &str) -> At {
        let registry = properties.text_at("RegistryName").unwrap_or_default();
        At { registry: registry.to_owned(), name: name.to_owned() }
    }

    fn live(live: &Observed) -> At {
        At::of_id(&live.id).unwrap_or_else(|| At::of(&live.properties, &live.name))
    }

    fn id(&self) -> String {
        format!("{}|{}", self.registry, self.name)
    }

    fn input(&self) -> Value {
        value!({ "RegistryName": (self.registry.as_str()), "SchemaName": (self.name.as_str()) })
    }
}

impl Live for Schemas {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        let schema = at.id.as_deref().and_then(At::of_id).unwrap_or_else(|| At::of(&at.desired, &at.name));
        async move {
            match schema.registry.as_str() {
                // A registry whose name is not known yet has no schema.
                "" => Ok(None),
                _ => read_schema(aws, schema).await,
            }
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let at = At::of(&wish.properties, &wish.name);
            let mut input = at.input();
            put_content(&mut input, wish);
            put_described(&mut input, wish);
            input.put("Tags", tagging::all_tags(wish).into());
            aws.call("schemas", "CreateSchema", input).await?;
            Ok(Created { id: at.id() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let mut input = At::live(&step.live).input();
            if step.touches(CONTENT) || step.touches("Type") {
                put_content(&mut input, &step.wish);
            }
            if step.touches("Description") {
                let text = step.wish.properties.text_at("Description").unwrap_or_default();
                input.put("Description", text.into());
            }
            if step.touches_beyond(&["Tags"]) {
                aws.call("schemas", "UpdateSchema", input).await?;
            }
            retag(aws, step).await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move { DELETION.run(aws, At::live(live).input()).await }.boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let names = registries(aws).await?;
            let names = names.iter().filter_map(|one| one.text_at("RegistryName")).map(str::to_owned);
            let listed: Vec<Vec<At>> = stream::iter(names.collect::<Vec<_>>())
                .map(|registry| owned_in(aws, registry, owner))
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            search::each(listed.into_iter().flatten(), AT_ONCE, |at| read_schema(aws, at)).await
        }
        .boxed()
    }
}

/// The schemas of an owner in a registry: a list shows their tags.
async fn owned_in(aws: &dyn Aws, registry: String, owner: &Owner) -> Result<Vec<At>> {
    let input = value!({ "RegistryName": (registry.as_str()), "Limit": 100 });
    let listed = match all_pages(aws, "schemas", "ListSchemas", input, Pages::by_next_token("Schemas")).await
    {
        Err(error) if error.is_not_found() => return Ok(Vec::new()),
        listed => listed?,
    };
    let ours = listed.iter().filter(|schema| tagging::from_map(schema.get("tags")).mark.is_of(owner));
    let names = ours.filter_map(|schema| schema.text_at("SchemaName"));
    Ok(names.map(|name| At { registry: registry.clone(), name: name.to_owned() }).collect())
}

async fn read_schema(aws: &dyn Aws, at: At) -> Result<Option<Observed>> {
    let Some(schema) = describe(aws, "DescribeSchema", at.input()).await? else { return Ok(None) };
    let tagged = tagging::from_map(schema.get("tags"));
    let mut properties = at.input();
    properties.put("Tags", tagged.tags.into());
    for member in ["Type", "Description"] {
        properties.put(member, schema.get(member).cloned().unwrap_or_default());
    }
    if let Some(text) = schema.text_at(CONTENT) {
        let tree = serde_json::from_str::<serde_json::Value>(text).map(Value::from);
        properties.put(CONTENT, tree.unwrap_or_else(|_| text.into()));
    }
    let outputs = [("arn", "SchemaArn"), ("version", "SchemaVersion")];
    let outputs =
        outputs.map(|(output, member)| (output.to_owned(), schema.get(member).cloned().unwrap_or_default()));
    Ok(Some(Observed {
        id: at.id(),
        name: at.name,
        properties,
        outputs: Map::from(outputs),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread: Vec::new(),
    }))
}

/// Content and type, which UpdateSchema takes together.
fn put_content(input: &mut Value, wish: &Wish) {
    let content = wish.properties.get(CONTENT).cloned().unwrap_or_default();
    input.put(CONTENT, content.to_shown_json().to_string().into());
    input.put("Type", wish.properties.get("Type").cloned().unwrap_or_default());
}
