//! The field table of a schedule, and of what stands in a target.

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Field, Inherits, Lit, RefTo, TEXT, TEXT_MAP, Type, Unit};
use crate::kinds::invoke::task_fields::{CONSTRAINT, NETWORK, PROVIDER, STRATEGY};
use crate::kinds::{GRANTS, MANAGED_POLICIES, ROLE};

const GROUP: RefTo = RefTo::inside(&["schedule_groups"], "name");
/// A date with a clock and a zone, or seconds since 1970.
const WRITTEN_TIME: Form = Form::Literal {
    words: "time with `Z` or an offset",
    pattern: "^([0-9]+|[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)|.*[$][{].*)$",
};
const TIME: Type = Type::Int { min: 0, max: i64::MAX };

/// A schedule's rows. AWS replaces a schedule whole, so nothing has to be cleared.
pub const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name, unique in its group.").required().create_only(),
    Field::sugar(
        "group",
        "The group that it stands in: a key, an ARN of this account, or `default`, which it is when left out.",
    )
    .form(|| Form::Ref(GROUP)),
    Field::lowered("GroupName", Type::Ref(&GROUP), "The group.").default(Lit::Text("default")).create_only(),
    Field::new("description", "Description", Type::Text { min: 0, max: 512 }, "What it is for; the mark stands behind it.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "schedule",
        "ScheduleExpression",
        Type::Text { min: 1, max: 256 },
        "When it is due: `rate(5 minutes)`, `cron(0 8 * * ? *)`, or once: `at(2026-12-24T18:00:00)`.",
    )
    .required(),
    Field::new(
        "timezone",
        "ScheduleExpressionTimezone",
        Type::Text { min: 1, max: 50 },
        "The time zone of `cron` and `at`, such as `Europe/Berlin`; its summer time is followed.",
    )
    .default(Lit::Text("UTC")),
    Field::sugar("start_date", "From when on a recurring schedule is due, such as `2026-12-01T00:00:00Z`.")
        .form(|| WRITTEN_TIME),
    Field::lowered("StartDate", TIME, "From when on it is due, in seconds."),
    Field::sugar("end_date", "Until when a recurring schedule is due, such as `2027-01-01T00:00:00+01:00`.")
        .form(|| WRITTEN_TIME),
    Field::lowered("EndDate", TIME, "Until when it is due, in seconds."),
    Field::new(
        "flexible_time_window",
        "FlexibleTimeWindow.MaximumWindowInMinutes",
        Type::Duration { unit: Unit::Minutes, min: 1, max: 1440 },
        "How long after it is due it may start, so that not all start at once. Left out, it starts when it is due.",
    ),
    Field::lowered(
        "FlexibleTimeWindow.Mode",
        Type::Enum(&[("off", "OFF"), ("flexible", "FLEXIBLE")]),
        "Whether there is such a window.",
    )
    .required(),
    Field::new(
        "state",
        "State",
        Type::Enum(&[("enabled", "ENABLED"), ("disabled", "DISABLED")]),
        "Whether it acts.",
    )
    .default(Lit::Text("ENABLED")),
    Field::new(
        "action_after_completion",
        "ActionAfterCompletion",
        Type::Enum(&[("none", "NONE"), ("delete", "DELETE")]),
        "What becomes of it after its last time, which is that of `at` or the last before `end_date`.",
    )
    .default(Lit::Text("NONE")),
    Field::new(
        "kms_key_arn",
        "KmsKeyArn",
        Type::Text { min: 1, max: 2048 },
        "The ARN of the customer managed key that it is encrypted with. Left out, AWS's own key is used.",
    ),
    Field::sugar("target", "What it calls, by its kind key, with what it is sent.")
        .form(super::target::form)
        .required(),
    Field::lowered("Target.Arn", Type::Text { min: 1, max: 1600 }, "What it calls.").required(),
    Field::lowered("Target.RoleArn", Type::Ref(&RefTo::checked(&["roles"], "arn")), "The role that it calls by.")
        .required(),
    Field::lowered("Target.Input", TEXT, "What is sent.").compare(Compare::Json),
    Field::lowered("Target.RetryPolicy", Type::Object(RETRY), "How it is tried again."),
    Field::lowered(
        "Target.DeadLetterConfig.Arn",
        Type::Ref(&RefTo::checked(&["queues"], "arn")),
        "The queue for what could not be delivered.",
    ),
    Field::lowered("Target.SqsParameters", Type::Object(QUEUE), "Of a queue."),
    Field::lowered("Target.EventBridgeParameters", Type::Object(BUS), "Of a bus."),
    Field::lowered("Target.KinesisParameters", Type::Object(STREAM), "Of a stream."),
    Field::lowered("Target.EcsParameters", Type::Object(ECS_BLOCK), "Of an ECS task."),
    Field::lowered("Target.SageMakerPipelineParameters", Type::Object(SAGEMAKER), "Of a SageMaker pipeline."),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
];

