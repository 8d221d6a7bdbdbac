//! What stands in a `source`, by kind of source.

use crate::engine::Form;
use crate::engine::field::{Compare, Document, Field, Inherits, Lit, RefTo, TEXT, Type};

use super::seconds;

const BATCH: Type = Type::Int { min: 1, max: 10_000 };
const BATCH_DOC: &str = "The most records of a batch. A target takes so many at the most: an event bus, a queue and a topic 10, a stream and Firehose 500.";

const fn batch(size: i64) -> Field {
    Field::new("batch_size", "BatchSize", BATCH, BATCH_DOC).default(Lit::Int(size))
}

const WINDOW: Field = Field::new(
    "maximum_batching_window",
    "MaximumBatchingWindowInSeconds",
    seconds(0, 300),
    "How long records are gathered for a batch.",
)
.default(Lit::Int(0));
pub const FILTERS: Field = Field::sugar(
    "filters",
    "Up to five patterns on the source's record; a record goes on if one of them matches, or if there is none.",
)
.form(|| Form::list(Form::Value(Type::Document(Document::EventPattern))));

const PARALLELIZATION: Field = Field::new(
    "parallelization_factor",
    "ParallelizationFactor",
    Type::Int { min: 1, max: 10 },
    "How many batches of one shard are under way at once.",
)
.default(Lit::Int(1));
const BISECT: Field = Field::new(
    "on_partial_batch_item_failure",
    "OnPartialBatchItemFailure",
    Type::Enum(&[("automatic_bisect", "AUTOMATIC_BISECT")]),
    "Halves a batch of which a part failed, until the part is found.",
);
const AGAIN: Field = Field::sugar(
    "retry",
    "How often and how long a batch that fails is tried again: `{ attempts: 3, max_age: 1h }`; left out, until it expires.",
)
.form(|| Form::fields(RETRY))
.inherits(Inherits::Retry(RETRY));
const ATTEMPTS: Field =
    Field::lowered("MaximumRetryAttempts", Type::Int { min: -1, max: 10_000 }, "How often.")
        .default(Lit::Int(-1));
const MAX_AGE: Field =
    Field::lowered("MaximumRecordAgeInSeconds", Type::Int { min: -1, max: 604_800 }, "How long.")
        .default(Lit::Int(-1));
const DEAD_LETTER: Field = Field::new(
    "dead_letter",
    "DeadLetterConfig.Arn",
    Type::Ref(&RefTo::checked(&["queues", "topics"], "arn")),
    "The queue or topic that hears of records which could not be delivered.",
)
.inherits(Inherits::DeadLetters);

const fn position(words: &'static [(&'static str, &'static str)], doc: &'static str) -> Field {
    Field::new("starting_position", "StartingPosition", Type::Enum(words), doc).required().create_only()
}

const LATEST_OR_OLDEST: &[(&str, &str)] = &[("latest", "LATEST"), ("trim_horizon", "TRIM_HORIZON")];

/// `DynamoDBStreamParameters`.
pub const TABLE: &[Field] = &[
    position(
        LATEST_OR_OLDEST,
        "Where in the stream the pipe begins: `latest` (records from then on) or `trim_horizon` (the oldest record that is still there, up to a day old).",
    ),
    batch(100),
    WINDOW,
    PARALLELIZATION,
    BISECT,
    AGAIN,
    ATTEMPTS,
    MAX_AGE,
    DEAD_LETTER,
    FILTERS,
];

