//! The subscription's rows.

use crate::engine::field::{Document, Field, Lit, RefTo, TEXT, Type};
use crate::kinds::topics::{REQUEST, RETRY, THROTTLE};

/// Says `true` until whoever has the endpoint has confirmed the subscription.
pub(super) const PENDING: &str = "Attributes.PendingConfirmation";

/// How deliveries to an HTTPS endpoint go.
const DELIVERY: &[Field] = &[
    Field::new("retry", "healthyRetryPolicy", Type::Object(RETRY), "How failed deliveries are tried again."),
    Field::new("throttle", "throttlePolicy", Type::Object(THROTTLE), "How fast messages are delivered."),
    Field::new("request", "requestPolicy", Type::Object(REQUEST), "What the requests look like."),
];

const RAW: Field = Field::new(
    "raw_message_delivery",
    "Attributes.RawMessageDelivery",
    Type::Bool,
    "Whether the message comes as it was published, without SNS's envelope. Queues, Firehose and HTTPS alone.",
)
.default(Lit::Bool(false));
const FILTER: Field = Field::new(
    "filter_policy",
    "Attributes.FilterPolicy",
    Type::Document(Document::Json),
    "Which messages are delivered, as SNS writes it.",
);
const SCOPE: Field = Field::new(
    "filter_policy_scope",
    "Attributes.FilterPolicyScope",
    Type::Enum(&[("message_attributes", "MessageAttributes"), ("message_body", "MessageBody")]),
    "What the filter reads. With `filter_policy` alone.",
)
.default(Lit::Text("MessageAttributes"));
const DEAD: Field = Field::new(
    "dead_letter",
    "Attributes.RedrivePolicy.deadLetterTargetArn",
    Type::Ref(&RefTo::unchecked(&["queues"], "arn")),
    "The queue for messages that could not be delivered.",
);
const POLICY: Field = Field::new(
    "delivery_policy",
    "Attributes.DeliveryPolicy",
    Type::Object(DELIVERY),
    "How messages are delivered to an HTTPS endpoint.",
);
const REPLAY: Field = Field::new(
    "replay_policy",
    "Attributes.ReplayPolicy",
    Type::Document(Document::Json),
    "From when on archived messages are delivered again, as SNS writes it. Of FIFO topics alone.",
);
const ROLE: Field = Field::new(
    "role",
    "Attributes.SubscriptionRoleArn",
    Type::Ref(&RefTo::unchecked(&["roles"], "arn")),
    "The role by which SNS writes to a Firehose stream. With `firehose` alone.",
);

/// What stands beside the kind key.
pub(super) const BESIDE: &[Field] = &[RAW, FILTER, SCOPE, DEAD, POLICY, REPLAY, ROLE];

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("TopicArn", Type::Ref(&RefTo::inside(&["topics"], "arn")), "The topic.")
        .required()
        .create_only(),
    Field::lowered("Protocol", TEXT, "How messages are delivered.").required().create_only(),
    Field::lowered("Endpoint", TEXT, "Where they are delivered.").required().create_only(),
    RAW,
    FILTER,
    SCOPE,
    DEAD,
    POLICY,
    REPLAY,
    ROLE,
    Field::lowered(PENDING, TEXT, "Whether the endpoint's owner has yet to confirm it.").computed(),
];
