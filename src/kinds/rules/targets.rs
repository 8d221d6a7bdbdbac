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
    // Written again without its role, the bus of another account keeps the one it had.
    let kept: Vec<String> =
        put.iter().filter(|target| keeps_role(target, step)).filter_map(id).map(str::to_owned).collect();
    remove(aws, at, kept).await?;
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

/// Whether AWS would keep a role that the wish for a target has no more.
fn keeps_role(target: &Value, step: &UpdateStep) -> bool {
    let live = of(&step.live.properties).find(|live| id(live) == id(target));
    let bus = |target: &Value| target.text_at("Arn").is_some_and(|arn| arn.contains(":event-bus/"));
    live.is_some_and(|live| live.get("RoleArn").is_some() && target.get("RoleArn").is_none() && bus(live))
}

/// Writes targets, each replaced whole.
pub async fn put(aws: &dyn Aws, at: At<'_>, targets: Vec<Value>) -> Result<()> {
    if targets.is_empty() {
        return Ok(());
    }
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
    if ids.is_empty() {
        return Ok(());
    }
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

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;

    use super::*;
    use crate::engine::Place;
    use crate::value;

    /// Answers with what is prepared, in turn, and keeps what it was asked.
    struct Scripted {
        place: Place,
        answers: Mutex<Vec<Value>>,
        asked: Mutex<Vec<Value>>,
    }

    impl Scripted {
        fn new(answers: Vec<Value>) -> Scripted {
            let place = Place::new("eu-west-1", "123456789012");
            Scripted { place, answers: Mutex::new(answers), asked: Mutex::default() }
        }
    }

    impl Aws for Scripted {
        fn call<'a>(
            &'a self,
            _: &'static str,
            _: &'static str,
            input: Value,
        ) -> BoxFuture<'a, Result<Value>> {
            self.asked.lock().unwrap().push(input);
            let answer = self.answers.lock().unwrap().remove(0);
            async { Ok(answer) }.boxed()
        }

        fn call_once<'a>(
            &'a self,
            service: &'static str,
            operation: &'static str,
            input: Value,
        ) -> BoxFuture<'a, Result<Value>> {
            self.call(service, operation, input)
        }

        fn place(&self) -> &Place {
            &self.place
        }

        fn forget(&self) {}

        fn pause(&self, _: u32) -> BoxFuture<'_, ()> {
            async {}.boxed()
        }

        fn exclusive<'a>(&'a self, _: &str) -> BoxFuture<'a, tokio::sync::OwnedMutexGuard<()>> {
            std::sync::Arc::new(tokio::sync::Mutex::new(())).lock_owned().boxed()
        }
    }

    const AT: At<'static> = At { bus: "b", name: "r" };

    fn refused(id: &str, code: &str) -> Value {
        value!({ "FailedEntryCount": 1, "FailedEntries": [{ "TargetId": id, "ErrorCode": code, "ErrorMessage": "m" }] })
    }

    fn fine() -> Value {
        value!({ "FailedEntryCount": 0, "FailedEntries": [] })
    }

    // aws-sdk-js-v3#6671: the call succeeds although some of its entries failed.
    #[tokio::test]
    async fn a_target_that_failed_for_a_reason_that_passes_is_sent_again_alone() {
        let aws = Scripted::new(vec![refused("b", "ConcurrentModificationException"), fine()]);
        let targets = ["a", "b"].map(|id| value!({ "Id": id })).to_vec();
        put(&aws, AT, targets).await.unwrap();
        let asked = aws.asked.lock().unwrap();
        assert_eq!(asked[1].get("Targets"), Some(&value!([{ "Id": "b" }])));
        assert_eq!(asked.len(), 2);
    }

    #[tokio::test]
    async fn what_stays_refused_is_an_error_and_what_is_gone_already_is_none() {
        let again = vec![refused("a", "ConcurrentModificationException"); AGAIN as usize];
        let error = put(&Scripted::new(again), AT, vec![value!({ "Id": "a" })]).await.unwrap_err();
        assert_eq!((error.class, error.message.as_str()), (Class::Conflict, "target `a`: m"));
        let error = put(
            &Scripted::new(vec![refused("a", "LimitExceededException")]),
            AT,
            vec![value!({ "Id": "a" })],
        )
        .await
        .unwrap_err();
        assert_eq!(error.class, Class::Quota);
        let error =
            put(&Scripted::new(vec![value!({ "FailedEntryCount": 1 })]), AT, vec![value!({ "Id": "a" })])
                .await;
        assert!(error.is_err(), "a count without entries");
        remove(&Scripted::new(vec![refused("a", "ResourceNotFoundException")]), AT, vec!["a".into()])
            .await
            .unwrap();
    }

    // PutTargets: a role on the bus of another account stays if the same target is written without one.
    #[tokio::test]
    async fn a_bus_that_loses_its_role_is_removed_before_it_is_written_again() {
        use crate::engine::{Found, Map, Mark, Observed, State, Wish};
        let bus = "arn:aws:events:eu-west-1:999999999999:event-bus/theirs";
        let with =
            value!({ "Targets": [{ "Id": "a", "Arn": bus, "RoleArn": "arn:aws:iam::123456789012:role/r" }] });
        let without = value!({ "Targets": [{ "Id": "a", "Arn": bus }] });
        let mark = Mark {
            owner: "shop/-/eu-west-1".parse().unwrap(),
            address: "rules.r".parse().unwrap(),
            name: "r".into(),
            protect: false,
            version: None,
        };
        let live = Observed {
            id: "b|r".into(),
            name: "r".into(),
            properties: with.clone(),
            outputs: Map::new(),
            mark: Found::Mark(mark.clone()),
            managed_by: None,
            state: State::Ready,
            unread: Vec::new(),
        };
        let wish = Wish { name: "r".into(), properties: without, mark, package: None };
        let changed = vec!["Targets[a].RoleArn".to_owned()];
        let step = UpdateStep { live, wish, changed, mark: false, may_destroy: true };
        let aws = Scripted::new(vec![fine(), fine()]);
        update(&aws, AT, &step).await.unwrap();
        let asked = std::mem::take(&mut *aws.asked.lock().unwrap());
        assert_eq!(asked[0].get("Ids"), Some(&value!(["a"])));
        assert_eq!(asked[1].get("Targets"), Some(&value!([{ "Id": "a", "Arn": bus }])));
        // With its role it is only written.
        let aws = Scripted::new(vec![fine()]);
        let step = UpdateStep { wish: Wish { properties: with, ..step.wish.clone() }, ..step };
        update(&aws, AT, &step).await.unwrap();
    }

    #[tokio::test]
    async fn ten_entries_go_in_one_call() {
        let aws = Scripted::new(vec![fine(), fine(), fine()]);
        remove(&aws, AT, (0..21).map(|i| i.to_string()).collect()).await.unwrap();
        let sizes: Vec<usize> = aws
            .asked
            .lock()
            .unwrap()
            .iter()
            .map(|input| input.get("Ids").unwrap().as_list().unwrap().len())
            .collect();
        assert_eq!(sizes, [10, 10, 1]);
    }
}
