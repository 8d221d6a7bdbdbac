//! How an apply or a destroy ended, as JSON: a stable shape, without any secret.
//!
//! `docs/apply-json.md` describes the shape, and `docs/apply.schema.json` is its JSON Schema.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::outcome_text::told_of;
use super::plan_json::{findings, outputs, place, verb};
use crate::apply::{Failure, Outcome, Why};
use crate::engine::{Address, AwsError};
use crate::plan::{Foreseen, Plan, Verb};
use crate::source::Sources;

/// The version of the shape. The second number grows with what is added, the first with what changes.
pub const OUTCOME_VERSION: &str = "1.1";

/// How far a plan came.
#[derive(Clone, Copy, Debug)]
pub enum Ended<'o> {
    /// It was not allowed.
    Refused,
    /// Somebody said no.
    Declined,
    /// A signal came before anything was done.
    Interrupted,
    /// There was nothing to do.
    Nothing,
    /// It was carried out, as far as this says.
    Applied(&'o Outcome),
}

/// How a plan ended, in the shape that the module describes.
pub fn outcome_json(ended: Ended<'_>, plan: &Plan, sources: &Sources) -> Json {
    let nothing = Outcome { outputs: plan.outputs.clone(), ..Outcome::default() };
    let (result, outcome) = match ended {
        Ended::Refused => ("refused", &nothing),
        Ended::Declined => ("declined", &nothing),
        Ended::Interrupted => ("interrupted", &nothing),
        Ended::Nothing => (result(&nothing), &nothing),
        Ended::Applied(outcome) => (result(outcome), outcome),
    };
    let declared =
        |address: &Address| place(plan.planned(address).and_then(|planned| planned.declared), sources);
    let step = |address: &Address, of: Verb, result: &str, more: Json| {
        let mut json = json!({
            "address": address.to_string(), "verb": verb(of), "result": result,
            "reason": null, "error": null, "means": null, "next": null, "declared": declared(address),
        });
        if let (Some(json), Json::Object(more)) = (json.as_object_mut(), more) {
            json.extend(more);
        }
        json
    };
    let done = outcome.done.iter().map(|(address, verb)| step(address, *verb, "done", Json::Null));
    let unchanged = outcome.unchanged.iter().map(|(at, verb)| step(at, *verb, "unchanged", Json::Null));
    let failed = outcome.failed.iter().map(|one| step(&one.address, one.verb, "failed", failure(one)));
    let skipped = outcome
        .skipped
        .iter()
        .map(|one| step(&one.address, one.verb, "not_begun", json!({ "reason": one.reason })));
    let differences = outcome.differences.iter().map(|one| {
        json!({ "address": one.address.to_string(), "paths": one.paths, "declared": declared(&one.address) })
    });
    let counts = outcome.counts();
    json!({
        "format_version": OUTCOME_VERSION,
        "owner": plan.owner.to_string(),
        "account": plan.place.account,
        "region": plan.place.region,
        "result": result,
        "counts": {
            "replaced": counts.replaced, "deleted": counts.deleted, "created": counts.created,
            "updated": counts.updated,
            "failed": distinct(outcome.failed.iter().map(|one| &one.address)),
            "not_begun": distinct(outcome.skipped.iter().map(|one| &one.address)),
            "not_as_wished": outcome.differences.len(),
        },
        "steps": done.chain(unchanged).chain(failed).chain(skipped).collect::<Vec<_>>(),
        "differences": differences.collect::<Vec<_>>(),
        "foreseen": plan.foreseen.iter().map(foreseen).collect::<Vec<_>>(),
        "refusals": findings(&plan.refusals, sources),
        "outputs": outputs(&outcome.outputs),
    })
}

/// What is said of a resource before anything is done.
fn foreseen((address, foreseen): (&Address, &Foreseen)) -> Json {
    let (told, later, refused) = match foreseen {
        Foreseen::Told(preview) => (Some(preview), None, None),
        Foreseen::Later(why) => (None, Some(why), None),
        Foreseen::Refused { why, .. } => (None, None, Some(why)),
    };
    let effects = told.map(|preview| preview.effects.as_slice()).unwrap_or_default().iter();
    let effects = effects.map(|one| json!({ "sign": one.sign, "does": one.text, "destroys": one.destroys }));
    json!({
        "address": address.to_string(), "told": told.map(|preview| preview.title.as_str()),
        "effects": effects.collect::<Vec<_>>(), "later": later, "refused": refused,
    })
}

fn distinct<'a>(addresses: impl Iterator<Item = &'a Address>) -> usize {
    addresses.collect::<BTreeSet<_>>().len()
}

fn result(outcome: &Outcome) -> &'static str {
    match () {
        () if outcome.is_complete() => "complete",
        () if outcome.interrupted => "interrupted",
        () if outcome.changed_something() => "partial",
        () => "failed",
    }
}

fn failure(failure: &Failure) -> Json {
    let (means, next) = told_of(failure);
    let told = |text: String| if text.is_empty() { Json::Null } else { text.into() };
    let error = match &failure.why {
        Why::Aws(error) | Why::Half(error) if error.has_call() => call(error),
        _ => Json::Null,
    };
    json!({ "reason": failure.why.to_string(), "error": error, "means": told(means), "next": told(next) })
}

fn call(error: &AwsError) -> Json {
    json!({
        "service": error.service, "operation": error.operation, "status": error.status, "code": error.code,
        "message": error.message, "request_id": error.request_id,
    })
}
