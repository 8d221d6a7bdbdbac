//! Amazon Kinesis Data Streams, the control plane.
//!
//! A stream is changed only while it is active, one setting per call; shards at most double and at least
//! halve; what belongs to streams on demand disappears with the mode.

use serde_json::{Value, json};

use super::executor::{Ctx, NEXT};
use super::hooks::policies;
use super::places::{at, take};
use super::{Answer, Fill, From, KIND, Kind, Outcome, Refusal, Service, States, Verb, row, tags};
use crate::local::http::ApiError;

const STREAM: Kind = Kind {
    name: "stream",
    key: "{StreamName}",
    arn: "{StreamARN}",
    missing: ("ResourceNotFoundException", "Stream {StreamName} under account {account} not found."),
    exists: ("ResourceInUseException", "Stream {StreamName} under account {account} already exists."),
    create: &[
        Fill::Set("StreamARN", From::Text("arn:{partition}:kinesis:{region}:{account}:stream/{StreamName}")),
        Fill::Set("StreamCreationTimestamp", From::Now),
        Fill::Set("RetentionPeriodHours", From::Json("24")),
        Fill::Set("EnhancedMonitoring", From::Json(r#"[{"ShardLevelMetrics":[]}]"#)),
        Fill::Set("EncryptionType", From::Json("\"NONE\"")),
        Fill::Set("ConsumerCount", From::Json("0")),
        Fill::Default("StreamModeDetails.StreamMode", From::Json("\"PROVISIONED\"")),
        Fill::Default("MaxRecordSizeInKiB", From::Json("1024")),
    ],
    states: Some(&States {
        member: "StreamStatus",
        create: Some(("CREATING", "ACTIVE")),
        update: None,
        delete: Some("DELETING"),
        busy: (&["CREATING", "UPDATING", "DELETING"], BUSY),
        reads: 1,
    }),
    ..KIND
};

const BUSY: Refusal = (
    "ResourceInUseException",
    "Stream {StreamName} under account {account} not ACTIVE, instead in state {StreamStatus}",
);
/// The shards of a stream on demand.
const SHARDS: u64 = 4;
/// How many streams can be in the making at once.
const CREATING: usize = 5;
/// Tags and names on a page.
const PAGE: usize = 10;

pub const SERVICE: Service = Service {
    id: "kinesis",
    global: false,
    invalid: "InvalidArgumentException",
    before: Some(name),
    kinds: &[STREAM],
    operations: &[
        row("CreateStream", "stream", Verb::Create)
            .before(&[few_at_once])
            .after(&[describe])
            .answers(Answer::Nothing),
        row("DescribeStreamSummary", "stream", Verb::Read).answers(Answer::Under("StreamDescriptionSummary")),
        row("ListStreams", "", Verb::Hook(list)),
        row("DeleteStream", "stream", Verb::Delete { lenient: false }).answers(Answer::Nothing),
        changed("UpdateStreamMode", &[mode, updating]),
        changed("UpdateShardCount", &[shards, updating]),
        changed("IncreaseStreamRetentionPeriod", &[longer, updating]),
        changed("DecreaseStreamRetentionPeriod", &[shorter, updating]),
        changed("StartStreamEncryption", &[encrypt, updating]),
        changed("StopStreamEncryption", &[decrypt, updating]),
        changed("EnableEnhancedMonitoring", &[monitor, updating]),
        changed("DisableEnhancedMonitoring", &[forget, updating]),
        changed("UpdateMaxRecordSize", &[record_size, updating]),
        changed("UpdateStreamWarmThroughput", &[on_demand_only, warm, updating]),
        changed("UpdateStreamRecordDistributionStrategy", &[on_demand_only, distribution]),
        row("AddTagsToStream", "stream", Verb::Tag("Tags")),
        row("RemoveTagsFromStream", "stream", Verb::Untag("TagKeys")),
        row("ListTagsForStream", "stream", Verb::Read).answers(Answer::Words(page_of_tags)),
        changed("PutResourcePolicy", &[write_policy]),
        row("GetResourcePolicy", "stream", Verb::Read).answers(Answer::Words(policy)),
        changed("DeleteResourcePolicy", &[delete_policy]),
    ],
};

/// A change of a stream that is active.
const fn changed(name: &'static str, hooks: &'static [super::After]) -> super::Row {
    row(name, "stream", Verb::Write(&[])).after(hooks).answers(Answer::Nothing)
}

/// A stream may be named by its ARN.
fn name(ctx: &mut Ctx) -> Outcome<()> {
    for member in ["StreamARN", "ResourceARN"] {
        if let Some((_, name)) = ctx.text(member).split_once(":stream/") {
            ctx.input["StreamName"] = name.into();
        }
    }
    Ok(())
}

fn few_at_once(ctx: &mut Ctx) -> Outcome<()> {
    let collection = ctx.collection("stream");
    let making = ctx.txn.all(&collection).filter(|(_, stream)| stream["StreamStatus"] == "CREATING").count();
    match making < CREATING {
        true => Ok(()),
        false => Err(ApiError::new(
            "LimitExceededException",
            format!("A maximum of {CREATING} streams can simultaneously be in CREATING or DELETING states."),
        )),
    }
}

/// What a create sent, as a summary shows it.
fn describe(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    let warm = take(stream, "WarmThroughputMiBps");
    let shards = take(stream, "ShardCount");
    match (on_demand(stream), shards) {
        (true, None) => {
            stream["OpenShardCount"] = json!(SHARDS);
            settle_on_demand(stream, warm);
            Ok(())
        }
        (false, Some(shards)) if warm.is_none() && at(stream, "RecordDistributionStrategy").is_none() => {
            stream["OpenShardCount"] = shards;
            Ok(())
        }
        _ => Err(ctx.invalid("ShardCount goes with PROVISIONED, WarmThroughputMiBps and RecordDistributionStrategy with ON_DEMAND, and only so")),
    }
}

fn on_demand(stream: &Value) -> bool {
    stream["StreamModeDetails"]["StreamMode"] == "ON_DEMAND"
}

/// What only a stream on demand has.
fn settle_on_demand(stream: &mut Value, warm: Option<Value>) {
    stream["WarmThroughput"] = match warm {
        Some(warm) => json!({"TargetMiBps": warm, "CurrentMiBps": warm}),
        None => json!({"CurrentMiBps": SHARDS}),
    };
    if at(stream, "RecordDistributionStrategy").is_none() {
        stream["RecordDistributionStrategy"] = "USER_PARTITION_KEY".into();
    }
}

/// The change takes a while.
fn updating(_: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    stream["StreamStatus"] = "UPDATING".into();
    stream[NEXT] = json!({"reads": 1, "set": {"StreamStatus": "ACTIVE"}});
    Ok(())
}

fn mode(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    if stream["StreamModeDetails"] == ctx.input["StreamModeDetails"] {
        return Err(ctx.invalid("The stream is in this mode already"));
    }
    stream["StreamModeDetails"] = ctx.input["StreamModeDetails"].clone();
    let warm = at(&ctx.input, "WarmThroughputMiBps").cloned();
    match on_demand(stream) {
        true => settle_on_demand(stream, warm),
        false if warm.is_some() => {
            return Err(ctx.invalid("WarmThroughputMiBps is only valid for streams on demand"));
        }
        false => {
            take(stream, "WarmThroughput");
            take(stream, "RecordDistributionStrategy");
        }
    }
    Ok(())
}

fn shards(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    let wanted = ctx.input["TargetShardCount"].as_u64().unwrap_or_default();
    let now = stream["OpenShardCount"].as_u64().unwrap_or_default();
    if on_demand(stream) {
        return Err(ctx.refuse(
            (
                "ValidationException",
                "UpdateShardCount is only supported for the data streams with the provisioned capacity mode.",
            ),
            stream,
        ));
    }
    if wanted > now * 2 || wanted * 2 < now || wanted == now {
        return Err(ctx.invalid(format!(
            "UpdateShardCount cannot scale a stream of {now} shards to {wanted}: at most to double and at least to half of them, and to another number"
        )));
    }
    stream["OpenShardCount"] = json!(wanted);
    Ok(())
}

fn longer(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    retain(ctx, stream, |new, old| new > old)
}

fn shorter(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    retain(ctx, stream, |new, old| new < old)
}

fn retain(ctx: &mut Ctx, stream: &mut Value, fits: fn(u64, u64) -> bool) -> Outcome<()> {
    let new = ctx.input["RetentionPeriodHours"].as_u64().unwrap_or_default();
    let old = stream["RetentionPeriodHours"].as_u64().unwrap_or_default();
    if !(24..=8760).contains(&new) || !fits(new, old) {
        return Err(
            ctx.invalid(format!("A retention period of {old} hours cannot become {new} by this call"))
        );
    }
    stream["RetentionPeriodHours"] = json!(new);
    Ok(())
}

fn encrypt(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    for member in ["EncryptionType", "KeyId"] {
        stream[member] = ctx.input[member].clone();
    }
    Ok(())
}

fn decrypt(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    if take(stream, "KeyId").as_ref() != Some(&ctx.input["KeyId"]) {
        return Err(ctx.invalid("The stream is not encrypted by this key"));
    }
    stream["EncryptionType"] = "NONE".into();
    Ok(())
}

/// All metrics, for `ALL`.
fn metrics(ctx: &Ctx) -> Vec<Value> {
    let sent = ctx.input["ShardLevelMetrics"].as_array().cloned().unwrap_or_default();
    match sent.iter().any(|metric| metric == "ALL") {
        false => sent,
        true => {
            let shape = ctx.call.api.shape("MetricsName").map(|shape| shape.values.as_slice());
            let all = shape.unwrap_or_default().iter().filter(|metric| *metric != "ALL");
            all.map(|metric| metric.as_str().into()).collect()
        }
    }
}

fn monitor(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    let mut now =
        stream["EnhancedMonitoring"][0]["ShardLevelMetrics"].as_array().cloned().unwrap_or_default();
    now.extend(metrics(ctx));
    // They come back in an order of AWS's.
    now.sort_by_key(Value::to_string);
    now.dedup();
    stream["EnhancedMonitoring"] = json!([{"ShardLevelMetrics": now}]);
    Ok(())
}

fn forget(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    let gone = metrics(ctx);
    if let Some(now) = stream["EnhancedMonitoring"][0]["ShardLevelMetrics"].as_array_mut() {
        now.retain(|metric| !gone.contains(metric));
    }
    Ok(())
}

fn record_size(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    stream["MaxRecordSizeInKiB"] = ctx.input["MaxRecordSizeInKiB"].clone();
    Ok(())
}

fn on_demand_only(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    match on_demand(stream) {
        true => Ok(()),
        false => Err(
            ctx.invalid("This operation is only supported for data streams with the on-demand capacity mode")
        ),
    }
}

fn warm(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    settle_on_demand(stream, at(&ctx.input, "WarmThroughputMiBps").cloned());
    Ok(())
}

fn distribution(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    stream["RecordDistributionStrategy"] = ctx.input["RecordDistributionStrategy"].clone();
    Ok(())
}

/// One page of names, in their order.
fn list(ctx: &mut Ctx) -> Outcome<Value> {
    if at(&ctx.input, "NextToken").is_some() {
        return Err(ctx.invalid("The embedded account does not list by NextToken"));
    }
    let after = ctx.text("ExclusiveStartStreamName");
    let limit = ctx.input["Limit"].as_u64().map_or(100, |limit| limit.min(100)) as usize;
    let collection = ctx.collection("stream");
    let names: Vec<Value> = ctx
        .txn
        .all(&collection)
        .filter(|(name, _)| **name > *after)
        .map(|(name, _)| name.to_owned().into())
        .collect();
    let more = names.len() > limit;
    Ok(json!({"StreamNames": names.into_iter().take(limit).collect::<Vec<_>>(), "HasMoreStreams": more}))
}

/// One page of tags, by their keys.
fn page_of_tags(ctx: &mut Ctx, stream: &Value) -> Outcome<Value> {
    let after = ctx.text("ExclusiveStartTagKey");
    let limit = ctx.input["Limit"].as_u64().map_or(PAGE, |limit| limit as usize);
    let mut tags = tags::of(stream).unwrap_or_default();
    tags.retain(|key, _| *key > after);
    tags.sort_keys();
    let more = tags.len() > limit;
    let page = tags.into_iter().take(limit).collect();
    Ok(json!({"Tags": (tags::as_list(&page)), "HasMoreTags": more}))
}

const POLICY: &str = "_policy";

fn write_policy(ctx: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    let policy = policies::parse(&ctx.text("Policy"), "InvalidArgumentException")?;
    let arn = &stream["StreamARN"];
    if policies::statements(&policy).iter().any(|statement| &statement["Resource"] != arn) {
        return Err(ctx.invalid("The resource of each statement of the policy must be the stream"));
    }
    policies::principals_exist(ctx, &policy)?;
    stream[POLICY] = policy;
    Ok(())
}

/// A stream without a policy has an empty one.
fn policy(_: &mut Ctx, stream: &Value) -> Outcome<Value> {
    let policy = at(stream, POLICY).cloned().unwrap_or_else(|| json!({}));
    Ok(json!({"Policy": policy.to_string()}))
}

fn delete_policy(_: &mut Ctx, stream: &mut Value) -> Outcome<()> {
    take(stream, POLICY);
    Ok(())
}
