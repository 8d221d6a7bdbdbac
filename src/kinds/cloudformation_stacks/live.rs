//! The stack of CloudFormation, live: `cloudformation` calls.

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, try_join};

use crate::engine::field::Lit;
use crate::engine::{
    Aws, AwsError, Class, Created, Found, Live, Lookup, Map, Observed, Owner, Pages, Preview, Result, State,
    UpdateStep, Value, Wish, all_pages,
};
use crate::kinds::{search, tagging};
use crate::value;

use super::change_set::{self, ChangeSet, Made, failed};
use super::compare::{BESIDE, takes_change_set};
use super::fields::{FIELDS, HIDDEN, PARAMETERS, POLICY, TERMINATION};
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
    // With nothing in it but change sets.
    IN_REVIEW,
];

impl Live for CloudformationStacks {
    fn read<'a>(&'a self, aws: &'a dyn Aws, at: &'a Lookup) -> BoxFuture<'a, Result<Option<Observed>>> {
        read_stack(aws, at.id.as_deref().unwrap_or(&at.name), Some(at)).boxed()
    }

    fn create<'a>(&'a self, aws: &'a dyn Aws, wish: &'a Wish) -> BoxFuture<'a, Result<Created>> {
        async move {
            let change_set = ChangeSet::of(wish, true);
            match made(aws, &change_set).await? {
                Made::Empty => Err(failed("CreateChangeSet", "the template makes nothing".to_owned())),
                made => {
                    // By its id a stack is seen after it is gone, as one is whose failed creation takes it with it.
                    let stack = described(aws, &wish.name).await?.unwrap_or_default();
                    if made == Made::Ready {
                        change_set.execute(aws).await?;
                    }
                    Ok(Created { id: stack.text_at("StackId").unwrap_or(&wish.name).to_owned() })
                }
            }
        }
        .boxed()
    }

    fn update<'a>(&'a self, aws: &'a dyn Aws, step: &'a UpdateStep) -> BoxFuture<'a, Result<()>> {
        async move {
            let (name, properties) = (step.wish.name.as_str(), &step.wish.properties);
            if step.live.properties.text_at("StackStatus") == Some(STUCK) {
                back(aws, name).await?;
            }
            // Nothing is changed before it is known what would go.
            let mut change_set = None;
            if step.mark || step.mends() || step.touches_beyond(BESIDE) {
                let new = ChangeSet::of(&step.wish, false);
                if made(aws, &new).await? == Made::Ready {
                    spared(aws, &new, step).await?;
                    change_set = Some(new);
                }
            }
            let beside = async {
                if step.touches(TERMINATION) {
                    let wished = properties.get(TERMINATION).and_then(Value::as_bool) == Some(true);
                    protect(aws, name, wished).await?;
                }
                if step.touches(POLICY) {
                    let policy = properties.get(POLICY).cloned().unwrap_or_else(all_updates);
                    let body = policy.to_shown_json().to_string();
                    let input = value!({ "StackName": name, "StackPolicyBody": body });
                    aws.call(SERVICE, "SetStackPolicy", input).await?;
                }
                Ok(())
            };
            match (beside.await, change_set) {
                (Ok(()), Some(change_set)) => change_set.execute(aws).await,
                (Err(error), Some(change_set)) => {
                    // Why it is not carried out is what is told.
                    let _ = change_set.discard(aws).await;
                    Err(error)
                }
                (done, None) => done,
            }
        }
        .boxed()
    }

    fn delete<'a>(&'a self, aws: &'a dyn Aws, live: &'a Observed) -> BoxFuture<'a, Result<()>> {
        async move {
            let name = live.id.as_str();
            let is_ours = matches!(live.state, State::Begun(_));
            if live.properties.text_at("StackStatus") == Some(IN_REVIEW) && !is_ours {
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
            let is_in_review = |stack: &Value| stack.text_at("StackStatus") == Some(IN_REVIEW);
            let (in_review, made): (Vec<Value>, Vec<Value>) = listed
                .into_iter()
                .filter(|stack| stack.text_at("ParentId").is_none())
                .partition(is_in_review);
            let made = search::each(made, AT_ONCE, |stack| read_if_owned(aws, stack, owner)).await?;
            let begun = search::each(in_review, AT_ONCE, |stack| begun_if_owned(aws, stack, owner)).await?;
            Ok(made.into_iter().chain(begun).collect())
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

/// Refuses a change set that would take what a protected stack holds, and throws it away.
async fn spared(aws: &dyn Aws, change_set: &ChangeSet, step: &UpdateStep) -> Result<()> {
    if step.may_destroy {
        return Ok(());
    }
    let told = preview::of(aws, change_set, &step.wish, Some(&step.live)).await;
    let lost = match &told {
        Ok(told) => told.lost(),
        Err(_) => None,
    };
    if let (Ok(_), None) = (&told, &lost) {
        return Ok(());
    }
    // Why it is not carried out is what is told.
    let _ = change_set.discard(aws).await;
    let lost = told.map(|_| lost.unwrap_or_default())?;
    let word = format!("allow it with `--allow-destroy {}`", step.wish.mark.address);
    Err(AwsError::decided(format!("the stack is protected, and {lost}: {word}")))
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
                let why = states::why(aws, name, name).await?;
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
                let why = states::why(aws, name, name).await?;
                return Err(failed("ContinueUpdateRollback", format!("the stack is {STUCK} again: {why}")));
            }
            status if status.ends_with("_IN_PROGRESS") => aws.pause(look).await,
            _ => return Ok(()),
        }
    }
    Err(failed("ContinueUpdateRollback", "the stack is not back after many looks".to_owned()))
}

