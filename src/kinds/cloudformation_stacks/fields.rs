//! The field table of a stack.
//!
//! A change set is made of everything, and carries lists even where they are empty: what is left out would stay.

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Document, Field, Lit, RefTo, TAGS, TEXT, TEXT_MAP, Type, Unit};

/// Where the template, the parameters, and those that AWS never shows stand.
pub(super) const TEMPLATE: &str = "Template";
pub(super) const PARAMETERS: &str = "Parameters";
pub(super) const HIDDEN: &str = "NoEchoParameters";
/// The key that both kinds of parameters are declared under.
pub(super) const PARAMETERS_KEY: &str = "parameters";
pub(super) const CAPABILITIES: &str = "Capabilities";
pub(super) const POLICY: &str = "StackPolicyBody";
pub(super) const TERMINATION: &str = "EnableTerminationProtection";
pub(super) const ON_FAILURE: &str = "OnStackFailure";
pub(super) const DISABLE_ROLLBACK: &str = "DisableRollback";
pub(super) const IAM: &str = "CAPABILITY_IAM";
pub(super) const NAMED_IAM: &str = "CAPABILITY_NAMED_IAM";

const ARN: Type = Type::Text { min: 1, max: 2048 };
const TOPIC: RefTo = RefTo::checked(&["topics"], "arn");
const CAPABILITY: Type =
    Type::Enum(&[("iam", IAM), ("named_iam", NAMED_IAM), ("auto_expand", "CAPABILITY_AUTO_EXPAND")]);

/// What a stack allows that has no policy, or none any more: AWS takes no policy away.
const ALL_UPDATES: &str =
    r#"{"Statement":[{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}"#;

const TRIGGER: &[Field] = &[
    Field::new("arn", "Arn", ARN, "The ARN of the alarm.").required(),
    Field::new(
        "type",
        "Type",
        Type::Enum(&[
            ("alarm", "AWS::CloudWatch::Alarm"),
            ("composite_alarm", "AWS::CloudWatch::CompositeAlarm"),
        ]),
        "What it is the ARN of.",
    )
    .default(Lit::Text("AWS::CloudWatch::Alarm")),
];

/// A stack as it is compared.
pub(super) const FIELDS: &[Field] = &[
    Field::lowered("StackName", Type::Text { min: 1, max: 128 }, "The name.").required().create_only(),
    Field::sugar(
        "template",
        "The template: the path of a JSON or YAML file with it, relative to the file that it stands in, its text, or the template itself. CloudFormation's short forms (`!Ref`, `!GetAtt`, `!Sub`…) stand in files and texts; `${queues.jobs.arn}` and other references of the stack are resolved in all of them. It has at most 51,200 bytes as JSON.",
    )
    .form(|| Form::Either(vec![Form::Any, Form::Value(TEXT)]))
    .required(),
    Field::lowered(TEMPLATE, Type::Document(Document::Json), "The template.").required(),
    Field::sugar(
        PARAMETERS_KEY,
        "Values of the template's parameters; a list is joined by commas. What has a default in the template may be left out. A parameter that is `NoEcho` there is never shown, and is the place for secrets.",
    )
    .form(|| Form::map("PARAMETER", Form::Either(vec![Form::Value(TEXT), Form::list(Form::Value(TEXT))]))),
    Field::lowered(PARAMETERS, TEXT_MAP, "The parameters that AWS shows, defaults of the template included."),
    Field::lowered(HIDDEN, TEXT_MAP, "The parameters that AWS does not show.").write_only().sensitive(),
    Field::new(
        "capabilities",
        CAPABILITIES,
        Type::List(&CAPABILITY),
        "What the template may do beyond the usual: `iam` make roles and policies, `named_iam` give them names too.",
    )
    .compare(Compare::Set),
    Field::new(
        "resource_types",
        "ResourceTypes",
        Type::List(&Type::Text { min: 1, max: 256 }),
        "The types that the template may use, such as `AWS::SQS::*`; left out, all of them. AWS never shows them.",
    )
    .write_only(),
    Field::new(
        "role",
        "RoleARN",
        Type::Ref(&RefTo::checked(&["roles"], "arn")),
        "The role that CloudFormation acts by, now and whenever the stack is changed or deleted. Left out, it acts by the rights of whoever applies.",
    )
    .absent(Absent::CannotBeCleared),
    Field::new(
        "notification_topics",
        "NotificationARNs",
        Type::List(&Type::Ref(&TOPIC)),
        "Topics that hear of what happens in the stack.",
    )
    .compare(Compare::Set),
    Field::new(
        "rollback_triggers",
        "RollbackConfiguration.RollbackTriggers",
        Type::List(&Type::Object(TRIGGER)),
        "Alarms that undo a change if they go off while it is made, or for `monitoring_time` afterwards.",
    )
    .compare(Compare::Keyed("Arn")),
    Field::new(
        "monitoring_time",
        "RollbackConfiguration.MonitoringTimeInMinutes",
        Type::Duration { unit: Unit::Minutes, min: 0, max: 180 },
        "How long the alarms are watched after a change.",
    )
    .default(Lit::Int(0)),
    Field::new(
        "disable_rollback",
        DISABLE_ROLLBACK,
        Type::Bool,
        "Whether what was made of a failed change stays for a look at it, instead of being undone.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "on_stack_failure",
        ON_FAILURE,
        Type::Enum(&[("rollback", "ROLLBACK"), ("do_nothing", "DO_NOTHING"), ("delete", "DELETE")]),
        "What becomes of a stack whose creation fails. AWS never shows it.",
    )
    .write_only(),
    Field::new(
        "retain_except_on_create",
        "RetainExceptOnCreate",
        Type::Bool,
        "Whether a failed change takes what it has just made with it, also where the template says `Retain`.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "import_existing_resources",
        "ImportExistingResources",
        Type::Bool,
        "Whether resources that are there under the names in the template are taken into the stack. AWS never shows it.",
    )
    .write_only(),
    Field::new(
        "deployment_mode",
        "DeploymentConfig.Mode",
        Type::Enum(&[("standard", "STANDARD"), ("express", "EXPRESS")]),
        "`standard` waits until resources are ready to work; `express` until their configuration is applied.",
    )
    .default(Lit::Text("STANDARD")),
    Field::new(
        "termination_protection",
        TERMINATION,
        Type::Bool,
        "Whether AWS refuses to delete the stack. `protect` holds gatewayctl back; this holds everybody back, and gatewayctl takes it away where it may delete the stack.",
    )
    .default(Lit::Bool(false)),
    Field::sugar(
        "stack_policy",
        "Which updates of which resources the stack refuses: the path of a file with the policy, its text, or the policy itself. AWS takes no policy away: where it is left out again, one that allows everything takes its place.",
    )
    .form(|| Form::Either(vec![Form::Any, Form::Value(TEXT)])),
    Field::lowered(POLICY, Type::Document(Document::Json), "The policy.").default(Lit::Json(ALL_UPDATES)),
    Field::lowered("StackStatus", TEXT, "What CloudFormation says of the stack.").computed(),
    TAGS,
];
