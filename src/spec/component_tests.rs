use super::super::scope::Manner;
use super::super::testing::{Known, inputs, loaded, loaded_with};
use crate::engine::Value;
use crate::source::Node;

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
        let resolve = Known::of(&stack);
        declaration.scope.text(&node, Manner::Own, &resolve, &mut findings).unwrap()
    };
    assert_eq!(text("crm.ben-1.queues.q", "where").as_str(), Some("https://b/v1"));
    assert_eq!(text("crm.acme.queues.q", "label").as_str(), Some("at-acme"));
    assert_eq!(text("crm.acme.queues.q", "at").as_str(), Some("x"));
    assert!(matches!(text("crm.acme.queues.q", "pw"), Value::Secret(_)));
    let other = text("queues.q", "other");
    assert_eq!(format!("{other:?}"), "Unknown(${crm.ben-1.queues.q.url})");
}

/// Each instance has a source of its own: a partner is one entry, and its secret is no parameter of the stack.
const SOURCES: &str = "\
stack: shop
components:
  crm:
    for_each: { acme: { at: a }, ben-1: { at: b }, given: { at: c } }
    parameters:
      key: { from: 'secretsmanager:partners/${each.key}#key', default: local-only }
      place: { from: 'env:PLACE_${each.value.at}' }
    queues: { q: { key: '${parameters.key}', place: 'at ${parameters.place}' } }
";

#[test]
fn the_parameters_of_each_instance_have_sources_of_their_own() {
    use super::super::inputs::{Inputs, Mode};
    use super::super::outside::{Source, read_secret, store_of};
    use super::super::stored::{Answer, Stored};

    let of = |instance: &str| Source::SecretsManager {
        name: format!("partners/{instance}"),
        key: Some("key".into()),
    };
    let environment = || -> super::super::inputs::ReadVariable {
        Box::new(|name| name.strip_prefix("PLACE_").map(str::to_uppercase))
    };
    let stored = |version: &str| Answer::Found(Stored { version: version.into(), secure: true, value: None });
    let stores = [(of("acme"), stored("1-a")), (of("ben-1"), stored("2-b")), (of("given"), stored("3-c"))];
    let live = Inputs {
        mode: Mode::Live,
        environment: environment(),
        stores: Some(stores.into()),
        account: Some("111122223333".into()),
        ..inputs()
    };
    let stack = loaded_with(SOURCES, &live).good();
    let versions: Vec<_> =
        stack.secrets.iter().map(|secret| (secret.name.as_str(), secret.version.as_str())).collect();
    assert_eq!(versions, [("crm.acme.key", "1-a"), ("crm.ben-1.key", "2-b"), ("crm.given.key", "3-c")]);
    assert_eq!(store_of(&live, &stack.secrets[1]), Some(&of("ben-1")));
    let asked: Vec<String> = stack.wanted.iter().map(|wanted| wanted.source.to_string()).collect();
    assert_eq!(asked[0], "secretsmanager:partners/acme#key");
    let text = |address: &str, key: &str| {
        let declaration = stack.declarations.iter().find(|d| d.address.to_string() == address).unwrap();
        let node = declaration.node.get(key).unwrap();
        let known = Known::of(&stack);
        declaration.scope.text(node, Manner::Own, &known, &mut Default::default()).unwrap()
    };
    assert_eq!(text("crm.ben-1.queues.q", "place").as_str(), Some("at B"));
    let Value::Secret(secret) = text("crm.acme.queues.q", "key") else { panic!("a secret") };
    assert_eq!(secret.sources().next().unwrap().parameter, "crm.acme.key");
    // Offline the default stands and nobody is asked.
    let offline = Inputs { environment: environment(), ..inputs() };
    let stack = loaded_with(SOURCES, &offline).good();
    use secrecy::ExposeSecret;
    assert_eq!(read_secret(&offline, &stack.secrets[0]).unwrap().expose_secret(), "local-only");
}

#[test]
fn what_with_gives_stands_before_the_source_of_a_components_parameter() {
    let text = "\
parameters: { other: { from: 'env:OTHER', secret: true } }
components:
  one: { parameters: { a: { from: 'env:A' }, b: { from: 'env:B', secret: true } }, with: { a: given, b: '${parameters.other}' }, queues: { q: { a: '${parameters.a}' } } }
  two: { for_each: [x], parameters: { a: { from: 'nowhere:${each.key}' } }, queues: { q: { a: '${parameters.a}' } } }
";
    assert_eq!(loaded(text).messages(), ["`nowhere:x` is no source"]);
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

    error[bad_source]: there is no file components/pms.yaml
     --> stack.yaml:4:19
      |
    4 |   file: { source: components/pms.yaml }
      |                   ^^^^^^^^^^^^^^^^^^^
      |
      = help: the path is relative to the stack's file

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

    error[missing_parameter]: the parameter `lacking.main.b` has no value
     --> stack.yaml:9:39
      |
    9 |   lacking: { parameters: { a: string, b: { from: 'env:B' } }, with: { c: 1 }, queue: { q: } }
      |                                       ^
      |
      = help: set the environment variable B, or give `with: { b: … }`

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
    10 |   open: { parameters: { pw: { secret: true } }, with: { pw: ******* } }
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

/// A stack beside these files.
fn with_files(rest: &str, files: &'static [(&'static str, &'static str)]) -> super::super::testing::Loaded {
    let read_file = move |path: &std::path::Path| {
        let path = path.strip_prefix("/stack").unwrap_or(path).to_string_lossy().into_owned();
        let found = files.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| std::io::ErrorKind::NotFound.into())
    };
    let inputs = super::super::inputs::Inputs { read_file: Box::new(read_file), ..inputs() };
    loaded_with(&format!("stack: shop\n{rest}"), &inputs)
}

