//! What calls on event source mappings need.

use crate::kinds::{Need, On};

const MAPPING: On = On::Like("arn:{partition}:lambda:{region}:{account}:event-source-mapping:*");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["lambda:ListEventSourceMappings", "lambda:ListTags"]),
    Need::read(MAPPING, &["lambda:GetEventSourceMapping", "lambda:ListTags"]),
    // AWS knows these two on no resource.
    Need::read(On::Everything, &["lambda:ListEventSourceMappings"]),
    Need::write(On::Everything, &["lambda:CreateEventSourceMapping"]),
    Need::write(
        MAPPING,
        &[
            "lambda:UpdateEventSourceMapping",
            "lambda:DeleteEventSourceMapping",
            "lambda:TagResource",
            "lambda:UntagResource",
        ],
    ),
    Need::write(On::Everything, &["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"])
        .only_with("KMSKeyArn"),
    // Lambda shows the filters to those alone who may use their key.
    Need::read(On::Everything, &["kms:Decrypt"]).only_with("KMSKeyArn"),
];
