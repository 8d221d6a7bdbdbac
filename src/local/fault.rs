//! Faults switched on by rule, between the wire and the services.
//!
//! A rule is `SERVICE:OPERATION[#N]=EFFECT[*TIMES]`; rules are separated by `;`. `*` stands for any
//! service or operation. Without `#N` a rule takes effect from the first matching call on, with it from
//! the N-th; `*TIMES` says on how many calls (`*always`: on all that follow), one if it is not said.
//!
//! | effect | what happens |
//! | --- | --- |
//! | `throttle` | refused as throttled, without effect |
//! | `500` | refused with an internal error, without effect |
//! | `lost` | the connection breaks before the request arrives |
//! | `answer-lost` | the request takes effect, then the connection breaks |
//! | `kill-before`, `kill-after` | this process dies as by SIGKILL, before or after the effect |
//! | `quota` | refused with `LimitExceededException` (429 at API Gateway, 400 elsewhere) |
//! | `error:CODE` | refused with this code, without effect |
//! | `slow:N`, `slow:Nms` | a role created by the call cannot be assumed for N checks or N milliseconds |
//! | `delay:Nms` | the answer takes N milliseconds longer, as over a network |
//! | `stale:K` | a read shows the state before the last K writes |
//!
//! `events:PutRule#2=answer-lost; pipes:CreatePipe=kill-after; *:*#5=throttle*2`

use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::api::{Api, Protocol};
use super::http::ApiError;
use super::model::Propagation;

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    /// The service's signing name, or `*`.
    pub service: String,
    /// The operation, or `*`.
    pub operation: String,
    /// The first matching call it takes effect on, from 1.
    pub from: u64,
    /// On how many matching calls.
    pub times: u64,
    /// What happens.
    pub effect: Effect,
}

/// What a fault does.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Refused as throttled.
    Throttle,
    /// Refused with an internal error.
    ServerError,
    /// Never arrived.
    RequestLost,
    /// Took effect, and the answer never arrived.
    AnswerLost,
    /// The process dies before the effect.
    KillBefore,
    /// The process dies after the effect.
    KillAfter,
    /// Refused for a quota.
    Quota,
    /// Refused with this code.
    Error(String),
    /// A role created by it cannot be assumed for a while.
    Slow(Propagation),
    /// A read shows the state before so many writes.
    Stale(usize),
    /// The answer takes so much longer.
    Delay(Duration),
}

/// A rule that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError(pub String);

impl std::fmt::Display for FaultError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "`{}` is not a fault rule (SERVICE:OPERATION[#N]=EFFECT[*TIMES])", self.0)
    }
}

impl std::error::Error for FaultError {}

/// Reads rules separated by `;`.
pub fn parse(rules: &str) -> Result<Vec<FaultRule>, FaultError> {
    rules.split(';').map(str::trim).filter(|rule| !rule.is_empty()).map(str::parse).collect()
}

impl FromStr for FaultRule {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        read(text.trim()).ok_or_else(|| FaultError(text.trim().to_owned()))
    }
}

fn read(text: &str) -> Option<FaultRule> {
    let (call, effect) = text.split_once('=')?;
    let (call, from) = call
        .trim()
        .split_once('#')
        .map_or(Some((call.trim(), 1)), |(call, n)| Some((call, n.parse().ok()?)))?;
    let (service, operation) = call.split_once(':')?;
    let (effect, times) = match effect.trim().split_once('*') {
        None => (effect.trim(), 1),
        Some((effect, "always")) => (effect, u64::MAX),
        Some((effect, times)) => (effect, times.parse().ok()?),
    };
    let named = !service.is_empty() && !operation.is_empty();
    (named && from > 0).then_some(FaultRule {
        service: service.into(),
        operation: operation.into(),
        from,
        times,
        effect: read_effect(effect)?,
    })
}

fn read_effect(text: &str) -> Option<Effect> {
    let (name, argument) = text.split_once(':').unwrap_or((text, ""));
    let effect = match name {
        "throttle" => Effect::Throttle,
        "500" => Effect::ServerError,
        "lost" => Effect::RequestLost,
        "answer-lost" => Effect::AnswerLost,
        "kill-before" => Effect::KillBefore,
        "kill-after" => Effect::KillAfter,
        "quota" => Effect::Quota,
        "error" if !argument.is_empty() => return Some(Effect::Error(argument.into())),
        "delay" => {
            let millis = argument.strip_suffix("ms")?.parse().ok()?;
            return Some(Effect::Delay(Duration::from_millis(millis)));
        }
        "stale" => return Some(Effect::Stale(argument.parse().ok()?)),
        "slow" => {
            let time = argument
                .strip_suffix("ms")
                .map(|millis| Some(Propagation::Time(Duration::from_millis(millis.parse().ok()?))));
            return Some(Effect::Slow(
                time.unwrap_or_else(|| Some(Propagation::Checks(argument.parse().ok()?)))?,
            ));
        }
        _ => return None,
    };
    argument.is_empty().then_some(effect)
}

