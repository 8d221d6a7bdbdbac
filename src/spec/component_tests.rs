use super::super::scope::Manner;
use super::super::testing::{Known, loaded};
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
