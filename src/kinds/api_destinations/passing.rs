//! The request that an API destination makes.

use serde_json::{Map, Value as Json, json};

use crate::engine::template::Part;
use crate::engine::{Graph, Resource, Value};
use crate::flow::happening::{Happening, spelled, text};
use crate::flow::passing::{Arrival, Flow, HttpRequest, Passed, Sent, Spot, Way};
use crate::flow::shape::Shape;
use crate::kinds::{connections, spot};

pub fn passes(of: &Resource, graph: &Graph, arrived: &Arrival) -> Passed {
    let connection = spot(graph, of.properties.get("ConnectionArn").unwrap_or(&Value::Null));
    let connection = match &connection {
        Spot::Resource(address) => graph.resources.get(address),
        Spot::Elsewhere(_) => None,
    };
    let mut notes = Vec::new();
    let carried =
        connection.map(|connection| connections::carried(&connection.properties)).unwrap_or_else(|| {
            notes.push("its connection is another's, and adds what only its owner knows".into());
            connections::Carried::default()
        });
    let mut url = shown(of.properties.get("InvocationEndpoint").unwrap_or(&Value::Null));
    let parameters = |member: &str| arrived.parameters.get(member);
    let values = parameters("PathParameterValues").and_then(Value::as_list).unwrap_or_default();
    for value in values {
        url = url.replacen('*', &shown(value), 1);
    }
    let own = |member: &str| pairs(parameters(member));
    // AWS takes the connection's where both have one.
    let query = merged(own("QueryStringParameters"), carried.query);
    for (i, (name, value)) in query.iter().enumerate() {
        url.push_str(&format!("{}{name}={value}", if i == 0 && !url.contains('?') { '?' } else { '&' }));
    }
    let body = arrived.payload.payload().unwrap_or_default();
    let usual = vec![("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned())];
    let headers = merged(usual, merged(own("HeaderParameters"), carried.headers));
    let request = HttpRequest {
        method: of.properties.text_at("HttpMethod").unwrap_or_default().to_owned(),
        url,
        headers,
        body: with_members(body, &carried.body),
    };
    let sent = arriving(of, graph, &request).into_iter().collect();
    Passed { request: Some(request), notes, sent, ..Passed::default() }
}

const ENDPOINT: &str = "endpoint";

pub fn ways(of: &Resource, graph: &Graph) -> Vec<Way> {
    let to = server(of, graph).map(|server| Spot::Resource(server.address.clone()));
    to.into_iter().map(|to| Way { name: ENDPOINT.into(), to }).collect()
}

/// What comes to a resource of the stack; of an API the route that the endpoint meets, where it is written out. Nothing
/// where the endpoint meets none.
pub fn sends(of: &Resource, graph: &Graph) -> Vec<Flow> {
    let Some(server) = server(of, graph) else { return Vec::new() };
    let flow =
        Flow::new(ENDPOINT, Spot::Resource(server.address.clone()), Shape::Anything, "InvocationEndpoint");
    // What stands for a `*` the target says, and what is filled in is known after an apply.
    let endpoint = of.properties.get("InvocationEndpoint");
    let behind = endpoint.map(shown).unwrap_or_default();
    let behind = behind.split_once('}').map_or("", |(_, path)| path);
    if behind.contains(['*', '$']) {
        return vec![flow];
    }
    let Passed { sent, .. } = passes(of, graph, &Arrival::of(""));
    let met = sent.into_iter().next();
    met.map(|sent| Flow { goes_on_by: sent.arrival.parameters.text_at("route").map(str::to_owned), ..flow })
        .into_iter()
        .collect()
}

/// The function or the API of the stack whose address the endpoint begins with.
fn server<'g>(of: &Resource, graph: &'g Graph) -> Option<&'g Resource> {
    let Some(Value::Unknown(endpoint)) = of.properties.get("InvocationEndpoint") else { return None };
    match endpoint.parts.first() {
        Some(Part::Output(output)) if output.output == "url" => graph.resources.get(&output.address),
        _ => None,
    }
}

/// The request as it comes to a resource of the stack.
fn arriving(of: &Resource, graph: &Graph, request: &HttpRequest) -> Option<Sent> {
    let server = server(of, graph)?;
    let kind = crate::kinds::kind(server.kind)?;
    // Behind the address that is known after an apply.
    let target = request.url.split_once('}').map_or("", |(_, path)| path);
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let headers: Map<String, Json> =
        request.headers.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let said = json!({
        "request": format!("{} {target}", request.method),
        "headers": headers,
        "body": request.body,
    });
    let happening = Happening::new("request", said.as_object()?)?;
    let arrival = kind.happens(Some(server), graph, &happening).ok()?;
    Some(Sent { name: ENDPOINT.into(), to: Spot::Resource(server.address.clone()), arrival })
}

fn pairs(map: Option<&Value>) -> Vec<(String, String)> {
    let map = map.and_then(Value::as_map);
    map.into_iter().flatten().map(|(name, value)| (name.clone(), shown(value))).collect()
}

fn merged(own: Vec<(String, String)>, over: Vec<(String, String)>) -> Vec<(String, String)> {
    let is_over = |name: &str| over.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
    let mut all: Vec<_> = own.into_iter().filter(|(name, _)| !is_over(name)).collect();
    all.extend(over);
    all
}

/// The body with the members that the connection adds to it, if it is an object.
fn with_members(body: &str, members: &[(String, String)]) -> String {
    match serde_json::from_str::<Json>(body) {
        Ok(Json::Object(mut map)) if !members.is_empty() => {
            map.extend(members.iter().map(|(name, value)| (name.clone(), value.as_str().into())));
            Json::Object(map).to_string()
        }
        _ => body.to_owned(),
    }
}

/// A text that what is not known yet may stand in.
fn shown(value: &Value) -> String {
    text(&spelled(value))
}
