//! The least time that an apply takes: what AWS's published limits leave for the calls that its steps make in any
//! case. They make others too, so it takes longer, never less.

use std::collections::BTreeMap;

use super::types::{Plan, Verb};
use crate::engine::limits::{self, Floor};
use crate::kinds;

impl Plan {
    /// How often an apply of its steps makes each call at least, by service and operation; of services whose limits
    /// are published.
    pub fn certain_calls(&self) -> BTreeMap<(&'static str, &'static str), u64> {
        let mut counts = BTreeMap::new();
        for step in &self.steps {
            let planned = self.changes.get(&step.address);
            let Some(kind) = planned.and_then(|planned| kinds::kind(planned.kind)) else { continue };
            let calls = kind.certain_calls();
            let operations = match step.verb {
                Verb::Create => calls.create,
                Verb::Delete => calls.delete,
                _ => &[],
            };
            for operation in operations {
                *counts.entry((calls.service, *operation)).or_default() += 1;
            }
        }
        counts
    }

    /// The least time that an apply of its steps takes under the published limits, and the limit that sets it.
    pub fn floor(&self) -> Floor {
        limits::floor(&self.certain_calls())
    }
}
