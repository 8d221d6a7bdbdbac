//! AWS CloudFormation: stacks with their templates, parameters and change sets.
//!
//! A change set is made of the difference of two templates, and a stack goes through the states that AWS has for it;
//! outputs are resolved, with made-up physical ids that stay as they are. Events are those of a change that failed, and
//! of a deletion. What a template declares is not made: none of its resources is found in another service of this
//! account. A `WaitCondition` fails, since nobody here signals it, and takes its stack with it. Conditions keep out what
//! they keep out in AWS, as far as they can be told without a resource. Transforms change nothing; nested stacks,
//! imports and hooks are not there, and a stack policy is kept but stops nothing. A stack that is gone is seen by its id,
//! as it was.

mod change_sets;
mod execute;
mod notation;
mod scope;
mod template;

use serde_json::{Value, json};

use crate::local::http::ApiError;

use super::executor::{Ctx, NEXT};
use super::places::{Place, each};
use super::{KIND, Kind, Outcome, Service, Verb, row};

const STACK: Kind = Kind {
    name: "stack",
    key: "{StackName}",
    missing: ("ValidationError", "Stack with id {StackName} does not exist"),
    ..KIND
};

const CHANGE_SET: Kind = Kind {
    name: "change-set",
    key: "{StackName}/{ChangeSetName}",
    missing: ("ChangeSetNotFound", "ChangeSet [{ChangeSetName}] does not exist"),
    exists: ("AlreadyExistsException", "ChangeSet {ChangeSetName} already exists"),
    ..KIND
};

/// The text of the template, the policy, and the sealed values of parameters that are not shown.
const TEMPLATE: &str = "_template";
const POLICY: &str = "_policy";
const SEALED: &str = "_sealed";
const EVENTS: &str = "_events";
/// What the template makes where its conditions are decided, and the outputs that it will have.
const MADE: &str = "_made";
const OUTPUTS: &str = "_outputs";
/// The id that a request names a stack by.
const ID: &str = "_id";
/// The collection of stacks that are gone, by their ids.
const GONE: &str = "gone-stack";
/// A stack of which only a change set is there.
const IN_REVIEW: &str = "REVIEW_IN_PROGRESS";

pub const SERVICE: Service = Service {
    id: "cloudformation",
    global: false,
    invalid: "ValidationError",
    before: Some(names),
    kinds: &[STACK, CHANGE_SET],
    operations: &[
        row("DescribeStacks", "stack", Verb::Hook(describe)),
        row("ListStacks", "stack", Verb::Hook(list)),
        row("ListExports", "stack", Verb::Hook(exports)),
        row("GetTemplate", "stack", Verb::Hook(get_template)),
        row("GetTemplateSummary", "stack", Verb::Hook(summary)),
        row("GetStackPolicy", "stack", Verb::Hook(get_policy)),
        row("SetStackPolicy", "stack", Verb::Hook(set_policy)),
        row("UpdateTerminationProtection", "stack", Verb::Hook(protect)),
        row("DescribeStackEvents", "stack", Verb::Hook(events)),
        row("ContinueUpdateRollback", "stack", Verb::Hook(go_on)),
        row("DeleteStack", "stack", Verb::Hook(delete)),
        row("CreateChangeSet", "change-set", Verb::Hook(change_sets::create)),
        row("DescribeChangeSet", "change-set", Verb::Hook(change_sets::describe)),
        row("ListChangeSets", "change-set", Verb::Hook(change_sets::list)),
        row("DeleteChangeSet", "change-set", Verb::Hook(change_sets::delete)),
        row("ExecuteChangeSet", "change-set", Verb::Hook(execute::execute)),
    ],
};

/// Stacks and change sets may be named by their ARNs.
fn names(ctx: &mut Ctx) -> Outcome<()> {
    for member in ["StackName", "ChangeSetName"] {
        let given = ctx.text(member);
        if given.starts_with("arn:") {
            if member == "StackName" {
                ctx.input[ID] = given.as_str().into();
            }
            let name = given.split('/').nth(1).unwrap_or_default().to_owned();
            ctx.input[member] = name.into();
        }
    }
    Ok(())
}

/// The stack that the input names; one that is gone is named by its id.
fn stack(ctx: &mut Ctx) -> Outcome<(Place, Value)> {
    let place = ctx.place(&STACK)?;
    let id = ctx.text(ID);
    let named = ctx.look(&place).filter(|stack| id.is_empty() || stack["StackId"] == id.as_str());
    let gone = Place { collection: ctx.collection(GONE), id, inside: Vec::new() };
    match named {
        Some(stack) => Ok((place, stack)),
        None => match gone.load(ctx.txn) {
            Some(stack) => Ok((gone, stack)),
            None => Err(ctx.refuse(STACK.missing, &Value::Null)),
        },
    }
}

/// Every stack, each a look nearer to what comes next.
fn stacks(ctx: &mut Ctx) -> Vec<Value> {
    let collection = ctx.collection(STACK.name);
    let ids: Vec<String> = ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).collect();
    let place = |id| Place { collection: collection.clone(), id, inside: Vec::new() };
    ids.into_iter().filter_map(|id| ctx.look(&place(id))).collect()
}

