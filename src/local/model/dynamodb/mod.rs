//! Amazon DynamoDB, the control plane.
//!
//! Attribute definitions come back sorted and non-key attributes in another order; capacity reads 0 on
//! demand; one class of change is made per update, and one index; every enabling of a stream makes a new
//! stream ARN; what a table can serve at once grows by itself.

mod facets;
mod table;
mod update;

use serde_json::{Value, json};

use super::executor::Ctx;
use super::hooks::policies;
use super::places::{at, take};
use super::{Answer, Fill, From, KIND, Kind, LIST, List, Outcome, Refusal, Service, States, Verb, row};
use crate::local::http::ApiError;

const TABLE: Kind = Kind {
    name: "table",
    key: "{TableName}",
    arn: "{TableArn}",
    missing: ("ResourceNotFoundException", "Requested resource not found: Table: {TableName} not found"),
    exists: ("ResourceInUseException", "Table already exists: {TableName}"),
    create: &[
        Fill::Set("TableArn", From::Text("arn:{partition}:dynamodb:{region}:{account}:table/{TableName}")),
        Fill::Set("TableId", From::Text("{uuid}")),
        Fill::Set("CreationDateTime", From::Now),
        Fill::Set("ItemCount", From::Json("0")),
        Fill::Set("TableSizeBytes", From::Json("0")),
        Fill::Default("DeletionProtectionEnabled", From::Json("false")),
        Fill::Default("WarmThroughput", From::Json(WARM)),
    ],
    states: Some(&States {
        member: "TableStatus",
        create: Some(("CREATING", "ACTIVE")),
        update: None,
        delete: Some("DELETING"),
        busy: (&["CREATING", "UPDATING", "DELETING"], BUSY),
        reads: 1,
    }),
    ..KIND
};

const WARM: &str = r#"{"ReadUnitsPerSecond":12000,"WriteUnitsPerSecond":4000,"Status":"ACTIVE"}"#;
const BUSY: Refusal = (
    "ResourceInUseException",
    "Attempt to change a resource which is still in use: Table is being updated: {TableName}",
);
const TABLES: List = List {
    items: "TableNames",
    only: "TableName",
    limit: ("Limit", 100),
    token: ("ExclusiveStartTableName", "LastEvaluatedTableName"),
    ..LIST
};

pub const SERVICE: Service = Service {
    id: "dynamodb",
    global: false,
    invalid: "ValidationException",
    before: Some(name),
    kinds: &[TABLE],
    operations: &[
        row("CreateTable", "table", Verb::Create)
            .before(&[nothing_unknown, few_at_once])
            .after(&[table::describe])
            .answers(Answer::Under("TableDescription")),
        row("DescribeTable", "table", Verb::Read).answers(Answer::Under("Table")),
        row("UpdateTable", "table", Verb::Write(&[]))
            .before(&[nothing_unknown, update::one_class, few_at_once])
            .after(&[update::update])
            .answers(Answer::Under("TableDescription")),
        row("DeleteTable", "table", Verb::Delete { lenient: false })
            .before(&[few_at_once])
            .after(&[unprotected])
            .answers(Answer::Under("TableDescription")),
        row("ListTables", "table", Verb::List(&TABLES)),
        row("TagResource", "table", Verb::Tag("Tags")).by_arn("ResourceArn"),
        row("UntagResource", "", Verb::Untag("TagKeys")).by_arn("ResourceArn"),
        row("ListTagsOfResource", "table", Verb::ListTags("Tags")).by_arn("ResourceArn"),
        row("DescribeTimeToLive", "table", Verb::Hook(facets::read_ttl)),
        row("UpdateTimeToLive", "table", Verb::Hook(facets::write_ttl)),
        row("DescribeContinuousBackups", "table", Verb::Read).answers(Answer::Words(facets::backups)),
        row("UpdateContinuousBackups", "table", Verb::Hook(facets::write_backups)),
        row("ListContributorInsights", "table", Verb::Hook(facets::insights)),
        row("UpdateContributorInsights", "table", Verb::Hook(facets::write_insights)),
        row("DescribeKinesisStreamingDestination", "table", Verb::Hook(facets::destinations)),
        row("EnableKinesisStreamingDestination", "table", Verb::Hook(facets::enable)),
        row("DisableKinesisStreamingDestination", "table", Verb::Hook(facets::disable)),
        row("UpdateKinesisStreamingDestination", "table", Verb::Hook(facets::set_precision)),
        row("PutResourcePolicy", "table", Verb::Write(&[]))
            .after(&[write_policy])
            .answers(Answer::Words(revision)),
        row("GetResourcePolicy", "table", Verb::Read).answers(Answer::Words(policy)),
        row("DeleteResourcePolicy", "table", Verb::Write(&[]))
            .after(&[delete_policy])
            .answers(Answer::Nothing),
    ],
};

