//! What a table has beside UpdateTable: time to live, backups, insights, a Kinesis stream. Each is read and
//! written by operations of its own.

use futures_util::join;

use crate::engine::error::{AwsError, Class};
use crate::engine::{Aws, Pages, Result, UpdateStep, Value, all_pages};
use crate::kinds::settle::Settling;
use crate::value;

use super::wire;

const TTL: &str = "TimeToLiveSpecification";
const RECOVERY: &str = "PointInTimeRecoverySpecification";
const INSIGHTS: &str = "ContributorInsightsSpecification";
const DESTINATION: &str = "KinesisStreamSpecification";
const PRECISION: &str = "ApproximateCreationDateTimePrecision";
const ON: &[&str] = &["ENABLED", "ENABLING"];

const STREAMING: Settling = Settling {
    service: "dynamodb",
    describe: "DescribeKinesisStreamingDestination",
    looks: 120,
    busy: |told| {
        let all = wire::list(told, "KinesisDataStreamDestinations").iter();
        let mut statuses = all.filter_map(|one| one.text_at("DestinationStatus"));
        let passing = ["ENABLING", "DISABLING", "UPDATING"];
        statuses
            .find(|status| passing.contains(status))
            .map(|status| format!("the Kinesis destination is {status}"))
    },
};

