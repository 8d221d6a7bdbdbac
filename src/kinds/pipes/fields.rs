//! The field tables of a pipe, its sources and targets.
//!
//! UpdatePipe replaces each block inside `SourceParameters` and `TargetParameters` as a whole, so a
//! pipe's document always holds the block of its source and its target, even an empty one.

use crate::engine::field::{Absent, Compare, Document, Field, Inherits, Lit, RefTo, TAGS, TEXT, Type, Unit};
use crate::kinds::{GRANTS, MANAGED_POLICIES, ROLE};

const fn seconds(min: i64, max: i64) -> Type {
    Type::Duration { unit: Unit::Seconds, min, max }
}

const BATCH: Type = Type::Int { min: 1, max: 10_000 };
const BATCH_DOC: &str =
    "The most records of a batch. A target takes so many at the most: an event bus and a queue 10.";
const WINDOW: Field = Field::new(
    "maximum_batching_window",
    "MaximumBatchingWindowInSeconds",
    seconds(0, 300),
    "How long records are gathered for a batch.",
)
.default(Lit::Int(0));
const FILTERS: Field = Field::sugar(
    "filters",
    "Up to five patterns on the source's record; a record goes on if one of them matches, or if there is none.",
);

/// `DynamoDBStreamParameters`.
pub const TABLE: &[Field] = &[
    Field::new(
        "starting_position",
        "StartingPosition",
        Type::Enum(&[("latest", "LATEST"), ("trim_horizon", "TRIM_HORIZON")]),
        "Where in the stream the pipe begins: `latest` (records from then on) or `trim_horizon` (the oldest record that is still there, up to a day old).",
    )
    .required()
    .create_only(),
    Field::new("batch_size", "BatchSize", BATCH, BATCH_DOC).default(Lit::Int(100)),
    WINDOW,
    Field::new(
        "parallelization_factor",
        "ParallelizationFactor",
        Type::Int { min: 1, max: 10 },
        "How many batches of one shard are under way at once.",
    )
    .default(Lit::Int(1)),
    Field::new(
        "on_partial_batch_item_failure",
        "OnPartialBatchItemFailure",
        Type::Enum(&[("automatic_bisect", "AUTOMATIC_BISECT")]),
        "Halves a batch of which a part failed, until the part is found.",
    ),
    Field::sugar("retry", "How often and how long a batch that fails is tried again: `{ attempts: 3, max_age: 1h }`; left out, until it expires.")
        .inherits(Inherits::Retry(RETRY)),
    Field::lowered("MaximumRetryAttempts", Type::Int { min: -1, max: 10_000 }, "How often.").default(Lit::Int(-1)),
    Field::lowered("MaximumRecordAgeInSeconds", Type::Int { min: -1, max: 604_800 }, "How long.").default(Lit::Int(-1)),
    Field::new(
        "dead_letter",
        "DeadLetterConfig.Arn",
        Type::Ref(&RefTo::checked(&["queues"], "arn")),
        "The queue that hears of records which could not be delivered.",
    )
    .inherits(Inherits::DeadLetters),
    FILTERS,
];

/// `retry` of a stream.
pub const RETRY: &[Field] = &[
    Field::new(
        "attempts",
        "MaximumRetryAttempts",
        Type::Int { min: 0, max: 10_000 },
        "How often a batch is tried again.",
    ),
    Field::new(
        "max_age",
        "MaximumRecordAgeInSeconds",
        seconds(60, 604_800),
        "How old a record becomes before it is given up.",
    ),
];

/// `SqsQueueParameters` of a source.
pub const QUEUE: &[Field] =
    &[Field::new("batch_size", "BatchSize", BATCH, BATCH_DOC).default(Lit::Int(10)), WINDOW, FILTERS];

const FILTER: &[Field] = &[Field::lowered("Pattern", Type::Document(Document::EventPattern), "The pattern.")];

const TRANSFORM: Field = Field::sugar("transform", "What is sent, as the document that comes out.");
const INPUT_TEMPLATE: Field =
    Field::sugar("input_template", "What is sent, as AWS's own template with `<$.path>` in it.");

/// `EventBridgeEventBusParameters`.
pub const TO_BUS: &[Field] = &[
    Field::new(
        "source",
        "Source",
        Type::Text { min: 1, max: 256 },
        "The event's source, such as `shop.orders`, or a path of the record.",
    )
    .required(),
    Field::new(
        "detail_type",
        "DetailType",
        Type::Text { min: 1, max: 128 },
        "The event's detail-type, or a path of the record.",
    )
    .required(),
    Field::new(
        "resources",
        "Resources",
        Type::List(&TEXT),
        "What the event is about: up to ten ARNs or paths of the record.",
    ),
    Field::new(
        "time",
        "Time",
        Type::Text { min: 1, max: 256 },
        "A path of the record that holds the event's time, such as `$.time`.",
    ),
    TRANSFORM,
    INPUT_TEMPLATE,
];

const GROUP: Type = Type::Text { min: 1, max: 100 };

