//! What calls on streams need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["kinesis:ListStreams", "kinesis:ListTagsForStream"]),
    Need::read(OWN, &["kinesis:DescribeStreamSummary", "kinesis:ListTagsForStream"]),
    Need::write(
        OWN,
        &[
            "kinesis:CreateStream",
            "kinesis:DeleteStream",
            "kinesis:IncreaseStreamRetentionPeriod",
            "kinesis:DecreaseStreamRetentionPeriod",
            "kinesis:StartStreamEncryption",
            "kinesis:StopStreamEncryption",
            "kinesis:UpdateMaxRecordSize",
            "kinesis:UpdateStreamWarmThroughput",
            "kinesis:UpdateStreamRecordDistributionStrategy",
            "kinesis:AddTagsToStream",
            "kinesis:RemoveTagsFromStream",
        ],
    ),
    // IAM knows no resource for these.
    Need::write(
        On::Everything,
        &[
            "kinesis:UpdateStreamMode",
            "kinesis:UpdateShardCount",
            "kinesis:EnableEnhancedMonitoring",
            "kinesis:DisableEnhancedMonitoring",
        ],
    ),
    Need::write(On::Everything, &["kms:DescribeKey", "kms:GenerateDataKey"]).only_with("KeyId"),
];
