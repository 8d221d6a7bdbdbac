//! What has a policy document: how each is read and written.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::engine::{Aws, AwsError, Class, Pages, Place, Result, Value, all_pages};
use crate::value;

/// Reads all statements of a document, those of others included; nothing if the host does not exist.
pub type Read = for<'a> fn(&'a dyn Aws, &'a str) -> BoxFuture<'a, Result<Option<Vec<Value>>>>;
/// Adds a statement with its Sid and Resource; the flag says that one of that Sid is there.
pub type Put = for<'a> fn(&'a dyn Aws, &'a str, Value, bool) -> BoxFuture<'a, Result<()>>;
/// Takes the statement of a Sid away.
pub type Remove = for<'a> fn(&'a dyn Aws, &'a str, &'a str) -> BoxFuture<'a, Result<()>>;
/// Writes a document, or takes it away.
type Write = for<'a> fn(&'a dyn Aws, &'a str, Option<Value>) -> BoxFuture<'a, Result<()>>;

/// Something with a policy document. What has several is named with a colon and a qualifier behind it.
pub struct Host {
    pub kind: &'static str,
    /// Its ARN, the statements' `Resource`.
    pub arn: fn(&Place, &str) -> String,
    pub read: Read,
    pub put: Put,
    pub remove: Remove,
}

