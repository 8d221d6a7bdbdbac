//! What calls on policy documents need: those of the documents' hosts.

use crate::kinds::{Need, On};

const QUEUE: On = On::Like("arn:{partition}:sqs:{region}:{account}:{Of}");
const BUS: On = On::Like("arn:{partition}:events:{region}:{account}:event-bus/{Of}");
const STREAM: On = On::Like("arn:{partition}:kinesis:{region}:{account}:stream/{Of}");
const TABLE: On = On::Like("arn:{partition}:dynamodb:{region}:{account}:table/{Of}");
const TOPIC: On = On::Like("arn:{partition}:sns:{region}:{account}:{Of}");
const REGISTRY: On = On::Like("arn:{partition}:schemas:{region}:{account}:registry/{Of}");
const FUNCTION: On = On::Like("arn:{partition}:lambda:{region}:{account}:function:{Of}");

pub(super) static NEEDS: &[Need] = &[
    Need::search(&[
        "lambda:GetPolicy",
        "sqs:GetQueueAttributes",
        "events:DescribeEventBus",
        "kinesis:GetResourcePolicy",
        "dynamodb:GetResourcePolicy",
        "sns:GetTopicAttributes",
        "logs:DescribeResourcePolicies",
        "schemas:GetResourcePolicy",
    ]),
    Need::read(QUEUE, &["sqs:GetQueueUrl", "sqs:GetQueueAttributes"]).only_with("Document=queues"),
    Need::write(QUEUE, &["sqs:SetQueueAttributes"]).only_with("Document=queues"),
    Need::read(BUS, &["events:DescribeEventBus"]).only_with("Document=buses"),
    // IAM knows no resource for these two.
    Need::write(On::Everything, &["events:PutPermission", "events:RemovePermission"])
        .only_with("Document=buses"),
    Need::read(STREAM, &["kinesis:GetResourcePolicy"]).only_with("Document=streams"),
    Need::write(STREAM, &["kinesis:PutResourcePolicy", "kinesis:DeleteResourcePolicy"])
        .only_with("Document=streams"),
    Need::read(TABLE, &["dynamodb:GetResourcePolicy"]).only_with("Document=tables"),
    Need::write(TABLE, &["dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"])
        .only_with("Document=tables"),
    Need::read(TOPIC, &["sns:GetTopicAttributes"]).only_with("Document=topics"),
    Need::write(TOPIC, &["sns:SetTopicAttributes"]).only_with("Document=topics"),
    // One policy of the account for all log groups, so there is no ARN to name.
    Need::write(On::Everything, &["logs:PutResourcePolicy", "logs:DeleteResourcePolicy"])
        .only_with("Document=log_groups"),
    Need::read(REGISTRY, &["schemas:GetResourcePolicy", "schemas:DescribeRegistry"])
        .only_with("Document=registries"),
    Need::write(REGISTRY, &["schemas:PutResourcePolicy", "schemas:DeleteResourcePolicy"])
        .only_with("Document=registries"),
    Need::read(FUNCTION, &["lambda:GetPolicy"]).only_with("Document=functions"),
    Need::write(FUNCTION, &["lambda:AddPermission", "lambda:RemovePermission"])
        .only_with("Document=functions"),
];
