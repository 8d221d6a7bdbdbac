//! What a pipe reads: parameters, defaults, and the rights that its role must have.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use super::super::hooks::roles;
use super::super::places::{at, each, write};

/// A kind of source.
struct Source {
    /// Its ARNs' service; of brokers of one's own, what stands in front of the host.
    service: &'static str,
    block: &'static str,
    /// Whether the block must be there.
    required: bool,
    /// What is shown whether it was sent or not.
    shown: &'static [(&'static str, u64)],
    /// What the role must be allowed.
    needs: &'static [Need],
    /// What the pipe says if the source is not there.
    missing: &'static str,
}

/// Rights that a role must have.
struct Need {
    actions: &'static [&'static str],
    on: On,
    /// What the pipe says if it has not.
    reason: &'static str,
}

/// What rights are on.
#[derive(PartialEq)]
enum On {
    Source,
    /// AWS knows the actions on `*` alone.
    Everything,
    /// The same, where the source is in a VPC.
    Vpc,
    /// Each secret that the parameters name.
    Secrets,
}

// hashicorp/terraform-provider-aws#40572.
const NO_STREAM: &str = "Input parameter is invalid from the request due to : Cannot access stream {Source}. Please ensure the customer role can perform actions on source stream";
// terraform-aws-modules/terraform-aws-eventbridge#133.
const NO_QUEUE: &str = "Input parameter is invalid from the request due to : The provided customer role does not have permissions to call {call} on SQS";
// terraform-aws-modules/terraform-aws-eventbridge#164.
const NO_RIGHT: &str = "PROBLEM: Pipes does not have enough permission to process your event source. Please add {action} permission to role.";

const NETWORK: &[&str] = &[
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
];
const SECRETS: Need = Need { actions: &["secretsmanager:GetSecretValue"], on: On::Secrets, reason: NO_RIGHT };
const BROKER: &[Need] = &[
    Need { actions: &["mq:DescribeBroker"], on: On::Source, reason: NO_RIGHT },
    Need { actions: NETWORK, on: On::Everything, reason: NO_RIGHT },
    SECRETS,
];

const SOURCES: &[Source] = &[
    Source {
        service: "dynamodb",
        block: "DynamoDBStreamParameters",
        required: true,
        shown: &[("BatchSize", 100)],
        needs: &[Need {
            actions: &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
            on: On::Source,
            reason: NO_STREAM,
        }],
        missing: NO_STREAM,
    },
    Source {
        service: "kinesis",
        block: "KinesisStreamParameters",
        required: true,
        shown: &[("BatchSize", 100)],
        needs: &[
            Need {
                actions: &[
                    "kinesis:DescribeStream",
                    "kinesis:DescribeStreamSummary",
                    "kinesis:GetRecords",
                    "kinesis:GetShardIterator",
                    "kinesis:ListShards",
                ],
                on: On::Source,
                reason: NO_STREAM,
            },
            Need { actions: &["kinesis:ListStreams"], on: On::Everything, reason: NO_STREAM },
        ],
        missing: NO_STREAM,
    },
    Source {
        service: "sqs",
        block: "SqsQueueParameters",
        required: false,
        shown: &[("BatchSize", 10), ("MaximumBatchingWindowInSeconds", 0)],
        needs: &[Need {
            actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
            on: On::Source,
            reason: NO_QUEUE,
        }],
        missing: NO_QUEUE,
    },
    Source {
        service: "mq",
        block: "ActiveMQBrokerParameters",
        required: true,
        shown: &[("BatchSize", 100)],
        needs: BROKER,
        missing: "",
    },
    Source {
        service: "mq",
        block: "RabbitMQBrokerParameters",
        required: true,
        shown: &[("BatchSize", 100)],
        needs: BROKER,
        missing: "",
    },
    Source {
        service: "kafka",
        block: "ManagedStreamingKafkaParameters",
        required: true,
        shown: &[("BatchSize", 100)],
        needs: &[
            Need {
                actions: &["kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"],
                on: On::Source,
                reason: NO_RIGHT,
            },
            Need { actions: NETWORK, on: On::Everything, reason: NO_RIGHT },
            SECRETS,
        ],
        missing: "",
    },
    Source {
        service: "smk",
        block: "SelfManagedKafkaParameters",
        required: true,
        shown: &[("BatchSize", 100)],
        needs: &[Need { actions: NETWORK, on: On::Vpc, reason: NO_RIGHT }, SECRETS],
        missing: "",
    },
];
/// The source parameters that fit any source.
const FILTER: &str = "FilterCriteria";

