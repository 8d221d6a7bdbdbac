//! Rows of the parameters of an ECS task that are the same wherever one is run.

use crate::engine::field::{Compare, Field, Lit, TEXT, Type};

/// Of `awsvpcConfiguration`.
pub const NETWORK: &[Field] = &[
    Field::new("subnets", "Subnets", Type::List(&TEXT), "Up to sixteen subnets of one VPC.")
        .compare(Compare::Set)
        .required(),
    Field::new(
        "security_groups",
        "SecurityGroups",
        Type::List(&TEXT),
        "Up to five security groups; left out, the VPC's default one.",
    )
    .compare(Compare::Set),
    Field::new(
        "assign_public_ip",
        "AssignPublicIp",
        Type::Enum(&[("enabled", "ENABLED"), ("disabled", "DISABLED")]),
        "Whether the task gets a public address; on Fargate.",
    )
    .default(Lit::Text("DISABLED")),
];

/// An item of `CapacityProviderStrategy`.
pub const PROVIDER: &[Field] = &[
    Field::new("capacity_provider", "capacityProvider", Type::Text { min: 1, max: 255 }, "Its name.")
        .required(),
    Field::new(
        "weight",
        "weight",
        Type::Int { min: 0, max: 1000 },
        "Its share of the tasks, beyond those of `base`.",
    )
    .default(Lit::Int(0)),
    Field::new("base", "base", Type::Int { min: 0, max: 100_000 }, "How many tasks it runs at the least.")
        .default(Lit::Int(0)),
];

/// An item of `PlacementConstraints`.
pub const CONSTRAINT: &[Field] = &[
    Field::new(
        "type",
        "type",
        Type::Enum(&[("distinct_instance", "distinctInstance"), ("member_of", "memberOf")]),
        "Whether every task runs on an instance of its own, or on those that `expression` selects.",
    )
    .required(),
    Field::new(
        "expression",
        "expression",
        Type::Text { min: 0, max: 2000 },
        "An expression of the cluster query language, for `member_of`.",
    ),
];

/// An item of `PlacementStrategy`.
pub const STRATEGY: &[Field] = &[
    Field::new(
        "type",
        "type",
        Type::Enum(&[("random", "random"), ("spread", "spread"), ("binpack", "binpack")]),
        "How tasks are placed.",
    )
    .required(),
    Field::new(
        "field",
        "field",
        Type::Text { min: 0, max: 255 },
        "What is spread over, such as `attribute:ecs.availability-zone`, or packed by: `cpu` or `memory`.",
    )
    // AWS gives back `cpu` for `CPU`.
    .compare(Compare::CaseInsensitive),
];
