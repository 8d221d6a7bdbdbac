//! What calls on discoverers need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");
/// The rule on the bus, which AWS makes in the caller's name.
const RULE: On = On::Like("arn:{partition}:events:{region}:{account}:rule/*Schemas-*");
/// The role that AWS makes with the first discoverer of an account.
const ROLE: On = On::Like("arn:{partition}:iam::{account}:role/aws-service-role/schemas.*");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["schemas:ListDiscoverers", "schemas:DescribeDiscoverer"]),
    // A bus leads to its discoverer by a list alone.
    Need::read(On::Everything, &["schemas:ListDiscoverers"]),
    Need::read(OWN, &["schemas:DescribeDiscoverer"]),
    Need::write(
        OWN,
        &[
            "schemas:CreateDiscoverer",
            "schemas:UpdateDiscoverer",
            "schemas:DeleteDiscoverer",
            "schemas:StartDiscoverer",
            "schemas:StopDiscoverer",
            "schemas:TagResource",
            "schemas:UntagResource",
        ],
    ),
    Need::write(
        RULE,
        &[
            "events:PutRule",
            "events:PutTargets",
            "events:EnableRule",
            "events:DisableRule",
            "events:ListTargetsByRule",
            "events:RemoveTargets",
            "events:DeleteRule",
        ],
    ),
    Need::write(ROLE, &["iam:CreateServiceLinkedRole"]),
];
