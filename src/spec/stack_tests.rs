use secrecy::ExposeSecret;

use super::super::inputs::{Inputs, Mode};
use super::super::parameter::read_secret;
use super::super::testing::{Loaded, inputs, loaded, loaded_with};
use crate::engine::Value;
use crate::source::Node;

fn with_env(text: &str, env: &str) -> Loaded {
    loaded_with(text, &Inputs { env: Some(env.into()), ..inputs() })
}

fn with_params(rest: &str, params: &[(&str, &str)]) -> Loaded {
    let params = params.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    loaded_with(&format!("stack: shop\n{rest}"), &Inputs { params, ..inputs() })
}

fn with_variables(rest: &str, mode: Mode, variables: &'static [(&'static str, &'static str)]) -> Loaded {
    let environment = move |wanted: &str| {
        let found = variables.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, text)| (*text).to_owned())
    };
    let inputs = Inputs { environment: Box::new(environment), mode, ..inputs() };
    loaded_with(&format!("stack: shop\n{rest}"), &inputs)
}

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

    error[not_built]: `tests` at the top level is not part of this version
     --> stack.yaml:6:1
      |
    6 | tests: []
      | ^^^^^

    error[not_built]: `retry` at the top level is not part of this version
     --> stack.yaml:7:1
      |
    7 | retry: {}
      | ^^^^^

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

    11 errors
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

const TYPED: &str = "\
parameters:
  size: { type: number, default: 3 }
  on: bool
  api: { type: url }
  names: { type: list }
  partners: { type: map, of: { api: url, at: string } }
queues:
  q: { size: '${parameters.size}', api: 'x-${parameters.partners.acme.at}-${parameters.on}' }
";

#[test]
fn parameters_have_types_and_come_from_the_command_line() {
    let given = [
        ("on", "true"),
        ("api", "https://x"),
        ("names", "[a, b]"),
        ("partners", "acme: { api: 'https://acme', at: 7 }"),
    ];
    let mut loaded = with_params(TYPED, &given);
    assert_eq!(loaded.text("api").unwrap().as_str(), Some("x-7-true"));
    assert_eq!(loaded.text("size"), Some(3.into()));
    loaded.good();
}

