//! Which loops are told, and which are none.

use std::collections::BTreeSet;
use std::path::Path;

use super::tests::{BASE, CODE, found, said};
use crate::source::Findings;

#[test]
fn a_loop_is_told_with_its_way_and_the_pattern_that_breaks_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("tests/valid/reference-broken-by-the-rule.yaml")).unwrap();
    let unbroken = text.replace(
        "pattern: { source: [orders], detail: { event: [INSERT] } }",
        "pattern: { source: [orders] }",
    );
    assert_ne!(text, unbroken);
    let file = std::env::temp_dir().join(format!("gatewayctl-loop-{}", std::process::id()));
    std::fs::create_dir_all(file.join("functions/work")).unwrap();
    std::fs::write(file.join("functions/work/index.py"), "").unwrap();
    std::fs::write(file.join("loop.yaml"), unbroken).unwrap();
    let (codes, drawn) = found(&file.join("loop.yaml"));
    std::fs::remove_dir_all(&file).unwrap();
    assert_eq!(codes, BTreeSet::from(["event_loop"]), "{drawn}");
    assert!(
        drawn.contains(
            "`rules.created` → `api_destinations.carrier` → `functions.carrier` → `apis.back` → `buses.orders` → \
             `rules.shipped` → `functions.confirm` → `tables.orders` → `pipes.orders` → `buses.orders` → `rules.created`"
        ),
        "{drawn}"
    );
    assert!(
        drawn.contains("`detail.event: [INSERT, REMOVE]` in its pattern lets pass what is new"),
        "{drawn}"
    );
}

#[test]
fn who_may_write_in_every_way_is_not_known_to_make_new_items() {
    let of_new = |grant: &str| {
        said(&format!(
            "tables: {{ orders: {{ partition_key: id, stream: new_image }} }}\nfunctions:\n  f:\n    \
             code: tests/valid/functions/work\n    handler: index.handler\n    runtime: python3.13\n    \
             grants: [ {{ table: orders, {grant} }} ]\n    \
             triggers: {{ t: {{ table: orders, starting_position: latest, filters: [ {{ eventName: [INSERT] }} ] }} }}\n"
        ))
    };
    assert_eq!(of_new("access: read_write"), "");
    assert_eq!(of_new("access: write"), "");
    let puts = of_new("actions: [\"dynamodb:PutItem\"]");
    assert!(puts.starts_with("warning[event_loop]"), "{puts}");
}

#[test]
fn buses_that_send_to_each_other_are_no_loop_and_a_third_gets_nothing() {
    let buses = "buses: { a: {}, b: {} }\nrules:\n  there: { bus: a, pattern: { source: [{ exists: true }] }, targets: { b: { bus: b } } }\n  back: { bus: b, pattern: { source: [{ exists: true }] }, targets: { a: { bus: a } } }\n";
    assert_eq!(said(buses), "");
}

#[test]
fn who_sends_dead_letters_back_makes_no_loop() {
    let of = |jobs: &str| {
        said(&format!(
            "queues:\n  dead: {{}}\n  jobs: {{ visibility_timeout: 6m, redrive: {{ dead_letter: dead, max_receive_count: 3 }} }}\n\
             functions:\n  work: {{ {CODE}, timeout: 1m, triggers: {{ jobs: {{ queue: jobs }} }} }}\n  \
             again: {{ {CODE}, triggers: {{ dead: {{ queue: {jobs} }} }}, grants: [ {{ queue: jobs, access: send }} ] }}\n"
        ))
    };
    assert_eq!(of("dead"), "");
}

#[test]
fn a_loop_is_allowed_at_any_member_of_it() {
    let within = |base: &str, rule: &str, work: &str, other: &str| {
        said(&format!(
            "{base}functions:\n  work: {{ {CODE}, grants: [ {{ table: orders, actions: [\"dynamodb:UpdateItem\"] }} ]{work} }}\n  \
             other: {{ {CODE}, grants: [ {{ table: orders, actions: [\"dynamodb:UpdateItem\"] }} ]{other} }}\n\
             rules:\n  one: {{ bus: shop, pattern: {{ source: [orders] }}, targets: {{ work: {{ function: work }}, other: {{ function: other }} }}{rule} }}\n"
        ))
    };
    const ALLOW: &str = ", allow: { event_loop: meant }";
    let of = |rule: &str, work: &str, other: &str| within(BASE, rule, work, other);
    for (part, allowed) in [
        ("shop: {}", "shop: { allow: { event_loop: meant } }".to_owned()),
        ("stream: new_image", format!("stream: new_image{ALLOW}")),
    ] {
        assert_eq!(within(&BASE.replacen(part, &allowed, 1), "", "", ""), "", "{allowed}");
    }
    assert!(of("", "", "").contains("`rules.one` → `functions."));
    assert_eq!(of(ALLOW, "", ""), "");
    assert_eq!(of("", ALLOW, ALLOW), "");
    assert!(!of("", ALLOW, "").contains("[unused_allow]"));
    // The other loop is none that it has a part in.
    assert!(of("", ALLOW, "").contains("`rules.one` → `functions.other` →"), "{}", of("", ALLOW, ""));
    assert!(of("", "", ALLOW).contains("`rules.one` → `functions.work` →"));
}

