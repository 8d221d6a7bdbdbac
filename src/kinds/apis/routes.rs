//! `routes:` of an API, lowered to methods and integrations.

use std::collections::BTreeMap;

use crate::engine::field::{Document, Field, RefTo, Type};
use crate::engine::{Address, Map, Template, Value};
use crate::flow::transform::route::{Entry, REQUEST_HEADERS, RESPONSE_TEMPLATE, request_template};
use crate::kinds::{Lowering, RoleFor, suffixed};
use crate::source::{Node, Span};
use crate::value;

use super::path::{self, Route};

const FUNCTION: RefTo = RefTo::unchecked(&["functions"], "arn");
const BUS: RefTo = RefTo::unchecked(&["buses"], "arn");
const ANYTHING: Type = Type::Document(Document::Json);

const ROUTE: &[Field] = &[
    Field::sugar("function", "The function that gets the whole call and answers it."),
    Field::sugar("put_event", "The event that is put on a bus."),
    Field::sugar("openapi", "Not built yet."),
    Field::new("api_key", "apiKeyRequired", Type::Bool, "Whether a call needs an API key."),
];

const PUT_EVENT: &[Field] = &[
    Field::sugar("bus", "The bus.").required(),
    Field::new("source", "source", ANYTHING, "The event's source.").required(),
    Field::new("detail_type", "detail_type", ANYTHING, "The event's detail-type.").required(),
    Field::new("detail", "detail", ANYTHING, "The event's detail, a transform of the call.").required(),
    Field::new("resources", "resources", ANYTHING, "ARNs, or a reference to a list of them."),
    Field::new("time", "time", ANYTHING, "Seconds since 1970, or a reference to them."),
    Field::new("trace_header", "trace_header", ANYTHING, "An X-Ray trace header."),
];

/// One route as it is declared.
struct Declared {
    route: Route,
    key: Span,
    node: Node,
    /// Where it stands in the properties.
    at: String,
}

/// Writes `Resources`, and asks for the rights that the routes need.
pub(super) fn lower(own: &mut Lowering<'_>) {
    let Some((span, node)) = own.take("routes") else { return };
    let declared = declared(own, &node);
    if declared.is_empty() {
        own.error(
            "no_routes",
            span,
            "an API without a route cannot be deployed",
            "write `\"GET /path\": { function: KEY }`",
        );
        return;
    }
    siblings(own, &declared);
    let puts = declared.iter().any(|one| one.node.get("put_event").is_some());
    let role = if puts { own.role("apigateway", None) } else { no_role(own) };
    let mut resources: BTreeMap<String, Map> = BTreeMap::new();
    for one in declared {
        for above in path::above(&one.route.path) {
            resources.entry(above.to_owned()).or_default();
        }
        own.locate(&one.at, one.key);
        let method = method(own, &one, role.as_ref());
        resources.entry(one.route.path).or_default().insert(one.route.verb.into(), method);
    }
    let resources: Map = resources.into_iter().map(|(path, methods)| (path, methods.into())).collect();
    own.set("Resources", resources, span);
}

fn declared(own: &mut Lowering<'_>, node: &Node) -> Vec<Declared> {
    let mut found = Vec::new();
    for entry in own.entries(node, "routes, such as `\"GET /orders\": { function: orders }`") {
        match path::parse(&entry.key.text) {
            Ok(route) => {
                let fields = own.entries(&entry.value, "`{ function: KEY }` or `{ put_event: … }`");
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
fn siblings(own: &mut Lowering<'_>, declared: &[Declared]) {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for one in declared {
        let paths = path::above(&one.route.path).into_iter().chain([one.route.path.as_str()]);
        for (above, part) in paths.filter_map(path::split).filter(|(_, part)| path::is_parameter(part)) {
            let first = known.entry(above).or_insert(part);
            if *first != part {
                let message = format!("`{part}` and `{first}` stand at the same place of a path");
                let help = format!("API Gateway has one parameter there: write `{first}` in both");
                own.error("two_parameters", one.key, message, &help);
                break;
            }
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

/// A method with its integration.
fn method(own: &mut Lowering<'_>, one: &Declared, role: Option<&RoleFor>) -> Value {
    let (mut method, sugar) = own.decode(&one.node, ROUTE, &one.at);
    let mut integration = None;
    let mut named = 0;
    for field in sugar {
        match field.key {
            "openapi" => own.error("not_built", field.key_span, "`openapi:` is not built yet", ""),
            key => {
                named += 1;
                integration = match key {
                    "function" => to_function(own, one, &field.node),
                    _ => to_bus(own, one, &field.node, role),
                };
            }
        }
    }
    match named {
        1 => {}
        0 => own.error(
            "no_target",
            one.key,
            "nothing here says what answers",
            "write `function: KEY` or `put_event: { … }`",
        ),
        _ => own.error("two_targets", one.key, "a route has `function` or `put_event`, not both", ""),
    }
    method.put("authorizationType", "NONE".into());
    if let Some((integration, responses)) = integration {
        method.put("methodIntegration", integration);
        if let Some(responses) = responses {
            method.put("methodResponses", responses);
        }
    }
    method
}

/// Integration and method responses.
type Answered = Option<(Value, Option<Value>)>;

/// A proxy to a function, with the permission for this route alone.
fn to_function(own: &mut Lowering<'_>, one: &Declared, node: &Node) -> Answered {
    let (arn, function) = own.reference(node, &FUNCTION)?;
    let mut uri = Template::default();
    uri.push_text(&own.place().fill("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/"));
    uri.push(arn.clone());
    uri.push_text("/invocations");
    let principal = value!({ "Service": (own.place().principal("apigateway")) });
    let source = suffixed(&own.output(&own.address().clone(), "execution_arn"), &one.route.source());
    let condition = value!({ "ArnEquals": { "aws:SourceArn": source } });
    const ACTIONS: &[&str] = &["lambda:InvokeFunction"];
    match function {
        Some(host) => {
            let name = permission(own.address(), &one.route);
            own.grant_principal(host, Some(&name), principal, ACTIONS, arn, condition);
        }
        None => own.ask(principal, ACTIONS, arn, condition, node.span),
    }
    let integration = value!({ "type": "AWS_PROXY", "httpMethod": "POST", "uri": (Value::from(uri)) });
    Some((integration, None))
}

/// What tells the permissions of an API's routes apart: stable, whatever other routes there are.
fn permission(api: &Address, route: &Route) -> String {
    format!("{api}/{}{}", route.verb, if route.path == "/" { "" } else { &route.path })
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
