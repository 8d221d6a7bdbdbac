//! What a table has beside UpdateTable.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::Ctx;
use super::super::places::{at, each, take};
use super::TABLE;
use crate::local::http::ApiError;

const TTL: &str = "_ttl";

/// A setting that is under way shows so once.
pub fn read_ttl(ctx: &mut Ctx) -> Outcome<Value> {
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

/// Refused once while backups are being enabled.
pub fn write_ttl(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&TABLE)?;
    let mut table = ctx.look(&place).ok_or_else(|| ctx.refuse(TABLE.missing, &Value::Null))?;
    if take(&mut table, ENABLING).is_some() {
        ctx.txn.put_anyway(&place.collection, &place.id, table);
        return Err(
            ctx.invalid(format!("Backups are being enabled for the table: {}. Please retry later", place.id))
        );
    }
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
    place.save(ctx.txn, table);
    Ok(json!({"TimeToLiveSpecification": sent}))
}

const PITR: &str = "_pitr";
/// Backups were just enabled.
const ENABLING: &str = "_enabling";

pub fn backups(ctx: &mut Ctx, table: &Value) -> Outcome<Value> {
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
pub fn write_backups(ctx: &mut Ctx) -> Outcome<Value> {
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
    let on = sent["PointInTimeRecoveryEnabled"] == true;
    if on && table[PITR].is_null() {
        table[ENABLING] = true.into();
    }
    table[PITR] = if on { json!(days) } else { Value::Null };
    place.save(ctx.txn, table.clone());
    backups(ctx, &table)
}

/// By the index's name, or by nothing for the table.
const INSIGHTS: &str = "_insights";

/// A table and its indexes at once. What is under way shows so once.
pub fn insights(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&TABLE)?;
    let mut table = ctx.look(&place).ok_or_else(|| ctx.refuse(TABLE.missing, &Value::Null))?;
    let all = table[INSIGHTS].as_object().cloned().unwrap_or_default();
    let told = |(index, one): (&String, &Value)| {
        let mut told = json!({
            "TableName": table["TableName"],
            "ContributorInsightsStatus": one["status"],
            "ContributorInsightsMode": one["mode"],
        });
        if !index.is_empty() {
            told["IndexName"] = index.as_str().into();
        }
        told
    };
    let summaries: Vec<Value> = all.iter().map(told).collect();
    for (index, one) in &all {
        match one["status"].as_str() {
            Some("ENABLING") => table[INSIGHTS][index]["status"] = "ENABLED".into(),
            Some("DISABLING") => forget_insights(&mut table, index),
            _ => {}
        }
    }
    ctx.txn.put_anyway(&place.collection, &place.id, table);
    Ok(json!({"ContributorInsightsSummaries": summaries}))
}

/// Nothing is counted any more.
pub fn forget_insights(table: &mut Value, index: &str) {
    if let Some(all) = table[INSIGHTS].as_object_mut() {
        all.shift_remove(index);
        if all.is_empty() {
            take(table, INSIGHTS);
        }
    }
}

pub fn write_insights(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&TABLE)?;
    let mut table = ctx.look(&place).ok_or_else(|| ctx.refuse(TABLE.missing, &Value::Null))?;
    let index = ctx.text("IndexName");
    let known = each(&table, "GlobalSecondaryIndexes[]").iter().any(|one| one["IndexName"] == index.as_str());
    if !index.is_empty() && !known {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            format!("Requested resource not found: Index: {index}"),
        ));
    }
    let on = ctx.input["ContributorInsightsAction"] == "ENABLE";
    let mode = at(&ctx.input, "ContributorInsightsMode").cloned();
    let mode = mode.unwrap_or_else(|| "ACCESSED_AND_THROTTLED_KEYS".into());
    let status = if on { "ENABLING" } else { "DISABLING" };
    let kept = table[INSIGHTS][&index]["mode"].clone();
    if !on && kept.is_null() {
        return Err(ctx.invalid("Contributor Insights is already disabled"));
    }
    table[INSIGHTS][&index] = json!({"status": status, "mode": if on { mode } else { kept }});
    let answer = json!({"TableName": table["TableName"], "ContributorInsightsStatus": status});
    place.save(ctx.txn, table);
    Ok(answer)
}

/// Destinations by the ARNs of their streams.
const STREAMS: &str = "_destinations";

