//! Amazon SNS, the control plane: topics and their subscriptions.
//!
//! Attributes are texts. A topic has a policy of its owner's from the beginning, and some defaults are
//! shown although nobody sent them. A subscription waits for its confirmation unless its endpoint is a
//! function, a queue, a Firehose stream or a telephone.

use serde_json::{Map, Value, json};

use super::executor::Ctx;
use super::hooks::{policies, random};
use super::{ARN, Answer, KIND, Kind, LIST, List, Outcome, Service, Verb, row};
use crate::local::http::ApiError;

const TOPIC: Kind = Kind {
    name: "topic",
    key: "{Name}",
    arn: "arn:{partition}:sns:{region}:{account}:{Name}",
    missing: ("NotFound", "Topic does not exist"),
    ..KIND
};

const SUBSCRIPTION: Kind = Kind {
    name: "subscription",
    key: "{Name}/{_id}",
    arn: "arn:{partition}:sns:{region}:{account}:{Name}:{_id}",
    missing: ("NotFound", "Subscription does not exist"),
    ..KIND
};

const TOPICS: List = List { items: "Topics", ..LIST };
const SUBSCRIPTIONS: List = List { items: "Subscriptions", within: "{Name}/", read: &["TopicArn"], ..LIST };

/// Attributes that are shown and never set.
const MEASURED: &[(&str, &str)] =
    &[("SubscriptionsConfirmed", "0"), ("SubscriptionsPending", "0"), ("SubscriptionsDeleted", "0")];
/// Attributes of FIFO topics, with what is shown where nobody set them; an empty text: nothing.
const FIFO: &[(&str, &str)] =
    &[("ContentBasedDeduplication", "false"), ("FifoThroughputScope", "Topic"), ("ArchivePolicy", "")];
/// Attributes that hold JSON.
const DOCUMENTS: &[&str] =
    &["Policy", "DeliveryPolicy", "ArchivePolicy", "FilterPolicy", "RedrivePolicy", "ReplayPolicy"];
/// What is as if it had never been set.
const UNSET: &[(&str, &str)] = &[("SignatureVersion", "1"), ("MaximumMessageSize", "262144")];
/// The rest of what a topic takes, beside the logging of deliveries.
const TOPIC_ATTRIBUTES: &[&str] = &[
    "Policy",
    "DisplayName",
    "DeliveryPolicy",
    "KmsMasterKeyId",
    "TracingConfig",
    "SignatureVersion",
    "MaximumMessageSize",
];
const LOGGED_FOR: &[&str] = &["HTTP", "Firehose", "Lambda", "Application", "SQS"];
const SUBSCRIPTION_ATTRIBUTES: &[&str] = &[
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
    "ReplayPolicy",
    "SubscriptionRoleArn",
];

pub const SERVICE: Service = Service {
    id: "sns",
    global: false,
    invalid: "InvalidParameter",
    before: Some(names_from_arns),
    kinds: &[TOPIC, SUBSCRIPTION],
    operations: &[
        row("CreateTopic", "topic", Verb::Hook(create)),
        row("GetTopicAttributes", "topic", Verb::Read).answers(Answer::Words(attributes)),
        row("SetTopicAttributes", "topic", Verb::Write(&[])).after(&[set]).answers(Answer::Nothing),
        row("DeleteTopic", "topic", Verb::Delete { lenient: true })
            .after(&[clear_out])
            .answers(Answer::Nothing),
        row("ListTopics", "topic", Verb::List(&TOPICS)),
        row("TagResource", "topic", Verb::Tag("Tags")),
        row("UntagResource", "topic", Verb::Untag("TagKeys")),
        row("ListTagsForResource", "topic", Verb::ListTags("Tags")),
        row("GetDataProtectionPolicy", "topic", Verb::Read).before(&[no_fifo]),
        row("PutDataProtectionPolicy", "topic", Verb::Write(&[]))
            .before(&[no_fifo])
            .after(&[protect])
            .answers(Answer::Nothing),
        row("Subscribe", "subscription", Verb::Hook(subscribe)),
        row("Unsubscribe", "subscription", Verb::Delete { lenient: true }).answers(Answer::Nothing),
        row("GetSubscriptionAttributes", "subscription", Verb::Read).answers(Answer::Words(subscribed)),
        row("SetSubscriptionAttributes", "subscription", Verb::Write(&[]))
            .after(&[set_subscription])
            .answers(Answer::Nothing),
        row("ListSubscriptionsByTopic", "subscription", Verb::List(&SUBSCRIPTIONS)).before(&[topic_exists]),
    ],
};

