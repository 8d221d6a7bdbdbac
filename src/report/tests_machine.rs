//! What came of a stack's tests, for machines: TAP version 14, JUnit's XML, JSON.

use serde_json::{Value as Json, json};

use super::escape::html;
use super::page::harmless;
use super::tests_text::{headline, reason, told};
use super::trace_json::hop_json;
use crate::flow::case::{Coverage, Failure, Ran};

/// The version of the JSON.
const FORMAT: &str = "1.1";

/// [TAP version 14](https://testanything.org/tap-version-14-specification.html).
pub fn tests_tap(ran: &[Ran], places: &[String]) -> String {
    let mut tap = format!("TAP version 14\n1..{}\n", ran.len());
    for (index, (one, place)) in ran.iter().map(Ran::masked).zip(places).enumerate() {
        let not = if one.failures.is_empty() { "" } else { "not " };
        // A `#` would begin a directive.
        let name = harmless(&one.name).replace('\\', "\\\\").replace('#', "\\#").replace(['\n', '\r'], " ");
        tap.push_str(&format!("{not}ok {} - {name}\n", index + 1));
        if one.failures.is_empty() {
            continue;
        }
        // JSON is YAML, whatever stands in the text.
        tap.push_str(&format!("  ---\n  at: {}\n  failures:\n", json!(harmless(place))));
        for failure in &one.failures {
            tap.push_str("    - |-\n");
            told(failure).lines().for_each(|line| tap.push_str(&format!("      {line}\n")));
        }
        tap.push_str("  ...\n");
    }
    tap
}

/// JUnit's XML, as CI systems read it.
pub fn tests_junit(stack: &str, ran: &[Ran], places: &[String]) -> String {
    let failed = ran.iter().filter(|one| !one.failures.is_empty()).count();
    let counts = format!("tests=\"{}\" failures=\"{failed}\" errors=\"0\"", ran.len());
    let stack = html(stack);
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gatewayctl\" {counts}>\n  <testsuite name=\"{stack}\" {counts}>\n"
    );
    for (one, place) in ran.iter().map(Ran::masked).zip(places) {
        let head = format!(
            "    <testcase name=\"{}\" classname=\"{stack}\" file=\"{}\"",
            html(&one.name),
            html(place)
        );
        match one.failures.as_slice() {
            [] => xml.push_str(&format!("{head}/>\n")),
            failures => {
                let lines: Vec<String> = failures.iter().map(|failure| html(&headline(failure))).collect();
                let whole: Vec<String> = failures
                    .iter()
                    .flat_map(|failure| told(failure).lines().map(html).collect::<Vec<_>>())
                    .collect();
                xml.push_str(&format!(
                    "{head}>\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n",
                    lines.join("; "),
                    whole.join("\n")
                ));
            }
        }
    }
    xml + "  </testsuite>\n</testsuites>\n"
}

/// Everything, with the way of each test.
pub fn tests_json(ran: &[Ran], coverage: Option<&Coverage>, places: &[String]) -> Json {
    let tests = ran.iter().map(Ran::masked).zip(places).map(|(one, place)| {
        json!({
            "name": one.name,
            "place": place,
            "passed": one.failures.is_empty(),
            "failures": one.failures.iter().map(failure).collect::<Vec<_>>(),
            "trace": hop_json(&one.way),
        })
    });
    let coverage = coverage.map(|coverage| {
        let missed = coverage.missed.iter().map(
            |(from, way)| json!({ "from": from.to_string(), "name": way.name, "to": way.to.to_string() }),
        );
        json!({ "ways": coverage.all, "missed": missed.collect::<Vec<_>>() })
    });
    json!({
        "format_version": FORMAT,
        "passed": ran.iter().filter(|one| one.failures.is_empty()).count(),
        "failed": ran.iter().filter(|one| !one.failures.is_empty()).count(),
        "tests": tests.collect::<Vec<_>>(),
        "coverage": coverage,
    })
}

fn failure(failure: &Failure) -> Json {
    let (to, wanted, got) = match failure {
        Failure::Missing { to, .. } => (to, None, None),
        Failure::Differs { to, wanted, got } => (to, Some(wanted), Some(got)),
        Failure::NoMatch { to, got, .. } | Failure::Surplus { to, got } | Failure::Never { to, got } => {
            (to, None, Some(got))
        }
        Failure::Cannot { at, .. } => (at, None, None),
    };
    let reasons = match failure {
        Failure::Missing { reasons, .. } => reasons.as_slice(),
        _ => &[],
    };
    let reasons: Vec<Json> =
        reasons.iter().map(|one| json!({ "at": one.at.to_string(), "why": reason(one) })).collect();
    json!({ "message": headline(failure), "at": to.to_string(), "wanted": wanted, "got": got, "reasons": reasons })
}
