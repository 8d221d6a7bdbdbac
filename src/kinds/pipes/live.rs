//! The pipe, live: `pipes` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::error::{AwsError, Class};
use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{clearing, search, tagging};
use crate::value;

use super::fields::PATCHED;
use super::{source, target};

/// Calls of EventBridge Pipes.
pub struct Pipes;

/// How many pipes are described at once when ours are searched.
const AT_ONCE: usize = 20;
/// Looks at a pipe that passes through states, five seconds apart: half an hour, as AWS may take.
const LOOKS: u32 = 360;
const DELETION: Deletion = Deletion::new("pipes", "DeletePipe", "DescribePipe")
    .looks(LOOKS)
    .failing(|pipe| (!is_passing(pipe)).then(|| reason(pipe)));
/// How often an update is sent again that failed because a right was not known everywhere yet.
const REPEATS: u32 = 8;
const FILTERS: &str = "SourceParameters.FilterCriteria.Filters";
const TEMPLATE: &str = "TargetParameters.InputTemplate";
const SINCE: &str = "SourceParameters.KinesisStreamParameters.StartingPositionTimestamp";

/// What a pipe says of a role or a stream that is not known everywhere yet
/// (hashicorp/terraform-provider-aws#40572, aws-samples/serverless-patterns#1543).
pub(super) const NOT_KNOWN_YET: &[&str] = &[
    "cannot be assumed",
    "Cannot access stream",
    "does not have permissions",
    "does not have enough permission",
    "ensure the role can perform",
    "not authorized to perform",
    "Error occurred while sending message to SQS queue",
    "Error occurred while publishing message to SNS topic",
];

/// Members of DescribePipe that are properties.
const TOLD: &[&str] = &[
    "Name",
    "Description",
    "Source",
    "SourceParameters",
    "Enrichment",
    "EnrichmentParameters",
    "Target",
    "TargetParameters",
    "RoleArn",
    "LogConfiguration",
    "KmsKeyIdentifier",
];

impl Live for Pipes {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move { Ok(describe(aws, &at.name).await?.map(observe)) }.boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input = without_empty(encoded(wish.properties.clone()));
            input.put("Tags", tagging::all_tags(wish).into());
            aws.call("pipes", "CreatePipe", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = step.wish.name.as_str();
            let live = step.live.properties.text_at("DesiredState").unwrap_or_default();
            let stands = ["RUNNING", "STOPPED", "START_FAILED", "STOP_FAILED"].contains(&live);
            if step.touches_beyond(&["Tags", "DesiredState"]) || (step.touches("DesiredState") && !stands) {
                rewrite(aws, step).await?;
            } else if step.touches("DesiredState") {
                run(aws, name, desired(&step.wish)).await?;
            }
            let arn = aws.place().arn("pipes", &format!("pipe/{name}"));
            let retag = tagging::Retag::of(step);
            if !retag.set.is_empty() {
                let input = value!({ "resourceArn": (arn.as_str()), "tags": (retag.set) });
                aws.call("pipes", "TagResource", input).await?;
            }
            if !retag.unset.is_empty() {
                let input = value!({ "resourceArn": arn, "tagKeys": (retag.unset) });
                aws.call("pipes", "UntagResource", input).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        DELETION.run(aws, value!({ "Name": (live.name.as_str()) })).boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            // Lists show no tags.
            let pipes =
                all_pages(aws, "pipes", "ListPipes", Value::map(), Pages::by_next_token("Pipes")).await?;
            let names: Vec<String> =
                pipes.iter().filter_map(|pipe| pipe.text_at("Name").map(str::to_owned)).collect();
            let found =
                search::each(
                    names,
                    AT_ONCE,
                    |name| async move { Ok(describe(aws, &name).await?.map(observe)) },
                )
                .await?;
            let ours = |pipe: &Observed| pipe.mark.is_of(owner);
            Ok(found.into_iter().filter(ours).collect())
        }
        .boxed()
    }
}

async fn describe(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    match aws.call("pipes", "DescribePipe", value!({ "Name": name })).await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}

/// Looks at a pipe until it is on its way no more. Nothing once it is gone.
pub(super) async fn settled(aws: &dyn Aws, name: &str, operation: &str) -> Result<Option<Value>> {
    let mut last = String::new();
    for turn in 0..LOOKS {
        aws.forget();
        match describe(aws, name).await? {
            Some(pipe) if is_passing(&pipe) => last = reason(&pipe),
            pipe => return Ok(pipe),
        }
        aws.pause(turn).await;
    }
    Err(AwsError::new("pipes", operation, Class::Invalid, format!("{last} for half an hour")))
}

