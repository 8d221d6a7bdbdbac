//! What each service hands on, as AWS documents it.

use serde_json::json;

use super::*;
use crate::compile::testing;

/// The way of what happens to a stack that has no errors.
fn of(stack: &str, said: Json, answers: Json) -> Hop {
    let (graph, findings) = testing::compile(&format!("stack: shop\nregion: eu-west-1\n{stack}"));
    assert!(!findings.contains("error"), "{findings}");
    let (answers, problems) =
        super::super::answers::read(&graph, &answers.into(), &super::super::Path::default());
    assert!(problems.is_empty(), "{problems:?}");
    let (at, arrival) = happening::read(&graph, &said).unwrap_or_else(|problem| panic!("{problem}"));
    trace(&graph, at, arrival, &answers)
}

fn at<'h>(hop: &'h Hop, spot: &str) -> &'h Hop {
    let mut all = hop.all().into_iter();
    all.find(|one| one.at.to_string() == spot).unwrap_or_else(|| panic!("nobody comes to {spot}: {hop:#?}"))
}

fn got(hop: &Hop, spot: &str) -> Json {
    let text = at(hop, spot).delivered().unwrap_or_else(|| panic!("{spot} gets nothing: {hop:#?}"));
    happening::parsed(text)
}

fn why(hop: &Hop, spot: &str) -> String {
    match &at(hop, spot).payload {
        Some(Outcome::Nothing { why, .. }) => why.clone(),
        other => panic!("{other:?}"),
    }
}

const ROUTES: &str = r#"
buses: { orders: {} }
functions: { f: { code: stacks/serverless-event-gateway/functions/orders, handler: index.handler, runtime: python3.13 } }
apis:
  shop:
    routes:
      "GET /items/{id}": { function: f }
      "POST /events":
        put_event: { bus: orders, source: $.source, detail_type: made, detail: { id: $.id, tag: $request.querystring.tag } }
"#;

fn posted(query: &str, headers: Json, body: Json) -> Hop {
    let request = format!("POST /events{query}");
    of(ROUTES, json!({ "request": request, "headers": headers, "body": body, "api": "shop" }), json!({}))
}

#[test]
fn a_route_with_a_template_answers_415_to_a_body_of_another_type() {
    let body = json!({ "source": "web", "id": 7 });
    for (media, is_taken) in [
        ("application/json", true),
        ("application/json; charset=utf-8", true),
        ("text/plain", false),
        ("application/x-www-form-urlencoded", false),
    ] {
        let hop = posted("", json!({ "content-type": media }), body.clone());
        match is_taken {
            true => assert_eq!(got(&hop, "buses.orders")["detail"]["id"], 7),
            false => assert_eq!(
                why(&hop, "buses.orders"),
                format!(
                    "API Gateway answers 415 and sends nothing: the route takes `application/json`, and the request's \
                     content type is `{media}`"
                )
            ),
        }
    }
    assert_eq!(got(&posted("", json!({}), body), "buses.orders")["detail-type"], "made");
}

#[test]
fn an_entry_that_put_events_refuses_puts_nothing_on_the_bus() {
    let refused = why(&posted("", json!({}), json!({ "id": 7 })), "buses.orders");
    assert_eq!(refused, "EventBridge refuses an entry without `Source` (InvalidArgument)");
    let reserved = why(&posted("", json!({}), json!({ "id": 7, "source": "aws.ec2" })), "buses.orders");
    assert!(reserved.contains("NotAuthorizedForSource"), "{reserved}");
    let (graph, _) = testing::compile("stack: shop\nregion: eu-west-1\nbuses: { orders: {} }\n");
    let read =
        |event: Json| happening::read(&graph, &json!({ "bus": "orders", "event": event })).unwrap_err();
    let no_type = read(json!({ "source": "web", "detail": {} }));
    assert!(no_type.contains("without `detail-type` (InvalidArgument); write `{ source:"), "{no_type}");
    assert!(read(json!({ "source": "", "detail-type": "x", "detail": {} })).contains("`source`"));
    assert!(read(json!({ "source": "web", "detail-type": "x" })).contains("`detail`"));
    assert!(read(json!({ "source": "web", "detail-type": "x", "detail": "{}" })).contains("an object"));
}

#[test]
fn a_query_is_decoded_and_the_last_of_its_values_is_the_one() {
    let hop = posted("?tag=a&tag=b%20%26+c&empty", json!({}), json!({ "source": "web", "id": 7 }));
    assert_eq!(got(&hop, "buses.orders")["detail"]["tag"], "b & c");
    let said = json!({
        "api": "shop", "request": "GET /items/a%20b?tag=a&tag=b&x=%C3%A9", "query": { "x": "y z" },
        "headers": { "Accept": ["text/html", "text/plain"] },
    });
    let event = got(&of(ROUTES, said, json!({})), "functions.f");
    assert_eq!(event["queryStringParameters"], json!({ "tag": "b", "x": "y z" }));
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "tag": ["a", "b"], "x": ["y z"] }));
    assert_eq!(event["headers"], json!({ "Accept": "text/plain" }));
    assert_eq!(event["multiValueHeaders"], json!({ "Accept": ["text/html", "text/plain"] }));
}