/// `KinesisStreamParameters` of a source.
pub const STREAM: &[Field] = &[
    position(
        &[("latest", "LATEST"), ("trim_horizon", "TRIM_HORIZON"), ("at_timestamp", "AT_TIMESTAMP")],
        "Where in the stream the pipe begins: `latest`, `trim_horizon` (the oldest record that is still there) or `at_timestamp`, with `starting_position_timestamp` beside it.",
    ),
    Field::sugar(
        "starting_position_timestamp",
        "The time from which records are read, such as `2026-01-31T08:00:00Z`.",
    )
    .form(|| Form::Value(TEXT)),
    Field::lowered(
        "StartingPositionTimestamp",
        Type::Int { min: 0, max: i64::MAX },
        "The time from which records are read, in seconds.",
    )
    .create_only(),
    batch(100),
    WINDOW,
    PARALLELIZATION,
    BISECT,
    AGAIN,
    ATTEMPTS,
    MAX_AGE,
    DEAD_LETTER,
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
pub const QUEUE: &[Field] = &[batch(10), WINDOW, FILTERS];

const SECRET: Type = Type::Ref(&RefTo::unchecked(&["secret"], "arn"));
const BASIC_AUTH: Field =
    Field::new("basic_auth", "BasicAuth", SECRET, "The ARN of the secret with user name and password.");
const SCRAM_512: Field = Field::new(
    "sasl_scram_512_auth",
    "SaslScram512Auth",
    SECRET,
    "The ARN of the secret with user name and password for SASL/SCRAM with SHA-512.",
);
const SCRAM_256: Field = Field::new(
    "sasl_scram_256_auth",
    "SaslScram256Auth",
    SECRET,
    "The ARN of the secret with user name and password for SASL/SCRAM with SHA-256.",
);
const CLIENT_CERTIFICATE: Field = Field::new(
    "client_certificate_tls_auth",
    "ClientCertificateTlsAuth",
    SECRET,
    "The ARN of the secret with the client's certificate and its private key.",
);

const BROKER_CREDENTIALS: Field = Field::new(
    "credentials",
    "Credentials",
    Type::Object(&[BASIC_AUTH.required()]),
    "How the pipe signs in to the broker: `{ basic_auth: ARN }` of a secret.",
)
.required();
const QUEUE_NAME: Field = Field::new(
    "queue_name",
    "QueueName",
    Type::Text { min: 1, max: 1000 },
    "The broker's queue that is read.",
)
.required()
.create_only();

/// `ActiveMQBrokerParameters`.
pub const ACTIVE_MQ: &[Field] = &[QUEUE_NAME, BROKER_CREDENTIALS, batch(100), WINDOW, FILTERS];

/// `RabbitMQBrokerParameters`.
pub const RABBIT_MQ: &[Field] = &[
    QUEUE_NAME,
    Field::new(
        "virtual_host",
        "VirtualHost",
        Type::Text { min: 1, max: 200 },
        "The virtual host of the broker that the queue is in; left out, the broker's default.",
    )
    .create_only(),
    BROKER_CREDENTIALS,
    batch(100),
    WINDOW,
    FILTERS,
];

const TOPIC_NAME: Field =
    Field::new("topic_name", "TopicName", Type::Text { min: 1, max: 249 }, "The topic that is read.")
        .required()
        .create_only();
const KAFKA_POSITION: Field = position(
    LATEST_OR_OLDEST,
    "Where in the topic the pipe begins: `latest` (records from then on) or `trim_horizon` (the oldest record that is still there). AWS does not say which one it takes by itself, so it must be stated.",
);
const CONSUMER_GROUP: Field = Field::new(
    "consumer_group_id",
    "ConsumerGroupID",
    Type::Text { min: 1, max: 200 },
    "The consumer group that the pipe joins; left out, it makes one of its own.",
)
.create_only();

/// `ManagedStreamingKafkaParameters`.
pub const MSK: &[Field] = &[
    TOPIC_NAME,
    KAFKA_POSITION,
    CONSUMER_GROUP,
    Field::new(
        "credentials",
        "Credentials",
        Type::Object(&[SCRAM_512, CLIENT_CERTIFICATE]),
        "How the pipe signs in to the cluster, one of `sasl_scram_512_auth` and `client_certificate_tls_auth`: the ARN of a secret. Left out, it signs in by its role.",
    ),
    batch(100),
    WINDOW,
    FILTERS,
];

/// `SelfManagedKafkaParameters`.
pub const KAFKA: &[Field] = &[
    TOPIC_NAME,
    KAFKA_POSITION,
    CONSUMER_GROUP,
    Field::new(
        "additional_bootstrap_servers",
        "AdditionalBootstrapServers",
        Type::List(&Type::Text { min: 1, max: 300 }),
        "Up to two more brokers to begin with, each as `host:port`.",
    )
    .compare(Compare::Set)
    .create_only(),
    Field::new(
        "credentials",
        "Credentials",
        Type::Object(&[BASIC_AUTH, SCRAM_512, SCRAM_256, CLIENT_CERTIFICATE]),
        "How the pipe signs in to the brokers, one of `basic_auth`, `sasl_scram_512_auth`, `sasl_scram_256_auth` and `client_certificate_tls_auth`: the ARN of a secret.",
    ),
    Field::new(
        "server_root_ca_certificate",
        "ServerRootCaCertificate",
        SECRET,
        "The ARN of the secret with the certificate of the brokers' authority, if it is a private one.",
    ),
    Field::new(
        "vpc",
        "Vpc",
        Type::Object(VPC),
        "The network that the brokers are reached by; left out, the internet.",
    ),
    batch(100),
    WINDOW,
    FILTERS,
];

const VPC: &[Field] = &[
    Field::new("subnets", "Subnets", Type::List(&TEXT), "One to sixteen subnets of one VPC.")
        .compare(Compare::Set)
        .required(),
    Field::new(
        "security_groups",
        "SecurityGroup",
        Type::List(&TEXT),
        "One to five security groups of the VPC.",
    )
    .compare(Compare::Set)
    .required(),
];
