//! When something happens at fixed times: `rate(…)` and `cron(…)`, as EventBridge's rules and Scheduler take them.

use super::cron::Cron;

/// The times of a schedule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Times {
    expression: String,
    zone: String,
}

/// The times of a `rate(…)`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rate {
    /// How many units are between two times; at least one.
    pub number: u32,
    pub unit: Unit,
    /// Whether the unit is written in the plural.
    pub is_plural: bool,
}

/// The unit of a [`Rate`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Minute,
    Hour,
    Day,
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
        let rate = Rate::read(&self.expression)?;
        let a_day = match rate.unit {
            Unit::Minute => 1_440.0,
            Unit::Hour => 24.0,
            Unit::Day => 1.0,
        };
        Some(a_day / f64::from(rate.number))
    }

    /// At which minutes a `cron(…)` is due; nothing for what is none, or is of some years alone, which may be past.
    pub fn minutes(&self) -> Option<Minutes> {
        let Cron { minutes, hours, days, months, weekdays, years } = Cron::read(&self.expression).ok()?;
        if years.text != "*" {
            return None;
        }
        let (of_hour, of_day) = (minutes.values?, hours.values?);
        let of_day = of_day.iter().flat_map(|hour| of_hour.iter().map(move |minute| hour * 60 + minute));
        let is_daily = days.is_any() && months.text == "*" && weekdays.is_any();
        let as_written = format!("{} {} {}", days.text, months.text, weekdays.text).to_uppercase();
        let named = |what: &str, days: Vec<u16>| days.iter().map(|day| format!("{what} {day}")).collect();
        let days: Option<Vec<String>> = match (days.is_any(), months.text, weekdays.is_any()) {
            (true, "*", false) => weekdays.values.map(|days| named("weekday", days)),
            (false, "*", true) => days.values.map(|days| named("day", days)),
            _ => None,
        };
        let days = days.unwrap_or_else(|| vec![as_written]);
        let is_all_week = days.len() == 7 && days.iter().all(|day| day.starts_with("weekday"));
        let days = (!is_daily && !is_all_week).then_some(days);
        Some(Minutes { days, of_day: of_day.collect() })
    }
}

impl Rate {
    /// Reads a `rate(…)`; nothing if it is none, or none at all.
    pub fn read(text: &str) -> Option<Rate> {
        let inside = text.strip_prefix("rate(")?.strip_suffix(')')?;
        let words: Vec<&str> = inside.split_whitespace().collect();
        let [number, unit] = words.as_slice() else { return None };
        let is_plural = unit.ends_with('s');
        let unit = match unit.strip_suffix('s').unwrap_or(unit) {
            "minute" => Unit::Minute,
            "hour" => Unit::Hour,
            "day" => Unit::Day,
            _ => return None,
        };
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.parse().ok().filter(|number| is_number && *number > 0)?;
        Some(Rate { number, unit, is_plural })
    }

    /// Whether the unit is in the number that stands before it.
    pub fn agrees(self) -> bool {
        self.is_plural == (self.number > 1)
    }
}

/// As the rules of EventBridge want it: the unit in the number that stands before it.
impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.unit {
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
        };
        let end = if self.number > 1 { "s" } else { "" };
        write!(f, "rate({} {unit}{end})", self.number)
    }
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

    #[test]
    fn a_rate_is_a_number_and_a_unit() {
        for (text, rate) in [
            ("rate(1 minute)", "rate(1 minute)"),
            ("rate(5 minutes)", "rate(5 minutes)"),
            ("rate( 05  hours )", "rate(5 hours)"),
            ("rate(1 days)", "rate(1 day)"),
            ("rate(5 minute)", "rate(5 minutes)"),
        ] {
            assert_eq!(Rate::read(text).map(|rate| rate.to_string()).as_deref(), Some(rate), "{text}");
        }
        for wrong in [
            "rate(0 minutes)",
            "rate(+5 minutes)",
            "rate(5m)",
            "rate(5 weeks)",
            "rate(5 minutess)",
            "5 minutes",
        ] {
            assert_eq!(Rate::read(wrong), None, "{wrong}");
        }
        assert!(Rate::read("rate(1 day)").unwrap().agrees() && !Rate::read("rate(1 days)").unwrap().agrees());
    }
}
