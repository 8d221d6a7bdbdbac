//! Event source mappings: what they read, what the function's role must be allowed for it, and their
//! states. While one is on its way to another state, every change of it is refused.

use serde_json::{Map, Value, json};

use super::super::executor::{Ctx, NEXT};
use super::super::hooks::roles;
use super::super::list;
use super::super::places::{Place, at, take, write};
use super::super::{Fill, From, KIND, Kind, LIST, List, Outcome, States};
use super::versions;
use crate::local::http::ApiError;

pub const MAPPING: Kind = Kind {
    name: "mapping",
    key: "{UUID}",
    arn: "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}",
    missing: ("ResourceNotFoundException", "The resource you requested does not exist."),
    exists: ("ResourceConflictException", "An event source mapping with this UUID already exists"),
    blank: &[
        "FilterCriteria",
        "ScalingConfig",
        "KMSKeyArn",
        "ProvisionedPollerConfig",
        "LoggingConfig",
        "DestinationConfig.OnFailure.Destination",
        "ProvisionedPollerConfig.PollerGroupName",
    ],
    create: &[
        Fill::Set(
            "EventSourceMappingArn",
            From::Text("arn:{partition}:lambda:{region}:{account}:event-source-mapping:{UUID}"),
        ),
        Fill::Set("LastModified", From::Now),
        Fill::Set("StateTransitionReason", From::Json("\"USER_INITIATED\"")),
        Fill::Default("Enabled", From::Json("true")),
        Fill::Default("MaximumBatchingWindowInSeconds", From::Json("0")),
    ],
    update: &[Fill::Set("LastModified", From::Now)],
    states: Some(&States {
        member: "State",
        create: Some(("Creating", "Enabled")),
        update: Some(("Updating", "Enabled")),
        delete: Some("Deleting"),
        busy: (
            &["Creating", "Enabling", "Disabling", "Updating", "Deleting"],
            ("ResourceInUseException", "Cannot update the event source mapping because it is in use."),
        ),
        reads: 1,
    }),
    ..KIND
};

const MAPPINGS: List = List {
    items: "EventSourceMappings",
    equal: &[("EventSourceArn", "EventSourceArn"), ("FunctionName", "FunctionArn")],
    limit: ("MaxItems", 100),
    token: ("Marker", "NextMarker"),
    ..LIST
};

/// A kind of source: the service of its ARN, the batch size it gets, whether it is read as a stream,
/// what the function's role must be allowed on it, and what is said if it is not.
struct Source {
    service: &'static str,
    batch: u64,
    stream: bool,
    actions: &'static [&'static str],
    reason: &'static str,
}

const SOURCES: &[Source] = &[
    Source {
        service: "sqs",
        batch: 10,
        stream: false,
        actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        reason: "The provided execution role does not have permissions to call ReceiveMessage on SQS",
    },
    Source {
        service: "dynamodb",
        batch: 100,
        stream: true,
        actions: &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        reason: "Cannot access stream {EventSourceArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.",
    },
    Source {
        service: "kinesis",
        batch: 100,
        stream: true,
        actions: &["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator"],
        reason: "Cannot access stream {EventSourceArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.",
    },
];

fn refused<T>(message: impl Into<String>) -> Outcome<T> {
    Err(ApiError::new("InvalidParameterValueException", message))
}

fn source(mapping: &Value) -> Option<&'static Source> {
    let service = mapping["EventSourceArn"].as_str()?.split(':').nth(2)?;
    SOURCES.iter().find(|source| source.service == service)
}

/// The ARN of a function that is named in any way, perhaps with a qualifier.
fn function_arn(ctx: &mut Ctx) -> Outcome<String> {
    let named = ctx.text("FunctionName");
    let named = named.rsplit_once(":function:").map_or(named.as_str(), |(_, name)| name);
    let (name, qualifier) = named.split_once(':').unwrap_or((named, ""));
    let there = Place { collection: ctx.collection("function"), id: name.to_owned(), inside: Vec::new() };
    let arn = ctx.expand("arn:{partition}:lambda:{region}:{account}:function:", &Value::Null) + named;
    if there.load(ctx.txn).is_none() {
        return Err(ApiError::new("ResourceNotFoundException", format!("Function not found: {arn}")));
    }
    if !qualifier.is_empty() && qualifier != "$LATEST" {
        versions::named(ctx, name, qualifier)?;
    }
    Ok(arn)
}

/// The mappings, perhaps of one function. Filters that are encrypted are not shown in a list.
pub fn listed(ctx: &mut Ctx) -> Outcome<Value> {
    by_function(ctx);
    let mut answer = list::list(ctx, &MAPPING, &MAPPINGS)?;
    for mapping in answer["EventSourceMappings"].as_array_mut().into_iter().flatten() {
        if at(mapping, "KMSKeyArn").is_some() {
            take(mapping, "FilterCriteria");
        }
    }
    Ok(answer)
}

fn by_function(ctx: &mut Ctx) {
    let named = ctx.text("FunctionName");
    if !named.is_empty() && !named.starts_with("arn:") {
        let arn = ctx.expand("arn:{partition}:lambda:{region}:{account}:function:", &Value::Null) + &named;
        ctx.input["FunctionName"] = arn.into();
    }
}

