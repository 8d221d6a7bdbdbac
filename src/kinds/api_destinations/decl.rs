//! The API destination, pure.

use crate::engine::field::{Absent, Field, Lit, Output, RefTo, Type};
use crate::engine::{Budgets, Graph, Resource, Value};
use crate::flow::passing::{Arrival, Flow, Passed, Way};
use crate::flow::shape::Shape;
use crate::kinds::{About, Certain, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Sign, endpoint, sign};

/// An EventBridge API destination (`events:CreateApiDestination`).
pub struct ApiDestinations;

/// The quota of invocations a second, which is AWS's default too.
const MOST_A_SECOND: i64 = 300;

/// Methods as HTTP writes them.
const METHODS: Type = Type::Enum(&[
    ("GET", "GET"),
    ("POST", "POST"),
    ("PUT", "PUT"),
    ("PATCH", "PATCH"),
    ("DELETE", "DELETE"),
    ("HEAD", "HEAD"),
    ("OPTIONS", "OPTIONS"),
]);

/// Where AWS says whether the connection lets it be called.
pub(super) const STATE: &str = "ApiDestinationState";

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::new("description", "Description", Type::Text { min: 0, max: 512 }, "What the destination is; the mark stands behind it.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "connection",
        "ConnectionArn",
        Type::Ref(&RefTo::checked(&["connections"], "arn")),
        "The connection that authorizes the requests. Several destinations can share one.",
    )
    .required(),
    Field::new(
        "endpoint",
        "InvocationEndpoint",
        Type::Text { min: 1, max: 2048 },
        "The URL that is called; https, or http on this machine. Each `*` is filled by the target's `path_parameter_values`.",
    )
    .required(),
    Field::new("method", "HttpMethod", METHODS, "The HTTP method.").required(),
    Field::new(
        "rate_limit",
        "InvocationRateLimitPerSecond",
        Type::Int { min: 1, max: MOST_A_SECOND },
        "How many requests a second are made at most; what is above waits.",
    )
    .default(Lit::Int(MOST_A_SECOND)),
    Field::lowered(STATE, Type::Text { min: 0, max: 64 }, "Whether it is called, as AWS says.").computed(),
];

static ABOUT: About = About {
    kind: "api_destinations",
    singular: "api_destination",
    doc: "An HTTP endpoint as the target of rules and pipes, with a connection and a rate of its own.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::assigned("arn", "The ARN; a new destination of the same name has another.")
            .like("arn:{partition}:events:{region}:{account}:api-destination/{name}/{id}"),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("Name", 64, "-_."),
    mark: MarkIn::Description { path: "Description", max: 512 },
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Meanwhile(
        "the events that are delivered meanwhile; they go to the dead-letter queue where there is one",
    ),
    itself: &["api_destinations"],
    access: &[("invoke", &["events:InvokeApiDestination"])],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["Name"],
};

impl Kind for ApiDestinations {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "events", create: &["CreateApiDestination"], delete: &["DeleteApiDestination"] }
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            STATE,
            Is::Text("INACTIVE"),
            "nothing is called: look at its connection, which may be another stack's",
        )];
        SIGNS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        endpoint::check(own, "InvocationEndpoint");
    }

    fn answers(&self) -> bool {
        true
    }

    fn ways(&self, of: &Resource, graph: &Graph) -> Vec<Way> {
        super::passing::ways(of, graph)
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        super::passing::passes(of, graph, arrived)
    }

    fn sends(&self, of: &Resource, graph: &Graph, _: &[Shape]) -> Vec<Flow> {
        super::passing::sends(of, graph)
    }

    fn calls_a_second(&self, of: &Resource) -> Option<i64> {
        of.properties.get("InvocationRateLimitPerSecond").and_then(Value::as_i64)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::ApiDestinations
    }
}
