use super::super::inputs::{Inputs, Mode};
use super::super::outside::{Source, read_secret, store_of};
use super::super::testing::{Loaded, inputs, loaded_with};
use super::*;

const STACK: &str = "\
stack: shop
parameters:
  size: { from: 'ssm:/shop/size', type: number, default: 1 }
  zones: { from: 'ssm:/shop/zones', type: list, default: [z] }
  pass: { from: 'ssm:/shop/pass', default: offline }
  key: { from: 'secretsmanager:shop#key', default: offline }
  open: { from: 'secretsmanager:shop#user', secret: false, default: nobody }
queues: { q: { size: '${parameters.size}', zones: '${parameters.zones}', pass: '${parameters.pass}', key: '${parameters.key}', open: '${parameters.open}' } }
";

fn ssm(name: &str) -> Source {
    Source::Ssm(name.into())
}

fn member(key: &str) -> Source {
    Source::SecretsManager { name: "shop".into(), key: Some(key.into()) }
}

fn found(version: &str, secure: bool, value: Option<&str>) -> Answer {
    let value = value.map(|text| StoredValue::Text(text.into()));
    Answer::Found(Stored { version: version.into(), secure, value })
}

fn answers() -> Answers {
    let zones = StoredValue::List(vec!["a".into(), "b".into()]);
    [
        (ssm("/shop/size"), found("1", false, Some("7"))),
        (
            ssm("/shop/zones"),
            Answer::Found(Stored { version: "1".into(), secure: false, value: Some(zones) }),
        ),
        (ssm("/shop/pass"), found("3", true, None)),
        (member("key"), found("0123-4567", true, None)),
        (member("user"), found("0123-4567", true, Some("admin"))),
    ]
    .into()
}

fn of(mode: Mode, stores: Option<Answers>) -> (Loaded, Inputs) {
    let inputs = Inputs { mode, stores, ..inputs() };
    (loaded_with(STACK, &inputs), inputs)
}

fn version(loaded: &Loaded, name: &str) -> String {
    let stack = loaded.stack.as_ref().unwrap();
    stack.secrets.iter().find(|secret| secret.name == name).unwrap().version.clone()
}

