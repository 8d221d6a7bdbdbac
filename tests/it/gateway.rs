//! The reference gateway on the embedded account: everything it stands for, once.

use gatewayctl::plan::Action;
use serde_json::Value;

use crate::support::account::{Account, Source, is_read};
use crate::support::process::Folder;

/// The stack of the repository's front door.
pub fn gateway() -> Source {
    Source::of_folder("stacks/serverless-event-gateway")
}

fn texts<'a>(documents: &'a [(String, Value)], member: &str) -> Vec<&'a str> {
    documents.iter().filter_map(|(_, document)| document[member].as_str()).collect()
}

#[tokio::test]
async fn the_gateway_is_applied_once_and_then_there_is_nothing_to_do() {
    let account = Account::new();
    let (plan, outcome) = account.apply(&gateway()).await;
    assert_eq!(plan.counts().create, plan.changes.len());
    account.assert_converged(&gateway()).await;
    // Applied again: not one request changes anything.
    let before = account.local.requests().len();
    let (_, again) = account.apply(&gateway()).await;
    assert!(again.done.is_empty());
    for request in &account.local.requests()[before..] {
        assert!(is_read(&request.operation), "{}", request.operation);
    }
    let outputs: Vec<&str> = outcome.outputs.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(outputs, ["orders_url", "confirm_url", "carrier_url"]);
    for (name, value) in &outcome.outputs {
        let url = value.as_str().expect("known by now");
        assert!(
            url.starts_with("https://") && !url.ends_with('/') && !url[8..].contains("//"),
            "{name}: {url}"
        );
    }
}

#[tokio::test]
async fn the_account_holds_what_the_reference_says() {
    let account = Account::new();
    account.apply(&gateway()).await;
    let pipes = account.documents("pipes", "pipe");
    assert_eq!(texts(&pipes, "Name"), ["dynamodb-orders-stream"]);
    let template = pipes[0].1["TargetParameters"]["InputTemplate"].as_str().unwrap();
    let squeezed: String = template.split_whitespace().collect();
    assert_eq!(
        squeezed,
        "{\"eventName\":<$.eventName>,\"order\":{\"id\":<$.dynamodb.NewImage.PK.S>,\"state\":<$.dynamodb.NewImage.state.S>}}"
    );
    let rules = account.documents("events", "rule");
    assert_eq!(rules.len(), 2);
    let destinations = account.documents("events", "api-destination");
    assert_eq!(destinations.len(), 1);
    assert_eq!(destinations[0].1["InvocationRateLimitPerSecond"], 20);
    let endpoint = destinations[0].1["InvocationEndpoint"].as_str().unwrap();
    assert!(endpoint.ends_with(".on.aws/orders"), "{endpoint}");
    assert_eq!(account.documents("lambda", "function").len(), 3);
    assert_eq!(account.documents("apigateway", "rest-api").len(), 2);
}

#[test]
fn a_changed_rate_limit_is_one_resource_one_field_with_its_line() {
    let folder = Folder::copy_of("stacks/serverless-event-gateway");
    folder.run(&["apply", "--local", "--yes"]).ends(0);
    let plan = folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(0);
    assert!(plan.stdout.starts_with("No changes."), "{}", plan.stdout);
    folder.edit("rate_limit: 20", "rate_limit: 10");
    let plan = folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(2);
    insta::assert_snapshot!(plan.stdout, @"
    Plan: 1 to update, 26 unchanged.

    api_destinations
      ~ api_destinations.carrier  serverless-event-gateway-carrier  stack.yaml:75
          ~ InvocationRateLimitPerSecond: 20 → 10  stack.yaml:79
          3 unchanged fields

    Not comparable: connections.carrier AuthParameters.BasicAuthParameters.Password (AWS never shows it;
    version c7479ed9 applied)
    A new `version:` beside the secret's `from:`, or `apply --rotate ADDRESS`, sends it again.

    Orphan search: 2 resources looked at one by one, because lists do not show their marks.
    ");
    folder.run(&["plan", "--local"]).ends(0);
    folder.run(&["apply", "--local", "--yes"]).ends(0);
    folder.run(&["plan", "--local", "--detailed-exitcode"]).ends(0);
    let refused = folder.run(&["destroy", "--local", "--yes"]).ends(1);
    assert!((refused.stdout + &refused.stderr).contains("--allow-destroy tables.orders"));
    folder.run(&["destroy", "--local", "--yes", "--allow-destroy", "tables.orders"]).ends(0);
    let left = folder.run(&["plan", "--local", "--format", "json"]).ends(0);
    let left: Value = serde_json::from_str(&left.stdout).unwrap();
    assert!(left["resources"].as_array().unwrap().iter().all(|one| one["actions"][0] == "create"));
}

#[tokio::test]
async fn everything_goes_but_what_is_protected_asks_for_a_word() {
    let account = Account::new();
    account.apply(&gateway()).await;
    let destroy = gatewayctl::plan::Options { destroy: true, ..Default::default() };
    let plan = account.plan_with(&gateway(), &destroy).await;
    assert_eq!(plan.refusals.len(), 1, "{:#?}", plan.refusals);
    assert_eq!(plan.refusals[0].code, "protected");
    let allow_destroy = ["tables.orders".parse().unwrap()].into();
    let (plan, _) =
        account.apply_with(&gateway(), &gatewayctl::plan::Options { allow_destroy, ..destroy }).await;
    assert!(plan.changes.values().all(|planned| planned.action == Action::Delete));
    for (service, collection) in [
        ("dynamodb", "table"),
        ("pipes", "pipe"),
        ("events", "rule"),
        ("events", "connection"),
        ("events", "api-destination"),
        ("lambda", "function"),
        ("apigateway", "rest-api"),
        ("iam", "role"),
        ("logs", "log-group"),
    ] {
        assert_eq!(account.documents(service, collection), [], "{service} {collection}");
    }
}
