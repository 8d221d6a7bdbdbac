//! Stacks that are right, in many styles, have no finding but those that they defend.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::kinds;
use crate::source::{Findings, RenderStyle, Sources, render};
use crate::spec::{Inputs, Mode, load};

/// What is found in a stack: codes, and the drawing. Hints are apart: who wants no dead letters need not say so.
pub(super) fn found(file: &Path) -> (BTreeSet<&'static str>, String) {
    let text = std::fs::read_to_string(file).unwrap();
    let has_environments = text.contains("\nenvironments:");
    let mut sources = Sources::new();
    let at = sources.add(file.file_name().unwrap().to_string_lossy().into_owned(), text);
    let mut findings = Findings::default();
    let base = file.parent().unwrap().to_owned();
    let mut inputs = Inputs::of_process(base.clone(), Mode::Offline);
    inputs.environment = Box::new(|_| None);
    inputs.account = Some("000000000000".into());
    inputs.env = has_environments.then(|| "prod".into());
    inputs.fallback_region = Some("eu-west-1".into());
    let stack = load(&mut sources, at, &inputs, &kinds::declarable(), kinds::LATER, &mut findings);
    stack.map(|stack| super::super::compile(&stack, &base, &mut findings));
    let codes = findings.iter().map(|finding| finding.code).collect();
    (codes, render(&sources, &findings, RenderStyle { color: false, width: 120 }))
}

/// Every stack below a folder.
fn stacks(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => stacks(&path, found),
            false if path.extension().is_some_and(|end| end == "yaml") => found.push(path),
            false => {}
        }
    }
    found.sort();
}

/// What is found in a stack that is shipped, and why it stays.
const DEFENDED: [(&str, &str, &str); 1] = [(
    "saas-partner-bus/tenant/stack.yaml",
    "foreign_policy",
    "the owner of the other account's bus has to let this one in, and reads here what to write",
)];

