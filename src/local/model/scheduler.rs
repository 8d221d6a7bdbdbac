//! Amazon EventBridge Scheduler: schedules and their groups.
//!
//! Every account has a group `default`. A group that goes takes its schedules with it, and `UpdateSchedule`
//! replaces all that a schedule has. A role is asked whether Scheduler may assume it; a target is not looked at
//! until the schedule is due.

use serde_json::{Value, json};

use super::executor::Ctx;
use super::places::{at, write};
use super::{
    Answer, Check, Fill, From, KIND, Kind, LIST, List, Outcome, Refusal, Service, States, Verb, row,
};
use crate::local::http::ApiError;

/// The group that is always there.
const DEFAULT: &str = "default";

const GROUP: Kind = Kind {
    name: "schedule-group",
    key: "{Name}",
    arn: "arn:{partition}:scheduler:{region}:{account}:schedule-group/{Name}",
    missing: ("ResourceNotFoundException", "Schedule group {Name} does not exist."),
    exists: ("ConflictException", "Schedule group {Name} already exists."),
    create: &[
        Fill::Set("Arn", From::Text("arn:{partition}:scheduler:{region}:{account}:schedule-group/{Name}")),
        Fill::Set("ScheduleGroupArn", From::Text("{Arn}")),
        Fill::Set("State", From::Json("\"ACTIVE\"")),
        Fill::Set("CreationDate", From::Now),
        Fill::Set("LastModificationDate", From::Now),
    ],
    states: Some(&States {
        member: "State",
        create: None,
        update: None,
        delete: Some("DELETING"),
        busy: (&["DELETING"], ("ConflictException", "Schedule group {Name} is being deleted.")),
        reads: 1,
    }),
    ..KIND
};

const SCHEDULE: Kind = Kind {
    name: "schedule",
    key: "{GroupName}/{Name}",
    arn: "arn:{partition}:scheduler:{region}:{account}:schedule/{GroupName}/{Name}",
    missing: ("ResourceNotFoundException", "Schedule {Name} does not exist."),
    exists: ("ConflictException", "Schedule {Name} already exists."),
    create: &[
        Fill::Set(
            "Arn",
            From::Text("arn:{partition}:scheduler:{region}:{account}:schedule/{GroupName}/{Name}"),
        ),
        Fill::Set("ScheduleArn", From::Text("{Arn}")),
        Fill::Default("State", From::Json("\"ENABLED\"")),
        Fill::Default("ScheduleExpressionTimezone", From::Json("\"UTC\"")),
        Fill::Default("ActionAfterCompletion", From::Json("\"NONE\"")),
        Fill::Default("Target.RetryPolicy.MaximumEventAgeInSeconds", From::Json("86400")),
        Fill::Default("Target.RetryPolicy.MaximumRetryAttempts", From::Json("185")),
        Fill::Default("CreationDate", From::Now),
        Fill::Set("LastModificationDate", From::Now),
    ],
    ..KIND
};

const PAGED: List = List { limit: ("MaxResults", 100), prefix: ("NamePrefix", "Name"), ..LIST };
const SCHEDULES: List =
    List { items: "Schedules", equal: &[("GroupName", "GroupName"), ("State", "State")], ..PAGED };
const GROUPS: List = List { items: "ScheduleGroups", ..PAGED };

const NOT_ASSUMABLE: Refusal = (
    "ValidationException",
    "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
);
const ROLE: &[Check] = &[Check::Role("Target.RoleArn", "scheduler.amazonaws.com", NOT_ASSUMABLE)];

pub const SERVICE: Service = Service {
    id: "scheduler",
    global: false,
    invalid: "ValidationException",
    before: Some(default_group),
    kinds: &[GROUP, SCHEDULE],
    operations: &[
        row("CreateSchedule", "schedule", Verb::Create)
            .before(&[in_group, in_open_group, fits])
            .checks(ROLE)
            .after(&[filled]),
        row("GetSchedule", "schedule", Verb::Read).before(&[in_group]),
        row("UpdateSchedule", "schedule", Verb::Replace)
            .before(&[in_group, exists, fits])
            .checks(ROLE)
            .after(&[filled]),
        row("DeleteSchedule", "schedule", Verb::Delete { lenient: false })
            .before(&[in_group])
            .answers(Answer::Nothing),
        row("ListSchedules", "schedule", Verb::List(&SCHEDULES)),
        row("CreateScheduleGroup", "schedule-group", Verb::Create),
        row("GetScheduleGroup", "schedule-group", Verb::Read),
        row("DeleteScheduleGroup", "schedule-group", Verb::Delete { lenient: false })
            .before(&[not_default])
            .after(&[with_its_schedules])
            .answers(Answer::Nothing),
        row("ListScheduleGroups", "schedule-group", Verb::List(&GROUPS)),
        row("TagResource", "", Verb::Tag("Tags")).by_arn("ResourceArn"),
        row("UntagResource", "", Verb::Untag("TagKeys")).by_arn("ResourceArn"),
        row("ListTagsForResource", "", Verb::ListTags("Tags")).by_arn("ResourceArn"),
    ],
};

