//! One small codec per protocol: from an HTTP request to an operation with its input, and from its
//! outcome to the bytes AWS would send.

mod json;
mod query;
mod rest;
mod xml;

use serde_json::{Map, Value};

use super::api::{Api, Protocol, Type, api, services};
use super::http::{ApiError, Decoded, Request, Response};

/// Finds service, region and operation of a request and decodes its input.
///
/// The error carries the API it is to be worded for, where that is known.
pub fn decode(request: &Request) -> Result<Decoded, (Option<&'static Api>, ApiError)> {
    let (service, region) = scope(request);
    let Some(api) = api(&service) else {
        let names = services().collect::<Vec<_>>().join(", ");
        return Err((
            None,
            ApiError::new(
                "UnknownOperationException",
                format!("The embedded account has no service `{service}` (it has {names})"),
            ),
        ));
    };
    let decoded = match api.protocol {
        Protocol::Json => json::decode(api, request),
        Protocol::RestJson => rest::decode(api, request),
        Protocol::RestXml => xml::decode(api, request),
        Protocol::Query => query::decode(api, request),
    };
    let (operation, input) = decoded.map_err(|error| (Some(api), error))?;
    Ok(Decoded { api, operation, region, input })
}

/// The bytes of an outcome.
pub fn encode(call: &Decoded, outcome: &Result<Value, ApiError>, request_id: &str) -> Response {
    let value = match outcome {
        Ok(value) => value,
        Err(failure) => return error(Some(call.api), failure, request_id),
    };
    let mut response = match call.api.protocol {
        Protocol::Json => json::encode(call, value),
        Protocol::RestJson => rest::encode(call, value),
        Protocol::RestXml => xml::encode(call, value),
        Protocol::Query => query::encode(call, value, request_id),
    };
    response.headers.push(identified(request_id));
    response
}

/// The bytes of a refusal, in the protocol of `api` (JSON if the service is unknown).
pub fn error(api: Option<&Api>, failure: &ApiError, request_id: &str) -> Response {
    let mut response = match api {
        Some(api) if api.protocol == Protocol::Query => query::error(api, failure, request_id),
        Some(api) if api.protocol == Protocol::RestJson => rest::error(api, failure),
        Some(api) if api.protocol == Protocol::RestXml => xml::error(api, failure, request_id),
        _ => json::error(api, failure),
    };
    response.headers.push(identified(request_id));
    response
}

fn identified(request_id: &str) -> (String, String) {
    ("x-amzn-requestid".into(), request_id.to_owned())
}

fn scope(request: &Request) -> (String, String) {
    let signed = request.header("authorization").and_then(|header| {
        let scope = header.split("Credential=").nth(1)?.split([',', ' ']).next()?;
        let parts: Vec<&str> = scope.split('/').collect();
        Some((parts.get(3)?.to_string(), parts.get(2)?.to_string()))
    });
    signed.unwrap_or_else(|| {
        let mut host = request.host().split(['.', ':']);
        let service = host.next().unwrap_or_default().to_owned();
        let region = host.next().filter(|part| part.contains('-')).unwrap_or("us-east-1").to_owned();
        (service, region)
    })
}

/// `value` cut to the shape's members and, with `wire`, in their names on the wire. Nulls are left out.
fn project(api: &Api, shape: &str, value: &Value, wire: bool) -> Value {
    let Some(shape) = api.shape(shape) else { return Value::Null };
    let inner = |item: &Value| {
        shape.element.as_ref().map_or(Value::Null, |element| project(api, &element.shape, item, wire))
    };
    match (shape.kind, value) {
        (Type::Structure, Value::Object(members)) => {
            let known = members
                .iter()
                .filter(|(_, value)| !value.is_null())
                .filter_map(|(name, value)| Some((name, shape.member(name)?, value)));
            let renamed = known.map(|(name, member, value)| {
                let name = member.wire.as_ref().filter(|_| wire).unwrap_or(name);
                (name.clone(), project(api, &member.shape, value, wire))
            });
            Value::Object(renamed.collect())
        }
        (Type::List, Value::Array(items)) => items.iter().map(inner).collect(),
        (Type::Map, Value::Object(entries)) => {
            Value::Object(entries.iter().map(|(key, value)| (key.clone(), inner(value))).collect())
        }
        _ => value.clone(),
    }
}

/// `value` with members renamed from the wire to the model; unknown members keep their name, to be refused by name.
fn adopt(api: &Api, shape: &str, value: Value) -> Value {
    let Some(shape) = api.shape(shape) else { return value };
    let inner = |item: Value| match &shape.element {
        Some(element) => adopt(api, &element.shape, item),
        None => item,
    };
    match (shape.kind, value) {
        (Type::Structure, Value::Object(members)) => {
            let renamed = members.into_iter().map(|(wire, value)| {
                let known =
                    shape.members.iter().find(|(name, member)| member.wire.as_ref().unwrap_or(name) == &wire);
                match known {
                    Some((name, member)) => (name.clone(), adopt(api, &member.shape, value)),
                    None => (wire, value),
                }
            });
            Value::Object(renamed.collect())
        }
        (Type::List, Value::Array(items)) => items.into_iter().map(inner).collect(),
        (Type::Map, Value::Object(entries)) => {
            Value::Object(entries.into_iter().map(|(key, value)| (key, inner(value))).collect())
        }
        (_, value) => value,
    }
}

fn body(request: &Request) -> Result<Map<String, Value>, ApiError> {
    if request.body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(&request.body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(ApiError::new("SerializationException", "the body is not a JSON object")),
        Err(error) => Err(ApiError::new("SerializationException", format!("the body is not JSON: {error}"))),
    }
}
