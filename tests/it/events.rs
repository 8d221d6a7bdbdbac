//! EventBridge through a whole run: what a plan says of it and what an apply mends.

use gatewayctl::plan::{Action, Options};

use crate::support::account::{Account, Source};

const CONNECTION: &str = r#"
stack: shop
parameters: { key: { from: "env:KEY", secret: true, default: local-only } }
connections: { carrier: { api_key: { name: X-Key, value: "${parameters.key}" } } }
api_destinations: { carrier: { connection: carrier, endpoint: "https://carrier.example.com", method: POST } }
"#;

/// Lets somebody take the authorization of a connection away.
async fn deauthorize(account: &Account, state: &str) {
    let (id, mut connection) = account.documents("events", "connection").remove(0);
    connection["ConnectionState"] = state.into();
    connection["StateReason"] = "the token endpoint says no".into();
    connection["Arn"] = connection["ConnectionArn"].clone();
    account.local.seed("eu-west-1", "events", "connection", &id, connection).expect("an account");
}

// hashicorp/terraform-provider-aws#49061: a connection without its authorization showed as a healthy one.
#[tokio::test]
async fn a_connection_that_lost_its_authorization_is_a_change_that_an_apply_mends() {
    let account = Account::new();
    let source = Source::new(CONNECTION);
    account.apply(&source).await;
    for state in ["DEAUTHORIZED", "FAILED_CONNECTIVITY"] {
        deauthorize(&account, state).await;
        let plan = account.plan(&source).await;
        assert!(!plan.is_empty() && plan.warnings.is_empty(), "{state}");
        let planned = &plan.changes[&"connections.carrier".parse().unwrap()];
        assert_eq!(planned.action, Action::Update);
        let reasons: Vec<String> = planned.reasons.iter().map(ToString::to_string).collect();
        assert_eq!(reasons, [format!("what is live has failed: {state}: the token endpoint says no")]);
        account.local.forget_requests();
        account.apply(&source).await;
        let written = account.local.requests();
        let update =
            written.iter().find(|request| request.operation == "UpdateConnection").expect("an update");
        assert!(
            update.input["AuthParameters"]["ApiKeyAuthParameters"]["ApiKeyValue"].is_string(),
            "the secret goes out again"
        );
        account.assert_converged(&source).await;
        assert_eq!(account.documents("events", "connection")[0].1["ConnectionState"], "AUTHORIZED");
    }
}

// hashicorp/terraform-provider-aws#42385: a customer managed key of a connection cannot be taken away.
#[tokio::test]
async fn a_key_of_a_connection_that_is_dropped_is_refused_before_anything_is_written() {
    let account = Account::new();
    let source = Source::new(CONNECTION);
    let with =
        source.edit("\"${parameters.key}\" }", "\"${parameters.key}\" }, kms_key_identifier: alias/shop");
    account.apply(&with).await;
    account.assert_converged(&with).await;
    let plan = account.plan(&source).await;
    let codes: Vec<&str> = plan.refusals.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["cannot_be_cleared"]);
    assert!(plan.refusals[0].message.contains("KmsKeyIdentifier"), "{}", plan.refusals[0].message);
    let other = with.edit("alias/shop", "alias/other");
    account.apply(&other).await;
    account.assert_converged(&other).await;
}

// An archive holds what cannot be made again: dropping it needs a word.
#[tokio::test]
async fn an_archive_is_protected_and_its_rule_is_in_no_plan() {
    let account = Account::new();
    let source = Source::new("stack: shop\nbuses: { orders: {} }\narchives: { orders: { bus: orders } }\n");
    account.apply(&source).await;
    account.assert_converged(&source).await;
    let without = source.edit("archives: { orders: { bus: orders } }", "");
    let plan = account.plan(&without).await;
    assert_eq!(plan.refusals.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["protected"]);
    assert!(
        !plan.changes.keys().any(|address| address.to_string().starts_with("rules")),
        "{:?}",
        plan.changes
    );
    let allowed =
        Options { allow_destroy: ["archives.orders".parse().unwrap()].into(), ..Options::default() };
    account.apply_with(&without, &allowed).await;
    assert!(account.documents("events", "archive").is_empty());
    assert!(account.documents("events", "rule").is_empty());
}
