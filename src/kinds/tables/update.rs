//! A table's updates: DynamoDB takes one kind of change in a call, and only while the table is active,
//! so one update is a sequence of calls with waits between them.

use crate::engine::{Aws, Result, UpdateStep, Value};
use crate::kinds::tagging;
use crate::value;

use super::{facets, live, wire};

const GLOBAL: &str = "GlobalSecondaryIndexes";
const STREAM: &str = "StreamSpecification";

/// Brings a table to the wish: indexes that go, settings, the class, another stream, more warmth, indexes
/// that come, the key, then what is no part of UpdateTable.
pub async fn update(aws: &dyn Aws, step: &UpdateStep) -> Result<()> {
    let table = Table { aws, step, name: &step.wish.name };
    for index in table.indexes_that_go() {
        let name = index.get("IndexName").cloned().unwrap_or_default();
        table.change_index(value!({ "Delete": { "IndexName": name } }), None).await?;
    }
    let settings = table.settings();
    if settings.as_map().is_some_and(|settings| !settings.is_empty()) {
        table.change(settings).await?;
    }
    if step.touches("TableClass") {
        // DynamoDB takes a class with no other change in the call.
        let class = step.wish.properties.get("TableClass").cloned().unwrap_or("STANDARD".into());
        table.change(value!({ "TableClass": class })).await?;
    }
    if let (Some(_), Some(view), true) = (table.view(false), table.view(true), step.touches(STREAM)) {
        // The settings have disabled the old stream.
        table
            .change(value!({ "StreamSpecification": { "StreamEnabled": true, "StreamViewType": view } }))
            .await?;
    }
    for warmer in table.warmer() {
        table.change(warmer).await?;
    }
    // One at a time: each with the definitions of the keys that there are then, no more and no less.
    let mut coming = table.indexes_that_come();
    while !coming.is_empty() {
        let index = coming.remove(0);
        let definitions = wire::definitions(&without(&step.wish.properties, &coming));
        table.change_index(value!({ "Create": (wire::sent(index)) }), Some(definitions)).await?;
    }
    if step.touches("SSESpecification") {
        // DynamoDB takes a key with no other change in the call.
        let key = wire::encryption(&step.wish.properties);
        let key = key.unwrap_or_else(|| value!({ "Enabled": false }));
        table.change(value!({ "SSESpecification": key })).await?;
    }
    facets::time_to_live(aws, step).await?;
    table.tags().await?;
    facets::backups(aws, step).await?;
    facets::insights(aws, step).await?;
    facets::destination(aws, step).await
}

/// A table without these indexes.
fn without(properties: &Value, indexes: &[&Value]) -> Value {
    let stay = wire::list(properties, "GlobalSecondaryIndexes").iter();
    let stay: Vec<Value> =
        stay.filter(|index| !indexes.iter().any(|other| named(other, index))).cloned().collect();
    let mut table = properties.clone();
    table.put("GlobalSecondaryIndexes", stay.into());
    table
}

struct Table<'a> {
    aws: &'a dyn Aws,
    step: &'a UpdateStep,
    name: &'a str,
}

