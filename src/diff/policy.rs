//! IAM policies: one spelling for what IAM takes in several.

use indexmap::IndexMap;

use super::normalise::parse as parse_json;
use super::table::{Node, Scalar, Shape};
use crate::engine::field::Compare;
use crate::engine::{Map, Value};

/// The rules of a policy in canonical form: statements by Sid, else without order, and everything
/// that is a list in them without order.
pub(super) fn table() -> Node {
    let text = |compare| Node::new(compare, Shape::Scalar(Scalar::Text));
    let set = |compare| Node::new(Compare::Set, Shape::Items(Box::new(text(compare))));
    let keys = |node| Node::new(Compare::Exact, Shape::Keys(Box::new(node)));
    let members = |members: Vec<(&str, Node)>| {
        let members: IndexMap<_, _> = members.into_iter().map(|(key, node)| (key.to_owned(), node)).collect();
        Node::new(Compare::Exact, Shape::Members(members))
    };
    let statement = || {
        vec![
            ("Action", set(Compare::CaseInsensitive)),
            ("NotAction", set(Compare::CaseInsensitive)),
            ("Resource", set(Compare::Exact)),
            ("NotResource", set(Compare::Exact)),
            ("Principal", keys(set(Compare::Exact))),
            ("NotPrincipal", keys(set(Compare::Exact))),
            ("Condition", keys(keys(set(Compare::Exact)))),
        ]
    };
    let statements = Node::new(Compare::Keyed("Sid"), Shape::Items(Box::new(members(statement()))));
    // A statement on its own has the same rules.
    members(statement().into_iter().chain([("Statement", statements)]).collect())
}

/// The tree in a policy's text: JSON, URL-encoded as IAM returns it, or with backslashes before its
/// quotes as API Gateway does.
pub(super) fn parse(text: &str) -> Option<Value> {
    parse_json(text).or_else(|| parse_json(&percent_decode(text)?)).or_else(|| {
        let unescaped: String = serde_json::from_str(&format!("\"{text}\"")).ok()?;
        parse_json(&unescaped)
    })
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%' {
            let (digits, tail) = tail.split_at_checked(2)?;
            bytes.extend(hex::decode(digits).ok()?);
            rest = tail;
        } else {
            bytes.push(byte);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// A policy in one spelling, or a statement on its own. Order is kept; [`table`] says where it means
/// nothing.
pub(super) fn canonical(policy: Value) -> Value {
    let Value::Map(mut policy) = policy else { return policy };
    if policy.contains_key("Effect") && !policy.contains_key("Statement") {
        return statement(Value::Map(policy));
    }
    if policy.get("Version").and_then(Value::as_str) == Some("2012-10-17") {
        policy.shift_remove("Version");
    }
    change(&mut policy, "Statement", |statements| {
        let Value::List(statements) = listed(statements) else { return Value::Null };
        Value::List(statements.into_iter().map(statement).collect())
    });
    Value::Map(policy)
}

fn statement(statement: Value) -> Value {
    let Value::Map(mut statement) = statement else { return statement };
    for key in ["Action", "NotAction", "Resource", "NotResource"] {
        change(&mut statement, key, listed);
    }
    for key in ["Principal", "NotPrincipal"] {
        change(&mut statement, key, principal);
    }
    change(&mut statement, "Condition", |condition| {
        each(condition, |keys| each(keys, |values| items(values, condition_value)))
    });
    statement.retain(|key, value| {
        !(key == "Sid" && value.as_str() == Some("") || key == "Condition" && value.is_empty())
    });
    Value::Map(statement)
}

/// Everyone is `{AWS: ["*"]}`; an account's root is the account.
fn principal(principal: Value) -> Value {
    let Value::Map(map) = principal else {
        return Value::Map(Map::from_iter([("AWS".to_owned(), items(principal, account))]));
    };
    let value = |(key, value): (String, Value)| {
        let value = if key == "AWS" { items(value, account) } else { listed(value) };
        (key, value)
    };
    Value::Map(map.into_iter().map(value).collect())
}

fn account(principal: Value) -> Value {
    let id = principal.as_str().and_then(|arn| {
        let mut parts = arn.strip_suffix(":root")?.split(':');
        let root = parts.next() == Some("arn") && parts.next().is_some() && parts.next() == Some("iam");
        let id =
            parts.nth(1).filter(|id| root && id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit()))?;
        parts.next().is_none().then(|| id.to_owned())
    });
    id.map_or(principal, Value::from)
}

/// IAM compares text: `true` and `"true"` are one.
fn condition_value(value: Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => value.to_shown_json().to_string().into(),
        other => other,
    }
}

fn change(map: &mut Map, key: &str, change: impl FnOnce(Value) -> Value) {
    if let Some(value) = map.get_mut(key) {
        *value = change(std::mem::replace(value, Value::Null));
    }
}

fn each(value: Value, change: impl Fn(Value) -> Value) -> Value {
    match value {
        Value::Map(map) => Value::Map(map.into_iter().map(|(key, value)| (key, change(value))).collect()),
        other => other,
    }
}

fn items(value: Value, change: impl Fn(Value) -> Value) -> Value {
    match listed(value) {
        Value::List(items) => Value::List(items.into_iter().map(change).collect()),
        other => other,
    }
}

fn listed(value: Value) -> Value {
    match value {
        Value::List(items) => Value::List(items),
        one => Value::List(vec![one]),
    }
}
