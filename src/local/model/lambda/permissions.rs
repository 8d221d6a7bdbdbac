//! Resource policies of functions, versions and aliases, statement by statement.

use serde_json::{Map, Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use super::super::hooks::policies;
use super::super::places::{at, take};
use super::function;
use crate::local::http::ApiError;

/// A function has a policy, and so has each of its versions and aliases.
fn member(ctx: &Ctx) -> String {
    format!("_policy{}", ctx.text("Qualifier"))
}

pub fn add(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut function) = function(ctx)?;
    let (policy_of, qualifier) = (member(ctx), ctx.text("Qualifier"));
    let arn = function["FunctionArn"].as_str().unwrap_or_default();
    let resource = if qualifier.is_empty() { arn.to_owned() } else { format!("{arn}:{qualifier}") };
    let sid = ctx.text("StatementId");
    let taken = policies::statements(&function[policy_of.as_str()])
        .iter()
        .any(|statement| statement["Sid"] == sid.as_str());
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
        "Resource": resource,
    });
    let conditions = conditions(ctx);
    if !conditions.is_empty() {
        statement["Condition"] = Value::Object(conditions);
    }
    let mut policy = policies::upsert(at(&function, &policy_of).cloned(), statement.clone());
    policy["Id"] = "default".into();
    function[policy_of.as_str()] = policy;
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

pub fn remove(ctx: &mut Ctx) -> Outcome<Value> {
    let (place, mut function) = function(ctx)?;
    let policy_of = member(ctx);
    let sid = ctx.text("StatementId");
    let kept = policies::without(&function[policy_of.as_str()], &sid).ok_or_else(|| {
        ApiError::new(
            "ResourceNotFoundException",
            format!("Statement {sid} is not found in resource policy."),
        )
    })?;
    if kept.is_empty() {
        take(&mut function, &policy_of);
    } else {
        function[policy_of.as_str()]["Statement"] = Value::Array(kept);
    }
    function["RevisionId"] = ctx.expand("{uuid}", &Value::Null).into();
    place.save(ctx.txn, function);
    Ok(json!({}))
}

pub fn policy(ctx: &mut Ctx) -> Outcome<Value> {
    let (_, function) = function(ctx)?;
    let policy_of = member(ctx);
    match at(&function, &policy_of) {
        Some(policy) => Ok(json!({"Policy": policy.to_string(), "RevisionId": function["RevisionId"]})),
        None => Err(ApiError::new("ResourceNotFoundException", NO_POLICY)),
    }
}
