use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::route::*;
use super::velocity;
use crate::engine::{Template, Value};
use crate::flow::reference::{Piece, Reference, Text, parse};
use crate::value;

/// A request, and how API Gateway answers for what the body does not have; public sources differ.
struct Gateway {
    body: Json,
    params: Json,
    context: std::collections::HashMap<String, String>,
    /// `$input.json` and `$input.path` of something absent.
    absent: (Option<&'static str>, Option<&'static str>),
}

impl Gateway {
    fn render(&self, template: &str) -> (String, Option<i64>) {
        let mut context = json!({});
        for (name, value) in &self.context {
            let names: Vec<&str> = name.split('.').collect();
            let value =
                names.iter().skip(1).rev().fold(json!(value), |value, name| json!({ (*name): value }));
            context[names[0]] = value;
        }
        let request = velocity::Request {
            body: self.body.to_string(),
            params: self.params.clone(),
            context,
            absent_json: self.absent.0.map(str::to_owned),
            absent_path: self.absent.1.map(str::to_owned),
            ..velocity::Request::default()
        };
        let rendered =
            velocity::render(template, &request).unwrap_or_else(|wrong| panic!("{wrong:?}: {template}"));
        (rendered.text, rendered.set["responseOverride"]["status"].as_i64())
    }
}

fn find(document: &Json, path: &str) -> Option<Json> {
    match crate::flow::reference::parse_reference(path) {
        Ok(Reference::Event(path)) => path.find(document),
        other => panic!("{other:?}"),
    }
}

const ABSENT: [(Option<&str>, Option<&str>); 4] =
    [(Some("\"\""), None), (Some("\"\""), Some("")), (None, None), (Some(""), Some(""))];

fn gateway(body: Json) -> Gateway {
    Gateway {
        body,
        params: json!({ "path": { "id": "7" }, "querystring": { "q": "a\"b\\'" }, "header": { "x-trace": "t'1" } }),
        context: [("identity.sourceIp".to_owned(), "10.0.0.1".to_owned())].into(),
        absent: ABSENT[0],
    }
}

fn entry<'a>(detail: &'a Value, texts: &'a [Value; 3]) -> Entry<'a> {
    Entry {
        bus: &texts[0],
        source: &texts[1],
        detail_type: &texts[2],
        detail,
        resources: None,
        time: None,
        trace_header: None,
    }
}

fn texts(detail_type: &str) -> [Value; 3] {
    ["orders".into(), "carrier".into(), detail_type.into()]
}

fn value_of(reference: &Reference, gateway: &Gateway) -> Json {
    match reference {
        Reference::Event(path) => find(&gateway.body, &path.to_string()).unwrap_or_default(),
        Reference::Request(parameter, name) => {
            let all = gateway.params[parameter.word()].as_object().unwrap();
            let found = all.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        }
        Reference::Context(name) => gateway.context.get(name).map(|v| v.as_str().into()).unwrap_or_default(),
        Reference::Service(_) => panic!("no route has it"),
    }
}

fn text_of(reference: &Reference, gateway: &Gateway) -> String {
    match value_of(reference, gateway) {
        Json::Null => String::new(),
        Json::String(text) => text,
        other => other.to_string(),
    }
}

/// The document with its references replaced: what the event's detail must be.
fn expected(document: &Json, gateway: &Gateway) -> Json {
    match document {
        Json::Object(map) => {
            Json::Object(map.iter().map(|(k, v)| (k.clone(), expected(v, gateway))).collect())
        }
        Json::Array(items) => items.iter().map(|item| expected(item, gateway)).collect(),
        Json::String(text) => match parse(text).unwrap() {
            Text::Typed(reference) => value_of(&reference, gateway),
            Text::Pieces(pieces) => pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Reference(reference) => text_of(reference, gateway),
                })
                .collect::<String>()
                .into(),
        },
        other => other.clone(),
    }
}

fn send(gateway: &Gateway, entry: Entry<'_>) -> Json {
    let template = request_template(entry).unwrap();
    let (request, _) = gateway.render(template.as_str().unwrap());
    serde_json::from_str(&request).unwrap_or_else(|error| panic!("{error}: {request}"))
}

