//! When something happens at fixed times: `rate(…)` and `cron(…)`, as EventBridge's rules and Scheduler take them.

/// The times of a schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Times {
    expression: String,
    zone: String,
}

/// The times of a `cron(…)` by day and by minute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Minutes {
    /// The days, each for itself: `weekday 2` is a Monday, `day 1` the first of a month. What cannot be told apart
    /// stands as the expression writes it. Nothing if it is every day.
    pub days: Option<Vec<String>>,
    /// Minutes since midnight, in order.
    pub of_day: Vec<u16>,
}

impl Times {
    /// The times of an expression on the clock of a zone, such as `UTC`.
    pub fn new(expression: impl Into<String>, zone: impl Into<String>) -> Times {
        Times { expression: expression.into(), zone: zone.into() }
    }

    /// The expression, as it is written.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// The time zone whose clock it goes by.
    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// How often that is a day, on average; nothing where it is not the same every day.
    ///
    /// ```
    /// use gatewayctl::flow::times::Times;
    /// assert_eq!(Times::new("rate(1 minute)", "UTC").a_day(), Some(1440.0));
    /// assert_eq!(Times::new("cron(0/30 * * * ? *)", "UTC").a_day(), Some(48.0));
    /// assert_eq!(Times::new("cron(0 3 ? * MON *)", "UTC").a_day(), None);
    /// ```
    pub fn a_day(&self) -> Option<f64> {
        if let Some(minutes) = self.minutes() {
            let count = u32::try_from(minutes.of_day.len()).ok()?;
            return minutes.days.is_none().then(|| f64::from(count));
        }
        let (number, unit) =
            self.expression.strip_prefix("rate(")?.strip_suffix(')')?.trim().split_once(' ')?;
        let a_day = match unit.trim().trim_end_matches('s') {
            "minute" => 1_440.0,
            "hour" => 24.0,
            "day" => 1.0,
            _ => return None,
        };
        let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
        Some(a_day / f64::from(number))
    }

    /// At which minutes a `cron(…)` is due; nothing for what is none, or is of some years alone, which may be past.
    pub fn minutes(&self) -> Option<Minutes> {
        let fields: Vec<&str> =
            self.expression.strip_prefix("cron(")?.strip_suffix(')')?.split_whitespace().collect();
        let [minute, hour, day, month, weekday, "*"] = fields.as_slice() else { return None };
        let is_any = |field: &str| field == "*" || field == "?";
        let is_daily = is_any(day) && *month == "*" && is_any(weekday);
        let (minutes, hours) = (values(minute, 60)?, values(hour, 24)?);
        let of_day = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute));
        let named = |what: &str, days: Vec<u16>| days.iter().map(|day| format!("{what} {day}")).collect();
        let days = match (is_any(day), *month, is_any(weekday)) {
            (true, "*", false) => weekdays(weekday).map(|days| named("weekday", days)),
            (false, "*", true) => values(day, 32).map(|days| named("day", days)),
            _ => None,
        };
        let as_written = || vec![format!("{day} {month} {weekday}").to_uppercase()];
        let days: Vec<String> = days.unwrap_or_else(as_written);
        let is_all_week = days.len() == 7 && days.iter().all(|day| day.starts_with("weekday"));
        let days = (!is_daily && !is_all_week).then_some(days);
        Some(Minutes { days, of_day: of_day.collect() })
    }
}

/// The days of the week by their numbers: Sunday is 1. Nothing for what is not the same every week, as `6#3`.
fn weekdays(field: &str) -> Option<Vec<u16>> {
    const NAMES: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
    let mut field = field.to_uppercase();
    for (index, name) in NAMES.iter().enumerate() {
        field = field.replace(name, &(index + 1).to_string());
    }
    // `*` of days begins at 1.
    values(&field, 8).filter(|days| !days.contains(&0))
}

/// What a field of minutes or hours names: `*`, `5`, `1-5`, `0/15`, `*/15`, and lists of these.
fn values(field: &str, end: u16) -> Option<Vec<u16>> {
    let mut named = vec![false; usize::from(end)];
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u16>().ok().filter(|step| *step > 0)?)),
            None => (part, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => (0, end - 1),
            Some((first, last)) => (first.parse().ok()?, last.parse().ok()?),
            None => {
                let first: u16 = range.parse().ok()?;
                (first, if step.is_some() { end - 1 } else { first })
            }
        };
        if first > last || last >= end {
            return None;
        }
        for value in (first..=last).step_by(usize::from(step.unwrap_or(1))) {
            named[usize::from(value)] = true;
        }
    }
    Some((0..end).filter(|value| named[usize::from(*value)]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cron_is_due_on_days_at_minutes() {
        let of = |expression: &str| Times::new(expression, "UTC").minutes();
        let minutes = |days: Option<&str>, of_day: &[u16]| {
            let days = days.map(|days| days.split(", ").map(str::to_owned).collect());
            Some(Minutes { days, of_day: of_day.to_vec() })
        };
        assert_eq!(of("cron(0 3 * * ? *)"), minutes(None, &[180]));
        assert_eq!(of("cron(0 3 ? * * *)"), minutes(None, &[180]));
        assert_eq!(of("cron(15,45 1-2 ? * mon *)"), minutes(Some("weekday 2"), &[75, 105, 135, 165]));
        assert_eq!(of("cron(0 0 ? * SUN,6-SAT *)"), minutes(Some("weekday 1, weekday 6, weekday 7"), &[0]));
        assert_eq!(of("cron(0 0 ? * 1-7 *)"), minutes(None, &[0]));
        assert_eq!(of("cron(0 0 ? * fri#2 *)"), minutes(Some("? * FRI#2"), &[0]));
        assert_eq!(of("cron(0 0 1,15 * ? *)"), minutes(Some("day 1, day 15"), &[0]));
        assert_eq!(of("cron(0 0 1 jan ? *)"), minutes(Some("1 JAN ?"), &[0]));
        assert_eq!(of("cron(*/30 23 * * ? *)"), minutes(None, &[1380, 1410]));
        assert_eq!(of("cron(40/15 0 * * ? *)"), minutes(None, &[40, 55]));
        for none in [
            "cron(0 3 * * ? 2024)",
            "cron(60 3 * * ? *)",
            "cron(x 3 * * ? *)",
            "rate(1 day)",
            "at(2026-12-24T18:00:00)",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
