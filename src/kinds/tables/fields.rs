//! The field tables of a table, its indexes and keys.

use crate::engine::field::{Compare, Field, Lit, TAGS, TEXT, Type};

/// A key's type, as YAML writes it and as AWS does.
pub const KEY_TYPES: &[(&str, &str)] = &[("string", "S"), ("number", "N"), ("binary", "B")];

/// Read and write capacity units.
const UNITS: Type = Type::Int { min: 1, max: 1 << 40 };
pub const CAPACITY: &[Field] = &[
    Field::new("read", "ReadCapacityUnits", UNITS, "Read capacity units.").required(),
    Field::new("write", "WriteCapacityUnits", UNITS, "Write capacity units.").required(),
];

/// A key written as a map; a bare name is a string key.
pub const KEY: &[Field] = &[
    Field::new("name", "AttributeName", Type::Text { min: 1, max: 255 }, "The attribute.").required(),
    Field::new("type", "AttributeType", Type::Enum(KEY_TYPES), "The type of its values; left out, a string."),
];

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

/// What a person writes of an index.
pub const INDEX_DECLARED: &[Field] = &[
    Field::sugar("partition_key", "The partition key: `PK`, a string, or `{ name: PK, type: number }`.")
        .required(),
    Field::sugar("sort_key", "The sort key, written as the partition key."),
    Field::sugar(
        "projection",
        "The attributes it holds: `all` (what is meant if it is left out), `keys_only`, or `{ include: [state] }`.",
    ),
    Field::new(
        "throughput",
        "ProvisionedThroughput",
        Type::Object(CAPACITY),
        "Its capacity, on a table whose billing is provisioned.",
    ),
];

/// An index as AWS has it.
const INDEX: &[Field] = &[
    Field::lowered("IndexName", Type::Text { min: 3, max: 255 }, "The name."),
    Field::lowered("KeySchema", Type::List(&Type::Object(SCHEMA)), "Partition key, then sort key."),
    Field::lowered("Projection.ProjectionType", TEXT, "The attributes it holds."),
    Field::lowered("Projection.NonKeyAttributes", Type::List(&TEXT), "Those it holds beside the keys.")
        .compare(Compare::Set),
    Field::lowered("ProvisionedThroughput", Type::Object(CAPACITY), "Its capacity."),
];

pub const FIELDS: &[Field] = &[
    Field::lowered("TableName", Type::Text { min: 3, max: 255 }, "The name.").required().create_only(),
    Field::sugar(
        "partition_key",
        "The partition key: `PK`, a string, or `{ name: PK, type: string|number|binary }`.",
    )
    .required(),
    Field::sugar("sort_key", "The sort key, written as the partition key."),
    Field::lowered("KeySchema", Type::List(&Type::Object(SCHEMA)), "Partition key, then sort key.")
        .create_only(),
    Field::sugar(
        "billing",
        "`on_demand` (what is meant if it is left out), or `{ provisioned: { read: 5, write: 5 } }`.",
    ),
    Field::lowered(
        "BillingMode",
        Type::Enum(&[("on_demand", "PAY_PER_REQUEST"), ("provisioned", "PROVISIONED")]),
        "How reads and writes are paid.",
    ),
    Field::lowered("ProvisionedThroughput", Type::Object(CAPACITY), "The capacity, where it is provisioned."),
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
        "Global secondary indexes by name. Changing more than an index's throughput makes it anew.",
    ),
    Field::lowered("GlobalSecondaryIndexes", Type::List(&Type::Object(INDEX)), "Global secondary indexes.")
        .compare(Compare::Keyed("IndexName")),
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
    TAGS,
];
