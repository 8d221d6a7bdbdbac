//! What calls on connections need.

use crate::kinds::{Need, On};

const OWN: On = On::Own("");
/// The id that AWS puts behind the name is no part of the ARN that it checks where a call gives the name.
const NAMED: On = On::Like("arn:{partition}:events:{region}:{account}:connection/{name}");
const WRITE: &[&str] = &["events:CreateConnection", "events:UpdateConnection", "events:DeleteConnection"];

pub(super) static NEEDS: &[Need] = &[
    Need::search(&["events:ListConnections", "events:DescribeConnection"]),
    Need::read(OWN, &["events:DescribeConnection"]),
    Need::read(NAMED, &["events:DescribeConnection"]),
    Need::write(OWN, WRITE),
    Need::write(NAMED, WRITE),
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