const PARTNER: &str = "\
description: What every partner gets.
parameters: { delay: { type: number }, label: { default: 'at-${each.key}' } }
queues:
  inbox: { delay: '${parameters.delay}', label: '${parameters.label}' }
  spare: {}
";

#[test]
fn a_component_may_stand_in_a_file_of_its_own() {
    let loaded = with_files(
        "components:\n  crm:\n    source: components/partner.yaml\n    for_each: { acme: 1, ben: 2 }\n    with: { delay: '${each.value}' }\n    queues: { spare: null, inbox: { more: '1' } }\n",
        &[("components/partner.yaml", PARTNER)],
    );
    assert_eq!(loaded.addresses(), ["crm.acme.queues.inbox", "crm.ben.queues.inbox"]);
    let place = |span| loaded.sources.place(span).to_string();
    let stack = loaded.stack.as_ref().unwrap();
    let inbox = &stack.declarations[0];
    assert_eq!(place(inbox.key_span), "components/partner.yaml:4:3");
    assert_eq!(place(inbox.node.entry("more").unwrap().key.span), "stack.yaml:7:37");
    assert_eq!(inbox.base, std::path::Path::new("components"));
    let mut findings = Default::default();
    let resolve = Known::of(stack);
    let text = |key: &str, findings: &mut _| {
        inbox.scope.text(inbox.node.get(key).unwrap(), Manner::Own, &resolve, findings).unwrap()
    };
    assert_eq!(text("delay", &mut findings).to_shown_json().to_string(), "1");
    assert_eq!(text("label", &mut findings).as_str(), Some("at-acme"));
    assert_eq!(loaded.drawn(), "");
}

#[test]
fn what_is_wrong_in_a_components_file_is_said_in_that_file() {
    let loaded = with_files(
        "components:\n  crm: { source: parts/a.yaml }\n  gone: { source: parts/b.yaml }\n  list: { source: [x] }\n  open: { source: '${stack.name}.yaml' }\n  far: { source: /etc/passwd }\n  odd: { source: parts/list.yaml }\n  broken: { source: parts/broken.yaml }\n",
        &[
            ("parts/a.yaml", "source: stack.yaml\nfor_each: [x]\nstack: shop\nqueus: {}\nqueues: [a]\n"),
            ("parts/list.yaml", "[a, b]\n"),
            ("parts/broken.yaml", "queues: { a: {}\n"),
        ],
    );
    insta::assert_snapshot!(loaded.drawn(), @"
    error[bad_source]: there is no file parts/b.yaml
     --> stack.yaml:4:19
      |
    4 |   gone: { source: parts/b.yaml }
      |                   ^^^^^^^^^^^^
      |
      = help: the path is relative to the stack's file

    error[wrong_shape]: expected the path of a file, found a list
     --> stack.yaml:5:19
      |
    5 |   list: { source: [x] }
      |                   ^^^
      |
      = help: `source: components/partner.yaml`

    error[bad_reference]: `source` is written out: no `${` stands here
     --> stack.yaml:6:19
      |
    6 |   open: { source: '${stack.name}.yaml' }
      |                   ^^^^^^^^^^^^^^^^^^^^
      |
      = help: what differs stands in `environments`

    error[bad_source]: `/etc/passwd` is an absolute path
     --> stack.yaml:7:18
      |
    7 |   far: { source: /etc/passwd }
      |                  ^^^^^^^^^^^
      |
      = help: write it relative to the stack's file

    error[unknown_key]: `source` stands where the component is used, not in its file
     --> parts/a.yaml:1:1
      |
    1 | source: stack.yaml
      | ^^^^^^

    error[unknown_key]: `for_each` stands where the component is used, not in its file
     --> parts/a.yaml:2:1
      |
    2 | for_each: [x]
      | ^^^^^^^^

    error[unknown_key]: unknown key `stack`
     --> parts/a.yaml:3:1
      |
    3 | stack: shop
      | ^^^^^
      |
      = help: `stack` stands at the top of the stack, where `${components.NAME.INSTANCE.KIND.KEY.OUTPUT}` is what a component has

    error[unknown_key]: unknown key `queus`; did you mean `queues`?
     --> parts/a.yaml:4:1
      |
    4 | queus: {}
      | ^^^^^

    error[wrong_shape]: expected a map of queues, found a list
     --> parts/a.yaml:5:9
      |
    5 | queues: [a]
      |         ^

    error[wrong_shape]: expected a component (a map), found a list
     --> parts/list.yaml:1:1
      |
    1 | [a, b]
      | ^

    error[syntax]: a `[` or `{` is not closed
     --> parts/broken.yaml:1:9
      |
    1 | queues: { a: {}
      |         ^ opened here
      |
      = help: close it with `]` or `}`

    11 errors
    ");
}

#[test]
fn resources_of_a_component_without_instances_are_kept_for_the_checks() {
    let loaded = loaded(
        "components:\n  none:\n    for_each: {}\n    parameters: { x: string }\n    queues:\n      same: { delay: 1 }\n      each: { delay: '${each.value}' }\n      given: { delay: '${parameters.x}' }\n",
    );
    let stack = loaded.good();
    assert!(stack.declarations.is_empty());
    let examples: Vec<String> = stack.examples.iter().map(|example| example.address.to_string()).collect();
    assert_eq!(examples, ["none.example.queues.same"]);
}