#[test]
fn what_is_right_is_not_found_fault_with() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    stacks(&root.join("tests/valid"), &mut files);
    assert!(files.len() >= 40, "{}", files.len());
    let shipped = ["stacks", "examples"].into_iter().flat_map(|folder| {
        let mut files = Vec::new();
        stacks(&root.join(folder), &mut files);
        files.retain(|file| file.file_name().is_some_and(|name| name == "stack.yaml"));
        files
    });
    files.extend(shipped);
    let mut wrong = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let defended: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("# finds "))
            .map(|line| line.split_once(": ").expect("a code and a reason").0)
            .collect();
        let (mut codes, drawn) = found(&file);
        for (_, code, _) in DEFENDED.iter().filter(|(end, ..)| file.ends_with(end)) {
            assert!(codes.remove(code), "{}: {code} is not found any more", file.display());
        }
        if codes != defended {
            wrong.push_str(&format!("== {}: {defended:?}\n{drawn}\n", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The findings of a stack's text, each in a line: its code, where it is about, and what it says.
pub(super) fn said(text: &str) -> String {
    let (_, drawn) = crate::compile::testing::compile(&format!("stack: shop\nregion: eu-west-1\n{text}"));
    let lines = drawn.lines().filter(|line| {
        line.starts_with(['w', 'e', 'n'])
            || line.contains("= in:")
            || line.contains("= help:")
            || line.contains('^')
    });
    let shorn = lines.map(|line| {
        line.split_once('|').map_or(line, |(_, label)| label).trim().trim_start_matches(['^', ' '])
    });
    shorn.filter(|line| !line.is_empty() && !line.starts_with("1 warning")).collect::<Vec<_>>().join("\n")
}

pub(super) const BASE: &str = "\
buses: { shop: {} }
queues: { jobs: {}, mail: {} }
tables: { orders: { partition_key: id, sort_key: { name: at, type: number }, stream: new_image } }
pipes:
  orders:
    source: { table: orders, starting_position: latest }
    target: { bus: shop, source: orders, detail_type: changed, transform: { event: $.eventName, id: $.dynamodb.Keys.id.S, total: $.dynamodb.NewImage.total.N } }
";

fn of_rule(rule: &str) -> String {
    said(&format!("{BASE}rules:\n  one: {{ bus: shop, {rule} }}\n"))
}

const TARGET: &str = "targets: { jobs: { queue: jobs } }";

#[test]
fn a_pattern_that_nothing_matches_is_told_with_the_field_that_rules_it_out() {
    for (pattern, code, says) in [
        ("{ source: [shop] }", "never_matches", "`source` rules it out"),
        (
            "{ source: [shop], detail-type: [created] }",
            "never_matches",
            "`source` and `detail-type` rule it out",
        ),
        (
            "{ source: [orders], detail-type: [created] }",
            "never_matches",
            "what comes here has `\"changed\"` in `detail-type`",
        ),
        (
            "{ source: [orders], detail: { state: [paid] } }",
            "never_matches",
            "what comes here has no `detail.state`",
        ),
        ("{ source: [orders], detail: { event: [UPSERT] } }", "never_matches", "`detail.event` rules it out"),
        (
            "{ detail: { total: [{ numeric: [\">\", 5] }] } }",
            "never_this_type",
            "`detail.total` is never what `{\"numeric\":[\">\",5]}` is compared with",
        ),
        (
            "{ $or: [{ detail: { total: [5] } }, { detail: { event: [INSERT] } }] }",
            "never_this_type",
            "there is a text",
        ),
        ("{ detail: { total: [\"5\", 5] } }", "", ""),
        (
            "{ account: [123456789012] }",
            "never_this_type",
            "`account` is never what `123456789012` is compared with",
        ),
        ("{ source: [orders], replay-name: [{ exists: true }] }", "", ""),
        ("{ source: [orders], detail: { note: [{ exists: false }] } }", "", ""),
        ("{ detail: { id: [{ prefix: A- }] } }", "", ""),
        ("{ $or: [{ source: [other] }, { detail: { event: [INSERT] } }] }", "", ""),
    ] {
        let found = of_rule(&format!("pattern: {pattern}, {TARGET}"));
        match code {
            "" => assert_eq!(found, "", "{pattern}"),
            _ => assert!(found.contains(&format!("[{code}]")) && found.contains(says), "{pattern}\n{found}"),
        }
    }
    let found = of_rule(&format!("pattern: {{ source: [shop] }}, {TARGET}"));
    assert_eq!(
        found,
        "warning[never_matches]: nothing that comes here can match this pattern: `source` rules it out\n\
         what comes here has `\"orders\"` in `source`\n\
         = in: rules.one\n\
         = help: if others than this stack put events on buses.shop, write `producers: external` there"
    );
}

#[test]
fn of_what_others_bring_in_nothing_is_said() {
    let rule = format!(
        "rules: {{ one: {{ bus: shop, pattern: {{ source: [other], detail: {{ x: [1] }} }}, {TARGET} }} }}\n"
    );
    let open = |bus: &str, more: &str| said(&format!("{}{rule}{more}", BASE.replace("shop: {}", bus)));
    assert!(open("shop: {}", "").contains("never_matches"));
    for (bus, more) in [
        ("shop: { producers: external }", ""),
        (
            "shop: { policy: { x: { Effect: Allow, Principal: { AWS: \"111122223333\" }, Action: \"events:PutEvents\" } } }",
            "",
        ),
        (
            "shop: {}",
            "state_machines: { m: { definition: { StartAt: a, States: { a: { Type: Succeed } } }, grants: [ { bus: shop, access: publish } ] } }\n",
        ),
        (
            "shop: {}",
            "state_machines: { m: { definition: { StartAt: a, States: { a: { Type: Succeed } } }, grants: [ { arn: \"*\", actions: [\"events:*\"] } ] } }\n",
        ),
        (
            "shop: {}",
            "state_machines: { m: { definition: { StartAt: a, States: { a: { Type: Succeed } } }, managed_policies: [\"arn:aws:iam::aws:policy/AmazonEventBridgeFullAccess\"] } }\n",
        ),
        (
            "shop: {}",
            "state_machines: { m: { definition: { StartAt: a, States: { a: { Type: Succeed } } }, role: \"arn:aws:iam::123456789012:role/x\" } }\n",
        ),
    ] {
        assert_eq!(open(bus, more), "", "{bus} {more}");
    }
    let told = "state_machines: { m: { definition: { StartAt: a, States: { a: { Type: Succeed } } }, grants: [ { bus: shop, access: publish } ], emits: [ { bus: shop, source: other, detail_type: y, detail: { type: object, properties: { x: { type: string } } } } ] } }\n";
    assert!(open("shop: {}", told).contains("[never_this_type]"), "{}", open("shop: {}", told));
}

#[test]
fn a_path_that_nothing_has_is_told_with_what_is_there() {
    let found = of_rule(
        "pattern: { source: [orders] }, targets: { jobs: { queue: jobs, transform: { id: $.detail.idd, t: \"at <$.tiem>\" } } }",
    );
    assert!(
        found.contains("`$.detail.idd` is in nothing that is passed on here")
            && found.contains("did you mean `id` instead of `idd`?"),
        "{found}"
    );
    assert!(found.contains("did you mean `time` instead of `tiem`?"), "{found}");
    let pipe = |filter: &str, path: &str| {
        said(&format!(
            "queues: {{ q: {{}} }}\ntables: {{ orders: {{ partition_key: id, stream: new_image }} }}\npipes:\n  p: {{ source: {{ table: orders, starting_position: latest{filter} }}, target: {{ queue: q, transform: {{ x: {path} }} }} }}\n"
        ))
    };
    assert_eq!(pipe("", "$.dynamodb.NewImage.any.M.thing.S"), "");
    assert!(pipe("", "$.dynamodb.OldImage").contains("path_never_there"));
    assert!(
        pipe(", filters: [{ eventName: [REMOVE] }]", "$.dynamodb.NewImage.id.S").contains("path_never_there")
    );
    assert!(
        pipe("", "$.dynamodb.Keys.id.N").contains("there are `S` instead of `N`"),
        "{}",
        pipe("", "$.dynamodb.Keys.id.N")
    );
}

#[test]
fn what_comes_twice_is_told_once() {
    let two = |one: &str, other: &str| {
        said(&format!(
            "{BASE}rules:\n  a: {{ bus: shop, pattern: {one}, {TARGET} }}\n  b: {{ bus: shop, pattern: {other}, {TARGET} }}\n"
        ))
    };
    assert!(
        two("{ source: [orders] }", "{ source: [orders] }")
            .starts_with("warning[shadowed_rule]: all that `rules.b` delivers, `rules.a` delivers, too")
    );
    assert!(
        two("{ source: [orders], detail: { event: [INSERT] } }", "{ source: [{ prefix: ord }] }")
            .contains("all that `rules.a` delivers, `rules.b`")
    );
    // Every change is of both, though neither is within the other.
    assert!(
        two("{ source: [orders] }", "{ detail-type: [changed] }").starts_with("warning[delivered_twice]")
    );
    assert_eq!(two("{ detail: { event: [INSERT] } }", "{ detail: { event: [MODIFY, REMOVE] } }"), "");
    let scheduled = {
        let rule = format!("schedule: rate(1 day), pattern: {{ source: [x] }}, {TARGET}");
        said(&format!("queues: {{ jobs: {{}} }}\nrules:\n  a: {{ {rule} }}\n  b: {{ {rule} }}\n"))
    };
    assert_eq!(scheduled, "");
    let called = said(&format!(
        "{BASE}connections: {{ c: {{ basic: {{ username: u, password: p }}, allow: {{ literal_secret: a test }} }} }}\n\
         api_destinations: {{ d: {{ connection: c, endpoint: \"https://d.example.com/\", method: POST }} }}\nrules:\n  \
         a: {{ bus: shop, pattern: {{ source: [orders] }}, targets: {{ d: {{ api_destination: d }} }} }}\n  \
         b: {{ bus: shop, pattern: {{ detail-type: [changed] }}, targets: {{ d: {{ api_destination: d }} }} }}\n"
    ));
    assert!(called.starts_with("warning[delivered_twice]"), "{called}");
    let one = of_rule(
        "pattern: { source: [orders] }, targets: { a: { queue: jobs }, b: { queue: jobs }, c: { queue: mail } }",
    );
    assert!(
        one.starts_with("warning[delivered_twice]: `a` and `b` deliver the same to queues.jobs twice"),
        "{one}"
    );
}

#[test]
fn behind_another_enrichment_a_target_gets_something_else() {
    const CODE: &str = "code: tests/valid/functions/work, handler: index.handler, runtime: python3.13";
    let two = |one: &str, other: &str| {
        let pipe = |enrichment: &str| {
            format!(
                "{{ source: {{ table: orders, starting_position: latest }}, enrichment: {enrichment}, target: {{ queue: jobs }} }}"
            )
        };
        said(&format!(
            "queues: {{ jobs: {{}} }}\ntables: {{ orders: {{ partition_key: id, stream: new_image }} }}\nfunctions:\n  \
             f: {{ {CODE} }}\n  g: {{ {CODE} }}\npipes:\n  a: {}\n  b: {}\n",
            pipe(one),
            pipe(other)
        ))
    };
    assert_eq!(two("{ function: f }", "{ function: g }"), "");
    assert_eq!(two("{ function: f }", "{ function: f, transform: { id: $.eventID } }"), "");
    assert!(two("{ function: f }", "{ function: f }").contains("twice"));
}

/// What is said at other places than the one that a finding is about.
fn beside(text: &str) -> String {
    let (_, drawn) = crate::compile::testing::compile(&format!("stack: shop\nregion: eu-west-1\n{text}"));
    let told = drawn
        .lines()
        .filter_map(|line| Some(line.split_once("what `")?.1))
        .filter(|line| line.contains(" there has "));
    told.map(|line| format!("what `{line}")).collect::<Vec<_>>().join("\n")
}

/// What the findings of a stack's text underline, each text as it stands there.
fn underlined(text: &str) -> Vec<String> {
    let (_, drawn) = crate::compile::testing::compile(&format!("stack: shop\nregion: eu-west-1\n{text}"));
    let lines: Vec<&str> = drawn.lines().collect();
    let pairs = lines.windows(2).filter_map(|pair| {
        let (source, marks) = (pair[0].split_once('|')?.1, pair[1].split_once('|')?.1);
        let is_mark = |one: &char| matches!(one, '^' | '-');
        let start = marks.chars().position(|one| is_mark(&one))?;
        let length = marks.chars().skip(start).take_while(is_mark).count();
        Some(source.chars().skip(start).take(length).collect::<String>())
    });
    pairs.collect()
}

pub(super) const CODE: &str = "code: tests/valid/functions/work, handler: index.handler, runtime: python3.13";

#[test]
fn each_producer_has_its_own_reason_and_those_with_the_same_one_are_told_together() {
    let emits = |detail: &str| {
        format!(
            "grants: [ {{ bus: shop, access: publish }} ], emits: [ {{ bus: shop, source: shop, detail_type: paid, detail: {{ type: object, additionalProperties: false, properties: {detail} }} }} ]"
        )
    };
    let of = |last: &str| {
        let text = format!(
            "buses: {{ shop: {{}} }}\nqueues: {{ jobs: {{}} }}\nfunctions:\n  \
             a: {{ {CODE}, {} }}\n  b: {{ {CODE}, {} }}\n  c: {{ {CODE}, {} }}\n  d: {{ {CODE}, {} }}\n\
             rules: {{ one: {{ bus: shop, pattern: {{ detail: {{ total: [5] }} }}, {TARGET} }} }}\n",
            emits("{ other: { type: string } }"),
            emits("{ other: { type: string } }"),
            emits("{ other: { type: string } }"),
            emits(last),
        );
        format!("{}\n{}", said(&text), beside(&text))
    };
    insta::assert_snapshot!(of("{ total: { type: string } }"), @"
    warning[never_this_type]: `detail.total` is never what `5` is compared with
    there is a text
    = in: rules.one
    = help: write what is compared in the type that is there
    what `functions.d` puts there has a text in `detail.total`
    what `functions.a` and 2 others put there has no `detail.total`
    ");
    insta::assert_snapshot!(of("{ totals: { type: string } }"), @"
    warning[never_matches]: nothing that comes here can match this pattern: `detail.total` rules it out
    what comes here has no `detail.total`
    = in: rules.one
    = help: did you mean `totals` instead of `total`? if others than this stack put events on buses.shop, write `producers: external` there
    what `functions.d` and 3 others put there has no `detail.total`
    ");
    insta::assert_snapshot!(of("{ total: { enum: [4, 6] } }"), @"
    warning[never_matches]: nothing that comes here can match this pattern: `detail.total` rules it out
    what comes nearest has `4` or `6` in `detail.total`
    = in: rules.one
    = help: if others than this stack put events on buses.shop, write `producers: external` there
    what `functions.d` puts there has `4` or `6` in `detail.total`
    what `functions.a` and 2 others put there has no `detail.total`
    ");
}

#[test]
fn a_value_of_a_known_set_is_told_with_all_of_them_and_the_one_that_was_meant() {
    let of = |pattern: &str| {
        said(&format!(
            "queues: {{ q: {{}} }}\ntables: {{ orders: {{ partition_key: id, stream: new_image }} }}\npipes:\n  \
             p: {{ source: {{ table: orders, starting_position: latest, filters: [ {pattern} ] }}, target: {{ queue: q }} }}\n"
        ))
    };
    insta::assert_snapshot!(of("{ eventName: [insert] }"), @r#"
    warning[never_matches]: nothing that comes here can match this pattern: `eventName` rules it out
    what comes here has `"INSERT"` or `"MODIFY"` or `"REMOVE"` in `eventName`
    = in: pipes.p
    = help: did you mean `INSERT` instead of `insert`?
    "#);
    // One of several: only where what was meant comes, and is not named.
    let one = of("{ eventName: [INSERT, MODIFED] }");
    insta::assert_snapshot!(one, @"
    warning[never_matches]: `eventName` is never `MODIFED` in what comes here
    there is `MODIFY`, which this pattern does not take
    = in: pipes.p
    = help: did you mean `MODIFY` instead of `MODIFED`?
    ");
    for passing in [
        "{ eventName: [INSERT, insert, Insert] }",
        "{ eventName: [INSERT, UNKNOWN] }",
        "{ $or: [ { eventName: [INSERT] }, { eventName: [TRUNCATE] } ] }",
        "{ dynamodb: { Keys: { id: { S: [a, b] } } } }",
    ] {
        assert_eq!(of(passing), "", "{passing}");
    }
    let or = of("{ $or: [ { eventName: [INSERT] }, { eventName: [MODIFED] } ] }");
    assert!(or.contains("did you mean `MODIFY` instead of `MODIFED`?"), "{or}");
}

#[test]
fn a_value_beside_others_is_no_misspelling_where_another_number_tells_it_apart() {
    let of = |values: &str| {
        said(&format!(
            "buses: {{ shop: {{}} }}\nqueues: {{ jobs: {{}} }}\nschedules:\n  \
             a: {{ schedule: rate(1 day), target: {{ bus: shop, source: shop, detail_type: order.v1, transform: {{ a: 1 }} }} }}\n  \
             b: {{ schedule: rate(1 day), target: {{ bus: shop, source: shop, detail_type: order.v3, transform: {{ a: 1 }} }} }}\n\
             rules: {{ one: {{ bus: shop, pattern: {{ detail-type: {values} }}, {TARGET} }} }}\n"
        ))
    };
    assert_eq!(of("[order.v1, order.v2]"), "");
    assert_eq!(of("[order.v1, order.v3]"), "");
    assert!(of("[order.v1, ordr.v3]").contains("did you mean `order.v3` instead of `ordr.v3`?"));
}

#[test]
fn a_field_that_the_envelope_does_not_have_is_found_once() {
    let found = of_rule(&format!("pattern: {{ sorce: [orders] }}, {TARGET}"));
    assert_eq!(found.matches("warning[").count(), 1, "{found}");
    assert!(found.starts_with("warning[event_pattern]"), "{found}");
    let other = of_rule(&format!("pattern: {{ sorce: [orders], detail-type: [created] }}, {TARGET}"));
    assert!(other.contains("[event_pattern]") && other.contains("`detail-type` rules it out"), "{other}");
}

#[test]
fn what_stands_in_an_alternative_is_pointed_at_there() {
    let marks = |pattern: &str| {
        underlined(&format!("{BASE}rules:\n  one:\n    bus: shop\n    pattern: {pattern}\n    {TARGET}\n"))
    };
    let found =
        marks("{ source: [orders], $or: [ { detail: { state: [paid] } }, { detail: { note: [x] } } ] }");
    assert!(found.iter().any(|one| one.contains("state") || one.contains("paid")), "{found:?}");
    assert!(!found.iter().any(|one| one.contains("$or")), "{found:?}");
    let found = marks("{ $or: [ { detail: { total: [5] } }, { detail: { event: [INSERT] } } ] }");
    assert_eq!(found, ["[5]"]);
}

#[test]
fn what_something_says_that_it_emits_is_pointed_at() {
    let found = underlined(&format!(
        "buses: {{ shop: {{}} }}\nqueues: {{ jobs: {{}} }}\nfunctions:\n  a:\n    code: tests/valid/functions/work\n    \
         handler: index.handler\n    runtime: python3.13\n    emits:\n      - {{ bus: shop, source: one, detail_type: x }}\n      \
         - {{ bus: shop, source: other, detail_type: x }}\nrules: {{ one: {{ bus: shop, pattern: {{ source: [shop] }}, {TARGET} }} }}\n"
    ));
    for emitted in
        ["{ bus: shop, source: one, detail_type: x }", "{ bus: shop, source: other, detail_type: x }"]
    {
        assert!(found.iter().any(|one| one == emitted), "{found:?}");
    }
}

#[test]
fn an_event_that_is_never_taken_is_told_where_it_is_said() {
    let of = |more: &str, event: &str| {
        said(&format!(
            "buses: {{ shop: {{ producers: external }}, other: {{ producers: external }} }}\nfunctions: {{ f: {{ {CODE}, {more}, emits: [ {{ bus: shop, {event} }} ] }} }}\n"
        ))
    };
    const MAY: &str = "grants: [ { bus: shop, access: publish } ]";
    assert_eq!(of(MAY, "source: f"), "");
    for (event, code, says) in [
        ("source: aws.f", "event_source", "AWS's own"),
        ("source: \"\"", "refused_event", "empty `source`"),
        ("source: f, detail_type: \"\"", "refused_event", "leave it out"),
        ("source: f, detail: { type: array }", "refused_event", "is an object"),
        ("source: f, detail: { type: [string, \"null\"] }", "refused_event", "is an object"),
        ("source: f, detail: { id: string }", "refused_event", "none of its words"),
        ("source: f, detail: text", "refused_event", "JSON Schema"),
        ("source: f, detail: { type: [object, \"null\"] }", "", ""),
        ("source: f, detail: {}", "", ""),
        ("source: f, detail: { oneOf: [ { type: object }, { type: string } ] }", "", ""),
    ] {
        let found = of(MAY, event);
        match code {
            "" => assert_eq!(found, "", "{event}"),
            _ => {
                assert!(found.contains(&format!("error[{code}]")) && found.contains(says), "{event}\n{found}")
            }
        }
    }
    for (more, is_told) in [
        ("timeout: 3s", true),
        ("grants: [ { bus: other, access: publish } ]", true),
        ("grants: [ { bus: shop, actions: [\"events:DescribeEventBus\"] } ]", true),
        ("grants: [ { arn: \"*\", actions: [\"events:*\"] } ]", false),
        ("managed_policies: [\"arn:aws:iam::aws:policy/AmazonEventBridgeFullAccess\"]", false),
        ("role: \"arn:aws:iam::123456789012:role/x\"", false),
    ] {
        let found = of(more, "source: f");
        assert_eq!(
            found.starts_with("warning[no_event_right]: its role has no right to put events on buses.shop"),
            is_told,
            "{more}\n{found}"
        );
        assert_eq!(found.is_empty(), !is_told, "{more}\n{found}");
    }
}

#[test]
fn the_right_that_is_missing_is_said_as_it_can_be_given() {
    const ROLE: &str = "roles: { own: { trust: { Version: \"2012-10-17\", Statement: [ { Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: \"sts:AssumeRole\" } ] } } }";
    for (more, bus, help) in [
        ("timeout: 3s", "shop", "add `grants: [ { bus: shop, access: publish } ]`"),
        ("timeout: 3s", "default", "add `grants: [ { bus: default, access: publish } ]`"),
        ("role: own", "shop", "let a policy of `roles.own` allow `events:PutEvents` on it"),
    ] {
        let found = said(&format!(
            "buses: {{ shop: {{ producers: external }} }}\n{ROLE}\nfunctions: {{ f: {{ {CODE}, {more}, emits: [ {{ bus: {bus}, source: f }} ] }} }}\n"
        ));
        assert!(found.contains(help), "{more} {bus}\n{found}");
    }
}

#[test]
fn what_is_put_on_a_bus_is_an_object() {
    for (put, is_refused) in [
        ("input: '[1]'", true),
        ("transform: [1]", true),
        ("transform: text", true),
        ("input: '{\"a\": 1}'", false),
        ("transform: { a: [1] }", false),
    ] {
        let found = said(&format!(
            "buses: {{ shop: {{ producers: external }} }}\nschedules: {{ s: {{ schedule: rate(1 hour), target: {{ bus: shop, source: s, detail_type: t, {put} }} }} }}\n"
        ));
        assert_eq!(found.contains("error[refused_event]"), is_refused, "{put}\n{found}");
    }
}

#[test]
fn no_secret_is_told_of_a_pattern() {
    let token = |end: &str| format!("ghp_4eC39HqLyjWDarjtT1zdp7dc4eC39HqLyj{end}");
    let (put, asked) = (token("WD"), token("XX"));
    let of = |pattern: &str| {
        let text = format!(
            "stack: shop\nregion: eu-west-1\nbuses: {{ shop: {{}} }}\nqueues: {{ jobs: {{}} }}\n\
             schedules: {{ s: {{ schedule: rate(1 hour), target: {{ bus: shop, source: s, detail_type: t, transform: {{ token: {put}, password: swordfish77, a: b }} }} }} }}\n\
             rules: {{ one: {{ bus: shop, pattern: {{ detail: {pattern} }}, {TARGET} }} }}\n"
        );
        crate::compile::testing::compile(&text).1
    };
    for (pattern, code) in [
        (format!("{{ token: [{asked}] }}"), "never_matches"),
        ("{ password: [swordfish78] }".to_owned(), "never_matches"),
        (format!("{{ token: [{asked}, {put}] }}"), ""),
        ("{ password: [swordfish77, swordfish7] }".to_owned(), ""),
        (format!("{{ token: {asked} }}"), "takes a list of values"),
        ("{ password: swordfish78 }".to_owned(), "takes a list of values"),
    ] {
        let found = of(&pattern);
        assert!(found.contains(code), "{pattern}\n{found}");
        assert!(!found.contains("ghp_") && !found.contains("swordfish"), "{pattern}\n{found}");
    }
}

#[test]
fn a_name_with_a_dot_is_found_as_patterns_read_it() {
    let of = |name: &str| {
        said(&format!(
            "queues: {{ q: {{}} }}\ntables: {{ orders: {{ partition_key: the.id, stream: new_image }} }}\npipes:\n  \
             p: {{ source: {{ table: orders, starting_position: latest, filters: [ {{ dynamodb: {name} }} ] }}, target: {{ queue: q }} }}\n"
        ))
    };
    assert_eq!(of("{ NewImage: { a.b: { S: [x] } } }"), "");
    assert_eq!(of("{ NewImage: { a: { M: { b: { S: [x] } } } } }"), "");
    assert_eq!(of("{ Keys: { the.id: { S: [x] } } }"), "");
    assert!(of("{ Keys: { the.id: { N: [x] } } }").contains("never_matches"));
    assert!(of("{ NewImage: { the.id: { S: [5] } } }").contains("never_this_type"));
}

#[test]
fn what_a_schedule_says_beside_a_keyword_is_known() {
    for input in [
        "transform: { job: sync, at: $aws.scheduled-time, run: \"no. <$aws.execution-id>\", tag: <b> }",
        r#"input: '{"job": "sync", "at": "<aws.scheduler.scheduled-time>", "run": "no. <aws.scheduler.execution-id>", "tag": "<b>"}'"#,
    ] {
        let of = |pattern: &str| {
            said(&format!(
                "buses: {{ shop: {{}} }}\nqueues: {{ jobs: {{}} }}\nschedules:\n  a:\n    schedule: rate(1 day)\n    \
                 target:\n      bus: shop\n      source: shop\n      detail_type: due\n      {input}\n\
                 rules: {{ one: {{ bus: shop, pattern: {{ detail: {pattern} }}, {TARGET} }} }}\n"
            ))
        };
        let all = "{ job: [sync], at: [{ prefix: \"2026\" }], run: [{ suffix: x }], tag: [<b>] }";
        assert_eq!(of(all), "", "{input}");
        assert!(
            of("{ job: [synk] }").contains("did you mean `sync` instead of `synk`?"),
            "{}",
            of("{ job: [synk] }")
        );
        assert!(of("{ at: [5] }").contains("never_this_type"), "{}", of("{ at: [5] }"));
        assert!(of("{ tag: [b] }").contains("never_matches"), "{}", of("{ tag: [b] }"));
    }
}

#[test]
fn what_schedules_call_more_often_than_may_be_is_told() {
    let of = |limit: u32, rest: &str| {
        said(&format!(
            "connections: {{ c: {{ basic: {{ username: u, password: p }}, allow: {{ literal_secret: a test }} }} }}\n\
             api_destinations: {{ d: {{ connection: c, endpoint: \"https://d.example.com/\", method: POST, rate_limit: {limit} }} }}\n{rest}"
        ))
    };
    let rules = |times: &[&str]| {
        let rule = |(i, times): (usize, &&str)| {
            format!("  r{i}: {{ schedule: \"{times}\", targets: {{ d: {{ api_destination: d }} }} }}\n")
        };
        format!("rules:\n{}", times.iter().enumerate().map(rule).collect::<String>())
    };
    for (times, says) in [
        (
            &["cron(0 3 * * ? *)", "cron(0 3 * * ? *)"][..],
            "2 calls come at once at `cron(0 3 * * ? *)`, and `api_destinations.d` makes 1 a second",
        ),
        (&["cron(0 3 * * ? *)", "cron(0 * * * ? *)"], "2 calls come at once at 03:00 UTC"),
        (&["cron(0 3 ? * MON *)", "cron(0/30 * * * ? *)"], "2 calls come at once at 03:00 UTC"),
        (&["cron(0 3 ? * MON *)", "cron(0 3 ? * TUE *)"], ""),
        (&["cron(0 3 ? * MON *)", "cron(0 3 ? * 2 *)"], "2 calls come at once at 03:00 UTC"),
        (&["cron(0 3 ? * MON-FRI *)", "cron(0 3 ? * wed,SAT *)"], "2 calls come at once at 03:00 UTC"),
        (&["cron(0 3 ? * MON-FRI *)", "cron(0 3 ? * 7,1 *)"], ""),
        (&["cron(0 3 * * ? *)", "cron(5 3 * * ? *)"], ""),
        (&["rate(1 minute)", "rate(1 minute)"], ""),
    ] {
        let found = of(1, &rules(times));
        assert!(found.contains(says) && found.is_empty() == says.is_empty(), "{times:?}\n{found}");
        assert_eq!(of(2, &rules(times)), "");
    }
    let found = of(1, &rules(&["rate(1 minute)"; 61]));
    assert!(found.contains("61.0 calls come a minute, on average"), "{found}");
    assert_eq!(of(1, &rules(&["rate(1 minute)"; 60])), "");
    // What one of them sends it sends at once, and of two nobody knows when the first time is.
    let both = |times: &str| {
        format!(
            "rules:\n  r: {{ schedule: \"{times}\", targets: {{ d: {{ api_destination: d }}, e: {{ api_destination: d, input: \"1\" }} }} }}\n"
        )
    };
    for times in ["cron(0 * * * ? *)", "rate(1 hour)"] {
        let found = of(1, &both(times));
        assert!(found.contains(&format!("2 calls come at once at `{times}`")), "{found}");
        assert_eq!(of(2, &both(times)), "");
    }
    assert_eq!(of(1, &rules(&["rate(1 hour)", "rate(1 hour)", "cron(0 3 * * ? *)"])), "");
    // By an event that both rules pass for certain.
    let by_bus = |pattern: &str| {
        format!(
            "buses: {{ shop: {{}} }}\nschedules: {{ s: {{ schedule: \"cron(0 3 * * ? *)\", target: {{ bus: shop, source: s, detail_type: t, transform: {{ id: 1 }} }} }} }}\n\
             rules:\n  a: {{ bus: shop, pattern: {{ source: [s] }}, targets: {{ d: {{ api_destination: d, input: \"1\" }} }} }}\n  \
             b: {{ bus: shop, pattern: {pattern}, targets: {{ d: {{ api_destination: d, input: \"2\" }} }} }}\n"
        )
    };
    for times in ["cron(0 3 * * ? *)", "rate(1 hour)"] {
        let found = of(1, &by_bus("{ detail: { id: [1] } }").replace("cron(0 3 * * ? *)", times));
        assert!(found.contains(&format!("2 calls come at once at `{times}`")), "{found}");
    }
    assert!(!of(1, &by_bus("{ detail: { id: [2] } }")).contains("rate_exceeded"));
}

#[test]
fn a_path_in_the_midst_of_a_text_is_told() {
    let rule =
        |target: &str| of_rule(&format!("pattern: {{ source: [orders] }}, targets: {{ t: {{ {target} }} }}"));
    for (target, help) in [
        (
            "queue: jobs, transform: { text: \"Order $.detail.id is paid\" }",
            "inside text write `<$.detail.id>`",
        ),
        ("queue: jobs, transform: { text: \"Order <$.detail.id>\" }", ""),
        ("queue: jobs, transform: { text: \"it costs 5$.And more\" }", ""),
        ("queue: jobs, transform: { text: \"as `$.detail.id` says\" }", ""),
        ("queue: jobs, transform: { id: $.detail.id }", ""),
        ("queue: jobs, input: '{\"path\": \"in $.detail.id\"}'", ""),
    ] {
        let found = rule(target);
        match help {
            "" => assert_eq!(found, "", "{target}"),
            help => {
                assert!(found.starts_with("warning[stray_path]") && found.contains(help), "{target}\n{found}")
            }
        }
    }
    let pipe = |kind: &str| {
        said(&format!(
            "buses: {{ shop: {{ producers: external }} }}\nqueues: {{ q: {{}} }}\npipes: {{ p: {{ source: {{ queue: q }}, target: {{ bus: shop, source: s, detail_type: \"{kind}\" }} }} }}\n"
        ))
    };
    assert!(
        pipe("order.$.body.kind").contains("takes a path as its whole value only: write `$.body.kind` alone"),
        "{}",
        pipe("order.$.body.kind")
    );
    assert_eq!(pipe("$.body.kind"), "");
}

#[test]
fn the_producer_that_was_meant_is_told_of() {
    let of = |pattern: &str| {
        said(&format!(
            "buses: {{ shop: {{}} }}\nqueues: {{ jobs: {{}} }}\n\
             functions:\n  f: {{ {CODE}, grants: [ {{ bus: shop, access: publish }} ], emits: [ {{ bus: shop, source: fn, detail_type: priced }} ] }}\n\
             schedules:\n  tick: {{ schedule: rate(1 minute), target: {{ bus: shop, source: cal, detail_type: tick, transform: {{ kind: nightly, n: 5 }} }} }}\n\
             rules:\n  r: {{ bus: shop, pattern: {pattern}, targets: {{ j: {{ queue: jobs }} }} }}\n"
        ))
    };
    // Of the function's events nothing else is known, which is no match.
    for pattern in [
        "{ source: [cal], detail: { kind: [nightli] } }",
        "{ source: [cal], detail: { kind: [nightli], n: [6], more: [x] } }",
    ] {
        assert!(of(pattern).contains("`detail.kind`"), "{}", of(pattern));
        assert!(of(pattern).contains("did you mean `nightly` instead of `nightli`?"), "{}", of(pattern));
        assert!(!of(pattern).contains("`source` rule"), "{}", of(pattern));
    }
    // Of alternatives the one with the typing error comes nearest.
    let either = of("{ $or: [ { source: [other] }, { detail-type: [tikc] } ] }");
    assert!(either.contains("`detail-type` rules it out"), "{either}");
    assert!(either.contains("did you mean `tick` instead of `tikc`?"), "{either}");
}

#[test]
fn an_object_is_no_value_that_exists() {
    let text = said(
        "buses: { shop: {} }\nqueues: { jobs: {} }\n\
         schedules:\n  tick: { schedule: rate(1 minute), target: { bus: shop, source: cal, detail_type: tick, transform: { customer: { mail: m } } } }\n\
         rules:\n  r: { bus: shop, pattern: { detail: { customer: [{ exists: true }] } }, targets: { j: { queue: jobs } } }\n",
    );
    assert!(
        text.contains("has an object in `detail.customer`, and a pattern sees the values inside of it alone"),
        "{text}"
    );
    assert!(text.contains("did you mean what is inside of it, as `detail.customer.mail`?"), "{text}");
}