/// The name of the topic, and the id of the subscription, that an ARN in the input names.
fn names_from_arns(ctx: &mut Ctx) -> Outcome<()> {
    for member in ["TopicArn", "ResourceArn", "SubscriptionArn"] {
        let arn = ctx.text(member);
        if arn.is_empty() {
            continue;
        }
        let parts: Vec<&str> = arn.split(':').collect();
        let ours = parts.len() >= 6 && parts[3] == ctx.call.region && parts[4] == ctx.account;
        if parts.len() < 6 || parts[2] != "sns" {
            return Err(ctx.invalid(format!("Invalid parameter: {member}")));
        }
        if !ours {
            return Err(ApiError::new("NotFound", "Topic does not exist"));
        }
        ctx.input["Name"] = parts[5].into();
        if let Some(id) = parts.get(6) {
            ctx.input["_id"] = (*id).into();
        }
    }
    Ok(())
}

fn topic_exists(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.place(&TOPIC)?.load(ctx.txn) {
        Some(_) => Ok(()),
        None => Err(ctx.refuse(TOPIC.missing, &Value::Null)),
    }
}

fn no_fifo(ctx: &mut Ctx) -> Outcome<()> {
    match ctx.text("Name").ends_with(".fifo") {
        true => {
            Err(ctx.invalid("Invalid parameter: Data protection policies are not supported by FIFO topics"))
        }
        false => Ok(()),
    }
}

/// A topic that is there is answered if it has the attributes and the tags of the request.
fn create(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&TOPIC)?;
    let sent = ctx.input["Attributes"].as_object().cloned().unwrap_or_default();
    let fifo = sent.get("FifoTopic").is_some_and(|fifo| fifo == "true");
    if ctx.text("Name").ends_with(".fifo") != fifo {
        return Err(ctx.invalid("Invalid parameter: Topic Name"));
    }
    let mut input = ctx.input.clone();
    input["Attributes"] = json!({});
    let mut topic = ctx.made(&TOPIC, input);
    if let Some(old) = place.load(ctx.txn) {
        if old["_tags"] != topic["_tags"] {
            return Err(
                ctx.invalid("Invalid parameter: Tags Reason: Topic already exists with different tags")
            );
        }
        let mut told = old.clone();
        for (name, value) in &sent {
            write(ctx, name, value.as_str().unwrap_or_default(), &mut told)?;
        }
        if told["Attributes"] != old["Attributes"] {
            return Err(ctx.invalid(
                "Invalid parameter: Attributes Reason: Topic already exists with different attributes",
            ));
        }
        return Ok(json!({"TopicArn": old[ARN]}));
    }
    let arn = topic[ARN].as_str().unwrap_or_default().to_owned();
    let mut defaults = json!({
        "TopicArn": arn,
        "Owner": ctx.account,
        "DisplayName": "",
        "Policy": default_policy(&arn, ctx.account),
        "TracingConfig": "PassThrough",
    });
    if fifo {
        defaults["FifoTopic"] = "true".into();
        for (name, value) in FIFO.iter().filter(|(_, value)| !value.is_empty()) {
            defaults[*name] = (*value).into();
        }
    }
    topic["Attributes"] = defaults;
    topic["TopicArn"] = arn.clone().into();
    for (name, value) in sent.iter().filter(|(name, _)| *name != "FifoTopic") {
        write(ctx, name, value.as_str().unwrap_or_default(), &mut topic)?;
    }
    place.save(ctx.txn, topic);
    Ok(json!({"TopicArn": arn}))
}

