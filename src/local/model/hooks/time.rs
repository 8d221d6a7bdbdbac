//! Times in the spellings that are not seconds since 1970.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// As a stream's label: `2026-11-20T22:57:11.123`.
pub fn label(seconds: f64) -> String {
    // Rounded to milliseconds and from this century, so it can be written.
    let millis = (seconds * 1000.0) as i64;
    let whole = DateTime::from_secs(millis.div_euclid(1000)).fmt(Format::DateTime).unwrap_or_default();
    format!("{}.{:03}", whole.trim_end_matches('Z'), millis.rem_euclid(1000))
}

/// As Lambda writes it: `2026-11-20T22:57:11.123+0000`.
pub fn iso_millis(seconds: f64) -> String {
    label(seconds) + "+0000"
}
