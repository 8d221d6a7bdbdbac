//! What a rule's target or a pipe gets of an event: transforms applied as the services apply them.
//!
//! Follows the EventBridge guide on input transformation and on pipes, and what was recorded on AWS
//! where the guide is silent:
//!
//! - Inside quotes a value is its bare text, and nothing is escaped; outside it is JSON.
//! - A path that finds nothing is an empty text, in quotes and out of them.
//! - In a template that is text (it begins with a quote) a list or an object stands without its double
//!   quotes: `{key:value}`. In quotes inside a JSON template it keeps them, so the document is not
//!   valid, and nothing is delivered, without a word.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::engine::{Map, Value};
use crate::flow::reference::{JsonPath, Reference, parse_reference};

pub use super::record::{Decoded, decode};
use super::render::{Piece, bare, minified, pieces, unquoted};
use super::{Compiled, Dialect};

/// What becomes of an event.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// The target gets this text.
    Delivered {
        payload: String,
        /// What is worth knowing about it, a sentence each, without a full stop.
        notes: Vec<String>,
    },
    /// AWS delivers nothing, and tells nobody.
    Nothing {
        /// What the template made.
        made: String,
        /// Why it is not delivered.
        why: String,
    },
}

impl Outcome {
    /// What is delivered.
    pub fn payload(&self) -> Option<&str> {
        match self {
            Outcome::Delivered { payload, .. } => Some(payload),
            Outcome::Nothing { .. } => None,
        }
    }

    fn delivered(payload: String) -> Outcome {
        Outcome::Delivered { payload, notes: Vec::new() }
    }
}

/// The texts of the service's variables, by their names after `aws.events.`, `aws.pipes.` or `aws.scheduler.`:
/// `rule-arn`, `pipe-name`, `event.ingestion-time`… A variable that is not here is shown by its name
/// in parentheses.
pub type Variables = BTreeMap<String, String>;

/// Applies a transform to an event, or to the record or enrichment that a pipe's template sees.
///
/// ```
/// use gatewayctl::flow::transform::{Dialect, compile, evaluate::{Variables, evaluate}};
/// use gatewayctl::value;
/// let compiled = compile(&value!({ "text": "Order <$.detail.id>" }), Dialect::RuleTarget).unwrap();
/// let event = serde_json::json!({ "detail": { "id": 7 } });
/// let outcome = evaluate(&compiled, Dialect::RuleTarget, &event, &Variables::new());
/// assert_eq!(outcome.payload(), Some(r#"{"text":"Order 7"}"#));
/// ```
pub fn evaluate(compiled: &Compiled, dialect: Dialect, event: &Json, variables: &Variables) -> Outcome {
    match compiled {
        Compiled::Constant(text) if dialect == Dialect::Schedule => schedule(&shown(text), variables),
        Compiled::Constant(text) => Outcome::delivered(shown(text)),
        Compiled::Path(path) => input_path(path, event),
        Compiled::Template { template, paths } => {
            let template = shown(template);
            match dialect {
                Dialect::RuleTarget => rule(&template, paths, event, variables),
                Dialect::Pipe => pipe(&template, event, variables),
                Dialect::Schedule => schedule(&template, variables),
            }
        }
    }
}

/// A text; what of it is not known yet is shown as that.
fn shown(text: &Value) -> String {
    match text {
        Value::String(text) => text.clone(),
        Value::Unknown(template) => template.to_string(),
        other => other.to_shown_json().to_string(),
    }
}

/// Fills an `Input` of a schedule's target: its keywords are replaced wherever they stand.
fn schedule(input: &str, variables: &Variables) -> Outcome {
    const KEYWORD: &str = "<aws.scheduler.";
    let mut parts = input.split(KEYWORD);
    let mut made = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('>') {
            Some((name, rest)) => {
                made.push_str(variable(variables, "aws.scheduler", name).as_str().unwrap_or_default());
                made.push_str(rest);
            }
            None => made.extend([KEYWORD, part]),
        }
    }
    Outcome::delivered(made)
}

