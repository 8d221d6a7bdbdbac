//! The field tables of a function.
//!
//! UpdateFunctionConfiguration is a patch: what is left out stays, so each row says what takes its value
//! away. A block inside is replaced whole.

use crate::engine::Form;
use crate::engine::field::{
    Absent, Compare, Document, Field, Goes, Inherits, Lit, RefTo, TAGS, TEXT, TEXT_MAP, Type, Unit,
};
use crate::kinds::{GRANTS, MANAGED_POLICIES, ROLE};

const TEXTS: Type = Type::List(&TEXT);

const CORS: &[Field] = &[
    Field::new(
        "allow_credentials",
        "AllowCredentials",
        Type::Bool,
        "Whether cookies and other credentials are allowed.",
    )
    .default(Lit::Bool(false)),
    Field::new("allow_headers", "AllowHeaders", TEXTS, "Request headers that an origin may send.")
        .compare(Compare::Set),
    Field::new("allow_methods", "AllowMethods", TEXTS, "Methods that an origin may use, or `*`.")
        .compare(Compare::Set),
    Field::new(
        "allow_origins",
        "AllowOrigins",
        TEXTS,
        "Origins that may call, such as `https://example.com`, or `*`.",
    )
    .compare(Compare::Set),
    Field::new("expose_headers", "ExposeHeaders", TEXTS, "Response headers that a script may read.")
        .compare(Compare::Set),
    Field::new(
        "max_age",
        "MaxAge",
        Type::Duration { unit: Unit::Seconds, min: 0, max: 86_400 },
        "How long a browser may keep the answer to a preflight request.",
    )
    .default(Lit::Int(0)),
];

const URL: &[Field] = &[
    Field::new(
        "auth",
        "AuthType",
        Type::Enum(&[("none", "NONE"), ("iam", "AWS_IAM")]),
        "Who may call: `none` is everybody, with the two permissions that this takes; `iam` is whoever IAM lets.",
    )
    .required(),
    Field::new(
        "invoke_mode",
        "InvokeMode",
        Type::Enum(&[("buffered", "BUFFERED"), ("response_stream", "RESPONSE_STREAM")]),
        "Whether the answer is sent whole or as it is written.",
    )
    .default(Lit::Text("BUFFERED")),
    Field::new("cors", "Cors", Type::Object(CORS), "What browsers let pages of other origins do with the URL."),
];

const fn seconds(min: i64, max: i64) -> Type {
    Type::Duration { unit: Unit::Seconds, min, max }
}

/// An ARN that Lambda takes where it names something of another service.
const ARN: Type = Type::Text { min: 1, max: 10_000 };

/// `vpc`.
const VPC: &[Field] = &[
    Field::new("subnet_ids", "SubnetIds", TEXTS, "The subnets, at most 16.").required().compare(Compare::Set),
    Field::new("security_group_ids", "SecurityGroupIds", TEXTS, "The security groups, at most 5.")
        .required()
        .compare(Compare::Set),
    Field::new(
        "ipv6_allowed_for_dual_stack",
        "Ipv6AllowedForDualStack",
        Type::Bool,
        "Whether the function may use IPv6 from dual-stack subnets.",
    )
    .default(Lit::Bool(false)),
];

const FILE_SYSTEM: &[Field] = &[
    Field::new("arn", "Arn", Type::Text { min: 1, max: 256 }, "The ARN of the access point.").required(),
    Field::new(
        "local_mount_path",
        "LocalMountPath",
        Type::Text { min: 6, max: 160 },
        "Where the function sees it: a path below `/mnt/`.",
    )
    .required(),
    Field::new(
        "direct_s3_read",
        "S3FilesConfig.DirectS3Read",
        Type::Enum(&[("enabled", "ENABLED"), ("disabled", "DISABLED"), ("auto", "AUTO")]),
        "On an access point of S3 Files, whether reads go to S3 directly.",
    ),
];

const IMAGE_CONFIG: &[Field] = &[
    Field::new("entry_point", "EntryPoint", TEXTS, "What the container starts, instead of the image's own."),
    Field::new("command", "Command", TEXTS, "Its arguments, instead of the image's own."),
    Field::new(
        "working_directory",
        "WorkingDirectory",
        Type::Text { min: 1, max: 1000 },
        "Where it starts, instead of the image's own.",
    ),
];