/// What tells two mappings of a function apart.
const IDENTITY: &[&str] = &["FunctionArn", "EventSourceArn", "SelfManagedEventSource", "Topics", "Queues"];

/// A new mapping gets an id, and there is one for a source and a function.
pub fn identify(ctx: &mut Ctx) -> Outcome<()> {
    let arn = function_arn(ctx)?;
    let uuid = ctx.expand("{uuid}", &Value::Null);
    take(&mut ctx.input, "FunctionName");
    ctx.input["FunctionArn"] = arn.into();
    ctx.input["UUID"] = uuid.into();
    let collection = ctx.collection("mapping");
    let same = |mapping: &Value| IDENTITY.iter().all(|member| mapping[*member] == ctx.input[*member]);
    let there = ctx.txn.all(&collection).find(|(_, mapping)| same(mapping)).map(|(id, _)| id.to_owned());
    match there {
        None => Ok(()),
        Some(uuid) => Err(ApiError::new(
            "ResourceConflictException",
            format!(
                "The event source arn (\" {} \") and function (\" {} \") provided mapping already exists. Please update or delete the existing mapping with UUID {uuid}",
                ctx.text("EventSourceArn"),
                ctx.text("FunctionArn")
            ),
        )),
    }
}

/// An update may name another function; the consumer group stays as it was made.
pub fn keep(ctx: &mut Ctx) -> Outcome<()> {
    if !ctx.text("FunctionName").is_empty() {
        let arn = function_arn(ctx)?;
        take(&mut ctx.input, "FunctionName");
        ctx.input["FunctionArn"] = arn.into();
    }
    let old = ctx.place(&MAPPING)?.load(ctx.txn).unwrap_or_default();
    for block in ["AmazonManagedKafkaEventSourceConfig", "SelfManagedKafkaEventSourceConfig"] {
        let path = format!("{block}.ConsumerGroupId");
        if let (Some(_), Some(group)) = (at(&ctx.input, block), at(&old, &path)) {
            write(&mut ctx.input, &path, group.clone());
        }
    }
    Ok(())
}

/// What a source's mapping has, sent or not.
pub fn defaults(_: &mut Ctx, mapping: &mut Value) -> Outcome<()> {
    let batch = source(mapping).map_or(100, |source| source.batch);
    let mut filled: Vec<(String, Value)> = vec![("BatchSize".into(), batch.into())];
    let kafka = at(mapping, "Topics").is_some();
    if kafka || source(mapping).is_some_and(|source| source.stream) {
        for (member, value) in [
            ("MaximumRetryAttempts", json!(-1)),
            ("MaximumRecordAgeInSeconds", json!(-1)),
            ("BisectBatchOnFunctionError", json!(false)),
            ("DestinationConfig", json!({"OnFailure": {}})),
        ] {
            filled.push((member.into(), value));
        }
    }
    if kafka || source(mapping).is_some() {
        filled.push(("FunctionResponseTypes".into(), json!([])));
    }
    if at(mapping, "DocumentDBEventSourceConfig").is_some() {
        filled.push(("DocumentDBEventSourceConfig.FullDocument".into(), "Default".into()));
    }
    if source(mapping).is_some_and(|source| source.stream) {
        filled.push(("ParallelizationFactor".into(), 1.into()));
        filled.push(("TumblingWindowInSeconds".into(), 0.into()));
        mapping["LastProcessingResult"] = "No records processed".into();
    }
    if kafka {
        let block = match at(mapping, "SelfManagedEventSource") {
            Some(_) => "SelfManagedKafkaEventSourceConfig",
            None => "AmazonManagedKafkaEventSourceConfig",
        };
        filled.push((format!("{block}.ConsumerGroupId"), mapping["UUID"].clone()));
    }
    for (path, value) in filled {
        if at(mapping, &path).is_none() {
            write(mapping, &path, value);
        }
    }
    Ok(())
}

