//! `cron(…)` expressions, read by the table of their six fields, as EventBridge's rules and Scheduler document them.
//!
//! What the documentation leaves open is let pass, without a word on when it is due: a range over the end (`FRI-MON`),
//! a step of nothing.

use std::collections::BTreeSet;
use std::ops::Range;

/// A `cron(…)` expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cron<'t> {
    /// The minutes of an hour, 0–59.
    pub minutes: Part<'t>,
    /// The hours of a day, 0–23.
    pub hours: Part<'t>,
    /// The days of a month, 1–31.
    pub days: Part<'t>,
    /// The months of a year, 1–12.
    pub months: Part<'t>,
    /// The days of a week, 1–7; a Sunday is 1.
    pub weekdays: Part<'t>,
    /// The years, 1970–2199.
    pub years: Part<'t>,
}

/// What stands in one field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part<'t> {
    /// As it is written.
    pub text: &'t str,
    /// The values that it names, in order; nothing where they are not the same every time, as those of `6#3`.
    pub values: Option<Vec<u16>>,
}

/// What is wrong with an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrong {
    /// Where in the text, in bytes.
    pub at: Range<usize>,
    pub message: String,
    pub help: String,
}

/// What one field takes.
struct Field {
    name: &'static str,
    /// The least value and the greatest.
    least: u16,
    greatest: u16,
    /// What the values are called, from the least on.
    names: &'static [&'static str],
    /// Whether nothing in particular (`?`) may stand there.
    may_be_open: bool,
    /// Whether an item in capitals is a day that is another one every month: `L`, `15W`, `6#3`.
    is_moving: fn(&Field, &str) -> bool,
    /// What may stand there, as the error says it.
    takes: &'static str,
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const PLAIN: Field = Field {
    name: "",
    least: 0,
    greatest: 0,
    names: &[],
    may_be_open: false,
    is_moving: |_, _| false,
    takes: "",
};

const FIELDS: [Field; 6] = [
    Field {
        name: "minutes",
        greatest: 59,
        takes: "0-59 and `*`, with `,` for lists, `-` for ranges, `/` for steps",
        ..PLAIN
    },
    Field {
        name: "hours",
        greatest: 23,
        takes: "0-23 and `*`, with `,` for lists, `-` for ranges, `/` for steps",
        ..PLAIN
    },
    Field {
        name: "day-of-month",
        least: 1,
        greatest: 31,
        may_be_open: true,
        is_moving: moving_day,
        takes: "1-31, `*`, `?`, `L` for the last day, `15W` for the weekday nearest the 15th, with `,` for lists, `-` for ranges, `/` for steps",
        ..PLAIN
    },
    Field {
        name: "month",
        least: 1,
        greatest: 12,
        names: MONTHS,
        takes: "1-12 or JAN-DEC and `*`, with `,` for lists, `-` for ranges, `/` for steps",
        ..PLAIN
    },
    Field {
        name: "day-of-week",
        least: 1,
        greatest: 7,
        names: WEEKDAYS,
        may_be_open: true,
        is_moving: moving_weekday,
        takes: "1-7 or SUN-SAT (a Sunday is 1), `*`, `?`, `6L` for the last Friday of a month, `6#3` alone for its third, with `,` for lists, `-` for ranges",
    },
    Field {
        name: "year",
        least: 1970,
        greatest: 2199,
        takes: "1970-2199 and `*`, with `,` for lists, `-` for ranges, `/` for steps",
        ..PLAIN
    },
];

/// `L`, `L-3`, `LW`, `15W`.
fn moving_day(field: &Field, item: &str) -> bool {
    let (day, is_near) = item.strip_suffix('W').map_or((item, false), |day| (day, true));
    match day.strip_prefix('L') {
        Some("") => true,
        Some(before) => before.strip_prefix('-').is_some_and(|before| number(before).is_some()),
        None => is_near && field.value(day).is_some(),
    }
}

/// `L`, `6L`, `FRIL`, `6#3`, `FRI#3`.
fn moving_weekday(field: &Field, item: &str) -> bool {
    match item.split_once('#') {
        Some((day, nth)) => {
            field.value(day).is_some() && number(nth).is_some_and(|nth| (1..=5).contains(&nth))
        }
        None => item.strip_suffix('L').is_some_and(|day| day.is_empty() || field.value(day).is_some()),
    }
}

fn number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

impl Field {
    /// The value of a number or a name in capitals.
    fn value(&self, text: &str) -> Option<u16> {
        let named = self.names.iter().position(|name| *name == text);
        let named = named.and_then(|index| u16::try_from(index).ok()).map(|index| self.least + index);
        named.or_else(|| number(text)).filter(|value| (self.least..=self.greatest).contains(value))
    }