/// Every kind of host.
pub static HOSTS: &[Host] = &[
    Host {
        kind: "queues",
        arn: |place, name| place.arn("sqs", name),
        read: |aws, name| statements_of(&QUEUE, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&QUEUE, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&QUEUE, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "buses",
        arn: |place, name| place.arn("events", &format!("event-bus/{name}")),
        read: |aws, name| statements_of(&BUS, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&BUS, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&BUS, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "streams",
        arn: |place, name| place.arn("kinesis", &format!("stream/{name}")),
        read: |aws, name| statements_of(&STREAM, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&STREAM, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&STREAM, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "tables",
        arn: |place, name| place.arn("dynamodb", &format!("table/{name}")),
        read: |aws, name| statements_of(&TABLE, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&TABLE, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&TABLE, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "topics",
        arn: |place, name| place.arn("sns", name),
        read: |aws, name| statements_of(&TOPIC, aws, name).boxed(),
        put: |aws, name, statement, _| rewrite(&TOPIC, aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite(&TOPIC, aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
    Host {
        kind: "functions",
        arn: |place, name| place.arn("lambda", &format!("function:{name}")),
        read: |aws, name| read_function(aws, name).boxed(),
        put: |aws, name, statement, replace| put_permission(aws, name, statement, replace).boxed(),
        remove: |aws, name, sid| remove_permission(aws, name, sid.to_owned()).boxed(),
    },
    Host {
        kind: "log_groups",
        // What is written is in streams of the group, which its own ARN does not hold.
        arn: |place, name| place.arn("logs", &format!("log-group:{name}:*")),
        read: |aws, name| read_log_group(aws, name).boxed(),
        put: |aws, name, statement, _| rewrite_logs(aws, name, Edit::Put(statement)).boxed(),
        remove: |aws, name, sid| rewrite_logs(aws, name, Edit::Remove(sid.to_owned())).boxed(),
    },
];

/// The host of a kind.
pub fn host(kind: &str) -> Option<&'static Host> {
    HOSTS.iter().find(|host| host.kind == kind)
}

/// Reads a whole policy: an empty map if there is none, nothing if its host does not exist.
type ReadWhole = for<'a> fn(&'a dyn Aws, &'a str) -> BoxFuture<'a, Result<Option<Value>>>;

/// A document that is written whole.
struct Whole {
    read: ReadWhole,
    write: Write,
}

enum Edit {
    Put(Value),
    Remove(String),
}

static QUEUE: Whole = Whole {
    read: |aws, name| read_queue(aws, name).boxed(),
    write: |aws, name, policy| {
        async move {
            let answer = aws.call("sqs", "GetQueueUrl", value!({ "QueueName": name })).await?;
            let url = answer.text_at("QueueUrl").unwrap_or_default();
            let text = policy.map(|policy| policy.to_shown_json().to_string()).unwrap_or_default();
            let input = value!({ "QueueUrl": url, "Attributes": { "Policy": text } });
            aws.call("sqs", "SetQueueAttributes", input).await.map(drop)
        }
        .boxed()
    },
};

static BUS: Whole = Whole {
    read: |aws, name| read_bus(aws, name).boxed(),
    write: |aws, name, policy| {
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
};

static STREAM: Whole = Whole {
    read: |aws, name| read_stream(aws, name).boxed(),
    write: |aws, name, policy| {
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
};

static TABLE: Whole = Whole {
    read: |aws, name| read_table(aws, name).boxed(),
    write: |aws, name, policy| {
        async move {
            let mut input =
                value!({ "ResourceArn": (aws.place().arn("dynamodb", &format!("table/{name}"))) });
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
};

static TOPIC: Whole = Whole {
    read: |aws, name| read_topic(aws, name).boxed(),
    write: |aws, name, policy| {
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

/// Reads a document, edits it by Sid and writes it back if that changes anything. Whatever else stands
/// in it (version, id, the statements of others) stays as it is. The caller holds the document's mutex.
async fn rewrite(document: &Whole, aws: &dyn Aws, name: &str, edit: Edit) -> Result<()> {
    let present = (document.read)(aws, name).await?;
    let (sid, new) = match edit {
        Edit::Put(statement) => (statement.text_at("Sid").unwrap_or_default().to_owned(), Some(statement)),
        Edit::Remove(sid) => (sid, None),
    };
    let Some(mut policy) = present else {
        // Its statements went with the host. A host that is not there yet gets none: what one cannot
        // read one must not replace.
        let message = format!("`{name}` has no policy document to write on");
        return match new {
            None => Ok(()),
            Some(_) => Err(AwsError::new("statements", "PutStatement", Class::NotFound, message)),
        };
    };
    let before = statements(&policy);
    let mut after: Vec<Value> =
        before.iter().filter(|one| one.text_at("Sid") != Some(sid.as_str())).cloned().collect();
    after.extend(new);
    if after == before {
        return Ok(());
    }
    if after.is_empty() {
        return (document.write)(aws, name, None).await;
    }
    if policy.get("Version").is_none() {
        policy.put("Version", "2012-10-17".into());
    }
    policy.put("Statement", Value::List(after));
    (document.write)(aws, name, Some(policy)).await
}

async fn statements_of(document: &Whole, aws: &dyn Aws, name: &str) -> Result<Option<Vec<Value>>> {
    Ok((document.read)(aws, name).await?.map(|policy| statements(&policy)))
}

async fn read_queue(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    let answer = async {
        let answer = aws.call("sqs", "GetQueueUrl", value!({ "QueueName": name })).await?;
        let url = answer.text_at("QueueUrl").unwrap_or_default();
        let input = value!({ "QueueUrl": url, "AttributeNames": ["All"] });
        aws.call("sqs", "GetQueueAttributes", input).await
    };
    policy_in("sqs", "GetQueueAttributes", answer.await, "Attributes.Policy")
}

async fn read_bus(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    let answer = aws.call("events", "DescribeEventBus", value!({ "Name": name })).await;
    policy_in("events", "DescribeEventBus", answer, "Policy")
}

async fn read_stream(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    let input = value!({ "ResourceARN": (aws.place().arn("kinesis", &format!("stream/{name}"))) });
    let answer = aws.call("kinesis", "GetResourcePolicy", input).await;
    if answer.as_ref().is_err_and(AwsError::is_not_found) {
        // That there is no policy is told as that there is no stream.
        let stream = aws.call("kinesis", "DescribeStreamSummary", value!({ "StreamName": name })).await;
        return policy_in("kinesis", "DescribeStreamSummary", stream, "");
    }
    policy_in("kinesis", "GetResourcePolicy", answer, "Policy")
}

/// The name of the one policy of CloudWatch Logs that all stacks of an account and region share: it has
/// room for ten policies, so none can have its own.
const LOGS_POLICY: &str = "gatewayctl";

static LOGS: Whole = Whole {
    read: |aws, _| read_logs(aws).boxed(),
    write: |aws, _, policy| {
        async move {
            let answer = match policy {
                Some(policy) => {
                    let text = policy.to_shown_json().to_string();
                    let input = value!({ "policyName": LOGS_POLICY, "policyDocument": text });
                    aws.call("logs", "PutResourcePolicy", input).await
                }
                None => aws.call("logs", "DeleteResourcePolicy", value!({ "policyName": LOGS_POLICY })).await,
            };
            match answer {
                Err(error) if !error.is_not_found() => Err(error),
                _ => Ok(()),
            }
        }
        .boxed()
    },
};

/// As [`rewrite`], under a mutex of the one document that all log groups share.
async fn rewrite_logs(aws: &dyn Aws, name: &str, edit: Edit) -> Result<()> {
    let _guard = aws.exclusive(LOGS_POLICY).await;
    aws.forget();
    rewrite(&LOGS, aws, name, edit).await
}

/// The shared policy; an empty map if there is none yet.
async fn read_logs(aws: &dyn Aws) -> Result<Option<Value>> {
    const PAGES: Pages = Pages { token_in: "nextToken", token_out: "nextToken", items: "resourcePolicies" };
    let policies = all_pages(aws, "logs", "DescribeResourcePolicies", value!({ "limit": 50 }), PAGES).await?;
    let ours = policies.into_iter().find(|policy| policy.text_at("policyName") == Some(LOGS_POLICY));
    let found = Ok(ours.unwrap_or_else(Value::map));
    policy_in("logs", "DescribeResourcePolicies", found, "policyDocument")
}

/// The statements of the shared policy that are on a log group.
async fn read_log_group(aws: &dyn Aws, name: &str) -> Result<Option<Vec<Value>>> {
    let arn = aws.place().arn("logs", &format!("log-group:{name}:*"));
    let all = statements_of(&LOGS, aws, name).await?.unwrap_or_default();
    Ok(Some(all.into_iter().filter(|statement| statement.text_at("Resource") == Some(&arn)).collect()))
}

async fn read_table(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    let input = value!({ "ResourceArn": (aws.place().arn("dynamodb", &format!("table/{name}"))) });
    match aws.call("dynamodb", "GetResourcePolicy", input).await {
        Err(error) if error.code.contains("PolicyNotFound") => Ok(Some(Value::map())),
        answer => policy_in("dynamodb", "GetResourcePolicy", answer, "Policy"),
    }
}

async fn read_topic(aws: &dyn Aws, name: &str) -> Result<Option<Value>> {
    let input = value!({ "TopicArn": (aws.place().arn("sns", name)) });
    let answer = aws.call("sns", "GetTopicAttributes", input).await;
    policy_in("sns", "GetTopicAttributes", answer, "Attributes.Policy")
}

async fn read_function(aws: &dyn Aws, name: &str) -> Result<Option<Vec<Value>>> {
    let answer = aws.call("lambda", "GetPolicy", function(name)).await;
    Ok(policy_in("lambda", "GetPolicy", answer, "Policy")?.map(|policy| {
        let mut statements = statements(&policy);
        statements.iter_mut().for_each(respell);
        statements
    }))
}

/// The policy in an answer: an empty map if there is none, nothing if what should have it is not there.
///
/// # Errors
/// That of the call; and text that is no JSON, which is not ours to replace.
fn policy_in(
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
fn statements(policy: &Value) -> Vec<Value> {
    match policy.get("Statement") {
        Some(Value::List(statements)) => statements.clone(),
        Some(one @ Value::Map(_)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// Lambda spells the conditions of a permission its own way.
const RESPELT: &[(&str, &str)] = &[
    ("Condition.ArnLike.AWS:SourceArn", "Condition.ArnEquals.aws:SourceArn"),
    ("Condition.StringEquals.AWS:SourceAccount", "Condition.StringEquals.aws:SourceAccount"),
];

fn respell(statement: &mut Value) {
    for (lambda, ours) in RESPELT {
        if let Some(value) = statement.remove(lambda) {
            statement.put(ours, value);
        }
    }
    if statement.at("Condition.ArnLike").is_some_and(Value::is_empty) {
        statement.remove("Condition.ArnLike");
    }
}

/// A function, or an alias of it, as calls name it.
fn function(name: &str) -> Value {
    match name.split_once(':') {
        Some((name, qualifier)) => value!({ "FunctionName": name, "Qualifier": qualifier }),
        None => value!({ "FunctionName": name }),
    }
}

/// Which part of a statement is which parameter of AddPermission.
const PARAMETERS: &[(&str, &str)] = &[
    ("Condition.ArnEquals.aws:SourceArn", "SourceArn"),
    ("Condition.StringEquals.aws:SourceAccount", "SourceAccount"),
    ("Condition.StringEquals.aws:PrincipalOrgID", "PrincipalOrgID"),
    ("Condition.StringEquals.lambda:EventSourceToken", "EventSourceToken"),
    ("Condition.StringEquals.lambda:FunctionUrlAuthType", "FunctionUrlAuthType"),
];

async fn put_permission(aws: &dyn Aws, function: &str, statement: Value, replace: bool) -> Result<()> {
    let sid = statement.text_at("Sid").unwrap_or_default().to_owned();
    if replace {
        remove_permission(aws, function, sid.clone()).await?;
    }
    let principal = ["Principal.Service", "Principal.AWS", "Principal"]
        .iter()
        .find_map(|path| statement.text_at(path))
        .unwrap_or("*");
    let mut input = self::function(function);
    input.put("StatementId", sid.into());
    input.put("Action", statement.text_at("Action").unwrap_or_default().into());
    input.put("Principal", principal.into());
    for (path, parameter) in PARAMETERS {
        if let Some(value) = statement.at(path) {
            input.put(parameter, value.clone());
        }
    }
    if statement.text_at("Condition.Bool.lambda:InvokedViaFunctionUrl") == Some("true") {
        input.put("InvokedViaFunctionUrl", true.into());
    }
    aws.call("lambda", "AddPermission", input).await.map(drop)
}

async fn remove_permission(aws: &dyn Aws, function: &str, sid: String) -> Result<()> {
    let mut input = self::function(function);
    input.put("StatementId", sid.into());
    match aws.call("lambda", "RemovePermission", input).await {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}
