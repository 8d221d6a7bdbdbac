//! Between a table's properties and DynamoDB's own documents, which keep the types of keys apart.

use crate::engine::{Map, Value};
use crate::value;

const ON_DEMAND: &str = "PAY_PER_REQUEST";
const CAPACITY: [&str; 2] = ["ReadCapacityUnits", "WriteCapacityUnits"];
const WARM: [&str; 2] = ["ReadUnitsPerSecond", "WriteUnitsPerSecond"];
/// The lists of indexes.
pub const INDEXES: [&str; 2] = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];

/// The list under a member; empty if there is none.
pub fn list<'v>(properties: &'v Value, member: &str) -> &'v [Value] {
    properties.get(member).and_then(Value::as_list).unwrap_or_default()
}

/// `AttributeDefinitions`: each attribute that is a key somewhere, once.
pub fn definitions(properties: &Value) -> Value {
    let indexes = INDEXES.iter().flat_map(|member| list(properties, member));
    let keys = indexes.chain([properties]).flat_map(|of| list(of, "KeySchema"));
    let types: std::collections::BTreeMap<&str, &str> =
        keys.filter_map(|key| Some((key.text_at("AttributeName")?, key.text_at("AttributeType")?))).collect();
    let one = |(name, ty)| value!({ "AttributeName": name, "AttributeType": ty });
    Value::List(types.into_iter().map(one).collect())
}

/// What CreateTable takes of a table, its name and tags apart.
pub fn created(properties: &Value) -> Value {
    let mut input = value!({ "AttributeDefinitions": (definitions(properties)) });
    // Time to live, backups, insights and a destination come with the update that follows.
    let taken = [
        "KeySchema",
        "BillingMode",
        "ProvisionedThroughput",
        "OnDemandThroughput",
        "WarmThroughput",
        "StreamSpecification",
        "TableClass",
        "DeletionProtectionEnabled",
    ];
    let table = sent(properties);
    for member in taken {
        if let Some(value) = table.get(member) {
            input.put(member, value.clone());
        }
    }
    if let Some(key) = encryption(properties) {
        input.put("SSESpecification", key);
    }
    for member in INDEXES {
        let indexes: Vec<Value> = list(properties, member).iter().map(sent).collect();
        if !indexes.is_empty() {
            input.put(member, indexes.into());
        }
    }
    input
}

/// A table or an index with its schema as DynamoDB takes it, and with the capacity that it begins with.
pub fn sent(of: &Value) -> Value {
    let mut sent = of.clone();
    let key = |key: &Value| {
        let mut key = key.clone();
        key.remove("AttributeType");
        key
    };
    sent.put("KeySchema", list(of, "KeySchema").iter().map(key).collect::<Vec<_>>().into());
    sent.remove("InitialThroughput");
    sent.remove("ContributorInsightsSpecification");
    if let Some(units) = units(of) {
        sent.put("ProvisionedThroughput", units.clone());
    }
    sent
}

/// The capacity that is wished of a table or an index, or that it begins with.
pub fn units(of: &Value) -> Option<&Value> {
    of.get("ProvisionedThroughput").or_else(|| of.get("InitialThroughput"))
}

/// The encryption that is wished; nothing if it is AWS's own matter.
pub fn encryption(properties: &Value) -> Option<Value> {
    /// AWS's own key in the account, which DynamoDB wants not to be named.
    const MANAGED: &str = "alias/aws/dynamodb";
    let key = ["SSESpecification.KMSMasterKeyId", "SSESpecification.KMSMasterKeyAlias"];
    let key = key.iter().find_map(|path| properties.at(path))?;
    let mut encryption = value!({ "Enabled": true, "SSEType": "KMS" });
    if key.as_str() != Some(MANAGED) {
        encryption.put("KMSMasterKeyId", key.clone());
    }
    Some(encryption)
}

/// What a schema is with the types of its keys.
fn typed(schema: &[Value], definitions: &[Value]) -> Value {
    let key = |key: &Value| {
        let mut key = key.clone();
        let name = key.text_at("AttributeName").unwrap_or_default().to_owned();
        let defined = definitions.iter().find(|one| one.text_at("AttributeName") == Some(&name));
        if let Some(ty) = defined.and_then(|defined| defined.get("AttributeType")) {
            key.put("AttributeType", ty.clone());
        }
        key
    };
    schema.iter().map(key).collect::<Vec<_>>().into()
}

