//! The queue, pure.

use crate::engine::field::{Absent, Compare, Document, Field, Lit, Output, RefTo, TAGS, TEXT, Type, Unit};
use crate::engine::{Budgets, Form, Graph, Resource, Value};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Cause, Passed};
use crate::flow::shape::Shape;
use crate::kinds::{
    About, DataKey, Handed, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Of, Sign, policy_statements, sign,
};

use super::passing;

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

const REDRIVE_ALLOW: &[Field] = &[
    Field::new(
        "permission",
        "redrivePermission",
        Type::Enum(&[("allow_all", "allowAll"), ("deny_all", "denyAll"), ("by_queue", "byQueue")]),
        "All queues, none, or those of `sources`.",
    )
    .required(),
    Field::new(
        "sources",
        "sourceQueueArns",
        Type::List(&Type::Ref(&RefTo::unchecked(&["queues"], "arn"))),
        "The queues that may, at most ten.",
    )
    .compare(Compare::Set),
];

/// Fields that a queue has with `fifo: true` alone.
const FIFO: &[&str] = &[
    "Attributes.ContentBasedDeduplication",
    "Attributes.DeduplicationScope",
    "Attributes.FifoThroughputLimit",
];
/// The most queues of `redrive_allow`.
const MOST_SOURCES: usize = 10;

/// How many messages wait, as far as SQS knows.
const WAITING: &str = "Attributes.ApproximateNumberOfMessages";

pub(super) const FIELDS: &[Field] = &[
    Field::lowered(WAITING, TEXT, "How many messages wait.").computed(),
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
    Field::new(
        "redrive_allow",
        "Attributes.RedriveAllowPolicy",
        Type::Object(REDRIVE_ALLOW),
        "Which queues may name this one as their dead-letter queue. Left out, all of the account and region.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "kms_key",
        "Attributes.KmsMasterKeyId",
        Type::Text { min: 1, max: 2048 },
        "The KMS key that encrypts messages: its ARN, id or alias. Left out, SQS has a key of its own.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
    seconds(
        "kms_data_key_reuse_period",
        "Attributes.KmsDataKeyReusePeriodSeconds",
        (60, 86_400),
        300,
        "How long a data key is used before KMS is asked for another. With `kms_key` alone.",
    ),
    Field::new(
        "managed_sse",
        "Attributes.SqsManagedSseEnabled",
        Type::Bool,
        "Whether SQS encrypts messages with a key of its own. Not beside `kms_key`.",
    )
    .default(Lit::Bool(true)),
    Field::new(
        "fifo",
        "Attributes.FifoQueue",
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
        "deduplication_scope",
        "Attributes.DeduplicationScope",
        Type::Enum(&[("queue", "queue"), ("message_group", "messageGroup")]),
        "Within what duplicates are looked for. FIFO alone.",
    )
    .default(Lit::Text("queue")),
    Field::new(
        "fifo_throughput_limit",
        "Attributes.FifoThroughputLimit",
        Type::Enum(&[("per_queue", "perQueue"), ("per_message_group_id", "perMessageGroupId")]),
        "What the limit of messages a second is for; `per_message_group_id` needs `deduplication_scope: message_group`. FIFO alone.",
    )
    .default(Lit::Text("perQueue")),
    Field::sugar("policy", "Statements on the queue's policy, by Sid, as IAM writes them; `Resource` is the queue itself.")
    .form(|| Form::map("SID", Form::Value(Type::Document(Document::Policy)))),
    TAGS,
];

static ABOUT: About = About {
    kind: "queues",
    singular: "queue",
    doc: "An SQS queue, standard or FIFO. Statements on its policy are resources of their own; those of others are kept.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:sqs:{region}:{account}:{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
        Output::derived("url", "https://sqs.{region}.{suffix}/{account}/{name}", "The URL."),
    ],
    naming: Naming { ending: Some(("fifo", ".fifo")), ..Naming::new("QueueName", 80, "-_") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Held("the messages that are in the queue"),
    itself: &["queues"],
    access: &[
        ("send", &["sqs:SendMessage"]),
        ("consume", &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]),
    ],
    grant_on: &[""],
    data_key: Some(DataKey {
        at: &["Attributes.KmsMasterKeyId"],
        uses: &[
            ("sqs:ReceiveMessage", &["kms:Decrypt"]),
            ("sqs:SendMessage", &["kms:Decrypt", "kms:GenerateDataKey"]),
        ],
    }),
    shared: &[],
    statements: Some("policy"),
    identified_by: &["QueueName"],
};

