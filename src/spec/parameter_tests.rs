use secrecy::ExposeSecret;

use super::super::inputs::{Inputs, Mode};
use super::super::outside::read_secret;
use super::super::testing::{inputs, loaded, loaded_with, with_params, with_variables};
use crate::engine::Value;

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
    6 |   key: { secret: true, default: * }
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

    error[missing_parameter]: the parameter `c` has no value
     --> stack.yaml:5:3
      |
    5 |   c: { from: 'ssm:/x' }
      |   ^
      |
      = help: put the parameter /x into the Parameter Store of this account and region, or give `--param c=VALUE` or a file with `--params`; offline its `default` stands, and nobody is asked

    error[bad_source]: `CARRIER` is no source
     --> stack.yaml:6:14
      |
    6 |   d: { from: CARRIER }
      |              ^^^^^^^
      |
      = help: write `env:NAME`, `file:PATH`, `ssm:NAME`, `secretsmanager:NAME#KEY`, `cloudformation:STACK.OUTPUT`, `export:NAME` or `stack:NAME/ADDRESS.OUTPUT`

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
    10 |   h: { secret: yes, default: * }
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
