//! What stands in a `target` or an `enrichment`, by kind of target.

use crate::engine::Form;
use crate::engine::field::{Compare, Field, Lit, TEXT, TEXT_MAP, Type};

const TRANSFORM: Field =
    Field::sugar("transform", "What is sent, as the document that comes out.").form(|| Form::Any);
const INPUT_TEMPLATE: Field =
    Field::sugar("input_template", "What is sent, as AWS's own template with `<$.path>` in it.")
        .form(|| Form::Value(TEXT));

/// What takes no parameters: a topic, Firehose, an assessment template, an enrichment's state machine.
pub const PLAIN: &[Field] = &[TRANSFORM, INPUT_TEMPLATE];

const QUALIFIER: Field =
    Field::sugar("qualifier", "A version or an alias of the function.").form(|| Form::Value(TEXT));
const INVOCATION: Field = Field::new(
    "invocation_type",
    "InvocationType",
    Type::Enum(&[("request_response", "REQUEST_RESPONSE"), ("fire_and_forget", "FIRE_AND_FORGET")]),
    "`request_response` (the pipe waits for the answer, and a batch that fails is tried again; an express state machine alone can be called so) or `fire_and_forget`.",
)
.default(Lit::Text("REQUEST_RESPONSE"));

/// An enrichment's function.
pub const BY_FUNCTION: &[Field] = &[QUALIFIER, TRANSFORM, INPUT_TEMPLATE];

/// `LambdaFunctionParameters`.
pub const TO_FUNCTION: &[Field] = &[QUALIFIER, INVOCATION, TRANSFORM, INPUT_TEMPLATE];

