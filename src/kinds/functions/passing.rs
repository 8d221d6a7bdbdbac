//! Calls of a function, and who hears what it answered.

use serde_json::{Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, LOGGED, SECONDS, TIME, entry};
use crate::flow::happening::{Happening, Word, parsed};
use crate::flow::passing::{Arrival, Passed, Sent, Way};
use crate::flow::request::{Call, Pairs};
use crate::flow::transform::evaluate::Outcome;
use crate::kinds::{Kind, key_of, spot};
use crate::value;

use super::Functions;

pub const WORDS: &[Word] = &[
    Word::new("invoke", "The function is called and waited for: its payload.", &[]),
    Word::new(
        "request",
        "A request comes to the function's URL: `METHOD /path`.",
        &["headers", "query", "body"],
    )
    .of_any(),
];

pub(super) const ON_SUCCESS: &str = "AsyncInvoke.DestinationConfig.OnSuccess.Destination";

/// The source of the events by which Lambda tells a bus what became of a call.
pub(super) const SOURCE: &str = "lambda";
/// The detail-type of those that tell of success.
pub(super) const SUCCEEDED: &str = "Lambda Function Invocation Result - Success";

pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let heard = |name: &str, path: &str| {
        Some(Way { name: name.to_owned(), to: spot(graph, of.properties.at(path)?) })
    };
    heard("on_success", ON_SUCCESS).into_iter().collect()
}

pub fn happens(of: Option<&Resource>, graph: &Graph, said: &Happening<'_>) -> Result<Arrival, String> {
    if said.word == "invoke" {
        return Ok(Arrival::of(said.value.to_string()).answered());
    }
    let has_url = of.is_some_and(|of| of.properties.get("Url").is_some());
    match has_url {
        true => Ok(Arrival::of(url_event(of, graph, &Call::read(said)?).to_string()).answered()),
        false => Err("the function has no URL; write `url: { auth: none }` there, or `invoke:` here".into()),
    }
}

/// What a function gets of a request to its URL (payload format 2.0): what there is none of is not there.
fn url_event(of: Option<&Resource>, graph: &Graph, call: &Call) -> Json {
    let is_open = of.is_some_and(|of| of.properties.text_at("Url.AuthType") == Some("NONE"));
    let headers = call.headers.0.iter().map(|(name, value)| (name.to_lowercase(), value.clone()));
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": call.path,
        "rawQueryString": call.raw_query,
        "headers": Pairs(headers.collect()).joined(),
        "queryStringParameters": call.query.joined(),
        "requestContext": {
            // Of whoever calls.
            "accountId": if is_open { "anonymous" } else { graph.place.account.as_str() },
            "http": {
                "method": call.method, "path": call.path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1",
            },
            "requestId": ID,
            "routeKey": "$default",
            "stage": "$default",
            "time": LOGGED,
            "timeEpoch": SECONDS * 1000,
        },
        "body": call.body,
        "isBase64Encoded": false,
    });
    let is_absent = [("queryStringParameters", call.query.0.is_empty()), ("body", call.body.is_empty())];
    for (member, _) in is_absent.into_iter().filter(|(_, is_absent)| *is_absent) {
        event.as_object_mut().map(|event| event.shift_remove(member));
    }
    event
}

/// Who hears that an event was handled. One that was waited for is nobody else's business.
pub fn answered(of: &Resource, graph: &Graph, arrived: &Arrival, answer: &Json) -> Passed {
    let Some(destination) = of.properties.at(ON_SUCCESS).filter(|_| !arrived.waits) else {
        return Passed::default();
    };
    let arn = Functions.derive("arn", of, &graph.place);
    let request = arrived.payload.payload().unwrap_or_default();
    let heard = json!({
        "version": "1.0",
        "timestamp": TIME,
        "requestContext": {
            "requestId": ID,
            "functionArn": format!("{}:$LATEST", arn.as_ref().and_then(Value::as_str).unwrap_or_default()),
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": parsed(request),
        "responseContext": { "statusCode": 200, "executedVersion": "$LATEST" },
        "responsePayload": answer,
    });
    let arrival = match key_of(destination) {
        Some("bus") => {
            let parameters = value!({
                "Source": SOURCE, "DetailType": SUCCEEDED,
                "Resources": [(destination.clone()), (arn.unwrap_or_default())],
            });
            entry(
                &graph.place,
                &parameters,
                Outcome::Delivered { payload: heard.to_string(), notes: Vec::new() },
            )
        }
        _ => Arrival::of(heard.to_string()),
    };
    let sent = Sent { name: "on_success".into(), to: spot(graph, destination), arrival };
    Passed { sent: vec![sent], ..Passed::default() }
}
