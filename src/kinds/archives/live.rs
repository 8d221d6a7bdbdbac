//! The archive, live: `events` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Result, State, UpdateStep, Value, Wish,
};
use crate::kinds::{clearing, events};
use crate::value;

/// Calls of EventBridge on archives.
pub struct Archives;

/// The member that names an archive.
const NAME: &str = "ArchiveName";
/// What CreateArchive takes beside name and description.
const MEMBERS: &[&str] = &["EventSourceArn", "EventPattern", "RetentionDays", "KmsKeyIdentifier"];
/// What UpdateArchive takes of these.
const UPDATED: &[&str] = &["EventPattern", "RetentionDays", "KmsKeyIdentifier"];

impl Live for Archives {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_archive(aws, at.name.clone())
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let input = events::described(wish, NAME, events::members(&wish.properties, MEMBERS));
            aws.call("events", "CreateArchive", events::with_pattern_as_text(input)).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let cleared = clearing::with_cleared(step, super::decl::FIELDS);
            let input = events::described(&step.wish, NAME, events::patch(step, &cleared, UPDATED));
            aws.call("events", "UpdateArchive", events::with_pattern_as_text(input)).await.map(drop)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        let input = value!({ "ArchiveName": (live.name.as_str()) });
        events::delete(aws, "DeleteArchive", "DescribeArchive", input).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        events::list_described(aws, ("ListArchives", "Archives", NAME), owner, read_archive).boxed()
    }
}

fn read_archive(aws: &dyn Aws, name: String) -> BoxFuture<'_, Result<Option<Observed>>> {
    async move {
        let input = value!({ "ArchiveName": (name.as_str()) });
        let Some(archive) = events::describe(aws, "DescribeArchive", input).await? else { return Ok(None) };
        let (description, mark) = events::description(&archive);
        let mut properties =
            events::members(&archive, &["EventSourceArn", "RetentionDays", "KmsKeyIdentifier"]);
        properties.put(NAME, name.as_str().into());
        properties.put("Description", description);
        if let Some(pattern) = events::pattern_as_tree(&archive) {
            properties.put("EventPattern", pattern);
        }
        let arn = archive.get("ArchiveArn").cloned().unwrap_or(Value::Null);
        Ok(Some(Observed {
            id: name.clone(),
            name,
            properties,
            outputs: Map::from([("arn".to_owned(), arn)]),
            mark,
            managed_by: None,
            state: state(&archive),
            unread: Vec::new(),
        }))
    }
    .boxed()
}

/// What an archive's state means. Only one that was never made holds nothing that could be lost.
fn state(archive: &Value) -> State {
    let name = archive.text_at("State").unwrap_or_default();
    match name {
        "" | "ENABLED" => State::Ready,
        "CREATING" | "UPDATING" => State::Busy(name.to_owned()),
        _ => events::failed(archive, name, name == "CREATE_FAILED"),
    }
}
