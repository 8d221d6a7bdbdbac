//! The stack of CloudFormation, live: `cloudformation` calls.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join};

use crate::engine::field::Lit;
use crate::engine::{
    Aws, Class, Created, Found, Live, Lookup, Map, Observed, Owner, Pages, Preview, Result, State,
    UpdateStep, Value, Wish, all_pages,
};
use crate::kinds::{search, tagging};
use crate::value;

use super::change_set::{self, ChangeSet, Made, failed};
use super::fields::{FIELDS, HIDDEN, PARAMETERS, POLICY, TEMPLATE, TERMINATION};
use super::states::{self, GONE, HALF_GONE, IN_REVIEW, STUCK};
use super::{marking, preview, template};

/// Calls of CloudFormation.
pub struct CloudformationStacks;

const SERVICE: &str = "cloudformation";
/// How many stacks are looked at at once when ours are searched.
const AT_ONCE: usize = 20;
/// How often it is looked whether a stack is gone, or is back: hours, five seconds apart.
const LOOKS: u32 = 2880;
/// What is shown of a parameter that is `NoEcho`.
const MASK: &str = "****";

/// The states of a stack that is there.
const THERE: &[&str] = &[
    "CREATE_IN_PROGRESS",
    "CREATE_FAILED",
    "CREATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_FAILED",
    "ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
];

impl Live for CloudformationStacks {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_stack(aws, at.id.as_deref().unwrap_or(&at.name), Some(at)).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let change_set = ChangeSet::of(wish, true);
            match made(aws, &change_set).await? {
                Made::Ready => change_set.execute(aws).await?,
                Made::UnderWay => {}
                Made::Empty => {
                    return Err(failed("CreateChangeSet", "the template makes nothing".to_owned()));
                }
            }
            Ok(Created { id: wish.name.clone() })
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = step.wish.name.as_str();
            if step.live.properties.text_at("StackStatus") == Some(STUCK) {
                back(aws, name).await?;
            }
            if step.touches(TERMINATION) {
                let wished = step.wish.properties.get(TERMINATION).and_then(Value::as_bool) == Some(true);
                protect(aws, name, wished).await?;
            }
            if step.touches(POLICY) {
                let policy = step.wish.properties.get(POLICY).cloned().unwrap_or_else(all_updates);
                let body = policy.to_shown_json().to_string();
                let input = value!({ "StackName": name, "StackPolicyBody": body });
                aws.call(SERVICE, "SetStackPolicy", input).await?;
            }
            if step.mark || step.mends() || step.touches_beyond(&[TERMINATION, POLICY]) {
                let change_set = ChangeSet::of(&step.wish, false);
                if made(aws, &change_set).await? == Made::Ready {
                    change_set.execute(aws).await?;
                }
            }
            Ok(())
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = live.id.as_str();
            if live.properties.text_at("StackStatus") == Some(IN_REVIEW) {
                let why = format!("the stack is {IN_REVIEW}: somebody has made a change set for it");
                return Err(failed("DeleteStack", why));
            }
            let is_guarded = live.properties.get(TERMINATION).and_then(Value::as_bool) == Some(true);
            if is_guarded {
                match protect(aws, name, false).await {
                    Err(error) if !error.is_not_found() => return Err(error),
                    _ => {}
                }
            }
            let gone = remove(aws, name).await;
            if gone.is_err() && is_guarded {
                // What could not be deleted is guarded as before; why it could not is told all the same.
                let _ = protect(aws, name, true).await;
            }
            gone
        }
        .boxed()
    }

    /// Lists show no metadata: each stack that is no part of another is asked for its own.
    fn list_owned<'a>(&'a self, aws: &'a dyn Aws, owner: &'a Owner) -> BoxFuture<'a, Result<Vec<Observed>>> {
        async move {
            let states: Vec<Value> = THERE.iter().map(|state| (*state).into()).collect();
            let input = value!({ "StackStatusFilter": states });
            let listed =
                all_pages(aws, SERVICE, "ListStacks", input, Pages::by_next_token("StackSummaries")).await?;
            let names: Vec<String> = listed
                .iter()
                .filter(|stack| stack.text_at("ParentId").is_none())
                .filter_map(|stack| stack.text_at("StackName").map(str::to_owned))
                .collect();
            search::each(names, AT_ONCE, |name| read_if_owned(aws, name, owner)).await
        }
        .boxed()
    }

    fn previews(&self) -> bool {
        true
    }

    fn preview<'a>(
        &'a self,
        aws: &'a dyn Aws,
        wish: &'a Wish,
        live: Option<&'a Observed>,
    ) -> BoxFuture<'a, Result<Option<Preview>>> {
        preview::preview(aws, wish, live).boxed()
    }

    fn discard<'a>(
        &'a self,
        aws: &'a dyn Aws,
        wish: &'a Wish,
        live: Option<&'a Observed>,
    ) -> BoxFuture<'a, Result<()>> {
        async move { ChangeSet::of(wish, live.is_none()).discard(aws).await }.boxed()
    }
}

