//! What calls on stacks of CloudFormation need. What a stack makes is made by its own role, or by the rights of
//! whoever applies.

use crate::kinds::{Need, On};

/// What CloudFormation itself asks for where a template has macros of AWS, such as that of SAM.
const TRANSFORMS: On = On::Like("arn:{partition}:cloudformation:{region}:aws:transform/*");
const OWN: On = On::Like("arn:{partition}:cloudformation:{region}:{account}:stack/{name}/*");

pub(super) static NEEDS: &[Need] = &[
    // Of a stack in review, the mark stands on its change sets.
    Need::search(&[
        "cloudformation:GetTemplateSummary",
        "cloudformation:ListChangeSets",
        "cloudformation:ListStacks",
    ]),
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
    Need::write(TRANSFORMS, &["cloudformation:CreateChangeSet"]).only_with("Template.Transform"),
    Need::write(TRANSFORMS, &["cloudformation:CreateChangeSet"]).only_with("Template..Fn::Transform"),
    Need::pass_role("RoleARN", "cloudformation"),
];