/// What takes dead letters.
pub(super) const DEAD: &[&str] = &["queue", "topic"];
/// What hears of events that were handled, and of those that were given up.
pub(super) const HEARS: &[&str] = &["queue", "topic", "function", "bus"];
pub(super) const HEARS_OF_FAILURE: &[&str] = &["queue", "topic", "function", "bus", "bucket"];

/// `async_invoke`. PutFunctionEventInvokeConfig replaces all of it.
pub(super) const ASYNC_INVOKE: &[Field] = &[
    Field::sugar(
        "retry",
        "How often and how long an event that fails is tried again: `{ attempts: 1, max_age: 1h }`; left out, twice within six hours.",
    )
        .form(|| Form::fields(RETRY))
        .inherits(Inherits::Retry(RETRY)),
    Field::lowered("MaximumRetryAttempts", Type::Int { min: 0, max: 2 }, "How often.").default(Lit::Int(2)),
    Field::lowered("MaximumEventAgeInSeconds", seconds(60, 21_600), "How long.").default(Lit::Int(21_600)),
    Field::sugar(
        "on_success",
        "Where a record of each event goes that was handled: `{ queue: done }`, a `topic`, a `function` or a `bus`.",
    )
        .form(|| super::destinations::form(HEARS)),
    Field::lowered("DestinationConfig.OnSuccess.Destination", TEXT, "What hears of success."),
    Field::sugar(
        "on_failure",
        "Where a record of each event goes that was given up: as `on_success`, or a `bucket`.",
    )
        .form(|| super::destinations::form(HEARS_OF_FAILURE)),
    Field::lowered("DestinationConfig.OnFailure.Destination", TEXT, "What hears of failure."),
];

/// `retry` of `async_invoke`.
pub(super) const RETRY: &[Field] = &[
    Field::new(
        "attempts",
        "MaximumRetryAttempts",
        Type::Int { min: 0, max: 2 },
        "How often an event is tried again.",
    ),
    Field::new(
        "max_age",
        "MaximumEventAgeInSeconds",
        seconds(60, 21_600),
        "How old an event becomes before it is given up.",
    ),
];

const LEVELS: Type = Type::Enum(&[
    ("trace", "TRACE"),
    ("debug", "DEBUG"),
    ("info", "INFO"),
    ("warn", "WARN"),
    ("error", "ERROR"),
    ("fatal", "FATAL"),
]);

/// `logging`. The live half fills in the group that a function has by itself.
const LOGGING: &[Field] = &[
    Field::new(
        "format",
        "LogFormat",
        Type::Enum(&[("text", "Text"), ("json", "JSON")]),
        "How log lines are written.",
    )
    .default(Lit::Text("Text")),
    Field::new(
        "application_level",
        "ApplicationLogLevel",
        LEVELS,
        "The least level of the function's own lines; with `json`.",
    )
    .default(Lit::Text("INFO")),
    Field::new(
        "system_level",
        "SystemLogLevel",
        Type::Enum(&[("debug", "DEBUG"), ("info", "INFO"), ("warn", "WARN")]),
        "The least level of Lambda's lines; with `json`.",
    )
    .default(Lit::Text("INFO")),
    Field::new(
        "group",
        "LogGroup",
        Type::Ref(&RefTo::checked(&["log_groups"], "name")),
        "The log group, instead of a generated one `/aws/lambda/NAME`.",
    ),
];

const RUNTIME_MANAGEMENT: &[Field] = &[
    Field::new(
        "update_on",
        "UpdateRuntimeOn",
        Type::Enum(&[("auto", "Auto"), ("function_update", "FunctionUpdate"), ("manual", "Manual")]),
        "When the function moves to a newer version of its runtime.",
    )
    .default(Lit::Text("Auto")),
    Field::new(
        "version_arn",
        "RuntimeVersionArn",
        Type::Text { min: 26, max: 2048 },
        "The ARN of the runtime's version; with `manual`.",
    ),
];

