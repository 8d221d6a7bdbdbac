//! Schedule expressions, as rules and EventBridge Scheduler take them: `rate(…)`, `cron(…)`, and of Scheduler
//! `at(…)`.

use super::time;

/// `rate(1 minute)`, `rate(5 minutes)`: a unit in the number that AWS wants it in.
pub fn is_rate(text: &str) -> bool {
    let words: Vec<&str> = inside(text, "rate").unwrap_or_default().split_whitespace().collect();
    let [number, unit] = words.as_slice() else { return false };
    match number.parse::<u32>() {
        Ok(1) => ["minute", "hour", "day"].contains(unit),
        Ok(2..) => ["minutes", "hours", "days"].contains(unit),
        _ => false,
    }
}

/// `cron(…)` with its six fields, of which exactly one of day-of-month and day-of-week is `?`.
pub fn is_cron(text: &str) -> bool {
    let fields: Vec<&str> = inside(text, "cron").unwrap_or_default().split_whitespace().collect();
    match fields.as_slice() {
        [_, _, day, _, weekday, _] => (*day == "?") != (*weekday == "?"),
        _ => false,
    }
}

/// `at(2026-12-24T18:00:00)`: one time, on the clock of the schedule's time zone, as seconds since 1970 if that
/// is UTC; nothing if it is none.
pub fn at(text: &str) -> Option<i64> {
    let clock = inside(text, "at").filter(|clock| clock.len() == "2026-12-24T18:00:00".len())?;
    time::seconds(&format!("{clock}Z"))
}

fn inside<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_a_rate_six_fields_of_cron_or_one_time() {
        for fine in ["rate(1 minute)", "rate(5 minutes)", "rate(1 day)"] {
            assert!(is_rate(fine), "{fine}");
        }
        for wrong in ["rate(1 minutes)", "rate(5 minute)", "rate(0 days)", "rate(5m)", "5 minutes"] {
            assert!(!is_rate(wrong), "{wrong}");
        }
        assert!(is_cron("cron(0 8 * * ? *)") && is_cron("cron(15 10 ? * MON-FRI *)"));
        for wrong in ["cron(0 8 * * *)", "cron(0 8 * * * *)", "cron(0 8 ? * ? *)", "0 8 * * ? *"] {
            assert!(!is_cron(wrong), "{wrong}");
        }
        assert_eq!(at("at(2026-12-24T18:00:00)"), Some(1_798_135_200));
        for wrong in ["at(now)", "at(2026-12-24)", "at(2026-02-30T18:00:00)", "at(2026-12-24T18:00:00Z)"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
