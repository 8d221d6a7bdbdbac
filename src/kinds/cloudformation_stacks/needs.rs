//! What calls on stacks of CloudFormation need. What a stack makes is made by its own role, or by the rights of
//! whoever applies.

use crate::kinds::{Need, On};

const OWN: On = On::Like("arn:{partition}:cloudformation:{region}:{account}:stack/{name}/*");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["cloudformation:GetTemplateSummary", "cloudformation:ListStacks"]),
    Need::read(
        OWN,
        &[
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStacks",
            "cloudformation:GetStackPolicy",
            "cloudformation:GetTemplate",
            "cloudformation:ListChangeSets",
        ],
    ),
    Need::write(
        OWN,
        &[
            "cloudformation:ContinueUpdateRollback",
            "cloudformation:CreateChangeSet",
            "cloudformation:DeleteChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeChangeSet",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:SetStackPolicy",
            "cloudformation:UpdateTerminationProtection",
        ],
    ),
    Need::write(OWN, &["cloudformation:TagResource", "cloudformation:UntagResource"]).only_with("Tags"),
    Need::pass_role("RoleARN", "cloudformation"),
];
