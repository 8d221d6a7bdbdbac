//! Amazon EventBridge Pipes.
//!
//! A pipe is created and updated in the background: what is wrong with its role or its source is no
//! error of the call but the state it ends in.

mod sources;
mod targets;

use serde_json::{Value, json};

use super::executor::{Ctx, NEXT};
use super::hooks::roles;
use super::places::{take, write};
use super::{After, Fill, From, KIND, Kind, LIST, List, Outcome, Service, States, Verb, row};

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

/// What happens to every pipe that is made or changed.
const AFTER: &[After] = &[sources::fits, targets::fits, sources::shown, targets::shown, verdict];

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
        row("CreatePipe", "pipe", Verb::Create).after(AFTER),
        row("DescribePipe", "pipe", Verb::Read),
        row("UpdatePipe", "pipe", Verb::Patch).before(&[targets::retarget]).after(AFTER),
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
    sources::trouble(ctx, pipe, role)
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
