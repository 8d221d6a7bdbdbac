//! The trigger, live: event source mappings by `lambda` calls.
//!
//! A mapping has no name. It is found among those of its function: by the mark in its tags, else by what
//! it reads, so that one of somebody else's is met before AWS refuses a second.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join_all};

use crate::engine::mark::Tagged;
use crate::engine::{
    Aws, Created, Found, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{clearing, search, tagging};
use crate::value;

use super::fields::{FIELDS, KNOWN_BY, LAST_RESULT};

/// Calls of Lambda.
pub struct Triggers;

/// How many mappings are looked at at once when ours are searched.
const AT_ONCE: usize = 20;
const DELETION: Deletion = Deletion::new("lambda", "DeleteEventSourceMapping", "GetEventSourceMapping");

/// Members of a mapping that are properties.
const TOLD: &[&str] = &[
    "EventSourceArn",
    "SelfManagedEventSource",
    "Topics",
    "Queues",
    "StartingPosition",
    "BatchSize",
    "MaximumBatchingWindowInSeconds",
    "FilterCriteria",
    "KMSKeyArn",
    "MetricsConfig",
    "LoggingConfig",
    "ScalingConfig",
    "ProvisionedPollerConfig",
    "FunctionResponseTypes",
    "ParallelizationFactor",
    "BisectBatchOnFunctionError",
    "TumblingWindowInSeconds",
    "MaximumRetryAttempts",
    "MaximumRecordAgeInSeconds",
    "DestinationConfig",
    "SourceAccessConfigurations",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    LAST_RESULT,
];
/// What no update takes.
const CREATE_ONLY: &[&str] = &[
    "EventSourceArn",
    "SelfManagedEventSource",
    "Topics",
    "Queues",
    "StartingPosition",
    "StartingPositionTimestamp",
    "AmazonManagedKafkaEventSourceConfig.ConsumerGroupId",
    "SelfManagedKafkaEventSourceConfig.ConsumerGroupId",
    "Tags",
];

impl Live for Triggers {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            if let Some(id) = &at.id {
                let mapping = get(aws, id).await?;
                return match mapping {
                    Some(mapping) => with_tags(aws, mapping).await,
                    None => Ok(None),
                };
            }
            let function = at.desired.text_at("FunctionName").unwrap_or(&at.name);
            let mappings = list(aws, value!({ "FunctionName": function })).await?;
            let found = try_join_all(mappings.into_iter().map(|mapping| listed(aws, mapping))).await?;
            let found: Vec<Observed> = found.into_iter().flatten().collect();
            let ours = |one: &&Observed| {
                matches!(&one.mark, Found::Mark(mark) if mark.owner == at.owner && mark.address == at.address)
            };
            // All are of the function.
            let same = |one: &&Observed| {
                KNOWN_BY[1..].iter().all(|path| one.properties.at(path) == at.desired.at(path))
            };
            Ok(found.iter().find(ours).or_else(|| found.iter().find(same)).cloned())
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = encoded(wish.properties.clone());
            input.put("Tags", tagging::all_tags(wish).into());
            let answer = aws.call("lambda", "CreateEventSourceMapping", input).await?;
            Ok(Created { id: answer.text_at("UUID").unwrap_or_default().to_owned() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            if step.touches_beyond(&["Tags"]) {
                let mut input = encoded(clearing::with_cleared(step, FIELDS));
                for path in CREATE_ONLY {
                    input.remove(path);
                }
                input.put("UUID", step.live.id.as_str().into());
                aws.call("lambda", "UpdateEventSourceMapping", input).await?;
            }
            let retag = tagging::Retag::of(step);
            let arn = step.live.outputs.get("arn").and_then(Value::as_str).unwrap_or_default();
            if !retag.set.is_empty() {
                aws.call("lambda", "TagResource", value!({ "Resource": arn, "Tags": (retag.set) })).await?;
            }
            if !retag.unset.is_empty() {
                aws.call("lambda", "UntagResource", value!({ "Resource": arn, "TagKeys": (retag.unset) }))
                    .await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        DELETION.run(aws, value!({ "UUID": (live.id.as_str()) })).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            // Lists show no tags.
            let found =
                search::each(list(aws, Value::map()).await?, AT_ONCE, |mapping| listed(aws, mapping)).await?;
            Ok(found.into_iter().filter(|one| one.mark.is_of(owner)).collect())
        }
        .boxed()
    }
}

async fn list(aws: &dyn Aws, input: Value) -> Result<Vec<Value>> {
    let pages = Pages { token_in: "Marker", token_out: "NextMarker", items: "EventSourceMappings" };
    match all_pages(aws, "lambda", "ListEventSourceMappings", input, pages).await {
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        answer => answer,
    }
}

async fn get(aws: &dyn Aws, id: &str) -> Result<Option<Value>> {
    match aws.call("lambda", "GetEventSourceMapping", value!({ "UUID": id })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}

/// A mapping of a list with its tags; nothing if it is gone meanwhile. A list does not show filters that
/// are encrypted.
async fn listed(aws: &dyn Aws, mapping: Value) -> Result<Option<Observed>> {
    let encrypted = mapping.get("KMSKeyArn").is_some_and(|key| !key.is_empty());
    if !encrypted {
        return with_tags(aws, mapping).await;
    }
    match get(aws, mapping.text_at("UUID").unwrap_or_default()).await? {
        Some(mapping) => with_tags(aws, mapping).await,
        None => Ok(None),
    }
}

/// A mapping with its tags; nothing if it is gone meanwhile.
async fn with_tags(aws: &dyn Aws, mapping: Value) -> Result<Option<Observed>> {
    let id = mapping.text_at("UUID").unwrap_or_default();
    let arn = match mapping.text_at("EventSourceMappingArn") {
        Some(arn) => arn.to_owned(),
        None => aws.place().arn("lambda", &format!("event-source-mapping:{id}")),
    };
    match aws.call("lambda", "ListTags", value!({ "Resource": (arn.as_str()) })).await {
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error),
        Ok(answer) => Ok(Some(observe(&mapping, &arn, tagging::from_map(answer.get("Tags"))))),
    }
}

pub(super) fn observe(mapping: &Value, arn: &str, tagged: Tagged) -> Observed {
    let mut properties = value!({ "Tags": (tagged.tags) });
    for member in TOLD {
        if let Some(value) = mapping.get(member) {
            properties.put(member, value.clone());
        }
    }
    // AWS tells the time in seconds, perhaps with a fraction.
    if let Some(Value::Number(time)) = mapping.get("StartingPositionTimestamp") {
        let seconds = time.as_f64().unwrap_or_default() as i64;
        properties.put("StartingPositionTimestamp", seconds.into());
    }
    let function = mapping.text_at("FunctionArn").unwrap_or_default();
    let function = function.split_once(":function:").map_or(function, |(_, name)| name);
    properties.put("FunctionName", function.into());
    let told = mapping.text_at("State").unwrap_or_default();
    let state = match told {
        "Enabled" | "Disabled" => State::Ready,
        // Not a word that AWS has told of; what it is then is not known to be wrong.
        "" => State::Ready,
        _ if told.ends_with("ing") => State::Busy(told.to_owned()),
        _ => State::Failed { reason: reason(mapping), recreate: false },
    };
    properties.put("Enabled", (told != "Disabled").into());
    // Without the right to use its key, filters are unknown, not absent.
    let unread = mapping.at("FilterCriteriaError.Message").and_then(Value::as_str);
    let unread = unread.map(|why| ("FilterCriteria".to_owned(), why.to_owned())).into_iter().collect();
    let id = mapping.text_at("UUID").unwrap_or_default().to_owned();
    let mut outputs = Map::new();
    outputs.insert("id".into(), id.as_str().into());
    outputs.insert("arn".into(), arn.into());
    Observed {
        id,
        name: function.split(':').next().unwrap_or_default().to_owned(),
        properties,
        outputs,
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state,
        unread,
    }
}

fn reason(mapping: &Value) -> String {
    let state = mapping.text_at("State").unwrap_or_default();
    match mapping.text_at("StateTransitionReason") {
        Some(reason) => format!("the trigger is {state}: {reason}"),
        None => format!("the trigger is {state}"),
    }
}

/// The document as AWS takes it: the patterns of filters as text.
fn encoded(mut document: Value) -> Value {
    const FILTERS: &str = "FilterCriteria.Filters";
    if let Some(filters) = document.at(FILTERS).and_then(Value::as_list).map(<[Value]>::to_vec) {
        let text = |filter: Value| {
            let pattern = filter.get("Pattern").map(|pattern| pattern.to_shown_json().to_string());
            value!({ "Pattern": (pattern.unwrap_or_default()) })
        };
        document.put(FILTERS, filters.into_iter().map(text).collect::<Vec<_>>().into());
    }
    document
}