/// What a target with an `InputPath` gets: JSON, also of a text.
fn input_path(path: &str, event: &Json) -> Outcome {
    match at(path).and_then(|path| path.find(event)) {
        Some(found) => Outcome::delivered(found.to_string()),
        None => Outcome::Nothing {
            made: String::new(),
            why: format!("`{path}` finds nothing in the event, and AWS does not say what it delivers then"),
        },
    }
}

fn at(path: &str) -> Option<JsonPath> {
    match parse_reference(path) {
        Ok(Reference::Event(path)) => Some(path),
        _ => None,
    }
}

fn variable(variables: &Variables, prefix: &str, name: &str) -> Json {
    variables.get(name).cloned().unwrap_or_else(|| format!("({prefix}.{name})")).into()
}

/// Fills an `InputTemplate` of a rule's target.
fn rule(template: &str, paths: &Map, event: &Json, variables: &Variables) -> Outcome {
    let is_text = template.trim_start().starts_with('"');
    let mut notes = Vec::new();
    let mut made = String::new();
    for piece in pieces(template) {
        let (name, in_string) = match piece {
            Piece::Text(text) => {
                made.push_str(text);
                continue;
            }
            Piece::Placeholder { name, in_string } => (name, in_string),
        };
        let value = match name.strip_prefix("aws.events.") {
            Some("event.json") => event.clone(),
            Some("event") => without_detail(event),
            Some(name) => variable(variables, "aws.events", name),
            None => {
                let path = paths.get(name).and_then(Value::as_str).unwrap_or_default();
                at(path).and_then(|path| path.find(event)).unwrap_or_else(|| {
                    notes.push(format!("`{path}` (`<{name}>`) finds nothing: an empty text stands for it"));
                    "".into()
                })
            }
        };
        made.push_str(&match (in_string, is_text) {
            (false, _) => value.to_string(),
            (true, true) => unquoted(&value),
            (true, false) => bare(&value),
        });
    }
    match is_text {
        true => text_outcome(made, notes),
        false => json_outcome(made, notes),
    }
}

/// `<aws.events.event>`: the event without its detail, in the service's own spelling.
fn without_detail(event: &Json) -> Json {
    let Some(map) = event.as_object() else { return event.clone() };
    let kept = map.iter().filter(|(name, _)| *name != "detail");
    let named = kept.map(|(name, value)| {
        (if name == "detail-type" { "detailType".to_owned() } else { name.clone() }, value.clone())
    });
    Json::Object(named.collect())
}

/// Fills an `InputTemplate` of a pipe. The event is a record of its source, or what its enrichment
/// answered.
fn pipe(template: &str, event: &Json, variables: &Variables) -> Outcome {
    let Decoded { record, is_json } = decode(event);
    let trimmed = template.trim();
    let parts = pieces(trimmed);
    let is_whole = matches!(parts.as_slice(), [Piece::Placeholder { .. }]);
    let mut notes = Vec::new();
    let mut made = String::new();
    for piece in parts {
        let (name, in_string) = match piece {
            Piece::Text(text) => {
                made.push_str(text);
                continue;
            }
            Piece::Placeholder { name, in_string } => (name, in_string),
        };
        let value = match name.strip_prefix("aws.pipes.") {
            Some("event") => Some(event.clone()),
            Some("event.json") => is_json.then(|| record.clone()),
            Some(name) => Some(variable(variables, "aws.pipes", name)),
            None => at(name).and_then(|path| path.find(&record)),
        };
        let value = value.unwrap_or_else(|| {
            notes.push(format!(
                "`{name}` finds nothing: an empty text stands for it, as on a rule; the guide on pipes does not say"
            ));
            "".into()
        });
        let is_document = name.starts_with("aws.pipes.event") && !name.ends_with("-time");
        made.push_str(&match in_string || (is_whole && !is_document) {
            true => unquoted(&value),
            false => value.to_string(),
        });
    }
    match trimmed.starts_with(['{', '[']) {
        true => json_outcome(made, notes),
        false => text_outcome(made, notes),
    }
}

