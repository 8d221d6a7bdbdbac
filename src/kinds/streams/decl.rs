//! The stream, pure.

use crate::engine::field::{Absent, Compare, Document, Field, Lit, Output, TAGS, Type, Unit};
use crate::engine::{Budgets, Form, Graph, Resource, Value};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Cause, Passed};
use crate::flow::shape::Shape;
use crate::kinds::{About, Certain, DataKey, Kind, Loss, Lowering, MarkIn, Naming, Need, policy_statements};

use super::passing;

/// A Kinesis data stream (`kinesis:CreateStream`).
pub struct Streams;

/// Shard-level metrics, as YAML writes them and as AWS does.
pub(super) const METRICS: &[(&str, &str)] = &[
    ("incoming_bytes", "IncomingBytes"),
    ("incoming_records", "IncomingRecords"),
    ("outgoing_bytes", "OutgoingBytes"),
    ("outgoing_records", "OutgoingRecords"),
    ("write_provisioned_throughput_exceeded", "WriteProvisionedThroughputExceeded"),
    ("read_provisioned_throughput_exceeded", "ReadProvisionedThroughputExceeded"),
    ("iterator_age_milliseconds", "IteratorAgeMilliseconds"),
    ("all", ALL),
];
/// Stands for every metric; AWS names each of them when asked.
const ALL: &str = "ALL";

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("StreamName", Type::Text { min: 1, max: 128 }, "The name.").required().create_only(),
    Field::lowered(
        "StreamModeDetails.StreamMode",
        Type::Enum(&[("on_demand", "ON_DEMAND"), ("provisioned", "PROVISIONED")]),
        "Whether AWS scales the stream, or its shards are counted.",
    )
    .required(),
    Field::new(
        "shards",
        "ShardCount",
        Type::Int { min: 1, max: 1_000_000 },
        "How many shards it has; its capacity is then provisioned. Left out, it is on demand. Kinesis scales to twice or half the number at once, so a larger step goes in several, ten of them within 24 hours.",
    ),
    Field::new(
        "retention",
        "RetentionPeriodHours",
        Type::Duration { unit: Unit::Hours, min: 24, max: 8760 },
        "How long a record can be read.",
    )
    .default(Lit::Int(24)),
    Field::new(
        "max_record_size",
        "MaxRecordSizeInKiB",
        Type::Int { min: 1024, max: 10240 },
        "The largest record in KiB.",
    )
    .default(Lit::Int(1024)),
    Field::new(
        "kms_key",
        "KeyId",
        Type::Text { min: 1, max: 2048 },
        "The KMS key that encrypts the records: its id, its ARN, or an alias such as `alias/aws/kinesis`. Left out, they are not encrypted.",
    ),
    Field::new(
        "shard_level_metrics",
        "ShardLevelMetrics",
        Type::List(&Type::Enum(METRICS)),
        "The metrics that CloudWatch gets for each shard, or `[all]`.",
    )
    .compare(Compare::Set),
    Field::new(
        "warm_throughput",
        "WarmThroughputMiBps",
        Type::Int { min: 0, max: 10240 },
        "The MiB per second that a stream on demand can take at once, where the account has a minimum throughput billing commitment. AWS measures it, so it is compared only where it is declared.",
    )
    .absent(Absent::Unmanaged),
    Field::new(
        "record_distribution",
        "RecordDistributionStrategy",
        Type::Enum(&[("auto", "AUTO"), ("user_partition_key", "USER_PARTITION_KEY")]),
        "How records go to the shards of a stream on demand: by the producer's partition key, or `auto`, evenly, whatever the key.",
    )
    .default(Lit::Text("USER_PARTITION_KEY")),
    Field::sugar(
        "policy",
        "Statements on the stream's resource policy, by Sid, as IAM writes them; `Resource` is the stream itself.",
    )
    .form(|| Form::map("SID", Form::Value(Type::Document(Document::Policy)))),
    TAGS,
];

const READ: &[&str] = &[
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
];
const WRITE: &[&str] = &["kinesis:DescribeStreamSummary", "kinesis:PutRecord", "kinesis:PutRecords"];
const READ_WRITE: &[&str] = &[
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:PutRecord",
    "kinesis:PutRecords",
];

static ABOUT: About = About {
    kind: "streams",
    singular: "stream",
    doc: "A Kinesis data stream. It is on demand unless `shards` says otherwise, and protected unless `protect: false` does. Statements on its policy are resources of their own; those of others are kept.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:kinesis:{region}:{account}:stream/{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("StreamName", 128, "-_."),
    mark: MarkIn::Tags,
    protect: true,
    // Scaling takes minutes for each doubling.
    budgets: Budgets::of(3600, 3),
    loses: Loss::Held("the records in it"),
    itself: &["streams"],
    access: &[("read", READ), ("write", WRITE), ("read_write", READ_WRITE)],
    grant_on: &[""],
    data_key: Some(DataKey {
        at: &["KeyId"],
        uses: &[
            ("kinesis:GetRecords", &["kms:Decrypt"]),
            ("kinesis:SubscribeToShard", &["kms:Decrypt"]),
            ("kinesis:PutRecord", &["kms:GenerateDataKey"]),
            ("kinesis:PutRecords", &["kms:GenerateDataKey"]),
        ],
    }),
    shared: &[],
    statements: Some("policy"),
    identified_by: &["StreamName"],
};

impl Kind for Streams {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "kinesis", create: &["CreateStream"], delete: &["DeleteStream"] }
    }

    fn policy_limit(&self) -> Option<(usize, usize)> {
        Some((20_480, usize::MAX))
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let provisioned = own.properties().get("ShardCount").is_some();
        let at = own.place_of("ShardCount");
        own.set("StreamModeDetails.StreamMode", if provisioned { "PROVISIONED" } else { "ON_DEMAND" }, at);
        if provisioned {
            for (path, key) in [
                ("WarmThroughputMiBps", "warm_throughput"),
                ("RecordDistributionStrategy", "record_distribution"),
            ] {
                if own.properties().get(path).is_some() {
                    let at = own.place_of(path);
                    let message =
                        format!("`{key}` is for a stream on demand, and this one counts its shards");
                    own.error("on_demand_only", at, message, "take it or `shards` away");
                }
            }
        }
        all_metrics(own);
        policy_statements(own);
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, _: Option<&Resource>, _: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        Ok(passing::happens(said))
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn shows(&self, of: &Resource, cause: Cause<'_>) -> Vec<Shape> {
        passing::shows(of, cause)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Streams
    }
}

/// `all` becomes every metric, which is how AWS shows it.
fn all_metrics(own: &mut Lowering<'_>) {
    const AT: &str = "ShardLevelMetrics";
    let wished = own.properties().get(AT).and_then(Value::as_list).unwrap_or_default();
    if wished.iter().any(|metric| metric.as_str() == Some(ALL)) {
        let every = METRICS.iter().map(|(_, aws)| *aws).filter(|aws| *aws != ALL);
        let every: Vec<Value> = every.map(Value::from).collect();
        own.properties().put(AT, every.into());
    }
}
