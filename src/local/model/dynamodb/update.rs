//! UpdateTable.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::{Ctx, NEXT};
use super::super::places::{at, each, take};
use super::table::{capacity, class, definitions, encryption, index, settled, stream};
use crate::local::http::ApiError;

/// One index is made or removed per call, and nothing else with it; encryption, the class and what is to be
/// served at once go alone, too.
pub fn one_class(ctx: &mut Ctx) -> Outcome<()> {
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
        "DeletionProtectionEnabled",
        "OnDemandThroughput",
    ];
    let warm = |change: &&&Value| !change["Update"]["WarmThroughput"].is_null();
    let warmed = changes.iter().filter(warm).count();
    let classes = [
        indexes > 0,
        sent("SSESpecification"),
        sent("TableClass"),
        sent("WarmThroughput") || warmed > 0,
        others.iter().any(|member| sent(member)) || changes.len() > indexes + warmed,
    ];
    if classes.iter().filter(|class| **class).count() > 1 {
        return Err(ctx.invalid("One or more parameter values were invalid: the creation or deletion of an index, encryption, the table class, warm throughput and other changes must each be the only operation of an update"));
    }
    Ok(())
}

pub fn update(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
    billing(ctx, table)?;
    restream(ctx, table)?;
    for change in ctx.input["GlobalSecondaryIndexUpdates"].as_array().cloned().unwrap_or_default() {
        reindex(ctx, table, &change)?;
    }
    for member in ["DeletionProtectionEnabled", "SSESpecification", "TableClass"] {
        if let Some(value) = at(&ctx.input, member) {
            table[member] = value.clone();
        }
    }
    let on_demand = table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST";
    most(ctx, table, at(&ctx.input, "OnDemandThroughput"), on_demand)?;
    warm(ctx, table, at(&ctx.input, "WarmThroughput"))?;
    encryption(ctx, table);
    class(ctx, table);
    table["TableStatus"] = "UPDATING".into();
    table[NEXT] =
        json!({"reads": 1, "set": {"TableStatus": "ACTIVE", "GlobalSecondaryIndexes": settled(table)}});
    Ok(())
}

/// A limit on demand; -1 takes one away, and one that is not sent stays.
fn most(ctx: &Ctx, of: &mut Value, sent: Option<&Value>, on_demand: bool) -> Outcome<()> {
    if sent.is_some() && !on_demand {
        return Err(ctx.invalid("One or more parameter values were invalid: OnDemandThroughput cannot be specified when BillingMode is PROVISIONED"));
    }
    for (unit, units) in sent.and_then(Value::as_object).into_iter().flatten() {
        match units.as_i64() {
            Some(-1) => drop(take(of, &format!("OnDemandThroughput.{unit}"))),
            _ => of["OnDemandThroughput"][unit] = units.clone(),
        }
    }
    let unlimited =
        at(of, "OnDemandThroughput").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty);
    if !on_demand || unlimited {
        take(of, "OnDemandThroughput");
    }
    Ok(())
}

/// What can be served at once only ever grows.
fn warm(ctx: &Ctx, of: &mut Value, sent: Option<&Value>) -> Outcome<()> {
    for (unit, units) in sent.and_then(Value::as_object).into_iter().flatten() {
        if units.as_i64() < of["WarmThroughput"][unit].as_i64() {
            return Err(ctx.invalid(format!("One or more parameter values were invalid: Requested {unit} for WarmThroughput for the table is lower than the current WarmThroughput")));
        }
        of["WarmThroughput"][unit] = units.clone();
    }
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
            if let Some(units) = updated.get("ProvisionedThroughput") {
                index["ProvisionedThroughput"] = units.clone();
            }
            most(ctx, index, updated.get("OnDemandThroughput"), on_demand)?;
            warm(ctx, index, updated.get("WarmThroughput"))?;
            capacity(index, on_demand);
            Ok(())
        }
        (_, _, Some(place)) => {
            table["GlobalSecondaryIndexes"][place]["IndexStatus"] = "DELETING".into();
            super::facets::forget_insights(table, &name);
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
