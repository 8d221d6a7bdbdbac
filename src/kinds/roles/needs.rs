//! What calls on roles need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["iam:ListRoles", "iam:ListRoleTags", "iam:GetRole"]),
    Need::read(
        OWN,
        &[
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListRolePolicies",
            "iam:ListAttachedRolePolicies",
            "iam:ListRoleTags",
        ],
    ),
    Need::write(
        OWN,
        &[
            "iam:CreateRole",
            "iam:UpdateRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:DeleteRole",
            "iam:PutRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:AttachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:PutRolePermissionsBoundary",
            "iam:DeleteRolePermissionsBoundary",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:ListInstanceProfilesForRole",
        ],
    ),
    // Which profiles a role is in is not known before it is removed.
    Need::write(
        On::Like("arn:{partition}:iam::{account}:instance-profile/*"),
        &["iam:RemoveRoleFromInstanceProfile"],
    ),
];