/// An alias. `newest` stands where AWS has the number of the version that is published from the
/// function as it is.
pub(super) const ALIAS: &[Field] = &[
    Field::new(
        "version",
        "FunctionVersion",
        Type::Text { min: 1, max: 1024 },
        "The version that it leads to: a number, `$LATEST`, or `newest`, which publishes a version whenever code or configuration have changed.",
    )
    .default(Lit::Text(NEWEST)),
    Field::new("description", "Description", Type::Text { min: 0, max: 256 }, "What it is for.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "weights",
        "RoutingConfig.AdditionalVersionWeights",
        Type::Map(&Type::Float { min: 0.0, max: 1.0 }),
        "The share of calls that go to another version, by its number: `{ \"3\": 0.1 }`.",
    ),
    Field::new(
        "provisioned_concurrency",
        "ProvisionedConcurrentExecutions",
        Type::Int { min: 1, max: 1_000_000 },
        "How many instances are kept ready.",
    ),
    Field::new("async_invoke", "AsyncInvoke", Type::Object(ASYNC_INVOKE), "As that of the function, for events that invoke the alias."),
    Field::new("url", "Url", Type::Object(URL), "An HTTPS address of the alias's own."),
];

/// What stands for the version that is published from the function as it is.
pub(super) const NEWEST: &str = "newest";