/// The row of a pipe's source. Brokers of both kinds have the same ARNs: their parameters decide.
fn source_of(pipe: &Value) -> Option<&'static Source> {
    let arn = pipe["Source"].as_str()?;
    let service = arn.split_once("://").map(|(service, _)| service).or_else(|| arn.split(':').nth(2))?;
    let mut fitting = SOURCES.iter().filter(|source| source.service == service);
    let first = fitting.clone().next();
    fitting.find(|source| pipe["SourceParameters"].get(source.block).is_some()).or(first)
}

/// Parameters are those of the source, and a stream's or a broker's are there.
pub fn fits(ctx: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    let Some(source) = source_of(pipe) else { return Ok(()) };
    let block = format!("SourceParameters.{}", source.block);
    if source.required && at(pipe, &block).is_none() {
        return Err(ctx.invalid(format!("{block} Missing required parameter")));
    }
    let since =
        pipe["SourceParameters"]["KinesisStreamParameters"].get("StartingPositionTimestamp").is_some();
    let at_time = pipe["SourceParameters"]["KinesisStreamParameters"]["StartingPosition"] == "AT_TIMESTAMP";
    if since != at_time {
        return Err(
            ctx.invalid("StartingPositionTimestamp is required for AT_TIMESTAMP, and for nothing else")
        );
    }
    let sent = pipe["SourceParameters"].as_object();
    match sent.and_then(|sent| sent.keys().find(|name| *name != source.block && *name != FILTER)) {
        Some(other) => {
            Err(ctx.invalid(format!("SourceParameters.{other} does not fit source {}", pipe["Source"])))
        }
        None => Ok(()),
    }
}

/// The batch size is shown whether it was sent or not, and a time with a point.
pub fn shown(_: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    let Some(source) = source_of(pipe) else { return Ok(()) };
    for (member, value) in source.shown {
        let path = format!("SourceParameters.{}.{member}", source.block);
        if at(pipe, &path).is_none() {
            write(pipe, &path, (*value).into());
        }
    }
    let since = "SourceParameters.KinesisStreamParameters.StartingPositionTimestamp";
    if let Some(seconds) = at(pipe, since).and_then(Value::as_f64) {
        write(pipe, since, json!(seconds));
    }
    Ok(())
}

/// What keeps the pipe from reading its source or from sending dead letters.
pub fn trouble(ctx: &mut Ctx, pipe: &Value, role: &str) -> Option<String> {
    let (source, arn) = (source_of(pipe)?, pipe["Source"].as_str().unwrap_or_default());
    let parameters = &pipe["SourceParameters"][source.block];
    for need in source.needs {
        let on: Vec<&str> = match need.on {
            On::Source => vec![arn],
            On::Everything => vec!["*"],
            On::Vpc => parameters.get("Vpc").map(|_| "*").into_iter().collect(),
            On::Secrets => secrets(parameters),
        };
        for action in need.actions {
            if !on.iter().all(|on| roles::allows(ctx, role, action, on)) {
                let call = action.split_once(':').map_or(*action, |(_, call)| call);
                let reason = need.reason.replace("{action}", action).replace("{call}", call);
                return Some(ctx.expand(&reason, pipe));
            }
        }
    }
    if !exists(ctx, source, arn) {
        return Some(ctx.expand(&source.missing.replace("{call}", "ReceiveMessage"), pipe));
    }
    dead_letters(ctx, parameters, role)
}

fn secrets(parameters: &Value) -> Vec<&str> {
    let credentials = parameters["Credentials"].as_object().into_iter().flatten().map(|(_, secret)| secret);
    credentials.chain(parameters.get("ServerRootCaCertificate")).filter_map(Value::as_str).collect()
}

/// A message goes to the dead letters when the pipe is made and whenever it is changed
/// (aws-samples/serverless-patterns#1543, #1857, aws/aws-cdk#31664).
fn dead_letters(ctx: &Ctx, parameters: &Value, role: &str) -> Option<String> {
    let dead = each(parameters, "DeadLetterConfig.Arn").into_iter().find_map(Value::as_str)?;
    let (action, does) = match dead.split(':').nth(2) {
        Some("sqs") => ("sqs:SendMessage", "sending message to SQS queue"),
        Some("sns") => ("sns:Publish", "publishing message to SNS topic"),
        _ => return None,
    };
    let allowed = roles::allows(ctx, role, action, dead);
    (!allowed).then(|| {
        format!("Input parameter is invalid from the request due to : Error occurred while {does}: {dead}")
    })
}

/// Sources of services the account does not have are taken to exist.
fn exists(ctx: &Ctx, source: &Source, arn: &str) -> bool {
    match source.service {
        "dynamodb" => ctx.txn.all(&ctx.elsewhere("dynamodb/table")).any(|(_, table)| {
            table["LatestStreamArn"] == arn && table["StreamSpecification"]["StreamEnabled"] == true
        }),
        "sqs" => ctx.find_arn(&ctx.elsewhere("sqs/queue"), arn).is_some(),
        _ => true,
    }
}
