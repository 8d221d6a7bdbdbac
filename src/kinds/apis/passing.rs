//! What an API does with a request: the route that it meets, and what stands behind that.

use serde_json::{Map, Value as Json, json};

use crate::engine::template::Part;
use crate::engine::{Graph, Resource, Value};
use crate::flow::envelope::{ID, LOGGED, SECONDS, entry};
use crate::flow::happening::{Happening, Word, spelled, text};
use crate::flow::passing::{Arrival, Passed, Sent, Spot, Way};
use crate::flow::request::{Call, Pairs};
use crate::flow::transform::evaluate::Outcome;
use crate::flow::transform::velocity::{Request, render};
use crate::kinds::handed::BEHIND;
use crate::kinds::spot;
use crate::value;

use super::calls;

pub const WORDS: &[Word] = &[Word::new(
    "request",
    "A request comes to the API: `METHOD /path`, without the stage.",
    &["headers", "query", "body"],
)];

/// The route stands in the parameters of the arrival: it is found once.
pub fn happens(of: Option<&Resource>, said: &Happening<'_>) -> Result<Arrival, String> {
    let api = of.ok_or("only the routes of an API of the stack are known")?;
    met(api, Call::read(said)?)
}

/// A request as it comes to the route that it meets.
fn met(api: &Resource, call: Call) -> Result<Arrival, String> {
    let Some(route) = Route::of(api, &call) else {
        let all: Vec<String> = routes(api).map(|(path, verb, _)| format!("`{verb} {path}`")).collect();
        return Err(format!(
            "{} has no route for `{} {}`; there are {}",
            api.address,
            call.method,
            call.path,
            all.join(", ")
        ));
    };
    let parameters = value!({
        "route": (format!("{} {}", route.verb, route.path)),
        "headers": (Value::from(Json::Object(call.headers.last()))),
        "multi_headers": (Value::from(Json::Object(call.headers.lists()))),
        "query": (Value::from(Json::Object(call.query.last()))),
        "multi_query": (Value::from(Json::Object(call.query.lists()))),
        "path_parameters": (Value::from(Json::Object(route.parameters))),
        "method": (call.method),
        "path": (call.path),
        "stage": (api.properties.text_at("Stage.stageName").unwrap_or_default()),
    });
    Ok(Arrival { parameters, ..Arrival::of(call.body) }.answered())
}

/// Every route: path, verb, method.
pub(super) fn routes(of: &Resource) -> impl Iterator<Item = (&str, &str, &Value)> {
    let resources = of.properties.get("Resources").and_then(Value::as_map);
    resources.into_iter().flatten().flat_map(|(path, methods)| {
        let methods = methods.as_map().into_iter().flatten();
        methods.map(move |(verb, method)| (path.as_str(), verb.as_str(), method))
    })
}

struct Route<'a> {
    path: &'a str,
    verb: &'a str,
    parameters: Map<String, Json>,
}

impl<'a> Route<'a> {
    /// The route that a request meets: parts that are written before parameters, those before what takes the rest;
    /// the verb before `ANY`.
    fn of(api: &'a Resource, call: &Call) -> Option<Route<'a>> {
        let asked: Vec<&str> = call.path.split('/').filter(|part| !part.is_empty()).collect();
        let found = routes(api).filter(|(_, verb, _)| *verb == call.method || *verb == "ANY");
        let met = found.filter_map(|(path, verb, _)| {
            let (ranks, parameters) = meets(path, &asked)?;
            Some(((ranks, verb == "ANY"), Route { path, verb, parameters }))
        });
        met.min_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, route)| route)
    }
}

