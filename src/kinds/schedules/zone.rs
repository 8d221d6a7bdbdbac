//! The names of time zones by their form, as IANA gives them: `Europe/Berlin`, `America/Argentina/Ushuaia`, `UTC`.
//! Cities come and go with every release of its database, so they are AWS's to judge.

use crate::source::suggest;

/// What stands in front of the `/`: the areas of the database, with those it keeps for old names.
const AREAS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

/// The names without an area. The database takes in no more of them.
const ALONE: &[&str] = &[
    "CET",
    "CST6CDT",
    "Cuba",
    "EET",
    "EST",
    "EST5EDT",
    "Egypt",
    "Eire",
    "Factory",
    "GB",
    "GB-Eire",
    "GMT",
    "GMT+0",
    "GMT-0",
    "GMT0",
    "Greenwich",
    "HST",
    "Hongkong",
    "Iceland",
    "Iran",
    "Israel",
    "Jamaica",
    "Japan",
    "Kwajalein",
    "Libya",
    "MET",
    "MST",
    "MST7MDT",
    "NZ",
    "NZ-CHAT",
    "Navajo",
    "PRC",
    "PST8PDT",
    "Poland",
    "Portugal",
    "ROC",
    "ROK",
    "Singapore",
    "Turkey",
    "UCT",
    "UTC",
    "Universal",
    "W-SU",
    "WET",
    "Zulu",
];

const HELP: &str = "write a name of the IANA database, such as `Europe/Berlin`, `America/New_York` or `UTC`";

/// What is wrong with the name of a time zone, and what to write instead. Capitals do not count: it is not known
/// whether they do for AWS.
pub(super) fn wrong(name: &str) -> Option<(String, String)> {
    let is_known = |known: &[&str], text: &str| known.iter().any(|one| one.eq_ignore_ascii_case(text));
    let message = format!("`{name}` is no time zone");
    let Some((area, rest)) = name.split_once('/') else {
        let near = suggest(name, ALONE.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
        let wrong = || (message + &near.unwrap_or_default(), HELP.to_owned());
        return (!is_known(ALONE, name)).then(wrong);
    };
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    if !is_known(AREAS, area) {
        let near =
            suggest(area, AREAS.iter().copied()).map(|near| format!("; did you mean `{near}/{rest}`?"));
        let help = format!("{HELP}; the areas are {}", AREAS.join(", "));
        return Some((message + &near.unwrap_or_default(), help));
    }
    (!rest.split('/').all(is_part)).then(|| (message, HELP.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_judged_by_its_form_and_area() {
        for fine in [
            "UTC",
            "utc",
            "GMT+0",
            "EST5EDT",
            "Europe/Berlin",
            "Europe/Berln",
            "America/Argentina/Ushuaia",
            "America/Port-au-Prince",
            "Etc/GMT-14",
            "US/East-Indiana",
            "europe/berlin",
        ] {
            assert_eq!(wrong(fine), None, "{fine}");
        }
        for (no, near) in [
            ("Eurpe/Berlin", "; did you mean `Europe/Berlin`?"),
            ("Berlin", ""),
            ("UTV", "; did you mean `UTC`?"),
            ("+02:00", ""),
            ("Europe/", ""),
            ("Europe/Ber lin", ""),
            ("Mars/Olympus", ""),
            ("", ""),
        ] {
            let message = wrong(no).map(|(message, _)| message);
            assert_eq!(message, Some(format!("`{no}` is no time zone{near}")));
        }
    }
}
