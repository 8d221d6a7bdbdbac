//! Numbers as the rule engine compares them: as IEEE doubles, where the number is one.

use serde_json::Number;

/// The number as a double, unless that would be another number: an integer of more than 53 bits is
/// equal to nothing but itself, and no comparison takes it.
///
/// A fraction of more digits than a double holds is rounded when JSON is read, so it stands for the
/// double nearest to it; the rule engine would compare its text.
pub(super) fn comparable(number: &Number) -> Option<f64> {
    let double = number.as_f64().filter(|double| double.is_finite())?;
    let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    match whole {
        // Adding zero makes one zero of the two.
        None => Some(double + 0.0),
        Some(whole) => (double as i128 == whole).then_some(double),
    }
}

/// Whether two numbers are the same to the rule engine: `300`, `300.0` and `3.0e2` are.
///
/// AWS's guide once said that "300, 300.0, and 3.0e2 are not considered equal", and Lambda's guide on filters still does.
/// The engine that AWS has published since looks for the number by its value and by its text, and either is enough.
pub(super) fn equal(one: &Number, other: &Number) -> bool {
    one == other || comparable(one).is_some_and(|one| comparable(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn spelling_does_not_matter_and_what_no_double_holds_is_itself_alone() {
        for (one, other, same) in [
            ("300", "3.0e2", true),
            ("-0.0", "0", true),
            ("0.1", "1e-1", true),
            ("9007199254740993", "9007199254740993", true),
            ("9007199254740993", "9007199254740992", false),
            ("9007199254740992", "9007199254740992.0", true),
            ("18446744073709551615", "1.8446744073709552e19", false),
            ("1", "2", false),
        ] {
            assert_eq!(equal(&number(one), &number(other)), same, "{one} {other}");
        }
        assert_eq!(comparable(&number("9007199254740993")), None);
    }
}
