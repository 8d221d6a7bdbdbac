//! The least time that an apply takes: what AWS's published limits leave.

use std::collections::BTreeMap;

use super::types::{Plan, Verb};
use crate::engine::limits::{self, Floor};

/// The calls that a step makes in any case, of services whose limits are published. What else a step calls
/// depends on what it finds, so the time that follows is less than what an apply takes, never more.
const CALLS: &[(&str, Verb, &str, &str)] = &[
    ("apis", Verb::Create, "apigateway", "CreateRestApi"),
    ("apis", Verb::Create, "apigateway", "CreateDeployment"),
    ("apis", Verb::Delete, "apigateway", "DeleteRestApi"),
    ("usage_plans", Verb::Create, "apigateway", "CreateUsagePlan"),
    ("usage_plans", Verb::Delete, "apigateway", "DeleteUsagePlan"),
    ("functions", Verb::Create, "lambda", "CreateFunction"),
    ("functions", Verb::Delete, "lambda", "DeleteFunction"),
    ("triggers", Verb::Create, "lambda", "CreateEventSourceMapping"),
    ("triggers", Verb::Delete, "lambda", "DeleteEventSourceMapping"),
    ("buses", Verb::Create, "events", "CreateEventBus"),
    ("buses", Verb::Delete, "events", "DeleteEventBus"),
    ("rules", Verb::Create, "events", "PutRule"),
    ("rules", Verb::Delete, "events", "DeleteRule"),
    ("archives", Verb::Create, "events", "CreateArchive"),
    ("archives", Verb::Delete, "events", "DeleteArchive"),
    ("connections", Verb::Create, "events", "CreateConnection"),
    ("connections", Verb::Delete, "events", "DeleteConnection"),
    ("api_destinations", Verb::Create, "events", "CreateApiDestination"),
    ("api_destinations", Verb::Delete, "events", "DeleteApiDestination"),
    ("streams", Verb::Create, "kinesis", "CreateStream"),
    ("streams", Verb::Delete, "kinesis", "DeleteStream"),
];

impl Plan {
    /// How often an apply of its steps makes each call at least, by service and operation; of services whose limits
    /// are published.
    pub fn certain_calls(&self) -> BTreeMap<(&'static str, &'static str), u64> {
        let mut counts = BTreeMap::new();
        for step in &self.steps {
            let Some(planned) = self.changes.get(&step.address) else { continue };
            for (_, _, service, operation) in
                CALLS.iter().filter(|(kind, verb, ..)| *kind == planned.kind && *verb == step.verb)
            {
                *counts.entry((*service, *operation)).or_default() += 1;
            }
        }
        counts
    }

    /// The least time that an apply of its steps takes under the published limits, and the limit that sets it.
    pub fn floor(&self) -> Floor {
        limits::floor(&self.certain_calls())
    }
}
