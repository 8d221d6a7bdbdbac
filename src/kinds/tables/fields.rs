//! The field tables of a table, its indexes and keys.

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Document, Field, Lit, RefTo, TAGS, TEXT, Type};

/// A key's type, as YAML writes it and as AWS does.
pub const KEY_TYPES: &[(&str, &str)] = &[("string", "S"), ("number", "N"), ("binary", "B")];

/// Read and write capacity units.
const UNITS: Type = Type::Int { min: 1, max: 1 << 40 };
/// A capacity as it is declared.
pub const CAPACITY: &[Field] = &[
    Field::new("read", "ReadCapacityUnits", UNITS, "Read capacity units.").required(),
    Field::new("write", "WriteCapacityUnits", UNITS, "Write capacity units.").required(),
    Field::new(
        "autoscaled",
        "Autoscaled",
        Type::Bool,
        "Whether somebody else scales it, such as Application Auto Scaling: this is then what it begins with, and what it became is left alone.",
    ),
];
/// A capacity that is compared.
const UNITS_KEPT: &[Field] = &[
    Field::lowered("ReadCapacityUnits", UNITS, "Read capacity units."),
    Field::lowered("WriteCapacityUnits", UNITS, "Write capacity units."),
];
/// A capacity that somebody else scales.
const UNITS_ONCE: &[Field] = &[
    Field::lowered("ReadCapacityUnits", UNITS, "Read capacity units at first.").compare(Compare::Once),
    Field::lowered("WriteCapacityUnits", UNITS, "Write capacity units at first.").compare(Compare::Once),
];
/// What stands where a capacity is provisioned: it is compared, or it is what an autoscaled one begins
/// with. Neither is compared where it is not declared: on demand there is none.
const PROVISIONED: Field = Field::lowered(
    "ProvisionedThroughput",
    Type::Object(UNITS_KEPT),
    "The capacity, where it is provisioned.",
)
.absent(Absent::Unmanaged);
const INITIAL: Field = Field::lowered(
    "InitialThroughput",
    Type::Object(UNITS_ONCE),
    "What a capacity begins with that somebody else scales.",
)
.absent(Absent::Unmanaged);

/// The most that is served on demand; -1 stands for no limit.
const MOST: &[Field] = &[
    Field::new("max_read", "MaxReadRequestUnits", UNITS, "The most read request units in a second.")
        .absent(Absent::Clear(Lit::Int(-1))),
    Field::new("max_write", "MaxWriteRequestUnits", UNITS, "The most write request units in a second.")
        .absent(Absent::Clear(Lit::Int(-1))),
];
const ON_DEMAND: Field = Field::new(
    "on_demand_throughput",
    "OnDemandThroughput",
    Type::Object(MOST),
    "The most that is served on demand, `{ max_read: 100, max_write: 50 }`; left out, there is no limit but the account's.",
);

/// What can be served at once.
const WARM_UNITS: &[Field] = &[
    Field::new("read", "ReadUnitsPerSecond", UNITS, "Reads in a second.")
        .absent(Absent::Unmanaged)
        .compare(Compare::AtLeast),
    Field::new("write", "WriteUnitsPerSecond", UNITS, "Writes in a second.")
        .absent(Absent::Unmanaged)
        .compare(Compare::AtLeast),
];
const WARM: Field = Field::new(
    "warm_throughput",
    "WarmThroughput",
    Type::Object(WARM_UNITS),
    "What it can serve at once, at least: `{ read: 15000, write: 5000 }`. AWS raises it by itself as traffic grows and never lowers it, so more is no difference, and less than there is cannot be had.",
)
.absent(Absent::Unmanaged);

const INSIGHTS: Field = Field::new(
    "contributor_insights",
    "ContributorInsightsSpecification.Mode",
    Type::Enum(&[
        ("accessed_and_throttled_keys", "ACCESSED_AND_THROTTLED_KEYS"),
        ("throttled_keys", "THROTTLED_KEYS"),
    ]),
    "Which keys CloudWatch Contributor Insights counts; left out, none.",
);

/// A key written as a map; a bare name is a string key.
pub const KEY: &[Field] = &[
    Field::new("name", "AttributeName", Type::Text { min: 1, max: 255 }, "The attribute.").required(),
    Field::new("type", "AttributeType", Type::Enum(KEY_TYPES), "The type of its values; left out, a string."),
];

fn key_form() -> Form {
    Form::Either(vec![Form::Value(Type::Text { min: 1, max: 255 }), Form::fields(KEY)])
}

/// What a person writes of a projection that names attributes.
pub const INCLUDE: &[Field] =
    &[Field::new("include", "NonKeyAttributes", Type::List(&TEXT), "The attributes beside the keys.")
        .required()];