impl Kind for Queues {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn signs(&self) -> &'static [Sign] {
        const WAITS: &str = "messages that could not be delivered wait here: look at them, then redrive them to where they came from";
        const SIGNS: &[Sign] = &[Sign { of: Of::DeadLetters, ..sign(WAITING, Is::AboveZero, WAITS) }];
        SIGNS
    }

    fn policy_limit(&self) -> Option<(usize, usize)> {
        Some((8192, 20))
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        encryption(own);
        fifo(own);
        redrive_allow(own);
        policy_statements(own);
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, _: Option<&Resource>, _: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        passing::happens(said)
    }

    fn loses(&self, of: &Resource, handed: Handed) -> bool {
        handed.is_read && !handed.is_dead_letters && of.properties.at("Attributes.RedrivePolicy").is_none()
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn shows(&self, of: &Resource, cause: Cause<'_>) -> Vec<Shape> {
        passing::shows(of, cause)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Queues
    }
}

/// A key of KMS and one of SQS's own exclude each other.
fn encryption(own: &mut Lowering<'_>) {
    const MANAGED: &str = "Attributes.SqsManagedSseEnabled";
    const REUSE: &str = "Attributes.KmsDataKeyReusePeriodSeconds";
    let has_key = own.properties().at("Attributes.KmsMasterKeyId").is_some();
    let at = own.place_of(MANAGED);
    match own.properties().at(MANAGED).and_then(Value::as_bool) {
        Some(true) if has_key => {
            own.error(
                "two_keys",
                at,
                "`kms_key` and `managed_sse: true` exclude each other",
                "take one of them away",
            );
        }
        // What SQS makes of it itself.
        None if has_key => own.properties().put(MANAGED, false.into()),
        _ => {}
    }
    if !has_key && own.properties().at(REUSE).is_some() {
        let at = own.place_of(REUSE);
        own.error("no_kms_key", at, "without `kms_key` there is no data key of KMS", "take the line away");
    }
}

/// What FIFO queues alone have, and what of it belongs together.
fn fifo(own: &mut Lowering<'_>) {
    let is = |own: &mut Lowering<'_>, path: &str, word: &str| own.properties().text_at(path) == Some(word);
    let fifo = own.properties().at("Attributes.FifoQueue").and_then(Value::as_bool) == Some(true);
    if !fifo {
        // SQS knows the attribute on FIFO queues alone, whatever its value.
        own.properties().remove("Attributes.FifoQueue");
    }
    for path in FIFO.iter().filter(|_| !fifo) {
        if own.properties().at(path).is_some() {
            let at = own.place_of(path);
            own.error("fifo", at, "only a FIFO queue has such a field", "write `fifo: true`");
        }
    }
    let limit = "Attributes.FifoThroughputLimit";
    if is(own, limit, "perMessageGroupId") && !is(own, "Attributes.DeduplicationScope", "messageGroup") {
        let at = own.place_of(limit);
        own.error(
            "fifo",
            at,
            "the limit is per message group only where duplicates are looked for within one",
            "write `deduplication_scope: message_group`",
        );
    }
}

fn redrive_allow(own: &mut Lowering<'_>) {
    let path = "Attributes.RedriveAllowPolicy";
    let Some(policy) = own.properties().at(path) else { return };
    let by_queue = policy.text_at("redrivePermission") == Some("byQueue");
    let sources = policy.get("sourceQueueArns").and_then(Value::as_list).map_or(0, <[Value]>::len);
    let at = own.place_of(path);
    if by_queue && !(1..=MOST_SOURCES).contains(&sources) {
        own.error("redrive_allow", at, "`by_queue` needs one to ten `sources`", "");
    } else if !by_queue && sources > 0 {
        own.error("redrive_allow", at, "`sources` mean something with `permission: by_queue` alone", "");
    }
}
