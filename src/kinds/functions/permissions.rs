//! `policy:` of a function. Its policy is written by `lambda:AddPermission`, which takes one principal, one
//! action and a handful of conditions: what it cannot say is told before any call.

use crate::engine::Value;
use crate::kinds::{Lowering, policy_statements};

/// The conditions that AddPermission takes, by operator and key.
const CONDITIONS: &[(&str, &str)] = &[
    ("ArnEquals", "aws:SourceArn"),
    ("Bool", "lambda:InvokedViaFunctionUrl"),
    ("StringEquals", "aws:PrincipalOrgID"),
    ("StringEquals", "aws:SourceAccount"),
    ("StringEquals", "lambda:EventSourceToken"),
    ("StringEquals", "lambda:FunctionUrlAuthType"),
];
/// Two operators that IAM compares by in the same way.
const ALIKE: (&str, &str) = ("ArnLike", "ArnEquals");
/// Kinds of principal that AddPermission takes.
const PRINCIPALS: &[&str] = &["AWS", "Service"];

/// Reads the statements of `policy`.
pub(super) fn lower(own: &mut Lowering<'_>) {
    let before = own.emitted.statements.len();
    policy_statements(own);
    for at in before..own.emitted.statements.len() {
        respell(&mut own.emitted.statements[at].body);
        let statement = own.emitted.statements[at].clone();
        if let Err((member, message, help)) = check(&statement.body) {
            let at = own.nearest_place(&format!("policy.{}.{member}", statement.name));
            own.error("no_permission", at, message, help);
        }
    }
}

fn respell(statement: &mut Value) {
    let path = |operator: &str| format!("Condition.{operator}");
    if let Some(conditions) = statement.remove(&path(ALIKE.0)) {
        for (key, value) in conditions.as_map().into_iter().flatten() {
            statement.put(&format!("{}.{key}", path(ALIKE.1)), value.clone());
        }
    }
}

/// The member that AddPermission has no word for, what is wrong with it, and what to write.
type Refusal = (&'static str, String, &'static str);

fn check(statement: &Value) -> Result<(), Refusal> {
    if statement.text_at("Effect") != Some("Allow") {
        let message = "a function's policy only allows".to_owned();
        return Err(("Effect", message, "whoever is not allowed cannot call it; take the statement away"));
    }
    if statement.get("NotAction").is_some() || !is_one(statement.get("Action")) {
        let help = "write `Action: lambda:InvokeFunction`, and a statement for each further action";
        return Err(("Action", "a statement of a function has one action".into(), help));
    }
    let principal = statement.get("Principal");
    let is_known = match principal {
        Some(Value::Map(kinds)) => {
            kinds.len() == 1
                && kinds.iter().all(|(kind, who)| PRINCIPALS.contains(&kind.as_str()) && is_one(Some(who)))
        }
        who => is_one(who),
    };
    if !is_known {
        let help = "write `Principal: { AWS: 111122223333 }` or `{ Service: HOST }`, and a statement for each further one";
        return Err(("Principal", "a statement of a function has one principal".into(), help));
    }
    for (operator, keys) in statement.get("Condition").and_then(Value::as_map).into_iter().flatten() {
        for (key, value) in keys.as_map().into_iter().flatten() {
            if !CONDITIONS.contains(&(operator.as_str(), key.as_str())) || !is_one(Some(value)) {
                let message = format!("a statement of a function cannot have the condition {operator} {key}");
                let help = "there are `ArnEquals` with one `aws:SourceArn`, and `StringEquals` with one of `aws:SourceAccount`, `aws:PrincipalOrgID`, `lambda:EventSourceToken`, `lambda:FunctionUrlAuthType`";
                return Err(("Condition", message, help));
            }
        }
    }
    Ok(())
}

/// One value, known or not: no list, no map.
fn is_one(value: Option<&Value>) -> bool {
    value.is_some_and(|value| !matches!(value, Value::List(_) | Value::Map(_) | Value::Null))
}
