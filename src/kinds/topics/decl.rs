//! The topic, pure.

use crate::engine::field::Output;
use crate::engine::{Budgets, Graph, Resource};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Cause, Passed};
use crate::flow::shape::Shape;
use crate::kinds::{About, DataKey, Kind, Loss, Lowering, MarkIn, Naming, Need, policy_statements};

use super::fields::FIELDS;
use super::passing;

/// An SNS topic (`sns:CreateTopic`).
pub struct Topics;

static ABOUT: About = About {
    kind: "topics",
    singular: "topic",
    doc: "An SNS topic. Statements on its policy are resources of their own; those of others are kept.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:sns:{region}:{account}:{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming { ending: Some(("fifo", ".fifo")), ..Naming::new("Name", 256, "-_") },
    mark: MarkIn::Tags,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Held("the subscriptions that others have made, and what is archived"),
    itself: &["topics"],
    access: &[("publish", &["sns:Publish"])],
    grant_on: &[""],
    data_key: Some(DataKey {
        at: &["Attributes.KmsMasterKeyId"],
        uses: &[("sns:Publish", &["kms:Decrypt", "kms:GenerateDataKey"])],
    }),
    shared: &[],
    statements: Some("policy"),
    identified_by: &["Name"],
};

/// Fields that a topic has with `fifo: true` alone.
const FIFO: &[&str] =
    &["Attributes.ContentBasedDeduplication", "Attributes.FifoThroughputScope", "Attributes.ArchivePolicy"];
/// Fields that a topic has without `fifo: true` alone.
const STANDARD: &[&str] = &["Attributes.TracingConfig", "DataProtectionPolicy"];

impl Kind for Topics {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn policy_limit(&self) -> Option<(usize, usize)> {
        Some((30_720, usize::MAX))
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let fifo = own.properties().at("Attributes.FifoTopic").and_then(|fifo| fifo.as_bool()) == Some(true);
        if !fifo {
            // SNS knows the attribute on FIFO topics alone, whatever its value.
            own.properties().remove("Attributes.FifoTopic");
        }
        let (wrong, why) = match fifo {
            true => (STANDARD, "a FIFO topic has no such field"),
            false => (FIFO, "only a FIFO topic has such a field"),
        };
        for path in wrong {
            if own.properties().at(path).is_some() {
                let at = own.place_of(path);
                own.error("fifo", at, why, if fifo { "take the line away" } else { "write `fifo: true`" });
            }
        }
        policy_statements(own);
        crate::kinds::subscriptions::lower(own);
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, _: Option<&Resource>, _: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        passing::happens(said)
    }

    fn passes(&self, of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, graph, arrived)
    }

    fn shows(&self, of: &Resource, cause: Cause<'_>) -> Vec<Shape> {
        passing::shows(of, cause)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Topics
    }
}
