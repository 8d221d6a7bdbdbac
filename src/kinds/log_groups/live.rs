//! The log group, live: `logs` calls.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join_all};

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::tagging;
use crate::value;

/// Calls of CloudWatch Logs.
pub struct LogGroups;

const PAGES: Pages = Pages { token_in: "nextToken", token_out: "nextToken", items: "logGroups" };

impl Live for LogGroups {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        async move {
            let input = value!({ "logGroupNamePrefix": (at.name.as_str()) });
            let groups = all_pages(aws, "logs", "DescribeLogGroups", input, PAGES).await?;
            match groups.iter().find(|group| group.text_at("logGroupName") == Some(&at.name)) {
                Some(group) => observe(aws, group).await,
                None => Ok(None),
            }
        }
        .boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let mut input =
                value!({ "logGroupName": (wish.name.as_str()), "tags": (tagging::all_tags(wish)) });
            if let Some(class) = wish.properties.get("logGroupClass") {
                input.put("logGroupClass", class.clone());
            }
            aws.call("logs", "CreateLogGroup", input).await?;
            retain(aws, &wish.name, wish.properties.get("retentionInDays"), true).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            if step.touches("retentionInDays") {
                retain(aws, &step.wish.name, step.wish.properties.get("retentionInDays"), false).await?;
            }
            let retag = tagging::Retag::of(step);
            let arn = step.live.outputs.get("arn").and_then(Value::as_str).unwrap_or_default();
            if !retag.set.is_empty() {
                aws.call("logs", "TagResource", value!({ "resourceArn": arn, "tags": (retag.set) })).await?;
            }
            if !retag.unset.is_empty() {
                aws.call("logs", "UntagResource", value!({ "resourceArn": arn, "tagKeys": (retag.unset) }))
                    .await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            match aws.call("logs", "DeleteLogGroup", value!({ "logGroupName": (live.id.as_str()) })).await {
                Err(error) if !error.is_not_found() => Err(error),
                _ => Ok(()),
            }
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let groups = all_pages(aws, "logs", "DescribeLogGroups", Value::map(), PAGES).await?;
            let all = try_join_all(groups.iter().map(|group| observe(aws, group))).await?;
            let ours = |one: &Observed| one.mark.is_of(owner);
            Ok(all.into_iter().flatten().filter(ours).collect())
        }
        .boxed()
    }
}

async fn retain(aws: &dyn Aws, name: &str, days: Option<&Value>, new: bool) -> Result<()> {
    match days {
        Some(days) => {
            let input = value!({ "logGroupName": name, "retentionInDays": (days.clone()) });
            aws.call("logs", "PutRetentionPolicy", input).await?;
        }
        None if new => {}
        None => {
            aws.call("logs", "DeleteRetentionPolicy", value!({ "logGroupName": name })).await?;
        }
    }
    Ok(())
}

async fn observe(aws: &dyn Aws, group: &Value) -> Result<Option<Observed>> {
    let name = group.text_at("logGroupName").unwrap_or_default().to_owned();
    // `arn` ends in `:*`; the tag calls take the form without.
    let arn = group.text_at("arn").unwrap_or_default().trim_end_matches(":*").to_owned();
    let answer = aws.call("logs", "ListTagsForResource", value!({ "resourceArn": (arn.as_str()) })).await;
    let tags = match answer {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    let tagged = tagging::from_map(tags.get("tags"));
    let mut properties = value!({ "logGroupName": (name.as_str()), "Tags": (tagged.tags) });
    for member in ["retentionInDays", "logGroupClass"] {
        // A retention that an account-wide policy sets is not the group's own.
        let foreign = member == "retentionInDays" && group.get("retentionPolicyName").is_some();
        if let Some(value) = group.get(member).filter(|_| !foreign) {
            properties.put(member, value.clone());
        }
    }
    let mut outputs = Map::new();
    outputs.insert("arn".into(), arn.into());
    Ok(Some(Observed {
        id: name.clone(),
        name,
        properties,
        outputs,
        mark: tagged.mark,
        managed_by: tagged.managed_by,
        state: State::Ready,
        unread: Vec::new(),
    }))
}
