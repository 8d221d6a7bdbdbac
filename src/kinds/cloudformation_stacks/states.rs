//! What the states of a stack mean, and why one has failed.

use crate::engine::{Aws, Result, State, Value};
use crate::value;

/// A stack of which only change sets are there.
pub(super) const IN_REVIEW: &str = "REVIEW_IN_PROGRESS";
pub(super) const GONE: &str = "DELETE_COMPLETE";
/// The last change failed, and the stack is what it was before.
pub(super) const ROLLED_BACK: &str = "UPDATE_ROLLBACK_COMPLETE";
/// The way back failed.
pub(super) const STUCK: &str = "UPDATE_ROLLBACK_FAILED";

/// A change failed, and what it made stays, as `disable_rollback` asks for.
const UPDATE_FAILED: &str = "UPDATE_FAILED";
/// Somebody's deletion failed: it holds what could not go, and takes no change.
pub(super) const HALF_GONE: &str = "DELETE_FAILED";
/// It is being deleted.
pub(super) const GOING: &str = "DELETE_IN_PROGRESS";

/// States of a stack that was never made, or will not be there: it can only be deleted.
const USELESS: &[&str] = &["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", GOING, GONE];
/// What there is to do about a state that a stack does not leave by itself; `{name}` is the stack's.
const WAYS: &[(&str, &str)] = &[
    (STUCK, "once the cause is mended, `gatewayctl apply` goes on with the way back"),
    (
        UPDATE_FAILED,
        "what the change has made stays, since the stack says `disable_rollback`: mend the cause and apply again, or go \
         back with `aws cloudformation rollback-stack --stack-name {name}`",
    ),
    (
        HALF_GONE,
        "it takes no change any more, and may hold what could not be deleted: take that out or let go of it with \
         `aws cloudformation delete-stack --stack-name {name} --retain-resources …`, then apply again",
    ),
    (
        "IMPORT_ROLLBACK_FAILED",
        "neither its last import nor the way back from it succeeded, and it takes no change any more: mend the cause in \
         the console of CloudFormation, or ask AWS's support",
    ),
    (GOING, "it is being deleted: an apply waits until it is gone and makes it anew"),
];
/// How many failed resources are told.
const TOLD: usize = 3;
/// How many pages of events are looked through for the beginning of an operation.
const PAGES: usize = 20;

/// The state of a stack, which is asked for by `id`, a name too; `differs`: it is not what is wished.
pub(super) async fn state(aws: &dyn Aws, id: &str, stack: &Value, differs: bool) -> Result<State> {
    let status = stack.text_at("StackStatus").unwrap_or_default();
    let name = stack.text_at("StackName").unwrap_or(id);
    let is_useless = USELESS.contains(&status);
    if status.ends_with("_IN_PROGRESS") && !is_useless {
        return Ok(State::Busy(format!("the stack is {status}")));
    }
    // What was undone is told where it is still to be done.
    let is_undone = status == ROLLED_BACK && differs;
    if !status.ends_with("_FAILED") && !is_useless && !is_undone {
        return Ok(State::Ready);
    }
    let mut reason = match why(aws, id, name).await? {
        why if why.is_empty() => status.to_owned(),
        why => format!("{status}: {why}"),
    };
    if let Some((_, way)) = WAYS.iter().find(|(of, _)| *of == status) {
        reason.push_str(&format!("; {}", way.replace("{name}", name)));
    }
    Ok(State::Failed { reason, recreate: is_useless })
}

/// The first failures of the last operation on a stack, as its events tell them. Where a creation that failed ends in a
/// deletion, it is the creation that is told.
pub(super) async fn why(aws: &dyn Aws, id: &str, name: &str) -> Result<String> {
    let mut failed = Vec::new();
    let mut input = value!({ "StackName": id });
    let mut is_deletion = false;
    'pages: for _ in 0..PAGES {
        let answer = match aws.call("cloudformation", "DescribeStackEvents", input.clone()).await {
            Err(error) if error.is_not_found() => return Ok(String::new()),
            answer => answer?,
        };
        // The last stands first.
        for event in answer.get("StackEvents").and_then(Value::as_list).unwrap_or_default() {
            let begun = begun(event, name);
            if begun == Some(GOING) && failed.is_empty() && !is_deletion {
                is_deletion = true;
                continue;
            }
            if let Some(begun) = begun {
                // What failed in an update of long ago is not why it was deleted.
                if is_deletion && begun != "CREATE_IN_PROGRESS" {
                    failed.clear();
                }
                break 'pages;
            }
            failed.extend(told(event, name));
        }
        match answer.text_at("NextToken") {
            Some(token) => input.put("NextToken", token.into()),
            None => break,
        }
    }
    failed.reverse();
    let more = failed.len().saturating_sub(TOLD);
    failed.truncate(TOLD);
    let mut told = failed.join("; ");
    if more > 0 {
        told.push_str(&format!("; and {more} more"));
    }
    Ok(told)
}

/// What operation on the stack itself an event is the beginning of.
fn begun<'e>(event: &'e Value, name: &str) -> Option<&'e str> {
    let status = event.text_at("ResourceStatus")?;
    let begins = ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", GOING].contains(&status);
    (begins && event.text_at("LogicalResourceId") == Some(name)).then_some(status)
}

/// A resource that failed by itself, and why.
fn told(event: &Value, stack: &str) -> Option<String> {
    let status = event.text_at("ResourceStatus").filter(|status| status.ends_with("_FAILED"))?;
    let id = event.text_at("LogicalResourceId").filter(|id| *id != stack)?;
    let reason = event.text_at("ResourceStatusReason").unwrap_or(status);
    let cancelled = reason.starts_with("Resource ") && reason.ends_with(" cancelled");
    let ty = event.text_at("ResourceType").unwrap_or_default();
    (!cancelled).then(|| format!("{id} ({ty}): {}", reason.trim_end_matches('.')))
}
