//! The policy of an event bus, statement by statement.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use super::super::places::{at, take};
use super::policies;
use crate::local::http::ApiError;

/// `PutPermission`: the whole document, or one statement by its id.
pub fn put(ctx: &mut Ctx, bus: &mut Value) -> Outcome<()> {
    let text = ctx.text("Policy");
    let partition = ctx.expand("{partition}", &Value::Null);
    let policy = if text.is_empty() {
        let statement = statement(ctx, bus)?;
        policies::upsert(kept_policy(bus), policies::respelt(&statement, &partition))
    } else {
        let mut policy = policies::parse(&text, "ValidationException")?;
        policy["Statement"] = policies::statements(&policy)
            .iter()
            .map(|statement| policies::respelt(statement, &partition))
            .collect();
        policy
    };
    if policy.to_string().len() > 10_240 {
        return Err(ApiError::new("PolicyLengthExceededException", "The policy exceeds 10240 characters."));
    }
    bus["Policy"] = policy.to_string().into();
    Ok(())
}

fn statement(ctx: &Ctx, bus: &Value) -> Outcome<Value> {
    let (sid, principal, action) = (ctx.text("StatementId"), ctx.text("Principal"), ctx.text("Action"));
    if sid.is_empty() || principal.is_empty() || action.is_empty() {
        return Err(ctx.invalid("StatementId, Principal and Action, or Policy, must be specified."));
    }
    let who = if principal == "*" { json!("*") } else { json!({"AWS": principal}) };
    let mut statement =
        json!({"Sid": sid, "Effect": "Allow", "Principal": who, "Action": action, "Resource": bus["Arn"]});
    if at(&ctx.input, "Condition").is_some() {
        statement["Condition"] = policies::condition(
            &ctx.text("Condition.Type"),
            &ctx.text("Condition.Key"),
            &ctx.text("Condition.Value"),
        );
    }
    Ok(statement)
}

fn kept_policy(bus: &Value) -> Option<Value> {
    bus["Policy"].as_str().and_then(|text| serde_json::from_str(text).ok())
}

/// `RemovePermission`: one statement by its id, or all.
pub fn remove(ctx: &mut Ctx, bus: &mut Value) -> Outcome<()> {
    let kept = match (ctx.input["RemoveAllPermissions"] == true, kept_policy(bus)) {
        (true, _) => Some(Vec::new()),
        (false, policy) => policy.and_then(|policy| policies::without(&policy, &ctx.text("StatementId"))),
    };
    let kept = kept.ok_or_else(|| {
        ApiError::new("ResourceNotFoundException", "Statement with the provided id does not exist.")
    })?;
    if kept.is_empty() {
        take(bus, "Policy");
    } else {
        bus["Policy"] = json!({"Version": "2012-10-17", "Statement": kept}).to_string().into();
    }
    Ok(())
}
