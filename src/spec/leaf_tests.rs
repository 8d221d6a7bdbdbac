use super::super::testing::bare;
use super::*;
use crate::source::{FileId, Span};

const TIME: Type = Type::Duration { unit: Unit::Seconds, min: 60, max: 86_400 };
const DAYS: Type = Type::Duration { unit: Unit::Days, min: 1, max: 400 };
const WORDS: Type = Type::Enum(&[("new_image", "NEW_IMAGE"), ("at_most", "LIMIT")]);
const NUMBER: Type = Type::Int { min: 1, max: 10 };
const DECIMAL: Type = Type::Float { min: -1.0, max: 100.0 };
const SHORT: Type = Type::Text { min: 1, max: 3 };

/// The value of a scalar, or what is said about it with its help.
fn leaf(text: &str, plain: bool, ty: &'static Type) -> Result<Value, String> {
    let (scope, known) = bare();
    let span = Span::new(FileId(0), 0, 0);
    let node = if plain { Node::plain(span, text) } else { Node::text(span, text) };
    let mut findings = Findings::default();
    read(&node, ty, &scope, &known, &mut findings).ok_or_else(|| {
        let said = findings.iter().map(|f| [Some(f.message.clone()), f.help.clone()]);
        said.flat_map(|both| both.into_iter().flatten()).collect::<Vec<_>>().join(" / ")
    })
}

fn wrong(text: &str, ty: &'static Type) -> String {
    leaf(text, true, ty).expect_err(text)
}

#[test]
fn text_takes_the_source_text_of_a_plain_scalar() {
    for text in ["NO", "012", "1.0", "é€𝄞"] {
        assert_eq!(leaf(text, true, &SHORT), Ok(text.into()));
    }
    assert_eq!(wrong("null", &SHORT), "expected text, found null");
    assert_eq!(wrong("abcd", &SHORT), "4 characters, at most 3 are allowed");
    assert_eq!(leaf("", false, &SHORT), Err("the text is empty".into()));
}

#[test]
fn a_number_with_a_fraction_has_one_spelling() {
    for (text, value) in [("12.5", 12.5), ("12.50", 12.5), ("1.25e1", 12.5), (".5", 0.5)] {
        assert_eq!(leaf(text, true, &DECIMAL), Ok(Value::from(serde_json::json!(value))));
    }
    for text in ["10", "10.0", "1e1"] {
        assert_eq!(leaf(text, true, &DECIMAL), Ok(10.into()));
    }
    assert_eq!(wrong("100.5", &DECIMAL), "100.5 is not between -1 and 100");
    assert_eq!(wrong("often", &DECIMAL), "expected a number, found text");
    assert_eq!(wrong("12.5", &NUMBER), "found 12.5, not a whole number");
}

#[test]
fn numbers_and_truth_are_read_by_yaml_1_2_alone() {
    assert_eq!(leaf("0x0A", true, &NUMBER), Ok(10.into()));
    assert_eq!(
        leaf("8", false, &NUMBER).unwrap_err(),
        "expected a whole number, found text / a number has no quotes: write `8`"
    );
    assert_eq!(wrong("08", &NUMBER), "expected a whole number, found text");
    assert_eq!(wrong("1.5", &NUMBER), "found 1.5, not a whole number");
    assert_eq!(wrong("11", &NUMBER), "11 is too much; at most 10");
    assert_eq!(wrong("-1", &NUMBER), "-1 is too little; at least 1");
    assert_eq!(leaf("True", true, &Type::Bool), Ok(true.into()));
    assert_eq!(wrong("yes", &Type::Bool), "expected true or false, found text / write `true`");
    assert_eq!(
        leaf("false", false, &Type::Bool).unwrap_err(),
        "expected true or false, found text / write `false`"
    );
}

#[test]
fn a_word_is_one_of_its_field_in_our_spelling() {
    assert_eq!(leaf("new_image", true, &WORDS), Ok("NEW_IMAGE".into()));
    let one_of = "one of `new_image`, `at_most`";
    for (text, what) in
        [("LIMIT", "; write `at_most`"), ("new_imag", "; did you mean `new_image`?"), ("zebra", "")]
    {
        assert_eq!(
            wrong(text, &WORDS),
            format!("`{text}` is none of the words that can stand here{what} / {one_of}")
        );
    }
}

#[test]
fn durations_have_letters_or_awss_own_unit_and_no_fractions() {
    for (text, seconds) in
        [("60", 60), ("60s", 60), ("5m", 300), ("1h", 3600), ("1d", 86_400), ("60000ms", 60)]
    {
        assert_eq!(leaf(text, true, &TIME), Ok(seconds.into()), "{text}");
    }
    let write = "write `60s`, `5m`, `1h`, `1d`, or a whole number of seconds";
    for text in ["1.5h", "-60", "1w", "m", "60 s", "1h30m"] {
        assert_eq!(wrong(text, &TIME), format!("`{text}` is no duration / {write}"), "{text}");
    }
    assert_eq!(wrong("59s", &TIME), "59 seconds is too little; at least 60 seconds");
    assert_eq!(wrong("2d", &TIME), "172800 seconds is too much; at most 86400 seconds");
    assert_eq!(wrong("60500ms", &TIME), "`60500ms` is no whole number of seconds");
    assert_eq!(wrong("99999999999999999999d", &TIME), "`99999999999999999999d` is too long a time");
    assert_eq!(leaf("48h", true, &DAYS), Ok(2.into()));
    assert_eq!(wrong("36h", &DAYS), "`36h` is no whole number of days");
}
