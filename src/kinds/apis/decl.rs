//! The REST API, pure.

use crate::engine::field::{Absent, Compare, Document, Field, Goes, Lit, Output, TAGS, TEXT, Type};
use crate::engine::{Budgets, Form, Graph, Resource, Value};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Flow, Passed, Way};
use crate::flow::shape::Shape;
use crate::kinds::{
    About, Certain, GRANTS, Kind, Loss, Lowering, MANAGED_POLICIES, MarkIn, Naming, Need, NotBuilt, ROLE,
    not_built,
};
use crate::source::Findings;

use super::{cors, domains, methods, openapi, parts, routes, stage, sugar};
use super::{passing, shapes};

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
        Type::Enum(&[("regional", "REGIONAL"), ("edge", "EDGE"), ("private", "PRIVATE")]),
        "`regional`, which is the default here, `edge`, or `private`. AWS has a list here, which always holds one.",
    ),
    Field::new(
        "vpc_endpoints",
        "endpointConfiguration.vpcEndpointIds",
        Type::List(&TEXT),
        "Ids of VPC endpoints of a private API.",
    )
    .compare(Compare::Set),
    Field::new(
        "ip_address_type",
        "endpointConfiguration.ipAddressType",
        Type::Enum(&[("ipv4", "ipv4"), ("dualstack", "dualstack")]),
        "`ipv4`, or `dualstack`, which a private API always is.",
    )
    .default(Lit::Text("ipv4")),
    Field::new(
        "security_policy",
        "securityPolicy",
        Type::Enum(&[
            ("TLS_1_0", "TLS_1_0"),
            ("TLS_1_2", "TLS_1_2"),
            ("SecurityPolicy_TLS13_1_3_2025_09", "SecurityPolicy_TLS13_1_3_2025_09"),
            ("SecurityPolicy_TLS13_1_3_FIPS_2025_09", "SecurityPolicy_TLS13_1_3_FIPS_2025_09"),
            ("SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"),
            ("SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09"),
            ("SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09"),
            ("SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09", "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09"),
            ("SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09", "SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09"),
            ("SecurityPolicy_TLS13_1_2_PQ_2025_09", "SecurityPolicy_TLS13_1_2_PQ_2025_09"),
            ("SecurityPolicy_TLS13_1_2_2021_06", "SecurityPolicy_TLS13_1_2_2021_06"),
            ("SecurityPolicy_TLS13_2025_EDGE", "SecurityPolicy_TLS13_2025_EDGE"),
            ("SecurityPolicy_TLS12_PFS_2025_EDGE", "SecurityPolicy_TLS12_PFS_2025_EDGE"),
            ("SecurityPolicy_TLS12_2018_EDGE", "SecurityPolicy_TLS12_2018_EDGE"),
        ]),
        "The TLS versions and ciphers that callers may use, by AWS's name for them.",
    )
    .default(Lit::Text("TLS_1_0")),
    Field::new(
        "endpoint_access_mode",
        "endpointAccessMode",
        Type::Enum(&[("basic", "BASIC"), ("strict", "STRICT")]),
        "Whether calls that come another way than their endpoint's are refused (`strict`); for security policies that begin with `SecurityPolicy_`.",
    )
    .default(Lit::Text("BASIC")),
    Field::new(
        "policy",
        "policy",
        Type::Document(Document::Policy),
        "Who may call, as IAM writes it. Resources are written `execute-api:/STAGE/METHOD/path`, such as `execute-api:/*`.",
    )
    .absent(Absent::Clear(Lit::Text("")))
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
        "What answers which calls, by `METHOD /path/{parameter}`: `{ function: KEY }`, which gets the whole call, or `{ put_event: { bus, source, detail_type, detail, … } }`, which puts an event on a bus without a function, or `{ state_machine: KEY }`, which starts an execution, or an integration under `openapi:`. The last parameter may be `{name+}`, which takes the rest of the path; `ANY` is every method that has no route of its own.",
    )
    .form(|| Form::map("METHOD /path", routes::form())),
    Field::sugar("openapi", "An OpenAPI 3 document with AWS's extensions, or a file with one: merged deeply into what is generated.")
    .form(|| Form::Either(vec![Form::Any, Form::Value(TEXT)])),
    Field::sugar("authorizers", "Authorizers by name: functions, or Cognito user pools.")
    .form(|| Form::map("NAME", Form::fields(parts::AUTHORIZER))),
    Field::sugar("validators", "Request validators by name: `{ body: true, parameters: true }`.")
    .form(|| Form::map("NAME", Form::fields(parts::VALIDATOR))),
    Field::sugar("models", "Models of bodies by name, as JSON Schema.")
    .form(|| Form::map("NAME", Form::fields(parts::MODEL))),
    Field::sugar("gateway_responses", "What the gateway itself answers, by type: `default_4xx`, `unauthorized`, ….",)
    .form(|| Form::map("TYPE", Form::fields(parts::GATEWAY_RESPONSE))),
    Field::sugar("cors", "Which pages may call from a browser: preflights are answered, and errors of the gateway carry the origin. Functions send the headers of their own answers.")
    .form(|| Form::fields(cors::CORS)),
    Field::new(
        "domain_names",
        "Mappings",
        Type::List(&Type::Object(domains::DOMAIN_NAME)),
        "Domain names under which the stage answers, each with a base path. Mappings that others have made stay.",
    )
    .compare(Compare::Set),
    Field::lowered("Models", Type::Map(&Type::Object(parts::MODEL)), "Models by name."),
    Field::lowered("Validators", Type::Map(&Type::Object(parts::VALIDATOR)), "Validators by name."),
    Field::lowered("Authorizers", Type::Map(&Type::Object(parts::AUTHORIZER)), "Authorizers by name."),
    Field::lowered("GatewayResponses", Type::Map(&Type::Object(parts::GATEWAY_RESPONSE)), "Gateway responses by type."),
    Field::lowered("Resources", methods::RESOURCES, "Methods by path and verb."),
    Field::sugar("stage", "The stage: its name, which is `prod` if it is left out, or a map of all its settings.")
    .form(|| Form::Either(vec![Form::Value(TEXT), Form::fields(parts::STAGE)])),
    Field::lowered("Stage", Type::Object(parts::STAGE), "The stage."),
    Field::lowered("Deployed", Type::Bool, "Whether the stage serves the definition as it is."),
    Field::lowered("OldStages", Type::List(&TEXT), "Further stages of ours, which nobody wishes for any more.")
        .compare(Compare::Set)
        .goes(Goes::Last),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
    TAGS,
];

