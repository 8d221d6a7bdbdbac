//! What is wrong with targets, patterns and templates.

use crate::compile::testing::compile;

#[test]
fn the_part_of_a_schedule_that_is_wrong_is_underlined() {
    let (_, findings) = compile(
        "stack: shop\nqueues: { q: {} }\nrules:\n  r: { schedule: cron(70 3 * * ? *), targets: { q: { queue: q } } }\n",
    );
    insta::assert_snapshot!(findings);
}

// terraform-provider-aws#41316: too many targets are found when they are applied, or never.
// E5 (hashicorp/terraform-provider-aws#41316, hashicorp/terraform-provider-aws#42196,
// aws-cloudformation/cfn-lint#306): more targets than AWS takes are tried again and again.
#[test]
fn everything_wrong_with_targets_is_said_at_its_place() {
    let (_, findings) = compile(
        r#"
stack: shop
queues: { q: {} }
buses: { default: {}, partner: { name: aws.partner } }
rules:
  r:
    pattern: { detail_type: [a] }
    schedule: rate(1 minutes)
    targets:
      a: { queue: q, transform: $.detail, input: "{}" }
      b: { queue: q, input: "{" }
      c: { queue: q, input_template: '{"a": <id>}', input_paths: { idd: $.detail.id } }
      d: { topic: t }
      e: { queue: q, retry: { attempts: 186, max_age: 59 } }
      f f: { queue: q, bus: partner }
      g: { queue: nope, dead_letter: "arn:aws:sqs:eu-west-1:123456789012:x.fifo" }
      h: { queue: q, transform: { a: "$aws.nothing" } }
  s: { bus: partner, schedule: rate(5 minutes), role: "arn:aws:iam::123456789012:role/x" }
  t: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/x", targets: { q: { queue: q } } }
"#,
    );
    insta::assert_snapshot!(findings, @r#"
    error[shared_resource]: the default bus is the account's: a stack cannot own it
     --> stack.yaml:4:10
      |
    4 | buses: { default: {}, partner: { name: aws.partner } }
      |          ^^^^^^^
      |
      = in: buses.default
      = help: take the declaration away and write `bus: default` where it is meant

    error[shared_resource]: names that begin with `aws.` are those of partner buses
     --> stack.yaml:4:40
      |
    4 | buses: { default: {}, partner: { name: aws.partner } }
      |                                        ^^^^^^^^^^^
      |
      = in: buses.partner
      = help: write `event_source_name:` instead of `name:` if this is one, or give it another name

    error[event_pattern]: `detail_type` is no field of an event
     --> stack.yaml:7:29
      |
    7 |     pattern: { detail_type: [a] }
      |                             ^^^
      |
      = in: rules.r
      = help: AWS writes it `detail-type`

    error[schedule]: `rate(1 minutes)` is no rate of a rule
     --> stack.yaml:8:15
      |
    8 |     schedule: rate(1 minutes)
      |               ^^^^^^^^^^^^^^^
      |
      = in: rules.r
      = help: write `rate(1 minute)`

    error[too_many_targets]: 8 targets stand here; a rule has at most 5
     --> stack.yaml:9:5
      |
    9 |     targets:
      |     ^^^^^^^
      |
      = in: rules.r
      = help: make a second rule with the same pattern for the rest

    error[target_input]: `input` cannot stand beside `transform`
      --> stack.yaml:10:43
       |
    10 |       a: { queue: q, transform: $.detail, input: "{}" }
       |                                           ^^^^^
       |
       = in: rules.r
       = help: a target takes one of transform, input, input_path and input_template

    error[target_input]: this is no JSON: EOF while parsing an object at line 1 column 1
      --> stack.yaml:11:29
       |
    11 |       b: { queue: q, input: "{" }
       |                             ^^^
       |
       = in: rules.r
       = help: a text is JSON with double quotes around it; `transform` takes the document itself

    error[target_input]: `<id>` is not in `input_paths`
      --> stack.yaml:12:22
       |
    12 |       c: { queue: q, input_template: '{"a": <id>}', input_paths: { idd: $.detail.id } }
       |                      ^^^^^^^^^^^^^^
       |
       = in: rules.r
       = help: did you mean `<idd>`?

    warning[target_input]: the template does not use `<idd>`
      --> stack.yaml:12:73
       |
    12 |       c: { queue: q, input_template: '{"a": <id>}', input_paths: { idd: $.detail.id } }
       |                                                                         ^^^^^^^^^^^
       |
       = in: rules.r

    error[wrong_kind]: `t` is a rule; here a topic is wanted
      --> stack.yaml:13:19
       |
    13 |       d: { topic: t }
       |                   ^
       |
       = in: rules.r

    error[out_of_range]: 186 is too much; at most 185
      --> stack.yaml:14:41
       |
    14 |       e: { queue: q, retry: { attempts: 186, max_age: 59 } }
       |                                         ^^^
       |
       = in: rules.r

    error[out_of_range]: 59 seconds is too little; at least 60 seconds
      --> stack.yaml:14:55
       |
    14 |       e: { queue: q, retry: { attempts: 186, max_age: 59 } }
       |                                                       ^^
       |
       = in: rules.r

    error[illegal_key]: `f f` is no Id of a target
      --> stack.yaml:15:7
       |
    15 |       f f: { queue: q, bus: partner }
       |       ^^^
       |
       = in: rules.r
       = help: 1 to 64 letters, digits, `.`, `-` and `_`

    error[two_kind_keys]: two keys name what it goes to; exactly one may stand here
      --> stack.yaml:15:24
       |
    15 |       f f: { queue: q, bus: partner }
       |                        ^^^
       |
       = in: rules.r

    error[unknown_reference]: unknown queue `nope`
      --> stack.yaml:16:19
       |
    16 |       g: { queue: nope, dead_letter: "arn:aws:sqs:eu-west-1:123456789012:x.fifo" }
       |                   ^^^^
       |
       = in: rules.r
       = help: declared under `queues` are `q`

    note[foreign_policy]: `arn:aws:sqs:eu-west-1:123456789012:x.fifo` belongs to others, whose policy must allow this
      --> stack.yaml:16:38
       |
    16 |       g: { queue: nope, dead_letter: "arn:aws:sqs:eu-west-1:123456789012:x.fifo" }
       |                                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ never written on from here
       |
       = in: rules.r
       = help: its owner adds the statement {"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-west-1:123456789012:x.fifo","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"},"ArnEquals":{"aws:SourceArn":"arn:aws:events:eu-west-1:123456789012:rule/shop-r"}}}

    error[transform]: the service has no variable `$aws.nothing`
      --> stack.yaml:17:38
       |
    17 |       h: { queue: q, transform: { a: "$aws.nothing" } }
       |                                      ^^^^^^^^^^^^^^
       |
       = in: rules.r
       = help: there are rule-arn, rule-name, event.ingestion-time, event, event.json

    warning[no_targets]: a rule without targets does nothing
      --> stack.yaml:18:3
       |
    18 |   s: { bus: partner, schedule: rate(5 minutes), role: "arn:aws:iam::123456789012:role/x" }
       |   ^
       |
       = in: rules.s
       = help: `targets: { audit: { queue: audit } }`

    error[schedule]: schedules work on the default bus only
      --> stack.yaml:18:32
       |
    18 |   s: { bus: partner, schedule: rate(5 minutes), role: "arn:aws:iam::123456789012:role/x" }
       |                                ^^^^^^^^^^^^^^^
       |
       = in: rules.s
       = help: put it into a rule without `bus:`

    error[no_role]: `role` has no use here: no target of this rule is called by this role
      --> stack.yaml:18:49
       |
    18 |   s: { bus: partner, schedule: rate(5 minutes), role: "arn:aws:iam::123456789012:role/x" }
       |                                                 ^^^^
       |
       = in: rules.s
       = help: queues, functions, topics and log groups let EventBridge in themselves; take it away

    error[no_trigger]: a rule needs a `pattern` or a `schedule`
      --> stack.yaml:19:3
       |
    19 |   t: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/x", targets: { q: { queue: q } } }
       |   ^
       |
       = in: rules.t
       = help: `pattern: { source: [shop] }`

    error[foreign_bus]: a rule stands in the account and region of its bus, and this one is in 123456789012, us-east-1
      --> stack.yaml:19:13
       |
    19 |   t: { bus: "arn:aws:events:us-east-1:123456789012:event-bus/x", targets: { q: { queue: q } } }
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = in: rules.t
       = help: name a bus of this account and region, or forward its events to one

    19 errors, 2 warnings, 1 note
    "#);
}

#[test]
fn a_long_pattern_is_a_warning_and_a_longer_one_an_error() {
    let with = |count: usize| {
        let words: Vec<String> = (0..count).map(|i| format!("word-{i:05}")).collect();
        compile(&format!("stack: shop\nqueues: {{ q: {{}} }}\nrules:\n  r: {{ pattern: {{ source: [{}] }}, targets: {{ q: {{ queue: q }} }} }}\n", words.join(", "))).1
    };
    assert_eq!(with(150), "");
    assert!(with(200).contains("warning[event_pattern]"), "{}", with(200));
    assert!(with(400).contains("error[event_pattern]"), "{}", with(400));
}

#[test]
fn a_template_is_bounded() {
    let long = "x".repeat(8200);
    let (_, findings) = compile(&format!(
        "stack: shop\nqueues: {{ q: {{}} }}\nrules:\n  r: {{ pattern: {{ source: [a] }}, targets: {{ q: {{ queue: q, transform: {{ a: $.detail, b: {long} }} }} }} }}\n"
    ));
    assert!(findings.contains("error[transform]") && findings.contains("8192"), "{findings}");
}