fn describe(ctx: &mut Ctx) -> Outcome<Value> {
    if ctx.text("StackName").is_empty() {
        return Ok(json!({ "Stacks": stacks(ctx) }));
    }
    let (_, stack) = stack(ctx)?;
    Ok(json!({ "Stacks": [stack] }))
}

/// The stacks in the states that are asked for.
fn list(ctx: &mut Ctx) -> Outcome<Value> {
    let wanted = ctx.input["StackStatusFilter"].as_array().cloned().unwrap_or_default();
    let found = stacks(ctx).into_iter();
    let found = found.filter(|stack| wanted.is_empty() || wanted.contains(&stack["StackStatus"]));
    Ok(json!({ "StackSummaries": found.collect::<Vec<_>>() }))
}

fn exports(ctx: &mut Ctx) -> Outcome<Value> {
    let stacks = stacks(ctx);
    let outputs = stacks.iter().flat_map(|stack| each(stack, "Outputs[]"));
    let exports = outputs.filter(|output| output["ExportName"].is_string());
    let exports: Vec<Value> = exports
        .map(|output| json!({ "Name": output["ExportName"], "Value": output["OutputValue"] }))
        .collect();
    Ok(json!({ "Exports": exports }))
}

fn get_template(ctx: &mut Ctx) -> Outcome<Value> {
    let document = match ctx.text("ChangeSetName").is_empty() {
        true => stack(ctx)?.1,
        false => change_sets::the(ctx)?.1,
    };
    let Some(template) = notation::parsed(&document[TEMPLATE]) else {
        return Err(ctx.invalid("Template is not available for this stack"));
    };
    let is_transformed = !template["Transform"].is_null();
    // What transforms have made of it, where the one that was sent is not asked for.
    let body = match is_transformed && ctx.text("TemplateStage") != "Original" {
        true => template::processed(template).to_string().into(),
        false => document[TEMPLATE].clone(),
    };
    Ok(json!({ "TemplateBody": body, "StagesAvailable": ["Original", "Processed"] }))
}

fn summary(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, stack) = stack(ctx)?;
    let Some(template) = notation::parsed(&stack[TEMPLATE]) else {
        return Err(ctx.invalid("Template is not available for this stack"));
    };
    let mut answer = json!({ "ResourceTypes": template::types(&template) });
    if !template["Metadata"].is_null() {
        answer["Metadata"] = template["Metadata"].to_string().into();
    }
    Ok(answer)
}

fn get_policy(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, stack) = stack(ctx)?;
    Ok(json!({ "StackPolicyBody": stack[POLICY] }))
}

fn set_policy(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut stack) = stack(ctx)?;
    stack[POLICY] = ctx.input["StackPolicyBody"].clone();
    place.save(ctx.txn, stack);
    Ok(json!({}))
}

fn protect(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut stack) = stack(ctx)?;
    stack["EnableTerminationProtection"] = ctx.input["EnableTerminationProtection"].clone();
    let id = stack["StackId"].clone();
    place.save(ctx.txn, stack);
    Ok(json!({ "StackId": id }))
}

/// The last first.
fn events(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, stack) = stack(ctx)?;
    let mut events = stack[EVENTS].as_array().cloned().unwrap_or_default();
    events.reverse();
    Ok(json!({ "StackEvents": events }))
}

fn go_on(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut stack) = stack(ctx)?;
    if stack["StackStatus"] != "UPDATE_ROLLBACK_FAILED" {
        let message = format!("Stack:{} is not in UPDATE_ROLLBACK_FAILED state.", text(&stack["StackId"]));
        return Err(ctx.invalid(message));
    }
    stack["StackStatus"] = "UPDATE_ROLLBACK_IN_PROGRESS".into();
    stack[NEXT] = json!({ "reads": 1, "set": { "StackStatus": "UPDATE_ROLLBACK_COMPLETE" } });
    place.save(ctx.txn, stack);
    Ok(json!({}))
}

/// That there is none is no error.
fn delete(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&STACK)?;
    let id = ctx.text(ID);
    let named = place.load(ctx.txn).filter(|stack| id.is_empty() || stack["StackId"] == id.as_str());
    let Some(mut stack) = named else { return Ok(json!({})) };
    if stack["EnableTerminationProtection"] == true {
        let id = text(&stack["StackName"]);
        return Err(
            ctx.invalid(format!("Stack [{id}] cannot be deleted while TerminationProtection is enabled"))
        );
    }
    change_sets::forget(ctx);
    if stack["StackStatus"] != "DELETE_IN_PROGRESS" {
        stack["StackStatus"] = "DELETE_IN_PROGRESS".into();
        execute::begin_deletion(ctx, &mut stack, 1);
    }
    place.save(ctx.txn, stack);
    Ok(json!({}))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A refusal because of the state that a stack is in.
fn wrong_state(ctx: &Ctx, stack: &Value) -> ApiError {
    let (id, state) = (text(&stack["StackId"]), text(&stack["StackStatus"]));
    ctx.invalid(format!("Stack:{id} is in {state} state and can not be updated."))
}
