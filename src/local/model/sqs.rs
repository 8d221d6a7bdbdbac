//! Amazon SQS, the control plane.
//!
//! Attributes are texts. Of a queue's attributes the defaults are shown even if nobody sent them, and a
//! redrive policy's count comes back as a number.

use serde_json::{Map, Value, json};

use super::executor::Ctx;
use super::{Answer, Fill, From, KIND, Kind, LIST, List, Outcome, Service, Verb, row};
use crate::local::http::ApiError;

const QUEUE: Kind = Kind {
    name: "queue",
    key: "{QueueName}",
    arn: "arn:{partition}:sqs:{region}:{account}:{QueueName}",
    missing: ("QueueDoesNotExist", "The specified queue does not exist."),
    exists: (
        "QueueNameExists",
        "A queue already exists with the same name and a different value for attribute(s)",
    ),
    create: &[
        Fill::Set("QueueUrl", From::Text("https://sqs.{region}.{suffix}/{account}/{QueueName}")),
        Fill::Default("Attributes.DelaySeconds", From::Json("\"0\"")),
        Fill::Default("Attributes.MaximumMessageSize", From::Json("\"1048576\"")),
        Fill::Default("Attributes.MessageRetentionPeriod", From::Json("\"345600\"")),
        Fill::Default("Attributes.ReceiveMessageWaitTimeSeconds", From::Json("\"0\"")),
        Fill::Default("Attributes.VisibilityTimeout", From::Json("\"30\"")),
    ],
    ..KIND
};

/// Attributes that are shown and never set.
const MEASURED: &[&str] = &[
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
];
/// Attributes that an empty text removes.
const CLEARED: &[&str] = &["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId"];
/// Attributes that only a FIFO queue shows.
const FIFO: &[(&str, &str)] = &[
    ("ContentBasedDeduplication", "false"),
    ("DeduplicationScope", "queue"),
    ("FifoThroughputLimit", "perQueue"),
];

const QUEUES: List = List {
    items: "QueueUrls",
    only: "QueueUrl",
    prefix: ("QueueNamePrefix", "QueueName"),
    limit: ("MaxResults", 1000),
    ..LIST
};

pub const SERVICE: Service = Service {
    id: "sqs",
    global: false,
    invalid: "InvalidParameterValue",
    before: Some(name_from_url),
    kinds: &[QUEUE],
    operations: &[
        row("CreateQueue", "queue", Verb::Hook(create)),
        row("GetQueueUrl", "queue", Verb::Read),
        row("GetQueueAttributes", "queue", Verb::Read).answers(Answer::Words(attributes)),
        row("SetQueueAttributes", "queue", Verb::Write(&[])).after(&[set]).answers(Answer::Nothing),
        row("DeleteQueue", "queue", Verb::Delete { lenient: false }).answers(Answer::Nothing),
        row("ListQueues", "queue", Verb::List(&QUEUES)),
        row("TagQueue", "queue", Verb::Tag("Tags")),
        row("UntagQueue", "queue", Verb::Untag("TagKeys")),
        row("ListQueueTags", "queue", Verb::ListTags("Tags")),
    ],
};

fn name_from_url(ctx: &mut Ctx) -> Outcome<()> {
    let url = ctx.text("QueueUrl");
    if let Some((_, name)) = url.rsplit_once('/') {
        ctx.input["QueueName"] = name.into();
    }
    Ok(())
}

/// A queue that is there and equal in every attribute sent is answered, not refused.
fn create(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&QUEUE)?;
    let sent = ctx.input["Attributes"].as_object().cloned().unwrap_or_default();
    if ctx.text("QueueName").ends_with(".fifo") != (sent.get("FifoQueue").is_some_and(|fifo| fifo == "true"))
    {
        return Err(ctx.invalid("The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length."));
    }
    if let Some(queue) = place.load(ctx.txn) {
        let equal = sent.iter().all(|(name, value)| same(&queue["Attributes"][name], value));
        return if equal { Ok(queue) } else { Err(ctx.refuse(QUEUE.exists, &queue)) };
    }
    let mut queue = ctx.made(&QUEUE, ctx.input.clone());
    queue["Attributes"] = json!({});
    write(ctx, &sent, &mut queue)?;
    ctx.fill(QUEUE.create, &mut queue);
    ctx.fill(&[Fill::Default("Attributes.SqsManagedSseEnabled", From::Json("\"true\""))], &mut queue);
    encryption(&sent, &mut queue);
    if sent.contains_key("FifoQueue") {
        for (name, value) in FIFO {
            if queue["Attributes"][name].is_null() {
                queue["Attributes"][name] = json!(value);
            }
        }
    }
    queue["Attributes"]["CreatedTimestamp"] = json!((ctx.now as u64).to_string());
    queue["Attributes"]["LastModifiedTimestamp"] = json!((ctx.now as u64).to_string());
    queue["Attributes"]["QueueArn"] = ctx.expand(QUEUE.arn, &queue).into();
    place.save(ctx.txn, queue.clone());
    Ok(queue)
}

fn same(kept: &Value, sent: &Value) -> bool {
    let read = |value: &Value| value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    kept == sent
        || matches!((read(kept), read(sent)), (Some(kept), Some(sent)) if kept == sent && kept.is_object())
}

