//! The field table of a state machine.
//!
//! UpdateStateMachine is a patch of whole blocks: what is left out stays, so an update sends each block that has
//! changed with everything in it.

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Document, Field, Lit, RefTo, TAGS, TEXT, TEXT_MAP, Type, Unit};
use crate::kinds::{GRANTS, MANAGED_POLICIES, ROLE};

const LEVEL: Type = Type::Enum(&[("off", "OFF"), ("fatal", "FATAL"), ("error", "ERROR"), ("all", "ALL")]);

/// `log`, as a person writes it.
pub(super) const LOG: &[Field] = &[
    Field::sugar("group", "The log group. The role gets the rights that log delivery takes.")
        .form(|| Form::Ref(LOG_GROUP)),
    Field::new("level", "level", LEVEL, "Which events of an execution are logged.").required(),
    Field::new(
        "include_execution_data",
        "includeExecutionData",
        Type::Bool,
        "Whether input and output of states are logged, secrets in them included.",
    )
    .default(Lit::Bool(false)),
];

/// What `log.group` names.
pub(super) const LOG_GROUP: RefTo = RefTo::checked(&["log_groups"], "arn");

const DESTINATION: &[Field] =
    &[Field::lowered("cloudWatchLogsLogGroup.logGroupArn", TEXT, "The log group, with `:*` behind it.")];

const LOGGED: &[Field] = &[
    Field::lowered("level", LEVEL, "Which events.").default(Lit::Text("OFF")),
    Field::lowered("includeExecutionData", Type::Bool, "Whether input and output are logged.")
        .default(Lit::Bool(false)),
    Field::lowered("destinations", Type::List(&Type::Object(DESTINATION)), "Where to.")
        .compare(Compare::Set)
        .absent(Absent::Clear(Lit::EmptyList)),
];

/// A state machine as AWS has it.
pub(super) const FIELDS: &[Field] = &[
    Field::lowered("name", Type::Text { min: 1, max: 80 }, "The name.").required().create_only(),
    Field::sugar(
        "definition",
        "The definition in the Amazon States Language: the document itself, or the path of a JSON or YAML file with it, relative to the file that it stands in. `${functions.orders.arn}` and other references are resolved in it. The role gets the rights that its tasks take.",
    )
    .form(|| Form::Either(vec![Form::Any, Form::Value(TEXT)]))
    .required(),
    Field::lowered("definition", Type::Document(Document::Json), "The definition.").required(),
    Field::sugar(
        "substitutions",
        "What stands for names of the definition's own: `{ Table: \"${tables.orders.name}\" }` is put where it says `${Table}`, before anything else is resolved.",
    )
    .form(|| Form::Value(TEXT_MAP)),
    Field::new(
        "type",
        "type",
        Type::Enum(&[("standard", "STANDARD"), ("express", "EXPRESS")]),
        "`standard` runs for up to a year and does each step once; `express` runs for up to five minutes, and can be waited for.",
    )
    .default(Lit::Text("STANDARD"))
    .create_only(),
    Field::sugar("log", "What is logged of executions: `{ group: orders, level: error }`.")
        .form(|| Form::fields(LOG)),
    Field::lowered("loggingConfiguration", Type::Object(LOGGED), "What is logged.")
        .absent(Absent::Clear(Lit::Json(r#"{"level":"OFF","includeExecutionData":false,"destinations":[]}"#))),
    Field::new("tracing", "tracingConfiguration.enabled", Type::Bool, "Whether executions are traced by X-Ray.")
        .default(Lit::Bool(false)),
    Field::new(
        "kms_key",
        "encryptionConfiguration.kmsKeyId",
        Type::Text { min: 1, max: 2048 },
        "The KMS key that encrypts the definition and what executions hold: its ARN, id or alias. Left out, AWS's own key is used.",
    ),
    Field::new(
        "kms_data_key_reuse_period",
        "encryptionConfiguration.kmsDataKeyReusePeriodSeconds",
        Type::Duration { unit: Unit::Seconds, min: 60, max: 900 },
        "How long a data key of KMS is used before the next is asked for.",
    )
    .default(Lit::Int(300)),
    Field::lowered("encryptionConfiguration.type", TEXT, "Whose key it is.").default(Lit::Text("AWS_OWNED_KEY")),
    Field::lowered("roleArn", TEXT, "The role that executions act by.").required(),
    Field::lowered("status", TEXT, "`ACTIVE`, or `DELETING` while executions still run.").computed(),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
    TAGS,
];
