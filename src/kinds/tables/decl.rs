//! The table, pure.

use crate::engine::field::Output;
use crate::engine::{Budgets, Graph, Resource};
use crate::flow::happening::{Happening, Word};
use crate::flow::passing::{Arrival, Cause, Passed};
use crate::flow::shape::Shape;
use crate::kinds::{
    About, DataKey, Kind, Loss, Lowering, MarkIn, Naming, Need, NotBuilt, not_built, policy_statements,
};
use crate::source::Node;

use super::fields::FIELDS;
use super::keys::{self, Attributes};
use super::{capacity, indexes};
use super::{passing, shapes};

/// A DynamoDB table with its stream, indexes, time to live and backups (`dynamodb:CreateTable`).
pub struct Tables;

const READ: &[&str] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
];
const WRITE: &[&str] = &[
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
];
const READ_WRITE: &[&str] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:UpdateItem",
];
/// What can be done on an index, which has an ARN of its own.
const ON_INDEXES: &[&str] = &["dynamodb:Query", "dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:*"];

/// Table keys are decrypted in the name of whoever reads or writes.
const KEY_USES: &[(&str, &[&str])] = &[
    ("dynamodb:BatchGetItem", DECRYPT),
    ("dynamodb:BatchWriteItem", DECRYPT),
    ("dynamodb:ConditionCheckItem", DECRYPT),
    ("dynamodb:DeleteItem", DECRYPT),
    ("dynamodb:GetItem", DECRYPT),
    ("dynamodb:GetRecords", DECRYPT),
    ("dynamodb:PartiQLDelete", DECRYPT),
    ("dynamodb:PartiQLInsert", DECRYPT),
    ("dynamodb:PartiQLSelect", DECRYPT),
    ("dynamodb:PartiQLUpdate", DECRYPT),
    ("dynamodb:PutItem", DECRYPT),
    ("dynamodb:Query", DECRYPT),
    ("dynamodb:Scan", DECRYPT),
    ("dynamodb:UpdateItem", DECRYPT),
];
const DECRYPT: &[&str] = &["kms:Decrypt"];

static ABOUT: About = About {
    kind: "tables",
    singular: "table",
    doc: "A DynamoDB table with its stream, indexes, time to live and backups. It is on demand unless `billing` says otherwise, and protected unless `protect: false` does.",
    example: include_str!("example.yaml"),
    declarable: true,
    parts: &[],
    fields: FIELDS,
    outputs: &[
        Output::derived("arn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}", "The ARN."),
        Output::derived("name", "{name}", "The name."),
        Output::assigned("stream_arn", "The ARN of its stream, a new one whenever the stream is enabled.")
            .invalidated_by(&["StreamSpecification"])
            .only_with("StreamSpecification.StreamViewType"),
    ],
    naming: Naming { min: 3, ..Naming::new("TableName", 255, "-_.") },
    mark: MarkIn::Tags,
    protect: true,
    // A table is made within minutes; an index of a full one is filled first.
    budgets: Budgets::of(3600, 3),
    loses: Loss::Held("the items in it"),
    itself: &["tables"],
    access: &[("read", READ), ("write", WRITE), ("read_write", READ_WRITE)],
    grant_on: &["", "/index/*"],
    data_key: Some(DataKey {
        at: &["SSESpecification.KMSMasterKeyId", "SSESpecification.KMSMasterKeyAlias"],
        uses: KEY_USES,
    }),
    shared: &[],
    statements: Some("policy"),
    identified_by: &["TableName"],
};

/// What AWS has beside the rows, and this version has not.
const NOT_BUILT: &[NotBuilt] = &[
    not_built(
        "replicas",
        "replicas in other regions",
        "declare the table in a stack of the other region; a stack is of one region",
    ),
    not_built("global_table", "global tables", "declare a table for each region, in a stack of that region"),
    not_built(
        "multi_region_consistency",
        "global tables",
        "declare a table for each region, in a stack of that region",
    ),
    not_built(
        "import_source",
        "imports into tables",
        "import outside of the stack (`aws dynamodb import-table`), then take the table over with `--adopt`",
    ),
    not_built("vector_indexes", "vector indexes", "declare `indexes` and `local_indexes` alone"),
];

impl Kind for Tables {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn needs(&self) -> &'static [Need] {
        super::needs::NEEDS
    }

    fn granted_on(&self, actions: &[String]) -> &'static [&'static str] {
        match actions.iter().any(|action| ON_INDEXES.contains(&action.as_str())) {
            true => ABOUT.grant_on,
            false => &[""],
        }
    }

    fn not_built(&self) -> &'static [NotBuilt] {
        NOT_BUILT
    }

    fn policy_limit(&self) -> Option<(usize, usize)> {
        Some((20_480, usize::MAX))
    }

    fn lower(&self, own: &mut Lowering<'_>) {
        let (partition, sort) = (own.take("partition_key"), own.take("sort_key"));
        let mut known = Attributes::default();
        let node = |taken: &Option<(_, Node)>| taken.as_ref().map(|(_, node)| node.clone());
        let schema =
            keys::schema(own, node(&partition).as_ref(), node(&sort).as_ref(), "KeySchema", &mut known);
        let at = partition.as_ref().map_or(own.declared(), |(_, node)| node.span);
        own.set("KeySchema", schema, at);
        let provisioned = capacity::billing(own);
        let sorted = sort.is_some();
        indexes::indexes(own, provisioned, node(&partition).as_ref(), sorted, &mut known);
        encryption(own);
        policy_statements(own);
        if own.properties().at("StreamSpecification.StreamViewType").is_some() {
            own.properties().put("StreamSpecification.StreamEnabled", true.into());
        }
        const PERIOD: &str = "PointInTimeRecoverySpecification.RecoveryPeriodInDays";
        const RECOVERY: &str = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled";
        if own.properties().at(PERIOD).is_some()
            && own.properties().at(RECOVERY).and_then(|on| on.as_bool()) != Some(true)
        {
            let at = own.place_of(PERIOD);
            own.error(
                "no_recovery",
                at,
                "a recovery period has no use without recovery",
                "add `point_in_time_recovery: true`",
            );
        }
    }

    fn words(&self) -> &'static [Word] {
        passing::WORDS
    }

    fn happens(&self, of: Option<&Resource>, graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
        passing::happens(of, graph, said)
    }

    fn passes(&self, of: &Resource, _: &Graph, _: &Arrival) -> Passed {
        passing::passes(of)
    }

    fn shows(&self, of: &Resource, cause: Cause<'_>) -> Vec<Shape> {
        shapes::shows(of, cause)
    }

    #[cfg(feature = "aws")]
    fn live(&self) -> &'static dyn crate::engine::Live {
        &super::live::Tables
    }
}

/// `kms_key`: an ARN is compared with the one that DynamoDB tells; an id stands for one; of an alias the
/// version in the mark tells whether it is another.
fn encryption(own: &mut Lowering<'_>) {
    const KEY: &str = "SSESpecification.KMSMasterKeyId";
    let Some(key) = own.properties().at(KEY).cloned() else { return };
    own.properties().put("SSESpecification.Enabled", true.into());
    match key.as_str() {
        Some(alias) if alias.starts_with("alias/") || alias.contains(":alias/") => {
            let at = own.place_of(KEY);
            own.properties().remove(KEY);
            own.set("SSESpecification.KMSMasterKeyAlias", alias, at);
        }
        Some(id) if !id.starts_with("arn:") => {
            let arn = own.place().arn("kms", &format!("key/{id}"));
            own.properties().put(KEY, arn.into());
        }
        _ => {}
    }
}