/// A table may be named by its ARN.
fn name(ctx: &mut Ctx) -> Outcome<()> {
    for member in ["TableName", "ResourceArn"] {
        if let Some((_, name)) = ctx.text(member).split_once(":table/") {
            ctx.input["TableName"] = name.into();
        }
    }
    Ok(())
}

/// Members that would be accepted and have no effect here.
const NOT_BUILT: &[&str] = &[
    "GlobalTableSourceArn",
    "GlobalTableSettingsReplicationMode",
    "ReplicaUpdates",
    "MultiRegionConsistency",
    "GlobalTableWitnessUpdates",
    "ResourcePolicy",
    "VectorIndexes",
    "VectorIndexUpdates",
];

fn nothing_unknown(ctx: &mut Ctx) -> Outcome<()> {
    match NOT_BUILT.iter().find(|member| at(&ctx.input, member).is_some()) {
        Some(member) => Err(ctx.invalid(format!("The embedded account does not implement {member}"))),
        None => Ok(()),
    }
}

/// How many tables can be made, changed or removed at once. Of AWS's 500 no test has as many.
const AT_ONCE: usize = 10;

fn few_at_once(ctx: &mut Ctx) -> Outcome<()> {
    let collection = ctx.collection("table");
    let passing = |(_, table): &(&str, &Value)| {
        ["CREATING", "UPDATING", "DELETING"].iter().any(|status| table["TableStatus"] == *status)
    };
    match ctx.txn.all(&collection).filter(passing).count() < AT_ONCE {
        true => Ok(()),
        false => Err(ApiError::new(
            "LimitExceededException",
            format!(
                "Subscriber limit exceeded: Only {AT_ONCE} tables can be created, updated, or deleted simultaneously"
            ),
        )),
    }
}

fn unprotected(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
    match table["DeletionProtectionEnabled"] == true {
        true => Err(ctx.invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")),
        false => Ok(()),
    }
}

const POLICY: &str = "_policy";

fn write_policy(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
    let policy = policies::parse(&ctx.text("Policy"), "ValidationException")?;
    let arn = table["TableArn"].as_str().unwrap_or_default();
    let stands_on = |resource: &Value| {
        resource.as_str().is_some_and(|on| on == arn || on.starts_with(&format!("{arn}/index/")))
    };
    let mut resources =
        policies::statements(&policy).into_iter().flat_map(|one| policies::many(&one["Resource"]));
    if !resources.all(|resource| stands_on(&resource)) {
        return Err(
            ctx.invalid("The resource of each statement of the policy must be the table or an index of it")
        );
    }
    policies::principals_exist(ctx, &policy)?;
    guarded(ctx, table)?;
    table[POLICY] = policy;
    Ok(())
}

/// Who says which revision is to be replaced is refused if it is another one.
fn guarded(ctx: &Ctx, table: &Value) -> Outcome<()> {
    let expected = ctx.text("ExpectedRevisionId");
    let there = at(table, POLICY).map_or_else(|| "NO_POLICY".to_owned(), policies::revision);
    match expected.is_empty() || expected == there {
        true => Ok(()),
        false => Err(ApiError::new(
            "PolicyNotFoundException",
            format!(
                "Resource-based policy not found for the provided ResourceArn: Requested update for policy with revision id {expected}, but the policy has revision id {there}."
            ),
        )),
    }
}

fn revision(_: &mut Ctx, table: &Value) -> Outcome<Value> {
    Ok(json!({"RevisionId": policies::revision(&table[POLICY])}))
}

fn policy(_: &mut Ctx, table: &Value) -> Outcome<Value> {
    match at(table, POLICY) {
        Some(policy) => Ok(json!({"Policy": policy.to_string(), "RevisionId": policies::revision(policy)})),
        None => Err(ApiError::new(
            "PolicyNotFoundException",
            format!("Resource-based policy not found for the provided ResourceArn: {}", table["TableArn"]),
        )),
    }
}

fn delete_policy(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
    guarded(ctx, table)?;
    take(table, POLICY);
    Ok(())
}
