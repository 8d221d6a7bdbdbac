use super::super::testing::{Known, Loaded, loaded};
use super::*;
use crate::engine::field::{Lit, TAGS, TEXT, TEXT_MAP, Unit};
use crate::value;

const BUS: RefTo = RefTo::checked(&["buses"], "arn");
const TARGET: &[Field] = &[
    Field::new("arn", "Arn", TEXT, "Where it goes.").required(),
    Field::new("retries", "RetryPolicy.MaximumRetryAttempts", Type::Int { min: 0, max: 185 }, "Attempts."),
    Field::new(
        "age",
        "RetryPolicy.MaximumEventAgeInSeconds",
        Type::Duration { unit: Unit::Seconds, min: 60, max: 86_400 },
        "Age.",
    ),
    Field::sugar("transform", "What is sent."),
];
const RETRY: &[Field] = &[Field::new("attempts", "Attempts", Type::Int { min: 0, max: 9 }, "Attempts.")];
const FIELDS: &[Field] = &[
    Field::new("bus", "EventBusName", Type::Ref(&BUS), "The bus.").required(),
    Field::new("pattern", "EventPattern", Type::Document(Document::EventPattern), "What matches."),
    Field::new(
        "state",
        "State",
        Type::Enum(&[("enabled", "ENABLED"), ("disabled", "DISABLED")]),
        "Whether it runs.",
    )
    .default(Lit::Text("ENABLED")),
    Field::new("description", "Description", Type::Text { min: 0, max: 12 }, "For people."),
    Field::new("targets", "Targets", Type::List(&Type::Object(TARGET)), "Where events go."),
    Field::new("retry", "Policy.Retry", Type::Object(RETRY), "Attempts."),
    Field::new("dead", "Policy.Retry.Dead", TEXT, "Beside them."),
    Field::new("headers", "Headers", Type::Map(&Type::Object(RETRY)), "By the user's keys."),
    Field::new("buses", "Others", Type::List(&Type::Ref(&BUS)), "More."),
    Field::new("size", "Size", Type::Int { min: 0, max: 9 }, "A number."),
    Field::new("password", "Auth.Password", TEXT, "Never shown.").write_only(),
    Field::new("words", "Words", TEXT_MAP, "Text by the user's keys."),
    Field::sugar("code", "Code."),
    Field::lowered("RoleArn", TEXT, "Made."),
    Field { computed: true, ..Field::new("made_at", "MadeAt", TEXT, "The server's.") },
    TAGS,
];

fn rule(body: &str) -> (Decoded, Loaded) {
    let mut loaded = loaded(&format!(
        "\
parameters: {{ pw: {{ from: 'env:PW', secret: true }}, n: {{ default: 3 }}, none: {{ default: ~ }}, list: {{ type: list, default: [orders] }} }}
buses: {{ orders: }}
tables: {{ sales: }}
rules:
  q:{body}
"
    ));
    let stack = loaded.stack.clone().unwrap();
    let rule = stack.declarations.iter().find(|d| d.address.key == "q").unwrap();
    let known = Known::of(&stack);
    let at = Some(&rule.address);
    let decoded = decode(&rule.node, FIELDS, &rule.scope, &known, &mut loaded.findings, at);
    (decoded, loaded)
}

