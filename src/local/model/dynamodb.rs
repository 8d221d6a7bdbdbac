//! Amazon DynamoDB, the control plane.
//!
//! Attribute definitions come back sorted and non-key attributes in another order; capacity reads 0 on
//! demand; one index is made or removed per update; every enabling of a stream makes a new stream ARN.

use serde_json::{Value, json};

use super::executor::{Ctx, NEXT};
use super::hooks::time;
use super::places::{at, each, take};
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
            .before(&[nothing_unknown])
            .after(&[describe])
            .answers(Answer::Under("TableDescription")),
        row("DescribeTable", "table", Verb::Read).answers(Answer::Under("Table")),
        row("UpdateTable", "table", Verb::Write(&[]))
            .before(&[nothing_unknown, one_class])
            .after(&[update])
            .answers(Answer::Under("TableDescription")),
        row("DeleteTable", "table", Verb::Delete { lenient: false })
            .after(&[unprotected])
            .answers(Answer::Under("TableDescription")),
        row("ListTables", "table", Verb::List(&TABLES)),
        row("TagResource", "table", Verb::Tag("Tags")).by_arn("ResourceArn"),
        row("UntagResource", "", Verb::Untag("TagKeys")).by_arn("ResourceArn"),
        row("ListTagsOfResource", "table", Verb::ListTags("Tags")).by_arn("ResourceArn"),
        row("DescribeTimeToLive", "table", Verb::Hook(read_ttl)),
        row("UpdateTimeToLive", "table", Verb::Write(&[]))
            .after(&[write_ttl])
            .answers(Answer::Words(ttl_sent)),
        row("DescribeContinuousBackups", "table", Verb::Read).answers(Answer::Words(backups)),
        row("UpdateContinuousBackups", "table", Verb::Hook(write_backups)),
    ],
};

/// A table may be named by its ARN.
fn name(ctx: &mut Ctx) -> Outcome<()> {
    if let Some((_, name)) = ctx.text("TableName").split_once(":table/") {
        ctx.input["TableName"] = name.into();
    }
    Ok(())
}

/// Members that would be accepted and have no effect here.
const NOT_BUILT: &[&str] = &[
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

/// Respells what a create sent as a description shows it.
fn describe(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
    let billing = take(table, "BillingMode").unwrap_or_else(|| json!("PROVISIONED"));
    let on_demand = billing == "PAY_PER_REQUEST";
    if on_demand == at(table, "ProvisionedThroughput").is_some() {
        let text = if on_demand {
            "must not be specified when BillingMode is PAY_PER_REQUEST"
        } else {
            "must be specified when BillingMode is PROVISIONED"
        };
        return Err(ctx.invalid(format!(
            "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits {text}"
        )));
    }
    if on_demand {
        table["BillingModeSummary"] =
            json!({"BillingMode": billing, "LastUpdateToPayPerRequestDateTime": ctx.now});
    }
    capacity(table, on_demand);
    for list in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        for place in 0..table[list].as_array().map_or(0, Vec::len) {
            let global = list == "GlobalSecondaryIndexes";
            table[list][place] =
                index(ctx, &table["TableArn"], table[list][place].clone(), global.then_some(on_demand));
        }
    }
    stream(ctx, table)?;
    encryption(ctx, table);
    class(ctx, table);
    definitions(ctx, table)?;
    let mut active = json!({"TableStatus": "ACTIVE"});
    if at(table, "GlobalSecondaryIndexes").is_some() {
        active["GlobalSecondaryIndexes"] = settled(table);
    }
    table[NEXT] = json!({"reads": 1, "set": active});
    Ok(())
}