/// How well a path meets, part by part, and its parameters.
fn meets(path: &str, asked: &[&str]) -> Option<(Vec<u8>, Map<String, Json>)> {
    let mut parameters = Map::new();
    let mut ranks = Vec::new();
    let mut rest = asked;
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        if let Some(name) = name.and_then(|name| name.strip_suffix('+')) {
            if rest.is_empty() {
                return None;
            }
            parameters.insert(name.to_owned(), rest.join("/").into());
            ranks.push(2);
            return Some((ranks, parameters));
        }
        let (first, after) = rest.split_first()?;
        match name {
            Some(name) => {
                parameters.insert(name.to_owned(), (*first).into());
                ranks.push(1);
            }
            None if part == *first => ranks.push(0),
            None => return None,
        }
        rest = after;
    }
    rest.is_empty().then_some((ranks, parameters))
}

pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let way = |(path, verb, method): (&str, &str, &Value)| {
        let integration = method.get("methodIntegration")?;
        Some(Way { name: format!("{verb} {path}"), to: behind(graph, integration)? })
    };
    routes(of).filter_map(way).collect()
}

/// What stands behind a route, whatever is asked.
pub(super) fn behind(graph: &Graph, integration: &Value) -> Option<Spot> {
    let uri = integration.get("uri")?;
    if let Some((arn, host)) = calls::called(uri) {
        return Some(host.map_or_else(|| spot(graph, &arn), |(address, _)| Spot::Resource(address)));
    }
    match (request_template(integration), uri.as_str()) {
        (Some(template), Some(uri)) if uri.ends_with(PUT_EVENTS) => {
            Some(named(graph, template, "EventBusName"))
        }
        (Some(template), Some(uri)) if uri.contains(":states:action/") => {
            Some(named(graph, template, "stateMachineArn"))
        }
        (_, Some(uri)) => Some(Spot::Elsewhere(uri.to_owned())),
        _ => None,
    }
}

/// The resource that a template names as the value of a member, however it is spaced.
fn named(graph: &Graph, template: &Value, member: &str) -> Spot {
    let text = marked(template);
    let behind =
        text.split_once(&format!("\"{member}\"")).and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
    let name = behind.and_then(|value| value.trim_start().strip_prefix('"')?.split('"').next());
    unmarked(graph, template, name.unwrap_or_default())
}

/// How the URI ends by which a route puts events.
pub(super) const PUT_EVENTS: &str = ":events:action/PutEvents";

pub(super) fn request_template(integration: &Value) -> Option<&Value> {
    integration.get("requestTemplates")?.get("application/json")
}

/// The request that a service makes which has the API as its target: to the route that its ARN names, with the
/// sender's parameters.
fn called_by_service(of: &Resource, arrived: &Arrival) -> Result<Arrival, String> {
    let parameters = &arrived.parameters;
    // `/STAGE/METHOD/path`
    let behind = parameters.text_at(BEHIND).unwrap_or_default();
    let mut steps = behind.trim_start_matches('/').splitn(3, '/').skip(1);
    let Some(method) = steps.next() else {
        return Err("which route a service calls here is not known".into());
    };
    let mut path = format!("/{}", steps.next().unwrap_or_default());
    for value in parameters.get("PathParameterValues").and_then(Value::as_list).unwrap_or_default() {
        path = path.replacen('*', &text(&spelled(value)), 1);
    }
    let pairs = |member: &str| {
        let all = parameters.get(member).and_then(Value::as_map).into_iter().flatten();
        Pairs(all.map(|(name, value)| (name.clone(), text(&spelled(value)))).collect())
    };
    let call = Call {
        method: method.to_owned(),
        path,
        headers: pairs("HeaderParameters"),
        query: pairs("QueryStringParameters"),
        body: arrived.payload.payload().unwrap_or_default().to_owned(),
        ..Call::default()
    };
    met(of, call)
}

/// How a route's integration takes a body (the API Gateway guide, "Method request behavior for payloads without
/// mapping templates").
enum Mapping<'v> {
    Template(&'v Value),
    /// There is no template for it, and it goes on as it is.
    AsItIs,
    /// API Gateway answers 415, and calls nobody.
    Refused(String),
}

