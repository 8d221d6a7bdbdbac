//! What came of sent events, as JSON.

use serde_json::{Value as Json, json};

use crate::ops::Sent;

/// `{ "to": "buses.orders", "events": [ { "id": "…", "error": null } ] }`, in the order of the events. Of one that was
/// refused the `id` is null and the `error` has AWS's `code` and `message`.
pub fn sent_json(sent: &[Sent], to: &str) -> Json {
    let event = |one: &Sent| match one {
        Sent::Accepted(id) => json!({ "id": id, "error": null }),
        Sent::Refused { code, message } => {
            json!({ "id": null, "error": { "code": code, "message": message } })
        }
    };
    json!({ "format_version": "1.0", "to": to, "events": sent.iter().map(event).collect::<Vec<_>>() })
}
