//! What calls on buses need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");
/// The event source of a partner, which is no account's.
const SOURCE: On = On::Like("arn:{partition}:events:{region}::event-source/{EventSourceName}");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["events:ListEventBuses", "events:ListTagsForResource"]),
    Need::read(OWN, &["events:DescribeEventBus", "events:ListTagsForResource"]),
    Need::read(SOURCE, &["events:DescribeEventSource"]).only_with("EventSourceName"),
    Need::write(SOURCE, &["events:ActivateEventSource"]).only_with("EventSourceName"),
    Need::write(
        OWN,
        &[
            "events:CreateEventBus",
            "events:UpdateEventBus",
            "events:DeleteEventBus",
            "events:TagResource",
            "events:UntagResource",
        ],
    ),
    Need::write(
        On::Everything,
        &[
            "kms:DescribeKey",
            "kms:GenerateDataKey",
            "kms:GenerateDataKeyWithoutPlaintext",
            "kms:Encrypt",
            "kms:Decrypt",
            "kms:ReEncrypt*",
        ],
    )
    .only_with("KmsKeyIdentifier"),
];
