//! What stands in a target that is an ECS task or a Batch job.

use crate::engine::Form;
use crate::engine::field::{Compare, Field, Inherits, Lit, RefTo, TEXT, TEXT_MAP, Type};
use crate::kinds::invoke::task_fields::{CONSTRAINT, NETWORK, PROVIDER, STRATEGY};

use super::block::{block, called, target};

const TAG: &[Field] = &[
    Field::lowered("Key", Type::Text { min: 1, max: 128 }, "The tag.").required(),
    Field::lowered("Value", Type::Text { min: 0, max: 256 }, "Its value.").required(),
];

block! {
    /// `EcsParameters`.
    ECS_BLOCK, ECS = called![
    Field::new(
        "task_definition",
        "TaskDefinitionArn",
        Type::Text { min: 1, max: 1600 },
        "The ARN of the task definition; without a revision, the latest.",
    )
    .required(),
    Field::sugar(
        "pass_roles",
        "The task's own role and its execution role, as the task definition names them: the rule's role hands them to ECS.",
    ).form(|| Form::list(Form::Ref(RefTo::checked(&["roles"], "arn")))),
    Field::new(
        "task_count",
        "TaskCount",
        Type::Int { min: 1, max: i32::MAX as i64 },
        "How many tasks an event starts.",
    )
    .default(Lit::Int(1)),
    Field::new(
        "launch_type",
        "LaunchType",
        Type::Enum(&[("ec2", "EC2"), ("fargate", "FARGATE"), ("external", "EXTERNAL")]),
        "What the task runs on; left out, the cluster's default capacity providers.",
    ),
    Field::new(
        "network_configuration",
        "NetworkConfiguration.awsvpcConfiguration",
        Type::Object(NETWORK),
        "The task's network, where it has one of its own (`awsvpc`).",
    ),
    Field::new(
        "platform_version",
        "PlatformVersion",
        TEXT,
        "The version of Fargate, such as `1.4.0`; left out, the latest.",
    ),
    Field::new("group", "Group", TEXT, "The task group, at most 255 characters."),
    Field::new(
        "capacity_provider_strategy",
        "CapacityProviderStrategy",
        Type::List(&Type::Object(PROVIDER)),
        "Up to six capacity providers, instead of `launch_type`.",
    )
    .compare(Compare::Keyed("capacityProvider")),
    Field::new("enable_ecs_managed_tags", "EnableECSManagedTags", Type::Bool, "Whether ECS tags the task.")
        .default(Lit::Bool(false)),
    Field::new(
        "enable_execute_command",
        "EnableExecuteCommand",
        Type::Bool,
        "Whether commands can be run in the task's containers.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "placement_constraints",
        "PlacementConstraints",
        Type::List(&Type::Object(CONSTRAINT)),
        "Up to ten rules on which instances the task may run.",
    )
    .compare(Compare::Set),
    Field::new(
        "placement_strategy",
        "PlacementStrategy",
        Type::List(&Type::Object(STRATEGY)),
        "Up to five ways in which instances are chosen, in order.",
    ),
    Field::new(
        "propagate_tags",
        "PropagateTags",
        Type::Enum(&[("task_definition", "TASK_DEFINITION")]),
        "Gives the task the tags of its task definition.",
    ),
    Field::new("reference_id", "ReferenceId", Type::Text { min: 0, max: 1024 }, "The task's reference id."),
    Field::sugar("tags", "Tags of the task, by key.").form(|| Form::Value(TEXT_MAP)),
    Field::lowered("Tags", Type::List(&Type::Object(TAG)), "Tags of the task.")
        .compare(Compare::Keyed("Key")),
    ]
}

block! {
    /// `BatchParameters`.
    BATCH_BLOCK, BATCH = called![
    Field::new(
        "job_definition",
        "JobDefinition",
        TEXT,
        "The job definition: its name, `NAME:REVISION` or its ARN.",
    )
    .required(),
    Field::new("job_name", "JobName", TEXT, "What jobs are called.").required(),
    Field::new(
        "array_properties",
        "ArrayProperties",
        Type::Object(
            &[Field::new("size", "Size", Type::Int { min: 2, max: 10_000 }, "How many.").required()]
        ),
        "Makes an array of jobs: `{ size: 10 }`.",
    ),
    Field::new(
        "retry_strategy",
        "RetryStrategy",
        Type::Object(&[
            Field::new("attempts", "Attempts", Type::Int { min: 1, max: 10 }, "How often.").required()
        ]),
        "How often a job that fails is run, instead of the job definition's number: `{ attempts: 3 }`.",
    ),
    ]
}
