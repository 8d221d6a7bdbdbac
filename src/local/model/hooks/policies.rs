//! Policy documents: reading them, and how services respell them.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::super::Outcome;
use super::super::executor::Ctx;
use crate::local::http::ApiError;

/// A policy text as JSON; `code` names the refusal of one that is none.
pub fn parse(text: &str, code: &str) -> Outcome<Value> {
    match serde_json::from_str(text) {
        Ok(policy @ Value::Object(_)) => Ok(policy),
        _ => Err(ApiError::new(code, "Syntax errors in policy.")),
    }
}

/// The statements; a single one may stand without a list.
pub fn statements(policy: &Value) -> Vec<Value> {
    many(&policy["Statement"])
}

/// A scalar or a list, as a list.
pub fn many(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Null => Vec::new(),
        one => vec![one.clone()],
    }
}

/// A statement as EventBridge gives it back: lists of one as the one, account ids as root ARNs.
pub fn respelt(statement: &Value, partition: &str) -> Value {
    let mut out = statement.clone();
    for member in ["Action", "Resource", "NotAction", "NotResource"] {
        if let Some(value) = out.get_mut(member) {
            *value = single(value);
        }
    }
    if let Some(Value::Object(principals)) = out.get_mut("Principal") {
        for value in principals.values_mut() {
            let spelt: Vec<Value> = many(value).iter().map(|one| root(one, partition)).collect();
            *value = single(&Value::Array(spelt));
        }
    }
    out
}

fn single(value: &Value) -> Value {
    match value.as_array().map(Vec::as_slice) {
        Some([one]) => one.clone(),
        _ => value.clone(),
    }
}

fn root(principal: &Value, partition: &str) -> Value {
    match principal.as_str() {
        Some(id) if id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()) => {
            json!(format!("arn:{partition}:iam::{id}:root"))
        }
        _ => principal.clone(),
    }
}

/// Does the pattern, in which `*` and `?` are wild, cover the text? Case counts only with `exact`.
pub fn covers(pattern: &str, text: &str, exact: bool) -> bool {
    if !exact {
        return covers(&pattern.to_lowercase(), &text.to_lowercase(), true);
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Refuses a policy that names a role of this account which is not there, as IAM does.
pub fn principals_exist(ctx: &Ctx, policy: &Value) -> Outcome<()> {
    let roles = format!(":iam::{}:role/", ctx.account);
    for statement in statements(policy) {
        for arn in many(&statement["Principal"]["AWS"]) {
            let arn = arn.as_str().unwrap_or_default();
            if arn.contains(&roles) && ctx.find_arn(&ctx.elsewhere("iam/role"), arn).is_none() {
                return Err(ApiError::new(
                    "MalformedPolicyDocument",
                    format!("Invalid principal in policy: \"AWS\":\"{arn}\""),
                ));
            }
        }
    }
    Ok(())
}

/// Puts a statement into a policy, replacing the one of its Sid.
pub fn upsert(policy: Option<Value>, statement: Value) -> Value {
    let mut kept = policy.as_ref().map(statements).unwrap_or_default();
    match kept.iter_mut().find(|old| old["Sid"] == statement["Sid"]) {
        Some(old) => *old = statement,
        None => kept.push(statement),
    }
    json!({"Version": "2012-10-17", "Statement": kept})
}

/// Takes the statement of a Sid out; none if it is not there.
pub fn without(policy: &Value, sid: &str) -> Option<Vec<Value>> {
    let statements = statements(policy);
    let kept: Vec<Value> = statements.iter().filter(|statement| statement["Sid"] != sid).cloned().collect();
    (kept.len() < statements.len()).then_some(kept)
}

/// A condition block of one operator, key and value.
pub fn condition(operator: &str, key: &str, value: &str) -> Value {
    Value::Object(Map::from_iter([(operator.to_owned(), json!({key: value}))]))
}

/// What stands for a version of a document, as text or tree: the same for the same statements.
pub fn revision(policy: &Value) -> String {
    let tree = policy.as_str().and_then(|text| serde_json::from_str(text).ok());
    let policy = tree.as_ref().unwrap_or(policy);
    let mut statements: Vec<String> = statements(policy).iter().map(Value::to_string).collect();
    statements.sort();
    hex::encode(&Sha256::digest(statements.join("\n"))[..7])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_cover_as_in_iam() {
        assert!(covers("dynamodb:Get*", "dynamodb:GetRecords", false));
        assert!(covers("*", "", true) && covers("a?c*", "abcd", true) && !covers("a?c", "abcd", true));
        assert!(covers("arn:aws:sqs:*:1:q-*", "arn:aws:sqs:r:1:q-a", true));
    }

    #[test]
    fn account_ids_and_lists_of_one_are_respelt() {
        let statement =
            json!({"Sid": "a", "Principal": {"AWS": ["123456789012"]}, "Action": ["events:PutEvents"]});
        assert_eq!(
            respelt(&statement, "aws"),
            json!({"Sid": "a", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "events:PutEvents"})
        );
    }
}
