//! The stacks of partners, offline: what their transforms make of an event, and what their functions make of that.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::account::Source;
use crate::support::emulators::run_python;
use crate::support::process::Folder;

const FIREHOSE: &str = "stacks/partner-firehose";
const SYNC: &str = "stacks/partner-sync";

fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What a program beside these tests says of a document.
fn ask(program: &str, document: &Value) -> Value {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), document.to_string()).expect("a file");
    run_python(program, &[&file.path().to_string_lossy()])
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// What is wrong with each document, by its schema: a list of pairs.
pub fn wrong(pairs: &Value) -> Value {
    ask("contract.py", pairs)
}

/// What a pipe of a stack makes of a record of its source.
fn piped(folder: &Folder, stack: &str, pipe: &str, record: &Value) -> Value {
    let (graph, ..) = Source::of_folder(stack).compile();
    let pipe = &graph.resources[&pipe.parse().expect("an address")];
    let template = pipe.properties.text_at("TargetParameters.InputTemplate").expect("a template");
    let args = ["transform", "--service", "pipe", "--template", template, "--event", &record.to_string()];
    parsed(&folder.run(&args).ends(0).stdout)
}

/// What arrives where an event is traced to: addresses and payloads.
fn traced(folder: &Folder, bus: &str, event: &Value) -> Vec<(String, Value)> {
    fn leaves(hop: &Value, found: &mut Vec<(String, Value)>) {
        if let (Some(at), Some(payload)) = (hop["at"].as_str(), hop["payload"].as_str()) {
            found.push((at.to_owned(), parsed(payload)));
        }
        hop["next"].as_array().into_iter().flatten().for_each(|next| leaves(next, found));
    }
    let args = ["trace", "--bus", bus, "--event", &event.to_string(), "--quiet", "--format", "json"];
    let mut found = Vec::new();
    for next in parsed(&folder.run(&args).ends(0).stdout)["trace"]["next"].as_array().into_iter().flatten() {
        leaves(next, &mut found);
    }
    found
}

fn envelope(source: &str, detail_type: &str, detail: &Value) -> Value {
    json!({
        "version": "0", "id": "e0000000-0000-0000-0000-000000000000", "account": "123456789012",
        "region": "eu-west-1", "time": "2026-01-02T03:04:05Z", "resources": [],
        "source": source, "detail-type": detail_type, "detail": detail,
    })
}

/// A record of the table of customers; `mail` may be missing.
fn customer(event_name: &str, mail: Option<&str>) -> Value {
    let mut image = json!({ "id": { "S": "c-7" }, "region": { "S": "eu" }, "name": { "S": "Ada \"A\" L." } });
    if let Some(mail) = mail {
        image["mail"] = json!({ "S": mail });
    }
    json!({ "eventID": "e-1", "eventName": event_name, "dynamodb": { "NewImage": image } })
}

const KINDS: [(&str, &str, &str); 2] =
    [("pipes.registered", "INSERT", "customer.registered"), ("pipes.changed", "MODIFY", "customer.changed")];

/// What the inboxes of partners get of a customer's record.
fn delivered(
    folder: &Folder,
    (pipe, name, ty): (&str, &str, &str),
    mail: Option<&str>,
) -> Vec<(String, Value)> {
    let detail = piped(folder, FIREHOSE, pipe, &customer(name, mail));
    let got = traced(folder, "customers", &envelope("platform.customers", ty, &detail));
    got.into_iter().filter(|(at, _)| at.ends_with(".queues.inbox")).collect()
}

#[test]
fn what_partners_get_is_what_is_published_for_each_type_of_event() {
    let folder = Folder::copy_of(FIREHOSE);
    let (graph, ..) = Source::of_folder(FIREHOSE).compile();
    let schema = |ty: &str| -> Value {
        let schemas = graph.resources.values().filter(|one| one.kind == "schemas");
        let schema =
            schemas.into_iter().find(|one| one.name == ty).unwrap_or_else(|| panic!("no schema of {ty}"));
        schema.properties.get("Content").expect("content").to_shown_json()
    };
    let (mut pairs, mut count) = (Vec::new(), Vec::new());
    for kind in KINDS {
        for mail in [Some("ada@example.com"), None] {
            let got = delivered(&folder, kind, mail);
            count.push(got.len());
            for (_, payload) in got {
                let mut less = payload.clone();
                less["data"].as_object_mut().expect("data").remove("customer");
                pairs.push(json!([schema(kind.2), payload]));
                pairs.push(json!([schema(kind.2), less]));
            }
        }
    }
    // Of what is new both partners hear, of what has changed only the one that asked for it.
    assert_eq!(count, [2, 2, 1, 1]);
    let wrong = wrong(&pairs.into());
    for pair in wrong.as_array().expect("answers").chunks(2) {
        assert_eq!(pair[0], json!([]), "as published");
        assert_eq!(pair[1], json!(["'customer' is a required property"]), "and less than that");
    }
    // Nothing is put on the bus of customers that has no schema.
    let target = |one: &&gatewayctl::engine::Resource| {
        one.kind == "pipes" && one.properties.text_at("Target").is_some_and(|arn| arn.ends_with("-customers"))
    };
    let types: Vec<&str> = graph
        .resources
        .values()
        .filter(target)
        .map(|one| one.properties.text_at("TargetParameters.EventBridgeEventBusParameters.DetailType"))
        .map(|ty| ty.expect("a type"))
        .collect();
    assert_eq!(types, ["customer.changed", "customer.registered"]);
    types.into_iter().for_each(|ty| drop(schema(ty)));
}