fn default_group(ctx: &mut Ctx) -> Outcome<()> {
    let place = super::places::Place {
        collection: ctx.collection(GROUP.name),
        id: DEFAULT.into(),
        inside: Vec::new(),
    };
    if !place.has_whole(ctx.txn) {
        let input = std::mem::replace(&mut ctx.input, json!({}));
        let group = ctx.made(&GROUP, json!({"Name": DEFAULT}));
        place.save(ctx.txn, group);
        ctx.input = input;
    }
    Ok(())
}

/// Without a group it is the default one.
fn in_group(ctx: &mut Ctx) -> Outcome<()> {
    if ctx.text("GroupName").is_empty() {
        ctx.input["GroupName"] = DEFAULT.into();
    }
    let name = ctx.text("GroupName");
    match ctx.txn.get(&ctx.collection(GROUP.name), &name) {
        Some(_) => Ok(()),
        None => {
            let message = format!("Schedule group {name} does not exist.");
            Err(ApiError::new("ResourceNotFoundException", message))
        }
    }
}

fn in_open_group(ctx: &mut Ctx) -> Outcome<()> {
    let name = ctx.text("GroupName");
    match ctx.txn.get(&ctx.collection(GROUP.name), &name) {
        Some(group) if group["State"] == "DELETING" => {
            Err(ApiError::new("ConflictException", format!("Schedule group {name} is being deleted.")))
        }
        _ => Ok(()),
    }
}

fn exists(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.place(&SCHEDULE)?.has_whole(ctx.txn) {
        true => Ok(()),
        false => Err(ctx.refuse(SCHEDULE.missing, &Value::Null)),
    }
}

fn not_default(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("Name").as_str() {
        DEFAULT => Err(ctx.invalid("The default schedule group cannot be deleted.")),
        _ => Ok(()),
    }
}

fn with_its_schedules(ctx: &mut Ctx, group: &mut Value) -> Outcome<()> {
    let collection = ctx.collection(SCHEDULE.name);
    let prefix = format!("{}/", group["Name"].as_str().unwrap_or_default());
    let inside = ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| id.starts_with(&prefix));
    for id in inside.collect::<Vec<_>>() {
        ctx.txn.remove(&collection, &id);
    }
    Ok(())
}

/// What Scheduler refuses of a schedule.
fn fits(ctx: &mut Ctx) -> Outcome<()> {
    let expression = ctx.text("ScheduleExpression");
    let known = ["rate(", "cron(", "at("].iter().any(|word| expression.starts_with(word));
    if !known || !expression.ends_with(')') {
        return Err(ctx.invalid(format!("Invalid Schedule Expression {expression}.")));
    }
    let window = at(&ctx.input, "FlexibleTimeWindow.MaximumWindowInMinutes").is_some();
    if (ctx.text("FlexibleTimeWindow.Mode") == "FLEXIBLE") != window {
        return Err(
            ctx.invalid("Invalid FlexibleTimeWindow: FLEXIBLE and MaximumWindowInMinutes go together.")
        );
    }
    target_fits(ctx)
}

/// Targets that take JSON alone, by a piece of their ARN.
const JSON_TARGETS: &[&str] = &[":lambda:", ":states:", ":event-bus/", ":aws-sdk:"];
/// Blocks of parameters, each with a piece of the ARNs that need it, and whether they do.
const BLOCKS: &[(&str, &str, bool)] = &[
    ("EventBridgeParameters", ":event-bus/", true),
    ("KinesisParameters", ":kinesis:", true),
    ("EcsParameters", ":ecs:", true),
    ("SqsParameters", ":sqs:", false),
    ("SageMakerPipelineParameters", ":sagemaker:", false),
];

fn target_fits(ctx: &mut Ctx) -> Outcome<()> {
    let arn = ctx.text("Target.Arn");
    for (block, of, needed) in BLOCKS {
        let (there, its) = (at(&ctx.input, &format!("Target.{block}")).is_some(), arn.contains(of));
        if there && !its || its && *needed && !there {
            return Err(ctx.invalid(format!("{block} does not go with the target {arn}.")));
        }
    }
    let input = ctx.text("Target.Input");
    let json = JSON_TARGETS.iter().any(|of| arn.contains(of));
    if json && !input.is_empty() && serde_json::from_str::<Value>(&input).is_err() {
        return Err(ctx.invalid("Invalid RequestJson provided. Reason: the input is no JSON"));
    }
    Ok(())
}

/// What is filled into the parameters of an ECS task.
fn filled(_: &mut Ctx, schedule: &mut Value) -> Outcome<()> {
    if at(schedule, "Target.EcsParameters").is_some()
        && at(schedule, "Target.EcsParameters.TaskCount").is_none()
    {
        write(schedule, "Target.EcsParameters.TaskCount", json!(1));
    }
    Ok(())
}
