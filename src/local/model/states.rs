//! AWS Step Functions, as far as state machines go: nothing is executed here.
//!
//! A create of a machine that is there and equal is answered as if it had made one, whatever role and tags the
//! request has. A machine that is being deleted is still there for a while, and nothing can be made of its name.

use serde_json::{Value, json};

use crate::local::http::ApiError;

use super::executor::Ctx;
use super::hooks::roles;
use super::places::{at, each};
use super::{
    Before, Check, Fill, From, KIND, Kind, LIST, List, Outcome, Refusal, Service, States, Verb, row,
};

const MACHINE: Kind = Kind {
    name: "state-machine",
    key: "{name}",
    arn: "{stateMachineArn}",
    missing: ("StateMachineDoesNotExist", "State Machine Does Not Exist: '{stateMachineArn}'"),
    exists: ("StateMachineAlreadyExists", "State Machine Already Exists: '{stateMachineArn}'"),
    create: &[
        Fill::Set(
            "stateMachineArn",
            From::Text("arn:{partition}:states:{region}:{account}:stateMachine:{name}"),
        ),
        Fill::Set("creationDate", From::Now),
        Fill::Set("status", From::Json("\"ACTIVE\"")),
        Fill::Default("type", From::Json("\"STANDARD\"")),
        Fill::Default("loggingConfiguration.level", From::Json("\"OFF\"")),
        Fill::Default("loggingConfiguration.includeExecutionData", From::Json("false")),
        Fill::Default("tracingConfiguration.enabled", From::Json("false")),
        Fill::Default("encryptionConfiguration.type", From::Json("\"AWS_OWNED_KEY\"")),
    ],
    update: &[
        Fill::Set("revisionId", From::Text("{uuid}")),
        Fill::Default("loggingConfiguration.level", From::Json("\"OFF\"")),
        Fill::Default("loggingConfiguration.includeExecutionData", From::Json("false")),
    ],
    states: Some(&States {
        member: "status",
        create: None,
        update: None,
        delete: Some("DELETING"),
        busy: (&["DELETING"], DELETING),
        reads: 1,
    }),
    ..KIND
};

const DELETING: Refusal = ("StateMachineDeleting", "State Machine is being deleted: '{stateMachineArn}'");
const NO_ROLE: Refusal = (
    "AccessDeniedException",
    "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
);
const NO_LOG: Refusal =
    ("AccessDeniedException", "The state machine IAM Role is not authorized to access the Log Destination");

const MACHINES: List =
    List { items: "stateMachines", limit: ("maxResults", 1000), token: ("nextToken", "nextToken"), ..LIST };

/// What holds of every request that describes a machine.
const VALID: &[Before] = &[named, defined, logged, encrypted];
const CHECKS: &[Check] = &[Check::Role("roleArn", "states.amazonaws.com", NO_ROLE)];

pub const SERVICE: Service = Service {
    id: "states",
    global: false,
    invalid: "ValidationException",
    before: None,
    kinds: &[MACHINE],
    operations: &[
        row("CreateStateMachine", "state-machine", Verb::Hook(create)).before(VALID).checks(CHECKS),
        row("DescribeStateMachine", "state-machine", Verb::Read).by_arn("stateMachineArn"),
        row("UpdateStateMachine", "state-machine", Verb::Patch)
            .by_arn("stateMachineArn")
            .before(&[says_something, defined, logged, encrypted])
            .checks(CHECKS),
        row("DeleteStateMachine", "state-machine", Verb::Hook(delete)),
        row("ListStateMachines", "state-machine", Verb::List(&MACHINES)),
        row("TagResource", "state-machine", Verb::Tag("tags")).by_arn("resourceArn"),
        row("UntagResource", "", Verb::Untag("tagKeys")).by_arn("resourceArn"),
        row("ListTagsForResource", "state-machine", Verb::ListTags("tags")).by_arn("resourceArn"),
    ],
};

fn refused<T>(code: &str, message: impl Into<String>) -> Outcome<T> {
    Err(ApiError::new(code, message.into()))
}

fn named(ctx: &mut Ctx) -> Outcome<()> {
    let name = ctx.text("name");
    match name.chars().any(|c| c.is_whitespace() || c.is_control() || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(c))
    {
        true => refused("InvalidName", format!("Invalid Name: '{name}'")),
        false => Ok(()),
    }
}