/// What DescribeTable tells, in the shape of the properties.
pub fn observed(table: &Value) -> Value {
    let definitions = list(table, "AttributeDefinitions");
    // A table that has always been provisioned says nothing of it.
    let billing = table.text_at("BillingModeSummary.BillingMode").unwrap_or("PROVISIONED");
    let mut properties = value!({
        "TableName": (table.text_at("TableName").unwrap_or_default()),
        "KeySchema": (typed(list(table, "KeySchema"), definitions)),
        "BillingMode": billing,
        "TableClass": (table.text_at("TableClassSummary.TableClass").unwrap_or("STANDARD")),
    });
    put_throughput(&mut properties, table, billing);
    if table
        .text_at("SSEDescription.Status")
        .is_some_and(|status| ["ENABLED", "UPDATING", "ENABLING"].contains(&status))
    {
        let key = table.at("SSEDescription.KMSMasterKeyArn").cloned().unwrap_or_default();
        properties.put("SSESpecification", value!({ "Enabled": true, "KMSMasterKeyId": key }));
    }
    for member in ["StreamSpecification", "DeletionProtectionEnabled"] {
        if let Some(value) = table.get(member) {
            properties.put(member, value.clone());
        }
    }
    for member in INDEXES {
        let indexes: Vec<Value> =
            list(table, member).iter().map(|one| index(one, definitions, billing)).collect();
        if !indexes.is_empty() {
            properties.put(member, indexes.into());
        }
    }
    properties
}

fn index(told: &Value, definitions: &[Value], billing: &str) -> Value {
    let mut index = value!({ "KeySchema": (typed(list(told, "KeySchema"), definitions)) });
    for member in ["IndexName", "Projection"] {
        if let Some(value) = told.get(member) {
            index.put(member, value.clone());
        }
    }
    put_throughput(&mut index, told, billing);
    index
}

/// What is told of how much can be read and written.
fn put_throughput(of: &mut Value, told: &Value, billing: &str) {
    if let Some(units) = capacity(told, billing) {
        // Which of them is compared, the wish says.
        of.put("InitialThroughput", units.clone());
        of.put("ProvisionedThroughput", units);
    }
    if let Some(most) = told.get("OnDemandThroughput").filter(|_| billing == ON_DEMAND) {
        of.put("OnDemandThroughput", most.clone());
    }
    if let Some(warm) = told.get("WarmThroughput") {
        of.put("WarmThroughput", only(warm, &WARM));
    }
}

/// The capacity of a table or an index; on demand it reads 0, which means none.
fn capacity(of: &Value, billing: &str) -> Option<Value> {
    let told = of.get("ProvisionedThroughput").filter(|_| billing != ON_DEMAND)?;
    Some(only(told, &CAPACITY))
}

/// These members of a map.
fn only(of: &Value, members: &[&str]) -> Value {
    let kept = members.iter().filter_map(|member| Some(((*member).to_owned(), of.get(member)?.clone())));
    kept.collect::<Map>().into()
}

/// What must be sent so that no limit is left that is not wished: -1 takes one away.
pub fn most_on_demand(live: &Value, wish: &Value) -> Option<Value> {
    let mut most = Value::map();
    for unit in ["MaxReadRequestUnits", "MaxWriteRequestUnits"] {
        let of = |of: &Value| {
            let units = of.at(&format!("OnDemandThroughput.{unit}")).and_then(Value::as_i64);
            units.filter(|units| *units >= 0)
        };
        if of(live) != of(wish) {
            most.put(unit, of(wish).unwrap_or(-1).into());
        }
    }
    Some(most).filter(|most| !most.is_empty())
}

/// What must be sent so that what is wished can be served at once: DynamoDB takes nothing below what
/// there is.
pub fn warmer(live: &Value, wish: &Value) -> Option<Value> {
    let of = |of: &Value, unit: &str| of.at(&format!("WarmThroughput.{unit}")).and_then(Value::as_i64);
    let rises = |unit: &&str| of(wish, unit).is_some_and(|units| units > of(live, unit).unwrap_or_default());
    if !WARM.iter().any(rises) {
        return None;
    }
    let mut warm = Value::map();
    for unit in WARM {
        if let Some(units) = of(wish, unit).max(of(live, unit)) {
            warm.put(unit, units.into());
        }
    }
    Some(warm)
}

/// What keeps a table from being changed; nothing if it is ready.
pub fn busy(table: &Value) -> Option<String> {
    const PASSING: [&str; 3] = ["CREATING", "UPDATING", "DELETING"];
    let status = table.text_at("TableStatus").unwrap_or_default();
    if PASSING.contains(&status) {
        return Some(format!("the table is {status}"));
    }
    list(table, "GlobalSecondaryIndexes").iter().find_map(|index| {
        let status = index.text_at("IndexStatus").filter(|status| PASSING.contains(status))?;
        let name = index.text_at("IndexName").unwrap_or_default();
        let filled = if index.get("Backfilling").and_then(Value::as_bool) == Some(true) {
            " and being filled"
        } else {
            ""
        };
        Some(format!("the index {name} is {status}{filled}"))
    })
}

/// Whether an index can become another without being made anew: only its throughput or its insights differ.
pub fn same_index(a: &Value, b: &Value) -> bool {
    let included = |index: &Value| {
        let mut names: Vec<String> = index
            .at("Projection.NonKeyAttributes")
            .and_then(Value::as_list)
            .unwrap_or_default()
            .iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        names.sort_unstable();
        names
    };
    a.get("KeySchema") == b.get("KeySchema")
        && a.at("Projection.ProjectionType") == b.at("Projection.ProjectionType")
        && included(a) == included(b)
}
