//! The archive, pure.

use crate::engine::field::{Absent, Document, Field, Lit, Output, RefTo, Type};
use crate::engine::{Budgets, Graph, Resource};
use crate::flow::passing::{Arrival, Looks, Passed, Spot};
use crate::kinds::{About, Certain, Kind, Loss, Lowering, MarkIn, Naming, Need, buses};

use super::passing;

/// An archive of a bus's events (`events:CreateArchive`).
pub struct Archives;

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("ArchiveName", Type::Text { min: 1, max: 48 }, "The name.").required().create_only(),
    Field::new("description", "Description", Type::Text { min: 0, max: 512 }, "What is archived; the mark stands behind it.")
        .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "bus",
        "EventSourceArn",
        Type::Ref(&RefTo::inside(&["buses"], "arn")),
        "The bus whose events are kept: a key, an ARN of this account and region, or `default`.",
    )
    .required()
    .create_only(),
    Field::new(
        "pattern",
        "EventPattern",
        Type::Document(Document::EventPattern),
        "Which events are kept, as AWS writes it. Left out, all of them, save those of a replay.",
    )
    // The API does not say how a pattern goes; an empty one is what it admits that is none.
    .absent(Absent::Clear(Lit::Text(""))),
    Field::new(
        "retention_days",
        "RetentionDays",
        Type::Int { min: 0, max: i32::MAX as i64 },
        "How many days events are kept. 0, as if left out, is for ever.",
    )
    .default(Lit::Int(0)),
    Field::new(
        "kms_key_identifier",
        "KmsKeyIdentifier",
        Type::Text { min: 0, max: 2048 },
        "The customer managed key that the archive is encrypted with: its id, ARN or alias. Left out, AWS's own key is used.",
    )
    .absent(Absent::Clear(Lit::Text(""))),
];

static ABOUT: About = About {
    kind: "archives",
    singular: "archive",
    doc: "The events of a bus, kept so that they can be replayed. AWS makes a managed rule on the bus for it, which is \
          AWS's own: it stands in no plan and is never touched.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:events:{region}:{account}:archive/{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming::new("ArchiveName", 48, "-_."),
    mark: MarkIn::Description { path: "Description", max: 512 },
    protect: true,
    budgets: Budgets::SLOW,
    loses: Loss::Held("every event in it"),
    itself: &["archives"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["ArchiveName"],
};

impl Kind for Archives {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn certain_calls(&self) -> Certain {
        Certain { service: "events", create: &["CreateArchive"], delete: &["DeleteArchive"] }
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        own.check_pattern("EventPattern");
        let Some(arn) = own.properties().text_at("EventSourceArn").map(str::to_owned) else { return };
        if let Err(problem) = buses::name_here(&arn, own.place(), "an archive") {
            let at = own.place_of("EventSourceArn");
            own.error("foreign_bus", at, problem, "name a bus of this account and region");
        }
    }

    fn listens_to(&self, of: &Resource, graph: &Graph) -> Option<Spot> {
        passing::listens_to(of, graph)
    }

    fn passes(&self, of: &Resource, _: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, arrived)
    }

    fn looks<'r>(&self, of: &'r Resource) -> Looks<'r> {
        passing::looks(of)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Archives
    }
}
