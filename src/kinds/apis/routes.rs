//! `routes:` of an API, lowered to methods and integrations.

use std::collections::BTreeMap;

use crate::engine::field::{Compare, Document, Field, RefTo, TEXT, TEXT_MAP, Type, Unit};
use crate::engine::{Form, Graph, Map, Resource, Value};
use crate::flow::transform::route::{
    ANSWERED_TEMPLATE, Entry, REQUEST_HEADERS, RESPONSE_TEMPLATE, STARTED_TEMPLATE, execution_template,
    request_template,
};
use crate::kinds::{Lowering, Manner, RoleFor, state_machines};
use crate::source::{Diagnostic, Findings, Node, Span};
use crate::spec::Sugar;
use crate::value;

use super::calls;
use super::draft::{merge, merge_at};
use super::openapi::{self, By, Calls};
use super::path::{self, Route};

const BUS: RefTo = RefTo::unchecked(&["buses"], "arn");
const MACHINE: RefTo = RefTo::unchecked(&["state_machines"], "arn");
const ANYTHING: Type = Type::Document(Document::Json);

const ROUTE: &[Field] = &[
    Field::sugar("function", "The function that gets the whole call and answers it.")
        .form(|| Form::Ref(RefTo::unchecked(&["functions"], "arn"))),
    Field::sugar(
        "qualifier",
        "A version or an alias of the function. Its permission is printed, not written.",
    )
    .form(|| Form::Value(TEXT)),
    Field::sugar("response", "`buffered`, or `stream`: the function's answer goes out as it comes.")
        .form(|| Form::Value(TEXT)),
    Field::sugar("put_event", "The event that is put on a bus.").form(|| Form::fields(PUT_EVENT)),
    Field::sugar("state_machine", "The state machine that is started.").form(|| Form::Ref(MACHINE)),
    Field::sugar(
        "invocation_type",
        "`request_response`: the route answers with the output of an express machine. `fire_and_forget`: it answers with the execution's ARN.",
    )
    .form(|| Form::Value(INVOCATION)),
    Field::sugar("transform", "The input of the execution; left out, the body of the call.").form(|| Form::Any),
    Field::sugar("openapi", "An operation of OpenAPI, or a file with one: merged into what is generated.")
        .form(|| Form::Either(vec![Form::Any, Form::Value(TEXT)])),
    Field::sugar("authorizer", "Who may call: an authorizer of the API, `iam`, or `none`.")
        .form(|| Form::Value(TEXT)),
    Field::new(
        "scopes",
        "authorizationScopes",
        Type::List(&TEXT),
        "Scopes that the token needs; for user pools.",
    )
    .compare(Compare::Set),
    Field::new("api_key", "apiKeyRequired", Type::Bool, "Whether a call needs an API key."),
    Field::new(
        "validate",
        "requestValidator",
        TEXT,
        "What is checked before anything is called: `body`, `parameters`, `all`, or one of the API's `validators`.",
    ),
    Field::new("request_models", "requestModels", TEXT_MAP, "Models of bodies by content type."),
    Field::new(
        "request_parameters",
        "requestParameters",
        Type::Map(&Type::Bool),
        "Parameters and whether each is required: `method.request.querystring.NAME: true`.",
    ),
    Field::new("operation_name", "operationName", TEXT, "The name in a generated SDK."),
    Field::new(
        "timeout",
        "methodIntegration.timeoutInMillis",
        Type::Duration { unit: Unit::Milliseconds, min: 50, max: 900_000 },
        "How long the backend may take. More than 29 s needs a higher quota of the account.",
    ),
];

/// How a machine is started.
const INVOCATION: Type =
    Type::Enum(&[("request_response", "StartSyncExecution"), ("fire_and_forget", "StartExecution")]);

/// What answers a route without a document under `openapi`.
const TARGETS: &[&str] = &["function", "put_event", "state_machine"];
/// What stands beside one of them alone.
const BESIDE: &[(&str, &str)] = &[
    ("qualifier", "function"),
    ("response", "function"),
    ("invocation_type", "state_machine"),
    ("transform", "state_machine"),
];

