//! What functions and others answer and do, as a test says it: nothing else knows what is inside them.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::engine::{Address, Graph, Resource, Value};
use crate::kinds;
use crate::source::suggest;

use super::happening::{parsed, spelled, text};
use super::pattern::{Pattern, PatternKind, matches, parse};
use super::reference::{JsonPath, Piece, Reference, Text, parse as parse_text};
use super::{Path, Problem};

/// What each resource answers, by its address: the first answer whose `when` matches.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answers(pub BTreeMap<Address, Vec<Answer>>);

/// An answer to some of what arrives.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// What arrives matches this; left out, everything does.
    pub when: Option<Pattern>,
    /// What is answered, as a transform of what arrived; nothing if it answers nothing.
    pub returns: Option<Value>,
    /// What it does, in order, each a happening as a transform of what arrived.
    pub does: Vec<Value>,
}

/// What somebody answers to one payload.
#[derive(Clone, PartialEq, Debug)]
pub struct Answered {
    /// Nothing if it answers nothing, or nobody says what.
    pub returns: Option<Json>,
    pub does: Vec<Json>,
}

impl Answers {
    /// What the resource answers; nothing if nobody says it.
    pub fn to(&self, address: &Address, payload: &str) -> Option<Answered> {
        let event = read_inside(parsed(payload));
        let answers = self.0.get(address)?;
        // A pipe hands over a list: then an item is meant.
        let items = event.as_array().map_or(std::slice::from_ref(&event), Vec::as_slice);
        let is_meant = |answer: &&Answer| {
            answer.when.as_ref().is_none_or(|when| items.iter().any(|item| matches(when, item)))
        };
        let answer = answers.iter().find(is_meant)?;
        let returns = answer.returns.as_ref().map(|returns| filled(returns, &event));
        Some(Answered { returns, does: answer.does.iter().map(|one| filled(one, &event)).collect() })
    }
}

const MEMBERS: [&str; 3] = ["when", "returns", "does"];

/// Reads answers: by address, one or a list of `{ when: PATTERN, returns: DOCUMENT, does: [HAPPENING] }`.
/// The paths of problems begin at the document.
/// Beside them comes what is wrong: what is no answer, no pattern or no transform, and what stands under the address of
/// something that answers nobody; as a warning, what stands under the address of nothing.
pub fn read(graph: &Graph, document: &Value, at: &Path) -> (Answers, Vec<Problem>) {
    let Some(map) = document.as_map() else {
        let problem = Problem::error(at, "answers stand by the address of whoever gives them");
        return (Answers::default(), vec![problem.help("write `functions.KEY: { returns: { … } }`")]);
    };
    let mut answers = Answers::default();
    let mut problems = Vec::new();
    for (key, written) in map {
        let at = at.key(key);
        let Some(of) = graph.resources.values().find(|one| one.address.to_string() == *key) else {
            let known = graph.resources.values().filter(|one| answers_at_all(one));
            let known: Vec<String> = known.map(|one| one.address.to_string()).collect();
            // Another environment of the stack may have it.
            let problem = Problem::warning(&at, format!("there is no `{key}` that could answer"));
            problems.push(match suggest(key, known.iter().map(String::as_str)) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(format!("there are {}", known.join(", "))),
            });
            continue;
        };
        if !answers_at_all(of) {
            problems.push(Problem::error(&at, "it answers nobody: what it does is known"));
            continue;
        }
        let one = std::slice::from_ref(written);
        let list = written.as_list().unwrap_or(one);
        let read = list.iter().enumerate().map(|(i, one)| {
            let at = if written.as_list().is_some() { at.item(i) } else { at.clone() };
            answer(one, &at, &mut problems)
        });
        let read = read.collect();
        answers.0.insert(of.address.clone(), read);
    }
    (answers, problems)
}

fn answers_at_all(of: &Resource) -> bool {
    kinds::kind(of.kind).is_some_and(|kind| kind.answers())
}

fn answer(written: &Value, at: &Path, problems: &mut Vec<Problem>) -> Answer {
    let mut answer = Answer { when: None, returns: None, does: Vec::new() };
    let Some(map) = written.as_map() else {
        problems.push(
            Problem::error(at, "an answer has `returns` and `does`")
                .help("write `{ returns: { … }, does: [ … ] }`"),
        );
        return answer;
    };
    for (key, value) in map {
        let at = at.key(key);
        match key.as_str() {
            "when" => match parse(value, PatternKind::Document) {
                Ok(pattern) => answer.when = Some(pattern),
                Err(wrong) => problems.extend(wrong.into_iter().map(|one| one.below(&at))),
            },
            "returns" => {
                walk(value, &at, problems);
                answer.returns = Some(value.clone());
            }
            "does" => {
                walk(value, &at, problems);
                match value.as_list() {
                    Some(list) => answer.does = list.to_vec(),
                    None => problems.push(Problem::error(&at, "`does` is a list of what happens then")),
                }
            }
            _ => {
                let problem = Problem::error(&at, format!("`{key}` is no part of an answer"));
                problems.push(problem.help(match suggest(key, MEMBERS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are `{}`", MEMBERS.join("`, `")),
                }));
            }
        }
    }
    answer
}

