//! Stacks that are right, in many styles, have no finding but those that they defend.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::kinds;
use crate::source::{Findings, RenderStyle, Sources, render};
use crate::spec::{Inputs, Mode, load};

/// What is found in a stack: codes, and the drawing. Hints are apart: who wants no dead letters need not say so.
fn found(file: &Path) -> (BTreeSet<&'static str>, String) {
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
fn said(text: &str) -> String {
    let (_, drawn) = crate::compile::testing::compile(&format!("stack: shop\nregion: eu-west-1\n{text}"));
    let lines = drawn.lines().filter(|line| {
        line.starts_with(['w', 'e'])
            || line.contains("= in:")
            || line.contains("= help:")
            || line.contains('^')
    });
    let shorn = lines.map(|line| {
        line.split_once('|').map_or(line, |(_, label)| label).trim().trim_start_matches(['^', ' '])
    });
    shorn.filter(|line| !line.is_empty() && !line.starts_with("1 warning")).collect::<Vec<_>>().join("\n")
}

const BASE: &str = "\
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