const PUT_EVENT: &[Field] = &[
    Field::sugar("bus", "The bus.").form(|| Form::Ref(BUS)).required(),
    Field::new("source", "source", ANYTHING, "The event's source.").required(),
    Field::new("detail_type", "detail_type", ANYTHING, "The event's detail-type.").required(),
    Field::new("detail", "detail", ANYTHING, "The event's detail, a transform of the call.").required(),
    Field::new("resources", "resources", ANYTHING, "ARNs, or a reference to a list of them."),
    Field::new("time", "time", ANYTHING, "Seconds since 1970, or a reference to them."),
    Field::new("trace_header", "trace_header", ANYTHING, "An X-Ray trace header."),
];

/// How a route is written.
pub(super) fn form() -> Form {
    Form::fields(ROUTE)
}

/// One route as it is declared.
struct Declared {
    route: Route,
    key: Span,
    node: Node,
    /// Where it stands in the properties.
    at: String,
}

/// Merges `Resources`, and asks for the rights that the routes need. Gives the functions that the
/// routes' OpenAPI names.
pub(super) fn lower(own: &mut Lowering<'_>) -> Vec<Calls> {
    let declared = match own.take("routes") {
        Some((_, node)) => declared(own, &node),
        None => Vec::new(),
    };
    let by_role =
        |one: &Declared| ["put_event", "state_machine"].iter().any(|key| one.node.get(key).is_some());
    let role = if declared.iter().any(by_role) { own.role("apigateway", None) } else { no_role(own) };
    let mut calls = Vec::new();
    for one in declared {
        for above in path::above(&one.route.path) {
            merge_at(own, &["Resources", above], Value::map(), one.key);
        }
        calls.extend(method(own, &one, role.as_ref()));
    }
    calls
}

fn declared(own: &mut Lowering<'_>, node: &Node) -> Vec<Declared> {
    let mut found = Vec::new();
    for entry in own.entries(node, "routes, such as `\"GET /orders\": { function: orders }`") {
        match path::parse(&entry.key.text) {
            Ok(route) => {
                let fields = own.entries(
                    &entry.value,
                    "`{ function: KEY }`, `{ put_event: … }` or `{ state_machine: KEY }`",
                );
                let at = format!("Resources.{}.{}", route.path, route.verb);
                let node = Node::map(entry.value.span, fields);
                found.push(Declared { route, key: entry.key.span, node, at });
            }
            Err((message, help)) => own.error("bad_route", entry.key.span, message, &help),
        }
    }
    found
}

/// API Gateway has one parameter at most below a resource.
pub(super) fn siblings(own: &mut Lowering<'_>) {
    let resources = own.resource.properties.get("Resources").cloned().unwrap_or_default();
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for path in resources.as_map().into_iter().flat_map(|all| all.keys()) {
        let Some((above, part)) = path::split(path).filter(|(_, part)| path::is_parameter(part)) else {
            continue;
        };
        let first = known.entry(above).or_insert(part);
        if *first != part {
            let message = format!("`{part}` and `{first}` stand at the same place of a path");
            let help = format!("API Gateway has one parameter there: write `{first}` in both");
            let at = own.nearest_place(&format!("Resources.{path}"));
            own.error("two_parameters", at, message, &help);
        }
    }
}

fn no_role(own: &mut Lowering<'_>) -> Option<RoleFor> {
    for key in ["role", "grants", "managed_policies"] {
        if let Some((at, _)) = own.take(key) {
            let help = "a route to a function needs none: it gets a permission on the function";
            own.error("no_role", at, "no route of this API acts by a role", help);
        }
    }
    None
}

