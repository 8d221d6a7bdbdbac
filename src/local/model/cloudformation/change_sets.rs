//! Change sets: made, looked at, thrown away.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::Outcome;
use super::super::executor::{Ctx, NEXT};
use super::super::hooks::secrets;
use super::super::places::{Place, each};
use super::scope::Scope;
use super::{CHANGE_SET, IN_REVIEW, MADE, OUTPUTS, SEALED, STACK, TEMPLATE, text, wrong_state};
use super::{notation, template};
use crate::local::http::ApiError;

/// What is shown of a parameter that is not shown.
const MASK: &str = "****";
const NO_CHANGES: &str =
    "The submitted information didn't contain changes. Submit different information to create a change set.";
/// Members of the request that the stack shows once the change set is executed.
const KEPT: &[&str] =
    &["Capabilities", "NotificationARNs", "RollbackConfiguration", "RoleARN", "Tags", "DeploymentConfig"];
const IN_THE_MAKING: &str = "CREATE_IN_PROGRESS";
/// The states in which an update is taken.
const UPDATABLE: &[&str] = &[
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "UPDATE_FAILED",
    "CREATE_FAILED",
];

/// The change set that the input names.
pub fn the(ctx: &mut Ctx) -> Outcome<(Place, Value)> {
    let place = ctx.place(&CHANGE_SET)?;
    match ctx.look(&place) {
        Some(change_set) => Ok((place, change_set)),
        None => Err(ctx.refuse(CHANGE_SET.missing, &Value::Null)),
    }
}

/// Removes the change sets of the stack.
pub fn forget(ctx: &mut Ctx) {
    let (collection, stack) = (ctx.collection(CHANGE_SET.name), ctx.text("StackName"));
    let is_one = |id: &str| id.starts_with(&format!("{stack}/"));
    let ids: Vec<String> =
        ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| is_one(id)).collect();
    ids.iter().for_each(|id| ctx.txn.remove(&collection, id));
}

pub fn create(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&CHANGE_SET)?;
    let stack_place = ctx.place(&STACK)?;
    let stack = stack_for(ctx, &stack_place)?;
    if place.load(ctx.txn).is_some() {
        return Err(ctx.refuse(CHANGE_SET.exists, &Value::Null));
    }
    let new = checked(ctx)?;
    let values = parameters(ctx, &new)?;
    let (shown, sealed, changed) = noted(&new, &values, &stack);
    let made = made(ctx, &stack, &new, &values);
    if let Some(problem) = template::problem(&made) {
        return Err(ctx.invalid(problem));
    }
    let outputs = scope(ctx, &stack, &made, &values, |scope| scope.outputs());
    let old = match &stack[MADE] {
        Value::Null => was(ctx, &stack),
        made => made.clone(),
    };
    let has_tags =
        |of: &Value| -> BTreeSet<String> { each(of, "Tags[]").into_iter().map(Value::to_string).collect() };
    let retagged = !ctx.input["Tags"].is_null() && has_tags(&stack) != has_tags(&ctx.input);
    let changes = template::changes(&old, &made, &changed, retagged);
    let id = ctx.expand(
        "arn:{partition}:cloudformation:{region}:{account}:changeSet/{ChangeSetName}/{uuid}",
        &Value::Null,
    );
    let mut change_set = json!({
        "ChangeSetId": id, "ChangeSetName": ctx.input["ChangeSetName"], "StackName": ctx.input["StackName"],
        "StackId": stack["StackId"], "CreationTime": ctx.now, "Parameters": shown, "Changes": changes,
        "Status": IN_THE_MAKING, "ExecutionStatus": "UNAVAILABLE",
    });
    for member in KEPT.iter().chain(&["OnStackFailure", "Description"]) {
        change_set[*member] = ctx.input[*member].clone();
    }
    change_set["_type"] = ctx.text("ChangeSetType").into();
    change_set[TEMPLATE] = ctx.input["TemplateBody"].clone();
    change_set[MADE] = made;
    change_set[OUTPUTS] = outputs;
    change_set[SEALED] = Value::Object(sealed);
    let becomes = match changes.is_empty() {
        true => json!({ "Status": "FAILED", "StatusReason": NO_CHANGES }),
        false => json!({ "Status": "CREATE_COMPLETE", "ExecutionStatus": "AVAILABLE" }),
    };
    change_set[NEXT] = json!({ "reads": 1, "set": becomes });
    stack_place.save(ctx.txn, stack.clone());
    place.save(ctx.txn, change_set);
    Ok(json!({ "Id": id, "StackId": stack["StackId"] }))
}

/// The stack that a change set is for, as it is or in review.
fn stack_for(ctx: &mut Ctx, place: &Place) -> Outcome<Value> {
    let name = ctx.text("StackName");
    let creates = ctx.text("ChangeSetType") == "CREATE";
    match ctx.look(place) {
        None if creates => Ok(json!({
            "StackName": name, "StackStatus": IN_REVIEW, "CreationTime": ctx.now,
            "StackId": ctx.expand("arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/{uuid}", &Value::Null),
        })),
        None => Err(ctx.invalid(format!("Stack [{name}] does not exist"))),
        Some(stack) if creates == (stack["StackStatus"] == IN_REVIEW) => match creates {
            false if !UPDATABLE.contains(&text(&stack["StackStatus"]).as_str()) => {
                Err(wrong_state(ctx, &stack))
            }
            _ => Ok(stack),
        },
        Some(_) if creates => Err(ctx.invalid(format!(
            "Stack [{name}] already exists and cannot be created again with the changeSet [{}].",
            ctx.text("ChangeSetName")
        ))),
        Some(stack) => Err(wrong_state(ctx, &stack)),
    }
}