#[test]
fn a_declaration_becomes_awss_document_by_its_table() {
    let (decoded, loaded) = rule(
        "
    bus: orders
    pattern: { source: [x], detail: { n: [1, ~] } }
    state: disabled
    description: NO
    targets:
      - { arn: a, retries: 3, age: 5m }
      - { arn: '${buses.orders.url}/x', transform: { a: $.b } }
    retry: { attempts: 1 }
    dead: d
    headers: { x-a.b: { attempts: 2 } }
    size: ${parameters.n}
    password: ${parameters.pw}
    code: [anything]
    x-note: { 1: 2 }
    tags: { x-team: 012 }
    words: ~
",
    );
    assert_eq!(loaded.drawn(), "");
    assert_eq!(
        decoded.properties.to_shown_json(),
        value!({
            "EventBusName": "arn:buses.orders",
            "EventPattern": { "source": ["x"], "detail": { "n": [1, null] } },
            "State": "DISABLED",
            "Description": "NO",
            "Targets": [
                { "Arn": "a", "RetryPolicy": { "MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300 } },
                { "Arn": "(known after apply)" }
            ],
            "Policy": { "Retry": { "Attempts": 1, "Dead": "d" } },
            "Headers": { "x-a.b": { "Attempts": 2 } },
            "Size": 3,
            "Auth": { "Password": "(secret)" },
            "Tags": { "x-team": "012" }
        })
        .to_shown_json()
    );
    let line = |path: &str| loaded.sources.place(decoded.places[path]).line;
    assert_eq!(line("Targets[0].RetryPolicy.MaximumRetryAttempts"), 12);
    assert_eq!((line("EventPattern.detail.n[0]"), line("Headers.x-a.b.Attempts")), (8, 16));
    let sugar: Vec<_> = decoded.sugar.iter().map(|s| (s.key, s.within.as_str())).collect();
    assert_eq!(sugar, [("transform", "Targets[1]"), ("code", "")]);
    assert_eq!(decoded.sugar("code").unwrap().node.items().unwrap().len(), 1);
    let [used] = decoded.refs.as_slice() else { panic!("{:?}", decoded.refs) };
    assert_eq!((used.path.as_str(), used.address.to_string().as_str()), ("EventBusName", "buses.orders"));
    assert!(used.checked && !used.inside);
}

#[test]
fn everything_wrong_with_a_declaration_is_said_at_once() {
    let (_, loaded) = rule(
        "
    buss: orders
    pattern: [x]
    state: ENABLE
    description: far too long a text
    targets:
      - { retries: many, age: 1.5h, arnn: x }
      - nothing
    retry: 5
    buses: orders
    size: '7'
    headers: { a: x }
    password: plain
    words: { pw: '${parameters.pw}', '${env.name}': x, n: [1] }
    made_at: now
    dead:
    zebra: 1
",
    );
    insta::assert_snapshot!(loaded.drawn(), @"
    error[unknown_key]: unknown key `buss`; did you mean `bus`?
     --> stack.yaml:7:5
      |
    7 |     buss: orders
      |     ^^^^
      |
      = in: rules.q

    error[wrong_shape]: expected an event pattern (a map), found a list
     --> stack.yaml:8:14
      |
    8 |     pattern: [x]
      |              ^
      |
      = in: rules.q

    error[unknown_word]: `ENABLE` is none of the words that can stand here; did you mean `enabled`?
     --> stack.yaml:9:12
      |
    9 |     state: ENABLE
      |            ^^^^^^
      |
      = in: rules.q
      = help: one of `enabled`, `disabled`

    error[out_of_range]: 19 characters, at most 12 are allowed
      --> stack.yaml:10:18
       |
    10 |     description: far too long a text
       |                  ^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.q

    error[wrong_shape]: expected a whole number, found text
      --> stack.yaml:12:20
       |
    12 |       - { retries: many, age: 1.5h, arnn: x }
       |                    ^^^^
       |
       = in: rules.q

    error[wrong_shape]: `1.5h` is no duration
      --> stack.yaml:12:31
       |
    12 |       - { retries: many, age: 1.5h, arnn: x }
       |                               ^^^^
       |
       = in: rules.q
       = help: write `60s`, `5m`, `1h`, `1d`, or a whole number of seconds

    error[unknown_key]: unknown key `arnn`; did you mean `arn`?
      --> stack.yaml:12:37
       |
    12 |       - { retries: many, age: 1.5h, arnn: x }
       |                                     ^^^^
       |
       = in: rules.q

    error[wrong_shape]: expected a map, found a string
      --> stack.yaml:13:9
       |
    13 |       - nothing
       |         ^^^^^^^
       |
       = in: rules.q

    error[wrong_shape]: expected a map, found a number
      --> stack.yaml:14:12
       |
    14 |     retry: 5
       |            ^
       |
       = in: rules.q

    error[wrong_shape]: expected a list of references, found a string
      --> stack.yaml:15:12
       |
    15 |     buses: orders
       |            ^^^^^^
       |
       = in: rules.q

    error[wrong_shape]: expected a whole number, found text
      --> stack.yaml:16:11
       |
    16 |     size: '7'
       |           ^^^
       |
       = in: rules.q
       = help: a number has no quotes: write `7`

    error[wrong_shape]: expected a map, found a string
      --> stack.yaml:17:19
       |
    17 |     headers: { a: x }
       |                   ^
       |
       = in: rules.q

    error[secret_shown]: a secret cannot stand here: AWS would show it
      --> stack.yaml:19:18
       |
    19 |     words: { pw: '${parameters.pw}', '${env.name}': x, n: [1] }
       |                  ^^^^^^^^^^^^^^^^^^
       |
       = in: rules.q

    error[bad_reference]: a key is taken as it is written: `${` has no meaning in it
      --> stack.yaml:19:38
       |
    19 |     words: { pw: '${parameters.pw}', '${env.name}': x, n: [1] }
       |                                      ^^^^^^^^^^^^^
       |
       = in: rules.q

    error[wrong_shape]: expected text, found a list
      --> stack.yaml:19:59
       |
    19 |     words: { pw: '${parameters.pw}', '${env.name}': x, n: [1] }
       |                                                           ^
       |
       = in: rules.q

    error[unknown_key]: unknown key `made_at`
      --> stack.yaml:20:5
       |
    20 |     made_at: now
       |     ^^^^^^^
       |
       = in: rules.q
       = help: there are `bus`, `buses`, `code`, `dead`, `description`, `headers`, `password`, `pattern`, `retry`, `size`, `state`, `tags`, `targets`, `words`

    warning[empty_field]: `dead` has no value and is left out
      --> stack.yaml:21:5
       |
    21 |     dead:
       |     ^^^^
       |
       = in: rules.q
       = help: remove the line, or write `null` if that is meant

    error[unknown_key]: unknown key `zebra`
      --> stack.yaml:22:5
       |
    22 |     zebra: 1
       |     ^^^^^
       |
       = in: rules.q
       = help: there are `bus`, `buses`, `code`, `dead`, `description`, `headers`, `password`, `pattern`, `retry`, `size`, `state`, `tags`, `targets`, `words`

    17 errors, 1 warning
    ");
}

#[test]
fn a_list_of_references_says_which_is_wrong() {
    let (decoded, loaded) = rule(
        " { bus: '${parameters.list}', buses: [orders, sales, 'arn:aws:events:eu-west-1:1:event-bus/x'] }",
    );
    insta::assert_snapshot!(loaded.drawn(), @"
    error[wrong_shape]: expected the key of a bus, found a list
     --> stack.yaml:2:123
      |
    2 | …:PW', secret: true }, n: { default: 3 }, none: { default: ~ }, list: { type: list, default: [orders] } }
      |                                                                                              ^
      |
     ::: stack.yaml:6:13
      |
    6 |   q: { bus: '${parameters.list}', buses: [orders, sales, 'arn:aws:events:eu-west-1:1:event-bus/x'] }
      |             -------------------- used here
      |
      = in: rules.q

    error[wrong_kind]: `sales` is a table; here a bus is wanted
     --> stack.yaml:6:51
      |
    6 |   q: { bus: '${parameters.list}', buses: [orders, sales, 'arn:aws:events:eu-west-1:1:event-bus/x'] }
      |                                                   ^^^^^
      |
      = in: rules.q

    2 errors
    ");
    assert_eq!(decoded.refs.len(), 1);
    assert_eq!(rule(" { bus: orders, buses: '${parameters.list}' }").0.refs[1].path, "Others[0]");
}

#[test]
fn null_leaves_a_field_out_and_nothing_at_all_is_a_resource_of_defaults() {
    let (decoded, loaded) = rule(" { bus: orders, description: ~, size: '${parameters.none}' }");
    assert_eq!(loaded.drawn(), "");
    assert_eq!(decoded.properties, value!({ "EventBusName": "arn:buses.orders" }));
    let (decoded, loaded) = rule("");
    assert_eq!((decoded.properties, loaded.messages()), (Value::map(), vec!["`bus` is missing"]));
    assert_eq!(rule(" { bus: ~ }").1.messages(), ["`bus` is missing"]);
    assert_eq!(rule(" [x]").1.messages(), ["expected a map, found a list"]);
}

#[test]
fn a_whole_declaration_can_be_spliced() {
    let text = "parameters: { p: { type: map, default: { bus: orders } } }\nbuses: { orders: }\nrules: { q: '${parameters.p}' }";
    let stack = loaded(text).good();
    let rule = stack.declarations.last().unwrap();
    let mut findings = Findings::default();
    let decoded = decode(&rule.node, FIELDS, &rule.scope, &Known::of(&stack), &mut findings, None);
    assert_eq!(decoded.properties.text_at("EventBusName"), Some("arn:buses.orders"));
    assert!(findings.is_empty());
}
