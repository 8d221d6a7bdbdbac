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
    Need::read(OWN, &["lambda:ListVersionsByFunction"]).only_with("Publish"),
    Need::write(OWN, &["lambda:PublishVersion"]).only_with("Publish"),
    // A version is looked at until it can be called.
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
    // Lambda lets itself into the repository of an image by the rights of who makes the function.
    Need::write(
        On::Repository("Code.ImageUri"),
        &[
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
            "ecr:GetRepositoryPolicy",
            "ecr:SetRepositoryPolicy",
        ],
    )
    .only_with("Code.ImageUri"),
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
    // Lambda shows the environment to those alone who may use its key.
    Need::read(On::Everything, &["kms:Decrypt"]).only_with("KMSKeyArn"),
];