/// A stack as DescribeStacks tells it; nothing if there is none.
pub(super) async fn described(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    Ok(seen(aws, name).await?.filter(|stack| stack.text_at("StackStatus") != Some(GONE)))
}

/// The same, and one that is gone where it is named by its id.
async fn seen(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    let answer = match aws.call(SERVICE, "DescribeStacks", value!({ "StackName": name })).await {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    Ok(answer.get("Stacks").and_then(Value::as_list).and_then(|stacks| stacks.first()).cloned())
}

async fn read_if_owned(aws: &dyn Aws, listed: Value, owner: &Owner) -> Result<Option<Observed>> {
    let name = listed.text_at("StackName").unwrap_or_default();
    let answer = aws.call(SERVICE, "GetTemplateSummary", value!({ "StackName": name })).await;
    let summary = match answer {
        // It has gone meanwhile, or it has no template that can be told.
        Err(error) if error.is_not_found() || error.class == Class::Invalid => return Ok(None),
        answer => answer?,
    };
    let metadata = summary.text_at("Metadata").and_then(template::of_text).unwrap_or_default();
    match marking::of_metadata(&metadata).is_of(owner) {
        true => read_stack(aws, name, None).await,
        false => Ok(None),
    }
}

/// A stack in review that holds change sets of this owner alone.
async fn begun_if_owned(aws: &dyn Aws, listed: Value, owner: &Owner) -> Result<Option<Observed>> {
    let name = listed.text_at("StackName").unwrap_or_default();
    match in_review(aws, name, &listed, owner).await {
        // It has gone meanwhile.
        Err(error) if error.is_not_found() => Ok(None),
        found => Ok(found?.filter(|found| matches!(found.state, State::Begun(_)))),
    }
}

/// Reads a stack by its name, or by its id, by which it is seen after it is gone.
async fn read_stack(aws: &dyn Aws, id: &str, wished: Option<&Lookup>) -> Result<Option<Observed>> {
    let Some(stack) = seen(aws, id).await? else { return Ok(None) };
    let name = stack.text_at("StackName").unwrap_or(id).to_owned();
    match (stack.text_at("StackStatus"), wished) {
        (Some(IN_REVIEW), Some(at)) => return in_review(aws, &name, &stack, &at.owner).await,
        (Some(IN_REVIEW), None) => return Ok(None),
        // It went with its creation; any other that is gone is none.
        (Some(GONE), _) if states::why(aws, id, &name).await?.is_empty() => return Ok(None),
        _ => {}
    }
    let is_gone = stack.text_at("StackStatus") == Some(GONE);
    let body = aws.call(SERVICE, "GetTemplate", value!({ "StackName": id, "TemplateStage": "Original" }));
    let policy = async {
        match is_gone {
            true => Ok(Value::Null),
            false => aws.call(SERVICE, "GetStackPolicy", value!({ "StackName": id })).await,
        }
    };
    let (body, policy) = match try_join(body, policy).await {
        Err(error) if error.is_not_found() => return Ok(None),
        answers => answers?,
    };
    let text = body.text_at("TemplateBody").unwrap_or_default();
    let policy = policy.text_at("StackPolicyBody").filter(|text| !text.is_empty());
    let mut observed = observe(&name, &stack, text);
    if let Some(policy) = policy {
        let tree = serde_json::from_str::<serde_json::Value>(policy).map(Value::from);
        observed.properties.put(POLICY, tree.unwrap_or_else(|_| policy.into()));
    }
    let differs = wished.is_none_or(|at| takes_change_set(&observed, &at.desired));
    observed.state = states::state(aws, id, &stack, differs).await?;
    Ok(Some(observed))
}

/// A stack of which only change sets are there: only begun if all of them are this owner's, else somebody's. Without any
/// it is none.
async fn in_review(aws: &dyn Aws, name: &str, stack: &Value, owner: &Owner) -> Result<Option<Observed>> {
    let mut ours = None;
    let mut theirs: Option<Found> = None;
    for mark in change_set::of_stack(aws, name).await? {
        match mark.is_of(owner) {
            true => ours = Some(mark),
            // One without a mark makes it nobody's that could be told.
            false if theirs != Some(Found::None) => theirs = Some(mark),
            false => {}
        }
    }
    let is = |what: &str| format!("the stack is {IN_REVIEW}: {what}");
    let (mark, state) = match (theirs, ours) {
        (None, None) => return Ok(None),
        (None, Some(mark)) => (mark, State::Begun(is("only what a run has made to look ahead is there"))),
        (Some(theirs), _) => (theirs, State::Busy(is("somebody has made a change set for it"))),
    };
    Ok(Some(Observed { mark, state, outputs: Map::new(), ..observe(name, stack, "") }))
}

fn observe(name: &str, stack: &Value, body: &str) -> Observed {
    let tagged = tagging::from_list(stack.get("Tags"));
    let mut template = template::of_text(body).unwrap_or_else(|| body.into());
    let mark = marking::take(&mut template);
    template::without_hidden_defaults(&mut template);
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
    let mut absent: Vec<&String> = Vec::new();
    if stack.text_at("StackStatus").is_some_and(|status| status.ends_with("_COMPLETE")) {
        absent.extend(template.get("Outputs").and_then(Value::as_map).into_iter().flat_map(Map::keys));
    }
    // What a condition keeps out is known not to be there.
    outputs.extend(absent.iter().map(|key| (format!("outputs.{key}"), Value::Null)));
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
