//! What calls on functions need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");
/// Versions and aliases.
const VERSIONS: On = On::Own(":*");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["lambda:ListFunctions", "lambda:ListTags"]),
    Need::read(
        OWN,
        &[
            "lambda:GetFunction",
            "lambda:GetFunctionConfiguration",
            "lambda:GetFunctionConcurrency",
            "lambda:GetFunctionUrlConfig",
            "lambda:GetFunctionEventInvokeConfig",
            "lambda:GetRuntimeManagementConfig",
            "lambda:GetFunctionRecursionConfig",
            "lambda:GetFunctionCodeSigningConfig",
            "lambda:ListAliases",
            "lambda:ListTags",
        ],
    ),
    Need::write(
        OWN,
        &[
            "lambda:CreateFunction",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
            "lambda:DeleteFunction",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:PutFunctionConcurrency",
            "lambda:DeleteFunctionConcurrency",
            "lambda:CreateFunctionUrlConfig",
            "lambda:UpdateFunctionUrlConfig",
            "lambda:DeleteFunctionUrlConfig",
            "lambda:PutFunctionRecursionConfig",
        ],
    ),
    Need::write(OWN, &["lambda:PutFunctionEventInvokeConfig", "lambda:DeleteFunctionEventInvokeConfig"])
        .only_with("AsyncInvoke"),
    Need::write(OWN, &["lambda:PutRuntimeManagementConfig"]).only_with("RuntimeManagement"),
    Need::write(OWN, &["lambda:PutFunctionCodeSigningConfig", "lambda:DeleteFunctionCodeSigningConfig"])
        .only_with("CodeSigningConfigArn"),
    Need::write(OWN, &["lambda:ListVersionsByFunction", "lambda:PublishVersion"]).only_with("Publish"),
    // A version that was published is waited for.
    Need::write(VERSIONS, &["lambda:GetFunction"]).only_with("Publish"),
    Need::write(VERSIONS, &["lambda:GetFunction"]).only_with("Aliases"),
    Need::read(OWN, &["lambda:ListVersionsByFunction"]).only_with("Aliases"),
    Need::read(VERSIONS, &["lambda:GetProvisionedConcurrencyConfig"]).only_with("Aliases"),
    Need::write(
        OWN,
        &["lambda:PublishVersion", "lambda:CreateAlias", "lambda:UpdateAlias", "lambda:DeleteAlias"],
    )
    .only_with("Aliases"),
    Need::read(VERSIONS, &["lambda:GetFunctionUrlConfig", "lambda:GetFunctionEventInvokeConfig"])
        .only_with("Aliases"),
    Need::write(
        VERSIONS,
        &[
            "lambda:PutProvisionedConcurrencyConfig",
            "lambda:DeleteProvisionedConcurrencyConfig",
            "lambda:CreateFunctionUrlConfig",
            "lambda:UpdateFunctionUrlConfig",
            "lambda:DeleteFunctionUrlConfig",
            "lambda:PutFunctionEventInvokeConfig",
            "lambda:DeleteFunctionEventInvokeConfig",
        ],
    )
    .only_with("Aliases"),
    Need::pass_role("Role", "lambda"),
    Need::write(On::Everything, &["lambda:GetLayerVersion"]).only_with("Layers"),
    Need::write(
        On::Everything,
        &[
            "ec2:DescribeVpcs",
            "ec2:DescribeSubnets",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeNetworkInterfaces",
        ],
    )
    .only_with("VpcConfig"),
    Need::write(
        On::Everything,
        &["kms:DescribeKey", "kms:CreateGrant", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
    )
    .only_with("KMSKeyArn"),
];