#[test]
fn what_a_store_has_stands_and_secure_values_are_secrets_of_the_stores_version() {
    let (mut loaded, inputs) = of(Mode::Live, Some(answers()));
    assert_eq!(loaded.drawn(), "");
    let shown = |value: Option<crate::engine::Value>| value.unwrap().to_shown_json().to_string();
    assert_eq!(shown(loaded.text("size")), "7");
    assert_eq!(loaded.document("zones").to_shown_json().to_string(), r#"["a","b"]"#);
    assert_eq!(shown(loaded.text("open")), r#""admin""#);
    assert!(loaded.text("pass").unwrap().has_secret() && loaded.text("key").unwrap().has_secret());
    assert_eq!((version(&loaded, "pass").as_str(), version(&loaded, "key").as_str()), ("3", "0123-4567"));
    let secret = &loaded.stack.as_ref().unwrap().secrets[0];
    assert_eq!(store_of(&inputs, secret), Some(&ssm("/shop/pass")));
}

#[test]
fn a_store_is_asked_before_a_plan_and_until_then_and_offline_defaults_stand() {
    let (mut loaded, _) = of(Mode::Live, None);
    assert_eq!(loaded.drawn(), "");
    let wanted = loaded.stack.as_ref().unwrap().wanted.clone();
    let names: Vec<String> =
        wanted.iter().map(|one| format!("{}{}", one.source, if one.open { " open" } else { "" })).collect();
    assert_eq!(
        names,
        [
            "ssm:/shop/size",
            "ssm:/shop/zones",
            "ssm:/shop/pass",
            "secretsmanager:shop#key",
            "secretsmanager:shop#user open"
        ]
    );
    assert_eq!(loaded.text("size").unwrap().to_shown_json().to_string(), "1");
    let (mut offline, _) = of(Mode::Offline, None);
    assert_eq!(offline.text("open").unwrap().as_str(), Some("nobody"));
    assert_eq!(offline.drawn(), "");
}

#[test]
fn under_local_a_default_stands_where_the_store_has_nothing_and_in_earnest_it_does_not() {
    let absent: Answers = answers().into_keys().map(|source| (source, Answer::Absent)).collect();
    let (mut local, inputs) = of(Mode::Local, Some(absent.clone()));
    assert_eq!(local.drawn(), "");
    assert_eq!(local.text("size").unwrap().to_shown_json().to_string(), "1");
    assert!(version(&local, "key").starts_with("1+"));
    let secret = local.stack.as_ref().unwrap().secrets.iter().find(|secret| secret.name == "key").unwrap();
    assert_eq!(store_of(&inputs, secret), None);
    use secrecy::ExposeSecret;
    assert_eq!(read_secret(&inputs, secret).unwrap().expose_secret(), "offline");
    let (live, _) = of(Mode::Live, Some(absent));
    insta::assert_snapshot!(live.drawn(), @"
    error[missing_parameter]: the parameter `size` has no value
     --> stack.yaml:3:3
      |
    3 |   size: { from: 'ssm:/shop/size', type: number, default: 1 }
      |   ^^^^
      |
      = help: put the parameter /shop/size into the Parameter Store of this account and region, or give `--param size=VALUE` or a file with `--params`; its default stands only offline and under --local

    error[missing_parameter]: the parameter `zones` has no value
     --> stack.yaml:4:3
      |
    4 |   zones: { from: 'ssm:/shop/zones', type: list, default: [z] }
      |   ^^^^^
      |
      = help: put the parameter /shop/zones into the Parameter Store of this account and region, or give `--param zones=VALUE` or a file with `--params`; its default stands only offline and under --local

    error[missing_parameter]: the parameter `pass` has no value
     --> stack.yaml:5:3
      |
    5 |   pass: { from: 'ssm:/shop/pass', default: offline }
      |   ^^^^
      |
      = help: put the parameter /shop/pass into the Parameter Store of this account and region, or give `--param pass=VALUE` or a file with `--params`; its default stands only offline and under --local

    error[missing_parameter]: the parameter `key` has no value
     --> stack.yaml:6:3
      |
    6 |   key: { from: 'secretsmanager:shop#key', default: ******* }
      |   ^^^
      |
      = help: make the secret shop in Secrets Manager in this account and region, with JSON text that has `key`, or give `--param key=VALUE` or a file with `--params`; its default stands only offline and under --local

    error[missing_parameter]: the parameter `open` has no value
     --> stack.yaml:7:3
      |
    7 |   open: { from: 'secretsmanager:shop#user', secret: false, default: nobody }
      |   ^^^^
      |
      = help: make the secret shop in Secrets Manager in this account and region, with JSON text that has `user`, or give `--param open=VALUE` or a file with `--params`; its default stands only offline and under --local

    5 errors
    ");
}

#[test]
fn what_other_stacks_have_is_asked_for_and_is_no_secret() {
    for text in [
        "cloudformation:platform.BusArn",
        "export:bus-arn",
        "stack:platform/buses.orders.arn",
        "stack:base/cloudformation_stacks.c.outputs.Url",
        "stack:base/crm.acme.cloudformation_stacks.c.outputs.Url",
        "stack:base/rules.r/permission/rules.x.arn",
    ] {
        let source = Source::parse(text).unwrap();
        assert_eq!(source.to_string(), text);
        assert!(source.is_stored() && !source.keeps_secrets());
    }
    for text in [
        "cloudformation:platform",
        "cloudformation:.x",
        "export:",
        "stack:platform",
        "stack:/buses.orders.arn",
        "stack:platform/arn",
        "stack:platform/buses.orders",
        "stack:platform/buses.orders.",
        "stack:platform/buses.orders.outputs.",
    ] {
        assert!(Source::parse(text).is_none(), "{text}");
    }
    let Some(Source::Stack { address, output, .. }) =
        Source::parse("stack:base/cloudformation_stacks.c.outputs.Url")
    else {
        panic!("no source of a stack");
    };
    assert_eq!((address.to_string().as_str(), output.as_str()), ("cloudformation_stacks.c", "outputs.Url"));
    let stack = |more: &str| {
        format!(
            "stack: shop\nparameters: {{ bus: {{ from: 'stack:platform/buses.orders.arn'{more} }} }}\nqueues: {{ q: {{ bus: '${{parameters.bus}}' }} }}\n"
        )
    };
    let answers: Answers =
        [(Source::parse("stack:platform/buses.orders.arn").unwrap(), found("", false, Some("arn:bus")))]
            .into();
    let inputs = Inputs { mode: Mode::Live, stores: Some(answers), ..inputs() };
    let mut loaded = loaded_with(&stack(""), &inputs);
    assert_eq!(loaded.drawn(), "");
    assert_eq!(loaded.text("bus").unwrap().as_str(), Some("arn:bus"));
    let drawn = loaded_with(&stack(", secret: true"), &inputs).drawn();
    assert!(drawn.contains("shows what it has, so no secret comes from there"), "{drawn}");
    let drawn = loaded_with(&stack(", version: '2'"), &inputs).drawn();
    assert!(drawn.contains("`version` says which one a secret is"), "{drawn}");
}

#[test]
fn a_store_that_refuses_is_said_at_the_parameter_with_what_to_do() {
    let refused = Answer::Refused("ssm:GetParameters: AccessDeniedException: no".into());
    let stores = [(ssm("/shop/size"), refused.clone()), (member("key"), refused)].into_iter();
    let stores: Answers = answers().into_iter().chain(stores).collect();
    let (loaded, _) = of(Mode::Live, Some(stores));
    insta::assert_snapshot!(loaded.drawn(), @"
    error[bad_source]: the parameter `size` cannot be read from ssm:/shop/size: ssm:GetParameters: AccessDeniedException: no
     --> stack.yaml:3:3
      |
    3 |   size: { from: 'ssm:/shop/size', type: number, default: 1 }
      |   ^^^^
      |
      = help: let this run read it, or give `--param size=VALUE`

    error[bad_source]: the parameter `key` cannot be read from secretsmanager:shop#key: ssm:GetParameters: AccessDeniedException: no
     --> stack.yaml:6:3
      |
    6 |   key: { from: 'secretsmanager:shop#key', default: ******* }
      |   ^^^
      |
      = help: let this run read it, or give `--param key=VALUE`

    2 errors
    ");
}

#[test]
fn a_given_value_is_asked_for_no_more_than_whether_it_is_a_secret() {
    let given = |stores| Inputs {
        mode: Mode::Live,
        stores,
        params: vec![
            ("pass".into(), "hunter2".into()),
            ("key".into(), "x".into()),
            ("size".into(), "9".into()),
        ],
        ..inputs()
    };
    let first = loaded_with(STACK, &given(None));
    let wanted = first.stack.as_ref().unwrap().wanted.iter().map(|one| one.source.to_string());
    assert_eq!(
        wanted.collect::<Vec<_>>(),
        ["ssm:/shop/size", "ssm:/shop/zones", "ssm:/shop/pass", "secretsmanager:shop#user"]
    );
    let inputs = given(Some(answers()));
    let mut loaded = loaded_with(STACK, &inputs);
    assert!(loaded.text("pass").unwrap().has_secret());
    assert_eq!(loaded.text("size").unwrap().to_shown_json().to_string(), "9");
    let secrets = &loaded.stack.as_ref().unwrap().secrets;
    assert!(secrets.iter().all(|secret| store_of(&inputs, secret).is_none()));
}

#[test]
fn what_is_wrong_with_a_source_in_a_store_is_said() {
    let text = "stack: shop\nparameters:\n  a: { from: 'ssm:' }\n  b: { from: 'secretsmanager:x#' }\n  c: { from: 'secretsmanager:x', version: '2' }\n  d: { from: 'secretsmanager:x', type: number }\n  e: { from: 'ssm:/e' }\n";
    insta::assert_snapshot!(loaded_with(text, &inputs()).drawn(), @"
    error[bad_source]: `ssm:` is no source
     --> stack.yaml:3:14
      |
    3 |   a: { from: 'ssm:' }
      |              ^^^^^^
      |
      = help: write `env:NAME`, `file:PATH`, `ssm:NAME`, `secretsmanager:NAME#KEY`, `cloudformation:STACK.OUTPUT`, `export:NAME` or `stack:NAME/ADDRESS.OUTPUT`

    error[bad_source]: `secretsmanager:x#` is no source
     --> stack.yaml:4:14
      |
    4 |   b: { from: 'secretsmanager:x#' }
      |              ^^^^^^^^^^^^^^^^^^^
      |
      = help: write `env:NAME`, `file:PATH`, `ssm:NAME`, `secretsmanager:NAME#KEY`, `cloudformation:STACK.OUTPUT`, `export:NAME` or `stack:NAME/ADDRESS.OUTPUT`

    error[unknown_key]: `secretsmanager:x` has versions of its own
     --> stack.yaml:5:43
      |
    5 |   c: { from: 'secretsmanager:x', version: '2' }
      |                                           ^^^
      |
      = help: take `version` away

    error[bad_type]: a secret is text
     --> stack.yaml:6:3
      |
    6 |   d: { from: 'secretsmanager:x', type: number }
      |   ^
      |
      = help: what Secrets Manager has is one; write `secret: false` if it may be shown

    error[missing_parameter]: the parameter `e` has no value
     --> stack.yaml:7:3
      |
    7 |   e: { from: 'ssm:/e' }
      |   ^
      |
      = help: put the parameter /e into the Parameter Store of this account and region, or give `--param e=VALUE` or a file with `--params`; offline its `default` stands, and nobody is asked

    5 errors
    ");
    let text = "stack: shop\nparameters: { m: { from: 'ssm:/m', type: map, of: string } }\n";
    let stores = Some([(ssm("/m"), found("1", true, None))].into());
    let loaded = loaded_with(text, &Inputs { mode: Mode::Live, stores, ..inputs() });
    insta::assert_snapshot!(loaded.drawn(), @"
    error[bad_type]: `m` is a secret where it is kept, and a secret is text
     --> stack.yaml:2:15
      |
    2 | parameters: { m: { from: 'ssm:/m', type: map, of: string } }
      |               ^
      |
      = help: write `secret: false` if it may be shown

    1 error
    ");
}