/// The rules in force, with how many calls each has matched.
#[derive(Debug)]
pub struct Faults(Mutex<Vec<(FaultRule, u64)>>);

impl Faults {
    /// Puts rules in force.
    pub fn new(rules: Vec<FaultRule>) -> Self {
        Faults(Mutex::new(rules.into_iter().map(|rule| (rule, 0)).collect()))
    }

    /// Adds a rule; its count begins now.
    pub fn add(&self, rule: FaultRule) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((rule, 0));
    }

    /// Takes all rules out of force.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Counts a call and says what happens to it.
    pub fn strike(&self, service: &str, operation: &str) -> Vec<Effect> {
        let fits = |pattern: &str, name: &str| pattern == "*" || pattern == name;
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let matching = rules
            .iter_mut()
            .filter(|(rule, _)| fits(&rule.service, service) && fits(&rule.operation, operation));
        matching
            .filter_map(|(rule, count)| {
                *count += 1;
                let on = *count >= rule.from && *count - rule.from < rule.times;
                on.then(|| rule.effect.clone())
            })
            .collect()
    }
}

impl Effect {
    /// The refusal this effect is, if it is one.
    pub fn refusal(&self, api: &Api) -> Option<ApiError> {
        let error = match self {
            Effect::Throttle if api.protocol == Protocol::Query => {
                ApiError::new("Throttling", "Rate exceeded")
            }
            Effect::Throttle if ["apigateway", "lambda"].contains(&api.service) => {
                ApiError::new("TooManyRequestsException", "Rate exceeded").with_status(429)
            }
            Effect::Throttle if api.service == "sqs" => ApiError::new("RequestThrottled", "Rate exceeded"),
            Effect::Throttle => ApiError::new("ThrottlingException", "Rate exceeded"),
            Effect::ServerError if api.protocol == Protocol::Query => ApiError::new(
                "ServiceFailure",
                "The request processing has failed because of an unknown error.",
            )
            .with_status(500),
            Effect::ServerError => ApiError::new(
                "InternalFailure",
                "The request processing has failed because of an unknown error.",
            )
            .with_status(500),
            Effect::Quota => ApiError::new("LimitExceededException", "The quota of this account is reached.")
                .with_status(if api.service == "apigateway" { 429 } else { 400 }),
            Effect::Error(code) => ApiError::new(code.clone(), format!("{code}, by a fault rule")),
            _ => return None,
        };
        Some(error)
    }
}

/// Ends this process as SIGKILL does: at once, nothing unwound or flushed.
pub fn kill() -> ! {
    #[cfg(unix)]
    if let Ok(mut killer) =
        std::process::Command::new("kill").args(["-KILL", &std::process::id().to_string()]).spawn()
    {
        let _ = killer.wait();
    }
    std::process::abort()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_from_text() {
        let rules = parse("events:PutRule#2=answer-lost; pipes:CreatePipe=kill-after; *:*#5=throttle*2; iam:CreateRole=slow:300ms;").unwrap();
        assert_eq!(rules.len(), 4);
        assert_eq!((rules[0].from, &rules[0].effect), (2, &Effect::AnswerLost));
        assert_eq!((rules[2].from, rules[2].times, &rules[2].effect), (5, 2, &Effect::Throttle));
        assert_eq!(rules[3].effect, Effect::Slow(Propagation::Time(Duration::from_millis(300))));
    }

    #[test]
    fn text_that_is_no_rule_is_refused_by_itself() {
        for wrong in [
            "events",
            "events:PutRule",
            "events:PutRule=explode",
            "events:PutRule#0=lost",
            ":x=lost",
            "a:b=stale:x",
            "a:b=lost:1",
        ] {
            assert_eq!(parse(wrong), Err(FaultError(wrong.into())), "{wrong}");
        }
    }

    #[test]
    fn a_rule_strikes_from_its_nth_call_on_as_often_as_it_says() {
        let faults = Faults::new(parse("*:*#2=throttle*2").unwrap());
        let struck: Vec<bool> = (0..5).map(|_| !faults.strike("sqs", "ListQueues").is_empty()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }
}
