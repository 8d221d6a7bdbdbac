//! What stands in `log`.

use crate::engine::Form;
use crate::engine::field::{Compare, Field, Lit, RefTo, TEXT, Type};

const S3: &[Field] = &[
    Field::new("bucket_name", "BucketName", Type::Text { min: 3, max: 63 }, "The bucket.").required(),
    Field::new(
        "bucket_owner",
        "BucketOwner",
        Type::Text { min: 12, max: 12 },
        "The account that the bucket is in; left out, this one.",
    ),
    Field::new(
        "output_format",
        "OutputFormat",
        Type::Enum(&[("json", "json"), ("plain", "plain"), ("w3c", "w3c")]),
        "How records are written; AWS knows `json` alone so far.",
    )
    .default(Lit::Text("json")),
    Field::new("prefix", "Prefix", Type::Text { min: 0, max: 256 }, "What the objects' keys begin with.")
        .default(Lit::Text("")),
];

const LEVEL: Type = Type::Enum(&[("off", "OFF"), ("error", "ERROR"), ("info", "INFO"), ("trace", "TRACE")]);

/// `log`, as a person writes it.
pub const LOG: &[Field] = &[
    Field::new(
        "group",
        "CloudwatchLogsLogDestination.LogGroupArn",
        Type::Ref(&RefTo::checked(&["log_groups"], "arn")),
        "The log group. AWS lets the pipe write to it by itself.",
    ),
    Field::new(
        "firehose",
        "FirehoseLogDestination.DeliveryStreamArn",
        Type::Ref(&RefTo::unchecked(&["firehose"], "arn")),
        "The ARN of the Firehose stream that gets the log.",
    ),
    Field::new(
        "s3",
        "S3LogDestination",
        Type::Object(S3),
        "The bucket that gets the log: `{ bucket_name: logs }`.",
    ),
    Field::new("level", "Level", LEVEL, "How much is logged.").required(),
    Field::sugar(
        "include_execution_data",
        "Whether the records themselves are logged, secrets in them included.",
    )
    .form(|| Form::Value(Type::Bool)),
];

/// The logging as AWS has it.
pub const LOGGED: &[Field] = &[
    Field::lowered("Level", TEXT, "How much.").default(Lit::Text("OFF")),
    Field::lowered("CloudwatchLogsLogDestination.LogGroupArn", TEXT, "The log group."),
    Field::lowered("FirehoseLogDestination.DeliveryStreamArn", TEXT, "The Firehose stream."),
    Field::lowered("S3LogDestination", Type::Object(S3), "The bucket."),
    Field::lowered("IncludeExecutionData", Type::List(&TEXT), "`ALL` if the records themselves are logged.")
        .compare(Compare::Set),
];
