//! `openapi:` of an API and of a route: OpenAPI 3 with AWS's extensions, merged into the properties.
//!
//! Nothing is imported: every member that API Gateway would make something of is lowered to what it
//! would make, so that a plan shows it and an update changes it alone. What is documentation
//! (descriptions, examples, tags) has no effect. What belongs to other products, or cannot be served,
//! is an error or a warning, never passed over.

mod integration;
mod operation;
mod schema;
mod security;
mod source;

pub(super) use crate::kinds::document::Document;
pub(super) use schema::{is_name, json_schema, referred};

use crate::engine::Value;
use crate::kinds::Lowering;
use crate::kinds::document::{self, At};
use crate::source::{Node, Span};

use super::draft::{merge, merge_at};
use super::path;

/// The keys of a document that say nothing to API Gateway.
const SILENT: &[&str] = &["openapi", "info", "tags", "externalDocs", "components"];

/// AWS's extensions at the top, and the property each is.
const TOP: &[(&str, &[&str])] = &[
    ("x-amazon-apigateway-api-key-source", &["apiKeySource"]),
    ("x-amazon-apigateway-binary-media-types", &["binaryMediaTypes"]),
    ("x-amazon-apigateway-minimum-compression-size", &["minimumCompressionSize"]),
    ("x-amazon-apigateway-policy", &["policy"]),
];

/// What else stands at the top.
const ALSO: &[&str] = &[
    "paths",
    "servers",
    "security",
    "components",
    "x-amazon-apigateway-gateway-responses",
    "x-amazon-apigateway-request-validator",
    "x-amazon-apigateway-request-validators",
];

/// Extensions that are left out, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("x-amazon-apigateway-documentation", "documentation parts are not built"),
    ("x-amazon-apigateway-cors", "this is a member of HTTP APIs; write `cors:` on the API"),
    ("x-amazon-apigateway-importexport-version", "this is a member of HTTP APIs"),
    ("x-amazon-apigateway-tag-value", "write `tags:` on the API"),
];

/// Reads what stands under `openapi:`: the document itself, or the path of a file with it.
pub(super) fn read(own: &mut Lowering<'_>, key: Span, node: &Node) -> Option<Document> {
    document::read(own, key, node, "openapi:")
}

/// The documents of an API with what is read from them in several places.
pub(super) struct Reader<'d> {
    /// The document of the API, in which `$ref`s of its own operations lead somewhere.
    doc: &'d Document,
    /// The rights that integrations and authorizers need.
    pub functions: Vec<Calls>,
}

/// A function that is called by the API without a role.
pub(super) struct Calls {
    pub uri: Value,
    pub at: crate::source::Span,
    pub by: By,
}

/// What calls a function.
pub(super) enum By {
    Route { path: String, verb: String },
    Authorizer { name: String },
}

/// Merges the document of an API.
pub(super) fn lower(own: &mut Lowering<'_>, doc: &Document) -> Vec<Calls> {
    let mut reader = Reader { doc, functions: Vec::new() };
    let top = doc.top();
    for one in top.members(own, "an OpenAPI document") {
        let key = one.key();
        if let Some((_, path)) = TOP.iter().find(|(extension, _)| *extension == key) {
            let mut value = one.value.clone();
            if key.ends_with("api-key-source") {
                value = value.as_str().map_or(value.clone(), |text| text.to_ascii_uppercase().into());
            }
            merge(own, path, value, &|below| one.whence(below));
            continue;
        }
        match key {
            "paths" => reader.paths(own, &one),
            "x-amazon-apigateway-gateway-responses" => {
                for answer in one.members(own, "gateway responses by type") {
                    let kind = answer.key().to_owned();
                    let mut value = answer.value.clone();
                    text_at(&mut value, "statusCode");
                    merge(own, &["GatewayResponses", &kind], value, &|below| answer.whence(below));
                }
            }
            "x-amazon-apigateway-request-validators" => {
                for validator in one.members(own, "validators by name") {
                    let name = validator.key().to_owned();
                    merge(own, &["Validators", &name], validator.value.clone(), &|below| {
                        validator.whence(below)
                    });
                }
            }
            "servers" => servers(own, &one),
            // Both are defaults of operations.
            "security" | "x-amazon-apigateway-request-validator" => {}
            "swagger" => {
                one.error(own, "bad_openapi", "this is OpenAPI 2", "write the document as OpenAPI 3")
            }
            key if SILENT.contains(&key) => {}
            key => unknown(own, &one, key, TOP.iter().map(|(key, _)| *key).chain(ALSO.iter().copied())),
        }
    }
    if let Some(text) = top.at(&["info", "description"]).filter(|at| at.value.as_str().is_some()) {
        merge(own, &["description"], text.value.clone(), &|below| text.whence(below));
    }
    reader.schemas(own);
    reader.authorizers(own);
    reader.functions
}

