//! The queue, pure.

use crate::engine::Budgets;
use crate::engine::field::{Absent, Field, Lit, Output, RefTo, TAGS, Type, Unit};
use crate::kinds::{About, Kind, Lowering, MarkIn, Naming, policy_statements};

/// An SQS queue (`sqs:CreateQueue`).
pub struct Queues;

/// One queue attribute with its bounds and AWS's default.
const fn seconds(
    key: &'static str,
    path: &'static str,
    (min, max): (i64, i64),
    default: i64,
    doc: &'static str,
) -> Field {
    Field::new(key, path, Type::Duration { unit: Unit::Seconds, min, max }, doc).default(Lit::Int(default))
}

const REDRIVE: &[Field] = &[
    Field::new(
        "dead_letter",
        "deadLetterTargetArn",
        Type::Ref(&RefTo::checked(&["queues"], "arn")),
        "The queue that gets what could not be processed.",
    )
    .required(),
    Field::new(
        "max_receive_count",
        "maxReceiveCount",
        Type::Int { min: 1, max: 1000 },
        "How often a message is received before it goes to the dead-letter queue.",
    )
    .required(),
];

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("QueueName", Type::Text { min: 1, max: 80 }, "The name.").required().create_only(),
    seconds("delay", "Attributes.DelaySeconds", (0, 900), 0, "How long a new message stays hidden."),
    seconds(
        "message_retention_period",
        "Attributes.MessageRetentionPeriod",
        (60, 1_209_600),
        345_600,
        "How long a message is kept.",
    ),
    seconds(
        "receive_message_wait_time",
        "Attributes.ReceiveMessageWaitTimeSeconds",
        (0, 20),
        0,
        "How long a receive waits for a message (long polling).",
    ),
    seconds(
        "visibility_timeout",
        "Attributes.VisibilityTimeout",
        (0, 43_200),
        30,
        "How long a received message stays hidden from other receivers.",
    ),
    Field::new(
        "maximum_message_size",
        "Attributes.MaximumMessageSize",
        Type::Int { min: 1024, max: 1_048_576 },
        "The largest message in bytes. AWS's own limit has grown over the years, so it is compared only where it is declared.",
    )
    .absent(Absent::Unmanaged),
    Field::new(
        "redrive",
        "Attributes.RedrivePolicy",
        Type::Object(REDRIVE),
        "Where messages go that are received too often.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    Field::sugar("policy", "Statements on the queue's policy, by Sid, as IAM writes them; `Resource` is the queue itself."),
    TAGS,
];

static ABOUT: About = About {
    kind: "queues",
    singular: "queue",
    doc: "An SQS standard queue. Statements on its policy are resources of their own; those of others are kept.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:sqs:{region}:{account}:{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
        Output::derived("url", "https://sqs.{region}.{suffix}/{account}/{name}", "The URL."),
    ],
    naming: Naming::new("QueueName", 80, "-_"),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    replaced_loses: "the messages that are in the queue",
    itself: &["queues"],
    access: &[
        ("send", &["sqs:SendMessage"]),
        ("consume", &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]),
    ],
    grant_on: &[""],
    shared: &[],
    statements: Some("policy"),
    identified_by: &["QueueName"],
};

impl Kind for Queues {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        policy_statements(own);
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Queues
    }
}
