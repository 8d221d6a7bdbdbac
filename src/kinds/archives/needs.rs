//! What calls on archives need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["events:ListArchives", "events:DescribeArchive"]),
    Need::read(OWN, &["events:DescribeArchive"]),
    Need::write(OWN, &["events:CreateArchive", "events:UpdateArchive", "events:DeleteArchive"]),
    // AWS checks the bus besides.
    Need::write(On::Like("{EventSourceArn}"), &["events:CreateArchive"]),
    Need::write(
        On::Everything,
        &["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    )
    .only_with("KmsKeyIdentifier"),
];