/// Merges the operation that stands under `openapi:` of a route.
pub(super) fn lower_route(own: &mut Lowering<'_>, doc: &Document, path: &str, verb: &str) -> Vec<Calls> {
    let mut reader = Reader { doc, functions: Vec::new() };
    let top = doc.top();
    if top.members(own, "an operation of OpenAPI").iter().any(|one| one.key() == "paths") {
        let help =
            "on a route stands what belongs to this route: `parameters`, `requestBody`, `responses`, …";
        top.error(own, "bad_openapi", "this is a whole document", help);
        return Vec::new();
    }
    reader.operation(own, &top, None, path, verb);
    reader.functions
}

impl Reader<'_> {
    fn paths(&mut self, own: &mut Lowering<'_>, paths: &At<'_>) {
        for item in paths.members(own, "operations by path") {
            let path = item.key().trim_end_matches('/').to_owned();
            let path = if path.is_empty() { "/".to_owned() } else { path };
            if let Err((message, help)) = path::parse(&format!("ANY {path}")) {
                item.error(own, "bad_route", &message, &help);
                continue;
            }
            let item = item.followed(own);
            let operations = item.members(own, "operations by method");
            for above in path::above(&path) {
                merge_at(own, &["Resources", above], Value::map(), item.span());
            }
            merge_at(own, &["Resources", &path], Value::map(), item.span());
            for operation in operations {
                let verb = match operation.key() {
                    "x-amazon-apigateway-any-method" => "ANY".to_owned(),
                    "summary" | "description" | "servers" | "parameters" => continue,
                    key => key.to_ascii_uppercase(),
                };
                if !path::VERBS.contains(&verb.as_str()) {
                    unknown(own, &operation, operation.key(), ["x-amazon-apigateway-any-method"].into_iter());
                    continue;
                }
                self.operation(own, &operation, Some(&item), &path, &verb);
            }
        }
    }
}

/// What `servers` say of the endpoint.
fn servers(own: &mut Lowering<'_>, servers: &At<'_>) {
    for server in servers.items() {
        let Some(endpoint) = server.at(&["x-amazon-apigateway-endpoint-configuration"]) else { continue };
        for member in endpoint.members(own, "an endpoint configuration") {
            let path: &[&str] = match member.key() {
                "vpcEndpointIds" => &["endpointConfiguration", "vpcEndpointIds"],
                "ipAddressType" => &["endpointConfiguration", "ipAddressType"],
                "disableExecuteApiEndpoint" => &["disableExecuteApiEndpoint"],
                key => {
                    let known = ["vpcEndpointIds", "ipAddressType", "disableExecuteApiEndpoint"];
                    unknown(own, &member, key, known.into_iter());
                    continue;
                }
            };
            merge(own, path, member.value.clone(), &|below| member.whence(below));
        }
    }
}

/// A key that nothing is made of: an error if AWS means it or seems to, nothing if it is `x-` of others.
fn unknown<'k>(own: &mut Lowering<'_>, at: &At<'_>, key: &str, known: impl Iterator<Item = &'k str>) {
    if let Some((_, why)) = LEFT_OUT.iter().find(|(left, _)| *left == key) {
        at.error(own, "not_built", &format!("`{key}` is left out: {why}"), "take it away");
    } else if key.starts_with("x-") && !key.starts_with("x-amazon-apigateway-") {
        // A home for what other tools read.
    } else {
        let near = crate::source::suggest(key, known).map(|near| format!("; did you mean `{near}`?"));
        let message = format!("API Gateway has no `{key}` here{}", near.unwrap_or_default());
        at.error(own, "bad_openapi", &message, "");
    }
}

/// Makes a number at a path the text that AWS has there: status codes are written without quotes.
fn text_at(value: &mut Value, path: &str) {
    if let Some(number @ Value::Number(_)) = value.get(path) {
        let text = number.to_shown_json().to_string();
        value.put(path, text.into());
    }
}
