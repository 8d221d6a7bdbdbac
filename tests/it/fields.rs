//! Every optional field of every kind: with all of them and with none a plan is empty after an apply;
//! one that is dropped leaves the resource as if it had never been there.

use crate::support::account::{Account, Source, is_read};
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

/// Drops each optional line alone and adds it again: the raw account equals one that never had it,
/// and one that always had it.
async fn dropped_and_added(which: impl Fn(usize) -> bool) {
    let all = keeping(|_| true);
    let file = tempfile::NamedTempFile::new().expect("a file");
    let account = Account::at(file.path(), "");
    account.apply(&all).await;
    let with_all = raw::everything(&account);
    let mut wrong = Vec::new();
    for (line, text) in optional().into_iter().filter(|(line, _)| which(*line)) {
        let without = keeping(|n| n != line);
        let copy = tempfile::NamedTempFile::new().expect("a file");
        std::fs::copy(file.path(), copy.path()).expect("a copy");
        let dropped = Account::at(copy.path(), "");
        dropped.apply(&without).await;
        assert!(dropped.local.requests().iter().any(|request| !is_read(&request.operation)), "{text}");
        dropped.assert_converged(&without).await;
        let fresh = Account::new();
        fresh.apply(&without).await;
        let never = raw::everything(&fresh);
        wrong.extend(differences(text, "dropped", &never, &raw::everything(&dropped)));
        fresh.apply(&all).await;
        fresh.assert_converged(&all).await;
        wrong.extend(differences(text, "added", &with_all, &raw::everything(&fresh)));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn differences(line: &str, what: &str, should: &raw::Documents, is: &raw::Documents) -> Vec<String> {
    let all = raw::differences(should, is).into_iter();
    let unknown = all.filter(|difference| {
        !ECHOES.iter().any(|(collection, path)| {
            difference.collection == *collection && difference.path.starts_with(path)
        })
    });
    unknown.map(|difference| format!("{what} {}: {difference:?}", line.trim())).collect()
}

// Two tests, so that both cores have something to do.
#[tokio::test]
async fn an_optional_field_that_is_dropped_leaves_no_trace_and_comes_back() {
    dropped_and_added(|line| line % 2 == 0).await;
}

#[tokio::test]
async fn another_optional_field_that_is_dropped_leaves_no_trace_and_comes_back() {
    dropped_and_added(|line| line % 2 == 1).await;
}
