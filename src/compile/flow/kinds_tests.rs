//! What kinds say of the events that they bring about, as the check uses it.

use super::tests::said;

const QUEUES: &str = "queues: { q: {}, out: {} }\nbuses: { b: {} }\n";

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
