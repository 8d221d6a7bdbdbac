//! The published limits of the control planes, and the least time that calls take under them.

use std::collections::BTreeMap;
use std::time::Duration;

/// One published limit: so many calls at once, then one per interval.
pub struct Limit {
    service: &'static str,
    /// Empty: every operation of the service but `except`.
    operations: &'static [&'static str],
    except: &'static [&'static str],
    /// Whether each operation has the limit for itself, or all of them share it.
    each: bool,
    pub interval: Duration,
    burst: u32,
}

const fn all(service: &'static str, interval_ms: u64, burst: u32) -> Limit {
    let interval = Duration::from_millis(interval_ms);
    Limit { service, operations: &[], except: &[], each: false, interval, burst }
}

const fn of(
    service: &'static str,
    operations: &'static [&'static str],
    interval_ms: u64,
    burst: u32,
) -> Limit {
    Limit { operations, ..all(service, interval_ms, burst) }
}

/// Per account and region. API Gateway: "Quotas for creating and managing APIs"; its total counts
/// every operation beside the operation's own limit. Lambda: GetFunction and GetPolicy have their own,
/// the rest shares one. EventBridge: 50 per second and operation. DynamoDB: tagging. Kinesis: five per
/// second and operation, 20 descriptions. Those of Pipes, IAM, SQS and CloudWatch Logs are not published;
/// throttling tells.
pub const LIMITS: &[Limit] = &[
    all("apigateway", 100, 40),
    of("apigateway", &["CreateRestApi"], 3_000, 1),
    of("apigateway", &["CreateDeployment"], 5_000, 1),
    of("apigateway", &["DeleteRestApi"], 30_000, 1),
    of("apigateway", &["CreateResource"], 200, 1),
    of("apigateway", &["DeleteResource"], 200, 1),
    of("apigateway", &["GetResources"], 400, 1),
    of("apigateway", &["UpdateUsagePlan"], 20_000, 1),
    of("apigateway", &["CreateApiKey"], 200, 1),
    of("apigateway", &["DeleteApiKey"], 200, 1),
    Limit { except: &["GetFunction", "GetPolicy"], ..all("lambda", 67, 15) },
    of("lambda", &["GetFunction"], 10, 100),
    of("lambda", &["GetPolicy"], 67, 15),
    of("dynamodb", &["TagResource", "UntagResource"], 200, 5),
    of("dynamodb", &["ListTagsOfResource"], 100, 10),
    of("events", &["CreateEndpoint"], 200, 5),
    of("events", &["DeleteEndpoint"], 200, 5),
    Limit { each: true, ..all("events", 20, 50) },
    Limit { each: true, except: &["DescribeStreamSummary"], ..all("kinesis", 200, 5) },
    of("kinesis", &["DescribeStreamSummary"], 50, 20),
];

impl Limit {
    /// Whether calls of the operation count for it.
    pub fn counts(&self, service: &str, operation: &str) -> bool {
        self.service == service
            && (self.operations.is_empty() || self.operations.contains(&operation))
            && !self.except.contains(&operation)
    }

    /// The bucket that a call of this operation takes from.
    pub fn bucket(&self, operation: &'static str) -> &'static str {
        if self.each { operation } else { "" }
    }

    /// Until when `burst` calls ahead of their time are let through.
    pub fn lead(&self) -> Duration {
        self.interval * (self.burst - 1)
    }
}

/// The least time that a set of calls takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Floor {
    pub time: Duration,
    /// The limit that decides, such as `apigateway:DeleteRestApi, one per 30 s`; nothing if no limit
    /// is reached.
    pub limit: Option<String>,
}

/// The least time that calls need under the published limits, by service and operation.
pub fn floor(counts: &BTreeMap<(&'static str, &'static str), u64>) -> Floor {
    let mut floor = Floor { time: Duration::ZERO, limit: None };
    for limit in LIMITS {
        let mut buckets: BTreeMap<&'static str, u64> = BTreeMap::new();
        for ((service, operation), count) in counts {
            if limit.counts(service, operation) {
                *buckets.entry(limit.bucket(operation)).or_default() += count;
            }
        }
        for (bucket, count) in buckets {
            let beyond = u32::try_from(count.saturating_sub(limit.burst.into())).unwrap_or(u32::MAX);
            let time = limit.interval.saturating_mul(beyond);
            if time > floor.time {
                floor = Floor { time, limit: Some(limit.describe(bucket)) };
            }
        }
    }
    floor
}

impl Limit {
    fn describe(&self, bucket: &str) -> String {
        let operations = match (bucket, self.operations) {
            ("", []) => "all calls".to_owned(),
            ("", operations) => operations.join(" and "),
            (operation, _) => operation.to_owned(),
        };
        let rate = match self.interval.as_secs() {
            0 => format!("{:.0} per second", 1.0 / self.interval.as_secs_f64()),
            seconds => format!("one per {seconds} s"),
        };
        format!("{}:{operations}, {rate}", self.service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_is_that_of_the_slowest_limit_and_says_which() {
        let counts = BTreeMap::from([
            (("apigateway", "CreateDeployment"), 20),
            (("apigateway", "CreateRestApi"), 20),
            (("events", "PutRule"), 40),
        ]);
        let expected = "apigateway:CreateDeployment, one per 5 s".to_owned();
        assert_eq!(floor(&counts), Floor { time: Duration::from_secs(95), limit: Some(expected) });
        let few = BTreeMap::from([(("events", "PutRule"), 50)]);
        assert_eq!(floor(&few), Floor { time: Duration::ZERO, limit: None });
    }
}
