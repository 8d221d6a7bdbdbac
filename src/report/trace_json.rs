//! `trace` as JSON.

use serde_json::{Value, json};

use crate::flow::passing::Spot;
use crate::flow::trace::{By, Hop};
use crate::flow::transform::evaluate::Outcome;
use crate::kinds::secret::SHOWN;

/// The version of the format: the first number changes when a reader could be misled, the second with what is new.
const FORMAT: &str = "1.0";

/// The way of an event as JSON. A payload is text, as it is delivered, without its secrets.
pub fn trace_json(hop: &Hop) -> Value {
    json!({ "format_version": FORMAT, "trace": hop_json(&hop.masked(SHOWN)) })
}

/// A hop that is masked already, and all below it.
pub(super) fn hop_json(hop: &Hop) -> Value {
    let (payload, why, mut notes) = match &hop.payload {
        None => (None, None, Vec::new()),
        Some(Outcome::Delivered { payload, notes }) => (Some(payload), None, notes.clone()),
        Some(Outcome::Nothing { why, .. }) => (None, Some(why), Vec::new()),
    };
    notes.extend(hop.notes.iter().cloned());
    let verdict = hop.verdict.as_ref().map(|verdict| {
        let fields = verdict.fields.iter();
        let fields: Vec<_> = fields
            .map(|(field, decided)| json!({ "field": field, "decided": decided.to_string() }))
            .collect();
        json!({ "matches": verdict.is_match, "fields": fields })
    });
    let request = hop.request.as_ref().map(|request| {
        let headers: Vec<_> =
            request.headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        json!({ "method": request.method, "url": request.url, "headers": headers, "body": request.body })
    });
    let (comes, by) = match &hop.by {
        By::Start => ("start", None),
        By::Target(name) => ("target", Some(name)),
        By::Listens => ("listens", None),
        By::Does => ("does", None),
    };
    json!({
        "at": hop.at.to_string(),
        "declared": matches!(hop.at, Spot::Resource(_)),
        "comes": comes,
        "by": by,
        "payload": payload,
        "not_delivered": why,
        "verdict": verdict,
        "request": request,
        "answer": hop.answer,
        "notes": notes,
        "problems": hop.problems,
        "next": hop.next.iter().map(hop_json).collect::<Vec<_>>(),
    })
}
