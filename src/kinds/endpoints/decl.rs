//! The global endpoint, pure.

use crate::engine::field::{Absent, Field, Lit, Output, RefTo, Type};
use crate::engine::{Budgets, Form, Graph, Place, Resource, Template, Value};
use crate::kinds::{
    About, Certain, GRANTS, Kind, Loss, Lowering, MANAGED_POLICIES, MarkIn, Naming, Need, ROLE, RoleFor,
    buses,
};
use crate::source::{Diagnostic, Findings, Node};
use crate::value;

/// A global endpoint of EventBridge (`events:CreateEndpoint`).
pub struct Endpoints;

const HEALTH_CHECK: &str = "RoutingConfig.FailoverConfig.Primary.HealthCheck";
const REGION: &str = "RoutingConfig.FailoverConfig.Secondary.Route";
const BUSES: &str = "EventBuses";
const TO_BUS: RefTo = RefTo::checked(&["buses"], "name");

const BUS: &[Field] =
    &[Field::lowered("EventBusArn", Type::Text { min: 1, max: 512 }, "The ARN of a bus.").required()];

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("Name", Type::Text { min: 1, max: 64 }, "The name.").required().create_only(),
    Field::new("description", "Description", Type::Text { min: 0, max: 512 }, "What it is for; the mark stands behind it.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::sugar(
        "bus",
        "The bus that gets the events: a key, an ARN of this account and region, or `default`. In the secondary region one of the same name stands, which is made there.",
    )
    .form(|| Form::Ref(TO_BUS))
    .required(),
    Field::lowered(BUSES, Type::List(&Type::Object(BUS)), "The bus here, and that of the secondary region.").required(),
    Field::new(
        "secondary_region",
        REGION,
        Type::Text { min: 9, max: 20 },
        "The region whose bus gets the events while the health check fails.",
    )
    .required(),
    Field::new(
        "health_check",
        HEALTH_CHECK,
        Type::Text { min: 1, max: 1600 },
        "The ARN of the Route 53 health check that decides which region gets the events.",
    )
    .required(),
    Field::new(
        "replication",
        "ReplicationConfig.State",
        Type::Enum(&[("enabled", "ENABLED"), ("disabled", "DISABLED")]),
        "Whether every event goes to both regions, so that it comes back by itself when the first one is healthy again.",
    )
    .default(Lit::Text("ENABLED")),
    Field::lowered("RoleArn", Type::Ref(&RefTo::checked(&["roles"], "arn")), "The role that replicates.").required(),
    ROLE,
    GRANTS,
    MANAGED_POLICIES,
];

static ABOUT: About = About {
    kind: "endpoints",
    singular: "endpoint",
    doc: "A global endpoint: one address for events that fails over from this region's bus to the one of the same name in \
          another region. Callers put events on it with its `id` (as `EndpointId`, signed with SigV4A). What the buses \
          archive, and their rules, are each region's own.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:events:{region}:{account}:endpoint/{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
        Output::assigned("id", "The id that calls of PutEvents name, such as `abcde.veo`."),
        Output::assigned("url", "The URL."),
    ],
    naming: Naming::new("Name", 64, "-_."),
    mark: MarkIn::Description { path: "Description", max: 512 },
    protect: false,
    budgets: Budgets::SLOW,
    loses: Loss::Meanwhile("the events that are put on it meanwhile, and its id"),
    itself: &["endpoints"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["Name"],
};

impl Kind for Endpoints {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "events", create: &["CreateEndpoint"], delete: &["DeleteEndpoint"] }
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        check(own);
        // EventBridge acts for the endpoint from both regions: no ARN says for which of them.
        let role = own.role("events", None);
        if let Some((_, node)) = own.take("bus") {
            event_buses(own, &node, role.as_ref());
        }
        if let Some(role) = &role {
            let arn = own.role_arn(role);
            let at = own.declared();
            own.set("RoleArn", arn, at);
        }
    }

    fn fits(&self, of: &Resource, _: &Graph, findings: &mut Findings) {
        let buses = of.properties.get(BUSES).and_then(Value::as_list).unwrap_or_default();
        let of_partner =
            |bus: &Value| bus.text_at("EventBusArn").is_some_and(|arn| arn.contains("/aws.partner/"));
        if buses.iter().any(of_partner) {
            let at = of.places.get(BUSES).copied().unwrap_or(of.declared);
            findings.push(
                Diagnostic::error("foreign_bus", "the bus of a partner takes no endpoint")
                    .at(at)
                    .help("name a bus of your own, to which a rule forwards its events")
                    .address(of.address.to_string()),
            );
        }
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Endpoints
    }
}

fn check(own: &mut Lowering<'_>) {
    let here = own.place().region.clone();
    if own.properties().text_at(REGION) == Some(here.as_str()) {
        let at = own.place_of(REGION);
        own.error("endpoint_region", at, "this is the region that it fails over from", "name another one");
    }
    let check = own.properties().text_at(HEALTH_CHECK).map(str::to_owned);
    if check.is_some_and(|arn| !arn.contains(":route53:::healthcheck/")) {
        let at = own.place_of(HEALTH_CHECK);
        let help = "`arn:PARTITION:route53:::healthcheck/ID`";
        own.error("wrong_arn", at, "this is no ARN of a health check", help);
    }
}

/// The bus here and the one of the same name elsewhere, and what the role may do with them.
fn event_buses(own: &mut Lowering<'_>, node: &Node, role: Option<&RoleFor>) {
    let Some((name, _)) = own.reference(node, &TO_BUS) else { return };
    let Some(region) = own.properties().text_at(REGION).map(str::to_owned) else { return };
    let name = match name.as_str().filter(|text| text.starts_with("arn:")) {
        None => name,
        Some(arn) => match buses::name_here(arn, own.place(), "an endpoint") {
            Ok(name) => name.into(),
            Err(problem) => {
                own.error("foreign_bus", node.span, problem, "name a bus of this account and region");
                return;
            }
        },
    };
    let places = [own.place().clone(), Place { region, ..own.place().clone() }];
    let both: Vec<Value> = places.iter().map(|place| around(place, "event-bus/", &name, "")).collect();
    let list: Vec<Value> = both.iter().map(|arn| value!({ "EventBusArn": (arn.clone()) })).collect();
    own.set(BUSES, list, node.span);
    let Some(role) = role else { return };
    own.grant_role(role, &["events:PutEvents"], both);
    // It replicates by rules that it makes on both buses, with this role as that of their targets.
    let rules = places.iter().map(|place| around(place, "rule/", &name, "/GlobalEndpointManagedRule-*"));
    own.grant_role(
        role,
        &["events:PutRule", "events:PutTargets", "events:DeleteRule", "events:RemoveTargets"],
        rules.collect(),
    );
    if let RoleFor::Generated(_) = role {
        let itself = own.role_arn(role);
        own.grant_pass_role(role, vec![itself], "events");
    }
}

/// An ARN of EventBridge with a name in it that may be known later.
fn around(place: &Place, before: &str, name: &Value, behind: &str) -> Value {
    let mut arn = Template::default();
    arn.push_text(&place.arn("events", before));
    arn.push(name.clone());
    arn.push_text(behind);
    arn.into()
}
