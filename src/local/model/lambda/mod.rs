//! AWS Lambda: functions with their code's digest, versions, aliases, permissions and settings, and event
//! source mappings.
//!
//! A new function is `Pending` and an updated one `InProgress` for a while, in which further updates are
//! refused. URL, permissions and settings live and die with the function, as do versions and aliases; event
//! source mappings stay.

mod code;
mod mappings;
mod permissions;
mod versions;

use serde_json::{Value, json};

use super::executor::Ctx;
use super::places::{Place, at};
use super::{
    Answer, Check, Fill, From, KIND, Kind, LIST, List, Outcome, Refusal, Service, States, Verb, row,
};
use crate::local::http::ApiError;
use mappings::MAPPING;
use versions::{ALIAS, ALIASES, PROVISIONED, VERSION};

const MISSING: Refusal = (
    "ResourceNotFoundException",
    "Function not found: arn:{partition}:lambda:{region}:{account}:function:{FunctionName}",
);
const ARN: &str = "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}";

/// How a function outside any VPC is shown.
const NO_VPC: &str = r#"{"SubnetIds":[],"SecurityGroupIds":[],"VpcId":"","Ipv6AllowedForDualStack":false}"#;

const FUNCTION: Kind = Kind {
    name: "function",
    key: "{FunctionName}",
    arn: ARN,
    missing: MISSING,
    exists: ("ResourceConflictException", "Function already exist: {FunctionName}"),
    blank: &[
        "Description",
        "KMSKeyArn",
        "DeadLetterConfig.TargetArn",
        "DeadLetterConfig",
        "Environment.Variables",
        "Environment",
        "ImageConfig",
    ],
    create: &[
        Fill::Set("FunctionArn", From::Text(ARN)),
        Fill::Set("Version", From::Json("\"$LATEST\"")),
        Fill::Set("LastModified", From::Iso),
        Fill::Set("RevisionId", From::Text("{uuid}")),
        Fill::Default("Timeout", From::Json("3")),
        Fill::Default("MemorySize", From::Json("128")),
        Fill::Default("EphemeralStorage", From::Json(r#"{"Size":512}"#)),
        Fill::Default("Architectures", From::Json(r#"["x86_64"]"#)),
        Fill::Default("PackageType", From::Json("\"Zip\"")),
        Fill::Default("TracingConfig", From::Json(r#"{"Mode":"PassThrough"}"#)),
        Fill::Default("LoggingConfig.LogFormat", From::Json("\"Text\"")),
        Fill::Default("LoggingConfig.LogGroup", From::Text("/aws/lambda/{FunctionName}")),
        Fill::Default("VpcConfig", From::Json(NO_VPC)),
        Fill::Default("SnapStart.ApplyOn", From::Json("\"None\"")),
        Fill::Set("SnapStart.OptimizationStatus", From::Json("\"Off\"")),
    ],
    update: &[
        Fill::Set("LastModified", From::Iso),
        Fill::Set("RevisionId", From::Text("{uuid}")),
        Fill::Default("LoggingConfig.LogFormat", From::Json("\"Text\"")),
        Fill::Default("LoggingConfig.LogGroup", From::Text("/aws/lambda/{FunctionName}")),
        Fill::Default("SnapStart.ApplyOn", From::Json("\"None\"")),
        Fill::Set("SnapStart.OptimizationStatus", From::Json("\"Off\"")),
    ],
    states: Some(&States {
        member: "LastUpdateStatus",
        create: Some(("InProgress", "Successful")),
        update: Some(("InProgress", "Successful")),
        delete: None,
        busy: (
            &["InProgress"],
            (
                "ResourceConflictException",
                "The operation cannot be performed at this time. An update is in progress for resource: {FunctionArn}",
            ),
        ),
        reads: 1,
    }),
    ..KIND
};

const URL: Kind = Kind {
    name: "url",
    within: Some(("function", "_url{Qualifier}")),
    missing: ("ResourceNotFoundException", "The resource you requested does not exist."),
    exists: (
        "ResourceConflictException",
        "Failed to create function url config for [functionArn = {FunctionName}]. Error message: FunctionUrlConfig exists for this Lambda function",
    ),
    create: &[
        Fill::Set("FunctionUrl", From::Text("https://{any32}.lambda-url.{region}.on.aws/")),
        Fill::Set("FunctionArn", From::Text(ARN)),
        Fill::Default("InvokeMode", From::Json("\"BUFFERED\"")),
        Fill::Set("CreationTime", From::Iso),
        Fill::Set("LastModifiedTime", From::Iso),
    ],
    update: &[Fill::Set("LastModifiedTime", From::Iso)],
    ..KIND
};

const CONCURRENCY: Kind = Kind {
    name: "concurrency",
    within: Some(("function", "_concurrency")),
    missing: ("ResourceNotFoundException", "No reserved concurrency."),
    ..KIND
};

/// What is sent is all there is; a setting that is left out has none.
const ASYNC: Kind = Kind {
    name: "async",
    within: Some(("function", "_async{Qualifier}")),
    missing: ("ResourceNotFoundException", "The function {FunctionName} doesn't have an EventInvokeConfig"),
    create: &[
        Fill::Set("FunctionArn", From::Text(ARN)),
        Fill::Set("LastModified", From::Now),
        Fill::Default("DestinationConfig.OnSuccess", From::Json("{}")),
        Fill::Default("DestinationConfig.OnFailure", From::Json("{}")),
    ],
    ..KIND
};

const SIGNING: Kind = Kind {
    name: "signing",
    within: Some(("function", "_signing")),
    missing: ("ResourceNotFoundException", "No code signing configuration."),
    ..KIND
};

const FUNCTIONS: List = List {
    items: "Functions",
    omit: &["State", "StateReason", "LastUpdateStatus"],
    limit: ("MaxItems", 50),
    token: ("Marker", "NextMarker"),
    ..LIST
};

const ASSUMABLE: &[Check] = &[Check::Role(
    "Role",
    "lambda.amazonaws.com",
    ("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."),
)];

pub const SERVICE: Service = Service {
    id: "lambda",
    global: false,
    invalid: "ValidationException",
    before: Some(name),
    kinds: &[FUNCTION, URL, CONCURRENCY, ASYNC, SIGNING, ALIAS, VERSION, PROVISIONED, MAPPING],
    operations: &[
        row("CreateFunction", "function", Verb::Create).checks(ASSUMABLE).after(&[
            code::package,
            code::complete,
            code::respelt,
            code::logging,
            code::pending,
        ]),
        row("GetFunction", "", Verb::Hook(versions::get_function)),
        row("GetFunctionConfiguration", "", Verb::Hook(versions::get_configuration)),
        row("ListFunctions", "function", Verb::List(&FUNCTIONS)),
        row("UpdateFunctionCode", "function", Verb::Patch).before(&[revision]).after(&[code::package]),
        row("UpdateFunctionConfiguration", "function", Verb::Patch)
            .before(&[revision])
            .checks(ASSUMABLE)
            .after(&[code::respelt, code::logging, mappings::in_time]),
        row("DeleteFunction", "function", Verb::Delete { lenient: false })
            .after(&[versions::with_all])
            .answers(Answer::Nothing),
        row("TagResource", "function", Verb::Tag("Tags")).by_arn("Resource"),
        row("UntagResource", "", Verb::Untag("TagKeys")).by_arn("Resource"),
        row("ListTags", "function", Verb::ListTags("Tags")).by_arn("Resource"),
        row("AddPermission", "function", Verb::Hook(permissions::add)),
        row("RemovePermission", "function", Verb::Hook(permissions::remove)),
        row("GetPolicy", "function", Verb::Hook(permissions::policy)),
        row("CreateFunctionUrlConfig", "url", Verb::Create),
        row("GetFunctionUrlConfig", "url", Verb::Read),
        row("UpdateFunctionUrlConfig", "url", Verb::Patch),
        row("DeleteFunctionUrlConfig", "url", Verb::Delete { lenient: false }).answers(Answer::Nothing),
        row("PutFunctionConcurrency", "concurrency", Verb::Replace),
        row("GetFunctionConcurrency", "concurrency", Verb::Hook(concurrency)),
        row("DeleteFunctionConcurrency", "concurrency", Verb::Delete { lenient: true })
            .answers(Answer::Nothing),
        row("PutFunctionEventInvokeConfig", "async", Verb::Replace),
        row("GetFunctionEventInvokeConfig", "async", Verb::Read),
        row("DeleteFunctionEventInvokeConfig", "async", Verb::Delete { lenient: false })
            .answers(Answer::Nothing),
        row("PutRuntimeManagementConfig", "", Verb::Hook(|ctx| put_setting(ctx, &RUNTIME))),
        row("GetRuntimeManagementConfig", "", Verb::Hook(|ctx| setting(ctx, &RUNTIME))),
        row("PutFunctionRecursionConfig", "", Verb::Hook(|ctx| put_setting(ctx, &RECURSION))),
        row("GetFunctionRecursionConfig", "", Verb::Hook(|ctx| setting(ctx, &RECURSION))),
        row("PutFunctionCodeSigningConfig", "signing", Verb::Replace).after(&[code::signed]),
        row("GetFunctionCodeSigningConfig", "", Verb::Hook(signing)),
        row("DeleteFunctionCodeSigningConfig", "signing", Verb::Delete { lenient: true })
            .answers(Answer::Nothing),
        row("PublishVersion", "", Verb::Hook(versions::publish)),
        row("ListVersionsByFunction", "", Verb::Hook(versions::list)),
        row("CreateAlias", "alias", Verb::Create).before(&[exists]).after(&[versions::aliased]),
        row("GetAlias", "alias", Verb::Read).before(&[exists]),
        row("UpdateAlias", "alias", Verb::Patch).after(&[versions::aliased]),
        row("DeleteAlias", "alias", Verb::Delete { lenient: true })
            .after(&[versions::without_alias])
            .answers(Answer::Nothing),
        row("ListAliases", "alias", Verb::List(&ALIASES)).before(&[exists]),
        row("PutProvisionedConcurrencyConfig", "provisioned", Verb::Replace)
            .before(&[versions::provisionable])
            .after(&[versions::provisioning]),
        row("GetProvisionedConcurrencyConfig", "provisioned", Verb::Read),
        row("DeleteProvisionedConcurrencyConfig", "provisioned", Verb::Delete { lenient: false })
            .answers(Answer::Nothing),
        row("CreateEventSourceMapping", "mapping", Verb::Create).before(&[mappings::identify]).after(&[
            mappings::defaults,
            mappings::check,
            mappings::settle,
        ]),
        row("GetEventSourceMapping", "mapping", Verb::Read),
        row("UpdateEventSourceMapping", "mapping", Verb::Patch)
            .before(&[mappings::keep])
            .after(&[mappings::check, mappings::settle]),
        row("DeleteEventSourceMapping", "mapping", Verb::Delete { lenient: false }),
        row("ListEventSourceMappings", "", Verb::Hook(mappings::listed)),
    ],
};

/// A function may be named by its ARN, and with a version or an alias behind it. A mapping keeps the
/// function as it was named.
fn name(ctx: &mut Ctx) -> Outcome<()> {
    if ctx.call.operation.name.contains("EventSourceMapping") {
        return Ok(());
    }
    let named = ctx.text("FunctionName");
    let named = named.rsplit_once(":function:").map_or(named.as_str(), |(_, name)| name);
    let (name, behind) = named.split_once(':').unwrap_or((named, ""));
    if ctx.input["Publish"] == true {
        return Err(ctx.invalid("The embedded account publishes by PublishVersion only"));
    }
    let qualifier = match ctx.text("Qualifier") {
        empty if empty.is_empty() => behind.to_owned(),
        qualifier => qualifier,
    };
    if qualifier.is_empty() || qualifier == "$LATEST" {
        super::places::take(&mut ctx.input, "Qualifier");
    } else {
        ctx.input["Qualifier"] = qualifier.as_str().into();
        versions::named(ctx, name, &qualifier)?;
    }
    if !name.is_empty() {
        ctx.input["FunctionName"] = name.into();
    }
    Ok(())
}

/// The function is there.
fn exists(ctx: &mut Ctx) -> Outcome<()> {
    function(ctx).map(drop)
}

fn function(ctx: &mut Ctx) -> Outcome<(Place, Value)> {
    let place = ctx.place(&FUNCTION)?;
    let function = place.load(ctx.txn).ok_or_else(|| ctx.refuse(MISSING, &Value::Null))?;
    Ok((place, function))
}

/// The revision a caller says it saw is the present one.
fn revision(ctx: &mut Ctx) -> Outcome<()> {
    let (_, function) = function(ctx)?;
    match at(&ctx.input, "RevisionId") {
        Some(seen) if *seen != function["RevisionId"] => Err(ApiError::new(
            "PreconditionFailedException",
            "The RevisionId provided does not match the latest RevisionId.",
        )),
        _ => Ok(()),
    }
}

fn concurrency(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, function) = function(ctx)?;
    Ok(at(&function, "_concurrency").cloned().unwrap_or_else(|| json!({})))
}

/// A setting that every function has: where it is kept, and what it is unless somebody says otherwise.
struct Setting {
    member: &'static str,
    default: &'static str,
}

const RUNTIME: Setting = Setting { member: "_runtime", default: r#"{"UpdateRuntimeOn":"Auto"}"# };
const RECURSION: Setting = Setting { member: "_recursion", default: r#"{"RecursiveLoop":"Terminate"}"# };

fn put_setting(ctx: &mut Ctx, which: &Setting) -> Outcome<Value> {
    let (place, mut function) = function(ctx)?;
    let mut new = ctx.input.clone();
    for member in ["FunctionName", "Qualifier"] {
        super::places::take(&mut new, member);
    }
    let default: Value = serde_json::from_str(which.default).unwrap_or_default();
    if new == default {
        super::places::take(&mut function, which.member);
    } else {
        function[which.member] = new;
    }
    place.save(ctx.txn, function);
    setting(ctx, which)
}

fn setting(ctx: &mut Ctx, which: &Setting) -> Outcome<Value> {
    let (_, function) = function(ctx)?;
    let default = || serde_json::from_str(which.default).unwrap_or_default();
    let mut shown: Value = at(&function, which.member).cloned().unwrap_or_else(default);
    shown["FunctionArn"] = function["FunctionArn"].clone();
    Ok(shown)
}

/// A function without a code signing configuration answers with no ARN.
fn signing(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, function) = function(ctx)?;
    let mut shown = json!({"FunctionName": function["FunctionName"]});
    if let Some(arn) = at(&function, "_signing.CodeSigningConfigArn") {
        shown["CodeSigningConfigArn"] = arn.clone();
    }
    Ok(shown)
}
