//! What calls on rules need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["events:ListRules", "events:ListTagsForResource"]),
    Need::read(OWN, &["events:DescribeRule", "events:ListTargetsByRule", "events:ListTagsForResource"]),
    Need::write(
        OWN,
        &[
            "events:PutRule",
            "events:DeleteRule",
            "events:PutTargets",
            "events:RemoveTargets",
            "events:TagResource",
            "events:UntagResource",
        ],
    ),
    Need::pass_role("Targets[].RoleArn", "events"),
];
