//! `explain` of an error code of AWS.

use super::advice::{Advice, all, told};
use super::page::{Page, harmless, piece};
use super::style::Label;
use crate::engine::AwsError;
use crate::plan::{Foreseen, Plan};

/// What an error code of AWS usually means, and what to do; nothing of a code that nobody has met.
pub fn error_text(code: &str, color: bool, width: usize) -> Option<String> {
    let rows = all(code);
    if rows.is_empty() {
        return None;
    }
    let mut out = Page::new(color, width);
    out.line(0, &[piece(Label::Heading, code), piece(Label::Dim, "  (an error of AWS)")]);
    for row in rows {
        out.blank();
        let when = when(row);
        if !when.is_empty() {
            out.prose(2, Label::Dim, &when);
        }
        out.prose(2, Label::Plain, &general(row.means));
        out.prose(2, Label::Help, &format!("next: {}", general(row.next)));
    }
    Some(out.finish())
}

/// An error outside any resource, as the end of a command says it: what AWS says, what it usually means, what
/// to do.
pub fn failed_call_text(error: &AwsError) -> String {
    let said = harmless(&error.to_string());
    match told(error, "ADDRESS") {
        Some((means, next)) => format!("{said}\nusually: {means}\nnext: {next}"),
        None => said,
    }
}

/// What AWS has refused when it was asked before an apply, each as [`failed_call_text`] says it.
pub fn refused_texts(plan: &Plan) -> Vec<String> {
    let texts = plan.foreseen.iter().filter_map(|(address, foreseen)| {
        let Foreseen::Refused { why, error } = foreseen else { return None };
        let address = address.to_string();
        let said = format!("nothing was applied, since AWS refuses {address}: {}", harmless(why));
        Some(match error.as_ref().and_then(|error| told(error, &address)) {
            Some((means, next)) => format!("{said}\nusually: {means}\nnext: {next}"),
            None => said,
        })
    });
    texts.collect()
}

/// Where a row holds: a service, an operation, a message.
fn when(row: &Advice) -> String {
    let at = if row.at.is_empty() { String::new() } else { format!("of {}", row.at) };
    let says = if row.says.is_empty() { String::new() } else { format!("where it says `{}`", row.says) };
    match [at, says].iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>().join(", ") {
        when if when.is_empty() => when,
        when => format!("{when}:"),
    }
}

fn general(text: &str) -> String {
    text.replace("{operation}", "the operation")
        .replace("{service}", "SERVICE")
        .replace("{address}", "ADDRESS")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Class;

    #[test]
    fn a_call_outside_any_resource_says_what_to_type_and_obeys_nothing_that_aws_says() {
        let error = AwsError {
            code: "ExpiredToken".into(),
            ..AwsError::new("sts", "GetCallerIdentity", Class::Expired, "expired\u{1b}[2J")
        };
        insta::assert_snapshot!(failed_call_text(&error), @r"
        sts:GetCallerIdentity: ExpiredToken: expired\u{1b}[2J
        usually: the credentials ran out during the run
        next: take new ones (`aws sso login`, or your own way), then apply again
        ");
    }
}