fn check(document: &Json, gateway: &Gateway) {
    let detail = Value::from(document.clone());
    let detail_type = "order <$.a>: <$request.path.id>";
    let request = send(gateway, entry(&detail, &texts(detail_type)));
    let entries = request["Entries"].as_array().unwrap();
    assert_eq!((request.as_object().unwrap().len(), entries.len()), (1, 1));
    let members: Vec<_> = entries[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["EventBusName", "Source", "DetailType", "Detail"]);
    assert_eq!(entries[0]["EventBusName"], "orders");
    assert_eq!(entries[0]["DetailType"], expected(&detail_type.into(), gateway));
    let sent: Json = serde_json::from_str(entries[0]["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(sent, expected(document, gateway));
}

const HOSTILE: [&str; 12] = [
    "\"",
    "\\",
    "\\\"",
    "\\'",
    "'",
    "\",\"Source\":\"evil\"},{\"Source\":\"x",
    "\\\",\\\"admin\\\":true,\\\"",
    "line\nbreak\r\t\u{0}\u{8}\u{2028}",
    "zażółć 😀",
    "$input.json('$')",
    "#set($x = 1)#end${v0_json}",
    "</script>",
];

#[test]
fn no_body_can_leave_its_place_in_the_entry() {
    let document = json!({
        "typed": "$.a", "text": "a<$.a>.json<$.b>\\", "whole": "$", "deep": ["$.c[0].d-e", "<$.c[*].d-e>"],
        "q\"$": "$request.querystring.q", "none": "$.x.y", "none_text": "<$.x.y>", "third": "$.c[3]",
        "no": "<$request.header.absent>|<$context.none>", "null": "$request.querystring.none",
        "ip": "$context.identity.sourceIp", "header": "<$request.header.X-Trace>", "const": "$$a #b ${c} \\<$.a>"
    });
    for absent in ABSENT {
        for text in HOSTILE {
            for a in [json!(text), json!({ text: [text, 1.5, null] }), json!([text]), json!(""), json!(false)]
            {
                let body = json!({ "a": a, "b": text, "c": [{ "d-e": text }], "x": null });
                check(&document, &Gateway { absent, ..gateway(body) });
            }
        }
        for body in [json!({}), json!([]), json!(null), json!(5), json!("x")] {
            check(&document, &Gateway { absent, ..gateway(body) });
        }
    }
}

fn json_value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<String>().prop_map(Json::from),
        prop::sample::select(HOSTILE.to_vec()).prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        Just(Json::Null),
    ];
    leaf.prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            prop::collection::btree_map(any::<String>(), inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn any_body_arrives_as_it_was(a in json_value(), b in json_value(), text in any::<String>(), mode in 0..4usize) {
        let literal = format!(" {}", text.replace("<$", "<$$"));
        let key = format!("k{}", text.replace("<$", ""));
        let document = json!({ "a": "$.a", "all": "$", (key): literal, "t": "<$.a>/<$.b>", "c": ["$.b.c"] });
        let absent = ABSENT[mode];
        check(&document, &Gateway { absent, ..gateway(json!({ "a": a, "b": b })) });
    }
}

#[test]
fn resources_time_and_trace_header_take_values_and_references() {
    let detail = value!({});
    let texts = texts("t");
    let (resources, time, trace) =
        (value!(["arn:<$.a>"]), Value::from("$.at"), Value::from("$request.header.X-Trace"));
    let full = Entry {
        resources: Some(&resources),
        time: Some(&time),
        trace_header: Some(&trace),
        ..entry(&detail, &texts)
    };
    let request = send(&gateway(json!({ "a": "\"x", "at": 5, "list": ["r"] })), full);
    let entry_of = &request["Entries"][0];
    assert_eq!(entry_of["Resources"], json!(["arn:\"x"]));
    assert_eq!((&entry_of["Time"], &entry_of["TraceHeader"]), (&json!(5), &json!("t'1")));
    let list = Value::from("$.list");
    let request =
        send(&gateway(json!({ "list": ["r"] })), Entry { resources: Some(&list), time: None, ..full });
    assert_eq!(request["Entries"][0]["Resources"], json!(["r"]));
}

#[test]
fn a_bus_that_is_not_known_yet_stands_in_the_template() {
    let detail = value!({});
    let [_, source, detail_type] = texts("t");
    let bus = Value::from(Template::output("buses.orders".parse().unwrap(), "arn"));
    let template = request_template(entry(&detail, &[bus, source, detail_type])).unwrap();
    let known = template.resolve(&|_| Some("arn:aws:x".into()));
    assert!(known.as_str().unwrap().contains(r#""EventBusName":"arn:aws:x""#));
}

#[test]
fn what_a_route_cannot_express_is_an_error_at_its_place() {
    let detail = value!({ "a": "$aws.rule-arn", "b": "$x" });
    let time = Value::from("2024-01-01T00:00:00Z");
    let texts = ["<$.bus>".into(), 5.into(), "t".into()];
    let wrong = Entry { time: Some(&time), resources: Some(&time), ..entry(&detail, &texts) };
    let problems = request_template(wrong).unwrap_err();
    let places: Vec<_> = problems.iter().map(|problem| problem.path.to_string()).collect();
    assert_eq!(places, ["bus", "source", "detail.a", "detail.b", "resources", "time"]);
}

#[test]
fn a_rejected_entry_answers_502_and_an_accepted_one_does_not() {
    let rejected = json!({ "FailedEntryCount": 1, "Entries": [{ "ErrorCode": "x" }] });
    for (body, status) in [
        (rejected, Some(502)),
        (json!({ "FailedEntryCount": 0, "Entries": [] }), None),
        (json!({}), Some(502)),
    ] {
        let (text, overridden) = gateway(body.clone()).render(RESPONSE_TEMPLATE);
        assert_eq!(overridden, status);
        assert_eq!(serde_json::from_str::<Json>(&text).unwrap(), body);
    }
}
