//! The schedule, live: `scheduler` calls, each in the schedule's own group. An API that sees the default group
//! alone finds nothing in any other, and deletes nothing there.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{
    Aws, Created, Live, Lookup, Map, Observed, Owner, Pages, Result, State, UpdateStep, Value, Wish,
    all_pages,
};
use crate::kinds::gone::Deletion;
use crate::kinds::{events, schedule_groups, search};
use crate::value;

/// Calls of EventBridge Scheduler on schedules.
pub struct Schedules;

/// What CreateSchedule and UpdateSchedule take beside name, group and description.
const MEMBERS: &[&str] = &[
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "EndDate",
    "FlexibleTimeWindow",
    "State",
    "ActionAfterCompletion",
    "KmsKeyArn",
    "Target",
];
/// Those that are times.
const TIMES: &[&str] = &["StartDate", "EndDate"];

/// How many schedules are looked at at once in a list that does not show their marks.
const AT_ONCE: usize = 20;

const DELETION: Deletion = Deletion::new("scheduler", "DeleteSchedule", "GetSchedule");

/// A schedule by its group and name.
#[derive(Clone, PartialEq, Eq)]
struct At {
    group: String,
    name: String,
}

impl At {
    /// The schedule of an id, `GROUP|NAME`: neither can hold the bar.
    fn of_id(id: &str) -> Option<At> {
        let (group, name) = id.split_once('|')?;
        Some(At { group: group.to_owned(), name: name.to_owned() })
    }

    fn of(properties: &Value, name: &str) -> At {
        let group = properties.text_at("GroupName").filter(|group| !group.is_empty());
        At { group: group.unwrap_or(schedule_groups::DEFAULT).to_owned(), name: name.to_owned() }
    }

    fn live(live: &Observed) -> At {
        At::of_id(&live.id).unwrap_or_else(|| At::of(&live.properties, &live.name))
    }

    fn id(&self) -> String {
        format!("{}|{}", self.group, self.name)
    }

    fn input(&self) -> Value {
        value!({ "Name": (self.name.as_str()), "GroupName": (self.group.as_str()) })
    }
}

impl Live for Schedules {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        let place = at.id.as_deref().and_then(At::of_id).unwrap_or_else(|| At::of(&at.desired, &at.name));
        read_schedule(aws, place)
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let at = At::of(&wish.properties, &wish.name);
            aws.call("scheduler", "CreateSchedule", whole(&at, wish)).await?;
            Ok(Created { id: at.id() })
        }
        .boxed()
    }

    /// What an update leaves out returns to its default, so the whole is sent.
    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let input = whole(&At::live(&step.live), &step.wish);
            aws.call("scheduler", "UpdateSchedule", input).await.map(drop)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move { DELETION.run(aws, At::live(live).input()).await }.boxed()
    }

    /// Schedules have no tags, and a list shows no description: each is looked at, in whatever group it stands.
    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let pages = Pages::by_next_token("Schedules");
            let listed =
                all_pages(aws, "scheduler", "ListSchedules", value!({ "MaxResults": 100 }), pages).await?;
            let places = listed.iter().filter_map(|one| Some(At::of(one, one.text_at("Name")?)));
            let places: Vec<At> = places.collect();
            let found = search::each(places, AT_ONCE, |at| read_schedule(aws, at)).await?;
            Ok(found.into_iter().filter(|one| one.mark.is_of(owner)).collect())
        }
        .boxed()
    }
}

/// The input that makes or replaces a schedule.
fn whole(at: &At, wish: &Wish) -> Value {
    let mut input = events::described(wish, "Name", events::members(&wish.properties, MEMBERS));
    input.put("Name", at.name.as_str().into());
    input.put("GroupName", at.group.as_str().into());
    input
}

fn read_schedule(aws: &dyn Aws, at: At) -> BoxFuture<'_, Result<Option<Observed>>> {
    async move {
        let schedule = match aws.call("scheduler", "GetSchedule", at.input()).await {
            Err(error) if error.is_not_found() => return Ok(None),
            schedule => schedule?,
        };
        let (description, mark) = events::description(&schedule);
        let mut properties = events::members(&schedule, MEMBERS);
        properties.put("Name", at.name.as_str().into());
        properties.put("GroupName", at.group.as_str().into());
        properties.put("Description", description);
        for member in TIMES {
            // AWS writes seconds with a point.
            if let Some(seconds) = properties.get(member).and_then(|time| time.to_json()?.as_f64()) {
                properties.put(member, (seconds as i64).into());
            }
        }
        let arn = schedule.get("Arn").cloned().unwrap_or_default();
        Ok(Some(Observed {
            id: at.id(),
            name: at.name,
            properties,
            outputs: Map::from([("arn".to_owned(), arn)]),
            mark,
            managed_by: None,
            state: State::Ready,
            unread: Vec::new(),
        }))
    }
    .boxed()
}
