//! Pacing by the published limits of the control planes, so that a run is not throttled in the first
//! place.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// One published limit: so many calls at once, then one per interval.
struct Limit {
    service: &'static str,
    /// Empty: every operation of the service but `except`.
    operations: &'static [&'static str],
    except: &'static [&'static str],
    /// Whether each operation has the limit for itself, or all of them share it.
    each: bool,
    interval: Duration,
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
const LIMITS: &[Limit] = &[
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
    Limit { each: true, ..all("events", 20, 50) },
    Limit { each: true, except: &["DescribeStreamSummary"], ..all("kinesis", 200, 5) },
    of("kinesis", &["DescribeStreamSummary"], 50, 20),
];

impl Limit {
    fn counts(&self, service: &str, operation: &str) -> bool {
        self.service == service
            && (self.operations.is_empty() || self.operations.contains(&operation))
            && !self.except.contains(&operation)
    }

    /// The bucket that a call of this operation takes from.
    fn bucket(&self, operation: &'static str) -> &'static str {
        if self.each { operation } else { "" }
    }

    /// Until when `burst` calls ahead of their time are let through.
    fn lead(&self) -> Duration {
        self.interval * (self.burst - 1)
    }
}

/// Gives each call its time. Buckets are kept as the time at which the next call would be due if
/// calls came evenly.
#[derive(Default)]
pub(super) struct Pacer(Mutex<HashMap<(usize, &'static str), Instant>>);

impl Pacer {
    /// Takes a place in every bucket that the call counts for: how long to wait from `now`.
    pub fn reserve(&self, service: &str, operation: &'static str, now: Instant) -> Duration {
        let mut due = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let limits = LIMITS.iter().enumerate().filter(|(_, limit)| limit.counts(service, operation));
        limits.fold(Duration::ZERO, |wait, (row, limit)| {
            let next = due.entry((row, limit.bucket(operation))).or_insert(now);
            let at = (*next).max(now);
            *next = at + limit.interval;
            wait.max((at - now).saturating_sub(limit.lead()))
        })
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

    fn waits(calls: &[(&str, &'static str)]) -> Vec<u128> {
        let (pacer, now) = (Pacer::default(), Instant::now());
        calls.iter().map(|(service, operation)| pacer.reserve(service, operation, now).as_millis()).collect()
    }

    // A8 (rebuy-de/aws-nuke#311, cloud-custodian/cloud-custodian#7100, hashicorp/terraform-provider-aws#7554):
    // deletes of APIs are throttled for minutes.
    #[test]
    fn calls_beyond_the_burst_wait_their_turn() {
        assert_eq!(waits(&[("apigateway", "DeleteRestApi"); 3]), [0, 30_000, 60_000]);
        assert_eq!(waits(&[("pipes", "CreatePipe"); 100]), [0; 100]);
        let gets = waits(&[("apigateway", "GetStage"); 42]);
        assert_eq!((gets[39], gets[40], gets[41]), (0, 100, 200));
    }

    #[test]
    fn a_service_s_total_and_an_operation_s_own_limit_both_count() {
        let mut calls = vec![("apigateway", "GetStage"); 41];
        calls.push(("apigateway", "GetResources"));
        assert_eq!(waits(&calls)[41], 200);
        let policies = waits(&[&[("lambda", "TagResource"); 15][..], &[("lambda", "GetPolicy")]].concat());
        assert_eq!(policies[15], 0);
    }

    #[test]
    fn each_operation_of_events_has_its_own_limit() {
        let calls = [&[("events", "PutRule"); 51][..], &[("events", "PutTargets")]].concat();
        let waits = waits(&calls);
        assert_eq!((waits[50], waits[51]), (20, 0));
    }

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
