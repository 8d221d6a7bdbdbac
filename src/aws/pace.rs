//! Pacing by the published limits of the control planes, so that a run is not throttled in the first
//! place.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::engine::limits::LIMITS;

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
}