/// All of them, by their paths.
pub async fn read(aws: &dyn Aws, name: &str) -> [(&'static str, Result<Value>); 4] {
    let input = || value!({ "TableName": name });
    let (ttl, backups, insights, destination) = join!(
        aws.call("dynamodb", "DescribeTimeToLive", input()),
        aws.call("dynamodb", "DescribeContinuousBackups", input()),
        all_pages(
            aws,
            "dynamodb",
            "ListContributorInsights",
            input(),
            Pages::by_next_token("ContributorInsightsSummaries")
        ),
        aws.call("dynamodb", "DescribeKinesisStreamingDestination", input()),
    );
    [
        (TTL, ttl.map(|told| observed_ttl(&told))),
        (RECOVERY, backups.map(|told| recovery(&told))),
        (INSIGHTS, insights.map(Value::List)),
        (DESTINATION, destination.map(|told| observed_destination(&told))),
    ]
}

/// Puts a facet that was read into the properties. Insights are told of a table and its indexes at once.
pub fn put(properties: &mut Value, path: &str, facet: Value) {
    if path != INSIGHTS {
        return properties.put(path, facet);
    }
    for told in facet.as_list().unwrap_or_default() {
        let status = told.text_at("ContributorInsightsStatus").unwrap_or_default();
        if !ON.contains(&status) {
            continue;
        }
        let mode = told.text_at("ContributorInsightsMode").unwrap_or("ACCESSED_AND_THROTTLED_KEYS");
        let mode = value!({ "Mode": mode });
        match told.get("IndexName") {
            None => properties.put(INSIGHTS, mode),
            Some(name) => {
                let mut indexes = wire::list(properties, "GlobalSecondaryIndexes").to_vec();
                for index in indexes.iter_mut().filter(|index| index.get("IndexName") == Some(name)) {
                    index.put(INSIGHTS, mode.clone());
                }
                properties.put("GlobalSecondaryIndexes", indexes.into());
            }
        }
    }
}

/// An attribute that is being given up counts as given up.
fn observed_ttl(told: &Value) -> Value {
    let status = told.text_at("TimeToLiveDescription.TimeToLiveStatus").unwrap_or_default();
    match told.at("TimeToLiveDescription.AttributeName") {
        Some(attribute) if ON.contains(&status) => value!({ "AttributeName": (attribute.clone()) }),
        _ => Value::map(),
    }
}

fn recovery(told: &Value) -> Value {
    let told = told.at("ContinuousBackupsDescription.PointInTimeRecoveryDescription");
    let on = told.and_then(|told| told.text_at("PointInTimeRecoveryStatus")) == Some("ENABLED");
    let mut recovery = value!({ "PointInTimeRecoveryEnabled": on });
    if let Some(days) = told.and_then(|told| told.get("RecoveryPeriodInDays")).filter(|_| on) {
        recovery.put("RecoveryPeriodInDays", days.clone());
    }
    recovery
}

/// A stream that is not written to any more, or could not be, stays in the list for a while.
fn observed_destination(told: &Value) -> Value {
    let is_on = |one: &&Value| {
        let status = one.text_at("DestinationStatus").unwrap_or_default();
        ["ACTIVE", "ENABLING", "UPDATING"].contains(&status)
    };
    let Some(one) = wire::list(told, "KinesisDataStreamDestinations").iter().find(is_on) else {
        return Value::map();
    };
    let mut destination = Value::map();
    for member in ["StreamArn", PRECISION] {
        if let Some(value) = one.get(member) {
            destination.put(member, value.clone());
        }
    }
    destination
}

fn name(step: &UpdateStep) -> Value {
    step.wish.name.as_str().into()
}

/// Another attribute, or none: the old one goes first.
pub async fn time_to_live(aws: &dyn Aws, step: &UpdateStep) -> Result<()> {
    const ATTRIBUTE: &str = "TimeToLiveSpecification.AttributeName";
    if !step.touches(TTL) {
        return Ok(());
    }
    for (attribute, enabled) in
        [(step.live.properties.at(ATTRIBUTE), false), (step.wish.properties.at(ATTRIBUTE), true)]
    {
        let Some(attribute) = attribute else { continue };
        let input = value!({
            "TableName": (name(step)),
            "TimeToLiveSpecification": { "AttributeName": (attribute.clone()), "Enabled": enabled },
        });
        aws.call("dynamodb", "UpdateTimeToLive", input).await.map_err(|mut error| {
            if error.message.contains("modified multiple times") {
                error.message +=
                    "; DynamoDB takes the next change up to an hour after the last: apply again then";
            }
            error
        })?;
    }
    Ok(())
}

/// Point-in-time recovery.
pub async fn backups(aws: &dyn Aws, step: &UpdateStep) -> Result<()> {
    const DAYS: &str = "PointInTimeRecoverySpecification.RecoveryPeriodInDays";
    if !step.touches(RECOVERY) {
        return Ok(());
    }
    let wish = &step.wish.properties;
    let on = wish.at("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled");
    let on = on.and_then(Value::as_bool).unwrap_or(false);
    let mut recovery = value!({ "PointInTimeRecoveryEnabled": on });
    // The period that is not wished any more goes back to AWS's own.
    let days = wish.at(DAYS).cloned();
    let days = days.or_else(|| step.touches(DAYS).then(|| 35.into()));
    if let Some(days) = days.filter(|_| on) {
        recovery.put("RecoveryPeriodInDays", days);
    }
    let input = value!({ "TableName": (name(step)), "PointInTimeRecoverySpecification": recovery });
    aws.call("dynamodb", "UpdateContinuousBackups", input).await.map(drop)
}

/// Contributor insights of the table and of each global index. An index that was made anew has none yet.
pub async fn insights(aws: &dyn Aws, step: &UpdateStep) -> Result<()> {
    let (live, wish) = (&step.live.properties, &step.wish.properties);
    if step.touches(INSIGHTS) {
        set_insights(aws, step, None, mode(live), mode(wish)).await?;
    }
    for index in wire::list(wish, "GlobalSecondaryIndexes") {
        let same =
            |live: &&Value| live.get("IndexName") == index.get("IndexName") && wire::same_index(live, index);
        let before = wire::list(live, "GlobalSecondaryIndexes").iter().find(same);
        set_insights(aws, step, index.get("IndexName"), before.and_then(mode), mode(index)).await?;
    }
    Ok(())
}

fn mode(of: &Value) -> Option<&str> {
    of.text_at("ContributorInsightsSpecification.Mode")
}

async fn set_insights(
    aws: &dyn Aws,
    step: &UpdateStep,
    index: Option<&Value>,
    live: Option<&str>,
    wish: Option<&str>,
) -> Result<()> {
    if live == wish {
        return Ok(());
    }
    let mut input = value!({ "TableName": (name(step)) });
    if let Some(index) = index {
        input.put("IndexName", index.clone());
    }
    match wish {
        Some(mode) => {
            input.put("ContributorInsightsAction", "ENABLE".into());
            input.put("ContributorInsightsMode", mode.into());
        }
        None => input.put("ContributorInsightsAction", "DISABLE".into()),
    }
    aws.call("dynamodb", "UpdateContributorInsights", input).await.map(drop)
}

/// The Kinesis stream: another one takes the place of the old.
pub async fn destination(aws: &dyn Aws, step: &UpdateStep) -> Result<()> {
    if !step.touches(DESTINATION) {
        return Ok(());
    }
    let of = |of: &Value| of.at("KinesisStreamSpecification.StreamArn").cloned();
    let (live, wish) = (of(&step.live.properties), of(&step.wish.properties));
    let precision =
        step.wish.properties.at("KinesisStreamSpecification.ApproximateCreationDateTimePrecision");
    let precision = precision.cloned().unwrap_or("MILLISECOND".into());
    let precision = value!({ "ApproximateCreationDateTimePrecision": precision });
    if let (Some(live), Some(wish)) = (&live, &wish)
        && live == wish
    {
        let input = value!({
            "TableName": (name(step)),
            "StreamArn": (wish.clone()),
            "UpdateKinesisStreamingConfiguration": precision,
        });
        return stream(aws, step, "UpdateKinesisStreamingDestination", input).await;
    }
    if let Some(live) = live {
        let input = value!({ "TableName": (name(step)), "StreamArn": live });
        stream(aws, step, "DisableKinesisStreamingDestination", input).await?;
    }
    if let Some(wish) = wish {
        let input = value!({
            "TableName": (name(step)),
            "StreamArn": wish,
            "EnableKinesisStreamingConfiguration": precision,
        });
        stream(aws, step, "EnableKinesisStreamingDestination", input).await?;
    }
    Ok(())
}

/// One change of what is streamed, and the wait until it is done.
async fn stream(aws: &dyn Aws, step: &UpdateStep, operation: &'static str, input: Value) -> Result<()> {
    let arn = input.get("StreamArn").cloned();
    aws.call("dynamodb", operation, input).await?;
    let told = STREAMING.wait(aws, &value!({ "TableName": (name(step)) })).await?;
    let failed = wire::list(&told, "KinesisDataStreamDestinations").iter().find(|one| {
        one.get("StreamArn") == arn.as_ref() && one.text_at("DestinationStatus") == Some("ENABLE_FAILED")
    });
    match failed {
        None => Ok(()),
        Some(one) => {
            let why = one.text_at("DestinationStatusDescription").unwrap_or("no reason was given");
            let message = format!("the stream could not be written to: {why}");
            Err(AwsError::new("dynamodb", operation, Class::Invalid, message))
        }
    }
}
