//! A table's updates: DynamoDB takes one kind of change in a call, and only while the table is active,
//! so one update is a sequence of calls with waits between them.

use crate::engine::error::{AwsError, Class};
use crate::engine::{Aws, Result, UpdateStep, Value};
use crate::kinds::tagging;
use crate::value;

use super::{live, wire};

const STREAM: &str = "StreamSpecification";

/// Brings a table to the wish: indexes that go, settings, the class, another stream, indexes that come, time to
/// live, tags, backups.
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
    // One at a time: each with the definitions of the keys that there are then, no more and no less.
    let mut coming = table.indexes_that_come();
    while !coming.is_empty() {
        let index = coming.remove(0);
        let definitions = wire::definitions(&without(&step.wish.properties, &coming));
        table.change_index(value!({ "Create": (wire::sent(index)) }), Some(definitions)).await?;
    }
    table.time_to_live().await?;
    table.tags().await?;
    table.backups().await
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
        if step.touches("BillingMode") || step.touches("ProvisionedThroughput") {
            for member in ["BillingMode", "ProvisionedThroughput"] {
                if let Some(value) = wish.get(member) {
                    settings.put(member, value.clone());
                }
            }
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

    /// New capacities of indexes that stay. On demand none is wished, so none is sent.
    fn capacities(&self) -> Vec<Value> {
        let live = wire::list(self.live(), "GlobalSecondaryIndexes");
        let stays =
            |index: &&Value| live.iter().any(|live| named(live, index) && wire::same_index(live, index));
        let differs = |index: &&Value| {
            let units = |of: &Value| of.get("ProvisionedThroughput").cloned();
            live.iter().any(|live| named(live, index) && units(live) != units(index))
        };
        let update = |index: &Value| {
            let units = index.get("ProvisionedThroughput")?.clone();
            let name = index.get("IndexName")?.clone();
            Some(value!({ "Update": { "IndexName": name, "ProvisionedThroughput": units } }))
        };
        let wished = wire::list(self.wish(), "GlobalSecondaryIndexes").iter();
        wished.filter(stays).filter(differs).filter_map(update).collect()
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
        let mut what = String::new();
        for turn in 0..live::LOOKS {
            self.aws.forget();
            let told =
                self.aws.call("dynamodb", "DescribeTable", value!({ "TableName": (self.name) })).await?;
            match told.get("Table").and_then(wire::busy) {
                Some(busy) => what = busy,
                None => return Ok(()),
            }
            self.aws.pause(turn).await;
        }
        let message = format!("{what} for hours");
        Err(AwsError::new("dynamodb", "UpdateTable", Class::Invalid, message))
    }

    async fn time_to_live(&self) -> Result<()> {
        const ATTRIBUTE: &str = "TimeToLiveSpecification.AttributeName";
        if !self.step.touches("TimeToLiveSpecification") {
            return Ok(());
        }
        for (attribute, enabled) in [(self.live().at(ATTRIBUTE), false), (self.wish().at(ATTRIBUTE), true)] {
            let Some(attribute) = attribute else { continue };
            let input = value!({
                "TableName": (self.name),
                "TimeToLiveSpecification": { "AttributeName": (attribute.clone()), "Enabled": enabled },
            });
            self.aws.call("dynamodb", "UpdateTimeToLive", input).await.map_err(|mut error| {
                if error.message.contains("modified multiple times") {
                    error.message +=
                        "; DynamoDB takes the next change up to an hour after the last: apply again then";
                }
                error
            })?;
        }
        Ok(())
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

    async fn backups(&self) -> Result<()> {
        const RECOVERY: &str = "PointInTimeRecoverySpecification";
        const DAYS: &str = "PointInTimeRecoverySpecification.RecoveryPeriodInDays";
        if !self.step.touches(RECOVERY) {
            return Ok(());
        }
        let on = self.wish().at("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled");
        let on = on.and_then(Value::as_bool).unwrap_or(false);
        let mut recovery = value!({ "PointInTimeRecoveryEnabled": on });
        // The period that is not wished any more goes back to AWS's own.
        let days = self.wish().at(DAYS).cloned();
        let days = days.or_else(|| self.step.touches(DAYS).then(|| 35.into()));
        if let Some(days) = days.filter(|_| on) {
            recovery.put("RecoveryPeriodInDays", days);
        }
        let input = value!({ "TableName": (self.name), "PointInTimeRecoverySpecification": recovery });
        self.aws.call("dynamodb", "UpdateContinuousBackups", input).await.map(|_| ())
    }
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