fn json_outcome(made: String, notes: Vec<String>) -> Outcome {
    match serde_json::from_str::<Json>(&made) {
        Ok(_) => Outcome::Delivered { payload: minified(&made), notes },
        Err(error) => Outcome::Nothing { why: format!("what the template makes is no JSON: {error}"), made },
    }
}

/// Text is delivered whatever it is: JSON strings line by line, or what unescaped quotes made of them.
fn text_outcome(payload: String, mut notes: Vec<String>) -> Outcome {
    if serde_json::from_str::<Json>(&payload).is_err() {
        notes.push("this is no JSON: a function or a state machine refuses it as its input".into());
    }
    Outcome::Delivered { payload, notes }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event() -> Json {
        json!({
            "version": "0", "id": "e-1", "detail-type": "order.created", "source": "shop", "time": "2026-01-01T00:00:00Z",
            "detail": { "id": "A-7", "n": 3, "ok": true, "none": null, "quote": "a\"b", "list": ["x", "y"], "one": ["x"],
                "payload": { "key": "value", "n": 1 } }
        })
    }

    const PATHS: [&str; 9] = ["id", "n", "ok", "none", "quote", "list", "one", "payload", "absent"];

    fn filled(template: &str) -> Outcome {
        let paths: Map =
            PATHS.iter().map(|name| ((*name).to_owned(), format!("$.detail.{name}").into())).collect();
        let compiled = Compiled::Template { template: template.into(), paths };
        let variables = [("rule-name", "r"), ("event.ingestion-time", "2026-01-01T00:00:01Z")];
        let variables =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        evaluate(&compiled, Dialect::RuleTarget, &event(), &variables)
    }

    #[test]
    fn a_schedule_sends_its_input_with_the_keywords_replaced_wherever_they_stand() {
        let input = r#"{"at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number> <"}"#;
        let variables = [("scheduled-time".to_owned(), "2026-01-01T00:00:00Z".to_owned())].into();
        let outcome = evaluate(&Compiled::Constant(input.into()), Dialect::Schedule, &Json::Null, &variables);
        let sent = r#"{"at":"2026-01-01T00:00:00Z","try":"(aws.scheduler.attempt-number) <"}"#;
        assert_eq!(outcome.payload(), Some(sent));
    }

    /// The examples of the EventBridge guide (eb-transform-target-input, "Input transform examples")
    /// and what was recorded on AWS.
    #[test]
    fn a_rules_template_delivers_what_aws_does() {
        for (template, payload) in [
            (r#""order <id> is <n>""#, r#""order A-7 is 3""#),
            (r#""order \"<id>\" is <n>""#, r#""order \"A-7\" is 3""#),
            (r#"{ "id" : <id>, "n": [ 9, <n>, true ] }"#, r#"{"id":"A-7","n":[9,3,true]}"#),
            (
                r#"{"id": <id>, "text": "order \"<id>\" is <ok>"}"#,
                r#"{"id":"A-7","text":"order \"A-7\" is true"}"#,
            ),
            (r#"{"p": <payload>, "l": <list>}"#, r#"{"p":{"key":"value","n":1},"l":["x","y"]}"#),
            (r#"{"none": <none>, "t": "<none>"}"#, r#"{"none":null,"t":"null"}"#),
            (r#""command is <absent>!""#, r#""command is !""#),
            (r#"{"command": <absent>, "t": "<absent>"}"#, r#"{"command":"","t":""}"#),
            (r#""payload <payload>, <list>, <one>""#, r#""payload {key:value,n:1}, [x,y], [x]""#),
            ("\"<one> a\"\n\"<n> b\"", "\"[x] a\"\n\"3 b\""),
            (r#"{"users/<id>/x": "a <b c> d"}"#, r#"{"users/A-7/x":"a <b c> d"}"#),
            (r#""{[/special for <id>""#, r#""{[/special for A-7""#),
            (
                r#"{"r": <aws.events.rule-name>, "t": "<aws.events.rule-arn>"}"#,
                r#"{"r":"r","t":"(aws.events.rule-arn)"}"#,
            ),
            ("<payload>", r#"{"key":"value","n":1}"#),
            (r#"{"q": <quote>}"#, r#"{"q":"a\"b"}"#),
            (r#""say <quote>""#, r#""say a"b""#),
            (r#"{"n": 1.0e3,  "s": "a  b"}"#, r#"{"n":1.0e3,"s":"a  b"}"#),
        ] {
            assert_eq!(filled(template).payload(), Some(payload), "{template}");
        }
        let whole = filled(r#"{"e": <aws.events.event>, "j": <aws.events.event.json>}"#);
        let whole: Json = serde_json::from_str(whole.payload().unwrap()).unwrap();
        assert_eq!(whole["j"], event());
        assert_eq!((&whole["e"]["detailType"], whole["e"].get("detail")), (&json!("order.created"), None));
    }

    #[test]
    fn what_makes_no_json_is_silently_not_delivered() {
        for template in [
            r#"{"l": "<list>"}"#,
            r#"{"p": "<payload>"}"#,
            "<one> single",
            r#"{"q": "<quote>"}"#,
            "order <id>",
        ] {
            let Outcome::Nothing { why, .. } = filled(template) else { panic!("{template}") };
            assert!(why.contains("no JSON"), "{why}");
        }
        let Outcome::Delivered { notes, .. } = filled(r#""say <quote> <absent>""#) else { panic!() };
        assert!(notes[0].contains("`$.detail.absent`") && notes[1].contains("refuses it"), "{notes:?}");
    }

    #[test]
    fn an_input_is_itself_and_an_input_path_json() {
        let of = |compiled| evaluate(&compiled, Dialect::RuleTarget, &event(), &Variables::new());
        assert_eq!(of(Compiled::Constant("{ \"a\": 1 }".into())).payload(), Some("{ \"a\": 1 }"));
        assert_eq!(of(Compiled::Path("$.detail.id".into())).payload(), Some("\"A-7\""));
        assert_eq!(of(Compiled::Path("$.detail.payload".into())).payload(), Some(r#"{"key":"value","n":1}"#));
        assert!(matches!(of(Compiled::Path("$.detail.absent".into())), Outcome::Nothing { .. }));
    }

    /// The EventBridge guide (eb-pipes-input-transformation).
    #[test]
    fn a_pipes_template_reads_what_was_sent() {
        let record =
            json!({ "eventSource": "aws:sqs", "body": "{\"key\": \"value\", \"n\": [1]}", "messageId": "m" });
        let of = |template: &str| {
            let compiled = Compiled::Template { template: template.into(), paths: Map::new() };
            evaluate(&compiled, Dialect::Pipe, &record, &Variables::new())
        };
        for (template, payload) in [
            ("\"Hello, sender\"", "\"Hello, sender\""),
            ("<$.messageId>", "m"),
            ("<$.body>", "{key:value,n:[1]}"),
            ("\"Hello, <$.messageId>\"", "\"Hello, m\""),
            ("free <$.body.key> text", "free \"value\" text"),
            ("{ \"data\": <$.body> }", "{\"data\":{\"key\":\"value\",\"n\":[1]}}"),
            (
                "{\"k\": <$.body.key>, \"n\": <$.body.n[0]>, \"t\": \"<$.body.key>\"}",
                "{\"k\":\"value\",\"n\":1,\"t\":\"value\"}",
            ),
            ("{\"x\": <$.body.none>}", "{\"x\":\"\"}"),
            ("{\"n\": <aws.pipes.pipe-name>}", "{\"n\":\"(aws.pipes.pipe-name)\"}"),
        ] {
            assert_eq!(of(template).payload(), Some(payload), "{template}");
        }
        let whole = |name: &str| -> Json {
            serde_json::from_str(of(&format!("{{\"e\": <aws.pipes.{name}>}}")).payload().unwrap()).unwrap()
        };
        assert_eq!(whole("event")["e"], record);
        assert_eq!(whole("event.json")["e"]["body"]["key"], "value");
        assert!(matches!(of("{\"x\": <$.body.key>"), Outcome::Nothing { .. }));
        let Outcome::Delivered { notes, .. } = of("<$.body>") else { panic!() };
        assert!(notes[0].contains("no JSON"));
    }
}
