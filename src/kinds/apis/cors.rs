//! `cors:` of an API: preflight answers, and headers on what the gateway itself answers.
//!
//! A function's answers are its own, headers included; what is generated here covers the calls that
//! never reach one: the browser's preflight (`OPTIONS`), errors of the gateway, and events that a route
//! puts on a bus.

use crate::engine::field::{Field, TEXT, Type, Unit};
use crate::engine::{Map, Value};
use crate::flow::transform::route::RESPONSE_TEMPLATES;
use crate::kinds::Lowering;
use crate::source::Span;
use crate::value;

use super::draft::merge_at;

pub(super) const CORS: &[Field] = &[
    Field::new("allow_origins", "origins", Type::List(&TEXT), "Origins that may call, or `[\"*\"]`.")
        .required(),
    Field::new(
        "allow_methods",
        "methods",
        Type::List(&TEXT),
        "Methods; those of the path if it is left out.",
    ),
    Field::new("allow_headers", "headers", Type::List(&TEXT), "Headers that a call may have."),
    Field::new("expose_headers", "exposed", Type::List(&TEXT), "Headers that a page may read."),
    Field::new("allow_credentials", "credentials", Type::Bool, "Whether cookies go along."),
    Field::new(
        "max_age",
        "age",
        Type::Duration { unit: Unit::Seconds, min: 0, max: 86_400 },
        "How long a browser keeps the answer.",
    ),
];

/// What clients of API Gateway usually send.
const HEADERS: &[&str] =
    &["Content-Type", "Authorization", "X-Amz-Date", "X-Api-Key", "X-Amz-Security-Token", "X-Amz-User-Agent"];
const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
const ORIGIN: &str = "method.response.header.Access-Control-Allow-Origin";

/// What a stack allows.
struct Cors {
    at: Span,
    origins: Vec<String>,
    said: Value,
}

/// Merges what follows from `cors:`. Comes last: it goes by the methods that there are.
pub(super) fn lower(own: &mut Lowering<'_>) {
    let Some((at, node)) = own.take("cors") else { return };
    let before = own.resource.places.clone();
    let (said, _) = own.decode(&node, CORS, "cors:");
    own.resource.places = before;
    let origins = texts(said.get("origins"));
    let quoted = said.as_map().into_iter().flatten().flat_map(|(_, value)| texts(Some(value)));
    if quoted.into_iter().any(|text| text.contains(['\'', '"', '\n'])) {
        own.error("bad_cors", at, "quotation marks cannot stand here", "");
        return;
    }
    if origins.is_empty() {
        return;
    }
    let any = origins.iter().any(|origin| origin == "*");
    if any && origins.len() > 1 {
        own.error("bad_cors", at, "`*` is every origin", "write `[\"*\"]`, or the origins alone");
    }
    if any && said.get("credentials").and_then(Value::as_bool) == Some(true) {
        own.error(
            "bad_cors",
            at,
            "browsers take no credentials where every origin may call",
            "name the origins",
        );
    }
    let cors = Cors { at, origins, said };
    let resources = own.resource.properties.get("Resources").cloned().unwrap_or_default();
    for (path, methods) in resources.as_map().into_iter().flatten() {
        let verbs: Vec<&str> =
            methods.as_map().into_iter().flatten().map(|(verb, _)| verb.as_str()).collect();
        for verb in &verbs {
            cors.answer(own, path, verb);
        }
        if !verbs.is_empty() && !verbs.contains(&"OPTIONS") && !verbs.contains(&"ANY") {
            cors.preflight(own, path, &verbs);
        }
    }
    if let [origin] = cors.origins.as_slice() {
        let value = value!({ "gatewayresponse.header.Access-Control-Allow-Origin": (format!("'{origin}'")) });
        for kind in ["DEFAULT_4XX", "DEFAULT_5XX"] {
            merge_at(own, &["GatewayResponses", kind, "responseParameters"], value.clone(), at);
        }
    }
}

fn texts(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(|one| one.as_str().map(str::to_owned))
        .collect()
}

