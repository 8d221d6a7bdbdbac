//! The field tables of triggers: what each kind of source takes, and a mapping as AWS has it.
//!
//! UpdateEventSourceMapping is a patch. Filters and scaling are taken away by an empty block, texts by an
//! empty text; what it has no member for is create-only.

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Document, Field, Inherits, Lit, TAGS, TEXT, Type, Unit};

/// What a mapping is known by: its function, and what tells two of one function apart.
pub(super) const KNOWN_BY: &[&str] = &[
    "FunctionName",
    "EventSourceArn",
    "SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS",
    "Topics",
    "Queues",
];

const fn seconds(min: i64, max: i64) -> Type {
    Type::Duration { unit: Unit::Seconds, min, max }
}

const BATCH_SIZE: Field = Field::new(
    "batch_size",
    "BatchSize",
    Type::Int { min: 1, max: 10_000 },
    "The most records of a batch; left out, 10 of a queue and 100 of anything else.",
);
const WINDOW: Field = Field::new(
    "maximum_batching_window",
    "MaximumBatchingWindowInSeconds",
    seconds(0, 300),
    "How long records are gathered for a batch. Brokers and DocumentDB begin with half a second, to which AWS leads no way back: taken away again it is 0.",
)
.default(Lit::Int(0));
const ENABLED: Field =
    Field::new("enabled", "Enabled", Type::Bool, "Whether it reads.").default(Lit::Bool(true));
const FILTERS: Field = Field::sugar(
    "filters",
    "Up to five patterns on the source's record; the function gets a record if one of them matches, or if there is none.",
)
.form(|| Form::list(Form::Value(Type::Document(Document::EventPattern))));
const KMS_KEY: Field = Field::new(
    "kms_key",
    "KMSKeyArn",
    Type::Text { min: 1, max: 10_000 },
    "The ARN of the KMS key that encrypts the filters. Its own policy lets Lambda use it.",
)
.absent(Absent::Clear(Lit::Text("")));
const METRICS: Field = Field::new(
    "metrics",
    "MetricsConfig.Metrics",
    Type::List(&Type::Enum(&[
        ("event_count", "EventCount"),
        ("error_count", "ErrorCount"),
        ("kafka_metrics", "KafkaMetrics"),
    ])),
    "What is counted beside what every trigger has.",
)
.compare(Compare::Set)
.absent(Absent::Clear(Lit::EmptyList));
const QUALIFIER: Field =
    Field::sugar("qualifier", "The alias of the function that is called, or a version's number.")
        .form(|| Form::Value(TEXT));
const RESPONSES: Field = Field::new(
    "function_response_types",
    "FunctionResponseTypes",
    Type::List(&Type::Enum(&[("report_batch_item_failures", "ReportBatchItemFailures")])),
    "What the function answers: with `report_batch_item_failures` the records of a batch that failed.",
)
.compare(Compare::Set)
.absent(Absent::Clear(Lit::EmptyList));
const CONCURRENCY: Field = Field::new(
    "maximum_concurrency",
    "ScalingConfig.MaximumConcurrency",
    Type::Int { min: 2, max: 1000 },
    "How many instances of the function the queue may keep busy.",
);
/// As a declaration has it: of a queue without a group.
const fn pollers(rows: &'static [Field]) -> Field {
    Field::new(
        "provisioned_pollers",
        "ProvisionedPollerConfig",
        Type::Object(rows),
        "Pollers that are kept ready, instead of AWS's shared ones.",
    )
    .absent(Absent::Clear(Lit::EmptyMap))
}
const POLLERS: Field = pollers(POLLER);
const QUEUE_POLLERS: Field = pollers(QUEUE_POLLER);
const PARALLEL: Field = Field::new(
    "parallelization_factor",
    "ParallelizationFactor",
    Type::Int { min: 1, max: 10 },
    "How many batches of one shard are under way at once.",
)
.default(Lit::Int(1));
const BISECT: Field = Field::new(
    "bisect_batch_on_function_error",
    "BisectBatchOnFunctionError",
    Type::Bool,
    "Whether a batch that failed is halved and tried again.",
)
.default(Lit::Bool(false));
const TUMBLING: Field = Field::new(
    "tumbling_window",
    "TumblingWindowInSeconds",
    seconds(0, 900),
    "How long the function keeps a state over batches; 0 for none.",
)
.default(Lit::Int(0));
const RETRY_SUGAR: Field = Field::sugar(
    "retry",
    "How often and how long a batch that fails is tried again: `{ attempts: 3, max_age: 1h }`; left out, until it expires.",
)
.form(|| Form::fields(RETRY));
/// Of a stream they are deliveries; Kafka tries again only with pollers of its own, so there they are said.
const STREAM_RETRY: Field = RETRY_SUGAR.inherits(Inherits::Retry(RETRY));
const STREAM_ON_FAILURE: Field = ON_FAILURE.inherits(Inherits::DeadLettersUnder("queue"));
const ON_FAILURE: Field = Field::sugar(
    "on_failure",
    "Where a record of each batch goes that was given up: `{ queue: dead }`, a `topic`, or a `bucket`; of Kafka also a topic, `{ kafka_topic: dead }`.",
)
.form(super::source::failure_form);
const ACCESS: Field = Field::new(
    "source_access_configurations",
    "SourceAccessConfigurations",
    Type::List(&Type::Object(ACCESS_CONFIGURATION)),
    "How the source is reached: `{ type: basic_auth, uri: ARN }` with the ARN of a secret, the id of a subnet or a security group (`vpc_subnet`, `vpc_security_group`), or the name of a `virtual_host`.",
)
.compare(Compare::Set)
.absent(Absent::Clear(Lit::EmptyList));
const TOPIC: Field = Field::sugar("topic_name", "The topic that is read. A change replaces the trigger.")
    .form(|| Form::Value(TEXT));
