use super::super::parse;
use super::*;

const PLAIN: RenderStyle = RenderStyle { color: false, width: 80 };

fn drawn(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", text);
    let mut findings = Findings::default();
    parse(&sources, file, &mut findings);
    render(&sources, &findings, PLAIN)
}

#[test]
fn duplicate_keys_show_both_places() {
    insta::assert_snapshot!(drawn("queues:\n  jobs: {}\n  mail: {}\n  jobs: {}\n"), @r#"
    error[duplicate_key]: the key `jobs` stands twice in this map
     --> stack.yaml:4:3
      |
    2 |   jobs: {}
      |   ---- the first
    3 |   mail: {}
    4 |   jobs: {}
      |   ^^^^ the second

    1 error
    "#);
}

#[test]
fn far_places_are_shown_apart() {
    let middle: String = (0..40).map(|i| format!("k{i}: 1\n")).collect();
    insta::assert_snapshot!(drawn(&format!("jobs: 1\n{middle}jobs: 2\n")), @r#"
    error[duplicate_key]: the key `jobs` stands twice in this map
      --> stack.yaml:42:1
       |
    42 | jobs: 2
       | ^^^^ the second
       |
      ::: stack.yaml:1:1
       |
     1 | jobs: 1
       | ---- the first

    1 error
    "#);
}

#[test]
fn unquoted_references_ask_for_quotes() {
    insta::assert_snapshot!(drawn("rules:\n  paid: { bus: ${buses.orders.arn}, x: 1 }\n"), @r#"
    error[quote_it]: braces and brackets inside an unquoted value break the YAML around it
     --> stack.yaml:2:16
      |
    2 |   paid: { bus: ${buses.orders.arn}, x: 1 }
      |                ^^^^^^^^^^^^^^^^^^^ this is not read as one text
      |
      = help: quote it: "${buses.orders.arn}"

    1 error
    "#);
}

#[test]
fn a_cloudformation_tag_says_what_to_write() {
    insta::assert_snapshot!(drawn("bus: !GetAtt Orders.Arn\n"), @r#"
    error[custom_tag]: CloudFormation's `!GetAtt` is not part of this language
     --> stack.yaml:1:6
      |
    1 | bus: !GetAtt Orders.Arn
      |      ^^^^^^^
      |
      = help: write ${...}, for example "${tables.orders.arn}" or "orders-${parameters.stage}"; a template of `cloudformation_stacks` that stands in a file of its own may have it

    1 error
    "#);
}

#[test]
fn an_unclosed_bracket_shows_where_it_opens() {
    insta::assert_snapshot!(drawn("a: [b, c\nd: 1\n"), @r#"
    error[syntax]: a `: ` is not allowed here
     --> stack.yaml:2:2
      |
    1 | a: [b, c
      |    - this bracket is still open
    2 | d: 1
      |  ^
      |
      = help: close that bracket first, or put a comma between its entries

    1 error
    "#);
    insta::assert_snapshot!(drawn("a: { b: [c\n"), @r#"
    error[syntax]: a `[` or `{` is not closed
     --> stack.yaml:1:9
      |
    1 | a: { b: [c
      |         ^ opened here
      |
      = help: close it with `]` or `}`

    1 error
    "#);
}

#[test]
fn wrong_indentation_is_said_in_plain_words() {
    insta::assert_snapshot!(drawn("a:\n    b: 1\n  c: 2\n"), @r#"
    error[syntax]: a key was expected here
     --> stack.yaml:3:3
      |
    3 |   c: 2
      |   ^
      |
      = help: check the indentation: the keys of one map begin in the same column

    1 error
    "#);
    insta::assert_snapshot!(drawn("url: http://x: y\n"), @r#"
    error[syntax]: a `: ` is not allowed here
     --> stack.yaml:1:14
      |
    1 | url: http://x: y
      |              ^
      |
      = help: quote the text if the colon belongs to it, or check the indentation

    1 error
    "#);
    insta::assert_snapshot!(drawn("a: \"b\nc: d\n"), @r#"
    error[syntax]: a quoted text goes on in this line, which is indented too little
     --> stack.yaml:2:1
      |
    2 | c: d
      | ^
      |
      = help: close the quote before this line, or indent the line

    1 error
    "#);
    insta::assert_snapshot!(drawn("a:\n\tb: 1\n"), @r#"
    error[syntax]: a tab cannot indent YAML
     --> stack.yaml:2:2
      |
    2 |     b: 1
      |     ^
      |
      = help: use spaces

    1 error
    "#);
}

#[test]
fn a_long_line_is_cut_around_the_span_and_keeps_its_column() {
    let items = "item-of-some-length, ".repeat(1_000);
    insta::assert_snapshot!(drawn(&format!("é: [{items}*orders, {items}]\n")), @r#"
    error[unknown_alias]: no anchor `&orders` stands before this alias
     --> stack.yaml:1:21005
      |
    1 | …th, item-of-some-length, *orders, item-of-some-length, item-of-some-length…
      |                           ^^^^^^^
      |
      = help: define it first with `&orders`, or quote it if text is meant: "*orders"

    1 error
    "#);
    let keys: String = (0..1_000).map(|i| format!("é{i}: 1, ")).collect();
    insta::assert_snapshot!(drawn(&format!("{{ a: 1, {keys} a: 2 }}\n")), @r#"
    error[duplicate_key]: the key `a` stands twice in this map
     --> stack.yaml:1:8900
      |
    1 | … 1, é993: 1, é994: 1, é995: 1, é996: 1, é997: 1, é998: 1, é999: 1,  a: 2 }
      |                                                                      ^ the second
      |
     ::: stack.yaml:1:3
      |
    1 | { a: 1, é0: 1, é1: 1, é2: 1, é3: 1, é4: 1, é5: 1, é6: 1, é7: 1, é8: 1, é9:…
      |   - the first

    1 error
    "#);
}

#[test]
fn every_part_of_a_finding_is_drawn() {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", "rules:\n  paid:\n    bus: ordrs\n");
    let other = sources.add("components/pms.yaml", "buses:\n  orders: {}\n");
    let mut findings = Findings::default();
    findings.push(
        Diagnostic::error("unknown_reference", "unknown bus `ordrs`")
            .at(Span::new(file, 23, 28))
            .label("no such bus")
            .related(Span::new(other, 9, 15), "this one is there")
            .help("did you mean `orders`?")
            .address("rules.paid"),
    );
    findings.push(Diagnostic::warning("long_name", "the name is long").at(Span::new(file, 9, 13)));
    findings.push(Diagnostic::warning("no_region", "no region is set"));
    findings.push(Diagnostic::note("hint", "a rule of several lines").at(Span::new(file, 9, 28)));
    insta::assert_snapshot!(render(&sources, &findings, PLAIN), @r#"
    warning[no_region]: no region is set

    warning[long_name]: the name is long
     --> stack.yaml:2:3
      |
    2 |   paid:
      |   ^^^^

    note[hint]: a rule of several lines
     --> stack.yaml:2:3
      |
    2 |   paid:
      |   ^^^^^

    error[unknown_reference]: unknown bus `ordrs`
     --> stack.yaml:3:9
      |
    3 |     bus: ordrs
      |         ^^^^^ no such bus
      |
     ::: components/pms.yaml:2:3
      |
    2 |   orders: {}
      |   ------ this one is there
      |
      = in: rules.paid
      = help: did you mean `orders`?

    1 error, 2 warnings, 1 note
    "#);
}

#[test]
fn colours_are_only_drawn_when_asked_for() {
    let mut sources = Sources::new();
    let file = sources.add("f", "a: 1\n");
    let mut findings = Findings::default();
    findings
        .push(Diagnostic::error("x", "bad \u{1b}[31mred").at(Span::new(file, 0, 1)).label("\u{1b}]0;t\u{7}"));
    let plain = render(&sources, &findings, PLAIN);
    assert!(!plain.contains('\u{1b}'), "{plain}");
    let colored = render(&sources, &findings, RenderStyle { color: true, ..PLAIN });
    assert!(colored.contains("\u{1b}[") && !colored.contains("[31mred\u{1b}]0"), "{colored}");
}

#[test]
fn nothing_to_say_draws_nothing() {
    assert_eq!(drawn("a: 1\n"), "");
}

#[test]
fn a_secret_is_drawn_by_no_finding() {
    let mut sources = Sources::new();
    let file = sources.add("f", "a: 1\nkey: hunter2\nb: 2\n");
    let mut findings = Findings::default();
    let secret = Span::new(file, 10, 17);
    findings.push(Diagnostic::warning("x", "a secret").at(secret).label("this").hide(secret));
    findings.push(Diagnostic::error("y", "another").at(Span::new(file, 5, 8)).related(secret, "of this"));
    insta::assert_snapshot!(render(&sources, &findings, PLAIN), @r#"
    error[y]: another
     --> f:2:1
      |
    2 | key: *******
      | ^^^  ------- of this

    warning[x]: a secret
     --> f:2:6
      |
    2 | key: *******
      |      ^^^^^^^ this

    1 error, 1 warning
    "#);
    findings.push(Diagnostic::error("z", "`hunter2` is none").label("not hunter2").help("write `Hunter2`"));
    findings.allow(|finding| finding.code == "x");
    let drawn = render(&sources, &findings, PLAIN);
    assert!(!drawn.contains("hunter2") && drawn.contains("`***` is none"), "{drawn}");
    let told = findings.told(&sources).next().unwrap();
    assert_eq!((told.label.as_str(), told.help.as_deref()), ("not ***", Some("write `Hunter2`")));
    // Of a word what is quoted alone.
    let file = sources.add("g", "key: offline\n");
    findings.push(Diagnostic::error("a", "`offline` stands offline").hide(Span::new(file, 5, 12)));
    assert_eq!(findings.told(&sources).next().unwrap().message, "`***` stands offline");
}

#[test]
fn no_span_panics() {
    let text = "é\r\n\u{1F600}: x\n\n";
    for start in 0..20 {
        for end in 0..20 {
            for width in [0, 1, 80] {
                let mut sources = Sources::new();
                let file = sources.add("f", format!("{text}{}", "é".repeat(500)));
                let mut findings = Findings::default();
                let far = Span::new(file, start * 50, end * 50);
                findings.push(Diagnostic::error("x", "y").at(Span::new(file, start, end)).related(far, "z"));
                render(&sources, &findings, RenderStyle { color: false, width });
            }
        }
    }
}

#[test]
fn hints_are_one_line_of_a_kind_with_their_places() {
    let mut sources = Sources::new();
    let file = sources.add("stack.yaml", "a:\nb:\nc: 123\n");
    let mut findings = Findings::default();
    let hint = |at: u32| Diagnostic::hint("x", "it is lost").at(Span::new(file, at, at + 1)).help("keep it");
    findings.push(hint(0).address("rules.a"));
    findings.push(hint(3).address("rules.b"));
    findings.push(hint(6).address("rules.b"));
    assert_eq!(
        render_hints(&sources, &findings, PLAIN),
        "hint[x]: it is lost: rules.a (stack.yaml:1), rules.b (line 2)\nhelp: keep it\n"
    );
    for at in 7..11 {
        findings.push(hint(at).address(format!("rules.c{at}")));
    }
    let drawn = render_hints(&sources, &findings, PLAIN);
    assert!(drawn.contains("rules.c7 (line 3), rules.c8 (line 3) and 2 more\n"), "{drawn}");
    assert_eq!(render_hints(&sources, &Findings::default(), PLAIN), "");
}
