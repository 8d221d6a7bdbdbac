use proptest::prelude::*;

use super::super::testing::{Known, bare, inputs, loaded, loaded_with};
use super::*;

/// A queue `q` in a stack with parameters, and what stands under one of its keys.
fn queue(body: &str) -> super::super::testing::Loaded {
    loaded(&format!(
        "parameters: {{ n: {{ default: 3 }}, m: {{ default: {{ a: {{ b-c: deep }} }} }}, pw: {{ from: 'env:PW', secret: true }}, no: {{ default: ~ }} }}\n\
         buses: {{ orders: , order-2: }}\nqueues:\n  q: {body}\n"
    ))
}

fn own(text: &str) -> (Option<Value>, String) {
    let mut loaded = queue(&format!("{{ t: '{text}' }}"));
    let value = loaded.text("t");
    (value, loaded.messages().join("; "))
}

#[test]
fn a_whole_value_has_the_type_of_what_it_refers_to_and_text_is_text() {
    for (text, value) in [
        ("${parameters.n}", Value::from(3)),
        ("x${parameters.n}", "x3".into()),
        ("${parameters.m.a.b-c}", "deep".into()),
        ("<${parameters.no}>", "<>".into()),
        ("${stack.name}${env.suffix}", "shop".into()),
        (
            "${aws.account_id}/${aws.region}/${aws.partition}/${aws.url_suffix}",
            "<account>/eu-west-1/aws/amazonaws.com".into(),
        ),
        ("${buses.order-2.arn}", "arn:buses.order-2".into()),
        ("$${buses.x} costs $5", "${buses.x} costs $5".into()),
        ("NO", "NO".into()),
    ] {
        assert_eq!(own(text), (Some(value), String::new()), "{text}");
    }
    assert_eq!(format!("{:?}", own("${buses.orders.url}/v1").0), "Some(Unknown(${buses.orders.url}/v1))");
    assert!(matches!(own("Bearer ${parameters.pw}").0, Some(Value::Secret(_))));
}

