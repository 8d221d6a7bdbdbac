//! The registry of schemas, live: `schemas` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, AwsError, Class, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep,
    Wish, all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{schemas, tagging};
use crate::value;

/// Calls of EventBridge Schemas on registries.
pub struct Registries;

const DELETION: Deletion = Deletion::new("schemas", "DeleteRegistry", "DescribeRegistry");
/// How many of the schemas that keep a registry are named.
const NAMED: usize = 5;

impl Live for Registries {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_registry(aws, at.name.clone()).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = value!({ "RegistryName": (wish.name.as_str()) });
            schemas::put_described(&mut input, wish);
            input.put("Tags", tagging::all_tags(wish).into());
            aws.call("schemas", "CreateRegistry", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            if step.touches("Description") {
                let text = step.wish.properties.text_at("Description").unwrap_or_default();
                let input = value!({ "RegistryName": (step.live.name.as_str()), "Description": text });
                aws.call("schemas", "UpdateRegistry", input).await?;
            }
            schemas::retag(aws, step).await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            is_empty(aws, &live.name).await?;
            DELETION.run(aws, value!({ "RegistryName": (live.name.as_str()) })).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let mut found = Vec::new();
            for listed in schemas::registries(aws).await? {
                let name = listed.text_at("RegistryName").unwrap_or_default();
                if tagging::from_map(listed.get("tags")).mark.is_of(owner) {
                    found.extend(read_registry(aws, name.to_owned()).await?);
                }
            }
            Ok(found)
        }
        .boxed()
    }
}

/// Whether AWS would delete schemas with the registry that are not the stack's it does not say; they stand in
/// the way here. Those of the stack are gone by now.
async fn is_empty(aws: &dyn Aws, registry: &str) -> Result<()> {
    aws.forget();
    let input = value!({ "RegistryName": registry, "Limit": 100 });
    let listed = match all_pages(aws, "schemas", "ListSchemas", input, Pages::by_next_token("Schemas")).await
    {
        Err(error) if error.is_not_found() => return Ok(()),
        listed => listed?,
    };
    if listed.is_empty() {
        return Ok(());
    }
    let more = if listed.len() > NAMED { " and more" } else { "" };
    let names: Vec<&str> =
        listed.iter().take(NAMED).filter_map(|schema| schema.text_at("SchemaName")).collect();
    let message = format!(
        "schemas that are not the stack's stand in this registry: {}{more}; delete them first",
        names.join(", ")
    );
    Err(AwsError::new("schemas", "DeleteRegistry", Class::Invalid, message))
}

async fn read_registry(aws: &dyn Aws, name: String) -> Result<Option<Observed>> {
    let input = value!({ "RegistryName": (name.as_str()) });
    let Some(registry) = schemas::describe(aws, "DescribeRegistry", input).await? else { return Ok(None) };
    let tagged = tagging::from_map(registry.get("tags"));
    let mut properties = value!({ "RegistryName": (name.as_str()), "Tags": (tagged.tags) });
    properties.put("Description", registry.get("Description").cloned().unwrap_or_default());
    let arn = registry.get("RegistryArn").cloned().unwrap_or_default();
    Ok(Some(Observed {
        id: name.clone(),
        name,
        properties,
        outputs: Map::from([("arn".to_owned(), arn)]),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread: Vec::new(),
    }))
}
