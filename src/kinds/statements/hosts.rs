//! What has a policy document: how each is read and written.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{Aws, AwsError, Class, Pages, Place, Result, Value, all_pages};
use crate::value;

use super::permissions;

/// Reads all statements of a document, those of others included; nothing if the host does not exist.
pub type Read = for<'a> fn(&'a dyn Aws, &'a str) -> BoxFuture<'a, Result<Option<Vec<Value>>>>;
/// Adds a statement with its Sid and Resource; the flag says that one of that Sid is there.
pub type Put = for<'a> fn(&'a dyn Aws, &'a str, Value, bool) -> BoxFuture<'a, Result<()>>;
/// Takes the statement of a Sid away.
pub type Remove = for<'a> fn(&'a dyn Aws, &'a str, &'a str) -> BoxFuture<'a, Result<()>>;
/// Writes a document, or takes it away, with the [`Policy::guard`] of what was read.
type Write = for<'a> fn(&'a dyn Aws, &'a str, Option<Value>, Option<String>) -> BoxFuture<'a, Result<()>>;

/// Something with a policy document. What has several is named with a colon and a qualifier behind it.
pub struct Host {
    pub kind: &'static str,
    /// The statements' `Resource`: its ARN, or several.
    pub resource: fn(&Place, &str) -> Value,
    pub read: Read,
    pub put: Put,
    pub remove: Remove,
}

