use super::super::{FileId, Span};
use super::*;

fn span() -> Span {
    Span::new(FileId(0), 0, 0)
}

fn core(text: &str) -> Core {
    Node::plain(span(), text).resolve()
}

#[test]
fn plain_scalars_resolve_by_the_core_schema() {
    for null in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(core(null), Core::Null, "{null}");
    }
    assert_eq!((core("true"), core("FALSE")), (Core::Bool(true), Core::Bool(false)));
    let integers =
        [("0", 0), ("-5", -5), ("+5", 5), ("0x1F", 31), ("0o17", 15), ("9223372036854775807", i64::MAX)];
    for (text, value) in integers {
        assert_eq!(core(text), Core::Number(value.into()), "{text}");
    }
    assert_eq!(core("18446744073709551615"), Core::Number(u64::MAX.into()));
    for (text, value) in [("1.5", 1.5), ("-.5", -0.5), ("1.", 1.0), ("1e3", 1e3), ("6.02E+23", 6.02e23)] {
        assert_eq!(core(text), Core::Number(Number::from_f64(value).unwrap()), "{text}");
    }
}

#[test]
fn what_would_lose_something_is_text() {
    let texts = [
        "000000000123",
        "012345678901",
        "-01",
        "007.5",
        "18446744073709551616",
        "-9223372036854775809",
        "0x",
        "0xG",
        "0o8",
        "0x+1",
        "1e400",
        ".inf",
        ".nan",
        ".",
        "-",
        "+",
        "1e",
        "e1",
        "1.2.3",
        "1_000",
        "NO",
        "no",
        "off",
        "y",
        "yes",
        "tRUE",
        "2012-10-17",
        "1:30",
        "+-1",
        "Infinity",
        "NaN",
        "nUll",
    ];
    for text in texts {
        assert_eq!(core(text), Core::Text, "{text}");
    }
    for quoted in ["", "null", "true", "5"] {
        assert_eq!(Node::text(span(), quoted).resolve(), Core::Text, "{quoted}");
    }
}

#[test]
fn shapes_are_named_as_a_person_would() {
    let named = ["x", "5", "true", "~"].map(|text| Node::plain(span(), text).shape());
    assert_eq!(named, ["a string", "a number", "true or false", "null"]);
    assert_eq!(Node::seq(span(), []).shape(), "a list");
    assert_eq!(Node::map(span(), []).shape(), "a map");
}

#[test]
fn weights_count_what_copies_would() {
    let item = Node::text(span(), "four");
    let list = Node::seq(span(), vec![item.clone(), item]);
    let key = Key { text: Arc::from("key"), span: span() };
    let map = Node::map(span(), vec![Entry { key, value: list }]);
    let weight = map.weight();
    assert_eq!((weight.nodes, weight.bytes, weight.depth), (4, 11, 2));
}

#[test]
fn a_patch_keeps_the_places_of_what_it_brings() {
    let at = |start| Span::new(FileId(0), start, start + 1);
    let entry = |key: &str, start, value| Entry { key: Key { text: Arc::from(key), span: at(start) }, value };
    let base = Node::map(
        at(1),
        vec![entry("kept", 2, Node::plain(at(3), "a")), entry("new", 4, Node::plain(at(5), "b"))],
    );
    let patch = Node::map(at(11), vec![entry("new", 12, Node::plain(at(13), "c"))]);
    let merged = merge_patch(&base, &patch);
    let starts = |key| merged.entry(key).map(|e| (e.key.span.start, e.value.span.start));
    assert_eq!((merged.span.start, starts("kept"), starts("new")), (1, Some((2, 3)), Some((12, 13))));
}