/// `StepFunctionStateMachineParameters`.
pub const TO_STATE_MACHINE: &[Field] = &[INVOCATION, TRANSFORM, INPUT_TEMPLATE];

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
    Field::new(
        "endpoint_id",
        "EndpointId",
        Type::Text { min: 1, max: 50 },
        "The id of the global endpoint that the event is put through, such as `abcde.veo`.",
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

/// `KinesisStreamParameters` of a target.
pub const TO_STREAM: &[Field] = &[
    Field::new(
        "partition_key",
        "PartitionKey",
        Type::Text { min: 1, max: 256 },
        "What decides on the shard, such as `$.eventID`: a path of the record, or one text for all.",
    )
    .required(),
    TRANSFORM,
    INPUT_TEMPLATE,
];

/// `CloudWatchLogsParameters`.
pub const TO_LOG_GROUP: &[Field] = &[
    Field::new(
        "log_stream_name",
        "LogStreamName",
        Type::Text { min: 1, max: 256 },
        "The stream of the group, or a path of the record.",
    ),
    Field::new(
        "timestamp",
        "Timestamp",
        Type::Text { min: 1, max: 256 },
        "A path of the record that holds its time, such as `$.data.timestamp`.",
    ),
    TRANSFORM,
    INPUT_TEMPLATE,
];

const PATH_VALUES: Field = Field::new(
    "path_parameter_values",
    "PathParameterValues",
    Type::List(&TEXT),
    "Values for each `*` of the path, in order; `$.path` reads the record.",
);
const HEADERS: Field = Field::new(
    "header_parameters",
    "HeaderParameters",
    TEXT_MAP,
    "Headers by name; the connection's win. `$.path` reads the record.",
);
const QUERY: Field = Field::new(
    "query_string_parameters",
    "QueryStringParameters",
    TEXT_MAP,
    "Parameters of the query string by name; the connection's win. `$.path` reads the record.",
);

/// `HttpParameters`, of a target and of an enrichment.
pub const HTTP: &[Field] = &[PATH_VALUES, HEADERS, QUERY, TRANSFORM, INPUT_TEMPLATE];

/// `HttpParameters` where an API is called.
pub const TO_API: &[Field] = &[
    Field::sugar("route", "The route that is called, such as `GET /pets/*`.").form(|| Form::Value(TEXT)),
    PATH_VALUES,
    HEADERS,
    QUERY,
    TRANSFORM,
    INPUT_TEMPLATE,
];

/// `RedshiftDataParameters`.
pub const TO_REDSHIFT: &[Field] = &[
    Field::new(
        "database",
        "Database",
        Type::Text { min: 1, max: 64 },
        "The database, or a path of the record.",
    )
    .required(),
    Field::new(
        "sqls",
        "Sqls",
        Type::List(&Type::Text { min: 1, max: 100_000 }),
        "One to forty statements that are executed, in order.",
    )
    .required(),
    Field::new(
        "db_user",
        "DbUser",
        Type::Text { min: 1, max: 128 },
        "The database user, or a path of the record, for whom the pipe gets credentials; `secret_manager_arn` instead names a secret that has them.",
    ),
    Field::new(
        "secret_manager_arn",
        "SecretManagerArn",
        TEXT,
        "The ARN of the secret with the database's credentials, or a path of the record.",
    ),
    Field::new(
        "statement_name",
        "StatementName",
        Type::Text { min: 1, max: 500 },
        "What the statement is called.",
    ),
    Field::new("with_event", "WithEvent", Type::Bool, "Whether an event tells when the statement is done.")
        .default(Lit::Bool(false)),
    TRANSFORM,
    INPUT_TEMPLATE,
];

const PARAMETER: &[Field] = &[
    Field::new("name", "Name", Type::Text { min: 1, max: 256 }, "The parameter.").required(),
    Field::new("value", "Value", Type::Text { min: 0, max: 1024 }, "Its value, or a path of the record.")
        .required(),
];

/// `SageMakerPipelineParameters`.
pub const TO_SAGEMAKER: &[Field] = &[
    Field::new(
        "pipeline_parameter_list",
        "PipelineParameterList",
        Type::List(&Type::Object(PARAMETER)),
        "Up to 200 parameters of the pipeline, each `{ name, value }`.",
    )
    .compare(Compare::Keyed("Name")),
    TRANSFORM,
    INPUT_TEMPLATE,
];

const MEASURE_TYPE: Type = Type::Enum(&[
    ("double", "DOUBLE"),
    ("bigint", "BIGINT"),
    ("varchar", "VARCHAR"),
    ("boolean", "BOOLEAN"),
    ("timestamp", "TIMESTAMP"),
]);
const MEASURE_VALUE: Field =
    Field::new("measure_value", "MeasureValue", Type::Text { min: 1, max: 2048 }, "A path of the record.")
        .required();
const MEASURE_VALUE_TYPE: Field =
    Field::new("measure_value_type", "MeasureValueType", MEASURE_TYPE, "Its type.").required();

const DIMENSION: &[Field] = &[
    Field::new("dimension_name", "DimensionName", Type::Text { min: 1, max: 256 }, "The dimension.")
        .required(),
    Field::new(
        "dimension_value",
        "DimensionValue",
        Type::Text { min: 1, max: 2048 },
        "Its value: a path of the record.",
    )
    .required(),
    Field::new(
        "dimension_value_type",
        "DimensionValueType",
        Type::Enum(&[("varchar", "VARCHAR")]),
        "Its type: `varchar`.",
    )
    .required(),
];
const SINGLE: &[Field] = &[
    Field::new("measure_name", "MeasureName", Type::Text { min: 1, max: 1024 }, "The measure.").required(),
    MEASURE_VALUE,
    MEASURE_VALUE_TYPE,
];
const ATTRIBUTE: &[Field] = &[
    Field::new(
        "multi_measure_attribute_name",
        "MultiMeasureAttributeName",
        Type::Text { min: 1, max: 256 },
        "The attribute.",
    )
    .required(),
    MEASURE_VALUE,
    MEASURE_VALUE_TYPE,
];
const MULTI: &[Field] = &[
    Field::new("multi_measure_name", "MultiMeasureName", Type::Text { min: 1, max: 256 }, "The measure.")
        .required(),
    Field::new(
        "multi_measure_attribute_mappings",
        "MultiMeasureAttributeMappings",
        Type::List(&Type::Object(ATTRIBUTE)),
        "Its attributes.",
    )
    .compare(Compare::Keyed("MultiMeasureAttributeName"))
    .required(),
];

/// `TimestreamParameters`.
pub const TO_TIMESTREAM: &[Field] = &[
    Field::new(
        "time_value",
        "TimeValue",
        Type::Text { min: 1, max: 256 },
        "The time of a record: a path of the record.",
    )
    .required(),
    Field::new(
        "time_field_type",
        "TimeFieldType",
        Type::Enum(&[("epoch", "EPOCH"), ("timestamp_format", "TIMESTAMP_FORMAT")]),
        "Whether the time is a number since 1970 or a text in `timestamp_format`.",
    )
    .default(Lit::Text("EPOCH")),
    Field::new(
        "epoch_time_unit",
        "EpochTimeUnit",
        Type::Enum(&[
            ("milliseconds", "MILLISECONDS"),
            ("seconds", "SECONDS"),
            ("microseconds", "MICROSECONDS"),
            ("nanoseconds", "NANOSECONDS"),
        ]),
        "The unit of a time that is a number.",
    )
    .default(Lit::Text("MILLISECONDS")),
    Field::new(
        "timestamp_format",
        "TimestampFormat",
        Type::Text { min: 1, max: 256 },
        "How a time that is a text is written, such as `yyyy-MM-dd'T'HH:mm:ss'Z'`.",
    ),
    Field::new(
        "version_value",
        "VersionValue",
        Type::Text { min: 1, max: 256 },
        "The version of a record, or a path of it; a higher one replaces what is there.",
    )
    .required(),
    Field::new(
        "dimension_mappings",
        "DimensionMappings",
        Type::List(&Type::Object(DIMENSION)),
        "One to 128 dimensions of a record.",
    )
    .compare(Compare::Keyed("DimensionName"))
    .required(),
    Field::new(
        "single_measure_mappings",
        "SingleMeasureMappings",
        Type::List(&Type::Object(SINGLE)),
        "Measures that each become a record.",
    )
    .compare(Compare::Keyed("MeasureName")),
    Field::new(
        "multi_measure_mappings",
        "MultiMeasureMappings",
        Type::List(&Type::Object(MULTI)),
        "Measures with several attributes.",
    )
    .compare(Compare::Keyed("MultiMeasureName")),
    TRANSFORM,
    INPUT_TEMPLATE,
];

pub(super) const TEMPLATES: [Field; 2] = [TRANSFORM, INPUT_TEMPLATE];
