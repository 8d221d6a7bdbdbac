//! Between a table's properties and DynamoDB's own documents, which keep the types of keys apart.

use crate::engine::{Map, Value};
use crate::value;

const ON_DEMAND: &str = "PAY_PER_REQUEST";
const CAPACITY: [&str; 2] = ["ReadCapacityUnits", "WriteCapacityUnits"];

/// The list under a member; empty if there is none.
pub fn list<'v>(properties: &'v Value, member: &str) -> &'v [Value] {
    properties.get(member).and_then(Value::as_list).unwrap_or_default()
}

/// `AttributeDefinitions`: each attribute that is a key somewhere, once.
pub fn definitions(properties: &Value) -> Value {
    let indexes = list(properties, "GlobalSecondaryIndexes");
    let keys = indexes.iter().chain([properties]).flat_map(|of| list(of, "KeySchema"));
    let types: std::collections::BTreeMap<&str, &str> =
        keys.filter_map(|key| Some((key.text_at("AttributeName")?, key.text_at("AttributeType")?))).collect();
    let one = |(name, ty)| value!({ "AttributeName": name, "AttributeType": ty });
    Value::List(types.into_iter().map(one).collect())
}

/// A table or an index with its schema as DynamoDB takes it.
pub fn sent(of: &Value) -> Value {
    let mut sent = of.clone();
    let key = |key: &Value| {
        let mut key = key.clone();
        key.remove("AttributeType");
        key
    };
    sent.put("KeySchema", list(of, "KeySchema").iter().map(key).collect::<Vec<_>>().into());
    sent
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
    if let Some(units) = capacity(table, billing) {
        properties.put("ProvisionedThroughput", units);
    }
    for member in ["StreamSpecification", "DeletionProtectionEnabled"] {
        if let Some(value) = table.get(member) {
            properties.put(member, value.clone());
        }
    }
    let indexes: Vec<Value> =
        list(table, "GlobalSecondaryIndexes").iter().map(|one| index(one, definitions, billing)).collect();
    if !indexes.is_empty() {
        properties.put("GlobalSecondaryIndexes", indexes.into());
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
    if let Some(units) = capacity(told, billing) {
        index.put("ProvisionedThroughput", units);
    }
    index
}

/// The capacity of a table or an index; on demand it reads 0, which means none.
fn capacity(of: &Value, billing: &str) -> Option<Value> {
    let told = of.get("ProvisionedThroughput").filter(|_| billing != ON_DEMAND)?;
    let units = CAPACITY.iter().filter_map(|unit| Some(((*unit).to_owned(), told.get(unit)?.clone())));
    Some(units.collect::<Map>().into())
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

/// Whether an index can become another without being made anew: only its capacity differs.
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