/// Every kind of host.
pub static HOSTS: &[Host] = &[
    Host {
        kind: "queues",
        resource: |place, name| place.arn("sqs", name).into(),
        read: |aws, name| statements_of(&QUEUE, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&QUEUE, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&QUEUE, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "buses",
        resource: |place, name| place.arn("events", &format!("event-bus/{name}")).into(),
        read: |aws, name| statements_of(&BUS, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&BUS, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&BUS, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "streams",
        resource: |place, name| place.arn("kinesis", &format!("stream/{name}")).into(),
        read: |aws, name| statements_of(&STREAM, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&STREAM, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&STREAM, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "tables",
        resource: |place, name| place.arn("dynamodb", &format!("table/{name}")).into(),
        read: |aws, name| statements_of(&TABLE, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&TABLE, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&TABLE, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "topics",
        resource: |place, name| place.arn("sns", name).into(),
        read: |aws, name| statements_of(&TOPIC, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&TOPIC, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&TOPIC, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "functions",
        resource: |place, name| place.arn("lambda", &format!("function:{name}")).into(),
        read: |aws, name| permissions::read(aws, name).boxed(),
        put: |aws, name, statement, replace| permissions::put(aws, name, statement, replace).boxed(),
        remove: |aws, name, sid| permissions::remove(aws, name, sid).boxed(),
    },
    Host {
        kind: "log_groups",
        // What is written is in streams of the group, which its own ARN does not hold.
        resource: |place, name| place.arn("logs", &format!("log-group:{name}:*")).into(),
        read: |aws, name| statements_of(&LOGS, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&LOGS, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&LOGS, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "registries",
        // What is read of a registry is on its schemas too.
        resource: |place, name| {
            let arns = [format!("registry/{name}"), format!("schema/{name}/*")];
            arns.map(|arn| place.arn("schemas", &arn).into()).to_vec().into()
        },
        read: |aws, name| statements_of(&REGISTRY, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&REGISTRY, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&REGISTRY, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
];

/// The host of a kind.
pub fn host(kind: &str) -> Option<&'static Host> {
    HOSTS.iter().find(|host| host.kind == kind)
}

/// A policy as it was read.
struct Policy {
    /// An empty map if there is none.
    document: Value,
    /// By what a write is refused if somebody else has written since, where AWS knows such a thing. Where it
    /// does not, one writer at a time in this process is all that can be had.
    guard: Option<String>,
}

impl From<Value> for Policy {
    fn from(document: Value) -> Policy {
        Policy { document, guard: None }
    }
}

/// Reads a whole policy; nothing if its host does not exist.
type ReadWhole = for<'a> fn(&'a dyn Aws, &'a str) -> BoxFuture<'a, Result<Option<Policy>>>;

/// A document that is written whole.
struct Whole {
    read: ReadWhole,
    write: Write,
    /// Takes the last statement that was seen away by its Sid, so that one that came meanwhile stays; nothing
    /// where AWS has no such call.
    remove_last: Option<Remove>,
}

enum Edit {
    Put(Value),
    Remove(String),
}

static QUEUE: Whole = Whole {
    read: |aws, name| read_queue(aws, name).boxed(),
    write: |aws, name, policy, _| {
        async move {
            let answer = aws.call("sqs", "GetQueueUrl", value!({ "QueueName": name })).await?;
            let url = answer.text_at("QueueUrl").unwrap_or_default();
            let text = policy.map(|policy| policy.to_shown_json().to_string()).unwrap_or_default();
            let input = value!({ "QueueUrl": url, "Attributes": { "Policy": text } });
            aws.call("sqs", "SetQueueAttributes", input).await.map(drop)
        }
        .boxed()
    },
    remove_last: None,
};

static BUS: Whole = Whole {
    read: |aws, name| read_bus(aws, name).boxed(),
    write: |aws, name, policy, _| {
        async move {
            let answer = match policy {
                Some(policy) => {
                    let text = policy.to_shown_json().to_string();
                    let input = value!({ "EventBusName": name, "Policy": text });
                    aws.call("events", "PutPermission", input).await
                }
                None => {
                    let input = value!({ "EventBusName": name, "RemoveAllPermissions": true });
                    aws.call("events", "RemovePermission", input).await
                }
            };
            answer.map(drop)
        }
        .boxed()
    },
    remove_last: Some(|aws, name, sid| {
        async move {
            let input = value!({ "EventBusName": name, "StatementId": sid });
            match aws.call("events", "RemovePermission", input).await {
                Err(error) if error.is_not_found() => Ok(()),
                answer => answer.map(drop),
            }
        }
        .boxed()
    }),
};

static STREAM: Whole = Whole {
    read: |aws, name| read_stream(aws, name).boxed(),
    write: |aws, name, policy, _| {
        async move {
            let mut input =
                value!({ "ResourceARN": (aws.place().arn("kinesis", &format!("stream/{name}"))) });
            let operation = match policy {
                Some(policy) => {
                    input.put("Policy", policy.to_shown_json().to_string().into());
                    "PutResourcePolicy"
                }
                None => "DeleteResourcePolicy",
            };
            aws.call("kinesis", operation, input).await.map(drop)
        }
        .boxed()
    },
    remove_last: None,
};

static TABLE: Whole = Whole {
    read: |aws, name| read_table(aws, name).boxed(),
    write: |aws, name, policy, guard| {
        async move {
            let mut input =
                value!({ "ResourceArn": (aws.place().arn("dynamodb", &format!("table/{name}"))) });
            if let Some(guard) = guard {
                input.put("ExpectedRevisionId", guard.into());
            }
            let operation = match policy {
                Some(policy) => {
                    input.put("Policy", policy.to_shown_json().to_string().into());
                    "PutResourcePolicy"
                }
                None => "DeleteResourcePolicy",
            };
            aws.call("dynamodb", operation, input).await.map(drop)
        }
        .boxed()
    },
    remove_last: None,
};

static TOPIC: Whole = Whole {
    read: |aws, name| read_topic(aws, name).boxed(),
    write: |aws, name, policy, _| {
        async move {
            let arn = aws.place().arn("sns", name);
            // A topic always has a policy: without any statement of others it is SNS's own again.
            let policy = policy.unwrap_or_else(|| owners_policy(&arn, &aws.place().account));
            let text = policy.to_shown_json().to_string();
            let input = value!({ "TopicArn": arn, "AttributeName": "Policy", "AttributeValue": text });
            aws.call("sns", "SetTopicAttributes", input).await.map(drop)
        }
        .boxed()
    },
    remove_last: None,
};

/// What SNS gives a new topic: its owner may do everything.
fn owners_policy(arn: &str, account: &str) -> Value {
    const ACTIONS: &[&str] = &[
        "SNS:GetTopicAttributes",
        "SNS:SetTopicAttributes",
        "SNS:AddPermission",
        "SNS:RemovePermission",
        "SNS:DeleteTopic",
        "SNS:Subscribe",
        "SNS:ListSubscriptionsByTopic",
        "SNS:Publish",
    ];
    let actions: Vec<Value> = ACTIONS.iter().map(|action| (*action).into()).collect();
    value!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": actions,
            "Resource": arn,
            "Condition": { "StringEquals": { "AWS:SourceOwner": account } },
        }],
    })
}

/// How often a document is written that others write at the same time.
const MOST_WRITES: u32 = 10;

/// Reads a document, edits it by Sid and writes it back if that changes anything; again, if somebody else
/// has written it in between. The caller holds the document's mutex.
async fn rewrite(document: &Whole, aws: &dyn Aws, name: &str, edit: Edit) -> Result<()> {
    let mut read = (document.read)(aws, name).await?;
    let mut writes = 0;
    loop {
        let Some(policy) = read else {
            // Its statements went with the host. A host that is not there yet gets none: what one cannot
            // read one must not replace.
            let message = format!("`{name}` has no policy document to write on");
            return match edit {
                Edit::Remove(_) => Ok(()),
                Edit::Put(_) => Err(AwsError::new("statements", "PutStatement", Class::NotFound, message)),
            };
        };
        let Some(after) = edited(&policy.document, &edit) else { return Ok(()) };
        let after = Some(after).filter(|after| !statements(after).is_empty());
        let written = match (&after, &edit, document.remove_last) {
            (None, Edit::Remove(sid), Some(remove_last)) => remove_last(aws, name, sid).await,
            _ => (document.write)(aws, name, after, policy.guard.clone()).await,
        };
        let Err(error) = written else { return Ok(()) };
        // Services tell it in different ways that a guard has not held: another one tells it in all.
        aws.forget();
        read = (document.read)(aws, name).await?;
        let holds = read.as_ref().is_some_and(|read| read.guard == policy.guard);
        writes += 1;
        if holds || writes == MOST_WRITES {
            return Err(error);
        }
        aws.pause(writes).await;
    }
}

/// A document with an edit; nothing if that changes nothing. Whatever else stands in it (version, id, the
/// statements of others) stays as it is.
fn edited(policy: &Value, edit: &Edit) -> Option<Value> {
    let (sid, new) = match edit {
        Edit::Put(statement) => (statement.text_at("Sid").unwrap_or_default(), Some(statement)),
        Edit::Remove(sid) => (sid.as_str(), None),
    };
    let before = statements(policy);
    let others = before.iter().filter(|one| one.text_at("Sid") != Some(sid));
    let after: Vec<Value> = others.chain(new).cloned().collect();
    if after == before {
        return None;
    }
    let mut policy = policy.clone();
    if policy.get("Version").is_none() {
        policy.put("Version", "2012-10-17".into());
    }
    policy.put("Statement", Value::List(after));
    Some(policy)
}

async fn statements_of(document: &Whole, aws: &dyn Aws, name: &str) -> Result<Option<Vec<Value>>> {
    Ok((document.read)(aws, name).await?.map(|policy| statements(&policy.document)))
}

async fn read_queue(aws: &dyn Aws, name: &str) -> Result<Option<Policy>> {
    let answer = async {
        let answer = aws.call("sqs", "GetQueueUrl", value!({ "QueueName": name })).await?;
        let url = answer.text_at("QueueUrl").unwrap_or_default();
        let input = value!({ "QueueUrl": url, "AttributeNames": ["All"] });
        aws.call("sqs", "GetQueueAttributes", input).await
    };
    Ok(policy_in("sqs", "GetQueueAttributes", answer.await, "Attributes.Policy")?.map(Policy::from))
}

async fn read_bus(aws: &dyn Aws, name: &str) -> Result<Option<Policy>> {
    let answer = aws.call("events", "DescribeEventBus", value!({ "Name": name })).await;
    Ok(policy_in("events", "DescribeEventBus", answer, "Policy")?.map(Policy::from))
}

async fn read_stream(aws: &dyn Aws, name: &str) -> Result<Option<Policy>> {
    let input = value!({ "ResourceARN": (aws.place().arn("kinesis", &format!("stream/{name}"))) });
    let answer = aws.call("kinesis", "GetResourcePolicy", input).await;
    if answer.as_ref().is_err_and(AwsError::is_not_found) {
        // That there is no policy is told as that there is no stream.
        let stream = aws.call("kinesis", "DescribeStreamSummary", value!({ "StreamName": name })).await;
        return Ok(policy_in("kinesis", "DescribeStreamSummary", stream, "")?.map(Policy::from));
    }
    Ok(policy_in("kinesis", "GetResourcePolicy", answer, "Policy")?.map(Policy::from))
}

/// The policy of a log group itself: an account has room for ten others alone, which all stacks would share
/// and could not write at the same time.
static LOGS: Whole = Whole {
    read: |aws, name| read_log_group(aws, name).boxed(),
    write: |aws, name, policy, guard| {
        async move {
            let mut input = value!({ "resourceArn": (log_group(aws, name)) });
            if let Some(guard) = guard {
                input.put("expectedRevisionId", guard.into());
            }
            let operation = match policy {
                Some(policy) => {
                    input.put("policyDocument", policy.to_shown_json().to_string().into());
                    "PutResourcePolicy"
                }
                None => "DeleteResourcePolicy",
            };
            aws.call("logs", operation, input).await.map(drop)
        }
        .boxed()
    },
    remove_last: None,
};

fn log_group(aws: &dyn Aws, name: &str) -> String {
    aws.place().arn("logs", &format!("log-group:{name}"))
}

async fn read_log_group(aws: &dyn Aws, name: &str) -> Result<Option<Policy>> {
    const OPERATION: &str = "DescribeResourcePolicies";
    const PAGES: Pages = Pages { token_in: "nextToken", token_out: "nextToken", items: "resourcePolicies" };
    let arn = log_group(aws, name);
    let input = value!({ "resourceArn": (arn.as_str()), "policyScope": "RESOURCE", "limit": 50 });
    let policies = match all_pages(aws, "logs", OPERATION, input, PAGES).await {
        Err(error) if error.is_not_found() => return Ok(None),
        policies => policies?,
    };
    let is_its = |policy: &&Value| {
        policy.text_at("policyScope") != Some("ACCOUNT")
            && policy.text_at("resourceArn").is_none_or(|of| of == arn)
    };
    let found = policies.iter().find(is_its).cloned().unwrap_or_else(Value::map);
    let guard = found.text_at("revisionId").map(str::to_owned);
    let document = policy_in("logs", OPERATION, Ok(found), "policyDocument")?;
    Ok(document.map(|document| Policy { document, guard }))
}

/// What stands for the revision of a table's policy where there is none.
const NO_POLICY: &str = "NO_POLICY";

async fn read_table(aws: &dyn Aws, name: &str) -> Result<Option<Policy>> {
    let input = value!({ "ResourceArn": (aws.place().arn("dynamodb", &format!("table/{name}"))) });
    let answer = aws.call("dynamodb", "GetResourcePolicy", input).await;
    if answer.as_ref().is_err_and(|error| error.code.contains("PolicyNotFound")) {
        return Ok(Some(Policy { document: Value::map(), guard: Some(NO_POLICY.into()) }));
    }
    let revision = answer.as_ref().ok().and_then(|answer| answer.text_at("RevisionId")).map(str::to_owned);
    let document = policy_in("dynamodb", "GetResourcePolicy", answer, "Policy")?;
    Ok(document.map(|document| Policy { document, guard: revision }))
}

async fn read_topic(aws: &dyn Aws, name: &str) -> Result<Option<Policy>> {
    let input = value!({ "TopicArn": (aws.place().arn("sns", name)) });
    let answer = aws.call("sns", "GetTopicAttributes", input).await;
    Ok(policy_in("sns", "GetTopicAttributes", answer, "Attributes.Policy")?.map(Policy::from))
}

/// The policy of a registry of schemas. Its first one has no revision to be guarded by.
static REGISTRY: Whole = Whole {
    read: |aws, name| read_registry(aws, name).boxed(),
    write: |aws, name, policy, guard| {
        async move {
            let mut input = value!({ "RegistryName": name });
            let operation = match policy {
                Some(policy) => {
                    input.put("Policy", policy.to_shown_json().to_string().into());
                    if let Some(guard) = guard {
                        input.put("RevisionId", guard.into());
                    }
                    "PutResourcePolicy"
                }
                None => "DeleteResourcePolicy",
            };
            aws.call("schemas", operation, input).await.map(drop)
        }
        .boxed()
    },
    remove_last: None,
};

async fn read_registry(aws: &dyn Aws, name: &str) -> Result<Option<Policy>> {
    let answer = aws.call("schemas", "GetResourcePolicy", value!({ "RegistryName": name })).await;
    if answer.as_ref().is_err_and(AwsError::is_not_found) {
        // That there is no policy is told as that there is no registry.
        let registry = aws.call("schemas", "DescribeRegistry", value!({ "RegistryName": name })).await;
        return Ok(policy_in("schemas", "DescribeRegistry", registry, "Policy")?.map(Policy::from));
    }
    let guard = answer.as_ref().ok().and_then(|answer| answer.text_at("RevisionId")).map(str::to_owned);
    let document = policy_in("schemas", "GetResourcePolicy", answer, "Policy")?;
    Ok(document.map(|document| Policy { document, guard }))
}

/// The policy in an answer: an empty map if there is none, nothing if what should have it is not there.
///
/// # Errors
/// That of the call; and text that is no JSON, which is not ours to replace.
pub(super) fn policy_in(
    service: &'static str,
    operation: &'static str,
    answer: Result<Value>,
    at: &str,
) -> Result<Option<Value>> {
    let answer = match answer {
        Err(error) if error.is_not_found() => return Ok(None),
        answer => answer?,
    };
    let Some(text) = answer.text_at(at).filter(|text| !text.is_empty()) else {
        return Ok(Some(Value::map()));
    };
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(policy) if policy.is_object() => Ok(Some(policy.into())),
        _ => {
            let message = "the policy document cannot be read and is left alone";
            Err(AwsError::new(service, operation, Class::Invalid, message))
        }
    }
}

/// The statements of a policy.
pub(super) fn statements(policy: &Value) -> Vec<Value> {
    match policy.get("Statement") {
        Some(Value::List(statements)) => statements.clone(),
        Some(one @ Value::Map(_)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
#[path = "hosts_tests.rs"]
mod tests;
