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
            "kinesis:UpdateStreamMode",
            "kinesis:UpdateShardCount",
            "kinesis:IncreaseStreamRetentionPeriod",
            "kinesis:DecreaseStreamRetentionPeriod",
            "kinesis:StartStreamEncryption",
            "kinesis:StopStreamEncryption",
            "kinesis:EnableEnhancedMonitoring",
            "kinesis:DisableEnhancedMonitoring",
            "kinesis:UpdateMaxRecordSize",
            "kinesis:UpdateStreamWarmThroughput",
            "kinesis:AddTagsToStream",
            "kinesis:RemoveTagsFromStream",
        ],
    ),
    Need::write(On::Everything, &["kms:DescribeKey", "kms:GenerateDataKey"]).only_with("KeyId"),
];
