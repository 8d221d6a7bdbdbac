//! Schedule expressions, as rules and EventBridge Scheduler take them: `rate(…)`, `cron(…)`, and of Scheduler
//! `at(…)`.

use crate::flow::cron::{Cron, Wrong};
use crate::flow::times::Rate;

use super::{Lowering, time};

/// Where both kinds keep it.
const PATH: &str = "ScheduleExpression";

/// Whose schedule it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// A rule's: it recurs, and the unit of a rate agrees with its number.
    Rule,
    /// One of EventBridge Scheduler: once too, and the unit in either number, which its reference leaves open.
    Scheduler,
}

/// Reports what AWS refuses of the schedule that a resource has, at the part of it that is wrong.
pub fn check(own: &mut Lowering<'_>, of: Of) {
    let Some(text) = own.properties().text_at(PATH).map(str::to_owned) else { return };
    if let Some(Wrong { at, message, help }) = wrong(&text, of) {
        let at = own.place_of(PATH).part(text.len(), &at);
        own.error("schedule", at, message, &help);
    }
}

fn wrong(text: &str, of: Of) -> Option<Wrong> {
    let whole = |message: String, help: String| Some(Wrong { at: 0..text.len(), message, help });
    let forms = match of {
        Of::Rule => "write `rate(5 minutes)` or `cron(0 8 * * ? *)`",
        Of::Scheduler => "write `rate(5 minutes)`, `cron(0 8 * * ? *)` or `at(2026-12-24T18:00:00)`",
    };
    match text.split('(').next().unwrap_or_default() {
        "cron" => Cron::read(text).err(),
        "rate" => match Rate::read(text) {
            None => whole(
                format!("`{text}` is no rate"),
                "write a number from 1 on and `minutes`, `hours` or `days`: `rate(5 minutes)`".to_owned(),
            ),
            Some(rate) if of == Of::Rule && !rate.agrees() => {
                whole(format!("`{text}` is no rate of a rule"), format!("write `{rate}`"))
            }
            Some(_) => None,
        },
        "at" if of == Of::Rule => whole(
            "a rule is due again and again, never once".to_owned(),
            format!("{forms}, or make it one of the `schedules`"),
        ),
        "at" if at(text).is_none() => whole(
            format!("`{text}` is no time"),
            "write `at(2026-12-24T18:00:00)`; the zone of that clock is `timezone`".to_owned(),
        ),
        "at" => None,
        _ => whole(format!("`{text}` is no schedule"), forms.to_owned()),
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
    fn an_expression_is_a_rate_a_cron_or_of_scheduler_one_time() {
        for fine in ["rate(1 minute)", "rate(5 minutes)", "rate(1 day)", "cron(0 8 * * ? *)"] {
            assert_eq!(wrong(fine, Of::Rule), None, "{fine}");
            assert_eq!(wrong(fine, Of::Scheduler), None, "{fine}");
        }
        for once in ["rate(1 minutes)", "rate(5 minute)", "at(2026-12-24T18:00:00)"] {
            assert!(wrong(once, Of::Rule).is_some(), "{once}");
            assert_eq!(wrong(once, Of::Scheduler), None, "{once}");
        }
        for no in [
            "rate(0 days)",
            "rate(5m)",
            "5 minutes",
            "cron(70 8 * * ? *)",
            "at(2026-13-01T00:00:00)",
            "at",
            "",
            "é(",
        ] {
            assert!(wrong(no, Of::Rule).is_some() && wrong(no, Of::Scheduler).is_some(), "{no}");
        }
        let said = wrong("rate(5 minute)", Of::Rule).unwrap();
        assert_eq!((said.at, said.help.as_str()), (0..14, "write `rate(5 minutes)`"));
    }

    #[test]
    fn one_time_is_a_clock_without_a_zone() {
        assert_eq!(at("at(2026-12-24T18:00:00)"), Some(1_798_135_200));
        for wrong in ["at(now)", "at(2026-12-24)", "at(2026-02-30T18:00:00)", "at(2026-12-24T18:00:00Z)"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }
}