/// Merges a method with its integration.
fn method(own: &mut Lowering<'_>, one: &Declared, role: Option<&RoleFor>) -> Vec<Calls> {
    let before = own.resource.places.clone();
    let (mut method, sugar) = own.decode(&one.node, ROUTE, &one.at);
    let places = std::mem::replace(&mut own.resource.places, before);
    let part = |key: &str| sugar.iter().find(|part| part.key == key);
    let mut places = places;
    places.extend(part("authorizer").map(|part| (format!("{}.authorizer", one.at), part.node.span)));
    let targets: Vec<&Sugar> = TARGETS.iter().filter_map(|key| part(key)).collect();
    if targets.len() > 1 {
        own.error(
            "two_targets",
            one.key,
            "a route has one of `function`, `put_event` and `state_machine`",
            "",
        );
    }
    for (key, target) in BESIDE {
        if let (Some(beside), None) = (part(key), part(target)) {
            own.error("no_function", beside.key_span, format!("`{key}` stands beside `{target}`"), "");
        }
    }
    let timeout = method.remove("methodIntegration");
    if let Some(authorizer) = part("authorizer") {
        authorization(own, &mut method, authorizer);
    }
    let whole = one.at.as_str();
    let whence = |below: &str| {
        let at = places.get(&format!("{whole}{below}")).copied();
        (at.unwrap_or(one.key), String::new())
    };
    let base = ["Resources", one.route.path.as_str(), one.route.verb];
    merge(own, &base, method, &whence);
    for field in targets {
        let answered = match field.key {
            "function" => to_function(own, one, &sugar),
            "state_machine" => to_machine(own, one, &sugar, role),
            _ => to_bus(own, one, &field.node, role),
        };
        let Some((integration, responses)) = answered else {
            // What is wrong with it has been said; that somebody answers is meant.
            let integration = value!({ "methodIntegration": { "type": "MOCK" } });
            merge_at(own, &base, integration, one.key);
            continue;
        };
        merge_at(own, &[base[0], base[1], base[2], "methodIntegration"], integration, one.key);
        if let Some(responses) = responses {
            merge_at(own, &[base[0], base[1], base[2], "methodResponses"], responses, one.key);
        }
    }
    if let Some(timeout) = timeout {
        let whence = |_: &str| whence(".methodIntegration.timeoutInMillis");
        merge(own, &[base[0], base[1], base[2], "methodIntegration"], timeout, &whence);
    }
    let Some(field) = part("openapi") else { return Vec::new() };
    match openapi::read(own, field.key_span, &field.node) {
        Some(doc) => openapi::lower_route(own, &doc, &one.route.path, one.route.verb),
        None => Vec::new(),
    }
}

/// `iam`, `none`, or the name of an authorizer of the API.
fn authorization(own: &mut Lowering<'_>, method: &mut Value, sugar: &Sugar) {
    let Some(name) = own.known_text(&sugar.node) else { return };
    match name.as_str() {
        "iam" => method.put("authorizationType", "AWS_IAM".into()),
        "none" => method.put("authorizationType", "NONE".into()),
        // Its type says which authorization that is, when all authorizers are known.
        _ => method.put("authorizer", name.into()),
    }
}

/// Integration and method responses.
type Answered = Option<(Value, Option<Value>)>;

/// A proxy to a function, with the permission for this route alone.
fn to_function(own: &mut Lowering<'_>, one: &Declared, sugar: &[Sugar]) -> Answered {
    let part = |key: &str| sugar.iter().find(|part| part.key == key);
    let node = &part("function")?.node;
    let (arn, function) = calls::function(own, node, part("qualifier"))?;
    let is_stream = match part("response") {
        None => false,
        Some(response) => match own.known_text(&response.node)?.as_str() {
            "stream" => true,
            "buffered" => false,
            word => {
                let message = format!("`{word}` is none of the words that can stand here");
                own.error("unknown_word", response.node.span, message, "`buffered` or `stream`");
                false
            }
        },
    };
    let mut integration =
        value!({ "type": "AWS_PROXY", "httpMethod": "POST", "uri": (calls::uri(own, &arn, is_stream)) });
    if is_stream {
        integration.put("responseTransferMode", "STREAM".into());
    }
    let by = By::Route { path: one.route.path.clone(), verb: one.route.verb.to_owned() };
    calls::permit(own, &by, arn, function, node.span);
    Some((integration, None))
}

/// StartExecution or StartSyncExecution, without a function between.
fn to_machine(own: &mut Lowering<'_>, one: &Declared, sugar: &[Sugar], role: Option<&RoleFor>) -> Answered {
    let part = |key: &str| sugar.iter().find(|part| part.key == key).map(|part| &part.node);
    let (machine, _) = own.reference(part("state_machine")?, &MACHINE)?;
    let waits = match part("invocation_type") {
        None => true,
        Some(node) => match own.known_text(node)?.as_str() {
            "request_response" => true,
            "fire_and_forget" => false,
            word => {
                let message = format!("`{word}` is none of the words that can stand here");
                own.error("unknown_word", node.span, message, "`request_response` or `fire_and_forget`");
                return None;
            }
        },
    };
    let input = match part("transform").cloned() {
        Some(node) => own.document(&node, &format!("{}.transform", one.at)),
        None => "$".into(),
    };
    own.strays(&format!("{}.transform", one.at), &input, false);
    let template = match execution_template(&machine, &input) {
        Ok(template) => template,
        Err(problems) => {
            own.problems("transform", &one.at, &problems);
            return None;
        }
    };
    let role = role?;
    let (action, manner, response) = match waits {
        true => (SYNC, Manner::Answered, ANSWERED_TEMPLATE),
        false => ("StartExecution", Manner::Single, STARTED_TEMPLATE),
    };
    own.grant_invoke(role, "state_machine", manner, &machine);
    let uri = own.place().fill("arn:{partition}:apigateway:{region}:states:action/") + action;
    let integration = value!({
        "type": "AWS",
        "httpMethod": "POST",
        "uri": uri,
        "credentials": (own.role_arn(role)),
        "requestTemplates": { "application/json": template },
        "passthroughBehavior": "NEVER",
        "integrationResponses": { "200": { "responseTemplates": { "application/json": response } } },
    });
    Some((integration, Some(value!({ "200": {} }))))
}

