//! The trigger, pure.

use crate::engine::field::Output;
use crate::engine::{Budgets, Graph, Resource};
use crate::flow::passing::{Arrival, Flow, Looks, Passed, Spot, Way};
use crate::flow::shape::Shape;
use crate::kinds::{
    About, Certain, Handed, Is, Kind, Loss, Lowering, MarkIn, Naming, Need, Sign, sign, spot,
};
use crate::source::{Diagnostic, Findings};

use super::fields::{FIELDS, KNOWN_BY, LAST_RESULT};
use super::passing;

/// An event source mapping (`lambda:CreateEventSourceMapping`): what stands under a function's `triggers`.
pub struct Triggers;

static ABOUT: About = About {
    kind: "triggers",
    singular: "trigger",
    doc: "What a function reads, an event source mapping, declared under the function's `triggers`. The rights stand in the function's role.",
    declarable: false,
    parts: &["trigger"],
    fields: FIELDS,
    outputs: &[
        Output::assigned("id", "The UUID of the mapping."),
        Output::assigned("arn", "The ARN of the mapping."),
    ],
    // A mapping has no name: it is known by its function, whose name the mark records.
    naming: Naming { unique: false, ..Naming::new("", 64, "-_") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::SLOW,
    loses: Loss::Meanwhile("its place in the source"),
    itself: &["triggers"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    example: "",
    identified_by: KNOWN_BY,
};

impl Kind for Triggers {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain {
            service: "lambda",
            create: &["CreateEventSourceMapping"],
            delete: &["DeleteEventSourceMapping"],
        }
    }

    fn signs(&self) -> &'static [Sign] {
        const SIGNS: &[Sign] = &[
            sign(
                "Enabled",
                Is::False,
                "it is disabled, so the function gets nothing: `gatewayctl apply` enables it",
            ),
            sign(LAST_RESULT, Is::Begins("PROBLEM"), "the last batch failed: the function's log says why"),
        ];
        SIGNS
    }

    fn replaced_loses(&self, of: &Resource) -> &'static str {
        match of.properties.text_at("StartingPosition") {
            Some("LATEST") => "records that arrive before the new trigger reads: it starts at `latest`",
            Some(_) => "its place in the source: the new trigger reads from its `starting_position` again",
            None => "",
        }
    }

    fn lower(&self, _: &mut Lowering<'_>) {}

    // AWS refuses a queue that shows a message again while the function is still at work on it.
    fn fits(&self, of: &Resource, graph: &Graph, findings: &mut Findings) {
        let reads_queue =
            of.properties.text_at("EventSourceArn").and_then(|arn| arn.split(':').nth(2)) == Some("sqs");
        let seconds = |of: Option<&Resource>, path: &str, default: i64| {
            of.and_then(|of| of.properties.at(path)?.as_i64()).unwrap_or(default)
        };
        let queues = of.edges.iter().filter_map(|edge| graph.resources.get(&edge.to));
        let Some(queue) = queues.into_iter().find(|one| one.kind == "queues" && reads_queue) else { return };
        let timeout = seconds(graph.resources.get(&of.address.origin()), "Timeout", 3);
        let hidden = seconds(Some(queue), "Attributes.VisibilityTimeout", 30);
        if hidden >= timeout {
            return;
        }
        let message = format!(
            "{} hides a message for {hidden} s, less than the {timeout} s that the function may take",
            queue.address
        );
        let help = format!(
            "write `visibility_timeout: {}s` on the queue, or more: AWS advises six times as long",
            timeout * 6
        );
        let at = of.places.get("EventSourceArn").copied().unwrap_or(of.declared);
        findings
            .push(Diagnostic::error("visibility", message).at(at).help(help).address(of.address.to_string()));
    }

    fn listens_to(&self, of: &Resource, graph: &Graph) -> Option<Spot> {
        of.properties.get("EventSourceArn").map(|arn| spot(graph, arn))
    }

    fn ways(&self, of: &Resource, _: &Graph) -> Vec<Way> {
        passing::ways(of)
    }

    // Those of a table or a stream, which alone have a place to start at and no topics.
    fn loses(&self, of: &Resource, _: Handed) -> bool {
        let has = |path: &str| of.properties.at(path).is_some();
        has("StartingPosition")
            && !has("Topics")
            && !has("DocumentDBEventSourceConfig")
            && !has("DestinationConfig.OnFailure.Destination")
            && !of.places.contains_key("on_failure")
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn looks<'r>(&self, of: &'r Resource) -> Looks<'r> {
        passing::looks(of)
    }

    fn sends(&self, of: &Resource, _: &Graph, seen: &[Shape]) -> Vec<Flow> {
        passing::sends(of, seen)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Triggers
    }
}
