//! The field table of a rule and of its targets.

use crate::engine::field::{
    Absent, Compare, Document, Field, Inherits, Lit, RefTo, TAGS, TEXT, TEXT_MAP, Type, Unit,
};
use crate::kinds::{GRANTS, MANAGED_POLICIES, ROLE};

/// A rule's rows.
pub const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::sugar(
        "bus",
        "The bus whose events are matched: a key, an ARN of this account, or `default`, which it is when left out.",
    ),
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
        "A role of the rule itself, which only buses of an organization ask for; ours have none.",
    ),
    Field::sugar(
        "targets",
        "Where matching events go, by target Id; each names one of `queue`, `bus`, `function` and `api_destination`. At most five.",
    ),
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
    Field::lowered(
        "Arn",
        Type::Ref(&RefTo::unchecked(&["queues", "buses", "functions", "api_destinations"], "arn")),
        "What the event goes to.",
    )
    .required(),
    Field::lowered(
        "RoleArn",
        Type::Ref(&RefTo::checked(&["roles"], "arn")),
        "The role that the target is called by.",
    ),
    Field::lowered("Input", TEXT, "JSON text that is sent instead of the event.").compare(Compare::Json),
    Field::lowered("InputPath", TEXT, "The part of the event that is sent."),
    Field::lowered("InputTransformer.InputPathsMap", TEXT_MAP, "Paths of the event by variable."),
    Field::lowered(
        "InputTransformer.InputTemplate",
        TEXT,
        "What is sent, with the variables in their places.",
    )
    .compare(Compare::Template),
    Field::lowered("RetryPolicy", Type::Object(RETRY), "How delivery is tried again."),
    Field::lowered(
        "DeadLetterConfig.Arn",
        Type::Ref(&RefTo::unchecked(&["queues"], "arn")),
        "The queue for what could not be delivered.",
    ),
    Field::lowered("SqsParameters.MessageGroupId", TEXT, "The message group."),
    Field::lowered("HttpParameters", Type::Object(HTTP), "Parameters of the request."),
    // Blocks of targets that a stack does not make yet: whoever adds one by hand sees it in the plan.
    Field::lowered("KinesisParameters", OTHER, "Of a stream."),
    Field::lowered("EcsParameters", OTHER, "Of an ECS task."),
    Field::lowered("BatchParameters", OTHER, "Of a Batch job."),
    Field::lowered("RunCommandParameters", OTHER, "Of Run Command."),
    Field::lowered("RedshiftDataParameters", OTHER, "Of a Redshift statement."),
    Field::lowered("SageMakerPipelineParameters", OTHER, "Of a SageMaker pipeline."),
    Field::lowered("AppSyncParameters", OTHER, "Of an AppSync API."),
];

const OTHER: Type = Type::Document(Document::Json);

const RETRY: &[Field] = &[
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

const HTTP: &[Field] = &[
    Field::lowered(
        "PathParameterValues",
        Type::List(&TEXT),
        "Values for each `*` of the endpoint, in order.",
    ),
    Field::lowered("HeaderParameters", TEXT_MAP, "Headers."),
    Field::lowered("QueryStringParameters", TEXT_MAP, "Parameters of the query string."),
];

// What a person writes in a target.
const TRANSFORM: Field = Field::sugar("transform", "What is sent, as the document that comes out.");
const INPUT: Field = Field::sugar("input", "JSON text that is sent instead of the event.");
const INPUT_PATH: Field =
    Field::sugar("input_path", "The part of the event that is sent, such as `$.detail`.");
const INPUT_TEMPLATE: Field =
    Field::sugar("input_template", "AWS's own template, with the variables of `input_paths`.");
const INPUT_PATHS: Field = Field::sugar("input_paths", "Paths of the event by the template's variables.");
const RETRY_KEY: Field =
    Field::new("retry", "RetryPolicy", Type::Object(RETRY), "How delivery is tried again.")
        .inherits(Inherits::Retry(RETRY));
const DEAD_LETTER: Field = Field::sugar("dead_letter", "The queue that gets what could not be delivered.")
    .inherits(Inherits::DeadLetters);

/// What a target of any kind takes.
pub const ANY: &[Field] =
    &[TRANSFORM, INPUT, INPUT_PATH, INPUT_TEMPLATE, INPUT_PATHS, RETRY_KEY, DEAD_LETTER];

/// What a queue takes.
pub const QUEUE: &[Field] = &[
    TRANSFORM,
    INPUT,
    INPUT_PATH,
    INPUT_TEMPLATE,
    INPUT_PATHS,
    RETRY_KEY,
    DEAD_LETTER,
    Field::new(
        "message_group_id",
        "SqsParameters.MessageGroupId",
        Type::Text { min: 1, max: 100 },
        "The message group of a FIFO queue, or the tenant of a fair one.",
    ),
];

/// What a function takes.
pub const FUNCTION: &[Field] = &[
    TRANSFORM,
    INPUT,
    INPUT_PATH,
    INPUT_TEMPLATE,
    INPUT_PATHS,
    RETRY_KEY,
    DEAD_LETTER,
    Field::sugar("qualifier", "A version or an alias of the function."),
];

const PARAMETER: Type = Type::Text { min: 0, max: 512 };

/// What an API destination takes.
pub const API_DESTINATION: &[Field] = &[
    TRANSFORM,
    INPUT,
    INPUT_PATH,
    INPUT_TEMPLATE,
    INPUT_PATHS,
    RETRY_KEY,
    DEAD_LETTER,
    Field::new(
        "path_parameter_values",
        "HttpParameters.PathParameterValues",
        Type::List(&PARAMETER),
        "Values for each `*` of the endpoint, in order; `$.path` reads the event.",
    ),
    Field::new(
        "header_parameters",
        "HttpParameters.HeaderParameters",
        Type::Map(&PARAMETER),
        "Headers by name; the connection's win. `$.path` reads the event.",
    ),
    Field::new(
        "query_string_parameters",
        "HttpParameters.QueryStringParameters",
        Type::Map(&PARAMETER),
        "Parameters of the query string by name; the connection's win. `$.path` reads the event.",
    ),
];
