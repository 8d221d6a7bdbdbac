//! Targets, live: written and removed one by one, in calls that may fail for some of them.

use crate::engine::error::classify;
use crate::engine::{Aws, AwsError, Class, Pages, Result, UpdateStep, Value, all_pages};

use super::live::At;

/// How many entries one call takes.
const A_CALL: usize = 10;
/// The most targets of a rule.
const MOST: usize = 5;
/// How often entries are sent again that failed for a reason that passes.
const AGAIN: u32 = 6;

/// The targets of a document.
pub fn of(properties: &Value) -> impl Iterator<Item = &Value> {
    properties.get("Targets").and_then(Value::as_list).unwrap_or_default().iter()
}

/// A target's Id.
pub fn id(target: &Value) -> Option<&str> {
    target.text_at("Id")
}

/// All targets of a rule, those of others included; nothing if the rule is gone.
pub async fn list(aws: &dyn Aws, at: At<'_>) -> Result<Option<Vec<Value>>> {
    let mut input = at.targets();
    input.put("Limit", 100.into());
    match all_pages(aws, "events", "ListTargetsByRule", input, Pages::by_next_token("Targets")).await {
        Err(error) if error.is_not_found() => Ok(None),
        targets => targets.map(Some),
    }
}

/// Writes what differs and removes what is not wished for, whoever added it. What is new comes
/// first, unless there is no room for it.
pub async fn update(aws: &dyn Aws, at: At<'_>, step: &UpdateStep) -> Result<()> {
    let whole = step.changed.iter().any(|path| path == "Targets");
    let differs =
        |target: &&Value| whole || id(target).is_some_and(|id| step.touches(&format!("Targets[{id}]")));
    let put: Vec<Value> = of(&step.wish.properties).filter(differs).cloned().collect();
    let wished: Vec<&str> = of(&step.wish.properties).filter_map(id).collect();
    let live: Vec<&str> = of(&step.live.properties).filter_map(id).collect();
    let gone: Vec<String> =
        live.iter().filter(|id| !wished.contains(*id)).map(|id| (*id).to_owned()).collect();
    match wished.len() + gone.len() <= MOST {
        true => {
            self::put(aws, at, put).await?;
            remove(aws, at, gone).await
        }
        false => {
            remove(aws, at, gone).await?;
            self::put(aws, at, put).await
        }
    }
}

/// Writes targets, each replaced whole.
pub async fn put(aws: &dyn Aws, at: At<'_>, targets: Vec<Value>) -> Result<()> {
    let mut waiting = targets;
    for round in 0.. {
        let failed = in_chunks(aws, at, ("PutTargets", "Targets"), &waiting, round).await?;
        waiting.retain(|target| id(target).is_some_and(|id| failed.iter().any(|failed| failed == id)));
        if waiting.is_empty() {
            return Ok(());
        }
        aws.pause(round).await;
    }
    Ok(())
}

/// Removes targets; one that is gone already is as good.
pub async fn remove(aws: &dyn Aws, at: At<'_>, ids: Vec<String>) -> Result<()> {
    let mut waiting: Vec<Value> = ids.into_iter().map(Value::from).collect();
    for round in 0.. {
        let failed = in_chunks(aws, at, ("RemoveTargets", "Ids"), &waiting, round).await?;
        waiting.retain(|id| id.as_str().is_some_and(|id| failed.iter().any(|failed| failed == id)));
        if waiting.is_empty() {
            return Ok(());
        }
        aws.pause(round).await;
    }
    Ok(())
}

/// Sends entries ten at a time. The Ids that failed for a reason that passes come back, as long as
/// there is another round for them.
async fn in_chunks(
    aws: &dyn Aws,
    at: At<'_>,
    (operation, member): (&'static str, &'static str),
    entries: &[Value],
    round: u32,
) -> Result<Vec<String>> {
    let mut again = Vec::new();
    for chunk in entries.chunks(A_CALL) {
        let mut input = at.targets();
        input.put(member, chunk.to_vec().into());
        let answer = match aws.call("events", operation, input).await {
            // Without the rule there are no targets to remove.
            Err(error) if operation == "RemoveTargets" && error.is_not_found() => return Ok(Vec::new()),
            answer => answer?,
        };
        for entry in failed(&answer) {
            let error = refusal(operation, &entry);
            match error.class {
                Class::NotFound if operation == "RemoveTargets" => {}
                class if class.is_retried() && round + 1 < AGAIN => {
                    again.push(entry.text_at("TargetId").unwrap_or_default().to_owned());
                }
                _ => return Err(error),
            }
        }
    }
    Ok(again)
}

/// The entries that failed although the call succeeded. A count without entries is one nameless
/// failure.
fn failed(answer: &Value) -> Vec<Value> {
    let count = answer.get("FailedEntryCount").and_then(Value::as_i64).unwrap_or(0);
    match answer.get("FailedEntries").and_then(Value::as_list) {
        Some(entries) if !entries.is_empty() => entries.to_vec(),
        _ if count > 0 => vec![Value::map()],
        _ => Vec::new(),
    }
}

fn refusal(operation: &'static str, entry: &Value) -> AwsError {
    let [target, code, message] =
        ["TargetId", "ErrorCode", "ErrorMessage"].map(|member| entry.text_at(member).unwrap_or_default());
    let class = classify("events", code, message, None);
    let mut error = AwsError::new("events", operation, class, format!("target `{target}`: {message}"));
    error.code = code.to_owned();
    error
}
