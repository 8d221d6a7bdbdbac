//! A new table as it is described.

use serde_json::{Value, json};

use super::super::Outcome;
use super::super::executor::{Ctx, NEXT};
use super::super::hooks::time;
use super::super::places::{at, each, take};
use super::WARM;

/// Respells what a create sent as a description shows it.
pub fn describe(ctx: &mut Ctx, table: &mut Value) -> Outcome<()> {
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
    if !on_demand && at(table, "OnDemandThroughput").is_some() {
        return Err(ctx.invalid("OnDemandThroughput cannot be specified when BillingMode is PROVISIONED"));
    }
    warm(ctx, table)?;
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
pub fn capacity(of: &mut Value, on_demand: bool) {
    if on_demand || at(of, "ProvisionedThroughput").is_none() {
        of["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 0, "WriteCapacityUnits": 0});
    }
    of["ProvisionedThroughput"]["NumberOfDecreasesToday"] = json!(0);
}

/// What is asked for in advance is at least what there is anyway.
fn warm(ctx: &Ctx, table: &mut Value) -> Outcome<()> {
    let least: Value = serde_json::from_str(WARM).unwrap_or_default();
    for unit in ["ReadUnitsPerSecond", "WriteUnitsPerSecond"] {
        match table["WarmThroughput"][unit].as_i64() {
            None => table["WarmThroughput"][unit] = least[unit].clone(),
            Some(asked) if asked < least[unit].as_i64().unwrap_or_default() => {
                return Err(ctx.invalid(format!("One or more parameter values were invalid: Requested {unit} for WarmThroughput is lower than the current one")));
            }
            Some(_) => {}
        }
    }
    table["WarmThroughput"]["Status"] = "ACTIVE".into();
    Ok(())
}

/// An index as it is described; `on_demand` only for a global one.
pub fn index(_: &Ctx, table: &Value, mut index: Value, on_demand: Option<bool>) -> Value {
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
pub fn settled(table: &Value) -> Value {
    let left: Vec<Value> = each(table, "GlobalSecondaryIndexes[]")
        .into_iter()
        .filter(|index| index["IndexStatus"] != "DELETING")
        .cloned()
        .collect();
    let active = left.into_iter().map(|mut index| {
        index["IndexStatus"] = "ACTIVE".into();
        index
    });
    let mut active: Vec<Value> = active.collect();
    // In an order of AWS's, whenever each was made.
    active.sort_by_key(|index| index["IndexName"].to_string());
    if active.is_empty() { Value::Null } else { Value::Array(active) }
}

/// Exactly the attributes that keys use are defined; they come back sorted.
pub fn definitions(ctx: &Ctx, table: &mut Value) -> Outcome<()> {
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
pub fn stream(ctx: &Ctx, table: &mut Value) -> Outcome<()> {
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

pub fn encryption(ctx: &Ctx, table: &mut Value) {
    let Some(sent) = take(table, "SSESpecification") else { return };
    if sent["Enabled"] == true {
        // A key is told by its ARN, however it was named.
        let named = sent["KMSMasterKeyId"].as_str().unwrap_or("aws-dynamodb");
        let key = match named.starts_with("arn:") && !named.contains(":alias/") {
            true => named.to_owned(),
            false => {
                let id = named.rsplit('/').next().unwrap_or_default();
                ctx.expand("arn:{partition}:kms:{region}:{account}:key/", &Value::Null) + id
            }
        };
        table["SSEDescription"] = json!({"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key});
    } else {
        take(table, "SSEDescription");
    }
}

pub fn class(ctx: &Ctx, table: &mut Value) {
    match take(table, "TableClass") {
        Some(class) if class != "STANDARD" || at(table, "TableClassSummary").is_some() => {
            table["TableClassSummary"] = json!({"TableClass": class, "LastUpdateDateTime": ctx.now});
        }
        _ => {}
    }
}
