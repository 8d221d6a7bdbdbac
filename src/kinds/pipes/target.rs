//! `target`: where a pipe sends.

use crate::engine::field::RefTo;
use crate::engine::{Form, Place, Value};
#[cfg(feature = "aws")]
use crate::kinds::key_of;
use crate::kinds::{Lowering, Manner, RoleFor, SqlStatement};
use crate::source::Span;

use super::called::{self, Call, Called, answered, batched, plain, qualified, route, unchecked};
use super::fields;

pub(super) const KINDS: &[Called] = &[
    Called {
        key: "bus",
        to: RefTo::checked(&["buses"], "arn"),
        block: "EventBridgeEventBusParameters",
        rows: fields::TO_BUS,
        batch: 10,
        arn: bus,
        grant: batched,
        check: check_event,
    },
    Called {
        key: "queue",
        to: RefTo::checked(&["queues"], "arn"),
        block: "SqsQueueParameters",
        rows: fields::TO_QUEUE,
        batch: 10,
        arn: plain,
        grant: batched,
        check: unchecked,
    },
    Called {
        key: "topic",
        to: RefTo::checked(&["topics"], "arn"),
        block: "",
        rows: fields::PLAIN,
        batch: 10,
        arn: plain,
        grant: batched,
        check: unchecked,
    },
    Called {
        key: "stream",
        to: RefTo::checked(&["streams"], "arn"),
        block: "KinesisStreamParameters",
        rows: fields::TO_STREAM,
        batch: 500,
        arn: plain,
        grant: batched,
        check: unchecked,
    },
    Called {
        key: "function",
        to: RefTo::checked(&["functions"], "arn"),
        block: "LambdaFunctionParameters",
        rows: fields::TO_FUNCTION,
        batch: 0,
        arn: qualified,
        grant: answered,
        check: unchecked,
    },
    Called {
        key: "state_machine",
        to: RefTo::checked(&["state_machines"], "arn"),
        block: "StepFunctionStateMachineParameters",
        rows: fields::TO_STATE_MACHINE,
        batch: 0,
        arn: plain,
        grant: start,
        check: unchecked,
    },
    Called {
        key: "api_destination",
        to: RefTo::checked(&["api_destinations"], "arn"),
        block: "HttpParameters",
        rows: fields::HTTP,
        batch: 0,
        arn: plain,
        grant: answered,
        check: unchecked,
    },
    Called {
        key: "api",
        to: RefTo::checked(&["apis"], "execution_arn"),
        block: "HttpParameters",
        rows: fields::TO_API,
        batch: 0,
        arn: route,
        grant: answered,
        check: unchecked,
    },
    Called {
        key: "firehose",
        to: RefTo::unchecked(&["firehose"], "arn"),
        block: "",
        rows: fields::PLAIN,
        batch: 500,
        arn: plain,
        grant: batched,
        check: unchecked,
    },
    Called {
        key: "log_group",
        to: RefTo::checked(&["log_groups"], "arn"),
        block: "CloudWatchLogsParameters",
        rows: fields::TO_LOG_GROUP,
        batch: 10_000,
        arn: plain,
        grant: batched,
        check: |own, call| check_time(own, call, "Timestamp"),
    },
    Called {
        key: "ecs_cluster",
        to: RefTo::unchecked(&["ecs_cluster"], "arn"),
        block: "EcsTaskParameters",
        rows: fields::TO_ECS,
        batch: 0,
        arn: plain,
        grant: |own, role, call, cluster| {
            own.grant_task(role, call.named, &call.block, call.sugar("pass_roles"), cluster);
        },
        check: |own, call| {
            let tags = call.sugar("tags").map(|part| part.node.clone());
            own.check_task(&call.at, &mut call.block, tags.as_ref());
        },
    },
    Called {
        key: "batch_queue",
        to: RefTo::unchecked(&["batch_queue"], "arn"),
        block: "BatchJobParameters",
        rows: fields::TO_BATCH,
        batch: 0,
        arn: plain,
        grant: |own, role, call, queue| {
            let definition = call.block.get("JobDefinition").cloned().unwrap_or_default();
            own.grant_submit_job(role, queue, &definition);
        },
        check: unchecked,
    },
    Called {
        key: "redshift",
        to: RefTo::unchecked(&["redshift", "redshift_workgroup"], "arn"),
        block: "RedshiftDataParameters",
        rows: fields::TO_REDSHIFT,
        batch: 0,
        arn: plain,
        grant: execute,
        check: check_statement,
    },
    Called {
        key: "sagemaker_pipeline",
        to: RefTo::unchecked(&["sagemaker_pipeline"], "arn"),
        block: "SageMakerPipelineParameters",
        rows: fields::TO_SAGEMAKER,
        batch: 0,
        arn: plain,
        grant: batched,
        check: unchecked,
    },
    Called {
        key: "timestream",
        to: RefTo::unchecked(&["timestream"], "arn"),
        block: "TimestreamParameters",
        rows: fields::TO_TIMESTREAM,
        batch: 0,
        arn: plain,
        grant: batched,
        check: check_measures,
    },
    Called {
        key: "inspector",
        to: RefTo::unchecked(&["inspector"], "arn"),
        block: "",
        rows: fields::PLAIN,
        batch: 0,
        arn: plain,
        grant: batched,
        check: unchecked,
    },
];

