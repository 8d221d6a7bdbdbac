//! What kinds say of the events that they bring about, as the check uses it.

use super::tests::{CODE, said};

const QUEUES: &str = "queues: { q: {}, out: {} }\nbuses: { b: {} }\n";

#[test]
fn what_a_function_tells_a_bus_is_known() {
    let of = |function: &str, pattern: &str, target: &str| {
        said(&format!(
            "{QUEUES}functions: {{ f: {{ {CODE}, {function} }} }}\n\
             rules: {{ r: {{ bus: b, pattern: {pattern}, targets: {{ t: {{ {target} }} }} }} }}\n"
        ))
    };
    const HEARD: &str = "async_invoke: { on_success: { bus: b } }";
    const FAILED: &str = "async_invoke: { on_failure: { bus: b } }";
    let round = of(HEARD, "{ source: [lambda] }", "function: f");
    assert!(round.contains("`rules.r` → `functions.f` → `buses.b` → `rules.r`"), "{round}");
    let failed = "{ source: [lambda], detail-type: [\"Lambda Function Invocation Result - Failure\"] }";
    assert!(of(HEARD, failed, "queue: q").contains("never_matches"));
    // Who handles what has failed ends it by handling it.
    assert_eq!(of(FAILED, failed, "function: f"), "");
    for (function, pattern, says) in [
        (HEARD, "{ source: [lamda] }", "did you mean `lambda` instead of `lamda`?"),
        (FAILED, "{ source: [lamda] }", "did you mean `lambda` instead of `lamda`?"),
        (
            HEARD,
            "{ detail-type: [\"Lambda Function Invocation Result - Sucess\"] }",
            "instead of `Lambda Function Invocation Result - Sucess`?",
        ),
        (HEARD, "{ detail: { responseContext: { statusCode: [\"200\"] } } }", "never_this_type"),
        (HEARD, "{ detail: { requestContext: { condition: [RetriesExhausted] } } }", "never_matches"),
        (FAILED, "{ detail: { requestContext: { condition: [RetriesExhausted] } } }", ""),
        (HEARD, "{ detail: { responsePayload: { id: [7] } } }", ""),
    ] {
        let found = of(function, pattern, "queue: q");
        assert!(found.contains(says) && found.is_empty() == says.is_empty(), "{function} {pattern}\n{found}");
    }
    let alias = "publish: true, aliases: { live: { async_invoke: { on_failure: { bus: b } } } }, async_invoke: { on_success: { bus: b } }";
    assert_eq!(of(alias, failed, "queue: q"), "");
    // The rule calls no alias.
    let alias = "publish: true, aliases: { live: { async_invoke: { on_success: { bus: b } } } }";
    assert_eq!(of(alias, "{ source: [lambda] }", "function: f"), "");
    // What else it puts there nobody says.
    let more = format!("{HEARD}, grants: [ {{ bus: b, access: publish }} ]");
    assert_eq!(of(&more, "{ source: [shop] }", "queue: q"), "");
    let elsewhere = format!("{HEARD}, grants: [ {{ queue: q, access: send }} ]");
    assert!(of(&elsewhere, "{ source: [shop] }", "queue: q").contains("never_matches"));
    let told = format!("{more}, emits: [ {{ bus: b, source: shop, detail_type: made }} ]");
    assert_eq!(of(&told, "{ source: [shop] }", "queue: q"), "");
    assert!(of(&told, "{ source: [shopp] }", "queue: q").contains("did you mean `shop`"));
}

#[test]
fn what_is_written_into_a_bucket_comes_to_the_default_bus() {
    let of = |bucket: &str, grant: &str, pattern: &str| {
        said(&format!(
            "buckets: {{ u: {{ {bucket} }}, other: {{}} }}\n\
             functions: {{ f: {{ {CODE}, grants: [ {{ bucket: u, {grant} }} ] }} }}\n\
             rules: {{ r: {{ bus: default, pattern: {pattern}, targets: {{ f: {{ function: f }} }} }} }}\n"
        ))
    };
    let pattern = |kind: &str, bucket: &str| {
        format!(
            "{{ source: [aws.s3], detail-type: [{kind}], detail: {{ bucket: {{ name: [\"${{buckets.{bucket}.name}}\"] }} }} }}"
        )
    };
    let (created, deleted) = (pattern("Object Created", "u"), pattern("Object Deleted", "u"));
    let round = of("", "access: write", &created);
    assert!(round.contains("`rules.r` → `functions.f` → `buckets.u` → `rules.r`"), "{round}");
    assert!(of("", "access: write", &deleted).contains("event_loop"));
    assert!(of("", "actions: [\"s3:Put*\"]", &created).contains("event_loop"));
    for (bucket, grant, pattern) in [
        ("event_bridge: false", "access: write", &created),
        ("", "access: read", &created),
        ("", "actions: [\"s3:PutObject\"]", &deleted),
        ("", "actions: [\"s3:DeleteObject\"]", &created),
        ("", "access: write", &pattern("Object Created", "other")),
        ("", "access: write", &pattern("Object Tags Added", "u")),
    ] {
        assert_eq!(of(bucket, grant, pattern), "", "{bucket} {grant} {pattern}");
    }
    // What the prefix is of what is written nobody knows.
    let prefix = created
        .replace("name:", "x: [{ exists: false }], name:")
        .replace("detail: {", "detail: { object: { key: [{ prefix: in/ }] },");
    assert_eq!(of("", "access: write", &prefix), "");
}

