use super::super::{Findings, Sources, parse};
use super::{shorten, unquoted};

/// The help of a file's only error, if it says to quote something.
fn help(text: &str) -> Option<String> {
    let mut sources = Sources::new();
    let file = sources.add("f", text);
    let mut findings = Findings::default();
    parse(&sources, file, &mut findings);
    let first = findings.iter().next()?.clone();
    (first.code == "quote_it").then_some(first.help).flatten()
}

#[test]
fn what_quotes_would_mend_says_so() {
    let cases = [
        ("a: { b: ${x} }", "${x}"),
        ("a: [${x}]", "${x}"),
        ("a: [b, ${x}, c]", "${x}"),
        ("a: { b: orders-${env.suffix}-x, c: 1 }", "orders-${env.suffix}-x"),
        ("a: { b: see ${x} }", "see ${x}"),
        ("a: { path: /order/{id} }", "/order/{id}"),
        ("a: { path: /order/{id}/item/{item} }", "/order/{id}/item/{item}"),
        ("a: [$.a[0]]", "$.a[0]"),
        ("a: { b: $.a[0].c, d: 1 }", "$.a[0].c"),
        ("a: { \"q, {\": 1, b: ${x} }", "${x}"),
        ("a: {\n  b: 1,\n  c: ${x},\n}", "${x}"),
        ("a: {id}/x", "{id}/x"),
        ("a: { say: it's-${x} }", "it's-${x}"),
    ];
    for (text, value) in cases {
        assert_eq!(help(text).as_deref(), Some(&*format!("quote it: \"{value}\"")), "{text}");
    }
}

#[test]
fn other_syntax_errors_do_not_ask_for_quotes() {
    for text in
        ["a: { b: 1 c: 2 }", "a: [1, 2", "a: {b: {c: [1]}", "a: b: {c}", "a: ]", "a: { b: \"${x}\" c: d: e }"]
    {
        assert_eq!(help(text), None, "{text}");
    }
}

#[test]
fn block_style_needs_no_quotes() {
    for text in ["path: /order/{id}\n", "a: ${x}\n", "a: $.a[0]\n", "- ${x}\n"] {
        assert_eq!(help(text), None, "{text}");
    }
}

#[test]
fn looking_for_quotes_stays_near_the_error() {
    let text = format!("[{}", "a{".repeat(100_000));
    assert!(unquoted(&text, 150_000, true).is_some_and(|u| u.text.len() <= 1_000));
}

#[test]
fn shortened_text_is_one_short_line() {
    assert_eq!(shorten("a\nb"), "a b");
    assert_eq!(shorten(&"é".repeat(100)).chars().count(), 61);
}