fn projection_form() -> Form {
    Form::Either(vec![Form::Value(Type::Enum(PROJECTION_TYPES)), Form::fields(INCLUDE)])
}

/// What a person writes of a table's billing that has a capacity.
pub const BILLING: &[Field] =
    &[Field::new("provisioned", "ProvisionedThroughput", Type::Object(CAPACITY), "The capacity.").required()];

fn billing_form() -> Form {
    const WORD: Type = Type::Enum(&[("on_demand", "PAY_PER_REQUEST")]);
    Form::Either(vec![Form::Value(WORD), Form::fields(BILLING)])
}

/// A key as it stands in a schema. AWS keeps the type in `AttributeDefinitions`, one for the table and
/// all indexes; here it stands with the key that needs it, so that another type is a change of exactly
/// that key.
const SCHEMA: &[Field] = &[
    Field::lowered("AttributeName", TEXT, "The attribute."),
    Field::lowered("KeyType", Type::Enum(&[("partition", "HASH"), ("sort", "RANGE")]), "Which key it is."),
    Field::lowered("AttributeType", Type::Enum(KEY_TYPES), "The type of its values."),
];

/// Projections that are one word.
pub const PROJECTION_TYPES: &[(&str, &str)] = &[("all", "ALL"), ("keys_only", "KEYS_ONLY")];

/// What a person writes of a global index.
pub const INDEX_DECLARED: &[Field] = &[
    Field::sugar("partition_key", "The partition key: `PK`, a string, or `{ name: PK, type: number }`.")
        .required()
        .form(key_form),
    Field::sugar("sort_key", "The sort key, written as the partition key.").form(key_form),
    Field::sugar(
        "projection",
        "The attributes it holds: `all` (what is meant if it is left out), `keys_only`, or `{ include: [state] }`.",
    )
    .form(projection_form),
    Field::new(
        "throughput",
        "ProvisionedThroughput",
        Type::Object(CAPACITY),
        "Its capacity, on a table whose billing is provisioned.",
    ),
    ON_DEMAND,
    WARM,
    INSIGHTS,
];

/// What a person writes of a local index.
pub const LOCAL_DECLARED: &[Field] = &[
    Field::sugar("sort_key", "The sort key; the partition key is the table's.").required().form(key_form),
    Field::sugar("projection", "The attributes it holds: `all`, `keys_only`, or `{ include: [state] }`.")
        .form(projection_form),
];

const INDEX_NAME: Field =
    Field::lowered("IndexName", Type::Text { min: 3, max: 255 }, "The name.").required();
const KEYS: Field =
    Field::lowered("KeySchema", Type::List(&Type::Object(SCHEMA)), "Partition key, then sort key.")
        .required();
const PROJECTED: Field = Field::lowered(
    "Projection.ProjectionType",
    Type::Enum(&[("all", "ALL"), ("keys_only", "KEYS_ONLY"), ("include", "INCLUDE")]),
    "The attributes it holds.",
)
.required();
const INCLUDED: Field =
    Field::lowered("Projection.NonKeyAttributes", Type::List(&TEXT), "Those it holds beside the keys.")
        .compare(Compare::Set);

/// DynamoDB has no change of these in an index: it goes and is made anew.
const REMADE: &str = "the index until it is filled again from the table: queries of it fail meanwhile, and the filling costs writes";
/// A global index as AWS has it.
const INDEX: &[Field] = &[
    INDEX_NAME,
    KEYS.remakes(REMADE),
    PROJECTED.remakes(REMADE),
    INCLUDED.remakes(REMADE),
    PROVISIONED,
    INITIAL,
    ON_DEMAND,
    WARM,
    INSIGHTS,
];
/// A local index as AWS has it.
const LOCAL: &[Field] = &[INDEX_NAME, KEYS, PROJECTED, INCLUDED];

/// Where the records of a table go besides.
const DESTINATION: &[Field] = &[
    Field::new(
        "stream",
        "StreamArn",
        Type::Ref(&RefTo::checked(&["streams"], "arn")),
        "The Kinesis stream, of the table's account and region.",
    )
    .required(),
    Field::new(
        "precision",
        "ApproximateCreationDateTimePrecision",
        Type::Enum(&[("millisecond", "MILLISECOND"), ("microsecond", "MICROSECOND")]),
        "How precise the time of a change is.",
    )
    .default(Lit::Text("MILLISECOND")),
];

