//! `restJson1`: members in path, query, headers and body.

use serde_json::{Map, Value, json};

use super::super::api::{Api, Location, Operation, Type};
use super::super::http::{ApiError, Decoded, Request, Response, unescape};
use super::{adopt, body, project};

pub(super) fn decode(api: &'static Api, request: &Request) -> Result<(&'static Operation, Value), ApiError> {
    let segments: Vec<&str> = request.path().trim_matches('/').split('/').collect();
    let found = api
        .operations()
        .find_map(|operation| Some((operation, bind(operation, &request.method, &segments)?)));
    let Some((operation, placeholders)) = found else {
        return Err(ApiError::new(
            "UnknownOperationException",
            format!(
                "The embedded account does not implement {} {} {}",
                api.service,
                request.method,
                request.path()
            ),
        ));
    };
    let Some(name) = &operation.input else { return Ok((operation, json!({}))) };
    let Value::Object(mut input) = adopt(api, name, Value::Object(body(request)?)) else {
        return Ok((operation, json!({})));
    };
    let shape = api.shape(name).map(|shape| shape.members.as_slice()).unwrap_or_default();
    for (member, at) in shape {
        let wire = at.wire.as_ref().unwrap_or(member);
        let value = match at.location {
            Location::Uri => placeholders
                .iter()
                .find(|(name, _)| name == wire)
                .map(|(_, value)| Value::String(value.clone())),
            Location::Header => request.header(wire).map(|value| scalar(api, &at.shape, value)),
            _ => None,
        };
        if let Some(value) = value {
            input.insert(member.clone(), value);
        }
    }
    query(api, operation, request, &mut input)?;
    Ok((operation, Value::Object(input)))
}

fn bind(operation: &Operation, method: &str, segments: &[&str]) -> Option<Vec<(String, String)>> {
    let template: Vec<&str> = operation.uri.split('?').next()?.trim_matches('/').split('/').collect();
    if operation.method != method || template.len() != segments.len() {
        return None;
    }
    template.iter().zip(segments).try_fold(Vec::new(), |mut bound, (part, segment)| {
        match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => {
                bound.push((name.trim_end_matches('+').to_owned(), unescape(segment)))
            }
            None if part == segment => {}
            _ => return None,
        }
        Some(bound)
    })
}

fn query(
    api: &Api,
    operation: &Operation,
    request: &Request,
    input: &mut Map<String, Value>,
) -> Result<(), ApiError> {
    let members = operation
        .input
        .as_ref()
        .and_then(|name| api.shape(name))
        .map(|shape| shape.members.as_slice())
        .unwrap_or_default();
    for (key, value) in request.query() {
        let known = members.iter().find(|(name, member)| {
            member.location == Location::Query && member.wire.as_ref().unwrap_or(name) == &key
        });
        let Some((name, member)) = known else {
            return Err(ApiError::new(
                "ValidationException",
                format!("{} has no query parameter `{key}`", operation.name),
            ));
        };
        let list = api
            .shape(&member.shape)
            .filter(|shape| shape.kind == Type::List)
            .and_then(|shape| shape.element.as_ref());
        match list {
            Some(element) => {
                let entry = input.entry(name.clone()).or_insert_with(|| json!([]));
                if let Value::Array(items) = entry {
                    items.push(scalar(api, &element.shape, &value));
                }
            }
            None => {
                input.insert(name.clone(), scalar(api, &member.shape, &value));
            }
        }
    }
    Ok(())
}

/// A text from path, query, header or form as the JSON scalar its shape asks for; text that does not fit stays text, to be refused by type.
pub(super) fn scalar(api: &Api, shape: &str, text: &str) -> Value {
    let kind = api.shape(shape).map(|shape| shape.kind);
    let read = match kind {
        Some(Type::Integer | Type::Double) => text.parse::<serde_json::Number>().ok().map(Value::Number),
        Some(Type::Boolean) => text.parse::<bool>().ok().map(Value::Bool),
        _ => None,
    };
    read.unwrap_or_else(|| Value::String(text.to_owned()))
}

pub(super) fn encode(call: &Decoded, value: &Value) -> Response {
    let headers = vec![("content-type".into(), "application/json".into())];
    let body = call
        .operation
        .output
        .as_ref()
        .map(|shape| project(call.api, shape, value, true).to_string().into_bytes());
    Response { status: call.operation.status, headers, body: body.unwrap_or_default() }
}

pub(super) fn error(api: &Api, failure: &ApiError) -> Response {
    let headers = vec![
        ("content-type".into(), "application/json".into()),
        ("x-amzn-errortype".into(), failure.code.clone()),
    ];
    let body = json!({"__type": failure.code, "message": failure.message});
    Response { status: failure.http_status(api), headers, body: body.to_string().into_bytes() }
}
