//! What calls on log groups need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");
/// Calls that work on what is in the group name it so.
const WITHIN: On = On::Own(":*");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["logs:DescribeLogGroups", "logs:ListTagsForResource"]),
    Need::read(OWN, &["logs:ListTagsForResource"]),
    Need::read(WITHIN, &["logs:GetDataProtectionPolicy"]),
    Need::write(OWN, &["logs:TagResource", "logs:UntagResource"]),
    Need::write(
        WITHIN,
        &[
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:PutRetentionPolicy",
            "logs:DeleteRetentionPolicy",
        ],
    ),
    Need::write(
        WITHIN,
        &[
            "logs:AssociateKmsKey",
            "logs:DisassociateKmsKey",
            "logs:PutLogGroupDeletionProtection",
            "logs:PutBearerTokenAuthentication",
            "logs:PutDataProtectionPolicy",
            "logs:DeleteDataProtectionPolicy",
        ],
    ),
];
