//! AWS Lambda: functions, their code's digest, permissions, URL and reserved concurrency.
//!
//! A new function is `Pending` and an updated one `InProgress` for a while, in which further updates are
//! refused. URL, permissions and concurrency live and die with the function.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::executor::{Ctx, NEXT};
use super::hooks::policies;
use super::places::{at, take};
use super::{
    Answer, Check, Fill, From, KIND, Kind, LIST, List, Outcome, Refusal, Service, States, Verb, row, tags,
};
use crate::local::http::ApiError;

const MISSING: Refusal = (
    "ResourceNotFoundException",
    "Function not found: arn:{partition}:lambda:{region}:{account}:function:{FunctionName}",
);
const ARN: &str = "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}";

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
        Fill::Default("SnapStart.ApplyOn", From::Json("\"None\"")),
        Fill::Set("SnapStart.OptimizationStatus", From::Json("\"Off\"")),
    ],
    update: &[
        Fill::Set("LastModified", From::Iso),
        Fill::Set("RevisionId", From::Text("{uuid}")),
        Fill::Default("LoggingConfig.LogFormat", From::Json("\"Text\"")),
        Fill::Default("LoggingConfig.LogGroup", From::Text("/aws/lambda/{FunctionName}")),
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
    within: Some(("function", "_url")),
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
    kinds: &[FUNCTION, URL, CONCURRENCY],
    operations: &[
        row("CreateFunction", "function", Verb::Create).checks(ASSUMABLE).after(&[package, layers, pending]),
        row("GetFunction", "function", Verb::Read).answers(Answer::Words(whole)),
        row("GetFunctionConfiguration", "function", Verb::Read),
        row("ListFunctions", "function", Verb::List(&FUNCTIONS)),
        row("UpdateFunctionCode", "function", Verb::Patch).before(&[revision]).after(&[package]),
        row("UpdateFunctionConfiguration", "function", Verb::Patch)
            .before(&[revision])
            .checks(ASSUMABLE)
            .after(&[layers]),
        row("DeleteFunction", "function", Verb::Delete { lenient: false }).answers(Answer::Nothing),
        row("TagResource", "function", Verb::Tag("Tags")).by_arn("Resource"),
        row("UntagResource", "", Verb::Untag("TagKeys")).by_arn("Resource"),
        row("ListTags", "function", Verb::ListTags("Tags")).by_arn("Resource"),
        row("AddPermission", "function", Verb::Hook(add_permission)),
        row("RemovePermission", "function", Verb::Hook(remove_permission)),
        row("GetPolicy", "function", Verb::Hook(policy)),
        row("CreateFunctionUrlConfig", "url", Verb::Create),
        row("GetFunctionUrlConfig", "url", Verb::Read),
        row("UpdateFunctionUrlConfig", "url", Verb::Patch),
        row("DeleteFunctionUrlConfig", "url", Verb::Delete { lenient: false }).answers(Answer::Nothing),
        row("PutFunctionConcurrency", "concurrency", Verb::Replace),
        row("GetFunctionConcurrency", "concurrency", Verb::Hook(concurrency)),
        row("DeleteFunctionConcurrency", "concurrency", Verb::Delete { lenient: true })
            .answers(Answer::Nothing),
    ],
};

/// A function may be named by its ARN. Versions and aliases are not kept.
fn name(ctx: &mut Ctx) -> Outcome<()> {
    let named = ctx.text("FunctionName");
    let name = named.rsplit_once(":function:").map_or(named.as_str(), |(_, name)| name);
    if name.contains(':') || !["", "$LATEST"].contains(&ctx.text("Qualifier").as_str()) {
        return Err(ctx.invalid("The embedded account keeps no versions or aliases of functions"));
    }
    if ctx.input["Publish"] == true {
        return Err(ctx.invalid("The embedded account does not implement Publish"));
    }
    if !name.is_empty() {
        ctx.input["FunctionName"] = name.into();
    }
    Ok(())
}