pub(super) static ABOUT: About = About {
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
        Output::derived("stage", "{Stage.stageName}", "The name of the stage."),
    ],
    naming: Naming { unique: false, ..Naming::new("name", 255, " !#$%&'()*+,-./:;<=>?@[]^_{|}~") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::SLOW,
    loses: Loss::Nothing,
    itself: &["apis"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["name"],
};

/// What AWS has beside the rows, and this version has not.
const NOT_BUILT: &[NotBuilt] = &[
    not_built(
        "documentation",
        "documentation parts and versions",
        "describe the API in `openapi:`, and export it from there",
    ),
    not_built(
        "web_acl",
        "associations with web ACLs",
        "associate the web ACL with the stage outside of the stack",
    ),
    not_built("stage.canary", "canary releases", "take `canary:` away: the stage serves one deployment"),
    not_built(
        "stage.documentation_version",
        "documentation parts and versions",
        "take the line away: the stage names no version",
    ),
    not_built(
        "stage.web_acl",
        "associations with web ACLs",
        "associate the web ACL with the stage outside of the stack",
    ),
];

impl Kind for Apis {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain {
            service: "apigateway",
            create: &["CreateRestApi", "CreateDeployment"],
            delete: &["DeleteRestApi"],
        }
    }

    fn not_built(&self) -> &'static [NotBuilt] {
        NOT_BUILT
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let declared = own.declared();
        stage::lower(own);
        domains::lower(own);
        sugar::lower(own);
        let mut calls = routes::lower(own);
        if let Some((at, node)) = own.take("openapi")
            && let Some(doc) = openapi::read(own, at, &node)
        {
            calls.extend(openapi::lower(own, &doc));
        }
        sugar::permit(own, calls);
        cors::lower(own);
        endpoint(own);
        routes::siblings(own);
        sugar::check(own);
        stage::check(own);
        let resources = own.properties().get("Resources").and_then(Value::as_map);
        let has_method = resources.is_some_and(|all| all.values().any(|methods| !methods.is_empty()));
        if !has_method {
            let help = "write `routes: { \"GET /path\": { function: KEY } }`";
            own.error("no_routes", declared, "an API without a route cannot be deployed", help);
        }
        own.set("Deployed", true, declared);
    }

    fn fits(&self, of: &Resource, graph: &Graph, findings: &mut Findings) {
        shapes::in_clear(of, findings);
        routes::fits(of, graph, findings);
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, of: Option<&Resource>, _: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        passing::happens(of, said)
    }

    fn ways(&self, of: &Resource, graph: &Graph) -> Vec<Way> {
        passing::ways(of, graph)
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn sends(&self, of: &Resource, graph: &Graph, _: &[Shape]) -> Vec<Flow> {
        shapes::sends(of, graph)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Apis
    }
}

/// APIs are regional where nobody says otherwise, and private ones speak both protocols.
fn endpoint(own: &mut Lowering<'_>) {
    let declared = own.declared();
    let kind = own.properties().text_at("endpointConfiguration.types").map(str::to_owned);
    if kind.is_none() {
        own.set("endpointConfiguration.types", "REGIONAL", declared);
    }
    let is_private = kind.as_deref() == Some("PRIVATE");
    let addresses = own.properties().text_at("endpointConfiguration.ipAddressType").map(str::to_owned);
    match addresses.as_deref() {
        None if is_private => own.set("endpointConfiguration.ipAddressType", "dualstack", declared),
        Some("ipv4") if is_private => {
            let at = own.place_of("endpointConfiguration.ipAddressType");
            own.error(
                "bad_endpoint",
                at,
                "a private API has addresses of both kinds",
                "write `dualstack`, or take it away",
            );
        }
        _ => {}
    }
    if !is_private && own.properties().at("endpointConfiguration.vpcEndpointIds").is_some() {
        let at = own.place_of("endpointConfiguration.vpcEndpointIds");
        own.error("bad_endpoint", at, "only a private API has VPC endpoints", "write `endpoint: private`");
    }
    if is_private && own.properties().get("policy").is_none() {
        let at = own.place_of("endpointConfiguration.types");
        let help = "allow `execute-api:Invoke` to those who may, by `aws:SourceVpce` for example";
        own.error("bad_endpoint", at, "a private API needs a `policy`: without one nobody can call it", help);
    }
    if own.properties().text_at("endpointAccessMode") == Some("STRICT")
        && own.properties().text_at("securityPolicy").is_none_or(|policy| policy.starts_with("TLS_"))
    {
        let at = own.place_of("endpointAccessMode");
        own.error("bad_endpoint", at, "this needs a security policy that begins with `SecurityPolicy_`", "");
    }
}

#[cfg(test)]
#[path = "decl_tests.rs"]
mod tests;