impl Cors {
    fn preflight(&self, own: &mut Lowering<'_>, path: &str, verbs: &[&str]) {
        let mut methods = texts(self.said.get("methods"));
        if methods.is_empty() {
            methods = verbs.iter().map(|verb| (*verb).to_owned()).collect();
            methods.push("OPTIONS".into());
        } else if methods == ["*"] {
            methods = METHODS.iter().chain(&["OPTIONS"]).map(|method| (*method).to_owned()).collect();
        }
        let mut headers = texts(self.said.get("headers"));
        if headers.is_empty() {
            headers = HEADERS.iter().map(|header| (*header).to_owned()).collect();
        }
        let mut sent = self.headers();
        let mut add = |name: &str, text: String| {
            sent.insert(format!("method.response.header.Access-Control-{name}"), format!("'{text}'").into());
        };
        add("Allow-Headers", headers.join(","));
        add("Allow-Methods", methods.join(","));
        if let Some(age) = self.said.get("age").and_then(Value::as_i64) {
            add("Max-Age", age.to_string());
        }
        let known: Map = sent.keys().map(|header| (header.clone(), false.into())).collect();
        let mut answer = value!({ "responseParameters": sent });
        if self.origins.len() > 1 {
            answer.put(
                "responseTemplates",
                Value::Map(Map::from_iter([("application/json".to_owned(), self.chosen().into())])),
            );
        }
        let mut integration = value!({
            "type": "MOCK",
            "requestTemplates": { "application/json": "{ \"statusCode\": 204 }" },
            "integrationResponses": { "204": answer },
        });
        // Else every body counts as binary, the one of the mock too, which then is not JSON.
        let types = texts(own.resource.properties.get("binaryMediaTypes"));
        if types.iter().any(|kind| kind == "*/*") {
            integration.put("contentHandling", "CONVERT_TO_TEXT".into());
        }
        let method = value!({
            "authorizationType": "NONE",
            "methodIntegration": integration,
            "methodResponses": { "204": { "responseParameters": known } },
        });
        merge_at(own, &["Resources", path, "OPTIONS"], method, self.at);
    }

    /// Headers on the answers of a route that puts events or starts executions.
    fn answer(&self, own: &mut Lowering<'_>, path: &str, verb: &str) {
        let base = ["Resources", path, verb];
        let template =
            ["methodIntegration", "integrationResponses", "200", "responseTemplates", "application/json"];
        let mut place = Some(&mut own.resource.properties);
        for key in base.iter().chain(&template) {
            place = place.and_then(|value| value.as_map_mut()?.get_mut(*key));
        }
        let Some(text) = place else { return };
        let generated = RESPONSE_TEMPLATES.into_iter().find(|one| text.as_str() == Some(one));
        let Some(generated) = generated else { return };
        if self.origins.len() > 1 {
            *text = format!("{}{generated}", self.chosen()).into();
        }
        let headers = self.headers();
        let known: Map = headers.keys().map(|header| (header.clone(), false.into())).collect();
        let answer =
            [base[0], path, verb, "methodIntegration", "integrationResponses", "200", "responseParameters"];
        merge_at(own, &answer, headers.into(), self.at);
        merge_at(
            own,
            &[base[0], path, verb, "methodResponses", "200", "responseParameters"],
            known.into(),
            self.at,
        );
    }

    /// The headers of every answer.
    fn headers(&self) -> Map {
        let mut headers = Map::new();
        headers.insert(ORIGIN.into(), format!("'{}'", self.origins[0]).into());
        if self.said.get("credentials").and_then(Value::as_bool) == Some(true) {
            headers.insert("method.response.header.Access-Control-Allow-Credentials".into(), "'true'".into());
        }
        let exposed = texts(self.said.get("exposed"));
        if !exposed.is_empty() {
            let text = format!("'{}'", exposed.join(","));
            headers.insert("method.response.header.Access-Control-Expose-Headers".into(), text.into());
        }
        if self.origins.len() > 1 {
            headers.insert("method.response.header.Vary".into(), "'Origin'".into());
        }
        headers
    }

    /// The template that answers with the caller's origin where it is one of several.
    fn chosen(&self) -> String {
        let one = |origin: &String| format!("$origin == \"{origin}\"");
        let any: Vec<String> = self.origins.iter().map(one).collect();
        format!(
            "#set($origin = $input.params().header.get(\"Origin\"))#if($origin == \"\")#set($origin = $input.params().header.get(\"origin\"))#end#if({})#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end",
            any.join(" || ")
        )
    }
}