fn default_policy(arn: &str, account: &str) -> String {
    let actions = [
        "GetTopicAttributes",
        "SetTopicAttributes",
        "AddPermission",
        "RemovePermission",
        "DeleteTopic",
        "Subscribe",
        "ListSubscriptionsByTopic",
        "Publish",
    ];
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": actions.map(|action| format!("SNS:{action}")),
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
        }],
    })
    .to_string()
}

fn set(ctx: &mut Ctx, topic: &mut Value) -> Outcome<()> {
    let (name, value) = (ctx.text("AttributeName"), ctx.text("AttributeValue"));
    if name == "FifoTopic" {
        return Err(ctx.invalid("Invalid parameter: AttributeName"));
    }
    write(ctx, &name, &value, topic)
}

/// Writes an attribute of a topic as SNS keeps it.
fn write(ctx: &Ctx, name: &str, text: &str, topic: &mut Value) -> Outcome<()> {
    let refused = |why: &str| Err(ctx.invalid(format!("Invalid parameter: {name} Reason: {why}")));
    let fifo = topic["Attributes"]["FifoTopic"] == "true" || name == "FifoTopic";
    let of_fifo = FIFO.iter().find(|(known, _)| *known == name);
    let logged = LOGGED_FOR.iter().any(|kind| {
        name.strip_prefix(kind).is_some_and(|rest| rest.ends_with("RoleArn") || rest.ends_with("SampleRate"))
    });
    if of_fifo.is_none() && !logged && name != "FifoTopic" && !TOPIC_ATTRIBUTES.contains(&name) {
        return refused("unknown attribute");
    }
    if of_fifo.is_some() && !fifo || name == "TracingConfig" && fifo && text == "Active" {
        return refused("not for this type of topic");
    }
    let value = match name {
        "Policy" if text.is_empty() => return refused("Policy Error: null"),
        "Policy" => {
            let policy = policies::parse(text, "InvalidParameter")?;
            policies::principals_exist(ctx, &policy)
                .map_err(|_| ctx.invalid("Invalid parameter: Policy Error: PrincipalNotFound"))?;
            text.to_owned()
        }
        _ if DOCUMENTS.contains(&name) && !text.is_empty() => match serde_json::from_str::<Value>(text) {
            Ok(mut document @ Value::Object(_)) => {
                if name == "DeliveryPolicy" {
                    fill_delivery(&mut document["http"], "defaultHealthyRetryPolicy");
                    document["http"]["disableSubscriptionOverrides"] =
                        (document["http"]["disableSubscriptionOverrides"] == true).into();
                }
                document.to_string()
            }
            _ => return refused("failed to parse JSON"),
        },
        _ => text.to_owned(),
    };
    let none = (value.is_empty() && name != "DisplayName")
        || value == "{}"
        || (logged && value == "0")
        || UNSET.contains(&(name, value.as_str()));
    let Some(attributes) = topic["Attributes"].as_object_mut() else { return Ok(()) };
    match none {
        true => attributes.shift_remove(name),
        false => attributes.insert(name.to_owned(), value.into()),
    };
    Ok(())
}

/// What SNS adds to a delivery policy that says less.
fn fill_delivery(policy: &mut Value, retry: &str) {
    let defaults = [
        ("minDelayTarget", json!(20)),
        ("maxDelayTarget", json!(20)),
        ("numRetries", json!(3)),
        ("numMaxDelayRetries", json!(0)),
        ("numNoDelayRetries", json!(0)),
        ("numMinDelayRetries", json!(0)),
        ("backoffFunction", json!("linear")),
    ];
    for (name, value) in defaults {
        if policy[retry][name].is_null() {
            policy[retry][name] = value;
        }
    }
}