/// Capacity reads as zero on demand.
fn capacity(of: &mut Value, on_demand: bool) {
    if on_demand || at(of, "ProvisionedThroughput").is_none() {
        of["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 0, "WriteCapacityUnits": 0});
    }
    of["ProvisionedThroughput"]["NumberOfDecreasesToday"] = json!(0);
}

/// An index as it is described; `on_demand` only for a global one.
fn index(_: &Ctx, table: &Value, mut index: Value, on_demand: Option<bool>) -> Value {
    index["IndexArn"] = format!(
        "{}/index/{}",
        table.as_str().unwrap_or_default(),
        index["IndexName"].as_str().unwrap_or_default()
    )
    .into();
    index["IndexSizeBytes"] = json!(0);
    index["ItemCount"] = json!(0);
    if let Some(attributes) = index.pointer_mut("/Projection/NonKeyAttributes").and_then(Value::as_array_mut)
    {
        attributes.reverse();
    }
    if let Some(on_demand) = on_demand {
        index["IndexStatus"] = "CREATING".into();
        if at(&index, "WarmThroughput").is_none() {
            index["WarmThroughput"] = serde_json::from_str(WARM).unwrap_or_default();
        }
        capacity(&mut index, on_demand);
    }
    index
}

/// The global indexes once the change is done: those being removed are gone.
fn settled(table: &Value) -> Value {
    let left: Vec<Value> = each(table, "GlobalSecondaryIndexes[]")
        .into_iter()
        .filter(|index| index["IndexStatus"] != "DELETING")
        .cloned()
        .collect();
    let active = left.into_iter().map(|mut index| {
        index["IndexStatus"] = "ACTIVE".into();
        index
    });
    let active: Vec<Value> = active.collect();
    if active.is_empty() { Value::Null } else { Value::Array(active) }
}

/// Exactly the attributes that keys use are defined; they come back sorted.
fn definitions(ctx: &Ctx, table: &mut Value) -> Outcome<()> {
    let mut used: Vec<&str> =
        ["KeySchema[]", "GlobalSecondaryIndexes[].KeySchema[]", "LocalSecondaryIndexes[].KeySchema[]"]
            .iter()
            .flat_map(|path| each(table, path))
            .filter_map(|key| key["AttributeName"].as_str())
            .collect();
    used.sort_unstable();
    used.dedup();
    let mut defined: Vec<Value> = table["AttributeDefinitions"].as_array().cloned().unwrap_or_default();
    defined.sort_by_key(|attribute| attribute["AttributeName"].to_string());
    let names: Vec<&str> =
        defined.iter().filter_map(|attribute| attribute["AttributeName"].as_str()).collect();
    if names != used {
        return Err(ctx.invalid(format!("One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions or are not used. Keys: {used:?}, AttributeDefinitions: {names:?}")));
    }
    table["AttributeDefinitions"] = Value::Array(defined);
    Ok(())
}

/// A stream that was just enabled gets a new label.
fn stream(ctx: &Ctx, table: &mut Value) -> Outcome<()> {
    if at(table, "StreamSpecification.StreamEnabled") != Some(&json!(true)) {
        take(table, "StreamSpecification");
        return Ok(());
    }
    if at(table, "StreamSpecification.StreamViewType").is_none() {
        return Err(ctx.invalid("One or more parameter values were invalid: StreamViewType is required when StreamEnabled is true"));
    }
    let label = time::label(ctx.now);
    table["LatestStreamArn"] =
        format!("{}/stream/{label}", table["TableArn"].as_str().unwrap_or_default()).into();
    table["LatestStreamLabel"] = label.into();
    Ok(())
}

fn encryption(ctx: &Ctx, table: &mut Value) {
    let Some(sent) = take(table, "SSESpecification") else { return };
    if sent["Enabled"] == true {
        let aws_managed =
            json!(ctx.expand("arn:{partition}:kms:{region}:{account}:key/aws-dynamodb", &Value::Null));
        let key = if sent["KMSMasterKeyId"].is_null() { aws_managed } else { sent["KMSMasterKeyId"].clone() };
        table["SSEDescription"] = json!({"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key});
    } else {
        take(table, "SSEDescription");
    }
}

fn class(ctx: &Ctx, table: &mut Value) {
    match take(table, "TableClass") {
        Some(class) if class != "STANDARD" || at(table, "TableClassSummary").is_some() => {
            table["TableClassSummary"] = json!({"TableClass": class, "LastUpdateDateTime": ctx.now});
        }
        _ => {}
    }
}

/// One index is made or removed per call, and nothing else with it; encryption goes alone.
fn one_class(ctx: &mut Ctx) -> Outcome<()> {
    let sent = |member: &str| at(&ctx.input, member).is_some();
    let changes = each(&ctx.input, "GlobalSecondaryIndexUpdates[]");
    let indexes = changes.iter().filter(|change| change["Update"].is_null()).count();
    if indexes > 1 {
        return Err(ApiError::new(
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        ));
    }
    let others = [
        "BillingMode",
        "ProvisionedThroughput",
        "StreamSpecification",
        "TableClass",
        "DeletionProtectionEnabled",
        "OnDemandThroughput",
        "WarmThroughput",
    ];
    let other = others.iter().any(|member| sent(member));
    if usize::from(indexes > 0)
        + usize::from(sent("SSESpecification"))
        + usize::from(other || changes.len() > indexes)
        > 1
    {
        return Err(ctx.invalid("One or more parameter values were invalid: an index creation or deletion, an encryption change and other changes must each be the only operation of an update"));
    }
    Ok(())
}

fn update(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
    billing(ctx, table)?;
    restream(ctx, table)?;
    for change in ctx.input["GlobalSecondaryIndexUpdates"].as_array().cloned().unwrap_or_default() {
        reindex(ctx, table, &change)?;
    }
    for member in ["DeletionProtectionEnabled", "OnDemandThroughput", "SSESpecification", "TableClass"] {
        if let Some(value) = at(&ctx.input, member) {
            table[member] = value.clone();
        }
    }
    encryption(ctx, table);
    class(ctx, table);
    table["TableStatus"] = "UPDATING".into();
    table[NEXT] =
        json!({"reads": 1, "set": {"TableStatus": "ACTIVE", "GlobalSecondaryIndexes": settled(table)}});
    Ok(())
}

fn billing(ctx: &Ctx, table: &mut Value) -> Outcome<()> {
    let was_on_demand = table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
    let mode = ctx.text("BillingMode");
    let on_demand = if mode.is_empty() { was_on_demand } else { mode == "PAY_PER_REQUEST" };
    let sent = at(&ctx.input, "ProvisionedThroughput").cloned();
    if on_demand && sent.is_some() || !on_demand && was_on_demand && sent.is_none() {
        return Err(ctx.invalid("One or more parameter values were invalid: ProvisionedThroughput goes with BillingMode PROVISIONED, and only with it"));
    }
    if let Some(sent) = sent {
        let same = |unit: &str| table["ProvisionedThroughput"][unit] == sent[unit];
        if mode.is_empty() && same("ReadCapacityUnits") && same("WriteCapacityUnits") {
            return Err(ctx.refuse(
                (
                    "ValidationException",
                    "The provisioned throughput for the table {TableName} will not change.",
                ),
                table,
            ));
        }
        table["ProvisionedThroughput"] = sent;
    }
    if on_demand != was_on_demand {
        table["BillingModeSummary"]["BillingMode"] = mode.into();
        if on_demand {
            table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"] = json!(ctx.now);
        }
    }
    capacity(table, on_demand);
    if on_demand {
        table["GlobalSecondaryIndexes"]
            .as_array_mut()
            .into_iter()
            .flatten()
            .for_each(|index| capacity(index, true));
    }
    Ok(())
}

fn restream(ctx: &Ctx, table: &mut Value) -> Outcome<()> {
    let Some(sent) = at(&ctx.input, "StreamSpecification").cloned() else { return Ok(()) };
    let enabled = at(table, "StreamSpecification").is_some();
    match (sent["StreamEnabled"] == true, enabled) {
        (true, true) => Err(ctx.refuse(
            ("ValidationException", "Table already has an enabled stream: TableName: {TableName}"),
            table,
        )),
        (false, false) => Err(ctx.refuse(
            ("ValidationException", "Table has no stream to disable: TableName: {TableName}"),
            table,
        )),
        _ => {
            table["StreamSpecification"] = sent;
            stream(ctx, table)
        }
    }
}

fn reindex(ctx: &Ctx, table: &mut Value, change: &Value) -> Outcome<()> {
    let name = each(change, "Create")
        .into_iter()
        .chain(each(change, "Delete"))
        .chain(each(change, "Update"))
        .find_map(|index| index["IndexName"].as_str())
        .unwrap_or_default()
        .to_owned();
    let place =
        each(table, "GlobalSecondaryIndexes[]").iter().position(|index| index["IndexName"] == name.as_str());
    let on_demand = table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
    match (&change["Create"], &change["Update"], place) {
        (Value::Object(_), _, Some(_)) => {
            Err(ctx
                .invalid(format!("One or more parameter values were invalid: Duplicate index name: {name}")))
        }
        (created @ Value::Object(_), _, None) => {
            for attribute in ctx.input["AttributeDefinitions"].as_array().into_iter().flatten() {
                let defined = table["AttributeDefinitions"]
                    .as_array_mut()
                    .filter(|all| !all.iter().any(|old| old["AttributeName"] == attribute["AttributeName"]));
                defined.into_iter().for_each(|all| all.push(attribute.clone()));
            }
            let created = index(ctx, &table["TableArn"], created.clone(), Some(on_demand));
            if let Some(indexes) = table["GlobalSecondaryIndexes"].as_array_mut() {
                indexes.push(created);
            } else {
                table["GlobalSecondaryIndexes"] = json!([created]);
            }
            definitions(ctx, table)
        }
        (_, _, None) => Err(ApiError::new(
            "ResourceNotFoundException",
            format!("Requested resource not found: Index: {name}"),
        )),
        (_, Value::Object(updated), Some(place)) => {
            let index = &mut table["GlobalSecondaryIndexes"][place];
            index["IndexStatus"] = "UPDATING".into();
            for (member, value) in updated {
                index[member] = value.clone();
            }
            capacity(index, on_demand);
            Ok(())
        }
        (_, _, Some(place)) => {
            table["GlobalSecondaryIndexes"][place]["IndexStatus"] = "DELETING".into();
            prune(table);
            Ok(())
        }
    }
}

/// Attributes that only a removed index used are no longer defined.
fn prune(table: &mut Value) {
    let left = settled(table);
    let used: Vec<String> = [each(table, "KeySchema[]"), each(table, "LocalSecondaryIndexes[].KeySchema[]")]
        .into_iter()
        .flatten()
        .chain(left.as_array().into_iter().flatten().flat_map(|index| each(index, "KeySchema[]")))
        .filter_map(|key| key["AttributeName"].as_str().map(str::to_owned))
        .collect();
    if let Some(defined) = table["AttributeDefinitions"].as_array_mut() {
        defined.retain(|attribute| used.iter().any(|name| attribute["AttributeName"] == name.as_str()));
    }
}

fn unprotected(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
    match table["DeletionProtectionEnabled"] == true {
        true => Err(ctx.invalid("Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")),
        false => Ok(()),
    }
}

const TTL: &str = "_ttl";

/// A setting that is under way shows so once.
fn read_ttl(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&TABLE)?;
    let mut table = place.load(ctx.txn).ok_or_else(|| ctx.refuse(TABLE.missing, &Value::Null))?;
    let mut shown = table[TTL].clone();
    if shown.is_null() {
        return Ok(json!({"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}));
    }
    match take(&mut table[TTL], "_then") {
        Some(then) if then == "DISABLED" => table[TTL] = Value::Null,
        Some(then) => table[TTL]["TimeToLiveStatus"] = then,
        None => {}
    }
    ctx.txn.put_anyway(&place.collection, &place.id, table);
    take(&mut shown, "_then");
    Ok(json!({"TimeToLiveDescription": shown}))
}

fn write_ttl(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
    let sent = ctx.input["TimeToLiveSpecification"].clone();
    let status = table[TTL]["TimeToLiveStatus"].as_str().unwrap_or("DISABLED").to_owned();
    let (during, then) =
        if sent["Enabled"] == true { ("ENABLING", "ENABLED") } else { ("DISABLING", "DISABLED") };
    if status == then {
        return Err(ctx.invalid(format!("TimeToLive is already {}", then.to_lowercase())));
    }
    if status.ends_with("ING") {
        return Err(ctx.invalid("Time to live has been modified multiple times within a fixed interval"));
    }
    table[TTL] = json!({"TimeToLiveStatus": during, "AttributeName": sent["AttributeName"], "_then": then});
    Ok(())
}

fn ttl_sent(ctx: &mut Ctx, _: &Value) -> Outcome<Value> {
    Ok(json!({"TimeToLiveSpecification": ctx.input["TimeToLiveSpecification"]}))
}

const PITR: &str = "_pitr";

fn backups(ctx: &mut Ctx, table: &Value) -> Outcome<Value> {
    let days = &table[PITR];
    let recovery = match days.is_null() {
        true => json!({"PointInTimeRecoveryStatus": "DISABLED"}),
        false => {
            json!({"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": days, "EarliestRestorableDateTime": ctx.now, "LatestRestorableDateTime": ctx.now})
        }
    };
    Ok(
        json!({"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": recovery}}),
    )
}

/// Refused while backups of a new table are still being set up.
fn write_backups(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&TABLE)?;
    let mut table = ctx
        .look(&place)
        .ok_or_else(|| ApiError::new("TableNotFoundException", format!("Table not found: {}", place.id)))?;
    if table["TableStatus"] == "CREATING" {
        return Err(ApiError::new(
            "ContinuousBackupsUnavailableException",
            format!("Backups are being enabled for the table: {}. Please retry later", place.id),
        ));
    }
    let sent = &ctx.input["PointInTimeRecoverySpecification"];
    let days = sent["RecoveryPeriodInDays"].as_u64().unwrap_or(35);
    table[PITR] = if sent["PointInTimeRecoveryEnabled"] == true { json!(days) } else { Value::Null };
    place.save(ctx.txn, table.clone());
    backups(ctx, &table)
}