/// `parameters`: those of the request.
fn mapping<'v>(integration: &'v Value, parameters: &Value) -> Mapping<'v> {
    let headers = parameters.get("headers").and_then(Value::as_map).into_iter().flatten();
    let mut headers = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let written = headers.next().and_then(|(_, value)| value.as_str()).unwrap_or("application/json");
    // What stands behind a `;`, such as a charset, does not matter.
    let media = written.split(';').next().unwrap_or_default().trim();
    let templates = integration.get("requestTemplates").and_then(Value::as_map);
    let mut all = templates.into_iter().flatten();
    if let Some((_, template)) = all.find(|(known, _)| known.eq_ignore_ascii_case(media)) {
        return Mapping::Template(template);
    }
    let known: Vec<&str> = templates.into_iter().flat_map(|all| all.keys()).map(String::as_str).collect();
    let is_refused = match integration.text_at("passthroughBehavior") {
        Some("NEVER") => true,
        Some("WHEN_NO_TEMPLATES") => !known.is_empty(),
        _ => false,
    };
    match is_refused {
        true => Mapping::Refused(format!(
            "API Gateway answers 415 and sends nothing: the route takes `{}`, and the request's content type is \
             `{media}`",
            known.join("`, `")
        )),
        false => Mapping::AsItIs,
    }
}

pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    let by_service;
    let arrived = match arrived.parameters.get("route") {
        Some(_) => arrived,
        None => match called_by_service(of, arrived) {
            Ok(arrival) => {
                by_service = arrival;
                &by_service
            }
            Err(why) => return Passed::stopped(why),
        },
    };
    let name = arrived.parameters.text_at("route").unwrap_or_default();
    let found = routes(of).find(|(path, verb, _)| name == format!("{verb} {path}"));
    let Some(integration) = found.and_then(|(_, _, method)| method.get("methodIntegration")) else {
        return Passed::stopped(format!("nothing stands behind `{name}`"));
    };
    let uri = integration.get("uri").cloned().unwrap_or_default();
    let sent = |to: Spot, arrival: Arrival| Passed {
        sent: vec![Sent { name: name.to_owned(), to, arrival }],
        ..Passed::default()
    };
    if calls::called(&uri).is_some() {
        let Some(to) = behind(graph, integration) else { return Passed::default() };
        return sent(to, Arrival::of(proxied(graph, arrived).to_string()).answered());
    }
    let kind = integration.text_at("type").unwrap_or_default();
    if !kind.eq_ignore_ascii_case("AWS") {
        return Passed::stopped(format!(
            "`{name}` is an integration of type {kind}, which is not followed here"
        ));
    }
    let uri = uri.as_str().unwrap_or_default();
    let not_sent = |made: &str, why: String| {
        let to = behind(graph, integration).unwrap_or_else(|| Spot::Elsewhere(uri.to_owned()));
        sent(to, Arrival::nothing(made, why))
    };
    let nobody = Value::Null;
    let (template, body) = match mapping(integration, &arrived.parameters) {
        Mapping::Template(template) => match render(&marked(template), &request(graph, arrived)) {
            Ok(rendered) => (template, rendered.text),
            Err(wrong) => {
                let why = format!("API Gateway answers 500: the mapping template fails: {}", wrong.message);
                return not_sent("", why);
            }
        },
        Mapping::AsItIs => (&nobody, arrived.payload.payload().unwrap_or_default().to_owned()),
        Mapping::Refused(why) => return not_sent("", why),
    };
    let asked = serde_json::from_str::<Json>(&body).unwrap_or_default();
    if uri.ends_with(PUT_EVENTS) {
        return match asked["Entries"].as_array() {
            Some(entries) => put_events(graph, template, name, entries),
            None => not_sent(&body, "what the mapping template makes is no request of PutEvents".into()),
        };
    }
    if uri.contains(":states:action/") {
        let machine = asked["stateMachineArn"].as_str().unwrap_or_default();
        let input = asked["input"].as_str().unwrap_or("{}");
        return sent(unmarked(graph, template, machine), Arrival::of(input));
    }
    Passed::stopped(format!("`{name}` calls `{uri}`, which is not followed here, with {body}"))
}