fn observe(pipe: Value) -> Observed {
    let tagged = tagging::from_map(pipe.get("Tags"));
    let mut properties = value!({ "Tags": (tagged.tags) });
    for member in TOLD {
        if let Some(value) = pipe.get(member) {
            properties.put(member, value.clone());
        }
    }
    // AWS writes seconds with a point.
    if let Some(seconds) = properties.at(SINCE).and_then(|since| since.to_json()?.as_f64()) {
        properties.put(SINCE, (seconds as i64).into());
    }
    target::forget_others(&mut properties);
    let current = pipe.text_at("CurrentState").unwrap_or_default();
    // What it does, not what AWS was told: a pipe that AWS has stopped differs from the wish.
    let does = if is_passing(&pipe) { pipe.text_at("DesiredState").unwrap_or(current) } else { current };
    properties.put("DesiredState", does.into());
    let state = match current {
        "RUNNING" | "STOPPED" => State::Ready,
        _ if is_passing(&pipe) => State::Busy(reason(&pipe)),
        // AWS has no way to finish a failed create or delete but to begin anew.
        "CREATE_FAILED" | "CREATE_ROLLBACK_FAILED" | "DELETE_FAILED" | "DELETE_ROLLBACK_FAILED" => {
            State::Failed { reason: reason(&pipe), recreate: true }
        }
        _ => State::Failed { reason: reason(&pipe), recreate: false },
    };
    let name = pipe.text_at("Name").unwrap_or_default().to_owned();
    Observed {
        id: name.clone(),
        name,
        properties,
        outputs: Map::new(),
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state,
        unread: Vec::new(),
    }
}

/// Whether a pipe is on its way to another state.
fn is_passing(pipe: &Value) -> bool {
    pipe.text_at("CurrentState").is_some_and(|state| state.ends_with("ING") && state != "RUNNING")
}

/// Its state in words, with AWS's reason.
fn reason(pipe: &Value) -> String {
    let state = pipe.text_at("CurrentState").unwrap_or("in no state");
    match pipe.text_at("StateReason") {
        Some(reason) => format!("the pipe is {state}: {reason}"),
        None => format!("the pipe is {state}"),
    }
}

fn desired(wish: &Wish) -> &str {
    wish.properties.text_at("DesiredState").unwrap_or("RUNNING")
}

/// Starts or stops a pipe.
async fn run(aws: &dyn Aws, name: &str, desired: &str) -> Result<()> {
    let operation = if desired == "STOPPED" { "StopPipe" } else { "StartPipe" };
    aws.call("pipes", operation, value!({ "Name": name })).await.map(|_| ())
}

/// UpdatePipe with the whole document: what it is not sent inside a block goes back to AWS's default,
/// and what it is not sent at the top stays (hashicorp/terraform-provider-aws#33938).
async fn rewrite(aws: &dyn Aws, step: &UpdateStep) -> Result<()> {
    let name = step.wish.name.as_str();
    let mut input = encoded(clearing::with_cleared(step, PATCHED));
    input.remove("Source");
    input.remove("Tags");
    // UpdatePipe does not know what cannot be changed.
    for kind in source::KINDS {
        for row in kind.rows.iter().filter(|row| row.create_only) {
            input.remove(&format!("{}.{}", kind.block, row.path));
        }
    }
    // A target without parameters says so: left out, those of the target before it would stay.
    if input.get("TargetParameters").is_none_or(Value::is_empty) {
        input.put(TEMPLATE, "".into());
    }
    for repeat in 0..=REPEATS {
        aws.call("pipes", "UpdatePipe", input.clone()).await?;
        let Some(pipe) = settled(aws, name, "UpdatePipe").await? else { return Ok(()) };
        let state = pipe.text_at("CurrentState").unwrap_or_default();
        let why = pipe.text_at("StateReason").unwrap_or_default();
        if state.ends_with("_FAILED")
            && NOT_KNOWN_YET.iter().any(|known| why.contains(known))
            && repeat < REPEATS
        {
            // A right that was just given: seconds later it is known.
            aws.pause(repeat + 3).await;
            continue;
        }
        if ["RUNNING", "STOPPED"].contains(&state) && state != desired(&step.wish) {
            run(aws, name, desired(&step.wish)).await?;
        }
        return Ok(());
    }
    Ok(())
}

/// The document as AWS takes it: the patterns of filters as text.
fn encoded(mut document: Value) -> Value {
    let filters = document.at(FILTERS).and_then(Value::as_list).map(<[Value]>::to_vec);
    if let Some(filters) = filters {
        let text = |filter: Value| {
            let pattern = filter.get("Pattern").map(|pattern| pattern.to_shown_json().to_string());
            value!({ "Pattern": (pattern.unwrap_or_default()) })
        };
        document.put(FILTERS, filters.into_iter().map(text).collect::<Vec<_>>().into());
    }
    document
}

/// A map without members that are empty maps; a create has no need of them.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Map(map) => {
            let members = map.into_iter().map(|(key, value)| (key, without_empty(value)));
            let kept = members.filter(|(_, value)| !matches!(value, Value::Map(map) if map.is_empty()));
            Value::Map(kept.collect())
        }
        other => other,
    }
}