#[test]
fn what_goes_round_by_the_default_bus_is_a_loop() {
    let of = |bus: &str| {
        said(&format!(
            "{QUEUES}rules: {{ r: {{ bus: default, pattern: {{ source: [shop] }}, targets: {{ q: {{ queue: q }} }} }} }}\n\
             pipes: {{ p: {{ source: {{ queue: q }}, target: {{ bus: {bus}, source: shop, detail_type: again, transform: {{ id: 1 }} }} }} }}\n"
        ))
    };
    for bus in ["default", "\"arn:aws:events:eu-west-1:123456789012:event-bus/default\""] {
        assert!(of(bus).contains("`rules.r` → `queues.q` → `pipes.p` → `rules.r`"), "{bus}\n{}", of(bus));
    }
}

#[test]
fn a_message_attribute_is_known_as_far_as_a_queue_shows_it() {
    let of = |attribute: &str| {
        said(&format!(
            "{QUEUES}pipes: {{ p: {{ source: {{ queue: q, filters: [{{ messageAttributes: {{ kind: {attribute} }} }}] }}, target: {{ queue: out }} }} }}\n"
        ))
    };
    assert_eq!(of("{ stringValue: [a] }"), "");
    assert_eq!(of("{ dataType: [Number], stringValue: [\"5\"] }"), "");
    assert!(of("{ stringValue: [5] }").contains("never_this_type"));
    assert!(of("{ StringValue: [a] }").contains("did you mean `stringValue` instead of `StringValue`?"));
}

#[test]
fn what_time_to_live_removes_says_so_and_nothing_else_does() {
    let of = |filter: &str, grants: &str| {
        said(&format!(
            "tables: {{ t: {{ partition_key: id, stream: new_and_old_images, ttl: at }} }}\n\
             functions: {{ f: {{ {CODE}{grants}, triggers: {{ t: {{ table: t, starting_position: latest, filters: [{filter}] }} }} }} }}\n"
        ))
    };
    const EXPIRED: &str =
        "{ eventName: [REMOVE], userIdentity: { type: [Service], principalId: [dynamodb.amazonaws.com] } }";
    assert_eq!(of(EXPIRED, ""), "");
    let deletes = ", grants: [ { table: t, actions: [\"dynamodb:DeleteItem\"] } ]";
    assert_eq!(of(EXPIRED, deletes), "");
    assert!(of("{ eventName: [REMOVE] }", deletes).contains("event_loop"));
    assert!(of(&EXPIRED.replace("dynamodb.amazonaws", "dynamodb.amazon"), "").contains("never_matches"));
    assert!(of(&EXPIRED.replace("REMOVE", "MODIFY"), "").contains("never_matches"));
}

#[test]
fn what_a_route_reads_beside_the_body_is_a_text_or_null() {
    let of = |detail: &str, pattern: &str, more: &str| {
        said(&format!(
            "{QUEUES}apis: {{ a: {{ routes: {{ \"POST /x/{{id}}\": {{ put_event: {{ bus: b, source: \"web.<$.kind>\", detail_type: t, detail: {detail}{more} }} }} }} }} }}\n\
             rules: {{ r: {{ bus: b, pattern: {pattern}, targets: {{ q: {{ queue: q }} }} }} }}\n"
        ))
    };
    for (value, is_text) in [
        ("$request.path.id", true),
        ("$request.querystring.n", true),
        ("$context.requestId", true),
        ("\"<$.n>\"", true),
        ("$.n", false),
    ] {
        let found = of(&format!("{{ n: {value} }}"), "{ detail: { n: [{ numeric: [\">\", 1] }] } }", "");
        assert_eq!(found.contains("never_this_type"), is_text, "{value}\n{found}");
        assert_eq!(of(&format!("{{ n: {value} }}"), "{ detail: { n: [{ prefix: A }] } }", ""), "", "{value}");
    }
    assert_eq!(of("{ n: $request.querystring.n }", "{ detail: { n: [null] } }", ""), "");
    // A text is known as far as its first path.
    for (source, says) in [
        ("carrier", "has a text that begins with `web.` in `source`"),
        ("web.shop", ""),
        ("{ prefix: we }", ""),
        ("{ prefix: web.s }", ""),
        ("{ prefix: app }", "never_matches"),
        ("5", "never_this_type"),
    ] {
        let found = of("{}", &format!("{{ source: [{source}] }}"), "");
        assert!(found.contains(says) && found.is_empty() == says.is_empty(), "{source}\n{found}");
    }
    // Without resources the event's list of them is empty.
    let resources = "{ resources: [{ prefix: \"arn:\" }] }";
    assert!(of("{}", resources, "").contains("has `[]` in `resources`"), "{}", of("{}", resources, ""));
    assert_eq!(of("{}", resources, ", resources: [\"arn:aws:s3:::x\"]"), "");
    assert_eq!(of("{}", resources, ", resources: $.arns"), "");
    assert!(of("{}", resources, ", resources: [\"urn:x\"]").contains("never_matches"));
    assert_eq!(of("{}", "{ resources: [{ exists: false }] }", ""), "");
}
