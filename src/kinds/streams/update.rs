//! A stream's updates: Kinesis takes each setting in a call of its own, and only while the stream is
//! active, so one update is a sequence of calls with waits between them.

use crate::engine::{Aws, Result, UpdateStep, Value};
use crate::kinds::{clearing, tagging};
use crate::value;

use super::decl::FIELDS;
use super::live::SETTLING;

const MODE: &str = "StreamModeDetails";
const STRATEGY: &str = "RecordDistributionStrategy";

/// Brings a stream to the wish.
pub async fn update(aws: &dyn Aws, step: &UpdateStep) -> Result<()> {
    let stream = Stream { aws, step, wish: clearing::with_cleared(step, FIELDS) };
    // Records can be distributed by AWS on demand only: that ends before the mode does and begins after.
    let by_aws = stream.wish.text_at(STRATEGY) == Some("AUTO");
    if !by_aws {
        stream.send(STRATEGY, "UpdateStreamRecordDistributionStrategy").await?;
    }
    stream.mode().await?;
    stream.shards().await?;
    if by_aws {
        stream.send(STRATEGY, "UpdateStreamRecordDistributionStrategy").await?;
    }
    // A stream that just came to be on demand got its throughput with the mode.
    if !step.touches(MODE) {
        stream.send("WarmThroughputMiBps", "UpdateStreamWarmThroughput").await?;
    }
    stream.retention().await?;
    stream.send("MaxRecordSizeInKiB", "UpdateMaxRecordSize").await?;
    stream.encryption().await?;
    stream.metrics().await?;
    stream.tags().await
}

struct Stream<'a> {
    aws: &'a dyn Aws,
    step: &'a UpdateStep,
    /// With what clears the fields that were dropped.
    wish: Value,
}

impl Stream<'_> {
    fn name(&self) -> Value {
        self.step.wish.name.as_str().into()
    }

    fn live(&self) -> &Value {
        &self.step.live.properties
    }

    /// One change, and the wait until it is done.
    async fn change(&self, operation: &'static str, input: Value) -> Result<()> {
        self.aws.call("kinesis", operation, input).await?;
        SETTLING.wait(self.aws, &value!({ "StreamName": (self.name()) })).await.map(drop)
    }

    /// A member that has an operation of its own, which takes the stream by its ARN.
    async fn send(&self, member: &str, operation: &'static str) -> Result<()> {
        match self.wish.get(member).filter(|_| self.step.touches(member)) {
            None => Ok(()),
            Some(value) => {
                let mut input = value!({ "StreamARN": (self.arn()) });
                input.put(member, value.clone());
                self.change(operation, input).await
            }
        }
    }

    fn arn(&self) -> String {
        self.aws.place().arn("kinesis", &format!("stream/{}", self.step.wish.name))
    }

    async fn mode(&self) -> Result<()> {
        if !self.step.touches(MODE) {
            return Ok(());
        }
        let mut input = value!({ "StreamARN": (self.arn()) });
        for member in [MODE, "WarmThroughputMiBps"] {
            if let Some(value) = self.wish.get(member) {
                input.put(member, value.clone());
            }
        }
        self.change("UpdateStreamMode", input).await
    }

    /// Kinesis goes to twice the shards at most, and to half of them at least.
    async fn shards(&self) -> Result<()> {
        let Some(wished) = self.wish.get("ShardCount").and_then(Value::as_i64) else { return Ok(()) };
        if !self.step.touches("ShardCount") && !self.step.touches(MODE) {
            return Ok(());
        }
        loop {
            // A stream that was on demand has as many shards as it came to have.
            let told = SETTLING.wait(self.aws, &value!({ "StreamName": (self.name()) })).await?;
            let now = told.at("StreamDescriptionSummary.OpenShardCount").and_then(Value::as_i64).unwrap_or(1);
            if now == wished {
                return Ok(());
            }
            let target = wished.clamp((now + 1) / 2, now * 2);
            let input = value!({
                "StreamName": (self.name()),
                "TargetShardCount": target,
                "ScalingType": "UNIFORM_SCALING",
            });
            self.change("UpdateShardCount", input).await?;
        }
    }

    async fn retention(&self) -> Result<()> {
        const HOURS: &str = "RetentionPeriodHours";
        if !self.step.touches(HOURS) {
            return Ok(());
        }
        let hours = |of: &Value| of.get(HOURS).and_then(Value::as_i64).unwrap_or(24);
        let operation = match hours(&self.wish) > hours(self.live()) {
            true => "IncreaseStreamRetentionPeriod",
            false => "DecreaseStreamRetentionPeriod",
        };
        let input = value!({ "StreamName": (self.name()), "RetentionPeriodHours": (hours(&self.wish)) });
        self.change(operation, input).await
    }

    async fn encryption(&self) -> Result<()> {
        if !self.step.touches("KeyId") {
            return Ok(());
        }
        let (operation, key) = match (self.wish.get("KeyId"), self.live().get("KeyId")) {
            (Some(key), _) => ("StartStreamEncryption", key),
            (None, Some(key)) => ("StopStreamEncryption", key),
            (None, None) => return Ok(()),
        };
        let input = value!({ "StreamName": (self.name()), "EncryptionType": "KMS", "KeyId": (key.clone()) });
        self.change(operation, input).await
    }

    async fn metrics(&self) -> Result<()> {
        let of = |of: &Value| -> Vec<Value> {
            of.get("ShardLevelMetrics").and_then(Value::as_list).unwrap_or_default().to_vec()
        };
        let (live, wish) = (of(self.live()), of(&self.wish));
        for (operation, these, but) in
            [("EnableEnhancedMonitoring", &wish, &live), ("DisableEnhancedMonitoring", &live, &wish)]
        {
            let metrics: Vec<Value> = these.iter().filter(|metric| !but.contains(metric)).cloned().collect();
            if !metrics.is_empty() {
                let input = value!({ "StreamName": (self.name()), "ShardLevelMetrics": metrics });
                self.change(operation, input).await?;
            }
        }
        Ok(())
    }

    async fn tags(&self) -> Result<()> {
        let retag = tagging::Retag::of(self.step);
        if !retag.set.is_empty() {
            let input = value!({ "StreamName": (self.name()), "Tags": (retag.set) });
            self.aws.call("kinesis", "AddTagsToStream", input).await?;
        }
        if !retag.unset.is_empty() {
            let input = value!({ "StreamName": (self.name()), "TagKeys": (retag.unset) });
            self.aws.call("kinesis", "RemoveTagsFromStream", input).await?;
        }
        Ok(())
    }
}
