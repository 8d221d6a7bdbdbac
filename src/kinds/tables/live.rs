//! The table, live: `dynamodb` calls.

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, join};

use crate::engine::error::{AwsError, Class};
use crate::engine::{
    Aws, Created, Found, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::settle::Settling;
use crate::kinds::{search, tagging};
use crate::value;

use super::{facets, update, wire};

/// Calls of DynamoDB.
pub struct Tables;

/// How many tables are looked at at once when ours are searched: DynamoDB answers few questions about
/// tags in a second.
const AT_ONCE: usize = 5;
/// Looks at a table that passes through states, five seconds apart: an index of a full table takes hours.
const LOOKS: u32 = 2880;
pub(super) const SETTLING: Settling = Settling {
    service: "dynamodb",
    describe: "DescribeTable",
    looks: LOOKS,
    busy: |told| told.get("Table").and_then(wire::busy),
};
const DELETION: Deletion = Deletion::new("dynamodb", "DeleteTable", "DescribeTable").looks(LOOKS);
/// How often the tags of a table that is being made are asked for before they are known.
const TAG_LOOKS: u32 = 6;

impl Live for Tables {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_table(aws, &at.name).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = wire::created(&wish.properties);
            input.put("TableName", wish.name.as_str().into());
            input.put("Tags", tagging::as_list(&tagging::all_tags(wish)));
            aws.call("dynamodb", "CreateTable", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        update::update(aws, step).boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let input = value!({ "TableName": (live.name.as_str()) });
            if live.properties.get("DeletionProtectionEnabled").and_then(Value::as_bool) == Some(true) {
                let message = "AWS protects this table against deletion; declare `deletion_protection: false` and apply, then delete it";
                return Err(AwsError::new("dynamodb", "DeleteTable", Class::Invalid, message));
            }
            DELETION.run(aws, input).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let pages = Pages {
                token_in: "ExclusiveStartTableName",
                token_out: "LastEvaluatedTableName",
                items: "TableNames",
            };
            let names = all_pages(aws, "dynamodb", "ListTables", Value::map(), pages).await?;
            let names: Vec<String> =
                names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
            search::each(names, AT_ONCE, |name| read_if_owned(aws, name, owner)).await
        }
        .boxed()
    }
}

/// A table in full, if it carries a mark of the owner.
async fn read_if_owned(aws: &dyn Aws, name: String, owner: &Owner) -> Result<Option<Observed>> {
    match tags(aws, &name).await?.map(|tags| tagging::from_list(Some(&tags)).mark) {
        Some(Found::Mark(mark)) if mark.owner == *owner => read_table(aws, &name).await,
        _ => Ok(None),
    }
}

/// The ARN of a table.
pub fn arn(aws: &dyn Aws, name: &str) -> String {
    aws.place().arn("dynamodb", &format!("table/{name}"))
}

/// The tags of a table; nothing if there is no table, or if it is going away. One that was just made
/// may not be known to ListTagsOfResource at first, and must not be taken for a table without a mark:
/// it is asked again.
async fn tags(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    let input = value!({ "ResourceArn": (arn(aws, name)) });
    let pages = Pages::by_next_token("Tags");
    for look in 0..TAG_LOOKS {
        match all_pages(aws, "dynamodb", "ListTagsOfResource", input.clone(), pages).await {
            Err(error) if error.is_not_found() => {}
            tags => return tags.map(|tags| Some(Value::List(tags))),
        }
        match describe(aws, name).await? {
            Some(table) if table.text_at("TableStatus") != Some("DELETING") => {}
            _ => return Ok(None),
        }
        aws.pause(look).await;
        aws.forget();
    }
    let message = format!("the table {name} is there, but its tags are not known yet");
    Err(AwsError::new("dynamodb", "ListTagsOfResource", Class::Conflict, message))
}

/// What DescribeTable tells of a table; nothing if there is none.
async fn describe(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    match aws.call("dynamodb", "DescribeTable", value!({ "TableName": name })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => Ok(Some(answer?.remove("Table").unwrap_or_default())),
    }
}

async fn read_table(aws: &dyn Aws, name: &str) -> Result<Option<Observed>> {
    let Some(table) = describe(aws, name).await? else { return Ok(None) };
    let status = table.text_at("TableStatus").unwrap_or_default();
    let mut properties = wire::observed(&table);
    let (tags, facets) = join!(tags(aws, name), facets::read(aws, name));
    let Some(tags) = tags? else { return Ok(None) };
    let tagged = tagging::from_list(Some(&tags));
    properties.put("Tags", tagged.tags.into());
    let mut unread = Vec::new();
    for (path, facet) in facets {
        match facet {
            Ok(facet) => facets::put(&mut properties, path, facet),
            Err(error) if error.is_not_found() => {}
            Err(error) if cannot_be_read(&error) => unread.push((path.to_owned(), error.to_string())),
            Err(error) => return Err(error),
        }
    }
    let mut outputs = Map::new();
    // The last stream's ARN stays when the stream is gone.
    if let (Some(arn), true) = (
        table.get("LatestStreamArn"),
        table.at("StreamSpecification.StreamEnabled").and_then(Value::as_bool) == Some(true),
    ) {
        outputs.insert("stream_arn".into(), arn.clone());
    }
    let state = match wire::busy(&table) {
        Some(what) => State::Busy(what),
        None if status == "ACTIVE" => State::Ready,
        None => State::Failed { reason: format!("the table is {status}"), recreate: false },
    };
    Ok(Some(Observed {
        id: name.to_owned(),
        name: name.to_owned(),
        properties,
        outputs,
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state,
        unread,
    }))
}

/// Whether a facet stays unknown while the table is known: its operation is not allowed, keeps failing, or is
/// none of this partition's or region's.
fn cannot_be_read(error: &AwsError) -> bool {
    matches!(error.class, Class::Denied | Class::Transient) || error.code.contains("UnknownOperation")
}
