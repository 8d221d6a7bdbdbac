//! The bucket, pure.

use crate::engine::field::{Field, Lit, Output, TAGS, Type};
use crate::engine::{Budgets, Graph, Resource};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Cause, Flow, Passed, Way};
use crate::flow::shape::Shape;
use crate::kinds::{About, Kind, Loss, Lowering, MarkIn, Naming, Need, NotBuilt, not_built};

use super::{passing, shapes};

/// An S3 bucket that tells EventBridge of what happens in it (`s3:CreateBucket`).
pub struct Buckets;

/// Whether EventBridge hears of it: AWS's document has an empty element or none.
pub(super) const EVENTS: &str = "EventBridge";

pub(super) const FIELDS: &[Field] = &[
    Field::lowered("Bucket", Type::Text { min: 3, max: 63 }, "The name.").required().create_only(),
    Field::new(
        "event_bridge",
        EVENTS,
        Type::Bool,
        "Whether S3 tells the default bus of everything that happens in the bucket. Whom others have it tell besides stays.",
    )
    .default(Lit::Bool(true)),
    TAGS,
];

static ABOUT: About = About {
    kind: "buckets",
    singular: "bucket",
    doc: "An S3 bucket as a source of events: S3 tells the account's default bus of what happens in it, where a rule on `aws.s3` hears of it. It is protected unless `protect: false`, and never deleted while it holds anything. What else a bucket has (its policy, versions, encryption) is left as it is.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:s3:::{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
    ],
    naming: Naming { min: 3, global: true, lower: true, ..Naming::new("Bucket", 63, "-.") },
    mark: MarkIn::Tags,
    protect: true,
    budgets: Budgets::QUICK,
    loses: Loss::Held("the bucket's name for a while, and what others have set on it"),
    itself: &["buckets"],
    access: &[
        ("read", &["s3:GetObject", "s3:ListBucket"]),
        ("write", &["s3:PutObject", "s3:DeleteObject"]),
        ("read_write", &["s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject"]),
    ],
    grant_on: &["", "/*"],
    data_key: None,
    shared: &[],
    statements: None,
    identified_by: &["Bucket"],
};

/// What AWS has beside the rows, and this version has not.
const NOT_BUILT: &[NotBuilt] = &[
    not_built(
        "notifications",
        "notifications to queues, topics and functions",
        "write a rule on `bus: default` with the pattern `source: [aws.s3]`",
    ),
    not_built("policy", "policies of buckets", "set it outside of the stack, which leaves it as it is"),
    not_built("versioning", "versions of objects", "set it outside of the stack, which leaves it as it is"),
    not_built("encryption", "keys of buckets", "set it outside of the stack, which leaves it as it is"),
    not_built("lifecycle", "life cycles of objects", "set it outside of the stack, which leaves it as it is"),
];

impl Kind for Buckets {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn not_built(&self) -> &'static [NotBuilt] {
        NOT_BUILT
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let name = own.name().to_owned();
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let address = name.split('.').count() == 4 && name.chars().all(|c| c.is_ascii_digit() || c == '.');
        if !edge(name.chars().next()) || !edge(name.chars().last()) || name.contains("..") || address {
            let at = own.place_of("Bucket");
            own.error(
                "bucket_name",
                at,
                format!("`{name}` is no legal name of a bucket"),
                "it begins and ends with a letter or digit, has no two dots in a row and is no IP address",
            );
        }
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

    fn passes(&self, of: &Resource, _: &Graph, arrived: &Arrival) -> Passed {
        passing::passes(of, arrived)
    }

    fn shows(&self, of: &Resource, cause: Cause<'_>) -> Vec<Shape> {
        shapes::shows(of, cause)
    }

    fn sends(&self, of: &Resource, _: &Graph, seen: &[Shape]) -> Vec<Flow> {
        shapes::sends(of, seen)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Buckets
    }
}