#[test]
fn a_contract_that_breaks_what_was_published_is_no_valid_stack() {
    let folder = Folder::copy_of(FIREHOSE);
    let file = folder.path().join("contracts/customer.changed.json");
    let text = std::fs::read_to_string(&file).expect("a contract");
    let without = text.replace("\"region\",\n", "").replace("            \"region\",\n", "");
    assert_ne!(text, without);
    std::fs::write(&file, without).expect("a contract");
    let ran = folder.run(&["validate"]).ends(1);
    assert!(
        ran.stderr.contains("error[incompatible_schema]: contracts/customer.changed.json:"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("the field `data.region` is not required any more"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("compared with contracts/published/customer.changed/1.json"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_partners_function_answers_what_it_gets_and_the_answer_is_kept() {
    let folder = Folder::copy_of(FIREHOSE);
    let batch = |mail| -> Value {
        let got = delivered(&folder, KINDS[0], mail);
        got.into_iter().filter(|(at, _)| at.contains("loyalty")).map(|(_, payload)| payload).collect()
    };
    let loyalty = |event: Value| json!({ "folder": own("stacks/partner-firehose/partners/loyalty"), "handler": "index.handler", "event": event });
    let calls = json!([loyalty(batch(Some("ada@example.com"))), loyalty(batch(None))]);
    let answers = ask("run_functions.py", &calls)["returned"].clone();
    assert_eq!(
        answers,
        json!([
            [{ "event": "e-1", "status": "accepted", "reason": "customer.registered of c-7" }],
            [{ "event": "e-1", "status": "rejected", "reason": "there is nobody to write to" }]
        ])
    );
    let mut kept = Vec::new();
    for answer in answers.as_array().expect("answers") {
        let detail = piped(&folder, FIREHOSE, "function-partner.loyalty.pipes.deliver", &answer[0]);
        let got = traced(&folder, "answers", &envelope("partner.loyalty", "partner.answered", &detail));
        let [(at, payload)] = got.as_slice() else { panic!("{got:?}") };
        assert_eq!(at, "functions.keep");
        kept.push(json!({ "folder": own("stacks/partner-firehose/functions/keep"), "handler": "index.handler", "event": payload, "environment": { "TABLE": "answers" } }));
    }
    let asked = ask("run_functions.py", &kept.into())["asked"].clone();
    let item = |status: &str, reason: &str| {
        let of = |text: &str| json!({ "S": text });
        let item = json!({ "partner": of("loyalty"), "event": of("e-1"), "status": of(status), "reason": of(reason) });
        json!({ "service": "dynamodb", "operation": "put_item", "input": { "TableName": "answers", "Item": item } })
    };
    assert_eq!(
        asked,
        json!([
            item("accepted", "customer.registered of c-7"),
            item("rejected", "there is nobody to write to")
        ])
    );
    // An answer that is none goes where it is looked at.
    let detail =
        piped(&folder, FIREHOSE, "function-partner.loyalty.pipes.deliver", &json!({ "text": "hello" }));
    let got = traced(&folder, "answers", &envelope("partner.loyalty", "partner.answered", &detail));
    assert_eq!(got.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["queues.broken"]);
}

#[test]
fn what_each_vendor_says_is_one_shape_and_every_other_partner_is_told() {
    let folder = Folder::copy_of(SYNC);
    let translate = |vendor: &str, partner: &str, body: Value| {
        let event = json!({ "vendor": vendor, "partner": partner, "body": body });
        json!({ "folder": own("stacks/partner-sync/functions/translate"), "handler": "index.handler", "event": event })
    };
    let rooms = json!({ "rooms": [{ "roomId": 7, "title": "Loft", "state": "vacant", "priceCents": 9900 }], "next": "p2" });
    let data = json!({ "data": [{ "uid": "r-1", "attributes": { "name": "Attic", "available": false, "rate": "120.50" } }], "links": {} });
    let calls = json!([translate("innkeeper", "alpine", rooms), translate("roomly", "harbour", data)]);
    let pages = ask("run_functions.py", &calls)["returned"].clone();
    let loft = json!({ "id": "alpine/7", "title": "Loft", "state": "free", "price": 9900 });
    let attic = json!({ "id": "harbour/r-1", "title": "Attic", "state": "let", "price": 12050 });
    assert_eq!(
        pages,
        json!([
            { "units": [loft], "cursor": "p2", "more": true },
            { "units": [attic], "cursor": "", "more": false }
        ])
    );
    // As the workflow stores it, and as the company itself does.
    let image = |origin: Option<&str>| {
        let mut image = json!({ "id": { "S": "alpine/7" }, "unit": { "S": loft.to_string() } });
        if let Some(origin) = origin {
            image["origin"] = json!({ "S": origin });
        }
        json!({ "eventName": "INSERT", "dynamodb": { "NewImage": image } })
    };
    let batch = json!([image(Some("alpine")), image(None)]);
    let normalise = json!([{ "folder": own("stacks/partner-sync/functions/normalise"), "handler": "index.handler", "event": batch }]);
    let told = ask("run_functions.py", &normalise)["returned"][0].clone();
    assert_eq!(told, json!([{ "origin": "alpine", "unit": loft }, { "origin": "company", "unit": loft }]));
    let partners = |detail: &Value| -> Vec<String> {
        let got = traced(&folder, "sync", &envelope("units", "unit.changed", detail));
        got.into_iter()
            .map(|(at, payload)| {
                assert_eq!(payload, loft);
                at.split('.').nth(1).expect("a partner").to_owned()
            })
            .collect()
    };
    assert_eq!(partners(&told[0]), ["harbour", "meadow"]);
    assert_eq!(partners(&told[1]), ["alpine", "harbour", "meadow"]);
}
