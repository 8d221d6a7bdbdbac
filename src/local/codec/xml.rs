//! `restXml`, as S3 speaks it: the operation by method, path and the query's flag, documents as XML.
//!
//! A bucket stands in the host (`orders.s3.eu-west-1.amazonaws.com`) or in the path.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value, json};

use super::super::api::{Api, Location, Member, Operation, Type};
use super::super::http::{ApiError, Decoded, Request, Response, unescape};
use super::query::escaped;
use super::rest::scalar;

/// The roots of answers that the models do not name otherwise.
const ROOTS: &[(&str, &str)] = &[
    ("GetBucketNotificationConfiguration", "NotificationConfiguration"),
    ("GetBucketTagging", "Tagging"),
    ("ListBuckets", "ListAllMyBucketsResult"),
];
/// The answer that is a member's text without anything round it.
const UNWRAPPED: (&str, &str) = ("GetBucketLocation", "LocationConstraint");
/// What the SDK says in the query for people who read logs.
const SAID: &str = "x-id";
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

pub(super) fn decode(api: &'static Api, request: &Request) -> Result<(&'static Operation, Value), ApiError> {
    let path = match bucket_of(request.host()) {
        Some(bucket) => format!("/{bucket}{}", request.path()),
        None => request.path().to_owned(),
    };
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let query: Vec<(String, String)> = request.query().into_iter().filter(|(name, _)| name != SAID).collect();
    let fits = |operation: &&'static Operation| {
        operation.method == request.method
            && template(operation).len() == segments.len()
            && flags(operation).iter().all(|flag| query.iter().any(|(name, _)| name == flag))
            && query
                .iter()
                .all(|(name, _)| flags(operation).contains(&name.as_str()) || takes(api, operation, name))
    };
    let Some(operation) = api.operations().find(fits) else {
        return Err(ApiError::new(
            "NotImplemented",
            format!("The embedded account does not implement s3 {} {}", request.method, request.uri),
        )
        .with_status(501));
    };
    let mut input = Map::new();
    let members = operation.input.as_ref().and_then(|name| api.shape(name));
    for (name, member) in members.map(|shape| shape.members.as_slice()).unwrap_or_default() {
        let wire = member.wire.as_ref().unwrap_or(name);
        let text = match member.location {
            Location::Uri => segments.first().map(|segment| unescape(segment)),
            Location::Query => query.iter().find(|(key, _)| key == wire).map(|(_, value)| value.clone()),
            Location::Header => request.header(wire).map(str::to_owned),
            _ => None,
        };
        if let Some(text) = text {
            input.insert(name.clone(), scalar(api, &member.shape, &text));
        }
    }
    let payload = members.and_then(|shape| Some((shape.payload.as_ref()?, shape)));
    if let Some((name, shape)) = payload.filter(|_| !request.body.is_empty()) {
        let malformed =
            || ApiError::new("MalformedXML", "The XML you provided was not well-formed or did not validate");
        let element = parse(&String::from_utf8_lossy(&request.body)).ok_or_else(malformed)?;
        let member = shape.member(name).ok_or_else(malformed)?;
        input.insert(name.clone(), read(api, &member.shape, &element));
    }
    Ok((operation, Value::Object(input)))
}

/// The bucket that a host names.
fn bucket_of(host: &str) -> Option<&str> {
    host.split_once(".s3.").map(|(bucket, _)| bucket)
}

fn template(operation: &Operation) -> Vec<&str> {
    let path = operation.uri.split('?').next().unwrap_or_default();
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// The words in the query that tell operations on one path apart.
fn flags(operation: &Operation) -> Vec<&str> {
    operation.uri.split_once('?').map(|(_, query)| query.split('&').collect()).unwrap_or_default()
}

fn takes(api: &Api, operation: &Operation, name: &str) -> bool {
    let shape = operation.input.as_ref().and_then(|input| api.shape(input));
    shape.is_some_and(|shape| {
        let in_query = |member: &Member| member.location == Location::Query;
        shape.members.iter().any(|(_, member)| in_query(member) && member.wire.as_deref() == Some(name))
    })
}

/// An element: attributes mean nothing here.
#[derive(Debug, Default)]
struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

/// Reads a document; nothing if it is not well-formed.
fn parse(text: &str) -> Option<Element> {
    let mut open = vec![Element::default()];
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>')?;
        open.last_mut()?.text.push_str(&unescaped(before));
        rest = after;
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let element = open.pop().filter(|element| element.name == name.trim())?;
            open.last_mut()?.children.push(element);
            continue;
        }
        let name = tag.trim_end_matches('/').split_whitespace().next()?.to_owned();
        let element = Element { name, ..Element::default() };
        match tag.ends_with('/') {
            true => open.last_mut()?.children.push(element),
            false => open.push(element),
        }
    }
    let document = open.pop().filter(|_| open.is_empty())?;
    document.children.into_iter().next()
}

fn unescaped(text: &str) -> String {
    let named =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#xA;", "\n"), ("&#xD;", "\r")];
    named.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)).replace("&amp;", "&")
}

