//! The rule, pure.

use crate::engine::field::{Output, RefTo};
use crate::engine::{Budgets, Graph, Place, Resource, Value};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Flow, Looks, Passed, Spot, Way};
use crate::flow::shape::Shape;
use crate::kinds::expression::{self, Of};
use crate::kinds::{About, Certain, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Sign, buses, sign};

use super::{fields, passing, shapes, target};

/// An EventBridge rule with its targets (`events:PutRule`, `events:PutTargets`).
pub struct Rules;

static ABOUT: About = About {
    kind: "rules",
    singular: "rule",
    doc: "A rule on a bus with its targets. The rights that its targets need follow from them: statements on queues and \
          functions, and one role for buses and API destinations.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: fields::FIELDS,
    outputs: &[
        // On the default bus the ARN names no bus: `Rules::derive`.
        Output::derived(
            "arn",
            "arn:{partition}:events:{region}:{account}:rule/{EventBusName}/{name}",
            "The ARN.",
        ),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("Name", 64, "-_."),
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Meanwhile("the events that match meanwhile"),
    itself: &["rules"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["EventBusName", "Name"],
};

impl Kind for Rules {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "events", create: &["PutRule"], delete: &["DeleteRule"] }
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            "State",
            Is::Text("DISABLED"),
            "it is disabled, so no event meets it: `gatewayctl apply` enables it",
        )];
        SIGNS
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        bus(own);
        state(own);
        triggers(own);
        target::lower(own);
    }

    fn derive(&self, output: &str, of: &Resource, place: &Place) -> Option<Value> {
        if output == "arn" && bus_of(&of.properties) == Some(buses::DEFAULT) {
            return Some(place.arn("events", &format!("rule/{}", of.name)).into());
        }
        crate::kinds::derive_by_pattern(&ABOUT, output, of, place)
    }

    fn listens_to(&self, of: &Resource, graph: &Graph) -> Option<Spot> {
        passing::listens_to(of, graph)
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, of: Option<&Resource>, graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        passing::happens(of, graph, said)
    }

    fn ways(&self, of: &Resource, graph: &Graph) -> Vec<Way> {
        passing::ways(of, graph)
    }

    fn leaves(&self, of: &Resource, graph: &Graph) -> Vec<Spot> {
        self.ways(of, graph).into_iter().map(|way| way.to).collect()
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn looks<'r>(&self, of: &'r Resource) -> Looks<'r> {
        shapes::looks(of)
    }

    fn sends(&self, of: &Resource, graph: &Graph, seen: &[Shape]) -> Vec<Flow> {
        shapes::sends(of, graph, seen)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Rules
    }
}

/// The name of a rule's bus, if it is known: without one it is the default bus.
pub(super) fn bus_of(properties: &Value) -> Option<&str> {
    match properties.get("EventBusName") {
        None | Some(Value::Null) => Some(buses::DEFAULT),
        Some(name) => name.as_str().map(|name| if name.is_empty() { buses::DEFAULT } else { name }),
    }
}

/// The rule stands inside its bus: it falls with it.
fn bus(own: &mut Lowering<'_>) {
    const TO: RefTo = RefTo::inside(&["buses"], "name");
    let Some((_, node)) = own.take("bus") else { return };
    let Some((value, _)) = own.reference(&node, &TO) else { return };
    let name = match value.as_str().filter(|text| text.starts_with("arn:")) {
        None => value,
        Some(arn) => match buses::name_here(arn, own.place(), "a rule") {
            Ok(name) => name.into(),
            Err(problem) => {
                own.error(
                    "foreign_bus",
                    node.span,
                    problem,
                    "name a bus of this account and region, or forward its events to one",
                );
                return;
            }
        },
    };
    own.set("EventBusName", name, node.span);
}

/// How names of partner buses begin.
const PARTNER: &str = "aws.partner/";

/// Every management event of CloudTrail comes to the account's own buses alone.
fn state(own: &mut Lowering<'_>) {
    const ALL: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
    let all = own.properties().text_at("State") == Some(ALL);
    if all && bus_of(own.properties()).is_some_and(|bus| bus.starts_with(PARTNER)) {
        let at = own.place_of("State");
        own.error(
            "rule_state",
            at,
            "no events of CloudTrail come to the bus of a partner",
            "write `state: enabled`",
        );
    }
}

/// What makes the rule act: a pattern, a schedule, or both.
fn triggers(own: &mut Lowering<'_>) {
    let (at, pattern) = (own.declared(), own.properties().get("EventPattern").cloned());
    let schedule = own.properties().get("ScheduleExpression").cloned();
    match &pattern {
        Some(_) => own.check_pattern("EventPattern"),
        None if schedule.is_none()
            && own.place_of("EventPattern") == at
            && own.place_of("ScheduleExpression") == at =>
        {
            own.error(
                "no_trigger",
                at,
                "a rule needs a `pattern` or a `schedule`",
                "`pattern: { source: [shop] }`",
            );
        }
        None => {}
    }
    if schedule.is_none() {
        return;
    }
    let at = own.place_of("ScheduleExpression");
    expression::check(own, Of::Rule);
    if bus_of(own.properties()) != Some(buses::DEFAULT) {
        own.error(
            "schedule",
            at,
            "schedules work on the default bus only",
            "put it into a rule without `bus:`",
        );
    }
}
