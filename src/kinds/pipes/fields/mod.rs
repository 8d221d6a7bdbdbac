//! The field tables of a pipe, its sources, enrichments and targets.
//!
//! UpdatePipe replaces each block inside `SourceParameters`, `EnrichmentParameters` and
//! `TargetParameters` as a whole, so a pipe's document always holds the block of its source and its
//! target, even an empty one.

mod job;
mod log;
mod source;
mod target;

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Document, Field, Lit, TAGS, TEXT, Type, Unit};
use crate::kinds::{GRANTS, MANAGED_POLICIES, ROLE};

pub use job::{TO_BATCH, TO_ECS};
pub use log::LOG;
pub use source::{ACTIVE_MQ, KAFKA, MSK, QUEUE, RABBIT_MQ, RETRY, STREAM, TABLE};
pub use target::{
    BY_FUNCTION, HTTP, PLAIN, TO_API, TO_BUS, TO_FUNCTION, TO_LOG_GROUP, TO_QUEUE, TO_REDSHIFT, TO_SAGEMAKER,
    TO_STATE_MACHINE, TO_STREAM, TO_TIMESTREAM,
};

const fn seconds(min: i64, max: i64) -> Type {
    Type::Duration { unit: Unit::Seconds, min, max }
}

const FILTER: &[Field] = &[Field::lowered("Pattern", Type::Document(Document::EventPattern), "The pattern.")];

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
const ENRICHMENT: Field = Field::lowered("Enrichment", TEXT, "The ARN of what enriches records.")
    .absent(Absent::Clear(Lit::Text("")));
const ENRICHMENT_TEMPLATE: Field = Field::lowered(
    "EnrichmentParameters.InputTemplate",
    Type::Text { min: 0, max: 8192 },
    "What the enrichment is sent.",
)
.compare(Compare::Template)
.absent(Absent::Clear(Lit::Text("")));
const ENRICHMENT_HTTP: Field = Field::lowered(
    "EnrichmentParameters.HttpParameters",
    Type::Object(HTTP),
    "Parameters of the enrichment's request.",
)
.absent(Absent::Clear(Lit::EmptyMap));
const TEMPLATE: Field =
    Field::lowered("TargetParameters.InputTemplate", Type::Text { min: 0, max: 8192 }, "What is sent.")
        .compare(Compare::Template)
        .absent(Absent::Clear(Lit::Text("")));
const LOGGING: Field =
    Field::lowered("LogConfiguration", Type::Object(log::LOGGED), "Where and how much the pipe logs.")
        .absent(Absent::Clear(Lit::Json(r#"{"Level":"OFF"}"#)));

/// What stays if an UpdatePipe leaves it out: to take it away something is sent.
#[cfg(feature = "aws")]
pub const PATCHED: &[Field] = &[
    DESCRIPTION,
    STATE,
    KMS_KEY,
    FILTERED,
    ENRICHMENT,
    ENRICHMENT_TEMPLATE,
    ENRICHMENT_HTTP,
    TEMPLATE,
    LOGGING,
];

const fn block(path: &'static str, rows: &'static [Field], doc: &'static str) -> Field {
    Field::lowered(path, Type::Object(rows), doc)
}

/// A pipe as AWS has it.
pub const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    DESCRIPTION,
    STATE,
    KMS_KEY,
    Field::sugar("source", "Where records come from, by one of `table` (its stream), `stream`, `queue`, `msk`, `self_managed_kafka`, `active_mq` and `rabbit_mq`, with its parameters beside it: `{ table: orders, starting_position: latest }`. Every source takes `filters` and batching; a stream and a table's stream take `retry` and `dead_letter`.").form(super::source::form).required(),
    Field::lowered("Source", TEXT, "The ARN of what is read, or the first broker (`smk://host:port`).").required().create_only(),
    block("SourceParameters.DynamoDBStreamParameters", TABLE, "How a table's stream is read."),
    block("SourceParameters.KinesisStreamParameters", STREAM, "How a stream is read."),
    block("SourceParameters.SqsQueueParameters", QUEUE, "How a queue is read."),
    block("SourceParameters.ActiveMQBrokerParameters", ACTIVE_MQ, "How an ActiveMQ broker is read."),
    block("SourceParameters.RabbitMQBrokerParameters", RABBIT_MQ, "How a RabbitMQ broker is read."),
    block("SourceParameters.ManagedStreamingKafkaParameters", MSK, "How an MSK cluster is read."),
    block("SourceParameters.SelfManagedKafkaParameters", KAFKA, "How brokers of one's own are read."),
    FILTERED,
    Field::sugar("enrichment", "What adds to a batch before it goes on, by one of `function`, `state_machine`, `api_destination` and `api`: `{ function: prices, transform: { id: $.body.id } }`. What it answers goes to the target.").form(super::enrichment::form),
    ENRICHMENT,
    ENRICHMENT_TEMPLATE,
    ENRICHMENT_HTTP,
    Field::sugar("target", "Where records go, by one of `bus`, `queue`, `topic`, `stream`, `function`, `state_machine`, `api_destination`, `api`, `firehose`, `log_group`, `ecs_cluster`, `batch_queue`, `redshift`, `sagemaker_pipeline`, `timestream` and `inspector`, with its parameters beside it and `transform` or `input_template`: `{ bus: orders, source: shop, detail_type: order }`.").form(super::target::form).required(),
    Field::lowered("Target", TEXT, "The ARN of the target.").required(),
    block("TargetParameters.BatchJobParameters", TO_BATCH, "The job that is submitted."),
    block("TargetParameters.CloudWatchLogsParameters", TO_LOG_GROUP, "The log event that is written."),
    block("TargetParameters.EcsTaskParameters", TO_ECS, "The task that is run."),
    block("TargetParameters.EventBridgeEventBusParameters", TO_BUS, "The event that is put."),
    block("TargetParameters.HttpParameters", HTTP, "Parameters of the request."),
    block("TargetParameters.KinesisStreamParameters", TO_STREAM, "The record that is put."),
    block("TargetParameters.LambdaFunctionParameters", TO_FUNCTION, "How the function is called."),
    block("TargetParameters.RedshiftDataParameters", TO_REDSHIFT, "The statements that are executed."),
    block("TargetParameters.SageMakerPipelineParameters", TO_SAGEMAKER, "Parameters of the SageMaker pipeline."),
    block("TargetParameters.SqsQueueParameters", TO_QUEUE, "The message that is sent."),
    block("TargetParameters.StepFunctionStateMachineParameters", TO_STATE_MACHINE, "How the state machine is started."),
    block("TargetParameters.TimestreamParameters", TO_TIMESTREAM, "The records that are written."),
    TEMPLATE,
    Field::sugar("log", "Where and how much the pipe logs: `{ group: pipe, level: error }`. Beside or instead of a log group, `firehose` and `s3`.").form(|| Form::fields(LOG)),
    LOGGING,
    Field::lowered("RoleArn", TEXT, "The role that the pipe acts by.").required(),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
    TAGS,
];
