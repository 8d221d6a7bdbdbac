//! What a subscription does with a message of its topic: its filter decides, and its endpoint gets it.

use serde_json::{Map, Value as Json, json};

use crate::engine::{Graph, Resource, Value};
use crate::flow::passing::{Arrival, Flow, Passed, Sent, Way};
use crate::flow::pattern::{PatternKind, Verdict, decide, parse};
use crate::flow::shape::Shape;
use crate::kinds::filter::goes_on;
use crate::kinds::spot;
use crate::value;

const ENDPOINT: &str = "endpoint";

pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let endpoint = of.properties.get("Endpoint").map(|arn| spot(graph, arn));
    endpoint.into_iter().map(|to| Way { name: ENDPOINT.into(), to }).collect()
}

pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    let Some(message) = &arrived.event else {
        return Passed::stopped("what the topic makes of this is not known here");
    };
    let mut passed = filtered(of, message);
    if !goes_on(&passed) {
        return passed;
    }
    if let Some(endpoint) = of.properties.get("Endpoint") {
        passed.sent.push(Sent {
            name: ENDPOINT.into(),
            to: spot(graph, endpoint),
            arrival: delivered(of, message),
        });
    }
    passed
}

/// More attributes than these a queue does not take.
const MOST_ATTRIBUTES: usize = 10;

/// What the endpoint gets: in the envelope of SNS, or the message alone. Follows the SNS guide, "Raw message delivery":
/// to a queue go the message's attributes, too, and a message with more of them than a queue takes is discarded.
fn delivered(of: &Resource, message: &Json) -> Arrival {
    let text = |path: &str| of.properties.text_at(path);
    let alone = || Arrival::of(message["Message"].as_str().unwrap_or_default());
    let is_raw = of.properties.at("Attributes.RawMessageDelivery").and_then(Value::as_bool) == Some(true);
    match text("Protocol") {
        Some("lambda") => {
            let record = json!({ "Records": [{
                "EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": message["TopicArn"], "Sns": message,
            }] });
            Arrival::of(record.to_string())
        }
        Some("sqs") if is_raw => {
            let attributes = message["MessageAttributes"].as_object().into_iter().flatten();
            let attributes: Map<_, _> =
                attributes.map(|(name, one)| (name.clone(), one["Value"].clone())).collect();
            if attributes.len() > MOST_ATTRIBUTES {
                let why = format!(
                    "a message with more than {MOST_ATTRIBUTES} attributes is not delivered raw to a queue, and SNS discards it"
                );
                return Arrival::nothing(message["Message"].as_str().unwrap_or_default(), why);
            }
            Arrival {
                parameters: value!({ "attributes": (Value::from(Json::Object(attributes))) }),
                ..alone()
            }
        }
        Some("email" | "sms") => alone(),
        _ if is_raw => alone(),
        _ => Arrival::of(message.to_string()),
    }
}

/// What the filter policy says. Its operators are those of rules, save what SNS lacks, which an apply refuses.
fn filtered(of: &Resource, message: &Json) -> Passed {
    let Some(policy) = of.properties.at("Attributes.FilterPolicy").filter(|policy| !policy.is_empty()) else {
        return Passed::default();
    };
    let seen = match of.properties.text_at("Attributes.FilterPolicyScope") {
        Some("MessageBody") => {
            let body = message["Message"].as_str().map(serde_json::from_str::<Json>);
            match body {
                Some(Ok(body @ Json::Object(_))) => body,
                _ => {
                    let verdict = Verdict { is_match: false, fields: Vec::new(), combinations: 1 };
                    let note = "the message is no JSON object, so a filter of bodies matches nothing";
                    return Passed { verdict: Some(verdict), ..Passed::noted(note) };
                }
            }
        }
        _ => attributes(message),
    };
    match parse(policy, PatternKind::Document) {
        Ok(pattern) => Passed { verdict: Some(decide(&pattern, &seen)), ..Passed::default() },
        Err(_) => Passed::noted("its filter is not read here, so everything passes"),
    }
}

/// The values of the message's attributes by name.
fn attributes(message: &Json) -> Json {
    let attributes = message["MessageAttributes"].as_object();
    let values = attributes.into_iter().flatten().map(|(name, one)| {
        let text = one["Value"].as_str().unwrap_or_default();
        // A list of texts stands as JSON, and a number compares as one.
        let value = match serde_json::from_str::<Json>(text) {
            Ok(value @ (Json::Array(_) | Json::Number(_))) => value,
            _ => one["Value"].clone(),
        };
        (name.clone(), value)
    });
    Json::Object(values.collect::<Map<_, _>>())
}

/// Something, unless a filter looks at what nobody knows.
pub fn sends(of: &Resource, graph: &Graph, seen: &[Shape]) -> Vec<Flow> {
    let is_filtered = of.properties.at("Attributes.FilterPolicy").is_some_and(|policy| !policy.is_empty());
    if is_filtered || seen.is_empty() {
        return Vec::new();
    }
    ways(of, graph).into_iter().map(|way| Flow::new(way.name, way.to, Shape::Anything, "Endpoint")).collect()
}
