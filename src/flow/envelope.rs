//! Events with their envelope, as EventBridge delivers them.
//!
//! Follows the EventBridge reference of event structure. What AWS makes up is the same each time here, so that a
//! trace and a test say the same tomorrow.

use serde_json::{Map, Value as Json, json};

use crate::engine::{Place, Value};

use super::happening::{spelled, text};
use super::passing::Arrival;
use super::transform::evaluate::Outcome;

/// The id of every event, message and request that is made up.
pub const ID: &str = "00000000-0000-4000-8000-000000000000";
/// When everything happens that nobody gives a time for.
pub const TIME: &str = "2026-01-01T00:00:00Z";
/// The same, as API Gateway and the URLs of functions write it.
pub const LOGGED: &str = "01/Jan/2026:00:00:00 +0000";
/// The same, in seconds since 1970.
pub const SECONDS: i64 = 1_767_225_600;

/// An event with the members of its envelope that are not written.
///
/// ```
/// use gatewayctl::{engine::Place, flow::envelope::filled};
/// let place = Place::new("eu-west-1", "123456789012");
/// let event = filled(&place, serde_json::json!({ "source": "shop", "detail": { "id": 7 } }));
/// assert_eq!(event["account"], "123456789012");
/// assert_eq!(event["detail"]["id"], 7);
/// ```
pub fn filled(place: &Place, event: Json) -> Json {
    let Json::Object(written) = event else { return event };
    let mut whole = Map::new();
    for (name, value) in [
        ("version", json!("0")),
        ("id", json!(ID)),
        ("detail-type", json!("")),
        ("source", json!("")),
        ("account", json!(place.account)),
        ("time", json!(TIME)),
        ("region", json!(place.region)),
        ("resources", json!([])),
        ("detail", json!({})),
    ] {
        whole.insert(name.to_owned(), value);
    }
    whole.extend(written);
    Json::Object(whole)
}

/// An event without the members that were made up here. What is no such event stays as it is.
pub fn told(event: Json) -> Json {
    let Json::Object(members) = event else { return event };
    if members.get("id") != Some(&json!(ID)) || !members.contains_key("detail") {
        return Json::Object(members);
    }
    let is_told = |name: &str, value: &Json| match name {
        "version" | "id" | "account" | "region" => false,
        "time" => *value != json!(TIME),
        "resources" => *value != json!([]),
        "detail-type" => *value != json!(""),
        _ => true,
    };
    Json::Object(members.into_iter().filter(|(name, value)| is_told(name, value)).collect())
}

/// What arrived, of an event without the members that AWS fills in and a document does not name: `version`, `id`,
/// `account` and `region`, and a time and resources that nobody gave. What is no such event stays as it is.
pub fn as_named(arrived: &Json, document: &Json) -> Json {
    const ENVELOPE: [&str; 9] =
        ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"];
    let Some(members) = arrived.as_object().filter(|all| ENVELOPE.iter().all(|name| all.contains_key(*name)))
    else {
        return arrived.clone();
    };
    let is_filled_in = |name: &str, value: &Json| match name {
        "version" | "id" | "account" | "region" => true,
        "time" => *value == json!(TIME),
        "resources" => *value == json!([]),
        _ => false,
    };
    let is_compared =
        |(name, value): &(&String, &Json)| document.get(name).is_some() || !is_filled_in(name, value);
    let members = members.iter().filter(is_compared);
    Json::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// What PutEvents makes of an entry.
pub fn put(place: &Place, source: &str, detail_type: &str, detail: Json) -> Json {
    filled(place, json!({ "source": source, "detail-type": detail_type, "detail": detail }))
}

/// What arrives on a bus from somebody who puts events there: the payload as the detail, and the members of the
/// entry that the sender's parameters say (`Source`, `DetailType`, `Resources`, `Time`). An entry that PutEvents
/// refuses puts nothing there.
pub fn entry(place: &Place, parameters: &Value, payload: Outcome) -> Arrival {
    let (made, notes) = match payload {
        Outcome::Nothing { .. } => return Arrival { payload, ..Arrival::of("") },
        Outcome::Delivered { payload, notes } => (payload, notes),
    };
    let Ok(detail @ Json::Object(_)) = serde_json::from_str::<Json>(&made) else {
        let why = "the detail of an event is a JSON object, and EventBridge refuses the entry";
        return Arrival::nothing(made, why);
    };
    // What is known after an apply alone is there then.
    let member = |name: &str| parameters.get(name).map(|value| text(&spelled(value))).unwrap_or_default();
    let (source, detail_type) = (member("Source"), member("DetailType"));
    for (name, value) in [("Source", &source), ("DetailType", &detail_type)] {
        if value.is_empty() {
            let why = format!("EventBridge refuses an entry without `{name}` (InvalidArgument)");
            return Arrival::nothing(made, why);
        }
    }
    if source.starts_with("aws.") {
        let why = "EventBridge takes a source that begins with `aws.` from nobody (NotAuthorizedForSource)";
        return Arrival::nothing(made, why);
    }
    let mut event = put(place, &source, &detail_type, detail);
    if let Some(resources) = parameters.get("Resources") {
        event["resources"] = resources.to_shown_json();
    }
    if let Some(time) = parameters.text_at("Time") {
        event["time"] = time.into();
    }
    let arrival = Arrival::event(event);
    let payload = arrival.payload.payload().unwrap_or_default().to_owned();
    Arrival { payload: Outcome::Delivered { payload, notes }, ..arrival }
}