fn says_something(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("definition").is_empty() && ctx.text("roleArn").is_empty() {
        true => refused(
            "MissingRequiredParameter",
            "Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration or the TracingConfiguration must be specified",
        ),
        false => Ok(()),
    }
}

/// The barest skeleton: AWS looks at more.
fn defined(ctx: &mut Ctx) -> Outcome<()> {
    let Some(text) = ctx.input["definition"].as_str() else { return Ok(()) };
    let invalid =
        |why: &str| refused("InvalidDefinition", format!("Invalid State Machine Definition: '{why}'"));
    let Ok(definition) = serde_json::from_str::<Value>(text) else {
        return invalid("INVALID_JSON_DESCRIPTION: Could not parse definition");
    };
    let start = definition["StartAt"].as_str().unwrap_or_default();
    match definition["States"].get(start) {
        Some(_) => Ok(()),
        None => invalid("MISSING_TRANSITION_TARGET: Missing 'Next' target at /StartAt"),
    }
}

/// A log goes to one group that is there, named with `:*`, and the role may deliver to it.
fn logged(ctx: &mut Ctx) -> Outcome<()> {
    let Some(log) = at(&ctx.input, "loggingConfiguration").cloned() else { return Ok(()) };
    let groups: Vec<String> = each(&log, "destinations[].cloudWatchLogsLogGroup.logGroupArn")
        .into_iter()
        .filter_map(|arn| arn.as_str().map(str::to_owned))
        .collect();
    let is_on = log["level"].as_str().is_some_and(|level| level != "OFF");
    let invalid =
        |why: &str| refused("InvalidLoggingConfiguration", format!("Invalid Logging Configuration: {why}"));
    if groups.len() > 1 {
        return invalid("Must specify exactly one Log Destination.");
    }
    let Some(arn) = groups.first() else {
        return if is_on { invalid("Must specify exactly one Log Destination.") } else { Ok(()) };
    };
    let group = arn.strip_suffix(":*").and_then(|arn| ctx.find_arn(&ctx.elsewhere("logs/log-group"), arn));
    if group.is_none() {
        return invalid("Log Destination not found.");
    }
    let role = ctx.text("roleArn");
    match !is_on || roles::allows(ctx, &role, "logs:CreateLogDelivery", "*") {
        true => Ok(()),
        false => refused(NO_LOG.0, NO_LOG.1),
    }
}

/// A data key of KMS is that of a key of one's own.
fn encrypted(ctx: &mut Ctx) -> Outcome<()> {
    let Some(encryption) = at(&ctx.input, "encryptionConfiguration").cloned() else { return Ok(()) };
    let is_own = encryption["type"] == "CUSTOMER_MANAGED_KMS_KEY";
    if is_own != encryption["kmsKeyId"].is_string()
        || (!is_own && !encryption["kmsDataKeyReusePeriodSeconds"].is_null())
    {
        return refused(
            "InvalidEncryptionConfiguration",
            "Invalid Encryption Configuration: the key does not fit the type",
        );
    }
    if is_own && encryption["kmsDataKeyReusePeriodSeconds"].is_null() {
        ctx.input["encryptionConfiguration"]["kmsDataKeyReusePeriodSeconds"] = json!(300);
    }
    Ok(())
}

/// What tells a create from a repetition of it: neither role nor tags do.
const SAME: &[&str] =
    &["definition", "type", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration"];

fn create(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&MACHINE)?;
    let machine = ctx.made(&MACHINE, ctx.input.clone());
    let Some(there) = ctx.look(&place) else {
        place.save(ctx.txn, machine.clone());
        return Ok(machine);
    };
    if there["status"] == "DELETING" {
        return Err(ctx.refuse(DELETING, &there));
    }
    match SAME.iter().all(|member| there[member] == machine[member]) {
        true => Ok(there),
        false => Err(ctx.refuse(MACHINE.exists, &there)),
    }
}

/// A machine that is not there is deleted with success.
fn delete(ctx: &mut Ctx) -> Outcome<Value> {
    let Ok(place) = ctx.by_arn("stateMachineArn", MACHINE.missing) else { return Ok(json!({})) };
    if let Some(mut machine) = place.load(ctx.txn)
        && machine["status"] != "DELETING"
    {
        machine["status"] = "DELETING".into();
        machine[super::executor::NEXT] = json!({"reads": 1, "gone": true});
        place.save(ctx.txn, machine);
    }
    Ok(json!({}))
}
