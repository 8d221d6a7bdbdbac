//! What stands in a `target` that is an ECS task or a Batch job.

use crate::engine::Form;
use crate::engine::field::{Compare, Field, Lit, RefTo, TEXT, TEXT_MAP, Type};
use crate::kinds::invoke::task_fields::{CONSTRAINT, PROVIDER, STRATEGY};

use super::target::TEMPLATES;

/// Text, or a path of the record.
const SHORT: Type = Type::Text { min: 1, max: 1024 };

const NETWORK: &[Field] = &[
    Field::new(
        "subnets",
        "Subnets",
        Type::List(&SHORT),
        "Up to sixteen subnets of one VPC, or paths of the record.",
    )
    .compare(Compare::Set)
    .required(),
    Field::new(
        "security_groups",
        "SecurityGroups",
        Type::List(&SHORT),
        "Up to five security groups, or paths of the record; left out, the VPC's default one.",
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

const VARIABLE: &[Field] = &[
    Field::new("name", "name", TEXT, "The variable.").required(),
    Field::new("value", "value", TEXT, "Its value, or a path of the record.").required(),
];
const FILE: &[Field] = &[
    Field::new("type", "type", Type::Enum(&[("s3", "s3")]), "`s3`.").required(),
    Field::new("value", "value", TEXT, "The ARN of the S3 object.").required(),
];
const DEVICE: &[Field] = &[
    Field::new(
        "type",
        "type",
        Type::Enum(&[("gpu", "GPU"), ("inference_accelerator", "InferenceAccelerator")]),
        "What is wanted.",
    )
    .required(),
    Field::new("value", "value", TEXT, "How many GPUs, or the name of the accelerator.").required(),
];
const UNITS: Type = Type::Int { min: 0, max: i32::MAX as i64 };

const CONTAINER: &[Field] = &[
    Field::new("name", "Name", TEXT, "The container of the task definition.").required(),
    Field::new("command", "Command", Type::List(&TEXT), "The command instead of the image's."),
    Field::new("cpu", "Cpu", UNITS, "CPU units."),
    Field::new("memory", "Memory", UNITS, "The most memory, in MiB."),
    Field::new("memory_reservation", "MemoryReservation", UNITS, "The memory that is kept free, in MiB."),
    Field::new(
        "environment",
        "Environment",
        Type::List(&Type::Object(VARIABLE)),
        "Variables, each `{ name, value }`.",
    )
    .compare(Compare::Keyed("name")),
    Field::new(
        "environment_files",
        "EnvironmentFiles",
        Type::List(&Type::Object(FILE)),
        "Files with variables, each `{ type: s3, value: ARN }`.",
    ),
    Field::new(
        "resource_requirements",
        "ResourceRequirements",
        Type::List(&Type::Object(DEVICE)),
        "Devices, each `{ type, value }`.",
    )
    .compare(Compare::Set),
];

const ACCELERATOR: &[Field] = &[
    Field::new("device_name", "deviceName", TEXT, "The device of the task definition.").required(),
    Field::new("device_type", "deviceType", TEXT, "The accelerator's type.").required(),
];

const ROLE: Type = Type::Ref(&RefTo::checked(&["roles"], "arn"));

const OVERRIDES: &[Field] = &[
    Field::new(
        "container_overrides",
        "ContainerOverrides",
        Type::List(&Type::Object(CONTAINER)),
        "By container.",
    )
    .compare(Compare::Keyed("Name")),
    Field::new("cpu", "Cpu", TEXT, "CPU units of the task."),
    Field::new("memory", "Memory", TEXT, "Memory of the task."),
    Field::new(
        "ephemeral_storage",
        "EphemeralStorage",
        Type::Object(&[
            Field::new("size_in_gib", "sizeInGiB", Type::Int { min: 21, max: 200 }, "In GiB.").required()
        ]),
        "The task's storage on Fargate: `{ size_in_gib: 50 }`.",
    ),
    Field::new("execution_role", "ExecutionRoleArn", ROLE, "The role by which ECS starts the task."),
    Field::new("task_role", "TaskRoleArn", ROLE, "The role of the task's own code."),
    Field::new(
        "inference_accelerator_overrides",
        "InferenceAcceleratorOverrides",
        Type::List(&Type::Object(ACCELERATOR)),
        "Elastic Inference accelerators, by device.",
    )
    .compare(Compare::Keyed("deviceName")),
];

const TAG: &[Field] = &[
    Field::lowered("Key", Type::Text { min: 1, max: 128 }, "The tag."),
    Field::lowered("Value", Type::Text { min: 0, max: 256 }, "Its value."),
];

/// `EcsTaskParameters`.
pub const TO_ECS: &[Field] = &[
    Field::new(
        "task_definition",
        "TaskDefinitionArn",
        Type::Text { min: 1, max: 1600 },
        "The ARN of the task definition, or a path of the record; without a revision, the latest.",
    )
    .required(),
    Field::sugar(
        "pass_roles",
        "The task's own role and its execution role, as the task definition names them: the pipe's role hands them to ECS. Roles under `overrides` are known already.",
    )
    .form(|| Form::list(Form::Ref(RefTo::checked(&["roles"], "arn")))),
    Field::new(
        "task_count",
        "TaskCount",
        Type::Int { min: 1, max: i32::MAX as i64 },
        "How many tasks a batch starts.",
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
    Field::new("group", "Group", TEXT, "The task group, or a path of the record."),
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
    Field::new(
        "reference_id",
        "ReferenceId",
        Type::Text { min: 1, max: 1024 },
        "The task's reference id, or a path of the record.",
    ),
    Field::new(
        "overrides",
        "Overrides",
        Type::Object(OVERRIDES),
        "What is other than in the task definition.",
    ),
    Field::sugar("tags", "Tags of the task, by key.").form(|| Form::Value(TEXT_MAP)),
    Field::lowered("Tags", Type::List(&Type::Object(TAG)), "Tags of the task.")
        .compare(Compare::Keyed("Key")),
    TEMPLATES[0],
    TEMPLATES[1],
];

const BATCH_VARIABLE: &[Field] = &[
    Field::new("name", "Name", TEXT, "The variable.").required(),
    Field::new("value", "Value", TEXT, "Its value, or a path of the record.").required(),
];
const REQUIREMENT: &[Field] = &[
    Field::new(
        "type",
        "Type",
        Type::Enum(&[("gpu", "GPU"), ("memory", "MEMORY"), ("vcpu", "VCPU")]),
        "What is wanted.",
    )
    .required(),
    Field::new("value", "Value", TEXT, "How much: GPUs, MiB of memory, or vCPUs.").required(),
];
const BATCH_OVERRIDES: &[Field] = &[
    Field::new("command", "Command", Type::List(&TEXT), "The command instead of the job definition's."),
    Field::new(
        "environment",
        "Environment",
        Type::List(&Type::Object(BATCH_VARIABLE)),
        "Variables, each `{ name, value }`.",
    )
    .compare(Compare::Keyed("Name")),
    Field::new("instance_type", "InstanceType", TEXT, "The instance type of a multi-node job."),
    Field::new(
        "resource_requirements",
        "ResourceRequirements",
        Type::List(&Type::Object(REQUIREMENT)),
        "Resources, each `{ type, value }`.",
    )
    .compare(Compare::Keyed("Type")),
];
const DEPENDENCY: &[Field] = &[
    Field::new("job_id", "JobId", TEXT, "The job that is waited for, or a path of the record."),
    Field::new(
        "type",
        "Type",
        Type::Enum(&[("n_to_n", "N_TO_N"), ("sequential", "SEQUENTIAL")]),
        "How jobs of an array wait for each other.",
    ),
];

/// `BatchJobParameters`.
pub const TO_BATCH: &[Field] = &[
    Field::new(
        "job_definition",
        "JobDefinition",
        TEXT,
        "The job definition: its name, `NAME:REVISION`, its ARN, or a path of the record.",
    )
    .required(),
    Field::new("job_name", "JobName", TEXT, "What jobs are called, or a path of the record.").required(),
    Field::new(
        "array_properties",
        "ArrayProperties",
        Type::Object(
            &[Field::new("size", "Size", Type::Int { min: 2, max: 10_000 }, "How many.").required()],
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
    Field::new(
        "container_overrides",
        "ContainerOverrides",
        Type::Object(BATCH_OVERRIDES),
        "What is other than in the job definition.",
    ),
    Field::new(
        "depends_on",
        "DependsOn",
        Type::List(&Type::Object(DEPENDENCY)),
        "Up to twenty jobs that are waited for.",
    )
    .compare(Compare::Set),
    Field::new(
        "parameters",
        "Parameters",
        TEXT_MAP,
        "Values for the placeholders of the job definition; `$.path` reads the record.",
    ),
    TEMPLATES[0],
    TEMPLATES[1],
];
