//! What calls on buckets need. S3 names the rights otherwise than the operations.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["s3:ListAllMyBuckets", "s3:GetBucketTagging"]),
    Need::read(OWN, &["s3:GetBucketTagging", "s3:GetBucketNotification", "s3:GetBucketLocation"]),
    Need::write(
        OWN,
        &[
            "s3:CreateBucket",
            "s3:DeleteBucket",
            "s3:PutBucketTagging",
            "s3:PutBucketNotification",
            "s3:TagResource",
        ],
    ),
];
