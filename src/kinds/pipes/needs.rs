//! What calls on pipes need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["pipes:ListPipes", "pipes:ListTagsForResource"]),
    Need::read(OWN, &["pipes:DescribePipe", "pipes:ListTagsForResource"]),
    Need::write(
        OWN,
        &[
            "pipes:CreatePipe",
            "pipes:UpdatePipe",
            "pipes:DeletePipe",
            "pipes:StartPipe",
            "pipes:StopPipe",
            "pipes:TagResource",
            "pipes:UntagResource",
        ],
    ),
    Need::pass_role("RoleArn", "pipes"),
    // AWS makes the log delivery with the rights of the caller.
    Need::write(
        On::Everything,
        &[
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ],
    )
    .only_with("LogConfiguration"),
    Need::write(
        On::Like("arn:{partition}:s3:::{LogConfiguration.S3LogDestination.BucketName}"),
        &["s3:GetBucketPolicy", "s3:PutBucketPolicy"],
    )
    .only_with("LogConfiguration.S3LogDestination"),
    Need::write(
        On::Like("{LogConfiguration.FirehoseLogDestination.DeliveryStreamArn}"),
        &["firehose:TagDeliveryStream"],
    )
    .only_with("LogConfiguration.FirehoseLogDestination"),
    Need::write(
        On::Like("arn:{partition}:iam::{account}:role/aws-service-role/pipes.*"),
        &["iam:CreateServiceLinkedRole"],
    ),
    Need::write(On::Everything, &["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"])
        .only_with("KmsKeyIdentifier"),
];