/// `SqsQueueParameters` of a target.
pub const TO_QUEUE: &[Field] = &[
    Field::new(
        "message_group_id",
        "MessageGroupId",
        GROUP,
        "The message group, or a path of the record; for FIFO queues.",
    ),
    Field::new(
        "message_deduplication_id",
        "MessageDeduplicationId",
        GROUP,
        "What tells a message from its copies, or a path of the record; for FIFO queues.",
    ),
    TRANSFORM,
    INPUT_TEMPLATE,
];

/// `log`.
pub const LOG: &[Field] = &[
    Field::new(
        "group",
        "CloudwatchLogsLogDestination.LogGroupArn",
        Type::Ref(&RefTo::checked(&["log_groups"], "arn")),
        "The log group. AWS lets the pipe write to it by itself.",
    )
    .required(),
    Field::new(
        "level",
        "Level",
        Type::Enum(&[("off", "OFF"), ("error", "ERROR"), ("info", "INFO"), ("trace", "TRACE")]),
        "How much is logged.",
    )
    .required(),
    Field::sugar(
        "include_execution_data",
        "Whether the records themselves are logged, secrets in them included.",
    ),
];

const DESCRIPTION: Field =
    Field::new("description", "Description", Type::Text { min: 0, max: 512 }, "What it is for.")
        .absent(Absent::Clear(Lit::Text("")));
const STATE: Field = Field::new(
    "state",
    "DesiredState",
    Type::Enum(&[("running", "RUNNING"), ("stopped", "STOPPED")]),
    "Whether it runs. One that AWS has stopped is started again by an apply.",
)
.default(Lit::Text("RUNNING"));
const KMS_KEY: Field = Field::new(
    "kms_key",
    "KmsKeyIdentifier",
    Type::Text { min: 1, max: 2048 },
    "The KMS key that encrypts the pipe's data: its ARN, id or alias.",
)
.absent(Absent::Clear(Lit::Text("")));
const FILTERED: Field = Field::lowered(
    "SourceParameters.FilterCriteria.Filters",
    Type::List(&Type::Object(FILTER)),
    "Patterns on the record.",
)
.compare(Compare::Set)
.absent(Absent::Clear(Lit::EmptyList));
const ENRICHMENT: Field =
    Field::lowered("Enrichment", TEXT, "What enriches records; none.").absent(Absent::Clear(Lit::Text("")));
const TEMPLATE: Field =
    Field::lowered("TargetParameters.InputTemplate", Type::Text { min: 0, max: 8192 }, "What is sent.")
        .compare(Compare::Template)
        .absent(Absent::Clear(Lit::Text("")));
const LOGGING: Field =
    Field::lowered("LogConfiguration", Type::Object(LOGGED), "Where and how much the pipe logs.")
        .absent(Absent::Clear(Lit::Json(r#"{"Level":"OFF"}"#)));

/// What stays if an UpdatePipe leaves it out: to take it away something is sent.
#[cfg(feature = "aws")]
pub const PATCHED: &[Field] = &[DESCRIPTION, STATE, KMS_KEY, FILTERED, ENRICHMENT, TEMPLATE, LOGGING];

/// A pipe as AWS has it.
pub const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    DESCRIPTION,
    STATE,
    KMS_KEY,
    Field::sugar("source", "Where records come from: `{ table: orders, starting_position: latest }` (the table's stream) or `{ queue: orders }`, with batching, `filters`, and for a stream `retry` and `dead_letter`.").required(),
    Field::lowered("Source", TEXT, "The ARN of the stream or queue.").required().create_only(),
    Field::lowered("SourceParameters.DynamoDBStreamParameters", Type::Object(TABLE), "How a stream is read."),
    Field::lowered("SourceParameters.SqsQueueParameters", Type::Object(QUEUE), "How a queue is read."),
    FILTERED,
    ENRICHMENT,
    Field::sugar("target", "Where records go: `{ bus: orders, source: shop, detail_type: order }` or `{ queue: orders }`, with `transform` or `input_template`.").required(),
    Field::lowered("Target", TEXT, "The ARN of the target.").required(),
    Field::lowered("TargetParameters.EventBridgeEventBusParameters", Type::Object(TO_BUS), "The event that is put."),
    Field::lowered("TargetParameters.SqsQueueParameters", Type::Object(TO_QUEUE), "The message that is sent."),
    TEMPLATE,
    Field::sugar("log", "Where and how much the pipe logs: `{ group: pipe, level: error }`."),
    LOGGING,
    Field::lowered("RoleArn", TEXT, "The role that the pipe acts by.").required(),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
    TAGS,
];

/// The logging as AWS has it.
const LOGGED: &[Field] = &[
    Field::lowered("Level", TEXT, "How much.").default(Lit::Text("OFF")),
    Field::lowered("CloudwatchLogsLogDestination.LogGroupArn", TEXT, "Where."),
    Field::lowered("IncludeExecutionData", Type::List(&TEXT), "`ALL` if the records themselves are logged.")
        .compare(Compare::Set),
];
