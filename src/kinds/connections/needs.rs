//! What calls on connections need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["events:ListConnections", "events:DescribeConnection"]),
    Need::read(OWN, &["events:DescribeConnection"]),
    Need::write(OWN, &["events:CreateConnection", "events:UpdateConnection", "events:DeleteConnection"]),
    // EventBridge keeps the secret on behalf of the caller.
    Need::write(
        On::Like("arn:{partition}:secretsmanager:{region}:{account}:secret:events!connection/*"),
        &[
            "secretsmanager:CreateSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecret",
            "secretsmanager:DeleteSecret",
        ],
    ),
    Need::write(
        On::Like("arn:{partition}:iam::{account}:role/aws-service-role/apidestinations.events.*"),
        &["iam:CreateServiceLinkedRole"],
    ),
    Need::write(On::Everything, &["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"])
        .only_with("KmsKeyIdentifier"),
];