#[test]
fn the_url_of_a_function_hands_on_the_query_raw_and_decoded() {
    let stack = "functions: { f: { code: stacks/serverless-event-gateway/functions/orders, handler: index.handler, runtime: python3.13, url: { auth: none } } }\n";
    let said =
        json!({ "function": "f", "request": "GET /a?tag=a&tag=b%20c", "headers": { "X-Id": ["1", "2"] } });
    let event = got(&of(stack, said, json!({})), "functions.f");
    assert_eq!((&event["rawPath"], &event["rawQueryString"]), (&json!("/a"), &json!("tag=a&tag=b%20c")));
    assert_eq!(event["queryStringParameters"], json!({ "tag": "a,b c" }));
    assert_eq!(event["headers"], json!({ "x-id": "1,2" }));
    assert_eq!(event.get("body"), None);
    let none = got(&of(stack, json!({ "function": "f", "request": "GET /" }), json!({})), "functions.f");
    assert_eq!((none.get("queryStringParameters"), &none["rawQueryString"]), (None, &json!("")));
}

const HANDED: &str = r#"
buses: { orders: {} }
queues: { jobs: { fifo: true, content_based_deduplication: true } }
streams: { log: { protect: false } }
functions: { f: { code: stacks/serverless-event-gateway/functions/orders, handler: index.handler, runtime: python3.13 } }
apis: { pets: { routes: { "PUT /pets/{id}/{part}": { function: f } } } }
rules:
  all:
    bus: orders
    pattern: { source: [shop] }
    targets:
      group: { queue: jobs, message_group_id: all }
      path: { queue: jobs, message_group_id: $.detail.id }
      log: { stream: log, partition_key_path: $.detail.id }
      id: { stream: log }
      api:
        api: pets
        route: PUT /pets/*/*
        path_parameter_values: ["$.detail.id", "tail"]
        header_parameters: { X-Kind: $.detail-type }
        query_string_parameters: { n: $.detail.n }
        transform: { n: $.detail.n }
pipes:
  jobs:
    source: { queue: jobs }
    target: { stream: log, partition_key: $.attributes.MessageGroupId }
  log:
    source: { stream: log, starting_position: latest }
    target: { function: f }
"#;

/// EventBridge's guide on targets ("Dynamic path parameters") and on those of pipes.
#[test]
fn what_a_target_says_beside_the_payload_arrives_with_it() {
    let event =
        json!({ "id": "e-1", "source": "shop", "detail-type": "made", "detail": { "id": "A-7", "n": 3 } });
    let hop = of(HANDED, json!({ "bus": "orders", "event": event }), json!({}));
    let rule = at(&hop, "rules.all");
    let next = |name: &str| {
        let found = rule.next.iter().find(|one| one.by == By::Target(name.into()));
        found.unwrap_or_else(|| panic!("{name}"))
    };
    let keys = |hop: &Hop| -> Vec<Json> {
        let payloads = hop.all().into_iter().filter(|one| one.at.to_string() == "functions.f");
        payloads.map(|one| happening::parsed(one.delivered().unwrap())[0]["partitionKey"].clone()).collect()
    };
    assert_eq!(keys(next("group")), ["all"]);
    // A rule reads no path of a message's group.
    assert_eq!(keys(next("path")), ["$.detail.id"]);
    let Some(Outcome::Delivered { notes, .. }) = &next("path").payload else { panic!() };
    assert!(notes[0].contains("is the text `$.detail.id`"), "{notes:?}");
    assert_eq!(keys(next("log")), ["A-7"]);
    assert_eq!(keys(next("id")), ["e-1"]);
    let request = got(next("api"), "functions.f");
    assert_eq!((&request["httpMethod"], &request["path"]), (&json!("PUT"), &json!("/pets/A-7/tail")));
    assert_eq!(request["pathParameters"], json!({ "id": "A-7", "part": "tail" }));
    assert_eq!(request["headers"], json!({ "X-Kind": "made" }));
    assert_eq!(request["queryStringParameters"], json!({ "n": "3" }));
    assert_eq!(request["body"], "{\"n\":3}");
}

/// The event that Scheduler sends to a target without an input has a text as its detail.
#[test]
fn a_schedule_without_an_input_sends_its_own_notification() {
    let stack = r#"
queues: { jobs: {} }
schedules: { nightly: { at: "2026-03-01T02:00:00", target: { queue: jobs } } }
"#;
    let stack = stack.replace("at: \"2026-03-01T02:00:00\"", "schedule: \"at(2026-03-01T02:00:00)\"");
    let hop = of(&stack, json!({ "schedule": "nightly", "fires": "2026-03-01T02:00:00Z" }), json!({}));
    assert_eq!(
        got(&hop, "queues.jobs"),
        json!({
            "version": "0", "id": super::super::envelope::ID, "detail-type": "Scheduled Event",
            "source": "aws.scheduler", "account": "123456789012", "time": "2026-03-01T02:00:00Z",
            "region": "eu-west-1",
            "resources": ["arn:aws:scheduler:eu-west-1:123456789012:schedule/default/shop-nightly"],
            "detail": "{}",
        })
    );
}

#[test]
fn a_header_of_the_connection_or_the_target_takes_the_place_of_the_usual_one() {
    let stack = |own: &str, connections: &str| {
        format!(
            "buses: {{ orders: {{}} }}\nconnections: {{ c: {{ basic: {{ username: u, password: p }}{connections} }} }}\n\
             api_destinations: {{ d: {{ connection: c, endpoint: 'https://a.example.com', method: POST }} }}\n\
             rules: {{ r: {{ bus: orders, pattern: {{ source: [shop] }}, targets: {{ d: {{ api_destination: d{own} }} }} }} }}\n"
        )
    };
    let event = json!({ "source": "shop", "detail-type": "made", "detail": {} });
    let types = |stack: &str| -> Vec<String> {
        let hop = of(stack, json!({ "event": event }), json!({}));
        let request = at(&hop, "api_destinations.d").request.clone().unwrap();
        let types = request.headers.into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        types.map(|(_, value)| value).collect()
    };
    let own = ", header_parameters: { content-type: text/xml }";
    let connections = ", headers: { Content-Type: { value: text/plain, secret: false } }";
    assert_eq!(types(&stack("", "")), ["application/json; charset=utf-8"]);
    assert_eq!(types(&stack(own, "")), ["text/xml"]);
    assert_eq!(types(&stack(own, connections)), ["text/plain"]);
}

#[test]
fn a_change_of_a_table_without_a_stream_is_heard_by_nobody_and_says_so() {
    let hop = of("tables: { t: { partition_key: id } }\n", json!({ "insert": { "id": "1" } }), json!({}));
    assert_eq!(
        (hop.stops, hop.notes.as_slice()),
        (true, &["it has no `stream`, so nobody hears of the change".to_owned()][..])
    );
}

#[test]
fn a_raw_message_brings_its_attributes_into_the_queue() {
    let stack = |raw: bool| {
        format!(
            "queues: {{ q: {{}}, out: {{}} }}\n\
             topics: {{ t: {{ subscriptions: {{ s: {{ queue: q, raw_message_delivery: {raw} }} }} }} }}\n\
             pipes: {{ p: {{ source: {{ queue: q, filters: [{{ messageAttributes: {{ kind: {{ stringValue: [a] }} }} }}] }}, target: {{ queue: out }} }} }}\n"
        )
    };
    let said = |count: usize| {
        let more = (1..count).map(|n| (format!("n{n}"), json!("x")));
        let attributes: Json = more.chain([("kind".to_owned(), json!("a"))]).collect();
        json!({ "topic": "t", "message": "hello", "attributes": attributes })
    };
    let hop = of(&stack(true), said(2), json!({}));
    assert_eq!(at(&hop, "queues.q").delivered(), Some("hello"));
    let record = got(&hop, "queues.out");
    assert_eq!(
        record["messageAttributes"]["kind"],
        json!({ "stringValue": "a", "dataType": "String", "stringListValues": [], "binaryListValues": [] })
    );
    // In the envelope they stand in the body.
    let whole = of(&stack(false), said(2), json!({}));
    assert!(!at(&whole, "pipes.p").verdict.as_ref().unwrap().is_match);
    assert_eq!(got(&whole, "queues.q")["MessageAttributes"]["kind"]["Value"], "a");
    assert_eq!(at(&of(&stack(true), said(10), json!({})), "queues.q").delivered(), Some("hello"));
    let many = of(&stack(true), said(11), json!({}));
    assert!(why(&many, "queues.q").contains("more than 10 attributes"));
}

#[test]
fn what_time_to_live_removes_says_who_removed_it() {
    let stack = |ttl: &str| {
        format!(
            "tables: {{ t: {{ partition_key: id, stream: old_image{ttl} }} }}\nqueues: {{ gone: {{}} }}\n\
             pipes: {{ p: {{ source: {{ table: t, starting_position: latest, filters: [{{ eventName: [REMOVE], userIdentity: {{ type: [Service], principalId: [dynamodb.amazonaws.com] }} }}] }}, target: {{ queue: gone }} }} }}\n"
        )
    };
    let (timed, item) = (stack(", ttl: at"), json!({ "id": "1", "at": 5 }));
    let hop = of(&timed, json!({ "remove": item, "expired": true }), json!({}));
    let record = got(&hop, "queues.gone");
    assert_eq!(record["userIdentity"], json!({ "principalId": "dynamodb.amazonaws.com", "type": "Service" }));
    for said in [json!({ "remove": item }), json!({ "remove": item, "expired": false })] {
        assert!(!at(&of(&timed, said, json!({})), "pipes.p").verdict.as_ref().unwrap().is_match);
    }
    let refused = |stack: &str, said: Json| {
        let (graph, _) = testing::compile(&format!("stack: shop\nregion: eu-west-1\n{stack}"));
        happening::read(&graph, &said).unwrap_err()
    };
    let remove = json!({ "remove": item, "expired": true });
    assert_eq!(refused(&stack(""), remove), "tables.t has no `ttl`, so nothing in it expires");
    let said = json!({ "insert": item, "expired": true });
    assert_eq!(refused(&timed, said), "`expired` does not stand beside `insert`");
    let said = json!({ "remove": item, "expired": "yes" });
    assert!(refused(&timed, said).contains("is `true` or `false`"));
}

#[test]
fn what_happens_in_a_bucket_comes_to_the_default_bus() {
    let stack = |bucket: &str| {
        format!(
            "buckets: {{ u: {{ name: shop-u{bucket} }} }}\nqueues: {{ q: {{}} }}\n\
             rules: {{ r: {{ bus: default, pattern: {{ source: [aws.s3], detail: {{ bucket: {{ name: [\"${{buckets.u.name}}\"] }} }} }}, targets: {{ q: {{ queue: q }} }} }} }}\n"
        )
    };
    let put = got(&of(&stack(""), json!({ "put": "in/a.png", "size": 12 }), json!({})), "queues.q");
    assert_eq!(
        (&put["detail-type"], &put["resources"]),
        (&json!("Object Created"), &json!(["arn:aws:s3:::shop-u"]))
    );
    assert_eq!(
        (&put["detail"]["object"]["key"], &put["detail"]["object"]["size"]),
        (&json!("in/a.png"), &json!(12))
    );
    assert_eq!(put["detail"]["reason"], "PutObject");
    let deleted = got(&of(&stack(""), json!({ "bucket": "u", "delete": "a" }), json!({})), "queues.q");
    assert_eq!(
        (
            &deleted["detail-type"],
            &deleted["detail"]["deletion-type"],
            deleted["detail"]["object"].get("size")
        ),
        (&json!("Object Deleted"), &json!("Permanently Deleted"), None)
    );
    let off = of(&stack(", event_bridge: false"), json!({ "put": "a" }), json!({}));
    assert!(off.stops && off.next.is_empty(), "{off:#?}");
}

/// A bucket tells the default bus of itself unless told otherwise: where nobody listens that is no way to draw or to try.
#[test]
fn a_bucket_of_which_nobody_hears_leads_nowhere() {
    for (rule, ways) in [
        ("", 0),
        (
            "buses: { b: {} }\nrules: { r: { bus: b, pattern: { source: [shop] }, targets: { q: { queue: q } } } }",
            0,
        ),
        ("rules: { r: { bus: default, pattern: { source: [aws.s3] }, targets: { q: { queue: q } } } }", 1),
    ] {
        let text = format!(
            "stack: shop\nregion: eu-west-1\nbuckets: {{ u: {{}} }}\nqueues: {{ q: {{}} }}\n{rule}\n"
        );
        let (graph, _) = testing::compile(&text);
        let bucket = graph.resources.values().find(|one| one.kind == "buckets").expect("the bucket");
        let kind = crate::kinds::kind(bucket.kind).expect("its kind");
        assert_eq!(kind.ways(bucket, &graph).len(), ways, "{rule}");
    }
}

#[test]
fn what_is_sent_to_the_default_bus_meets_its_rules() {
    let hop = of(
        "queues: { q: {}, out: {} }\n\
         rules: { r: { bus: default, pattern: { source: [shop] }, targets: { out: { queue: out } } } }\n\
         pipes: { p: { source: { queue: q }, target: { bus: default, source: shop, detail_type: made, transform: { id: 1 } } } }\n",
        json!({ "queue": "q", "message": "x" }),
        json!({}),
    );
    assert_eq!(got(&hop, "queues.out")["detail"], json!({ "id": 1 }));
}
