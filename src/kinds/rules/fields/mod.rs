//! The field table of a rule, of its targets, and of what a person writes in a target.

mod block;
mod task;

pub use block::*;
pub use task::*;

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Document, Field, Lit, RefTo, TAGS, TEXT, TEXT_MAP, Type, Unit};
use crate::kinds::{GRANTS, MANAGED_POLICIES, ROLE};

/// A rule's rows.
pub const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::sugar(
        "bus",
        "The bus whose events are matched: a key, an ARN of this account, or `default`, which it is when left out.",
    )
    .form(|| Form::Ref(RefTo::inside(&["buses"], "name"))),
    Field::lowered("EventBusName", Type::Ref(&RefTo::inside(&["buses"], "name")), "The bus.")
        .default(Lit::Text("default"))
        .create_only(),
    Field::new(
        "pattern",
        "EventPattern",
        Type::Document(Document::EventPattern),
        "Which events match, as AWS writes it: `detail-type`, not `detail_type`.",
    ),
    Field::new(
        "schedule",
        "ScheduleExpression",
        Type::Text { min: 1, max: 256 },
        "When the rule fires without an event: `rate(5 minutes)` or `cron(0 8 * * ? *)`, in UTC; on the default bus only.",
    ),
    Field::new(
        "state",
        "State",
        Type::Enum(&[
            ("enabled", "ENABLED"),
            ("disabled", "DISABLED"),
            (
                "enabled_with_all_cloudtrail_management_events",
                "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
            ),
        ]),
        "Whether the rule acts.",
    )
    .default(Lit::Text("ENABLED")),
    Field::new("description", "Description", Type::Text { min: 0, max: 512 }, "What the rule is for.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::lowered(
        "RoleArn",
        TEXT,
        "A role of the rule itself, which only buses of an organization ask for; ours have none: their targets have roles.",
    ),
    Field::sugar(
        "targets",
        "Where matching events go, by target Id; each names what it goes to by its kind key. At most five.",
    )
    .form(super::kind::targets_form),
    Field::lowered("Targets", Type::List(&Type::Object(TARGET)), "The targets.")
        .compare(Compare::Keyed("Id")),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
    TAGS,
];

/// What AWS keeps of a target. It replaces a target whole, so nothing has to be cleared.
const TARGET: &[Field] = &[
    Field::lowered("Id", Type::Text { min: 1, max: 64 }, "The target's Id.").required(),
    Field::lowered("Arn", Type::Text { min: 1, max: 1600 }, "What the event goes to.").required(),
    Field::lowered(
        "RoleArn",
        Type::Ref(&RefTo::checked(&["roles"], "arn")),
        "The role that the target is called by.",
    ),
    Field::lowered("Input", Type::Text { min: 0, max: 8192 }, "JSON text that is sent instead of the event.")
        .compare(Compare::Json),
    Field::lowered("InputPath", Type::Text { min: 0, max: 256 }, "The part of the event that is sent."),
    Field::lowered("InputTransformer.InputPathsMap", TEXT_MAP, "Paths of the event by variable."),
    Field::lowered(
        "InputTransformer.InputTemplate",
        Type::Text { min: 1, max: 8192 },
        "What is sent, with the variables in their places.",
    )
    .compare(Compare::Template),
    Field::lowered("RetryPolicy", Type::Object(RETRY), "How delivery is tried again."),
    Field::lowered(
        "DeadLetterConfig.Arn",
        Type::Ref(&RefTo::unchecked(&["queues"], "arn")),
        "The queue for what could not be delivered.",
    ),
    Field::lowered("SqsParameters", Type::Object(QUEUE_BLOCK), "Of a queue."),
    Field::lowered("HttpParameters", Type::Object(API_BLOCK), "Of a request."),
    Field::lowered("KinesisParameters", Type::Object(STREAM_BLOCK), "Of a stream."),
    Field::lowered("EcsParameters", Type::Object(ECS_BLOCK), "Of an ECS task."),
    Field::lowered("BatchParameters", Type::Object(BATCH_BLOCK), "Of a Batch job."),
    Field::lowered("RunCommandParameters", Type::Object(RUN_COMMAND_BLOCK), "Of Run Command."),
    Field::lowered("RedshiftDataParameters", Type::Object(REDSHIFT_BLOCK), "Of a SQL statement."),
    Field::lowered("SageMakerPipelineParameters", Type::Object(SAGEMAKER_BLOCK), "Of a SageMaker pipeline."),
    Field::lowered("AppSyncParameters", Type::Object(APPSYNC_BLOCK), "Of an AppSync API."),
];

/// How delivery is tried again.
pub const RETRY: &[Field] = &[
    Field::new(
        "attempts",
        "MaximumRetryAttempts",
        Type::Int { min: 0, max: 185 },
        "How often delivery is tried again; 0 is not at all.",
    )
    .default(Lit::Int(185)),
    Field::new(
        "max_age",
        "MaximumEventAgeInSeconds",
        Type::Duration { unit: Unit::Seconds, min: 60, max: 86_400 },
        "How old an event may be that is still tried.",
    )
    .default(Lit::Int(86_400)),
];