    fn read<'t>(&self, text: &'t str) -> Option<Part<'t>> {
        if text == "?" {
            return self.may_be_open.then_some(Part { text, values: None });
        }
        let capitals = text.to_ascii_uppercase();
        if capitals.contains('#') && capitals.contains(',') {
            return None;
        }
        let (mut named, mut are_known) = (BTreeSet::new(), true);
        for item in capitals.split(',') {
            match self.item(item)? {
                Some(values) => named.extend(values),
                None => are_known = false,
            }
        }
        Some(Part { text, values: are_known.then(|| named.into_iter().collect()) })
    }

    /// What one item of a list names, if that can be said: `*`, `5`, `1-5`, `0/15`, `*/15`.
    fn item(&self, item: &str) -> Option<Option<impl Iterator<Item = u16>>> {
        if (self.is_moving)(self, item) {
            return Some(None);
        }
        let (range, step) = match item.split_once('/') {
            Some((range, step)) => (range, Some(number(step)?)),
            None => (item, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" || (range.is_empty() && step.is_some()) => (self.least, self.greatest),
            Some((first, last)) => (self.value(first)?, self.value(last)?),
            None => {
                let first = self.value(range)?;
                (first, if step.is_some() { self.greatest } else { first })
            }
        };
        let step = usize::from(step.unwrap_or(1));
        Some((step > 0 && first <= last).then(|| (first..=last).step_by(step)))
    }
}

impl Part<'_> {
    /// Whether it names every value.
    pub fn is_any(&self) -> bool {
        self.text == "*" || self.text == "?"
    }
}

