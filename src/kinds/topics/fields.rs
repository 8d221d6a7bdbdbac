//! The topic's rows.

use crate::engine::Form;
use crate::engine::field::{Absent, Document, Field, Lit, RefTo, TAGS, TEXT, Type, Unit};

/// How failed deliveries to HTTP endpoints are tried again.
pub(in crate::kinds) const RETRY: &[Field] = &[
    Field::new("min_delay", "minDelayTarget", seconds(1, 3600), "The shortest wait between two tries.")
        .default(Lit::Int(20)),
    Field::new("max_delay", "maxDelayTarget", seconds(1, 3600), "The longest wait between two tries.")
        .default(Lit::Int(20)),
    Field::new("retries", "numRetries", Type::Int { min: 0, max: 100 }, "How many tries follow the first.")
        .default(Lit::Int(3)),
    tries("no_delay_retries", "numNoDelayRetries", "How many of them follow at once."),
    tries("min_delay_retries", "numMinDelayRetries", "How many of them wait for the shortest time."),
    tries("max_delay_retries", "numMaxDelayRetries", "How many of them wait for the longest time."),
    Field::new(
        "backoff",
        "backoffFunction",
        Type::Enum(&[
            ("linear", "linear"),
            ("arithmetic", "arithmetic"),
            ("geometric", "geometric"),
            ("exponential", "exponential"),
        ]),
        "How the waits between shortest and longest grow.",
    )
    .default(Lit::Text("linear")),
];

pub(in crate::kinds) const THROTTLE: &[Field] = &[Field::new(
    "max_receives_per_second",
    "maxReceivesPerSecond",
    Type::Int { min: 1, max: 100_000 },
    "The most deliveries a second to one subscription.",
)
.required()];

pub(in crate::kinds) const REQUEST: &[Field] = &[Field::new(
    "content_type",
    "headerContentType",
    TEXT,
    "The `Content-Type` of what is sent: `text/plain`, `application/json`, …",
)
.required()];

const DELIVERY: &[Field] = &[
    Field::new(
        "retry",
        "http.defaultHealthyRetryPolicy",
        Type::Object(RETRY),
        "How failed deliveries are tried again.",
    ),
    Field::new(
        "throttle",
        "http.defaultThrottlePolicy",
        Type::Object(THROTTLE),
        "How fast messages are delivered.",
    ),
    Field::new("request", "http.defaultRequestPolicy", Type::Object(REQUEST), "What the requests look like."),
    Field::new(
        "disable_subscription_overrides",
        "http.disableSubscriptionOverrides",
        Type::Bool,
        "Whether delivery policies of subscriptions count for nothing.",
    )
    .default(Lit::Bool(false)),
];

const ARCHIVE: &[Field] = &[Field::new(
    "message_retention_period",
    "MessageRetentionPeriod",
    Type::Duration { unit: Unit::Days, min: 1, max: 365 },
    "How long messages are kept for a replay.",
)
.required()];

