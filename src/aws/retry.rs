//! The one retry loop: which class of error is tried again, how soon and how long.

use std::collections::HashMap;
use std::future::Future;
use std::time::Duration;

use super::cancel::Cancel;
use crate::engine::error::Result;
use crate::engine::{AwsError, Class};

/// How errors of a class are retried: waits from `first`, doubled up to `cap`, each shortened at
/// random (full jitter), until the waits fill `budget` or `tries` have failed. The time of the attempts
/// themselves does not count: a slow network costs no tries.
struct Rule {
    /// Empty for every service.
    service: &'static str,
    class: Class,
    first: Duration,
    cap: Duration,
    budget: Duration,
    tries: u32,
}

const fn rule(class: Class, first_ms: u64, cap_ms: u64, budget_s: u64, tries: u32) -> Rule {
    Rule {
        service: "",
        class,
        first: Duration::from_millis(first_ms),
        cap: Duration::from_millis(cap_ms),
        budget: Duration::from_secs(budget_s),
        tries,
    }
}

/// First match wins; a class without a row is final. Roles and policies are known everywhere within seconds, so their
/// waits are dense; the longest known conflicts (a table's backups, a function's update) pass within
/// minutes, but what IAM refuses to delete for longer than a moment is in use; a service that keeps
/// failing does so for long. API Gateway deletes one API in 30 seconds per account, so several that
/// wait their turn beside others' need many minutes.
const RULES: &[Rule] = &[
    Rule { service: "apigateway", ..rule(Class::Throttled, 500, 10_000, 600, u32::MAX) },
    rule(Class::Throttled, 500, 10_000, 120, u32::MAX),
    rule(Class::Transient, 500, 5_000, 60, 5),
    rule(Class::Ambiguous, 500, 5_000, 60, 4),
    rule(Class::Propagation, 500, 4_000, 120, u32::MAX),
    Rule { service: "iam", ..rule(Class::Conflict, 500, 5_000, 60, u32::MAX) },
    // A policy that somebody else has written meanwhile is read again rather than waited for.
    Rule { service: "logs", ..rule(Class::Conflict, 500, 5_000, 15, u32::MAX) },
    rule(Class::Conflict, 1_000, 10_000, 300, u32::MAX),
];

impl Rule {
    fn applies(&self, error: &AwsError) -> bool {
        self.class == error.class && (self.service.is_empty() || self.service == error.service)
    }
}

/// What a call may do after a failure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Repeat {
    /// Any retried class: the operation reads, or the caller can live with having made it twice.
    Any,
    /// Only what certainly had no effect.
    WithoutEffect,
}

/// Runs attempts until one succeeds, its error is final, its budget is spent, or the run is stopped.
///
/// `scale` multiplies every wait; below 1 in tests.
///
/// # Errors
/// The last error. After a failure whose effect is unknown (a lost answer, a 5xx), "already exists"
/// comes back as [`Class::Ambiguous`], since it may be this very call that made it. Without
/// [`Repeat::Any`] a 5xx comes back as ambiguous too.
pub(super) async fn run<T, F: Future<Output = Result<T>>>(
    repeat: Repeat,
    scale: f64,
    cancel: &Cancel,
    mut attempt: impl FnMut() -> F,
) -> Result<T> {
    let mut met: HashMap<Class, (Duration, u32)> = HashMap::new();
    let mut effect_unknown = false;
    loop {
        let mut error = match attempt().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let may_have_effect = may_have_effect(&error);
        effect_unknown |= may_have_effect;
        if may_have_effect && repeat == Repeat::WithoutEffect {
            error.class = Class::Ambiguous;
            return Err(error);
        }
        let Some(rule) = RULES.iter().find(|rule| rule.applies(&error)) else {
            if error.class == Class::AlreadyExists && effect_unknown {
                error.class = Class::Ambiguous;
            }
            return Err(error);
        };
        let (waited, tries) = met.entry(rule.class).or_default();
        *tries += 1;
        let wait = jitter(backoff(rule, *tries));
        *waited += wait;
        if *tries >= rule.tries || *waited > rule.budget {
            return Err(error);
        }
        if !cancel.sleep(wait.mul_f64(scale)).await {
            return Err(error);
        }
    }
}

/// Whether the service may have done what was asked although it failed.
fn may_have_effect(error: &AwsError) -> bool {
    match error.class {
        Class::Ambiguous => true,
        Class::Transient => error.status.is_some(),
        _ => false,
    }
}