/// A function as AWS has it, with what AWS keeps beside it.
pub(super) const FIELDS: &[Field] = &[
    Field::lowered("FunctionName", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::sugar(
        "code",
        "The function's code: a folder or a `.zip`, relative to the file that it stands in. It is packed the same everywhere: files sorted by name, times fixed, mode 0755 for what starts with `#!` or is an ELF program and 0644 for all else; `.git`, `__pycache__`, `*.pyc` and `.DS_Store` are left out. A function has `code` or `image`.",
    )
    .form(|| Form::Value(TEXT)),
    Field::lowered("Code.Digest", TEXT, "A digest of the code's file names, modes and contents."),
    Field::new("image", "Code.ImageUri", Type::Text { min: 1, max: 2048 }, "The container image, by its URI in ECR. Name it by its digest: a tag that is moved is no change here."),
    Field::lowered("PackageType", TEXT, "Whether the code is a package or an image.").default(Lit::Text("Zip")).create_only(),
    Field::new("image_config", "ImageConfig", Type::Object(IMAGE_CONFIG), "What is started in the image.")
        .absent(Absent::Clear(Lit::EmptyMap)),
    Field::new("source_kms_key", "Code.SourceKMSKeyArn", ARN, "The ARN of the KMS key that encrypts the package.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new("code_signing_config", "CodeSigningConfigArn", Type::Text { min: 1, max: 200 }, "The ARN of the code signing configuration that packages must satisfy."),
    Field::new("handler", "Handler", Type::Text { min: 1, max: 128 }, "What is called, such as `index.handler`. Needed with `code`."),
    Field::new("runtime", "Runtime", Type::Text { min: 1, max: 64 }, "The runtime, such as `python3.13`. Needed with `code`."),
    Field::lowered("Role", TEXT, "The role that the function runs as.").required(),
    Field::new(
        "memory",
        "MemorySize",
        Type::Int { min: 128, max: 10_240 },
        "Memory in MB; processor time grows with it.",
    )
    .default(Lit::Int(128)),
    Field::new(
        "timeout",
        "Timeout",
        Type::Duration { unit: Unit::Seconds, min: 1, max: 900 },
        "How long one invocation may take.",
    )
    .default(Lit::Int(3)),
    Field::new(
        "environment",
        "Environment.Variables",
        TEXT_MAP,
        "Environment variables. AWS shows them to whoever may read the function, so a secret is refused here.",
    )
    .absent(Absent::Clear(Lit::EmptyMap))
    .sensitive(),
    Field::new("kms_key", "KMSKeyArn", ARN, "The ARN of the KMS key that encrypts `environment` and what `snap_start` keeps; with neither, Lambda forgets it.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new("description", "Description", Type::Text { min: 0, max: 256 }, "What the function is for.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "architecture",
        "Architectures",
        Type::Enum(&[("x86_64", "x86_64"), ("arm64", "arm64")]),
        "The processor that the code is for. AWS has a list here, which always holds one.",
    )
    .default(Lit::Text("x86_64")),
    Field::new(
        "ephemeral_storage",
        "EphemeralStorage.Size",
        Type::Int { min: 512, max: 10_240 },
        "Size of `/tmp` in MB.",
    )
    .default(Lit::Int(512)),
    Field::new("layers", "Layers", TEXTS, "ARNs of layer versions, the last one on top.")
        .absent(Absent::Clear(Lit::EmptyList)),
    Field::new(
        "tracing",
        "TracingConfig.Mode",
        Type::Enum(&[("pass_through", "PassThrough"), ("active", "Active")]),
        "Whether X-Ray traces requests that arrive without a decision of their own.",
    )
    .default(Lit::Text("PassThrough")),
    Field::new(
        "reserved_concurrency",
        "ReservedConcurrentExecutions",
        Type::Int { min: 0, max: 1_000_000 },
        "How many instances are kept for the function, and are its most; 0 stops it.",
    ),
    Field::new("vpc", "VpcConfig", Type::Object(VPC), "The VPC that the function is connected to.")
        .absent(Absent::Clear(Lit::Json(r#"{"SubnetIds":[],"SecurityGroupIds":[]}"#))),
    Field::new("file_systems", "FileSystemConfigs", Type::List(&Type::Object(FILE_SYSTEM)), "The file system that is mounted; at most one, with a `vpc`.")
        .absent(Absent::Clear(Lit::EmptyList)),
    Field::sugar("dead_letter", "Where events go that were invoked asynchronously and given up: `{ queue: dead }` or `{ topic: dead }`.")
        .form(|| super::destinations::form(DEAD))
        .inherits(Inherits::DeadLettersUnder("queue")),
    Field::lowered("DeadLetterConfig.TargetArn", TEXT, "The queue or topic.").absent(Absent::Clear(Lit::Text(""))),
    Field::new("async_invoke", "AsyncInvoke", Type::Object(ASYNC_INVOKE), "How events that are invoked asynchronously are tried again, and who hears of them."),
    Field::new("logging", "LoggingConfig", Type::Object(LOGGING), "How and where the function logs."),
    Field::new(
        "snap_start",
        "SnapStart.ApplyOn",
        Type::Enum(&[("none", "None"), ("published_versions", "PublishedVersions")]),
        "Whether published versions start from a snapshot.",
    )
    .default(Lit::Text("None")),
    Field::new("runtime_management", "RuntimeManagement", Type::Object(RUNTIME_MANAGEMENT), "When the runtime is updated."),
    Field::new(
        "recursive_loop",
        "RecursiveLoop",
        Type::Enum(&[("terminate", "Terminate"), ("allow", "Allow")]),
        "What Lambda does when the function calls itself by way of other services.",
    )
    .default(Lit::Text("Terminate")),
    Field::new("publish", "Publish", Type::Bool, "Whether a version is published whenever code or configuration have changed. Versions stay.")
        .absent(Absent::Unmanaged),
    Field::new("aliases", "Aliases", Type::Map(&Type::Object(ALIAS)), "Aliases by name: `{ live: {} }` leads to the newest version, which is published for it.").goes(Goes::Last),
    Field::new("url", "Url", Type::Object(URL), "An HTTPS address of the function's own.").goes(Goes::Last),
    Field::sugar(
        "log_retention_days",
        "How many days the function's log group `/aws/lambda/NAME` keeps events: 1, 3, 5, 7, 14, 30, … Left out, they are kept for ever.",
    )
    .form(|| Form::Value(Type::Int { min: 1, max: 3653 })),
    Field::sugar("triggers", "What the function reads, by key: `{ jobs: { queue: jobs } }`.")
        .form(crate::kinds::triggers::form),
    Field::sugar(
        "policy",
        "Statements on the function's own policy, by key, beside those that follow from references: who else may call it.",
    )
    .form(|| Form::map("KEY", Form::Value(Type::Document(Document::Policy)))),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
    TAGS,
];
