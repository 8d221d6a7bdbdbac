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

/// Somebody's deletion failed: it holds what could not go, and takes no change.
pub(super) const HALF_GONE: &str = "DELETE_FAILED";

/// States of a stack that was never made: it can only be deleted.
const USELESS: &[&str] = &["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"];
/// How many failed resources are told.
const TOLD: usize = 3;

/// The state of a stack; `differs`: it is not what is wished.
pub(super) async fn state(aws: &dyn Aws, name: &str, status: &str, differs: bool) -> Result<State> {
    let is_failed = status.ends_with("_FAILED") || USELESS.contains(&status);
    if status.ends_with("_IN_PROGRESS") {
        return Ok(State::Busy(format!("the stack is {status}")));
    }
    // What was undone is told where it is still to be done.
    let is_undone = status == ROLLED_BACK && differs;
    if !is_failed && !is_undone {
        return Ok(State::Ready);
    }
    let reason = match why(aws, name).await? {
        why if why.is_empty() => status.to_owned(),
        why => format!("{status}: {why}"),
    };
    let reason = match status == HALF_GONE {
        true => format!("{reason}; it takes no change any more, and may hold what could not be deleted"),
        false => reason,
    };
    Ok(State::Failed { reason, recreate: USELESS.contains(&status) })
}

/// The first failures of the last operation on a stack, as its events tell them.
pub(super) async fn why(aws: &dyn Aws, name: &str) -> Result<String> {
    let answer = aws.call("cloudformation", "DescribeStackEvents", value!({ "StackName": name })).await;
    let answer = match answer {
        Err(error) if error.is_not_found() => return Ok(String::new()),
        answer => answer?,
    };
    let events = answer.get("StackEvents").and_then(Value::as_list).unwrap_or_default();
    let begins = |event: &Value| {
        let status = event.text_at("ResourceStatus").unwrap_or_default();
        event.text_at("LogicalResourceId") == Some(name)
            && ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"].contains(&status)
    };
    // The last stands first.
    let mut failed: Vec<String> =
        events.iter().take_while(|event| !begins(event)).filter_map(|event| told(event, name)).collect();
    failed.reverse();
    let more = failed.len().saturating_sub(TOLD);
    failed.truncate(TOLD);
    let mut told = failed.join("; ");
    if more > 0 {
        told.push_str(&format!("; and {more} more"));
    }
    Ok(told)
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