/// What is under way shows so once, and so does one that was disabled.
pub fn destinations(ctx: &mut Ctx) -> Outcome<Value> {
    let place = ctx.place(&TABLE)?;
    let mut table = ctx.look(&place).ok_or_else(|| ctx.refuse(TABLE.missing, &Value::Null))?;
    let all: Vec<Value> = table[STREAMS].as_array().cloned().unwrap_or_default();
    let mut left = all.clone();
    left.retain(|one| one["DestinationStatus"] != "DISABLED");
    for one in &mut left {
        let disabling = one["DestinationStatus"] == "DISABLING";
        one["DestinationStatus"] = if disabling { "DISABLED" } else { "ACTIVE" }.into();
    }
    match left.is_empty() {
        true => drop(take(&mut table, STREAMS)),
        false => table[STREAMS] = left.into(),
    }
    let name = table["TableName"].clone();
    ctx.txn.put_anyway(&place.collection, &place.id, table);
    Ok(json!({"TableName": name, "KinesisDataStreamDestinations": all}))
}

pub fn enable(ctx: &mut Ctx) -> Outcome<Value> {
    let arn = ctx.text("StreamArn");
    if ctx.find_arn(&ctx.elsewhere("kinesis/stream"), &arn).is_none() {
        return Err(
            ctx.invalid(format!("One or more parameter values were invalid: StreamArn {arn} does not exist"))
        );
    }
    let precision =
        at(&ctx.input, "EnableKinesisStreamingConfiguration.ApproximateCreationDateTimePrecision");
    let precision = precision.cloned().unwrap_or_else(|| "MILLISECOND".into());
    redirect(ctx, |all, arn| {
        if all.iter().any(|one| one["DestinationStatus"] != "DISABLED") {
            return Err("Table already has a Kinesis streaming destination enabled");
        }
        all.retain(|one| one["StreamArn"] != arn);
        all.push(json!({
            "StreamArn": arn,
            "DestinationStatus": "ENABLING",
            "ApproximateCreationDateTimePrecision": precision,
        }));
        Ok("ENABLING")
    })
}

pub fn disable(ctx: &mut Ctx) -> Outcome<Value> {
    redirect(ctx, |all, arn| match all.iter_mut().find(|one| is_active(one, arn)) {
        None => Err("Table is not in a valid state to disable the Kinesis streaming destination"),
        Some(one) => {
            one["DestinationStatus"] = "DISABLING".into();
            Ok("DISABLING")
        }
    })
}

pub fn set_precision(ctx: &mut Ctx) -> Outcome<Value> {
    let precision =
        at(&ctx.input, "UpdateKinesisStreamingConfiguration.ApproximateCreationDateTimePrecision");
    let precision = precision.cloned().unwrap_or_default();
    redirect(ctx, |all, arn| match all.iter_mut().find(|one| is_active(one, arn)) {
        Some(one) if one["ApproximateCreationDateTimePrecision"] != precision => {
            one["ApproximateCreationDateTimePrecision"] = precision;
            one["DestinationStatus"] = "UPDATING".into();
            Ok("UPDATING")
        }
        Some(_) => Err("The precision is the one that is set"),
        None => Err("Table is not in a valid state to update the Kinesis streaming destination"),
    })
}

fn is_active(one: &Value, arn: &str) -> bool {
    one["StreamArn"] == arn && one["DestinationStatus"] == "ACTIVE"
}

/// A change of the destinations of a table that is active; answers with the status.
fn redirect(
    ctx: &mut Ctx,
    change: impl FnOnce(&mut Vec<Value>, &str) -> Result<&'static str, &'static str>,
) -> Outcome<Value> {
    let place = ctx.place(&TABLE)?;
    let mut table = ctx.look(&place).ok_or_else(|| ctx.refuse(TABLE.missing, &Value::Null))?;
    if table["TableStatus"] != "ACTIVE" {
        return Err(ctx.refuse(super::BUSY, &table));
    }
    let arn = ctx.text("StreamArn");
    let mut all = table[STREAMS].as_array().cloned().unwrap_or_default();
    let status = change(&mut all, &arn).map_err(|why| ctx.invalid(why))?;
    table[STREAMS] = all.into();
    let answer = json!({"TableName": table["TableName"], "StreamArn": arn, "DestinationStatus": status});
    place.save(ctx.txn, table);
    Ok(answer)
}