/// A policy that allows every update: AWS takes none away.
fn all_updates() -> Value {
    let row = FIELDS.iter().find(|field| field.path == POLICY);
    match row.map(|row| row.absent) {
        Some(crate::engine::field::Absent::Default(value)) => value.value(),
        _ => Lit::Null.value(),
    }
}

/// Makes a change set. Of one that cannot be made nothing is left.
async fn made(aws: &dyn Aws, change_set: &ChangeSet) -> Result<Made> {
    let made = change_set.make(aws).await;
    if made.is_err() {
        // Why it could not be made is what is told.
        let _ = change_set.discard(aws).await;
    }
    made
}

/// Deletes a stack and waits until it is gone.
async fn remove(aws: &dyn Aws, name: &str) -> Result<()> {
    aws.call(SERVICE, "DeleteStack", value!({ "StackName": name })).await?;
    for look in 0..LOOKS {
        aws.forget();
        match described(aws, name).await? {
            None => return Ok(()),
            Some(stack) if stack.text_at("StackStatus") == Some(HALF_GONE) => {
                let why = states::why(aws, name).await?;
                return Err(failed("DeleteStack", format!("the stack is {HALF_GONE}: {why}")));
            }
            Some(_) => aws.pause(look).await,
        }
    }
    Err(failed("DeleteStack", "it was accepted, but the stack is still there after many looks".to_owned()))
}

async fn protect(aws: &dyn Aws, name: &str, wished: bool) -> Result<()> {
    let input = value!({ "StackName": name, "EnableTerminationProtection": wished });
    aws.call(SERVICE, "UpdateTerminationProtection", input).await.map(drop)
}

/// Goes on with the way back from a change that failed, without which a stack takes no other.
async fn back(aws: &dyn Aws, name: &str) -> Result<()> {
    aws.call(SERVICE, "ContinueUpdateRollback", value!({ "StackName": name })).await?;
    for look in 0..LOOKS {
        aws.forget();
        let stack = described(aws, name).await?.unwrap_or_default();
        match stack.text_at("StackStatus").unwrap_or_default() {
            STUCK => {
                let why = states::why(aws, name).await?;
                return Err(failed("ContinueUpdateRollback", format!("the stack is {STUCK} again: {why}")));
            }
            status if status.ends_with("_IN_PROGRESS") => aws.pause(look).await,
            _ => return Ok(()),
        }
    }
    Err(failed("ContinueUpdateRollback", "the stack is not back after many looks".to_owned()))
}