const LOGGED: &[Field] = &[
    Field::new(
        "success_role",
        "SuccessFeedbackRoleArn",
        Type::Ref(&RefTo::checked(&["roles"], "arn")),
        "The role by which SNS logs what was delivered.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "success_sample_rate",
        "SuccessFeedbackSampleRate",
        Type::Int { min: 0, max: 100 },
        "How many of a hundred successes are logged.",
    )
    .default(Lit::Int(0)),
    Field::new(
        "failure_role",
        "FailureFeedbackRoleArn",
        Type::Ref(&RefTo::checked(&["roles"], "arn")),
        "The role by which SNS logs what could not be delivered.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
];

#[cfg(feature = "aws")]
/// The kinds of endpoint whose deliveries can be logged, as AWS's attributes begin.
pub(super) const LOGGED_FOR: &[&str] = &["HTTP", "Firehose", "Lambda", "Application", "SQS"];
#[cfg(feature = "aws")]
/// What follows in the attributes' names.
pub(super) const LOGGED_BY: &[&str] =
    &["SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn"];

const DELIVERY_STATUS: &[Field] = &[
    logged("http", "HTTP", "Deliveries to HTTP endpoints."),
    logged("firehose", "Firehose", "Deliveries to Firehose streams."),
    logged("function", "Lambda", "Deliveries to functions."),
    logged("application", "Application", "Deliveries to mobile applications."),
    logged("queue", "SQS", "Deliveries to queues."),
];

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 256 }, "The name.").required().create_only(),
    Field::new(
        "fifo",
        "Attributes.FifoTopic",
        Type::Bool,
        "Whether messages keep their order and are delivered once. Its name ends in `.fifo`.",
    )
    .default(Lit::Bool(false))
    .create_only(),
    Field::new(
        "content_based_deduplication",
        "Attributes.ContentBasedDeduplication",
        Type::Bool,
        "Whether a message's body tells that it is a duplicate. FIFO alone.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "fifo_throughput_scope",
        "Attributes.FifoThroughputScope",
        Type::Enum(&[("topic", "Topic"), ("message_group", "MessageGroup")]),
        "Within what duplicates are looked for. FIFO alone.",
    )
    .default(Lit::Text("Topic")),
    Field::new(
        "archive_policy",
        "Attributes.ArchivePolicy",
        Type::Object(ARCHIVE),
        "Keeps messages for a replay. FIFO alone.",
    )
    .absent(Absent::Clear(Lit::EmptyMap)),
    Field::new(
        "display_name",
        "Attributes.DisplayName",
        Type::Text { min: 0, max: 100 },
        "The sender of mails and short messages.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "kms_key",
        "Attributes.KmsMasterKeyId",
        Type::Text { min: 1, max: 2048 },
        "The KMS key that encrypts messages: its ARN, id or alias.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "tracing",
        "Attributes.TracingConfig",
        Type::Enum(&[("pass_through", "PassThrough"), ("active", "Active")]),
        "X-Ray. Not on a FIFO topic.",
    )
    .default(Lit::Text("PassThrough")),
    Field::new(
        "signature_version",
        "Attributes.SignatureVersion",
        Type::Enum(&[("1", "1"), ("2", "2")]),
        "What notifications are signed with: 1 is SHA1, 2 is SHA256.",
    )
    .default(Lit::Text("1")),
    Field::new(
        "maximum_message_size",
        "Attributes.MaximumMessageSize",
        Type::Int { min: 1024, max: 1_048_576 },
        "The largest message in bytes.",
    )
    .default(Lit::Int(262_144)),
    Field::new(
        "delivery_policy",
        "Attributes.DeliveryPolicy",
        Type::Object(DELIVERY),
        "How messages are delivered to HTTP endpoints.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "delivery_status",
        "DeliveryStatus",
        Type::Object(DELIVERY_STATUS),
        "What of deliveries is logged, by kind of endpoint.",
    ),
    Field::new(
        "data_protection_policy",
        "DataProtectionPolicy",
        Type::Document(Document::Json),
        "What is audited, masked or refused in messages, as SNS writes it. Not on a FIFO topic.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    Field::sugar(
        "policy",
        "Statements on the topic's policy, by Sid, as IAM writes them; `Resource` is the topic itself.",
    )
    .form(|| Form::map("SID", Form::Value(Type::Document(Document::Policy)))),
    Field::sugar(
        "subscriptions",
        "Who gets the messages, by key. Subscriptions that others have made are kept.",
    )
    .form(crate::kinds::subscriptions::form),
    TAGS,
];

const fn seconds(min: i64, max: i64) -> Type {
    Type::Duration { unit: Unit::Seconds, min, max }
}

const fn tries(key: &'static str, path: &'static str, doc: &'static str) -> Field {
    Field::new(key, path, Type::Int { min: 0, max: 100 }, doc).default(Lit::Int(0))
}

const fn logged(key: &'static str, path: &'static str, doc: &'static str) -> Field {
    Field::new(key, path, Type::Object(LOGGED), doc)
}