fn attributes(ctx: &mut Ctx, topic: &Value) -> Outcome<Value> {
    let mut all = topic["Attributes"].as_object().cloned().unwrap_or_default();
    all.extend(MEASURED.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    let mut effective = match all.get("DeliveryPolicy").and_then(Value::as_str).map(serde_json::from_str) {
        Some(Ok(policy)) => policy,
        _ => json!({"http": {"disableSubscriptionOverrides": false}}),
    };
    fill_delivery(&mut effective["http"], "defaultHealthyRetryPolicy");
    all.insert("EffectiveDeliveryPolicy".into(), effective.to_string().into());
    let place = ctx.place(&TOPIC)?;
    let prefix = format!("{}/", place.id);
    let collection = ctx.collection("subscription");
    let (pending, confirmed): (Vec<bool>, Vec<bool>) = ctx
        .txn
        .all(&collection)
        .filter(|(id, _)| id.starts_with(&prefix))
        .map(|(_, one)| one["Attributes"]["PendingConfirmation"] == "true")
        .partition(|pending| *pending);
    all.insert("SubscriptionsPending".into(), pending.len().to_string().into());
    all.insert("SubscriptionsConfirmed".into(), confirmed.len().to_string().into());
    Ok(json!({"Attributes": all}))
}

/// A topic takes its subscriptions with it, and stays as long as it archives.
fn clear_out(ctx: &mut Ctx, topic: &mut Value) -> Outcome<()> {
    if topic["Attributes"].get("ArchivePolicy").is_some() {
        return Err(ApiError::new(
            "InvalidState",
            "Topic has an active archive policy and cannot be deleted",
        ));
    }
    let prefix = ctx.expand("{Name}/", topic);
    let collection = ctx.collection("subscription");
    let gone: Vec<String> =
        ctx.txn.all(&collection).map(|(id, _)| id.to_owned()).filter(|id| id.starts_with(&prefix)).collect();
    gone.iter().for_each(|id| ctx.txn.remove(&collection, id));
    Ok(())
}

fn protect(ctx: &mut Ctx, topic: &mut Value) -> Outcome<()> {
    let text = ctx.text("DataProtectionPolicy");
    if text.is_empty() {
        super::places::take(topic, "DataProtectionPolicy");
        return Ok(());
    }
    policies::parse(&text, "InvalidParameter")?;
    topic["DataProtectionPolicy"] = text.into();
    Ok(())
}

/// One endpoint is subscribed to a topic once; asked again with the same attributes, it is answered.
fn subscribe(ctx: &mut Ctx) -> Outcome<Value> {
    topic_exists(ctx)?;
    let (name, protocol, endpoint) = (ctx.text("Name"), ctx.text("Protocol"), ctx.text("Endpoint"));
    let collection = ctx.collection("subscription");
    let prefix = format!("{name}/");
    let there = ctx.txn.all(&collection).find(|(id, one)| {
        id.starts_with(&prefix)
            && one["Protocol"] == protocol.as_str()
            && one["Endpoint"] == endpoint.as_str()
    });
    let there = there.map(|(_, one)| one.clone());
    let sent = ctx.input["Attributes"].as_object().cloned().unwrap_or_default();
    let confirmed = ["lambda", "sqs", "firehose", "sms"].contains(&protocol.as_str());
    if protocol == "firehose" && !sent.contains_key("SubscriptionRoleArn") {
        return Err(ctx.invalid("Invalid parameter: Attributes Reason: SubscriptionRoleArn is required"));
    }
    if let Some(old) = there {
        let mut told = old.clone();
        write_subscription(ctx, &sent, &mut told)?;
        if told["Attributes"] != old["Attributes"] {
            return Err(ctx.invalid(
                "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
            ));
        }
        return Ok(json!({"SubscriptionArn": old[ARN]}));
    }
    let id = random::uuid();
    ctx.input["_id"] = id.into();
    let place = ctx.place(&SUBSCRIPTION)?;
    let mut input = ctx.input.clone();
    input["Attributes"] = json!({});
    let mut subscription = ctx.made(&SUBSCRIPTION, input);
    let arn = subscription[ARN].clone();
    subscription["Attributes"] = json!({
        "SubscriptionArn": arn,
        "TopicArn": ctx.text("TopicArn"),
        "Owner": ctx.account,
        "Protocol": protocol,
        "Endpoint": endpoint,
        "RawMessageDelivery": "false",
        "PendingConfirmation": (!confirmed).to_string(),
        "ConfirmationWasAuthenticated": confirmed.to_string(),
    });
    subscription["SubscriptionArn"] = if confirmed { arn.clone() } else { "PendingConfirmation".into() };
    subscription["Owner"] = ctx.account.into();
    write_subscription(ctx, &sent, &mut subscription)?;
    place.save(ctx.txn, subscription);
    let shown = confirmed || ctx.input["ReturnSubscriptionArn"] == true;
    Ok(json!({"SubscriptionArn": if shown { arn } else { "pending confirmation".into() }}))
}

fn set_subscription(ctx: &mut Ctx, subscription: &mut Value) -> Outcome<()> {
    let sent = Map::from_iter([(ctx.text("AttributeName"), json!(ctx.text("AttributeValue")))]);
    write_subscription(ctx, &sent, subscription)
}

fn write_subscription(ctx: &Ctx, sent: &Map<String, Value>, subscription: &mut Value) -> Outcome<()> {
    for (name, value) in sent {
        let refused = |why: &str| Err(ctx.invalid(format!("Invalid parameter: {name} Reason: {why}")));
        if !SUBSCRIPTION_ATTRIBUTES.contains(&name.as_str()) {
            return refused("unknown attribute");
        }
        let mut text = value.as_str().unwrap_or_default().to_owned();
        if DOCUMENTS.contains(&name.as_str()) && !text.is_empty() {
            let Ok(mut document @ Value::Object(_)) = serde_json::from_str::<Value>(&text) else {
                return refused("failed to parse JSON");
            };
            if name == "DeliveryPolicy" && document.as_object().is_some_and(|document| !document.is_empty()) {
                fill_delivery(&mut document, "healthyRetryPolicy");
            }
            if name == "RedrivePolicy" && document.as_object().is_some_and(|document| !document.is_empty()) {
                let arn = document["deadLetterTargetArn"].as_str().unwrap_or_default();
                if ctx.find_arn(&ctx.elsewhere("sqs/queue"), arn).is_none() {
                    return refused("deadLetterTargetArn does not exist");
                }
            }
            text = document.to_string();
        }
        let filtered =
            subscription["Attributes"].get("FilterPolicy").is_some() || sent.contains_key("FilterPolicy");
        if name == "FilterPolicyScope" && !filtered && text != "MessageAttributes" {
            return refused("FilterPolicyScope cannot be set without a filter policy");
        }
        let Some(attributes) = subscription["Attributes"].as_object_mut() else { continue };
        if text.is_empty() || text == "{}" {
            attributes.shift_remove(name);
            // The scope is that of a filter policy.
            if name == "FilterPolicy" {
                attributes.shift_remove("FilterPolicyScope");
            }
        } else {
            attributes.insert(name.clone(), text.into());
            if name == "FilterPolicy" && !attributes.contains_key("FilterPolicyScope") {
                attributes.insert("FilterPolicyScope".into(), "MessageAttributes".into());
            }
        }
    }
    Ok(())
}

fn subscribed(_: &mut Ctx, subscription: &Value) -> Outcome<Value> {
    Ok(json!({"Attributes": subscription["Attributes"]}))
}