fn backoff(rule: &Rule, tries: u32) -> Duration {
    rule.first.saturating_mul(2u32.saturating_pow(tries - 1)).min(rule.cap)
}

/// Anything between nothing and the whole, so that those who failed together do not return together.
fn jitter(wait: Duration) -> Duration {
    // Without randomness half is as good.
    let random = getrandom::u32().unwrap_or(u32::MAX / 2);
    wait.mul_f64(f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Instant;

    use super::*;

    const SCALE: f64 = 0.001;

    fn error(class: Class, status: Option<u16>) -> AwsError {
        AwsError { status, ..AwsError::new("events", "PutRule", class, "no") }
    }

    async fn attempts(repeat: Repeat, errors: &[AwsError]) -> (Result<()>, u32) {
        let count = AtomicU32::new(0);
        let result = run(repeat, SCALE, &Cancel::default(), || {
            let n = count.fetch_add(1, Ordering::Relaxed);
            let answer = errors.get(n as usize).cloned().map_or(Ok(()), Err);
            async { answer }
        })
        .await;
        (result, count.into_inner())
    }

    #[tokio::test]
    async fn what_passes_is_tried_again_and_what_is_final_is_not() {
        for class in
            [Class::Throttled, Class::Transient, Class::Ambiguous, Class::Propagation, Class::Conflict]
        {
            let (result, count) = attempts(Repeat::Any, &[error(class, None), error(class, None)]).await;
            assert!(result.is_ok() && count == 3, "{class:?}");
        }
        for class in [Class::Quota, Class::Denied, Class::Expired, Class::NotFound, Class::Invalid] {
            let (result, count) = attempts(Repeat::Any, &[error(class, Some(429))]).await;
            assert_eq!((result.unwrap_err().class, count), (class, 1));
        }
    }

    #[tokio::test]
    async fn a_service_that_keeps_failing_is_given_up_and_one_that_throttles_within_the_budget() {
        let failing = vec![error(Class::Transient, Some(500)); 50];
        assert_eq!(attempts(Repeat::Any, &failing).await.1, 5);
        let start = Instant::now();
        let (result, count) = attempts(Repeat::Any, &vec![error(Class::Throttled, Some(400)); 100_000]).await;
        assert_eq!(result.unwrap_err().class, Class::Throttled);
        assert!(count > 5 && start.elapsed() < Duration::from_secs(5));
    }

    // A8 (rebuy-de/aws-nuke#311, cloud-custodian/cloud-custodian#7100, hashicorp/terraform-provider-aws#7554):
    // deletes of APIs are throttled for minutes.
    #[tokio::test]
    async fn api_gateway_is_waited_for_longer_than_others_when_it_throttles() {
        let throttled = |service: &'static str| AwsError {
            service: service.into(),
            ..error(Class::Throttled, Some(429))
        };
        let many = async |service| attempts(Repeat::Any, &vec![throttled(service); 100_000]).await.1;
        // Waits of five seconds on the average: about 120 against 24.
        assert!(many("apigateway").await > 2 * many("events").await);
    }

    #[tokio::test]
    async fn what_must_not_be_made_twice_is_repeated_only_without_effect() {
        let (result, count) = attempts(
            Repeat::WithoutEffect,
            &[error(Class::Throttled, Some(400)), error(Class::Transient, None)],
        )
        .await;
        assert!(result.is_ok() && count == 3);
        for lost in [error(Class::Ambiguous, None), error(Class::Transient, Some(500))] {
            let (result, count) = attempts(Repeat::WithoutEffect, &[lost]).await;
            assert_eq!((result.unwrap_err().class, count), (Class::Ambiguous, 1));
        }
    }

    #[tokio::test]
    async fn what_exists_after_a_lost_answer_may_be_our_own() {
        let exists = error(Class::AlreadyExists, Some(400));
        let (result, _) = attempts(Repeat::Any, &[error(Class::Ambiguous, None), exists.clone()]).await;
        assert_eq!(result.unwrap_err().class, Class::Ambiguous);
        let (result, _) = attempts(Repeat::Any, &[error(Class::Throttled, None), exists]).await;
        assert_eq!(result.unwrap_err().class, Class::AlreadyExists);
    }

    #[tokio::test]
    async fn a_stopped_run_does_not_wait_for_the_next_attempt() {
        let cancel = Cancel::default();
        cancel.cancel();
        let start = Instant::now();
        let result: Result<()> =
            run(Repeat::Any, 1000.0, &cancel, || async { Err(error(Class::Throttled, None)) }).await;
        assert!(result.is_err() && start.elapsed() < Duration::from_secs(5));
    }
}