fn put_events(graph: &Graph, template: &Value, name: &str, entries: &[Json]) -> Passed {
    let sent = entries.iter().map(|one| {
        let payload = one["Detail"].as_str().unwrap_or_default().to_owned();
        let arrival =
            entry(&graph.place, &Value::from(one.clone()), Outcome::Delivered { payload, notes: Vec::new() });
        let bus = one["EventBusName"].as_str().unwrap_or("default");
        Sent { name: name.to_owned(), to: unmarked(graph, template, bus), arrival }
    });
    Passed { sent: sent.collect(), ..Passed::default() }
}

/// A template in which what is not known yet stands as a mark that no template language reads.
fn marked(template: &Value) -> String {
    match template {
        Value::Unknown(template) => {
            let parts = template.parts.iter().enumerate().map(|(index, part)| match part {
                Part::Text(text) => text.clone(),
                _ => mark(index),
            });
            parts.collect()
        }
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

fn mark(index: usize) -> String {
    format!("\u{1}{index}\u{1}")
}

/// Whom a text names in which such a mark may stand.
fn unmarked(graph: &Graph, template: &Value, named: &str) -> Spot {
    if let Value::Unknown(template) = template {
        let found = template.parts.iter().enumerate().find_map(|(index, part)| match part {
            Part::Output(output) if named.contains(&mark(index)) => Some(output.address.clone()),
            _ => None,
        });
        if let Some(address) = found {
            return Spot::Resource(address);
        }
    }
    match crate::kinds::buses::named(graph, named) {
        Some(bus) => Spot::Resource(bus.address.clone()),
        None => spot(graph, &named.into()),
    }
}

fn shown(parameters: &Value, member: &str) -> Json {
    parameters.get(member).map_or_else(|| json!({}), Value::to_shown_json)
}

/// The request as a mapping template sees it.
fn request(graph: &Graph, arrived: &Arrival) -> Request {
    let parameters = &arrived.parameters;
    Request {
        body: arrived.payload.payload().unwrap_or_default().to_owned(),
        params: json!({
            "path": shown(parameters, "path_parameters"),
            "querystring": shown(parameters, "query"),
            "header": shown(parameters, "headers"),
        }),
        context: context(graph, parameters),
        ..Request::default()
    }
}

fn context(graph: &Graph, parameters: &Value) -> Json {
    let text = |member: &str| parameters.text_at(member).unwrap_or_default();
    let (route, stage) = (text("route"), text("stage"));
    json!({
        "accountId": graph.place.account,
        "requestId": ID,
        "httpMethod": parameters.text_at("method"),
        // With the stage, unlike the request's own.
        "path": format!("/{stage}{}", text("path")),
        "stage": stage,
        "protocol": "HTTP/1.1",
        "resourcePath": route.split_once(' ').map(|(_, path)| path),
        "requestTime": LOGGED,
        "requestTimeEpoch": (SECONDS * 1000).to_string(),
        "identity": { "sourceIp": "192.0.2.1" },
    })
}

/// What a function gets of the request (payload format 1.0).
fn proxied(graph: &Graph, arrived: &Arrival) -> Json {
    let parameters = &arrived.parameters;
    let or_null = |member: &str| match shown(parameters, member) {
        Json::Object(map) if map.is_empty() => Json::Null,
        other => other,
    };
    let route = parameters.text_at("route").unwrap_or_default();
    let body = arrived.payload.payload().filter(|body| !body.is_empty());
    json!({
        "resource": route.split_once(' ').map(|(_, path)| path),
        "path": parameters.text_at("path"),
        "httpMethod": parameters.text_at("method"),
        "headers": or_null("headers"),
        "multiValueHeaders": or_null("multi_headers"),
        "queryStringParameters": or_null("query"),
        "multiValueQueryStringParameters": or_null("multi_query"),
        "pathParameters": or_null("path_parameters"),
        "stageVariables": null,
        "requestContext": context(graph, parameters),
        "body": body,
        "isBase64Encoded": false,
    })
}
