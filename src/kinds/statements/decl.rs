//! The statement, pure.

use crate::engine::Budgets;
use crate::engine::field::{Compare, Document, Field, TEXT, Type};
use crate::kinds::{About, Kind, Loss, Lowering, MarkIn, Naming, Need};

/// A statement on the policy document of a queue, topic, stream, table, bus, function, log group or registry:
/// `sqs:SetQueueAttributes`, `sns:SetTopicAttributes`, `events:PutPermission`, `lambda:AddPermission`,
/// `logs:PutResourcePolicy`.
pub struct Statements;

const FIELDS: &[Field] = &[
    Field::lowered("Document", TEXT, "The kind of what has the document.").required().create_only(),
    Field::lowered("Of", TEXT, "The name of what has the document.").required().create_only(),
    Field::lowered(
        "Statement",
        Type::Document(Document::Policy),
        "The statement, without Sid and Resource, which follow from where it stands.",
    )
    .required()
    .compare(Compare::Policy),
];

static ABOUT: About = About {
    kind: "statements",
    singular: "statement",
    doc: "A statement on a shared policy document, generated from a reference or declared under `policy:`. Each is owned by its Sid; those of others are kept.",
    example: "",
    declarable: false,
    parts: &["policy", "permission"],
    fields: FIELDS,
    outputs: &[],
    naming: Naming::new("", 64, ""),
    mark: MarkIn::Sid,
    protect: false,
    budgets: Budgets::QUICK,
    loses: Loss::Nothing,
    itself: &["statements"],
    access: &[],
    grant_on: &[""],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["Document", "Of"],
};

impl Kind for Statements {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn lower(&self, _: &mut Lowering<'_>) {}

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Statements
    }
}
