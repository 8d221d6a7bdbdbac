//! `awsJson1_0` and `awsJson1_1`.

use serde_json::{Value, json};

use super::super::api::{Api, Operation};
use super::super::http::{ApiError, Decoded, Request, Response};
use super::{body, project};

pub(super) fn decode(api: &'static Api, request: &Request) -> Result<(&'static Operation, Value), ApiError> {
    let target = request.header("x-amz-target").unwrap_or_default();
    let name = target.rsplit('.').next().unwrap_or_default();
    let operation = api.operation(name).ok_or_else(|| {
        ApiError::new(
            "UnknownOperationException",
            format!("The embedded account does not implement {}:{name}", api.service),
        )
    })?;
    Ok((operation, Value::Object(body(request)?)))
}

pub(super) fn encode(call: &Decoded, value: &Value) -> Response {
    let body = match &call.operation.output {
        Some(shape) => project(call.api, shape, value, false),
        None => json!({}),
    };
    Response {
        status: call.operation.status,
        headers: content_type(Some(call.api)),
        body: body.to_string().into_bytes(),
    }
}

pub(super) fn error(api: Option<&Api>, failure: &ApiError) -> Response {
    let mut headers = content_type(api);
    if let Some(code) = api.and_then(|api| api.query_code(&failure.code)) {
        headers.push(("x-amzn-query-error".into(), format!("{code};Sender")));
    }
    let status = api.map_or(400, |api| failure.http_status(api));
    let body = json!({"__type": failure.code, "message": failure.message});
    Response { status, headers, body: body.to_string().into_bytes() }
}

fn content_type(api: Option<&Api>) -> Vec<(String, String)> {
    let version = api.map_or("1.1", |api| api.json_version.as_str());
    vec![("content-type".into(), format!("application/x-amz-json-{version}"))]
}