const MQ_QUEUE: Field =
    Field::sugar("queue_name", "The broker's queue that is read. A change replaces the trigger.")
        .form(|| Form::Value(TEXT));
const LOG_LEVEL: Field = Field::new(
    "log_level",
    "LoggingConfig.SystemLogLevel",
    Type::Enum(&[("debug", "DEBUG"), ("info", "INFO"), ("warn", "WARN")]),
    "The least level of what the trigger logs.",
);
const TIMESTAMP: Field = Field::sugar(
    "starting_position_timestamp",
    "The time from which on it reads: `2026-01-31T08:00:00Z`; with `at_timestamp`.",
)
.form(|| Form::Value(TEXT));

const fn starting(words: &'static [(&'static str, &'static str)]) -> Field {
    Field::new(
        "starting_position",
        "StartingPosition",
        Type::Enum(words),
        "Where in the source it begins: `latest`, `trim_horizon` (the oldest record), or `at_timestamp`, which a table's stream does not have.",
    )
    .required()
    .create_only()
}
const ENDS: &[(&str, &str)] = &[("latest", "LATEST"), ("trim_horizon", "TRIM_HORIZON")];
const ANYWHERE: &[(&str, &str)] =
    &[("latest", "LATEST"), ("trim_horizon", "TRIM_HORIZON"), ("at_timestamp", "AT_TIMESTAMP")];

