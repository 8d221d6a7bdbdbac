//! What calls on queues need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["sqs:ListQueues", "sqs:ListQueueTags"]),
    Need::read(OWN, &["sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListQueueTags"]),
    Need::write(
        OWN,
        &["sqs:CreateQueue", "sqs:SetQueueAttributes", "sqs:DeleteQueue", "sqs:TagQueue", "sqs:UntagQueue"],
    ),
];
