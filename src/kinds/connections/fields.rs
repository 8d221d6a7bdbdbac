//! The field table of a connection.

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Field, Lit, TEXT, Type};

/// Where the parameters that go with every request stand.
pub const INVOCATION: &str = "AuthParameters.InvocationHttpParameters";
/// Where those of the token request stand.
pub const OAUTH: &str = "AuthParameters.OAuthParameters";
/// Keys of parameters, and the list of AWS that each is.
pub const LISTS: [(&str, &str); 3] =
    [("headers", "HeaderParameters"), ("query", "QueryStringParameters"), ("body", "BodyParameters")];

const HEADERS: &str = "Headers by name: text, or `{ value: …, secret: true }`.";
const QUERY: &str = "Parameters of the query string by name: text, or `{ value: …, secret: true }`.";
const BODY: &str = "Members of the body by name: text, or `{ value: …, secret: true }`.";

/// Where a connection to a private token endpoint stands.
pub const TOKEN_CONNECTIVITY: &str = "AuthParameters.ConnectivityParameters";
/// Where a connection to a private API stands.
pub const CONNECTIVITY: &str = "InvocationConnectivityParameters";
/// The resource configuration in either.
pub const RESOURCE_CONFIGURATION: &str = "ResourceParameters.ResourceConfigurationArn";

/// A name, 1 to 512 characters as AWS bounds all of them.
const SHORT: Type = Type::Text { min: 1, max: 512 };

/// What is kept in AWS's secret and never comes back.
const fn secret(key: &'static str, path: &'static str, doc: &'static str) -> Field {
    Field::new(key, path, SHORT, doc).required().write_only().sensitive()
}

const BASIC: &[Field] = &[
    Field::new("username", "Username", SHORT, "The user.").required(),
    secret("password", "Password", "The password, from a secret parameter."),
];

const API_KEY: &[Field] = &[
    Field::new("name", "ApiKeyName", SHORT, "The header that carries the key, such as `X-Api-Key`.")
        .required(),
    secret("value", "ApiKeyValue", "The key, from a secret parameter."),
];

/// One parameter. A secret value stands in the wish as such and is compared by its version; AWS
/// takes a value for secret that does not say.
const PARAMETER: &[Field] = &[
    Field::lowered("Key", SHORT, "The name.").required(),
    Field::lowered("Value", TEXT, "The value; it comes back only if it is not secret."),
    Field::lowered("IsValueSecret", Type::Bool, "Whether the value is kept secret.").default(Lit::Bool(true)),
];

const fn parameters(path: &'static str) -> Field {
    Field::lowered(path, Type::List(&Type::Object(PARAMETER)), "Parameters by name.")
        .compare(Compare::Keyed("Key"))
        .absent(Absent::Clear(Lit::EmptyList))
}

const HTTP: &[Field] =
    &[parameters("HeaderParameters"), parameters("QueryStringParameters"), parameters("BodyParameters")];

/// Parameters of a request. Left out of an update they stay, so they are emptied one by one.
const fn http(path: &'static str, doc: &'static str) -> Field {
    Field::lowered(path, Type::Object(HTTP), doc).absent(Absent::Clear(Lit::Json(
        r#"{"HeaderParameters":[],"QueryStringParameters":[],"BodyParameters":[]}"#,
    )))
}

/// How parameters are written.
fn parameters_form() -> Form {
    Form::map("NAME", Form::Either(vec![Form::Value(TEXT), Form::fields(PARAMETER_ROWS)]))
}

const CONNECTIVITY_ROWS: &[Field] = &[
    Field::lowered(
        RESOURCE_CONFIGURATION,
        Type::Text { min: 0, max: 2048 },
        "The VPC Lattice resource configuration.",
    )
    .required(),
    Field::lowered(
        "ResourceParameters.ResourceAssociationArn",
        TEXT,
        "The association that AWS makes for it.",
    )
    .computed(),
];

/// The way to something private. Left out of an update it stays; an empty ARN takes it away.
const fn connectivity(path: &'static str, doc: &'static str) -> Field {
    Field::lowered(path, Type::Object(CONNECTIVITY_ROWS), doc)
        .absent(Absent::Clear(Lit::Json(r#"{"ResourceParameters":{"ResourceConfigurationArn":""}}"#)))
}

const OAUTH_ROWS: &[Field] = &[
    Field::new(
        "authorization_endpoint",
        "AuthorizationEndpoint",
        Type::Text { min: 1, max: 2048 },
        "The URL that gives tokens; https.",
    )
    .required(),
    Field::new(
        "http_method",
        "HttpMethod",
        Type::Enum(&[("GET", "GET"), ("POST", "POST"), ("PUT", "PUT")]),
        "The method of the token request.",
    )
    .required(),
    Field::new("client_id", "ClientParameters.ClientID", SHORT, "The client.").required(),
    secret("client_secret", "ClientParameters.ClientSecret", "The client's secret, from a secret parameter."),
    Field::sugar("headers", HEADERS).form(parameters_form),
    Field::sugar("query", QUERY).form(parameters_form),
    Field::sugar("body", BODY).form(parameters_form),
    Field::sugar(
        "resource_configuration",
        "The ARN of the VPC Lattice resource configuration by which a private token endpoint is reached.",
    )
    .form(|| Form::Value(TEXT)),
    http("OAuthHttpParameters", "What goes with the token request."),
];

/// What an entry of `headers`, `query` or `body` says in its long form.
pub const PARAMETER_ROWS: &[Field] = &[
    // Only for the decoder: it may be secret, and whether it is shows when it is read.
    Field::new("value", "Value", TEXT, "The value.").required().write_only(),
    Field::new("secret", "IsValueSecret", Type::Bool, "Whether the value is kept secret."),
];

/// A connection's rows.
pub const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::new("description", "Description", Type::Text { min: 0, max: 512 }, "What the connection is for; the mark stands behind it.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "kms_key_identifier",
        "KmsKeyIdentifier",
        Type::Text { min: 1, max: 2048 },
        "The customer managed key that the secret is encrypted with. AWS does not let it be taken away again.",
    )
    .absent(Absent::CannotBeCleared),
    Field::lowered("AuthorizationType", Type::Text { min: 1, max: 64 }, "Which of the authorizations it is.").required(),
    Field::new("basic", "AuthParameters.BasicAuthParameters", Type::Object(BASIC), "Authorization by user and password."),
    Field::new("api_key", "AuthParameters.ApiKeyAuthParameters", Type::Object(API_KEY), "Authorization by a key in a header."),
    Field::new(
        "oauth",
        OAUTH,
        Type::Object(OAUTH_ROWS),
        "Authorization by OAuth client credentials.",
    ),
    Field::sugar("headers", HEADERS).form(parameters_form),
    Field::sugar("query", QUERY).form(parameters_form),
    Field::sugar("body", BODY).form(parameters_form),
    http(INVOCATION, "What goes with every request."),
    Field::sugar(
        "resource_configuration",
        "The ARN of the VPC Lattice resource configuration by which a private API is reached. Left out, the API is public.",
    )
    .form(|| Form::Value(TEXT)),
    connectivity(CONNECTIVITY, "The way to a private API."),
    connectivity(TOKEN_CONNECTIVITY, "The way to a private token endpoint."),
];