/// A stack as DescribeStacks tells it; nothing if there is none.
async fn described(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    let answer = match aws.call(SERVICE, "DescribeStacks", value!({ "StackName": name })).await {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    let stack = answer.get("Stacks").and_then(Value::as_list).and_then(|stacks| stacks.first()).cloned();
    Ok(stack.filter(|stack| stack.text_at("StackStatus") != Some(GONE)))
}

async fn read_if_owned(aws: &dyn Aws, name: String, owner: &Owner) -> Result<Option<Observed>> {
    let answer = aws.call(SERVICE, "GetTemplateSummary", value!({ "StackName": (name.as_str()) })).await;
    let summary = match answer {
        // It has gone meanwhile, or it has no template that can be told.
        Err(error) if error.is_not_found() || error.class == Class::Invalid => return Ok(None),
        answer => answer?,
    };
    let metadata = summary.text_at("Metadata").and_then(template::of_text).unwrap_or_default();
    match marking::of_metadata(&metadata).is_of(owner) {
        true => read_stack(aws, &name, None).await,
        false => Ok(None),
    }
}

async fn read_stack(aws: &dyn Aws, name: &str, wished: Option<&Lookup>) -> Result<Option<Observed>> {
    let Some(stack) = described(aws, name).await? else { return Ok(None) };
    if stack.text_at("StackStatus") == Some(IN_REVIEW) {
        return in_review(aws, name, &stack, wished).await;
    }
    let asked = |operation: &'static str| aws.call(SERVICE, operation, value!({ "StackName": name }));
    let (body, policy) = match try_join(asked("GetTemplate"), asked("GetStackPolicy")).await {
        Err(error) if error.is_not_found() => return Ok(None),
        answers => answers?,
    };
    let text = body.text_at("TemplateBody").unwrap_or_default();
    let policy = policy.text_at("StackPolicyBody").filter(|text| !text.is_empty());
    let mut observed = observe(name, &stack, text);
    if let Some(policy) = policy {
        let tree = serde_json::from_str::<serde_json::Value>(policy).map(Value::from);
        observed.properties.put(POLICY, tree.unwrap_or_else(|_| policy.into()));
    }
    let status = stack.text_at("StackStatus").unwrap_or_default();
    let differs = wished.is_none_or(|at| differs(&observed.properties, &at.desired));
    observed.state = states::state(aws, name, status, differs).await?;
    Ok(Some(observed))
}

/// Whether a stack has another template or other parameters than are wished.
fn differs(live: &Value, wished: &Value) -> bool {
    [TEMPLATE, PARAMETERS].iter().any(|member| {
        let of =
            |value: &Value| value.get(member).filter(|value| !value.is_empty()).and_then(Value::canonical);
        of(live) != of(wished)
    })
}

/// A stack of which only change sets are there is none yet; but it is somebody's if they are not all our own.
async fn in_review(
    aws: &dyn Aws,
    name: &str,
    stack: &Value,
    wished: Option<&Lookup>,
) -> Result<Option<Observed>> {
    let mut theirs: Option<Found> = None;
    for change_set in change_set::of_stack(aws, name).await? {
        let input = value!({ "StackName": name, "ChangeSetName": (change_set.as_str()) });
        let body = match change_set.starts_with(change_set::PREFIX) {
            true => aws.call(SERVICE, "GetTemplate", input).await?,
            false => Value::Null,
        };
        let found = body.text_at("TemplateBody").and_then(template::of_text);
        let mark = found.map_or(Found::None, |mut template| marking::take(&mut template));
        let is_ours = match (&mark, wished) {
            (Found::Mark(mark), Some(at)) => mark.owner == at.owner && mark.address == at.address,
            _ => false,
        };
        // One without a mark makes it nobody's that could be told.
        if !is_ours && theirs != Some(Found::None) {
            theirs = Some(mark);
        }
    }
    let Some(mark) = theirs else { return Ok(None) };
    let state = State::Busy(format!("the stack is {IN_REVIEW}: somebody has made a change set for it"));
    Ok(Some(Observed { mark, state, ..observe(name, stack, "") }))
}

fn observe(name: &str, stack: &Value, body: &str) -> Observed {
    let tagged = tagging::from_list(stack.get("Tags"));
    let mut template = template::of_text(body).unwrap_or_else(|| body.into());
    let mark = marking::take(&mut template);
    let mut properties = value!({ "StackName": name, "Tags": (tagged.tags), "Template": (template.clone()) });
    for (key, value) in keyed(stack, "Parameters", "ParameterKey", "ParameterValue") {
        let parameter = template.get("Parameters").and_then(|all| all.get(&key));
        let hidden = parameter.is_some_and(template::is_hidden) || value.as_str() == Some(MASK);
        properties.put(&format!("{}.{key}", if hidden { HIDDEN } else { PARAMETERS }), value);
    }
    for member in [
        "Capabilities",
        "NotificationARNs",
        "RollbackConfiguration",
        "RoleARN",
        "DisableRollback",
        "RetainExceptOnCreate",
        "DeploymentConfig",
        "StackStatus",
        TERMINATION,
    ] {
        if let Some(value) = stack.get(member) {
            properties.put(member, value.clone());
        }
    }
    let mut outputs = Map::new();
    if let Some(id) = stack.text_at("StackId") {
        outputs.insert("arn".to_owned(), id.into());
    }
    for (key, value) in keyed(stack, "Outputs", "OutputKey", "OutputValue") {
        outputs.insert(format!("outputs.{key}"), value);
    }
    let parent = stack.text_at("ParentId").map(|parent| format!("the CloudFormation stack {parent}"));
    Observed {
        id: name.to_owned(),
        name: name.to_owned(),
        properties,
        outputs,
        mark,
        managed_by: tagged.managed_by.or(parent),
        state: State::Ready,
        unread: Vec::new(),
    }
}

/// A list of pairs as pairs.
fn keyed(stack: &Value, list: &str, key: &str, value: &str) -> Vec<(String, Value)> {
    let items = stack.get(list).and_then(Value::as_list).unwrap_or_default();
    let pair = |item: &Value| {
        Some((item.text_at(key)?.to_owned(), item.get(value).cloned().unwrap_or_else(|| "".into())))
    };
    items.iter().filter_map(pair).collect()
}
