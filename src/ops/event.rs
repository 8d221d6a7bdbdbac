//! An event as a person writes it: as EventBridge delivers it.

use serde_json::{Map, Value as Json};

use crate::kinds::{Intake, seconds};

/// What a publisher says of an event.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Left out only where what gets it is what it is from.
    pub source: Option<String>,
    pub detail_type: String,
    pub detail: Map<String, Json>,
    pub resources: Vec<String>,
    /// When it happened, in seconds since 1970; left out, when it arrives.
    pub time: Option<i64>,
}

/// Members of a delivered event that EventBridge sets itself; an event that was delivered once can be sent again.
const SET_BY_AWS: [&str; 6] = ["version", "id", "account", "region", "replay-name", "ingestion-time"];
/// What a publisher says.
const SAID: [&str; 5] = ["source", "detail-type", "detail", "resources", "time"];

impl Event {
    /// Reads one event, or a list of them.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn read(text: &str) -> Result<Vec<Event>, String> {
        let json: Json = serde_json::from_str(text).map_err(|error| format!("no JSON: {error}"))?;
        match json {
            Json::Array(events) if events.is_empty() => Err("no event in the list".to_owned()),
            Json::Array(events) => {
                let of = |(at, event)| Event::of(event).map_err(|why| format!("event {}: {why}", at + 1));
                events.into_iter().enumerate().map(of).collect()
            }
            event => Ok(vec![Event::of(event)?]),
        }
    }

    fn of(json: Json) -> Result<Event, String> {
        let Json::Object(mut members) = json else {
            return Err("an event is a JSON object, as EventBridge delivers it".to_owned());
        };
        let known = |key: &&String| SAID.contains(&key.as_str()) || SET_BY_AWS.contains(&key.as_str());
        if let Some(key) = members.keys().find(|key| !known(key)) {
            let near =
                SAID.iter().find(|said| said.replace('-', "") == key.to_lowercase().replace(['_', '-'], ""));
            let help = near.map_or_else(String::new, |near| format!("; EventBridge writes `{near}`"));
            return Err(format!("unknown member `{key}`{help}"));
        }
        let mut text = |key: &str| match members.remove(key) {
            None => Ok(None),
            Some(Json::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(format!("`{key}` is text")),
        };
        let source = text("source")?;
        let time = text("time")?;
        let seconds = |time: &String| {
            let help = "write it as 2026-01-02T03:04:05Z";
            seconds(time).ok_or_else(|| format!("`{time}` is no time; {help}"))
        };
        let time = time.as_ref().map(seconds).transpose()?;
        let detail_type = text("detail-type")?.ok_or("`detail-type` is missing")?;
        let Some(Json::Object(detail)) = members.remove("detail") else {
            return Err("`detail` is a JSON object".to_owned());
        };
        let resources = match members.remove("resources").unwrap_or_default() {
            Json::Null => Vec::new(),
            Json::Array(all) => {
                let texts = all.into_iter().map(|one| one.as_str().map(str::to_owned));
                texts.collect::<Option<_>>().ok_or("`resources` is a list of text")?
            }
            _ => return Err("`resources` is a list of text".to_owned()),
        };
        Ok(Event { source, detail_type, detail, resources, time })
    }
}

/// Whether events say what they are from as what they go into of this name takes it.
///
/// # Errors
/// What is wrong, for people.
pub fn sourced(events: &[Event], intake: &Intake, name: &str) -> Result<(), String> {
    let wrong = |event: &Event| match &event.source {
        None if !intake.is_source() => Some("`source` is missing".to_owned()),
        Some(source) if intake.is_source() && source != name => {
            Some(format!("`source` is `{source}`; the events of a partner are from `{name}`: leave it out"))
        }
        _ => None,
    };
    match events.iter().enumerate().find_map(|(at, event)| Some((at, wrong(event)?))) {
        None => Ok(()),
        Some((_, why)) if events.len() == 1 => Err(why),
        Some((at, why)) => Err(format!("event {}: {why}", at + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_as_it_is_delivered_or_as_it_is_published() {
        let published = r#"{"source": "shop", "detail-type": "made", "detail": {"id": 1}}"#;
        let delivered = r#"[{"version": "0", "id": "x", "account": "1", "region": "r", "time": "2026-01-02T03:04:05Z",
            "resources": ["a"], "source": "shop", "detail-type": "made", "detail": {"id": 1}}]"#;
        let one = &Event::read(published).unwrap()[0];
        let other = &Event::read(delivered).unwrap()[0];
        assert_eq!((one.source.as_deref(), &one.detail), (Some("shop"), &other.detail));
        assert_eq!((one.resources.len(), other.resources.len()), (0, 1));
        assert_eq!(other.time, Some(1_767_323_045));
    }

    #[test]
    fn what_is_no_event_is_said() {
        for (text, said) in [
            ("[]", "no event in the list"),
            ("1", "an event is a JSON object, as EventBridge delivers it"),
            (r#"{"detailType": "x"}"#, "unknown member `detailType`; EventBridge writes `detail-type`"),
            (r#"{"colour": "x"}"#, "unknown member `colour`"),
            (r#"{"source": "x", "detail": {}}"#, "`detail-type` is missing"),
            (
                r#"{"source": "x", "detail-type": "x", "detail": {}, "time": "now"}"#,
                "`now` is no time; write it as 2026-01-02T03:04:05Z",
            ),
            (r#"{"source": "x", "detail-type": "x", "detail": "{}"}"#, "`detail` is a JSON object"),
            (r#"[{"source": "x", "detail-type": 1}]"#, "event 1: `detail-type` is text"),
            (
                r#"{"source": "x", "detail-type": "x", "detail": {}, "resources": [1]}"#,
                "`resources` is a list of text",
            ),
        ] {
            assert_eq!(Event::read(text).unwrap_err(), said, "{text}");
        }
    }

    #[test]
    fn the_events_of_a_partner_are_from_its_source_and_those_of_others_say_what_from() {
        let bus = crate::kinds::kind("buses").and_then(|kind| kind.intake()).unwrap();
        let partner = crate::kinds::kind("partner_event_sources").and_then(|kind| kind.intake()).unwrap();
        let name = "aws.partner/example.com/shop/acme";
        let read = |text: &str| Event::read(text).unwrap();
        let none = read(r#"{"detail-type": "x", "detail": {}}"#);
        let own = read(&format!(r#"{{"source": "{name}", "detail-type": "x", "detail": {{}}}}"#));
        let both = [own.clone(), read(r#"{"source": "shop", "detail-type": "x", "detail": {}}"#)].concat();
        assert_eq!(sourced(&none, &partner, name), Ok(()));
        assert_eq!(sourced(&own, &partner, name), Ok(()));
        assert!(sourced(&both, &partner, name).unwrap_err().starts_with("event 2: `source` is `shop`; "));
        assert_eq!(sourced(&none, &bus, "orders").unwrap_err(), "`source` is missing");
        assert_eq!(sourced(&both, &bus, "orders"), Ok(()));
    }
}
