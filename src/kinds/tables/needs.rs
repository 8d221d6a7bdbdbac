//! What calls on tables need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");
const INDEXES: On = On::Own("/index/*");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&[
        "dynamodb:ListTables",
        "dynamodb:DescribeTable",
        "dynamodb:ListTagsOfResource",
        // IAM knows no resource for it.
        "dynamodb:ListContributorInsights",
    ]),
    Need::read(
        OWN,
        &[
            "dynamodb:DescribeTable",
            "dynamodb:DescribeTimeToLive",
            "dynamodb:DescribeContinuousBackups",
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
    Need::read(INDEXES, &["dynamodb:DescribeContributorInsights"]),
    Need::write(OWN, &["dynamodb:UpdateContributorInsights"]),
    Need::write(INDEXES, &["dynamodb:UpdateContributorInsights"]),
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