#[test]
fn a_value_of_another_type_is_said_at_the_declaration() {
    let given = [
        ("size", "large"),
        ("on", "yes"),
        ("api", "ftp://x"),
        ("names", "a: ["),
        ("partners", "acme: { api: 'https://acme', att: 7 }"),
        ("prtners", "x"),
    ];
    insta::assert_snapshot!(with_params(TYPED, &given).drawn(), @"
    error[unknown_parameter]: --param: the stack has no parameter `prtners`; did you mean `partners`?

    error[wrong_shape]: `size` is a string, not a number
     --> stack.yaml:3:3
      |
    3 |   size: { type: number, default: 3 }
      |   ^^^^ its value comes from --param

    error[wrong_shape]: `on` is a string, not true or false
     --> stack.yaml:4:3
      |
    4 |   on: bool
      |   ^^ its value comes from --param

    error[wrong_shape]: `api` is no URL
     --> stack.yaml:5:3
      |
    5 |   api: { type: url }
      |   ^^^ its value comes from --param
      |
      = help: write one that begins with `https://`

    error[bad_value]: the parameter `names` (from --param) is no YAML
     --> stack.yaml:6:3
      |
    6 |   names: { type: list }
      |   ^^^^^

    error[missing_key]: `partners.acme` lacks `at`
     --> stack.yaml:7:3
      |
    7 |   partners: { type: map, of: { api: url, at: string } }
      |   ^^^^^^^^ its value comes from --param

    error[unknown_key]: `partners.acme` has no `att` by its type; did you mean `at`?
     --> stack.yaml:7:3
      |
    7 |   partners: { type: map, of: { api: url, at: string } }
      |   ^^^^^^^^ its value comes from --param

    7 errors
    ");
}

#[test]
fn a_parameter_without_a_value_says_how_to_give_it() {
    let text = "\
parameters:
  plain:
  host: { from: 'env:HOST', default: h }
  doc: { from: 'file:doc.txt' }
  key: { secret: true, default: k }
";
    insta::assert_snapshot!(with_variables(text, Mode::Live, &[]).drawn(), @"
    error[missing_parameter]: the parameter `plain` has no value
     --> stack.yaml:3:3
      |
    3 |   plain:
      |   ^^^^^
      |
      = help: give `--param plain=VALUE` or a file with `--params`

    error[missing_parameter]: the parameter `host` has no value
     --> stack.yaml:4:3
      |
    4 |   host: { from: 'env:HOST', default: h }
      |   ^^^^
      |
      = help: set the environment variable HOST, or give `--param host=VALUE` or a file with `--params`; its default stands only offline and under --local

    error[missing_parameter]: the parameter `doc` has no value
     --> stack.yaml:5:3
      |
    5 |   doc: { from: 'file:doc.txt' }
      |   ^^^
      |
      = help: write the file doc.txt, or give `--param doc=VALUE` or a file with `--params`

    error[missing_parameter]: the parameter `key` has no value
     --> stack.yaml:6:3
      |
    6 |   key: { secret: true, default: k }
      |   ^^^
      |
      = help: give `--param key=VALUE` or a file with `--params`; its default stands only offline and under --local

    4 errors
    ");
}

#[test]
fn what_is_wrong_with_a_declaration_is_said_in_one_run() {
    let text = "\
parameters:
  a: { type: strng }
  b: { typ: string, default: x }
  c: { from: 'ssm:/x' }
  d: { from: CARRIER }
  e: { type: string, of: string, default: x }
  f: { of: string, default: x }
  g: { type: number, secret: true }
  h: { secret: yes, default: x }
  i: { default: '${parameters.b}' }
  j: { default: '${queues.q.arn}' }
  k: boolean
";
    insta::assert_snapshot!(loaded(text).drawn(), @"
    error[bad_type]: `strng` is no type; did you mean `string`?
     --> stack.yaml:3:14
      |
    3 |   a: { type: strng }
      |              ^^^^^
      |
      = help: one of string, number, bool, url, list, map

    error[unknown_key]: unknown key `typ`; did you mean `type`?
     --> stack.yaml:4:8
      |
    4 |   b: { typ: string, default: x }
      |        ^^^

    error[not_built]: the source `ssm:` is not part of this version
     --> stack.yaml:5:14
      |
    5 |   c: { from: 'ssm:/x' }
      |              ^^^^^^^^
      |
      = help: read it from `env:NAME` or `file:PATH`, or leave `from` out and give `--param`

    error[bad_source]: `CARRIER` is no source
     --> stack.yaml:6:14
      |
    6 |   d: { from: CARRIER }
      |              ^^^^^^^
      |
      = help: write `env:NAME` or `file:PATH`

    error[bad_type]: a string has no members: `of` stands beside `list` and `map`
     --> stack.yaml:7:26
      |
    7 |   e: { type: string, of: string, default: x }
      |                          ^^^^^^

    error[bad_type]: `of` stands beside `type: list` or `type: map`
     --> stack.yaml:8:12
      |
    8 |   f: { of: string, default: x }
      |            ^^^^^^

    error[bad_type]: a secret is text
     --> stack.yaml:9:3
      |
    9 |   g: { type: number, secret: true }
      |   ^

    error[wrong_shape]: expected true or false, found a string
      --> stack.yaml:10:16
       |
    10 |   h: { secret: yes, default: x }
       |                ^^^

    error[bad_reference]: a parameter's default cannot refer to parameters
      --> stack.yaml:11:18
       |
    11 |   i: { default: '${parameters.b}' }
       |                  ^^^^^^^^^^^^^^^

    error[bad_reference]: `${queues.q.arn}` cannot stand here: this must be known before there are resources
      --> stack.yaml:12:18
       |
    12 |   j: { default: '${queues.q.arn}' }
       |                  ^^^^^^^^^^^^^^^

    error[bad_type]: `boolean` is no type; it is called `bool` here
      --> stack.yaml:13:6
       |
    13 |   k: boolean
       |      ^^^^^^^
       |
       = help: one of string, number, bool, url, list, map

    11 errors
    ");
}

#[test]
fn defaults_stand_where_the_language_says() {
    const TEXT: &str = "parameters: { host: { from: 'env:HOST', default: here } }\nqueues: { q: { host: '${parameters.host}' } }";
    let host = |mode, variables| {
        let mut loaded = with_variables(TEXT, mode, variables);
        let value = loaded.text("host").and_then(|value| value.as_str().map(str::to_owned));
        value.unwrap_or_else(|| loaded.messages().concat())
    };
    const SET: &[(&str, &str)] = &[("HOST", "there")];
    assert_eq!(host(Mode::Offline, SET), "here");
    assert_eq!(host(Mode::Local, SET), "there");
    assert_eq!(host(Mode::Local, &[]), "here");
    assert_eq!(host(Mode::Live, SET), "there");
    assert_eq!(host(Mode::Live, &[]), "the parameter `host` has no value");
}

#[test]
fn values_from_outside_mean_themselves() {
    let text =
        "parameters: { a: , b: string }\nqueues: { q: { a: '${parameters.a}', b: '<${parameters.b}>' } }";
    let mut loaded = with_params(text, &[("a", "${env.name}"), ("b", "$${x} ${y")]);
    assert_eq!(loaded.text("a").unwrap().as_str(), Some("${env.name}"));
    assert_eq!(loaded.text("b").unwrap().as_str(), Some("<$${x} ${y>"));
    loaded.good();
}

#[test]
fn a_file_of_parameters_is_yaml_or_json_and_its_lines_are_never_shown() {
    let text = "stack: shop\nparameters: { a: number, b: string, pw: { secret: true } }\nqueues: { q: { a: '${parameters.a}', b: '${parameters.b}' } }";
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let given = |files: Vec<(String, String)>| {
        loaded_with(
            text,
            &Inputs { params_files: files, params: vec![("b".into(), "flag".into())], ..inputs() },
        )
    };
    let mut loaded =
        given(vec![file("a.json", r#"{"a": 1, "b": "x", "pw": "hunter2"}"#), file("b.yaml", "a: 2\n")]);
    assert_eq!(loaded.text("a"), Some(2.into()));
    assert_eq!(loaded.text("b"), Some("flag".into()));
    loaded.good();
    let wrong = given(vec![
        file("p.yaml", "a: hunter2\npww: hunter2\n"),
        file("q.yaml", "pw: *hunter2\n"),
        file("r.yaml", "pw: [hunter2\n"),
        file("s.yaml", "hunter2"),
    ]);
    assert!(!wrong.drawn().contains("hunter2"));
    insta::assert_snapshot!(wrong.drawn(), @"
    error[bad_params_file]: q.yaml:1:5: the file of parameters cannot be read (unknown_alias)

    error[bad_params_file]: r.yaml:1:5: the file of parameters cannot be read (syntax)

    error[bad_params_file]: s.yaml: expected a map of parameters, found a string

    error[unknown_parameter]: p.yaml: the stack has no parameter `pww`; did you mean `pw`?

    error[wrong_shape]: `a` is a string, not a number
     --> stack.yaml:2:15
      |
    2 | parameters: { a: number, b: string, pw: { secret: true } }
      |               ^ its value comes from p.yaml

    error[missing_parameter]: the parameter `pw` has no value
     --> stack.yaml:2:37
      |
    2 | parameters: { a: number, b: string, pw: { secret: true } }
      |                                     ^^
      |
      = help: give `--param pw=VALUE` or a file with `--params`

    6 errors
    ");
}

const SECRET: &str = "\
parameters: { pw: { from: 'env:PW', secret: true, default: local-only, version: 2 } }
queues: { q: { pw: '${parameters.pw}', header: 'Basic ${parameters.pw}' } }
";

#[test]
fn a_secret_is_kept_by_source_and_version_and_read_only_when_asked_for() {
    let mut loaded = with_variables(SECRET, Mode::Live, &[]);
    let Some(Value::Secret(secret)) = loaded.text("pw") else { panic!() };
    assert_eq!(secret.sources().next().unwrap().version, "2");
    let Some(Value::Secret(header)) = loaded.text("header") else { panic!() };
    assert_eq!(header.sources().count(), 1);
    let stack = loaded.good();
    assert!(!format!("{:?}", stack.secrets).contains("hunter2"));
    let live = |set: bool| Inputs {
        mode: Mode::Live,
        environment: Box::new(move |_| set.then(|| "hunter2".to_owned())),
        ..inputs()
    };
    assert_eq!(read_secret(&live(true), &stack.secrets[0]).unwrap().expose_secret(), "hunter2");
    let why = read_secret(&live(false), &stack.secrets[0]).unwrap_err();
    assert_eq!(why, "the secret parameter `pw` has no value: the environment variable PW is not set");
}

#[test]
fn locally_a_secrets_default_stands_and_belongs_to_its_version() {
    let version =
        |text: &str, mode, variables| with_variables(text, mode, variables).good().secrets.remove(0).version;
    let other = SECRET.replace("local-only", "another");
    assert_eq!(version(SECRET, Mode::Local, &[("PW", "x")]), "2");
    assert_eq!(version(SECRET, Mode::Offline, &[]), "2");
    assert!(version(SECRET, Mode::Local, &[]).starts_with("2+"));
    assert_ne!(version(SECRET, Mode::Local, &[]), version(&other, Mode::Local, &[]));
    let local = with_variables(SECRET, Mode::Local, &[]).good();
    let read = read_secret(&Inputs { mode: Mode::Local, ..inputs() }, &local.secrets[0]);
    assert_eq!(read.unwrap().expose_secret(), "local-only");
}

#[test]
fn a_secret_from_the_command_line_or_a_file_of_parameters_is_found_again() {
    let text = "stack: shop\nparameters: { pw: { secret: true } }";
    let flag = || Inputs { params: vec![("pw".into(), "one".into())], mode: Mode::Live, ..inputs() };
    let file = || Inputs { params_files: vec![("p".into(), "pw: two".into())], mode: Mode::Live, ..inputs() };
    for (inputs, content) in [(flag(), "one"), (file(), "two")] {
        let stack = loaded_with(text, &inputs).good();
        assert_eq!(read_secret(&inputs, &stack.secrets[0]).unwrap().expose_secret(), content);
    }
}

#[test]
fn a_file_gives_its_text_without_its_last_line_break() {
    let read = |content: &'static [u8]| {
        let inputs = Inputs {
            mode: Mode::Live,
            read_file: Box::new(move |path| {
                assert_eq!(path, std::path::Path::new("/stack/a.txt"));
                Ok(content.to_vec())
            }),
            ..inputs()
        };
        let text = "stack: shop\nparameters: { a: { from: 'file:a.txt' } }\nqueues: { q: { a: '<${parameters.a}>' } }";
        let mut loaded = loaded_with(text, &inputs);
        let value = loaded.text("a").and_then(|value| value.as_str().map(str::to_owned));
        value.unwrap_or_else(|| loaded.messages().concat())
    };
    assert_eq!(read(b"one\n"), "<one>");
    assert_eq!(read(b"one\r\n"), "<one>");
    assert_eq!(read(b"one\n\n"), "<one\n>");
    assert_eq!(read(b"\xff"), "the parameter `a` cannot be read: file:a.txt is no UTF-8 text");
}

const COMPONENTS: &str = "\
parameters:
  partners: { type: map, of: { api: url, at: string }, default: { acme: { api: 'https://a', at: x }, ben-1: { api: 'https://b', at: y } } }
  pw: { from: 'env:PW', secret: true }
components:
  crm:
    for_each: ${parameters.partners}
    parameters:
      where: { type: url }
      password: { secret: true }
      label: { default: 'at-${each.key}' }
    with: { where: '${each.value.api}/v1', password: '${parameters.pw}' }
    queues:
      q: { where: '${parameters.where}', key: '${each.key}', label: '${parameters.label}', pw: '${parameters.password}', at: '${each.value.at}' }
  one: { queues: { lonely: } }
  none: { for_each: [], queues: { never: } }
queues:
  q: { other: '${components.crm.ben-1.queues.q.url}' }
";

#[test]
fn a_component_repeats_its_resources_for_each_of_its_instances() {
    let loaded = loaded(COMPONENTS);
    assert_eq!(
        loaded.addresses(),
        ["queues.q", "crm.acme.queues.q", "crm.ben-1.queues.q", "one.main.queues.lonely"]
    );
    let stack = loaded.good();
    let text = |address: &str, key: &str| {
        let declaration = stack.declarations.iter().find(|d| d.address.to_string() == address).unwrap();
        let mut findings = Default::default();
        let node: Node = declaration.scope.see(declaration.node.get(key).unwrap(), &mut findings);
        let resolve = super::super::testing::Known::of(&stack);
        declaration.scope.text(&node, super::Manner::Own, &resolve, &mut findings).unwrap()
    };
    assert_eq!(text("crm.ben-1.queues.q", "where").as_str(), Some("https://b/v1"));
    assert_eq!(text("crm.acme.queues.q", "label").as_str(), Some("at-acme"));
    assert_eq!(text("crm.acme.queues.q", "at").as_str(), Some("x"));
    assert!(matches!(text("crm.acme.queues.q", "pw"), Value::Secret(_)));
    let other = text("queues.q", "other");
    assert_eq!(format!("{other:?}"), "Unknown(${crm.ben-1.queues.q.url})");
}

#[test]
fn what_is_wrong_with_components_is_said_at_its_place() {
    let text = "\
parameters: { n: { type: number, default: 3 }, list: { type: list, default: [a, a, 'b c', d] } }
components:
  file: { source: components/pms.yaml }
  count: { for_each: '${parameters.n}', queues: { q: } }
  twice: { for_each: '${parameters.list}', queues: { q: } }
  maps: { for_each: [{ a: 1 }], queues: { q: } }
  later: { for_each: '${queues.q.arn}', queues: { q: } }
  lacking: { parameters: { a: string, b: { from: 'env:B' } }, with: { c: 1 }, queue: { q: } }
  open: { parameters: { pw: { secret: true } }, with: { pw: hunter2 } }
  text: 5
";
    insta::assert_snapshot!(loaded(text).drawn(), @"
    error[duplicate_key]: `a` stands twice in `for_each`
     --> stack.yaml:2:81
      |
    2 | parameters: { n: { type: number, default: 3 }, list: { type: list, default: [a, a, 'b c', d] } }
      |                                                                                 ^

    error[bad_name]: `b c` cannot be a key of `for_each`
     --> stack.yaml:2:84
      |
    2 | parameters: { n: { type: number, default: 3 }, list: { type: list, default: [a, a, 'b c', d] } }
      |                                                                                    ^^^^^
      |
      = help: a letter or digit, then letters, digits, `-` and `_`, at most 64 characters

    error[not_built]: components from other files are not part of this version
     --> stack.yaml:4:11
      |
    4 |   file: { source: components/pms.yaml }
      |           ^^^^^^

    error[wrong_shape]: expected a map or a list of text, found a number
     --> stack.yaml:5:22
      |
    5 |   count: { for_each: '${parameters.n}', queues: { q: } }
      |                      ^^^^^^^^^^^^^^^^^

    error[wrong_shape]: expected text, found a map
     --> stack.yaml:7:22
      |
    7 |   maps: { for_each: [{ a: 1 }], queues: { q: } }
      |                      ^
      |
      = help: a list in `for_each` is one of text; use a map for more

    error[bad_reference]: `${queues.q.arn}` cannot stand here: this must be known before there are resources
     --> stack.yaml:8:23
      |
    8 |   later: { for_each: '${queues.q.arn}', queues: { q: } }
      |                       ^^^^^^^^^^^^^^^

    error[missing_parameter]: the component's parameter `a` has no value
     --> stack.yaml:9:28
      |
    9 |   lacking: { parameters: { a: string, b: { from: 'env:B' } }, with: { c: 1 }, queue: { q: } }
      |                            ^
      |
      = help: give it: `with: { a: … }`

    error[unknown_key]: `from` stands in the stack's parameters; a component's are given by `with`
     --> stack.yaml:9:44
      |
    9 |   lacking: { parameters: { a: string, b: { from: 'env:B' } }, with: { c: 1 }, queue: { q: } }
      |                                            ^^^^

    error[unknown_parameter]: the component has no parameter `c`
     --> stack.yaml:9:71
      |
    9 |   lacking: { parameters: { a: string, b: { from: 'env:B' } }, with: { c: 1 }, queue: { q: } }
      |                                                                       ^

    error[unknown_key]: unknown key `queue`; did you mean `queues`?
     --> stack.yaml:9:79
      |
    9 |   lacking: { parameters: { a: string, b: { from: 'env:B' } }, with: { c: 1 }, queue: { q: } }
      |                                                                               ^^^^^

    error[secret_in_file]: `pw` is secret, and a secret is never text in the file
      --> stack.yaml:10:61
       |
    10 |   open: { parameters: { pw: { secret: true } }, with: { pw: hunter2 } }
       |                                                             ^^^^^^^
       |
       = help: give it a secret parameter of the stack

    error[wrong_shape]: expected a component (a map), found a number
      --> stack.yaml:11:9
       |
    11 |   text: 5
       |         ^

    12 errors
    ");
}

#[test]
fn what_repeats_is_bounded() {
    let many: Vec<String> = (0..10_001).map(|i| format!("i{i}")).collect();
    let text = format!("components: {{ c: {{ for_each: [{}], queues: {{ q: }} }} }}", many.join(", "));
    assert_eq!(loaded(&text).messages(), ["10001 instances; a component has at most 10000"]);
    let keys: Vec<String> = (0..11).map(|i| format!("k{i}: ")).collect();
    let text = format!(
        "components: {{ c: {{ for_each: [{}], queues: {{ {} }} }} }}",
        many[1..].join(", "),
        keys.join(", ")
    );
    assert_eq!(loaded(&text).messages(), ["the stack declares more than 100000 resources"]);
    let big = "x".repeat(1 << 20);
    let uses = "${each.value}".repeat(20);
    let text = format!(
        "parameters: {{ p: {{ default: '{big}' }} }}\ncomponents: {{ c: {{ for_each: [{}], parameters: {{ a: string }}, with: {{ a: '{}' }}, queues: {{ q: }} }} }}",
        many[1..20].join(", "),
        uses.replace("each.value", "parameters.p")
    );
    assert_eq!(loaded(&text).messages().len(), 1);
}

#[test]
fn outputs_keep_their_place_and_their_order() {
    let stack = loaded("outputs: { b: '${queues.q.url}', a: x }\nqueues: { q: }").good();
    assert_eq!(stack.outputs.iter().map(|output| output.name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(loaded("outputs: [a]").messages(), ["expected a map of outputs, found a list"]);
}