/// What does not fit together, and what the function's role is not allowed.
pub fn check(ctx: &mut Ctx, mapping: &mut Value) -> Outcome<()> {
    pollers(mapping)?;
    if at(mapping, "MetricsConfig.Metrics").is_some_and(|metrics| metrics == &json!([])) {
        take(mapping, "MetricsConfig");
    }
    if at(mapping, "EventSourceArn").is_none() && at(mapping, "SelfManagedEventSource").is_none() {
        return refused("You must specify an event source.");
    }
    if at(mapping, "StartingPosition").is_none() && source(mapping).is_some_and(|source| source.stream) {
        return refused(
            "1 validation error detected: Value null at 'startingPosition' failed to satisfy constraint: Member must not be null.",
        );
    }
    let window = mapping["MaximumBatchingWindowInSeconds"].as_u64().unwrap_or_default();
    if source(mapping).is_some_and(|source| source.service == "sqs")
        && mapping["BatchSize"].as_u64().is_some_and(|size| size > 10)
        && window == 0
    {
        return refused(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
        );
    }
    let arn = mapping["FunctionArn"].as_str().unwrap_or_default();
    let name = arn.split(':').nth(6).unwrap_or_default().to_owned();
    let there = Place { collection: ctx.collection("function"), id: name, inside: Vec::new() };
    let function = there.load(ctx.txn).unwrap_or_default();
    let role = function["Role"].as_str().unwrap_or_default().to_owned();
    let on = mapping["EventSourceArn"].as_str().unwrap_or_default().to_owned();
    hides(ctx, &on, &function)?;
    if let Some(source) = source(mapping) {
        let allowed = source.actions.iter().all(|action| roles::allows(ctx, &role, action, &on));
        if !allowed || !exists(ctx, source, &on) {
            return refused(ctx.expand(source.reason, mapping));
        }
    }
    let dead = at(mapping, "DestinationConfig.OnFailure.Destination").and_then(Value::as_str);
    for (service, action) in [("sqs", "sqs:SendMessage"), ("sns", "sns:Publish"), ("s3", "s3:PutObject")] {
        if let Some(dead) = dead.filter(|dead| dead.split(':').nth(2) == Some(service)) {
            let on = if service == "s3" { format!("{dead}/x") } else { dead.to_owned() };
            if !roles::allows(ctx, &role, action, &on) {
                return refused(format!(
                    "The provided execution role does not have permissions to call {} on {}",
                    action.split(':').nth(1).unwrap_or_default(),
                    service.to_uppercase()
                ));
            }
        }
    }
    Ok(())
}

/// What pollers are where they are said in part.
fn pollers(mapping: &mut Value) -> Outcome<()> {
    const BLOCK: &str = "ProvisionedPollerConfig";
    if at(mapping, BLOCK).is_none() {
        return Ok(());
    }
    let least = if source(mapping).is_some_and(|source| source.service == "sqs") { 2 } else { 1 };
    for (member, value) in [("MinimumPollers", least), ("MaximumPollers", 200)] {
        if mapping[BLOCK][member].is_null() {
            mapping[BLOCK][member] = value.into();
        }
    }
    if mapping[BLOCK]["MinimumPollers"].as_u64().is_some_and(|minimum| minimum < least) {
        return refused("MinimumPollers is less than the event source takes.");
    }
    if at(mapping, "ScalingConfig.MaximumConcurrency").is_some() {
        return refused("ProvisionedPollerConfig and ScalingConfig cannot be set together.");
    }
    Ok(())
}

/// A queue hides a message as long as the function may take with it.
fn hides(ctx: &Ctx, queue: &str, function: &Value) -> Outcome<()> {
    let queue = ctx.find_arn(&ctx.elsewhere("sqs/queue"), queue).and_then(|place| place.load(ctx.txn));
    let hidden =
        queue.and_then(|queue| queue["Attributes"]["VisibilityTimeout"].as_str()?.parse::<u64>().ok());
    let timeout = function["Timeout"].as_u64().unwrap_or_default();
    match hidden {
        Some(hidden) if hidden < timeout => refused(format!(
            "Queue visibility timeout: {hidden} seconds is less than Function timeout: {timeout} seconds"
        )),
        _ => Ok(()),
    }
}

/// Nor may a function come to take longer than the queues that it reads hide their messages.
pub fn in_time(ctx: &mut Ctx, function: &mut Value) -> Outcome<()> {
    let arn = function["FunctionArn"].as_str().unwrap_or_default().to_owned();
    let reads = |mapping: &Value| {
        mapping["FunctionArn"].as_str().is_some_and(|of| of == arn || of.starts_with(&format!("{arn}:")))
    };
    let collection = ctx.collection("mapping");
    let queues: Vec<String> = ctx
        .txn
        .all(&collection)
        .filter(|(_, mapping)| reads(mapping))
        .filter_map(|(_, mapping)| mapping["EventSourceArn"].as_str().map(str::to_owned))
        .collect();
    queues.iter().try_for_each(|queue| hides(ctx, queue, function))
}

/// Sources of services the account does not have are taken to exist.
fn exists(ctx: &Ctx, source: &Source, arn: &str) -> bool {
    match source.service {
        "dynamodb" => ctx.txn.all(&ctx.elsewhere("dynamodb/table")).any(|(_, table)| {
            table["LatestStreamArn"] == arn && table["StreamSpecification"]["StreamEnabled"] == true
        }),
        "kinesis" => ctx.find_arn(&ctx.elsewhere("kinesis/stream"), arn).is_some(),
        "sqs" => ctx.find_arn(&ctx.elsewhere("sqs/queue"), arn).is_some(),
        _ => true,
    }
}

/// Where it is on its way to.
pub fn settle(ctx: &mut Ctx, mapping: &mut Value) -> Outcome<()> {
    let enabled = mapping["Enabled"] != false;
    let old = ctx.place(&MAPPING)?.load(ctx.txn);
    if old.is_some_and(|old| (old["Enabled"] != false) != enabled) {
        mapping["State"] = if enabled { "Enabling" } else { "Disabling" }.into();
    }
    let mut end = Map::new();
    end.insert("State".into(), if enabled { "Enabled" } else { "Disabled" }.into());
    mapping[NEXT]["set"] = Value::Object(end);
    Ok(())
}