fn set(ctx: &mut Ctx, queue: &mut Value) -> Outcome<()> {
    let sent = ctx.input["Attributes"].as_object().cloned().unwrap_or_default();
    if sent.contains_key("FifoQueue") {
        return Err(ApiError::new("InvalidAttributeName", "Unknown Attribute FifoQueue."));
    }
    write(ctx, &sent, queue)?;
    encryption(&sent, queue);
    queue["Attributes"]["LastModifiedTimestamp"] = json!((ctx.now as u64).to_string());
    Ok(())
}

/// A key of KMS takes the place of SQS's own, and only beside it a data key's time is shown.
fn encryption(sent: &Map<String, Value>, queue: &mut Value) {
    let Some(attributes) = queue["Attributes"].as_object_mut() else { return };
    if !attributes.contains_key("KmsMasterKeyId") {
        attributes.shift_remove("KmsDataKeyReusePeriodSeconds");
        return;
    }
    attributes.entry("KmsDataKeyReusePeriodSeconds").or_insert_with(|| "300".into());
    if sent.contains_key("KmsMasterKeyId") {
        attributes.insert("SqsManagedSseEnabled".into(), "false".into());
    }
}

fn write(ctx: &mut Ctx, sent: &Map<String, Value>, queue: &mut Value) -> Outcome<()> {
    let shape =
        ctx.call.api.shape("QueueAttributeName").map(|shape| shape.values.as_slice()).unwrap_or_default();
    let fifo = queue["QueueName"].as_str().is_some_and(|name| name.ends_with(".fifo"));
    let both = sent.get("KmsMasterKeyId").is_some_and(|key| key != "")
        && sent.get("SqsManagedSseEnabled").is_some_and(|managed| managed == "true");
    if both {
        return Err(ApiError::new(
            "InvalidAttributeValue",
            "You can use one type of server-side encryption (SSE) at one time.",
        ));
    }
    for (name, value) in sent {
        // FIFO queues alone know these, even with the value that means no.
        if !fifo && (name == "FifoQueue" || FIFO.iter().any(|(known, _)| known == name)) {
            return Err(ApiError::new("InvalidAttributeName", format!("Unknown Attribute {name}.")));
        }
        if !shape.contains(name) || MEASURED.contains(&name.as_str()) || name == "QueueArn" || name == "All" {
            return Err(ApiError::new("InvalidAttributeName", format!("Unknown Attribute {name}.")));
        }
        let Some(attributes) = queue["Attributes"].as_object_mut() else { continue };
        match value.as_str().unwrap_or_default() {
            "" if CLEARED.contains(&name.as_str()) => attributes.shift_remove(name),
            text => attributes.insert(name.clone(), spelt(ctx, name, text)?),
        };
    }
    Ok(())
}

/// An attribute as it is kept: JSON ones read and written again, numbers checked.
fn spelt(ctx: &Ctx, name: &str, text: &str) -> Outcome<Value> {
    let refused =
        || ApiError::new("InvalidAttributeValue", format!("Invalid value for the parameter {name}."));
    match name {
        "Policy" => serde_json::from_str::<Value>(text)
            .ok()
            .filter(Value::is_object)
            .map(|policy| policy.to_string().into())
            .ok_or_else(refused),
        "RedrivePolicy" | "RedriveAllowPolicy" => {
            let mut policy =
                serde_json::from_str::<Value>(text).ok().filter(Value::is_object).ok_or_else(refused)?;
            if let Some(count) =
                policy["maxReceiveCount"].as_str().and_then(|count| count.parse::<u32>().ok())
            {
                policy["maxReceiveCount"] = count.into();
            }
            if name == "RedrivePolicy" {
                redrive(ctx, &policy)?;
            }
            Ok(policy.to_string().into())
        }
        "DelaySeconds"
        | "MaximumMessageSize"
        | "MessageRetentionPeriod"
        | "ReceiveMessageWaitTimeSeconds"
        | "VisibilityTimeout"
        | "KmsDataKeyReusePeriodSeconds" => text.parse::<u32>().map(|_| text.into()).map_err(|_| refused()),
        _ => Ok(text.into()),
    }
}

fn redrive(ctx: &Ctx, policy: &Value) -> Outcome<()> {
    let arn = policy["deadLetterTargetArn"].as_str().unwrap_or_default();
    if !policy["maxReceiveCount"].is_number() || arn.is_empty() {
        return Err(ctx.invalid(format!("Value {policy} for parameter RedrivePolicy is invalid. Reason: Redrive policy does not contain mandatory attribute: deadLetterTargetArn and maxReceiveCount.")));
    }
    match ctx.find_arn(&ctx.collection("queue"), arn) {
        Some(_) => Ok(()),
        None => Err(ctx.invalid(format!("Value {policy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist."))),
    }
}

fn attributes(ctx: &mut Ctx, queue: &Value) -> Outcome<Value> {
    let asked = ctx.input["AttributeNames"].as_array().cloned().unwrap_or_default();
    let mut all = queue["Attributes"].as_object().cloned().unwrap_or_default();
    for name in MEASURED {
        // Nobody sends here; what a queue holds stands in the journal, if anything does.
        all.entry(*name).or_insert_with(|| json!("0"));
    }
    all.retain(|name, _| asked.iter().any(|asked| asked == "All" || asked == name));
    Ok(if all.is_empty() { json!({}) } else { json!({"Attributes": all}) })
}