#[test]
fn what_comes_round_in_ever_other_forms_is_a_loop() {
    let pipe = |from: &str, to: &str, name: &str| {
        format!(
            "{{ source: {{ queue: {from} }}, target: {{ queue: {to}, transform: {{ {name}: $.body }} }} }}"
        )
    };
    let of = |last: &str| {
        said(&format!(
            "queues: {{ a: {{}}, b: {{}}, c: {{}} }}\npipes:\n  one: {}\n  two: {}\n  three: {}\n  back: {}\n",
            pipe("a", "b", "x"),
            pipe("a", "b", "y"),
            pipe("a", "b", "z"),
            pipe("b", last, "w"),
        ))
    };
    assert_eq!(of("c"), "");
    assert!(of("a").contains("[event_loop]"), "{}", of("a"));
    // Of all the forms that the three make of each other some are left out, and that is said.
    assert_eq!(of("a").matches("note[loops_left_out]").count(), 1, "{}", of("a"));
    assert!(of("a").contains("others is looked for: too many different things come to them"), "{}", of("a"));
}

#[test]
fn a_stack_in_which_everything_leads_to_everything_is_looked_through() {
    const MANY: usize = 25;
    let mut text = String::from("tables:\n");
    let each = |one: &dyn Fn(usize) -> String| (0..MANY).map(one).collect::<Vec<_>>().join(", ");
    for n in 0..MANY {
        text.push_str(&format!("  t{n}: {{ partition_key: id, stream: new_image }}\n"));
    }
    text.push_str("functions:\n");
    for n in 0..MANY {
        let grants = each(&|t| format!("{{ table: t{t}, access: write }}"));
        let triggers = each(&|t| format!("t{t}: {{ table: t{t}, starting_position: latest }}"));
        text.push_str(&format!("  f{n}: {{ {CODE}, grants: [ {grants} ], triggers: {{ {triggers} }} }}\n"));
    }
    let (graph, _) = crate::compile::testing::compile(&format!("stack: shop\nregion: eu-west-1\n{text}"));
    let began = std::time::Instant::now();
    let mut findings = Findings::default();
    super::check(&graph, &|_, _| false, &mut findings);
    let took = began.elapsed();
    let count = |code: &str| findings.iter().filter(|one| one.code == code).count();
    assert_eq!((count("event_loop"), count("loops_left_out")), (100, 1));
    // Against a hang alone: it takes some hundred milliseconds without optimisation.
    assert!(took < std::time::Duration::from_secs(60), "{took:?}");
}

const ROUTES: &str = "\
buses: { a: {} }
connections: { c: { basic: { username: u, password: p }, allow: { literal_secret: a test } } }
apis:
  in:
    routes:
      \"POST /o\": { put_event: { bus: a, source: web, detail_type: o, detail: { id: $.id, hop: again } } }
      \"POST /first\": { put_event: { bus: a, source: web, detail_type: o, detail: { id: $.id, hop: first } } }
rules:
  s: { bus: a, pattern: { source: [web], detail: { hop: [first] } }, targets: { d: { api_destination: d } } }
";

#[test]
fn only_the_route_that_an_endpoint_meets_leads_on() {
    let of = |path: &str| {
        let endpoint = format!("\"${{apis.in.url}}{path}\"");
        let d =
            format!("api_destinations: {{ d: {{ connection: c, endpoint: {endpoint}, method: POST }} }}\n");
        said(&format!("{d}{ROUTES}"))
    };
    assert!(!of("/o").contains("event_loop"), "{}", of("/o"));
    assert!(!of("/none").contains("event_loop"), "{}", of("/none"));
    assert!(of("/first").contains("event_loop"), "{}", of("/first"));
    // The target says what stands there.
    assert!(of("/*").contains("event_loop"), "{}", of("/*"));
}

#[test]
fn what_rights_allow_for_is_not_promised_away() {
    let of = |grant: &str| {
        said(&format!(
            "tables: {{ t: {{ partition_key: id, stream: new_image }} }}\n\
             functions:\n  f: {{ {CODE}, grants: [ {{ table: t, {grant} }} ], triggers: {{ t: {{ table: t, starting_position: latest }} }} }}\n"
        ))
    };
    let broad = of("access: read_write");
    assert!(
        broad.contains("ends this as long as `functions.f` makes no such change itself, which it may"),
        "{broad}"
    );
    let narrow = of("actions: [dynamodb:UpdateItem]");
    assert!(narrow.contains("lets pass what is new, and nothing that has come back"), "{narrow}");
}
