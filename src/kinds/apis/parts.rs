//! The rows of what stands beside the resources of an API and belongs to its definition: models,
//! validators, authorizers, gateway responses; and of its stage.

use crate::engine::Form;
use crate::engine::field::{Absent, Compare, Document, Field, Goes, Lit, RefTo, TEXT, TEXT_MAP, Type, Unit};

const BLANK: Absent = Absent::Clear(Lit::Text(""));

/// A model of bodies. Its content type is always `application/json`: no other is validated.
pub(super) const MODEL: &[Field] = &[
    Field::new(
        "schema",
        "schema",
        Type::Document(Document::Json),
        "The JSON Schema (draft 4). Another model stands in it as `{ $ref: \"#/components/schemas/NAME\" }`.",
    )
    .required(),
    Field::new("description", "description", TEXT, "What it is for.").absent(BLANK),
];

/// A validator of requests.
pub(super) const VALIDATOR: &[Field] = &[
    Field::new("body", "validateRequestBody", Type::Bool, "Whether the body must fit its model.")
        .default(Lit::Bool(false)),
    Field::new(
        "parameters",
        "validateRequestParameters",
        Type::Bool,
        "Whether required parameters must be there.",
    )
    .default(Lit::Bool(false)),
];

/// An authorizer.
pub(super) const AUTHORIZER: &[Field] = &[
    Field::sugar("function", "The function that decides.")
    .form(|| Form::Ref(RefTo::unchecked(&["functions"], "arn"))),
    Field::sugar("qualifier", "A version or an alias of the function. Its permission is printed, not written.")
    .form(|| Form::Value(TEXT)),
    Field::new(
        "type",
        "type",
        Type::Enum(&[("token", "TOKEN"), ("request", "REQUEST"), ("cognito_user_pools", "COGNITO_USER_POOLS")]),
        "What it gets: a token, the request, or the token of a Cognito user pool. `token` beside a `function`, `cognito_user_pools` beside `user_pools`.",
    )
    .compare(Compare::CaseInsensitive),
    Field::new("user_pools", "providerARNs", Type::List(&TEXT), "ARNs of Cognito user pools.").compare(Compare::Set),
    Field::lowered("authorizerUri", TEXT, "The function's address.").absent(BLANK),
    Field::new("credentials", "authorizerCredentials", TEXT, "The ARN of a role that calls the function, instead of a permission on it.").absent(BLANK),
    Field::new("identity_source", "identitySource", TEXT, "Where the identity stands: `method.request.header.Authorization`, which is the default save for `request`; several are separated by commas.").absent(BLANK),
    Field::new("identity_validation", "identityValidationExpression", TEXT, "A regular expression that a token must match.").absent(BLANK),
    Field::new("result_ttl", "authorizerResultTtlInSeconds", Type::Duration { unit: Unit::Seconds, min: 0, max: 3600 }, "How long an answer is kept; `0` asks every time.")
        .default(Lit::Int(300)),
    Field::lowered("authType", TEXT, "A word that AWS derives from the type.").computed(),
];

/// What the gateway itself answers in one case.
pub(super) const GATEWAY_RESPONSE: &[Field] = &[
    Field::new("status_code", "statusCode", TEXT, "The status, where it is not AWS's own."),
    Field::new(
        "response_parameters",
        "responseParameters",
        TEXT_MAP,
        "Headers: `gatewayresponse.header.NAME` to a value such as `\"'*'\"`, or to `method.request.header.NAME`.",
    ),
    Field::new(
        "response_templates",
        "responseTemplates",
        TEXT_MAP,
        "Bodies by content type, as mapping templates.",
    ),
];

