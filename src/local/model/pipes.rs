//! Amazon EventBridge Pipes.
//!
//! A pipe is created and updated in the background: what is wrong with its role or its source is no
//! error of the call but the state it ends in.

use serde_json::{Value, json};

use super::executor::{Ctx, NEXT};
use super::hooks::roles;
use super::places::{at, each, take, write};
use super::{Fill, From, KIND, Kind, LIST, List, Outcome, Service, States, Verb, row};

const PIPE: Kind = Kind {
    name: "pipe",
    key: "{Name}",
    arn: "{Arn}",
    missing: ("NotFoundException", "Pipe {Name} does not exist."),
    exists: ("ConflictException", "Pipe {Name} already exists."),
    blank: &[
        "Description",
        "Enrichment",
        "KmsKeyIdentifier",
        "TargetParameters.InputTemplate",
        "EnrichmentParameters.InputTemplate",
    ],
    merged: &["SourceParameters", "EnrichmentParameters", "TargetParameters"],
    create: &[
        Fill::Set("Arn", From::Text("arn:{partition}:pipes:{region}:{account}:pipe/{Name}")),
        Fill::Set("CreationTime", From::Now),
        Fill::Set("LastModifiedTime", From::Now),
        Fill::Default("DesiredState", From::Json("\"RUNNING\"")),
        Fill::Default("EnrichmentParameters", From::Json("{}")),
    ],
    update: &[
        Fill::Default("LogConfiguration", From::Json(r#"{"Level":"OFF"}"#)),
        Fill::Default("EnrichmentParameters", From::Json("{}")),
        Fill::Set("LastModifiedTime", From::Now),
    ],
    states: Some(&States {
        member: "CurrentState",
        create: Some(("CREATING", "RUNNING")),
        update: Some(("UPDATING", "RUNNING")),
        delete: Some("DELETING"),
        busy: (
            &["CREATING", "UPDATING", "DELETING", "STARTING", "STOPPING"],
            ("ConflictException", "Pipe {Name} is in state {CurrentState}."),
        ),
        reads: 1,
    }),
    ..KIND
};

const PIPES: List = List {
    items: "Pipes",
    prefix: ("NamePrefix", "Name"),
    equal: &[("DesiredState", "DesiredState"), ("CurrentState", "CurrentState")],
    limit: ("Limit", 100),
    ..LIST
};

pub const SERVICE: Service = Service {
    id: "pipes",
    global: false,
    invalid: "ValidationException",
    before: None,
    kinds: &[PIPE],
    operations: &[
        row("CreatePipe", "pipe", Verb::Create).after(&[source_fits, batch_size, verdict]),
        row("DescribePipe", "pipe", Verb::Read),
        row("UpdatePipe", "pipe", Verb::Patch).before(&[retarget]).after(&[source_fits, batch_size, verdict]),
        row("DeletePipe", "pipe", Verb::Delete { lenient: false }).after(&[undesired]),
        row("ListPipes", "pipe", Verb::List(&PIPES)),
        row("StartPipe", "pipe", Verb::Write(&[Fill::Set("DesiredState", From::Json("\"RUNNING\""))]))
            .after(&[starting]),
        row("StopPipe", "pipe", Verb::Write(&[Fill::Set("DesiredState", From::Json("\"STOPPED\""))]))
            .after(&[stopping]),
        row("TagResource", "pipe", Verb::Tag("tags")).by_arn("resourceArn"),
        row("UntagResource", "", Verb::Untag("tagKeys")).by_arn("resourceArn"),
        row("ListTagsForResource", "pipe", Verb::ListTags("tags")).by_arn("resourceArn"),
    ],
};

/// A kind of source: its service, its parameters' block, whether the block must be there, the batch size
/// it gets, what the role must be allowed, and what the pipe says if it is not.
struct Source {
    service: &'static str,
    block: &'static str,
    required: bool,
    batch: u64,
    actions: &'static [&'static str],
    reason: &'static str,
}

const SOURCES: &[Source] = &[
    Source {
        service: "dynamodb",
        block: "DynamoDBStreamParameters",
        required: true,
        batch: 100,
        actions: &["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
        reason: "Cannot access stream {Source}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.",
    },
    Source {
        service: "kinesis",
        block: "KinesisStreamParameters",
        required: true,
        batch: 100,
        actions: &["kinesis:DescribeStream", "kinesis:GetRecords", "kinesis:GetShardIterator"],
        reason: "Cannot access stream {Source}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.",
    },
    Source {
        service: "sqs",
        block: "SqsQueueParameters",
        required: false,
        batch: 10,
        actions: &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        reason: "The provided execution role does not have permissions to call ReceiveMessage on SQS",
    },
];
/// The source parameters that fit any source.
const FILTER: &str = "FilterCriteria";

fn source_of(pipe: &Value) -> Option<&'static Source> {
    let service = pipe["Source"].as_str()?.split(':').nth(2)?;
    SOURCES.iter().find(|source| source.service == service)
}

/// Parameters are those of the source, and a stream's are there.
fn source_fits(ctx: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    let Some(source) = source_of(pipe) else { return Ok(()) };
    let block = format!("SourceParameters.{}", source.block);
    if source.required && at(pipe, &block).is_none() {
        return Err(ctx.invalid(format!("{block} Missing required parameter")));
    }
    let sent = pipe["SourceParameters"].as_object();
    match sent.and_then(|sent| sent.keys().find(|name| *name != source.block && *name != FILTER)) {
        Some(other) => {
            Err(ctx.invalid(format!("SourceParameters.{other} does not fit source {}", pipe["Source"])))
        }
        None => Ok(()),
    }
}

/// The batch size is shown whether it was sent or not.
fn batch_size(_: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    if let Some(source) = source_of(pipe) {
        for (member, value) in [
            ("BatchSize", Some(source.batch)),
            ("MaximumBatchingWindowInSeconds", (source.service == "sqs").then_some(0)),
        ] {
            let path = format!("SourceParameters.{}.{member}", source.block);
            if let (None, Some(value)) = (at(pipe, &path), value) {
                write(pipe, &path, value.into());
            }
        }
    }
    Ok(())
}

/// Another target's parameters do not stay with a new one of another service.
fn retarget(ctx: &mut Ctx) -> Outcome<()> {
    let place = ctx.place(&PIPE)?;
    let (Some(mut pipe), target) = (place.load(ctx.txn), ctx.text("Target")) else { return Ok(()) };
    let service = |arn: &str| arn.split(':').nth(2).map(str::to_owned);
    if !target.is_empty() && service(&target) != pipe["Target"].as_str().and_then(service) {
        if let Some(parameters) = pipe["TargetParameters"].as_object_mut() {
            parameters.retain(|name, _| name == "InputTemplate");
        }
        place.save(ctx.txn, pipe);
    }
    Ok(())
}

/// What the pipe's background work will come to.
fn verdict(ctx: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    let failed = if pipe["CurrentState"] == "CREATING" { "CREATE_FAILED" } else { "UPDATE_FAILED" };
    take(pipe, "StateReason");
    let end = match (trouble(ctx, pipe), pipe["DesiredState"] == "STOPPED") {
        (Some(reason), _) => json!({"CurrentState": failed, "StateReason": reason}),
        (None, true) => json!({"CurrentState": "STOPPED"}),
        (None, false) => json!({"CurrentState": "RUNNING"}),
    };
    write(pipe, &format!("{NEXT}.set"), end);
    Ok(())
}

fn trouble(ctx: &mut Ctx, pipe: &Value) -> Option<String> {
    let role = pipe["RoleArn"].as_str().unwrap_or_default();
    if !roles::assumable(ctx, role, "pipes.amazonaws.com") {
        return Some(format!("The role {role} cannot be assumed by principal pipes.amazonaws.com."));
    }
    let (source, arn) = (source_of(pipe)?, pipe["Source"].as_str().unwrap_or_default());
    let allowed = source.actions.iter().all(|action| roles::allows(ctx, role, action, arn));
    if !allowed || !source_exists(ctx, source, arn) {
        return Some(ctx.expand(source.reason, pipe));
    }
    let path = format!("SourceParameters.{}.DeadLetterConfig.Arn", source.block);
    let dead = each(pipe, &path).into_iter().filter_map(Value::as_str).find(|dead| {
        dead.split(':').nth(2) == Some("sqs") && !roles::allows(ctx, role, "sqs:SendMessage", dead)
    });
    dead.map(|dead| format!("Error occurred while sending message to SQS queue {dead}"))
}

/// Sources of services the account does not have are taken to exist.
fn source_exists(ctx: &Ctx, source: &Source, arn: &str) -> bool {
    match source.service {
        "dynamodb" => ctx.txn.all(&ctx.elsewhere("dynamodb/table")).any(|(_, table)| {
            table["LatestStreamArn"] == arn && table["StreamSpecification"]["StreamEnabled"] == true
        }),
        "sqs" => ctx.find_arn(&ctx.elsewhere("sqs/queue"), arn).is_some(),
        _ => true,
    }
}

fn undesired(_: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    pipe["DesiredState"] = "DELETED".into();
    Ok(())
}

fn starting(ctx: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    let end = match trouble(ctx, pipe) {
        Some(reason) => json!({"CurrentState": "START_FAILED", "StateReason": reason}),
        None => json!({"CurrentState": "RUNNING"}),
    };
    pass(pipe, "STARTING", end)
}

fn stopping(_: &mut Ctx, pipe: &mut Value) -> Outcome<()> {
    pass(pipe, "STOPPING", json!({"CurrentState": "STOPPED"}))
}

fn pass(pipe: &mut Value, during: &str, end: Value) -> Outcome<()> {
    pipe["CurrentState"] = during.into();
    pipe[NEXT] = json!({"reads": 1, "set": end});
    Ok(())
}
