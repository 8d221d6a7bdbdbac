//! The schedule group, live: `scheduler` calls.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, AwsError, Class, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep,
    Value, Wish, all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::search;
use crate::kinds::tagging::{self, Retag};
use crate::value;

/// Calls of EventBridge Scheduler on groups.
pub struct ScheduleGroups;

/// How many groups' tags are asked for at once.
const AT_ONCE: usize = 20;
/// How many of the schedules that keep a group are named.
const NAMED: usize = 5;

const DELETION: Deletion = Deletion::new("scheduler", "DeleteScheduleGroup", "GetScheduleGroup");

impl Live for ScheduleGroups {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_group(aws, at.name.clone())
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let tags = tagging::as_list(&tagging::all_tags(wish));
            let input = value!({ "Name": (wish.name.as_str()), "Tags": tags });
            aws.call("scheduler", "CreateScheduleGroup", input).await?;
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let arn = step.live.outputs.get("arn").and_then(Value::as_str).unwrap_or_default();
            let Retag { set, unset } = Retag::of(step);
            if !set.is_empty() {
                let input = value!({ "ResourceArn": arn, "Tags": (tagging::as_list(&set)) });
                aws.call("scheduler", "TagResource", input).await?;
            }
            if !unset.is_empty() {
                let input = value!({ "ResourceArn": arn, "TagKeys": unset });
                aws.call("scheduler", "UntagResource", input).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            is_empty(aws, &live.name).await?;
            DELETION.run(aws, value!({ "Name": (live.name.as_str()) })).await
        }
        .boxed()
    }

    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let input = value!({ "MaxResults": 100 });
            let pages = Pages::by_next_token("ScheduleGroups");
            let groups = all_pages(aws, "scheduler", "ListScheduleGroups", input, pages).await?;
            // The group that every account has carries no tags.
            let names = groups.iter().filter_map(|group| group.text_at("Name"));
            let names: Vec<String> =
                names.filter(|name| *name != super::DEFAULT).map(str::to_owned).collect();
            let found = search::each(names, AT_ONCE, |name| read_group(aws, name)).await?;
            Ok(found.into_iter().filter(|group| group.mark.is_of(owner)).collect())
        }
        .boxed()
    }
}

/// AWS deletes the schedules of a group with the group. Those of the stack are gone by now, so what is left
/// is others', or an application's own.
async fn is_empty(aws: &dyn Aws, group: &str) -> Result<()> {
    aws.forget();
    let input = value!({ "GroupName": group, "MaxResults": 100 });
    let listed =
        match all_pages(aws, "scheduler", "ListSchedules", input, Pages::by_next_token("Schedules")).await {
            Err(error) if error.is_not_found() => return Ok(()),
            listed => listed?,
        };
    let mut left = Vec::new();
    for name in listed.iter().filter_map(|schedule| schedule.text_at("Name")) {
        // A list may still show what has just been deleted.
        match aws.call("scheduler", "GetSchedule", value!({ "Name": name, "GroupName": group })).await {
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
            Ok(_) => left.push(name.to_owned()),
        }
        if left.len() > NAMED {
            break;
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let more = if left.len() > NAMED { " and more" } else { "" };
    left.truncate(NAMED);
    let message = format!(
        "schedules that are not the stack's stand in this group, and AWS would delete them with it: {}{more}; delete \
         or move them first",
        left.join(", ")
    );
    Err(AwsError::new("scheduler", "DeleteScheduleGroup", Class::Invalid, message))
}

fn read_group(aws: &dyn Aws, name: String) -> BoxFuture<'_, Result<Option<Observed>>> {
    async move {
        let input = value!({ "Name": (name.as_str()) });
        let group = match aws.call("scheduler", "GetScheduleGroup", input).await {
            Err(error) if error.is_not_found() => return Ok(None),
            group => group?,
        };
        let arn = group.text_at("Arn").unwrap_or_default();
        let tagged = match aws.call("scheduler", "ListTagsForResource", value!({ "ResourceArn": arn })).await
        {
            Err(error) if error.is_not_found() => return Ok(None),
            answer => tagging::from_list(answer?.get("Tags")),
        };
        let state = match group.text_at("State") {
            Some("DELETING") => State::Busy("DELETING".into()),
            _ => State::Ready,
        };
        Ok(Some(Observed {
            id: name.clone(),
            properties: value!({ "Name": (name.as_str()), "Tags": (tagged.tags) }),
            name,
            outputs: Map::from([("arn".to_owned(), arn.into())]),
            mark: tagged.mark,
            managed_by: tagged.managed_by,
            state,
            unread: Vec::new(),
        }))
    }
    .boxed()
}
