//! The subscription, pure.

use crate::engine::{Budgets, Graph, Resource};
use crate::flow::passing::{Arrival, Flow, Passed, Spot, Way};
use crate::flow::shape::Shape;
use crate::kinds::{About, Handed, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Sign, sign, spot};

use super::fields::{FIELDS, PENDING};
use super::passing;

/// A subscription to a topic of the stack (`sns:Subscribe`).
pub struct Subscriptions;

static ABOUT: About = About {
    kind: "subscriptions",
    singular: "subscription",
    doc: "A subscription of a topic, declared under its `subscriptions:`. A tag on the topic says which are the stack's; those of others are kept.",
    example: "",
    declarable: false,
    parts: &["subscription"],
    fields: FIELDS,
    outputs: &[],
    naming: Naming { unique: false, ..Naming::new("", 330, "") },
    mark: MarkIn::Host,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Nothing,
    itself: &["subscriptions"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["TopicArn", "Protocol", "Endpoint"],
};

impl Kind for Subscriptions {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[sign(
            PENDING,
            Is::Text("true"),
            "nothing is delivered until whoever has the endpoint opens the link that SNS sent there, within two days; to have it sent again, take the subscription out, apply, and put it back",
        )];
        SIGNS
    }

    fn lower(&self, _: &mut Lowering<'_>) {}

    fn listens_to(&self, of: &Resource, graph: &Graph) -> Option<Spot> {
        of.properties.get("TopicArn").map(|arn| spot(graph, arn))
    }

    fn ways(&self, of: &Resource, graph: &Graph) -> Vec<Way> {
        passing::ways(of, graph)
    }

    fn loses(&self, of: &Resource, _: Handed) -> bool {
        of.properties.at("Attributes.RedrivePolicy").is_none()
    }

    fn leaves(&self, of: &Resource, graph: &Graph) -> Vec<Spot> {
        self.ways(of, graph).into_iter().map(|way| way.to).collect()
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn sends(&self, of: &Resource, graph: &Graph, seen: &[Shape]) -> Vec<Flow> {
        passing::sends(of, graph, seen)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Subscriptions
    }
}
