//! What calls on tables need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["dynamodb:ListTables", "dynamodb:DescribeTable", "dynamodb:ListTagsOfResource"]),
    Need::read(
        OWN,
        &[
            "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive",
            "dynamodb:DescribeContinuousBackups",
            "dynamodb:ListContributorInsights",
            "dynamodb:DescribeContributorInsights",
            "dynamodb:DescribeKinesisStreamingDestination",
            "dynamodb:ListTagsOfResource",
        ],
    ),
    Need::write(
        OWN,
        &[
            "dynamodb:CreateTable",
            "dynamodb:UpdateTable",
            "dynamodb:DeleteTable",
            "dynamodb:UpdateTimeToLive",
            "dynamodb:UpdateContinuousBackups",
            "dynamodb:TagResource",
            "dynamodb:UntagResource",
        ],
    ),
    Need::write(On::Own("*"), &["dynamodb:UpdateContributorInsights"]),
    Need::write(
        OWN,
        &[
            "dynamodb:EnableKinesisStreamingDestination",
            "dynamodb:UpdateKinesisStreamingDestination",
            "dynamodb:DisableKinesisStreamingDestination",
        ],
    )
    .only_with("KinesisStreamSpecification"),
    Need::write(
        On::Like("{KinesisStreamSpecification.StreamArn}"),
        &["kinesis:DescribeStream", "kinesis:PutRecords"],
    )
    .only_with("KinesisStreamSpecification"),
    Need::write(
        On::Everything,
        &["kms:DescribeKey", "kms:CreateGrant", "kms:RevokeGrant", "kms:Encrypt", "kms:Decrypt"],
    )
    .only_with("SSESpecification"),
];
