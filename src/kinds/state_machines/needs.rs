//! What calls on state machines need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["states:ListStateMachines", "states:ListTagsForResource"]),
    Need::read(OWN, &["states:DescribeStateMachine", "states:ListTagsForResource"]),
    Need::write(
        OWN,
        &[
            "states:CreateStateMachine",
            "states:UpdateStateMachine",
            "states:DeleteStateMachine",
            "states:TagResource",
            "states:UntagResource",
        ],
    ),
    Need::pass_role("roleArn", "states"),
    Need::write(On::Everything, &["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"])
        .only_with("encryptionConfiguration.kmsKeyId"),
    // The definition is decrypted in the name of whoever reads it.
    Need::read(On::Everything, &["kms:Decrypt"]).only_with("encryptionConfiguration.kmsKeyId"),
];
