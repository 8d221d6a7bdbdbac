//! The stream, live: `kinesis` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, AwsError, Class, Created, Live, Lookup, Map, Observed, Owner, Result, State, UpdateStep, Value, Wish,
};
use crate::kinds::gone::Deletion;
use crate::kinds::settle::Settling;
use crate::kinds::{search, tagging};
use crate::value;

use super::update;

/// Calls of Kinesis.
pub struct Streams;

/// Looks at a stream that passes through states, five seconds apart: scaling takes minutes.
const LOOKS: u32 = 720;
/// How many streams are looked at at once when ours are searched: Kinesis answers five questions about
/// tags in a second.
const AT_ONCE: usize = 5;
/// How often the tags of a stream that is being made are asked for before they are known.
const TAG_LOOKS: u32 = 6;
const DELETION: Deletion = Deletion::new("kinesis", "DeleteStream", "DescribeStreamSummary").looks(LOOKS);
pub(super) const SETTLING: Settling =
    Settling { service: "kinesis", describe: "DescribeStreamSummary", looks: LOOKS, busy };

impl Live for Streams {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_stream(aws, &at.name).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = value!({ "StreamName": (wish.name.as_str()), "Tags": (tagging::all_tags(wish)) });
            for member in [
                "StreamModeDetails",
                "ShardCount",
                "MaxRecordSizeInKiB",
                "WarmThroughputMiBps",
                "RecordDistributionStrategy",
            ] {
                if let Some(value) = wish.properties.get(member) {
                    input.put(member, value.clone());
                }
            }
            // Retention, encryption and metrics come with the update that follows.
            aws.call("kinesis", "CreateStream", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        update::update(aws, step).boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        // Consumers that somebody registered are theirs: a stream that has some is not deleted.
        DELETION.run(aws, value!({ "StreamName": (live.name.as_str()) })).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let names = names(aws).await?;
            search::each(names, AT_ONCE, |name| read_if_owned(aws, name, owner)).await
        }
        .boxed()
    }
}

/// The names of all streams.
async fn names(aws: &dyn Aws) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    loop {
        let mut input = value!({ "Limit": 100 });
        if let Some(last) = names.last() {
            input.put("ExclusiveStartStreamName", last.as_str().into());
        }
        let answer = aws.call("kinesis", "ListStreams", input).await?;
        let page = answer.get("StreamNames").and_then(Value::as_list).unwrap_or_default();
        let page: Vec<String> = page.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if page.iter().any(|name| names.contains(name)) {
            let message = "the list repeats a page: the same stream came back twice";
            return Err(AwsError::new("kinesis", "ListStreams", Class::Invalid, message));
        }
        let more = answer.get("HasMoreStreams").and_then(Value::as_bool) == Some(true) && !page.is_empty();
        names.extend(page);
        if !more {
            return Ok(names);
        }
    }
}

/// A stream in full, if it carries a mark of the owner.
async fn read_if_owned(aws: &dyn Aws, name: String, owner: &Owner) -> Result<Option<Observed>> {
    let tags = match tags(aws, &name).await {
        Err(error) if error.is_not_found() => return Ok(None),
        tags => tags?,
    };
    match tagging::from_list(Some(&tags)).mark.is_of(owner) {
        true => read_stream(aws, &name).await,
        false => Ok(None),
    }
}

/// The tags of a stream as a list, page by page.
async fn tags(aws: &dyn Aws, name: &str) -> Result<Value> {
    let mut tags: Vec<Value> = Vec::new();
    loop {
        let mut input = value!({ "StreamName": name });
        if let Some(last) = tags.last().and_then(|tag| tag.text_at("Key")) {
            input.put("ExclusiveStartTagKey", last.into());
        }
        let mut answer = aws.call("kinesis", "ListTagsForStream", input).await?;
        let more = answer.get("HasMoreTags").and_then(Value::as_bool) == Some(true);
        let Some(Value::List(page)) = answer.remove("Tags") else { return Ok(tags.into()) };
        if page.is_empty() || page.iter().any(|tag| tags.contains(tag)) {
            return Ok(tags.into());
        }
        tags.extend(page);
        if !more {
            return Ok(tags.into());
        }
    }
}

/// The tags of a stream that was described; nothing if it is going away. One that was just made must not
/// be taken for a stream without a mark because its tags are not known yet: it is asked again.
async fn known_tags(aws: &dyn Aws, name: &str, told: &Value) -> Result<Option<Value>> {
    if told.text_at("StreamDescriptionSummary.StreamStatus") == Some("DELETING") {
        return Ok(None);
    }
    for look in 0..TAG_LOOKS {
        match tags(aws, name).await {
            Err(error) if error.is_not_found() => aws.pause(look).await,
            tags => return tags.map(Some),
        }
    }
    let message = format!("the stream {name} is there, but its tags are not known yet");
    Err(AwsError::new("kinesis", "ListTagsForStream", Class::Conflict, message))
}

async fn read_stream(aws: &dyn Aws, name: &str) -> Result<Option<Observed>> {
    let told = match aws.call("kinesis", "DescribeStreamSummary", value!({ "StreamName": name })).await {
        Err(error) if error.is_not_found() => return Ok(None),
        told => told?,
    };
    let Some(tags) = known_tags(aws, name, &told).await? else { return Ok(None) };
    let tagged = tagging::from_list(Some(&tags));
    let mut properties = observed(told.get("StreamDescriptionSummary").unwrap_or(&Value::Null));
    properties.put("Tags", tagged.tags.into());
    let state = busy(&told).map_or(State::Ready, State::Busy);
    Ok(Some(Observed {
        id: name.to_owned(),
        name: name.to_owned(),
        properties,
        outputs: Map::new(),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state,
        unread: Vec::new(),
    }))
}

/// What DescribeStreamSummary tells, in the shape of the properties.
fn observed(told: &Value) -> Value {
    // A stream from before the modes says nothing of its own.
    let mode = told.text_at("StreamModeDetails.StreamMode").unwrap_or("PROVISIONED");
    let mut properties = value!({ "StreamModeDetails": { "StreamMode": mode } });
    // On demand the shards are AWS's matter.
    if let Some(shards) = told.get("OpenShardCount").filter(|_| mode == "PROVISIONED") {
        properties.put("ShardCount", shards.clone());
    }
    for member in ["StreamName", "RetentionPeriodHours", "MaxRecordSizeInKiB", "RecordDistributionStrategy"] {
        if let Some(value) = told.get(member) {
            properties.put(member, value.clone());
        }
    }
    if let Some(key) = told.get("KeyId").filter(|_| told.text_at("EncryptionType") == Some("KMS")) {
        properties.put("KeyId", key.clone());
    }
    if let Some(warm) =
        told.at("WarmThroughput.TargetMiBps").or_else(|| told.at("WarmThroughput.CurrentMiBps"))
    {
        properties.put("WarmThroughputMiBps", warm.clone());
    }
    let monitoring = told.get("EnhancedMonitoring").and_then(Value::as_list).unwrap_or_default();
    let metrics = monitoring.iter().filter_map(|one| one.get("ShardLevelMetrics").and_then(Value::as_list));
    properties.put("ShardLevelMetrics", metrics.flatten().cloned().collect::<Vec<_>>().into());
    properties
}

/// What keeps a stream from being changed; nothing if it is active.
fn busy(told: &Value) -> Option<String> {
    let status = told.text_at("StreamDescriptionSummary.StreamStatus").unwrap_or_default();
    (status != "ACTIVE").then(|| format!("the stream is {status}"))
}