/// The template of the request, if AWS would take it.
fn checked(ctx: &Ctx) -> Outcome<Value> {
    let body = ctx.text("TemplateBody");
    if body.len() > template::LONGEST {
        return Err(ctx.invalid(format!(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to {}",
            template::LONGEST
        )));
    }
    let Some(parsed) = notation::parsed(&ctx.input["TemplateBody"]).filter(Value::is_object) else {
        return Err(ctx.invalid("Template format error: unsupported structure."));
    };
    if let Some(problem) = template::problem(&parsed) {
        return Err(ctx.invalid(problem));
    }
    let given: Vec<String> = each(&ctx.input, "Capabilities[]").into_iter().map(text).collect();
    let has = |wanted: &str| given.iter().any(|one| one == wanted);
    match template::capability(&parsed) {
        Some(wanted) if !has(wanted) && !has("CAPABILITY_NAMED_IAM") => Err(ApiError::new(
            "InsufficientCapabilitiesException",
            format!("Requires capabilities : [{wanted}]"),
        )),
        _ => Ok(parsed),
    }
}

/// Does something with a template in its place.
fn scope<T>(
    ctx: &Ctx,
    stack: &Value,
    template: &Value,
    parameters: &Map<String, Value>,
    with: impl Fn(&Scope<'_>) -> T,
) -> T {
    let (name, id) = (text(&stack["StackName"]), text(&stack["StackId"]));
    let (region, account) = (&ctx.call.region, ctx.account);
    with(&Scope { template, parameters, stack: &name, region, account, id: &id })
}

/// What a template makes with these parameters.
fn made(ctx: &Ctx, stack: &Value, template: &Value, parameters: &Map<String, Value>) -> Value {
    scope(ctx, stack, template, parameters, |scope| scope.made())
}

/// What a stack that came from elsewhere is made of, as far as it shows.
fn was(ctx: &Ctx, stack: &Value) -> Value {
    let shown = each(stack, "Parameters[]").into_iter();
    let shown = shown.map(|one| (text(&one["ParameterKey"]), one["ParameterValue"].clone())).collect();
    let template = notation::parsed(&stack[TEMPLATE]).unwrap_or_default();
    made(ctx, stack, &template, &shown)
}

/// The values of all parameters of a template.
fn parameters(ctx: &Ctx, new: &Value) -> Outcome<Map<String, Value>> {
    let mut values = Map::new();
    for given in each(&ctx.input, "Parameters[]") {
        let key = text(&given["ParameterKey"]);
        if new["Parameters"][&key].is_null() {
            return Err(ctx.invalid(format!("Parameters: [{key}] do not exist in the template")));
        }
        values.insert(key, given["ParameterValue"].clone());
    }
    for (key, declared) in new["Parameters"].as_object().into_iter().flatten() {
        if !values.contains_key(key) {
            let default = match &declared["Default"] {
                Value::Null => return Err(ctx.invalid(format!("Parameters: [{key}] must have values"))),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            values.insert(key.clone(), default.into());
        }
    }
    Ok(values)
}

/// Parameters as they are shown, the sealed ones, and which have another value than the stack's.
fn noted(
    new: &Value,
    values: &Map<String, Value>,
    stack: &Value,
) -> (Value, Map<String, Value>, BTreeSet<String>) {
    let (mut shown, mut sealed, mut changed) = (Vec::new(), Map::new(), BTreeSet::new());
    for (key, value) in values {
        let hidden = template::is_hidden(new, key);
        let content = value.as_str().unwrap_or_default();
        let before = each(stack, "Parameters[]").into_iter().find(|one| one["ParameterKey"] == key.as_str());
        let same = match hidden {
            true => stack[SEALED][key].as_str().is_some_and(|kept| secrets::opens(kept, content)),
            false => before.is_some_and(|before| before["ParameterValue"] == *value),
        };
        if !same {
            changed.insert(key.clone());
        }
        if hidden {
            sealed.insert(key.clone(), secrets::seal(content).into());
        }
        let value = if hidden { MASK.into() } else { value.clone() };
        shown.push(json!({ "ParameterKey": key, "ParameterValue": value }));
    }
    (shown.into(), sealed, changed)
}

pub fn describe(ctx: &mut Ctx) -> Outcome<Value> {
    Ok(the(ctx)?.1)
}

pub fn list(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&STACK)?;
    if place.load(ctx.txn).is_none() {
        return Err(ctx.refuse(STACK.missing, &Value::Null));
    }
    let name = ctx.text("StackName");
    let collection = ctx.collection(CHANGE_SET.name);
    let all = ctx.txn.all(&collection);
    let found: Vec<Value> =
        all.filter(|(_, one)| one["StackName"] == name.as_str()).map(|(_, one)| one.clone()).collect();
    Ok(json!({ "Summaries": found }))
}

/// That there is none is no error. One that is being made stays.
pub fn delete(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&CHANGE_SET)?;
    let Some(change_set) = ctx.look(&place) else { return Ok(json!({})) };
    if change_set["Status"] == IN_THE_MAKING {
        let id = text(&change_set["ChangeSetId"]);
        return Err(ApiError::new(
            "InvalidChangeSetStatus",
            format!("ChangeSet [{id}] cannot be deleted in its current status of [{IN_THE_MAKING}]"),
        ));
    }
    place.remove(ctx.txn);
    Ok(json!({}))
}
