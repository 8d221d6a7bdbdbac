//! Every optional field of every kind: with all of them and with none a plan is empty after an apply;
//! one that is dropped leaves the resource as if it had never been there.

use crate::support::account::{Account, Source};
use crate::support::raw;

const ALL: &str = include_str!("fields.yaml");
const OPTIONAL: &str = "#?";

/// The stack without the optional lines that the function does not keep.
fn keeping(keep: impl Fn(usize) -> bool) -> Source {
    let lines = ALL.lines().enumerate();
    let kept = lines.filter(|(n, line)| !line.ends_with(OPTIONAL) || keep(*n)).map(|(_, line)| line);
    Source::new(&kept.collect::<Vec<_>>().join("\n"))
}

/// Optional lines by number.
fn optional() -> Vec<(usize, &'static str)> {
    ALL.lines().enumerate().filter(|(_, line)| line.ends_with(OPTIONAL)).collect()
}

#[tokio::test]
async fn with_every_optional_field_a_plan_is_empty_after_an_apply() {
    let account = Account::new();
    let all = keeping(|_| true);
    account.apply(&all).await;
    account.assert_converged(&all).await;
}

#[tokio::test]
async fn with_no_optional_field_a_plan_is_empty_after_an_apply() {
    let account = Account::new();
    let none = keeping(|_| false);
    account.apply(&none).await;
    account.assert_converged(&none).await;
}

/// AWS is known to fill these in at the first update, where a resource that was created without the
/// field has nothing: paths in raw documents, with the default that appears.
const ECHOES: &[(&str, &str)] =
    &[("event-bus", "LogConfig"), ("pipe", "LogConfiguration"), ("pipe", "EnrichmentParameters")];

#[tokio::test]
async fn an_optional_field_that_is_dropped_leaves_no_trace() {
    let mut wrong = Vec::new();
    for (dropped, line) in optional() {
        let account = Account::new();
        account.apply(&keeping(|_| true)).await;
        let without = keeping(|n| n != dropped);
        account.apply(&without).await;
        account.assert_converged(&without).await;
        let fresh = Account::new();
        fresh.apply(&without).await;
        let (is, should) = (raw::everything(&account), raw::everything(&fresh));
        for difference in raw::differences(&should, &is) {
            let known = ECHOES.iter().any(|(collection, path)| {
                difference.collection == *collection && difference.path.starts_with(path)
            });
            if !known {
                wrong.push(format!("{}: {difference:?}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn an_optional_field_that_is_added_ends_as_if_it_had_always_been_there() {
    let mut wrong = Vec::new();
    let fresh = Account::new();
    fresh.apply(&keeping(|_| true)).await;
    let should = raw::everything(&fresh);
    for (added, line) in optional() {
        let account = Account::new();
        account.apply(&keeping(|n| n != added)).await;
        account.apply(&keeping(|_| true)).await;
        account.assert_converged(&keeping(|_| true)).await;
        for difference in raw::differences(&should, &raw::everything(&account)) {
            let known = ECHOES.iter().any(|(collection, path)| {
                difference.collection == *collection && difference.path.starts_with(path)
            });
            if !known {
                wrong.push(format!("{}: {difference:?}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
