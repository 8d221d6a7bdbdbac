//! The published API models, reduced to what the embedded account answers.
//!
//! The `*.json` files beside this one are made by `extract.py` from the models AWS publishes: the
//! operations with their HTTP binding, the errors with their status, and every shape they reach.
//! Requests are checked against them and answers are cut to them, so that a member AWS does not know
//! is refused here as it would be there, and a write-only member cannot come back.

mod check;

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde_json::Value;

pub use check::{Problem, check};

/// How an API speaks: which codec reads its requests and writes its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `awsJson1_0` and `awsJson1_1`: the operation in `x-amz-target`, everything in the body.
    Json,
    /// `restJson1`: method and path name the operation, members travel in path, query, headers and body.
    RestJson,
    /// `restXml`: the same with XML.
    RestXml,
    /// `awsQuery`: a form in, XML out.
    Query,
}

/// One service's API.
#[derive(Debug)]
pub struct Api {
    /// The name requests are signed for, which is also this service's name here.
    pub service: &'static str,
    /// The codec.
    pub protocol: Protocol,
    /// `1.0` or `1.1`, for the content type of JSON answers.
    pub json_version: String,
    /// The XML namespace of query answers.
    pub namespace: String,
    operations: BTreeMap<String, Operation>,
    shapes: HashMap<String, Shape>,
    errors: HashMap<String, u16>,
    query_codes: HashMap<String, String>,
}

/// One operation and how it travels.
#[derive(Debug, Clone)]
pub struct Operation {
    /// As in the model: `PutRule`.
    pub name: String,
    /// The HTTP method.
    pub method: String,
    /// The URI template of a REST operation, `/` otherwise.
    pub uri: String,
    /// The status of a success.
    pub status: u16,
    /// The shape of the request, if it has one.
    pub input: Option<String>,
    /// The shape of the answer, if it has one.
    pub output: Option<String>,
}

/// What a shape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Named members.
    Structure,
    /// A sequence of one shape.
    List,
    /// String keys to one shape.
    Map,
    /// Text, with bounds on its length.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Double,
    /// `true` or `false`.
    Boolean,
    /// Bytes, base64 in JSON.
    Blob,
    /// Seconds since 1970 in JSON, ISO 8601 in XML.
    Timestamp,
}

/// Where a member of a request or answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// In the document.
    Body,
    /// A placeholder of the URI template.
    Uri,
    /// A query parameter.
    Query,
    /// A header.
    Header,
    /// The status line.
    Status,
}

/// A member of a structure, or the element of a list or map.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its shape's name.
    pub shape: String,
    /// Where it travels.
    pub location: Location,
    /// Its name on the wire, if that differs.
    pub wire: Option<String>,
}

/// A shape with its bounds.
#[derive(Debug)]
pub struct Shape {
    /// What it is.
    pub kind: Type,
    /// Members of a structure in the model's order.
    pub members: Vec<(String, Member)>,
    /// Members that a request must have.
    pub required: Vec<String>,
    /// The only texts admitted, if the model lists them.
    pub values: Vec<String>,
    /// Least number, or least length.
    pub min: Option<f64>,
    /// Largest number, or largest length.
    pub max: Option<f64>,
    /// Lists and maps of the protocols with XML without a wrapping element.
    pub flattened: bool,
    /// The member that is the body, if not all members without a place of their own are.
    pub payload: Option<String>,
    /// A list's element or a map's value.
    pub element: Option<Member>,
}

impl Shape {
    /// The member of this name.
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, member)| member)
    }
}

impl Api {
    /// The operation of this name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.get(name)
    }

    /// Every operation.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.values()
    }

    /// The shape of this name. The extract holds every shape it mentions, which a test asserts.
    pub fn shape(&self, name: &str) -> Option<&Shape> {
        self.shapes.get(name)
    }

    /// The HTTP status of an error code, if an operation states it.
    pub fn error_status(&self, code: &str) -> Option<u16> {
        self.errors.get(code).copied()
    }

    /// The code an error had in the service's older query protocol, sent along in a header.
    pub fn query_code(&self, code: &str) -> Option<&str> {
        self.query_codes.get(code).map(String::as_str)
    }
}

const SOURCES: &[(&str, &str)] = &[
    ("apigateway", include_str!("apigateway.json")),
    ("cloudformation", include_str!("cloudformation.json")),
    ("dynamodb", include_str!("dynamodb.json")),
    ("events", include_str!("events.json")),
    ("iam", include_str!("iam.json")),
    ("kinesis", include_str!("kinesis.json")),
    ("lambda", include_str!("lambda.json")),
    ("logs", include_str!("logs.json")),
    ("pipes", include_str!("pipes.json")),
    ("s3", include_str!("s3.json")),
    ("scheduler", include_str!("scheduler.json")),
    ("schemas", include_str!("schemas.json")),
    ("secretsmanager", include_str!("secretsmanager.json")),
    ("sns", include_str!("sns.json")),
    ("sqs", include_str!("sqs.json")),
    ("ssm", include_str!("ssm.json")),
    ("states", include_str!("states.json")),
    ("sts", include_str!("sts.json")),
];