/// The most ARNs in an event's `resources`.
const MOST_RESOURCES: usize = 10;
/// The most SQL statements of a target.
const MOST_STATEMENTS: usize = 40;

/// How a target is written.
pub fn form() -> Form {
    called::form(KINDS)
}

/// Lowers `target`. `batch`: the declared batch size, which must fit.
pub fn lower(own: &mut Lowering<'_>, role: Option<&RoleFor>, batch: Option<(i64, Span)>) {
    let Some((_, node)) = own.take("target") else { return };
    let found = called::lower(own, &node, KINDS, ("Target", "TargetParameters"), role);
    let Some((kind, _, _)) = found else { return };
    if let Some((size, at)) = batch.filter(|(size, _)| kind.batch > 0 && *size > kind.batch) {
        let message =
            format!("a batch of {size} records is more than a {} takes", kind.key.replace('_', " "));
        own.error("batch_size", at, message, &format!("at most {}", kind.batch));
    }
}

/// Takes away the blocks of other targets than the pipe's: they mean nothing. AWS may keep the block
/// of a target that was replaced by one of another service.
#[cfg(feature = "aws")]
pub fn forget_others(pipe: &mut Value) {
    let kind = pipe.get("Target").and_then(key_of);
    let Some(kind) = kind.and_then(|key| KINDS.iter().find(|kind| kind.key == key)) else { return };
    for other in KINDS.iter().filter(|other| !other.block.is_empty() && other.block != kind.block) {
        pipe.remove(&format!("TargetParameters.{}", other.block));
    }
}

/// A bus, which is of the pipe's own account and region.
fn bus(own: &mut Lowering<'_>, call: &Call<'_>) -> Option<Value> {
    let arn = plain(own, call)?;
    if arn.as_str().is_some_and(|arn| is_elsewhere(arn, own.place())) {
        own.error(
            "bus_elsewhere",
            call.named.value.span,
            "a pipe puts events on a bus of its own account and region alone",
            "send to a bus here, and from there on by a rule",
        );
    }
    Some(arn)
}

/// Whether an ARN is of another region or account, as far as that can be told.
fn is_elsewhere(arn: &str, place: &Place) -> bool {
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    region != place.region || (place.account != Place::NO_ACCOUNT && account != place.account)
}

/// A state machine that is waited for is started by another call.
fn start(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, arn: &Value) {
    let manner = match call.block.text_at("InvocationType") {
        Some("FIRE_AND_FORGET") => Manner::Single,
        _ => Manner::Answered,
    };
    own.grant_invoke(role, call.kind.key, manner, arn);
}

fn execute(own: &mut Lowering<'_>, role: &RoleFor, call: &Call<'_>, arn: &Value) {
    let member = |name: &str| call.block.get(name).cloned();
    let statement = SqlStatement {
        on: arn.clone(),
        // A pipe sends one statement, too, as a batch.
        action: "redshift-data:BatchExecuteStatement",
        database: member("Database").unwrap_or_default(),
        user: member("DbUser"),
        secret: member("SecretManagerArn"),
    };
    own.grant_statement(role, &statement);
}

/// What AWS refuses in the members of an event.
fn check_event(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    let at = call.place(own, "Source");
    own.event_source(call.block.get("Source"), at);
    let resources = call.block.get("Resources").and_then(Value::as_list);
    if resources.is_some_and(|list| list.len() > MOST_RESOURCES) {
        let at = call.place(own, "Resources");
        own.error("too_many_resources", at, format!("an event names at most {MOST_RESOURCES} resources"), "");
    }
    check_time(own, call, "Time");
}

/// A time is read from the record.
fn check_time(own: &mut Lowering<'_>, call: &Call<'_>, member: &str) {
    if call.block.text_at(member).is_some_and(|time| !time.starts_with('$')) {
        let at = call.place(own, member);
        let help = "such as `$.dynamodb.ApproximateCreationDateTime`";
        own.error("event_time", at, "the time is a path of the record", help);
    }
}

fn check_statement(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    let count = call.block.get("Sqls").and_then(Value::as_list).map(<[_]>::len);
    if count.is_some_and(|count| !(1..=MOST_STATEMENTS).contains(&count)) {
        let at = call.place(own, "Sqls");
        own.error("wrong_count", at, format!("one to {MOST_STATEMENTS} statements stand here"), "");
    }
    if call.block.get("DbUser").is_some() && call.block.get("SecretManagerArn").is_some() {
        let at = call.place(own, "DbUser");
        let message = "`db_user` and `secret_manager_arn` are two ways to sign in";
        own.error("credentials", at, message, "take one of them away");
    }
}

fn check_measures(own: &mut Lowering<'_>, call: &mut Call<'_>) {
    if call.block.get("SingleMeasureMappings").is_none() && call.block.get("MultiMeasureMappings").is_none() {
        let help = "write `single_measure_mappings` or `multi_measure_mappings`";
        own.error("no_measures", call.named.key.span, "a record without measures is none", help);
    }
    let formatted = call.block.text_at("TimeFieldType") == Some("TIMESTAMP_FORMAT");
    if formatted != call.block.get("TimestampFormat").is_some() {
        let at = call.place(own, if formatted { "TimeFieldType" } else { "TimestampFormat" });
        let message = "`time_field_type: timestamp_format` and `timestamp_format` stand together";
        own.error("timestamp_format", at, message, "write both or none");
    }
}