fn walk(value: &Value, path: &Path, problems: &mut Vec<Problem>) {
    match value {
        Value::Map(map) => map.iter().for_each(|(key, value)| walk(value, &path.key(key), problems)),
        Value::List(list) => {
            list.iter().enumerate().for_each(|(i, value)| walk(value, &path.item(i), problems));
        }
        Value::String(text) => match parse_text(text) {
            Err(misread) => {
                let problem = Problem::error(path, misread.message);
                problems.push(match misread.help {
                    Some(help) => problem.help(help),
                    None => problem,
                });
            }
            Ok(text) => {
                let other = references(&text).find(|one| !matches!(one, Reference::Event(_)));
                problems.extend(other.map(|other| {
                    let message = format!("`{other}` is a variable of a service, and here is none");
                    Problem::error(path, message).help("there is `$.path` of what arrives")
                }));
            }
        },
        _ => {}
    }
}

fn references(text: &Text) -> impl Iterator<Item = &Reference> {
    let (one, pieces) = match text {
        Text::Typed(reference) => (Some(reference), &[][..]),
        Text::Pieces(pieces) => (None, pieces.as_slice()),
    };
    one.into_iter().chain(pieces.iter().filter_map(|piece| match piece {
        Piece::Reference(reference) => Some(reference),
        Piece::Text(_) => None,
    }))
}

/// The document with what its references find. What they do not find is null, and no text inside one.
fn filled(document: &Value, event: &Json) -> Json {
    match document {
        Value::Map(map) => map.iter().map(|(key, value)| (key.clone(), filled(value, event))).collect(),
        Value::List(list) => list.iter().map(|value| filled(value, event)).collect(),
        Value::String(text) => match parse_text(text) {
            Ok(Text::Typed(reference)) => found(&reference, event).unwrap_or(Json::Null),
            Ok(Text::Pieces(pieces)) => {
                pieces.iter().map(|piece| piece_text(piece, event)).collect::<String>().into()
            }
            Err(_) => text.as_str().into(),
        },
        other => spelled(other),
    }
}

fn piece_text(piece: &Piece, event: &Json) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Reference(reference) => found(reference, event).map_or_else(String::new, |value| text(&value)),
    }
}

fn found(reference: &Reference, event: &Json) -> Option<Json> {
    match reference {
        Reference::Event(JsonPath(path)) if path.is_empty() => Some(event.clone()),
        Reference::Event(path) => path.find(event),
        Reference::Service(_) | Reference::Request(..) | Reference::Context(_) => None,
    }
}

/// Texts that hold JSON objects and lists are read: the body of a request, of a message.
fn read_inside(value: Json) -> Json {
    match value {
        Json::Object(map) => map.into_iter().map(|(key, value)| (key, read_inside(value))).collect(),
        Json::Array(list) => list.into_iter().map(read_inside).collect(),
        Json::String(text) if text.starts_with(['{', '[']) => match serde_json::from_str(&text) {
            Ok(inside) => read_inside(inside),
            Err(_) => text.into(),
        },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::compile::testing;
    use crate::value;

    const STACK: &str = "stack: shop\nregion: eu-west-1\nqueues: { jobs: {} }\napi_destinations: { carrier: { connection: c, endpoint: \"https://a.example.com\", method: POST } }\nconnections: { c: { basic: { username: u, password: p } } }\n";

    #[test]
    fn the_first_answer_that_is_meant_is_a_transform_of_what_arrived() {
        let (graph, _) = testing::compile(STACK);
        let written = value!({ "api_destinations.carrier": [
            { "when": { "httpMethod": ["GET"] } },
            {
                "returns": { "id": "$.body.id", "text": "order <$.body.id>, <$.body.none>" },
                "does": [{ "queue": "jobs", "message": { "PK": "$.body.id", "none": "$.none" } }],
            },
        ] });
        let (answers, _) = read(&graph, &written, &Path::default());
        let address = Address::new("api_destinations", "carrier");
        let answered = answers.to(&address, r#"{"httpMethod": "POST", "body": "{\"id\": 7}"}"#).unwrap();
        assert_eq!(answered.returns.unwrap(), json!({ "id": 7, "text": "order 7, " }));
        assert_eq!(answered.does, [json!({ "queue": "jobs", "message": { "PK": 7, "none": null } })]);
        let none = answers.to(&address, r#"{"httpMethod": "GET"}"#).unwrap();
        assert_eq!((none.returns, none.does.len()), (None, 0));
        assert_eq!(answers.to(&Address::new("queues", "jobs"), "{}"), None);
    }

    #[test]
    fn what_is_no_answer_is_said_at_its_place() {
        let (graph, _) = testing::compile(STACK);
        let written = value!({
            "api_destinations.carier": {},
            "queues.jobs": { "returns": {} },
            "api_destinations.carrier": { "return": {}, "does": { "a": "$aws.event.json" }, "returns": "$id", "when": { "a": "b" } },
        });
        let (_, problems) = read(&graph, &written, &Path::default());
        let shown: Vec<String> = problems.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(shown.join("\n"));
    }
}