impl<'t> Cron<'t> {
    /// Reads an expression.
    ///
    /// ```
    /// use gatewayctl::flow::cron::Cron;
    /// let cron = Cron::read("cron(0/30 8 ? * MON-FRI *)").unwrap();
    /// assert_eq!(cron.minutes.values, Some(vec![0, 30]));
    /// assert_eq!(Cron::read("cron(70 3 * * ? *)").unwrap_err().at, 5..7);
    /// ```
    ///
    /// # Errors
    /// The first thing that AWS would refuse, and where it stands.
    pub fn read(text: &'t str) -> Result<Cron<'t>, Wrong> {
        let wrong =
            |at: Range<usize>, message: String, help: &str| Wrong { at, message, help: help.to_owned() };
        let inside = text.strip_prefix("cron(").and_then(|text| text.strip_suffix(')'));
        let Some(inside) = inside else {
            return Err(wrong(0..text.len(), format!("`{text}` is no cron"), SIX));
        };
        let begin = "cron(".len();
        let fields: Vec<(Range<usize>, &str)> =
            words(inside).map(|(at, word)| (begin + at..begin + at + word.len(), word)).collect();
        if fields.len() != FIELDS.len() {
            let count = fields.len();
            let message = format!("a cron of AWS has six fields, and this has {count}");
            return Err(wrong(0..text.len(), message, SIX));
        }
        let mut parts = Vec::with_capacity(FIELDS.len());
        for (field, (at, text)) in FIELDS.iter().zip(&fields) {
            let Some(part) = field.read(text) else {
                let message = format!("`{text}` cannot be the {} of a cron", field.name);
                return Err(wrong(at.clone(), message, &format!("{}: {}", field.name, field.takes)));
            };
            parts.push(part);
        }
        let [minutes, hours, days, months, weekdays, years]: [Part<'t>; 6] =
            parts.try_into().unwrap_or_else(|_| unreachable!("as many parts as fields"));
        let at = |index: usize| fields[index].0.clone();
        match (days.text == "?", weekdays.text == "?") {
            (false, false) => {
                let message = "day-of-month and day-of-week cannot both be said".to_owned();
                let help =
                    "write `?` for one of them: `0 8 * * ? *` is daily, `0 8 ? * MON-FRI *` on workdays";
                Err(wrong(at(4), message, help))
            }
            (true, true) => {
                let message = "one of day-of-month and day-of-week must be said".to_owned();
                Err(wrong(at(4), message, "write `?` for one of them alone: `0 8 * * ? *` is daily"))
            }
            _ => Ok(Cron { minutes, hours, days, months, weekdays, years }),
        }
    }
}

const SIX: &str =
    "write `cron(minutes hours day-of-month month day-of-week year)`, such as `cron(0 8 * * ? *)`";

/// The words of a text, each with where it begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aws_documents_is_taken() {
        for fine in [
            "0 10 * * ? *",
            "15 12 * * ? *",
            "0 18 ? * MON-FRI *",
            "0 8 1 * ? *",
            "0/10 * ? * MON-FRI *",
            "0/5 8-17 ? * MON-FRI *",
            "0/30 20-2 ? * MON-FRI *",
            "5,35 14 * * ? *",
            "15 10 ? * 6L 2019-2022",
            "0 10 ? * fril *",
            "0 10 ? * L *",
            "0 10 ? * 3#2 *",
            "0 10 ? * FRI#5 *",
            "0 10 ? * 2/2 *",
            "0 10 ? * FRI-MON,3 *",
            "0 10 L * ? *",
            "0 10 L-3 * ? *",
            "0 10 LW * ? *",
            "0 10 3W,15 * ? *",
            "0 10 1/7 jan,JUL-9 ? *",
            "08 00 31 12 ? 1970,2199,2030/2",
            "*/15 /2 * */3 ? *",
            "0/0 0/90 * * ? *",
            "  0   10 * * ? * ",
        ] {
            let text = format!("cron({fine})");
            assert!(Cron::read(&text).is_ok(), "{:?}", Cron::read(&text));
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_field() {
        // The field, and what of the text is wrong.
        let table = [
            ("a b c d ? e", "minutes", "a"),
            ("70 3 * * ? *", "minutes", "70"),
            ("5-60 3 * * ? *", "minutes", "5-60"),
            ("? 3 * * ? *", "minutes", "?"),
            ("-1 3 * * ? *", "minutes", "-1"),
            ("1,,2 3 * * ? *", "minutes", "1,,2"),
            ("0/x 3 * * ? *", "minutes", "0/x"),
            ("0 24 * * ? *", "hours", "24"),
            ("0 8L * * ? *", "hours", "8L"),
            ("0 8 0 * ? *", "day-of-month", "0"),
            ("0 8 32 * ? *", "day-of-month", "32"),
            ("0 8 6#3 * ? *", "day-of-month", "6#3"),
            ("0 8 W * ? *", "day-of-month", "W"),
            ("0 8 1,? * ? *", "day-of-month", "1,?"),
            ("0 8 * 13 ? *", "month", "13"),
            ("0 8 * MON ? *", "month", "MON"),
            ("0 8 ? * 0 *", "day-of-week", "0"),
            ("0 8 ? * 8 *", "day-of-week", "8"),
            ("0 8 ? * MONDAY *", "day-of-week", "MONDAY"),
            ("0 8 ? * 6#6 *", "day-of-week", "6#6"),
            ("0 8 ? * 3#1,6#3 *", "day-of-week", "3#1,6#3"),
            ("0 8 ? * 3W *", "day-of-week", "3W"),
            ("0 8 * * ? 1969", "year", "1969"),
            ("0 8 * * ? 2200", "year", "2200"),
            ("0 8 * * ? ?", "year", "?"),
        ];
        for (fields, name, text) in table {
            let whole = format!("cron({fields})");
            let wrong = Cron::read(&whole).unwrap_err();
            assert_eq!(wrong.message, format!("`{text}` cannot be the {name} of a cron"), "{whole}");
            assert_eq!(&whole[wrong.at], text, "{whole}");
            assert!(wrong.help.starts_with(&format!("{name}: ")), "{}", wrong.help);
        }
        for (fields, message) in [
            ("0 8 * * *", "a cron of AWS has six fields, and this has 5"),
            ("0 8 * * * *", "day-of-month and day-of-week cannot both be said"),
            ("0 8 1 * MON *", "day-of-month and day-of-week cannot both be said"),
            ("0 8 ? * ? *", "one of day-of-month and day-of-week must be said"),
            ("", "a cron of AWS has six fields, and this has 0"),
        ] {
            assert_eq!(Cron::read(&format!("cron({fields})")).unwrap_err().message, message);
        }
        assert_eq!(Cron::read("cron 0 8 * * ? *").unwrap_err().message, "`cron 0 8 * * ? *` is no cron");
    }

    #[test]
    fn a_field_names_its_values_where_they_are_the_same_every_time() {
        let of = |field: &Field, text: &str| field.read(text).unwrap().values;
        assert_eq!(of(&FIELDS[0], "*/20,5-7"), Some(vec![0, 5, 6, 7, 20, 40]));
        assert_eq!(of(&FIELDS[3], "oct/2"), Some(vec![10, 12]));
        assert_eq!(of(&FIELDS[4], "*"), Some((1..=7).collect()));
        for (field, text) in [(1, "22-2"), (0, "0/0"), (2, "1,L"), (4, "6#3"), (4, "?")] {
            assert_eq!(of(&FIELDS[field], text), None, "{text}");
        }
    }

    #[test]
    fn words_know_where_they_begin() {
        assert_eq!(words(" 0  8é *").collect::<Vec<_>>(), [(1, "0"), (4, "8é"), (8, "*")]);
    }
}