/// The action that waits for an execution.
const SYNC: &str = "StartSyncExecution";

/// Says of routes that wait for machines of the stack that nobody can wait for.
pub(super) fn fits(of: &Resource, graph: &Graph, findings: &mut Findings) {
    let members = |value: &Value| value.as_map().cloned().unwrap_or_default();
    let resources = of.properties.get("Resources").map(members).unwrap_or_default();
    for (path, methods) in &resources {
        for (verb, method) in &members(methods) {
            let called =
                method.at("methodIntegration.requestTemplates").and_then(|all| all.get("application/json"));
            let waits = method.text_at("methodIntegration.uri").is_some_and(|uri| uri.ends_with(SYNC));
            let arn = called.and_then(Value::as_str).filter(|_| waits).and_then(machine_of);
            let Some(machine) = arn.and_then(|arn| state_machines::standard(arn, graph)) else { continue };
            let message =
                format!("this route waits for what it starts, and {} is of type `standard`", machine.address);
            let place = of.places.get(&format!("Resources.{path}.{verb}")).copied().unwrap_or(of.declared);
            let help = "write `invocation_type: fire_and_forget`, or `type: express` on the state machine";
            findings.push(
                Diagnostic::error("not_express", message)
                    .at(place)
                    .help(help)
                    .address(of.address.to_string()),
            );
        }
    }
}

/// The machine that a request template names.
fn machine_of(template: &str) -> Option<&str> {
    template.split_once("{\"stateMachineArn\":\"")?.1.split('"').next()
}

/// PutEvents, without a function between.
fn to_bus(own: &mut Lowering<'_>, one: &Declared, node: &Node, role: Option<&RoleFor>) -> Answered {
    let at = format!("{}.put_event", one.at);
    let (fields, sugar) = own.decode(node, PUT_EVENT, &at);
    let bus = sugar.into_iter().find(|field| field.key == "bus")?;
    let (bus, _) = own.reference(&bus.node, &BUS)?;
    let nothing = Value::Null;
    let entry = Entry {
        bus: &bus,
        source: fields.get("source").unwrap_or(&nothing),
        detail_type: fields.get("detail_type").unwrap_or(&nothing),
        detail: fields.get("detail").unwrap_or(&nothing),
        resources: fields.get("resources"),
        time: fields.get("time"),
        trace_header: fields.get("trace_header"),
    };
    if [entry.source, entry.detail_type].into_iter().any(|value| *value == Value::Null)
        || fields.get("detail").is_none()
    {
        return None;
    }
    let source = own.nearest_place(&format!("{at}.source"));
    own.event_source(fields.get("source"), source);
    own.strays(&at, &fields, false);
    let template = match request_template(entry) {
        Ok(template) => template,
        Err(problems) => {
            own.problems("transform", &at, &problems);
            return None;
        }
    };
    let role = role?;
    own.grant_role(role, &["events:PutEvents"], vec![bus]);
    let headers: Map = REQUEST_HEADERS
        .iter()
        .map(|(name, value)| (format!("integration.request.header.{name}"), Value::from(*value)))
        .collect();
    let integration = value!({
        "type": "AWS",
        "httpMethod": "POST",
        "uri": (own.place().fill("arn:{partition}:apigateway:{region}:events:action/PutEvents")),
        "credentials": (own.role_arn(role)),
        "requestParameters": headers,
        "requestTemplates": { "application/json": template },
        "passthroughBehavior": "NEVER",
        "integrationResponses": { "200": { "responseTemplates": { "application/json": RESPONSE_TEMPLATE } } },
    });
    Some((integration, Some(value!({ "200": {} }))))
}