/// How a call is tried again.
pub const RETRY: &[Field] = &[
    Field::new(
        "attempts",
        "MaximumRetryAttempts",
        Type::Int { min: 0, max: 185 },
        "How often the call is tried again; 0 is not at all.",
    )
    .default(Lit::Int(185)),
    Field::new(
        "max_age",
        "MaximumEventAgeInSeconds",
        Type::Duration { unit: Unit::Seconds, min: 60, max: 86_400 },
        "How long after it was due it is still tried.",
    )
    .default(Lit::Int(86_400)),
];

/// What every target takes.
pub const PLAIN: &[Field] = &[
    Field::sugar("transform", "What is sent, as the document that comes out; `$aws.scheduled-time` and the like stand for the service's own.")
        .form(|| Form::Any),
    Field::sugar("input", "The text that is sent, as it is; JSON for most targets.").form(|| Form::Value(TEXT)),
    Field::sugar("retry", "How the call is tried again: `{ attempts: 10, max_age: 1h }`.")
        .form(|| Form::fields(RETRY))
        .inherits(Inherits::Retry(RETRY)),
    Field::sugar("dead_letter", "The queue that gets what could not be delivered.")
        .form(|| Form::Ref(RefTo::checked(&["queues"], "arn")))
        .inherits(Inherits::DeadLetters),
];

/// Beside a function.
pub const QUALIFIED: &[Field] = &[Field::sugar(
    "qualifier",
    "An alias that the function declares; of a function of others, any version or alias.",
)
.form(|| Form::Value(TEXT))];

/// `SqsParameters`.
pub const QUEUE: &[Field] = &[Field::new(
    "message_group_id",
    "MessageGroupId",
    Type::Text { min: 1, max: 128 },
    "The message group of a FIFO queue, or the tenant of a fair one.",
)];

/// `EventBridgeParameters`.
pub const BUS: &[Field] = &[
    Field::new("source", "Source", Type::Text { min: 1, max: 256 }, "The event's source.").required(),
    Field::new("detail_type", "DetailType", Type::Text { min: 1, max: 128 }, "The event's detail-type.")
        .required(),
];

/// `KinesisParameters`.
pub const STREAM: &[Field] = &[Field::new(
    "partition_key",
    "PartitionKey",
    Type::Text { min: 1, max: 256 },
    "The key that decides on the shard.",
)
.required()];

const PIPELINE_PARAMETER: &[Field] = &[
    Field::new("name", "Name", Type::Text { min: 1, max: 256 }, "The parameter.").required(),
    Field::new("value", "Value", Type::Text { min: 1, max: 1024 }, "Its value.").required(),
];

/// `SageMakerPipelineParameters`.
pub const SAGEMAKER: &[Field] = &[Field::new(
    "pipeline_parameter_list",
    "PipelineParameterList",
    Type::List(&Type::Object(PIPELINE_PARAMETER)),
    "Up to 200 parameters of the pipeline, each `{ name, value }`.",
)
.compare(Compare::Keyed("Name"))];