const MINIMUM: Field = Field::new(
    "minimum",
    "MinimumPollers",
    Type::Int { min: 1, max: 200 },
    "The fewest; left out, 2 of a queue and 1 of Kafka.",
);
const MAXIMUM: Field = Field::new(
    "maximum",
    "MaximumPollers",
    Type::Int { min: 1, max: 10_000 },
    "The most; of Kafka at most 2000.",
)
.default(Lit::Int(200));
const QUEUE_POLLER: &[Field] = &[
    Field { ty: Type::Int { min: 2, max: 200 }, ..MINIMUM },
    Field { ty: Type::Int { min: 2, max: 10_000 }, ..MAXIMUM },
];
const POLLER: &[Field] = &[
    MINIMUM,
    MAXIMUM,
    Field::new(
        "group",
        "PollerGroupName",
        Type::Text { min: 1, max: 128 },
        "The group whose triggers share their pollers; of Kafka.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
];

const ACCESS_CONFIGURATION: &[Field] = &[
    Field::new(
        "type",
        "Type",
        Type::Enum(&[
            ("basic_auth", "BASIC_AUTH"),
            ("vpc_subnet", "VPC_SUBNET"),
            ("vpc_security_group", "VPC_SECURITY_GROUP"),
            ("sasl_scram_512_auth", "SASL_SCRAM_512_AUTH"),
            ("sasl_scram_256_auth", "SASL_SCRAM_256_AUTH"),
            ("virtual_host", "VIRTUAL_HOST"),
            ("client_certificate_tls_auth", "CLIENT_CERTIFICATE_TLS_AUTH"),
            ("server_root_ca_certificate", "SERVER_ROOT_CA_CERTIFICATE"),
        ]),
        "What it is.",
    )
    .required(),
    Field::new("uri", "URI", Type::Text { min: 1, max: 200 }, "Which one.").required(),
];

const REGISTRY: &[Field] = &[
    Field::new(
        "schema_registry_uri",
        "SchemaRegistryURI",
        Type::Text { min: 1, max: 10_000 },
        "The ARN of a Glue registry, or the https address of another.",
    )
    .required(),
    Field::new(
        "event_record_format",
        "EventRecordFormat",
        Type::Enum(&[("json", "JSON"), ("source", "SOURCE")]),
        "Whether the function gets JSON, or records as they are.",
    )
    .required(),
    Field::new(
        "access_configs",
        "AccessConfigs",
        Type::List(&Type::Object(REGISTRY_ACCESS)),
        "How the registry is signed in to: `{ type: basic_auth, uri: ARN }` with the ARN of a secret.",
    )
    .compare(Compare::Set),
    Field::new(
        "schema_validation_configs",
        "SchemaValidationConfigs",
        Type::List(&Type::Object(VALIDATION)),
        "What of a record must fit its schema: `{ attribute: key }`, `{ attribute: value }`.",
    )
    .compare(Compare::Set),
];
const REGISTRY_ACCESS: &[Field] = &[
    Field::new(
        "type",
        "Type",
        Type::Enum(&[
            ("basic_auth", "BASIC_AUTH"),
            ("client_certificate_tls_auth", "CLIENT_CERTIFICATE_TLS_AUTH"),
            ("server_root_ca_certificate", "SERVER_ROOT_CA_CERTIFICATE"),
        ]),
        "What it is.",
    )
    .required(),
    Field::new("uri", "URI", Type::Text { min: 1, max: 10_000 }, "The ARN of the secret.").required(),
];
const VALIDATION: &[Field] =
    &[Field::new("attribute", "Attribute", Type::Enum(&[("key", "KEY"), ("value", "VALUE")]), "Which part.")
        .required()];

/// The consumer group of a block, which AWS names after the mapping if nobody does.
const fn group(path: &'static str) -> Field {
    Field::new(
        "consumer_group_id",
        path,
        Type::Text { min: 1, max: 200 },
        "The consumer group; AWS makes a name of its own.",
    )
    .create_only()
    .absent(Absent::Unmanaged)
}
const fn registry(path: &'static str) -> Field {
    Field::new("schema_registry", path, Type::Object(REGISTRY), "Where the schemas of the records are.")
        .absent(Absent::Clear(Lit::EmptyMap))
}
const MSK_GROUP: Field = group("AmazonManagedKafkaEventSourceConfig.ConsumerGroupId");
const MSK_REGISTRY: Field = registry("AmazonManagedKafkaEventSourceConfig.SchemaRegistryConfig");
const KAFKA_GROUP: Field = group("SelfManagedKafkaEventSourceConfig.ConsumerGroupId");
const KAFKA_REGISTRY: Field = registry("SelfManagedKafkaEventSourceConfig.SchemaRegistryConfig");

const DATABASE: Field = Field::new(
    "database_name",
    "DocumentDBEventSourceConfig.DatabaseName",
    Type::Text { min: 1, max: 63 },
    "The database whose changes are read.",
);
const COLLECTION: Field = Field::new(
    "collection_name",
    "DocumentDBEventSourceConfig.CollectionName",
    Type::Text { min: 1, max: 57 },
    "The collection whose changes are read; left out, all of the database.",
);
const FULL_DOCUMENT: Field = Field::new(
    "full_document",
    "DocumentDBEventSourceConfig.FullDocument",
    Type::Enum(&[("update_lookup", "UpdateLookup"), ("default", "Default")]),
    "Whether an update comes with the whole document.",
)
.default(Lit::Text("Default"));

/// `queue`.
pub const QUEUE: &[Field] = &[
    BATCH_SIZE,
    WINDOW,
    FILTERS,
    CONCURRENCY,
    RESPONSES,
    QUEUE_POLLERS,
    ENABLED,
    METRICS,
    KMS_KEY,
    QUALIFIER,
    TAGS,
];
/// `table`: the stream of one.
pub const TABLE: &[Field] = &[
    starting(ENDS),
    BATCH_SIZE,
    WINDOW,
    FILTERS,
    PARALLEL,
    BISECT,
    STREAM_RETRY,
    STREAM_ON_FAILURE,
    TUMBLING,
    RESPONSES,
    ENABLED,
    METRICS,
    KMS_KEY,
    QUALIFIER,
    TAGS,
];
/// `stream`.
pub const STREAM: &[Field] = &[
    starting(ANYWHERE),
    TIMESTAMP,
    BATCH_SIZE,
    WINDOW,
    FILTERS,
    PARALLEL,
    BISECT,
    STREAM_RETRY,
    STREAM_ON_FAILURE,
    TUMBLING,
    RESPONSES,
    ENABLED,
    METRICS,
    KMS_KEY,
    QUALIFIER,
    TAGS,
];
/// `msk`.
pub const MSK: &[Field] = &[
    TOPIC,
    MSK_GROUP,
    MSK_REGISTRY,
    starting(ANYWHERE),
    TIMESTAMP,
    BATCH_SIZE,
    WINDOW,
    FILTERS,
    ACCESS,
    BISECT,
    RETRY_SUGAR,
    ON_FAILURE,
    RESPONSES,
    POLLERS,
    LOG_LEVEL,
    ENABLED,
    METRICS,
    KMS_KEY,
    QUALIFIER,
    TAGS,
];
/// `self_managed_kafka`.
pub const KAFKA: &[Field] = &[
    TOPIC,
    KAFKA_GROUP,
    KAFKA_REGISTRY,
    starting(ANYWHERE),
    TIMESTAMP,
    BATCH_SIZE,
    WINDOW,
    FILTERS,
    ACCESS,
    BISECT,
    RETRY_SUGAR,
    ON_FAILURE,
    RESPONSES,
    POLLERS,
    LOG_LEVEL,
    ENABLED,
    METRICS,
    KMS_KEY,
    QUALIFIER,
    TAGS,
];
/// `active_mq` and `rabbit_mq`.
pub const BROKER: &[Field] =
    &[MQ_QUEUE, BATCH_SIZE, WINDOW, FILTERS, ACCESS, ENABLED, METRICS, KMS_KEY, QUALIFIER, TAGS];
/// `document_db`.
pub const DOCUMENT_DB: &[Field] = &[
    DATABASE.required(),
    COLLECTION,
    FULL_DOCUMENT,
    starting(ANYWHERE),
    TIMESTAMP,
    BATCH_SIZE,
    WINDOW,
    FILTERS,
    ACCESS,
    ENABLED,
    METRICS,
    KMS_KEY,
    QUALIFIER,
    TAGS,
];

/// `retry`.
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

const FILTER: &[Field] = &[Field::lowered("Pattern", Type::Document(Document::EventPattern), "The pattern.")];
const CRITERIA: &[Field] =
    &[Field::lowered("Filters", Type::List(&Type::Object(FILTER)), "Patterns on the record.")
        .compare(Compare::Set)];
const SCALING: &[Field] = &[CONCURRENCY_WITHIN];
const CONCURRENCY_WITHIN: Field = Field { key: "", path: "MaximumConcurrency", ..CONCURRENCY };
const LEVEL_WITHIN: &[Field] = &[Field { key: "", path: "SystemLogLevel", ..LOG_LEVEL }];

/// What became of the last batch, as Lambda says it: `OK`, `PROBLEM: …`.
pub(super) const LAST_RESULT: &str = "LastProcessingResult";

/// A mapping as AWS has it.
pub const FIELDS: &[Field] = &[
    Field::lowered("FunctionName", TEXT, "The function that is called, with its alias or version.")
        .required(),
    Field::lowered("EventSourceArn", TEXT, "The ARN of what is read.").create_only(),
    Field::lowered(
        "SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS",
        Type::List(&TEXT),
        "Brokers of one's own.",
    )
    .compare(Compare::Set)
    .create_only(),
    Field::lowered("Topics", Type::List(&TEXT), "The topic.").create_only(),
    Field::lowered("Queues", Type::List(&TEXT), "The broker's queue.").create_only(),
    Field::lowered("StartingPosition", TEXT, "Where it begins.").create_only(),
    Field::lowered(
        "StartingPositionTimestamp",
        Type::Int { min: 0, max: i64::MAX },
        "The time from which on it reads.",
    )
    .create_only(),
    BATCH_SIZE,
    WINDOW,
    ENABLED,
    Field::lowered("FilterCriteria", Type::Object(CRITERIA), "Which records are read.")
        .absent(Absent::Clear(Lit::EmptyMap)),
    KMS_KEY,
    METRICS,
    Field::lowered("LoggingConfig", Type::Object(LEVEL_WITHIN), "What the trigger logs.")
        .absent(Absent::Clear(Lit::EmptyMap)),
    Field::lowered("ScalingConfig", Type::Object(SCALING), "How far it scales.")
        .absent(Absent::Clear(Lit::EmptyMap)),
    POLLERS,
    RESPONSES,
    PARALLEL,
    BISECT,
    TUMBLING,
    Field::lowered("MaximumRetryAttempts", Type::Int { min: -1, max: 10_000 }, "How often.")
        .default(Lit::Int(-1)),
    Field::lowered("MaximumRecordAgeInSeconds", Type::Int { min: -1, max: 604_800 }, "How long.")
        .default(Lit::Int(-1)),
    Field::lowered("DestinationConfig.OnFailure.Destination", TEXT, "What hears of failure.")
        .absent(Absent::Clear(Lit::Text(""))),
    ACCESS,
    MSK_GROUP,
    MSK_REGISTRY,
    KAFKA_GROUP,
    KAFKA_REGISTRY,
    DATABASE,
    COLLECTION,
    FULL_DOCUMENT,
    Field::lowered(LAST_RESULT, TEXT, "What became of the last batch.").computed(),
    TAGS,
];
