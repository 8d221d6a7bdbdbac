//! The rows of a method, in the spelling of `GetResources` with embedded methods.
//!
//! Authorizers and validators stand by their names here; AWS has ids, which the live half puts in
//! their places.

use crate::engine::field::{Absent, Compare, Field, Lit, TEXT, TEXT_MAP, Type};

const ROWS: Type = Type::Object(METHOD);
const BOOLS: Type = Type::Map(&Type::Bool);

/// Resources by path, their methods by verb.
pub(super) const RESOURCES: Type = Type::Map(&Type::Map(&ROWS));

/// Text that may be none, which API Gateway tells as `""` or leaves out.
const fn text(path: &'static str, doc: &'static str) -> Field {
    Field::lowered(path, TEXT, doc).absent(Absent::Clear(Lit::Text("")))
}

/// A method of a resource.
pub(super) const METHOD: &[Field] = &[
    Field::lowered("httpMethod", TEXT, "The verb it stands under.").computed(),
    Field::lowered("authorizationType", TEXT, "Who may call.").default(Lit::Text("NONE")),
    text("authorizer", "The authorizer's name."),
    Field::lowered("authorizationScopes", Type::List(&TEXT), "Scopes that a token needs.")
        .compare(Compare::Set),
    Field::lowered("apiKeyRequired", Type::Bool, "Whether a call needs an API key.")
        .default(Lit::Bool(false)),
    text("operationName", "The name in a generated SDK."),
    text("requestValidator", "The validator's name."),
    Field::lowered("requestParameters", BOOLS, "Parameters, and whether each is required."),
    Field::lowered("requestModels", TEXT_MAP, "Models of bodies by content type."),
    Field::lowered("methodResponses", Type::Map(&Type::Object(METHOD_RESPONSE)), "Responses by status."),
    Field::lowered("methodIntegration", Type::Object(INTEGRATION), "What answers."),
];

const METHOD_RESPONSE: &[Field] = &[
    Field::lowered("statusCode", TEXT, "The status it stands under.").computed(),
    Field::lowered("responseParameters", BOOLS, "Headers, and whether each is required."),
    Field::lowered("responseModels", TEXT_MAP, "Models of bodies by content type."),
];

const INTEGRATION: &[Field] = &[
    // AWS spells it upper-case whatever was sent.
    Field::lowered("type", TEXT, "AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK.")
        .compare(Compare::CaseInsensitive),
    Field::lowered("httpMethod", TEXT, "The verb that the backend is called with."),
    Field::lowered("uri", TEXT, "What is called."),
    Field::lowered("connectionType", TEXT, "Over the internet or a VPC link.")
        .default(Lit::Text("INTERNET"))
        .compare(Compare::CaseInsensitive),
    text("connectionId", "The VPC link."),
    text("credentials", "The role it is called with."),
    Field::lowered("requestParameters", TEXT_MAP, "What becomes of parameters."),
    Field::lowered("requestTemplates", TEXT_MAP, "What becomes of a body, by content type."),
    Field::lowered("passthroughBehavior", TEXT, "What happens to a body without a template.")
        .default(Lit::Text("WHEN_NO_MATCH"))
        .compare(Compare::CaseInsensitive),
    text("contentHandling", "Whether a body is converted."),
    Field::lowered("timeoutInMillis", Type::Int { min: 50, max: 900_000 }, "How long the backend may take.")
        .default(Lit::Int(29_000)),
    Field::lowered("tlsConfig.insecureSkipVerification", Type::Bool, "Whether any certificate will do.")
        .default(Lit::Bool(false)),
    text("integrationTarget", "The load balancer behind the VPC link."),
    Field::lowered("responseTransferMode", TEXT, "Whether the answer is buffered.")
        .default(Lit::Text("BUFFERED"))
        .compare(Compare::CaseInsensitive),
    // The id of the resource where nobody said otherwise, which the live half takes for none.
    text("cacheNamespace", "Which methods share a cache."),
    Field::lowered("cacheKeyParameters", Type::List(&TEXT), "Parameters that tell cached answers apart.")
        .compare(Compare::Set),
    Field::lowered(
        "integrationResponses",
        Type::Map(&Type::Object(INTEGRATION_RESPONSE)),
        "Answers by status.",
    ),
];

const INTEGRATION_RESPONSE: &[Field] = &[
    Field::lowered("statusCode", TEXT, "The status it stands under.").computed(),
    text("selectionPattern", "Which answers of the backend it is for."),
    Field::lowered("responseParameters", TEXT_MAP, "What becomes of headers."),
    Field::lowered("responseTemplates", TEXT_MAP, "What becomes of the body, by content type."),
    text("contentHandling", "Whether a body is converted."),
];