/// The stage.
pub(super) const STAGE: &[Field] = &[
    Field::new("name", "stageName", Type::Text { min: 1, max: 128 }, "The name; `prod` if it is left out. Another name is another stage: its URL is another, and the old one stops answering.")
        .remakes("the URL of the old stage, which stops answering")
        .goes(Goes::LastAs("OldStages")),
    Field::new("description", "description", Type::Text { min: 0, max: 1024 }, "What the stage is for.")
        .absent(BLANK),
    Field::new(
        "variables",
        "variables",
        TEXT_MAP,
        "Stage variables, which integrations see as `${stageVariables.NAME}`. Letters, digits and `_` in names.",
    ),
    Field::sugar("access_log", "`{ group: LOG_GROUP, format: TEXT }`: a line for each call.")
        .form(|| Form::fields(super::stage::ACCESS_LOG)),
    Field::lowered("accessLogSettings.destinationArn", TEXT, "Where access logs go."),
    Field::lowered("accessLogSettings.format", TEXT, "What a line of the access log holds."),
    Field::new("tracing", "tracingEnabled", Type::Bool, "X-Ray.").default(Lit::Bool(false)),
    Field::new(
        "cache_cluster_size",
        "cacheClusterSize",
        Type::Enum(SIZES),
        "The size of the cache, in GB. Left out, there is no cache.",
    ),
    Field::lowered("cacheClusterEnabled", Type::Bool, "Whether there is a cache.").default(Lit::Bool(false)),
    Field::new(
        "client_certificate",
        "clientCertificateId",
        TEXT,
        "The id of the client certificate that backends are shown.",
    )
    .absent(BLANK),
    Field::sugar(
        "settings",
        "Settings by route, `METHOD /path`, or `*` for all that have none of their own.",
    )
    .form(|| Form::map("METHOD /path", Form::fields(SETTING))),
    Field::lowered("methodSettings", Type::Map(&Type::Object(SETTING)), "Settings by route."),
    Field::lowered("OtherTags", Type::Bool, "Whether the stage has other tags than the API.")
        .default(Lit::Bool(false)),
];

const SIZES: &[(&str, &str)] = &[
    ("0.5", "0.5"),
    ("1.6", "1.6"),
    ("6.1", "6.1"),
    ("13.5", "13.5"),
    ("28.4", "28.4"),
    ("58.2", "58.2"),
    ("118", "118"),
    ("237", "237"),
];

/// Settings of one route, or of all.
pub(super) const SETTING: &[Field] = &[
    Field::new(
        "logging",
        "loggingLevel",
        Type::Enum(&[("off", "OFF"), ("error", "ERROR"), ("info", "INFO")]),
        "What goes to the execution log.",
    )
    .default(Lit::Text("OFF")),
    Field::new(
        "data_trace",
        "dataTraceEnabled",
        Type::Bool,
        "Whether whole requests and answers go to the execution log, secrets in them included.",
    )
    .default(Lit::Bool(false)),
    Field::new("metrics", "metricsEnabled", Type::Bool, "Whether there are metrics for each method.")
        .default(Lit::Bool(false)),
    Field::new(
        "burst_limit",
        "throttlingBurstLimit",
        Type::Int { min: -1, max: 1_000_000 },
        "Calls at once; -1 for the account's limit.",
    )
    .default(Lit::Int(5000)),
    Field::new(
        "rate_limit",
        "throttlingRateLimit",
        Type::Float { min: -1.0, max: 1_000_000.0 },
        "Calls a second, also a fraction; -1 for the account's limit.",
    )
    .default(Lit::Int(10_000)),
    Field::new(
        "caching",
        "cachingEnabled",
        Type::Bool,
        "Whether answers are cached; the stage must have a cache.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "cache_ttl",
        "cacheTtlInSeconds",
        Type::Duration { unit: Unit::Seconds, min: 0, max: 3600 },
        "How long answers are cached.",
    )
    .default(Lit::Int(300)),
    Field::new("cache_encrypted", "cacheDataEncrypted", Type::Bool, "Whether cached answers are encrypted.")
        .default(Lit::Bool(false)),
    Field::new(
        "cache_control_needs_authorization",
        "requireAuthorizationForCacheControl",
        Type::Bool,
        "Whether a call must be authorised to invalidate the cache.",
    )
    .default(Lit::Bool(true)),
    Field::new(
        "unauthorized_cache_control",
        "unauthorizedCacheControlHeaderStrategy",
        Type::Enum(&[
            ("fail_with_403", "FAIL_WITH_403"),
            ("succeed_with_response_header", "SUCCEED_WITH_RESPONSE_HEADER"),
            ("succeed_without_response_header", "SUCCEED_WITHOUT_RESPONSE_HEADER"),
        ]),
        "What becomes of a call that must not invalidate the cache.",
    )
    .default(Lit::Text("SUCCEED_WITH_RESPONSE_HEADER")),
];
