//! What others lead to goes after them: old aliases and stages.

use gatewayctl::plan::Action;

use crate::changes::{address, sent, with};
use crate::support::account::{Account, Source};

/// A function with an alias that a rule, a pipe and an API lead to.
fn with_alias(alias: &str) -> Source {
    Source::new(&format!(
        "
stack: shop
buses: {{ orders: {{}} }}
queues: {{ jobs: {{}} }}
functions:
  work:
    code: stacks/serverless-event-gateway/functions/orders
    handler: index.lambda_handler
    runtime: python3.13
    aliases: {{ {alias}: {{}} }}
rules:
  placed:
    bus: orders
    pattern: {{ source: [shop] }}
    targets: {{ work: {{ function: work, qualifier: {alias} }} }}
pipes:
  jobs:
    source: {{ queue: jobs }}
    target: {{ function: work, qualifier: {alias} }}
apis:
  front:
    routes: {{ \"POST /orders\": {{ function: work, qualifier: {alias} }} }}
"
    ))
}

/// Where the first request of an operation stands that says something; it must be there.
#[track_caller]
fn first(account: &Account, operation: &str, says: &str) -> usize {
    let requests = account.local.requests();
    let found = requests
        .iter()
        .position(|request| request.operation == operation && request.input.to_string().contains(says));
    found.unwrap_or_else(|| panic!("no {operation} says {says}"))
}

/// Events that come in between must find something: the old alias, or the new one.
#[tokio::test]
async fn a_renamed_alias_goes_after_those_who_led_to_it_have_moved() {
    let account = with(&with_alias("live")).await;
    let renamed = with_alias("current").edit("runtime: python3.13", "runtime: python3.13\n    memory: 256");
    let (_, outcome) = account.apply(&renamed).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    let made = first(&account, "CreateAlias", "current");
    let gone = first(&account, "DeleteAlias", "live");
    for (operation, says) in
        [("PutTargets", "work:current"), ("UpdatePipe", "work:current"), ("PutIntegration", "work:current")]
    {
        let moved = first(&account, operation, says);
        assert!(made < moved && moved < gone, "{operation}: {made} < {moved} < {gone}");
    }
    // The configuration changes once, before.
    assert_eq!(sent(&account, "UpdateFunctionConfiguration").len(), 1);
    account.assert_converged(&renamed).await;
}

#[tokio::test]
async fn an_alias_that_is_taken_away_goes_after_those_who_led_to_it() {
    let account = with(&with_alias("live")).await;
    // The rule leads to the function itself, the pipe to another, and the API is gone.
    let without = with_alias("live")
        .edit("    aliases: { live: {} }\n", "")
        .edit(
            "rules:",
            "  other:\n    code: stacks/serverless-event-gateway/functions/orders\n    handler: index.lambda_handler\n    runtime: python3.13\nrules:",
        )
        .edit("{ function: work, qualifier: live }", "{ function: work }")
        .edit("{ function: work, qualifier: live }", "{ function: other }")
        .edit("apis:\n  front:\n    routes: { \"POST /orders\": { function: work, qualifier: live } }\n", "");
    let (_, outcome) = account.apply(&without).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    let gone = first(&account, "DeleteAlias", "live");
    for (operation, says) in [("PutTargets", "function:"), ("UpdatePipe", "other"), ("DeleteRestApi", "")] {
        assert!(first(&account, operation, says) < gone, "{operation}");
    }
    account.assert_converged(&without).await;
}

#[tokio::test]
async fn the_old_stage_of_an_api_goes_after_those_who_led_to_it_and_the_plan_says_that_it_goes() {
    let source = |stage: &str| {
        Source::new(&format!(
            "
stack: shop
buses: {{ orders: {{}} }}
functions:
  work:
    code: stacks/serverless-event-gateway/functions/orders
    handler: index.lambda_handler
    runtime: python3.13
apis:
  front:
    stage: {stage}
    routes: {{ \"POST /orders\": {{ function: work }} }}
rules:
  placed:
    bus: orders
    pattern: {{ source: [shop] }}
    targets: {{ front: {{ api: front, route: POST /orders }} }}
usage_plans:
  partners: {{ api_stages: [{{ api: front }}] }}
"
        ))
    };
    let account = with(&source("v1")).await;
    let renamed = source("v2");
    let plan = account.plan(&renamed).await;
    let api = &plan.changes[&address("apis.front")];
    assert_eq!((api.action, plan.counts().remade), (Action::Update, 1));
    let said: Vec<String> = api.reasons.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "Stage.stageName cannot be changed in place: a part of it is made anew, which loses the URL of the old stage, which stops answering"
        ]
    );
    let (_, outcome) = account.apply(&renamed).await;
    assert!(outcome.is_complete(), "{outcome:#?}");
    let made = first(&account, "CreateStage", "v2");
    let gone = first(&account, "DeleteStage", "v1");
    for operation in ["PutTargets", "UpdateUsagePlan"] {
        let moved = first(&account, operation, "v2");
        assert!(made < moved && moved < gone, "{operation}: {made} < {moved} < {gone}");
    }
    account.assert_converged(&renamed).await;
}
