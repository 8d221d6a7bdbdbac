//! `awsQuery`: a form in, XML out.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Map, Value};

use super::super::api::{Api, Operation, Type};
use super::super::http::{ApiError, Decoded, Request, Response, pairs};
use super::rest::scalar;

pub(super) fn decode(api: &'static Api, request: &Request) -> Result<(&'static Operation, Value), ApiError> {
    let form = pairs(&String::from_utf8_lossy(&request.body));
    let name =
        form.iter().find(|(key, _)| key == "Action").map(|(_, value)| value.as_str()).unwrap_or_default();
    let operation = api.operation(name).ok_or_else(|| {
        ApiError::new(
            "UnknownOperationException",
            format!("The embedded account does not implement {}:{name}", api.service),
        )
    })?;
    let mut tree = Tree::default();
    for (key, value) in form.iter().filter(|(key, _)| key != "Action" && key != "Version") {
        tree.insert(key.split('.'), value);
    }
    let input = match &operation.input {
        Some(shape) => read(api, shape, &tree),
        None => Value::Object(Map::new()),
    };
    Ok((operation, input))
}

/// The dotted names of a form as a tree.
#[derive(Default)]
struct Tree {
    text: String,
    children: Vec<(String, Tree)>,
}

impl Tree {
    fn insert<'a>(&mut self, mut path: impl Iterator<Item = &'a str>, text: &str) {
        let Some(name) = path.next() else {
            self.text = text.to_owned();
            return;
        };
        let place = self.children.iter().position(|(child, _)| child == name).unwrap_or_else(|| {
            self.children.push((name.to_owned(), Tree::default()));
            self.children.len() - 1
        });
        self.children[place].1.insert(path, text);
    }

    fn child(&self, name: &str) -> Option<&Tree> {
        self.children.iter().find(|(child, _)| child == name).map(|(_, tree)| tree)
    }
}

fn read(api: &Api, name: &str, tree: &Tree) -> Value {
    let Some(shape) = api.shape(name) else { return Value::Null };
    match shape.kind {
        Type::Structure => Value::Object(
            tree.children
                .iter()
                .map(|(child, tree)| {
                    let value = shape.member(child).map_or_else(
                        || Value::String(tree.text.clone()),
                        |member| read(api, &member.shape, tree),
                    );
                    (child.clone(), value)
                })
                .collect(),
        ),
        Type::List => {
            let items = if shape.flattened { Some(tree) } else { tree.child("member") };
            let element = shape.element.as_ref().map(|element| element.shape.as_str()).unwrap_or_default();
            items
                .map(|items| items.children.iter().map(|(_, item)| read(api, element, item)).collect())
                .unwrap_or_else(|| Value::Array(Vec::new()))
        }
        Type::Map => {
            let value = shape.element.as_ref().map(|element| element.shape.as_str()).unwrap_or_default();
            let entries = tree.child("entry").map(|entries| entries.children.as_slice()).unwrap_or_default();
            let pairs = entries.iter().filter_map(|(_, entry)| {
                Some((entry.child("key")?.text.clone(), read(api, value, entry.child("value")?)))
            });
            Value::Object(pairs.collect())
        }
        _ => scalar(api, name, &tree.text),
    }
}

pub(super) fn encode(call: &Decoded, value: &Value, request_id: &str) -> Response {
    let name = &call.operation.name;
    let mut out = format!("<{name}Response xmlns=\"{}\">", call.api.namespace);
    if let Some(shape) = &call.operation.output {
        out.push_str(&format!("<{name}Result>"));
        write(call.api, shape, value, &mut out);
        out.push_str(&format!("</{name}Result>"));
    }
    out.push_str(&format!(
        "<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    ));
    xml(call.operation.status, out)
}

pub(super) fn error(api: &Api, failure: &ApiError, request_id: &str) -> Response {
    let status = failure.http_status(api);
    let side = if status < 500 { "Sender" } else { "Receiver" };
    let (code, message) = (escaped(&failure.code), escaped(&failure.message));
    xml(
        status,
        format!(
            "<ErrorResponse xmlns=\"{}\"><Error><Type>{side}</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>",
            api.namespace
        ),
    )
}

fn xml(status: u16, body: String) -> Response {
    Response { status, headers: vec![("content-type".into(), "text/xml".into())], body: body.into_bytes() }
}

fn write(api: &Api, name: &str, value: &Value, out: &mut String) {
    let Some(shape) = api.shape(name) else { return };
    let mut wrap = |tag: &str, inner: &dyn Fn(&mut String)| {
        out.push_str(&format!("<{tag}>"));
        inner(out);
        out.push_str(&format!("</{tag}>"));
    };
    match (shape.kind, value) {
        (Type::Structure, Value::Object(members)) => {
            for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                if let Some(member) = shape.member(name) {
                    wrap(name, &|out| write(api, &member.shape, value, out));
                }
            }
        }
        (Type::List, Value::Array(items)) => {
            let element = shape.element.as_ref().map(|element| element.shape.as_str()).unwrap_or_default();
            for item in items {
                wrap("member", &|out| write(api, element, item, out));
            }
        }
        (Type::Map, Value::Object(entries)) => {
            let element = shape.element.as_ref().map(|element| element.shape.as_str()).unwrap_or_default();
            for (key, value) in entries {
                wrap("entry", &|out| {
                    out.push_str(&format!("<key>{}</key><value>", escaped(key)));
                    write(api, element, value, out);
                    out.push_str("</value>");
                });
            }
        }
        (Type::Timestamp, Value::Number(seconds)) => {
            let time = DateTime::from_secs(seconds.as_f64().unwrap_or_default() as i64);
            out.push_str(&time.fmt(Format::DateTime).unwrap_or_default());
        }
        (_, Value::String(text)) => out.push_str(&escaped(text)),
        (_, other) => out.push_str(&other.to_string()),
    }
}

/// Text as it stands in XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
