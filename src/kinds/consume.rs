//! What a role must be allowed to read a source: one table for pipes and for the triggers of functions.

use crate::engine::{Address, Value};

use super::lower::suffixed;
use super::{Lowering, RoleFor};

/// The rights that reading a kind takes.
struct Consume {
    key: &'static str,
    /// On the source's ARN; none where it has no ARN.
    actions: &'static [&'static str],
    /// Actions on other things: on `*` where AWS cannot scope them, or on a pattern.
    also: &'static [(&'static [&'static str], &'static str)],
}

/// To be reached in its network: AWS knows these actions on `*` alone
/// (terraform-aws-modules/terraform-aws-eventbridge#164).
const NETWORK: (&[&str], &str) = (
    &[
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ],
    "*",
);
const ANY_LOG: (&[&str], &str) = (
    &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    "arn:{partition}:logs:{region}:{account}:log-group:*",
);
const BROKER: &[&str] = &["mq:DescribeBroker"];

/// By what is read. A table's stream has rights of its own: [`Lowering::grant_table_stream`].
static CONSUME: &[Consume] = &[
    Consume { key: "active_mq", actions: BROKER, also: &[NETWORK] },
    // Parameters and subnets of a cluster are resources of their own, which its ARN does not name.
    Consume {
        key: "document_db",
        actions: &["rds:DescribeDBClusters"],
        also: &[
            (&["rds:DescribeDBClusterParameters"], "arn:{partition}:rds:{region}:{account}:cluster-pg:*"),
            (&["rds:DescribeDBSubnetGroups"], "arn:{partition}:rds:{region}:{account}:subgrp:*"),
            NETWORK,
        ],
    },
    Consume {
        key: "msk",
        actions: &["kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"],
        also: &[NETWORK],
    },
    Consume {
        key: "queue",
        actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        also: &[],
    },
    Consume { key: "rabbit_mq", actions: BROKER, also: &[NETWORK] },
    Consume {
        key: "stream",
        actions: &[
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:GetRecords",
            "kinesis:GetShardIterator",
            "kinesis:ListShards",
            "kinesis:SubscribeToShard",
        ],
        also: &[(&["kinesis:ListStreams"], "*")],
    },
];

impl Lowering<'_> {
    /// The right of the role to read what stands under an ARN, by its kind key; nothing if the role is
    /// its owner's matter.
    pub fn grant_consume(&mut self, role: &RoleFor, key: &str, on: &Value) {
        let Some(row) = CONSUME.iter().find(|row| row.key == key) else {
            unreachable!("no row of rights for `{key}`")
        };
        self.grant_role(role, row.actions, vec![on.clone()]);
        for (actions, pattern) in row.also {
            let on = self.place().fill(pattern);
            self.grant_role(role, actions, vec![on.into()]);
        }
    }

    /// The right to read the stream of a table.
    pub fn grant_table_stream(&mut self, role: &RoleFor, stream: &Value, table: Option<&Address>) {
        const READ: &[&str] =
            &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
        self.grant_role(role, READ, vec![stream.clone()]);
        // Streams are listed by their table.
        let table = match table {
            Some(table) => self.output(table, "arn"),
            None => stream.as_str().and_then(|arn| arn.split("/stream/").next()).unwrap_or_default().into(),
        };
        self.grant_role(role, &["dynamodb:ListStreams"], vec![suffixed(&table, "/stream/*")]);
    }

    /// The right to reach something in a VPC.
    pub fn grant_network(&mut self, role: &RoleFor) {
        let (actions, on) = NETWORK;
        self.grant_role(role, actions, vec![on.into()]);
    }

    /// The right to make a log group and to write there, of what has none of its own.
    pub fn grant_any_log(&mut self, role: &RoleFor) {
        let (actions, pattern) = ANY_LOG;
        let on = self.place().fill(pattern);
        self.grant_role(role, actions, vec![on.into()]);
    }

    /// The right to read secrets.
    pub fn grant_secrets(&mut self, role: &RoleFor, secrets: Vec<Value>) {
        if !secrets.is_empty() {
            self.grant_role(role, &["secretsmanager:GetSecretValue"], secrets);
        }
    }

    /// The rights on an MSK cluster of a role that signs in as itself. Without a group's name, on every
    /// group of the cluster: the reader makes a name of its own.
    pub fn grant_msk_sign_in(&mut self, role: &RoleFor, cluster: &Value, topic: &str, group: Option<&str>) {
        let topic = self.part_of_cluster(cluster, "topic", topic);
        let group = self.part_of_cluster(cluster, "group", group.unwrap_or("*"));
        for (actions, on) in [
            (["kafka-cluster:Connect", "kafka-cluster:DescribeClusterDynamicConfiguration"], cluster.clone()),
            (["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"], topic.into()),
            (["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"], group.into()),
        ] {
            self.grant_role(role, &actions, vec![on]);
        }
    }

    /// The rights on an MSK cluster of a role that writes to one of its topics and signs in as itself.
    pub fn grant_msk_write(&mut self, role: &RoleFor, cluster: &Value, topic: &str) {
        let topic = self.part_of_cluster(cluster, "topic", topic);
        self.grant_role(
            role,
            &["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"],
            vec![topic.into()],
        );
    }

    /// The ARN of a topic or a group of an MSK cluster.
    fn part_of_cluster(&self, cluster: &Value, word: &str, name: &str) -> String {
        match cluster.as_str().and_then(|arn| arn.split_once(":cluster/")) {
            Some((before, name_and_id)) => format!("{before}:{word}/{name_and_id}/{name}"),
            None => self.place().arn("kafka", &format!("{word}/*/*/{name}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_of_a_kind_and_no_kind_has_two() {
        for row in CONSUME {
            assert!(crate::kinds::external::is_kind_key(row.key), "{}", row.key);
            assert_eq!(CONSUME.iter().filter(|other| other.key == row.key).count(), 1, "{}", row.key);
        }
    }
}