/// The API that requests of this signing name speak; read on first use.
pub fn api(service: &str) -> Option<&'static Api> {
    static APIS: [OnceLock<Option<Api>>; SOURCES.len()] = [const { OnceLock::new() }; SOURCES.len()];
    let place = SOURCES.iter().position(|(name, _)| *name == service)?;
    let (name, text) = SOURCES[place];
    APIS[place].get_or_init(|| parse(name, &serde_json::from_str(text).ok()?)).as_ref()
}

/// The services there is an API for.
pub fn services() -> impl Iterator<Item = &'static str> {
    SOURCES.iter().map(|(name, _)| *name)
}

fn parse(service: &'static str, model: &Value) -> Option<Api> {
    let meta = &model["metadata"];
    let protocol = match meta["protocol"].as_str()? {
        "json" => Protocol::Json,
        "rest-json" => Protocol::RestJson,
        "rest-xml" => Protocol::RestXml,
        _ => Protocol::Query,
    };
    let errors = model["errors"].as_object()?;
    Some(Api {
        service,
        protocol,
        json_version: text(&meta["jsonVersion"]).unwrap_or_default(),
        namespace: text(&meta["xmlNamespace"]).unwrap_or_default(),
        operations: model["operations"]
            .as_object()?
            .iter()
            .map(|(name, value)| (name.clone(), operation(name, value)))
            .collect(),
        shapes: model["shapes"]
            .as_object()?
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        errors: errors
            .iter()
            .map(|(code, error)| (code.clone(), error["status"].as_u64().unwrap_or(400) as u16))
            .collect(),
        query_codes: errors
            .iter()
            .filter_map(|(code, error)| Some((code.clone(), text(&error["query"])?)))
            .collect(),
    })
}

fn operation(name: &str, value: &Value) -> Operation {
    Operation {
        name: name.to_owned(),
        method: text(&value["method"]).unwrap_or_default(),
        uri: text(&value["uri"]).unwrap_or_default(),
        status: value["status"].as_u64().unwrap_or(200) as u16,
        input: text(&value["input"]),
        output: text(&value["output"]),
    }
}

fn shape(value: &Value) -> Shape {
    let texts =
        |list: &Value| list.as_array().map(|all| all.iter().filter_map(text).collect()).unwrap_or_default();
    let members = value["members"].as_object();
    Shape {
        kind: match value["type"].as_str().unwrap_or_default() {
            "structure" => Type::Structure,
            "list" => Type::List,
            "map" => Type::Map,
            "integer" | "long" => Type::Integer,
            "double" | "float" => Type::Double,
            "boolean" => Type::Boolean,
            "blob" => Type::Blob,
            "timestamp" => Type::Timestamp,
            _ => Type::String,
        },
        members: members
            .map(|all| all.iter().map(|(name, value)| (name.clone(), member(value))).collect())
            .unwrap_or_default(),
        required: texts(&value["required"]),
        values: texts(&value["enum"]),
        min: value["min"].as_f64(),
        max: value["max"].as_f64(),
        flattened: value["flattened"] == true,
        payload: text(&value["payload"]),
        element: value.get("member").or_else(|| value.get("value")).map(member),
    }
}

fn member(value: &Value) -> Member {
    Member {
        shape: text(&value["shape"]).unwrap_or_default(),
        location: match value["location"].as_str() {
            Some("uri") => Location::Uri,
            Some("querystring") => Location::Query,
            Some("header" | "headers") => Location::Header,
            Some("statusCode") => Location::Status,
            _ => Location::Body,
        },
        wire: text(&value["locationName"]),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_read_and_closed_under_its_shapes() {
        for service in services() {
            let api = api(service).unwrap_or_else(|| panic!("{service} does not parse"));
            assert!(api.operations().count() > 0);
            for operation in api.operations() {
                for shape in [&operation.input, &operation.output].into_iter().flatten() {
                    assert!(api.shape(shape).is_some(), "{service} {shape}");
                }
            }
            for shape in api.shapes.values() {
                for member in shape.members.iter().map(|(_, member)| member).chain(&shape.element) {
                    assert!(api.shape(&member.shape).is_some(), "{service} {}", member.shape);
                }
            }
        }
    }
}
