//! What calls on topics need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["sns:ListTopics", "sns:ListTagsForResource"]),
    Need::read(OWN, &["sns:GetTopicAttributes", "sns:GetDataProtectionPolicy", "sns:ListTagsForResource"]),
    Need::write(
        OWN,
        &[
            "sns:CreateTopic",
            "sns:SetTopicAttributes",
            "sns:PutDataProtectionPolicy",
            "sns:DeleteTopic",
            "sns:TagResource",
            "sns:UntagResource",
        ],
    ),
    Need::pass_role("DeliveryStatus.*.SuccessFeedbackRoleArn", "sns"),
    Need::pass_role("DeliveryStatus.*.FailureFeedbackRoleArn", "sns"),
];
