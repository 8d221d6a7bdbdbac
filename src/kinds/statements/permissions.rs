//! The statements of a function's policy: Lambda writes them one by one, as permissions.

use crate::engine::{Aws, Result, Value};
use crate::value;

use super::hosts::{policy_in, statements};

/// The statements of a function or an alias, in the spelling of other policies; nothing if it does not exist.
pub(super) async fn read(aws: &dyn Aws, name: &str) -> Result<Option<Vec<Value>>> {
    let answer = aws.call("lambda", "GetPolicy", function(name)).await;
    Ok(policy_in("lambda", "GetPolicy", answer, "Policy")?.map(|policy| {
        let mut statements = statements(&policy);
        statements.iter_mut().for_each(respell);
        statements
    }))
}

/// Lambda spells the conditions of a permission its own way.
const RESPELT: &[(&str, &str)] = &[
    ("Condition.ArnLike.AWS:SourceArn", "Condition.ArnEquals.aws:SourceArn"),
    ("Condition.StringEquals.AWS:SourceAccount", "Condition.StringEquals.aws:SourceAccount"),
];

fn respell(statement: &mut Value) {
    for (lambda, ours) in RESPELT {
        if let Some(value) = statement.remove(lambda) {
            statement.put(ours, value);
        }
    }
    if statement.at("Condition.ArnLike").is_some_and(Value::is_empty) {
        statement.remove("Condition.ArnLike");
    }
}

/// A function, or an alias of it, as calls name it.
fn function(name: &str) -> Value {
    match name.split_once(':') {
        Some((name, qualifier)) => value!({ "FunctionName": name, "Qualifier": qualifier }),
        None => value!({ "FunctionName": name }),
    }
}

/// Which part of a statement is which parameter of AddPermission.
const PARAMETERS: &[(&str, &str)] = &[
    ("Condition.ArnEquals.aws:SourceArn", "SourceArn"),
    ("Condition.StringEquals.aws:SourceAccount", "SourceAccount"),
    ("Condition.StringEquals.aws:PrincipalOrgID", "PrincipalOrgID"),
    ("Condition.StringEquals.lambda:EventSourceToken", "EventSourceToken"),
    ("Condition.StringEquals.lambda:FunctionUrlAuthType", "FunctionUrlAuthType"),
];

/// Adds a statement; one of its Sid goes before, if there is one to replace.
pub(super) async fn put(aws: &dyn Aws, function: &str, statement: Value, replace: bool) -> Result<()> {
    let sid = statement.text_at("Sid").unwrap_or_default().to_owned();
    if replace {
        remove(aws, function, &sid).await?;
    }
    let principal = ["Principal.Service", "Principal.AWS", "Principal"]
        .iter()
        .find_map(|path| statement.text_at(path))
        .unwrap_or("*");
    let mut input = self::function(function);
    input.put("StatementId", sid.into());
    input.put("Action", statement.text_at("Action").unwrap_or_default().into());
    input.put("Principal", principal.into());
    for (path, parameter) in PARAMETERS {
        if let Some(value) = statement.at(path) {
            input.put(parameter, value.clone());
        }
    }
    if statement.text_at("Condition.Bool.lambda:InvokedViaFunctionUrl") == Some("true") {
        input.put("InvokedViaFunctionUrl", true.into());
    }
    aws.call("lambda", "AddPermission", input).await.map(drop)
}

/// Takes a statement away. Absence is success.
pub(super) async fn remove(aws: &dyn Aws, function: &str, sid: &str) -> Result<()> {
    let mut input = self::function(function);
    input.put("StatementId", sid.into());
    match aws.call("lambda", "RemovePermission", input).await {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}
