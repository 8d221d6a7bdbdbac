//! Does a request's document fit its shape?

use serde_json::Value;

use super::{Api, Shape, Type};

/// What is wrong with a request, in the words services use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as `targets.1.member.roleArn` is written here: `Targets[0].RoleArn`.
    pub path: String,
    /// What the rule is. Never the value: it may be a secret.
    pub rule: String,
}

/// The first problem of `value` against the shape `name`, or none.
///
/// Checked are members the model does not know, required members, types, enumerations, and bounds of
/// numbers and lengths. Patterns are not.
pub fn check(api: &Api, name: &str, value: &Value) -> Option<Problem> {
    walk(api, name, value, &mut String::new())
}

fn walk(api: &Api, name: &str, value: &Value, path: &mut String) -> Option<Problem> {
    let Some(shape) = api.shape(name) else {
        return problem(path, format!("the shape {name} is not in the model"));
    };
    match (shape.kind, value) {
        (_, Value::Null) => None,
        (Type::Structure, Value::Object(members)) => structure(api, shape, members, path),
        (Type::List, Value::Array(items)) => {
            bounds(shape, items.len() as f64, "length", path).or_else(|| {
                items.iter().enumerate().find_map(|(at, item)| {
                    step(path, &format!("[{at}]"), |path| element(api, shape, item, path))
                })
            })
        }
        (Type::Map, Value::Object(entries)) => entries
            .iter()
            .find_map(|(key, item)| step(path, &format!(".{key}"), |path| element(api, shape, item, path))),
        (Type::String, Value::String(text)) => string(api, shape, text, path),
        (Type::Blob, Value::String(_))
        | (Type::Boolean, Value::Bool(_))
        | (Type::Timestamp, Value::Number(_)) => None,
        (Type::Double, Value::Number(number)) => {
            bounds(shape, number.as_f64().unwrap_or_default(), "value", path)
        }
        (Type::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {
            bounds(shape, number.as_f64().unwrap_or_default(), "value", path)
        }
        _ => problem(path, format!("expected {:?}", shape.kind).to_lowercase()),
    }
}

fn structure(
    api: &Api,
    shape: &Shape,
    members: &serde_json::Map<String, Value>,
    path: &mut String,
) -> Option<Problem> {
    let missing = shape.required.iter().find(|name| members.get(*name).is_none_or(Value::is_null));
    if let Some(name) = missing {
        return step(path, &format!(".{name}"), |path| problem(path, "Member must not be null".into()));
    }
    members.iter().find_map(|(name, value)| {
        step(path, &format!(".{name}"), |path| match shape.member(name) {
            Some(member) => walk(api, &member.shape, value, path),
            None => problem(path, "the API has no member of this name".into()),
        })
    })
}

fn element(api: &Api, shape: &Shape, item: &Value, path: &mut String) -> Option<Problem> {
    walk(api, &shape.element.as_ref()?.shape, item, path)
}

fn string(api: &Api, shape: &Shape, text: &str, path: &str) -> Option<Problem> {
    // API Gateway takes its enumerations in any case and gives them back in capitals.
    let any_case = api.service == "apigateway";
    let equal = |value: &String| value == text || any_case && value.eq_ignore_ascii_case(text);
    if !shape.values.is_empty() && !shape.values.iter().any(equal) {
        return problem(path, format!("Member must satisfy enum value set: [{}]", shape.values.join(", ")));
    }
    bounds(shape, text.chars().count() as f64, "length", path)
}

fn bounds(shape: &Shape, size: f64, what: &str, path: &str) -> Option<Problem> {
    if let Some(min) = shape.min.filter(|min| size < *min) {
        return problem(path, format!("Member must have {what} greater than or equal to {min}"));
    }
    let max = shape.max.filter(|max| size > *max)?;
    problem(path, format!("Member must have {what} less than or equal to {max}"))
}

fn step(
    path: &mut String,
    part: &str,
    inner: impl FnOnce(&mut String) -> Option<Problem>,
) -> Option<Problem> {
    let length = path.len();
    path.push_str(if length == 0 { part.trim_start_matches('.') } else { part });
    let found = inner(path);
    path.truncate(length);
    found
}

fn problem(path: &str, rule: String) -> Option<Problem> {
    Some(Problem { path: path.to_owned(), rule })
}

#[cfg(test)]
mod tests {
    use super::super::api;
    use super::*;
    use serde_json::json;

    fn found(service: &str, shape: &str, value: Value) -> Option<String> {
        check(api(service).unwrap(), shape, &value)
            .map(|problem| format!("{}: {}", problem.path, problem.rule))
    }

    #[test]
    fn a_nested_member_with_a_typo_is_named() {
        let target = json!({"Rule": "r", "Targets": [{"Id": "1", "Arn": "a", "EcsParameters": {"TaskDefinitionArn": "t", "NetworkConfiguration": {"AwsvpcConfiguration": {}}}}]});
        let problem = found("events", "PutTargetsRequest", target).unwrap();
        assert_eq!(
            problem,
            "Targets[0].EcsParameters.NetworkConfiguration.AwsvpcConfiguration: the API has no member of this name"
        );
    }

    /// hashicorp/terraform-provider-aws#32423: unset numbers sent as zero.
    #[test]
    fn a_number_under_its_bound_is_refused() {
        let pipe = json!({"Name": "p", "RoleArn": "arn:aws:iam::1:role/r", "SourceParameters": {"DynamoDBStreamParameters": {"BatchSize": 0}}});
        assert!(found("pipes", "UpdatePipeRequest", pipe).unwrap().contains("greater than or equal to 1"));
    }

    #[test]
    fn required_members_types_and_enumerations_are_checked() {
        assert!(
            found("events", "PutRuleRequest", json!({}))
                .unwrap()
                .starts_with("Name: Member must not be null")
        );
        assert!(
            found("events", "PutRuleRequest", json!({"Name": 1}))
                .unwrap()
                .starts_with("Name: expected string")
        );
        assert!(
            found("events", "PutRuleRequest", json!({"Name": "r", "State": "ON"}))
                .unwrap()
                .contains("enum value set")
        );
        assert_eq!(found("events", "PutRuleRequest", json!({"Name": "r", "State": "ENABLED"})), None);
    }
}
