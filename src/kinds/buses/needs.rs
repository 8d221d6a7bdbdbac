//! What calls on buses need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["events:ListEventBuses", "events:ListTagsForResource"]),
    Need::read(OWN, &["events:DescribeEventBus", "events:ListTagsForResource"]),
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