fn function(ctx: &mut Ctx) -> Outcome<(super::places::Place, Value)> {
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

/// Keeps the package's digest and size, not the package.
fn package(ctx: &mut Ctx, function: &mut Value) -> Outcome<()> {
    let nested = take(function, "Code").unwrap_or_default();
    let sent = if nested.is_null() { ctx.input.clone() } else { nested };
    for member in
        ["ZipFile", "S3Bucket", "S3Key", "S3ObjectVersion", "S3ObjectStorageMode", "ImageUri", "DryRun"]
    {
        take(function, member);
    }
    let bytes = sent["ZipFile"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let Some(bytes) = bytes else {
        return Err(ApiError::new(
            "InvalidParameterValueException",
            "The embedded account takes a function's package as ZipFile only",
        ));
    };
    if !bytes.starts_with(b"PK") {
        return Err(ApiError::new(
            "InvalidParameterValueException",
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ));
    }
    function["CodeSha256"] = STANDARD.encode(Sha256::digest(&bytes)).into();
    function["CodeSize"] = bytes.len().into();
    Ok(())
}

/// Layers are sent as ARNs and shown with their size.
fn layers(ctx: &mut Ctx, function: &mut Value) -> Outcome<()> {
    let Some(sent) = ctx.input["Layers"].as_array() else { return Ok(()) };
    let shown: Vec<Value> = sent.iter().map(|arn| json!({"Arn": arn, "CodeSize": 0})).collect();
    function["Layers"] = if shown.is_empty() { Value::Null } else { Value::Array(shown) };
    Ok(())
}

fn pending(_: &mut Ctx, function: &mut Value) -> Outcome<()> {
    function["State"] = "Pending".into();
    function[NEXT]["set"]["State"] = "Active".into();
    Ok(())
}

fn whole(ctx: &mut Ctx, function: &Value) -> Outcome<Value> {
    let location = ctx.expand("https://local.{region}.{suffix}/{FunctionName}", function);
    let tags = tags::of(function).map(Value::Object);
    let concurrency = at(function, "_concurrency");
    Ok(json!({
        "Configuration": function,
        "Code": {"RepositoryType": "S3", "Location": location},
        "Tags": tags,
        "Concurrency": concurrency,
    }))
}

const POLICY: &str = "_policy";

fn add_permission(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut function) = function(ctx)?;
    let sid = ctx.text("StatementId");
    let taken =
        policies::statements(&function[POLICY]).iter().any(|statement| statement["Sid"] == sid.as_str());
    if taken {
        return Err(ApiError::new(
            "ResourceConflictException",
            format!(
                "The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement."
            ),
        ));
    }
    let mut statement = json!({
        "Sid": sid,
        "Effect": "Allow",
        "Principal": principal(ctx),
        "Action": ctx.input["Action"],
        "Resource": function["FunctionArn"],
    });
    let conditions = conditions(ctx);
    if !conditions.is_empty() {
        statement["Condition"] = Value::Object(conditions);
    }
    let mut policy = policies::upsert(at(&function, POLICY).cloned(), statement.clone());
    policy["Id"] = "default".into();
    function[POLICY] = policy;
    function["RevisionId"] = ctx.expand("{uuid}", &Value::Null).into();
    place.save(ctx.txn, function);
    Ok(json!({"Statement": statement.to_string()}))
}

fn principal(ctx: &Ctx) -> Value {
    let principal = ctx.text("Principal");
    match principal.as_str() {
        "*" => json!("*"),
        service if service.contains(".amazonaws.com") => json!({"Service": service}),
        id if id.len() == 12 => {
            json!({"AWS": ctx.expand(&format!("arn:{{partition}}:iam::{id}:root"), &Value::Null)})
        }
        arn => json!({"AWS": arn}),
    }
}

/// The condition each member of the call becomes: operator and key.
const CONDITIONS: &[(&str, &str, &str)] = &[
    ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
    ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
    ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
    ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
    ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
    ("SourceArn", "ArnLike", "AWS:SourceArn"),
];

fn conditions(ctx: &Ctx) -> Map<String, Value> {
    let mut all = json!({});
    for (member, operator, key) in CONDITIONS {
        if let Some(value) = at(&ctx.input, member) {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            all[operator][key] = text.into();
        }
    }
    all.as_object().cloned().unwrap_or_default()
}

const NO_POLICY: &str = "The resource you requested does not exist.";

fn remove_permission(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut function) = function(ctx)?;
    let sid = ctx.text("StatementId");
    let kept = policies::without(&function[POLICY], &sid).ok_or_else(|| {
        ApiError::new(
            "ResourceNotFoundException",
            format!("Statement {sid} is not found in resource policy."),
        )
    })?;
    if kept.is_empty() {
        take(&mut function, POLICY);
    } else {
        function[POLICY]["Statement"] = Value::Array(kept);
    }
    function["RevisionId"] = ctx.expand("{uuid}", &Value::Null).into();
    place.save(ctx.txn, function);
    Ok(json!({}))
}

fn policy(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, function) = function(ctx)?;
    match at(&function, POLICY) {
        Some(policy) => Ok(json!({"Policy": policy.to_string(), "RevisionId": function["RevisionId"]})),
        None => Err(ApiError::new("ResourceNotFoundException", NO_POLICY)),
    }
}

fn concurrency(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, function) = function(ctx)?;
    Ok(at(&function, "_concurrency").cloned().unwrap_or_else(|| json!({})))
}
