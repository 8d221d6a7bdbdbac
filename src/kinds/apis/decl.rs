//! The REST API, pure.

use crate::engine::Budgets;
use crate::engine::field::{Absent, Compare, Document, Field, Lit, Output, TAGS, TEXT, Type};
use crate::kinds::{About, GRANTS, Kind, Lowering, MANAGED_POLICIES, MarkIn, NOTHING_LOST, Naming, ROLE};

use super::{methods, routes};

/// A REST API with its resources, methods, integrations, deployment and stage
/// (`apigateway:CreateRestApi` and what hangs below it).
pub struct Apis;

pub(super) const FIELDS: &[Field] = &[
    // A label in AWS's eyes; but the mark records it, and both cannot change at once.
    Field::lowered("name", Type::Text { min: 1, max: 255 }, "The name.").required().create_only(),
    Field::new("description", "description", Type::Text { min: 0, max: 1024 }, "What the API is for.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "endpoint",
        "endpointConfiguration.types",
        Type::Enum(&[("regional", "REGIONAL"), ("edge", "EDGE")]),
        "`regional`, which is the default here, or `edge`. AWS has a list here, which always holds one.",
    ),
    Field::new(
        "policy",
        "policy",
        Type::Document(Document::Policy),
        "Who may call, as IAM writes it. Resources are written `execute-api:/STAGE/METHOD/path`, such as `execute-api:/*`.",
    )
    .compare(Compare::Policy),
    Field::new(
        "binary_media_types",
        "binaryMediaTypes",
        Type::List(&TEXT),
        "Content types whose bodies are binary, such as `image/png` or `*/*`.",
    )
    .compare(Compare::Set),
    Field::new(
        "minimum_compression_size",
        "minimumCompressionSize",
        Type::Int { min: 0, max: 10_485_760 },
        "From how many bytes on bodies are compressed. Left out, none is.",
    ),
    Field::new(
        "disable_execute_api_endpoint",
        "disableExecuteApiEndpoint",
        Type::Bool,
        "Whether the API answers under domain names of its own only.",
    )
    .default(Lit::Bool(false)),
    Field::new(
        "api_key_source",
        "apiKeySource",
        Type::Enum(&[("header", "HEADER"), ("authorizer", "AUTHORIZER")]),
        "Where a call's API key comes from.",
    )
    .default(Lit::Text("HEADER")),
    Field::sugar(
        "routes",
        "What answers which calls, by `METHOD /path/{parameter}`: `{ function: KEY }`, which gets the whole call, or `{ put_event: { bus, source, detail_type, detail, … } }`, which puts an event on a bus without a function. The last parameter may be `{name+}`, which takes the rest of the path; `ANY` is every method that has no route of its own.",
    )
    .required(),
    Field::sugar("openapi", "An OpenAPI document below what is generated. Not built yet."),
    Field::lowered("Resources", methods::RESOURCES, "Methods by path and verb."),
    Field::new("stage", "Stage.stageName", Type::Text { min: 1, max: 128 }, "The stage; `prod` if it is left out."),
    Field::lowered("Deployed", Type::Bool, "Whether the stage serves the definition as it is, and is the only one of ours."),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
    TAGS,
];

static ABOUT: About = About {
    kind: "apis",
    singular: "api",
    doc: "A REST API of API Gateway: routes to functions and to event buses, behind one stage. A changed definition is deployed by the same apply; stages and deployments of others are kept.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::assigned("id", "The id."),
        Output::assigned("url", "The URL of the stage, without a slash at its end.")
            .invalidated_by(&["Stage.stageName"]),
        Output::assigned(
            "execution_arn",
            "The beginning of the ARNs of its calls: `arn:aws:execute-api:REGION:ACCOUNT:ID`.",
        )
        .like("arn:{partition}:execute-api:{region}:{account}:{id}"),
        Output::assigned("root_resource_id", "The id of the resource `/`."),
        Output::derived("stage", "{Stage.stageName}", "The name of the stage."),
    ],
    naming: Naming { unique: false, ..Naming::new("name", 255, " !#$%&'()*+,-./:;<=>?@[]^_{|}~") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::SLOW,
    replaced_loses: NOTHING_LOST,
    itself: &["apis"],
    access: &[],
    grant_on: &[""],
    shared: &[],
    statements: None,
    identified_by: &["name"],
};

impl Kind for Apis {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let declared = own.declared();
        if own.properties().at("endpointConfiguration.types").is_none() {
            own.set("endpointConfiguration.types", "REGIONAL", declared);
        }
        stage(own);
        if let Some((at, _)) = own.take("openapi") {
            own.error("not_built", at, "`openapi:` is not built yet", "write `routes:`");
        }
        routes::lower(own);
        own.set("Deployed", true, declared);
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Apis
    }
}

fn stage(own: &mut Lowering<'_>) {
    let at = own.place_of("Stage.stageName");
    match own.properties().text_at("Stage.stageName").map(str::to_owned) {
        None => own.set("Stage.stageName", "prod", at),
        Some(name) if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') => {}
        Some(name) => own.error(
            "illegal_name",
            at,
            format!("`{name}` is no name of a stage"),
            "letters, digits, `-` and `_`",
        ),
    }
}

#[cfg(test)]
#[path = "decl_tests.rs"]
mod tests;
