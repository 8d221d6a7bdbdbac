//! A change set that is carried out: the stack takes its template, or goes back to what it was.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::{Ctx, NEXT};
use super::super::hooks::random;
use super::super::places::each;
use super::{EVENTS, GONE, IN_REVIEW, MADE, OUTPUTS, SEALED, STACK, TEMPLATE, change_sets, notation, text};
use crate::local::http::ApiError;

/// What nobody signals here.
const WAIT: &str = "AWS::CloudFormation::WaitCondition";
const OWN: &str = "AWS::CloudFormation::Stack";
const TIMED_OUT: &str = "WaitCondition timed out. Received 0 conditions when expecting 1";
/// Members of a change set that the stack takes over.
const TAKEN: &[&str] = &[
    "Parameters",
    "Capabilities",
    "NotificationARNs",
    "RollbackConfiguration",
    "RoleARN",
    "Tags",
    "DeploymentConfig",
    TEMPLATE,
    MADE,
    SEALED,
];

pub fn execute(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, change_set) = change_sets::the(ctx)?;
    if change_set["ExecutionStatus"] != "AVAILABLE" {
        let (id, status) = (text(&change_set["ChangeSetId"]), text(&change_set["Status"]));
        return Err(ApiError::new(
            "InvalidChangeSetStatus",
            format!("ChangeSet [{id}] cannot be executed in its current status of [{status}]"),
        ));
    }
    // It goes as it is carried out, and all the others, which were made for what the stack was.
    change_sets::forget(ctx);
    let stack_place = ctx.place(&STACK)?;
    let Some(mut stack) = stack_place.load(ctx.txn) else {
        return Err(ctx.refuse(STACK.missing, &Value::Null));
    };
    let creates = stack["StackStatus"] == IN_REVIEW;
    let keeps = ctx.input["DisableRollback"] == true || change_set["OnStackFailure"] == "DO_NOTHING";
    let failed = failing(&change_set);
    stack[EVENTS] = match &failed {
        Some(failed) => events(&stack, ctx.now, &change_set, failed),
        None => json!([]),
    };
    let (during, then) = match (creates, failed.is_some()) {
        (true, false) => ("CREATE_IN_PROGRESS", "CREATE_COMPLETE"),
        (false, false) => ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"),
        (true, true) if keeps => ("CREATE_IN_PROGRESS", "CREATE_FAILED"),
        (true, true) => ("ROLLBACK_IN_PROGRESS", "ROLLBACK_COMPLETE"),
        (false, true) if keeps => ("UPDATE_IN_PROGRESS", "UPDATE_FAILED"),
        (false, true) => ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE"),
    };
    if failed.is_none() || creates || keeps {
        take_over(ctx, &mut stack, &change_set);
    }
    let mut set = json!({ "StackStatus": then });
    if failed.is_none() {
        set["Outputs"] = change_set[OUTPUTS].clone();
    }
    stack["StackStatus"] = during.into();
    stack["StackStatusReason"] = failed.map_or(Value::Null, |id| {
        format!("The following resource(s) failed to {}: [{id}].", if creates { "create" } else { "update" })
            .into()
    });
    stack[NEXT] = json!({ "reads": 2, "set": set });
    if change_set["OnStackFailure"] == "DELETE" && creates && then == "ROLLBACK_COMPLETE" {
        stack["StackStatus"] = "DELETE_IN_PROGRESS".into();
        begin_deletion(ctx, &mut stack, 2);
    }
    stack_place.save(ctx.txn, stack);
    Ok(json!({}))
}

/// The resource that does not come to be, if any.
fn failing(change_set: &Value) -> Option<String> {
    let changes = each(change_set, "Changes[]").into_iter().map(|change| &change["ResourceChange"]);
    let mut waits = changes.filter(|one| one["ResourceType"] == WAIT && one["Action"] != "Remove");
    waits.next().map(|one| text(&one["LogicalResourceId"]))
}

fn take_over(ctx: &Ctx, stack: &mut Value, change_set: &Value) {
    for member in TAKEN {
        // A list that is left out stays; an empty one takes away.
        if !change_set[*member].is_null() {
            stack[*member] = change_set[*member].clone();
        }
    }
    let template = notation::parsed(&stack[TEMPLATE]).unwrap_or_default();
    stack["Description"] = template["Description"].clone();
    for member in ["DisableRollback", "RetainExceptOnCreate"] {
        stack[member] = (ctx.input[member] == true).into();
    }
    if stack["EnableTerminationProtection"].is_null() {
        stack["EnableTerminationProtection"] = false.into();
    }
    // In no order that was asked for.
    if let Some(parameters) = stack["Parameters"].as_array_mut() {
        parameters.reverse();
    }
}

/// What happened in a change that failed.
fn events(stack: &Value, now: f64, change_set: &Value, failed: &str) -> Value {
    let event = |logical: &Value, ty: &Value, status: &str, reason: Value| {
        event(stack, now, (logical, ty), (status, reason))
    };
    let begins = if stack["StackStatus"] == IN_REVIEW { "CREATE_IN_PROGRESS" } else { "UPDATE_IN_PROGRESS" };
    let mut events = vec![event(&stack["StackName"], &json!(OWN), begins, "User Initiated".into())];
    for one in each(change_set, "Changes[]").into_iter().map(|change| &change["ResourceChange"]) {
        let fails = one["LogicalResourceId"] == failed;
        let (status, reason) = match fails {
            true => ("CREATE_FAILED", TIMED_OUT.into()),
            false => ("CREATE_COMPLETE", Value::Null),
        };
        events.push(event(&one["LogicalResourceId"], &one["ResourceType"], status, reason));
    }
    events.into()
}

fn event(stack: &Value, now: f64, of: (&Value, &Value), (status, reason): (&str, Value)) -> Value {
    json!({
        "StackId": stack["StackId"], "StackName": stack["StackName"], "EventId": random::uuid(),
        "LogicalResourceId": of.0, "ResourceType": of.1, "ResourceStatus": status,
        "ResourceStatusReason": reason, "Timestamp": now,
    })
}

/// Lets a stack go after some more looks. What it was stays to be seen by its id.
pub fn begin_deletion(ctx: &mut Ctx, stack: &mut Value, reads: u64) {
    let begun = event(
        stack,
        ctx.now,
        (&stack["StackName"], &json!(OWN)),
        ("DELETE_IN_PROGRESS", "User Initiated".into()),
    );
    match stack[EVENTS].as_array_mut() {
        Some(events) => events.push(begun),
        None => stack[EVENTS] = json!([begun]),
    }
    stack[NEXT] = json!({ "reads": reads, "gone": true });
    let mut gone = stack.clone();
    gone["StackStatus"] = "DELETE_COMPLETE".into();
    if let Some(gone) = gone.as_object_mut() {
        gone.shift_remove(NEXT);
    }
    let collection = ctx.collection(GONE);
    ctx.txn.put(&collection, &text(&stack["StackId"]), gone);
}