#[test]
fn what_is_no_reference_says_what_would_be_one() {
    let text = "\
parameters: { partners: { default: { acme: { api: x } } } }
buses: { orders: }
components: { crm: { for_each: [acme], queues: { sync: } } }
queues:
  q:
    a: ${paramters.x}
    b: ${parameters.partnrs}
    c: ${parameters.partners.acme.apy}
    d: ${parameters.partners.acme.api.x}
    e: x${parameters.partners}
    f: ${buses.ordrs.arn}
    g: ${buses.orders.rn}
    h: ${buses.orders}
    i: ${streams.x.arn}
    j: ${each.key}
    k: ${env.nme}
    l: ${aws.regin}
    m: ${components.crn.acme.queues.sync.arn}
    n: ${components.crm.acm.queues.sync.arn}
    o: ${components.crm.acme.queues.q.arn}
    p: ${components.crm.acme}
    q: ${env.name
    r: x ${env. name}
    s: ${env}
    t: ${tables.x.arn}
    u: ${stack.parameters.x}
    v: ${env.name}
";
    let mut loaded = loaded(text);
    for key in 'a'..='v' {
        assert_eq!(loaded.text(&key.to_string()), None, "{key}");
    }
    insta::assert_snapshot!(loaded.drawn(), @"
    error[bad_reference]: `paramters` is nothing that `${…}` can refer to; did you mean `parameters`?
     --> stack.yaml:7:8
      |
    7 |     a: ${paramters.x}
      |        ^^^^^^^^^^^^^^
      |
      = help: a reference begins with a kind or with parameters, components, each, stack, env or aws; a literal `${` is written `$${`

    error[bad_reference]: unknown parameter `partnrs`; did you mean `partners`?
     --> stack.yaml:8:8
      |
    8 |     b: ${parameters.partnrs}
      |        ^^^^^^^^^^^^^^^^^^^^^
      |
      = help: declared are `partners`

    error[bad_reference]: `parameters.partners.acme` has no `apy`; did you mean `api`?
     --> stack.yaml:9:8
      |
    9 |     c: ${parameters.partners.acme.apy}
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: it has `api`

    error[bad_reference]: `parameters.partners.acme.api` is a string and has no `x`
      --> stack.yaml:10:8
       |
    10 |     d: ${parameters.partners.acme.api.x}
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[wrong_shape]: `parameters.partners` is a map; only text can stand inside text
      --> stack.yaml:11:9
       |
    11 |     e: x${parameters.partners}
       |         ^^^^^^^^^^^^^^^^^^^^^^
       |
      ::: stack.yaml:2:36
       |
     2 | parameters: { partners: { default: { acme: { api: x } } } }
       |                                    - it stands here

    error[unknown_reference]: unknown bus `ordrs`; did you mean `orders`?
      --> stack.yaml:12:8
       |
    12 |     f: ${buses.ordrs.arn}
       |        ^^^^^^^^^^^^^^^^^^

    error[bad_reference]: a bus has no output `rn`; did you mean `arn`?
      --> stack.yaml:13:8
       |
    13 |     g: ${buses.orders.rn}
       |        ^^^^^^^^^^^^^^^^^^
       |
       = help: it has `arn`, `url`

    error[bad_reference]: `${buses.orders}` does not say which output of `buses.orders` is meant
      --> stack.yaml:14:8
       |
    14 |     h: ${buses.orders}
       |        ^^^^^^^^^^^^^^^
       |
       = help: it has `arn`, `url`

    error[not_built]: streams are not part of this version
      --> stack.yaml:15:8
       |
    15 |     i: ${streams.x.arn}
       |        ^^^^^^^^^^^^^^^^

    error[bad_reference]: `each` stands only in a component with `for_each`
      --> stack.yaml:16:8
       |
    16 |     j: ${each.key}
       |        ^^^^^^^^^^^

    error[bad_reference]: there is no `env.nme`; did you mean `name`?
      --> stack.yaml:17:8
       |
    17 |     k: ${env.nme}
       |        ^^^^^^^^^^
       |
       = help: there is `${env.name}`, `${env.suffix}`

    error[bad_reference]: there is no `aws.regin`; did you mean `region`?
      --> stack.yaml:18:8
       |
    18 |     l: ${aws.regin}
       |        ^^^^^^^^^^^^
       |
       = help: there is `${aws.account_id}`, `${aws.region}`, `${aws.partition}`, `${aws.url_suffix}`

    error[bad_reference]: unknown component `crn`; did you mean `crm`?
      --> stack.yaml:19:8
       |
    19 |     m: ${components.crn.acme.queues.sync.arn}
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    error[bad_reference]: the component `crm` has no instance `acm`; did you mean `acme`?
      --> stack.yaml:20:8
       |
    20 |     n: ${components.crm.acm.queues.sync.arn}
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: it has `acme`

    error[unknown_reference]: `crm.acme` has no queue `q`
      --> stack.yaml:21:8
       |
    21 |     o: ${components.crm.acme.queues.q.arn}
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: declared under `queues` are `sync`

    error[bad_reference]: `${components.crm.acme}` is no reference
      --> stack.yaml:22:8
       |
    22 |     p: ${components.crm.acme}
       |        ^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `${components.NAME.INSTANCE.KIND.KEY.OUTPUT}`

    error[bad_reference]: `${` without its `}`
      --> stack.yaml:23:8
       |
    23 |     q: ${env.name
       |        ^^^^^^^^^^
       |
       = help: a literal `${` is written `$${`

    error[bad_reference]: `${env. name}` is no reference
      --> stack.yaml:24:10
       |
    24 |     r: x ${env. name}
       |          ^^^^^^^^^^^^
       |
       = help: write `${env.name}` or `${env.suffix}`

    error[bad_reference]: `${env}` is no reference
      --> stack.yaml:25:8
       |
    25 |     s: ${env}
       |        ^^^^^^
       |
       = help: write `${env.name}` or `${env.suffix}`

    error[unknown_reference]: unknown table `x`
      --> stack.yaml:26:8
       |
    26 |     t: ${tables.x.arn}
       |        ^^^^^^^^^^^^^^^
       |
       = help: declare it under `tables`, or give the ARN of one that exists

    error[bad_reference]: unknown parameter `x`
      --> stack.yaml:27:8
       |
    27 |     u: ${stack.parameters.x}
       |        ^^^^^^^^^^^^^^^^^^^^^

    error[bad_reference]: `env.name` without an environment
      --> stack.yaml:28:8
       |
    28 |     v: ${env.name}
       |        ^^^^^^^^^^^
       |
       = help: give `--env NAME`, or write `${env.suffix}`, which is empty without one

    22 errors
    ");
}

#[test]
fn a_document_keeps_what_is_not_ours_and_reads_scalars_by_the_core_schema() {
    let mut loaded = queue(
        "{ d: { a: 1, b: NO, c: ~, d: '1', e: [true, '${parameters.m}'], f: '${aws:username}', g: 'x ${Token} ${', \
         h: '${parameters.n}', i: 'n=${parameters.n}', j: '$${env.name}', k: 012 } }",
    );
    let value = loaded.document("d");
    assert_eq!(
        value.to_shown_json().to_string(),
        r#"{"a":1,"b":"NO","c":null,"d":"1","e":[true,{"a":{"b-c":"deep"}}],"f":"${aws:username}","g":"x ${Token} ${","h":3,"i":"n=3","j":"${env.name}","k":"012"}"#
    );
    assert_eq!(loaded.drawn(), "");
}

#[test]
fn a_document_warns_of_what_nearly_is_ours() {
    let mut loaded =
        queue("\n    d: { a: '${paramters.n}', b: '${parameters.x}', c: '${env}', d: '${enviroment.x}' }");
    loaded.document("d");
    insta::assert_snapshot!(loaded.drawn(), @"
    warning[foreign_reference]: `${paramters.n}` is left as it is: `paramters` is nothing of this stack; did you mean `parameters`?
     --> stack.yaml:6:14
      |
    6 |     d: { a: '${paramters.n}', b: '${parameters.x}', c: '${env}', d: '${enviroment.x}' }
      |              ^^^^^^^^^^^^^^
      |
      = help: if it is meant literally, write `$${paramters.n}`

    error[bad_reference]: unknown parameter `x`
     --> stack.yaml:6:35
      |
    6 |     d: { a: '${paramters.n}', b: '${parameters.x}', c: '${env}', d: '${enviroment.x}' }
      |                                   ^^^^^^^^^^^^^^^
      |
      = help: declared are `m`, `n`, `no`, `pw`

    1 error, 1 warning
    ");
}

#[test]
fn a_document_knows_the_place_of_every_value() {
    let loaded = queue("{ d: { detail: { a: [x, { b: y }] } } }");
    let (scope, known) = (loaded.stack.clone().unwrap().scope, Known::of(loaded.stack.as_ref().unwrap()));
    let declaration = loaded.stack.as_ref().unwrap().declarations.last().unwrap().clone();
    let mut places = Places::new();
    scope.document(declaration.node.get("d").unwrap(), &known, &mut Findings::default(), &mut places, "P");
    assert_eq!(
        places.keys().collect::<Vec<_>>(),
        ["P", "P.detail", "P.detail.a", "P.detail.a[0]", "P.detail.a[1]", "P.detail.a[1].b"]
    );
    assert_eq!(loaded.sources.place(places["P.detail.a[1].b"]).line, 5);
}

#[test]
fn names_resolve_in_the_component_first_and_then_in_the_stack() {
    let text = "\
stack: shop
parameters: { a: { default: outer }, b: { default: outer } }
queues: { own: , shared: }
components:
  crm:
    for_each: [acme]
    parameters: { a: string }
    with: { a: 'in-${parameters.a}' }
    queues: { own: }
    buses:
      q: { t: '${parameters.a} ${parameters.b} ${stack.parameters.a} ${queues.own.arn} ${queues.shared.arn} ${each.value}' }
";
    let mut loaded = loaded_with(text, &inputs());
    assert_eq!(
        loaded.text("t").unwrap().as_str(),
        Some("in-outer outer outer arn:crm.acme.queues.own arn:queues.shared acme")
    );
    loaded.good();
}

#[test]
fn what_a_component_is_given_may_refer_to_resources_and_secrets() {
    let text = "\
parameters: { pw: { from: 'env:PW', secret: true } }
apis: { main: }
components:
  crm:
    for_each: { acme: { url: '${apis.main.url}/acme' } }
    parameters: { url: string, pw: string, odd: string }
    with: { url: 'x ${each.value.url} $${y}', pw: 'Basic ${parameters.pw}', odd: '$' }
    queues: { q: { url: '${parameters.url}/z', pw: '<${parameters.pw}>', odd: '${parameters.odd}{x}' } }
";
    let mut loaded = loaded(text);
    let url = loaded.text("url").unwrap();
    assert_eq!(format!("{url:?}"), "Unknown(x ${apis.main.url}/acme ${y}/z)");
    assert!(matches!(loaded.text("pw"), Some(Value::Secret(_))));
    assert_eq!(loaded.text("odd").unwrap().as_str(), Some("${x}"));
    assert_eq!(loaded.drawn(), "");
}

#[test]
fn what_is_spliced_is_shared_and_what_grows_is_bounded() {
    let big = "x".repeat(1 << 20);
    let items = vec!["'${parameters.p}'"; 80].join(", ");
    let mut loaded =
        loaded(&format!("parameters: {{ p: {{ default: {big} }} }}\nqueues: {{ q: {{ d: [{items}] }} }}"));
    loaded.document("d");
    assert_eq!(
        loaded.messages(),
        ["the stack grows past 4000000 values or 64 MiB of text by what it splices"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_interpolation(text in "([${}.a-]|parameters|buses|each|env|aws|stack|components|name){0,12}") {
        let (scope, known) = bare();
        let span = Span::new(crate::source::FileId(0), 0, 0);
        let node = Node::text(span, &text);
        for manner in [Manner::Own, Manner::Document] {
            let mut findings = Findings::default();
            let value = scope.text(&node, manner, &known, &mut findings);
            prop_assert_eq!(value.is_none(), findings.has_errors());
        }
        let mut findings = Findings::default();
        let expanded = scope.expand(&node, &mut findings);
        if !findings.has_errors() && !text.contains("buses") && !text.contains("components") {
            let twice = scope.text(&expanded, Manner::Own, &known, &mut findings);
            prop_assert_eq!(twice, scope.text(&node, Manner::Own, &known, &mut findings));
        }
    }

    #[test]
    fn text_without_references_is_itself_in_every_manner(text in "[^$]{0,24}|[$a{}]{0,12}") {
        prop_assume!(!text.contains("${"));
        let (scope, known) = bare();
        let node = Node::text(Span::new(crate::source::FileId(0), 0, 0), &text);
        for manner in [Manner::Own, Manner::Document] {
            let value = scope.text(&node, manner, &known, &mut Findings::default());
            prop_assert_eq!(value, Some(Value::from(text.as_str())));
        }
    }
}