fn read(api: &Api, name: &str, element: &Element) -> Value {
    let Some(shape) = api.shape(name) else { return Value::Null };
    match shape.kind {
        Type::Structure => {
            let mut value = Map::new();
            for child in &element.children {
                let known = shape
                    .members
                    .iter()
                    .find(|(name, member)| *member.wire.as_ref().unwrap_or(name) == child.name);
                let Some((name, member)) = known else {
                    value.insert(child.name.clone(), child.text.clone().into());
                    continue;
                };
                let list =
                    api.shape(&member.shape).filter(|shape| shape.kind == Type::List && shape.flattened);
                match list.and_then(|list| list.element.as_ref()) {
                    Some(item) => {
                        let items = value.entry(name.clone()).or_insert_with(|| json!([]));
                        if let Value::Array(items) = items {
                            items.push(read(api, &item.shape, child));
                        }
                    }
                    None => {
                        value.insert(name.clone(), read(api, &member.shape, child));
                    }
                }
            }
            Value::Object(value)
        }
        Type::List => {
            let item = shape.element.as_ref().map(|item| item.shape.as_str()).unwrap_or_default();
            element.children.iter().map(|child| read(api, item, child)).collect()
        }
        _ => scalar(api, name, &element.text),
    }
}

pub(super) fn encode(call: &Decoded, value: &Value) -> Response {
    let mut headers = vec![("content-type".into(), "application/xml".into())];
    let mut body = String::new();
    let output = call.operation.output.as_ref();
    for (name, member) in
        output.and_then(|name| call.api.shape(name)).map(|shape| &shape.members).into_iter().flatten()
    {
        if let (Location::Header, Some(text)) = (member.location, value[name].as_str()) {
            headers.push((member.wire.clone().unwrap_or_else(|| name.to_lowercase()), text.to_owned()));
        }
    }
    if call.operation.name == UNWRAPPED.0 {
        let text = escaped(value[UNWRAPPED.1].as_str().unwrap_or_default());
        body = format!("<{0} xmlns=\"{NAMESPACE}\">{text}</{0}>", UNWRAPPED.1);
    } else if let (Some((_, root)), Some(shape)) =
        (ROOTS.iter().find(|(name, _)| *name == call.operation.name), output)
    {
        body.push_str(&format!("<{root} xmlns=\"{NAMESPACE}\">"));
        write(call.api, shape, value, &mut body);
        body.push_str(&format!("</{root}>"));
    }
    Response { status: call.operation.status, headers, body: body.into_bytes() }
}

pub(super) fn error(api: &Api, failure: &ApiError, request_id: &str) -> Response {
    let (code, message) = (escaped(&failure.code), escaped(&failure.message));
    Response {
        status: failure.http_status(api),
        headers: vec![("content-type".into(), "application/xml".into())],
        body: format!(
            "<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
        )
        .into_bytes(),
    }
}

/// What stands inside the element of a value.
fn write(api: &Api, name: &str, value: &Value, out: &mut String) {
    let Some(shape) = api.shape(name) else { return };
    match (shape.kind, value) {
        (Type::Structure, Value::Object(members)) => {
            for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                let Some(member) = shape.member(name).filter(|member| member.location == Location::Body)
                else {
                    continue;
                };
                let tag = member.wire.as_ref().unwrap_or(name);
                let list =
                    api.shape(&member.shape).filter(|shape| shape.kind == Type::List && shape.flattened);
                match (list.and_then(|list| list.element.as_ref()), value.as_array()) {
                    (Some(item), Some(items)) => {
                        items.iter().for_each(|value| wrap(api, tag, &item.shape, value, out));
                    }
                    _ => wrap(api, tag, &member.shape, value, out),
                }
            }
        }
        (Type::List, Value::Array(items)) => {
            let Some(item) = &shape.element else { return };
            let tag = item.wire.as_deref().unwrap_or("member");
            items.iter().for_each(|value| wrap(api, tag, &item.shape, value, out));
        }
        (Type::Timestamp, Value::Number(seconds)) => {
            let time = DateTime::from_secs(seconds.as_f64().unwrap_or_default() as i64);
            out.push_str(&time.fmt(Format::DateTime).unwrap_or_default());
        }
        (_, Value::String(text)) => out.push_str(&escaped(text)),
        (_, other) => out.push_str(&other.to_string()),
    }
}

fn wrap(api: &Api, tag: &str, shape: &str, value: &Value, out: &mut String) {
    out.push_str(&format!("<{tag}>"));
    write(api, shape, value, out);
    out.push_str(&format!("</{tag}>"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_is_read_with_its_entities_and_what_is_not_well_formed_is_not_read() {
        let text = "<?xml version=\"1.0\"?>\n<Tagging xmlns=\"x\"><TagSet><Tag><Key>a&amp;lt;</Key><Value/></Tag></TagSet></Tagging>";
        let tagging = parse(text).unwrap();
        let tag = &tagging.children[0].children[0];
        assert_eq!((tagging.name.as_str(), tag.children[0].text.as_str()), ("Tagging", "a&lt;"));
        assert_eq!((tag.children[1].name.as_str(), tag.children[1].text.as_str()), ("Value", ""));
        for wrong in ["", "<a>", "<a></b>", "</a>", "text", "<a"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_bucket_stands_in_the_host_or_in_the_path() {
        assert_eq!(bucket_of("orders.s3.eu-west-1.amazonaws.com"), Some("orders"));
        assert_eq!(bucket_of("s3.eu-west-1.amazonaws.com"), None);
        assert_eq!(bucket_of("127.0.0.1:4566"), None);
    }
}
