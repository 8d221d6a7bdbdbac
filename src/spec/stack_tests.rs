use super::super::inputs::{Inputs, Mode};
use super::super::testing::{inputs, loaded, loaded_with, with_env};

#[test]
fn a_stack_knows_who_owns_it_and_where_it_goes() {
    let stack =
        loaded("region: cn-north-1\naccount: 012345678901\ntags: { team: orders, at: '${aws.region}' }")
            .good();
    assert_eq!(stack.owner.to_string(), "shop/-/cn-north-1");
    assert_eq!(stack.place.arn("sqs", "q"), "arn:aws-cn:sqs:cn-north-1:012345678901:q");
    assert_eq!(stack.account_guard.map(|(account, _)| account).as_deref(), Some("012345678901"));
    assert_eq!(stack.tags["team"].as_str(), Some("orders"));
    assert_eq!(stack.tags["at"].as_str(), Some("cn-north-1"));
}

#[test]
fn everything_wrong_at_the_top_is_said_at_once() {
    let text = "\
stack: Shop
region: europe
account: 123
tabels: {}
streams: {}
tests: []
retry: {}
x-anything: 1
zebra: 1
tables: [orders]
queues:
  a.b: {}
  ok:
tags: { team: '${queues.ok.arn}' }
";
    insta::assert_snapshot!(loaded_with(text, &inputs()).drawn(), @"
    error[bad_name]: `Shop` cannot be a stack's name
     --> stack.yaml:1:8
      |
    1 | stack: Shop
      |        ^^^^
      |
      = help: a lower-case letter, then lower-case letters, digits and `-`

    error[region]: `europe` is no region
     --> stack.yaml:2:9
      |
    2 | region: europe
      |         ^^^^^^
      |
      = help: write one such as `eu-west-1`

    error[account]: `123` is no account: it has twelve digits
     --> stack.yaml:3:10
      |
    3 | account: 123
      |          ^^^

    error[unknown_key]: unknown key `tabels`; did you mean `tables`?
     --> stack.yaml:4:1
      |
    4 | tabels: {}
      | ^^^^^^

    error[not_built]: streams are not part of this version
     --> stack.yaml:5:1
      |
    5 | streams: {}
      | ^^^^^^^

    error[unknown_key]: unknown key `zebra`
     --> stack.yaml:9:1
      |
    9 | zebra: 1
      | ^^^^^
      |
      = help: resources stand under `apis`, `buses`, `functions`, `log_groups`, `queues`, `rules`, `tables`

    error[wrong_shape]: expected a map of tables, found a list
      --> stack.yaml:10:9
       |
    10 | tables: [orders]
       |         ^

    error[bad_name]: `a.b` cannot be a logical key
      --> stack.yaml:12:3
       |
    12 |   a.b: {}
       |   ^^^
       |
       = help: a letter or digit, then letters, digits, `-` and `_`, at most 64 characters

    error[bad_reference]: `${queues.ok.arn}` cannot stand here: this must be known before there are resources
      --> stack.yaml:14:16
       |
    14 | tags: { team: '${queues.ok.arn}' }
       |                ^^^^^^^^^^^^^^^^

    9 errors
    ");
}

#[test]
fn a_file_that_is_no_stack_says_how_one_begins() {
    insta::assert_snapshot!(loaded_with("- a\n- b\n", &inputs()).drawn(), @"
    error[wrong_shape]: expected a stack (a map), found a list
     --> stack.yaml:1:1
      |
    1 | - a
      | ^
      |
      = help: begin the file with the stack's name: `stack: orders`

    1 error
    ");
    insta::assert_snapshot!(loaded_with("queues: { q: {} }\n", &inputs()).drawn(), @"
    error[missing_key]: `stack` is missing
     --> stack.yaml:1:1
      |
    1 | queues: { q: {} }
      | ^^^^^^
      |
      = help: begin the file with the stack's name: `stack: orders`

    1 error
    ");
}

#[test]
fn another_version_of_the_program_is_asked_for_and_nothing_else_is_said() {
    insta::assert_snapshot!(loaded("required_version: '>=99'\nzebra: 1").drawn(), @"
    error[required_version]: this is version 0.1.0; the stack asks for `>=99`
     --> stack.yaml:2:19
      |
    2 | required_version: '>=99'
      |                   ^^^^^^

    1 error
    ");
    assert!(loaded("required_version: '>=0.1, <99'").findings.is_empty());
}

#[test]
fn names_are_at_most_as_long_as_a_mark_can_carry() {
    let long = |n: usize| loaded_with(&format!("stack: {}", "a".repeat(n)), &inputs());
    assert!(long(40).findings.is_empty());
    assert_eq!(long(41).messages(), ["a stack's name has at most 40 characters; this one has 41"]);
    let key = "k".repeat(64);
    let text = format!("components:\n  {key}:\n    for_each: [{key}]\n    log_groups: {{ {key}: }}\n");
    assert_eq!(loaded(&text).messages(), ["the address has 205 characters, at most 200 are allowed"]);
}

#[test]
fn the_region_is_the_files_then_the_flags_then_the_environments_then_the_configurations() {
    let region = |text: &str, flag: Option<&str>, variable: Option<&'static str>, fallback: Option<&str>| {
        let inputs = Inputs {
            region: flag.map(str::to_owned),
            fallback_region: fallback.map(str::to_owned),
            environment: Box::new(move |name| variable.filter(|_| name == "AWS_REGION").map(str::to_owned)),
            ..inputs()
        };
        let loaded = loaded_with(&format!("stack: shop\n{text}"), &inputs);
        (
            loaded.stack.as_ref().map(|s| s.place.region.clone()).unwrap_or_default(),
            loaded.messages().concat(),
        )
    };
    let all = |text, flag| region(text, flag, Some("eu-west-3"), Some("eu-west-4")).0;
    assert_eq!(all("region: eu-west-1", None), "eu-west-1");
    assert_eq!(all("", Some("eu-west-2")), "eu-west-2");
    assert_eq!(all("", None), "eu-west-3");
    assert_eq!(region("", None, None, Some("eu-west-4")).0, "eu-west-4");
    assert_eq!(
        region("", None, None, None),
        ("us-east-1".into(), "nobody states a region: us-east-1 is taken".into())
    );
    let (_, contradiction) = region("region: eu-west-1", Some("eu-west-2"), None, None);
    assert_eq!(contradiction, "the file says `region: eu-west-1`, `--region` says `eu-west-2`");
}

#[test]
fn a_real_account_needs_a_region_and_the_guarded_one() {
    let live = || Inputs {
        mode: Mode::Live,
        fallback_region: None,
        account: Some("999999999999".into()),
        ..inputs()
    };
    insta::assert_snapshot!(loaded_with("stack: shop\naccount: '123456789012'\n", &live()).drawn(), @"
    error[region]: no region: neither the file nor the configuration says one
     |
     = help: write `region: eu-west-1`, give `--region`, or set AWS_REGION

    error[account]: the stack belongs to the account 123456789012; this is 999999999999
     --> stack.yaml:2:10
      |
    2 | account: '123456789012'
      |          ^^^^^^^^^^^^^^

    2 errors
    ");
}

#[test]
fn an_account_that_nobody_states_has_a_sign_of_its_own() {
    let account = |mode| loaded_with("stack: shop", &Inputs { mode, ..inputs() }).good().place.account;
    assert_eq!(account(Mode::Local), "000000000000");
    assert_eq!(account(Mode::Offline), "<account>");
}

const ENVIRONMENTS: &str = "\
stack: shop
region: eu-west-1
queues:
  q: { a: '${env.name}', b: 'x${env.suffix}', size: 1 }
  audit: {}
environments:
  prod: { region: eu-west-2, account: '222222222222' }
  '*': { queues: { q: { size: 2 }, audit: null } }
";

#[test]
fn an_environment_is_merged_over_the_file() {
    let mut prod = with_env(ENVIRONMENTS, "prod");
    assert_eq!(prod.addresses(), ["queues.q", "queues.audit"]);
    assert_eq!(prod.stack.as_ref().unwrap().owner.to_string(), "shop/prod/eu-west-2");
    assert_eq!(prod.text("b").unwrap().as_str(), Some("x-prod"));
    let mut alice = with_env(ENVIRONMENTS, "alice");
    assert_eq!(alice.addresses(), ["queues.q"]);
    assert_eq!(alice.text("a").unwrap().as_str(), Some("alice"));
    assert_eq!(alice.text("size").unwrap().as_str(), Some("2"));
    alice.good();
}

#[test]
fn environments_ask_for_one_and_know_their_names() {
    let named = "stack: shop\nenvironments:\n  prod: {}\n  staging:\n  bad name: {}\n  test: { stack: other, queue: {} }\n  no: 5\n";
    insta::assert_snapshot!(loaded_with(named, &inputs()).drawn(), @"
    error[environment]: this stack has environments: say which one is meant
     --> stack.yaml:2:1
      |
    2 | environments:
      | ^^^^^^^^^^^^
      |
      = help: give `--env NAME`; there are `bad name`, `no`, `prod`, `staging`, `test`

    error[bad_name]: `bad name` cannot be an environment's name
     --> stack.yaml:5:3
      |
    5 |   bad name: {}
      |   ^^^^^^^^
      |
      = help: letters, digits, `-` and `_`, at most 24

    error[environment]: `stack` is the same in every environment
     --> stack.yaml:6:11
      |
    6 |   test: { stack: other, queue: {} }
      |           ^^^^^

    error[unknown_key]: unknown key `queue`; did you mean `queues`?
     --> stack.yaml:6:25
      |
    6 |   test: { stack: other, queue: {} }
      |                         ^^^^^

    error[wrong_shape]: expected what differs in `no` (a map), found a number
     --> stack.yaml:7:7
      |
    7 |   no: 5
      |       ^

    5 errors
    ");
    let two = "stack: shop\nenvironments: { prod: {}, staging: }\n";
    insta::assert_snapshot!(with_env(two, "prdo").drawn(), @"
    error[environment]: unknown environment `prdo`; did you mean `prod`?
     --> stack.yaml:2:1
      |
    2 | environments: { prod: {}, staging: }
      | ^^^^^^^^^^^^
      |
      = help: there are `prod`, `staging`

    1 error
    ");
    assert_eq!(with_env(two, "staging").good().env.as_deref(), Some("staging"));
    assert_eq!(with_env("stack: shop", "alice").good().owner.to_string(), "shop/alice/eu-west-1");
    assert_eq!(with_env(two, &"e".repeat(25)).messages().len(), 1);
}

#[test]
fn outputs_keep_their_place_and_their_order() {
    let stack = loaded("outputs: { b: '${queues.q.url}', a: x }\nqueues: { q: }").good();
    assert_eq!(stack.outputs.iter().map(|output| output.name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(loaded("outputs: [a]").messages(), ["expected a map of outputs, found a list"]);
}

#[test]
fn the_seed_stack_loads_without_a_word() {
    let text = include_str!("../../stacks/serverless-event-gateway/stack.yaml");
    let kinds = [
        "tables",
        "log_groups",
        "functions",
        "apis",
        "buses",
        "pipes",
        "connections",
        "api_destinations",
        "rules",
    ];
    let mut sources = crate::source::Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = crate::source::Findings::default();
    let stack = super::load(&mut sources, file, &inputs(), &kinds, &[], &mut findings).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!((stack.declarations.len(), stack.outputs.len(), stack.secrets.len()), (13, 3, 1));
}

#[test]
fn environments_without_a_name_are_not_listed() {
    insta::assert_snapshot!(loaded("environments: { '*': { region: eu-west-1 } }\n").drawn(), @"
    error[environment]: this stack has environments: say which one is meant
     --> stack.yaml:2:1
      |
    2 | environments: { '*': { region: eu-west-1 } }
      | ^^^^^^^^^^^^
      |
      = help: give `--env NAME`

    1 error
    ");
}

#[test]
fn a_null_in_an_environment_that_takes_nothing_away_is_worth_a_word() {
    let text = "queues: { orders: { delay: 5s }, other: {} }\nenvironments:\n  prod: { queues: { ordrs: null, other: null, orders: { delay: null } } }\n";
    insta::assert_snapshot!(with_env(&format!("stack: shop\n{text}"), "prod").drawn(), @"
    warning[nothing_to_remove]: there is no `ordrs` that null could take away; did you mean `orders`?
     --> stack.yaml:4:21
      |
    4 |   prod: { queues: { ordrs: null, other: null, orders: { delay: null } } }
      |                     ^^^^^
      |
      = help: write `{}` to add something of nothing but defaults

    1 warning
    ");
}
