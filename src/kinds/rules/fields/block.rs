//! What stands beside the kind key of a target: what every target takes, and AWS's block of parameters.

use crate::engine::Form;
use crate::engine::field::{Compare, Field, Inherits, Lit, RefTo, TEXT, Type};

/// What a person may write in a target: what every target takes, and the rows of its block.
macro_rules! target {
    ($($row:expr),* $(,)?) => {
        &[
            Field::sugar("transform", "What is sent, as the document that comes out.").form(|| Form::Any),
            Field::sugar("input", "JSON text that is sent instead of the event.").form(|| Form::Value(TEXT)),
            Field::sugar("input_path", "The part of the event that is sent, such as `$.detail`.").form(|| Form::Value(TEXT)),
            Field::sugar("input_template", "AWS's own template, with the variables of `input_paths`.").form(|| Form::Value(TEXT)),
            Field::sugar("input_paths", "Paths of the event by the template's variables.").form(|| Form::map("variable", Form::Value(TEXT))),
            Field::sugar("retry", "How delivery is tried again: `{ attempts: 10, max_age: 1h }`.").form(|| Form::fields($crate::kinds::rules::fields::RETRY)).inherits(Inherits::Retry($crate::kinds::rules::fields::RETRY)),
            Field::sugar("dead_letter", "The queue that gets what could not be delivered.").form(|| Form::Ref(RefTo::unchecked(&["queues"], "arn"))).inherits(Inherits::DeadLetters),
            $($row),*
        ]
    };
}
/// The same for a target that is called by a role.
macro_rules! called {
    ($($row:expr),* $(,)?) => {
        target![Field::sugar("role", "A role of one's own that this target alone is called by.").form(|| Form::Ref(RefTo::checked(&["roles"], "arn"))), $($row),*]
    };
}
/// A block of AWS's parameters, and what a person may write in a target that has it.
macro_rules! block {
    ($(#[$doc:meta])* $block:ident, $name:ident = $kind:ident![$($row:expr),* $(,)?]) => {
        $(#[$doc])*
        pub const $block: &[Field] = &[$($row),*];
        /// What stands in a target with this block.
        pub const $name: &[Field] = $kind![$($row),*];
    };
}
pub(super) use {block, called, target};

/// What takes no parameters and lets EventBridge in by its own policy: a topic, a log group.
pub const PLAIN: &[Field] = target![];

/// What takes no parameters and is called by a role.
pub const CALLED: &[Field] = called![];

block! {
    /// `SqsParameters`.
    QUEUE_BLOCK, QUEUE = target![Field::new(
    "message_group_id",
    "MessageGroupId",
    Type::Text { min: 1, max: 100 },
    "The message group of a FIFO queue, or the tenant of a fair one.",
)
    ]
}

/// A function.
pub const FUNCTION: &[Field] = target![
    Field::sugar(
        "qualifier",
        "An alias that the function declares; of a function of others, any version or alias."
    )
    .form(|| Form::Value(TEXT))
];

block! {
    /// `KinesisParameters`.
    STREAM_BLOCK, STREAM = called![Field::new(
    "partition_key_path",
    "PartitionKeyPath",
    Type::Text { min: 1, max: 256 },
    "The path of the event whose value decides on the shard; left out, the event's id does.",
)
    ]
}

const PARAMETER: Type = Type::Text { min: 0, max: 512 };
const PATH_VALUES: Field = Field::new(
    "path_parameter_values",
    "PathParameterValues",
    Type::List(&PARAMETER),
    "Values for each `*` of the path, in order; `$.path` reads the event.",
);
const HEADERS: Field = Field::new(
    "header_parameters",
    "HeaderParameters",
    Type::Map(&PARAMETER),
    "Headers by name; the connection's win. `$.path` reads the event.",
);
const QUERY: Field = Field::new(
    "query_string_parameters",
    "QueryStringParameters",
    Type::Map(&PARAMETER),
    "Parameters of the query string by name; the connection's win. `$.path` reads the event.",
);

/// `HttpParameters` of an API destination.
pub const API_DESTINATION: &[Field] = called![PATH_VALUES, HEADERS, QUERY];

block! {
    /// `HttpParameters` of an API.
    API_BLOCK, API = called![
    Field::sugar("route", "The route that is called, such as `GET /pets/*`.").form(|| Form::Value(TEXT)),
    PATH_VALUES,
    HEADERS,
    QUERY,
    ]
}

const INSTANCES: &[Field] = &[
    Field::new(
        "key",
        "Key",
        Type::Text { min: 1, max: 128 },
        "What instances are chosen by: `InstanceIds`, or `tag:NAME`.",
    )
    .required(),
    Field::new(
        "values",
        "Values",
        Type::List(&Type::Text { min: 1, max: 256 }),
        "One to fifty instances' ids, or values of the tag.",
    )
    .compare(Compare::Set)
    .required(),
];

block! {
    /// `RunCommandParameters`.
    RUN_COMMAND_BLOCK, RUN_COMMAND = called![
    Field::new(
        "run_command_targets",
        "RunCommandTargets",
        Type::List(&Type::Object(INSTANCES)),
        "Where the command runs: one `{ key: tag:role, values: [worker] }`.",
    )
    .required(),
    ]
}

block! {
    /// `RedshiftDataParameters`.
    REDSHIFT_BLOCK, REDSHIFT = called![
    Field::new("database", "Database", Type::Text { min: 1, max: 64 }, "The database.").required(),
    Field::new(
        "sql",
        "Sql",
        Type::Text { min: 1, max: 100_000 },
        "The statement that is executed; or several as `sqls`.",
    ),
    Field::new(
        "sqls",
        "Sqls",
        Type::List(&Type::Text { min: 1, max: 100_000 }),
        "One to forty statements that are executed, in order.",
    ),
    Field::new(
        "db_user",
        "DbUser",
        Type::Text { min: 1, max: 128 },
        "The database user for whom credentials are made; `secret_manager_arn` instead names a secret that has them.",
    ),
    Field::new(
        "secret_manager_arn",
        "SecretManagerArn",
        Type::Text { min: 1, max: 1600 },
        "The ARN of the secret with the database's credentials, or a path of the event.",
    ),
    Field::new(
        "statement_name",
        "StatementName",
        Type::Text { min: 1, max: 500 },
        "What the statement is called.",
    ),
    Field::new("with_event", "WithEvent", Type::Bool, "Whether an event tells when the statement is done.")
        .default(Lit::Bool(false)),
    ]
}

const PIPELINE_PARAMETER: &[Field] = &[
    Field::new("name", "Name", Type::Text { min: 1, max: 256 }, "The parameter.").required(),
    Field::new("value", "Value", Type::Text { min: 0, max: 1024 }, "Its value, or a path of the event.")
        .required(),
];

block! {
    /// `SageMakerPipelineParameters`.
    SAGEMAKER_BLOCK, SAGEMAKER = called![
    Field::new(
        "pipeline_parameter_list",
        "PipelineParameterList",
        Type::List(&Type::Object(PIPELINE_PARAMETER)),
        "Up to 200 parameters of the pipeline, each `{ name, value }`.",
    )
    .compare(Compare::Keyed("Name")),
    ]
}

block! {
    /// `AppSyncParameters`.
    APPSYNC_BLOCK, APPSYNC = called![
    Field::sugar(
        "graphql_api",
        "The ARN of the API itself, `…:appsync:…:apis/ID`, which the endpoint's ARN does not tell: the role may call its mutations.",
    ).form(|| Form::Value(TEXT)),
    Field::new(
        "graphql_operation",
        "GraphQLOperation",
        Type::Text { min: 1, max: 1 << 20 },
        "The mutation that is executed, in GraphQL.",
    )
    .required(),
    ]
}