/// What stands beside an ECS cluster.
pub const ECS: &[Field] = &[
    TASK_DEFINITION,
    Field::sugar(
        "pass_roles",
        "The task's own role and its execution role, as the task definition names them: the schedule's role hands them to ECS.",
    )
    .form(|| Form::list(Form::Ref(RefTo::checked(&["roles"], "arn")))),
    TASK_COUNT,
    LAUNCH_TYPE,
    NETWORK_CONFIGURATION,
    PLATFORM_VERSION,
    TASK_GROUP,
    CAPACITY_PROVIDERS,
    MANAGED_TAGS,
    EXECUTE_COMMAND,
    CONSTRAINTS,
    STRATEGIES,
    PROPAGATE_TAGS,
    REFERENCE_ID,
    Field::sugar("tags", "Tags of the task, by key.").form(|| Form::Value(TEXT_MAP)),
];

/// `EcsParameters`.
const ECS_BLOCK: &[Field] = &[
    TASK_DEFINITION,
    TASK_COUNT,
    LAUNCH_TYPE,
    NETWORK_CONFIGURATION,
    PLATFORM_VERSION,
    TASK_GROUP,
    CAPACITY_PROVIDERS,
    MANAGED_TAGS,
    EXECUTE_COMMAND,
    CONSTRAINTS,
    STRATEGIES,
    PROPAGATE_TAGS,
    REFERENCE_ID,
    // Maps of one tag each, with the members that ECS has for it.
    Field::lowered("Tags", Type::List(&TEXT_MAP), "Tags of the task.").compare(Compare::Keyed("key")),
];

const TASK_DEFINITION: Field = Field::new(
    "task_definition",
    "TaskDefinitionArn",
    Type::Text { min: 1, max: 1600 },
    "The ARN of the task definition; without a revision, the latest.",
)
.required();
const TASK_COUNT: Field =
    Field::new("task_count", "TaskCount", Type::Int { min: 1, max: 10 }, "How many tasks are started.")
        .default(Lit::Int(1));
const LAUNCH_TYPE: Field = Field::new(
    "launch_type",
    "LaunchType",
    Type::Enum(&[("ec2", "EC2"), ("fargate", "FARGATE"), ("external", "EXTERNAL")]),
    "What the task runs on; left out, the cluster's default capacity providers.",
);
const NETWORK_CONFIGURATION: Field = Field::new(
    "network_configuration",
    "NetworkConfiguration.awsvpcConfiguration",
    Type::Object(NETWORK),
    "The task's network, where it has one of its own (`awsvpc`).",
);
const PLATFORM_VERSION: Field = Field::new(
    "platform_version",
    "PlatformVersion",
    Type::Text { min: 1, max: 64 },
    "The version of Fargate, such as `1.4.0`; left out, the latest.",
);
const TASK_GROUP: Field = Field::new("group", "Group", Type::Text { min: 1, max: 255 }, "The task group.");
const CAPACITY_PROVIDERS: Field = Field::new(
    "capacity_provider_strategy",
    "CapacityProviderStrategy",
    Type::List(&Type::Object(PROVIDER)),
    "Up to six capacity providers, instead of `launch_type`.",
)
.compare(Compare::Keyed("capacityProvider"));
const MANAGED_TAGS: Field =
    Field::new("enable_ecs_managed_tags", "EnableECSManagedTags", Type::Bool, "Whether ECS tags the task.")
        .default(Lit::Bool(false));
const EXECUTE_COMMAND: Field = Field::new(
    "enable_execute_command",
    "EnableExecuteCommand",
    Type::Bool,
    "Whether commands can be run in the task's containers.",
)
.default(Lit::Bool(false));
const CONSTRAINTS: Field = Field::new(
    "placement_constraints",
    "PlacementConstraints",
    Type::List(&Type::Object(CONSTRAINT)),
    "Up to ten rules on which instances the task may run.",
)
.compare(Compare::Set);
// S3 of what went wrong elsewhere: their order counts.
const STRATEGIES: Field = Field::new(
    "placement_strategy",
    "PlacementStrategy",
    Type::List(&Type::Object(STRATEGY)),
    "Up to five ways in which instances are chosen, in order.",
);
const PROPAGATE_TAGS: Field = Field::new(
    "propagate_tags",
    "PropagateTags",
    Type::Enum(&[("task_definition", "TASK_DEFINITION")]),
    "Gives the task the tags of its task definition.",
);
const REFERENCE_ID: Field =
    Field::new("reference_id", "ReferenceId", Type::Text { min: 0, max: 1024 }, "The task's reference id.");