impl<'a> Table<'a> {
    fn wish(&self) -> &'a Value {
        &self.step.wish.properties
    }

    fn live(&self) -> &'a Value {
        &self.step.live.properties
    }

    /// The view of the stream that is wished, or that is live.
    fn view(&self, wished: bool) -> Option<&'a str> {
        let of = if wished { self.wish() } else { self.live() };
        of.text_at("StreamSpecification.StreamViewType")
    }

    /// Live indexes that are not wished, or not as they are.
    fn indexes_that_go(&self) -> Vec<&'a Value> {
        differing(self.live(), self.wish())
    }

    /// Wished indexes that are not there, or not as they are wished.
    fn indexes_that_come(&self) -> Vec<&'a Value> {
        differing(self.wish(), self.live())
    }

    /// Everything that one UpdateTable takes at once.
    fn settings(&self) -> Value {
        let (step, wish) = (self.step, self.wish());
        let mut settings = Value::map();
        if ["BillingMode", "ProvisionedThroughput", "InitialThroughput"].iter().any(|path| step.touches(path))
        {
            if let Some(mode) = wish.get("BillingMode") {
                settings.put("BillingMode", mode.clone());
            }
            if let Some(units) = wire::units(wish) {
                settings.put("ProvisionedThroughput", units.clone());
            }
        }
        // Where the capacity comes to be provisioned, what was the most on demand goes by itself.
        let on_demand = wire::units(wish).is_none();
        if let Some(most) = wire::most_on_demand(self.live(), wish).filter(|_| on_demand) {
            settings.put("OnDemandThroughput", most);
        }
        let updates = self.capacities();
        if !updates.is_empty() {
            settings.put("GlobalSecondaryIndexUpdates", updates.into());
        }
        const PROTECTED: &str = "DeletionProtectionEnabled";
        if step.touches(PROTECTED) {
            settings.put(PROTECTED, wish.get(PROTECTED).cloned().unwrap_or(false.into()));
        }
        if step.touches(STREAM) {
            match (self.view(false), self.view(true)) {
                // An enabled stream cannot be enabled with another view: it goes first.
                (Some(_), _) => settings.put(STREAM, value!({ "StreamEnabled": false })),
                (None, Some(view)) => {
                    settings.put(STREAM, value!({ "StreamEnabled": true, "StreamViewType": view }));
                }
                (None, None) => {}
            }
        }
        settings
    }

    /// Indexes that stay, as they are and as they are wished.
    fn that_stay(&self) -> impl Iterator<Item = (&'a Value, &'a Value)> {
        let live = wire::list(self.live(), GLOBAL);
        wire::list(self.wish(), GLOBAL).iter().filter_map(move |wish| {
            Some((live.iter().find(|live| named(live, wish) && wire::same_index(live, wish))?, wish))
        })
    }

    /// New capacities of indexes that stay, and new limits. On demand no capacity is wished, so none is
    /// sent; nor is one that somebody else scales by now.
    fn capacities(&self) -> Vec<Value> {
        let units = |of: &Value| of.get("ProvisionedThroughput").cloned();
        let update = |(live, wish): (&Value, &Value)| {
            let mut update = Value::map();
            let differs = match wish.get("ProvisionedThroughput") {
                Some(_) => units(live) != units(wish),
                None => units(live).is_none(),
            };
            if let Some(units) = wire::units(wish).filter(|_| differs) {
                update.put("ProvisionedThroughput", units.clone());
            }
            let on_demand = wire::units(wish).is_none();
            if let Some(most) = wire::most_on_demand(live, wish).filter(|_| on_demand) {
                update.put("OnDemandThroughput", most);
            }
            updated(wish, update)
        };
        self.that_stay().filter_map(update).collect()
    }

    /// What warms up the table, and what its indexes: in calls of their own.
    fn warmer(&self) -> Vec<Value> {
        let table = wire::warmer(self.live(), self.wish());
        let mut calls: Vec<Value> =
            table.into_iter().map(|warm| value!({ "WarmThroughput": warm })).collect();
        let index = |(live, wish): (&Value, &Value)| {
            let warm = wire::warmer(live, wish)?;
            updated(wish, value!({ "WarmThroughput": warm }))
        };
        let indexes: Vec<Value> = self.that_stay().filter_map(index).collect();
        if !indexes.is_empty() {
            calls.push(value!({ "GlobalSecondaryIndexUpdates": indexes }));
        }
        calls
    }

    async fn change_index(&self, change: Value, definitions: Option<Value>) -> Result<()> {
        let mut input = value!({ "GlobalSecondaryIndexUpdates": [change] });
        if let Some(definitions) = definitions {
            input.put("AttributeDefinitions", definitions);
        }
        self.change(input).await
    }

    /// One UpdateTable, and the wait until it is done.
    async fn change(&self, mut input: Value) -> Result<()> {
        input.put("TableName", self.name.into());
        self.aws.call("dynamodb", "UpdateTable", input).await?;
        live::SETTLING.wait(self.aws, &value!({ "TableName": (self.name) })).await.map(drop)
    }

    async fn tags(&self) -> Result<()> {
        let arn = live::arn(self.aws, self.name);
        let retag = tagging::Retag::of(self.step);
        if !retag.set.is_empty() {
            let input = value!({ "ResourceArn": (arn.as_str()), "Tags": (tagging::as_list(&retag.set)) });
            self.aws.call("dynamodb", "TagResource", input).await?;
        }
        if !retag.unset.is_empty() {
            let input = value!({ "ResourceArn": arn, "TagKeys": (retag.unset) });
            self.aws.call("dynamodb", "UntagResource", input).await?;
        }
        Ok(())
    }
}

/// A change of an index; nothing if nothing changes.
fn updated(index: &Value, mut update: Value) -> Option<Value> {
    if update.is_empty() {
        return None;
    }
    update.put("IndexName", index.get("IndexName")?.clone());
    Some(value!({ "Update": update }))
}

fn named(a: &Value, b: &Value) -> bool {
    a.get("IndexName") == b.get("IndexName")
}

/// The indexes of one side that the other lacks or has otherwise.
fn differing<'v>(one: &'v Value, other: &Value) -> Vec<&'v Value> {
    let others = wire::list(other, "GlobalSecondaryIndexes");
    let same =
        |index: &Value| others.iter().any(|other| named(index, other) && wire::same_index(index, other));
    wire::list(one, "GlobalSecondaryIndexes").iter().filter(|index| !same(index)).collect()
}