pub const FIELDS: &[Field] = &[
    Field::lowered("TableName", Type::Text { min: 3, max: 255 }, "The name.").required().create_only(),
    Field::sugar(
        "partition_key",
        "The partition key: `PK`, a string, or `{ name: PK, type: string|number|binary }`.",
    )
    .required()
    .form(key_form),
    Field::sugar("sort_key", "The sort key, written as the partition key.").form(key_form),
    Field::lowered("KeySchema", Type::List(&Type::Object(SCHEMA)), "Partition key, then sort key.")
        .required()
        .create_only(),
    Field::sugar(
        "billing",
        "`on_demand` (what is meant if it is left out), or `{ provisioned: { read: 5, write: 5 } }`; with `autoscaled: true` beside them, they are what the capacity begins with.",
    )
    .form(billing_form),
    Field::lowered(
        "BillingMode",
        Type::Enum(&[("on_demand", "PAY_PER_REQUEST"), ("provisioned", "PROVISIONED")]),
        "How reads and writes are paid.",
    )
    .required(),
    PROVISIONED,
    INITIAL,
    ON_DEMAND,
    WARM,
    Field::new(
        "stream",
        "StreamSpecification.StreamViewType",
        Type::Enum(&[
            ("keys_only", "KEYS_ONLY"),
            ("new_image", "NEW_IMAGE"),
            ("old_image", "OLD_IMAGE"),
            ("new_and_old_images", "NEW_AND_OLD_IMAGES"),
        ]),
        "What the records of its stream hold; left out, there is no stream. Another view is another stream with an ARN of its own, so whatever reads it is replaced.",
    ),
    Field::lowered("StreamSpecification.StreamEnabled", Type::Bool, "Whether there is a stream.")
        .default(Lit::Bool(false)),
    Field::sugar(
        "indexes",
        "Global secondary indexes by name. Changing more than an index's throughputs and insights makes it anew.",
    )
    .form(|| Form::map("NAME", Form::fields(INDEX_DECLARED))),
    Field::lowered("GlobalSecondaryIndexes", Type::List(&Type::Object(INDEX)), "Global secondary indexes.")
        .compare(Compare::Keyed("IndexName")),
    Field::sugar(
        "local_indexes",
        "Local secondary indexes by name: other sort keys. They are made with the table, so any change makes the table anew.",
    )
    .form(|| Form::map("NAME", Form::fields(LOCAL_DECLARED))),
    Field::lowered("LocalSecondaryIndexes", Type::List(&Type::Object(LOCAL)), "Local secondary indexes.")
        .compare(Compare::Keyed("IndexName"))
        .create_only(),
    Field::new(
        "ttl",
        "TimeToLiveSpecification.AttributeName",
        Type::Text { min: 1, max: 255 },
        "The attribute that says, in seconds since 1970, when an item goes. AWS takes another attribute an hour after the first was taken away.",
    ),
    Field::new(
        "point_in_time_recovery",
        "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
        Type::Bool,
        "Whether the table can be restored to any second of the recovery period.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "recovery_period",
        "PointInTimeRecoverySpecification.RecoveryPeriodInDays",
        Type::Int { min: 1, max: 35 },
        "How many days back the table can be restored.",
    )
    .default(Lit::Int(35)),
    Field::new(
        "deletion_protection",
        "DeletionProtectionEnabled",
        Type::Bool,
        "Whether AWS itself refuses to delete the table, for everybody.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "table_class",
        "TableClass",
        Type::Enum(&[("standard", "STANDARD"), ("standard_infrequent_access", "STANDARD_INFREQUENT_ACCESS")]),
        "The storage class.",
    )
    .default(Lit::Text("STANDARD")),
    Field::new(
        "kms_key",
        "SSESpecification.KMSMasterKeyId",
        Type::Text { min: 1, max: 2048 },
        "The KMS key that encrypts the table: its ARN, its id, or an alias, of which `alias/aws/dynamodb` is AWS's own in the account. Left out, it is a key that AWS owns. DynamoDB tells ARNs alone, so of an alias it is known that it was set, not what it stands for now.",
    )
    .absent(Absent::Unmanaged),
    Field::lowered("SSESpecification.Enabled", Type::Bool, "Whether the key is another than AWS's own.")
        .default(Lit::Bool(false)),
    Field::lowered("SSESpecification.KMSMasterKeyAlias", TEXT, "The key by an alias, which DynamoDB does not tell.")
        .write_only(),
    INSIGHTS,
    Field::new(
        "kinesis_destination",
        "KinesisStreamSpecification",
        Type::Object(DESTINATION),
        "A Kinesis stream that gets every change of an item, `{ stream: clicks }`.",
    ),
    Field::sugar(
        "policy",
        "Statements on the table's resource policy, by Sid, as IAM writes them; `Resource` is the table itself.",
    )
    .form(|| Form::map("SID", Form::Value(Type::Document(Document::Policy)))),
    TAGS,
];
